"""Dated parameters with their citations, read from `parameters/**/*.yaml` beside this file."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt
import yaml

from benefits.calendar import add_months, months_between

FOLDER = Path(__file__).with_name("parameters")
UNREAD_MONTHS = 24
"""After so long a source is read again, as laws change: a value that stands until the law changes is an assumption."""
CARRY_MONTHS = 24
"""How long after a new value was due the last one may stand in, as a named assumption; after that: unknown."""

SIZES = 64
"""More people than a household may have, children who are expected with them."""
Cents = npt.NDArray[np.int64]
A = TypeVar("A", bound=npt.NDArray[Any])


class UnknownParameter(LookupError):
    """No value is known for that month: the rule that asks for it answers *unknown* with this reason."""


@dataclass(frozen=True)
class Value:
    """A value in force in a month: where it is written, how far confirmed, what is assumed."""

    key: str
    value: Any
    unit: str
    effective: date
    citation: str
    confirmed: str
    assumption: str | None
    lines: dict[str, Cents] = field(default_factory=dict, init=False, compare=False, repr=False)

    def along(
        self, sizes: npt.NDArray[np.int64], line: Callable[[npt.NDArray[np.int64]], Cents], by: str = ""
    ) -> Cents:
        """What goes by household size, reckoned once of every size that there may be; `by`: what else it goes by."""
        if by not in self.lines:
            self.lines[by] = line(np.arange(SIZES))
        return self.lines[by].take(sizes, mode="clip")


@dataclass(frozen=True)
class Entry:
    """A value from a day on; its `value`, or a part of it, is None where no source was found."""

    effective: date
    value: Any
    confirmed: str
    caveat: str | None

    @property
    def is_found(self) -> bool:
        return not _has_null(self.value)


@dataclass(frozen=True)
class Parameter:
    """One parameter, as its file has it; see `parameters/README.md`."""

    key: str
    unit: str
    citation: str
    links: tuple[str, ...]
    confirmed: str
    read: date
    renewed: int | None
    note: str | None
    entries: tuple[Entry, ...]
    found: dict[tuple[date, date | None], Value] = field(default_factory=dict, init=False, compare=False, repr=False)

    def value(self, day: date, seen_on: date | None = None) -> Value:
        """The value in force on a day; as far as it is still to come, as it is `seen_on` an earlier one, see
        `ahead_of`. Raises `UnknownParameter`."""
        asked = day, seen_on
        if asked not in self.found:
            self.found[asked] = self._value(day, min(day, seen_on or day))
        return self.found[asked]

    def _value(self, day: date, seen_on: date) -> Value:
        started = [entry for entry in self.entries if entry.effective <= day]
        if not started:
            raise UnknownParameter(f"{self.key}: the first value is of {self.entries[0].effective}, asked for {day}")
        known = [entry for entry in started if entry.is_found]
        if not known:
            raise UnknownParameter(f"{self.key}: no source was found for the value in force on {day}")
        found = known[-1]
        assumption = self._assumption(found, started[-1], day, seen_on)
        return Value(self.key, found.value, self.unit, found.effective, self.citation, found.confirmed, assumption)

    def due(self, entry: Entry) -> date | None:
        """From when on there should be a newer value than an entry's; None where it stands until the law changes."""
        if self.renewed is None:
            return None
        begun = date(entry.effective.year, self.renewed, 1)
        return add_months(begun, 12) if entry.effective >= begun else begun

    def _assumption(self, found: Entry, newest: Entry, day: date, seen_on: date) -> str | None:
        """Name what is assumed where the value is older than it should be; raise where it is too old."""
        later = [entry for entry in self.entries if entry.effective > newest.effective]
        if newest is not found and any(entry.is_found for entry in later):
            raise UnknownParameter(f"{self.key}: no source was found for the value of {newest.effective}")
        due = None if later else self.due(found)
        if due is not None and months_between(due, seen_on) >= CARRY_MONTHS:
            raise UnknownParameter(f"{self.key}: last published for {found.effective}, too old for {day}")
        if newest is not found:
            return f"{self.key}: the value of {newest.effective} was not found; that of {found.effective} is used"
        if due is not None and day >= due:
            return f"{self.key}: last published for {found.effective}, carried forward"
        if not later and months_between(self.read, day) >= UNREAD_MONTHS:
            return f"{self.key}: its sources were last read on {self.read}; the value of {found.effective} is used"
        return None


YEAR = "cents_a_year"
"""The unit of a step whose amounts are of a year, not of a month."""


@dataclass(frozen=True)
class Step:
    """A step of a rule: what came out (n,), in which unit, by which law, of which earlier steps and parameters."""

    name: str
    values: npt.NDArray[Any]
    unit: str
    citation: str
    of: tuple[str, ...]
    parameters: tuple[Value, ...]


class Tell(Protocol):
    """Tells a step, and gives its values back: `net = tell("net income", ..., "7 CFR 273.10(e)(1)", "gross income")`.

    Of values of people (n, p) it tells the sum. The parameters read since the step before it are taken to be its own.
    """

    def __call__(self, name: str, values: A, citation: str, *of: str, unit: str = "cents") -> A: ...


