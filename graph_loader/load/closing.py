"""What a load takes back: records that a full extract no longer has, and people who turn out to be one."""

from __future__ import annotations

from datetime import date

import pandas as pd

from graph import statements
from graph.schema import GRAPH, RelationshipType, Time
from graph.schema.provenance import FACTS
from graph.store import Store
from graph_loader.identity.assign import Merge
from graph_loader.load.plan import Plan, Progress

STEP = 2_000


def close(store: Store, plan: Plan, progress: Progress) -> None:
    """End the recorded time of gone records and of every fact that no standing record supports."""
    gone = [record for feed in plan.feeds for record in feed.gone]
    for start in range(0, len(gone), STEP):
        step = gone[start : start + STEP]
        some = {"sources": step, "recorded": plan.received}
        store.execute("UNWIND $sources AS id MATCH (s:SourceRecord {id: id}) SET s.recorded_to = $recorded", some)
        for rel, source, target, derived in _fact_relationships():
            store.execute(statements.close_relationships(rel, source, target, derived), some)
        store.execute(
            "UNWIND $sources AS id MATCH (:SourceRecord {id: id})<-[r:DERIVED_FROM]-() "
            "WHERE r.recorded_to IS NULL SET r.recorded_to = $recorded",
            some,
        )
        for label in FACTS:
            if label == "Person":  # stays; what is known of them ends
                continue
            store.execute(statements.close_nodes(GRAPH.node(label)), some)
        progress("closing records that are gone", len(step))


def mark_gone(records: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The linkage store's records with the gone ones ended; a gone record says no more where anyone lives."""
    gone = {record for feed in plan.feeds for record in feed.gone}
    ended = records["source_id"].isin(gone) & records["recorded_to"].isna()
    return records.assign(recorded_to=records["recorded_to"].where(~ended, plan.received))


def merge_people(store: Store, merges: tuple[Merge, ...], received: date) -> None:
    """Hand what was known of one person to the other: old relationships end, equal ones begin."""
    for merge in merges:
        ends = {"gone": merge.gone, "kept": merge.kept, "recorded": received}
        for rel in GRAPH.relationships:
            if rel.time is Time.FACT or rel.type == "DERIVED_FROM":
                if "Person" in rel.sources:
                    store.execute(_hand_over(rel.type, outgoing=True), ends)
                if "Person" in rel.targets:
                    store.execute(_hand_over(rel.type, outgoing=False), ends)
        store.execute(
            "MATCH (old:Person {id: $gone}) MATCH (new:Person {id: $kept}) SET old.recorded_to = $recorded "
            "MERGE (e:IdentityEvent {id: $event}) SET e.kind = 'merge', e.reason = $reason, e.on = $recorded "
            "MERGE (e)-[f:FROM_PERSON]->(old) SET f.id = $event + '>from' "
            "MERGE (e)-[t:TO_PERSON]->(new) SET t.id = $event + '>to'",
            ends | {"event": f"E{merge.gone}>{merge.kept}", "reason": merge.reason},
        )


def _hand_over(type_name: str, *, outgoing: bool) -> str:
    old = f"(old)-[r:{type_name}]->(x)" if outgoing else f"(old)<-[r:{type_name}]-(x)"
    new = f"(new)-[n:{type_name}]->(x)" if outgoing else f"(new)<-[n:{type_name}]-(x)"
    merged = new.replace("]", " {id: row.id}]", 1)
    return (
        f"MATCH (old:Person {{id: $gone}}) MATCH (new:Person {{id: $kept}}) MATCH {old} "
        "WHERE r.recorded_to IS NULL AND x <> new "
        "WITH old, new, x, r, {id: r.id + '>' + $kept, properties: properties(r)} AS row "
        "SET r.recorded_to = $recorded "
        f"MERGE {merged} ON CREATE SET n += row.properties "
        "SET n.id = row.id, n.recorded_from = $recorded, n.recorded_to = null"
    )


def _fact_relationships() -> list[tuple[RelationshipType, str, str, str]]:
    """Every relationship that is a fact of records, with an end that is derived from them."""
    return [
        (rel, source, target, source if source in FACTS else target)
        for rel in GRAPH.relationships
        if rel.time is Time.FACT
        for source in rel.sources
        for target in rel.targets
        if source in FACTS or target in FACTS
    ]
