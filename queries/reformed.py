"""What a reform would do to recorded households: each month of the rules as published and as reformed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from benefits.calendar import add_months
from benefits.cases import Cents, stack
from benefits.home import birthdays
from benefits.month import Month, simulate
from benefits.parameters import UnknownParameter
from benefits.reform import Reform, ReformError, parse
from graph.store import Reads, Row
from queries.household import read_households, statement, year_to
from queries.reformed_cliffs import Climbing
from queries.situation import Facts, facts

TOGETHER = 100
"""Households that are read at once,"""
AT_ONCE = 10_000
"""and reckoned."""
SAME_CENTS = 1_00
"""A month's difference below this is none."""
LOW, HIGH = 0, -1
"""The ends of what is not recorded: of the lowest net resources, and of the highest."""
BENEFITS = ("TAFDC", "SNAP", "SSI", "EAEDC")
"""Programs of which it is told whether a household has something."""
UNCLEAR = "what is recorded cannot be, or leaves no figure"
FARES = ("gain", "lose", "same", "either")
KINDS = {True: "with children", False: "without children"}


@dataclass(frozen=True)
class Table:
    """A table of effects: its rows, and which of their columns are counts; of two, which is part of the other."""

    rows: Callable[[Effects], list[Row]]
    counts: tuple[str, ...]
    parts: tuple[tuple[str, str], ...] = ()


@dataclass
class Effects:
    """Of some households over some months: cents at either end of what is not recorded, (low, high).

    `fares`: how many gain, lose, stay as they are or fare one way or the other as what is not recorded is, by kind of
    household; `cost_cents`: by program, what is paid more, or taken less, in all months, and `touched`: to how many;
    `turns`: by program, how many households have nothing of it any more in some months, in how many, and how many have
    it anew, in how many; `cliffs`: by the program that falls most, how many households have such cliffs on the ladder
    of their main earner in the first month, before or after; how many there are before; to how many households some go,
    and how many; to how many some come, and how many; `unknown`: households of which no figure can be given, by reason.
    """

    households: int = 0
    months: int = 0
    fares: dict[str, dict[str, int]] = field(default_factory=dict)
    cost_cents: dict[str, tuple[int, int]] = field(default_factory=dict)
    touched: dict[str, int] = field(default_factory=dict)
    turns: dict[str, list[int]] = field(default_factory=dict)
    cliffs: dict[str, list[int]] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)


def _fares(found: Effects) -> list[Row]:
    return [{"households": kind, **counts} for kind, counts in sorted(found.fares.items())]


def _costs(found: Effects) -> list[Row]:
    rows = []
    for program, (low, high) in sorted(found.cost_cents.items()):
        rows.append(
            {
                "program": program, "households": found.touched[program],
                "cost_low_cents": low, "cost_high_cents": high,
            }
        )  # fmt: skip
    return rows


def _turns(found: Effects) -> list[Row]:
    names = ("households_without", "months_without", "households_anew", "months_anew")
    return [{"program": program, **dict(zip(names, counts, strict=True))} for program, counts in found.turns.items()]


def _cliffs(found: Effects) -> list[Row]:
    names = ("households", "cliffs", "households_rid", "removed", "households_faced", "made")
    return [
        {"program": program, **dict(zip(names, counts, strict=True))}
        for program, counts in sorted(found.cliffs.items())
    ]


def _unknown(found: Effects) -> list[Row]:
    return [{"reason": reason, "households": count} for reason, count in sorted(found.unknown.items()) if count]


TABLES = {
    "fares": Table(_fares, FARES), "costs": Table(_costs, ("households",)),
    "turns": Table(_turns, ("households_without", "households_anew")),
    "cliffs": Table(
        _cliffs, ("households", "households_rid", "households_faced"),
        (("households_rid", "households"), ("households_faced", "households")),
    ),
    "unknown": Table(_unknown, ("households",)),
}  # fmt: skip
"""What is told of effects, by name."""


