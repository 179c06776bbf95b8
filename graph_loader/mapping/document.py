"""The mapping document: which columns feed which node and relationship."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from collections.abc import Mapping as Map
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from graph.schema import GRAPH, NodeType, Property, PropertyType, RelationshipType
from graph_loader.errors import Fault, LoadError

Kind = Literal[
    "text", "name", "ssn", "date", "money", "cents", "integer", "number", "code", "flag", "year", "quarter", "month"
]  # fmt: skip
NOT_OF_A_ROW = {"file", "sql", "extract", "as_of", "most_gone", "totals_within", "changes", "together"}
"""What of a mapping changes nothing of what becomes of a row."""
Verdict = Literal["evolve", "refuse", "quarantine"]
PERIODS = frozenset({"year", "quarter", "month"})
PARTS: dict[str, tuple[str, ...]] = {"name": ("first", "middle", "last")} | dict.fromkeys(PERIODS, ("end",))
"""Parts of a column that an expression may name behind a colon, by the column's kind."""
MONEY = frozenset({"money", "cents"})
"""Kinds of columns that are added up as control totals."""
_STRING, _DATE, _INTEGER = PropertyType.STRING, PropertyType.DATE, PropertyType.INTEGER
HOLDS: dict[str, PropertyType] = {
    "text": _STRING, "name": _STRING, "ssn": _STRING, "code": _STRING, "date": _DATE, "year": _DATE, "quarter": _DATE,
    "month": _DATE, "money": _INTEGER, "cents": _INTEGER, "integer": _INTEGER, "number": PropertyType.FLOAT,
    "flag": PropertyType.BOOLEAN,
}  # fmt: skip
"""What a column of each kind gives to the graph."""
Expression = Annotated[
    str,
    Field(
        description="a column; `COLUMN:end` for the end of a period column; `COLUMN:first`, `:middle` or `:last` for a "
        "part of a name in one column; `=text` for a constant"
    ),
]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class File(_Part):
    """Which files, and how they are written."""

    match: str = Field(description="glob under the feeds folder")
    format: Literal["csv", "parquet", "excel", "fixed"] = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    header: bool = Field(True, description="csv: without one, columns are named by their place: 1, 2, 3")
    sheet: str | int = 0
    widths: dict[str, tuple[int, int]] = Field(
        default_factory=dict, description="fixed width: column to [first, one past last] character, from 0"
    )

    @field_validator("encoding")
    @classmethod
    def _known(cls, encoding: str) -> str:
        try:
            "".encode(encoding)  # of codecs, those of text
        except (LookupError, UnicodeError, ValueError):
            raise ValueError(f"nobody knows the encoding {encoding!r}; use one like utf-8 or latin-1") from None
        return encoding


class Sql(_Part):
    """A query that a database answers with the feed's rows."""

    url: str = Field(description="SQLAlchemy URL; ${NAME} is taken from the environment, as every password must be")
    query: str = Field(description="one SELECT; only columns that are mapped and agreed leave the database")


class Changes(_Part):
    """What happens where a file is not as it was: evolve (go on without it), refuse the load, or set it aside."""

    added: Verdict = Field("evolve", description="a column that the load before did not have; evolve: it is not read")
    missing: Verdict = Field(
        "refuse",
        description="a column that is not there; evolve: empty, where it is not required; quarantine: the file",
    )
    retyped: Verdict = Field(
        "refuse", description="most of a column cannot be read; evolve: left empty, where it is not required"
    )
    codes: Verdict = Field(
        "quarantine", description="a value that `codes` does not list; evolve: `other`, or left empty"
    )
    written: Verdict = Field(
        "refuse", description="another encoding or delimiter, or no header; evolve: read as it is found to be written"
    )


class Column(_Part):
    """One column that may leave the parser: what it holds and which element of the agreement it is."""

    kind: Kind = Field(alias="as")
    element: str
    required: bool = False
    formats: tuple[str, ...] = Field(("%Y-%m-%d",), description="dates: tried in this order")
    codes: dict[str, str] = Field(default_factory=dict, description="code: the file's value to ours")
    unreadable: Literal["quarantine", "empty"] = Field(
        "quarantine", description="a value that cannot be read makes the row a bad one, or is left empty and counted"
    )
    other: str | None = Field(None, description="code: what an unlisted value becomes; unset: a bad row")
    order: Literal["first_last", "last_first"] = Field(
        "first_last", description="name: which part comes first where there is no comma"
    )


class Address(_Part):
    """Where the person of the row lives, and since when; without a street it is no address."""

    number: Expression | None = None
    street: Expression
    unit: Expression | None = None
    city: Expression | None = None
    zip: Expression | None = None
    since: Expression = Field(description="first day on which they live there, as far as the row tells")
    evidence: Literal["address", "roster", "relation"] = "address"


