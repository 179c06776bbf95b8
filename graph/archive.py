"""A whole graph as Parquet files, and back: between engines, and to keep.

| file | content |
|---|---|
| `manifest.json` | the digest, the number of nodes and relationships, when and from which engine |
| `nodes/LABEL.parquet`, `nodes/LABEL+SECOND.parquet` | every property of the nodes of a label |
| `relationships/TYPE.SOURCE.TARGET.parquet` | ends and every property |

A dump holds what names people, so its folder is readable by its owner alone. It is whole or it is not there: it is
written under another name, checked, then renamed.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from graph import migrations, statements
from graph.digest import Digest
from graph.errors import GraphError
from graph.schema import GRAPH, NodeType, RelationshipType
from graph.store import BATCH_ROWS, Row, Store

Progress = Callable[[str, int], None]
FORMAT = 1
RESTORING = "restoring"
"""Status of batches while their facts are on the way; only published ones are seen."""
NOTHING: Map[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Manifest:
    """What a dump holds. `digest` is that of the graph (`Store.digest`), `schema` the version of its schema."""

    format: int
    digest: str
    nodes: int
    relationships: int
    engine: str
    made: str
    schema: int = 1


def dump(store: Store, target: Path, now: datetime, progress: Progress, *, unfinished: bool = False) -> Manifest:
    """Write the graph into a new folder. Raises `GraphError` where the folder is there, or a load is unfinished.

    `unfinished`: also where a load is.
    """
    if target.exists():
        raise _archive_error("ARCHIVE_EXISTS", "there is something already", target, "Name a folder that is not there.")
    if not unfinished and store.read("MATCH (b:Batch {status: 'loading'}) RETURN count(b) AS n")[0]["n"]:
        raise _archive_error(
            "ARCHIVE_OF_UNFINISHED", "a load was begun and not finished", target,
            "Run the load again, or `ccg load --abandon`, then dump.",
        )  # fmt: skip
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    fresh.mkdir(parents=True, mode=0o700)
    try:
        manifest = _write(store, fresh, now, progress)
        if store.digest() != manifest.digest:
            raise _archive_error("ARCHIVE_CHANGED", "the graph changed while it was dumped", target, "Dump it again.")
        write_manifest(fresh, manifest)
        fresh.rename(target)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return manifest


def restore(store: Store, source: Path, progress: Progress) -> Manifest:
    """Write a dump into an empty graph and hold the digest against it.

    Raises `GraphError` where the graph holds something, the dump is none, or the digests differ.
    """
    manifest = read_manifest(source)
    if store.read("MATCH (n) WHERE NOT n:GraphSchema RETURN 1 AS one LIMIT 1"):
        raise _archive_error(
            "ARCHIVE_NEEDS_EMPTY",
            "the graph holds something already",
            source,
            "Restore into an empty one: a new data directory, or a database without nodes. What a restore that was cut "
            "off has left is seen by no answer and can go.",
        )
    store.ensure_schema()
    migrations.say(store, manifest.schema)
    for file, node, second in node_files():
        for table in _tables(source / file):
            if node.label == "Batch":  # until all is there, no answer is to see any of it
                place = table.schema.get_field_index("status")
                table = table.set_column(place, "status", pa.array([RESTORING] * table.num_rows, pa.string()))
            store.write_nodes(node, table, second) if second else store.create_nodes(node, table)
            progress(f"restoring {node.label}", table.num_rows)
    for file, rel, _, _ in relationship_files():
        for table in _tables(source / file):
            store.create_relationships(rel, table)
            progress(f"restoring {rel.type}", table.num_rows)
    _publish(store, RESTORING, "published")
    if store.digest() != manifest.digest:
        _publish(store, "published", RESTORING)
        raise _archive_error(
            "ARCHIVE_DIFFERS", "what was restored is not what was dumped", source,
            "Empty the graph and restore again; if it differs again, the dump is damaged.",
        )  # fmt: skip
    migrations.migrate(store, str(source), progress)
    return manifest


def _publish(store: Store, before: str, after: str) -> None:
    store.execute("MATCH (b:Batch {status: $before}) SET b.status = $after", {"before": before, "after": after})


def read_manifest(source: Path) -> Manifest:
    """What a dump says of itself. Raises `GraphError` where it is none, or is of a later format."""
    try:
        manifest = Manifest(**json.loads((source / "manifest.json").read_text()))
    except (OSError, ValueError, TypeError):
        raise _archive_error("ARCHIVE_NONE", "this is no dump", source, "`ccg graph dump FOLDER` makes one.") from None
    for what, has, knows in (
        ("format", manifest.format, FORMAT),
        ("schema", manifest.schema, migrations.newest()),
    ):
        if has > knows:
            raise _archive_error(
                "ARCHIVE_NEWER", f"it has {what} {has}, this program knows {knows}", source,
                "Restore it with the program that made it, or a later one.",
            )  # fmt: skip
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    (folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2) + "\n")


def writer(file: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """A new file of a dump, readable by its owner alone."""
    file.parent.mkdir(exist_ok=True, mode=0o700)
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    return pq.ParquetWriter(file, schema)


def node_schema(node: NodeType, second: NodeType | None = None) -> pa.Schema:
    """The columns of a file of nodes."""
    columns = (*node.columns, *(second.columns[1:] if second else ()))
    return pa.schema([(prop.name, prop.type.arrow) for prop in columns])


def relationship_schema(rel: RelationshipType) -> pa.Schema:
    """The columns of a file of relationships: ends, properties, and the labels at the ends."""
    ends, labels = ("source", "target"), ("source_label", "target_label")
    columns = ((prop.name, prop.type.arrow) for prop in rel.columns)
    return pa.schema([*((name, pa.string()) for name in ends), *columns, *((name, pa.string()) for name in labels)])


def _write(store: Store, folder: Path, now: datetime, progress: Progress) -> Manifest:
    digest, nodes, relationships = Digest(), 0, 0
    for file, node, second in node_files():
        labels = (node, second) if second else (node,)

        def add_node(row: Row, labels: tuple[NodeType, ...] = labels) -> None:
            for label in labels:
                digest.add_node(label, row)

        rows = store.stream(statements.nodes_for_dump(node, second, _seconds(node)))
        nodes += _write_file(folder / file, node_schema(node, second), _counted(rows, add_node), progress)
    for file, rel, source, end in relationship_files():
        rows = store.stream(statements.relationships_for_dump(rel, source, end))
        fixed = {"source_label": source, "target_label": end}

        def add_relationship(row: Row, rel: RelationshipType = rel, ends: dict[str, str] = fixed) -> None:
            digest.add_relationship(rel, ends["source_label"], ends["target_label"], row)

        counted = _counted(rows, add_relationship)
        relationships += _write_file(folder / file, relationship_schema(rel), counted, progress, fixed)
    made = now.isoformat(timespec="seconds")
    return Manifest(FORMAT, digest.text(), nodes, relationships, store.engine, made, migrations.version(store) or 1)


def _counted(rows: Iterator[Row], add: Callable[[Row], None]) -> Iterator[Row]:
    for row in rows:
        add(row)
        yield row


def _write_file(
    file: Path, schema: pa.Schema, rows: Iterator[Row], progress: Progress, fixed: Map[str, str] = NOTHING
) -> int:
    """Rows as a Parquet file, when there are any; `fixed` are columns with one value."""
    count = 0
    begun: pq.ParquetWriter | None = None
    for batch in _batches(rows):
        begun = begun or writer(file, schema)
        begun.write_table(pa.Table.from_pylist([{**row, **fixed} for row in batch], schema))
        count += len(batch)
        progress(f"dumping {file.stem}", len(batch))
    if begun:
        begun.close()
    return count


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH_ROWS:
            yield batch
            batch = []
    if batch:
        yield batch


def _tables(file: Path) -> Iterator[pa.Table]:
    """A file's rows in batches. Nothing where there is no file."""
    if file.exists():
        for batch in pq.ParquetFile(file).iter_batches(BATCH_ROWS):
            yield pa.Table.from_batches([batch])


def _seconds(node: NodeType) -> list[NodeType]:
    return [other for other in GRAPH.nodes if node.label in other.second_label_of]


def node_files() -> Iterator[tuple[str, NodeType, NodeType | None]]:
    """Every file of nodes that a dump may have: its label, and the second one that its nodes have."""
    for node in GRAPH.nodes:
        if node.second_label_of:
            continue
        yield node_file(node), node, None
        for second in _seconds(node):
            yield node_file(node, second), node, second


def node_file(node: NodeType, second: NodeType | None = None) -> str:
    return f"nodes/{node.label}+{second.label}.parquet" if second else f"nodes/{node.label}.parquet"


def relationship_files() -> Iterator[tuple[str, RelationshipType, str, str]]:
    """Files of relationships between labels that are nodes of their own."""
    for rel in GRAPH.relationships:
        for source in rel.sources:
            for target in rel.targets:
                yield relationship_file(rel, source, target), rel, source, target


def relationship_file(rel: RelationshipType, source: str, target: str) -> str:
    return f"relationships/{rel.type}.{source}.{target}.parquet"


def _archive_error(code: str, what: str, where: Any, fix: str) -> GraphError:
    return GraphError(code, what, str(where), fix)
