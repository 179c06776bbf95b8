"""A dump as the files and the arguments of `neo4j-admin database import`: for the first load of an empty Neo4j."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from graph.archive import node_files, read_manifest, relationship_files
from graph.errors import GraphError
from graph.schema import Property, PropertyType

PARTED = "\x1f"
"""Between the texts of a list; no text of a record holds it."""
TYPES = {
    PropertyType.STRING: "string", PropertyType.INTEGER: "long", PropertyType.FLOAT: "double",
    PropertyType.BOOLEAN: "boolean", PropertyType.DATE: "date", PropertyType.STRINGS: "string[]",
}  # fmt: skip
ARGUMENTS, REPORT = "import.args", "import.report"
"""What to run, and what the import says of it: beside the rows, as it may name some."""


def write_import(dump: Path, target: Path, database: str) -> Path:
    """Write a dump for `neo4j-admin` into a new folder; gives the file of arguments.

    `neo4j-admin @FILE`, while the server is stopped, replaces what the database held.
    """
    try:
        target.mkdir(parents=True, mode=0o700)
    except FileExistsError:
        raise GraphError("IMPORT_EXISTS", "there is something already", str(target), "Name a new folder.") from None
    try:
        return _write_all(dump, target, database)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        raise


def _write_all(dump: Path, target: Path, database: str) -> Path:
    arguments = [
        "database", "import", "full", database, "--overwrite-destination=true", "--bad-tolerance=0",
        f"--array-delimiter=U+{ord(PARTED):04X}",
        f"--report-file={(target / REPORT).resolve()}",
    ]  # fmt: skip
    files = _Files(target)
    for file, node, second in node_files():
        columns = (*node.columns, *(second.columns[1:] if second else ()))
        if (dump / file).exists():
            header = [f"id:ID({node.label})", *(_header(prop) for prop in columns[1:])]
            labels = f"{node.label}:{second.label}" if second else node.label
            place = files.write(Path(file).stem, header, _tables(dump / file, [prop.name for prop in columns]))
            arguments.append(f"--nodes={labels}={place}")
    spaces = _spaces(dump)
    for file, rel, source, end in relationship_files():
        if not (dump / file).exists():
            continue
        names = ["source", "target", *(prop.name for prop in rel.columns)]
        starts, ends = spaces.get(source, {source: None}), spaces.get(end, {end: None})
        for (first, some), (last, others) in product(sorted(starts.items()), sorted(ends.items())):
            header = [f":START_ID({first})", f":END_ID({last})", *(_header(prop) for prop in rel.columns)]
            rows = (_among(_among(table, "source", some), "target", others) for table in _tables(dump / file, names))
            place = files.write(f"{rel.type}.{first}.{last}", header, rows)
            arguments.append(f"--relationships={rel.type}={place}")
    version = pa.table({"id": ["graph"], "version": [read_manifest(dump).schema]})
    place = files.write("GraphSchema", ["id:ID(GraphSchema)", "version:long"], iter([version]))
    arguments.append(f"--nodes=GraphSchema={place}")
    arguments.append(f"--multiline-fields={str(files.lines).lower()}")
    listed = target / ARGUMENTS
    listed.write_text("".join(f'"{argument}"\n' for argument in arguments))
    return listed


def _spaces(dump: Path) -> dict[str, dict[str, pa.Array | None]]:
    """Second label → label → ids of its nodes that have the second one: a relationship may lead to that."""
    found: dict[str, dict[str, pa.Array | None]] = {}
    for file, node, second in node_files():
        if second and (dump / file).exists():
            found.setdefault(second.label, {})[node.label] = pq.read_table(dump / file, columns=["id"]).column("id")
    return found


def _among(table: pa.Table, column: str, ids: pa.Array | None) -> pa.Table:
    return table if ids is None else table.filter(pc.is_in(table.column(column), ids))


def _header(prop: Property) -> str:
    return f"{prop.name}:{TYPES[prop.type]}"


def _tables(file: Path, names: list[str]) -> Iterator[pa.Table]:
    """A file's rows with these columns; a list as one text."""
    for batch in pq.ParquetFile(file).iter_batches(columns=names):
        columns = [batch.column(name) for name in names]
        yield pa.table([_flat(column) for column in columns], names=names)


def _flat(column: pa.Array) -> pa.Array:
    return pc.binary_join(column, PARTED) if pa.types.is_list(column.type) else column


@dataclass
class _Files:
    """The files of an import. `lines`: whether any value goes over lines; where none does, many are read at once."""

    target: Path
    lines: bool = False

    def write(self, name: str, header: list[str], tables: Iterator[pa.Table]) -> Path:
        """Every value in quotes, so that an empty text is told apart from none."""
        place = (self.target / f"{name.replace('+', '_')}.csv").resolve()  # neo4j-admin takes it for a pattern
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write((",".join(header) + "\n").encode())
            options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="all_valid")
            for table in tables:
                self.lines = self.lines or any(_goes_over_lines(column) for column in table.columns)
                pyarrow.csv.write_csv(table, stream, options)
        return place


def _goes_over_lines(column: pa.ChunkedArray) -> bool:
    return pa.types.is_string(column.type) and pc.any(pc.match_substring_regex(column, "[\r\n]")).as_py() is True
