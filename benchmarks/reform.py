"""What a reform of all households costs: `python -m benchmarks.reform [PEOPLE]`.

The project's sample of so many people is loaded into an embedded graph, and its households are read back; they are
taken as often as it takes to have a hundred thousand, and twelve months of each are reckoned by the rules as published
and as reformed; then the ladders of a part of them. Fails above a limit.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import cycle, islice
from pathlib import Path

from benefits.reform import Reform, read
from ccg.sample import write as write_sample
from graph.connect import connect
from graph.store import Access
from graph_loader.load.feeds import read_feeds
from graph_loader.load.run import load
from ledger.database import Ledger
from queries.reformed import AT_ONCE, facts_of, ids_of, reckon
from queries.situation import Facts

RECEIVED, LAST, FIRST = date(2026, 11, 2), date(2026, 10, 1), date(2026, 10, 1)
MONTHS = 12
HOUSEHOLDS, ON_LADDERS = 100_000, 20_000
MONTHS_S, LADDERS_S = 10.0, 120.0
"""Seconds that a hundred thousand households may take, without ladders and with them."""
REFORM = "from: 2026-10-01\nchanges: {snap/bbce_gross_rate: 2.2, tafdc/work_related_expense_deduction: 400}\n"


def recorded(folder: Path, people: int) -> tuple[list[Facts], float]:
    """The households of a sample as they are recorded, and seconds of reading them."""
    write_sample(folder / "feeds", people, 7, 24, LAST)
    with connect(folder, Access.WRITE) as store:
        store.ensure_schema()
        with Ledger.open(folder) as ledger:
            feeds = read_feeds(folder / "feeds")
            load(feeds, store, ledger, folder, RECEIVED, lambda: datetime.now(UTC), lambda *_: None)
        ids = list(ids_of(store, RECEIVED))
        begun = time.perf_counter()
        found = [one for some in facts_of(store, ids, FIRST, RECEIVED) for one in some]
        return found, time.perf_counter() - begun


def blocks(some: Sequence[Facts], count: int) -> Iterator[Sequence[Facts]]:
    """So many of some households, again from the first where there are fewer."""
    asked = islice(cycle(some), count)
    while block := list(islice(asked, AT_ONCE)):
        yield block


def seconds(some: Sequence[Facts], count: int, reform: Reform, *, ladders: bool) -> float:
    begun = time.perf_counter()
    found = reckon(blocks(some, count), reform, FIRST, MONTHS, ladders=ladders)
    assert found.households > count / 2, found.unknown
    return time.perf_counter() - begun


def main() -> int:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "reform.yaml"
        file.write_text(REFORM)
        reform = read(file)
        some, reading = recorded(Path(folder), people)
    scale = HOUSEHOLDS / ON_LADDERS
    months = seconds(some, HOUSEHOLDS, reform, ladders=False)
    ladders = seconds(some, ON_LADDERS, reform, ladders=True) * scale
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print("| households | read, a second | 12 months, s | limit s | with ladders, s | limit s | memory GB |")
    print("|---|---|---|---|---|---|---|")
    cells = (f"{HOUSEHOLDS:,}", f"{len(some) / reading:,.0f}", f"{months:.1f}", f"{MONTHS_S:.0f}", f"{ladders:.0f}",
             f"{LADDERS_S:.0f}", f"{memory:.1f}")  # fmt: skip
    print(f"| {' | '.join(cells)} |")
    return 0 if months <= MONTHS_S and ladders <= LADDERS_S else 1


if __name__ == "__main__":
    sys.exit(main())
