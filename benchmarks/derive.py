"""What follows for households whose records changed, against everyone's: `python -m benchmarks.derive [PEOPLE]`.

The project's sample is loaded into an embedded graph, which derives everyone's combinations, ladders and departures;
the next day's files say something else of so many SNAP cases that a hundredth of the households change. Fails above the
limit.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ccg.feeds import derive
from ccg.sample import write as write_sample
from graph.connect import connect
from graph.store import Access, Store
from graph_loader.load.feeds import read_feeds
from graph_loader.load.plan import Progress
from graph_loader.load.run import load
from ledger.database import Ledger

RECEIVED, LAST = date(2026, 11, 2), date(2026, 10, 1)
LIMIT = 0.02
"""The most that a hundredth of the households may take of what everyone's take."""


class _Deriving:
    """Seconds of what a load derives, and how many ladders it writes."""

    def __init__(self) -> None:
        self.seconds, self.ladders = 0.0, 0

    def __call__(self, store: Store, as_of: date, show: Progress) -> None:
        def count(what: str, many: int) -> None:
            self.ladders += many if what == "ladders" else 0
            show(what, many)

        begun = time.perf_counter()
        derive(store, as_of, count)
        self.seconds = time.perf_counter() - begun


def loaded(folder: Path, received: date) -> _Deriving:
    deriving = _Deriving()
    with connect(folder, Access.WRITE) as store, Ledger.open(folder) as ledger:
        store.ensure_schema()
        feeds = read_feeds(folder / "feeds")
        load(feeds, store, ledger, folder, received, lambda: datetime.now(UTC), lambda *_: None, derive=deriving)
    return deriving


def change(file: Path, cases: int) -> None:
    """Another amount in the last row of so many of the cases of SNAP."""
    head, *rows = file.read_text().splitlines()
    last = {row.partition(",")[0]: place for place, row in enumerate(rows)}
    for place in sorted(last.values())[:: max(len(last) // cases, 1)][:cases]:
        rows[place] = rows[place][:-1] + ("1" if rows[place].endswith("7") else "7")
    file.write_text("\n".join([head, *rows]) + "\n")


def main() -> int:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_sample(folder / "feeds", people, 7, 24, LAST)
        whole = loaded(folder, RECEIVED)
        change(folder / "feeds" / "dta" / "snap_issuance.csv", round(whole.ladders / 100))
        some = loaded(folder, RECEIVED + timedelta(days=1))
    ratio = some.seconds / whole.seconds
    print("| households | everyone's, s | changed | theirs, s | ratio | limit |\n|---|---|---|---|---|---|")
    cells = f"{whole.ladders:,}", f"{whole.seconds:.1f}", f"{some.ladders:,}", f"{some.seconds:.2f}", f"{ratio:.3f}"
    print(f"| {' | '.join(cells)} | {LIMIT} |")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
