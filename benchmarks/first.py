"""A first load by statements and by the engine's own import, and the same files again.

`python -m benchmarks.first [PEOPLE]`. Embedded graph, one run: seconds of writing (without reading, linking and
deriving), and of the second load in whole against the first in whole.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import defaultdict
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from ccg.feeds import derive
from ccg.sample import write as write_sample
from graph import embedded
from graph.connect import connect
from graph.store import Access
from graph_loader.load.bulk import Bulk
from graph_loader.load.feeds import read_feeds
from graph_loader.load.run import Wishes, load
from ledger.database import Ledger

RECEIVED, MONTH = date(2026, 11, 2), date(2026, 10, 1)
LEAST_BULK, MOST_AGAIN = 1.0, 0.15
WRITING = ("loading", "households:", "importing")


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


def one(feeds: Path, data: Path, *, bulk: bool) -> tuple[int, float, float, float]:
    """Items, seconds of writing, of the whole first load, and of the same files a day later."""
    seconds = _Seconds()
    wishes = Wishes(bulk=Bulk(data, partial(embedded.import_dump, data / "graph")) if bulk else None)
    with Ledger.open(data) as ledger, connect(data, Access.WRITE) as store:
        began = time.perf_counter()
        loaded = load(read_feeds(feeds), store, ledger, data, RECEIVED, _now, seconds, wishes, derive)
        first = time.perf_counter() - began
        seconds("end", 0)
        began = time.perf_counter()
        again = load(read_feeds(feeds), store, ledger, data, date(2026, 11, 3), _now, seconds, Wishes(), derive)
        if not again.already:
            sys.exit("the same files changed something")
        second = time.perf_counter() - began
    return loaded.nodes + loaded.relationships, sum(seconds.of[step] for step in WRITING), first, second


def _now() -> datetime:
    return datetime(2026, 11, 2, tzinfo=UTC)


def main() -> int:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        feeds = Path(folder) / "feeds"
        write_sample(feeds, people, 7, 36, MONTH)
        items, written, first, second = one(feeds, Path(folder) / "statements", bulk=False)
        _, imported, _, _ = one(feeds, Path(folder) / "import", bulk=True)
    ratio, again = written / imported, second / first
    print(f"| {people:,} | {items:,} | {items / written:,.0f} | {items / imported:,.0f} | {ratio:.1f} | "
          f"{first:.0f} | {second:.1f} | {again:.2f} |")  # fmt: skip
    return 0 if ratio >= LEAST_BULK and again <= MOST_AGAIN else 1


if __name__ == "__main__":
    sys.exit(main())
