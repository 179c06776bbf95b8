"""Wages by the month, of reports that give them by the quarter.

A quarter's wages say nothing of its months. But pay mostly stays the same for a while, so of all the ways in which
quarters could have come about, those with the fewest changes of pay are taken. Where these are several, a month's wages
are somewhere between theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from benefits.calendar import add_months, months_between
from graph.store import Row
from queries.household import HouseholdRecord

QUARTER = 3
"""Months of a span of wages that is looked at; others are taken to be even."""
SAME = 0.01
"""Wages that differ by no more than this share are the same."""
MOST = 200
"""So many ways are kept in mind."""


@dataclass(frozen=True)
class Months:
    """A household's record with wages by the month: each month's are rows of their own, also where they are none.

    `open`: (least, most) cents of a person in a month, where they are not known; the record has those of the first way.
    """

    record: HouseholdRecord
    open: dict[tuple[str, date], tuple[int, int]]


def by_month(record: HouseholdRecord, since: date, until: date) -> Months:
    """The record with wages by the month. Wages from `since` on were read; those of months before `until` are all
    reported."""
    jobs: dict[tuple[str, str], list[Row]] = {}
    rows: list[Row] = []
    for row in record.wages:
        if None in (row["since"], row["until"], row["cents"]):
            rows.append(row)
        else:
            jobs.setdefault((row["person"], row["employer"] or row["employment"]), []).append(row)
    least, most = dict[tuple[str, date], int](), dict[tuple[str, date], int]()
    for (person, _), spans in jobs.items():
        if any(row["cents"] < 0 for row in spans):  # what cannot be is said where it is asked about
            rows += spans
            continue
        told = {month: ends for month, *ends in _months(sorted(spans, key=_when), since, until)}
        month = min(told)
        while month < until or month <= max(told):
            cents, low, high = told.get(month, (0, 0, 0))
            rows.append(spans[0] | {"since": month, "until": add_months(month, 1), "cents": cents})
            least[person, month] = least.get((person, month), 0) + low
            most[person, month] = most.get((person, month), 0) + high
            month = add_months(month, 1)
    ends = {at: (low, most[at]) for at, low in least.items() if low != most[at]}
    return Months(replace(record, wages=tuple(rows)), ends)


def _when(row: Row) -> tuple[date, str]:
    return row["since"], row["wage"]


def _months(spans: Sequence[Row], since: date, until: date) -> Iterator[tuple[date, int, int, int]]:
    """Month, cents, the least and the most that they may be, of one job's spans in order, up to `until`; each month
    once."""
    quarters: dict[date, int] = {}
    even: dict[date, int] = {}
    for row in spans:
        begins, count = row["since"], max(months_between(row["since"], row["until"]), 1)
        if count == QUARTER and begins.day == 1 and begins.month % QUARTER == 1:
            quarters[begins] = quarters.get(begins, 0) + int(row["cents"])
            continue
        for index in range(count):
            month = add_months(begins.replace(day=1), index)
            even[month] = even.get(month, 0) + int(row["cents"]) // count
    found = {month: (cents, cents, cents) for month, cents in even.items()}
    if quarters:
        first = min(quarters)
        if first > since:  # no wages of a quarter that was read: the job had not begun
            first = add_months(first, -QUARTER)
        count = max(months_between(first, max(until, add_months(max(quarters), QUARTER))) // QUARTER, 1)
        totals = [quarters.get(add_months(first, QUARTER * index), 0) for index in range(count)]
        for index, ways in enumerate(zip(*months_of(totals), strict=True)):
            month = add_months(first, index)
            beside = even.get(month, 0)
            found[month] = beside + ways[0], beside + min(ways), beside + max(ways)
    yield from ((month, *ends) for month, ends in sorted(found.items()))


def months_of(totals: Sequence[int]) -> list[list[int]]:
    """Cents by the month: every way to these quarters' totals, in cents, with the fewest changes of pay.

    Pay changes no more than once in a quarter. Nothing is known of before the first quarter: it begins even, or is
    where a job began, or where the pay of the second one did.
    """
    ways: dict[tuple[int, ...], tuple[int, float]] = {}  # months so far → changes, pay at their end

    def add(months: tuple[int, ...], changes: int, pay: float) -> None:
        if pay >= 0 and changes < ways.get(months, (changes + 1, 0.0))[0]:
            ways[months] = changes, pay

    for index, total in enumerate(totals):
        before, ways = ways or {(): (0, 0.0)}, {}
        for months, (changes, pay) in before.items():
            even = total / QUARTER
            if not months or _same(even, pay):
                add((*months, *[round(even)] * QUARTER), changes, even)
                if months:
                    continue
            for kept in range(bool(not months), QUARTER):
                last = (total - kept * pay) / (QUARTER - kept)
                add((*months, *[round(pay)] * kept, *[round(last)] * (QUARTER - kept)), changes + 1, last)
                if not months and len(totals) > 1:
                    last = totals[1] / QUARTER
                    fore = (total - (QUARTER - kept) * last) / kept
                    if fore >= 0:
                        add((*[round(fore)] * kept, *[round(last)] * (QUARTER - kept)), changes + 1, last)
        most = min(changes for changes, _ in ways.values())
        if index < len(totals) - 1:  # one change more may be one less later, not two: pay can begin anew in any quarter
            most += 1
        fewest = sorted((changes, months) for months, (changes, _) in ways.items() if changes <= most)
        ways = {months: ways[months] for _, months in fewest[:MOST]}
    return [list(months) for months in ways]


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME * max(one, other) + 1
