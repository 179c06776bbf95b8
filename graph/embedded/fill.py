"""The engine's own import: a dump becomes a fresh database, is counted, and takes the place of an empty one.

`python -m graph.embedded.fill DUMP FOLDER AT_ONCE` is the process that fills; it opens no port. `AT_ONCE` relationships
are sorted by their ends at once, and of the nodes at these ends the engine holds all in memory.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from graph import statements
from graph.archive import node_files, read_manifest, relationship_files
from graph.embedded.server import HEAP
from graph.schema import GRAPH, PropertyType

ROWS = 20_000
"""Rows that cross into the engine at once."""
Ids = dict[str, dict[str, str]]
"""Label → id → where the engine keeps it."""


def main(dump: Path, folder: Path, at_once: int) -> int:
    """Fill a new database in `folder` from a dump; 0 when it holds what the dump says."""
    from arcadedb_embedded import create_database
    from arcadedb_embedded.jvm import start_jvm

    os.umask(0o077)
    threading.Thread(target=_end_with, args=(os.getppid(),), daemon=True).start()
    logging.basicConfig(level=logging.WARNING)
    chosen = "GC" in os.environ.get("JAVA_TOOL_OPTIONS", "")
    collector = "" if chosen else " -XX:+UseParallelGC"  # nobody waits for a pause here
    start_jvm(heap_size=HEAP, jvm_args=f"-Darcadedb.txWalFlush=2{collector}")
    database = create_database(str(folder))
    try:
        with _days(database):
            _fill(database, dump, at_once)
        for statement in statements.ensure(GRAPH):  # an index over what is there costs less than one that grows
            database.command("opencypher", statement)
        return _check(database, dump)
    finally:
        database.close()


def _end_with(parent: int) -> None:
    """A loader that was killed wants nothing filled any more."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


@contextmanager
def _days(database: Any) -> Iterator[None]:
    """Declare which properties are days while rows come in as text, so that they are kept as days."""
    kinds = {}
    for node in GRAPH.nodes:
        database.command("sql", f"CREATE VERTEX TYPE `{node.label}` IF NOT EXISTS")
        kinds[node.label] = node.columns
    for rel in GRAPH.relationships:
        database.command("sql", f"CREATE EDGE TYPE `{rel.type}` IF NOT EXISTS")
        kinds[rel.type] = rel.columns
    days = [(kind, prop.name) for kind, columns in kinds.items() for prop in columns if prop.type is PropertyType.DATE]
    for kind, name in days:
        database.command("sql", f"CREATE PROPERTY `{kind}`.`{name}` IF NOT EXISTS DATE")
    yield
    for kind, name in days:
        database.command("sql", f"DROP PROPERTY `{kind}`.`{name}` IF EXISTS")


def _fill(database: Any, dump: Path, at_once: int) -> None:
    ids: Ids = {}
    two = [(file, (node, second)) for file, node, second in node_files() if second and (dump / file).exists()]
    for file, (node, second) in two:  # few, and only Cypher gives a node two labels
        for row in pq.read_table(dump / file).to_pylist():
            given = {name: value for name, value in row.items() if value is not None}
            database.command("opencypher", statements.create_one(node, second), {"row": given})
    with database.graph_batch(use_wal=False) as batch:
        for file, node, other in node_files():
            if other is None and (dump / file).exists():
                _nodes(batch, node.label, dump / file, ids)
    for label in {each.label for _, both in two for each in both}:
        found = database.query("opencypher", f"MATCH (n:{label}) RETURN n.id AS id, elementId(n) AS place").to_list()
        ids.setdefault(label, {}).update({row["id"]: row["place"] for row in found})
    ready = _ready(dump, ids)
    while first := next(ready, None):
        with database.graph_batch(use_wal=False, batch_size=at_once, expected_edge_count=at_once) as batch:
            _relationships(batch, chain([first], ready), at_once)


def _nodes(batch: Any, label: str, file: Path, ids: Ids) -> None:
    known = ids.setdefault(label, {})
    for rows in _batches(file):
        places = batch.create_vertices(label, rows)
        known.update(zip((row["id"] for row in rows), places, strict=True))


def _ready(dump: Path, ids: Ids) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The relationships of all files, each with where the engine keeps its ends."""
    for file, rel, source, target in relationship_files():
        if (dump / file).exists():
            starts, ends = ids[source], ids[target]
            for rows in _batches(dump / file):
                for row in rows:
                    row["_src"], row["_dst"] = starts[row.pop("source")], ends[row.pop("target")]
                yield rel.type, rows


def _relationships(batch: Any, ready: Iterator[tuple[str, list[dict[str, Any]]]], at_once: int) -> None:
    """As many as are sorted at once. Through the engine's own bridge, as its Python wrapper knows no lists."""
    import jpype

    bridge = jpype.JClass("com.arcadedb.python.EdgeBatcher")
    taken = 0
    for kind, rows in ready:
        bridge.newEdgesJson(batch._java_graph_batch, kind, json.dumps(rows))
        taken += len(rows)
        if taken >= at_once:
            return


def _batches(file: Path) -> Iterator[list[dict[str, Any]]]:
    """Rows as JSON has them, without what is null; days as text. One batch is made ready while another is taken in."""
    with ThreadPoolExecutor(1, "ready") as beside:
        ready: Future[list[dict[str, Any]]] | None = None
        for batch in pq.ParquetFile(file).iter_batches(ROWS):
            before, ready = ready, beside.submit(_rows, batch)
            if before:
                yield before.result()
        if ready:
            yield ready.result()


def _rows(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    names = [name for name in batch.schema.names if name not in ("source_label", "target_label")]
    columns = []
    for name in names:
        column = batch.column(name)
        columns.append((column.cast(pa.string()) if pa.types.is_date(column.type) else column).to_pylist())
    return [
        {name: value for name, value in zip(names, row, strict=True) if value is not None}
        for row in zip(*columns, strict=True)
    ]


def _check(database: Any, dump: Path) -> int:
    """Count every file's rows in the database."""
    for file, node, second in node_files():
        if second:
            continue
        wanted = sum(_count(dump / name) for name, other, _ in node_files() if other is node)
        if wanted != database.count_type(node.label):
            print(f"{file}: {wanted} to be there, {database.count_type(node.label)} are", file=sys.stderr)
            return 1
    for rel in GRAPH.relationships:
        wanted = sum(_count(dump / name) for name, other, _, _ in relationship_files() if other is rel)
        if wanted != database.count_type(rel.type):
            print(f"{rel.type}: {wanted} to be there, {database.count_type(rel.type)} are", file=sys.stderr)
            return 1
    manifest = read_manifest(dump)
    database.command(
        "opencypher", "MERGE (s:GraphSchema {id: 'graph'}) SET s.version = $version", {"version": manifest.schema}
    )
    return 0


def _count(file: Path) -> int:
    return pq.read_metadata(file).num_rows if file.exists() else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