class Parameters:
    """All parameters, as of one month: `law["snap/max_allotment"]` gives the value in force then.

    `steps`: what rules told, by program; None where nobody asked them to.
    """

    def __init__(self, parameters: Mapping[str, Parameter], month: date, *, explaining: bool = False) -> None:
        self._parameters = parameters
        self.month = month
        self._seen_on = _seen_on.get()
        self.used: dict[str, Value] = {}
        self.steps: dict[str, list[Step]] | None = {} if explaining else None
        self._read: list[Value] = []

    @classmethod
    def at(cls, month: date, *, explaining: bool = False) -> Parameters:
        """The parameters in force on the first of a month, published or `instead`."""
        told = _instead.get()
        return cls(told[0] if told else parameters(), month.replace(day=1), explaining=explaining)

    def quiet(self) -> Parameters:
        """The same, and nobody asks rules to tell their steps."""
        if self.steps is None:
            return self
        same = Parameters(self._parameters, self.month)
        same.used = self.used
        return same

    def __getitem__(self, key: str) -> Any:
        """The value alone; `used` keeps it with its source. Raises `UnknownParameter`."""
        return self.value(key)

    def value(self, key: str, on: date | None = None) -> Any:
        """The value in force on a day (the month, when not given); kept as one that is used. Raises
        `UnknownParameter`."""
        return self.told(key, on).value

    def told(self, key: str, on: date | None = None) -> Value:
        """The same, with where it is written."""
        value = self._parameters[key].value(on or self.month, self._seen_on)
        self.used[key] = value
        if self.steps is not None:
            self._read.append(value)
        return value

    def telling(self, program: str) -> Tell:
        """How a program's rule tells its steps; it costs nothing where nobody asked."""
        if self.steps is None:
            return _quiet
        told = self.steps.setdefault(program, [])
        self._read.clear()

        def tell(name: str, values: A, citation: str, *of: str, unit: str = "cents") -> A:
            own = values if values.ndim == 1 else values.sum(axis=1)
            read = tuple({value.key: value for value in self._read}.values())
            told.append(Step(name, own, unit, citation, of, read))
            self._read.clear()
            return values

        return tell

    def glance(self, key: str) -> Any:
        """The value, not kept as one that is used: to see whether it matters to anybody; None where it is not known."""
        try:
            return self._parameters[key].value(self.month, self._seen_on).value
        except UnknownParameter:
            return None

    def cents(self, key: str) -> int:
        """An amount in dollars, in cents. Raises `UnknownParameter`."""
        return round(100 * self[key])

    def by_size(self, key: str, sizes: npt.NDArray[np.int64]) -> Cents:
        """A monthly table by household size, in cents, with its `each_additional` beyond the last size."""
        value = self.told(key)

        def line(every: npt.NDArray[np.int64]) -> Cents:
            table = {str(size): amount for size, amount in value.value.items()}
            known = [int(size) for size in table if size.isdigit()]
            told = np.array([round(100 * table.get(str(i), 0)) for i in range(max(known) + 1)], dtype=np.int64)
            more = np.maximum(every - max(known), 0) * round(100 * table.get("each_additional", 0))
            return told[np.clip(every, min(known), max(known))] + more

        return value.along(sizes, line)


def _quiet(name: str, values: A, citation: str, *of: str, unit: str = "cents") -> A:
    return values


_seen_on: ContextVar[date | None] = ContextVar("seen_on", default=None)


@contextmanager
def ahead_of(month: date) -> Iterator[None]:
    """Have rules that are asked within look ahead of a month: the values that may stand in then stand in for as many
    months to come as are asked for, as a named assumption. Nobody knows those of years to come; those of a month that
    is long past should have been published by now."""
    token = _seen_on.set(month)
    try:
        yield
    finally:
        _seen_on.reset(token)


_instead: ContextVar[tuple[Mapping[str, Parameter], str] | None] = ContextVar("instead", default=None)


@contextmanager
def instead(others: Mapping[str, Parameter], by: str = "") -> Iterator[None]:
    """Have rules that are asked within go by other parameters than the published ones; `by`: whose, in words."""
    token = _instead.set((others, by))
    try:
        yield
    finally:
        _instead.reset(token)


def instead_by() -> str:
    """Whose parameters stand in place of the published ones, in words; nothing where none do."""
    told = _instead.get()
    return told[1] if told else ""


def turns(folder: str, month: date) -> bool:
    """Whether what stands in place of the published parameters of a folder is other in a month than in the one
    before."""
    told, published = _instead.get(), parameters()
    changed = (
        one for key, one in (told[0] if told else {}).items() if key.startswith(folder) and one is not published[key]
    )
    return any(entry.effective == month for one in changed for entry in one.entries)


def rules_version() -> str:
    """A digest of every parameter file and rule: equal versions give equal answers."""
    digest = hashlib.sha256()
    for file in sorted([*FOLDER.rglob("*.yaml"), *FOLDER.parent.rglob("*.py")]):
        digest.update(file.relative_to(FOLDER.parent).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@cache
def parameters() -> dict[str, Parameter]:
    """Every parameter by its key, in order."""
    return {parameter.key: parameter for parameter in map(_read, sorted(FOLDER.rglob("*.yaml")))}


def _read(file: Path) -> Parameter:
    content = yaml.load(file.read_text(), yaml.CSafeLoader)
    confirmed = content["confirmed"]
    entries = tuple(
        Entry(date.fromisoformat(one["effective"]), one["value"], one.get("confirmed", confirmed), one.get("caveat"))
        for one in content["values"]
    )
    return Parameter(
        file.relative_to(FOLDER).with_suffix("").as_posix(), content["unit"], content["citation"],
        tuple(content.get("links", ())), confirmed, date.fromisoformat(content["read"]), content.get("renewed"),
        content.get("note"), entries,
    )  # fmt: skip


def _has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_null(item) for item in value.values())
    return value is None
