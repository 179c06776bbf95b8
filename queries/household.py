"""A household as it is recorded: a fixed number of statements, whatever its size."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from graph.store import Reads, Row

FOLDER = Path(__file__).with_name("statements")
STATEMENTS = (
    "members",
    "places",
    "enrollments",
    "certifications",
    "wages",
    "facts",
    "relations",
    "combinations",
)
"""What one household takes: these, each once; the first says too who knows the household."""


@dataclass(frozen=True)
class Member:
    """A span of a person in the household; `birth_date` is what most of their records give, or None."""

    person: str
    birth_year: int | None
    birth_date: date | None
    first_name: str | None
    sex: str | None
    role: str
    evidence: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Amount:
    """Cents a month over a span, as an agency recorded it."""

    id: str
    cents: int | None
    kind: str
    since: date | None
    until: date | None


@dataclass(frozen=True)
class Enrollment:
    """A span in a program; `people` are the members in it, `unit` the program's own unit when it has one."""

    id: str
    program: str
    category: str | None
    unit: str | None
    people: tuple[str, ...]
    since: date | None
    until: date | None
    end_reason: str | None
    amounts: tuple[Amount, ...]

    def covers(self, month: date) -> bool:
        return overlaps(self.since, self.until, month)


@dataclass(frozen=True)
class HouseholdRecord:
    """What is recorded of a household over a span, as it was known on a day."""

    id: str
    as_of: date
    members: tuple[Member, ...]
    places: tuple[Row, ...]
    enrollments: tuple[Enrollment, ...]
    certifications: tuple[Row, ...]
    wages: tuple[Row, ...]
    facts: tuple[Row, ...]
    relations: tuple[Row, ...]
    combinations: tuple[Row, ...]

    def present(self, month: date) -> list[Member]:
        """Members in the month, the oldest first; each person once."""
        seen = {member.person: member for member in self.members if overlaps(member.since, member.until, month)}
        return sorted(seen.values(), key=lambda member: (member.birth_year or 9999, member.person))


def read_household(
    store: Reads, household: str, as_of: date, start: date, end: date, may: Callable[[Row], bool] = lambda known: True
) -> HouseholdRecord | None:
    """The household over [start, end); None when nobody was in it.

    `may` is told which `agencies` and `secretariats` know the household, before more of it is read: where it
    says no, the household is not there.
    """
    parameters = {"household": household, "asOf": as_of, "from": start, "to": end}
    first, *others = STATEMENTS
    members = store.read(statement(first), parameters)
    if not members or not may(members[0]):
        return None
    answers = store.read_all([statement(name) for name in others], parameters)
    rows = dict(zip(STATEMENTS, [members, *answers], strict=True))
    return HouseholdRecord(
        household,
        as_of,
        tuple(_member(row) for row in rows["members"]),
        tuple(rows["places"]),
        _enrollments(rows["enrollments"]),
        tuple(rows["certifications"]),
        tuple(rows["wages"]),
        tuple(rows["facts"]),
        tuple(rows["relations"]),
        tuple(rows["combinations"]),
    )


@cache
def statement(name: str) -> str:
    """One of the fixed statements of an answer."""
    return (FOLDER / f"{name}.cypher").read_text()


def overlaps(since: date | None, until: date | None, month: date) -> bool:
    """Whether a span covers a day of the month (its first day is given)."""
    return (since is None or since < following(month)) and (until is None or until > month)


def following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def year_to(month: date) -> tuple[date, date]:
    """The span that the rules look at for a month: the year before it, and the month itself."""
    return date(month.year - 1, month.month, 1), following(month)


def _member(row: Row) -> Member:
    return Member(
        row["person"], _commonest(row["birth_years"]), _commonest(row["births"]), _commonest(row["first_names"]),
        _commonest(row["sexes"]), row["role"], row["evidence"], row["since"], row["until"],
    )  # fmt: skip


def _commonest(values: list[Any]) -> Any:
    counted = Counter(value for value in values if value is not None)
    return min(counted, key=lambda value: (-counted[value], value)) if counted else None


def _enrollments(rows: list[Row]) -> tuple[Enrollment, ...]:
    people: dict[str, set[str]] = {}
    first: dict[str, Row] = {}
    for row in rows:
        people.setdefault(row["enrollment"], set()).add(row["person"])
        first.setdefault(row["enrollment"], row)
    found = []
    for key, row in first.items():
        amounts = sorted(
            (Amount(a["id"], a["cents"], a["kind"], a["since"], a["until"]) for a in row["amounts"] if a["id"]),
            key=lambda amount: (amount.since or date.min, amount.id),
        )
        found.append(
            Enrollment(
                key, row["program"], row["category"], row["unit"], tuple(sorted(people[key])), row["since"],
                row["until"], row["end_reason"], tuple(amounts),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda span: (span.program, span.since or date.min, span.id)))
