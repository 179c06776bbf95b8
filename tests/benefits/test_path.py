"""The golden case: a parent of two on TAFDC takes a job of $2,500 a month (106 CMR)."""

from copy import deepcopy
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import benefits.path as path_module
from benefits.calendar import add_months, months_between
from benefits.cases import Cases, CasesError
from benefits.jobs import Change
from benefits.month import Known, corners, simulate
from benefits.parameters import Parameters, UnknownParameter
from benefits.path import Path, Start, follow, walk
from benefits.programs.housing import Lease
from benefits.programs.masshealth import Coverage
from benefits.programs.ssi import Paid
from benefits.programs.tafdc import clock_stands
from benefits.readings import readings
from benefits.reform import parse
from tests.benefits.families import family, households

MONTH = date(2025, 10, 1)
JOB = date(2025, 11, 1)


def golden(**start: Any) -> Path:
    cases = family(MONTH, [30, 4, 9], rent=1100, tafdc=True, months_left=6)
    begin = Start({"TAFDC": True, "SNAP": True}, snap_due_in=12, snap_every=12, report_lag_months=0, **start)
    return walk((cases,), 0, 2500_00, JOB, begin, months=14)


def dollars(path, program: str) -> list[int]:
    return [step.parts[program][0] // 100 for step in path.steps]


def test_the_grant_stays_for_six_months_and_then_closes() -> None:
    assert dollars(golden(), "TAFDC") == [901] * 7 + [0] * 7


def test_snap_falls_at_once_and_is_frozen_when_the_grant_closes() -> None:
    assert dollars(golden(), "SNAP")[:12] == [785] + [177] * 6 + [470] * 5


def test_stipends_follow_thirty_days_after_closing() -> None:
    assert dollars(golden(), "STIPEND")[8:12] == [210, 140, 70, 0]  # at the latest; at the closing by another reading
    assert dollars(golden(readings=readings(["stipend_start=after_30_days"])), "STIPEND")[8:12] == [280, 210, 140, 70]
    assert dollars(golden(readings=readings(["stipend_start=at_closing"])), "STIPEND")[7:11] == [280, 210, 140, 70]


def test_a_path_of_sixty_months_is_told_with_what_it_assumes() -> None:
    cases = family(date(2026, 11, 1), [30, 4, 9], rent=1_100, tafdc=True, months_left=6)
    path = walk((cases,), 0, 2_500_00, date(2026, 12, 1), Start({"TAFDC": True, "SNAP": True}), months=60)
    assert len(path.steps) == 60
    assert all(step.parts["SNAP"][0] > 0 for step in path.steps)
    assert any("carried forward" in (value.assumption or "") for value in path.used.values())
    late = family(date(2031, 11, 1), [30, 4, 9], rent=1_100)
    with pytest.raises(UnknownParameter, match="too old"):
        walk((late,), 0, 2_500_00, date(2031, 12, 1), Start({"TAFDC": True, "SNAP": True}), months=2)


def test_a_case_that_closes_for_other_income_than_earnings_has_no_stipends() -> None:
    cases = family(MONTH, [30, 4, 9], rent=1100, tafdc=True, social_security=1_500)
    path = walk((cases,), 0, 0, JOB, Start({"TAFDC": True, "SNAP": True}), months=8)
    assert kinds(path)["tafdc_closes"] == 0
    assert dollars(path, "STIPEND") == [0] * 8


def test_in_october_every_household_has_the_new_amounts_of_snap_on_what_was_counted_last() -> None:
    cases = family(date(2026, 7, 1), [30, 4, 9], [2_000, 0, 0], rent=1_100)
    path = walk((cases,), 0, 2_600_00, date(2026, 8, 1), Start({"TAFDC": False, "SNAP": True}, snap_due_in=5), 7)
    counted = simulate(replace(cases, month=date(2026, 10, 1))).parts["SNAP"][0] // 100
    before = simulate(cases).parts["SNAP"][0] // 100
    assert counted > before
    assert dollars(path, "SNAP")[:5] == [before] * 3 + [counted] * 2  # the raise waits for the report
    assert dollars(path, "SNAP")[5] < counted
    assert kinds(path)["snap_adjusted"] == 3


def test_a_reform_of_snap_reaches_every_household_in_its_first_month_and_leaves_it_after_its_last() -> None:
    cases = family(date(2026, 1, 1), [30, 4, 9], [2_000, 0, 0], rent=1_100)
    start = Start({"TAFDC": False, "SNAP": True}, snap_due_in=6)
    half = parse("from: 2026-03-01\nuntil: 2026-05-01\nchanges: {snap/max_allotment: {times: 1.5}}")
    care = parse("from: 2026-03-01\nchanges: {tafdc/earned_disregard_rate: 0.9}")
    as_it_is = dollars(walk((cases,), 0, 2_600_00, date(2026, 2, 1), start, 6), "SNAP")
    assert len(set(as_it_is)) == 1, "the raise waits for the report"
    with half.in_force():
        path = walk((cases,), 0, 2_600_00, date(2026, 2, 1), start, 6)
        more = simulate(replace(cases, month=date(2026, 3, 1))).parts["SNAP"][0] // 100
    assert dollars(path, "SNAP") == [as_it_is[0]] * 2 + [more] * 2 + [as_it_is[0]] * 2
    assert [step.month.month for step in path.steps for e in step.events if e.kind == "snap_adjusted"] == [3, 5]
    with care.in_force():
        assert dollars(walk((cases,), 0, 2_600_00, date(2026, 2, 1), start, 6), "SNAP") == as_it_is


def test_transitional_snap_is_frozen_in_october_too() -> None:
    cases = family(date(2026, 6, 1), [30, 4, 9], rent=1100, tafdc=True)
    path = walk((cases,), 0, 2_500_00, date(2026, 7, 1), Start({"TAFDC": True, "SNAP": True}, report_lag_months=0), 6)
    assert len(set(dollars(path, "SNAP")[1:6])) == 1


def test_snap_follows_at_once_when_earnings_fall_and_when_eaedc_changes() -> None:
    cases = family(MONTH, [30, 4], [3_000, 0], rent=900)
    lost = walk((cases,), 0, 0, JOB, Start({"TAFDC": False, "SNAP": True}, snap_due_in=6), months=5)
    assert dollars(lost, "SNAP")[2] > dollars(lost, "SNAP")[1] == dollars(lost, "SNAP")[0]
    alone = family(MONTH, [45], disabled=[True])
    begin = Start({"TAFDC": False, "SNAP": True, "EAEDC": True}, snap_due_in=8)
    more = walk((alone,), 0, 2_000_00, JOB, begin, months=4)
    assert dollars(more, "SNAP")[2] < dollars(more, "SNAP")[1]


def test_who_is_pregnant_keeps_coverage_whatever_income_is() -> None:
    cases = family(MONTH, [30], [1_500], pregnant=[True])
    path = walk((cases,), 0, 9_000_00, JOB, Start({"TAFDC": False, "SNAP": True}), months=14)
    assert [step.coverage[0] for step in path.steps[:12]] == [Coverage.MASSHEALTH] * 12


@pytest.mark.parametrize(("place", "cents", "told"), [(0, -1, "new_cents"), (3, 1, "place"), (-1, 1, "place")])
def test_what_cannot_be_is_refused(place: int, cents: int, told: str) -> None:
    with pytest.raises(CasesError, match=told):
        walk((family(MONTH, [30, 4]),), place, cents, JOB, Start({"TAFDC": False, "SNAP": True}))


def test_months_of_2023_have_their_own_rules() -> None:
    """Emergency allotments to February, nobody loses MassHealth to March, the TAFDC clock stands to August."""
    cases = family(date(2023, 1, 1), [30, 9], [1_000, 0], rent=900)
    path = walk((cases,), 0, 1_000_00, date(2023, 2, 1), Start({"TAFDC": False, "SNAP": True}), months=3)
    assert dollars(path, "SNAP") == [516 + 95] * 2 + [516]
    rich = walk((cases,), 0, 9_000_00, date(2023, 2, 1), Start({"TAFDC": False, "SNAP": False}), months=5)
    assert [step.coverage[0] for step in rich.steps][:3] == [Coverage.MASSHEALTH] * 3
    assert rich.steps[4].coverage[0] != Coverage.MASSHEALTH
    poor = family(date(2023, 6, 1), [30, 9], rent=900, tafdc=True)
    clock = Start({"TAFDC": True, "SNAP": True}, clock_months_used=23)
    assert dollars(walk((poor,), 0, 0, date(2023, 6, 1), clock, months=3), "TAFDC") == [688] * 3


def test_each_event_has_its_month_and_its_rule() -> None:
    events = {
        event.kind: (index, event.citation)
        for index, step in enumerate(golden().steps)
        for event in step.events
        if event.kind != "stipend"
    }
    assert events["raise"][0] == 1
    assert events["tafdc_closes"] == (7, "106 CMR 704.500(A)")
    assert events["transitional_snap_starts"][0] == 7
    assert events["transitional_snap_ends"][0] == 12
    assert events["disregard_ends"][0] == 6


def test_a_notice_comes_in_the_month_before_a_benefit_falls() -> None:
    notices = {
        (index, event.program): event.citation
        for index, step in enumerate(golden().steps)
        for event in step.events
        if event.kind == "notice"
    }
    assert notices[0, "SNAP"] == "7 CFR 273.13(a)"
    assert notices[6, "TAFDC"] == "106 CMR 343.140"
    falls = {
        (index - 1, program)
        for program in ("TAFDC", "SNAP")
        for index, (before, now) in enumerate(pairwise(dollars(golden(), program)), start=1)
        if now < before
    }
    assert {key for key in notices if key[1] in ("TAFDC", "SNAP")} == falls


def test_the_time_limit_ends_the_grant_when_its_months_are_used() -> None:
    cases = family(MONTH, [30, 4, 9], rent=1100, tafdc=True)
    start = Start({"TAFDC": True, "SNAP": True}, snap_due_in=12, snap_every=12, clock_months_used=21)
    path = walk((cases,), 0, 0, MONTH, start, months=8)
    assert dollars(path, "TAFDC") == [901] * 3 + [0] * 5
    events = {event.kind: (index, event.citation) for index, step in enumerate(path.steps) for event in step.events}
    assert events["time_limit"] == (3, "106 CMR 703.120(A)")
    assert "tafdc_closes" not in events
    assert "stipend" not in events  # help after closing for earnings
    assert dollars(path, "SNAP")[3] == dollars(path, "SNAP")[2]  # frozen without the grant: none is counted now
    exempt = walk((cases,), 0, 0, MONTH, replace(start, clock_months_used=None), months=8)
    assert dollars(exempt, "TAFDC") == [901] * 8


def test_what_is_due_stands_in_its_month() -> None:
    cases = family(MONTH, [30, 4], rent=1100)
    duties = ((2, "SNAP", "report"), (5, "CCFA", "recertification"))
    path = walk((cases,), 0, 0, MONTH, Start({"SNAP": True}, snap_due_in=2, duties=duties), months=10)
    due = [
        (index, event.program, event.kind)
        for index, step in enumerate(path.steps)
        for event in step.events
        if event.kind in ("report", "recertification")
    ]
    assert due == [(2, "SNAP", "report"), (5, "CCFA", "recertification"), (8, "SNAP", "recertification")]


def test_a_lag_in_reporting_moves_the_loss() -> None:
    cases = family(MONTH, [30, 4, 9], rent=1100, tafdc=True, months_left=6)
    path = walk((cases,), 0, 2500_00, JOB, Start({"TAFDC": True, "SNAP": True}, report_lag_months=2), months=14)
    assert path.lag_months["SNAP"] == (2, 2)


def test_nothing_changes_without_a_change() -> None:
    cases = family(MONTH, [30, 4, 9], [1000, 0, 0], rent=1100)
    path = walk((cases,), 0, 1000_00, JOB, Start({"SNAP": True}), months=6)
    assert path.trough_cents == (0, 0)
    assert all(step.net_cents == step.baseline_net_cents for step in path.steps)


def test_a_path_without_a_change_is_the_baseline_and_has_no_raise() -> None:
    """Also where earnings are past the limits of a program that helps after a raise."""
    cases = family(MONTH, [30, 4, 9], [4000, 0, 0], rent=1100)
    path = walk((cases,), 0, 4000_00, MONTH, Start({"SNAP": True}), months=6)
    assert all(step.net_cents == step.baseline_net_cents for step in path.steps)
    assert not any(event.kind in ("raise", "transitional_masshealth_starts") for s in path.steps for event in s.events)


def test_less_pay_is_no_raise_and_brings_no_transitional_help() -> None:
    cases = family(MONTH, [30, 4, 9], [4000, 0, 0], rent=1100)
    path = walk((cases,), 0, 3000_00, MONTH, Start({"SNAP": True}), months=6)
    kinds = {event.kind for step in path.steps for event in step.events}
    assert "pay_cut" in kinds
    assert not kinds & {"raise", "transitional_masshealth_starts"}


def test_a_late_report_still_brings_transitional_health_coverage() -> None:
    cases = family(MONTH, [30, 4, 9], [1500, 0, 0], rent=1100)
    path = walk((cases,), 0, 4500_00, MONTH, Start({"SNAP": True}, report_lag_months=5), months=10)
    assert any(e.kind == "transitional_masshealth_starts" for step in path.steps for e in step.events)


def test_who_loses_a_job_applies_again_and_waits_for_what_is_then_paid_for_all_months() -> None:
    """Twelve months of a job close TAFDC and end SNAP; in the month after its end the family qualifies again."""
    cases = family(MONTH, [30, 4, 9], rent=1100, tafdc=True, months_left=6)
    ends = add_months(JOB, 12)
    changes = [Change(JOB, 0, 6_000_00), Change(ends, 0, 0)]

    def lived(months: int | None) -> Path:
        start = Start({"TAFDC": True, "SNAP": True}, snap_due_in=6, report_lag_months=0, applies_again=months)
        return follow((cases,), changes, start, months=20)

    never, soon, late = lived(None), lived(1), lived(3)
    at = months_between(MONTH, ends)
    for program in ("TAFDC", "SNAP"):
        assert dollars(never, program)[at:] == [0] * (20 - at)
        full = dollars(soon, program)[-1]
        assert full > 0
        assert dollars(soon, program)[at:] == [0, 2 * full] + [full] * (18 - at), program
        assert dollars(late, program)[at:] == [0, 0, 0, 4 * full] + [full] * (16 - at), program
        kinds = [
            (months_between(ends, step.month), event.kind) for step in late.steps for event in step.events
            if event.program == program and event.kind in ("applies_again", "comes_back")
        ]  # fmt: skip
        assert kinds == [(0, "applies_again"), (3, "comes_back")]
    whole = [sum(step.net_cents[0] for step in path.steps) for path in (soon, late)]
    assert whole[0] == whole[1], "waiting moves what is paid, and loses nothing"
    assert [step.net_cents for step in never.steps[:at]] == [step.net_cents for step in soon.steps[:at]]
    notices = [event for step in late.steps[at:] for event in step.events if event.kind == "notice"]
    assert not [event for event in notices if event.program in ("TAFDC", "SNAP")], (
        "what was owed is no amount that falls"
    )


def test_who_takes_up_what_they_qualify_for_applies_and_waits_like_others() -> None:
    """A family without either qualifies for SNAP at once, and for TAFDC when the job is gone."""
    cases = family(MONTH, [30, 4, 9], [1_900, 0, 0], rent=1_100)
    changes = [Change(JOB, 0, 0)]

    def lived(enrolled: set[str], *takes_up: str) -> Path:
        takes = {program: program in enrolled for program in ("TAFDC", "SNAP")}
        start = Start(takes, snap_due_in=12, report_lag_months=0, applies_again=2, takes_up=frozenset(takes_up))
        return follow((cases,), changes, start, months=12)

    never, both = lived(set()), lived(set(), "TAFDC", "SNAP")
    job = months_between(MONTH, JOB)
    assert dollars(never, "SNAP") == dollars(never, "TAFDC") == [0] * 12
    told = {
        (event.program, event.kind): months_between(MONTH, step.month) for step in both.steps for event in step.events
        if event.kind in ("applies", "begins", "applies_again", "comes_back")
    }  # fmt: skip
    assert told == {
        ("SNAP", "applies"): 0,
        ("SNAP", "begins"): 2,
        ("TAFDC", "applies"): job,
        ("TAFDC", "begins"): job + 2,
    }
    food, cash = dollars(both, "SNAP"), dollars(both, "TAFDC")
    always = dollars(lived({"SNAP"}), "SNAP")
    assert food[:2] == [0, 0]
    assert food[2] > food[3] > 0
    assert sum(food[:3]) == sum(always[:3]), "what was waited is paid"
    assert cash[: job + 2] == [0] * (job + 2)
    assert cash[job + 2] == 3 * cash[job + 3] > 0
    assert both.steps[0].baseline_parts["SNAP"] == (0, 0)
    assert both.steps[4].baseline_parts["SNAP"][0] > 0, "the story without the change takes it up as well"
    assert dollars(lived({"SNAP"}, "SNAP"), "SNAP") == always, "who has it takes up nothing"


def test_who_used_up_their_months_of_tafdc_does_not_get_it_again() -> None:
    cases = family(MONTH, [30, 4, 9], rent=1100, tafdc=True, months_left=0)
    start = Start({"TAFDC": True, "SNAP": True}, clock_months_used=22, report_lag_months=0, applies_again=1)
    path = follow((cases,), [Change(add_months(MONTH, 1), 0, 1_500_00)], start, months=12)
    assert dollars(path, "TAFDC")[3:] == [0] * 9
    assert "comes_back" not in {event.kind for step in path.steps for event in step.events}


def test_the_path_is_a_graph_of_months() -> None:
    graph = golden().graph()
    assert list(graph.nodes)[:2] == ["2025-10", "2025-11"]
    assert graph.edges["2025-10", "2025-11"]["events"][0] == "raise"


def test_september_pays_the_clothing_allowance_and_snap_does_not_count_it() -> None:
    cases = family(date(2026, 8, 1), [30, 4, 9], rent=1100, tafdc=True)
    path = walk((cases,), 0, 0, date(2026, 8, 1), Start({"TAFDC": True, "SNAP": True}), months=3)
    assert dollars(path, "TAFDC") == [901, 1901, 901]
    assert dollars(path, "SNAP")[:2] == [785, 785]


def test_months_of_the_disregard_that_are_not_recorded_bound_every_month() -> None:
    """Each number of months from none to six lies within, month by month."""
    family_of_three = family(MONTH, [30, 4, 9], rent=1100, tafdc=True)
    start = Start({"TAFDC": True, "SNAP": True}, snap_due_in=12, snap_every=12, report_lag_months=0)
    bounded = walk(corners(family_of_three, Known(disregard=False)), 0, 2500_00, JOB, start, months=14)
    for left in range(7):
        one = walk((family(MONTH, [30, 4, 9], rent=1100, tafdc=True, months_left=left),), 0, 2500_00, JOB, start, 14)
        for step, within in zip(one.steps, bounded.steps, strict=True):
            assert within.net_cents[0] <= step.net_cents[0] <= within.net_cents[1]
            for program, cents in step.parts.items():
                assert within.parts[program][0] <= cents[0] <= within.parts[program][1]
        assert bounded.trough_cents[0] <= one.trough_cents[0] <= bounded.trough_cents[1]
        assert bounded.bridge_cents[0] <= one.bridge_cents[0] <= bounded.bridge_cents[1]
        for program, (earliest, latest) in one.lag_months.items():
            least, most = bounded.lag_months[program]
            assert least <= earliest
            assert most is None or (latest is not None and latest <= most)


def test_a_shortfall_is_taken_within_one_story_not_between_two() -> None:
    """With rent unrecorded: what the raise costs at each rent lies within what is told."""
    start = Start({"SNAP": True}, snap_due_in=3)

    def told(ends: tuple[Any, ...]) -> Path:
        return walk(ends, 0, 2600_00, JOB, start, months=12)

    bounded = told(corners(family(MONTH, [30, 4, 9], [1400, 0, 0]), Known(rent=False)))
    for rent in (0, 3000):
        one = told((family(MONTH, [30, 4, 9], [1400, 0, 0], rent=rent),))
        assert bounded.trough_cents[0] <= one.trough_cents[0] <= bounded.trough_cents[1]
        assert bounded.bridge_cents[0] <= one.bridge_cents[0] <= bounded.bridge_cents[1]


def test_someone_of_65_neither_brings_nor_gets_transitional_health_coverage() -> None:
    path = walk((family(MONTH, [30, 67, 4], [500, 0, 0], rent=1100),), 0, 700_00, JOB, Start({"SNAP": True}), months=6)
    assert not any(event.kind == "transitional_masshealth_starts" for step in path.steps for event in step.events)
    rich = walk((family(MONTH, [30, 67, 4], [500, 0, 0]),), 0, 6_000_00, JOB, Start({"SNAP": True}), months=6)
    assert any(event.kind == "transitional_masshealth_starts" for step in rich.steps for event in step.events)
    assert all(Coverage(step.coverage[1]) is not Coverage.TRANSITIONAL for step in rich.steps)


def test_better_coverage_wants_no_notice() -> None:
    path = walk((family(MONTH, [30, 4, 9], [4500, 0, 0]),), 0, 1_000_00, JOB, Start({}), months=4)
    kinds = {(event.kind, event.program) for step in path.steps for event in step.events}
    assert ("coverage_changes", "MASSHEALTH") in kinds
    assert ("notice", "MASSHEALTH") not in kinds


REVIEWS = {"CCFA": 5, "HOUSING": 8}


def helped(earned: int, offer: int, reviews: dict[str, int] = REVIEWS, begins: date = JOB, **start: Any) -> Path:
    """A family with vouchers for care and rent; `facts` of it among the rest."""
    facts = start.pop("facts", {})
    cases = family(
        MONTH, [30, 4, 9], [earned, 0, 0], care=[0, 2, 2], care_price=2_400, lease=Lease.SECTION_8, contract_rent=2_500,
        subsidized=True, **facts,
    )  # fmt: skip
    begin = Start({"TAFDC": bool(facts.get("tafdc")), "SNAP": True}, reviews=reviews, **start)
    return walk((cases,), 0, offer * 100, begins, begin, 15)


def paid(path: Path, program: str) -> list[int]:
    return [-step.parts[program][0] for step in path.steps]


def when(path: Path, kind: str) -> list[int]:
    return [at for at, step in enumerate(path.steps) if any(event.kind == kind for event in step.events)]


def test_a_fee_and_a_tenants_share_rise_at_their_yearly_review_and_not_before() -> None:
    path = helped(3_000, 5_000)
    fees, shares = ([-step.parts[name][0] for step in path.steps] for name in ("CCFA", "HOUSING"))
    assert len(set(fees[:5])) == len(set(fees[5:])) == len(set(shares[:8])) == len(set(shares[8:])) == 1
    assert (fees[0] < fees[5], shares[0] < shares[8]) == (True, True)
    assert (when(path, "care_fee"), when(path, "share_changes")) == ([5], [8])
    assert path.lag_months["CCFA"] == (4, 4)
    assert path.lag_months["HOUSING"] == (7, 7)


def test_over_the_limit_the_help_with_child_care_ends_at_once_and_does_not_come_back() -> None:
    path = helped(3_000, 11_000)
    fees = [-step.parts["CCFA"][0] for step in path.steps]
    assert when(path, "care_ends") == [2]  # reported in November, counted in December
    assert set(fees[2:]) == {2_400_00}
    assert fees[0] == fees[1] < 500_00


def test_a_tenants_share_falls_when_income_does() -> None:
    path = helped(5_000, 2_000)
    shares = [-step.parts["HOUSING"][0] for step in path.steps]
    assert when(path, "share_changes") == [2, 8]
    assert shares[0] == shares[1] > shares[2] == shares[7] > shares[8]  # a larger deduction since January


def test_a_claim_is_paid_less_beside_a_job_at_once_and_ends_with_its_weeks() -> None:
    cases = family(MONTH, [30, 4], ui_weekly=[400, 0], ui_children=[1, 0])
    path = walk((cases,), 0, 1_300_00, JOB, Start({"TAFDC": False, "SNAP": True}, claim_months={0: 4}), 8)
    assert [step.parts["UI"][0] for step in path.steps][:1] == [(425 * 52 * 100 + 6) // 12]
    assert len({step.parts["UI"][0] for step in path.steps[1:4]}) == 1
    assert 0 < path.steps[1].parts["UI"][0] < path.steps[0].parts["UI"][0]
    assert [step.parts["UI"][0] for step in path.steps[4:]] == [0] * 4
    assert [step.baseline_parts["UI"][0] for step in path.steps[4:]] == [0] * 4
    assert when(path, "ui_ends") == [4]
    assert path.lag_months["UI"] == (0, 0)


def test_a_fee_for_child_care_falls_when_income_does() -> None:
    path = helped(5_000, 1_500, {"CCFA": 12, "HOUSING": 12})
    fees = paid(path, "CCFA")
    assert when(path, "care_fee") == [2]
    assert fees[0] == fees[1] > 0
    assert set(fees[2:]) == {0}


def test_a_review_of_rent_takes_off_what_is_paid_for_care_not_what_will_be() -> None:
    path = helped(3_000, 7_000, {"CCFA": 12, "HOUSING": 5})
    fee, share = paid(path, "CCFA")[5], paid(path, "HOUSING")[5]
    adjusted = 7_000_00 * 12 - 2 * 500_00 - fee * 12
    assert share == (adjusted * 3 // 10 + 6) // 12


def test_what_stands_when_a_path_begins_was_set_before_the_raise() -> None:
    sooner = helped(3_000, 7_000, {"CCFA": 12, "HOUSING": 12}, MONTH, report_lag_months=0)
    later = helped(3_000, 7_000, {"CCFA": 12, "HOUSING": 12}, MONTH, report_lag_months=1)
    for program in ("CCFA", "HOUSING"):
        assert paid(sooner, program)[:12] == paid(later, program)[:12]
        assert sooner.steps[0].parts[program] == sooner.steps[0].baseline_parts[program]


def test_septembers_clothing_allowance_moves_no_share() -> None:
    start = date(2025, 9, 1)
    cases = family(start, [30, 4, 9], lease=Lease.SECTION_8, subsidized=True, tafdc=True, months_left=6)
    path = walk((cases,), 0, 0, start, Start({"TAFDC": True, "SNAP": True}, reviews={"CCFA": 12, "HOUSING": 12}), 6)
    assert when(path, "share_changes") == []
    assert len(set(paid(path, "HOUSING"))) == 1


def test_after_a_share_was_lowered_a_rise_is_counted_before_the_review() -> None:
    facts = {"ui_weekly": [500, 0, 0], "ui_children": [0, 0, 0]}
    path = helped(0, 4_000, {"CCFA": 12, "HOUSING": 12}, date(2026, 3, 1), facts=facts, claim_months={0: 3})
    shares = paid(path, "HOUSING")
    assert shares[0] > shares[3] < shares[6]
    assert when(path, "share_changes") == [3, 6, 12]


def kinds(path: Path) -> dict[str, int]:
    """The month in which each kind of event comes first."""
    found: dict[str, int] = {}
    for index, step in enumerate(path.steps):
        for event in step.events:
            found.setdefault(event.kind, index)
    return found


def test_ssi_follows_earnings_two_months_later_and_ends_at_once_where_nothing_is_left() -> None:
    cases = family(MONTH, [45], disabled=[True], ssi_paid=[Paid.FEDERAL])
    begin = Start({"TAFDC": False, "SNAP": True})
    raised = walk((cases,), 0, 885_00, JOB, begin, months=6)
    assert dollars(raised, "SSI")[:5] == [967, 967, 967, 594, 594]
    assert kinds(raised)["ssi_changes"] == 3
    assert raised.lag_months["SSI"] == (2, 2)
    gone = walk((cases,), 0, 4_000_00, JOB, begin, months=4)
    assert dollars(gone, "SSI") == [967, 0, 0, 0]
    assert kinds(gone)["ssi_ends"] == 1


def test_eaedc_counts_months_of_earnings_and_closes() -> None:
    cases = family(MONTH, [45], disabled=[True])
    begin = Start({"TAFDC": False, "SNAP": False, "EAEDC": True})
    little = walk((cases,), 0, 530_00, JOB, begin, months=16)
    assert dollars(little, "EAEDC") == [441] * 2 + [241] * 4 + [141] * 8 + [111] * 2
    much = walk((cases,), 0, 2_000_00, JOB, begin, months=4)
    assert dollars(much, "EAEDC") == [441, 441, 0, 0]
    assert kinds(much)["eaedc_closes"] == 2
    assert ("notice", "EAEDC") in {(event.kind, event.program) for event in much.steps[1].events}


def test_children_keep_coverage_until_the_renewal_and_adults_do_not() -> None:
    cases = family(MONTH, [30, 9], covered=False)
    begin = Start({"TAFDC": False, "SNAP": False}, reviews={"MASSHEALTH": 5})
    path = walk((cases,), 0, 9_000_00, JOB, begin, months=7)
    adult, child = zip(*(step.coverage for step in path.steps), strict=True)
    assert adult[2] == Coverage.NONE
    assert child == (Coverage.MASSHEALTH,) * 5 + (Coverage.NONE,) * 2
    before = replace(cases, month=date(2023, 2, 1))
    early = walk((before,), 0, 9_000_00, date(2023, 3, 1), begin, months=4)
    assert early.steps[3].coverage[1] == Coverage.NONE


def test_it_is_told_when_income_is_over_the_limit_of_help_in_kind() -> None:
    path = walk((family(MONTH, [30, 2], [1_000, 0]),), 0, 9_000_00, JOB, Start({"TAFDC": False, "SNAP": False}), 4)
    told = {event.program for event in path.steps[2].events if event.kind == "help_ends"}
    assert told == {"WIC", "HEAP"}


def test_rent_of_public_housing_is_set_anew_when_income_rises_at_the_review() -> None:
    cases = family(MONTH, [30, 4], [1_000, 0], lease=Lease.PUBLIC, subsidized=True)
    begin = Start({"TAFDC": False, "SNAP": False}, reviews={"HOUSING": 4})
    path = walk((cases,), 0, 2_000_00, JOB, begin, months=6)
    assert dollars(path, "HOUSING") == [-312] * 4 + [-632] * 2


def test_a_voucher_left_out_what_a_disabled_person_began_to_earn_until_2025() -> None:
    def shares(begins: date, **facts: Any) -> list[int]:
        cases = family(add_months(begins, -1), [45], disabled=[True], ssi=[900], **facts)
        start = Start({"TAFDC": False, "SNAP": False}, reviews={"HOUSING": 2})
        path = walk((replace(cases, lease=cases.lease + Lease.SECTION_8),), 0, 1_000_00, begins, start, months=40)
        return [-step.parts["HOUSING"][0] // 100 for step in path.steps[2::12]]

    # 30 % of a twelfth of 10,800 less 400; of 16,800 less 525; of 22,800 less 525 and, in 2026, less 550
    assert shares(date(2023, 3, 1)) == [260, 406, 556, 556]
    assert shares(date(2024, 3, 1))[0] == 556, "nobody enters any more"


def test_ssi_follows_the_end_of_a_claim_two_months_later_too() -> None:
    cases = family(date(2026, 3, 1), [45], disabled=[True], ssi_paid=[Paid.FEDERAL], ui_weekly=[100])
    begin = Start({"TAFDC": False, "SNAP": False}, claim_months={0: 2})
    path = walk((cases,), 0, 0, date(2026, 4, 1), begin, months=6)
    assert dollars(path, "SSI") == [580, 580, 580, 580, 994, 994]


def test_a_housemates_premium_stays_what_it_is_when_a_family_keeps_masshealth() -> None:
    cases = family(MONTH, [30, 5, 26], [1_500, 0, 3_000], covered=True)
    path = walk((cases,), 0, 4_000_00, JOB, Start({"TAFDC": False, "SNAP": False}), months=5)
    assert path.steps[3].coverage == (Coverage.TRANSITIONAL, Coverage.MASSHEALTH, Coverage.CONNECTORCARE)
    premiums = [step.parts["CONNECTORCARE"][0] for step in path.steps]
    assert premiums[3] == premiums[4] < 0


def test_raises_one_after_another_and_of_two_earners_are_followed() -> None:
    cases = family(MONTH, [30, 32, 4], [1_500, 0, 0], rent=1_200, joint=True)
    begin = Start({"TAFDC": False, "SNAP": True}, snap_due_in=3)
    first, second = Change(JOB, 0, 2_500_00), Change(add_months(MONTH, 4), 1, 1_200_00)
    path = follow((cases,), [second, first], begin, 8)
    raised = [step.month for step in path.steps if any(event.kind == "raise" for event in step.events)]
    assert raised == [JOB, second.month]
    alone = walk((cases,), 0, 2_500_00, JOB, begin, 8)
    assert path.steps[:4] == alone.steps[:3] + path.steps[3:4]
    assert [step.baseline_net_cents for step in path.steps] == [step.baseline_net_cents for step in alone.steps]
    both = simulate(
        replace(cases, month=second.month, earnings_cents=cases.earnings_cents * 0 + [2_500_00, 1_200_00, 0])
    )
    assert path.steps[4].parts["TAXES"] == (both.parts["TAXES"][0],) * 2
    cut = follow((cases,), [first, Change(second.month, 0, 0)], begin, 8)
    assert [e.kind for e in cut.steps[4].events if e.program == "EARNINGS"] == ["pay_cut"]


def test_a_second_raise_before_the_first_is_counted_takes_no_transitional_help_away() -> None:
    cases = family(MONTH, [30, 4], [0, 0], rent=1_100, tafdc=True)
    takes = Start({"TAFDC": True, "SNAP": True}, snap_due_in=12, snap_every=12)
    takes = replace(takes, readings=readings(["tba_wages=excluded"]))
    job, more = Change(JOB, 0, 4_500_00), Change(add_months(JOB, 1), 0, 4_600_00)
    one, two = follow((cases,), [job], takes, 8), follow((cases,), [job, more], takes, 8)
    assert kinds(one)["transitional_masshealth_starts"] == kinds(two)["transitional_masshealth_starts"]
    assert [step.parts["SNAP"] for step in one.steps] == [step.parts["SNAP"] for step in two.steps]
    less = follow((cases,), [job, Change(more.month, 0, 4_400_00)], takes, 8)
    assert kinds(less)["transitional_masshealth_starts"] == kinds(one)["transitional_masshealth_starts"]


def test_a_change_before_the_first_month_was_counted_long_ago() -> None:
    cases = family(add_months(JOB, 3), [30, 4], [0, 0], rent=1_100, tafdc=True)
    path = walk((cases,), 0, 4_500_00, JOB, Start({"TAFDC": True, "SNAP": True}), 4)
    assert dollars(path, "TAFDC") == [0] * 4
    assert "raise" not in kinds(path)


@settings(max_examples=25, deadline=None)
@given(
    cases=households(), enrolled=st.fixed_dictionaries({name: st.booleans() for name in ("TAFDC", "SNAP", "EAEDC")}),
    earned=st.integers(0, 8_000), begins=st.integers(0, 5), used=st.integers(0, 24), lag=st.integers(0, 2),
)  # fmt: skip
def test_what_the_law_remembers_never_skips_a_month(
    cases: Cases, enrolled: dict[str, bool], earned: int, begins: int, used: int, lag: int
) -> None:
    """Clocks go on by a month or stand, what runs out runs month by month, and nobody enrols anew."""
    states: list[Any] = []
    advance = path_module.advance

    def watched(*given: Any) -> Any:
        found = advance(*given)
        states.append(deepcopy(given[1]))
        return found

    start = Start(enrolled, clock_months_used=used, report_lag_months=lag)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(path_module, "advance", watched)
        walk((cases,), 0, earned * 100, add_months(cases.month, begins), start, months=16)
    months = int(Parameters.at(cases.month)["snap/tba_months"])
    transitional = int(Parameters.at(cases.month)["masshealth/tma_months"])
    assert len(states) == 16
    for before, after in pairwise(states):
        assert set((before.left - after.left).tolist()) <= {0, 1}
        counts = (after.tafdc | ((after.clock > before.clock) & before.tafdc)) & ~clock_stands(cases)
        assert ((after.clock - before.clock) == counts).all()
        assert set((after.aid_months - before.aid_months).ravel().tolist()) <= {0, 1}
        for name, whole in (("tba_left", months), ("tma_left", transitional)):
            then, now = getattr(before, name), getattr(after, name)
            runs = now == (then - 1).clip(0)
            assert (runs | ((then == 0) & (now <= whole) & (now >= whole - 1 - lag - 1))).all(), name
        assert ((after.closed_for == before.closed_for + (before.closed_for >= 0)) | (after.closed_for == 0)
                | (before.tafdc & ~after.tafdc)).all()  # fmt: skip
        for name in ("tafdc", "snap", "aid"):
            assert not (getattr(after, name) & ~getattr(before, name)).any(), name