class Someone(_Part):
    """A person of the row. There when `when` is not empty, or without it any name, SSN or number."""

    ssn: Expression | None = None
    first_name: Expression | None = None
    middle_name: Expression | None = None
    last_name: Expression | None = None
    suffix: Expression | None = Field(None, description="Jr., Sr. and the like; what is there follows the last name")
    birth_date: Expression | None = None
    sex: Expression | None = None
    agency_number: Expression | None = Field(None, description="the agency's own number for the person")
    when: Expression | None = None
    address: Address | None = None

    @property
    def can_be_told(self) -> bool:
        """Whether records of this person can be told from others'."""
        names = bool(self.first_name) + bool(self.last_name)
        return bool(self.ssn) or names == 2 or bool(names and self.birth_date)

    @property
    def identifying(self) -> tuple[Expression, ...]:
        """Expressions of which one at least is there when the person is."""
        given = (self.last_name, self.first_name, self.ssn, self.agency_number)
        return tuple(expression for expression in given if expression)


class Node(_Part):
    """A fact of the row as a node. Rows that share its key and values share the node.

    Without `when` it is there where every part of its key is. With `when` it is there where that is not empty;
    where a part of its key is missing then, it is that row's alone.
    """

    type: str
    key: tuple[Expression, ...]
    properties: dict[str, Expression] = Field(default_factory=dict, alias="set")
    valid_from: Expression | None = Field(None, alias="from")
    valid_to: Expression | None = Field(None, alias="to")
    when: Expression | None = None


class Relationship(_Part):
    """A relationship of the row. An end is a person, a node, or `Label:expression`."""

    type: str
    source: str
    target: str
    properties: dict[str, Expression] = Field(default_factory=dict, alias="set")
    valid_from: Expression | None = Field(None, alias="from")
    valid_to: Expression | None = Field(None, alias="to")
    when: Expression | None = None


