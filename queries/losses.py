"""Losses as they were recorded: what fell after earnings rose, and how long after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from benefits.calendar import add_months, months_between
from queries import recorded
from queries.household import HouseholdRecord
from queries.wages import Months

LEAST_CENTS = 50_00
"""Earnings that rise by less a month are no raise here."""
LONGEST_LAG = 6
"""A fall so many months after a raise may still come of it: SNAP looks every six months."""
PAID, BORNE = ("SNAP", "TAFDC"), ("CCFA", "HOUSING")
"""Programs whose recorded amounts a household is paid, and bears."""
COVERED = "MASSHEALTH"
CLOTHING_MONTH = 9


@dataclass(frozen=True)
class Loss:
    """A fall in a program in a month, and the raise that came before it: cents a month each.

    `loss_cents` is None where a program ended that pays in kind. What else happened at the time is not held against it:
    a child may have grown up.
    """

    program: str
    raised: date
    fell: date
    lag_months: int
    rise_cents: int
    loss_cents: int | None


def losses_of(by: Months, first: date, months: int, wages_until: date) -> list[Loss]:
    """The first fall of each program after each raise, over some months from the first on, of a household that was read
    from `READ_BEFORE` months before it. Each fall is of the last raise before it."""
    looked_at = [add_months(first, index) for index in range(months)]
    rose = {month: _rise(by, month) for month in looked_at if month < wages_until}
    rises = {month: cents for month, cents in rose.items() if cents >= LEAST_CENTS}
    found = []
    for program in (*PAID, *BORNE, COVERED):
        met: set[date] = set()
        for month, cents in _falls(by.record, program, looked_at):
            since = [raised for raised in rises if add_months(month, -LONGEST_LAG) <= raised <= month]
            if since and max(since) not in met:
                raised = max(since)
                met.add(raised)
                found.append(Loss(program, raised, month, months_between(raised, month), rises[raised], cents))
    return sorted(found, key=lambda loss: (loss.fell, loss.program))


def _rise(by: Months, month: date) -> int:
    """By how much more those earn who are there now and were there the month before; 0 where months are not known."""
    before, rise = add_months(month, -1), 0
    stay = {member.person for member in by.record.present(month)} & {one.person for one in by.record.present(before)}
    for person in sorted(stay):
        if {(person, month), (person, before)} & by.open.keys():
            return 0
        now, then = recorded.earnings(by.record, person, month), recorded.earnings(by.record, person, before)
        if now is None or then is None:
            return 0
        rise += now - then
    return rise


def _falls(record: HouseholdRecord, program: str, months: list[date]) -> Iterator[tuple[date, int | None]]:
    """Months in which less is left of a program than the month before, and by how much."""
    for month in months:
        before, now = (_worth(record, program, each) for each in (add_months(month, -1), month))
        if before is not None and (now is None or now < before):
            inside = recorded.takes_part(record.of_present(month), month, program)
            yield month, before - (now or 0) if program in PAID or (inside and program in BORNE) else None


def _worth(record: HouseholdRecord, program: str, month: date) -> int | None:
    """Cents of a program in a month, what is borne below zero; of coverage how many people have it. None: nobody is in
    it, or no amount is recorded."""
    own = record.of_present(month)
    if program == COVERED:
        covered = {
            one for span in own.enrollments if span.program == program and span.covers(month) for one in span.people
        }
        return len(covered) or None
    cents = recorded.paid(own, month, program) if recorded.takes_part(own, month, program) else None
    if cents is None or program in BORNE:
        return None if cents is None else -cents
    if program == "TAFDC" and month.month == CLOTHING_MONTH:  # that month's allowance for clothing comes on top
        august = recorded.paid(own, add_months(month, -1), program)
        return cents if august is None else min(cents, august)
    return cents
