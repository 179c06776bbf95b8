"""A feed's rows as values with their content hashes, chunk by chunk; read once to plan, once to load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from governance.agreement import Agreement
from graph_loader.admit.admission import Admission, admit
from graph_loader.identity.tokens import Hasher
from graph_loader.load.feeds import Feed
from graph_loader.quality.values import Typed, typed
from graph_loader.sources import read


@dataclass(frozen=True)
class Rows:
    """One chunk of one file. `hashes` are keyed hashes of the permitted content of each row."""

    file: Path
    first_row: int
    text: pd.DataFrame
    typed: Typed
    hashes: pd.Series
    blank: pd.Series


def admission(feed: Feed, file: Path, agreement: Agreement) -> Admission:
    return admit(feed.mapping, agreement, read.columns_of(file, feed.mapping.file), file.name)


def rows(feed: Feed, file: Path, agreement: Agreement, hasher: Hasher) -> Iterator[Rows]:
    """Read a file's permitted columns. Raises `LoadError` where the file is not what the mapping says."""
    columns = list(admission(feed, file, agreement).columns)
    for chunk in read.chunks(file, feed.mapping.file, columns):
        frame = chunk.frame.reset_index(drop=True)
        text = frame.astype(object).where(frame.notna(), "")
        content = ["\x1f".join(values) for values in zip(*(text[name] for name in columns), strict=True)]
        yield Rows(
            file=file,
            first_row=chunk.first_row,
            text=frame,
            typed=typed(frame, feed.mapping, hasher, file.name, chunk.first_row),
            hashes=pd.Series(hasher.many(f"{feed.mapping.feed}\x1e{line}" for line in content)),
            blank=pd.Series([not line.strip("\x1f ") for line in content]),
        )
