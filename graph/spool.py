"""A graph on its way into an engine's own import: a dump that grows by tables, each id once."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, replace
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
        file = f"nodes/{node.label}.parquet"
        fresh = self._fresh(file, node.label, table)
        self._write(file, {prop.name: prop.type.arrow for prop in node.columns}, fresh)
        self._nodes += fresh.num_rows
        return int(fresh.num_rows)

    def add_relationships(self, rel: RelationshipType, table: pa.Table) -> None:
        for (source, target), part in by_ends(rel, table):
            file = f"relationships/{rel.type}.{source}.{target}.parquet"
            if rel.time is Time.FACT:
                self._keep_further(file, part)
            fresh = self._fresh(file, rel.type, part)
            ends = {name: pa.string() for name in ("source", "target")}
            types = ends | {prop.name: prop.type.arrow for prop in rel.columns}
            types |= {"source_label": pa.string(), "target_label": pa.string()}
            for name, label in (("source_label", source), ("target_label", target)):
                if name not in fresh.column_names:
                    fresh = fresh.append_column(name, pa.array([label] * fresh.num_rows, pa.string()))
            self._write(file, types, fresh)
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
        (self._folder / "manifest.json").write_text(json.dumps(asdict(manifest), indent=2) + "\n")
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

    def _write(self, file: str, types: dict[str, pa.DataType], table: pa.Table) -> None:
        if not table.num_rows:
            return
        schema = pa.schema(list(types.items()))
        if file not in self._writers:
            place = self._folder / f"{file}.new"
            place.parent.mkdir(exist_ok=True, mode=0o700)
            os.close(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
            self._begun[file] = place
            self._writers[file] = pq.ParquetWriter(place, schema)
        columns = [
            table.column(name).cast(kind) if name in table.column_names else pa.nulls(table.num_rows, kind)
            for name, kind in types.items()
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
    os.close(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    with pq.ParquetWriter(whole, pq.read_schema(written)) as writer:
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
