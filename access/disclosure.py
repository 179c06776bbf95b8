"""Small cells: a count below the agreement's smallest is not told, nor what was computed from it."""

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
    """Empty every number of a row that has a count from 1 to below the smallest cell."""
    told, suppressed = [], 0
    for row in rows:
        small = any(row[name] is not None and 0 < row[name] < smallest_cell for name in query.counts)
        if small:
            suppressed += 1
            row = {
                name: None if isinstance(value, int | float) and not isinstance(value, bool) else value
                for name, value in row.items()
            }
        told.append(row)
    return Disclosed(told, suppressed, smallest_cell)
