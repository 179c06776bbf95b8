"""Small cells: a count below the agreement's smallest is not told, nor what could give it away."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from queries.catalogue import Row


class Counted(Protocol):
    """What names the columns of rows that are counts: a query of the catalogue, for one."""

    @property
    def counts(self) -> Sequence[str]: ...

    @property
    def parts(self) -> Sequence[tuple[str, str]]:
        """Of two counts, the one that is part of the other, and that."""


@dataclass(frozen=True)
class Disclosed:
    """Rows with small cells emptied, and how many rows that touched."""

    rows: list[Row]
    suppressed: int
    smallest_cell: int


def suppress(query: Counted, rows: list[Row], smallest_cell: int) -> Disclosed:
    """Empty every number of a row in which a count is from 1 to below the smallest cell.

    Also where two counts, one of them part of the other, give such a count as their difference. Where one row
    alone is emptied, the next smallest goes with it: the one could be had from a total.
    """
    small = {at for at, row in enumerate(rows) if any(0 < count < smallest_cell for count in _told(query, row))}
    if len(small) == 1:
        others = [at for at, row in enumerate(rows) if at not in small and any(_counts(query, row))]
        small |= set(sorted(others, key=lambda at: min(count for count in _counts(query, rows[at]) if count))[:1])
    told = [_emptied(row) if at in small else row for at, row in enumerate(rows)]
    return Disclosed(told, len(small), smallest_cell)


def suppress_each(query: Counted, rows: list[Row], together: str | None, smallest_cell: int) -> Disclosed:
    """`suppress` among the rows that have a column in common (None: all), which add up to a total that may be known."""
    if together is None:
        return suppress(query, rows, smallest_cell)
    told: dict[int, Row] = {}
    emptied = 0
    for value in dict.fromkeys(row[together] for row in rows):
        places = [at for at, row in enumerate(rows) if row[together] == value]
        some = suppress(query, [rows[at] for at in places], smallest_cell)
        told |= dict(zip(places, some.rows, strict=True))
        emptied += some.suppressed
    return Disclosed([told[at] for at in range(len(rows))], emptied, smallest_cell)


def _counts(query: Counted, row: Row) -> list[int]:
    return [row[name] for name in query.counts if row[name] is not None]


def _told(query: Counted, row: Row) -> list[int]:
    """The counts of a row, and those that can be had from two of them."""
    differences = [row[whole] - row[part] for part, whole in query.parts if None not in (row[part], row[whole])]
    return _counts(query, row) + differences


def _emptied(row: Row) -> Row:
    return {name: None if _has_number(value) else value for name, value in row.items()}


def _has_number(value: object) -> bool:
    if isinstance(value, list):
        return any(map(_has_number, value))
    return isinstance(value, int | float) and not isinstance(value, bool)
