"""What linkage costs: `python -m benchmarks.linkage_cost [PEOPLE ...]`.

For each size of the project's own sample: a first load, which describes records and learns its model; a full run with
that model; a delta of a hundredth of the rows, of anybody's; everyone's households, and those that the delta touches;
and Splink's own predict and connected components by the same model and rules, on the same records and on the
descriptions that are made of them. The last column is the prevalence that is learned: the larger a population, the more
a link has to weigh.
Fails where a ratio, or the memory of a million people, is above its limit: all of linkage is a first load against
Splink on the records, the same work is predict on descriptions. A first load and a delta, each with households after
it, and a full run are processes of their own, as loads are; memory is the highest peak of the three. A million people's
records are more than Splink's predict takes in the memory there is: all of it is a full run against descriptions there.
"""

from __future__ import annotations

import logging
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from splink import DuckDBAPI, Linker

from ccg.sample import write as write_sample
from graph.connect import connect
from graph.store import Access
from graph_loader.households.changed import households
from graph_loader.identity.assign import assign
from graph_loader.identity.limits import LEAST
from graph_loader.identity.linkage import Linkage, LinkageStore, arriving
from graph_loader.identity.model import RARE, settings
from graph_loader.identity.records import Arrivals
from graph_loader.identity.score import Scorer, distinct, threshold
from graph_loader.identity.tokens import Hasher
from graph_loader.load.feeds import read_feeds
from graph_loader.load.plan import make_plan

FIRST, NEXT, MONTH = date(2026, 11, 2), date(2026, 12, 1), date(2026, 10, 1)
MONTHS = 24
HASHER = Hasher(b"f" * 32)
LATE = "03"
"""Records whose source id begins with less are a delta: a hundredth of all."""
LIMITS = {"all": 2.0, "same work": 1.15}
"""The most that linkage may take of what Splink's own steps take."""
DELTA, LARGE = 0.05, 1_000_000
"""The most that a delta may take of a full run, of so many people: of fewer, Splink's putting statements together, a
second or two whatever the size, is most of it."""
TURNS = 3
"""What takes seconds is done so often, and the fastest counts."""
ROOM = "14GB"
"""What DuckDB may hold where the same work is compared: Splink's predict takes more than linkage is given."""
MEMORY = 6.0
"""Gigabytes that so many people may take."""


def records(people: int, root: Path) -> Path:
    """The records of people of a sample, in standard form, as one file."""
    write_sample(root / "feeds", people, 7, MONTHS, MONTH)
    file = root / "records.parquet"
    with connect(root, Access.WRITE, {}) as store, arriving(root) as arrivals:
        store.ensure_schema()
        make_plan(read_feeds(root / "feeds"), store, FIRST, HASHER, lambda *_: None, arrivals=arrivals)
        tables = [pq.ParquetFile(found) for found in arrivals.files()]
        with pq.ParquetWriter(file, tables[0].schema_arrow, compression="zstd") as writer:
            for one in tables:
                for batch in one.iter_batches():
                    writer.write_batch(batch)
    return file


def arrive(arrivals: Arrivals, file: Path, *, late: bool) -> None:
    for batch in pq.ParquetFile(file).iter_batches():
        table = pa.Table.from_batches([batch])
        is_late = pc.less(table.column("source_id"), LATE)
        arrivals.add("all", table.filter(is_late if late else pc.invert(is_late)))


