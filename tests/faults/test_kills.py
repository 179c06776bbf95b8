"""kill -9 at random moments of a load: nothing half-done is seen, and the next run finishes the work.

Each fault is followed by the same load run again, and the graph held against a twin that was loaded without any. Ten
moments in CI, two elsewhere; `make test-slow` takes fifty.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ccg.feeds import run as run_load
from graph import embedded
from graph.connect import connect
from graph.store import Access
from graph_loader.load.run import Wishes
from queries import catalogue
from tests.conftest import ROOT
from tests.engines import neo4j_server
from tests.engines.needed import needed
from tests.feeds_sample import RECEIVED, data_directory, small

MOMENTS = int(os.environ.get("CCG_FAULTS", "10" if os.environ.get("CI") else "2"))
FEEDS = ("dta_snap_members", "dta_snap_issuance", "dta_tafdc_members", "dor_returns")
SILENT = {name: value for name, value in os.environ.items() if not name.startswith("CCG_")}
pytestmark = pytest.mark.timeout(3600)


class Loads:
    """The same loads, one after another, into a graph that faults hit and into its twin."""

    def __init__(self, feeds: Path, root: Path, environment: dict[str, str]) -> None:
        self.feeds, self.data, self.twin = feeds, data_directory(root / "data"), data_directory(root / "twin")
        self.environment = environment
        self.received = RECEIVED
        self.options: list[str] = []
        self._random = random.Random(5)

    def correct(self) -> None:
        """The next files: some rows gone, some amounts other; a day later."""
        self.received += timedelta(days=1)
        for name, column in (("dta/snap_issuance.csv", -1), ("dta/snap_members.csv", 2)):
            head, *rows = (self.feeds / name).read_text().splitlines()
            del rows[self._random.randrange(len(rows))]
            for place in self._random.sample(range(len(rows)), 5):
                parts = rows[place].split(",")
                if column == -1:
                    parts[column] = f"${self._random.randrange(20, 900)}"
                    rows[place] = ",".join(parts)
            (self.feeds / name).write_text("\n".join([head, *rows]) + "\n")

    def undisturbed(self) -> tuple[str, list[Any]]:
        """The twin's digest and answers after the next load."""
        run_load(self.feeds, self.twin, None, self.received, Wishes(by="test"))
        return self._look(self.twin, {})

    def command(self) -> list[str]:
        """`ccg load` of the next files."""
        received = ["--received", str(self.received)]
        return [
            sys.executable,
            "-m",
            "ccg.main",
            "load",
            str(self.feeds),
            "--data",
            str(self.data),
            *received,
            *self.options,
        ]

    def begin(self) -> subprocess.Popen[str]:
        """The load in a process of its own, as soon as it has begun to work."""
        started = subprocess.Popen(
            self.command(), cwd=ROOT, env=SILENT | self.environment, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )  # fmt: skip
        assert started.stderr
        started.stderr.readline()
        return started

    def finish(self) -> float:
        """The load to its end; gives the seconds that it took once it had begun."""
        started = self.begin()
        begun = time.monotonic()
        _, said = started.communicate()
        assert started.returncode == 0, said
        assert not [*self.data.glob("linking-*"), *self.data.glob(".linking-*")], "what was cut off left records there"
        return time.monotonic() - begun

    def seen(self) -> tuple[str, list[Any]]:
        return self._look(self.data, self.environment)

    @staticmethod
    def _look(data: Path, environment: dict[str, str]) -> tuple[str, list[Any]]:
        """The digest, and what answers say at the newest published day."""
        with connect(data, Access.READ, environment) as store:
            newest = catalogue.newest(store)
            if newest is None:
                return store.digest(), []
            told = [
                catalogue.run(store, catalogue.find(name), given, newest)
                for name, given in (
                    ("bundle_prevalence", {"month": date(2026, 10, 1)}), ("agency_overlap", {}),
                    ("churn", {"from": "2020-01-01", "to": "2030-01-01"}),
                )
            ]  # fmt: skip
            return store.digest(), [newest, *told]


def disturb(
    loads: Loads, moments: int, fault: Callable[[subprocess.Popen[str]], None], again: Callable[[], None]
) -> None:
    """Load after load, each hit by a fault at a random moment, then run again and held against the twin."""
    chance = random.Random(moments)
    _, before = loads.undisturbed()
    seconds = loads.finish()
    hit = 0
    for _ in range(moments):
        loads.correct()
        digest, after = loads.undisturbed()
        started = loads.begin()
        time.sleep(chance.uniform(0, seconds))
        hit += started.poll() is None
        fault(started)
        _, said = started.communicate()
        assert "Traceback" not in said
        again()
        _, told = loads.seen()
        assert told in (before, after), "an answer saw a batch that was not whole"
        seconds = max(loads.finish(), 0.5)
        assert loads.seen() == (digest, after)
        before = after
    assert hit > 0, "no fault came while a load was running"


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)


