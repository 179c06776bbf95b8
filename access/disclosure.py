"""Small cells: a count below the agreement's smallest is not told, nor what could give it away."""

from __future__ import annotations

from dataclasses import dataclass

from queries.catalogue import Query, Row


@dataclass(frozen=True)
class Disclosed:
    """Rows with small cells emptied, and how many rows that touched."""

    rows: list[Row]
    suppressed: int
    smallest_cell: int


def suppress(query: Query, rows: list[Row], smallest_cell: int) -> Disclosed:
    """Empty every number of a row that has a count from 1 to below the smallest cell.

    Where that is one row alone, the next smallest goes with it: the one could be had from a total.
    """
    small = {at for at, row in enumerate(rows) if any(0 < count < smallest_cell for count in _counts(query, row))}
    if len(small) == 1:
        others = [at for at, row in enumerate(rows) if at not in small and any(_counts(query, row))]
        small |= set(sorted(others, key=lambda at: min(count for count in _counts(query, rows[at]) if count))[:1])
    told = [_emptied(row) if at in small else row for at, row in enumerate(rows)]
    return Disclosed(told, len(small), smallest_cell)


def _counts(query: Query, row: Row) -> list[int]:
    return [row[name] for name in query.counts if row[name] is not None]


def _emptied(row: Row) -> Row:
    return {
        name: None if isinstance(value, int | float) and not isinstance(value, bool) else value
        for name, value in row.items()
    }
