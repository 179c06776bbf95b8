"""A household's answer over HTTP against the raw driver with the same Cypher, and the same schema over objects.

`python -m benchmarks.answering`. One client: p50 over HTTP within 1.3 × (driver + schema); sixteen: requests a second.
"""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import numpy as np

from access.counter import Visit
from access.visible import EVERYTHING, Told
from api.query import FAR
from api.schema import schema
from ccg import feeds, sample
from ccg.opening import counter, now
from graph_loader.load.run import Wishes
from ledger import keys
from ledger.database import Ledger
from queries.household import STATEMENTS, statement

MONTH, RECEIVED = date(2026, 10, 1), date(2026, 11, 2)
MOST_RATIO = 1.3
QUERY = """query ($id: ID!) { household(id: $id) { members { personId role since } enrollments { program since
  amounts { amount { cents } } } combinations { programs since } } }"""


class _Preloaded(Visit):
    """The same schema over objects that are read already."""

    def __init__(self, told: dict[str, Told]) -> None:
        self._told = told
        self.newest = RECEIVED

    def household(
        self, household: str, start: date, end: date, as_of: date, parts: frozenset[str] = EVERYTHING
    ) -> Told:
        return self._told[household]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        sample.write(data / "feeds", 1_000, 7, 36, MONTH)
        feeds.run(data / "feeds", data, None, RECEIVED, Wishes(by="benchmark"))
        with counter(data) as opened, Ledger.open(data) as ledger:
            key = keys.issue(ledger, "DTA", "caseworker", date(2100, 1, 1), now().date())
            visit = opened.visit(key, "service_coordination")
            ids = [row["household"] for row in visit.households(200, "", RECEIVED).rows]
            told = {name: visit.household(name, date(1900, 1, 1), FAR, RECEIVED) for name in ids}
            preloaded = _Preloaded(told)

            def driver(name: str) -> None:
                asked = {"households": [name], "asOf": RECEIVED, "from": date(1900, 1, 1), "to": FAR}
                with opened.store.session() as session:
                    for each in STATEMENTS:
                        session.read(statement(each), asked)

            def objects(name: str) -> None:
                assert schema.execute_sync(QUERY, variable_values={"id": name}, context_value=preloaded).data

            with api(data) as port:
                headers = {"Authorization": f"Bearer {key}", "X-CCG-Purpose": "service_coordination"}
                lines = threading.local()

                def over_http(name: str) -> None:
                    if not hasattr(lines, "open"):
                        lines.open = http.client.HTTPConnection("127.0.0.1", port)
                    body = json.dumps({"query": QUERY, "variables": {"id": name}})
                    lines.open.request("POST", "/graphql", body, headers | {"Content-Type": "application/json"})
                    assert "errors" not in json.loads(lines.open.getresponse().read())

                raw, plain, answer = _p50((driver, objects, over_http), ids)
                many = {name: _rate(work, ids) for name, work in (("driver", driver), ("http", over_http))}
                many["objects"] = _rate(objects, ids)
    ratio = answer / (raw + plain)
    print(f"| household answer, one client, p50 ms | {answer:.1f} | {raw:.1f} + {plain:.1f} | {ratio:.2f} |")
    print(f"| sixteen clients, requests a second | {many['http']:.0f} | {many['driver']:.0f} and "
          f"{many['objects']:.0f} | {many['http'] / many['driver']:.2f} |")  # fmt: skip
    return 0 if ratio <= MOST_RATIO else 1


@contextmanager
def api(data: Path) -> Iterator[int]:
    """`ccg serve` in a process of its own; gives its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with subprocess.Popen(
        [sys.executable, "-m", "ccg.main", "serve", "--data", str(data), "--port", str(port)]
    ) as server:
        try:
            while not _listens(port):
                time.sleep(0.1)
            yield port
        finally:
            server.terminate()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _p50(works: Sequence[Callable[[str], None]], ids: list[str], rounds: int = 5) -> list[float]:
    """Median milliseconds of each, turn by turn, so that what else the machine does falls on all alike."""
    times: list[list[float]] = [[] for _ in works]
    for turn in range(rounds):
        for name in ids:
            for work, mine in zip(works, times, strict=True):
                started = time.perf_counter()
                work(name)
                if turn:  # the first warms up
                    mine.append((time.perf_counter() - started) * 1000)
    return [float(np.median(mine)) for mine in times]


def _rate(work: Callable[[str], None], ids: list[str], clients: int = 16, each: int = 40) -> float:
    started = time.perf_counter()
    threads = [threading.Thread(target=lambda: [work(ids[i % len(ids)]) for i in range(each)]) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return clients * each / (time.perf_counter() - started)


if __name__ == "__main__":
    sys.exit(main())
