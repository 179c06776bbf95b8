"""Engines for the tests: the embedded one always, Neo4j 5.26 and 2026.09 where Java is; in CI all three."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from graph import embedded
from graph.connect import from_environment
from graph.store import Access, Bolt, Store
from tests.engines import neo4j_server
from tests.engines.needed import needed
from tests.feeds_sample import feeds_folder as feeds_folder

ROOT = Path(__file__).resolve().parents[1]
NEO4J_FILES = (
    "tests/queries/test_catalogue_on_engines.py",
    "tests/graph/test_store.py",
    "tests/graph/test_recording.py",
    "tests/graph/test_connect.py",
    "tests/graph/test_archive.py",
    "tests/graph/test_migrations.py",
    "tests/graph_loader/test_load_on_engines.py",
    "tests/graph_loader/test_quarantine.py",
    "tests/queries/test_household.py",
    "tests/queries/test_counting.py",
    "tests/repository/test_compose.py",
)
KILLS = "tests/faults/test_kills.py"
LONGEST = {file: place for place, file in enumerate((*NEO4J_FILES, KILLS, "tests/test_real_input.py"))}
ENGINES = ["embedded", *neo4j_server.RELEASES]
TEST_ENVIRONMENT = {
    name.replace("CCG_TEST_", "CCG_"): value for name, value in os.environ.items() if name.startswith("CCG_TEST_NEO4J_")
}
"""A Neo4j for the 5.26 tests goes by names of its own: they empty it, and no one may empty theirs by mistake."""
for _name in [name for name in os.environ if name.startswith("CCG_NEO4J_")]:
    del os.environ[_name]
os.environ.setdefault("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
"""Engines of tests are short-lived: compiling their code thoroughly costs more than it gives."""


@dataclass(frozen=True)
class Engine:
    """A running engine: how to connect to it for reading and for writing."""

    name: str
    bolt: Callable[[Access], Bolt]
    ca_file: Path | None = None

    def environment(self) -> dict[str, str]:
        """What a `ccg` process needs to find it."""
        if self.name == "embedded":
            raise ValueError("the embedded engine is found by its data directory")
        bolt = self.bolt(Access.WRITE)
        return {
            "CCG_NEO4J_URI": bolt.uri,
            "CCG_NEO4J_USER": bolt.user,
            "CCG_NEO4J_PASSWORD": bolt.password,
            "CCG_NEO4J_DATABASE": bolt.database,
        }


class _ByServer(LoadScopeScheduling):  # type: ignore[misc]
    """Tests of one file run in one process; those that start Neo4j all in one, so that each server starts once.

    Kills have servers of their own each, and may run anywhere.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file == KILLS:
            return nodeid
        return "neo4j" if file in NEO4J_FILES else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _ByServer(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first, so that neither process waits for the other at the end."""

    def place(item: pytest.Item) -> tuple[int, bool]:
        file = item.path.relative_to(ROOT).as_posix()
        return LONGEST.get(file, len(LONGEST)), file == KILLS and "neo4j" not in item.name

    items.sort(key=place)


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Engine]]:
    """Start an engine when it is first asked for; all stop at the end."""
    with ExitStack() as stack:
        started: dict[str, Engine] = {}

        def start(name: str) -> Engine:
            if name not in started:
                started[name] = _start(name, stack, tmp_path_factory.mktemp(name))
            return started[name]

        yield start


def _start(name: str, stack: ExitStack, home: Path) -> Engine:
    if name == "embedded":
        return Engine(name, stack.enter_context(embedded.attach(home / "graph")).bolt)
    given = from_environment(TEST_ENVIRONMENT)
    if given is not None and name == "neo4j-5.26":
        _must_be_empty(given)
        return Engine(name, lambda access: given)
    release = neo4j_server.RELEASES[name]
    needed(neo4j_server.missing(release))
    server = stack.enter_context(neo4j_server.running(release, home))
    return Engine(name, lambda access: server.bolt, server.ca_file)


def _must_be_empty(given: Bolt) -> None:
    with Store.connect(given, Access.READ) as store:
        if store.read("MATCH (n) RETURN count(n) AS n")[0]["n"]:
            pytest.exit(
                f"CCG_TEST_NEO4J_URI names a database that holds something, and tests would empty it: {given.uri}"
            )


@pytest.fixture(params=ENGINES, scope="session")
def engine(request: pytest.FixtureRequest, engines: Callable[[str], Engine]) -> Engine:
    return engines(request.param)


@pytest.fixture
def store(engine: Engine) -> Iterator[Store]:
    """An empty graph on each engine, with its schema."""
    with Store.connect(engine.bolt(Access.WRITE), Access.WRITE) as opened:
        empty(opened)
        opened.ensure_schema()
        yield opened


@pytest.fixture
def embedded_store(engines: Callable[[str], Engine]) -> Iterator[Store]:
    """An empty graph on the embedded engine, for what is the same on all of them."""
    with Store.connect(engines("embedded").bolt(Access.WRITE), Access.WRITE) as opened:
        empty(opened)
        yield opened


@pytest.fixture
def reader(store: Store, engine: Engine) -> Iterator[Store]:
    """A reading connection to the same graph."""
    with Store.connect(engine.bolt(Access.READ), Access.READ) as opened:
        yield opened


def empty(store: Store) -> None:
    while store.execute("MATCH (n) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*) AS gone")[0]["gone"]:
        pass
