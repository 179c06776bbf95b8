"""The contract of the graph, declared once; everything else is derived from `GRAPH`."""

from graph.schema import agreement, circumstances, cliffs, departures, participation, people, provenance, roster
from graph.schema.model import Graph, NodeType, Property, PropertyType, RelationshipType, Time

_AREAS = (roster, people, participation, circumstances, provenance, agreement, cliffs, departures)

GRAPH = Graph(
    nodes=tuple(node for area in _AREAS for node in area.NODES),
    relationships=tuple(rel for area in _AREAS for rel in area.RELATIONSHIPS),
)

__all__ = ["GRAPH", "Graph", "NodeType", "Property", "PropertyType", "RelationshipType", "Time"]
