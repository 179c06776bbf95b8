"""Relationships between programs: what the rules declare of how they bear on one another."""

from __future__ import annotations

from typing import Any

from benefits.edges import edges
from graph.schema import GRAPH
from graph.store import Store

KINDS = ("CONFERS_ELIGIBILITY", "COUNTS_AS_INCOME_FOR", "EXCLUDES", "TRANSITIONS_TO")


def derive_edges(store: Store) -> None:
    """Write those between programs of the graph; take away what is declared no more."""
    declared = list(edges())
    for kind in KINDS:
        rows: list[dict[str, Any]] = [
            {
                "source": one.source, "target": one.target, "id": f"{one.source}>{one.target}@{one.since}",
                "citation": one.citation, "since": one.since, "until": one.until,
            }
            for one in declared
            if one.kind == kind
        ]  # fmt: skip
        store.execute(
            "UNWIND $rows AS row MATCH (a:Program {id: row.source}) MATCH (b:Program {id: row.target}) "
            f"MERGE (a)-[r:{kind} {{id: row.id}}]->(b) "
            "SET r.citation = row.citation, r.valid_from = row.since, r.valid_to = row.until",
            {"rows": rows},
        )
        store.prune_relationships(GRAPH.relationship(kind), [row["id"] for row in rows])
