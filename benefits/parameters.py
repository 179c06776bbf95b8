"""Dated parameters with their citations, read from `parameters/**/*.yaml` beside this file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from benefits.calendar import months_between

FOLDER = Path(__file__).with_name("parameters")
CARRY_MONTHS = 24
"""How long after the last published value it may stand in, as a named assumption; after that: unknown."""

Cents = npt.NDArray[np.int64]


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


@dataclass(frozen=True)
class _Parameter:
    key: str
    unit: str
    citation: str
    confirmed: str
    values: tuple[tuple[date, Any, str], ...]


class Parameters:
    """All parameters, as of one month: `law["snap/max_allotment"]` gives the value in force then."""

    def __init__(self, parameters: Mapping[str, _Parameter], month: date, used: dict[str, Value]) -> None:
        self._parameters = parameters
        self.month = month
        self.used = used

    @classmethod
    def at(cls, month: date) -> Parameters:
        """The parameters in force on the first of a month."""
        return cls(_read(), month.replace(day=1), {})

    def __getitem__(self, key: str) -> Any:
        """The value alone; `used` keeps it with its source. Raises `UnknownParameter`."""
        value = self.value(key)
        self.used[key] = value
        return value.value

    def value(self, key: str, on: date | None = None) -> Value:
        """The value in force on a day (the month, when not given) with its source."""
        parameter, day = self._parameters[key], on or self.month
        started = [entry for entry in parameter.values if entry[0] <= day]
        if not started:
            raise UnknownParameter(f"{key}: the first value is of {parameter.values[0][0]}, asked for {day}")
        known = [entry for entry in started if not _has_null(entry[1])]
        if not known:
            raise UnknownParameter(f"{key}: no source was found for the value in force on {day}")
        effective, value, confirmed = known[-1]
        return Value(
            key, value, parameter.unit, effective, parameter.citation, confirmed,
            self._assumption(parameter, effective, started, day),
        )  # fmt: skip

    def by_size(self, key: str, sizes: npt.NDArray[np.int64]) -> Cents:
        """A monthly table by household size, in cents, with its `each_additional` beyond the last size."""
        table = {str(size): amount for size, amount in self[key].items()}
        largest = max(int(size) for size in table if size.isdigit())
        smallest = min(int(size) for size in table if size.isdigit())
        line = np.array([round(100 * table.get(str(i), 0)) for i in range(largest + 1)], dtype=np.int64)
        extra = round(100 * table.get("each_additional", 0))
        beyond = np.maximum(sizes - largest, 0)
        return line[np.clip(sizes, smallest, largest)] + beyond * extra

    def _assumption(
        self, parameter: _Parameter, effective: date, started: list[tuple[date, Any, str]], day: date
    ) -> str | None:
        """Name what is assumed when the value is older than it should be; raise when it is too old."""
        if started[-1][0] != effective:
            return f"{parameter.key}: the value of {started[-1][0]} was not found; that of {effective} is used"
        last = parameter.values[-1][0]
        yearly = len(parameter.values) > 2
        age = months_between(last, day)
        if not yearly or effective != last or age < 12:
            return None
        if age >= 12 + CARRY_MONTHS:
            raise UnknownParameter(f"{parameter.key}: last published for {last}, too old for {day}")
        return f"{parameter.key}: last published for {last}, carried forward"


def rules_version() -> str:
    """A digest of every parameter file and rule: equal versions give equal answers."""
    digest = hashlib.sha256()
    for file in sorted([*FOLDER.rglob("*.yaml"), *FOLDER.parent.rglob("*.py")]):
        digest.update(file.relative_to(FOLDER.parent).as_posix().encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _read() -> dict[str, _Parameter]:
    found = {}
    for file in sorted(FOLDER.rglob("*.yaml")):
        key = file.relative_to(FOLDER).with_suffix("").as_posix()
        content = yaml.safe_load(file.read_text())
        values = tuple(
            (
                date.fromisoformat(entry["effective"]),
                entry["value"],
                entry.get("confirmed", content["confirmed"]),
            )
            for entry in content["values"]
        )
        if list(values) != sorted(values, key=lambda entry: entry[0]):
            raise ValueError(f"{file}: values must be in the order of their dates")
        found[key] = _Parameter(key, content["unit"], content["citation"], content["confirmed"], values)
    return found


def _has_null(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_has_null(item) for item in value.values())
    return value is None
