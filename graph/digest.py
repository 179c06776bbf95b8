"""A digest over a whole graph that does not depend on the order in which it was written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from graph import statements
from graph.schema import Graph, NodeType, Property, RelationshipType

Stream = Callable[[str], Iterator[dict[str, Any]]]
_MODULUS = 1 << 256


class Digest:
    """The sum of the hashes of every node and relationship: equal graphs give equal digests, in any order.

    File names and row numbers are left out (`Property.in_digest`). A sum, unlike an exclusive or, also sees a
    duplicate.
    """

    def __init__(self) -> None:
        self._total = 0

    def add_node(self, node: NodeType, properties: dict[str, Any]) -> None:
        self._total += _hash(node.label, "", "", _counting(node.columns, properties))

    def add_relationship(self, rel: RelationshipType, source: str, target: str, row: dict[str, Any]) -> None:
        """`source` and `target` are labels; `row` has the ids at the ends as `source` and `target`."""
        ends = (f"{source}:{row['source']}", f"{target}:{row['target']}")
        self._total += _hash(rel.type, *ends, _counting(rel.columns, row))

    def text(self) -> str:
        return f"{self._total % _MODULUS:064x}"


def of_graph(graph: Graph, stream: Stream) -> str:
    """The digest of a whole graph."""
    digest = Digest()
    for node in graph.nodes:
        for row in stream(statements.nodes_for_digest(node)):
            digest.add_node(node, row["properties"])
    for rel in graph.relationships:
        for source in rel.sources:
            for target in rel.targets:
                for row in stream(statements.relationships_for_digest(rel, source, target)):
                    ends = {"source": row["source"], "target": row["target"]}
                    digest.add_relationship(rel, source, target, row["properties"] | ends)
    return digest.text()


def _counting(columns: tuple[Property, ...], properties: dict[str, Any]) -> dict[str, Any]:
    return {prop.name: properties.get(prop.name) for prop in columns if prop.in_digest}


def _hash(kind: str, source: str, target: str, properties: dict[str, Any]) -> int:
    parts = [kind, source, target]
    parts += [f"{key}={_text(value)}" for key, value in sorted(properties.items()) if value is not None]
    return int.from_bytes(hashlib.sha256("\x1f".join(parts).encode()).digest(), "big")


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "\x1e".join(sorted(_text(item) for item in value))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return repr(round(value, 6))
    return str(value)
