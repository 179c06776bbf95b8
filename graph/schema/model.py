"""The words in which the graph is declared: property, node type, relationship type, time."""

from dataclasses import dataclass
from enum import Enum

import pyarrow as pa


class PropertyType(Enum):
    """What a property holds in the graph, with the Arrow type that carries it there."""

    STRING = "string"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    STRINGS = "list of strings"

    @property
    def arrow(self) -> pa.DataType:
        return {
            PropertyType.STRING: pa.string(),
            PropertyType.INTEGER: pa.int64(),
            PropertyType.FLOAT: pa.float64(),
            PropertyType.BOOLEAN: pa.bool_(),
            PropertyType.DATE: pa.date32(),
            PropertyType.STRINGS: pa.list_(pa.string()),
        }[self]


@dataclass(frozen=True)
class Property:
    """One property: its name carries the unit (`_cents`, `_from`), its meaning one line."""

    name: str
    type: PropertyType
    meaning: str
    indexed: bool = False
    in_digest: bool = True


class Time(Enum):
    """Which of the two times a type knows.

    FACT: true in the world over `valid_from`-`valid_to` and known to us over `recorded_from`-`recorded_to`.
    RECORDED: known to us from-to, with no time of its own in the world.
    ROSTER: in force over `valid_from`-`valid_to`, as the roster file or the agreement says.
    NONE: timeless, or dated by properties of its own.
    All spans are half-open; an open end is null.
    """

    FACT = "fact"
    RECORDED = "recorded"
    ROSTER = "roster"
    NONE = "none"

    @property
    def properties(self) -> tuple[Property, ...]:
        valid = (
            Property("valid_from", PropertyType.DATE, "first day on which it is true in the world"),
            Property("valid_to", PropertyType.DATE, "first day on which it is no longer true; null: open"),
        )
        recorded = (
            Property("recorded_from", PropertyType.DATE, "day on which we were told"),
            Property("recorded_to", PropertyType.DATE, "day on which we were told otherwise; null: stands"),
        )
        return {
            Time.FACT: valid + recorded,
            Time.RECORDED: recorded,
            Time.ROSTER: valid,
            Time.NONE: (),
        }[self]


@dataclass(frozen=True)
class NodeType:
    """A label, what it means, its properties beside `id` and its times; `id` is unique in the label.

    A type that is `second_label_of` others is no node of its own: it marks some of theirs. What one holds
    `over_a_span` means nothing without both its ends.
    """

    label: str
    meaning: str
    area: str
    properties: tuple[Property, ...] = ()
    time: Time = Time.NONE
    second_label_of: tuple[str, ...] = ()
    over_a_span: bool = False

    @property
    def name(self) -> str:
        return self.label

    @property
    def columns(self) -> tuple[Property, ...]:
        """Every column that a table of this type may carry, `id` first."""
        key = Property("id", PropertyType.STRING, "unique key")
        return (key, *self.properties, *self.time.properties)


@dataclass(frozen=True)
class RelationshipType:
    """A type of relationship, the labels at its ends, its properties beside `id`, and its times."""

    type: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    meaning: str
    properties: tuple[Property, ...] = ()
    time: Time = Time.NONE

    @property
    def name(self) -> str:
        return self.type

    @property
    def columns(self) -> tuple[Property, ...]:
        """Every property of the relationship, `id` first; a fact also names its source records."""
        key = Property("id", PropertyType.STRING, "unique key of the relationship")
        facts = (Property("source_ids", PropertyType.STRINGS, "SourceRecords that say so"),)
        return (key, *self.properties, *self.time.properties, *(facts if self.time is Time.FACT else ()))


@dataclass(frozen=True)
class Graph:
    """The whole contract: all node types and all relationship types."""

    nodes: tuple[NodeType, ...]
    relationships: tuple[RelationshipType, ...]

    def node(self, label: str) -> NodeType:
        """The node type with this label; KeyError names the ones there are."""
        found = {node.label: node for node in self.nodes}
        if label not in found:
            raise KeyError(f"no node type {label!r}; there are {', '.join(sorted(found))}")
        return found[label]

    def relationship(self, type_name: str) -> RelationshipType:
        """The relationship type with this name; KeyError names the ones there are."""
        found = {rel.type: rel for rel in self.relationships}
        if type_name not in found:
            raise KeyError(f"no relationship type {type_name!r}; there are {', '.join(sorted(found))}")
        return found[type_name]


def text(name: str, meaning: str, *, indexed: bool = False, in_digest: bool = True) -> Property:
    return Property(name, PropertyType.STRING, meaning, indexed, in_digest)


def integer(name: str, meaning: str, *, in_digest: bool = True) -> Property:
    return Property(name, PropertyType.INTEGER, meaning, in_digest=in_digest)


def cents(name: str, meaning: str) -> Property:
    if not name.endswith("_cents"):
        raise ValueError(f"money is integer cents and says so: {name}_cents")
    return Property(name, PropertyType.INTEGER, meaning)


def number(name: str, meaning: str) -> Property:
    return Property(name, PropertyType.FLOAT, meaning)


def flag(name: str, meaning: str) -> Property:
    return Property(name, PropertyType.BOOLEAN, meaning)


def day(name: str, meaning: str, *, indexed: bool = False) -> Property:
    return Property(name, PropertyType.DATE, meaning, indexed)


def texts(name: str, meaning: str) -> Property:
    return Property(name, PropertyType.STRINGS, meaning)
