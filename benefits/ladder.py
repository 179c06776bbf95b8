"""Net resources of households against the earnings of one of their earners, in one month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from benefits.bends import WIDTH_CENTS, bends
from benefits.cases import Cases, Cents, Rows, stack
from benefits.month import Month, simulate

CLIFF_CENTS = 50_00
"""A fall of $50 a month or more from peak to trough is reported."""
PLATEAU_RATE, PLATEAU_WIDTH_CENTS = 0.9, 250_00
"""A stretch of $250 a month or more on which at least 90 % of new earnings are lost is a plateau."""

ROUNDING_CENTS = 4
"""By so much rounding to cents moves a part between two points,"""
SLACK_CENTS = {"SNAP": 1_50, "TAFDC": 1_50, "HOUSING": 1_50, "UI": 20}
"""and so much rounding to whole dollars, their own or those of what they count, and to weeks."""
WIDE_CENTS = 4 * WIDTH_CENTS
"""In stretches so long cliffs are looked for where nothing else is asked."""
OUTLINE_CENTS = 10_00
"""A ladder is drawn as exact as this."""
STATE = 1_000
"""What a change of somebody's coverage, or of how many may have help in kind, counts for in finding where it is."""


@dataclass(frozen=True)
class Cause:
    """One program's part of a fall, in cents a month, and the earnings at which it begins to fall.

    The loss is a range where a fact is not recorded.
    """

    program: str
    loss_low_cents: int
    loss_high_cents: int
    falls_at_cents: int


@dataclass(frozen=True)
class Cliff:
    """Net resources fall from a peak to a trough as earnings rise.

    `recovery_cents`: the earnings at which the household is as well off as at the peak again; None when
    that lies beyond the ladder. Losses are a range where a fact is not recorded.
    """

    peak_cents: int
    trough_cents: int
    loss_low_cents: int
    loss_high_cents: int
    recovery_cents: int | None
    causes: tuple[Cause, ...]

    @property
    def loss_per_dollar(self) -> tuple[float, float] | None:
        """The loss by what must be earned beyond the peak until it is made up for, least and most; None where that
        lies beyond the ladder."""
        if self.recovery_cents is None:
            return None
        gap = self.recovery_cents - self.peak_cents
        return self.loss_low_cents / gap, self.loss_high_cents / gap


@dataclass(frozen=True)
class Plateau:
    """A stretch on which earning more leaves the household no better off; the gain is a range like a loss."""

    from_cents: int
    to_cents: int
    gain_low_cents: int
    gain_high_cents: int


@dataclass(frozen=True)
class Ladder:
    """Earnings (n,) in cents a month, net resources at both ends of what is not recorded, and its falls.

    The points are those at which something bends or jumps, of a jump both sides; between two of them every amount is a
    straight line, but for rounding. What the person earns now is one, and so are the ladder's ends. `ends`: the month
    at each, of one case, or of its corners.
    """

    earnings_cents: Cents
    now_cents: int
    ends: tuple[Month, ...]

    @property
    def low(self) -> Month:
        return self.ends[0]

    @property
    def high(self) -> Month:
        return self.ends[-1]

    @cached_property
    def cliffs(self) -> tuple[Cliff, ...]:
        return tuple(_cliffs(self.earnings_cents, self.ends))

    @cached_property
    def plateaus(self) -> tuple[Plateau, ...]:
        return tuple(_plateaus(self.earnings_cents, self.ends))

    @property
    def net_low_cents(self) -> Cents:
        return np.minimum(self.low.net_cents, self.high.net_cents)

    @property
    def net_high_cents(self) -> Cents:
        return np.maximum(self.low.net_cents, self.high.net_cents)

    @property
    def rates(self) -> list[float | None]:
        """The effective marginal rate from each point to the next: the share of new earnings that is lost in taxes,
        benefits and premiums; None across a jump, and at the last point. Of the lower end of what is not recorded."""
        earned, gained = np.diff(self.earnings_cents), np.diff(self.low.net_cents)
        steps = zip(earned.tolist(), gained.tolist(), strict=True)
        return [*(None if width == 1 else 1 - gain / width for width, gain in steps), None]

    def rate_on(self, more_cents: int) -> float | None:
        """The share of so much more earnings than now that is lost; None where the ladder ends before. Of the lower end
        of what is not recorded."""
        then = self.now_cents + more_cents
        if then > self.earnings_cents[-1]:
            return None
        before, after = np.interp([self.now_cents, then], self.earnings_cents, self.low.net_cents)
        return float(1 - (after - before) / more_cents)

    def outline(self, slack_cents: int = OUTLINE_CENTS) -> list[int]:
        """The points that draw net resources within so much, with both ends of each cliff and what is earned now."""
        net, earned = self.low.net_cents, self.earnings_cents
        kept = {0, len(net) - 1, int(np.searchsorted(earned, self.now_cents))}
        for cliff in self.cliffs:
            kept |= set(np.searchsorted(earned, [cliff.peak_cents, cliff.trough_cents]).tolist())
        stretches = list(pairwise(sorted(kept)))
        while stretches:
            first, last = stretches.pop()
            line = np.interp(earned[first : last + 1], earned[[first, last]], net[[first, last]])
            off = np.abs(net[first : last + 1] - line)
            if off.max() > slack_cents:
                kept.add(middle := first + int(off.argmax()))
                stretches += [(first, middle), (middle, last)]
        return sorted(kept)