class Mapping(_Part):
    """One feed."""

    feed: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    agency: str
    file: File | None = Field(None, description="where the rows are files")
    sql: Sql | None = Field(None, description="where a database answers with them")
    extract: Literal["full", "delta"] = "full"
    as_of: date | None = Field(None, description="day the extract was taken")
    record: tuple[str, ...] = Field(
        min_length=1, description="columns, all of them required, that are the agency's own record number"
    )
    most_gone: float = Field(
        0.05, ge=0, le=1, description="share of its standing records that a full extract may leave out"
    )
    totals_within: dict[str, float] = Field(
        default_factory=dict, description="money column to the share by which its total may differ from the load before"
    )
    changes: Changes = Field(default_factory=lambda: Changes.model_validate({}))
    together: tuple[str, ...] = Field(
        (), description="columns that rows of one family share: where one row is bad, all of them are set aside"
    )
    once: bool | tuple[str, ...] = Field(
        False, description="the feed holds each person once, at most; or columns: once for each of their values"
    )
    columns: dict[str, Column]
    people: dict[str, Someone] = Field(default_factory=dict)
    nodes: dict[str, Node] = Field(default_factory=dict)
    relationships: tuple[Relationship, ...] = ()

    @field_validator("once", mode="before")
    @classmethod
    def _once(cls, told: object) -> object:
        if not isinstance(told, bool | list | tuple) or told == []:
            raise ValueError(f"true, or a list of columns, as [{told}]")
        return told

    @model_validator(mode="after")
    def _consistent(self) -> Mapping:
        problems = [*self._expression_problems(), *self._type_problems(), *self._end_problems()]
        if not problems:
            problems += self._kind_problems()
        problems += [
            f"record[{index}]: {name} must be required, as no record can do without its number"
            for index, name in enumerate(self.record)
            if name in self.columns and not self.columns[name].required
        ]
        for name, someone in self.people.items():
            if not someone.can_be_told:
                problems.append(
                    f"people.{name}: nothing here tells who it is; give `ssn`, or `first_name` and `last_name`, or one "
                    "of them with `birth_date`"
                )
        if (self.file is None) == (self.sql is None):
            problems.append("file, sql: a feed has the one or the other")
        if self.file and self.file.format == "fixed" and set(self.columns) - set(self.file.widths):
            problems.append("file.widths: every column needs its place in a fixed-width file")
        for field, names in (("together", self.together), ("once", () if isinstance(self.once, bool) else self.once)):
            problems += [f"{field}: no column {name!r}" for name in names if name not in self.columns]
        problems += [
            f"totals_within.{name}: no money column"
            for name in self.totals_within
            if name not in self.columns or self.columns[name].kind not in MONEY
        ]
        if set(self.people) & set(self.nodes):
            problems.append("people and nodes share a name")
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def expressions(self) -> dict[str, str]:
        """Every expression with its path into the document."""
        found = {f"record[{i}]": name for i, name in enumerate(self.record)}
        for name, someone in self.people.items():
            for field, value in someone.model_dump(exclude={"address"}, exclude_none=True).items():
                found[f"people.{name}.{field}"] = value
            if someone.address:
                for field, value in someone.address.model_dump(exclude={"evidence"}, exclude_none=True).items():
                    found[f"people.{name}.address.{field}"] = value
        parts: dict[str, Node | Relationship] = {f"nodes.{name}": node for name, node in self.nodes.items()}
        parts |= {f"relationships[{i}]": rel for i, rel in enumerate(self.relationships)}
        for path, part in parts.items():
            found |= {f"{path}.set.{name}": value for name, value in part.properties.items()}
            dated = {"from": part.valid_from, "to": part.valid_to, "when": part.when}
            found |= {f"{path}.{name}": value for name, value in dated.items() if value}
            if isinstance(part, Node):
                found |= {f"{path}.key[{i}]": value for i, value in enumerate(part.key)}
            else:
                for side, end in (("source", part.source), ("target", part.target)):
                    _, colon, value = end.partition(":")
                    found |= {f"{path}.{side}": value} if colon else {}
        return found

    def feeds(self) -> Iterator[tuple[str, str, str, Property]]:
        """(path, expression, type, property) of everything that a row's values become."""
        for label, path, expressions in self._fed():
            declared = {prop.name: prop for prop in _columns(label)}
            for name, expression in expressions.items():
                if expression and name in declared:
                    yield f"{path}.{name}", expression, label, declared[name]

    def element_problems(self, maps_to: Map[str, frozenset[str]]) -> list[tuple[str, str]]:
        """Columns whose element is not what the agreement says it is in the graph: (path, what is wrong).

        `maps_to`: element → `Type.property` names. Dates of validity and properties of relationships may come
        from any element.
        """
        labels = {node.label for node in GRAPH.nodes}
        problems = []
        for path, expression, label, prop in self.feeds():
            if expression.startswith("=") or label not in labels or prop.name in ("valid_from", "valid_to"):
                continue
            element = self.columns[expression.partition(":")[0]].element
            if not {f"{label}.{prop.name}", f"{label}.*"} & maps_to.get(element, frozenset()):
                problems.append((path, f"{expression} is declared as {element}, which is not {label}.{prop.name}"))
        return problems

    def _fed(self) -> Iterator[tuple[str, str, dict[str, str | None]]]:
        """(type, path, property → expression) of every person, address, node and relationship."""
        for name, someone in self.people.items():
            fields = someone.model_dump(exclude={"address", "when", "agency_number", "ssn", "suffix"})
            yield "Identity", f"people.{name}", {**fields, "ssn_token": someone.ssn}
            yield "Identity", f"people.{name}", {"last_name": someone.suffix}
            if someone.address:
                yield "Address", f"people.{name}.address", someone.address.model_dump(exclude={"since", "evidence"})
        parts: dict[str, Node | Relationship] = {f"nodes.{name}": node for name, node in self.nodes.items()}
        parts |= {f"relationships[{index}]": rel for index, rel in enumerate(self.relationships)}
        for path, part in parts.items():
            dated = {"valid_from": part.valid_from, "valid_to": part.valid_to}
            yield part.type, path, {**part.properties, **dated}

    def _kind_problems(self) -> list[str]:
        """Columns whose kind is not what they feed, and spans that have no ends."""
        problems = []
        for path, expression, _, prop in self.feeds():
            if expression.startswith("="):
                if prop.type is not PropertyType.STRING:
                    problems.append(f"{path}: a constant is text, and {prop.name} holds a {prop.type.value}")
                continue
            kind = self.columns[expression.partition(":")[0]].kind
            whole_as_float = kind == "integer" and prop.type is PropertyType.FLOAT
            if HOLDS[kind] is not prop.type and not whole_as_float:
                problems.append(f"{path}: a column of kind {kind} cannot be {prop.name}, a {prop.type.value}")
        for name, someone in self.people.items():
            since = self.columns.get(someone.address.since.partition(":")[0]) if someone.address else None
            if someone.address and (since is None or HOLDS[since.kind] is not PropertyType.DATE):
                problems.append(f"people.{name}.address.since: not a date")
            number = self.columns.get(someone.ssn) if someone.ssn else None
            if someone.ssn and (number is None or number.kind != "ssn"):
                problems.append(f"people.{name}.ssn: only a column of kind ssn may be one")
        for name, node in self.nodes.items():
            if GRAPH.node(node.type).over_a_span and not (node.valid_from and node.valid_to):
                problems.append(f"nodes.{name}: {node.type} is over a span and needs `from` and `to`")
        return problems

    @property
    def related(self) -> frozenset[str]:
        """Roles of people whom a row says to be related to others in it."""
        return frozenset(
            end for rel in self.relationships if rel.type == "RELATED_TO" for end in (rel.source, rel.target)
        )

    def unit_of(self, role: str) -> Node | None:
        """The benefit unit of the row that a person of it is in."""
        units = (rel.target for rel in self.relationships if rel.type == "IN_UNIT" and rel.source == role)
        return next((self.nodes[unit] for unit in units if unit in self.nodes), None)

    def constant_ends(self) -> Iterator[tuple[str, str, str]]:
        """(path, label, id) of every end of a relationship that is one node: `Program:=SNAP`."""
        for index, rel in enumerate(self.relationships):
            for side, end in (("source", rel.source), ("target", rel.target)):
                label, colon, value = end.partition(":=")
                if colon:
                    yield f"relationships[{index}].{side}", label, value

    def _expression_problems(self) -> list[str]:
        problems = []
        for path, expression in self.expressions().items():
            if expression.startswith("="):
                continue
            name, _, end = expression.partition(":")
            column = self.columns.get(name)
            if column is None:
                problems.append(f"{path}: no column {name!r}")
            elif end and end not in (parts := PARTS.get(column.kind, ())):
                has = f"has {', '.join(parts)}" if parts else "has no parts"
                problems.append(f"{path}: a column of kind {column.kind} {has}, and not {end!r}")
        return problems

    def _type_problems(self) -> list[str]:
        nodes = {node.label: node.properties for node in GRAPH.nodes}
        rels = {rel.type: rel.properties for rel in GRAPH.relationships}
        problems = []
        for name, node in self.nodes.items():
            problems += _undeclared(f"nodes.{name}", node, nodes, "node")
        for index, rel in enumerate(self.relationships):
            problems += _undeclared(f"relationships[{index}]", rel, rels, "relationship")
        return problems

    def _end_problems(self) -> list[str]:
        problems = []
        for index, rel in enumerate(self.relationships):
            declared = {r.type: r for r in GRAPH.relationships}.get(rel.type)
            for side, end in (("source", rel.source), ("target", rel.target)):
                label = self.label_of(end)
                if label is None:
                    problems.append(f"relationships[{index}].{side}: {end!r} is no person, node or Label:id")
                elif declared and label not in (declared.sources if side == "source" else declared.targets):
                    problems.append(f"relationships[{index}].{side}: {rel.type} does not join {label}")
        return problems

    def label_of(self, end: str) -> str | None:
        """The label at an end of a relationship."""
        if end in self.people:
            return "Person"
        if end in self.nodes:
            return self.nodes[end].type
        label, colon, _ = end.partition(":")
        return label if colon and any(node.label == label for node in GRAPH.nodes) else None

    def digest(self) -> str:
        return hashlib.sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()[:16]

    def meaning(self) -> str:
        """A digest of what becomes of a row: all but how it comes, and when it was taken."""
        whole = {"once"} if isinstance(self.once, bool) else set()  # columns tell which entry of its feed a row is
        what = self.model_dump_json(by_alias=True, exclude=NOT_OF_A_ROW | whole)
        return hashlib.sha256(what.encode()).hexdigest()[:16]


