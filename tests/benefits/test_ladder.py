"""The ladder's shape: where it bends and jumps, its falls, their causes, and what is not recorded."""

from datetime import date
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from benefits.cases import Cases
from benefits.ladder import OUTLINE_CENTS, Climber, climb, climb_all
from benefits.month import Known, corners, simulate
from tests.benefits.families import family, households

MONTH = date(2026, 1, 1)
SNAP = {"SNAP": True, "TAFDC": False}
ROUNDED_CENTS, HIDDEN_CENTS = 3_00, 10_00
"""By so much rounding to whole dollars in several programs at once moves net resources; and a bend and another within
the same $10."""
JUMP_CENTS = 8_00
"""More than a dollar and whatever is rounded in it."""


def test_snap_ends_at_the_gross_limit_and_is_named_as_cause() -> None:
    cases = family(MONTH, [30, 4, 9], rent=1800, disabled=[False, False, True])
    ladder = climb(Climber((cases,), 0, SNAP, 800_000))
    snap, limit = ladder.low.parts["SNAP"], round(2 * (15_650 + 2 * 5_500) / 12) * 100
    assert snap[ladder.earnings_cents <= limit].min() > 0
    assert snap[ladder.earnings_cents > limit].max() == 0
    assert {limit, limit + 1} <= set(ladder.earnings_cents.tolist())
    losses = {cause.program: cause.loss_low_cents for cliff in ladder.cliffs for cause in cliff.causes}
    assert losses["SNAP"] >= snap[ladder.earnings_cents <= limit][-1]


def test_a_rent_that_is_not_recorded_bounds_the_answer() -> None:
    cases = family(MONTH, [30, 4, 9])
    ends = corners(cases, Known(rent=False))
    ladder = climb(Climber(ends, 0, SNAP, 600_000))
    assert (ladder.net_low_cents <= ladder.net_high_cents).all()
    assert (ladder.net_low_cents < ladder.net_high_cents).any()


def test_more_rent_never_lowers_snap() -> None:
    amounts = [
        simulate(family(MONTH, [30, 4], rent=rent).earning(0, np.arange(0, 300_000, 7_500))).parts["SNAP"]
        for rent in (0, 400, 800, 1600)
    ]
    for less, more in pairwise(amounts):
        assert (less <= more).all()


def test_ladders_climbed_together_are_those_climbed_alone() -> None:
    both = {"SNAP": True, "TAFDC": True}
    climbers = [
        Climber((family(MONTH, [30, 4, 9], rent=1100, tafdc=True, months_left=3),), 0, both, 800_000),
        Climber(corners(family(MONTH, [67], [300]), Known(rent=False)), 0, SNAP, 800_000),
        Climber(corners(family(MONTH, [24, 1, 30, 6], tafdc=True), Known(disregard=False)), 2, both, 950_000),
    ]
    for each, ladder in zip(climbers, climb_all(climbers), strict=True):
        alone = climb(each)
        assert (ladder.earnings_cents == alone.earnings_cents).all()
        assert (ladder.net_low_cents == alone.net_low_cents).all()
        assert (ladder.net_high_cents == alone.net_high_cents).all()
        assert (ladder.cliffs, ladder.plateaus) == (alone.cliffs, alone.plateaus)


def test_where_one_program_ends_what_another_gives_more_and_soon_no_more_is_seen() -> None:
    """TAFDC ends where earnings reach two times poverty, and SNAP, which counts no grant then, 34 cents later."""
    cases = family(MONTH, [30, 4, 9], rent=2200, tafdc=True, months_left=3)
    climber = Climber((cases,), 0, {"SNAP": True, "TAFDC": True}, 800_000)
    for ladder in (climb(climber), *climb_all([climber], for_cliffs=True)):
        points = dict(zip(ladder.earnings_cents.tolist(), ladder.low.parts["SNAP"].tolist(), strict=True))
        assert points[444_166] == points[444_201] == 0 < points[444_200] <= points[444_167]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(several=st.lists(st.tuples(households(), st.booleans()), min_size=1, max_size=3))
def test_where_cliffs_alone_are_asked_for_they_are_those_of_the_whole_ladder(
    several: list[tuple[Cases, bool]],
) -> None:
    climbers = [Climber((cases,), 0, {"SNAP": True, "TAFDC": tafdc}, 900_000) for cases, tafdc in several]
    for whole, alone in zip(climb_all(climbers), climb_all(climbers, for_cliffs=True), strict=True):
        large = [[cliff for cliff in one.cliffs if cliff.loss_high_cents > 60_00] for one in (whole, alone)]
        assert len(large[0]) == len(large[1])
        for one, other in zip(*large, strict=True):
            assert abs(one.loss_high_cents - other.loss_high_cents) <= JUMP_CENTS
            assert one.causes[0].program in {cause.program for cause in other.causes}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(cases=households(), tafdc=st.booleans())
def test_net_resources_run_straight_between_points_and_each_jump_is_found_to_the_cent(
    cases: Cases, tafdc: bool
) -> None:
    takes = {"SNAP": True, "TAFDC": tafdc}
    ladder = climb(Climber((cases,), 0, takes, 900_000))
    dollars = np.arange(0, 900_001, 100)
    every = simulate(
        cases.earning(0, dollars), enrolled={name: np.full(len(dollars), yes) for name, yes in takes.items()}
    )
    drawn = np.interp(dollars, ladder.earnings_cents, ladder.low.net_cents)
    off = np.abs(drawn - every.net_cents)
    assert off.max() <= HIDDEN_CENTS
    assert (off > ROUNDED_CENTS).mean() < 0.02
    points = set(ladder.earnings_cents.tolist())
    for dollar in np.flatnonzero(np.abs(np.diff(every.net_cents)) > JUMP_CENTS):
        inside = [cents for cents in points if dollars[dollar] <= cents <= dollars[dollar + 1]]
        assert any(cents + 1 in points for cents in inside), dollars[dollar]


@settings(max_examples=40, deadline=None)
@given(cases=households())
def test_rates_and_an_outline_say_what_the_points_say(cases: Cases) -> None:
    ladder = climb(Climber((cases,), 0, SNAP, 900_000))
    net, earned = ladder.low.net_cents, ladder.earnings_cents
    for index, rate in enumerate(ladder.rates[:-1]):
        rise, width = int(net[index + 1] - net[index]), int(earned[index + 1] - earned[index])
        assert rate is None if width == 1 else rise == round(width * (1 - (rate or 0)))
    kept = ladder.outline()
    drawn = np.interp(earned, earned[kept], net[kept])
    assert np.abs(drawn - net).max() <= OUTLINE_CENTS
    assert {cents for cliff in ladder.cliffs for cents in (cliff.peak_cents, cliff.trough_cents)} <= set(earned[kept])
    assert ladder.now_cents in earned[kept]


def test_a_loss_is_told_by_the_dollar_that_must_be_earned_to_make_it_up() -> None:
    ladder = climb(Climber((family(MONTH, [30, 4, 9], rent=1800),), 0, SNAP, 800_000))
    for cliff in ladder.cliffs:
        assert cliff.recovery_cents and cliff.loss_per_dollar
        before, after = (np.interp(cents, ladder.earnings_cents, ladder.low.net_cents) for cents in (
            cliff.recovery_cents - 1, cliff.recovery_cents))  # fmt: skip
        assert before <= ladder.low.net_cents[ladder.earnings_cents.searchsorted(cliff.peak_cents)] <= after
        gap = cliff.recovery_cents - cliff.peak_cents
        assert cliff.loss_per_dollar == (cliff.loss_low_cents / gap, cliff.loss_high_cents / gap)