@dataclass(frozen=True)
class Climber:
    """A household whose earner in `place` climbs from 0 to `most_cents` a month.

    `ends`: one case, or its corners; `enrolled`: the programs that it takes part in.
    """

    ends: tuple[Cases, ...]
    place: int
    enrolled: Mapping[str, bool]
    most_cents: int

    def beside(self, other: int, cents: int) -> Climber:
        """The same climb while the person in another place earns so much."""
        ends = []
        for end in self.ends:
            earnings = end.earnings_cents.copy(order="F")
            earnings[:, other] = cents
            ends.append(end.having(earnings_cents=earnings))
        return replace(self, ends=tuple(ends))


def climb(climber: Climber) -> Ladder:
    """The ladder of one household. Raises `UnknownParameter`."""
    return climb_all([climber])[0]


def climb_all(climbers: Sequence[Climber], *, for_cliffs: bool = False) -> list[Ladder]:
    """The ladders of households in one month, all their points at once. `for_cliffs`: with those points alone at which
    net resources of the lower end bend or jump, and no stairs of a few dollars. Raises `UnknownParameter`."""
    if not climbers:
        return []
    ends = stack([end for each in climbers for end in each.ends])
    many = np.array([len(each.ends) for each in climbers])
    whose, lowest = np.repeat(np.arange(len(climbers)), many), np.cumsum(many) - many
    place = np.array([each.place for each in climbers])[whose]
    takes = {name: np.array([each.enrolled[name] for each in climbers])[whose] for name in climbers[0].enrolled}

    def at(story: Rows, cents: Cents) -> Month:
        cases = ends.some(story)
        earnings = cases.earnings_cents.copy(order="F")
        earnings[np.arange(len(story)), place[story]] = cents
        return simulate(
            cases.having(earnings_cents=earnings), enrolled={name: yes[story] for name, yes in takes.items()}
        )

    both = [lowest] if for_cliffs or (many == 1).all() else [lowest, lowest + many - 1]

    def amounts(climber: Rows, cents: Cents) -> npt.NDArray[np.float64]:
        month = at(np.concatenate([end[climber] for end in both]), np.tile(cents, len(both)))
        parts = [part / SLACK_CENTS.get(program, ROUNDING_CENTS) for program, part in month.parts.items()]
        states = [] if for_cliffs else [*month.coverage.T, *month.in_kind.values()]
        of_states = [STATE * people.astype(float) for people in states]
        return np.concatenate(np.split(np.array(parts + of_states), len(both), axis=1))

    found = bends(amounts, np.array([each.most_cents for each in climbers]), WIDE_CENTS if for_cliffs else WIDTH_CENTS)
    now = [int(each.ends[0].earnings_cents[0, each.place]) for each in climbers]
    earnings = [np.union1d(cents, earned) for cents, earned in zip(found, now, strict=True)]
    points = np.array([len(cents) for cents in earnings])
    story = np.repeat(np.arange(len(whose)), points[whose])
    month = at(story, np.concatenate([np.tile(cents, ways) for cents, ways in zip(earnings, many, strict=True)]))
    ladders, start = [], 0
    for ways, cents, earned in zip(many.tolist(), earnings, now, strict=True):
        n = len(cents)
        months = tuple(month.rows(start + n * way, start + n * (way + 1)) for way in range(ways))
        start += n * ways
        ladders.append(Ladder(cents, earned, months))
    return ladders


def _cliffs(earnings: Cents, ends: Sequence[Month]) -> list[Cliff]:
    net, earned = ends[0].net_cents.tolist(), earnings.tolist()
    found, peak = [], 0
    while peak < len(net) - 1:
        if net[peak + 1] >= net[peak]:
            peak += 1
            continue
        above = next((point for point in range(peak + 1, len(net)) if net[point] >= net[peak]), len(net))
        trough = min(range(peak, above), key=net.__getitem__)
        if net[peak] - net[trough] >= CLIFF_CENTS:
            losses = sorted(int(end.net_cents[peak] - end.net_cents[trough]) for end in ends)
            recovery = _reached(earned, net, above, net[peak]) if above < len(net) else None
            causes = _causes(earnings, ends, peak, trough)
            found.append(Cliff(earned[peak], earned[trough], losses[0], losses[-1], recovery, causes))
        peak = above
    return found


def _reached(earned: Sequence[int], net: Sequence[int], above: int, cents: int) -> int:
    """The earnings at which net resources, less at the point before `above`, come to an amount."""
    rise, width = net[above] - net[above - 1], earned[above] - earned[above - 1]
    return earned[above - 1] - (-(cents - net[above - 1]) * width // rise)


def _causes(earnings: Cents, ends: Sequence[Month], peak: int, trough: int) -> tuple[Cause, ...]:
    """What each program takes between two points, in the order in which they begin to fall."""
    causes = []
    for program, cents in ends[0].parts.items():
        if cents[peak] > cents[trough]:
            falls = np.nonzero(np.diff(cents[peak : trough + 1]) < 0)[0]
            losses = [int(end.parts[program][peak] - end.parts[program][trough]) for end in ends]
            begins = int(earnings[peak + 1 + int(falls[0])])
            causes.append(Cause(program, min(losses), max(losses), begins))
    return tuple(sorted(causes, key=lambda cause: (cause.falls_at_cents, -cause.loss_high_cents)))


def _plateaus(earnings: Cents, ends: Sequence[Month]) -> list[Plateau]:
    net = ends[0].net_cents
    gained, earned = np.diff(net), np.diff(earnings)
    flat = gained <= (1 - PLATEAU_RATE) * earned
    found, start = [], None
    for index, is_flat in enumerate([*flat.tolist(), False]):
        if is_flat and start is None:
            start = index
        if not is_flat and start is not None:
            if earnings[index] - earnings[start] >= PLATEAU_WIDTH_CENTS:
                gains = sorted(int(end.net_cents[index] - end.net_cents[start]) for end in ends)
                found.append(Plateau(int(earnings[start]), int(earnings[index]), gains[0], gains[-1]))
            start = None
    return found
