"""What an expression of a mapping gives for each row."""

from __future__ import annotations

import pandas as pd

from graph_loader.identity.standard import is_generation


def evaluate(expression: str | None, values: pd.DataFrame) -> pd.Series:
    """A column's values, a constant (`=text`), or nulls where there is no expression."""
    if expression is not None and not expression.startswith("="):
        return values[expression]
    constant = None if expression is None else expression[1:]
    return pd.Series([constant] * len(values), index=values.index, dtype=object)


def last_name(name: str | None, suffix: str | None, values: pd.DataFrame) -> pd.Series:
    """Last names, each with its suffix where that is one; a column of suffixes may hold degrees and "N/A" too."""
    names = evaluate(name, values)
    if suffix is None:
        return names
    told = evaluate(suffix, values)
    behind = told.map(lambda text: isinstance(text, str) and is_generation(text)) & names.notna()
    return names.where(~behind, names.astype(str) + " " + told.astype(str))
