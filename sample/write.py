"""Write the sample: a block of households at a time, so that memory stays flat."""

from __future__ import annotations

import csv
import gzip
import io
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

from benefits.calendar import add_months
from sample.clerks import Clerk
from sample.extracts import EXTRACTS, WAGE_WIDTHS, Block, Extract, Row
from sample.population import household
from sample.spells import enrol

BLOCK_PEOPLE = 2_500
AGENCIES = sorted({extract.agency for extract in EXTRACTS})
DELIMITERS = {"csv": ",", "psv": "|", "ssv": ";", "tsv": "\t", "gzip": ","}


@dataclass(frozen=True)
class Written:
    people: int
    households: int
    rows: dict[str, int]


def write_sample(
    folder: Path, people: int, seed: int, months: int, last: date, progress: Callable[[str, int], None]
) -> Written:
    """Write extracts, mappings and the truth for about `people` people over `months` ending with `last`.

    The same arguments write the same rows, and the same bytes but for a workbook's date. The truth (who is who, whose
    number is whose, departures) is never an input.
    """
    first = add_months(last, -(months - 1))
    rows: dict[str, int] = {}
    count = homes = 0
    with ExitStack() as stack:
        sinks = {extract.file: stack.enter_context(_Sink(folder, extract)) for extract in EXTRACTS}
        persons = stack.enter_context(_Truth(folder, "persons", ("person", "household", "from", "to")))
        departures = stack.enter_context(_Truth(folder, "departures", ("household", "program", "kind", "from", "to")))
        numbers = stack.enter_context(_Truth(folder, "numbers", ("agency", "number", "id")))
        for block in _blocks(people, seed, first, months):
            clerks = {agency: Clerk(agency, seed, first, months) for agency in AGENCIES}
            for extract in EXTRACTS:
                clerk = clerks[extract.agency]
                rows[extract.file] = rows.get(extract.file, 0) + sinks[extract.file].write(
                    _with_duplicates(extract.rows(block, clerk), f"{seed}:{extract.file}:{count}")
                )
            for clerk in clerks.values():
                for number, who in clerk.issued.items():
                    numbers.write((clerk.agency, number, who))
            for home, got in block:
                homes += 1
                for person, since, until in home.members:
                    count += 1
                    persons.write((person.id, home.id, add_months(first, since), add_months(first, until)))
                for gap in got.departures:
                    departures.write(
                        (gap.household, gap.program, gap.kind, add_months(first, gap.start), add_months(first, gap.end))
                    )
            progress("making people", sum(len(home.members) for home, _ in block))
    for name in files("sample.mappings").iterdir():
        if name.name.endswith(".yaml"):
            target = folder / "mappings" / name.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(name.read_text())
    return Written(count, homes, rows)


def _blocks(people: int, seed: int, first: date, months: int) -> Iterator[Block]:
    number = made = 0
    while made < people:
        rng = random.Random(f"{seed}:block:{number}")
        homes, block_people = [], 0
        while block_people < min(BLOCK_PEOPLE, people - made):
            for home in household(number, rng, first, months):
                homes.append(home)
                block_people += len(home.members)
            number += 1
        made += block_people
        yield list(zip(homes, enrol(homes, rng, first, months), strict=True))


def _with_duplicates(rows: Iterator[Row], seed: str) -> Iterator[Row]:
    """Now and then a row stands twice, as it does in life."""
    rng = random.Random(seed)
    for row in rows:
        yield row
        if rng.random() < 0.002:
            yield row


class _Sink:
    """One extract's file, open from the first block to the last."""

    def __init__(self, folder: Path, extract: Extract) -> None:
        self._path = folder / extract.file
        self._extract = extract
        self._stack = ExitStack()

    def __enter__(self) -> _Sink:
        extract, path = self._extract, self._path
        path.parent.mkdir(parents=True, exist_ok=True)
        if extract.format == "excel":
            self._book = openpyxl.Workbook(write_only=True)
            self._sheet = self._book.create_sheet("vouchers")
            self._sheet.append(extract.columns)
        elif extract.format == "parquet":
            schema = pa.schema([(name, pa.string()) for name in extract.columns])
            self._parquet = self._stack.enter_context(pq.ParquetWriter(path, schema))
        else:
            self._text = self._stack.enter_context(self._open())
            if extract.format != "fixed":
                self._writer = csv.writer(self._text, delimiter=DELIMITERS[extract.format], lineterminator="\n")
                self._writer.writerow(extract.columns)
        return self

    def _open(self) -> Any:
        if self._extract.format == "gzip":
            raw = self._stack.enter_context(self._path.open("wb"))
            packed = self._stack.enter_context(gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, filename=""))
            return io.TextIOWrapper(packed, encoding="utf-8", newline="")
        return self._path.open("w", encoding=self._extract.encoding, errors="replace", newline="")

    def write(self, rows: Iterator[Row]) -> int:
        written = list(rows)
        if self._extract.format == "excel":
            for row in written:
                self._sheet.append(row)
        elif self._extract.format == "parquet":
            columns = zip(*written, strict=True) if written else [()] * len(self._extract.columns)
            arrays = [pa.array([str(v) for v in column], pa.string()) for column in columns]
            self._parquet.write_table(pa.table(dict(zip(self._extract.columns, arrays, strict=True))))
        elif self._extract.format == "fixed":
            self._text.writelines(_fixed(row) for row in written)
        else:
            self._writer.writerows(written)
        return len(written)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if self._extract.format == "excel":
            self._book.save(self._path)
        self._stack.close()


def _fixed(row: Row) -> str:
    ssn, last, first, cents, hours, account, quarter = row
    fields = (ssn or "", last, first, f"{cents:014d}", f"{hours:03d}", account, quarter)
    parts = (str(value)[:width].ljust(width) for value, width in zip(fields, WAGE_WIDTHS, strict=True))
    return "".join(parts) + "\n"


class _Truth:
    """One file of the truth, for scoring alone."""

    def __init__(self, folder: Path, name: str, columns: tuple[str, ...]) -> None:
        self._path = folder / "truth" / f"{name}.csv"
        self._columns = columns

    def __enter__(self) -> _Truth:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._stream = self._path.open("w", newline="")
        self._writer = csv.writer(self._stream, lineterminator="\n")
        self._writer.writerow(self._columns)
        return self

    def write(self, row: Row) -> None:
        self._writer.writerow(row)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._stream.close()
