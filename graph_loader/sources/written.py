"""How a delimited file is written, found by looking at it: encoding, delimiter, header."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path

from graph_loader.mapping.document import File
from graph_loader.sources import delimited

DELIMITERS = (",", ";", "\t", "|", "~", "^")
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
LINE_BYTES = 1 << 20


def encoding_of(path: Path) -> str:
    """The encoding in which every byte of a file is text: by its mark, else UTF-8, else Windows', else Latin-1."""
    head = next(_blocks(path), b"")
    marked = next((name for mark, name in MARKS.items() if head.startswith(mark)), None)
    return next(name for name in (marked, "utf-8", "cp1252", "latin-1") if name and _decodes(path, name))


def is_in(path: Path, encoding: str) -> bool:
    """Whether a file is in an encoding. Text that is UTF-8 also decodes as one byte a letter, and is not that."""
    name = codecs.lookup(encoding).name
    if name in ("utf-8", "utf-8-sig", "ascii"):
        return _decodes(path, encoding)
    found = encoding_of(path)
    if found in ("utf-8", "utf-8-sig") and not name.startswith("utf"):
        return all(block.isascii() for block in _blocks(path))
    return _decodes(path, encoding)


def first_fields(path: Path, encoding: str, delimiter: str, lines: int = 1) -> list[list[str]]:
    """The fields of the first lines. They may be values: they are looked at, and not told."""
    text = next(_blocks(path), b"")[:LINE_BYTES].decode(encoding, "replace")
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    return [row for row, _ in zip(rows, range(lines), strict=False)]


def delimiter_of(path: Path, file: File, names: Collection[str]) -> str | None:
    """The delimiter by which the first line has most of the names that are looked for; None where none has any."""
    wanted = set(names)
    found = {each: len(wanted & set(_header(path, file.encoding, each))) for each in DELIMITERS}
    best = max(found, key=lambda each: found[each])
    return best if found[best] else None


def line_count(path: Path) -> int:
    """Lines that are not blank, as far as bytes tell."""
    count, open_line = 0, False
    for block in _blocks(path):
        lines = block.split(b"\n")
        for line in lines[:-1]:
            count += open_line or bool(line.strip())
            open_line = False
        open_line = open_line or bool(lines[-1].strip())
    return count + open_line


def _header(path: Path, encoding: str, delimiter: str) -> list[str]:
    return next(iter(first_fields(path, encoding, delimiter)), [])


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _blocks(path: Path) -> Iterator[bytes]:
    with delimited.unpacked(path) as stream:
        while block := stream.read(delimited.BLOCK_BYTES):
            yield block