def _columns(type_name: str) -> tuple[Property, ...]:
    """The properties that a node or relationship type declares, times among them."""
    kinds: tuple[NodeType | RelationshipType, ...] = (*GRAPH.nodes, *GRAPH.relationships)
    return next((kind.columns for kind in kinds if kind.name == type_name), ())


def _undeclared(path: str, part: Node | Relationship, types: dict[str, tuple[Property, ...]], kind: str) -> list[str]:
    """What a part names that the schema does not declare: its type, or properties of it."""
    if part.type not in types:
        return [f"{path}.type: no {kind} type {part.type!r}"]
    declared = {prop.name for prop in types[part.type]}
    return [f"{path}.set.{prop}: {part.type} has no such property" for prop in part.properties if prop not in declared]


def read_mapping(path: Path) -> Mapping:
    """Read a mapping. Raises `LoadError` with every problem and its path into the file."""
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise LoadError(Fault("MAPPING_SYNTAX", path.name, str(error).replace("\n", " "), "Mend the YAML.")) from None
    except (UnicodeDecodeError, RecursionError, ValueError, OSError):  # bytes, a loop, a date of no calendar, a folder
        raise LoadError(
            Fault("MAPPING_SYNTAX", path.name, "it is no YAML in UTF-8 that can be read", "Mend the file.")
        ) from None
    try:
        return Mapping.model_validate(document)
    except ValidationError as error:
        raise LoadError(
            *(
                Fault(
                    "MAPPING_INVALID",
                    f"{path.name}:{'.'.join(str(part) for part in item['loc']) or '(document)'}",
                    item["msg"],
                    "docs/mapping.schema.json completes this file in an editor.",
                )
                for item in error.errors()
            )
        ) from None


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a mapping, for editors."""
    return Mapping.model_json_schema(by_alias=True)
