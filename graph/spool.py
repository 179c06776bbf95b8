"""A graph on its way into an engine's own import: a dump that grows by tables, each id once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from graph import archive
from graph.archive import Manifest
from graph.schema import NodeType, RelationshipType, Time
from graph.store import by_ends

ONCE = frozenset({"SourceRecord", "IN_BATCH", "DERIVED_FROM"})
"""Types whose ids come of one row each: none comes twice."""


class Spool:
    """Adds to a dump in a folder. `close` makes it whole again; its digest is then not known, and empty.

    A node that comes again is the same; a relationship that comes again gains the records that say so too.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._manifest = archive.read_manifest(folder)
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._begun: dict[str, Path] = {}
        self._seen: dict[str, set[str]] = {}
        self._further: dict[str, dict[str, set[str]]] = {}
        self._nodes = self._relationships = 0

    def add_nodes(self, node: NodeType, table: pa.Table) -> int:
        """Add nodes of one label; gives how many of them are new."""
        file = archive.node_file(node)
        fresh = self._fresh(file, node.label, table)
        self._write(file, archive.node_schema(node), fresh)
        self._nodes += fresh.num_rows
        return int(fresh.num_rows)

    def add_relationships(self, rel: RelationshipType, table: pa.Table) -> None:
        for (source, target), part in by_ends(rel, table):
            file = archive.relationship_file(rel, source, target)
            if rel.time is Time.FACT:
                self._keep_further(file, part)
            fresh = self._fresh(file, rel.type, part)
            for name, label in (("source_label", source), ("target_label", target)):
                if name not in fresh.column_names:
                    fresh = fresh.append_column(name, pa.array([label] * fresh.num_rows, pa.string()))
            self._write(file, archive.relationship_schema(rel), fresh)
            self._relationships += fresh.num_rows

    def close(self) -> Manifest:
        """Put what was added beside what was there."""
        for writer in self._writers.values():
            writer.close()
        for file, written in self._begun.items():
            _joined(self._folder / file, written, self._further.get(file, {}))
        manifest = replace(
            self._manifest, digest="", nodes=self._manifest.nodes + self._nodes,
            relationships=self._manifest.relationships + self._relationships,
        )  # fmt: skip
        archive.write_manifest(self._folder, manifest)
        return manifest

    def _fresh(self, file: str, kind: str, table: pa.Table) -> pa.Table:
        if kind in ONCE:
            return table
        if file not in self._seen:
            self._seen[file] = set(_ids(self._folder / file))
        seen, mask = self._seen[file], []
        for key in table.column("id").to_pylist():
            mask.append(key not in seen)
            seen.add(key)
        return table.filter(pa.array(mask, pa.bool_()))

    def _keep_further(self, file: str, table: pa.Table) -> None:
        """Remember the records that say what stands already."""
        if "source_ids" not in table.column_names or file not in self._seen:
            return
        seen, further = self._seen[file], self._further.setdefault(file, {})
        for key, sources in zip(table.column("id").to_pylist(), table.column("source_ids").to_pylist(), strict=True):
            if key in seen and sources:
                further.setdefault(key, set()).update(sources)

    def _write(self, file: str, schema: pa.Schema, table: pa.Table) -> None:
        if not table.num_rows:
            return
        if file not in self._writers:
            self._begun[file] = self._folder / f"{file}.new"
            self._writers[file] = archive.writer(self._begun[file], schema)
        columns = [
            table.column(name).cast(kind) if name in table.column_names else pa.nulls(table.num_rows, kind)
            for name, kind in zip(schema.names, schema.types, strict=True)
        ]
        self._writers[file].write_table(pa.table(columns, schema=schema))


def _ids(file: Path) -> list[str]:
    return pq.read_table(file, columns=["id"]).column("id").to_pylist() if file.exists() else []


def _joined(file: Path, written: Path, further: dict[str, set[str]]) -> None:
    """The new rows after those that a file had, with further records where there are any."""
    if not file.exists() and not further:
        written.rename(file)
        return
    whole = written.with_suffix(".whole")
    with archive.writer(whole, pq.read_schema(written)) as writer:
        for part in (file, written):
            if part.exists():
                for batch in pq.ParquetFile(part).iter_batches():
                    writer.write_table(_with_further(pa.Table.from_batches([batch]), further))
    written.unlink()
    whole.replace(file)


def _with_further(table: pa.Table, further: dict[str, set[str]]) -> pa.Table:
    if not further:
        return table
    ids, sources = table.column("id").to_pylist(), table.column("source_ids").to_pylist()
    every = [
        [*(some or []), *sorted(further[key] - set(some or []))] if key in further else some
        for key, some in zip(ids, sources, strict=True)
    ]
    place = table.schema.get_field_index("source_ids")
    return table.set_column(place, table.schema.field(place), pa.array(every, pa.list_(pa.string())))
