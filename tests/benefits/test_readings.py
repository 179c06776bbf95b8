"""Where sources conflict, a path takes both readings, names them, and a setting chooses one: the golden case."""

from __future__ import annotations

from datetime import date

import pytest

from benefits.path import Path, Start, walk
from benefits.readings import QUESTIONS, readings
from tests.benefits.families import family

JOB = date(2025, 10, 1)


def golden(*chosen: str, lag: int = 0) -> Path:
    """A parent of two on TAFDC in private housing takes a $30,000 job on 1 October 2025."""
    three = family(date(2025, 9, 1), [34, 9, 4], rent=1100, tafdc=True, months_left=6)
    start = Start(
        {"SNAP": True, "TAFDC": True}, snap_due_in=6, report_lag_months=lag, clock_months_used=3,
        readings=readings(chosen),
    )  # fmt: skip
    return walk((three,), 0, 2_500_00, JOB, start, 16)


def paid(path: Path, program: str) -> list[tuple[int, int]]:
    return [(step.parts[program][0] // 100, step.parts[program][1] // 100) for step in path.steps]


def test_the_golden_case_month_by_month() -> None:
    path = golden("tba_wages=counted", "stipend_start=after_30_days")
    # 901 and the clothing allowance of two children in September; six months; closed, as 901 - 1,150 is below nothing
    assert paid(path, "TAFDC") == [(1901, 1901), *[(901, 901)] * 6, *[(0, 0)] * 9]
    # 768 at the values of FFY 2025; wages and grant count; wages alone, frozen for five months and recertified after;
    # from October 2026 the values of FFY 2027
    assert paid(path, "SNAP") == [(768, 768), *[(177, 177)] * 6, *[(470, 470)] * 6, *[(503, 503)] * 3]
    assert paid(path, "STIPEND") == [(0, 0)] * 8 + [(280, 280), (210, 210), (140, 140), (70, 70)] + [(0, 0)] * 4
    assert all(kind == 1 for step in path.steps for kind in step.coverage)  # within 138 % all along
    assert path.readings == ()


def test_two_readings_of_transitional_snap_are_both_told_and_named() -> None:
    path = golden("stipend_start=after_30_days")
    assert path.readings == ("tba_wages",)  # a job that counts at once runs six months by either reading
    assert paid(path, "SNAP")[7:12] == [(470, 785)] * 5
    assert paid(path, "SNAP")[12:] == [(470, 470), *[(503, 503)] * 3]
    assert paid(golden("tba_wages=excluded"), "SNAP")[7:12] == [(785, 785)] * 5


def test_two_readings_of_the_six_months_differ_by_the_months_before_the_job_counts() -> None:
    both = golden("tba_wages=counted", "stipend_start=after_30_days", lag=1)
    assert both.readings == ("six_months",)
    assert paid(both, "TAFDC")[1:9] == [(901, 901)] * 6 + [(0, 901), (0, 0)]
    regulation = golden("tba_wages=counted", "six_months=job_start", lag=1)
    practice = golden("tba_wages=counted", "six_months=recorded", lag=1)
    assert [step[0] for step in paid(regulation, "TAFDC")].count(901) == 6
    assert [step[0] for step in paid(practice, "TAFDC")].count(901) == 7


def test_two_readings_of_when_stipends_start_differ_by_a_month() -> None:
    path = golden("tba_wages=counted")
    assert path.readings == ("stipend_start",)
    assert paid(path, "STIPEND")[7:12] == [(0, 280), (210, 280), (140, 210), (70, 140), (0, 70)]


def test_without_a_change_no_reading_matters() -> None:
    three = family(date(2025, 9, 1), [34, 9, 4], rent=1100, tafdc=True)
    assert walk((three,), 0, 0, JOB, Start({"SNAP": True, "TAFDC": True}), 6).readings == ()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("tba_wage=counted", "closest: tba_wages"),
        ("six_months=never", "recorded or job_start"),
        ("x", "tba_wages, six"),
    ],
)
def test_a_reading_that_is_none_is_refused_with_those_that_are(text: str, told: str) -> None:
    with pytest.raises(LookupError, match=told):
        readings([text])


def test_every_reading_says_who_has_it() -> None:
    assert len(readings()) == 8
    assert all(
        "CFR" in text or "CMR" in text or "DTA" in text for one in QUESTIONS.values() for text in one.readings.values()
    )


def test_months_before_a_job_counts_use_the_disregard_up_only_where_it_would_apply() -> None:
    three = family(date(2025, 9, 1), [34, 9, 4], rent=1100, tafdc=True, months_left=6)
    start = Start({"SNAP": True, "TAFDC": True}, readings=readings(["six_months=job_start"]))
    for wages in (0, 6_000_00):  # none; over 200 % of poverty
        kinds = [event.kind for step in walk((three,), 0, wages, JOB, start, 4).steps for event in step.events]
        assert "disregard_starts" not in kinds
