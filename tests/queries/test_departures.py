"""Departures of what was paid from the rules: each reason, of a family that is paid by the rules but for it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from benefits.calendar import add_months
from queries.departures import Compared, Departure, Kind, compare, wages_of
from queries.household import Amount, Enrollment, HouseholdRecord
from tests.queries.test_situation import FAMILY, fact, member
from tests.queries.test_wages import row

FIRST, MONTHS, BEGAN = date(2025, 1, 1), 12, date(2023, 11, 1)
RAISED = date(2025, 4, 1)
"""When she earns more: SNAP looks in May, as in November."""
PAID: dict[date, int] = {}


def recorded(
    paid: dict[date, int] | None = None, program: str = "SNAP", spans: tuple[tuple[date, date | None, str], ...] = (),
    **more: object,
) -> HouseholdRecord:  # fmt: skip
    """A mother and a child on SNAP since November 2023, who earns more from a month on."""
    amounts = tuple(
        Amount(f"A{month}", cents, "benefit", month, add_months(month, 1)) for month, cents in (paid or {}).items()
    )
    quarters = [add_months(BEGAN, 2 + 3 * at) for at in range(8)]
    wages = tuple(
        row("ann", since, add_months(since, 3), 3 * (2_400_00 if since >= RAISED else 1_200_00)) for since in quarters
    )
    enrolled = tuple(
        Enrollment(f"E{since}", program, None, "U", ("ann", "ben"), since, until, reason,
                   tuple(one for one in amounts if since <= one.since and (not until or one.since < until)))
        for since, until, reason in spans or ((BEGAN, None, ""),)
    )  # fmt: skip
    facts = (fact("ann", "rent", amount=1_200_00, since=BEGAN), fact("ann", "heating", since=BEGAN),
             fact("ann", "child_care", amount=0, since=BEGAN))  # fmt: skip
    people = (member("ann", date(1990, 5, 1), "adult"), member("ben", date(2010, 6, 15), "child"))
    return replace(FAMILY, **({"members": people, "enrollments": enrolled, "wages": wages, "facts": facts} | more))


def held(record: HouseholdRecord) -> Compared:
    return compared(record, FIRST, MONTHS)


def compared(record: HouseholdRecord, first: date, months: int) -> Compared:
    until = date(2026, 1, 1)
    return compare({"H": wages_of(record, first, until)}, first, months, until)["H"]


def months(since: date, count: int) -> list[date]:
    return [add_months(since, index) for index in range(count)]


@pytest.fixture(scope="module")
def due() -> dict[date, int]:
    """What SNAP comes to by the rules on the facts of each month, before and after what is compared."""
    every = months(date(2024, 7, 1), 18)
    asked = recorded(dict.fromkeys(every, 1_00))
    found = compared(asked, every[0], len(every))
    return {one.month: one.due_cents[0] if one.month >= RAISED else one.due_cents[1] for one in found.months
            if one.due_cents}  # fmt: skip


def as_it_should(due: dict[date, int]) -> dict[date, int]:
    """Paid by what SNAP knew: her raise when it looked in May, October's values in October."""
    before, after = due[add_months(RAISED, -1)], due[add_months(RAISED, 1)]
    assert before > after > 0
    return {month: before if RAISED <= month < add_months(RAISED, 1) else cents for month, cents in due.items()}


def only(found: Compared) -> Departure:
    (one,) = found.departures
    return one


def test_who_is_paid_by_the_rules_departs_in_nothing(due: dict[date, int]) -> None:
    found = held(recorded(as_it_should(due)))
    assert not found.departures
    assert [one.month for one in found.months] == months(FIRST, MONTHS)
    assert all(one.program == "SNAP" and one.paid_cents is not None and one.due_cents for one in found.months)


def test_snap_may_go_by_what_it_knew_until_it_looks_again(due: dict[date, int]) -> None:
    """In April she may be paid by March's wages; from May on not."""
    paid = as_it_should(due)
    april = next(one for one in held(recorded(paid)).months if one.month == RAISED)
    assert april.due_cents == (due[add_months(RAISED, 1)], due[add_months(RAISED, -1)])
    early = paid | {RAISED: due[add_months(RAISED, 1)]}
    assert not held(recorded(early)).departures


