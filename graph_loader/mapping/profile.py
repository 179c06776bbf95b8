"""What the values of a column look like: their kind and format, found without telling any of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from graph_loader.mapping.document import Column, Kind

DATE_FORMATS = (
    "%Y-%m-%d", "%m/%d/%Y", "%d/%m/%Y", "%Y/%m/%d", "%Y%m%d", "%m%d%Y", "%m-%d-%Y", "%d.%m.%Y", "%m/%d/%y", "%d-%b-%Y",
    "%d%b%Y", "%b %d, %Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y %H:%M:%S",
)  # fmt: skip
YEARS = range(1850, 2101)
"""Years in which dates of agencies' records lie."""
NEARLY = 0.98
"""The share of the values that must be of a kind: the others are mistakes."""
_FLAGS = {"y", "n", "yes", "no", "true", "false", "t", "f"}
_MONEY = r"\(?-?\$?\d{1,3}(,\d{3})*\.\d{2}\)?|\(?-?\$?\d+\.\d{2}\)?|-?\$\d[\d,]*"
_PATTERNS: tuple[tuple[Kind, str, str], ...] = (
    ("ssn", r"\d{3}-\d{2}-\d{4}", "Social Security numbers"),
    ("quarter", r"[12]\d{3}-?[Qq][1-4]", "quarters like 2025Q3"),
    ("month", r"[12]\d{3}-(0[1-9]|1[0-2])", "months like 2025-07"),
    ("money", _MONEY, "dollars and cents"),
    ("integer", r"-?\d{1,18}", "whole numbers"),
    ("number", r"-?\d+\.\d+([eE][-+]?\d+)?|-?\d{1,18}", "numbers"),
)


@dataclass(frozen=True)
class Guess:
    """What a column's values seem to be: a kind of the mapping, date formats, and the same in words."""

    kind: Kind
    words: str
    formats: tuple[str, ...] = ()

    @property
    def edit(self) -> str:
        """As the mapping would say it."""
        formats = ", ".join(f'"{form}"' for form in self.formats)
        return f"as: {self.kind}" + (f", formats: [{formats}]" if self.formats else "")


def infer(values: Iterable[object]) -> Guess:
    """The kind of values, the narrowest that nearly all of them have."""
    texts = [value.strip() for value in values if isinstance(value, str) and value.strip()]
    if not texts:
        return Guess("text", "nothing")
    formats = _formats(texts)
    if formats:
        return Guess("date", f"dates like {' or '.join(formats)}", formats)
    if _nearly(texts, lambda text: text.lower() in _FLAGS):
        return Guess("flag", "yes or no")
    for kind, pattern, words in _PATTERNS:
        if _nearly(texts, lambda text, found=re.compile(pattern): found.fullmatch(text) is not None):  # type: ignore[misc]
            return Guess(kind, words)
    short, long = min(map(len, texts)), max(map(len, texts))
    return Guess("text", f"text of {short} to {long} characters" if short != long else f"text of {short} characters")


def described(column: Column) -> str:
    """What a mapping says that a column is."""
    if column.kind == "date":
        return f"date in {' or '.join(column.formats)}"
    return {"money": "dollars and cents", "cents": "whole cents", "integer": "whole number"}.get(
        column.kind, column.kind
    )


def _formats(texts: list[str]) -> tuple[str, ...]:
    """The first format that nearly all have; else two that have them together."""
    fits = {form: {text for text in set(texts) if _is_date(text, form)} for form in DATE_FORMATS}
    every = set(texts)
    for form, those in fits.items():
        if len(those) >= NEARLY * len(every):
            return (form,)
    first = max(fits, key=lambda form: len(fits[form]))
    for form, those in fits.items():
        if fits[first] and those - fits[first] and len(fits[first] | those) >= NEARLY * len(every):
            return (first, form)
    return ()


def _is_date(text: str, form: str) -> bool:
    try:
        return datetime.strptime(text, form).year in YEARS
    except ValueError:
        return False


def _nearly(texts: list[str], holds: Callable[[str], bool]) -> bool:
    return sum(map(holds, texts)) >= NEARLY * len(texts)
