"""A recorded household in one month as the rules need it, with what is not recorded said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from benefits.cases import Cases
from benefits.month import PROGRAMS, Known, corners
from benefits.path import Start
from queries.household import HouseholdRecord, Member, overlaps

FULL_DISREGARD_MONTHS = 6
CARE_AGE = 13
COUNTED = {"UI"}
"""Programs without rules here whose recorded amounts count as income."""
RECENT_MONTHS = 6
"""A quarter's wages stand for the months after it until the next report, this long."""


@dataclass(frozen=True)
class Situation:
    """`ends`: one case, or two corners of what is not recorded. `people`: who stands in which place."""

    month: date
    people: tuple[Member, ...]
    ends: tuple[Cases, ...]
    enrolled: dict[str, bool]
    start: Start
    known: Known
    outside: tuple[str, ...]
    assumptions: tuple[str, ...]

    def place(self, person: str) -> int:
        """The place of a person. Raises `LookupError` when they are not an adult of the household."""
        for index, member in enumerate(self.people):
            if member.person == person and member.role == "adult":
                return index
        raise LookupError("that person is no adult of the household in the month")

    def main_earner(self) -> str | None:
        """The adult with the highest recorded earnings; the first adult when none has any; None: no adult."""
        adults = [i for i, member in enumerate(self.people) if member.role == "adult"]
        if not adults:
            return None
        best = max(adults, key=lambda i: (int(self.ends[0].earnings_cents[0, i]), -i))
        return self.people[best].person


def situation(record: HouseholdRecord, month: date) -> Situation | None:
    """The household in a month; None when nobody is in it then."""
    people = tuple(record.present(month))
    if not people:
        return None
    enrolled = {span.program for span in record.enrollments if span.covers(month)}
    rent, heating = _expense(record, month, "rent"), _expense(record, month, "heating")
    ages = [_age(member, month) for member in people]
    young = any(0 <= age < CARE_AGE for age in ages)
    fee = _fee(record, month)
    known = Known(
        rent=rent is not None,
        child_care=fee is not None or not young,
        heating=heating is not None or rent is not None,
    )
    disregard = _clock(record, month, "full disregard")
    left = FULL_DISREGARD_MONTHS - disregard if disregard is not None else FULL_DISREGARD_MONTHS
    spouses = {frozenset((row["person"], row["other"])) for row in record.relations if row["kind"] == "spouse"}
    adults = [member.person for member in people if member.role == "adult"]
    row = np.zeros(1, dtype=bool)
    cases = Cases(
        month=month,
        ages=np.array([ages], dtype=np.int64),
        earnings_cents=np.array([[_earnings(record, member.person, month) for member in people]], dtype=np.int64),
        unearned_cents=np.array([_unearned(record, month)], dtype=np.int64),
        rent_cents=np.array([rent or 0], dtype=np.int64),
        child_care_cents=np.array([fee or 0], dtype=np.int64),
        heats=row | (heating is not None),
        disabled=np.array([[_is(record, member.person, month, "disabled") for member in people]]),
        pregnant=np.array([[_is(record, member.person, month, "pregnant") for member in people]]),
        joint=row | (len(adults) >= 2 and frozenset(adults[:2]) in spouses),
        subsidized=row | ("HOUSING" in enrolled),
        tafdc_recipient=row | ("TAFDC" in enrolled),
        disregard_months_left=np.array([max(left, 0)], dtype=np.int64),
        parent_covered=row | _parent_covered(record, month, set(adults)),
    )
    return Situation(
        month,
        people,
        corners(cases, known),
        {"SNAP": "SNAP" in enrolled, "TAFDC": "TAFDC" in enrolled},
        Start(
            {"SNAP": "SNAP" in enrolled, "TAFDC": "TAFDC" in enrolled},
            max(left, 0),
            _due(record, month),
            clock_months_used=None if _exempt(record, people, ages, month) else _clock(record, month, "time limit"),
            duties=_duties(record, month),
        ),
        known,
        tuple(sorted(enrolled - set(PROGRAMS) - COUNTED)),
        _assumptions(record, people, disregard is None and "TAFDC" in enrolled),
    )


def _parent_covered(record: HouseholdRecord, month: date, adults: set[str]) -> bool:
    return any(s.program == "MASSHEALTH" and s.covers(month) and adults & set(s.people) for s in record.enrollments)


def _age(member: Member, month: date) -> int:
    if member.birth_date:
        born = member.birth_date
        return max(month.year - born.year - ((month.month, month.day) < (born.month, born.day)), 0)
    if member.birth_year:
        return max(month.year - member.birth_year, 0)
    return 35 if member.role == "adult" else 8


