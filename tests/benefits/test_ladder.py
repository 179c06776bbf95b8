"""The ladder's shape: falls, their causes, and what is not recorded."""

from datetime import date
from itertools import pairwise

from benefits.ladder import Climber, climb, climb_all
from benefits.month import Known, corners
from tests.benefits.families import family

MONTH = date(2026, 1, 1)
SNAP = {"SNAP": True, "TAFDC": False}


def test_snap_ends_at_the_gross_limit_and_is_named_as_cause() -> None:
    cases = family(MONTH, [30, 4, 9], rent=1800, disabled=[False, False, True])
    ladder = climb(Climber((cases,), 0, SNAP, 800_000), 401)
    snap, limit = ladder.low.parts["SNAP"], round(2 * (15_650 + 2 * 5_500) / 12) * 100
    assert snap[ladder.earnings_cents <= limit].min() > 0
    assert snap[ladder.earnings_cents > limit].max() == 0
    losses = {cause.program: cause.loss_low_cents for cliff in ladder.cliffs for cause in cliff.causes}
    assert losses["SNAP"] >= snap[ladder.earnings_cents <= limit][-1]


def test_a_rent_that_is_not_recorded_bounds_the_answer() -> None:
    cases = family(MONTH, [30, 4, 9])
    ends = corners(cases, Known(rent=False))
    ladder = climb(Climber(ends, 0, SNAP, 600_000), 50)
    assert (ladder.net_low_cents <= ladder.net_high_cents).all()
    assert (ladder.net_low_cents < ladder.net_high_cents).any()


def test_more_rent_never_lowers_snap() -> None:
    amounts = [
        climb(Climber((family(MONTH, [30, 4], rent=rent),), 0, SNAP, 300_000), 40).low.parts["SNAP"]
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
    for each, ladder in zip(climbers, climb_all(climbers, 60), strict=True):
        alone = climb(each, 60)
        assert (ladder.earnings_cents == alone.earnings_cents).all()
        assert (ladder.net_low_cents == alone.net_low_cents).all()
        assert (ladder.net_high_cents == alone.net_high_cents).all()
        assert (ladder.cliffs, ladder.plateaus) == (alone.cliffs, alone.plateaus)
