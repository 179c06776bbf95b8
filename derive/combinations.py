"""HAD_COMBINATION: which programs of the agreement a household received together, month by month."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import pyarrow as pa

from graph.recording import content, record_relationships
from graph.schema import GRAPH
from graph.store import Row, Store

STEP = 2_000
OPEN = 1_000_000
"""The month in which a span without an end ends: later than any other."""
_KNOWN = "x.recorded_from <= $asOf AND (x.recorded_to IS NULL OR x.recorded_to > $asOf)"
_MEMBERS = (
    "MATCH (p:Person)-[x:MEMBER_OF]->(h:Household{one}) WHERE " + _KNOWN + " "
    "RETURN p.id AS person, h.id AS household, x.valid_from AS since, x.valid_to AS until"
)
_OWN = (
    "MATCH (p:Person{one})-[:ENROLLED_IN]->(x:Enrollment) WHERE " + _KNOWN + " AND x.program IN $programs "
    "RETURN p.id AS person, x.program AS program, x.valid_from AS since, x.valid_to AS until"
)
_UNITS = (
    "MATCH (p:Person{one})-[i:IN_UNIT]->(:BenefitUnit)-[:ENROLLED_IN]->(x:Enrollment) WHERE " + _KNOWN + " "
    "AND x.program IN $programs AND i.recorded_from <= $asOf AND (i.recorded_to IS NULL OR i.recorded_to > $asOf) "
    "AND (i.valid_to IS NULL OR x.valid_from IS NULL OR i.valid_to > x.valid_from) "
    "AND (i.valid_from IS NULL OR x.valid_to IS NULL OR i.valid_from < x.valid_to) "
    "RETURN p.id AS person, x.program AS program, x.valid_from AS since, x.valid_to AS until"
)
_STANDS = (
    "MATCH (h:Household{one})-[r:HAD_COMBINATION]->() WHERE r.recorded_to IS NULL OR r.recorded_to = $asOf "
    "RETURN h.id AS household, r.id AS id"
)
_COMBINED = "MATCH (b:Batch {status: 'published'}) RETURN b.combined AS programs ORDER BY b.received DESC, b.id LIMIT 1"
"""Of which programs combinations were derived in the newest published load."""


@dataclass(frozen=True)
class _Span:
    household: str
    programs: tuple[str, ...]
    since: int
    until: int
    people: int

    @property
    def combination(self) -> str:
        return "+".join(self.programs)


def derive_combinations(store: Store, as_of: date, changed: Set[str] | None = None) -> int:
    """Hold each household's combinations against the graph: add what is new, end what is no more; of those that
    `changed` (see `changed_households`; None: anyone may have), and of everyone where the agreement has other programs.

    Gives the number of combination spans. A month's combination is the set of programs in force for any
    member on a day of it.
    """
    named = [row["id"] for row in store.read("MATCH (p:Program {in_agreement: true}) RETURN p.id AS id ORDER BY id")]
    if store.read(_COMBINED) != [{"programs": "+".join(named)}]:
        changed = None
    spans = list(_spans(store, as_of, named, changed))
    combinations = sorted({span.combination for span in spans})
    node, had = GRAPH.node("BenefitCombination"), GRAPH.relationship("HAD_COMBINATION")
    parts = [name.split("+") for name in combinations]
    store.write_nodes(node, pa.table({"id": combinations, "programs": parts, "size": [len(names) for names in parts]}))
    includes = [(name, program) for name, names in zip(combinations, parts, strict=True) for program in names]
    store.write_relationships(
        GRAPH.relationship("INCLUDES"),
        pa.table(
            {
                "source": pa.array([a for a, _ in includes], pa.string()),
                "target": pa.array([b for _, b in includes], pa.string()),
                "id": pa.array([f"{a}>{b}" for a, b in includes], pa.string()),
            }
        ),
    )
    stands = {content(row["id"]): row for row in _of(store, _STANDS, changed, {"asOf": as_of})}
    rows = {_key(span): span for span in spans}
    gone = sorted((row["household"], row["id"]) for fact, row in stands.items() if fact not in rows)
    for start in range(0, len(gone), STEP):
        store.execute(
            "UNWIND $gone AS row MATCH (:Household {id: row[0]})-[r:HAD_COMBINATION {id: row[1]}]->() "
            "SET r.recorded_to = $asOf",
            {"gone": [list(one) for one in gone[start : start + STEP]], "asOf": as_of},
        )
    fresh = {key: span for key, span in sorted(rows.items()) if key not in stands}
    record_relationships(store, had, _table(fresh, as_of), as_of)
    store.execute("MATCH (b:Batch {status: 'loading'}) SET b.combined = $named", {"named": "+".join(named)})
    return len(rows)


def _of(store: Store, statement: str, ids: Iterable[str] | None, given: dict[str, Any]) -> Iterator[Row]:
    """What a statement says of everyone, or of some households or people."""
    if ids is None:
        yield from store.stream(statement.format(one=""), given)
        return
    some, each = sorted(ids), "UNWIND $ids AS id " + statement.format(one=" {id: id}")
    for start in range(0, len(some), STEP):
        yield from store.stream(each, given | {"ids": some[start : start + STEP]})


def _table(spans: dict[str, _Span], as_of: date) -> pa.Table:
    values = list(spans.values())
    return pa.table(
        {
            "id": pa.array(list(spans), pa.string()),
            "source": pa.array([span.household for span in values], pa.string()),
            "target": pa.array([span.combination for span in values], pa.string()),
            "people": pa.array([span.people for span in values], pa.int64()),
            "valid_from": pa.array([_day(span.since) for span in values], pa.date32()),
            "valid_to": pa.array([_day(span.until) for span in values], pa.date32()),
            "recorded_from": pa.array([as_of] * len(values), pa.date32()),
        }
    )


def _key(span: _Span) -> str:
    text = f"{span.household}|{span.combination}|{span.since}|{span.until}|{span.people}"
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _spans(store: Store, as_of: date, named: list[str], changed: Set[str] | None) -> Iterable[_Span]:
    """Combination spans of households, of some programs, in months counted from year 0."""
    homes: dict[str, list[tuple[str, int, int]]] = {}
    for row in _of(store, _MEMBERS, changed, {"asOf": as_of}):
        since, until = _months(row["since"], row["until"])
        homes.setdefault(row["household"], []).append((row["person"], since, until))
    people = None if changed is None else {person for members in homes.values() for person, *_ in members}
    enrolled: dict[str, set[tuple[str, int, int]]] = {}
    for statement in (_OWN, _UNITS):
        for row in _of(store, statement, people, {"asOf": as_of, "programs": named}):
            since, until = _months(row["since"], row["until"])
            enrolled.setdefault(row["person"], set()).add((row["program"], since, until))
    for household in sorted(homes):
        yield from _of_household(household, homes[household], enrolled)


def _of_household(
    household: str,
    members: list[tuple[str, int, int]],
    enrolled: dict[str, set[tuple[str, int, int]]],
) -> Iterable[_Span]:
    inside = [
        (program, max(since, begin), min(until, end))
        for person, since, until in members
        for program, begin, end in enrolled.get(person, ())
        if begin < until and end > since
    ]
    edges = sorted({edge for _, since, until in inside for edge in (since, until)}
                   | {edge for _, since, until in members for edge in (since, until)})  # fmt: skip
    current: _Span | None = None
    for since, until in pairwise(edges):
        programs = tuple(sorted({program for program, begin, end in inside if begin <= since < end}))
        people = len({person for person, begin, end in members if begin <= since < end})
        if current and current.until == since and current.programs == programs and current.people == people:
            current = _Span(household, programs, current.since, until, people)
            continue
        if current and current.programs:
            yield current
        current = _Span(household, programs, since, until, people)
    if current and current.programs:
        yield current


def _months(since: date | None, until: date | None) -> tuple[int, int]:
    """A span of days as a span of months: a month counts when it covers a day of it."""
    return _month(since) if since else 0, _month(until) + (until.day > 1) if until else OPEN


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _day(month: int) -> date | None:
    return None if month == OPEN else date(month // 12, month % 12 + 1, 1)
