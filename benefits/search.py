"""Which way up is safest: every way to change jobs within some months, and the best of them.

Each month is a layer of households as the law remembers them; each choice of a level of earnings leads to one of the
next month. Two ways that lead to the same memory have the same future, so that of those only the better one is
followed: what is found is exact. It is optimal for who knows what is coming, reports as `Start` says, and enrols
nowhere anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import networkx as nx
import numpy as np
import numpy.typing as npt

from benefits.calendar import add_months
from benefits.cases import Cases, CasesError, Cents
from benefits.home import Happening, Homes, Leaving
from benefits.home import check as check_home
from benefits.jobs import Change, Jobs, check
from benefits.parameters import UnknownParameter, ahead_of
from benefits.path import RENT, SSI_LAG, Seen, Start, State, advance, begin, come_to, rent
from benefits.programs.housing import Lease

MOST_LEVELS = 12
MOST_HOUSEHOLDS = 60_000
"""More than so many in one month are not followed: that takes some ten seconds."""
MOST_CHOICES = MOST_HOUSEHOLDS * MOST_LEVELS
"""Nor more than so many ways into one month."""
Rows = npt.NDArray[np.intp]


class TooManyWays(Exception):
    """There are more ways than are followed; the message says from which month on, and what to ask instead."""

    def __init__(self, month: date, what: str) -> None:
        super().__init__(
            f"by {month:%Y-%m} there are more than {what}; ask for fewer levels or months, or a longer spell"
        )


@dataclass(frozen=True)
class Way:
    """One way through the months: what each earner has in each (cents), what is left in each, and what that comes to.
    `short_cents`: by how much months are below the floor, all together."""

    earned_cents: tuple[tuple[int, ...], ...]
    net_cents: tuple[int, ...]
    changes: tuple[Change, ...]
    short_cents: int

    @property
    def total_cents(self) -> int:
        return sum(self.net_cents)


@dataclass(frozen=True)
class Ways:
    """The best ways from a month on: `safest` keeps each month at the floor or above, or falls as little below it as
    can be, and of those has the most; `richest` has the most in all; `steadiest` changes least of those that end with
    each earner at the highest level, and of those has the most."""

    safest: Way
    richest: Way
    steadiest: Way
    households: int

    @property
    def each(self) -> dict[str, Way]:
        return {"safest": self.safest, "richest": self.richest, "steadiest": self.steadiest}

    def graph(self) -> nx.DiGraph[tuple[int, tuple[int, ...]]]:
        """Household-months of these ways as nodes (month, cents of each earner), each leading to the next."""
        graph: nx.DiGraph[tuple[int, tuple[int, ...]]] = nx.DiGraph()
        for name, way in self.each.items():
            nodes = list(enumerate(way.earned_cents))
            for place, node in enumerate(nodes):
                graph.add_node(node)
                graph.nodes[node].setdefault("of", []).append(name)
                graph.nodes[node][f"{name}_net_cents"] = way.net_cents[place]
            nx.add_path(graph, nodes)
        return graph


def ways(
    cases: Cases, levels: Mapping[int, Sequence[int]], start: Start, months: int = 24, floor_cents: int = 0,
    spell: int = 3, happens: Sequence[Happening] = (),
) -> Ways:  # fmt: skip
    """Every way through some levels of earnings (cents a month) of each earner, by their place, each kept for `spell`
    months or more, those of now until the first change; `floor_cents`: what should be left in each month; `happens`:
    births, moves and who leaves, whichever way is taken.

    Of one household whose facts are all known, by the first reading of `start`. Raises `CasesError` for levels that
    cannot be searched and for what cannot happen, `TooManyWays`, and `UnknownParameter`.
    """
    if len(cases.rent_cents) != 1:
        raise CasesError("cases", ": ways are searched for one household whose facts are all known")
    check([Change(cases.month, place, cents) for place, some in levels.items() for cents in some], cases.ages.shape[1])
    check_home(happens, cases)
    leaving = {place for one in happens if isinstance(one, Leaving) for place in one.places}
    if gone := leaving & levels.keys():
        raise CasesError("levels", f": who is in place {min(gone)} leaves; ways are those of who stays")
    homes = Homes(cases, happens, np.ones(1, dtype=bool))
    cases = homes.stories
    earners = [_Earner.of(place, int(cases.earnings_cents[0, place]), some) for place, some in levels.items()]
    layer = _Layer.first(cases, start, earners, spell)
    kept = []
    for index in range(months):
        with ahead_of(cases.month):
            layer = _next(layer, earners, start, homes, index, spell, floor_cents)
        if len(layer.level) > MOST_HOUSEHOLDS:
            raise TooManyWays(add_months(cases.month, index), f"{MOST_HOUSEHOLDS:,} households to follow")
        kept.append(_Kept(layer.level, layer.came, layer.net))
    every, highest = np.arange(len(layer.level)), np.array([len(one.levels) - 1 for one in earners])
    top = np.flatnonzero((layer.level == highest).all(axis=1))
    safest, richest, steadiest = (
        _way(cases, kept, earners, row, int(layer.short[row]))
        for row in (layer.best(0, every), layer.best(1, every), layer.best(2, top))
    )
    return Ways(safest, richest, steadiest, sum(len(one.level) for one in kept))


@dataclass(frozen=True)
class _Earner:
    """Whose earnings change, and the levels that they go through: those of `now` are one of them."""

    place: int
    now: int
    levels: Cents

    @classmethod
    def of(cls, place: int, now: int, levels: Sequence[int]) -> _Earner:
        known = np.array(sorted({now, *levels}), dtype=np.int64)
        if len(known) > MOST_LEVELS:
            raise CasesError("levels", f": {len(known)} are more than the {MOST_LEVELS} that are searched")
        return cls(place, now, known)


@dataclass(frozen=True)
class _Kept:
    """What is kept of a month's households, to find the way back: levels (k, e), where it came from, what is left."""

    level: npt.NDArray[np.int64]
    came: Rows
    net: Cents


