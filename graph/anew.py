"""A fact that was gone and is told again is recorded anew, so that the gap stays known.

An id stands for a fact's content; its second recording is `<id>~2`, its third `<id>~3`.
"""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from graph import statements
from graph.schema import NodeType, RelationshipType
from graph.store import BATCH_ROWS, Store, by_ends


def content(key: str) -> str:
    """The id that all recordings of one fact share."""
    return key.partition("~")[0]


def nodes_anew(store: Store, node: NodeType, ids: list[str], recorded: date) -> dict[str, str]:
    """For each of `ids` that ended before `recorded`: the id to record it under now."""
    found: dict[str, str] = {}
    asked = {key: key for key in ids}
    while asked:
        ended: set[str] = set()
        keys = sorted(asked)
        for start in range(0, len(keys), BATCH_ROWS):
            step = {"ids": keys[start : start + BATCH_ROWS], "recorded": recorded}
            ended |= {row["id"] for row in store.stream(statements.ended_nodes(node), step)}
        asked = {_next(key): asked[key] for key in ended}
        found |= {first: now for now, first in asked.items()}
    return found


def relationships_anew(store: Store, rel: RelationshipType, table: pa.Table, recorded: date) -> pa.Table:
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
