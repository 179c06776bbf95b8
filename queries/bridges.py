"""A raise for every household near a cliff: what would bridge the months that leave less, and what programs spend."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from benefits.calendar import add_months
from benefits.path import RENT, Path
from graph.store import Reads, Row
from queries.household import HouseholdRecord, read_households, statement, year_to
from queries.outlook import Offer, Outlook, path_of
from queries.situation import situation

TOGETHER = 100
"""Households that are read at once."""
NOWHERE, NOBODY = "not known", "nobody is recorded in the household"
EVERYWHERE = "all"
By = Literal["all", "county", "town"]


@dataclass(frozen=True)
class Raise:
    """The main earners of households whose next cliff in `month` begins within `within_cents` of what they earn a month
    earn `cents` a month more from the month after on, which is followed for `months`; `county`: of that one alone;
    `by`: what figures are told apart by, or all of them together."""

    month: date
    cents: int
    within_cents: int
    months: int = 12
    county: str | None = None
    by: By = "all"


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
            if program != RENT:
                fell = path.falls_cents[program]
                _more(self.programs, (place, program), (int(any(spent)), *spent))
                _more(self.falls, (place, program), (int(fell[1] > 0), *fell))

    def bridge_rows(self) -> list[Row]:
        return [
            {"place": place, "month": month, "households": self.followed[place], "short": short,
             "bridge_low_cents": low, "bridge_high_cents": high}
            for (place, month), (short, low, high) in sorted(self.months.items())
        ]  # fmt: skip

    def program_rows(self) -> list[Row]:
        return [
            {
                "place": place,
                "program": program,
                "households": touched,
                "spent_low_cents": low,
                "spent_high_cents": high,
            }
            for (place, program), (touched, low, high) in sorted(self.programs.items())
            if touched
        ]

    def fall_rows(self) -> list[Row]:
        return [
            {"place": place, "program": program, "households": touched, "fall_low_cents": low, "fall_high_cents": high}
            for (place, program), (touched, low, high) in sorted(self.falls.items())
            if touched
        ]

    def unknown_rows(self) -> list[Row]:
        return [{"reason": reason, "households": count} for reason, count in sorted(self.unknown.items())]


@dataclass(frozen=True)
class Table:
    """A table of them: its rows, and which of their columns are counts; of two, which is part of the other."""

    rows: Callable[[Bridges], list[Row]]
    counts: Sequence[str]
    parts: Sequence[tuple[str, str]] = ()


TABLES = {
    "months": Table(Bridges.bridge_rows, ("households", "short"), (("short", "households"),)),
    "programs": Table(Bridges.program_rows, ("households",)),
    "falls": Table(Bridges.fall_rows, ("households",)),
    "unknown": Table(Bridges.unknown_rows, ("households",)),
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
        {"month": asked.month, "within": asked.within_cents, "county": asked.county, "asOf": as_of},
    )
    for some in _some(near, TOGETHER):
        records = read_households(reads, [row["household"] for row in some], as_of, *year_to(asked.month))
        for row in some:
            progress("households", 1)
            record = records.get(row["household"])
            told = _followed(record, asked) if record else None
            if told is None or told.path is None:
                reason = (told and told.reason) or NOBODY
                found.unknown[reason] = found.unknown.get(reason, 0) + 1
            else:
                found.add(EVERYWHERE if asked.by == "all" else row[asked.by] or NOWHERE, told.path)
    return found


def _followed(record: HouseholdRecord, asked: Raise) -> Outlook:
    here = situation(record, asked.month)
    earner = here.main_earner() if here else None
    earned = int(here.ends[0].earnings_cents[0, here.place(earner)]) if here and earner else 0
    begins = add_months(asked.month, 1)
    return path_of(record, Offer(asked.month, earner, earned + asked.cents, begins, asked.months))


def _more(table: dict[Any, list[int]], key: Any, figures: Sequence[int]) -> None:
    table[key] = [before + now for before, now in zip(table.get(key, [0] * len(figures)), figures, strict=True)]


def _some(rows: Sequence[Row], size: int) -> list[Sequence[Row]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