@dataclass(frozen=True)
class _Layer:
    """Households of a month (k,): what the law remembers of each, each earner's level and how long it has stood (k, e),
    what it came to so far, which household of the month before it was, and what is left in the month."""

    cases: Cases
    state: State
    jobs: Jobs
    weekly: tuple[Cents, ...]
    level: npt.NDArray[np.int64]
    stood: npt.NDArray[np.int64]
    total: Cents
    short: Cents
    changes: npt.NDArray[np.int64]
    came: Rows
    net: Cents

    @classmethod
    def first(cls, cases: Cases, start: Start, earners: Sequence[_Earner], spell: int) -> _Layer:
        zero = np.zeros(1, dtype=np.int64)
        state, jobs = (
            begin(start, cases, [start.readings[0]]),
            Jobs(cases.earnings_cents, start.report_lag_months, SSI_LAG),
        )
        nowhere, weekly = np.zeros(1, dtype=np.intp), (cases.ui_weekly_cents,) * SSI_LAG
        level = np.array([[np.searchsorted(one.levels, one.now) for one in earners]])
        stood = np.full_like(level, spell)
        return cls(cases, state, jobs, weekly, level, stood, zero, zero, zero, nowhere, zero)

    @property
    def orders(self) -> tuple[tuple[npt.NDArray[np.int64], ...], ...]:
        """What counts for each end, the first first: of the safest, the richest, and the steadiest way."""
        return (
            (self.short, -self.total, self.changes),
            (-self.total, self.short, self.changes),
            (self.changes, -self.total, self.short),
        )

    def best(self, end: int, some: Rows) -> int:
        return int(some[np.lexsort([one[some] for one in self.orders[end]][::-1])[0]])

    def alike(self, spell: int) -> npt.NDArray[np.intp]:
        """For each household a number that all of the same future share (k,)."""
        voucher = bool(self.cases.disabled.any() and (self.cases.lease == Lease.SECTION_8).any())
        looked_at = self.jobs.columns(
            earlier=bool(self.cases.ssi_paid.any()), before=bool(self.state.excludes_wages.any()), begun=voucher
        )
        columns = [*self.state.columns(), *looked_at, self.level, np.minimum(self.stood, spell)]
        table = np.concatenate([one.reshape(len(self.level), -1) for one in columns], axis=1)
        whole = np.ascontiguousarray(table).view(np.dtype((np.void, table.itemsize * table.shape[1]))).ravel()
        return np.unique(whole, return_inverse=True)[1]

    def some(self, rows: Rows) -> _Layer:
        return _Layer(
            self.cases, self.state.some(rows), self.jobs.some(rows), self.weekly, self.level[rows], self.stood[rows],
            self.total[rows], self.short[rows], self.changes[rows], self.came[rows], self.net[rows],
        )  # fmt: skip

    def pruned(self, spell: int) -> _Layer:
        """The best by each end among those of the same future."""
        alike, kept = self.alike(spell), []
        for order in self.orders:
            ranked = np.lexsort((*order[::-1], alike))
            kept.append(ranked[np.r_[True, alike[ranked][1:] != alike[ranked][:-1]]])
        return self.some(np.unique(np.concatenate(kept)))