def effects(
    reads: Reads, households: Iterable[str], reform: Reform, month: date, months: int, as_of: date,
    progress: Callable[[str, int], None] = lambda *_: None, *, ladders: bool = False,
) -> Effects:  # fmt: skip
    """What a reform does to households whose facts stay as they are recorded in a month, in so many months from it;
    with `ladders` also which cliffs it removes and makes, which takes longer.

    Birthdays come, and the months of the full disregard of TAFDC run down as the rules say; whoever is recorded in
    SNAP, TAFDC or EAEDC asks for it in every month, and nobody anew, as on a ladder.
    """
    return reckon(facts_of(reads, households, month, as_of), reform, month, months, progress, ladders=ladders)


def facts_of(
    reads: Reads, households: Iterable[str], month: date, as_of: date
) -> Iterator[list[Facts]]:  # fmt: skip
    """How households are recorded in a month, so many of them as are reckoned at once."""
    asked = iter(households)
    while some := list(islice(asked, AT_ONCE)):
        found = []
        for start in range(0, len(some), TOGETHER):
            records = read_households(reads, some[start : start + TOGETHER], as_of, *year_to(month))
            found += [here for record in records.values() if (here := facts(record, month))]
        yield found


def reckon(
    households: Iterable[Sequence[Facts]], reform: Reform, month: date, months: int,
    progress: Callable[[str, int], None] = lambda *_: None, *, ladders: bool = False,
) -> Effects:  # fmt: skip
    """What a reform does to households, of which some come at a time."""
    found = Effects(months=months)
    with Climbing(found.cliffs, reform, progress) as climbing:
        for part in households:
            some = sorted(part, key=lambda one: one.cases.ages.shape[1])  # few places are nobody's then
            _add(found, some, reform, month)
            progress("households", len(some))
            if ladders:
                climbing.climb(some)
        climbing.rest()
    return found


def ids_of(reads: Reads, as_of: date, page: int = 1_000) -> Iterator[str]:
    """Every household that some agency knows."""
    after = ""
    while True:
        rows = reads.read(
            statement("households_page"),
            {"after": after, "first": page, "clients": "all", "agencies": [], "asOf": as_of},
        )
        yield from (row["household"] for row in rows)
        if len(rows) < page:
            return
        after = rows[-1]["household"]


def _add(found: Effects, some: Sequence[Facts], reform: Reform, month: date) -> None:
    known = [one for one in some if not one.unknown]
    for one in some:
        if one.unknown:
            found.unknown[UNCLEAR] = found.unknown.get(UNCLEAR, 0) + 1
    if not known:
        return
    ends = _Ends(known)
    law = ends.follow(month, found.months)
    with reform.in_force():
        reformed = ends.follow(month, found.months)
    told = np.ones(len(known), dtype=bool)
    for year in (law, reformed):
        for reason, where in year.unknown.items():
            lacking = ends.any(where)
            found.unknown[reason] = found.unknown.get(reason, 0) + int((told & lacking).sum())
            told &= ~lacking
    found.households += int(told.sum())
    change = reformed.net - law.net
    low, high = (ends.of(change, end) for end in (LOW, HIGH))
    least, most = np.minimum(low, high), np.maximum(low, high)
    same = np.maximum(np.abs(least), np.abs(most)) < SAME_CENTS * found.months
    fares = np.where(same, 2, np.where(least >= 0, 0, np.where(most <= 0, 1, 3)))
    children = np.array([bool(one.cases.has_children[0]) for one in known])
    for kind, name in KINDS.items():
        counts = np.bincount(fares[told & (children == kind)], minlength=len(FARES)).tolist()
        row = found.fares.setdefault(name, dict.fromkeys(FARES, 0))
        for fare, count in zip(FARES, counts, strict=True):
            row[fare] += count
    for program in law.parts:
        before, after = law.parts[program], reformed.parts[program]
        differs = after - before
        if not differs.any():
            continue
        each = [ends.of(differs, end)[told] for end in (LOW, HIGH)]
        sums = sorted(int(one.sum()) for one in each)
        cost = found.cost_cents.get(program, (0, 0))
        found.cost_cents[program] = cost[0] + sums[0], cost[1] + sums[1]
        found.touched[program] = found.touched.get(program, 0) + int(np.logical_or(*(one != 0 for one in each)).sum())
        if program in law.without:
            turns = found.turns.setdefault(program, [0, 0, 0, 0])
            for at, (then, now) in enumerate(((law, reformed), (reformed, law))):
                months = ends.of(now.without[program] & ~then.without[program], LOW)[told].sum(axis=1)
                turns[2 * at] += int((months > 0).sum())
                turns[2 * at + 1] += int(months.sum())


