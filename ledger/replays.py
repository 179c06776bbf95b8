"""What became of rows that were set aside: loaded again in a later run, or told otherwise by then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.database import Ledger


@dataclass(frozen=True)
class Replayed:
    """Rows (file, row) of one feed that one run set aside. `became`: replayed or overtaken."""

    of_run: str
    feed: str
    became: str
    rows: tuple[tuple[str, int], ...]


def note(ledger: Ledger, run: str, replayed: Iterable[Replayed]) -> None:
    """Note rows that a run takes up; they count once it is published."""
    ledger.run_all(
        "INSERT OR REPLACE INTO replayed_row VALUES (?, ?, ?, ?, ?, ?)",
        [(run, each.of_run, each.feed, file, row, each.became) for each in replayed for file, row in each.rows],
    )


def settled(ledger: Ledger, of_run: str, feed: str) -> dict[tuple[str, int], tuple[str, str]]:
    """(file, row) → what became of it, and in which run."""
    rows = ledger.run(
        "SELECT r.file, r.row, r.became, r.run FROM replayed_row r JOIN load_run l ON l.id = r.run "
        "WHERE r.of_run = ? AND r.feed = ? AND l.status = 'published'",
        (of_run, feed),
    )
    return {(row["file"], row["row"]): (row["became"], row["run"]) for row in rows}
