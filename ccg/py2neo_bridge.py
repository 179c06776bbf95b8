"""For older notebooks: a household's networkx graph as py2neo nodes and relationships (extra `py2neo`).

py2neo is at the end of its life; this turns an answer into its objects and hands out no connection.
"""

from __future__ import annotations

from typing import Any

import networkx as nx


def subgraph(graph: nx.MultiDiGraph[str]) -> Any:
    """A `py2neo.Subgraph` of the answer. Raises `ImportError` with the install command when it is not there."""
    try:
        from py2neo import Node, Relationship, Subgraph
    except ImportError as error:
        raise ImportError("py2neo is an extra: pip install 'common-client-graph[py2neo]'") from error
    nodes = {
        key: Node(data["label"], id=key, **{k: v for k, v in data.items() if k != "label" and v is not None})
        for key, data in graph.nodes(data=True)
    }
    relationships = [
        Relationship(
            nodes[source], data["type"], nodes[target],
            **{k: v for k, v in data.items() if k != "type" and v is not None},
        )
        for source, target, data in graph.edges(data=True)
    ]  # fmt: skip
    return Subgraph(nodes.values(), relationships)
