"""From rows of values to rows of nodes and relationships, as the mapping says."""

from __future__ import annotations

from collections.abc import Mapping as Map
from datetime import date
from typing import Any

import pandas as pd

from graph.schema import GRAPH, Time
from graph.schema.provenance import FACTS
from graph_loader.identity.tokens import Hasher
from graph_loader.load.tables import SAID_BY, Tables
from graph_loader.mapping.document import Mapping, Node, Relationship
from graph_loader.mapping.expression import evaluate, last_name


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
                "last_name": last_name(someone.last_name, someone.suffix, values),
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
        return frame.assign(id=self._hasher.many(keys), **{SAID_BY: sources})

    def _end(self, end: str, values: pd.DataFrame, ids: Map[str, pd.Series]) -> pd.Series:
        if end in ids:
            return ids[end]
        return evaluate(end.partition(":")[2], values)

    def _joined(self, kind: str, frame: pd.DataFrame) -> list[str]:
        """The rows as texts that differ where they do; what is missing is not told."""
        texts = [[f"{kind}\x1e{self._mapping.agency}"] * len(frame)]
        for name in sorted(frame.columns):
            values = frame[name]
            there = values.notna()
            if there.any():
                told = zip(values.tolist(), there.tolist(), strict=True)
                texts.append([f"\x1f{name}={value}" if here else "" for value, here in told])
        return ["".join(row) for row in zip(*texts, strict=True)]

    def _recorded(self, index: pd.Index) -> dict[str, Any]:
        return {"recorded_from": pd.Series([self._received] * len(index), index=index, dtype=object)}

    def _dates(self, index: pd.Index) -> dict[str, Any]:
        nothing = pd.Series([None] * len(index), index=index, dtype=object)
        return {"valid_from": nothing, "valid_to": nothing, **self._recorded(index)}
