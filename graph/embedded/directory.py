"""What lies in an embedded server's directory, and the locks that say who is alive.

| file | meaning |
|---|---|
| `start.lock` | held for the moment of starting or deciding to stop |
| `server.lock` | held by the server while it lives |
| `server.json` | where the running server listens (0600) |
| `credentials.json` | generated users and passwords (0600) |
| `users/` | one locked file an attached process |
| `pinned` | there after `ccg graph start`: run on without users |
| `stop` | there when someone asked the server to stop |
| `server.log`, `log/` | what the server says |
| `databases/` | the graph |
| `ccg.fresh.PID/`, `ccg.before/` | a database that is being filled, and the empty one that makes room for it |
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

DATABASE = "ccg"
WRITER, READER = "root", "reader"


@dataclass(frozen=True)
class Listening:
    """Where a running server answers."""

    pid: int
    bolt_port: int
    http_port: int


@dataclass(frozen=True)
class Credentials:
    """Generated once a directory."""

    writer: str = field(repr=False)
    reader: str = field(repr=False)


@dataclass(frozen=True)
class Directory:
    path: Path

    def prepare(self) -> None:
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.users.mkdir(exist_ok=True, mode=0o700)

    @property
    def users(self) -> Path:
        return self.path / "users"

    @property
    def databases(self) -> Path:
        """Where the engine keeps its databases."""
        return self.path / "databases"

    @property
    def pinned(self) -> Path:
        return self.path / "pinned"

    @property
    def stop_request(self) -> Path:
        return self.path / "stop"

    @property
    def listening_file(self) -> Path:
        return self.path / "server.json"

    @property
    def log(self) -> Path:
        return self.path / "server.log"

    def listening(self) -> Listening | None:
        """Where the living server answers; None when none lives or it is not ready yet."""
        if not self.alive() or not self.listening_file.exists():
            return None
        return Listening(**json.loads(self.listening_file.read_text()))

    def publish(self, listening: Listening) -> None:
        write_private(self.listening_file, json.dumps(asdict(listening)))

    def alive(self) -> bool:
        """Whether some process holds the server's lock."""
        return is_held(self.path / "server.lock")

    def credentials(self) -> Credentials:
        file = self.path / "credentials.json"
        if not file.exists():
            made = Credentials(secrets.token_urlsafe(24), secrets.token_urlsafe(24))
            write_private(file, json.dumps(asdict(made)))
        return Credentials(**json.loads(file.read_text()))

    def living_users(self) -> int:
        """How many processes are attached; files that dead ones left behind are swept."""
        living = 0
        for file in self.users.iterdir():
            try:
                descriptor = hold(file, wait=False)
            except BlockingIOError:
                living += 1
            else:  # while it is held here, nobody can begin to use it
                file.unlink(missing_ok=True)
                os.close(descriptor)
        return living

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Hold the right to start or stop; waits for whoever has it."""
        descriptor = hold(self.path / "start.lock", wait=True)
        try:
            yield
        finally:
            os.close(descriptor)


def hold(file: Path, *, wait: bool) -> int:
    """Lock a file until its descriptor is closed or the process ends; BlockingIOError when taken.

    A file that was swept while its lock was waited for is made again.
    """
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            if file.exists() and os.path.samestat(os.fstat(descriptor), file.stat()):
                return descriptor
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)


def is_held(file: Path) -> bool:
    """Whether a living process holds the lock of that file; who asks holds it for a moment, shared."""
    if not file.exists():
        return False
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def write_private(file: Path, content: str) -> None:
    """Replace a file whole, readable by its owner alone."""
    fresh = file.with_suffix(f".{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(content)
    fresh.replace(file)
