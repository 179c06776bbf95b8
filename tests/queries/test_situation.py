"""A recorded household as the rules need it: what is recorded counts, what is not is bounded or unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from benefits.calendar import add_months
from queries.household import Amount, Enrollment, HouseholdRecord, Member
from queries.outlook import (
    Birth,
    CasesError,
    Offer,
    Separation,
    Wages,
    explanation_of,
    grid_of,
    ladder_of,
    path_of,
    resources_of,
    worth_of,
)  # fmt: skip
from queries.situation import Situation, expenses, situation

MONTH, SINCE = date(2026, 6, 1), date(2024, 1, 1)


def member(person: str, born: date, role: str) -> Member:
    return Member(person, born.year, born, None, None, role, "address", 1.0, 1, SINCE, None)


def fact(person: str, kind: str, type_: str = "Expense", amount: int | None = None, **dates: Any) -> dict[str, Any]:
    return {
        "person": person, "type": type_, "fact": f"{person}{kind}", "kind": kind, "amount": amount,
        "since": dates.get("since", SINCE), "until": dates.get("until"), "within": True,
    }  # fmt: skip


def wage(person: str, cents: int, since: date, until: date) -> dict[str, Any]:
    return {"person": person, "employment": "J", "wage": f"W{since}", "cents": cents, "hours": None,
            "since": since, "until": until, "form": "quarterly", "within": True}  # fmt: skip


def span(program: str, *people: str, amounts: tuple[Amount, ...] = ()) -> Enrollment:
    return Enrollment(f"E{program}", program, None, "U", people, SINCE, None, None, amounts)


FAMILY = HouseholdRecord(
    id="H", as_of=date(2026, 7, 1),
    members=(member("ann", date(1990, 5, 1), "adult"), member("ben", date(2019, 6, 15), "child")),
    places=(), enrollments=(span("SNAP", "ann", "ben"),), certifications=(),
    wages=(wage("ann", 6_000_00, date(2026, 4, 1), date(2026, 7, 1)),),
    facts=(fact("ann", "rent", amount=1_200_00), fact("ann", "heating")),
    relations=(), combinations=(), reported=frozenset({"SNAP", "TAFDC", "Wage"}),
)  # fmt: skip


def of(record: HouseholdRecord, month: date = MONTH) -> Situation:
    found = situation(record, month)
    assert found is not None
    return found


@pytest.mark.parametrize("earned", [-500_00, 10**13])
def test_earnings_that_cannot_be_give_no_figure_and_the_reason(earned: int) -> None:
    wages = tuple(row | {"cents": earned} for row in FAMILY.wages)
    absurd = replace(FAMILY, wages=wages)
    for outlook in (ladder_of(absurd, MONTH, None), explanation_of(absurd, MONTH, "SNAP")):
        assert outlook.status == "unknown"
        assert "what is recorded cannot be: earnings_cents[0, " in (outlook.reason or "")
    assert "does not open" in (replace(outlook, closed=lambda name: name == "Wage.amount_cents").reason or "")


def test_a_grid_is_a_ladder_for_each_of_the_others_earnings() -> None:
    two = replace(FAMILY, members=(*FAMILY.members, member("eve", date(1988, 1, 1), "adult")))
    levels = (0, 1_500_00, 4_000_00)
    grid = grid_of(two, MONTH, "ann", "eve", levels)
    assert [cents for cents, _ in grid] == list(levels)
    for cents, found in grid:
        paid = (*two.wages, wage("eve", 3 * cents, date(2026, 4, 1), date(2026, 7, 1)))
        alone = ladder_of(replace(two, wages=paid), MONTH, "ann").ladder
        assert found.ladder
        assert alone
        assert found.ladder.net_low_cents.tolist() == alone.net_low_cents.tolist()
        assert found.ladder.cliffs == alone.cliffs
    for other, why in (("ann", "are one person"), ("ben", "no adult"), ("nobody", "no adult")):
        with pytest.raises(LookupError, match=why):
            grid_of(two, MONTH, "ann", other, levels)


def test_a_change_counts_from_its_own_month_and_stays() -> None:
    """Where nothing is offered, a further change, or what happens, is the first one."""
    raised = path_of(FAMILY, Offer(MONTH, None, None, add_months(MONTH, 1), 8, then=((MONTH, None, 4_500_00),))).path
    assert raised
    assert all(step.net_cents[0] > step.baseline_net_cents[0] for step in raised.steps)
    assert not any(event.kind == "pay_cut" for step in raised.steps for event in step.events)
    later = add_months(MONTH, 4)
    parted = path_of(FAMILY, Offer(MONTH, None, None, MONTH, 8, happens=(Separation(later, ("ben",)),))).path
    assert parted
    assert set(parted.lag_months.values()) == {(0, 0)}


@pytest.mark.parametrize(
    ("offer", "why"),
    [
        (Offer(MONTH, None, 1_00, add_months(MONTH, -1), 12), "the offer in 2026-05 is before the path begins"),
        (Offer(MONTH, None, 1_00, add_months(MONTH, 12), 12), "the offer in 2027-06 is after its last month"),
        (Offer(MONTH, None, None, MONTH, 3, happens=(Birth(add_months(MONTH, 3)),)), "a birth in 2026-09 is after"),
        (Offer(MONTH, None, None, MONTH, 3, then=((add_months(MONTH, 9), None, 1),)), "a further change in 2027-03"),
    ],
)
def test_what_lies_outside_the_path_is_refused(offer: Offer, why: str) -> None:
    with pytest.raises(CasesError, match=why):
        path_of(FAMILY, offer)
    with pytest.raises(CasesError, match="is after its last month"):
        worth_of(FAMILY, Wages(MONTH, None, add_months(MONTH, 30), 9_000_00, 24))


def test_a_quarters_wages_are_spread_evenly_over_its_months() -> None:
    assert of(FAMILY).ends[0].earnings_cents.tolist() == [[2_000_00, 0]]


@pytest.mark.parametrize(
    ("since", "until", "last"),
    [
        (date(2026, 4, 1), date(2026, 7, 1), date(2026, 12, 1)),  # a quarter
        (date(2026, 6, 1), date(2026, 7, 1), date(2026, 12, 1)),  # a month
        (date(2025, 1, 1), date(2026, 1, 1), date(2026, 6, 1)),  # a year
    ],
)
def test_wages_stand_for_six_months_after_their_span_and_then_no_more(since: date, until: date, last: date) -> None:
    paid = replace(FAMILY, wages=(wage("ann", 1_200_00, since, until),))
    assert of(paid, last).ends[0].earnings_cents[0, 0] > 0
    assert of(paid, add_months(last, 1)).ends[0].earnings_cents[0, 0] == 0


def test_unemployment_benefits_without_an_amount_make_every_figure_unknown() -> None:
    nothing = Amount("A", None, "benefit", SINCE, None)
    for amounts in ((), (nothing,)):
        outlook = ladder_of(replace(FAMILY, enrollments=(span("UI", "ann", amounts=amounts),)), MONTH, None)
        assert outlook.status == "unknown"
        assert "UI counts as income" in (outlook.reason or "")


def test_words_tell_no_more_than_figures_may() -> None:
    """A recorded disability, the kind of an income and counted months stay behind what the grant closes."""
    facts = (*FAMILY.facts, fact("ann", "disabled", "Circumstance"), fact("ann", "alimony", "Income"))
    outlook = ladder_of(replace(FAMILY, facts=facts), MONTH, None)
    assert "alimony" in (outlook.reason or "")
    assert any("disabled member" in text for text in outlook.assumptions)
    shut = replace(outlook, closed=lambda name: name in ("Income.monthly_amount_cents", "Circumstance.kind"))
    assert shut.status == "unknown"
    assert "alimony" not in (shut.reason or "")
    assert "does not open" in (shut.reason or "")
    assert not any("disabled" in text for text in shut.assumptions)


@pytest.mark.parametrize(
    ("since", "months", "due", "there"),
    [
        (date(2026, 8, 31), 12, date(2027, 8, 30), True), (date(2026, 8, 31), 12, date(2027, 8, 31), False),
        (date(2026, 8, 31), 6, date(2027, 2, 27), True), (date(2026, 8, 31), 6, date(2027, 2, 28), False),
    ],
)  # fmt: skip
def test_what_is_due_within_months_goes_by_the_day_or_the_last_of_the_month(
    since: date, months: int, due: date, there: bool
) -> None:
    row = {"person": "ann", "enrollment": "E", "program": "SNAP", "due": due, "duty": None}
    assert bool(replace(FAMILY, certifications=(row, row)).due_within(since, months)) is there


def test_ages_are_those_of_the_month() -> None:
    assert of(FAMILY).ends[0].ages.tolist() == [[36, 6]]
    assert of(FAMILY, date(2026, 7, 1)).ends[0].ages.tolist() == [[36, 7]]


def test_a_rent_that_is_not_recorded_is_bounded_never_zero() -> None:
    hidden = replace(FAMILY, facts=(fact("ann", "heating"),))
    found = of(hidden)
    assert len(found.ends) == 4  # child care is not recorded either
    assert "rent" in found.known.missing()
    outlook = ladder_of(hidden, MONTH, None)
    assert outlook.status == "bounded"
    assert "rent" in (outlook.reason or "")
    assert outlook.ladder is not None
    assert (outlook.ladder.net_low_cents < outlook.ladder.net_high_cents).any()


def test_who_has_left_counts_no_more() -> None:
    """An ex-partner's benefits, pension, disability and wages are not the family's."""
    gone = replace(member("eve", date(1988, 1, 1), "adult"), until=date(2026, 5, 1))
    paid = Amount("A", 900_00, "benefit", SINCE, None)
    parted = replace(
        FAMILY,
        members=(*FAMILY.members, gone),
        enrollments=(span("UI", "eve", amounts=(paid,)), span("TAFDC", "eve"), span("SNAP", "ann", "ben")),
        facts=(*FAMILY.facts, fact("eve", "pension", "Income", 1_300_00), fact("eve", "disabled", "Circumstance")),
        wages=(*FAMILY.wages, wage("eve", 9_000_00, date(2026, 4, 1), date(2026, 7, 1))),
    )
    before, after = of(parted, date(2026, 4, 1)), of(parted)
    assert (before.ends[0].unearned_cents.tolist(), before.enrolled["TAFDC"]) == ([1_300_00], True)
    assert before.ends[0].ui_weekly_cents.any()
    assert after.ends[0].unearned_cents.tolist() == [0]
    assert not after.ends[0].ui_weekly_cents.any()
    assert after.enrolled == {"SNAP": True, "TAFDC": False, "EAEDC": False}
    assert after.ends[0].earnings_cents.tolist() == [[2_000_00, 0]]
    assert not after.ends[0].disabled.any()


def test_a_child_who_has_turned_eighteen_may_be_the_earner() -> None:
    grown = replace(FAMILY, members=(FAMILY.members[0], member("ben", date(2008, 3, 1), "child")))
    assert ladder_of(grown, MONTH, "ben").earner == "ben"
    with pytest.raises(LookupError):
        ladder_of(grown, date(2026, 2, 1), "ben")


def test_without_a_file_that_could_show_it_nothing_is_counted_as_zero() -> None:
    for missing in ("SNAP", "TAFDC", "Wage"):
        outlook = ladder_of(replace(FAMILY, reported=FAMILY.reported - {missing}), MONTH, None)
        assert (outlook.status, outlook.ladder) == ("unknown", None)
        assert "no loaded file" in (outlook.reason or "")
    told = ladder_of(replace(FAMILY, enrollments=()), MONTH, None)
    assert any("not recorded in SNAP and TAFDC" in text for text in told.assumptions)


@pytest.mark.parametrize(
    "row",
    [
        wage("ann", 6_000_00, date(2026, 4, 1), date(2026, 7, 1)) | {"cents": None},
        wage("ann", 6_000_00, date(2026, 4, 1), date(2026, 7, 1)) | {"until": None},
        wage("ann", 6_000_00, date(2026, 4, 1), date(2026, 7, 1)) | {"since": None},
    ],
)
def test_wages_without_amount_or_dates_make_every_figure_unknown(row: dict[str, Any]) -> None:
    outlook = path_of(replace(FAMILY, wages=(row,)), Offer(MONTH, None, None, MONTH, 6))
    assert (outlook.status, outlook.path) == ("unknown", None)
    assert "wages are recorded without" in (outlook.reason or "")


def test_an_income_without_its_amount_makes_every_figure_unknown() -> None:
    outlook = ladder_of(replace(FAMILY, facts=(*FAMILY.facts, fact("ann", "pension", "Income"))), MONTH, None)
    assert outlook.status == "unknown"
    assert "an income (pension)" in (outlook.reason or "")


def test_old_wages_are_none_with_a_word() -> None:
    old = replace(FAMILY, wages=(wage("ann", 6_000_00, date(2025, 7, 1), date(2025, 10, 1)),))
    assert of(old).ends[0].earnings_cents[0, 0] == 0
    assert any("no recent wages" in said.text for said in of(old).assumptions)


@pytest.mark.parametrize(
    ("kind", "known", "pays"), [("heating", True, True), ("heating_included", True, False), ("none", False, False)]
)
def test_heating_is_paid_or_in_the_rent_or_not_recorded(kind: str, known: bool, pays: bool) -> None:
    found = of(replace(FAMILY, facts=(fact("ann", "rent", amount=1_200_00), fact("ann", kind))))
    assert (found.known.heating, bool(found.ends[0].heats[0])) == (known, pays)


def test_what_no_file_could_tell_is_taken_as_none_with_a_word() -> None:
    silent = of(FAMILY).assumptions
    assert any("no loaded file tells of unemployment benefits" in said.text for said in silent)
    told = replace(FAMILY, reported=FAMILY.reported | {"UI", "HOUSING", "MASSHEALTH", "Income", "Circumstance"})
    assert not any("no loaded file" in said.text for said in of(told).assumptions)


def test_a_date_that_is_not_recorded_and_an_old_count_are_said() -> None:
    assert any("when SNAP looks again is not recorded" in said.text for said in of(FAMILY).assumptions)
    clock = fact("ann", "time limit", "TimeClock", 20, since=date(2025, 6, 30))
    old = replace(FAMILY, enrollments=(span("TAFDC", "ann", "ben"),), facts=(*FAMILY.facts, clock))
    assert of(old).start.clock_months_used is None
    assert any("time limit are not recorded" in said.text for said in of(old).assumptions)


def test_a_job_that_begins_within_the_month_counts_in_it() -> None:
    late = replace(FAMILY, wages=(wage("ann", 1_000_00, date(2026, 6, 10), date(2026, 7, 1)),))
    assert of(late).ends[0].earnings_cents[0, 0] == 1_000_00


def test_months_of_the_disregard_are_as_counted_or_bounded() -> None:
    on_tafdc = replace(FAMILY, enrollments=(span("TAFDC", "ann", "ben"),))
    counted = fact("ann", "full disregard", "TimeClock", 4, since=date(2026, 5, 31))
    assert of(replace(on_tafdc, facts=(*FAMILY.facts, counted))).ends[0].disregard_months_left.tolist() == [2]
    old = counted | {"since": date(2026, 3, 31)}
    nameless = counted | {"amount": None}
    for facts in ((), (old,), (nameless,)):
        found = of(replace(on_tafdc, facts=(*FAMILY.facts, *facts)))
        assert sorted({int(end.disregard_months_left[0]) for end in found.ends}) == [0, 1, 2, 3, 4, 5, 6]
        assert "months of the full TAFDC disregard" in found.known.missing()


def test_what_is_not_known_of_the_household_is_unknown_with_the_reason() -> None:
    outlook = ladder_of(FAMILY, date(2020, 1, 1), None)
    assert (outlook.status, outlook.ladder) == ("unknown", None)
    assert "nobody" in (outlook.reason or "")
    alone = replace(FAMILY, members=(FAMILY.members[1],))
    assert "no adult" in (ladder_of(alone, MONTH, None).reason or "")
    with pytest.raises(LookupError):
        ladder_of(FAMILY, MONTH, "ben")


def closed_for_time(record: HouseholdRecord) -> date | None:
    """The month of a path of two years in which the time limit is reached, if nothing changes."""
    path = path_of(record, Offer(MONTH, None, None, MONTH, 18)).path
    assert path
    return next((step.month for step in path.steps if any(e.kind == "time_limit" for e in step.events)), None)


def test_the_clock_stands_for_who_is_exempt_and_runs_for_who_is_not() -> None:
    clock = fact("ann", "time limit", "TimeClock", 20, since=date(2026, 5, 31))
    on_tafdc = replace(FAMILY, enrollments=(span("TAFDC", "ann", "ben"),), facts=(*FAMILY.facts, clock))
    assert of(on_tafdc).start.clock_months_used == 20
    disabled = replace(on_tafdc, facts=(*on_tafdc.facts, fact("ann", "disabled", "Circumstance")))
    assert not closed_for_time(disabled)
    baby = replace(on_tafdc, members=(*FAMILY.members, member("cy", date(2025, 1, 1), "child")))
    assert not closed_for_time(replace(baby, members=(*FAMILY.members, member("cy", date(2026, 3, 2), "child"))))
    assert closed_for_time(baby) == date(2027, 5, 1), "the child is two from January 2027 on: four months are left"
    assert of(FAMILY).start.clock_months_used is None  # not recorded: no limit is invented


def test_duties_stand_on_the_path_in_the_month_in_which_they_are_due() -> None:
    due = {"person": "ann", "enrollment": "ESNAP", "program": "SNAP", "due": date(2026, 8, 1), "duty": "report",
           "since": SINCE, "until": None}  # fmt: skip
    outlook = path_of(replace(FAMILY, certifications=(due,)), Offer(MONTH, None, None, MONTH, 6))
    assert outlook.path is not None
    events = {(step.month, event.kind) for step in outlook.path.steps for event in step.events}
    assert (date(2026, 8, 1), "report") in events


def test_expenses_are_recorded_or_not_known_and_nobody_without_children_bears_care() -> None:
    assert expenses(FAMILY, MONTH) == {"rent": 1_200_00, "child_care": None, "utilities": None}
    fee = Amount("A", 53_00, "fee", SINCE, None)
    cared = replace(FAMILY, enrollments=(*FAMILY.enrollments, span("CCFA", "ben", amounts=(fee,))))
    assert expenses(cared, MONTH)["child_care"] == 53_00
    grown = replace(FAMILY, members=(FAMILY.members[0],))
    assert expenses(grown, MONTH)["child_care"] == 0


def test_resources_follow_the_path_without_a_change() -> None:
    outlook = resources_of(FAMILY, MONTH, 4)
    assert outlook.path is not None
    assert outlook.expenses == expenses(FAMILY, MONTH)
    assert [step.net_cents == step.baseline_net_cents for step in outlook.path.steps] == [True] * 4


def helped(**more: Any) -> HouseholdRecord:
    """The family with a voucher for the child and a subsidised lease."""
    fee, share = (Amount(name, cents, name, SINCE, None) for name, cents in (("fee", 90_00), ("tenant_share", 700_00)))
    lease = replace(span("HOUSING", "ann", "ben", amounts=(share,)), category=more.get("fund", "Section 8"))
    due = tuple(
        {"person": "ann", "enrollment": f"E{program}", "program": program, "due": day, "duty": "recertification"}
        for program, day in (("CCFA", date(2026, 9, 1)), ("HOUSING", date(2027, 1, 1)))
    )
    facts = (
        *FAMILY.facts,
        fact("ann", "child_care_price", amount=1_500_00),
        fact("ann", "contract_rent", amount=1_900_00),
    )
    return replace(
        FAMILY, enrollments=(*FAMILY.enrollments, span("CCFA", "ben", amounts=(fee,)), lease), certifications=due,
        facts=more.get("facts", facts),
    )  # fmt: skip


def test_child_care_and_a_lease_are_reckoned_by_their_rules() -> None:
    found = of(helped())
    (cases,) = found.ends
    assert (cases.care.tolist(), cases.care_price_cents.tolist()) == ([[0, 2]], [1_500_00])
    assert (cases.lease.tolist(), cases.contract_rent_cents.tolist()) == ([1], [1_900_00])
    assert found.start.reviews == {"CCFA": 3, "HOUSING": 7, "MASSHEALTH": 12}
    assert found.outside == ()
    outlook = ladder_of(helped(), MONTH, None)
    assert outlook.status == "known"
    assert outlook.ladder
    causes = {cause.program for cliff in outlook.ladder.cliffs for cause in cliff.causes}
    assert "CCFA" in causes
    offered = path_of(helped(), Offer(MONTH, None, 9_000_00, add_months(MONTH, 1), 24))
    assert offered.path
    kinds = [event.kind for step in offered.path.steps for event in step.events]
    assert "care_ends" in kinds
    assert "share_changes" in kinds
    assert any("between yearly reviews" in text for text in offered.assumptions)
    assert not any(
        "between yearly" in text for text in path_of(FAMILY, Offer(MONTH, None, None, MONTH, 12)).assumptions
    )


def test_what_care_costs_and_which_earnings_a_state_voucher_counts_bound_the_figures() -> None:
    outlook = ladder_of(helped(fund="MRVP", facts=FAMILY.facts), MONTH, None)
    assert outlook.status == "bounded"
    assert {said.text for said in outlook.reasons} == {
        "what child care costs without help",
        "which earnings MRVP counts",
    }
    assert outlook.ladder
    assert (outlook.ladder.net_low_cents <= outlook.ladder.net_high_cents).all()
    assert any("the whole rent is not recorded" in text for text in outlook.assumptions)


def test_a_lease_of_another_kind_is_not_reckoned_with_and_said() -> None:
    outlook = ladder_of(helped(fund="RAFT"), MONTH, None)
    assert outlook.outside == ("HOUSING",)
    assert any(text.startswith("HOUSING is not reckoned with") for text in outlook.assumptions)


def test_unemployment_benefits_follow_the_weekly_benefit_that_is_behind_them() -> None:
    def claiming(cents: int) -> HouseholdRecord:
        claim = span("UI", "ann", amounts=(Amount("ui", cents, "benefit", SINCE, None),))
        return replace(FAMILY, wages=(), enrollments=(*FAMILY.enrollments, replace(claim, since=date(2026, 4, 1))))

    found = of(claiming(1_560_00))
    assert found.cases.ui_weekly_cents.tolist() == [[335_00, 0]]  # and $25 for the child
    assert found.cases.unemployment_cents.tolist() == [[0, 0]]
    assert found.cases.ui_children.tolist() == [[1, 0]]
    assert found.start.claim_months == {0: 5}  # 30 weeks are seven months, of which two are over
    ladder = ladder_of(claiming(1_560_00), MONTH, None).ladder
    assert ladder
    assert (ladder.low.parts["UI"][0], ladder.low.parts["UI"][-1]) == (1_560_00, 0)
    odd = of(claiming(9_000_00))
    assert (odd.cases.ui_weekly_cents.tolist(), odd.cases.unemployment_cents.tolist()) == ([[0, 0]], [[9_000_00, 0]])
    assert any("unemployment benefits are taken as they are recorded" in said.text for said in odd.assumptions)


def test_an_answer_with_bounds_names_the_fact_that_would_narrow_it_most() -> None:
    bare = ladder_of(replace(FAMILY, facts=()), MONTH, None)
    assert bare.reason == "not recorded: rent, child care, heating costs; child care would narrow it most"
    facts = (fact("ann", "contract_rent", amount=1_900_00), fact("ann", "heating"))
    one = ladder_of(replace(helped(), facts=facts), MONTH, None)
    assert one.reason == "not recorded: what child care costs without help"


def test_wages_of_the_job_that_was_lost_are_none_beside_the_claim() -> None:
    claim = span("UI", "ann", amounts=(Amount("ui", 2_106_00, "benefit", SINCE, None),))
    lost = wage("ann", 12_000_00, date(2026, 1, 1), date(2026, 4, 1))
    parted = replace(
        FAMILY, wages=(lost,), enrollments=(*FAMILY.enrollments, replace(claim, since=date(2026, 4, 1)))
    )  # fmt: skip
    found = of(parted)
    assert found.cases.earnings_cents.tolist() == [[0, 0]]
    assert found.cases.ui_weekly_cents.tolist() == [[461_00, 0]]
    assert any("those of the job that was lost" in said.text for said in found.assumptions)
    beside = replace(parted, wages=(lost, wage("ann", 900_00, date(2026, 5, 1), date(2026, 8, 1))))
    assert of(beside).cases.earnings_cents.tolist() == [[300_00, 0]]


def test_of_several_leases_the_newest_stands_and_of_prices_one_a_child() -> None:
    first = replace(span("HOUSING", "ann"), id="E1", category="RAFT", since=date(2023, 1, 1))
    second = replace(span("HOUSING", "ann"), id="E2", category="Section 8", since=date(2026, 6, 15))
    rents = (
        fact("ann", "contract_rent", amount=2_400_00, since=date(2025, 1, 1)),
        fact("ann", "contract_rent", amount=1_400_00, since=date(2026, 6, 15)) | {"fact": "newer"},
    )
    found = of(replace(FAMILY, enrollments=(first, second, *FAMILY.enrollments), facts=(*FAMILY.facts, *rents)))
    assert (found.cases.lease.tolist(), found.cases.contract_rent_cents.tolist()) == ([1], [1_400_00])
    assert found.outside == ()
    prices = (
        fact("ann", "child_care_price", amount=1_500_00),
        fact("ann", "child_care_price", amount=1_550_00) | {"fact": "another"},
    )
    assert not of(helped(facts=(*FAMILY.facts, *prices))).known.care_price


def test_care_of_a_child_that_nothing_is_recorded_of_is_bounded_beside_one_that_is_helped() -> None:
    both = replace(helped(), members=(*FAMILY.members, member("eve", date(2022, 6, 15), "child")))
    assert "child care" in of(both).known.missing()


def test_cash_depends_neither_on_the_share_of_rent_nor_on_food() -> None:
    outlook = resources_of(helped(fund="MRVP"), MONTH, 2)
    assert outlook.path
    for step in outlook.path.steps:
        assert step.baseline_parts["HOUSING"][0] < step.baseline_parts["HOUSING"][1]
        low, high = step.baseline_cash_cents
        assert high - low < 15_00, "what rent takes off the state's tax"


def test_the_family_of_a_child_in_care_are_its_parents_and_their_children() -> None:
    gran = member("gran", date(1960, 1, 1), "adult")
    child = {"person": "ann", "other": "ben", "kind": "parent"}
    told = replace(helped(), members=(gran, *FAMILY.members), relations=(child,))
    found = of(told)
    assert [member.person for member in found.people] == ["gran", "ann", "ben"]
    assert found.cases.care_family.tolist() == [[False, True, True]]
    bare = of(replace(told, relations=()))
    assert not bare.cases.care_family.any()
    assert any("everyone counts as their family" in said.text for said in bare.assumptions)


def unit(name: str, program: str, *people: str) -> Enrollment:
    return replace(span(program, *people), id=f"E{name}", unit=name)


def test_who_is_recorded_in_a_unit_is_in_it_and_nobody_else() -> None:
    aunt = member("eve", date(1970, 1, 1), "adult")
    earns = wage("eve", 9_000_00, date(2026, 4, 1), date(2026, 7, 1))
    three = replace(FAMILY, members=(*FAMILY.members, aunt), wages=(*FAMILY.wages, earns))
    found = of(three)
    persons = [each.person for each in found.people]
    assert found.cases.in_snap.tolist() == [[person != "eve" for person in persons]]
    assert "SNAP is reckoned for those who are recorded in its unit, with their income" in [
        said.text for said in found.assumptions
    ]
    at = replace(FAMILY, members=FAMILY.members)
    assert explained(three, "SNAP") == explained(at, "SNAP") > 0
    bare = replace(three, enrollments=(replace(span("SNAP", "ann"), unit=None),))
    assert not of(bare).cases.in_snap.any(), "without a unit, everyone who lives there buys food together"


def explained(record: HouseholdRecord, program: str) -> float:
    found = explanation_of(record, MONTH, program).explained
    assert found is not None
    return found.low


def test_units_side_by_side_are_one_and_units_that_overlap_give_no_figure() -> None:
    apart = replace(FAMILY, enrollments=(unit("A", "SNAP", "ann"), unit("B", "SNAP", "ben")))
    assert "2 units of SNAP in the household are reckoned as one" in [said.text for said in of(apart).assumptions]
    assert ladder_of(apart, MONTH, None).status != "unknown"
    both = replace(FAMILY, enrollments=(unit("A", "SNAP", "ann", "ben"), unit("B", "SNAP", "ben")))
    outlook = ladder_of(both, MONTH, None)
    assert outlook.status == "unknown"
    assert outlook.reason == "SNAP: 1 person(s) are recorded in two of its units at a time"


def test_ssi_that_the_rules_come_to_follows_earnings_and_other_ssi_stays() -> None:
    alone = replace(
        FAMILY, members=FAMILY.members[:1], enrollments=(), facts=(fact("ann", "disabled", "Circumstance"),),
        wages=(wage("ann", 885_00, MONTH, add_months(MONTH, 1)),),
    )  # fmt: skip

    def of_ssi(cents: int) -> Situation:
        return of(replace(alone, facts=(*alone.facts, fact("ann", "ssi", "Income", cents))))

    told, odd = of_ssi(594_00), of_ssi(333_00)
    assert (told.cases.ssi_paid.tolist(), told.cases.ssi_cents.tolist()) == ([[1]], [[0]])
    assert (odd.cases.ssi_paid.tolist(), odd.cases.ssi_cents.tolist()) == ([[0]], [[333_00]])
    assert "SSI is taken as it is recorded, whatever is earned" in [said.text for said in odd.assumptions]
    with_supplement = of_ssi(594_00 + 114_39)
    assert with_supplement.cases.ssi_paid.tolist() == [[2]]
    path = path_of(
        replace(alone, facts=(*alone.facts, fact("ann", "ssi", "Income", 594_00))),
        Offer(MONTH, None, 1_885_00, add_months(MONTH, 1), 5),
    ).path
    assert path is not None
    assert [step.parts["SSI"][0] for step in path.steps] == [594_00] * 3 + [94_00] * 2


def test_eaedc_is_reckoned_for_who_is_recorded_in_it_with_its_months_between_bounds() -> None:
    old = replace(
        FAMILY, members=(member("ann", date(1955, 5, 1), "adult"),), enrollments=(span("EAEDC", "ann"),),
        wages=(wage("ann", 530_00, MONTH, add_months(MONTH, 1)),), facts=(fact("ann", "rent", amount=500_00),),
    )  # fmt: skip
    found = explanation_of(old, MONTH, "EAEDC")
    assert found.status == "bounded"
    assert "months of earnings that EAEDC has counted" in (found.reason or "")
    assert found.explained is not None
    assert (found.explained.low, found.explained.high) == (111_10, 241_10)
    assert not any("EAEDC" in said.text for said in of(FAMILY).assumptions), "no file need tell of it"
    none = explanation_of(replace(old, enrollments=()), MONTH, "EAEDC")
    assert (none.reason or "").startswith("the rules tell nothing of EAEDC: nobody")


def test_public_housing_and_medical_costs_are_reckoned_as_recorded() -> None:
    lease = replace(span("HOUSING", "ann", "ben"), category="Public housing")
    teen = (FAMILY.members[0], member("ben", date(2011, 6, 15), "child"))
    found = explanation_of(replace(FAMILY, members=teen, enrollments=(lease,)), MONTH, "HOUSING")
    assert found.explained is not None
    assert (found.explained.low, found.explained.high) == (533_25, 632_00)  # 27 and 32 % of 24,000 less 300
    assert "which utilities are paid besides rent in public housing" in (found.reason or "")
    medical = of(replace(FAMILY, facts=(*FAMILY.facts, fact("ann", "medical", amount=80_00))))
    assert medical.cases.medical_cents.tolist() == [80_00]


def test_a_ladder_tells_at_which_earnings_help_in_kind_ends() -> None:
    little = replace(FAMILY, members=(FAMILY.members[0], member("ben", date(2023, 6, 15), "child")))
    found = ladder_of(little, MONTH, None).in_kind()
    wic = [(people, cents) for program, people, cents in found if program == "WIC"]
    assert [people for people, _ in wic] == [1, 0]
    assert wic[1][1] > 3_000_00
    assert [people for program, people, _ in found if program == "SCHOOL_MEALS"] == []


def kin(one: str, kind: str, other: str) -> dict[str, Any]:
    return {"person": one, "other": other, "kind": kind}


def test_the_parents_claim_their_child_whoever_is_older() -> None:
    gran, bob = member("gran", date(1955, 1, 1), "adult"), member("bob", date(1988, 1, 1), "adult")
    pay = wage("bob", 3_000_00, date(2026, 4, 1), date(2026, 7, 1))
    whole = replace(
        FAMILY, members=(*FAMILY.members, gran, bob), wages=(*FAMILY.wages, pay),
        relations=(kin("ann", "spouse", "bob"), kin("ann", "parent", "ben"), kin("bob", "parent", "ben")),
    )  # fmt: skip
    cases = of(whole).cases
    persons = [each.person for each in of(whole).people]
    assert persons[0] == "gran"
    assert {person for person, files in zip(persons, cases.files[0], strict=True) if files} == {"ann", "bob"}
    assert cases.joint.tolist() == [True]
    single = replace(whole, relations=(kin("ann", "parent", "ben"),))
    assert [person for person, files in zip(persons, of(single).cases.files[0], strict=True) if files] == ["ann"]
    assert of(single).cases.parents.tolist() == of(single).cases.files.tolist()
    nobody = replace(whole, relations=())
    assert [person for person, files in zip(persons, of(nobody).cases.files[0], strict=True) if files] == ["gran"]
    assert not of(nobody).cases.parents.any()


def test_weeks_of_a_claim_are_those_of_its_beginning() -> None:
    def months(since: date) -> dict[int, int]:
        paid = (Amount("A", 1_560_00, "benefit", since, None),)
        claim = replace(span("UI", "ann", amounts=paid), since=since)
        return dict(of(replace(FAMILY, enrollments=(claim,), wages=()), add_months(since, 1)).start.claim_months)

    assert months(date(2025, 2, 1)) == {0: 5}  # 26 weeks
    assert months(date(2025, 6, 1)) == {0: 6}  # 30 weeks


def test_what_an_answer_cannot_know_is_said() -> None:
    works = replace(FAMILY, members=(FAMILY.members[0], member("ben", date(2010, 1, 1), "child")),
                    wages=(*FAMILY.wages, wage("ben", 900_00, date(2026, 4, 1), date(2026, 7, 1))))  # fmt: skip
    said = [each.text for each in of(works).assumptions]
    assert "wages of who is under 18 are left out" in said
    assert "immigration status is not recorded: it is taken to bar nobody from anything" in said
    disabled = replace(FAMILY, facts=(*FAMILY.facts, fact("ann", "disabled", "Circumstance"),
                                      fact("ann", "pension", "Income", 4_000_00)))  # fmt: skip
    assert explanation_of(disabled, MONTH, "MASSHEALTH").reason == (
        "what CommonHealth costs over 150 % of poverty was not found"
    )
