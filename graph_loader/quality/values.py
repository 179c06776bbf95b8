"""Text to values, a column at a time; a value that cannot be read makes its row a bad one."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph_loader.errors import Fault, listed
from graph_loader.identity.standard import parts_of_name
from graph_loader.identity.tokens import NEAR, Hasher
from graph_loader.mapping.document import PARTS, Column, Mapping

_MONEY = re.compile(
    r"(?P<open>\()?(?P<minus>-)?\$?(?P<dollars>\d{1,3}(,\d{3}){1,4}|\d{1,15})(\.(?P<cents>\d+))?(?(open)\))", re.ASCII
)
_SPACE = re.compile(r"\s")
_FLOAT_DIGITS = 10
"""So many decimals come of a binary fraction, as spreadsheets and some databases write 0.30 as 0.30000000000000004."""
_INTEGER = re.compile(r"(-?\d{1,18})(?:\.0+)?", re.ASCII)
UNLISTED = "a code that the mapping does not list"
_CONTROL = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
"""Characters that no field of a record holds, and that would tear records apart."""
_TRUE, _FALSE = {"y", "yes", "true", "t", "1"}, {"n", "no", "false", "f", "0"}


@dataclass(frozen=True)
class Typed:
    """Values by column, which rows are bad, and why.

    Some kinds of columns have others: `COLUMN:end`, the end of a period; `COLUMN:near`, an SSN's near tokens; and
    `COLUMN:first`, `:middle` and `:last` of a name.

    `asked`: how many values each column has; `unread`: where they could not be read, in columns that have any such.
    """

    values: pd.DataFrame
    bad: pd.Series
    reasons: pd.Series
    faults: tuple[Fault, ...]
    asked: dict[str, int]
    unread: dict[str, pd.Series]


def typed(
    frame: pd.DataFrame, mapping: Mapping, hasher: Hasher, file: str, numbers: npt.NDArray[np.int64],
    emptied: Collection[str] = (),
) -> Typed:  # fmt: skip
    """Read every column of a chunk of text, whose rows have these numbers. Columns not admitted come out empty.

    In columns that are `emptied`, a value that cannot be read is left empty, where the mapping does not require one.
    """
    asked: dict[str, int] = {}
    unread: dict[str, pd.Series] = {}
    values: dict[str, pd.Series] = {}
    bad = pd.Series(False, index=frame.index)
    reasons = pd.Series("", index=frame.index, dtype="str")
    faults: list[Fault] = []
    nothing = pd.Series([None] * len(frame), index=frame.index, dtype=object)
    for name, column in mapping.columns.items():
        if name not in frame:
            values |= {name: nothing} | {f"{name}{suffix}": nothing for suffix in SECOND.get(column.kind, ())}
            if column.required and len(frame):
                what = "it is not there, and the mapping requires it"
                bad |= True
                reasons += f"{name}: {what}; "
                faults.append(Fault("VALUE", file, what, "Fill it.", name, tuple(numbers.tolist())))
            continue
        text = frame[name].str.strip()
        text = text.where(text.notna() & (text != ""), None).astype(object)
        torn = frame[name].str.contains(_CONTROL, regex=True, na=False).astype(bool)
        text = text.where(~torn, None)
        read, wrong, why, fix = READERS[column.kind](text, column, hasher)
        values |= {f"{name}{suffix}": series for suffix, series in read.items()}
        asked[name] = int(text.notna().sum())
        if wrong.any():
            unread[name] = wrong
        lenient_here = name in emptied or column.unreadable == "empty"
        lenient_here |= column.kind == "code" and mapping.changes.codes == "evolve"
        missing = text.isna() & ~torn & column.required
        for mask, what, how, lenient in (
            (torn, "it holds control characters", "Take them out.", False),
            (wrong, why, fix, lenient_here and not column.required),
            (missing, "it is empty, and the mapping requires it", "Fill it.", False),
        ):
            if mask.any() and lenient:
                what = f"{what}, so left empty"
            elif mask.any():
                bad |= mask
                reasons = reasons.where(~mask, reasons + f"{name}: {what}; ")
            if mask.any():
                faults.append(Fault("VALUE", file, what, how, name, tuple(numbers[mask.to_numpy()].tolist())))
    return Typed(pd.DataFrame(values, index=frame.index), bad, reasons, tuple(faults), asked, unread)


Read = tuple[dict[str, pd.Series], pd.Series, str, str]
"""Values by suffix, which rows could not be read, what is wrong with them, how to fix it."""


def _each(text: pd.Series, read: Callable[[str], Any]) -> pd.Series:
    """What `read` makes of each distinct value; None of what is missing, and where it raises ValueError."""

    def read_one(value: str) -> Any:
        try:
            return read(value)
        except (ValueError, OverflowError):
            return None

    known = {value: read_one(str(value)) for value in text.dropna().unique()}
    found = [known[value] if isinstance(value, str) else None for value in text]
    return pd.Series(found, index=text.index, dtype=object)


def _text(text: pd.Series, column: Column, hasher: Hasher) -> Read:
    return {"": text}, _never(text), "", ""


def _ssn(text: pd.Series, column: Column, hasher: Hasher) -> Read:
    return {"": _each(text, hasher.ssn), NEAR: _each(text, hasher.near_ssn)}, _never(text), "", ""


def _name(text: pd.Series, column: Column, hasher: Hasher) -> Read:
    def read(value: str) -> tuple[str, str, str]:
        last, space, others = value.partition(" ")
        turned = f"{last}, {others}" if space and column.order == "last_first" and "," not in value else value
        return parts_of_name(turned)

    parts = _each(text, read)
    told = {
        f":{part}": pd.Series([(one[k] or None) if one else None for one in parts], index=text.index, dtype=object)
        for k, part in enumerate(PARTS["name"])
    }
    return {"": text, **told}, _never(text), "", ""


def _date(text: pd.Series, column: Column, hasher: Hasher) -> Read:
    def read(value: str) -> date:
        for form in column.formats:
            try:
                return datetime.strptime(value, form).date()
            except ValueError:
                continue
        raise ValueError

    day = _each(text, read)
    return {"": day}, text.notna() & day.isna(), "not a date in the mapping's formats", "Add the format to `formats`."


def _money(text: pd.Series, column: Column, hasher: Hasher) -> Read:
    """Exact, however large: dollars and cents are read as digits."""

    def read(value: str) -> int:
        found = _MONEY.fullmatch(_SPACE.sub("", value))
        if found is None:
            raise ValueError
        decimals = (found["cents"] or "").rstrip("0")
        exact = Decimal(f"{found['dollars'].replace(',', '')}.{decimals or 0}") * 100
        cents = int(exact.to_integral_value())
        if exact != cents and not (len(decimals) >= _FLOAT_DIGITS and abs(exact - cents) < Decimal("1e-6")):
            raise ValueError
        return -cents if found["minus"] or found["open"] else cents

    whole = _each(text, read)
    return {"": whole}, text.notna() & whole.isna(), "not an amount in dollars and cents", "Write it like 1234.50."


def _integer(text: pd.Series, column: Column, hasher: Hasher) -> Read:
    def read(value: str) -> int:
        found = _INTEGER.fullmatch(value)
        if found is None:
            raise ValueError
        return int(found[1])

    whole = _each(text, read)
    return {"": whole}, text.notna() & whole.isna(), "not a whole number", "Write digits only."


def _number(text: pd.Series, column: Column, hasher: Hasher) -> Read:
    number = pd.to_numeric(text, errors="coerce")
    return (
        {"": number.astype(object).where(number.notna(), None)},
        text.notna() & number.isna(),
        "not a number",
        "Write it like 37.5.",
    )


def _code(text: pd.Series, column: Column, hasher: Hasher) -> Read:
    read = text.map(column.codes).astype(object)
    unlisted = text.notna() & read.isna()
    if column.other is not None:
        read = read.where(~unlisted, column.other)
        unlisted = _never(text)
    return (
        {"": read.where(read.notna(), None)},
        unlisted,
        f"{UNLISTED}: it lists {listed(column.codes)}",
        "Add it to `codes`; `ccg quarantine show` shows it to whom the agreement lets.",
    )


def _flag(text: pd.Series, column: Column, hasher: Hasher) -> Read:
    low = text.astype("str").str.lower()
    true, false = low.isin(_TRUE), low.isin(_FALSE)
    return (
        {"": true.astype(object).where(true | false, None)},
        text.notna() & ~true & ~false,
        "neither yes nor no",
        "Write Y or N.",
    )


def _period(pattern: str, frequency: str) -> Callable[[pd.Series, Column, Hasher], Read]:
    def read(text: pd.Series, column: Column, hasher: Hasher) -> Read:
        good = text.astype("str").str.fullmatch(pattern, na=False)
        periods = {
            value: pd.Period(str(value).upper().replace("-Q", "Q"), freq=frequency) for value in text[good].unique()
        }
        start = text.map({value: period.start_time.date() for value, period in periods.items()})
        end = text.map({value: (period + 1).start_time.date() for value, period in periods.items()})
        return (
            {"": start.astype(object).where(good, None), ":end": end.astype(object).where(good, None)},
            text.notna() & ~good,
            "not a period of the mapping's kind",
            "Write a year like 2025, a quarter like 2025Q3, a month like 2025-07.",
        )

    return read


def _never(text: pd.Series) -> pd.Series:
    return pd.Series(False, index=text.index)


SECOND = {"ssn": (NEAR,)} | {kind: tuple(f":{part}" for part in parts) for kind, parts in PARTS.items()}
"""What the names of second columns have behind them, by kind."""
READERS: dict[str, Callable[[pd.Series, Column, Hasher], Read]] = {
    "text": _text,
    "name": _name,
    "ssn": _ssn,
    "date": _date,
    "money": _money,
    "cents": _integer,
    "integer": _integer,
    "number": _number,
    "code": _code,
    "flag": _flag,
    "year": _period(r"[12]\d{3}", "Y"),
    "quarter": _period(r"[12]\d{3}-?[Qq][1-4]", "Q"),
    "month": _period(r"[12]\d{3}-(0[1-9]|1[0-2])", "M"),
}