def _assumptions(record: HouseholdRecord, people: tuple[Member, ...], no_clock: bool) -> tuple[str, ...]:
    found = []
    ageless = sum(member.birth_date is None and member.birth_year is None for member in people)
    if ageless:
        found.append(f"{ageless} member(s) without a birth date: an adult is taken as 35, a child as 8")
    nameless = sum(row["type"] == "Income" and row["amount"] is None for row in record.facts)
    if nameless:
        found.append(f"{nameless} income(s) are recorded without an amount: taken as none")
    if no_clock:
        found.append("months of the full TAFDC disregard are not recorded: none is taken as used")
    paid = {row["person"] for row in record.wages}
    unpaid = sum(member.role == "adult" and member.person not in paid for member in people)
    if unpaid:
        found.append(f"no wages are recorded of {unpaid} adult(s): their earnings are taken as none")
    return tuple(found)


def _earnings(record: HouseholdRecord, person: str, month: date) -> int:
    """Cents a month of a person: wages of the month, else of their newest span not older than six months."""
    mine = [
        row for row in record.wages if row["person"] == person and row["since"] <= month and row["cents"] is not None
    ]
    now = [row for row in mine if overlaps(row["since"], row["until"], month)]
    if not now and mine:
        newest = max(row["since"] for row in mine)
        if _months(newest, month) <= RECENT_MONTHS + 2:
            now = [row for row in mine if row["since"] == newest]
    return sum(row["cents"] // max(_months(row["since"], row["until"]), 1) for row in now)


def _months(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def _unearned(record: HouseholdRecord, month: date) -> int:
    amounts = {
        (row["person"], row["kind"], row["amount"])
        for row in record.facts
        if row["type"] == "Income" and overlaps(row["since"], row["until"], month)
    }
    total = sum(amount or 0 for _, _, amount in amounts)
    for span in record.enrollments:
        if span.program == "UI" and span.covers(month):
            total += sum(a.cents or 0 for a in span.amounts if overlaps(a.since, a.until, month))
    return total


def _expense(record: HouseholdRecord, month: date, kind: str) -> int | None:
    found = [
        row["amount"] or 0
        for row in record.facts
        if row["type"] == "Expense"
        and row["kind"] == kind
        and (row["amount"] is not None or kind == "heating")
        and overlaps(row["since"], row["until"], month)
    ]
    if kind == "rent":
        found += [
            amount.cents
            for span in record.enrollments
            if span.program == "HOUSING" and span.covers(month)
            for amount in span.amounts
            if amount.kind == "tenant_share" and amount.cents is not None
            and overlaps(amount.since, amount.until, month)
        ][:1]  # fmt: skip
        return min(found) if found else None
    return max(found) if found else None


def _fee(record: HouseholdRecord, month: date) -> int | None:
    fees = [
        amount.cents
        for span in record.enrollments
        if span.program == "CCFA" and span.covers(month)
        for amount in span.amounts
        if amount.kind == "fee" and amount.cents is not None and overlaps(amount.since, amount.until, month)
    ]
    return sum(fees) if fees else None


def _clock(record: HouseholdRecord, month: date, clock: str) -> int | None:
    used = [row["amount"] for row in record.facts if row["type"] == "TimeClock" and row["kind"] == clock]
    return max(used) if used else None


def _is(record: HouseholdRecord, person: str, month: date, kind: str) -> bool:
    return any(
        row["type"] == "Circumstance" and row["person"] == person and row["kind"] == kind
        and overlaps(row["since"], row["until"], month)
        for row in record.facts
    )  # fmt: skip


def _exempt(record: HouseholdRecord, people: tuple[Member, ...], ages: list[int], month: date) -> bool:
    """Whether the TAFDC clock stands (106 CMR 703.100), as far as it shows in what is recorded."""
    kinds = ("disabled", "pregnant")
    bound = any(_is(record, m.person, month, kind) for m in people for kind in kinds if m.role == "adult")
    return bound or any(age < 2 for age in ages)


def _duties(record: HouseholdRecord, month: date) -> tuple[tuple[int, str, str], ...]:
    """What comes due from the month on: (months from it, program, report or recertification)."""
    rows = {
        (_months(month, row["due"]), row["program"], row["duty"] or "recertification")
        for row in record.certifications
        if row["due"] >= month
    }
    return tuple(sorted(rows))


def expenses(record: HouseholdRecord, month: date) -> dict[str, int | None]:
    """What a household bears a month, in cents, by kind; None: not recorded. Without a child under 13: no care."""
    young = any(0 <= _age(member, month) < CARE_AGE for member in record.present(month))
    fee = _fee(record, month)
    return {
        "rent": _expense(record, month, "rent"),
        "child_care": fee if fee is not None or young else 0,
        "utilities": _expense(record, month, "utilities"),
    }


def _due(record: HouseholdRecord, month: date) -> int:
    """Months until SNAP looks again, as recorded; six when it is not."""
    due = [row["due"] for row in record.certifications if row["program"] == "SNAP" and row["due"] >= month]
    return max(_months(month, min(due)), 1) if due else 6
