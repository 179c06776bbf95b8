"""Take back what an unfinished load wrote: the graph is again as the newest published load left it."""

from __future__ import annotations

from datetime import date

from graph.schema import GRAPH, RelationshipType, Time
from graph.store import Store
from graph_loader.load.governance_nodes import FORGET_UNUSED
from graph_loader.load.plan import Progress

STEP = 2_000
_TWO_TIMES = (Time.FACT, Time.RECORDED)
_ORPHANS = (
    "MATCH (n:Address) WHERE NOT (n)<-[:LIVED_AT]-()",
    "MATCH (n:BenefitCombination) WHERE NOT (n)<-[:HAD_COMBINATION]-()",
    "MATCH (n:Ladder) WHERE NOT (n)<-[:HAS_LADDER]-()",
    "MATCH (n:SimulatedAmount) WHERE NOT (n)<-[:WAS_DUE]-()",
    "MATCH (n:Departure) WHERE NOT (n)<-[:HAS_DEPARTURE]-()",
    "MATCH (n:IncomeStep) WHERE NOT (n)<-[:HAS_STEP]-()",
    "MATCH (n:Cliff) WHERE NOT (n)<-[:DROPS_AT]-()",
)
"""Nodes without times of their own, that nothing leads to any more."""


def abandon(store: Store, received: date, progress: Progress) -> None:
    """Remove everything recorded at `received`, and let stand again what was ended then.

    Safe to cut off and run again: the batches that say `loading` go last.
    """
    day = {"day": received, "step": STEP}
    _forget_sources(store, received)
    relationships = [
        (f"MATCH (:{end})-[x:{rel.type}]->()", "DELETE x")
        for rel in GRAPH.relationships
        if rel.time in _TWO_TIMES
        for end in rel.sources
    ]
    nodes = [(f"MATCH (x:{node.label})", "DETACH DELETE x") for node in GRAPH.nodes if node.time in _TWO_TIMES]
    for pattern, delete in (*relationships, *nodes):
        _all(store, f"{pattern} WHERE x.recorded_from = $day WITH x LIMIT $step {delete}", day, progress)
        again = "SET x.recorded_to = null"
        _all(store, f"{pattern} WHERE x.recorded_to = $day WITH x LIMIT $step {again}", day, progress)
    for orphans in _ORPHANS:
        _all(store, f"{orphans} WITH n LIMIT $step DETACH DELETE n", day, progress)
    store.execute("MATCH (e:IdentityEvent) WHERE e.on = $day DETACH DELETE e", {"day": received})
    store.execute(FORGET_UNUSED)
    store.execute("MATCH (b:Batch {status: 'loading'}) DETACH DELETE b")


def _all(store: Store, statement: str, parameters: dict[str, object], progress: Progress) -> None:
    """Run a statement over some at a time until nothing is left."""
    while done := store.execute(f"{statement} RETURN count(*) AS done", parameters)[0]["done"]:
        progress("taking back", done)


def _forget_sources(store: Store, received: date) -> None:
    """Take the load's records out of the relationships of earlier loads that they joined."""
    found = store.stream("MATCH (s:SourceRecord) WHERE s.recorded_from = $day RETURN s.id AS id", {"day": received})
    gone = {row["id"] for row in found}
    for rel in GRAPH.relationships:
        if rel.time is Time.FACT:
            _forget_in(store, rel, gone, received)


def _forget_in(store: Store, rel: RelationshipType, gone: set[str], received: date) -> None:
    for end in rel.sources:
        rows = [
            {"id": row["id"], "a": row["a"], "left": [source for source in row["sources"] if source not in gone]}
            for row in store.stream(
                f"MATCH (a:{end})-[r:{rel.type}]->() WHERE r.recorded_from < $day AND r.source_ids IS NOT NULL "
                "RETURN a.id AS a, r.id AS id, r.source_ids AS sources",
                {"day": received},
            )
            if not gone.isdisjoint(row["sources"])
        ]
        for start in range(0, len(rows), STEP):
            store.execute(
                f"UNWIND $rows AS row MATCH (:{end} {{id: row.a}})-[r:{rel.type} {{id: row.id}}]->() "
                "SET r.source_ids = row.left",
                {"rows": rows[start : start + STEP]},
            )
