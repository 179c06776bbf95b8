"""Households as they are recorded: a fixed number of statements, whatever their size and number."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from benefits.calendar import add_months
from benefits.cases import ADULT
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
    "reported",
)
"""What an answer takes: these, each once; the first says too who knows the household, the last is not of one."""


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
    confidence: float | None
    family: int | None
    since: date
    until: date | None

    def age(self, month: date) -> int | None:
        """Whole years on the first of a month; None when no record gives a birth date or year."""
        if self.birth_date:
            born = self.birth_date
            return max(month.year - born.year - ((month.month, month.day) < (born.month, born.day)), 0)
        return None if self.birth_year is None else max(month.year - self.birth_year, 0)

    def grown(self, month: date) -> bool:
        """Whether this is an adult in the month: by age, or by the role in the household without one."""
        age = self.age(month)
        return self.role == "adult" if age is None else age >= ADULT


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
    """What is recorded of a household over a span, as it was known on a day.

    Of its members only what reaches into their time in it is here; but the rules look back, so wages and clocks from
    before it are here too, with `within` false, and are not told. `reported`: programs of which some loaded
    file tells who takes part, and Wage, Income and Circumstance where one tells of such facts.
    """

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
    reported: frozenset[str]

    def present(self, month: date) -> list[Member]:
        """Members in the month, the oldest first; each person once."""
        seen = {member.person: member for member in self.members if overlaps(member.since, member.until, month)}
        return sorted(seen.values(), key=lambda member: (member.birth_year or 9999, member.person))

    def due_within(self, since: date, months: int) -> list[Row]:
        """What comes due from a day on, in so many months; each duty of an enrolment once, in the order of days."""
        last = add_months(since, months)
        until = last.replace(day=min(since.day, monthrange(last.year, last.month)[1]))
        found = {
            (row["due"], row["program"], row["enrollment"], row["duty"]): row
            for row in self.certifications
            if since <= row["due"] < until
        }
        return [found[key] for key in sorted(found, key=lambda key: (*key[:3], key[3] or ""))]

    def of_present(self, month: date) -> HouseholdRecord:
        """The record without what concerns nobody who is in the household in the month."""
        if month not in self._of_present:
            self._of_present[month] = some = self._without_others(month)
            some._of_present[month] = some
        return self._of_present[month]

    @cached_property
    def _of_present(self) -> dict[date, HouseholdRecord]:
        return {}

    def _without_others(self, month: date) -> HouseholdRecord:
        here = {member.person for member in self.present(month)}

        def theirs(rows: tuple[Row, ...]) -> tuple[Row, ...]:
            return tuple(row for row in rows if row["person"] in here)

        return replace(
            self, enrollments=tuple(span for span in self.enrollments if here & set(span.people)),
            certifications=theirs(self.certifications), wages=theirs(self.wages), facts=theirs(self.facts),
            relations=theirs(self.relations),
        )  # fmt: skip


def read_household(
    store: Reads, household: str, as_of: date, start: date, end: date, may: Callable[[Row], bool] = lambda known: True
) -> HouseholdRecord | None:
    """The household over [start, end); None when nobody was in it.

    `may` is told which `agencies` and `secretariats` know the household, before more of it is read: where it
    says no, the household is not there.
    """
    found = read_households(store, [household], as_of, start, end, may)
    return found.get(household)


def read_households(
    store: Reads, households: Sequence[str], as_of: date, start: date, end: date,
    may: Callable[[Row], bool] = lambda known: True,
) -> dict[str, HouseholdRecord]:  # fmt: skip
    """Households over [start, end) by id, in as many statements as one takes; `may` as for one."""
    first, *others = STATEMENTS
    span = {"asOf": as_of, "from": start, "to": end}
    members = _by_household(store.read(statement(first), {"households": list(households), **span}))
    open_ones = sorted(household for household, rows in members.items() if may(rows[0]))
    if not open_ones:
        return {}
    answers = store.read_all([statement(name) for name in others], {"households": open_ones, **span})
    reported = frozenset(row["what"] for row in answers.pop())
    parts = [members, *map(_by_household, answers)]
    return {
        household: _record(household, as_of, [part.get(household, []) for part in parts], reported)
        for household in open_ones
    }


def _by_household(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["household"], []).append(row)
    return found


def _record(household: str, as_of: date, parts: list[list[Row]], reported: frozenset[str]) -> HouseholdRecord:
    """A household from the rows of each statement, in the order of `STATEMENTS`."""
    members, places, enrollments, certifications, wages, facts, relations, combinations = parts
    return HouseholdRecord(
        household, as_of, tuple(map(_member, members)), tuple(places), _enrollments(enrollments),
        tuple(certifications), _once(wages, "wage"), _once(facts, "fact"), tuple(relations), tuple(combinations),
        reported,
    )  # fmt: skip


@cache
def statement(name: str) -> str:
    """One of the fixed statements of an answer."""
    return (FOLDER / f"{name}.cypher").read_text()


def overlaps(since: date | None, until: date | None, month: date) -> bool:
    """Whether a span covers a day of the month (its first day is given)."""
    return (since is None or since < add_months(month, 1)) and (until is None or until > month)


def year_to(month: date) -> tuple[date, date]:
    """The span that the rules look at for a month: the year before it, and the month itself."""
    return add_months(month, -12), add_months(month, 1)


def _once(rows: list[Row], key: str) -> tuple[Row, ...]:
    """Each fact of a person once; within their time in the household when any of their memberships covers it."""
    found: dict[tuple[str, str], Row] = {}
    for row in rows:
        before = found.get((row["person"], row[key]))
        if before is None or row["within"]:
            found[row["person"], row[key]] = row
    return tuple(found.values())


def _member(row: Row) -> Member:
    return Member(
        row["person"], _commonest(row["birth_years"]), _commonest(row["births"]), _commonest(row["first_names"]),
        _commonest(row["sexes"]), row["role"], row["evidence"], row["confidence"], row["family"],
        row["since"], row["until"],
    )  # fmt: skip


def _commonest(values: list[Any]) -> Any:
    counted = Counter(value for value in values if value is not None)
    return min(counted, key=lambda value: (-counted[value], value)) if counted else None


def _enrollments(rows: list[Row]) -> tuple[Enrollment, ...]:
    people: dict[str, set[str]] = {}
    first: dict[str, Row] = {}
    paid: dict[str, dict[str, Row]] = {}
    for row in rows:
        people.setdefault(row["enrollment"], set()).add(row["person"])
        first.setdefault(row["enrollment"], row)
        paid.setdefault(row["enrollment"], {}).update({a["id"]: a for a in row["amounts"] if a["id"]})
    found = []
    for key, row in first.items():
        amounts = sorted(
            (Amount(a["id"], a["cents"], a["kind"], a["since"], a["until"]) for a in paid[key].values()),
            key=lambda amount: (amount.since or date.min, amount.id),
        )
        found.append(
            Enrollment(
                key, row["program"], row["category"], row["unit"], tuple(sorted(people[key])), row["since"],
                row["until"], row["end_reason"], tuple(amounts),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda span: (span.program, span.since or date.min, span.id)))
