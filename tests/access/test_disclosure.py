"""Small cells are not told, nor what could give them away."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from access.disclosure import suppress
from queries import catalogue

QUERY = catalogue.find("bundle_prevalence")
CELL = 11


def table(counts: list[int]) -> list[dict[str, Any]]:
    return [{"combination": f"C{at}", "households": n, "people": 3 * n} for at, n in enumerate(counts)]


@given(st.lists(st.integers(0, 40), max_size=12))
def test_no_small_count_is_told_and_one_alone_is_never_the_only_row_left_out(counts: list[int]) -> None:
    rows = table(counts)
    told = suppress(QUERY, rows, CELL)
    left_out = [row for row in told.rows if row["households"] is None]
    assert len(left_out) == told.suppressed
    assert all(row["people"] is None for row in left_out)
    assert not any(row["households"] and row["households"] < CELL for row in told.rows)
    some = sum(n > 0 for n in counts)
    assert told.suppressed != 1 or some == 1
    assert [row for row in told.rows if row["households"] is not None] == [
        row for row, shown in zip(rows, told.rows, strict=True) if shown["households"] is not None
    ]


def test_the_next_smallest_goes_with_a_row_that_is_small_alone() -> None:
    told = suppress(QUERY, table([40, 5, 12, 30, 0]), CELL)
    assert [row["households"] for row in told.rows] == [40, None, None, 30, 0]


def test_the_rows_that_were_given_stay_as_they_are() -> None:
    rows = table([5, 6])
    suppress(QUERY, rows, CELL)
    assert [row["households"] for row in rows] == [5, 6]


def test_a_row_whose_counts_give_a_small_one_as_their_difference_is_left_out() -> None:
    outcomes = catalogue.find("outcomes_by_combination")

    def row(phase: str, people: int, with_wages: int) -> dict[str, Any]:
        return {"phase": phase, "people": people, "with_wages": with_wages, "mean_quarter_wages_cents": 1,
                "attainments": 0}  # fmt: skip

    told = suppress(outcomes, [row("before", 60, 55), row("during", 60, 30), row("after", 60, 60)], CELL)
    assert [each["people"] is None for each in told.rows] == [True, True, False]


def test_lists_of_numbers_go_with_the_others() -> None:
    paths = catalogue.find("observed_paths")
    rows = [{"path": ["A", "B"], "households": n, "mean_months": [1.5, 2.0]} for n in (3, 4, 50)]
    told = suppress(paths, rows, CELL)
    assert [each["mean_months"] for each in told.rows] == [None, None, [1.5, 2.0]]
    assert told.rows[0]["path"] == ["A", "B"]
