"""Read the permitted columns of a file as text, in chunks, with row numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
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

CHUNK_ROWS = 50_000
MOST_WORKBOOK, MOST_RATIO = 1 << 30, 300
"""Bytes that a workbook may unpack to, and how many times its own size: beyond it is no workbook of an agency's."""


class Unpacks(ValueError):
    """A workbook that unpacks to more than it may."""


@dataclass(frozen=True)
class Chunk:
    """Rows of text with their numbers, data rows counting from 1; and the numbers of rows that are none.

    A malformed row has fewer or more fields than the header: nothing of it is read.
    """

    numbers: npt.NDArray[np.int64]
    frame: pd.DataFrame
    malformed: tuple[int, ...] = ()


def columns_of(path: Path, file: File) -> list[str]:
    """The columns that a file has, in order. Raises `LoadError` where it is not what the mapping says."""
    with _guarded(path):
        if file.format == "fixed":
            return list(file.widths)
        if file.format == "parquet":
            return list(pq.read_schema(path).names)
        if file.format == "excel":
            return [str(name) for name in _excel(path, file, nrows=0).columns]
        return delimited.header(path, file)


def chunks(path: Path, file: File, columns: list[str]) -> Iterator[Chunk]:
    """The file's rows, these columns only, every value as text; an empty field is null.

    Raises `LoadError` where the file is not what the mapping says.
    """
    at, told = 1, 0
    with _guarded(path):
        for frame, malformed in _frames(path, file, columns):
            fresh = malformed[told:]
            numbers = _numbers(at, len(frame), malformed)
            at = int(numbers[-1]) + 1 if len(numbers) else at
            told = len(malformed)
            if len(frame) or fresh:
                yield Chunk(numbers, frame[columns].astype("str").where(frame[columns].notna()), tuple(fresh))


def digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _numbers(first: int, count: int, malformed: list[int]) -> npt.NDArray[np.int64]:
    """The numbers of `count` good rows from `first` on, with malformed ones between them."""
    every = np.arange(first, first + count + len(malformed))
    return np.setdiff1d(every, malformed)[:count]


def _frames(path: Path, file: File, columns: list[str]) -> Iterator[tuple[pd.DataFrame, list[int]]]:
    """Frames of at most `CHUNK_ROWS` rows, each with the numbers of all malformed rows found so far."""
    if file.format == "csv":
        for frame, malformed in delimited.frames(path, file, columns):
            for start in range(0, max(len(frame), 1), CHUNK_ROWS):
                yield frame.iloc[start : start + CHUNK_ROWS], malformed
    elif file.format == "parquet":
        for batch in pq.ParquetFile(path).iter_batches(CHUNK_ROWS, columns=columns):
            yield _texts(batch), []
    elif file.format == "excel":
        yield _excel(path, file, usecols=columns), []
    else:
        for frame in pd.read_fwf(
            path, colspecs=[file.widths[name] for name in columns], names=columns, header=None,
            dtype=str, keep_default_na=False, na_values=[""], encoding=file.encoding, chunksize=CHUNK_ROWS,
        ):  # fmt: skip
            yield frame, []


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
def _guarded(path: Path) -> Iterator[None]:
    """Turn a reader's complaint into a `LoadError` that names the file and no value."""
    try:
        yield
    except Unpacks:
        what, fix = "the workbook unpacks to more than one may hold", "Have the rows as CSV or Parquet."
    except delimited.UnclosedQuote:
        what, fix = "a quotation mark opens and is not closed", "Close it, or double a mark that is part of a value."
    except UnicodeDecodeError as error:
        what, fix = f"not {error.encoding} at byte {error.start}", "Set file.encoding in the mapping."
    except pa.ArrowInvalid as error:
        what, fix = "it cannot be read in the format of the mapping", "Check the file and file.format."
        if "UTF8" in str(error):
            what, fix = "not in the encoding of the mapping", "Set file.encoding in the mapping."
    except (ValueError, OSError, EOFError, BadZipFile, InvalidFileException):
        what, fix = "it cannot be read in the format of the mapping", "Check the file and file.format."
    else:
        return
    raise LoadError(Fault("FILE_UNREADABLE", path.name, what, fix))
