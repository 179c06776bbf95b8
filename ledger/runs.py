"""Load runs: what was read from each file and what became of each row."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from ledger.database import Ledger


@dataclass(frozen=True)
class FileCount:
    """One file's account: rows read = loaded + unchanged + quarantined + dropped. Totals are cents.

    `columns_dropped`: how many of its columns did not leave the parser; `columns`: the names of all that it had.
    """

    feed: str
    file: str
    digest: str
    rows_read: int
    loaded: int
    unchanged: int
    quarantined: int
    dropped: int
    totals: dict[str, int]
    columns_dropped: int
    columns: tuple[str, ...] = ()

    @property
    def explained(self) -> bool:
        """Whether rows and control totals add up."""
        columns = {key.rpartition(".")[0] for key in self.totals}
        return self.rows_read == self.loaded + self.unchanged + self.quarantined + self.dropped and all(
            self.totals[f"{name}.read"]
            == sum(self.totals[f"{name}.{what}"] for what in ("loaded", "unchanged", "quarantined"))
            for name in columns
        )


@dataclass(frozen=True)
class Run:
    id: str
    started: datetime
    finished: datetime | None
    received: date
    agreement: str
    status: str
    loaded_by: str


def begin(ledger: Ledger, run_id: str, received: date, agreement: str, now: datetime, by: str) -> None:
    """Note an attempt; one of the same id begins again."""
    ledger.run("DELETE FROM load_file WHERE run = ?", (run_id,))
    ledger.run(
        "INSERT OR REPLACE INTO load_run (id, started, received, agreement, status, loaded_by)"
        " VALUES (?, ?, ?, ?, 'loading', ?)",
        (run_id, now.isoformat(), received.isoformat(), agreement, by),
    )


def abandon(ledger: Ledger, received: date) -> None:
    """What a load that was not finished wrote has been taken back."""
    ledger.run(
        "UPDATE load_run SET status = 'abandoned' WHERE status = 'loading' AND received = ?", (received.isoformat(),)
    )


def count(ledger: Ledger, run_id: str, file: FileCount) -> None:
    ledger.run(
        "INSERT OR REPLACE INTO load_file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            run_id, file.feed, file.file, file.digest, file.rows_read, file.loaded, file.unchanged,
            file.quarantined, file.dropped, json.dumps(file.totals, sort_keys=True), file.columns_dropped,
            json.dumps(file.columns),
        ),
    )  # fmt: skip


def finish(ledger: Ledger, run_id: str, now: datetime, status: str = "published") -> None:
    ledger.run("UPDATE load_run SET finished = ?, status = ? WHERE id = ?", (now.isoformat(), status, run_id))


def settle(ledger: Ledger, published: Collection[str], newest: date, now: datetime) -> None:
    """Runs that were cut off up to the newest published day: published, where the graph says so, or abandoned."""
    for run in runs(ledger):
        if run.status == "loading" and run.received <= newest:
            finish(ledger, run.id, now, "published" if run.id in published else "abandoned")


def runs(ledger: Ledger) -> list[Run]:
    """All runs, the newest first."""
    return [
        Run(
            row["id"], datetime.fromisoformat(row["started"]),
            datetime.fromisoformat(row["finished"]) if row["finished"] else None,
            date.fromisoformat(row["received"]), row["agreement"], row["status"],
            row["loaded_by"],
        )
        for row in ledger.run("SELECT * FROM load_run ORDER BY started DESC")
    ]  # fmt: skip


def files(ledger: Ledger, run_id: str) -> list[FileCount]:
    return [
        FileCount(
            row["feed"], row["file"], row["digest"], row["rows_read"], row["loaded"], row["unchanged"],
            row["quarantined"], row["dropped"], json.loads(row["totals"]), row["columns_dropped"],
            tuple(json.loads(row["columns"])),
        )
        for row in ledger.run("SELECT * FROM load_file WHERE run = ? ORDER BY feed, file", (run_id,))
    ]  # fmt: skip
