"""What a load takes back: records that a full extract no longer has, and what was said of people who were others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from datetime import date

import pyarrow as pa

from graph import statements
from graph.schema import GRAPH, RelationshipType, Time
from graph.schema.provenance import FACTS
from graph.store import Store
from graph_loader.identity.decisions import ONE, TWO, WITHDRAWN
from graph_loader.identity.people import Move
from graph_loader.load.homes import DERIVED
from graph_loader.load.plan import Plan, Progress

STEP = 2_000
DECIDED = (ONE, TWO, WITHDRAWN)


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


def retell(store: Store, retold: pa.Table, received: date, progress: Progress) -> None:
    """Say anew why records are whose they are; what was said before ends."""
    for step in retold.to_batches(max_chunksize=STEP):
        store.execute(_RETELL, {"rows": step.to_pylist(), "recorded": received})
        progress("saying why records are whose they are", len(step))


def brought_by(move: Move, sent: Sequence[str], review: str, *, anew: bool) -> list[str]:
    """The batches of a load that may have brought a move about: what reviewers decided, or a model that is used `anew`,
    is a batch of its own."""
    decided = review in sent and (anew or move.reason in DECIDED)
    return [review] if decided else [one for one in sent if one != review] or list(sent)


def move_people(
    store: Store, moves: Iterable[Move], brought: Callable[[Move], list[str]], received: date, progress: Progress
) -> None:  # fmt: skip
    """Hand what records say from one person to another: old relationships end, equal ones begin.

    Where all of a person's records go one way, so does everything else that is known of them, but for where they live,
    which is found anew. `brought`: batches that
    may have brought a move about; it was those of them that have records of either person, all where none has.
    """
    for move in moves:
        ends = {"old": move.old, "new": move.new, "recorded": received}
        sources = sorted({one.source for one in move.records})
        store.execute("MERGE (p:Person {id: $new}) ON CREATE SET p.recorded_from = $recorded", ends)
        for rel in GRAPH.relationships:
            if rel.time is not Time.FACT or "Person" not in (*rel.sources, *rel.targets) or rel.type in DERIVED:
                continue
            for outgoing, labels in ((True, rel.sources), (False, rel.targets)):
                if "Person" not in labels:
                    continue
                if move.merge:
                    store.execute(_hand_over(rel.type, outgoing=outgoing), ends)
                else:
                    store.execute(_share_out(rel.type, outgoing=outgoing), ends | {"moved": sources})
        rows = [asdict(one) for one in move.records]
        for start in range(0, len(rows), STEP):
            store.execute(_OTHERS, ends | {"rows": rows[start : start + STEP]})
        kind = "merge" if move.merge else "split"
        gone = "SET old.recorded_to = $recorded " if move.merge else ""
        store.execute(
            f"MATCH (old:Person {{id: $old}}) MATCH (new:Person {{id: $new}}) {gone}"
            "MERGE (e:IdentityEvent {id: $event}) SET e.kind = $kind, e.reason = $reason, e.on = $recorded "
            "MERGE (e)-[f:FROM_PERSON]->(old) SET f.id = $event + '>from' "
            "MERGE (e)-[t:TO_PERSON]->(new) SET t.id = $event + '>to'",
            ends | {"kind": kind, "reason": move.reason, "event": f"E{move.old}>{move.new}@{received}"},
        )
        store.execute(
            _BROUGHT_BY, ends | {"event": f"E{move.old}>{move.new}@{received}", "batches": brought(move)}
        )  # fmt: skip
        progress("handing over what records say", len(move.records))


_BROUGHT_BY = (
    "MATCH (e:IdentityEvent {id: $event}) "
    "OPTIONAL MATCH (p:Person)-[:DERIVED_FROM]->(:SourceRecord)-[:IN_BATCH]->(one:Batch) "
    "WHERE p.id IN [$old, $new] AND one.id IN $batches "
    "WITH e, collect(DISTINCT one.id) AS found "
    "MATCH (b:Batch) WHERE b.id IN CASE WHEN size(found) > 0 THEN found ELSE $batches END "
    "MERGE (e)-[i:BROUGHT_BY {id: e.id + '>' + b.id}]->(b)"
)
_REASON = (
    "SET n.role = row.role, n.because = row.because, n.match_weight = row.match_weight, n.model = row.model, "
    "n.recorded_from = $recorded"
)
_RETELL = (
    "UNWIND $rows AS row MATCH (p:Person {id: row.person_id})-[d:DERIVED_FROM]->(s:SourceRecord {id: row.source_id}) "
    "WHERE d.recorded_to IS NULL AND d.role = row.role AND d.recorded_from < $recorded SET d.recorded_to = $recorded "
    "WITH p, s, row, row.source_id + '>' + row.role + '>' + row.person_id + '@' + toString($recorded) AS id "
    "MERGE (p)-[n:DERIVED_FROM {id: id}]->(s) " + _REASON
)
_OTHERS = (
    "UNWIND $rows AS row MATCH (old:Person {id: $old})-[d:DERIVED_FROM]->(s:SourceRecord {id: row.source}) "
    "WHERE d.recorded_to IS NULL AND d.role = row.role MATCH (new:Person {id: $new}) "
    "SET d.recorded_to = $recorded "
    "MERGE (new)-[n:DERIVED_FROM {id: row.source + '>' + row.role + '>' + $new + '@' + toString($recorded)}]->(s) "
    + _REASON
)
"""Records are another person's from now on."""


