"""The ladder's shape: falls, their causes, and what is not recorded."""

from datetime import date
from itertools import pairwise

from benefits.ladder import climb
from benefits.month import Known, corners
from tests.benefits.families import family

MONTH = date(2026, 1, 1)


def test_snap_ends_at_the_gross_limit_and_is_named_as_cause() -> None:
    cases = family(MONTH, [30, 4, 9], rent=1800, disabled=[False, False, True])
    ladder = climb((cases,), 0, {"SNAP": True, "TAFDC": False}, 800_000, 401)
    snap, limit = ladder.low.parts["SNAP"], round(2 * (15_650 + 2 * 5_500) / 12) * 100
    assert snap[ladder.earnings_cents <= limit].min() > 0
    assert snap[ladder.earnings_cents > limit].max() == 0
    losses = {cause.program: cause.loss_cents for cliff in ladder.cliffs for cause in cliff.causes}
    assert losses["SNAP"] >= snap[ladder.earnings_cents <= limit][-1]


def test_a_rent_that_is_not_recorded_bounds_the_answer() -> None:
    cases = family(MONTH, [30, 4, 9])
    ends = corners(cases, Known(rent=False))
    ladder = climb(ends, 0, {"SNAP": True, "TAFDC": False}, 600_000, 50)
    assert (ladder.net_low_cents <= ladder.net_high_cents).all()
    assert (ladder.net_low_cents < ladder.net_high_cents).any()


def test_more_rent_never_lowers_snap() -> None:
    amounts = [
        climb((family(MONTH, [30, 4], rent=rent),), 0, {"SNAP": True, "TAFDC": False}, 300_000, 40).low.parts["SNAP"]
        for rent in (0, 400, 800, 1600)
    ]
    for less, more in pairwise(amounts):
        assert (less <= more).all()
