"""What a household's record says of one month: earnings, incomes, expenses, circumstances, clocks, duties.

The record is that of who is in the household in the month (`HouseholdRecord.of_present`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from benefits.calendar import add_months, months_between
from graph.store import Row
from queries.household import Amount, Enrollment, HouseholdRecord, overlaps

RECENT_MONTHS = 6
"""Wages stand for the months after their span until the next report, this long."""


@dataclass(frozen=True)
class Count:
    """Months that a clock had counted, and the day of the count."""

    months: int
    on: date


def earnings(record: HouseholdRecord, person: str, month: date) -> int | None:
    """Cents a month: wages of the month, else of the newest span that ended within six months, else none.

    None where such wages are recorded without their amount or their dates.
    """
    spans = [row for row in _recent(record, person, month) if not _lost(record, person, month, row)]
    if any(row["cents"] is None or row["since"] is None or row["until"] is None for row in spans):
        return None
    return sum(int(row["cents"]) // max(months_between(row["since"], row["until"]), 1) for row in spans)


def _lost(record: HouseholdRecord, person: str, month: date, wage: Row) -> bool:
    """Whether wages are those of a job before a claim for unemployment benefits that is in force."""
    begun = [span.since for span in record.enrollments
             if span.program == "UI" and person in span.people and span.covers(month) and span.since]  # fmt: skip
    return wage["since"] is not None and any(wage["since"] < since for since in begun)


def lost_wages(record: HouseholdRecord, person: str, month: date) -> bool:
    """Whether wages are left out as those of a job before a claim."""
    return any(_lost(record, person, month, row) for row in _recent(record, person, month))


def has_wages(record: HouseholdRecord, person: str, month: date) -> bool:
    """Whether a span of wages stands for the month."""
    return bool(_recent(record, person, month))


def _recent(record: HouseholdRecord, person: str, month: date) -> list[Row]:
    after = add_months(month, 1)
    mine = [row for row in record.wages if row["person"] == person and (row["since"] is None or row["since"] < after)]
    now = [row for row in mine if overlaps(row["since"], row["until"], month)]
    if now or not mine:
        return now
    newest = max(row["until"] for row in mine if row["until"])  # a span without an end is in force
    if months_between(newest, month) >= RECENT_MONTHS:
        return []
    return [row for row in mine if row["until"] == newest]


def incomes(record: HouseholdRecord, month: date) -> list[Row]:
    """Unearned incomes in force."""
    return [row for row in record.facts if row["type"] == "Income" and overlaps(row["since"], row["until"], month)]


def unearned(record: HouseholdRecord, month: date) -> dict[tuple[str, str], int]:
    """Cents of unearned income by person and kind; what has no amount is not in it."""
    amounts = {(row["person"], row["kind"] or "other", row["amount"]) for row in incomes(record, month)}
    found: dict[tuple[str, str], int] = {}
    for person, kind, amount in amounts:
        found[person, kind] = found.get((person, kind), 0) + (amount or 0)
    return found


def claims(record: HouseholdRecord, month: date) -> dict[str, tuple[int, date | None]]:
    """Who was paid unemployment benefits: cents in the month, and since when."""
    found: dict[str, tuple[int, date | None]] = {}
    for span in record.enrollments:
        if span.program == "UI" and span.covers(month) and (amounts := _amounts(span, month)):
            cents, since = found.get(span.people[0], (0, span.since))
            found[span.people[0]] = cents + sum(amounts), since
    return found


def unpriced_benefits(record: HouseholdRecord, month: date, program: str) -> bool:
    """Whether someone is in a program in the month without a recorded amount of it."""
    return any(
        not _amounts(span, month) for span in record.enrollments if span.program == program and span.covers(month)
    )


def rent(record: HouseholdRecord, month: date) -> int | None:
    """Rent that the household bears, the tenant's share where housing is subsidised; None: not recorded."""
    found = [*_expenses(record, month, "rent"), *tenant_shares(record, month)]
    return min(found) if found else None


def tenant_shares(record: HouseholdRecord, month: date) -> list[int]:
    """Cents of rent that the tenant of a subsidised lease pays, as recorded."""
    return _paid(record, month, "HOUSING", "tenant_share")


def paid(record: HouseholdRecord, month: date, program: str) -> int | None:
    """Cents that a program's units were paid in a month; None: nothing is recorded. Of amounts of a unit that meet in
    it, those that are in force on its first day."""
    units: dict[str, list[Amount]] = {}
    for span in record.enrollments:
        if span.program == program and span.covers(month):
            inside = (one for one in span.amounts if one.cents is not None and overlaps(one.since, one.until, month))
            units.setdefault(span.unit or span.id, []).extend(inside)
    found = [
        one.cents or 0
        for each in units.values()
        for one in ([one for one in each if one.since is None or one.since <= month] or each)
    ]
    return sum(found) if found else None


def closing(record: HouseholdRecord, month: date, program: str, months: int) -> str | None:
    """Why a spell of a program ended that another one follows within so many months, with this month between them;
    None: there are no such two. "" where no reason is recorded."""
    spans = [span for span in record.enrollments if span.program == program]
    before = [span for span in spans if span.until and span.until <= month]
    after = [span for span in spans if span.since and span.since >= add_months(month, 1)]
    if not before or not after:
        return None
    ended = max(before, key=lambda span: (span.until or date.min, span.id))
    begins = min(span.since or date.max for span in after)
    return (ended.end_reason or "") if months_between(ended.until or begins, begins) <= months else None


