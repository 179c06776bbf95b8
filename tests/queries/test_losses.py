"""Recorded losses: what fell after a raise, how long after, and what is no loss of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from benefits.calendar import add_months
from queries.departures import wages_of
from queries.household import Amount, Enrollment, HouseholdRecord
from queries.losses import Loss, losses_of
from tests.queries.test_departures import BEGAN, FIRST, MONTHS, RAISED, recorded
from tests.queries.test_situation import member
from tests.queries.test_wages import row

UNTIL = date(2026, 1, 1)


def spans(program: str, *amounts: tuple[date, date | None, int], until: date | None = None) -> Enrollment:
    kind = {"CCFA": "fee", "HOUSING": "tenant_share"}.get(program, "benefit")
    paid = tuple(Amount(f"A{program}{since}", cents, kind, since, end) for since, end, cents in amounts)
    return Enrollment(f"E{program}", program, None, "U", ("ann", "ben"), BEGAN, until, None, paid)


def found(*enrollments: Enrollment, **more: object) -> list[Loss]:
    record = replace(recorded(), enrollments=enrollments, **more)
    return losses_of(wages_of(record, FIRST, UNTIL), FIRST, MONTHS, UNTIL)


def test_a_fall_is_of_the_raise_before_it_with_its_lag() -> None:
    """She earns $1,200 more from April; TAFDC falls in May, SNAP when it looks in August, a fee rises in June."""
    may, june, august = (date(2025, month, 1) for month in (5, 6, 8))
    told = found(
        spans("TAFDC", (BEGAN, may, 500_00), (may, None, 90_00)),
        spans("SNAP", (BEGAN, august, 400_00), until=august),
        spans("CCFA", (BEGAN, june, 20_00), (june, None, 95_00)),
    )
    assert told == [
        Loss("TAFDC", RAISED, may, 1, 1_200_00, 410_00),
        Loss("CCFA", RAISED, june, 2, 1_200_00, 75_00),
        Loss("SNAP", RAISED, august, 4, 1_200_00, 400_00),
    ]


def test_what_falls_long_after_or_before_a_raise_is_not_of_it() -> None:
    december, march = date(2025, 12, 1), date(2025, 3, 1)
    assert not found(spans("SNAP", (BEGAN, december, 400_00), (december, None, 300_00)))
    assert not found(spans("SNAP", (BEGAN, march, 400_00), (march, None, 300_00)))


def test_coverage_that_ends_is_a_loss_without_an_amount() -> None:
    may = date(2025, 5, 1)
    (lost,) = found(spans("MASSHEALTH", until=may))
    assert (lost.program, lost.fell, lost.loss_cents) == ("MASSHEALTH", may, None)
    (care,) = found(spans("CCFA", (BEGAN, may, 20_00), until=may))
    assert (care.program, care.loss_cents) == ("CCFA", None)


def test_septembers_allowance_is_no_loss_in_october() -> None:
    september, october = date(2025, 9, 1), date(2025, 10, 1)
    clothed = (BEGAN, september, 90_00), (september, october, 590_00), (october, None, 90_00)
    assert not found(spans("TAFDC", *clothed))


def test_who_moves_in_with_a_job_is_no_raise(  # and a month of which wages are not known tells of none
) -> None:
    may = date(2025, 5, 1)
    falls = spans("SNAP", (BEGAN, may, 400_00), (may, None, 300_00))
    steady = tuple(each | {"cents": 3_600_00} for each in recorded().wages)
    eve = replace(member("eve", date(1990, 1, 1), "adult"), since=RAISED)
    paid = tuple(each | {"person": "eve", "employment": "K", "employer": "F"} for each in steady)
    people: HouseholdRecord = recorded()
    assert not found(falls, wages=(*steady, *paid), members=(*people.members, eve))
    once = row("ann", RAISED, add_months(RAISED, 3), 9_000_00, "once") | {"employer": "G"}
    assert not found(falls, wages=(*steady, once))
