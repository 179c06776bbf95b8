"""The child process: `python -m graph.embedded.server DIRECTORY` runs one server until nobody needs it."""

from __future__ import annotations

import json
import os
import shlex
import socket
import sys
import time
from pathlib import Path
from typing import Any

import httpx

from graph.embedded import swap
from graph.embedded.directory import DATABASE, READER, WRITER, Directory, Listening, hold

POLL_SECONDS = 0.2
HEAP = os.environ.get("CCG_EMBEDDED_HEAP", "2g")
COMMAND_TIMEOUT_MS = int(os.environ.get("CCG_EMBEDDED_TIMEOUT_MS", "120000"))
GRACE_SECONDS = float(os.environ.get("CCG_EMBEDDED_GRACE_SECONDS", "3"))
TAKE_SECONDS = 1.0
TAKEN = 3
"""Exit code when another server has the directory already."""


def main(path: Path) -> int:
    os.umask(0o077)
    directory = Directory(path.resolve())
    directory.prepare()
    if not _taken_over(directory):
        return TAKEN
    directory.listening_file.unlink(missing_ok=True)
    directory.stop_request.unlink(missing_ok=True)
    os.chdir(directory.path)
    swap.recover(directory)
    _write_groups(directory.path / "config" / "server-groups.json")
    server, listening = _start(directory)
    try:
        directory.publish(listening)
        _serve_until_unneeded(directory)
    finally:
        directory.listening_file.unlink(missing_ok=True)
        server.stop()
    return 0


def _taken_over(directory: Directory) -> bool:
    """Hold the directory; whoever only looks whether a server lives lets go in a moment."""
    deadline = time.monotonic() + TAKE_SECONDS
    while True:
        try:
            hold(directory.path / "server.lock", wait=False)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        else:
            return True


def _start(directory: Directory) -> tuple[Any, Listening]:
    from arcadedb_embedded import create_server
    from arcadedb_embedded.jvm import start_jvm

    settings = {
        "arcadedb.txWalFlush": "2",  # a commit that was acknowledged is on disk
        "arcadedb.command.timeout": str(COMMAND_TIMEOUT_MS),
        "arcadedb.opencypher.loadCsv.allowFileUrls": "false",
        "arcadedb.opencypher.loadCsv.allowRemoteUrls": "false",
    }
    start_jvm(heap_size=HEAP, jvm_args=shlex.join(f"-D{key}={value}" for key, value in settings.items()))
    credentials = directory.credentials()
    bolt_port, http_port = _free_port(), _free_port()
    server = create_server(
        root_path=str(directory.path),
        root_password=credentials.writer,
        config={
            "mode": "production",
            "host": "127.0.0.1",
            "http_port": http_port,
            "server_plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
            "bolt_host": "127.0.0.1",
            "bolt_port": bolt_port,
        },
    )
    server.start()
    server.create_database(DATABASE)
    _create_reader(http_port, credentials.writer, credentials.reader)
    return server, Listening(os.getpid(), bolt_port, http_port)


def _serve_until_unneeded(directory: Directory) -> None:
    """Return when asked to stop, or when nobody has been attached for the grace period."""
    needed_at = time.monotonic()
    while True:
        time.sleep(POLL_SECONDS)
        if directory.stop_request.exists():
            return
        if directory.pinned.exists() or directory.living_users():
            needed_at = time.monotonic()
        elif time.monotonic() - needed_at > GRACE_SECONDS:
            with directory.starting():
                if not directory.living_users() and not directory.pinned.exists():
                    directory.listening_file.unlink(missing_ok=True)
                    return


def _write_groups(file: Path) -> None:
    """Two groups: the writer's, and readers', whose every write the engine refuses."""

    def group(settings: list[str], records: list[str]) -> dict[str, Any]:
        return {
            "resultSetLimit": -1,
            "readTimeout": -1,
            "access": settings,
            "types": {"*": {"access": records}},
        }

    everything = ["createRecord", "readRecord", "updateRecord", "deleteRecord"]
    groups = {
        "admin": group(["updateSecurity", "updateSchema", "updateDatabaseSettings"], everything),
        READER: group([], ["readRecord"]),
        "*": group([], []),
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"databases": {"*": {"groups": groups}}, "version": 2}))


def _create_reader(http_port: int, writer_password: str, reader_password: str) -> None:
    user = {"name": READER, "password": reader_password, "databases": {DATABASE: [READER]}}
    answer = httpx.post(
        f"http://127.0.0.1:{http_port}/api/v1/server",
        json={"command": f"create user {json.dumps(user)}"},
        auth=(WRITER, writer_password),
        timeout=30,
        trust_env=False,
    )
    if answer.is_error and "already exists" not in answer.text:
        raise RuntimeError(f"the reading user was not created: HTTP {answer.status_code}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
