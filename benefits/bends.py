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

WIDTH_CENTS = 4_096
"""So long are the stretches that are looked at first. What bends and bends back within one is not seen, and stairs of
one step in each are a slope."""
PIECES = 4
"""Into so many pieces a stretch is cut in which something bends; the width is a power of it."""
FAR = (4, 16)
"""Over so many stretches on either side is looked for what bends but slightly."""

Values = npt.NDArray[np.float64]
Amounts = Callable[[Rows, Cents], Values]
"""Of each curve (m,) at its earnings (m,): its amounts (f, m), each in units of how far rounding alone moves it."""


def bends(amounts: Amounts, most_cents: Cents, width: int = WIDTH_CENTS) -> list[Cents]:
    """The earnings of each curve, in order, at which some amount bends or jumps, with 0 and the end of the ladder.

    `most_cents` (c,): how far each curve is followed, at least; `width`: of the stretches that are looked at first. Of
    a jump both sides are given, a cent apart.
    """
    stretches = np.maximum(-(-most_cents // width), 1)
    curve = np.repeat(np.arange(len(most_cents)), stretches + 1)
    ends = np.append(curve[1:] != curve[:-1], True)
    begins = np.roll(ends, 1)
    cents = width * (np.arange(len(curve)) - np.flatnonzero(begins)[curve])
    found = [(curve[begins | ends], cents[begins | ends])]
    values = amounts(curve, cents)
    rises = np.pad(np.diff(values), ((0, 0), (1, 1)), constant_values=np.nan)
    rises[:, 1:-1][:, ends[:-1]] = np.nan  # from the end of one curve to the beginning of the next
    bent, corner = _seen(rises)
    corner |= _slight(values, rises, bent, corner)
    found.append((curve[at := np.flatnonzero(corner.any(axis=0))], cents[at]))
    amount, place = np.nonzero(bent)
    before, after = _beside(rises, bent, amount, place)
    first, stretch = np.unique(place, return_inverse=True)
    curve, cents, low, high = curve[first], cents[first], values[:, first], values[:, first + 1]
    near = cents[stretch]
    while width > 1 and len(curve):
        width //= PIECES
        at = cents[:, None] + width * np.arange(1, PIECES)
        inner = amounts(np.repeat(curve, PIECES - 1), at.ravel()).reshape(len(low), len(curve), PIECES - 1)
        every = np.concatenate([low[..., None], inner, high[..., None]], axis=2)
        amount, stretch, before, after, near = _joined(every, cents, amount, stretch, before, after, near)
        points = every[amount, stretch]
        rises = np.column_stack([before, np.diff(points), after])
        bent, corner = _seen(rises)
        share = _crossing(points, before, after)
        told = ~np.isnan(share)
        near[told] = cents[stretch[told]] + np.rint(width * PIECES * share[told]).astype(np.int64)
        unseen = ~bent.any(axis=1) & ~corner.any(axis=1)
        found.append((curve[stretch[unseen]], near[unseen]))
        which, point = np.nonzero(corner)
        found.append((curve[stretch[which]], cents[stretch[which]] + width * point))
        which, piece = np.nonzero(bent)
        before, after = _beside(rises, bent, which, piece)
        amount, near = amount[which], near[which]
        pieces, stretch = np.unique(stretch[which] * PIECES + piece, return_inverse=True)
        of, piece = np.divmod(pieces, PIECES)
        curve, cents, low, high = curve[of], cents[of] + width * piece, every[:, of, piece], every[:, of, piece + 1]
    found += [(curve, cents), (curve, cents + 1)]
    whose, cents = (np.concatenate(each) for each in zip(*found, strict=True))
    order = np.lexsort((cents, whose))
    split = np.searchsorted(whose[order], np.arange(1, len(most_cents)))
    return [np.unique(each) for each in np.split(cents[order], split)]


def _joined(
    every: Values, cents: Cents, amount: Rows, stretch: Rows, before: Values, after: Values, near: Cents
) -> tuple[Rows, Rows, Values, Values, Cents]:
    """The amounts that are known to bend in stretches, with others that are seen to bend as well now that points
    (f, s, n + 1) of the stretches are known: where one program ends, another often jumps and falls back."""
    others = np.asarray((np.abs(np.diff(every, 2, axis=2)) > 1).any(axis=2))
    others[amount, stretch] = False
    which, where = np.nonzero(others)
    unknown = np.full(len(which), np.nan)
    return (
        np.append(amount, which), np.append(stretch, where), np.append(before, unknown), np.append(after, unknown),
        np.append(near, cents[where]),
    )  # fmt: skip


def _beside(rises: Values, bent: Flags, row: Rows, piece: Rows) -> tuple[Values, Values]:
    """Of pieces of rows, how a quarter of the straight pieces before and after rises."""
    straight = np.where(np.pad(bent, ((0, 0), (1, 1))), np.nan, rises) / PIECES
    return straight[row, piece], straight[row, piece + 2]


def _seen(rises: Values) -> tuple[Flags, Flags]:
    """Of rises (m, 1 + n + 1) of stretches of one width side by side, with the stretch before and after, NaN where that
    is no straight one: the stretches (m, n) in which something bends, as they rise otherwise than either neighbour, and
    the points (m, n + 1) between two straight ones that rise otherwise, or between two bent ones."""
    differ, known = ~(np.abs(np.diff(rises)) <= 1), ~np.isnan(rises)
    bent = differ[..., :-1] & differ[..., 1:] & known[..., 1:-1]
    known[..., 1:-1] &= ~bent
    corner = differ & known[..., :-1] & known[..., 1:]
    corner[..., 1:-1] |= bent[..., :-1] & bent[..., 1:]
    return bent, corner


def _slight(points: Values, rises: Values, bent: Flags, corner: Flags) -> Flags:
    """Points (m, n + 1) at which an amount bends so little that it shows over several stretches only, of which none is
    seen to bend: where it shows most."""
    found = np.zeros_like(corner)
    broken = np.isnan(rises[:, 1:-1]) | bent | corner[:, 1:]
    before = np.pad(np.cumsum(broken, axis=1), ((0, 0), (1, 0)))
    for far in FAR:
        reach = points.shape[1] - 2 * far
        if reach <= 0:
            break
        left, middle, right = (points[:, start : reach + start] for start in (0, far, 2 * far))
        bend = np.abs(right - 2 * middle + left)
        bend[before[:, 2 * far :] > before[:, :reach]] = 0
        most = sliding_window_view(np.pad(bend, ((0, 0), (far, far))), 2 * far + 1, axis=1).max(axis=2)
        found[:, far : far + reach] |= (bend > 1) & (bend == most)
    return found


def _crossing(points: Values, before: Values, after: Values) -> Values:
    """At which share of each row (m,) of points (m, n + 1) the straight lines before and after it cross, as they do at
    its one bend; NaN where they are too much alike to tell. `before`, `after` (m,): the rise of one stretch there, NaN
    where that is no straight one: then the row's own half stands for it."""
    half = PIECES // 2
    before = np.where(np.isnan(before), (points[..., half] - points[..., 0]) / half, before) * PIECES
    after = np.where(np.isnan(after), (points[..., -1] - points[..., half]) / half, after) * PIECES
    rise = points[..., -1] - points[..., 0]
    alike = np.abs(before - after) <= 1
    return np.where(alike, np.nan, np.clip((rise - after) / np.where(alike, 1, before - after), 0, 1))
