"""Delimited text: every value as it stands, and the rows that have not as many fields as the header."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.csv

from graph_loader.mapping.document import File

BLOCK_BYTES = 8 << 20
csv.field_size_limit(1 << 30)


class UnclosedQuote(ValueError):
    """A quotation mark opens and is not closed, so that rows after it were taken for one field."""


def header(path: Path, file: File) -> list[str]:
    """The columns of a file; without a header they are named by their place: 1, 2, 3. Raises ValueError for no line."""
    encoding = "utf-8-sig" if codecs.lookup(file.encoding).name == "utf-8" else file.encoding
    with unpacked(path) as raw, io.TextIOWrapper(raw, encoding, newline="") as text:
        names = next((row for row in csv.reader(text, delimiter=file.delimiter) if row), None)
    if names is None:
        raise ValueError("no line")
    return names if file.header else [str(place + 1) for place in range(len(names))]


def frames(path: Path, file: File, columns: list[str]) -> Iterator[tuple[pd.DataFrame, list[int], float]]:
    """Rows block by block, with the numbers of malformed ones (data rows counting from 1) and the share read by then.

    Malformed rows are in no frame. Blank lines are no rows.
    """
    malformed: list[int] = []
    rows = int(file.header)
    names = None if file.header else header(path, file)
    with _opened(path, file, columns, malformed, names) as (reader, text):
        for batch in reader:
            rows += batch.num_rows
            yield batch.to_pandas(), [number - file.header for number in malformed], text.share
        if text.quotes and text.lines > rows + len(malformed):
            _check_quotes(path, file)
        nothing = pd.DataFrame({name: pd.Series(dtype="str") for name in columns})
        yield nothing, [number - file.header for number in malformed], 1.0


def unpacked(path: Path) -> Any:
    """A file's bytes as a stream, unpacked where it is packed; a context manager."""
    return pa.input_stream(str(path), compression=_compression(path))


def _check_quotes(path: Path, file: File) -> None:
    """Read a file once more, strictly. Raises `UnclosedQuote` where a field is open at its end.

    Asked for where a file with marks has more lines than rows: fields may run over lines, or blank ones stand there.
    """
    with unpacked(path) as raw:
        lines = csv.reader(io.TextIOWrapper(raw, file.encoding, newline=""), delimiter=file.delimiter, strict=True)
        try:
            for _ in lines:
                pass
        except csv.Error:
            raise UnclosedQuote from None


@contextmanager
def _opened(
    path: Path, file: File, columns: list[str], malformed: list[int], names: list[str] | None
) -> Iterator[tuple[Any, _Counted]]:
    """A reader over the file as text; `malformed` grows by the row numbers that the reader leaves out."""

    def skip(row: Any) -> str:
        malformed.append(row.number)
        return "skip"

    with path.open("rb") as stream, pa.input_stream(stream, compression=_compression(path)) as raw:
        text = _Counted(raw, stream, path.stat().st_size)
        reader = pyarrow.csv.open_csv(
            pa.PythonFile(text, mode="r"),
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False, block_size=BLOCK_BYTES, encoding=file.encoding, column_names=names
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=file.delimiter, newlines_in_values=True, invalid_row_handler=skip
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                include_columns=columns, column_types=dict.fromkeys(columns, pa.string()),
                strings_can_be_null=True, quoted_strings_can_be_null=True, null_values=[""],
            ),
        )  # fmt: skip
        with reader:
            try:
                yield reader, text
            finally:
                text.close()  # a reader that runs ahead finds nothing more


class _Counted:
    """A stream that counts the quotation marks and the line ends that go through it, and how far it has come."""

    def __init__(self, raw: Any, stream: BinaryIO, size: int) -> None:
        self._raw = raw
        self._stream = stream
        self._size = size
        self.quotes = self.lines = 0
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        data: bytes = b"" if self.closed else self._raw.read(size)
        self.quotes += data.count(b'"')
        self.lines += data.count(b"\n")
        return data

    @property
    def share(self) -> float:
        """How much of the file's bytes has been taken from it."""
        return min(self._stream.tell() / self._size, 1.0) if self._size else 1.0

    def close(self) -> None:
        self.closed = True


def _compression(path: Path) -> str | None:
    return {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd", ".lz4": "lz4"}.get(path.suffix)
