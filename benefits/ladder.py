"""Net resources of households against the earnings of one of their earners, in one month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benefits.cases import Cases, Cents, stack
from benefits.month import Month, simulate

CLIFF_CENTS = 50_00
"""A fall of $50 a month or more from peak to trough is reported."""
PLATEAU_RATE, PLATEAU_WIDTH_CENTS = 0.9, 250_00
"""A stretch of $250 a month or more on which at least 90 % of new earnings are lost is a plateau."""


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


@dataclass(frozen=True)
class Plateau:
    """A stretch on which earning more leaves the household no better off; the gain is a range like a loss."""

    from_cents: int
    to_cents: int
    gain_low_cents: int
    gain_high_cents: int


@dataclass(frozen=True)
class Ladder:
    """Points (n,) in cents a month, net resources at both ends of what is not recorded, and its falls."""

    earnings_cents: Cents
    low: Month
    high: Month
    cliffs: tuple[Cliff, ...]
    plateaus: tuple[Plateau, ...]

    @property
    def net_low_cents(self) -> Cents:
        return np.minimum(self.low.net_cents, self.high.net_cents)

    @property
    def net_high_cents(self) -> Cents:
        return np.maximum(self.low.net_cents, self.high.net_cents)


@dataclass(frozen=True)
class Climber:
    """A household whose earner in `place` climbs from 0 to `most_cents` a month.

    `ends`: one case, or its corners; `enrolled`: the programs that it takes part in.
    """

    ends: tuple[Cases, ...]
    place: int
    enrolled: Mapping[str, bool]
    most_cents: int


def climb(climber: Climber, points: int = 200) -> Ladder:
    """The ladder of one household, in `points` equal steps of earnings. Raises `UnknownParameter`."""
    return climb_all([climber], points)[0]


def climb_all(climbers: Sequence[Climber], points: int = 200) -> list[Ladder]:
    """The ladders of households in one month, all their points at once. Raises `UnknownParameter`."""
    if not climbers:
        return []
    earnings = [np.linspace(0, each.most_cents, points).round().astype(np.int64) for each in climbers]
    cases = [
        end.earning(each.place, cents) for each, cents in zip(climbers, earnings, strict=True) for end in each.ends
    ]
    takers = [each for each in climbers for _ in each.ends]
    programs = climbers[0].enrolled
    enrolled = {name: np.repeat([taker.enrolled[name] for taker in takers], points) for name in programs}
    month = simulate(stack(cases), enrolled=enrolled)
    ladders, start = [], 0
    for each, cents in zip(climbers, earnings, strict=True):
        ends = [month.rows(start + points * end, start + points * (end + 1)) for end in range(len(each.ends))]
        start += points * len(each.ends)
        ladders.append(Ladder(cents, ends[0], ends[-1], tuple(_cliffs(cents, ends)), tuple(_plateaus(cents, ends))))
    return ladders


def _cliffs(earnings: Cents, ends: Sequence[Month]) -> list[Cliff]:
    net = ends[0].net_cents
    found, peak = [], 0
    while peak < len(net) - 1:
        if net[peak + 1] >= net[peak]:
            peak += 1
            continue
        above = np.nonzero(net[peak + 1 :] >= net[peak])[0]
        above_peak = peak + 1 + int(above[0]) if len(above) else len(net)
        trough = peak + int(np.argmin(net[peak:above_peak]))
        losses = sorted(int(end.net_cents[peak] - end.net_cents[trough]) for end in ends)
        if net[peak] - net[trough] >= CLIFF_CENTS:
            found.append(
                Cliff(
                    int(earnings[peak]),
                    int(earnings[trough]),
                    losses[0],
                    losses[-1],
                    int(earnings[above_peak]) if above_peak < len(net) else None,
                    _causes(earnings, ends, peak, trough),
                )
            )
        peak = above_peak
    return found


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
