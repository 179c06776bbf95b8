"""The first load of an empty graph, through the engine's own import: written as a dump, imported, then gone on with."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from graph import archive
from graph.spool import Spool
from graph.store import Store
from graph_loader.errors import Fault, LoadError
from graph_loader.load.plan import Progress
from graph_loader.load.tables import Ready
from graph_loader.load.write import Sink, Written

FOLDER = "import"
BATCHES = "nodes/Batch.parquet"


class HandedOver(Exception):
    """The import is someone else's to run; the load goes on after it."""


@dataclass(frozen=True)
class Bulk:
    """How an engine takes in a dump: `take_in` is given its folder, and the graph then holds it, and nothing else.

    `folder`: where the dump is made; it is gone afterwards. `only_if_empty`: else the load goes the other way, instead
    of being refused.
    """

    folder: Path
    take_in: Callable[[Path], None]
    only_if_empty: bool = False

    def wanted(self, store: Store) -> bool:
        return fits(store) or not self.only_if_empty


class SpoolSink:
    """Into a dump."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool

    def write(self, ready: Ready) -> Written:
        nodes = sum(self._spool.add_nodes(node, table) for node, table in ready.nodes)
        for rel, table in ready.relationships:
            self._spool.add_relationships(rel, table)
        return Written(nodes, sum(table.num_rows for _, table in ready.relationships))


def fits(store: Store) -> bool:
    """Whether nothing was loaded into a graph yet."""
    return not store.read("MATCH (s:SourceRecord) RETURN 1 AS one LIMIT 1")


def sweep(data: Path) -> None:
    """Remove what a bulk load that was cut off has left: it holds everything."""
    for left in (data / FOLDER, *data.glob(f".{FOLDER}.*")):
        shutil.rmtree(left, ignore_errors=True)


def load_in_bulk(
    bulk: Bulk, store: Store, now: datetime, progress: Progress, write: Callable[[Sink], Written]
) -> Written:
    """Let `write` put a load's tables beside what the graph holds already, and have the engine take all of it in.

    Raises `LoadError` where something was loaded before.
    """
    if not fits(store):
        raise LoadError(
            Fault(
                "BULK_NEEDS_EMPTY", str(bulk.folder), "something was loaded into this graph before",
                "Load without --bulk: what changes is written into the graph.",
            )
        )  # fmt: skip
    folder = bulk.folder / FOLDER
    try:
        archive.dump(store, folder, now, lambda *_: None, unfinished=True)
        _say_imported(folder / BATCHES)
        spool = Spool(folder)
        written = write(SpoolSink(spool))
        manifest = spool.close()
        progress("importing", manifest.nodes + manifest.relationships)
        bulk.take_in(folder)
    finally:
        sweep(bulk.folder)
    store.renew()
    return written


def _say_imported(file: Path) -> None:
    """Mark the batches that are loading: where the graph says so, all of their rows came in with it."""
    table = pq.read_table(file)
    place = table.schema.get_field_index("imported")
    marks = [True if status == "loading" else None for status in table.column("status").to_pylist()]
    pq.write_table(table.set_column(place, "imported", pa.array(marks, pa.bool_())), file)
