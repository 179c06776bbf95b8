"""The one SQLite file: readable by its owner alone, every commit on disk."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NAME = "ledger.sqlite"
SCHEMA = """
CREATE TABLE IF NOT EXISTS api_key (
    id TEXT PRIMARY KEY, hash TEXT NOT NULL UNIQUE, party TEXT NOT NULL, role TEXT NOT NULL,
    issued TEXT NOT NULL, expires TEXT NOT NULL, revoked TEXT
);
CREATE TABLE IF NOT EXISTS access_line (
    number INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, key_id TEXT, party TEXT, role TEXT,
    purpose TEXT, operation TEXT NOT NULL, household TEXT, elements TEXT NOT NULL, withheld TEXT NOT NULL,
    agreement TEXT NOT NULL, outcome TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS load_run (
    id TEXT PRIMARY KEY, started TEXT NOT NULL, finished TEXT, received TEXT NOT NULL,
    agreement TEXT NOT NULL, status TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS load_file (
    run TEXT NOT NULL REFERENCES load_run (id), feed TEXT NOT NULL, file TEXT NOT NULL, digest TEXT NOT NULL,
    rows_read INTEGER NOT NULL, loaded INTEGER NOT NULL, unchanged INTEGER NOT NULL,
    quarantined INTEGER NOT NULL, dropped INTEGER NOT NULL, totals TEXT NOT NULL,
    PRIMARY KEY (run, feed, file)
);
CREATE TABLE IF NOT EXISTS replayed_row (
    run TEXT NOT NULL, of_run TEXT NOT NULL, feed TEXT NOT NULL, file TEXT NOT NULL, row INTEGER NOT NULL,
    became TEXT NOT NULL, PRIMARY KEY (run, of_run, feed, file, row)
);
CREATE TABLE IF NOT EXISTS saved_reform (
    name TEXT PRIMARY KEY, title TEXT NOT NULL, reform TEXT NOT NULL, rules TEXT NOT NULL, month TEXT NOT NULL,
    months INTEGER NOT NULL, as_of TEXT NOT NULL, saved TEXT NOT NULL, saved_by TEXT NOT NULL, tables TEXT NOT NULL,
    smallest_cell INTEGER NOT NULL
);
"""


VERSION = 3
COLUMNS = (
    ("load_file", "columns_dropped", "INTEGER NOT NULL DEFAULT 0"),
    ("load_file", "columns", "TEXT NOT NULL DEFAULT '[]'"),
    ("load_run", "loaded_by", "TEXT NOT NULL DEFAULT ''"),
)
"""Columns that the first ledgers did not have; `user_version` says whether a ledger has been brought forward."""


@dataclass(eq=False)
class LedgerError(Exception):
    """A ledger that cannot be used: what is wrong, where, and how to fix it."""

    code: str
    what: str
    where: str
    fix: str

    def __str__(self) -> str:
        return f"{self.code}: {self.what} ({self.where}). {self.fix}"


class Ledger:
    """A connection to the ledger of a data directory, made with its tables when it is not there.

    One of an earlier program is brought forward; one of a later program, or a damaged one, is refused.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    @classmethod
    @contextmanager
    def open(cls, data: Path) -> Iterator[Ledger]:
        """The ledger under a data directory; may be shared by the threads of one process."""
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = data / NAME
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=30)
        try:
            connection.row_factory = sqlite3.Row
            _bring_forward(connection, file)
            yield cls(connection)
        finally:
            connection.close()

    def run(self, statement: str, values: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """One statement in a transaction of its own."""
        return self._connection.execute(statement, values).fetchall()

    def run_all(self, statement: str, rows: list[tuple[object, ...]]) -> None:
        """One statement for each of these rows, all in one transaction."""
        with self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.executemany(statement, rows)


def _bring_forward(connection: sqlite3.Connection, file: Path) -> None:
    """Make the tables, and take the steps that the ledger has not taken yet; one process at a time."""
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        if _version(connection, file) < VERSION:
            connection.execute("BEGIN IMMEDIATE")
            try:
                if _version(connection, file) < VERSION:
                    _take_steps(connection)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
    except sqlite3.OperationalError:  # a full disk or a lock, no damage
        raise
    except sqlite3.DatabaseError:
        raise LedgerError(
            "LEDGER_DAMAGED", "this is no ledger, or it is damaged", str(file),
            "Move it away; then `ccg ledger restore BACKUP`, or `ccg ledger rebuild` for its load runs.",
        ) from None  # fmt: skip


def _version(connection: sqlite3.Connection, file: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > VERSION:
        raise LedgerError("LEDGER_NEWER", "a later program wrote this ledger", str(file), "Use that program.")
    return version


def _take_steps(connection: sqlite3.Connection) -> None:
    for statement in filter(str.strip, SCHEMA.split(";")):
        connection.execute(statement)
    for table, column, declared in COLUMNS:
        there = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        if column not in there:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} {declared}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
