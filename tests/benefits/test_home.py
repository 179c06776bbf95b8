"""Birthdays, births, moves and separations on a path: what changes, when, and by which rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benefits.calendar import add_months
from benefits.cases import Cases, CasesError
from benefits.home import Birth, Happening, Leaving, Move
from benefits.jobs import Change
from benefits.month import simulate
from benefits.path import Path, Start, follow, walk
from benefits.programs.housing import Lease
from benefits.programs.masshealth import Coverage
from benefits.programs.ssi import Paid
from benefits.search import ways
from tests.benefits.families import family, households

MONTH, THEN = date(2026, 2, 1), date(2026, 4, 1)
ON_TAFDC = Start({"TAFDC": True, "SNAP": True}, snap_due_in=6, clock_months_used=3)
ON_SNAP = Start({"TAFDC": False, "SNAP": True}, snap_due_in=6)


def happens(cases: Cases, *happenings: Happening, start: Start = ON_SNAP, months: int = 8) -> Path:
    return follow((cases,), [], start, months, happenings)


def dollars(path: Path, program: str) -> list[int]:
    return [step.parts[program][0] // 100 for step in path.steps]


def kinds(path: Path, index: int) -> list[tuple[str, str]]:
    return [(event.kind, event.program) for event in path.steps[index].events]


def test_a_child_that_is_born_raises_the_grant_at_once_and_snap_with_it() -> None:
    cases = family(MONTH, [30, 9], [300, 0], rent=1_100, tafdc=True, pregnant=[True, False])
    path = happens(cases, Birth(THEN), start=ON_TAFDC)
    two = family(THEN, [30, 9], [300, 0], rent=1_100, tafdc=True)
    three = family(THEN, [30, 9, 0], [300, 0, 0], rent=1_100, tafdc=True)
    takes = {"TAFDC": True, "SNAP": True, "EAEDC": False}
    for month, home in ((1, two), (2, three)):
        told = simulate(home, enrolled=takes).parts
        assert dollars(path, "TAFDC")[month] == told["TAFDC"][0] // 100
        assert dollars(path, "SNAP")[month] == told["SNAP"][0] // 100
    assert [step.baseline_parts["TAFDC"] for step in path.steps] == [path.steps[0].parts["TAFDC"]] * 7 + [
        path.steps[7].baseline_parts["TAFDC"]
    ]
    assert ("birth", "HOUSEHOLD") in kinds(path, 2)
    assert [step.coverage[2] for step in path.steps[:3]] == [None, None, Coverage.MASSHEALTH]


def test_who_gave_birth_keeps_coverage_for_twelve_months_whatever_is_earned() -> None:
    """130 CMR 505.002(D); 42 USC 1396a(e)(16)."""
    cases = family(MONTH, [30, 9], [1_500, 0], rent=1_100, pregnant=[True, False])
    path = follow((cases,), [Change(date(2026, 5, 1), 0, 9_000_00)], ON_SNAP, 18, [Birth(THEN)])
    covered = [step.coverage[0] == Coverage.MASSHEALTH for step in path.steps]
    assert covered == [True] * 15 + [False] * 3  # the end of the month that is twelve months after the birth's


def test_a_birth_is_a_change_that_snap_acts_on_where_it_gives_more() -> None:
    """7 CFR 273.12(c)(1): before the report is due."""
    path = happens(family(MONTH, [30, 9], [1_500, 0], rent=1_300), Birth(THEN))
    snap = dollars(path, "SNAP")
    assert snap[1] < snap[2] == snap[5]


def test_a_new_rent_counts_at_once_where_it_gives_more_and_else_when_snap_looks() -> None:
    cases = family(MONTH, [30, 9], [1_500, 0], rent=700)
    dearer = happens(family(MONTH, [30, 9], [1_500, 0], rent=100), Move(THEN, 700_00))
    cheaper = happens(cases, Move(THEN, 100_00))
    assert dollars(dearer, "SNAP")[1] < dollars(dearer, "SNAP")[2]
    snap = dollars(cheaper, "SNAP")
    assert snap[1] == snap[2] == snap[5] > snap[6], "the report is due in the sixth month"
    assert dollars(cheaper, "RENT") == [-700] * 2 + [-100] * 6
    assert [step.baseline_parts["RENT"][0] for step in cheaper.steps] == [-700_00] * 8
    step = cheaper.steps[3]
    taxes = step.parts["TAXES"][0] - step.baseline_parts["TAXES"][0]  # half of the rent is deducted
    assert step.net_cents[0] - step.baseline_net_cents[0] - taxes == 600_00 > taxes + 600_00 > 590_00
    assert "RENT" not in happens(cases).steps[0].parts


def test_a_voucher_goes_along_or_is_given_up() -> None:
    cases = family(MONTH, [30, 9], [1_800, 0], lease=Lease.SECTION_8, contract_rent=1_900)
    kept = happens(cases, Move(THEN, 400_00, keeps_lease=True))
    assert dollars(kept, "HOUSING")[:2] == [dollars(kept, "HOUSING")[0]] * 2
    assert dollars(kept, "HOUSING")[2:] == [-400] * 6, "a share is no more than the rent"
    assert ("share_changes", "HOUSING") in kinds(kept, 2)
    left = happens(cases, Move(THEN, 1_400_00))
    assert (dollars(left, "HOUSING")[1:3], dollars(left, "RENT")[1:3]) == ([dollars(kept, "HOUSING")[0], 0], [0, -1400])


def test_who_leaves_takes_income_and_needs_along() -> None:
    cases = family(MONTH, [30, 31, 4], [900, 2_500, 0], rent=1_500, joint=True)
    path = happens(cases, Leaving(THEN, (1,), 400_00))
    alone = family(THEN, [30, 4], [900, 0], rent=1_500, child_support=400)
    told = simulate(alone, enrolled={"TAFDC": False, "SNAP": True, "EAEDC": False})
    step = path.steps[2]
    for program in ("SNAP", "FEDERAL_CREDITS", "STATE_CREDITS", "TAXES", "CONNECTORCARE"):
        assert step.parts[program][0] == told.parts[program][0], program
    assert step.net_cents[0] == told.net_cents[0]
    assert step.coverage[1] is None
    assert step.baseline_net_cents == path.steps[0].net_cents
    assert not any(kind == "pay_cut" for kind, _ in kinds(path, 2)), "nobody's pay falls"
    assert "MASSHEALTH" not in path.lag_months, "who has left loses no coverage here"


def test_a_grant_ends_with_the_last_child_and_is_not_that_of_who_stays() -> None:
    cases = family(MONTH, [40, 17], [0, 0], rent=1_100, tafdc=True)
    birthday = happens(cases, start=replace(ON_TAFDC, birthdays=((2, 1),)))
    assert [cents > 0 for cents in dollars(birthday, "TAFDC")] == [True] * 2 + [False] * 6
    closing = next(event for event in birthday.steps[2].events if event.kind == "tafdc_closes")
    assert closing.because == "no child is left"
    recorded = family(MONTH, [40, 60, 17], [0, 0, 0], rent=1_100, tafdc=True, in_tafdc=[True, False, True],
                      in_snap=[True, False, True])  # fmt: skip
    gone = happens(recorded, Leaving(THEN, (0, 2)), start=ON_TAFDC)
    assert dollars(gone, "TAFDC")[1] > 0
    assert [dollars(gone, name)[2:] for name in ("TAFDC", "SNAP")] == [[0] * 6] * 2
    assert dollars(gone, "STIPEND") == [0] * 8, "the case did not close for earnings"
    told = {kind for index in range(8) for kind, _ in kinds(gone, index)}
    assert not told & {"tafdc_closes", "transitional_snap_starts", "notice"}


def test_one_of_two_children_who_is_eighteen_leaves_the_unit() -> None:
    for parents in ([False] * 3, [True, False, False]):
        cases = family(MONTH, [40, 17, 9], [0, 0, 0], rent=1_100, tafdc=True, parents=parents)
        path = happens(cases, start=replace(ON_TAFDC, birthdays=((2, 1),)))
        two = simulate(family(THEN, [40, 9], rent=1_100, tafdc=True), enrolled={"TAFDC": True, "SNAP": True})
        assert dollars(path, "TAFDC")[2] == two.parts["TAFDC"][0] // 100 < dollars(path, "TAFDC")[1]
        assert ("turns_18", "TAFDC") in kinds(path, 2)


def test_care_ends_at_the_review_after_the_thirteenth_birthday() -> None:
    """45 CFR 98.21(a)(1)(ii): not with the birthday."""
    cases = family(MONTH, [40, 12, 8], [3_800, 0, 0], care=[0, 2, 2], care_price=2_000)
    start = replace(ON_SNAP, birthdays=((2, 1),), reviews={"CCFA": 5})
    path = happens(cases, start=start)
    fees = dollars(path, "CCFA")
    assert fees[0] == fees[4] < fees[5] < 0
    assert ("turns_13", "CCFA") in kinds(path, 2)
    last = happens(family(MONTH, [40, 12], [3_800, 0], care=[0, 2], care_price=1_000), start=start)
    assert dollars(last, "CCFA")[5:] == [0] * 3
    assert ("care_ends", "CCFA") in kinds(last, 5)


def test_birthdays_are_told_of_programs_that_the_household_is_in() -> None:
    cases = family(MONTH, [40, 5], [2_000, 0], rent=900)
    assert not any("turns" in kind for kind, _ in kinds(happens(cases, start=replace(ON_SNAP, birthdays=((1, 1),))), 1))
    on_it = happens(replace_facts(cases), start=replace(ON_TAFDC, birthdays=((1, 1),)))
    assert ("turns_6", "TAFDC") in kinds(on_it, 1)


def replace_facts(cases: Cases) -> Cases:
    return cases.having(tafdc_recipient=np.ones(1, dtype=bool), earnings_cents=np.zeros_like(cases.earnings_cents))


@pytest.mark.parametrize(
    ("happening", "wrong"),
    [
        (Leaving(THEN, (5,)), "leaves: nobody is in place 5 in 2026-04"),
        (Leaving(THEN, (0,)), "leaves: no adult stays in 2026-04"),
        (Move(THEN, -1), "rent_cents: -1 is not from 0"),
        (Move(THEN, 100_00, keeps_lease=True), "no voucher is recorded that could be kept"),
        (Birth(date(2026, 1, 1)), "2026-01 is before the path begins"),
        (Leaving(THEN, (1,), -5), "child_support_cents: -5"),
        (Leaving(THEN, ()), "leaves: nobody is named"),
    ],
)
def test_what_cannot_happen_is_told(happening: Happening, wrong: str) -> None:
    with pytest.raises(CasesError, match=wrong):
        happens(family(MONTH, [30, 9], rent=900), happening)


def test_what_ends_with_who_leaves_is_told_as_that_alone() -> None:
    cases = family(MONTH, [40, 30, 12, 8], [0, 0, 0, 0], rent=900, ssi_paid=[Paid.NOTHING, Paid.FEDERAL, 0, 0],
                   disabled=[False, True, False, False], ui_weekly=[0, 300, 0, 0], care=[0, 0, 0, 2])  # fmt: skip
    start = replace(ON_SNAP, claim_months={1: 4})
    path = happens(cases, Leaving(THEN, (1, 3)), start=start)
    told = {kind for index in range(8) for kind, _ in kinds(path, index)}
    assert "leaves" in told
    assert not told & {"ssi_ends", "ui_ends", "care_ends", "pay_cut"}
    assert not any(kind == "notice" for kind, _ in kinds(path, 1)), "no agency knows a month before"


def test_who_leaves_takes_the_cost_of_care_along_and_support_goes_with_the_children() -> None:
    cases = family(MONTH, [30, 5, 8], [3_800, 0, 0], care=[0, 2, 2], care_price=2_000)
    path = happens(cases, Leaving(THEN, (1,)))
    one = happens(family(MONTH, [30, 8], [3_800, 0], care=[0, 2], care_price=1_000))
    assert dollars(path, "CCFA")[2] == dollars(one, "CCFA")[0] != dollars(path, "CCFA")[1]
    rich = follow((cases,), [Change(date(2026, 6, 1), 0, 15_000_00)], ON_SNAP, 8, [Leaving(THEN, (1,))])
    assert dollars(rich, "CCFA")[-1] == -1_000
    supported = family(MONTH, [40, 9], [1_000, 0], rent=900, child_support=500)
    alone = happens(supported, Leaving(THEN, (1,)))
    nets = [step.net_cents[0] - sum(cents[0] for cents in step.parts.values()) for step in alone.steps]
    assert (nets[1], nets[2]) == (1_500_00, 1_000_00)


def test_birthdays_are_told_to_whom_they_matter() -> None:
    disabled = family(MONTH, [40, 12], [3_800, 0], care=[0, 2], care_price=1_000, disabled=[False, True])
    path = happens(disabled, start=replace(ON_SNAP, birthdays=((2, 1),), reviews={"CCFA": 4}))
    assert not any(kind == "turns_13" for kind, _ in kinds(path, 2)), "care goes on to 16, and so does the credit"
    assert dollars(path, "CCFA")[5] == dollars(path, "CCFA")[0] < 0
    two = family(MONTH, [30, 1, 0], rent=1_000, tafdc=True)
    assert ("turns_2", "TAFDC") not in kinds(happens(two, start=replace(ON_TAFDC, birthdays=((2, 1),))), 2)
    one = family(MONTH, [30, 1, 9], rent=1_000, tafdc=True)
    assert ("turns_2", "TAFDC") in kinds(happens(one, start=replace(ON_TAFDC, birthdays=((2, 1),))), 2)


def test_a_parent_who_turns_eighteen_stays_in_the_unit() -> None:
    cases = family(
        MONTH, [45, 17, 0], rent=1_100, tafdc=True, in_tafdc=[False, True, True], parents=[False, True, False]
    )
    path = happens(cases, start=replace(ON_TAFDC, birthdays=((2, 1),)))
    assert len(set(dollars(path, "TAFDC")[:4])) == 1


def test_a_child_that_is_born_has_birthdays_and_keeps_coverage_for_a_year() -> None:
    """42 CFR 435.117, whatever the parents earn; then, as any child, until the yearly review (435.926)."""
    cases = family(MONTH, [30], [1_000], rent=900, pregnant=[True])
    start = replace(ON_SNAP, reviews={"MASSHEALTH": 4})
    path = follow((cases,), [Change(date(2026, 5, 1), 0, 9_000_00)], start, 18, [Birth(THEN)])
    assert [step.coverage[1] == Coverage.MASSHEALTH for step in path.steps[2:]] == [True] * 14 + [False] * 2
    on_it = follow((family(MONTH, [30], rent=900, tafdc=True, pregnant=[True]),), [], ON_TAFDC, 30, [Birth(THEN)])
    assert ("turns_2", "TAFDC") in kinds(on_it, 26)


def test_help_in_kind_that_ends_for_income_is_told_on_a_birthday_too() -> None:
    cases = family(MONTH, [40, 3], [2_000, 0], rent=900)
    changes = [Change(THEN, 0, 9_000_00)]
    for birthdays in ((), ((2, 0),), ((3, 0),)):
        path = follow((cases,), changes, replace(ON_SNAP, birthdays=birthdays, snap_due_in=9, report_lag_months=0), 5)
        ended = [program for index in range(5) for kind, program in kinds(path, index) if kind == "help_ends"]
        assert set(ended) == {"WIC", "HEAP"}, birthdays


def test_nobody_leaves_twice() -> None:
    with pytest.raises(CasesError, match="nobody is in place 1 in 2026-05"):
        happens(family(MONTH, [30, 9, 4]), Leaving(THEN, (1,)), Leaving(date(2026, 5, 1), (1,)))


def test_ways_up_know_of_birthdays() -> None:
    """What a search finds is what a path tells, also where a child is too old for the grant on the way."""
    cases = family(MONTH, [40, 17], [0, 0], rent=1_100, tafdc=True, months_left=6)
    start = replace(ON_TAFDC, birthdays=((3, 1),), readings=ON_TAFDC.readings[:1])
    found = ways(cases, {0: [0, 2_000_00]}, start, 8, spell=3)
    steps = follow((cases,), found.richest.changes, start, 8).steps
    assert [step.net_cents[0] for step in steps] == list(found.richest.net_cents)
    assert found.richest != ways(cases, {0: [0, 2_000_00]}, replace(start, birthdays=()), 8, spell=3).richest


@settings(max_examples=20, deadline=None)
@given(data=st.data(), cases=households())
def test_what_happens_in_the_end_is_as_if_it_had_always_been(data: Any, cases: Cases) -> None:
    """After SNAP has looked again, who stays has what a household has that always was so; without happenings, nothing
    is changed at all."""
    grown = np.flatnonzero(cases.adults[0]).tolist()
    others = [place for place in np.flatnonzero(cases.people[0]).tolist() if place != grown[0]]
    assume(others)
    gone = tuple(data.draw(st.lists(st.sampled_from(others), min_size=1, unique=True)))
    path = follow((cases,), [], Start({"SNAP": False, "TAFDC": False}), 3, [Leaving(add_months(cases.month, 1), gone)])
    assert all(step.coverage[place] is None for step in path.steps[1:] for place in gone)
    stays = np.isin(np.arange(cases.ages.shape[1]), gone, invert=True)[None, :]
    before = cases.only(stays)
    joint = before.joint & ~np.array([bool(set(np.flatnonzero(cases.filers[0]).tolist()) & set(gone))])
    alone = walk((before.having(joint=joint),), 0, int(cases.earnings_cents[0, 0]), cases.month,
                 Start({"SNAP": False, "TAFDC": False}), 3)  # fmt: skip
    rented = ("TAXES",) if cases.lease[0] == Lease.NONE else ()  # a share stands until it is reviewed
    for program in ("FEDERAL_CREDITS", "STATE_CREDITS", *rented):
        assert path.steps[2].parts[program] == alone.steps[2].parts[program], program
    nothing = follow((cases,), [], Start({"SNAP": True, "TAFDC": True}), 3)
    for step in nothing.steps:
        assert step.parts == step.baseline_parts
