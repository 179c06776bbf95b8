"""What a feed's rows come from: read as often as needed, a column at a time permitted, every value as text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph_loader.identity.tokens import Hasher

CHUNK_ROWS = 50_000


@dataclass(frozen=True)
class Chunk:
    """Rows of text with their numbers, data rows counting from 1; and the numbers of rows that are none.

    A malformed row has fewer or more fields than the header: nothing of it is read. `share`: how much of the source
    has been read with it, where that is known.
    """

    numbers: npt.NDArray[np.int64]
    frame: pd.DataFrame
    malformed: tuple[int, ...] = ()
    share: float | None = None


class Source(Protocol):
    """A file, a query, or what was set aside. Raises `LoadError` where it is not what the mapping says.

    What is written out here holds for rows that stand where they are read, with SSNs as they are.
    """

    @property
    def name(self) -> str:
        """By this accounts and provenance go; one of its own in a feed."""

    @property
    def control(self) -> Path | None:
        """Where the agency's own account of it would be."""
        return None

    def columns(self) -> list[str]:
        """The columns that it has, in order."""

    def chunks(self, columns: list[str]) -> Iterator[Chunk]:
        """Its rows, these columns only; an empty field is null."""

    def hasher(self, hasher: Hasher) -> Hasher:
        """What makes tokens of its SSNs."""
        return hasher

    def origins(self, numbers: list[int]) -> list[tuple[str, int, str | None]]:
        """Where rows of these numbers first stood: file, row and, where it is another's, that file's digest."""
        return [(self.name, number, None) for number in numbers]

    def seems(self) -> int:
        """How many rows it seems to have, when none of it is to be read."""

    def digest(self) -> str:
        """SHA-256 of what it held when it was last read whole."""