@pytest.mark.parametrize(("length", "kind"), [(1, Kind.LATE_REPORT), (2, Kind.LATE_REPORT), (3, Kind.OVERPAYMENT)])
def test_an_amount_that_stands_too_long_is_late_and_then_overpaid(
    due: dict[date, int], length: int, kind: Kind
) -> None:
    paid, look = as_it_should(due), add_months(RAISED, 1)
    stood = dict.fromkeys(months(look, length), paid[RAISED])
    one = only(held(recorded(paid | stood)))
    assert (one.kind, one.since, one.until) == (kind, look, add_months(look, length))
    assert one.paid_cents == length * paid[RAISED]
    assert one.due_cents == (length * due[look],) * 2
    assert "2025-04" in one.evidence[0].text


def test_too_little_for_long_is_a_report_that_came_late(due: dict[date, int]) -> None:
    paid, november = as_it_should(due), date(2025, 11, 1)
    lost = tuple(
        each | {"cents": 0} if each["since"] >= date(2025, 10, 1) else each for each in recorded().wages
    )  # she earns nothing from October on, and SNAP, which looks in November, pays on
    one = only(held(recorded(paid | dict.fromkeys(months(november, 2), paid[date(2025, 10, 1)]), wages=lost)))
    assert (one.kind, one.since) == (Kind.LATE_REPORT, november)
    assert one.due_cents
    assert one.paid_cents < one.due_cents[0]


def test_months_between_two_spells_tell_by_the_reason_of_the_first(due: dict[date, int]) -> None:
    gap = date(2025, 8, 1)
    for reason, kind in (("missed recertification", Kind.MISSED_RECERTIFICATION), ("", Kind.NOT_EXPLAINED)):
        paid = {month: cents for month, cents in as_it_should(due).items() if month != gap}
        spans = (BEGAN, gap, reason), (add_months(gap, 1), None, "")
        found = held(recorded(paid, spans=spans))
        one = only(found)
        assert (one.kind, one.since, one.until) == (kind, gap, add_months(gap, 1))
        assert next(each for each in found.months if each.month == gap).paid_cents is None
    empty = held(recorded(paid, spans=((gap, gap, "opened by mistake"), (add_months(gap, 1), None, ""))))
    assert min(each.month for each in empty.months) > gap
    ended = held(recorded(paid, spans=((BEGAN, gap, "moved away"),)))
    assert max(each.month for each in ended.months) < gap


def test_a_rent_that_is_not_recorded_is_the_one_that_explains_most_months(due: dict[date, int]) -> None:
    """What departs from it stands out, though the rules may come to any of it."""
    paid, look = as_it_should(due), add_months(RAISED, 1)
    hidden = tuple(each for each in recorded().facts if each["kind"] != "rent")
    found = held(recorded(paid, facts=hidden))
    assert {one.kind for one in found.departures} == {Kind.MISSING_FACT}
    (told,) = {said.text for one in found.departures for said in one.evidence}
    least, most = (int(text.replace(",", "")) for text in re.findall(r"\$([\d,]+)", told))
    assert "rent is not recorded" in told
    assert 0 < least <= 1_200 <= most  # above what SNAP deducts at most, it is alike
    stood = held(recorded(paid | dict.fromkeys(months(look, 3), paid[RAISED]), facts=hidden))
    assert [(one.kind, one.since) for one in stood.departures if one.kind is not Kind.MISSING_FACT] == [
        (Kind.OVERPAYMENT, look)
    ]


def test_an_income_that_no_file_tells_is_found_where_most_months_come_short_of_the_rules(due: dict[date, int]) -> None:
    told = fact("ann", "child_support", "Income", 310_00, since=BEGAN)
    both = recorded(dict.fromkeys(due, 1_00), facts=(*recorded().facts, told))
    lower = {one.month: one.due_cents for one in held(both).months}
    paid = {month: cents[0] if month >= RAISED else cents[1] for month, cents in lower.items() if cents}
    (one,) = {(each.kind, each.evidence) for each in held(recorded(paid)).departures}
    assert one[0] is Kind.MISSING_FACT
    (text,) = (said.text for said in one[1])
    dollars = [int(told) for told in re.findall(r"\$(\d+)", text)]
    assert min(dollars) - 10 <= 310 <= max(dollars) + 10
    assert max(dollars) - min(dollars) <= 20


def test_what_no_earlier_month_and_no_missing_fact_explains_is_not_explained(due: dict[date, int]) -> None:
    one = only(held(recorded(as_it_should(due) | {date(2025, 9, 1): 900_00})))
    assert (one.kind, one.since, one.paid_cents, one.evidence) == (Kind.NOT_EXPLAINED, date(2025, 9, 1), 900_00, ())


