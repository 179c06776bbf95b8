"""What an expression of a mapping gives for each row."""

from __future__ import annotations

import pandas as pd


def evaluate(expression: str | None, values: pd.DataFrame) -> pd.Series:
    """A column's values, a constant (`=text`), or nulls where there is no expression."""
    if expression is not None and not expression.startswith("="):
        return values[expression]
    constant = None if expression is None else expression[1:]
    return pd.Series([constant] * len(values), index=values.index, dtype=object)


def followed(expression: str | None, by: str | None, values: pd.DataFrame) -> pd.Series:
    """An expression's values, each with another's after it where both are there."""
    first = evaluate(expression, values)
    if by is None:
        return first
    second = evaluate(by, values)
    return first.where(first.isna() | second.isna(), first.astype(str) + " " + second.astype(str))
