"""`ccg load --watch`: a folder that is loaded whenever what is in it has changed and come to rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from governance.problems import DocumentError
from graph.errors import GraphError
from graph_loader.errors import LoadError

SETTLED_SECONDS = 5.0
"""Nobody has written to the folder for so long: what is in it is whole."""
ON_THE_WAY = (".part", ".partial", ".tmp", ".filepart", ".crdownload")
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

    A load that is refused waits for the files to change; one that finds no graph is tried again. What was answered
    for a day stays, so a day has one load: what comes after it is loaded on the next one.
    """
    handled: tuple[Seen, date | None] | None = None
    not_before = date.min
    while True:
        now = (_rested(watched, pauses), today() if watched.daily() else None)
        if now != handled and today() >= not_before:
            try:
                say(load(today()))
                handled = now
            except GraphError as error:
                say(f"{error} Trying again in {watched.every:.0f} s.")
            except (LoadError, DocumentError) as error:
                if _too_early(error):
                    not_before = today() + timedelta(days=1)
                    say(f"something new came; today's load is done, so it is loaded on {not_before}")
                else:
                    say(f"{error}\nwaiting for the files to change")
                    handled = now
        pauses(watched.every)


def _too_early(error: Exception) -> bool:
    return isinstance(error, LoadError) and all(fault.code == "RECEIVED_TOO_EARLY" for fault in error.faults)


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
