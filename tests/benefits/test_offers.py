"""From which wage on an offer is worth it; held against paths, one wage at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from benefits.cases import Cases, CasesError
from benefits.month import Known, corners
from benefits.offers import FINE_CENTS, break_even
from benefits.path import Start, walk
from tests.benefits.families import family

MONTH, THEN = date(2026, 2, 1), date(2026, 3, 1)
MONTHS = 12
ON_SNAP = Start({"TAFDC": False, "SNAP": True})
HOUSEHOLDS: dict[str, tuple[dict[str, Any], Start]] = {
    "with care": ({"care": [0, 2], "care_price": 1_600, "rent": 1_100}, ON_SNAP),
    "on TAFDC, two months of the disregard left": (
        {"tafdc": True, "months_left": 2, "rent": 1_100}, Start({"TAFDC": True, "SNAP": True}, clock_months_used=3),
    ),
}  # fmt: skip


def worse(cases: Cases, wage: int, start: Start) -> tuple[bool, bool]:
    """Whether an offer leaves less over all months, and in some month: a path of its own."""
    steps = walk((cases,), 0, wage, THEN, start, MONTHS).steps
    gains = [step.net_cents[0] - step.baseline_net_cents[0] for step in steps]
    return sum(gains) < 0, min(gains) < 0


@pytest.mark.parametrize("name", HOUSEHOLDS)
@pytest.mark.parametrize("now", [800, 3_500])
def test_no_wage_from_there_on_is_worse_and_one_just_below_is(name: str, now: int) -> None:
    facts, start = HOUSEHOLDS[name]
    start = Start(**{**start.__dict__, "readings": start.readings[:1]})
    cases = family(MONTH, [30, 4], [now, 0], **facts)
    found = break_even((cases,), 0, THEN, start, MONTHS, 9_000_00)
    for kind, ends in enumerate((found.overall, found.each_month)):
        assert ends[0] == ends[1] is not None
        assert ends[0] is not None
        for wage in (ends[0], *range(ends[0], 9_000_00, 700_00), 9_000_00):
            assert not worse(cases, wage, start)[kind], wage
        below = ends[0] - FINE_CENTS
        assert below <= found.now_cents or worse(cases, below, start)[kind]
    assert found.overall <= found.each_month


def test_an_offer_over_a_cliff_has_to_be_far_higher() -> None:
    """From $3,500 on, a dollar more loses what comes with MassHealth for adults: a small raise does not pay."""
    facts, start = HOUSEHOLDS["with care"]
    found = break_even((family(MONTH, [30, 4], [3_500, 0], **facts),), 0, THEN, start, 24)
    assert found.overall[0] is not None
    assert found.overall[0] > 3_600_00


def test_what_is_not_recorded_makes_it_a_range_and_no_wage_may_do() -> None:
    facts, start = HOUSEHOLDS["with care"]
    cases = family(MONTH, [30, 4], [3_500, 0], **facts)
    found = break_even(corners(cases, Known(rent=False)), 0, THEN, start, MONTHS)
    assert found.each_month[0] is not None
    assert found.each_month[1] is None or found.each_month[0] <= found.each_month[1]
    assert break_even((cases,), 0, THEN, start, MONTHS, 3_501_00).overall == (None, None)


def test_a_wage_that_is_no_offer_is_refused() -> None:
    cases = family(MONTH, [30, 4], [3_500, 0])
    with pytest.raises(CasesError, match="no more than the 350000 that are earned now"):
        break_even((cases,), 0, THEN, ON_SNAP, MONTHS, 3_500_00)
    with pytest.raises(CasesError, match="none of the 2 people's"):
        break_even((cases,), 2, THEN, ON_SNAP, MONTHS)