def timed(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def say(people: int, text: str) -> None:
    """What is known by now, as the rest takes long at a million."""
    print(f"{people:,} people: {text}", file=sys.stderr, flush=True)


def apart(work: Callable[..., list[float]], *given: object) -> list[float]:
    """What some work gives in a process of its own, and the most that the process held at a time, in gigabytes."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return [*pool.submit(work, *given).result(), pool.submit(held).result()]


def held() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def first_load(root: Path, file: Path) -> list[float]:
    """Seconds of a first load, whose model is learned in it, and of everyone's households; it is kept."""
    store = LinkageStore(root)
    with store.open(None) as linkage, arriving(root) as arrivals:
        arrive(arrivals, file, late=False)
        first = timed(lambda: assign(linkage, arrivals, HASHER, FIRST))
        every = timed(lambda: households(linkage, HASHER))
        store.keep(linkage, FIRST)
    return [first, every]


def delta_load(root: Path, file: Path) -> list[float]:
    """Seconds of taking in what comes later, and of the households that this touches; it is not kept."""
    with LinkageStore(root).open(FIRST) as linkage, arriving(root) as arrivals:
        arrive(arrivals, file, late=True)
        return [timed(lambda: assign(linkage, arrivals, HASHER, NEXT)), timed(lambda: households(linkage, HASHER))]


def full_load(root: Path, file: Path, turns: int) -> list[float]:
    """Seconds of comparing and gathering everything, what comes later with it; it is kept."""
    store, seconds = LinkageStore(root), []
    with store.open(FIRST) as linkage:
        for turn in range(turns):
            with arriving(root) as arrivals:
                if not turn:
                    arrive(arrivals, file, late=True)
                linkage.compared = False
                seconds.append(timed(lambda come=arrivals: assign(linkage, come, HASHER, NEXT)))
        store.keep(linkage, NEXT)
    return [min(seconds)]


def splinks_own(linkage: Linkage, turn: int, of: str = "said") -> tuple[float, float]:
    """Seconds of predict of a table, and with connected components after it; in parts it has no way to go."""
    assert linkage.model is not None
    api = DuckDBAPI(linkage.connection)
    creator = settings(distinct(linkage.model.probabilities))
    said = api.register(of, table_name=f"of_splink_{of}_{turn}")
    linker = Linker(said, creator, log_level=logging.ERROR, validate_settings=False)
    for column in dict.fromkeys(RARE):
        terms = api.register(f"terms_{column}", table_name=f"splinks_{column}_{of}_{turn}")
        linker.table_management.register_term_frequency_lookup(terms, column)
    begun = time.perf_counter()
    least = threshold(linkage.model, LEAST)
    found = linker.inference.predict(threshold_match_weight=least)
    predicted = time.perf_counter() - begun
    linker.clustering.cluster_pairwise_predictions_at_threshold(found, threshold_match_weight=least)
    return predicted, time.perf_counter() - begun


_EVERY_RECORD = """
CREATE OR REPLACE VIEW every_record AS
SELECT s.* REPLACE (r.number AS id) FROM said s JOIN kept.records r ON r.description = s.id
"""


def measure(people: int) -> list[str]:
    """Print a row; gives the limits that are broken."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        file = records(people, root)
        turns = range(1 if people >= LARGE else TURNS)
        first, every, at_first = apart(first_load, root, file)
        delta, touched, at_delta = apart(delta_load, root, file)
        full, in_full = apart(full_load, root, file, len(turns))
        memory = max(at_first, at_delta, in_full)
        peaks = f"{at_first:.1f}, {at_delta:.1f} and {in_full:.1f} GB"
        say(
            people,
            f"first {first:.1f} s, delta {delta:.1f} s, full run {full:.1f} s, households {every:.1f} s, "
            f"of the delta {touched:.1f} s, {peaks}",
        )
        with LinkageStore(root).open(NEXT) as linkage:
            assert linkage.model is not None
            linkage.connection.execute(f"SET memory_limit = '{ROOM}'")
            scorer = Scorer(linkage.connection, linkage.model)
            same = min(timed(lambda: scorer.all("again")) for _ in turns)
            predicted, whole = map(min, zip(*(splinks_own(linkage, turn) for turn in turns), strict=True))
            linkage.run(_EVERY_RECORD)
            of_records = splinks_own(linkage, 0, "every_record")[1] if people < LARGE else None
            say(people, f"Splink on descriptions {whole:.1f} s, on records {of_records or 0:.1f} s")
            counts = [linkage.count(f"kept.{name}") for name in ("records", "descriptions", "pairs")]
            prevalence = linkage.model.prevalence
    of_all = first / of_records if of_records else full / whole
    ratios = {"all": of_all, "same work": same / predicted, "delta": delta / full}
    cells = [f"{people:,}", *(f"{count:,}" for count in counts), f"{first:.0f}", f"{full:.1f}", f"{delta:.1f}",
             f"{ratios['delta']:.3f}", f"{every:.1f}", f"{touched:.1f}", f"{ratios['all']:.2f}", f"{full / whole:.2f}",
             f"{ratios['same work']:.2f}",
             f"{memory:.1f}",
             f"{1 / prevalence:,.0f}"]  # fmt: skip
    print(f"| {' | '.join(cells)} |", flush=True)
    ratios["memory"] = memory
    limits = LIMITS | ({"delta": DELTA, "memory": MEMORY} if people >= LARGE else {})
    return [f"{people:,} people, {name}: {ratios[name]:.2f}" for name, most in limits.items() if ratios[name] > most]


def main() -> int:
    head = (
        "people", "records", "descriptions", "pairs", "first load (s)", "full run (s)", "delta of 1 % (s)",
        "delta/full", "households (s)", "of a delta (s)", "all/Splink's", "full/Splink's on descriptions",
        "same work/Splink's", "peak (GB)",
        "one person's pairs: one in",
    )  # fmt: skip
    print(f"| {' | '.join(head)} |\n{'|---' * len(head)}|")
    broken = [fault for people in sorted(map(int, sys.argv[1:] or ["10000"])) for fault in measure(people)]
    if broken:
        print(f"\nAbove the limit: {'; '.join(broken)}.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