def _hand_over(type_name: str, *, outgoing: bool) -> str:
    old, new = _ends(type_name, outgoing, "old", "r"), _ends(type_name, outgoing, "new", "n")
    return (
        f"MATCH (old:Person {{id: $old}}) MATCH (new:Person {{id: $new}}) MATCH {old} "
        "WHERE r.recorded_to IS NULL AND x <> new "
        "WITH old, new, x, r, {id: r.id + '>' + $new, properties: properties(r)} AS row "
        "SET r.recorded_to = $recorded "
        f"MERGE {new} ON CREATE SET n += row.properties "
        "SET n.id = row.id, n.recorded_from = $recorded, n.recorded_to = null"
    )


def _share_out(type_name: str, *, outgoing: bool) -> str:
    """Of a relationship that only some of its records support any more, both people have one from now on."""
    old, new = _ends(type_name, outgoing, "old", "r"), _ends(type_name, outgoing, "new", "n")
    stays = _ends(type_name, outgoing, "old", "k").replace("row.id", "row.id + '@' + toString($recorded)")
    return (
        f"MATCH (old:Person {{id: $old}}) MATCH (new:Person {{id: $new}}) MATCH {old} "
        "WHERE r.recorded_to IS NULL AND x <> new AND any(s IN r.source_ids WHERE s IN $moved) "
        "WITH old, new, x, r, {id: r.id + '>' + $new, properties: properties(r)} AS row, "
        "[s IN r.source_ids WHERE s IN $moved] AS theirs, [s IN r.source_ids WHERE NOT s IN $moved] AS ours "
        "SET r.recorded_to = $recorded "
        f"MERGE {new} ON CREATE SET n += row.properties "
        "SET n.id = row.id, n.source_ids = theirs, n.recorded_from = $recorded, n.recorded_to = null "
        "WITH old, x, row, ours WHERE size(ours) > 0 "
        f"MERGE {stays} ON CREATE SET k += row.properties "
        "SET k.id = row.id + '@' + toString($recorded), k.source_ids = ours, k.recorded_from = $recorded, "
        "k.recorded_to = null"
    )


def _ends(type_name: str, outgoing: bool, person: str, name: str) -> str:
    """The pattern of a person's relationship; of a new one with its id."""
    key = "" if name == "r" else " {id: row.id}"
    return f"({person})-[{name}:{type_name}{key}]->(x)" if outgoing else f"({person})<-[{name}:{type_name}{key}]-(x)"


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
