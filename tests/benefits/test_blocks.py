"""Households of one size together: nothing of any household changes by which others it is reckoned with."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benefits import blocks
from benefits.cases import Cases, stack
from benefits.month import Held, Month, simulate
from tests.benefits.families import households


def same(one: Any, other: Any) -> bool:
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(np.array_equal(one, other))


def in_blocks(fewest: int, *asked: Any) -> Month:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "FEWEST", fewest)
        return simulate(*asked)


@settings(max_examples=60, deadline=None)
@given(several=st.lists(households(), min_size=2, max_size=9), fewest=st.integers(1, 4), seed=st.integers(0, 99))
def test_a_month_in_blocks_is_the_month_as_a_whole(several: list[Cases], fewest: int, seed: int) -> None:
    cases, chance = stack(several), np.random.default_rng(seed)
    n, p = cases.ages.shape
    paid = np.where(cases.people, chance.integers(-1, 900_00, (n, p)), -1)
    held = Held(chance.integers(-1, 500_00, n), chance.integers(-1, 900_00, n), paid)
    asked = cases, chance.random(n) < 0.5, {"SNAP": chance.random(n) < 0.7}, None, held
    whole, parts = in_blocks(10**6, *asked), in_blocks(fewest, *asked)
    for one in fields(Month):
        if one.name not in ("cases", "used"):
            assert same(getattr(whole, one.name), getattr(parts, one.name)), one.name
    assert parts.cases is cases
    assert parts.used.keys() <= whole.used.keys()  # of edges between programs that nobody of a block has, none is read
    assert all(value.value == whole.used[key].value for key, value in parts.used.items())


@settings(max_examples=60, deadline=None)
@given(several=st.lists(households(), min_size=1, max_size=12), fewest=st.integers(1, 5))
def test_each_household_is_in_one_block_that_has_a_place_for_each_of_its_people(
    several: list[Cases], fewest: int
) -> None:
    cases = stack(several)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "FEWEST", fewest)
        found = list(blocks.blocks(cases))
    assert sorted(row for rows, _ in found for row in rows.tolist()) == list(range(len(several)))
    for rows, places in found:
        assert not cases.people[rows, places:].any()
    assert all(len(rows) >= fewest for rows, _ in found[:-1])