def test_medical_costs_of_who_is_disabled_may_be_what_is_missing(due: dict[date, int]) -> None:
    frail = (*recorded().facts, fact("ann", "disabled", "Circumstance", since=BEGAN))
    told = (*frail, fact("ann", "medical", amount=250_00, since=BEGAN))
    asked = held(recorded(dict.fromkeys(due, 1_00), facts=told))
    paid = {one.month: one.due_cents[0] for one in asked.months if one.due_cents}
    found = held(recorded(paid, facts=frail))
    assert {one.kind for one in found.departures} == {Kind.MISSING_FACT}
    (said,) = {said for one in found.departures for said in one.evidence}
    dollars = [int(told) for told in re.findall(r"\$(\d+)", said.text)]
    assert min(dollars) - 5 <= 250 <= max(dollars) + 5
    assert said.rests_on == "Circumstance.kind"
    absurd = held(recorded(dict.fromkeys(paid, 5_000_00), facts=frail))
    assert {one.kind for one in absurd.departures} == {Kind.NOT_EXPLAINED}


def test_heating_costs_that_are_not_recorded_may_be_what_is_missing(due: dict[date, int]) -> None:
    facts = tuple(each for each in recorded().facts if each["kind"] != "heating")
    found = held(recorded(as_it_should(due), facts=facts))
    assert {one.kind for one in found.departures} <= {Kind.MISSING_FACT}
    assert any("heating" in said.text for one in found.departures for said in one.evidence)


def test_a_month_whose_amount_or_facts_are_not_recorded_is_not_compared(due: dict[date, int]) -> None:
    march = date(2025, 3, 1)
    paid = {month: cents for month, cents in as_it_should(due).items() if month != march}
    (one,) = (one for one in held(recorded(paid)).months if one.month == march)
    assert (one.due_cents, one.paid_cents) == (None, None)
    assert "no amount" in (one.reason or "")
    nameless = (*recorded().facts, fact("ann", "alimony", "Income", since=BEGAN))
    found = held(recorded(as_it_should(due), facts=nameless))
    assert not found.departures
    assert all(one.reason and one.due_cents is None for one in found.months)


def test_what_snap_went_by_long_ago_is_not_compared() -> None:
    """Who is elderly and does not earn is looked at every three years."""
    old = replace(recorded(dict.fromkeys(months(FIRST, MONTHS), 200_00)), members=(
        member("ann", date(1955, 5, 1), "adult"),), wages=())  # fmt: skip
    found = held(old)
    assert not found.departures
    assert any("longer ago" in (one.reason or "") for one in found.months)


def test_months_that_the_rules_do_not_know_are_a_gap_of_the_rules(
    due: dict[date, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from benefits.parameters import UnknownParameter
    from queries import departures

    real: Callable[..., object] = departures.simulate
    unknown = date(2025, 8, 1)

    def without_one(cases, **more):  # type: ignore[no-untyped-def]
        if cases.month == unknown:
            raise UnknownParameter("snap/allotment", unknown, "its value was not found")
        return real(cases, **more)

    monkeypatch.setattr(departures, "simulate", without_one)
    found = held(recorded(as_it_should(due)))
    gap = [one for one in found.departures if one.kind is Kind.RULE_GAP]
    assert gap
    assert gap[0].due_cents is None
    assert [one.month for one in found.months if one.reason] == [unknown]


@pytest.mark.parametrize(("length", "kind"), [(2, Kind.LATE_REPORT), (3, Kind.OVERPAYMENT)])
def test_tafdc_may_count_a_change_the_month_after_and_is_late_from_the_change_on(length: int, kind: Kind) -> None:
    """An income begins in April: that its grant still goes by March is as it should be, in May it is not."""
    told = (*recorded().facts, fact("ann", "ssdi", "Income", 300_00, since=RAISED))
    asked = recorded(dict.fromkeys(months(FIRST, MONTHS), 1_00), "TAFDC", facts=told, wages=())
    due = {one.month: one.due_cents for one in held(asked).months if one.due_cents}
    paid = {month: cents[0] for month, cents in due.items()} | {RAISED: due[RAISED][1]}
    assert paid[RAISED] > due[RAISED][0]
    assert not held(recorded(paid, "TAFDC", facts=told, wages=())).departures
    stood = dict.fromkeys(months(RAISED, length), paid[RAISED])
    one = only(held(recorded(paid | stood, "TAFDC", facts=told, wages=())))
    assert (one.kind, one.since, one.until) == (kind, add_months(RAISED, 1), add_months(RAISED, length))
