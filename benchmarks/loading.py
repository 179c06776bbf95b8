"""Loading, in graph items a second, against bare UNWIND writes of the same rows to the same engine.

`python -m benchmarks.loading [PEOPLE]`. Both write into an empty graph of the embedded engine, or of the Neo4j
that CCG_NEO4J_URI names; a load does so with one writer and with its lanes. A load is all of it, files read twice and
everything checked; identity and derivation alone are left out and reported beside it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from ccg.sample import write as write_sample
from derive.combinations import derive_combinations
from derive.households import derive_households
from graph.connect import connect
from graph.schema import NodeType, RelationshipType
from graph.store import BATCH_ROWS, Access, Store
from graph_loader.load import lanes, write
from graph_loader.load import run as loading
from graph_loader.load.feeds import read_feeds
from ledger.database import Ledger

RECEIVED, NOW, MONTH = date(2026, 11, 2), datetime(2026, 11, 2, tzinfo=UTC), date(2026, 10, 1)
LEAST_RATIOS = {1: 0.6, lanes.LANES: 0.9}
"""Writers → the least that a load is to reach of what a bare script does with one."""
TURNS = 3
"""All write in turn on one server; the last turn counts, when the server has compiled the code of each."""


class _Recorder:
    """Keeps what the loader writes, so that the same rows can be written bare."""

    def __init__(self) -> None:
        self.nodes: list[tuple[NodeType, pa.Table]] = []
        self.relationships: list[tuple[RelationshipType, pa.Table]] = []
        self.seconds = 0.0

    @contextmanager
    def watch(self) -> Iterator[None]:
        real_nodes, real_relationships = write.record_nodes, write.record_relationships

        def nodes(store: Store, node: NodeType, table: pa.Table, received: date) -> Any:
            self.nodes.append((node, table))
            return real_nodes(store, node, table, received)

        def relationships(store: Store, rel: RelationshipType, table: pa.Table, *others: Any, **how: Any) -> Any:
            self.relationships.append((rel, table))
            return real_relationships(store, rel, table, *others, **how)

        write.record_nodes, write.record_relationships = nodes, relationships
        try:
            yield
        finally:
            write.record_nodes, write.record_relationships = real_nodes, real_relationships


def bare(store: Store, recorder: _Recorder) -> tuple[int, float]:
    """The same rows by UNWIND and CREATE, nodes first: what the engine gives to a script of ten lines."""
    written, started = 0, time.perf_counter()
    seen: set[str] = set()
    for node, table in recorder.nodes:
        rows = [row for row in table.to_pylist() if row["id"] not in seen]
        seen |= {row["id"] for row in rows}
        for at in range(0, len(rows), BATCH_ROWS):
            store.execute(
                f"UNWIND $rows AS row CREATE (n:{node.label} {{id: row.id}}) SET n += row",
                {"rows": rows[at : at + BATCH_ROWS]},
            )
        written += len(rows)
    for rel, table in recorder.relationships:
        groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in table.to_pylist():
            ends = (row.pop("source_label", rel.sources[0]), row.pop("target_label", rel.targets[0]))
            values = {"source": row.pop("source"), "target": row.pop("target"), "properties": row}
            groups.setdefault(ends, []).append(values)
        for (source, target), rows in groups.items():
            for at in range(0, len(rows), BATCH_ROWS):
                store.execute(
                    f"UNWIND $rows AS row MATCH (a:{source} {{id: row.source}}) MATCH (b:{target} {{id: row.target}}) "
                    f"CREATE (a)-[r:{rel.type}]->(b) SET r += row.properties",
                    {"rows": rows[at : at + BATCH_ROWS]},
                )
            written += len(rows)
    return written, time.perf_counter() - started


def main() -> int:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 5_000
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_sample(root / "feeds", people, 7, 36, MONTH)
        with connect(root, Access.WRITE) as store:
            if store.read("MATCH (n) RETURN count(n) AS n")[0]["n"]:
                sys.exit("CCG_NEO4J_URI names a database that holds something, and this would empty it")
            for turn in range(TURNS):
                rates = {}
                for writers in LEAST_RATIOS:
                    recorder = _Recorder()
                    lanes.LANES = writers
                    items, marks = _ours(store, root / "feeds", root / f"{turn}.{writers}", recorder)
                    rates[writers] = items / marks["load"]
                    _empty(store)
                for label in ("Program", "Agency", "Agreement", "Batch", "Town"):
                    _copy_ids(store, label, recorder)
                written, seconds = bare(store, recorder)
                _empty(store)
            engine = store.engine
    theirs = written / seconds
    ratios = {writers: rate / theirs for writers, rate in rates.items()}
    told = " | ".join(f"{rate:,.0f} | {ratios[writers]:.2f}" for writers, rate in rates.items())
    print(f"| {engine} | {people:,} | {items:,} | {theirs:,.0f} | {told} | {marks['identity']:.1f} | "
          f"{marks['derive']:.1f} |")  # fmt: skip
    return 0 if all(ratios[writers] >= least for writers, least in LEAST_RATIOS.items()) else 1


def _ours(store: Store, feeds: Path, data: Path, recorder: _Recorder) -> tuple[int, dict[str, float]]:
    """Load, then derive: items written, and the seconds of each part."""
    marks: dict[str, float] = {}
    real_assign = loading.assign

    def assign_timed(*arguments: Any, **how: Any) -> Any:
        started = time.perf_counter()
        found = real_assign(*arguments, **how)
        marks["identity"] = time.perf_counter() - started
        return found

    loading.assign = assign_timed
    try:
        with Ledger.open(data) as ledger, recorder.watch():
            started = time.perf_counter()
            loaded = loading.load(read_feeds(feeds), store, ledger, data, RECEIVED, lambda: NOW, lambda *_: None)
            marks["load"] = time.perf_counter() - started - marks["identity"]
    finally:
        loading.assign = real_assign
    started = time.perf_counter()
    derive_combinations(store, RECEIVED)
    derive_households(store, RECEIVED, MONTH, lambda *_: None)
    marks["derive"] = time.perf_counter() - started
    return loaded.nodes + loaded.relationships, marks


def _empty(store: Store) -> None:
    for some in ("()-[x]->()", "(x)"):
        while store.execute(f"MATCH {some} WITH x LIMIT 20000 DELETE x RETURN count(*) AS gone")[0]["gone"]:
            pass


def _copy_ids(store: Store, label: str, recorder: _Recorder) -> None:
    """The nodes that relationships lead to and that the loader writes elsewhere."""
    ids = set()
    for rel, table in recorder.relationships:
        names = table.column_names
        for column, labels in (("source", rel.sources), ("target", rel.targets)):
            kinds = table.column(f"{column}_label").to_pylist() if f"{column}_label" in names else None
            for index, value in enumerate(table.column(column).to_pylist()):
                if (kinds[index] if kinds else labels[0]) == label:
                    ids.add(value)
    rows = [{"id": value} for value in sorted(ids)]
    for at in range(0, len(rows), BATCH_ROWS):
        store.execute(f"UNWIND $rows AS row MERGE (n:{label} {{id: row.id}})", {"rows": rows[at : at + BATCH_ROWS]})


if __name__ == "__main__":
    sys.exit(main())
