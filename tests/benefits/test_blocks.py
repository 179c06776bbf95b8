"""Households of one size together: nothing of any household changes by which others it is reckoned with."""

from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benefits import blocks
from benefits.cases import Cases, stack
from benefits.month import Held, Month, simulate
from benefits.programs.ccfa import Care
from benefits.programs.housing import Lease
from benefits.programs.ssi import Paid
from tests.benefits.families import family

MONTH = date(2026, 3, 1)


@st.composite
def households(draw: st.DrawFn) -> Cases:
    """Of one to five people, with whatever makes a household special, and a place now and then that is nobody's."""
    ages = [draw(st.integers(19, 80)), *draw(st.lists(st.integers(-1, 80), max_size=4))]
    grown = [age >= 19 for age in ages]

    def each(values: st.SearchStrategy[Any], otherwise: Any, which: list[bool]) -> list[Any]:
        return [draw(values) if one else otherwise for one in which]

    here = [age >= 0 for age in ages]
    return family(
        MONTH, ages, each(st.integers(0, 6_000), 0, here), disabled=each(st.booleans(), False, here),
        ssi_paid=each(st.sampled_from(list(Paid)), 0, grown), unearned=each(st.sampled_from([0, 0, 400]), 0, here),
        ui_weekly=each(st.sampled_from([0, 0, 420]), 0, grown), parents=each(st.booleans(), False, grown),
        care=[Care.FULL_TIME if 0 <= age < 13 else Care.NONE for age in ages], care_price=1_400,
        lease=draw(st.sampled_from(list(Lease))), joint=draw(st.booleans()), rent=draw(st.integers(0, 2_000)),
        in_snap=each(st.sampled_from([True, False]), False, here), tafdc=draw(st.booleans()),
    )  # fmt: skip


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