def _next(
    layer: _Layer, earners: Sequence[_Earner], start: Start, homes: Homes, index: int, spell: int, floor_cents: int
) -> _Layer:  # fmt: skip
    """The households of the next month, by every choice of each earner."""
    month = add_months(layer.cases.month, index)
    came, level = _choices(layer, earners, month, spell)
    stays = level == layer.level[came]
    alone, home = homes.month(come_to(layer.cases, start, month, index), month)
    weekly = (*layer.weekly, alone.ui_weekly_cents)
    stories = alone.some(np.zeros(len(came), dtype=np.intp)).in_month(month)
    earnings = stories.earnings_cents.copy()
    for one, of in zip(earners, level.T, strict=True):
        earnings[:, one.place] = one.levels[of]
    state, jobs = layer.state.some(came), layer.jobs.some(came)
    seen = Seen.of(stories, jobs.month(earnings), np.repeat(weekly[-1 - SSI_LAG], len(came), axis=0),
                   home.of_many(len(came)))  # fmt: skip
    _, parts, _ = advance(seen, state, start, index, np.zeros(len(came), dtype=bool))
    parts.pop("_used")
    for where, reason in parts.pop("_unknown").values():
        if where.any():
            raise UnknownParameter(reason)
    if homes.moves:
        parts[RENT] = rent(alone)
    net = seen.cases.earned_cents + seen.cases.unearned_cents + sum(parts.values())
    return _Layer(
        alone, state, jobs, weekly, level, np.where(stays, layer.stood[came] + 1, 1), layer.total[came] + net,
        layer.short[came] + np.maximum(floor_cents - net, 0), layer.changes[came] + (~stays).sum(axis=1), came, net,
    ).pruned(spell)  # fmt: skip


def _choices(
    layer: _Layer, earners: Sequence[_Earner], month: date, spell: int
) -> tuple[Rows, npt.NDArray[np.int64]]:  # fmt: skip
    """Every household of a layer with every level that each earner may have in a month: its row (c,), the levels
    (c, e)."""
    came: Rows = np.arange(len(layer.level))
    level = np.empty((len(came), 0), dtype=np.int64)
    for number, one in enumerate(earners):
        if len(came) * len(one.levels) > MOST_CHOICES:
            raise TooManyWays(month, f"{MOST_CHOICES:,} ways into it")
        found = np.tile(np.arange(len(one.levels)), len(came))
        came, level = np.repeat(came, len(one.levels)), np.repeat(level, len(one.levels), axis=0)
        may = (found == layer.level[came, number]) | (layer.stood[came, number] >= spell)
        came, level = came[may], np.c_[level[may], found[may]]
    return came, level


def _way(cases: Cases, layers: Sequence[_Kept], earners: Sequence[_Earner], row: int, short_cents: int) -> Way:
    """The way that led to a household of the last month."""
    rows = [row]
    for layer in layers[:0:-1]:
        rows.append(int(layer.came[rows[-1]]))
    at = list(zip(layers, rows[::-1], strict=True))
    earned = [
        tuple(int(one.levels[of]) for one, of in zip(earners, layer.level[place], strict=True)) for layer, place in at
    ]
    before = [tuple(one.now for one in earners), *earned]
    changes = tuple(
        Change(add_months(cases.month, index), one.place, cents)
        for index, each in enumerate(earned)
        for one, cents, last in zip(earners, each, before[index], strict=True)
        if cents != last
    )
    return Way(tuple(earned), tuple(int(layer.net[one]) for layer, one in at), changes, short_cents)
