"""`ccg load --watch`: a folder that is loaded whenever what is in it has changed and come to rest."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from governance.problems import DocumentError
from graph.errors import GraphError
from graph.store import Neo4jError
from graph_loader.errors import LoadError
from ledger.database import LedgerError

SETTLED_SECONDS = 5.0
"""Nobody has written to the folder for so long: what is in it is whole."""
ON_THE_WAY = (".part", ".partial", ".tmp", ".filepart", ".crdownload")
PASSING = frozenset({"LOAD_RUNNING", "SQL_FAILED", "FILE_CHANGED"})
"""Refusals that pass by themselves."""
Seen = frozenset[tuple[str, int, int]]


@dataclass(frozen=True)
class Watched:
    """What is looked at and how often (seconds); `daily`: a database is asked as well, once a day."""

    folders: tuple[Path, ...]
    every: float
    settled: float = SETTLED_SECONDS
    daily: Callable[[], bool] = lambda: False


def watch(
    watched: Watched, load: Callable[[date], str], today: Callable[[], date], say: Callable[[str], None],
    pauses: Callable[[float], None] = time.sleep,
) -> None:  # fmt: skip
    """Load until interrupted. `load` is given the day and tells what came of it.

    A load that is refused waits for the files to change, or for the next day; one that finds no graph, no database, no
    room or another load is tried again. What was answered for a day stays, so a day has one load: what comes after it
    is loaded on the next one.
    """
    handled: tuple[Seen, date | None] | None = None
    refused: tuple[Seen, date] | None = None
    looked: tuple[Seen | None, bool] = (None, False)
    not_before = date.min
    while True:
        seen, day = _rested(watched, pauses), today()
        if seen != looked[0]:
            looked = (seen, watched.daily())
        now = (seen, day if looked[1] else None)
        if now != handled and (seen, day) != refused and day >= not_before:
            try:
                say(load(day))
                handled = now
            except (LoadError, DocumentError) as error:
                if _all_are(error, {"RECEIVED_TOO_EARLY"}):
                    not_before = day + timedelta(days=1)
                    say(f"something new came; today's load is done, so it is loaded on {not_before}")
                elif _all_are(error, PASSING):
                    say(f"{error} Trying again in {watched.every:.0f} s.")
                else:
                    refused = (seen, day)
                    say(f"{error}\nwaiting for the files to change, or for tomorrow")
            except (GraphError, LedgerError) as error:
                say(f"{error} Trying again in {watched.every:.0f} s.")
            except (Neo4jError, sqlite3.Error, OSError) as error:  # their words may hold values
                say(f"the load failed ({type(error).__name__}). Trying again in {watched.every:.0f} s.")
        pauses(watched.every)


def _all_are(error: Exception, codes: Set[str]) -> bool:
    return isinstance(error, LoadError) and all(fault.code in codes for fault in error.faults)


def _rested(watched: Watched, pauses: Callable[[float], None]) -> Seen:
    """What is in the folders, once it has stayed as it is for a while."""
    seen = frozenset(_files(watched.folders))
    while True:
        pauses(watched.settled)
        again = frozenset(_files(watched.folders))
        if again == seen:
            return seen
        seen = again


def _files(folders: tuple[Path, ...]) -> Iterator[tuple[str, int, int]]:
    """Each file with its size and time; those that are being sent, and hidden ones, do not count."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.name.startswith(".") or path.suffix in ON_THE_WAY:
                continue
            try:
                found = path.stat()
            except OSError:  # gone in between
                continue
            if path.is_file():
                yield str(path), found.st_size, found.st_mtime_ns
