"""A first load by statements and by the engine's own import, and the same files again.

`python -m benchmarks.first [PEOPLE] [ENGINE ...]`, of `embedded` and the releases of Neo4j that the tests start. One
run: seconds of writing (without reading, linking and deriving, and without the stop and start of a Neo4j around its
import), and of the second load in whole against the first in whole.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from ccg.feeds import derive
from ccg.sample import write as write_sample
from graph import embedded
from graph.connect import connect
from graph.neo4j_import import ARGUMENTS, write_import
from graph.store import Access, Store
from graph_loader.load.bulk import Bulk, HandedOver
from graph_loader.load.feeds import read_feeds
from graph_loader.load.plan import Progress
from graph_loader.load.run import Loaded, Wishes, load
from ledger.database import Ledger
from tests.engines import neo4j_server

RECEIVED, MONTH = date(2026, 11, 2), date(2026, 10, 1)
LEAST_BULK = {"embedded": 0.8} | dict.fromkeys(neo4j_server.RELEASES, 2.0)
"""What an import is held to, of the rate of statements; the goal is 3."""
MOST_AGAIN = 0.15
WRITING = ("loading", "households:", "importing")
Where = Mapping[str, str]
"""The environment that says where the graph is; empty: the embedded one."""


class _Seconds:
    """Seconds by the first word of a step."""

    def __init__(self) -> None:
        self.of: dict[str, float] = defaultdict(float)
        self._step, self._began = "", time.perf_counter()

    def __call__(self, what: str, rows: int, share: float | None = None) -> None:
        now = time.perf_counter()
        if what.split(" ")[0] != self._step:
            self.of[self._step] += now - self._began
            self._step, self._began = what.split(" ")[0], now

    @property
    def written(self) -> float:
        return sum(self.of[step] for step in WRITING)


def by_statements(feeds: Path, data: Path, where: Where) -> tuple[int, float, float, float]:
    """Items, seconds of writing, of the whole first load, and of the same files a day later."""
    began = time.perf_counter()
    loaded, written = _load(feeds, data, where, Wishes(), RECEIVED)
    first = time.perf_counter() - began
    began = time.perf_counter()
    again, _ = _load(feeds, data, where, Wishes(), date(2026, 11, 3))
    if not again.already:
        sys.exit("the same files changed something")
    return loaded.nodes + loaded.relationships, written, first, time.perf_counter() - began


def into_embedded(feeds: Path, data: Path) -> float:
    """Seconds of writing by the embedded engine's own import."""
    return _load(feeds, data, {}, Wishes(bulk=Bulk(data, lambda dump: embedded.import_dump(data / "graph", dump))))[1]


def into_neo4j(feeds: Path, folder: Path, release: neo4j_server.Release) -> float:
    """Seconds of writing by `neo4j-admin`, until the server holds everything."""
    server = _server(release, folder / "home")
    seconds = _Seconds()
    files = folder / "files"

    def hand_over(dump: Path) -> None:
        write_import(dump, files, "neo4j")
        raise HandedOver

    try:
        try:
            _load(feeds, folder, _where(server), Wishes(bulk=Bulk(folder, hand_over)), seconds=seconds)
        except HandedOver:
            seconds("handed over", 0)
        server.stop()
        began = time.perf_counter()
        server.admin(f"@{files / ARGUMENTS}")
        return seconds.written + time.perf_counter() - began
    finally:
        server.kill()


def _load(
    feeds: Path, data: Path, where: Where, wishes: Wishes, day: date = RECEIVED, seconds: _Seconds | None = None
) -> tuple[Loaded, float]:
    seconds = seconds or _Seconds()

    def follow(store: Store, day: date, show: Progress) -> None:
        show("deriving", 0)
        derive(store, day, show)

    with Ledger.open(data) as ledger, connect(data, Access.WRITE, where) as store:
        loaded = load(read_feeds(feeds), store, ledger, data, day, _now, seconds, wishes, follow)
    return loaded, seconds.written


def _server(release: neo4j_server.Release, home: Path) -> neo4j_server.Running:
    home.mkdir(parents=True)
    return neo4j_server.Running(release, home)


def _where(server: neo4j_server.Running) -> Where:
    bolt = server.start().bolt
    return {"CCG_NEO4J_URI": bolt.uri, "CCG_NEO4J_USER": bolt.user, "CCG_NEO4J_PASSWORD": bolt.password}


def _now() -> datetime:
    return datetime(2026, 11, 2, tzinfo=UTC)


def measure(engine: str, people: int, feeds: Path, folder: Path) -> bool:
    """Print one engine's figures; whether both limits hold."""
    for name in ("statements", "import"):
        (folder / name).mkdir(parents=True)
    if engine == "embedded":
        items, written, first, second = by_statements(feeds, folder / "statements", {})
        imported = into_embedded(feeds, folder / "import")
    else:
        release = neo4j_server.RELEASES[engine]
        server = _server(release, folder / "statements" / "home")
        try:
            items, written, first, second = by_statements(feeds, folder / "statements", _where(server))
        finally:
            server.kill()
        imported = into_neo4j(feeds, folder / "import", release)
    ratio, again = written / imported, second / first
    print(f"| {engine} | {people:,} | {items:,} | {items / written:,.0f} | {items / imported:,.0f} | {ratio:.1f} | "
          f"{first:.0f} | {second:.1f} | {again:.2f} |", flush=True)  # fmt: skip
    return ratio >= LEAST_BULK[engine] and again <= MOST_AGAIN


def main() -> int:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        feeds = Path(folder) / "feeds"
        write_sample(feeds, people, 7, 36, MONTH)
        engines = sys.argv[2:] or ["embedded"]
        reached = [measure(engine, people, feeds, Path(folder) / engine) for engine in engines]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
