"""Read the permitted columns of a file as text, in chunks, with row numbers."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from graph_loader.errors import Fault, LoadError
from graph_loader.mapping.document import File

CHUNK_ROWS = 50_000


@dataclass(frozen=True)
class Chunk:
    """Rows of text. `first_row` is the number of the first one, data rows counting from 1."""

    first_row: int
    frame: pd.DataFrame


def columns_of(path: Path, file: File) -> list[str]:
    """The columns that a file has, in order."""
    if file.format == "fixed":
        return list(file.widths)
    if file.format == "parquet":
        return list(pq.read_schema(path).names)
    if file.format == "excel":
        return [str(name) for name in _excel(path, file, nrows=0).columns]
    with _guarded(path):
        return [str(name) for name in _csv(path, file, nrows=0).columns]


def chunks(path: Path, file: File, columns: list[str]) -> Iterator[Chunk]:
    """The file's rows, these columns only, every value as text; an empty field is null.

    Raises `LoadError` where the file is not what the mapping says.
    """
    first = 1
    for frame in _frames(path, file, columns):
        yield Chunk(first, frame[columns].astype("str").where(frame[columns].notna()))
        first += len(frame)


def digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _frames(path: Path, file: File, columns: list[str]) -> Iterator[pd.DataFrame]:
    if file.format == "parquet":
        for batch in pq.ParquetFile(path).iter_batches(CHUNK_ROWS, columns=columns):
            yield _texts(batch)
        return
    if file.format == "excel":
        yield _excel(path, file, usecols=columns)
        return
    with _guarded(path):
        if file.format == "fixed":
            yield from pd.read_fwf(
                path, colspecs=[file.widths[name] for name in columns], names=columns, header=None,
                dtype=str, keep_default_na=False, na_values=[""], encoding=file.encoding,
                chunksize=CHUNK_ROWS,
            )  # fmt: skip
        else:
            yield from _csv(path, file, usecols=columns, chunksize=CHUNK_ROWS)


def _texts(batch: pa.RecordBatch) -> pd.DataFrame:
    """Each value as Parquet has it, before a missing one beside it would make a whole number a fraction."""
    return pd.DataFrame(
        {name: pd.Series(pc.cast(batch.column(name), pa.string()).to_pylist(), dtype=object)
         for name in batch.schema.names}
    )  # fmt: skip


def _csv(path: Path, file: File, **options: Any) -> Any:
    shape: dict[str, Any] = {
        "sep": file.delimiter, "encoding": file.encoding, "dtype": str, "keep_default_na": False, "na_values": [""],
        "header": 0 if file.header else None, "skipinitialspace": False, "on_bad_lines": "error",
    }  # fmt: skip
    if not file.header:  # columns are named by their place: 1, 2, 3
        shape["names"] = [str(place + 1) for place in pd.read_csv(path, nrows=1, **shape).columns]
    return pd.read_csv(path, **shape, **options)


def _excel(path: Path, file: File, **options: Any) -> pd.DataFrame:
    with _guarded(path):
        return pd.read_excel(path, sheet_name=file.sheet, dtype=str, keep_default_na=False, na_values=[""], **options)


@contextmanager
def _guarded(path: Path) -> Iterator[None]:
    """Turn a reader's complaint into a `LoadError` that names the file and no value."""
    try:
        yield
    except UnicodeDecodeError as error:
        what, fix = f"not {error.encoding} at byte {error.start}", "Set file.encoding in the mapping."
    except pd.errors.ParserError as error:
        what, fix = str(error).strip(), "Mend the row, or set file.delimiter in the mapping."
    except (pd.errors.EmptyDataError, gzip.BadGzipFile, ValueError, EOFError):
        what, fix = "it cannot be read in the format of the mapping", "Check the file and file.format."
    else:
        return
    raise LoadError(Fault("FILE_UNREADABLE", path.name, what, fix))
