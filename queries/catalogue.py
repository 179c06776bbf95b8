"""The catalogue: one `.cypher` file a question, with a header that says what it answers and what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from graph.store import Reads, Row, Store

FOLDER = Path(__file__).with_name("catalogue")
EXAMPLES = {"date": "a date, like 2026-10-15", "month": "a month, like 2026-10-01", "integer": "a whole number"}
HEADER = ("question", "parameters", "columns", "counting", "for", "grain", "needs")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a query: its name, its type (date, month, text, integer) and what it stands for when not given."""

    name: str
    type: str
    default: str | None


@dataclass(frozen=True)
class Query:
    """One question of the catalogue.

    `needs`: `Type.property` names that the agreement must open at `grain`. `counts`: columns that count
    people or households and are suppressed below the smallest cell; `parts`: pairs of which the first counts some
    of those that the second counts.
    """

    name: str
    question: str
    parameters: tuple[Parameter, ...]
    columns: tuple[str, ...]
    counting: str
    audience: str
    grain: str
    needs: frozenset[str]
    counts: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]
    cypher: str

    def bind(self, given: Mapping[str, str | int | date | None], as_of: date) -> dict[str, Any]:
        """Parameters as the engine takes them. Raises `ValueError` naming what is missing, unknown or mistyped."""
        names = {parameter.name for parameter in self.parameters}
        unknown = sorted(set(given) - names)
        if unknown:
            raise ValueError(f"{self.name} has no parameter {', '.join(unknown)}; it takes {', '.join(sorted(names))}")
        bound: dict[str, Any] = {"asOf": as_of}
        for parameter in self.parameters:
            value = given.get(parameter.name)
            bound[parameter.name] = _convert(self.name, parameter, parameter.default if value is None else value)
        return bound


@cache
def catalogue() -> dict[str, Query]:
    """All queries by name."""
    return {path.stem: _parse(path) for path in sorted(FOLDER.rglob("*.cypher"))}


def find(name: str) -> Query:
    """A query by name. Raises `LookupError` that names the queries there are."""
    if name not in catalogue():
        raise LookupError(f"no query {name!r}; there are {', '.join(catalogue())}")
    return catalogue()[name]


def run(store: Reads, query: Query, given: Mapping[str, str | int | date | None], as_of: date) -> list[Row]:
    """The rows of a query as the graph was known on a day."""
    return store.read(query.cypher, query.bind(given, as_of))


def table(query: Query, rows: list[Row]) -> pa.Table:
    """Rows as an Arrow table with the query's columns."""
    return pa.table({name: [row[name] for row in rows] for name in query.columns})


def newest(store: Reads) -> date | None:
    """The recorded time of the newest published batch: the default `asOf`; None for an empty graph."""
    rows = store.read("MATCH (b:Batch {status: 'published'}) RETURN max(b.received) AS day")
    day = rows[0]["day"]
    return day if isinstance(day, date) else None


def _parse(path: Path) -> Query:
    header: dict[str, str] = {}
    body: list[str] = []
    for line in path.read_text().splitlines():
        if line.startswith("// ") and not body:
            key, _, text = line[3:].partition(": ")
            header[key] = text.strip()
        else:
            body.append(line)
    missing = [key for key in HEADER if key not in header]
    if missing:
        raise ValueError(f"{path.name}: the header lacks {', '.join(missing)}")
    return Query(
        name=path.stem,
        question=header["question"],
        parameters=tuple(_parameter(text) for text in _list(header["parameters"])),
        columns=tuple(_list(header["columns"])),
        counting=header["counting"],
        audience=header["for"],
        grain=header["grain"],
        needs=frozenset(_list(header["needs"])),
        counts=tuple(_list(header.get("counts", ""))),
        parts=tuple(_pair(text) for text in _list(header.get("parts", ""))),
        cypher="\n".join(body).strip(),
    )


def _parameter(text: str) -> Parameter:
    name, _, rest = text.partition(" ")
    kind, _, default = rest.partition("=")
    return Parameter(name, kind.strip(), default.strip() or None)


def _pair(text: str) -> tuple[str, str]:
    part, _, whole = text.partition(" of ")
    return part, whole


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip() not in ("", "none")]


def _convert(query: str, parameter: Parameter, value: str | int | date | None) -> Any:
    if value is None:
        raise ValueError(f"{query} needs the parameter {parameter.name} ({parameter.type})")
    try:
        if parameter.type in ("date", "month"):
            day = value if isinstance(value, date) else date.fromisoformat(str(value))
            return day.replace(day=1) if parameter.type == "month" else day
        return int(str(value)) if parameter.type == "integer" else str(value)
    except ValueError:
        raise ValueError(f"{query}: {parameter.name} must be {EXAMPLES[parameter.type]}") from None


__all__ = ["Parameter", "Query", "Reads", "Row", "Store", "catalogue", "find", "newest", "run", "table"]