@dataclass(frozen=True)
class _Year:
    """Of cases, over all months: net resources and each part (n,); by program, months without a cent (n, months); and
    by reason what is not known (n,)."""

    net: Cents
    parts: dict[str, Cents]
    without: dict[str, npt.NDArray[np.bool_]]
    unknown: dict[str, npt.NDArray[np.bool_]]


class _Ends:
    """The lowest and the highest case of each of some households, one row of those of which everything is recorded."""

    def __init__(self, some: Sequence[Facts]) -> None:
        ways = np.array([min(len(one.ends), 2) for one in some])
        last = np.cumsum(ways) - 1
        self._rows = {LOW: last - ways + 1, HIGH: last}
        self._cases = stack([one.ends[end] for one in some for end in (LOW, HIGH)[: len(one.ends)]])
        told = [(index, row, place) for row, one in enumerate(some) for index, place in one.birthdays]
        self._birthdays = np.array(told, dtype=np.intp).reshape(-1, 3)
        self._takes = {name: np.repeat([one.enrolled[name] for one in some], ways) for name in some[0].enrolled}

    def of(self, values: npt.NDArray[Any], end: int) -> npt.NDArray[Any]:
        """Each one's at an end (m, …) of values of cases (n, …)."""
        return np.asarray(values[self._rows[end]])

    def any(self, where: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        return np.asarray(where[self._rows[LOW]] | where[self._rows[HIGH]])

    def _turning(self, index: int) -> npt.NDArray[np.bool_]:
        """Of whom a birthday is told in a month (n, p)."""
        _, row, place = self._birthdays[self._birthdays[:, 0] == index].T
        turning = np.zeros(self._cases.ages.shape, dtype=bool)
        for rows in self._rows.values():
            turning[rows[row], place] = True
        return turning

    def follow(self, first: date, months: int) -> _Year:
        """So many months under the rules in force here, one after another."""
        cases, n = self._cases, len(self._cases.rent_cents)
        year = _Year(
            np.zeros(n, np.int64), {}, {name: np.ones((n, months), dtype=bool) for name in BENEFITS}, {}
        )  # fmt: skip
        net, left = year.net, cases.disregard_months_left
        for index in range(months):
            if (turning := self._turning(index)).any():
                cases = birthdays(cases, turning)
            at = cases.in_month(add_months(first, index), disregard_months_left=left)
            try:
                month = simulate(at, enrolled=self._takes)
            except UnknownParameter as unknown:
                year.unknown[str(unknown)] = np.ones(n, dtype=bool)
                break
            left = np.maximum(left - month.full_disregard, 0)
            net += month.net_cents
            _note(year, month, index)
        return year


def _note(year: _Year, month: Month, index: int) -> None:
    for name, cents in month.parts.items():
        year.parts[name] = year.parts[name] + cents if name in year.parts else cents
    for name, without in year.without.items():
        without[:, index] = month.parts[name] == 0
    for where, reason in month.unknown.values():
        before = year.unknown.get(reason)
        year.unknown[reason] = where if before is None else before | where


__all__ = ["TABLES", "Effects", "Reform", "ReformError", "effects", "ids_of", "parse"]
