"""Facts written into a graph that may hold some of them already.

An id stands for a fact's content. What is not there is created; what stands already stays as it is. A fact that was
gone and is told again is recorded anew, so that the gap stays known: its second recording is `<id>~2`, its third
`<id>~3`.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc

from graph import statements
from graph.schema import NodeType, RelationshipType, Time
from graph.store import BATCH_ROWS, Store, Written, by_ends


@dataclass(frozen=True)
class Recorded:
    """What became of a table of nodes: ids that were not there before, and ids recorded under a next one."""

    created: frozenset[str]
    renamed: dict[str, str]


def content(key: str) -> str:
    """The id that all recordings of one fact share."""
    return key.partition("~")[0]


def record_nodes(store: Store, node: NodeType, table: pa.Table, recorded: date) -> Recorded:
    """Record nodes at a time; one that this time ended, in an attempt that was cut off, stands again."""
    ids = table.column("id").to_pylist()
    renamed: dict[str, str] = {}
    again: list[str] = []
    known: set[str] = set()
    asked = {key: key for key in ids}
    while asked:
        there = _there(store, node, list(asked))
        ended = {key for key, to in there.items() if to is not None and to < recorded}
        again += [key for key, to in there.items() if to is not None and to >= recorded]
        known |= there.keys() - ended
        asked = {_next(key): asked[key] for key in ended}
        renamed |= {first: now for now, first in asked.items()}
    ids = [renamed.get(key, key) for key in ids]
    fresh = pa.array([key not in known for key in ids], pa.bool_())
    store.create_nodes(node, _with_ids(table, ids).filter(fresh))
    for start in range(0, len(again), BATCH_ROWS):
        store.execute(statements.reopen_nodes(node), {"ids": again[start : start + BATCH_ROWS]})
    return Recorded(frozenset(ids) - known, renamed)


def record_relationships(
    store: Store, rel: RelationshipType, table: pa.Table, recorded: date, created: Set[str] = frozenset(),
    *, past: bool = True,
) -> Written:  # fmt: skip
    """Record relationships at a time; one that stands already gains the records that say so too.

    `created`: ids of nodes that were not there a moment ago. What leads to or from one of them is new. `past`: whether
    some may have ended before.
    """
    some = pa.array(list(created), pa.string())
    fresh = pc.or_(pc.is_in(table.column("source"), some), pc.is_in(table.column("target"), some))
    written = store.create_relationships(rel, table.filter(fresh))
    others = table.filter(pc.invert(fresh))
    if past and rel.time is not Time.NONE:
        others = _anew(store, rel, others, recorded)
    return written + store.add_relationships(rel, others)


def _there(store: Store, node: NodeType, ids: list[str]) -> dict[str, date | None]:
    """Of these ids, those that are there → the end of their recorded time."""
    found: dict[str, date | None] = {}
    for start in range(0, len(ids), BATCH_ROWS):
        rows = store.stream(statements.recorded_nodes(node), {"ids": ids[start : start + BATCH_ROWS]})
        found |= {row["id"]: row["ended"] for row in rows}
    return found


def _anew(store: Store, rel: RelationshipType, table: pa.Table, recorded: date) -> pa.Table:
    """The table, with a next id for each relationship that ended before `recorded`."""
    ids = table.column("id").to_pylist()
    place = {key: index for index, key in enumerate(ids)}
    left = table
    while left.num_rows:
        ended: set[str] = set()
        for (source, target), part in by_ends(rel, left):
            cypher = statements.ended_relationships(rel, source, target)
            for batch in part.select(["source", "target", "id"]).to_batches(max_chunksize=BATCH_ROWS):
                parameters = {"rows": batch.to_pylist(), "recorded": recorded}
                ended |= {row["id"] for row in store.stream(cypher, parameters)}
        places = sorted(place.pop(key) for key in ended)
        for index in places:
            ids[index] = _next(ids[index])
            place[ids[index]] = index
        left = _with_ids(table, ids).take(pa.array(places, pa.int64()))
    return _with_ids(table, ids)


def _with_ids(table: pa.Table, ids: list[str]) -> pa.Table:
    return table.set_column(table.schema.get_field_index("id"), "id", pa.array(ids, pa.string()))


def _next(key: str) -> str:
    first, _, number = key.partition("~")
    return f"{first}~{int(number or 1) + 1}"
