"""A raise for every household near a cliff: what would bridge the months that leave less, and what programs spend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from benefits.calendar import add_months
from benefits.cases import CasesError
from benefits.path import Path
from graph.store import Reads, Row
from queries.household import HouseholdRecord, read_households, statement, year_to
from queries.outlook import Offer, path_of
from queries.reformed import UNCLEAR
from queries.situation import situation

TOGETHER = 100
"""Households that are read at once."""
NOWHERE = "not known"
ROUNDED = 100_00
"""Sums are told to so many cents, that the difference of two answers tells of nobody alone."""
EVERYWHERE = "all"
By = Literal["all", "county"]


@dataclass(frozen=True)
class Raise:
    """The main earners of households whose next cliff in `month` begins within `within_cents` of what they earn a month
    earn `cents` a month more from the month after on, of the `months` that are followed, two at least; `by`: what
    figures are told apart by, or all of them together."""

    month: date
    cents: int
    within_cents: int
    months: int = 12
    by: By = "all"


@dataclass(frozen=True)
class Table:
    """A table of them: its rows; which of their columns are counts; of two, which is part of the other; and what rows
    have in common whose counts add up (None: all of them do)."""

    rows: Callable[[Bridges], list[Row]]
    counts: Sequence[str]
    parts: Sequence[tuple[str, str]]
    together: str | None


@dataclass
class Bridges:
    """By where they live: how many households were followed, and of how many no figure can be given, by reason.

    `months`: by place and month, how many have less with the raise, and how much less, all together (low, high: at the
    ends of what is not recorded). `programs`: by place and program, to how many households it gives another sum over
    all months, and how much more (less than 0: it saves). `falls`: to how many it gives less in months that leave less,
    and how much less.
    """

    followed: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    months: dict[tuple[str, date], list[int]] = field(default_factory=dict)
    programs: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    falls: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def add(self, place: str, path: Path) -> None:
        self.followed[place] = self.followed.get(place, 0) + 1
        for step in path.steps:
            low, high = step.short_cents
            _more(self.months, (place, step.month), (int(high > 0), low, high))
        for program, spent in path.spending_cents.items():
            fell = path.falls_cents[program]
            _more(self.programs, (place, program), (int(any(spent)), *spent))
            _more(self.falls, (place, program), (int(fell[1] > 0), *fell))

    def bridge_rows(self) -> list[Row]:
        return [
            {"place": place, "month": month, "households": self.followed[place], "short": short,
             "bridge_low_cents": _round(low), "bridge_high_cents": _round(high)}
            for (place, month), (short, low, high) in sorted(self.months.items())
        ]  # fmt: skip

    def program_rows(self) -> list[Row]:
        return self._by_program(self.programs, "spent")

    def fall_rows(self) -> list[Row]:
        return self._by_program(self.falls, "fall")

    def _by_program(self, table: dict[tuple[str, str], list[int]], what: str) -> list[Row]:
        return [
            {"place": place, "program": program, "households": self.followed[place], "touched": touched,
             f"{what}_low_cents": _round(low), f"{what}_high_cents": _round(high)}
            for (place, program), (touched, low, high) in sorted(table.items())
            if touched
        ]  # fmt: skip

    def unknown_rows(self) -> list[Row]:
        return [{"reason": reason, "households": count} for reason, count in sorted(self.unknown.items())]


_TOUCHED = ("touched", "households")
TABLES = {
    "months": Table(Bridges.bridge_rows, ("households", "short"), (("short", "households"),), "month"),
    "programs": Table(Bridges.program_rows, ("households", "touched"), (_TOUCHED,), "program"),
    "falls": Table(Bridges.fall_rows, ("households", "touched"), (_TOUCHED,), "program"),
    "unknown": Table(Bridges.unknown_rows, ("households",), (), None),
}


def bridges(
    reads: Reads, asked: Raise, as_of: date, progress: Callable[[str, int], None] = lambda *_: None
) -> Bridges:  # fmt: skip
    """What the raise does to each household near a cliff, month by month, and to what programs spend.

    Near is who has a cliff on the ladder that the newest load derived for the month; so of a month without ladders,
    nobody is.
    """
    found = Bridges()
    near = reads.read(
        statement("near_cliffs"),
        {"month": asked.month, "within": asked.within_cents, "asOf": as_of},
    )
    for some in _some(near, TOGETHER):
        records = read_households(reads, [row["household"] for row in some], as_of, *year_to(asked.month))
        for row in some:
            progress("households", 1)
            told = _followed(records.get(row["household"]), asked)
            if isinstance(told, str):
                reason = told
                found.unknown[reason] = found.unknown.get(reason, 0) + 1
            else:
                found.add(EVERYWHERE if asked.by == "all" else row["county"] or NOWHERE, told)
    return found


def _followed(record: HouseholdRecord | None, asked: Raise) -> Path | str:
    """The path of its main earner's raise, or why there is none."""
    here = situation(record, asked.month) if record else None
    earner = here.main_earner() if here else None
    if record is None or here is None or earner is None or here.unknown:
        return UNCLEAR
    earned = int(here.ends[0].earnings_cents[0, here.place(earner)])
    offer = Offer(asked.month, earner, earned + asked.cents, add_months(asked.month, 1), asked.months)
    try:
        told = path_of(record, offer)
    except CasesError:
        return UNCLEAR
    return told.path or told.reason or UNCLEAR


def _more(table: dict[Any, list[int]], key: Any, figures: Sequence[int]) -> None:
    table[key] = [before + now for before, now in zip(table.get(key, [0] * len(figures)), figures, strict=True)]


def _round(cents: int) -> int:
    return round(cents / ROUNDED) * ROUNDED


def _some(rows: Sequence[Row], size: int) -> list[Sequence[Row]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
