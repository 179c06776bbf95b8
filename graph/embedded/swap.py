"""Let a filled database take the place of an empty one under a running server."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx

from graph.embedded.directory import DATABASE, WRITER, Directory
from graph.errors import GraphError, embedded_failed

AT_ONCE = 250_000
"""Relationships that the engine sorts by their ends at once: what it holds in memory meanwhile fits its heap."""
FRESH, BEFORE = f"{DATABASE}.fresh", f"{DATABASE}.before"


def import_dump(path: Path, dump: Path, at_once: int = AT_ONCE) -> None:
    """Fill a database from a dump in a process of its own and put it where the directory's empty one is.

    The server of the directory runs on, and this process must be its only user; sessions that were open must be opened
    again. Killed between the steps, the empty one is there again. Raises `GraphError` when the dump does not fit, or
    others use the graph; then nothing has changed.
    """
    directory = Directory(path.resolve())
    _remove_fresh(directory)
    fresh = directory.path / f"{FRESH}.{os.getpid()}"
    with directory.log.open("ab") as log:
        ended = subprocess.run(
            [sys.executable, "-m", "graph.embedded.fill", str(dump.resolve()), str(fresh), str(at_once)],
            stdout=log, stderr=subprocess.STDOUT, check=False, cwd=directory.path,
        )  # fmt: skip
    if ended.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        raise GraphError(
            "IMPORT_FAILED", "the engine's import did not hold what was to be imported", str(directory.path),
            "Read server.log in that directory; `ccg load --no-bulk` loads without it.",
        )  # fmt: skip
    with directory.starting():  # until it is done nobody joins, as a query would open what is closed here
        if directory.living_users() > 1:
            shutil.rmtree(fresh)
            raise GraphError(
                "IMPORT_NOT_ALONE", "others use this graph, and the import exchanges it", str(directory.path),
                "Stop them (`ccg serve`, notebooks), or load with --no-bulk.",
            )  # fmt: skip
        _command(directory, f"close database {DATABASE}")
        place, before = directory.databases / DATABASE, directory.path / BEFORE
        place.rename(before)
        fresh.rename(place)
        shutil.rmtree(before)
        _command(directory, f"open database {DATABASE}")


def put_back(directory: Directory) -> None:
    """Where an exchange was cut off between its two steps, put the empty database back; with `starting` held."""
    place, before = directory.databases / DATABASE, directory.path / BEFORE
    if before.exists() and not place.exists():
        before.rename(place)


def recover(directory: Directory) -> None:
    """Before a server starts: what an import that was cut off has left."""
    put_back(directory)
    shutil.rmtree(directory.path / BEFORE, ignore_errors=True)
    _remove_fresh(directory)


def _remove_fresh(directory: Directory) -> None:
    for left in directory.path.glob(f"{FRESH}.*"):
        shutil.rmtree(left, ignore_errors=True)


def _command(directory: Directory, command: str) -> None:
    listening = directory.listening()
    if listening is None:
        raise embedded_failed(str(directory.path), "it is not running")
    answer = httpx.post(
        f"http://127.0.0.1:{listening.http_port}/api/v1/server", json={"command": command},
        auth=(WRITER, directory.credentials().writer), timeout=60, trust_env=False,
    )  # fmt: skip
    if answer.is_error:
        raise embedded_failed(str(directory.path), f"`{command}` was refused: HTTP {answer.status_code}")
