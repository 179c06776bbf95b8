"""Nodes that follow from the records, gathered and written together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pyarrow as pa

from graph.schema import GRAPH
from graph.store import Store

Rows = list[dict[str, Any]]


@dataclass
class Nodes:
    """Rows by label, and links by type, of what is recorded on a day under the rules of a version."""

    as_of: date
    rules_version: str
    rows: dict[str, Rows] = field(default_factory=dict)
    links: dict[str, Rows] = field(default_factory=dict)

    def add(self, label: str, key: str, **properties: Any) -> dict[str, Any]:
        """A node, of which properties may still be changed."""
        row = {"id": key, **properties}
        self.rows.setdefault(label, []).append(row)
        return row

    def link(self, type_name: str, source: str, target: str, key: str = "", **properties: Any) -> None:
        """A relationship; `key` tells it from others of the two."""
        self.links.setdefault(type_name, []).append(
            {"source": source, "target": target, "id": f"{source}>{target}{key}", **properties}
        )

    def write(self, store: Store) -> None:
        for label, rows in self.rows.items():
            node = GRAPH.node(label)
            store.write_nodes(node, _table(rows, {prop.name: prop.type.arrow for prop in node.columns}))
        for type_name, rows in self.links.items():
            rel = GRAPH.relationship(type_name)
            types = {prop.name: prop.type.arrow for prop in rel.columns}
            store.write_relationships(rel, _table(rows, types | {"source": pa.string(), "target": pa.string()}))


def _table(rows: Rows, types: dict[str, pa.DataType]) -> pa.Table:
    names = [name for name in types if name in rows[0]]
    return pa.table({name: pa.array([row.get(name) for row in rows], types[name]) for name in names})
