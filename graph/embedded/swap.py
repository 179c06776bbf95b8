"""Let a filled database take the place of an empty one under a running server."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import httpx

from graph.embedded.directory import DATABASE, WRITER, Directory
from graph.errors import GraphError, embedded_failed

FRESH, BEFORE = f"{DATABASE}.fresh", f"{DATABASE}.before"


def import_dump(path: Path, dump: Path) -> None:
    """Fill a database from a dump in a process of its own and put it where the directory's empty one is.

    The server of the directory runs on; sessions that were open must be opened again. Killed before the last step,
    the empty one is there again. Raises `GraphError` when the dump does not fit; then nothing has changed.
    """
    directory = Directory(path.resolve())
    fresh = directory.path / FRESH
    shutil.rmtree(fresh, ignore_errors=True)
    with directory.log.open("ab") as log:
        ended = subprocess.run(
            [sys.executable, "-m", "graph.embedded.fill", str(dump.resolve()), str(fresh)],
            stdout=log, stderr=subprocess.STDOUT, check=False, cwd=directory.path,
        )  # fmt: skip
    if ended.returncode:
        shutil.rmtree(fresh, ignore_errors=True)
        raise GraphError(
            "IMPORT_FAILED", "the engine's import did not hold what was to be imported", str(directory.path),
            "Read server.log in that directory; `ccg load --no-bulk` loads without it.",
        )  # fmt: skip
    _command(directory, f"close database {DATABASE}")
    place, before = directory.databases / DATABASE, directory.databases.parent / BEFORE
    place.rename(before)
    fresh.rename(place)
    shutil.rmtree(before)
    _command(directory, f"open database {DATABASE}")


def recover(directory: Directory) -> None:
    """Before a server starts: where an exchange was cut off between its two steps, put the empty database back."""
    place, before = directory.databases / DATABASE, directory.databases.parent / BEFORE
    if before.exists() and not place.exists():
        before.rename(place)
    shutil.rmtree(before, ignore_errors=True)
    shutil.rmtree(directory.path / FRESH, ignore_errors=True)


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