@contextmanager
def on_the_embedded_graph(feeds_folder: Path, root: Path) -> Iterator[Loads]:
    feeds = small(feeds_folder, root / "feeds", *FEEDS)
    graph = root / "data" / "graph"
    loads = Loads(feeds, root, {})
    embedded.start(graph)
    embedded.start(root / "twin" / "graph")
    try:
        yield loads
    finally:
        embedded.stop(graph)
        embedded.stop(root / "twin" / "graph")


def test_a_loader_that_is_killed(feeds_folder: Path, tmp_path: Path) -> None:
    with on_the_embedded_graph(feeds_folder, tmp_path) as loads:
        disturb(loads, MOMENTS, kill, lambda: None)


def test_an_embedded_server_that_is_killed(feeds_folder: Path, tmp_path: Path) -> None:
    graph = tmp_path / "data" / "graph"

    def kill_server(started: subprocess.Popen[str]) -> None:
        pid = embedded.status(graph).pid
        assert pid
        os.kill(pid, signal.SIGKILL)

    with on_the_embedded_graph(feeds_folder, tmp_path) as loads:
        disturb(loads, MOMENTS, kill_server, lambda: None)


def test_a_neo4j_that_is_killed_and_starts_again(feeds_folder: Path, tmp_path: Path) -> None:
    release = neo4j_server.RELEASES["neo4j-5.26"]
    needed(neo4j_server.missing(release))
    with ExitStack() as stack:
        server = neo4j_server.Running(release, tmp_path / "neo4j")
        stack.callback(server.kill)
        bolt = server.start().bolt
        environment = {"CCG_NEO4J_URI": bolt.uri, "CCG_NEO4J_PASSWORD": bolt.password}
        feeds = small(feeds_folder, tmp_path / "feeds", *FEEDS)
        loads = Loads(feeds, tmp_path, environment)
        embedded.start(tmp_path / "twin" / "graph")
        stack.callback(embedded.stop, tmp_path / "twin" / "graph")
        disturb(loads, MOMENTS, lambda started: server.kill(), lambda: _started(server))


def _started(server: neo4j_server.Running) -> None:
    server.start()


@pytest.mark.parametrize("most_bytes", [16_000, 60_000, 400_000, 4_000_000])
def test_a_disk_that_is_full_for_whoever_writes_first(feeds_folder: Path, tmp_path: Path, most_bytes: int) -> None:
    """A limit on the size of files stands for it: of the loader, and of the server that it starts."""
    with on_the_embedded_graph(feeds_folder, tmp_path) as loads:
        loads.undisturbed()
        loads.finish()
        embedded.stop(tmp_path / "data" / "graph")
        loads.correct()
        digest, after = loads.undisturbed()
        full = subprocess.run(
            loads.command(), cwd=ROOT, env=SILENT, text=True, capture_output=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes)),
        )  # fmt: skip
        assert "Traceback" not in full.stderr
        assert full.returncode in (0, 1)
        embedded.stop(tmp_path / "data" / "graph")
        loads.finish()
        assert loads.seen() == (digest, after)


def test_a_connection_that_is_lost_while_the_server_starts_again_is_a_clear_error(
    feeds_folder: Path, tmp_path: Path
) -> None:
    with on_the_embedded_graph(feeds_folder, tmp_path) as loads:
        started = loads.begin()
        stopper = threading.Thread(target=embedded.stop, args=(tmp_path / "data" / "graph",))
        stopper.start()
        _, said = started.communicate()
        stopper.join()
        assert started.returncode == 1
        assert "GRAPH_UNREACHABLE" in said
        assert "Traceback" not in said
        digest, after = loads.undisturbed()
        loads.finish()
        assert loads.seen() == (digest, after)


def test_a_first_load_in_bulk_that_is_killed(feeds_folder: Path, tmp_path: Path) -> None:
    """Wherever it dies, also while the filled graph takes the place of the empty one."""
    chance, hit, seconds = random.Random(MOMENTS), 0, 0.0
    with on_the_embedded_graph(feeds_folder, tmp_path / "twin") as twin:
        told = twin.undisturbed()
    for moment in range(1 + max(2, MOMENTS // 5)):
        with on_the_embedded_graph(feeds_folder, tmp_path / str(moment)) as loads:
            loads.options = ["--bulk"]
            if moment == 0:
                seconds = loads.finish()
                assert loads.seen() == told
                continue
            started = loads.begin()
            time.sleep(chance.uniform(0, seconds))
            hit += started.poll() is None
            kill(started)
            started.communicate()
            assert loads.seen()[1] in ([], told[1])
            loads.finish()
            assert loads.seen() == told
    assert hit > 0