def utilities(record: HouseholdRecord, month: date) -> int | None:
    found = _expenses(record, month, "utilities")
    return max(found) if found else None


def heats(record: HouseholdRecord, month: date) -> bool | None:
    """Whether heating or cooling is paid for apart from rent; None: not recorded."""
    kinds = {
        row["kind"]
        for row in record.facts
        if row["type"] == "Expense" and overlaps(row["since"], row["until"], month)
    }  # fmt: skip
    if "heating" in kinds:
        return True
    return False if "heating_included" in kinds else None


def care_fee(record: HouseholdRecord, month: date) -> int | None:
    """Cents of child care fees; None: not recorded."""
    fees = _paid(record, month, "CCFA", "fee")
    return sum(fees) if fees else None


def in_care(record: HouseholdRecord, person: str, month: date) -> bool:
    """Whether CCFA pays for a child's care."""
    return takes_part(record, month, "CCFA", {person})


def care_price(record: HouseholdRecord, month: date) -> int | None:
    """Cents of what the care that CCFA helps with costs in all; None: not recorded of each child."""
    prices = {row["fact"]: row["amount"] for row in _expense_rows(record, month, "child_care_price")}  # one a child
    children = {person for span in record.enrollments if span.program == "CCFA" and span.covers(month)
                for person in span.people}  # fmt: skip
    known = [cents for cents in prices.values() if cents is not None]
    return sum(known) if known and len(known) == len(children) else None


def lease(record: HouseholdRecord, month: date) -> str | None:
    """What pays for the newest subsidised lease, as recorded; None: there is none."""
    spans = [span for span in record.enrollments if span.program == "HOUSING" and span.covers(month)]
    newest = max(spans, key=lambda span: (span.since or date.min, span.id), default=None)
    return (newest.category or "") if newest else None


def units(record: HouseholdRecord, month: date, program: str) -> dict[str, set[str]]:
    """A program's own units of the month, with who is recorded in each."""
    found: dict[str, set[str]] = {}
    for span in record.enrollments:
        if span.program == program and span.unit and span.covers(month):
            found.setdefault(span.unit, set()).update(span.people)
    return found


def medical(record: HouseholdRecord, month: date) -> int | None:
    """Cents of medical costs that the household bears; None: not recorded."""
    found = _expenses(record, month, "medical")
    return sum(found) if found else None


def contract_rent(record: HouseholdRecord, month: date) -> int | None:
    """The whole rent of the newest subsidised lease; None: not recorded."""
    rows = [row for row in _expense_rows(record, month, "contract_rent") if row["amount"] is not None]
    newest = max(rows, key=lambda row: (row["since"] or date.min, row["amount"]), default=None)
    return int(newest["amount"]) if newest else None


def circumstance(record: HouseholdRecord, person: str, month: date, kind: str) -> bool:
    return any(
        row["type"] == "Circumstance" and row["person"] == person and row["kind"] == kind
        and overlaps(row["since"], row["until"], month)
        for row in record.facts
    )  # fmt: skip


def takes_part(record: HouseholdRecord, month: date, program: str, people: set[str] | None = None) -> bool:
    """Whether anyone (of `people`, when given) is in a program in the month."""
    return any(
        span.program == program and span.covers(month) and (people is None or people & set(span.people))
        for span in record.enrollments
    )


def clock(record: HouseholdRecord, month: date, kind: str) -> Count | None:
    """The newest count of a clock by the end of the month, of the person who used most; None: not recorded."""
    newest: dict[str, Count] = {}
    for row in record.facts:
        if row["type"] != "TimeClock" or row["kind"] != kind or row["amount"] is None:
            continue
        count = Count(row["amount"], row["since"] or date.min)
        stands = newest.get(row["person"])
        if count.on < add_months(month, 1) and (stands is None or count.on >= stands.on):
            newest[row["person"]] = count
    return max(newest.values(), key=lambda count: count.months, default=None)


def duties(record: HouseholdRecord, month: date) -> tuple[tuple[int, str, str], ...]:
    """What comes due from the month on: (months from it, program, report or recertification)."""
    rows = {
        (months_between(month, row["due"]), row["program"], row["duty"] or "recertification")
        for row in record.certifications
        if row["due"] >= month
    }
    return tuple(sorted(rows))


def due_in(record: HouseholdRecord, month: date, program: str) -> int | None:
    """Months until a program looks again; None: not recorded."""
    due = [row["due"] for row in record.certifications if row["program"] == program and row["due"] >= month]
    return max(months_between(month, min(due)), 1) if due else None


def _paid(record: HouseholdRecord, month: date, program: str, kind: str | None = None) -> list[int]:
    """Recorded amounts of a program in the month, of one kind or of any."""
    return [
        cents
        for span in record.enrollments
        if span.program == program and span.covers(month)
        for cents in _amounts(span, month, kind)
    ]


def _amounts(span: Enrollment, month: date, kind: str | None = None) -> list[int]:
    return [
        paid.cents
        for paid in span.amounts
        if paid.cents is not None and kind in (None, paid.kind) and overlaps(paid.since, paid.until, month)
    ]


def _expenses(record: HouseholdRecord, month: date, kind: str) -> list[int]:
    return [row["amount"] for row in _expense_rows(record, month, kind) if row["amount"] is not None]


def _expense_rows(record: HouseholdRecord, month: date, kind: str) -> list[Row]:
    return [
        row
        for row in record.facts
        if row["type"] == "Expense" and row["kind"] == kind and overlaps(row["since"], row["until"], month)
    ]
