"""Wages by the month: what quarters tell of their months, and what they leave open."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.wages import by_month, months_of
from tests.queries.test_situation import FAMILY, replace

Q1, Q2, Q3 = date(2025, 1, 1), date(2025, 4, 1), date(2025, 7, 1)


def quarters(monthly: list[int]) -> list[int]:
    return [sum(monthly[at : at + 3]) for at in range(0, len(monthly), 3)]


@pytest.mark.parametrize(
    "monthly",
    [
        [2_000_00] * 9,
        [0, 0, 2_000_00, *[2_000_00] * 6],  # begins
        [2_000_00] * 7 + [0, 0, 0, 0, 0],  # ends
        [2_000_00] * 5 + [2_600_00] * 7,  # is raised
        [0, 0, 0, 0, *[1_746_00] * 6, *[2_468_00] * 3, *[0] * 5],
    ],
)
def test_a_change_of_pay_is_found_in_its_month(monthly: list[int]) -> None:
    known = [0, 0, 0, *monthly] if not monthly[0] else [monthly[0]] * 3 + monthly  # the quarter before is even
    assert months_of(quarters(known)) == [known]


def test_a_quarter_that_stands_alone_leaves_open_which_months_had_it() -> None:
    ways = months_of([0, 300_000, 0])
    assert all(sum(way) == 300_000 for way in ways)
    assert {way[4] for way in ways} > {0}


@given(
    st.lists(st.tuples(st.integers(0, 9_000_00), st.integers(3, 9)), min_size=1, max_size=5),
    st.integers(0, 2),
)
def test_every_way_comes_to_the_quarters(jobs: list[tuple[int, int]], late: int) -> None:
    """Pay that changes every third month or less often."""
    monthly = [0] * 3 + [0] * late + [pay for pay, months in jobs for _ in range(months)]
    monthly = monthly[: len(monthly) // 3 * 3]
    totals = quarters(monthly)
    ways = months_of(totals)
    assert ways
    for way in ways:
        assert len(way) == len(monthly)
        assert min(way) >= 0
        assert all(
            abs(mine - told) <= max(3, 0.01 * told + 3) for mine, told in zip(quarters(way), totals, strict=True)
        )


def row(person: str, since: date, until: date, cents: int, employment: str = "J") -> dict[str, Any]:
    return {"person": person, "employment": employment, "employer": "E", "wage": f"{employment}{since}", "cents": cents,
            "hours": None, "since": since, "until": until, "form": "quarterly", "within": True}  # fmt: skip


def test_one_employers_quarters_are_one_job_whatever_the_reports_call_it() -> None:
    """A name that is spelt otherwise makes another employment of the same wages."""
    rows = (row("ann", Q1, Q2, 6_000_00, "J"), row("ann", Q2, Q3, 4_000_00, "Jay"))
    found = by_month(replace(FAMILY, wages=rows), date(2024, 10, 1), date(2025, 10, 1))
    assert not found.open
    told = {(each["since"].month, each["cents"]) for each in found.record.wages}
    assert told >= {(1, 2_000_00), (4, 2_000_00), (5, 2_000_00), (6, 0), (9, 0)}


def test_before_the_first_wages_that_were_read_nothing_is_known() -> None:
    rows = (row("ann", Q1, Q2, 4_000_00), row("ann", Q2, Q3, 6_000_00))
    read_later = by_month(replace(FAMILY, wages=rows), Q1, Q3)
    assert read_later.open["ann", Q1] == (0, 2_000_00 - 66_667)
    begun = by_month(replace(FAMILY, wages=rows), date(2024, 10, 1), Q3)
    assert not begun.open
    assert {each["since"]: each["cents"] for each in begun.record.wages}[Q1] == 0


def test_wages_that_cannot_be_stay_as_they_are() -> None:
    rows = (row("ann", Q1, Q2, 3_000_00), row("ann", Q2, Q3, -500_00))
    found = by_month(replace(FAMILY, wages=rows), date(2024, 10, 1), date(2025, 10, 1))
    assert found.record.wages == rows


def test_spans_off_the_quarters_are_even_and_stand_for_no_later_months() -> None:
    rows = (row("ann", date(2025, 1, 15), Q2, 3_000_00), row("ann", Q2, Q3, 3_600_00))
    found = by_month(replace(FAMILY, wages=rows), date(2024, 10, 1), date(2025, 10, 1))
    told = {each["since"]: each["cents"] for each in found.record.wages}
    assert told[date(2025, 2, 1)] == 1_000_00
    assert sum(cents for month, cents in told.items() if Q2 <= month < Q3) == 3_600_00
    assert told[Q3] == told[date(2025, 9, 1)] == 0


def test_wages_of_other_spans_are_even_and_those_without_an_amount_stay_as_they_are() -> None:
    year, nothing = row("ann", Q1, date(2026, 1, 1), 24_000_00), row("ann", Q1, Q2, 0) | {"cents": None}
    found = by_month(replace(FAMILY, wages=(year, nothing)), Q1, date(2026, 1, 1))
    assert [each["cents"] for each in found.record.wages] == [None, *[2_000_00] * 12]
    assert not found.open
