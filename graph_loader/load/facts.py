"""From rows of values to tables of nodes and relationships, as the mapping says."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from graph.schema import GRAPH, NodeType, RelationshipType, Time
from graph.schema.provenance import FACTS
from graph_loader.errors import Fault, LoadError
from graph_loader.identity.tokens import Hasher
from graph_loader.mapping.document import Mapping, Node, Relationship
from graph_loader.mapping.expression import evaluate


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


class FactBuilder:
    """Builds the tables of one feed's rows.

    A fact's id is a keyed hash of its type, agency, key, values and validity: equal facts are one node.
    """

    def __init__(self, mapping: Mapping, hasher: Hasher, received: date) -> None:
        self._mapping = mapping
        self._hasher = hasher
        self._received = received

    def build(self, values: pd.DataFrame, sources: pd.Series, people: Map[str, pd.Series]) -> Tables:
        """Tables of a chunk of rows; `sources` are SourceRecord ids, `people` person ids by role, aligned."""
        tables = Tables()
        ids: dict[str, pd.Series] = dict(people)
        for role, persons in people.items():
            self._person(tables, role, values, persons, sources)
        for name, node in self._mapping.nodes.items():
            ids[name] = self._node(tables, node, values, sources)
        for rel in self._mapping.relationships:
            self._relationship(tables, rel, values, sources, ids)
        return tables

    def _person(self, tables: Tables, role: str, values: pd.DataFrame, persons: pd.Series, sources: pd.Series) -> None:
        someone = self._mapping.people[role]
        there = persons.notna()
        described = pd.DataFrame(
            {
                "first_name": evaluate(someone.first_name, values),
                "middle_name": evaluate(someone.middle_name, values),
                "last_name": evaluate(someone.last_name, values),
                "birth_date": evaluate(someone.birth_date, values),
                "sex": evaluate(someone.sex, values),
                "ssn_token": evaluate(someone.ssn, values),
            }
        )[there]
        owner, source = persons[there], sources[there]
        keys = self._joined("Identity", described.assign(owner=owner))
        years = [day.year if isinstance(day, date) else None for day in described["birth_date"]]
        identity = described.assign(
            id=self._hasher.many(keys),
            birth_year=pd.Series(years, index=described.index, dtype=object),
            **self._dates(described.index),
        )
        tables.node("Identity", identity)
        has = pd.DataFrame({"source": owner, "target": identity["id"], **self._dates(owner.index)})
        tables.relationship("HAS_IDENTITY", self._stamped("HAS_IDENTITY", has, source))
        self._derived(tables, "Identity", identity["id"], source)

    def _node(self, tables: Tables, node: Node, values: pd.DataFrame, sources: pd.Series) -> pd.Series:
        keys = {f"key{i}": evaluate(expression, values) for i, expression in enumerate(node.key)}
        frame = pd.DataFrame(
            {name: evaluate(expression, values) for name, expression in node.properties.items()}
            | {
                "valid_from": evaluate(node.valid_from, values),
                "valid_to": evaluate(node.valid_to, values),
            },
            index=values.index,
        )
        whole = pd.DataFrame(keys, index=values.index).notna().all(axis=1)
        there = whole
        if node.when:
            there = evaluate(node.when, values).notna()
            keys["row"] = sources.where(~whole, None)  # what its key does not tell apart is the row's alone
        frame = frame[there]
        text = self._joined(node.type, frame.assign(**{name: key[there] for name, key in keys.items()}))
        frame = frame.assign(id=self._hasher.many(text), **self._recorded(frame.index))
        if GRAPH.node(node.type).time is not Time.FACT:
            frame = frame.drop(columns=["valid_from", "valid_to"])
        tables.node(node.type, frame)
        if node.type in FACTS:
            self._derived(tables, node.type, frame["id"], sources[there])
        return frame["id"].reindex(values.index).astype(object).where(there, None)

    def _relationship(
        self,
        tables: Tables,
        rel: Relationship,
        values: pd.DataFrame,
        sources: pd.Series,
        ids: Map[str, pd.Series],
    ) -> None:
        frame = pd.DataFrame(
            {name: evaluate(expression, values) for name, expression in rel.properties.items()}
            | {
                "source": self._end(rel.source, values, ids),
                "target": self._end(rel.target, values, ids),
                "valid_from": evaluate(rel.valid_from, values),
                "valid_to": evaluate(rel.valid_to, values),
            },
            index=values.index,
        )
        there = frame["source"].notna() & frame["target"].notna()
        if rel.when:
            there &= evaluate(rel.when, values).notna()
        declared = GRAPH.relationship(rel.type)
        frame = frame[there].assign(**self._recorded(values.index[there]))
        frame = self._stamped(rel.type, frame, sources[there])
        if len(declared.sources) > 1:
            frame["source_label"] = self._mapping.label_of(rel.source)
        if len(declared.targets) > 1:
            frame["target_label"] = self._mapping.label_of(rel.target)
        tables.relationship(rel.type, frame)

    def _derived(self, tables: Tables, label: str, ids: pd.Series, sources: pd.Series) -> None:
        frame = pd.DataFrame({"source": ids, "target": sources, **self._recorded(ids.index)})
        frame["source_label"] = label
        frame["id"] = self._hasher.many(self._joined("DERIVED_FROM", frame[["source", "target"]]))
        tables.relationship("DERIVED_FROM", frame)

    def _stamped(self, type_name: str, frame: pd.DataFrame, sources: pd.Series) -> pd.DataFrame:
        """Give each relationship its id (over everything but its sources) and the record that says so."""
        content = [name for name in frame.columns if not name.startswith("recorded")]
        keys = self._joined(type_name, frame[content])
        return frame.assign(id=self._hasher.many(keys), source_ids=[[source] for source in sources])

    def _end(self, end: str, values: pd.DataFrame, ids: Map[str, pd.Series]) -> pd.Series:
        if end in ids:
            return ids[end]
        return evaluate(end.partition(":")[2], values)

    def _joined(self, kind: str, frame: pd.DataFrame) -> list[str]:
        names = sorted(frame.columns)
        columns = [frame[name].tolist() for name in names]
        head = f"{kind}\x1e{self._mapping.agency}"
        return [
            head + "".join(f"\x1f{n}={v}" for n, v in zip(names, row, strict=True) if v is not None and v == v)
            for row in zip(*columns, strict=True)
        ]

    def _recorded(self, index: pd.Index) -> dict[str, Any]:
        return {"recorded_from": pd.Series([self._received] * len(index), index=index, dtype=object)}

    def _dates(self, index: pd.Index) -> dict[str, Any]:
        nothing = pd.Series([None] * len(index), index=index, dtype=object)
        return {"valid_from": nothing, "valid_to": nothing, **self._recorded(index)}


def node_table(node: NodeType, frames: list[pd.DataFrame]) -> pa.Table:
    """One Arrow table of a type, each id once, in the order of ids."""
    frame = pd.concat(frames, ignore_index=True).drop_duplicates("id").sort_values("id")
    return _arrow(frame, {prop.name: prop.type.arrow for prop in node.columns})


def relationship_table(rel: RelationshipType, frames: list[pd.DataFrame]) -> pa.Table:
    """One Arrow table of a type; rows of one id become one, with all the records that say so."""
    frame = pd.concat(frames, ignore_index=True)
    if "source_ids" in frame and frame["id"].duplicated().any():
        every = frame.groupby("id", sort=False)["source_ids"].agg(lambda lists: sorted({s for x in lists for s in x}))
        frame = frame.drop_duplicates("id").assign(source_ids=lambda kept: kept["id"].map(every))
    frame = frame.drop_duplicates("id").sort_values("id")
    types = {prop.name: prop.type.arrow for prop in rel.columns}
    ends = {name: pa.string() for name in ("source", "target", "source_label", "target_label")}
    return _arrow(frame, ends | types)


def _arrow(frame: pd.DataFrame, types: dict[str, pa.DataType]) -> pa.Table:
    columns = {}
    for name in frame.columns:
        values = [None if _is_null(value) else value for value in frame[name]]
        try:
            columns[name] = pa.array(values, type=types[name])
        except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
            raise LoadError(
                Fault(
                    "VALUE_UNFIT", name, f"a value is no {types[name]}, or too large for one",
                    "Map a column of the kind that the property holds; docs/graph.md says which.",
                )
            ) from None  # fmt: skip
    return pa.table(columns)


def _is_null(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and value != value) or value is pd.NaT
