"""Files as they come: the permitted columns as text, in chunks, with row numbers."""

from __future__ import annotations

import csv
import hashlib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from openpyxl.utils.exceptions import InvalidFileException

from graph_loader.errors import Fault, LoadError
from graph_loader.mapping.document import File
from graph_loader.sources import delimited
from graph_loader.sources.source import CHUNK_ROWS, Chunk, Source
from graph_loader.sources.written import line_count

MOST_WORKBOOK, MOST_RATIO = 1 << 30, 300
"""Bytes that a workbook may unpack to, and how many times its own size: beyond it is no workbook of an agency's."""
CONTROL = ".control.yaml"
"""Beside a file `F`, `F.control.yaml` holds the agency's own count of its rows and totals of its columns."""


DAMAGED = (
    ValueError, OSError, EOFError, BadZipFile, InvalidFileException, pa.ArrowException, csv.Error, zlib.error, KeyError,
    SyntaxError, NotImplementedError, TypeError, IndexError, AttributeError,
)  # fmt: skip
"""What readers raise where a file is not what it should be; workbooks make theirs stumble over anything."""


class Unpacks(ValueError):
    """A workbook that unpacks to more than it may."""


@dataclass(frozen=True)
class FileSource(Source):
    """A file, written as `file` of the mapping says."""

    path: Path
    file: File

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def control(self) -> Path:
        return self.path.with_name(self.path.name + CONTROL)

    def columns(self) -> list[str]:
        with guarded(self.path):
            if self.file.format == "fixed":
                return list(self.file.widths)
            if self.file.format == "parquet":
                return list(pq.read_schema(self.path).names)
            if self.file.format == "excel":
                return [str(name) for name in _excel(self.path, self.file, nrows=0).columns]
            return delimited.header(self.path, self.file)

    def chunks(self, columns: list[str]) -> Iterator[Chunk]:
        at, told = 1, 0
        with guarded(self.path):
            for frame, malformed, share in _frames(self.path, self.file, columns):
                fresh = malformed[told:]
                numbers = _numbers(at, len(frame), malformed)
                at = int(numbers[-1]) + 1 if len(numbers) else at
                told = len(malformed)
                if len(frame) or fresh:
                    text = frame[columns].astype("str").where(frame[columns].notna())
                    yield Chunk(numbers, text, tuple(fresh), share)

    def seems(self) -> int:
        """Lines after the header; 0 where not even those can be told."""
        with suppress(LoadError), guarded(self.path):
            if self.file.format == "parquet":
                return int(pq.read_metadata(self.path).num_rows)
            if self.file.format == "excel":
                return len(_excel(self.path, self.file))
            return max(line_count(self.path) - (self.file.format == "csv" and self.file.header), 0)
        return 0

    def digest(self) -> str:
        with guarded(self.path), self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


def _numbers(first: int, count: int, malformed: list[int]) -> npt.NDArray[np.int64]:
    """The numbers of `count` good rows from `first` on, with malformed ones between them."""
    every = np.arange(first, first + count + len(malformed))
    return np.setdiff1d(every, malformed)[:count]


def _frames(path: Path, file: File, columns: list[str]) -> Iterator[tuple[pd.DataFrame, list[int], float | None]]:
    """Frames of at most `CHUNK_ROWS` rows, with the numbers of all malformed rows and the share of the file so far."""
    if file.format == "csv":
        for frame, malformed, share in delimited.frames(path, file, columns):
            for start in range(0, max(len(frame), 1), CHUNK_ROWS):
                yield frame.iloc[start : start + CHUNK_ROWS], malformed, share
    elif file.format == "parquet":
        whole, done = pq.ParquetFile(path), 0
        for batch in whole.iter_batches(CHUNK_ROWS, columns=columns):
            done += batch.num_rows
            yield _texts(batch), [], done / whole.metadata.num_rows
    elif file.format == "excel":
        yield _excel(path, file, usecols=columns), [], 1.0
    else:
        for frame in pd.read_fwf(
            path, colspecs=[file.widths[name] for name in columns], names=columns, header=None,
            dtype=str, keep_default_na=False, na_values=[""], encoding=file.encoding, chunksize=CHUNK_ROWS,
        ):  # fmt: skip
            yield frame, [], None


def _texts(batch: pa.RecordBatch) -> pd.DataFrame:
    """Each value as Parquet has it, before a missing one beside it would make a whole number a fraction."""
    return pd.DataFrame(
        {name: pd.Series(pc.cast(batch.column(name), pa.string()).to_pylist(), dtype=object)
         for name in batch.schema.names}
    )  # fmt: skip


def _excel(path: Path, file: File, **options: Any) -> pd.DataFrame:
    with ZipFile(path) as book:
        packed = max(path.stat().st_size, 1)
        unpacked = sum(part.file_size for part in book.infolist())
    if unpacked > MOST_WORKBOOK or unpacked > MOST_RATIO * packed:
        raise Unpacks
    return pd.read_excel(path, sheet_name=file.sheet, dtype=str, keep_default_na=False, na_values=[""], **options)


@contextmanager
def guarded(path: Path) -> Iterator[None]:
    """Turn a reader's complaint into a `LoadError` that names the file and no value."""
    try:
        yield
    except Unpacks:
        what, fix = "the workbook unpacks to more than one may hold", "Have the rows as CSV or Parquet."
    except delimited.UnclosedQuote:
        what, fix = "a quotation mark opens and is not closed", "Close it, or double a mark that is part of a value."
    except UnicodeDecodeError as error:
        what, fix = f"not {error.encoding} at byte {error.start}", "Set file.encoding in the mapping."
    except LoadError:
        raise
    except pa.ArrowInvalid as error:
        what, fix = "it cannot be read in the format of the mapping", "Check the file and file.format."
        if "UTF8" in str(error):
            what, fix = "not in the encoding of the mapping", "Set file.encoding in the mapping."
    except DAMAGED:
        what, fix = "it cannot be read in the format of the mapping", "Check the file and file.format."
    else:
        return
    raise LoadError(Fault("FILE_UNREADABLE", path.name, what, fix))
