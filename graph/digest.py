"""A digest over a whole graph that does not depend on the order in which it was written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from graph import statements
from graph.schema import Graph

Stream = Callable[[str], Iterator[dict[str, Any]]]
_MODULUS = 1 << 256


def of_graph(graph: Graph, stream: Stream) -> str:
    """Sum the hashes of every node and relationship: equal graphs give equal digests, in any order.

    File names and row numbers are left out (`Property.in_digest`). A sum, unlike an exclusive or, also
    sees a duplicate.
    """
    total = 0
    for node in graph.nodes:
        for row in stream(statements.nodes_for_digest(node)):
            total += _hash(node.label, "", "", row["properties"])
    for rel in graph.relationships:
        for source in rel.sources:
            for target in rel.targets:
                for row in stream(statements.relationships_for_digest(rel, source, target)):
                    ends = (f"{source}:{row['source']}", f"{target}:{row['target']}")
                    total += _hash(rel.type, *ends, row["properties"])
    return f"{total % _MODULUS:064x}"


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
