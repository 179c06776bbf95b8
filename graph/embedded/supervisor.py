"""Join, start, stop and look at the server of a directory."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from graph.embedded import swap
from graph.embedded.directory import DATABASE, READER, WRITER, Directory, Listening, hold
from graph.errors import GraphError, embedded_failed
from graph.store import Access, Bolt

START_SECONDS = 90.0


@dataclass(frozen=True)
class Status:
    """What `ccg graph status` prints."""

    running: bool
    pid: int | None
    bolt_uri: str | None
    users: int
    pinned: bool


class Attachment:
    """A process's hold on the server of a directory; let go by `close`, or by the end of the process."""

    def __init__(self, directory: Directory, listening: Listening, descriptor: int, user_file: Path) -> None:
        self._directory = directory
        self._descriptor: int | None = descriptor
        self._user_file = user_file
        self.listening = listening

    def bolt(self, access: Access) -> Bolt:
        """Where and as whom to connect: readers as a user that the engine lets read only."""
        credentials = self._directory.credentials()
        user, password = {
            Access.READ: (READER, credentials.reader),
            Access.WRITE: (WRITER, credentials.writer),
        }[access]
        return Bolt(f"bolt://127.0.0.1:{self.listening.bolt_port}", user, password, DATABASE)

    def close(self) -> None:
        if self._descriptor is not None:
            self._user_file.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Attachment:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def attach(path: Path) -> Attachment:
    """Join the directory's server, starting it when none lives. Raises `GraphError` when it cannot start."""
    directory = Directory(path.resolve())
    directory.prepare()
    with directory.starting():
        user_file = directory.users / f"{os.getpid()}-{secrets.token_hex(4)}"
        descriptor = hold(user_file, wait=True)
        try:
            swap.put_back(directory)
            listening = directory.listening() or _spawn(directory)
        except BaseException:
            user_file.unlink(missing_ok=True)
            os.close(descriptor)
            raise
    return Attachment(directory, listening, descriptor, user_file)


def start(path: Path) -> Status:
    """Start the directory's server and let it run on without users until `stop`."""
    directory = Directory(path.resolve())
    directory.prepare()
    directory.pinned.touch(mode=0o600)
    try:
        attach(path).close()
    except GraphError:
        directory.pinned.unlink(missing_ok=True)
        raise
    return status(path)


def stop(path: Path, seconds: float = 20.0) -> bool:
    """Ask the directory's server to stop and wait; False when none lived.

    One that clients hold on to is killed after that time: what it has committed is on disk.
    """
    directory = Directory(path.resolve())
    if not directory.path.exists():
        return False
    directory.pinned.unlink(missing_ok=True)
    if not directory.alive():
        return False
    listening = directory.listening()
    directory.stop_request.touch(mode=0o600)
    if not _wait(lambda: not directory.alive(), seconds):
        if listening:
            os.kill(listening.pid, signal.SIGKILL)
        if not _wait(lambda: not directory.alive(), seconds):
            raise embedded_failed(str(directory.path), f"it did not stop within {2 * seconds:.0f} s")
    directory.stop_request.unlink(missing_ok=True)
    return True


def status(path: Path) -> Status:
    directory = Directory(path.resolve())
    listening = directory.listening() if directory.path.exists() else None
    return Status(
        running=listening is not None,
        pid=listening.pid if listening else None,
        bolt_uri=f"bolt://127.0.0.1:{listening.bolt_port}" if listening else None,
        users=directory.living_users() if directory.users.exists() else 0,
        pinned=directory.pinned.exists(),
    )


def gone(path: Path, listening: Listening, seconds: float = 5.0) -> bool:
    """Whether the server that listened there is no more, or another one is there, within some seconds."""
    directory = Directory(path.resolve())
    return _wait(lambda: directory.listening() != listening, seconds)


def _spawn(directory: Directory) -> Listening:
    """Start the child and wait until it listens; one that is still stopping is waited for first."""
    if not _wait(lambda: not directory.alive(), START_SECONDS):
        raise embedded_failed(str(directory.path), "a server that is stopping holds the directory")
    directory.listening_file.unlink(missing_ok=True)
    log = os.open(directory.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        child = os.posix_spawn(
            sys.executable,
            [sys.executable, "-m", "graph.embedded.server", str(directory.path)],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_DUP2, log, 1),
                (os.POSIX_SPAWN_DUP2, log, 2),
            ],
            setsid=True,
        )
    finally:
        os.close(log)
    ended: list[int] = []

    def settled() -> bool:
        pid, code = os.waitpid(child, os.WNOHANG)
        if pid:
            ended.append(os.waitstatus_to_exitcode(code))
        return bool(ended) or directory.listening() is not None

    if not _wait(settled, START_SECONDS):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise embedded_failed(str(directory.path), f"it was not ready within {START_SECONDS:.0f} s")
    listening = directory.listening()
    if listening is None:
        raise embedded_failed(str(directory.path), f"the process ended with code {ended[0]}")
    return listening


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
