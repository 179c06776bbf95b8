"""Whether the parameters are whole: gaps in time, values that are due, sources that are missing or were long unread."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise

from benefits.calendar import months_between
from benefits.parameters import UNREAD_MONTHS, Parameter, UnknownParameter, Value, parameters

GONE_THROUGH = date(2026, 11, 25)
"""The day on which all parameters were last gone through."""
SINCE = date(2023, 1, 1)
"""From here on there should be a value in each month."""
MARKS = ("regulation", "agency_page", "reference_engine", "second_source")


class Kind(StrEnum):
    """What is found; the first five are faults, the others are known and shown."""

    SOURCE = "no source"
    ORDER = "out of order"
    GAP = "gap in time"
    DUE = "new value due"
    UNREAD = "not read for long"
    NOT_FOUND = "not found"
    LATE = "begins late"


FAULTS = {Kind.SOURCE, Kind.ORDER, Kind.GAP, Kind.DUE, Kind.UNREAD}


@dataclass(frozen=True)
class Finding:
    key: str
    kind: Kind
    text: str

    @property
    def is_fault(self) -> bool:
        return self.kind in FAULTS


def review(as_of: date, some: Iterable[Parameter] | None = None) -> list[Finding]:
    """What is to be said of parameters (default: all) on a day, faults first."""
    every = parameters().values() if some is None else some
    found = [Finding(one.key, kind, text) for one in every for kind, text in _of(one, as_of)]
    return sorted(found, key=lambda finding: (not finding.is_fault, finding.key))


def _of(one: Parameter, as_of: date) -> Iterator[tuple[Kind, str]]:
    if not one.citation.strip():
        yield Kind.SOURCE, "it has no citation"
    marks = {one.confirmed, *(entry.confirmed for entry in one.entries)}
    for mark in sorted(marks.difference(MARKS)):
        yield Kind.SOURCE, f"confirmed: {mark!r} is none of {', '.join(MARKS)}"
    for before, after in pairwise(one.entries):
        due = one.due(before)
        if after.effective <= before.effective:
            yield Kind.ORDER, f"the value of {after.effective} stands after that of {before.effective}"
        elif due and months_between(due, after.effective) >= 12:
            yield Kind.GAP, f"between {before.effective} and {after.effective} a new value was due on {due}"
    due = one.due(one.entries[-1])
    if due and due <= as_of:
        yield Kind.DUE, f"the last value is of {one.entries[-1].effective}; a new one was due on {due}"
    for entry in one.entries:
        if not entry.is_found and entry.effective <= as_of:
            yield Kind.NOT_FOUND, f"no source was found for the value of {entry.effective}"
    if one.entries[0].effective > SINCE:
        yield Kind.LATE, f"nothing is known before {one.entries[0].effective}"
    if months_between(one.read, as_of) >= UNREAD_MONTHS:
        yield Kind.UNREAD, f"its sources were last read on {one.read}"


def changed(earlier: date, later: date) -> list[tuple[str, Value | None, Value | None]]:
    """Parameters whose value in force on two days is not the same; None: unknown on that day."""
    found = []
    for key, one in parameters().items():
        before, after = _in_force(one, earlier), _in_force(one, later)
        if (before and before.value) != (after and after.value):
            found.append((key, before, after))
    return found


def _in_force(one: Parameter, day: date) -> Value | None:
    try:
        return one.value(day)
    except UnknownParameter:
        return None
