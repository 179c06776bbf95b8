"""All rules of a month together: what adds up to net resources, and what bounds them."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benefits.cases import stack
from benefits.month import FULL_DISREGARD_MONTHS, Known, corners, simulate
from benefits.programs.masshealth import Coverage
from tests.benefits.families import family

MONTH = date(2026, 3, 1)
families = st.builds(
    lambda ages, monthly, facts: family(MONTH, [30, *ages], [monthly] + [0] * len(ages), **facts),
    st.lists(st.integers(0, 20), max_size=5), st.integers(0, 9_000),
    st.fixed_dictionaries(
        {"rent": st.integers(0, 3_000), "tafdc": st.booleans(), "months_left": st.integers(0, 6),
         "unearned": st.integers(0, 2_000), "subsidized": st.booleans(), "heats": st.booleans()}
    ),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(families)
def test_net_resources_are_what_is_earned_with_all_parts_and_no_benefit_is_below_nothing(cases: Any) -> None:
    month = simulate(cases)
    own = cases.earned_cents + cases.unearned_cents
    assert (month.net_cents == own + sum(month.parts.values())).all()
    for program in ("TAFDC", "SNAP", "FEDERAL_CREDITS", "STATE_CREDITS"):
        assert (month.parts[program] >= 0).all()
    for program in ("MASSHEALTH", "CONNECTORCARE", "TAXES"):
        assert (month.parts[program] <= 0).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(families, min_size=2, max_size=5))
def test_each_household_fares_alone_as_among_others(several: list[Any]) -> None:
    together = simulate(stack(several))
    for place, cases in enumerate(several):
        alone = simulate(cases)
        assert together.rows(place, place + 1).net_cents.tolist() == alone.net_cents.tolist()


def test_who_takes_no_part_receives_nothing_and_their_grant_is_not_counted() -> None:
    cases = family(MONTH, [30, 4, 9], rent=1100)
    both = simulate(cases, enrolled={"SNAP": np.array([True]), "TAFDC": np.array([True])})
    food = simulate(cases, enrolled={"SNAP": np.array([True]), "TAFDC": np.array([False])})
    assert food.parts["TAFDC"].tolist() == [0]
    assert food.parts["SNAP"][0] >= both.parts["SNAP"][0]


def test_connectorcare_covers_only_whom_masshealth_does_not() -> None:
    month = simulate(family(MONTH, [30, 4], [3000, 0]))
    assert month.coverage.tolist() == [[Coverage.CONNECTORCARE, Coverage.FAMILY_ASSISTANCE]]


@pytest.mark.parametrize("known", [Known(), Known(rent=False), Known(child_care=False), Known(heating=False),
                                   Known(disregard=False), Known(rent=False, disregard=False)])  # fmt: skip
def test_what_lies_between_the_ends_of_what_is_not_recorded_lies_between_their_figures(known: Known) -> None:
    def figure(**facts: Any) -> int:
        return int(simulate(family(MONTH, [30, 4, 9], [700, 0, 0], tafdc=True, **facts)).net_cents[0])

    ends = [int(simulate(end).net_cents[0]) for end in corners(family(MONTH, [30, 4, 9], [700, 0, 0], tafdc=True,
            rent=900, child_care=100, heats=True, months_left=3), known)]  # fmt: skip
    for rent in (0, 900, 2_000) if not known.rent else (900,):
        for child_care in (0, 100, 1_000) if not known.child_care else (100,):
            for heats in (False, True) if not known.heating else (True,):
                for left in range(FULL_DISREGARD_MONTHS + 1) if not known.disregard else (3,):
                    here = figure(rent=rent, child_care=child_care, heats=heats, months_left=left)
                    assert ends[0] <= here <= ends[-1]
