"""The embedded server's life: one a directory, shared, stopped when unneeded, whole after a crash."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from neo4j.exceptions import Neo4jError

from graph import embedded
from graph.errors import GraphError
from graph.schema import GRAPH
from graph.store import Access, Store

TOWN = GRAPH.node("Town")
ROOT = Path(__file__).resolve().parents[2]


def write_towns(directory: Path, names: list[str]) -> None:
    with (
        embedded.attach(directory) as server,
        Store.connect(server.bolt(Access.WRITE), Access.WRITE) as store,
    ):
        store.ensure_schema()
        store.write_nodes(TOWN, pa.table({"id": names}))


def read_towns(directory: Path) -> list[str]:
    with embedded.attach(directory) as server, Store.connect(server.bolt(Access.READ), Access.READ) as store:
        return [row["id"] for row in store.read("MATCH (t:Town) RETURN t.id AS id ORDER BY id")]


def wait_until_stopped(directory: Path, seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while embedded.status(directory).running and time.monotonic() < deadline:
        time.sleep(0.1)
    return not embedded.status(directory).running


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "graph"
    embedded.stop(tmp_path / "graph")


def test_a_second_user_attaches_and_the_server_ends_with_its_last_user(directory: Path) -> None:
    with embedded.attach(directory) as first:
        with embedded.attach(directory) as second:
            assert second.listening == first.listening
            assert embedded.status(directory).users == 2
        assert embedded.status(directory).running
    assert wait_until_stopped(directory)


def test_secrets_are_readable_by_their_owner_alone(directory: Path) -> None:
    with embedded.attach(directory):
        for name in ("server.json", "credentials.json", "server.log"):
            assert stat.S_IMODE((directory / name).stat().st_mode) == 0o600


def test_it_listens_on_loopback_alone(directory: Path) -> None:
    with embedded.attach(directory) as server:
        listening = Path(f"/proc/{server.listening.pid}/net/tcp").read_text().splitlines()[1:]
        listening += Path(f"/proc/{server.listening.pid}/net/tcp6").read_text().splitlines()[1:]
        ports = {server.listening.bolt_port, server.listening.http_port}
        hosts = {
            line.split()[1].rsplit(":", 1)[0]
            for line in listening
            if line.split()[3] == "0A" and int(line.split()[1].rsplit(":", 1)[1], 16) in ports
        }
    assert hosts <= {"0100007F", "0000000000000000FFFF00000100007F"}
    assert hosts


def test_it_runs_on_after_start_until_stop(directory: Path) -> None:
    assert embedded.start(directory).running
    write_towns(directory, ["a"])
    assert embedded.status(directory).pinned
    assert embedded.stop(directory)
    assert not embedded.status(directory).running
    assert not embedded.stop(directory)


def test_what_was_acknowledged_survives_kill_9_of_the_server(directory: Path) -> None:
    embedded.start(directory)
    names = [f"t{i:04}" for i in range(2_000)]
    write_towns(directory, names)
    os.kill(json.loads((directory / "server.json").read_text())["pid"], signal.SIGKILL)
    assert wait_until_stopped(directory)
    assert read_towns(directory) == names


def test_a_user_that_crashes_does_not_keep_the_server(directory: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from graph import embedded; "
        "user = embedded.attach(Path(sys.argv[1])); print('in', flush=True); time.sleep(60)"
    )
    user = subprocess.Popen([sys.executable, "-c", code, str(directory)], stdout=subprocess.PIPE, cwd=ROOT, text=True)
    assert user.stdout is not None
    assert user.stdout.readline() == "in\n"
    assert embedded.status(directory).users == 1
    user.kill()
    user.wait()
    user.stdout.close()
    assert wait_until_stopped(directory)


def test_processes_that_start_at_once_share_one_server(directory: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from graph import embedded; "
        "a = embedded.attach(Path(sys.argv[1])); print(a.listening.pid, flush=True); sys.stdin.read()"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(directory)], cwd=ROOT, text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for _ in range(4)
    ]  # fmt: skip
    try:
        assert len({process.stdout.readline() for process in started if process.stdout}) == 1
        assert embedded.status(directory).users == 4
    finally:
        for process in started:
            process.communicate()
    assert wait_until_stopped(directory)


def test_looking_whether_a_server_lives_keeps_none_from_starting(directory: Path) -> None:
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            embedded.status(directory)

    lookers = [threading.Thread(target=look) for _ in range(3)]
    for thread in lookers:
        thread.start()
    try:
        write_towns(directory, ["a"])
    finally:
        stop.set()
        for thread in lookers:
            thread.join()
    assert read_towns(directory) == ["a"]


def test_a_query_that_runs_away_is_stopped_by_the_server(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCG_EMBEDDED_TIMEOUT_MS", "1000")
    with embedded.attach(directory) as server, Store.connect(server.bolt(Access.READ), Access.READ) as store:
        started = time.monotonic()
        with pytest.raises(Neo4jError):
            store.read("UNWIND range(1, 100000) AS a UNWIND range(1, 100000) AS b RETURN sum(a * b) AS n")
        assert time.monotonic() - started < 30


def test_a_server_that_stops_while_it_writes_is_told_as_such(tmp_path: Path) -> None:
    for turn in range(4):
        directory = tmp_path / f"graph-{turn}"
        with embedded.attach(directory) as server:
            stopper = threading.Timer(0.3 + 0.1 * turn, embedded.stop, (directory,))
            with Store.connect(server.bolt(Access.WRITE), Access.WRITE) as store:
                stopper.start()
                with pytest.raises(GraphError, match="GRAPH_UNREACHABLE"):
                    write_for_ever(store)
        stopper.join()


def write_for_ever(store: Store) -> None:
    while True:
        store.execute("UNWIND range(1, 3000) AS i CREATE (:Stopped {number: i})")


def test_a_server_that_a_client_holds_on_to_stops_all_the_same_and_keeps_what_it_has(directory: Path) -> None:
    embedded.start(directory)
    write_towns(directory, ["lynn"])
    with (
        embedded.attach(directory) as server,
        Store.connect(server.bolt(Access.READ), Access.READ) as store,
        store.session() as session,
    ):
        session.read("RETURN 1 AS one")
        assert embedded.stop(directory, seconds=1.5)
    assert not embedded.status(directory).running
    assert read_towns(directory) == ["lynn"]
