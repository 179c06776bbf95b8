"""Where amounts that run straight in stretches bend or jump as earnings rise.

Between two neighbouring points that are found, every amount is a straight line but for rounding. A jump is found to
the cent; a bend as near as rounding lets it be seen.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from benefits.cases import Cents, Flags, Rows

WIDTH_CENTS = 1_024
"""So long are the stretches that are looked at first. What bends and bends back within one is not seen."""
PIECES = 4
"""Into so many pieces a stretch is cut in which something bends; a power of it is `WIDTH_CENTS`."""
FAR = (4, 16, 64)
"""Over so many stretches on either side is looked for what bends but slightly."""

Values = npt.NDArray[np.float64]
Amounts = Callable[[Rows, Cents], Values]
"""Of each curve (m,) at its earnings (m,): its amounts (f, m), each in units of how far rounding alone moves it."""


def bends(amounts: Amounts, most_cents: Cents) -> list[Cents]:
    """The earnings of each curve, in order, at which some amount bends or jumps, with 0 and the end of the ladder.

    `most_cents` (c,): how far each curve is followed, at least. Of a jump both sides are given, a cent apart.
    """
    stretches = np.maximum(-(-most_cents // WIDTH_CENTS), 1)
    curve = np.repeat(np.arange(len(most_cents)), stretches + 1)
    ends = np.append(curve[1:] != curve[:-1], True)
    begins = np.roll(ends, 1)
    cents = WIDTH_CENTS * (np.arange(len(curve)) - np.flatnonzero(begins)[curve])
    found = [(curve[begins | ends], cents[begins | ends])]
    values = amounts(curve, cents)
    width, whose, at, points = WIDTH_CENTS, curve[None], cents[None], values[:, None]
    rises = np.pad(np.diff(points), ((0, 0), (0, 0), (1, 1)), constant_values=np.nan)
    rises[:, :, 1:-1][:, :, ends[:-1]] = np.nan  # from the end of one curve to the beginning of the next
    bent, corner = _seen(rises)
    corner |= _slight(points, rises, bent, corner)
    near = np.broadcast_to(cents[None, None], (len(values), 1, len(cents)))
    while True:
        found.append((whose[corner.any(axis=0)], at[corner.any(axis=0)]))
        row, piece = np.nonzero(bent.any(axis=0))
        whose, at = whose[row, piece], at[row, piece]
        if width == 1 or not len(row):
            found += [(whose, at), (whose, at + 1)] if width == 1 else []
            break
        straight = np.where(np.pad(bent, ((0, 0), (0, 0), (1, 1))), np.nan, rises) / PIECES
        before, after, within = straight[:, row, piece], straight[:, row, piece + 2], bent[:, row, piece]
        low, high, near = points[:, row, piece], points[:, row, piece + 1], near[:, row, piece]
        width //= PIECES
        whose = np.repeat(whose[:, None], PIECES + 1, axis=1)
        at = at[:, None] + width * np.arange(PIECES + 1)
        inner = amounts(whose[:, 1:-1].ravel(), at[:, 1:-1].ravel()).reshape(len(low), len(row), PIECES - 1)
        points = np.concatenate([low[..., None], inner, high[..., None]], axis=2)
        rises = np.concatenate([before[..., None], np.diff(points), after[..., None]], axis=2)
        bent, corner = _seen(rises)
        share = _crossing(points, before, after)
        near = np.where(
            np.isnan(share), near, at[:, 0] + np.rint(width * PIECES * np.nan_to_num(share)).astype(np.int64)
        )
        amount, unseen = np.nonzero(within & ~bent.any(axis=2) & ~corner.any(axis=2))
        found.append((whose[unseen, 0], near[amount, unseen]))
        near = np.repeat(near[..., None], PIECES, axis=2)
    whose, cents = (np.concatenate(each) for each in zip(*found, strict=True))
    order = np.lexsort((cents, whose))
    split = np.searchsorted(whose[order], np.arange(1, len(most_cents)))
    return [np.unique(each) for each in np.split(cents[order], split)]


def _seen(rises: Values) -> tuple[Flags, Flags]:
    """Of rises (f, m, 1 + n + 1) of stretches of one width side by side, in m rows with the stretch before and after,
    NaN where that is no straight one: the stretches (f, m, n) in which something bends, as they rise otherwise than
    either neighbour, and the points (f, m, n + 1) between two straight ones that rise otherwise, or between two bent
    ones."""
    differ, known = ~(np.abs(np.diff(rises)) <= 1), ~np.isnan(rises)
    bent = differ[..., :-1] & differ[..., 1:] & known[..., 1:-1]
    known[..., 1:-1] &= ~bent
    corner = differ & known[..., :-1] & known[..., 1:]
    corner[..., 1:-1] |= bent[..., :-1] & bent[..., 1:]
    return bent, corner


def _slight(points: Values, rises: Values, bent: Flags, corner: Flags) -> Flags:
    """Points (f, 1, n + 1) at which some amount bends so little that it shows over several stretches only, of which
    none is seen to bend: where it shows most."""
    found = np.zeros_like(corner)
    broken = np.isnan(rises[..., 1:-1]) | bent | corner[..., 1:]
    before = np.concatenate([np.zeros((len(found), 1, 1), dtype=int), np.cumsum(broken, axis=2)], axis=2)
    n = broken.shape[2]
    for far in FAR:
        if n < 2 * far:
            break
        left, middle, right = (points[..., start : n + 1 - 2 * far + start] for start in (0, far, 2 * far))
        bend = np.abs(right - 2 * middle + left)
        bend[before[..., 2 * far :] > before[..., : n + 1 - 2 * far]] = 0
        around = np.pad(bend, ((0, 0), (0, 0), (far, far)))
        most = sliding_window_view(around, 2 * far + 1, axis=2).max(axis=3)
        found[..., far : n + 1 - far] |= (bend > 1) & (bend == most)
    return found


def _crossing(points: Values, before: Values, after: Values) -> Values:
    """At which share of each row (f, m) of points (f, m, n + 1) the straight lines before and after it cross, as they
    do at its one bend; NaN where they are too much alike to tell. `before`, `after` (f, m): the rise of one stretch
    there, NaN where that is no straight one: then the row's own half stands for it."""
    half = PIECES // 2
    before = np.where(np.isnan(before), (points[..., half] - points[..., 0]) / half, before) * PIECES
    after = np.where(np.isnan(after), (points[..., -1] - points[..., half]) / half, after) * PIECES
    rise = points[..., -1] - points[..., 0]
    alike = np.abs(before - after) <= 1
    return np.where(alike, np.nan, np.clip((rise - after) / np.where(alike, 1, before - after), 0, 1))
