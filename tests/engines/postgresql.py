"""A real PostgreSQL of the machine's own (Debian's package `postgresql`), in a folder, on a free port of loopback."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.engines.neo4j_server import free_port

USER = "postgres"
"""PostgreSQL runs as no root: a test that does hands it to this user."""


def missing() -> str | None:
    """Why it cannot run here; None when it can."""
    return None if _programs() else "PostgreSQL is not installed (Debian: postgresql)"


@contextmanager
def running() -> Iterator[str]:
    """A server with an empty database; its SQLAlchemy URL, of a user that may do anything."""
    programs = _programs()
    assert programs is not None
    home = Path(tempfile.mkdtemp(prefix="ccg-postgresql-"))
    owner: dict[str, Any] = {"user": USER, "cwd": home} if os.geteuid() == 0 else {"cwd": home}
    if owner.get("user"):
        shutil.chown(home, USER)
    port, data = free_port(), home / "data"

    def call(program: str, *arguments: str) -> None:
        subprocess.run([programs / program, *arguments], check=True, stdout=subprocess.DEVNULL, **owner)

    call("initdb", "-D", str(data), "-U", "owner", "--auth=trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} -c fsync=off"
    call("pg_ctl", "-D", str(data), "-o", options, "-l", str(home / "log"), "-w", "start")
    try:
        yield f"postgresql+psycopg://owner@127.0.0.1:{port}/postgres"
    finally:
        call("pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).resolve().parent if on_path else None
