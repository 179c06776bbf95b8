"""Households as arrays: stacked, taken apart, and amounts rounded as the law has it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benefits.cases import ARRAYS, Cases, CasesError, share, stack, whole_dollars
from benefits.month import simulate
from tests.benefits.families import family, households

MONTH = date(2026, 1, 1)
DERIVED = [
    name for name, value in vars(Cases).items()
    if isinstance(value, cached_property) and name not in ("filled", "of_filers")
]  # fmt: skip


def test_a_smaller_household_gets_places_without_a_person() -> None:
    one, three = family(MONTH, [70], disabled=[True]), family(MONTH, [30, 4, 9], [900, 0, 0])
    both = stack([one, three])
    assert both.size.tolist() == [1, 3]
    assert both.elderly_or_disabled.tolist() == [True, False]
    assert both.has_children.tolist() == [False, True]
    assert both.earned_cents.tolist() == [0, 900_00]
    back = both.rows(1, 2)
    assert all((getattr(back, name) == getattr(three, name)).all() for name in ARRAYS)


WAYS: dict[str, Callable[[Cases], Cases]] = {
    "some": lambda cases: cases.some(np.arange(0, len(cases.ages), 2)),
    "marked": lambda cases: cases.some(np.arange(len(cases.ages)) != 1),
    "rows": lambda cases: cases.rows(len(cases.ages) // 3, len(cases.ages)),
    "only": lambda cases: cases.only(cases.tax_unit),
    "having": lambda cases: cases.having(earnings_cents=cases.earnings_cents // 2),
    "married": lambda cases: cases.having(joint=~cases.joint),
    "older": lambda cases: cases.having(ages=np.where(cases.people, cases.ages + 7, cases.ages)),
    "bearing": lambda cases: cases.bearing(rent_cents=cases.rent_cents + 5_00),
}


@settings(max_examples=100, deadline=None)
@given(
    several=st.lists(households(), min_size=1, max_size=6), ways=st.lists(st.sampled_from(sorted(WAYS)), max_size=4),
    asked=st.sets(st.sampled_from(DERIVED)),
)  # fmt: skip
def test_cases_made_of_cases_are_those_that_their_facts_make(
    several: list[Cases], ways: list[str], asked: set[str]
) -> None:
    found = stack(several)
    for way in ways:
        for name in asked:  # what is known of cases already must not go with those that are made of them
            getattr(found, name)
        found = WAYS[way](found)
        alike = replace(found)
        for name in (*ARRAYS, *DERIVED):
            assert np.array_equal(getattr(alike, name), getattr(found, name)), name


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


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"earnings_cents": np.array([[-5, 0]])}, r"earnings_cents\[0, 0\]: -5 in 2026-06 is not from 0"),
        ({"earnings_cents": np.array([[10**15, 0]])}, r"earnings_cents\[0, 0\]: .* is not from 0 to"),
        ({"ages": np.array([[30, -2]])}, r"ages\[0, 1\]: -2 in 2026-06 is a birth after the month"),
        ({"ages": np.array([[30, 131]])}, r"ages\[0, 1\]: 131"),
        ({"ages": np.array([[30, -1]]), "earnings_cents": np.array([[0, 5]])}, "income where nobody is"),
        ({"ages": np.full((1, 40), 9), "earnings_cents": np.zeros((1, 40), int)}, "40 people in a household"),
        ({"rent_cents": np.array([float("nan")])}, "rent_cents: of type float64; money is whole cents"),
        ({"rent_cents": np.array([5, 6])}, r"rent_cents: of shape \(2,\), not \(1,\)"),
        ({"rents_cents": np.array([5])}, "did you mean rent_cents"),
    ],
)
def test_what_cannot_be_is_refused_with_the_path_to_it(facts: dict[str, Any], told: str) -> None:
    all_facts = {"ages": np.array([[30, 9]]), "earnings_cents": np.array([[0, 0]])} | facts
    with pytest.raises(CasesError, match=told):
        Cases.of(date(2026, 6, 1), all_facts.pop("ages"), all_facts.pop("earnings_cents"), **all_facts)


@given(
    ages=st.lists(st.integers(0, 99), min_size=1, max_size=12),
    earned=st.integers(0, 20_000_00),
    other=st.integers(0, 5_000_00),
    rent=st.integers(0, 5_000_00),
    facts=st.tuples(*[st.booleans()] * 5),
    month=st.sampled_from([date(2023, 9, 1), date(2024, 2, 1), date(2025, 9, 1), date(2026, 6, 1), date(2027, 6, 1)]),
)
@settings(deadline=None, max_examples=150)
def test_whatever_a_household_is_no_amount_is_below_zero_and_the_order_of_children_is_irrelevant(
    ages: list[int], earned: int, other: int, rent: int, facts: tuple[bool, ...], month: date
) -> None:
    disabled, pregnant, heats, recipient, subsidized = facts
    n = len(ages)
    adults = [place for place, age in enumerate(ages) if age >= 18]  # the first of them files the tax return
    order = np.array(adults + [place for place in reversed(range(n)) if ages[place] < 18])

    def cases(places: Any) -> Cases:
        of_people = {
            "disabled": np.full((1, n), disabled), "pregnant": np.array([[pregnant] + [False] * (n - 1)]),
            "earnings_cents": np.array([[earned] + [0] * (n - 1)]), "ages": np.array([ages]),
            "other_income_cents": np.array([[other] + [0] * (n - 1)]),
        }  # fmt: skip
        of_people = {name: values[:, places] for name, values in of_people.items()}
        yes = {"heats": heats, "tafdc_recipient": recipient, "subsidized": subsidized}
        return Cases.of(
            month, of_people.pop("ages"), of_people.pop("earnings_cents"), **of_people,
            rent_cents=np.array([rent]),
            **{name: np.array([value]) for name, value in yes.items()},
        )  # fmt: skip

    one, turned = simulate(cases(np.arange(n))), simulate(cases(order))
    for name, cents in one.parts.items():
        assert cents.dtype.kind == "i"
        owed = name in {"TAXES", "MASSHEALTH", "CONNECTORCARE"}
        assert (cents[0] <= 0) if owed else (cents[0] >= 0), name
        assert cents[0] == turned.parts[name][0], name
    assert sorted(one.coverage[0].tolist()) == sorted(turned.coverage[0].tolist())
