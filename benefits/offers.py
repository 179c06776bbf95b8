"""From which wage on an offer is worth it: all months together, and each of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import islice

import numpy as np
import numpy.typing as npt

from benefits.calendar import months_between
from benefits.cases import Cases, CasesError, Cents, stack
from benefits.jobs import Change, check
from benefits.parameters import Value
from benefits.path import Start, live, read_by
from benefits.readings import Reading

STEP_CENTS = 100_00
"""Wages are looked at so far apart at first: a stretch of wages that do not pay and that is narrower is not seen."""
FINE_CENTS = 1_00
"""A wage is told to this."""
AT_A_TIME = 16
"""In between, so many wages are looked at at a time."""


@dataclass(frozen=True)
class BreakEven:
    """The least monthly earnings, in cents, from which on every wage up to `most_cents` leaves the household no worse
    off than no change does: over all the months together, and in each of them.

    Each as (least, most) over the ends of what is not recorded and the readings of the law; None: no wage up to
    `most_cents` does. `now_cents`: what is earned without the offer; a wage that is not more than that is no offer.
    """

    now_cents: int
    most_cents: int
    overall: tuple[int | None, int | None]
    each_month: tuple[int | None, int | None]
    used: dict[str, Value]
    unknown: dict[str, tuple[npt.NDArray[np.bool_], str]]


def break_even(
    ends: tuple[Cases, ...], place: int, begins: date, start: Start, months: int = 24, most_cents: int = 10_000_00
) -> BreakEven:
    """The wage at which an offer to the person in a place that begins in a month is worth it, over the months of a
    path. Raises `UnknownParameter`, and `CasesError` for an offer that cannot be."""
    check([Change(begins, place, most_cents)], ends[0].ages.shape[1])
    now = int(ends[0].earnings_cents[0, place])
    if most_cents <= now:
        raise CasesError("most_cents", f": {most_cents} is no more than the {now} that are earned now")
    offers = _Offers(*read_by(ends, start), place, begins, start, months)
    wages = np.unique(np.append(np.arange(now + STEP_CENTS, most_cents, STEP_CENTS), most_cents))
    each = np.arange(offers.stories)
    worse = offers.worse(np.repeat(each, len(wages)), np.tile(wages, len(each))).reshape(2 * len(each), -1)
    low, high = _bracket(worse, np.broadcast_to(np.append(now, wages), (len(worse), len(wages) + 1)))
    kinds, stories = np.repeat([0, 1], len(each)), np.tile(each, 2)
    while (open_still := np.flatnonzero((high - low > FINE_CENTS) & ~worse[:, -1])).size:
        shares = np.arange(1, AT_A_TIME + 1) / (AT_A_TIME + 1)
        wide = (high - low)[open_still, None]
        steps = np.clip((wide * shares).astype(np.int64) // FINE_CENTS, 1, (wide - 1) // FINE_CENTS) * FINE_CENTS
        between = low[open_still, None] + steps
        asked = np.repeat(stories[open_still], AT_A_TIME)
        off = offers.worse(asked, between.ravel()).reshape(2, *between.shape)[kinds[open_still], np.arange(len(wide))]
        points = np.concatenate([low[open_still, None], between, high[open_still, None]], axis=1)
        low[open_still], high[open_still] = _bracket(np.c_[off, np.zeros(len(off), bool)], points)
    found = np.where(worse[:, -1], -1, high).reshape(2, -1)
    overall, each_month = (_ends([None if cents < 0 else cents for cents in of]) for of in found.tolist())
    return BreakEven(now, most_cents, overall, each_month, offers.used, offers.unknown)


def _bracket(worse: npt.NDArray[np.bool_], points: Cents) -> tuple[Cents, Cents]:
    """Of points (k, w + 1) of which all but the first are worse or not (k, w): the last that is, or the first one, and
    the one after it."""
    last = np.where(worse.any(axis=1), worse.shape[1] - np.argmax(worse[:, ::-1], axis=1), 0)
    rows, after = np.arange(len(worse)), np.minimum(last + 1, worse.shape[1])
    return points[rows, last], points[rows, after]


def _ends(found: list[int | None]) -> tuple[int | None, int | None]:
    reached = [cents for cents in found if cents is not None]
    return min(reached, default=None), max(reached) if len(reached) == len(found) else None


class _Offers:
    """Wages, each followed through the months in every story of a household."""

    def __init__(
        self, ends: tuple[Cases, ...], ways: list[Reading], place: int, begins: date, start: Start, months: int
    ) -> None:
        self.stories = len(ends)
        self.used: dict[str, Value] = {}
        self.unknown: dict[str, tuple[npt.NDArray[np.bool_], str]] = {}
        self._ends, self._ways, self._start = stack(ends), ways, start
        self._place, self._begins, self._months = place, begins, months
        as_it_is = self._ends.earnings_cents[:, place]
        self._without = self._net(np.arange(self.stories), as_it_is)

    def worse(self, stories: npt.NDArray[np.int64], wages: Cents) -> npt.NDArray[np.bool_]:
        """Which stories (r,), each with a wage (r,), have less than without it: over all, and in some month (2, r)."""
        with_it, without = self._net(stories, wages), self._without[:, stories]
        return np.stack([with_it.sum(axis=0) < without.sum(axis=0), (with_it < without).any(axis=0)])

    def _net(self, stories: npt.NDArray[np.int64], wages: Cents) -> Cents:
        """Net resources in each month (m, r) of some stories (r,), each with a wage (r,) from the offer's month on."""
        cases = self._ends.some(stories.astype(np.intp))
        place, nobody = self._place, np.zeros(len(stories), dtype=bool)

        def earns(first: Cents, month: date) -> Cents:
            if months_between(self._begins, month) < 0:
                return first
            earnings = first.copy()
            earnings[:, place] = wages
            return earnings

        ways, found = [self._ways[story] for story in stories], []
        for lived in islice(live(cases, ways, self._start, earns, self._begins, nobody), self._months):
            self.used |= lived.used
            self.unknown |= {name: item for name, item in lived.unknown.items() if item[0].any()}
            found.append(lived.net)
        return np.array(found)
