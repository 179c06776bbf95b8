"""Who earns what in the months of a path: each story's changes of earnings, and what rules look back to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from benefits.calendar import months_between
from benefits.cases import MOST_CENTS, CasesError, Cents, Counts

NEVER = 10_000
"""Months since what never was."""
EARNS_LONG = 24
"""After so many months no rule asks when somebody began to earn more (24 CFR 5.617)."""


@dataclass(frozen=True)
class Change:
    """From a month on, the person in a place earns so many cents a month."""

    month: date
    place: int
    cents: int


@dataclass(frozen=True)
class Turn:
    """A change of each story's earnings: those of each person before it (r, p), what it added for all together (r,),
    and months since it (r,), `NEVER` where there was none."""

    before: Cents
    rise: Cents
    since: Counts

    @property
    def raised(self) -> npt.NDArray[np.bool_]:
        return np.asarray((self.rise > 0) & (self.since < NEVER))

    def later(self, months: int) -> Turn:
        return Turn(self.before, self.rise, np.where(self.since < NEVER, self.since + months, NEVER))

    def some(self, rows: npt.NDArray[np.intp]) -> Turn:
        return Turn(self.before[rows], self.rise[rows], self.since[rows])


@dataclass(frozen=True)
class Work:
    """The earnings of r stories in a month, cents of each person (r, p): those of now, those that agencies count, those
    of as many months before as SSI goes by, and those at `first`. `counted`: the newest change that agencies count.
    `rose`, `fell`: somebody's earnings did in this month (r,). `begun`: months since somebody first earned more than at
    first (r, p), `NEVER` where nobody did."""

    now: Cents
    budgeted: Cents
    earlier: Cents
    first: Cents
    counted: Turn
    rose: npt.NDArray[np.bool_]
    fell: npt.NDArray[np.bool_]
    begun: Counts

    @property
    def pending(self) -> npt.NDArray[np.bool_]:
        """Stories in which more is earned than agencies count yet (r,)."""
        return np.asarray(self.now.sum(axis=1) > self.budgeted.sum(axis=1))


@dataclass
class Jobs:
    """Goes month by month through the earnings of r stories; `first` (r, p) are those of before any change."""

    first: Cents
    report_lag: int
    ssi_lag: int

    def __post_init__(self) -> None:
        rows = len(self.first)
        self._past = [self.first] * (max(self.report_lag, self.ssi_lag) + 1)
        never = Turn(self.first, np.zeros(rows, dtype=np.int64), np.full(rows, NEVER))
        self._turns = [never] * (self.report_lag + 1)
        self._begun = np.full(self.first.shape, NEVER)

    def month(self, now: Cents) -> Work:
        """The next month, in which so much is earned."""
        last, turn = self._past[-1], self._turns[-1].later(1)
        changed = (now != last).any(axis=1)
        turn = Turn(
            np.where(changed[:, None], last, turn.before),
            np.where(changed, (now - last).sum(axis=1), turn.rise),
            np.where(changed, 0, turn.since),
        )
        self._begun = np.where(self._begun < NEVER, self._begun + 1, np.where(now > self.first, 0, NEVER))
        self._past, self._turns = [*self._past[1:], now], [*self._turns[1:], turn]
        budgeted, earlier = self._past[-1 - self.report_lag], self._past[-1 - self.ssi_lag]
        counted = self._turns[0].later(self.report_lag)
        rose, fell = (np.asarray(moved.any(axis=1)) for moved in (now > last, now < last))
        return Work(now, budgeted, earlier, self.first, counted, rose, fell, self._begun)

    def some(self, rows: npt.NDArray[np.intp]) -> Jobs:
        """Those of some stories, or of some several times."""
        found = Jobs(self.first[rows], self.report_lag, self.ssi_lag)
        found._past = [month[rows] for month in self._past]
        found._turns, found._begun = [turn.some(rows) for turn in self._turns], self._begun[rows]
        return found

    def columns(self, *, earlier: bool, before: bool, begun: bool) -> list[npt.NDArray[np.int64]]:
        """What later months look back to, as columns of whole numbers (r,) or (r, p); what matters: `earlier` earnings,
        as SSI does; those `before` a change; how long ago more was earned first (`begun`)."""
        back = max(self.report_lag, self.ssi_lag if earlier else 1)
        found = self._past[-back:]
        for turn in self._turns[-max(self.report_lag, 1) :]:
            recent = np.where(turn.since < NEVER, np.minimum(turn.since, self.report_lag + 2), NEVER)
            found += [recent, np.sign(turn.rise), *[turn.before] * before]
        long = np.where(self._begun < NEVER, np.minimum(self._begun, EARNS_LONG), NEVER)
        return [*found, *[long] * begun]


def check(changes: Sequence[Change], people: int) -> None:
    """Raise `CasesError` for changes that cannot be."""
    for change in changes:
        if not 0 <= change.place < people:
            raise CasesError("place", f": {change.place} is none of the {people} people's")
        if not 0 <= change.cents <= MOST_CENTS:
            raise CasesError("new_cents", f": {change.cents} is not from 0 to {MOST_CENTS}")


def earned(first: Cents, changes: Sequence[Change], month: date, which: Any) -> Cents:
    """Earnings in a month (r, p) of stories, of which some are `which` (r,) have the changes up to it."""
    now = first.copy()
    for change in sorted(changes, key=lambda one: one.month):
        if months_between(change.month, month) >= 0:
            now[which, change.place] = change.cents
    return now
