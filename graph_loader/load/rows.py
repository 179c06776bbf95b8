"""A feed's rows as values with their content hashes, chunk by chunk; read once to plan, once to load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from governance.agreement import Agreement
from graph_loader.admit.admission import Admission, admit
from graph_loader.identity.tokens import Hasher
from graph_loader.load.feeds import Feed
from graph_loader.mapping.document import Mapping
from graph_loader.quality.values import Typed, typed
from graph_loader.sources import read


@dataclass(frozen=True)
class Rows:
    """One chunk of one file; series are aligned with `numbers`, the rows' numbers in the file.

    `hashes` are keyed hashes of each row's permitted content and of what the mapping makes of it: where either
    changes, the row is another record. `malformed`: numbers of rows of which nothing could be read.
    """

    file: Path
    numbers: npt.NDArray[np.int64]
    text: pd.DataFrame
    typed: Typed
    hashes: pd.Series
    blank: pd.Series
    malformed: tuple[int, ...]

    @property
    def count(self) -> int:
        return len(self.numbers) + len(self.malformed)

    def record_numbers(self, mapping: Mapping, some: pd.Series) -> list[str]:
        """The agency's own record numbers of some of the rows."""
        parts = (self.typed.values.loc[some, name] for name in mapping.record)
        return ["/".join(map(str, number)) for number in zip(*parts, strict=True)]


def admission(feed: Feed, file: Path, agreement: Agreement) -> Admission:
    return admit(feed.mapping, agreement, read.columns_of(file, feed.mapping.file), file.name)


def rows(feed: Feed, file: Path, agreement: Agreement, hasher: Hasher) -> Iterator[Rows]:
    """Read a file's permitted columns. Raises `LoadError` where the file is not what the mapping says."""
    columns = list(admission(feed, file, agreement).columns)
    head = f"{feed.mapping.feed}\x1e{feed.mapping.meaning()}\x1e"
    for chunk in read.chunks(file, feed.mapping.file, columns):
        frame = chunk.frame.reset_index(drop=True)
        text = frame.astype(object).where(frame.notna(), "")
        content = ["\x1f".join(values) for values in zip(*(text[name] for name in columns), strict=True)]
        yield Rows(
            file=file,
            numbers=chunk.numbers,
            text=frame,
            typed=typed(frame, feed.mapping, hasher, file.name, chunk.numbers),
            hashes=pd.Series(hasher.many(head + line for line in content)),
            blank=pd.Series([not line.strip("\x1f ") for line in content], dtype=bool),
            malformed=chunk.malformed,
        )
