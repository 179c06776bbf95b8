"""Columns of another type than the mapping says: most of their values cannot be read any more."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from graph_loader.errors import Fault
from graph_loader.load.rows import Rows
from graph_loader.mapping.document import Mapping
from graph_loader.mapping.profile import described, infer

MOSTLY, ENOUGH = 0.5, 20
"""A column has another type where more than this share of its values cannot be read, and it has so many."""
LOOKED_AT = 1_000
"""How many values of such a column are looked at to say what they are now."""


class Retyped:
    """Columns most of whose values cannot be read any more."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._asked: Counter[str] = Counter()
        self._unread: Counter[str] = Counter()
        self._some: dict[str, list[str]] = {}

    def add(self, part: Rows) -> None:
        self._asked.update(part.typed.asked)
        for name, unread in part.typed.unread.items():
            self._unread[name] += int(unread.sum())
            some = self._some.setdefault(name, [])
            some += part.text.loc[unread, name].head(LOOKED_AT - len(some)).tolist()

    def columns(self) -> frozenset[str]:
        return frozenset(
            name
            for name, unread in self._unread.items()
            if self._asked[name] >= ENOUGH and unread > MOSTLY * self._asked[name]
            and self._mapping.columns[name].unreadable == "quarantine" and self._mapping.columns[name].kind != "code"
        )  # fmt: skip

    def faults(self) -> list[Fault]:
        """Old against new for each, and the edit that would accept it."""
        found = []
        for name in sorted(self.columns()):
            column, now = self._mapping.columns[name], infer(pd.Series(self._some[name], dtype=object))
            what = (
                f"{self._unread[name]:,} of {self._asked[name]:,} values cannot be read as {described(column)}; those "
                f"look like {now.words}"
            )
            accept = f"If that is so, accept it with `columns: {{{name}: {{{now.edit}, element: {column.element}}}}}`"
            if now.kind == "text":
                accept = "Ask the agency what the column holds now, and say so in the mapping"
            fix = f"{accept}; or leave it out with `changes: {{retyped: evolve}}`."
            found.append(Fault("COLUMN_RETYPED", self._mapping.feed, what, fix, name))
        return found
