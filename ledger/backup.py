"""A copy of the ledger while it is in use, and back: keys, access log and load runs."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ledger.database import NAME, Ledger, LedgerError


def backup(data: Path, target: Path) -> None:
    """Write a consistent copy into a new file (0600). Raises `LedgerError` where there is one or no ledger."""
    source = data / NAME
    if not source.exists():
        raise LedgerError("LEDGER_MISSING", "there is no ledger", str(source), "Name the data directory with --data.")
    try:
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        raise LedgerError("LEDGER_EXISTS", "there is a file already", str(target), "Name a new file.") from None
    try:
        with closing(sqlite3.connect(source)) as used, closing(sqlite3.connect(target)) as copy:
            used.backup(copy)
    except BaseException:
        target.unlink()
        raise


def restore(data: Path, source: Path) -> None:
    """Put a backup where the ledger was lost. Raises `LedgerError` where one is there, or the backup is damaged."""
    target = data / NAME
    if target.exists():
        raise LedgerError(
            "LEDGER_EXISTS", "there is a ledger, and it would be overwritten", str(target),
            "Move it away first, when it is the one to be replaced.",
        )  # fmt: skip
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
        try:
            whole = copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
            tables = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        except sqlite3.DatabaseError:
            whole, tables = False, set()
        if not whole or not {"api_key", "access_line", "load_run"} <= tables:
            raise LedgerError("LEDGER_DAMAGED", "this is no backup of a ledger", str(source), "Use another backup.")
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = target.with_suffix(".new")
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        with closing(sqlite3.connect(fresh)) as made:
            copy.backup(made)
    for left in (f"{NAME}-wal", f"{NAME}-shm"):  # of the ledger that was lost: not of this one
        (data / left).unlink(missing_ok=True)
    fresh.replace(target)
    with Ledger.open(data):
        pass
