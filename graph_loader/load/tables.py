"""Rows of nodes and relationships as Arrow tables, each id once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from graph.schema import GRAPH, NodeType, RelationshipType
from graph_loader.errors import Fault, LoadError

SAID_BY = "source_ids"
"""Of a fact that is a relationship, which record says so: of each row one, of each relationship all."""


@dataclass
class Tables:
    """Frames by label and by relationship type; a chunk's worth."""

    nodes: dict[str, list[pd.DataFrame]] = field(default_factory=dict)
    relationships: dict[str, list[pd.DataFrame]] = field(default_factory=dict)

    def node(self, label: str, frame: pd.DataFrame) -> None:
        if len(frame):
            self.nodes.setdefault(label, []).append(frame)

    def relationship(self, type_name: str, frame: pd.DataFrame) -> None:
        if len(frame):
            self.relationships.setdefault(type_name, []).append(frame)


@dataclass(frozen=True)
class Ready:
    """Arrow tables of a chunk, each id once, in the order in which they are written."""

    nodes: tuple[tuple[NodeType, pa.Table], ...]
    relationships: tuple[tuple[RelationshipType, pa.Table], ...]

    @classmethod
    def of(cls, tables: Tables) -> Ready:
        nodes = [(GRAPH.node(label), frames) for label, frames in tables.nodes.items()]
        rels = [(GRAPH.relationship(name), frames) for name, frames in tables.relationships.items()]
        return cls(
            tuple((node, node_table(node, frames)) for node, frames in nodes),
            tuple((rel, relationship_table(rel, frames)) for rel, frames in rels),
        )


def node_table(node: NodeType, frames: list[pd.DataFrame]) -> pa.Table:
    """One table of a type, each id once, in the order of ids."""
    table = _arrow(frames, {prop.name: prop.type.arrow for prop in node.columns})
    order, starts = _in_order(table.column("id"))
    return table.take(order.take(starts))


def relationship_table(rel: RelationshipType, frames: list[pd.DataFrame]) -> pa.Table:
    """One table of a type; rows of one id become one, with all the records that say so."""
    types = {prop.name: prop.type.arrow for prop in rel.columns if prop.name != SAID_BY}
    ends = {name: pa.string() for name in ("source", "target", "source_label", "target_label")}
    table = _arrow(frames, ends | types | {SAID_BY: pa.string()})
    order, starts = _in_order(table.column("id"))
    kept = table.take(order.take(starts))
    if SAID_BY in table.column_names:
        said_by = _gathered(table.column(SAID_BY).take(order), starts)
        kept = kept.set_column(kept.schema.get_field_index(SAID_BY), SAID_BY, said_by)
    return kept


def _in_order(ids: pa.ChunkedArray) -> tuple[pa.Array, npt.NDArray[np.int64]]:
    """The places of ids in their order, and where in that each id begins."""
    order = pc.sort_indices(ids)
    ids = ids.take(order).combine_chunks()
    first = np.ones(len(ids), dtype=bool)
    first[1:] = pc.not_equal(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False)
    return order, np.flatnonzero(first)


def _gathered(values: pa.ChunkedArray, starts: npt.NDArray[np.int64]) -> pa.ListArray:
    """The values from each start to the next as one list, each once and in order."""
    if len(starts) == len(values):
        return pa.ListArray.from_arrays(np.arange(len(values) + 1, dtype=np.int32), values.combine_chunks())
    lists = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(values))))
    pairs = pa.table({"list": lists, "value": values}).group_by(["list", "value"]).aggregate([])
    pairs = pairs.sort_by([("list", "ascending"), ("value", "ascending")])
    offsets = np.searchsorted(pairs.column("list").to_numpy(), np.arange(len(starts) + 1)).astype(np.int32)
    return pa.ListArray.from_arrays(offsets, pairs.column("value").combine_chunks())


def _arrow(frames: list[pd.DataFrame], types: dict[str, pa.DataType]) -> pa.Table:
    """The rows of all frames; a column that a frame lacks is null there."""
    names = dict.fromkeys(name for frame in frames for name in frame.columns)
    columns = {}
    for name in names:
        try:
            columns[name] = pa.chunked_array(
                [
                    pa.array(frame[name].to_numpy(dtype=object), types[name], from_pandas=True)
                    if name in frame
                    else pa.nulls(len(frame), types[name])
                    for frame in frames
                ],
                types[name],
            )
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            raise LoadError(
                Fault(
                    "VALUE_UNFIT", name, f"a value is no {types[name]}, or too large for one",
                    "Map a column of the kind that the property holds; docs/graph.md says which.",
                )
            ) from None  # fmt: skip
    return pa.table(columns)
