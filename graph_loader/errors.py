"""What can go wrong in loading: a stable code, where (file:row:column), what, why and how to fix it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

EXAMPLES = 5
"""How many rows a fault names when it is printed; it keeps them all."""
MOST_LISTED = 30


def listed(names: Iterable[str]) -> str:
    """Names for a message, as many as are read."""
    every = list(names)
    return ", ".join(every[:MOST_LISTED]) + (
        f" and {len(every) - MOST_LISTED} more" if len(every) > MOST_LISTED else ""
    )


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a file, its rows or a mapping; it never holds the value.

    `file` is a file, or a path into a mapping; `rows` count data rows from 1.
    """

    code: str
    file: str
    what: str
    fix: str
    column: str | None = None
    rows: tuple[int, ...] = ()

    @property
    def where(self) -> str:
        """`file:rows:column`, as far as there are any."""
        shown = ",".join(map(str, self.rows[:EXAMPLES])) + (",…" if len(self.rows) > EXAMPLES else "")
        return ":".join(part for part in (self.file, shown, self.column) if part)

    def __str__(self) -> str:
        many = f" ({len(self.rows):,} rows)" if len(self.rows) > 1 else ""
        return f"{self.code} {self.where}: {self.what}{many}. {self.fix}"


class LoadError(Exception):
    """A load that cannot go on; nothing of it is published."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))
