"""Households as arrays: stacked, taken apart, and amounts rounded as the law has it."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benefits.cases import ARRAYS, share, stack, whole_dollars
from tests.benefits.families import family

MONTH = date(2026, 1, 1)


def test_a_smaller_household_gets_places_without_a_person() -> None:
    one, three = family(MONTH, [70], disabled=[True]), family(MONTH, [30, 4, 9], [900, 0, 0])
    both = stack([one, three])
    assert both.size.tolist() == [1, 3]
    assert both.elderly_or_disabled.tolist() == [True, False]
    assert both.has_children.tolist() == [False, True]
    assert both.earned_cents.tolist() == [0, 900_00]
    back = both.rows(1, 2)
    assert all((getattr(back, name) == getattr(three, name)).all() for name in ARRAYS)


def test_earnings_of_one_person_make_the_cases_of_a_ladder() -> None:
    cases = family(MONTH, [30, 31], [100, 200]).earning(1, np.array([0, 500_00]))
    assert cases.earnings_cents.tolist() == [[100_00, 0], [100_00, 500_00]]
    with pytest.raises(ValueError, match="one household"):
        cases.earning(0, np.array([0]))


@given(st.integers(0, 10**8))
def test_whole_dollars_are_the_nearest_with_fifty_cents_up(cents: int) -> None:
    (found,) = whole_dollars(np.array([cents])).tolist()
    assert found % 100 == 0
    assert -50 < found - cents <= 50


def test_a_share_is_rounded_with_halves_up() -> None:
    assert share(np.array([1, 3, 100]), 0.5).tolist() == [1, 2, 50]
