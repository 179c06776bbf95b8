"""What an expression of a mapping gives for each row."""

from __future__ import annotations

import pandas as pd


def evaluate(expression: str | None, values: pd.DataFrame) -> pd.Series:
    """A column's values, a constant (`=text`), or nulls where there is no expression."""
    if expression is not None and not expression.startswith("="):
        return values[expression]
    constant = None if expression is None else expression[1:]
    return pd.Series([constant] * len(values), index=values.index, dtype=object)
