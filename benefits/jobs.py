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
class Work:
    """The earnings of r stories in a month, cents of each person (r, p): those of now, those that agencies count, those
    of as many months before as SSI goes by, and those before the last change. `since`: months since that (r,), and
    `begun` since somebody first earned more than at the beginning (r, p), `NEVER` where nobody did. `rise`: what the
    last change added for all together (r,)."""

    now: Cents
    budgeted: Cents
    earlier: Cents
    before: Cents
    first: Cents
    since: Counts
    begun: Counts
    rise: Cents

    @property
    def raised(self) -> npt.NDArray[np.bool_]:
        """Stories whose last change was a raise (r,)."""
        return np.asarray((self.rise > 0) & (self.since < NEVER))

    @property
    def opening(self) -> Cents:
        """What was earned before the month began (r, p)."""
        return np.where((self.since == 0)[:, None], self.before, self.now)


@dataclass
class Jobs:
    """Goes month by month through the earnings of r stories; `first` (r, p) are those of before the first month."""

    first: Cents
    report_lag: int
    ssi_lag: int

    def __post_init__(self) -> None:
        rows = len(self.first)
        self._past = [self.first] * (max(self.report_lag, self.ssi_lag) + 1)
        self._before = self.first
        self._since = np.full(rows, NEVER)
        self._begun = np.full(self.first.shape, NEVER)
        self._rise = np.zeros(rows, dtype=np.int64)

    def month(self, now: Cents) -> Work:
        """The next month, in which so much is earned."""
        last = self._past[-1]
        changed = (now != last).any(axis=1)
        self._before = np.where(changed[:, None], last, self._before)
        self._rise = np.where(changed, (now - last).sum(axis=1), self._rise)
        self._since = np.where(changed, 0, np.minimum(self._since + 1, NEVER))
        self._begun = np.where(
            (self._begun < NEVER) | (now <= self.first), np.minimum(self._begun + (self._begun < NEVER), NEVER), 0
        )
        self._past = [*self._past[1:], now]
        budgeted, earlier = self._past[-1 - self.report_lag], self._past[-1 - self.ssi_lag]
        return Work(now, budgeted, earlier, self._before, self.first, self._since, self._begun, self._rise)

    def some(self, rows: npt.NDArray[np.intp]) -> Jobs:
        """Those of some stories, or of some several times."""
        found = Jobs(self.first[rows], self.report_lag, self.ssi_lag)
        found._past = [month[rows] for month in self._past]
        found._before, found._since = self._before[rows], self._since[rows]
        found._begun, found._rise = self._begun[rows], self._rise[rows]
        return found

    def columns(self, *, earlier: bool, before: bool, begun: bool) -> list[npt.NDArray[np.int64]]:
        """What later months look back to, as columns of whole numbers (r,) or (r, p); what matters: `earlier` earnings,
        as SSI does; those `before` the last change; how long ago more was earned first (`begun`)."""
        back = max(self.report_lag, self.ssi_lag if earlier else 1)
        recent = np.where(self._since < NEVER, np.minimum(self._since, self.report_lag + 2), NEVER)
        long = np.where(self._begun < NEVER, np.minimum(self._begun, EARNS_LONG), NEVER)
        return [*self._past[-back:], recent, np.sign(self._rise), *[self._before] * before, *[long] * begun]


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
