"""A feed's rows as values with their content hashes, chunk by chunk; read once to plan, once to load."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph_loader.admit.contract import Opened
from graph_loader.errors import Fault
from graph_loader.identity.tokens import Hasher
from graph_loader.mapping.document import Mapping
from graph_loader.quality.values import Typed, typed
from graph_loader.sources.source import Source

KEPT = "another row of its family is bad, and they are kept together"


@dataclass(frozen=True)
class Decided:
    """What is known of a feed's rows only once all have been read: columns that are left empty where they cannot be
    read, and families of which a row is bad."""

    emptied: frozenset[str] = frozenset()
    families: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Rows:
    """One chunk of one source; series are aligned with `numbers`, the rows' numbers in it.

    `hashes` are keyed hashes of each row's permitted content and of what the mapping makes of it: where either
    changes, the row is another record. SSNs count by their tokens. `malformed`: numbers of rows of which nothing could
    be read. `share`: how much of the source has been read, where that is known.
    """

    source: Source
    numbers: npt.NDArray[np.int64]
    text: pd.DataFrame
    typed: Typed
    hashes: pd.Series
    blank: pd.Series
    malformed: tuple[int, ...]
    share: float | None

    @property
    def count(self) -> int:
        return len(self.numbers) + len(self.malformed)

    def record_numbers(self, mapping: Mapping, some: pd.Series) -> list[str]:
        """The agency's own record numbers of some of the rows."""
        return self._keys(mapping.record, some)

    def families(self, mapping: Mapping, some: pd.Series) -> list[str]:
        """What tells the families of some of the rows apart; not of rows that lack a part of it."""
        return self._keys(mapping.together, some & self.has(mapping.together))

    def has(self, columns: tuple[str, ...]) -> pd.Series:
        """Which rows have a value in each of these columns."""
        return self.typed.values[list(columns)].notna().all(axis=1)

    def unnumbered(self, mapping: Mapping, some: pd.Series) -> bool:
        """Whether the record number of any of these rows cannot be read."""
        return bool((some & ~self.has(mapping.record)).any())

    def _keys(self, columns: tuple[str, ...], some: pd.Series) -> list[str]:
        parts = (self.typed.values.loc[some, name] for name in columns)
        return ["/".join(map(str, key)) for key in zip(*parts, strict=True)]


def rows(opened: Opened, mapping: Mapping, hasher: Hasher, decided: Decided) -> Iterator[Rows]:
    """Read a source's permitted columns. Raises `LoadError` where it is not what the mapping says."""
    source, columns = opened.source, list(opened.admission.columns)
    head = f"{mapping.feed}\x1e{mapping.meaning()}\x1e"
    reader = source.hasher(hasher)
    for chunk in source.chunks(columns):
        frame = chunk.frame.reset_index(drop=True)
        values = typed(frame, mapping, reader, source.name, chunk.numbers, decided.emptied)
        content = _content(frame, values.values, mapping)
        numbers = [name for name in columns if mapping.columns[name].kind == "ssn"]
        unnamed = frame[numbers].isna().all(axis=1)  # of an unreadable SSN nothing is in the content
        found = Rows(
            source=source,
            numbers=chunk.numbers,
            text=frame,
            typed=values,
            hashes=pd.Series(hasher.many(head + line for line in content)),
            blank=pd.Series([not line.strip("\x1f ") for line in content], dtype=bool) & unnamed,
            malformed=chunk.malformed,
            share=chunk.share,
        )
        yield _kept_together(found, mapping, decided.families) if decided.families else found


def _content(frame: pd.DataFrame, values: pd.DataFrame, mapping: Mapping) -> list[str]:
    """What each row says, in the mapping's columns; what is not there or may not be is empty."""
    nothing = [""] * len(frame)
    parts = []
    for name, column in mapping.columns.items():
        if name not in frame:
            parts.append(nothing)
            continue
        text = values[name] if column.kind == "ssn" else frame[name]
        parts.append(text.astype(object).where(text.notna(), "").tolist())
    return ["\x1f".join(row) for row in zip(*parts, strict=True)]


def _kept_together(found: Rows, mapping: Mapping, families: frozenset[str]) -> Rows:
    """The rows, with those bad as well whose family has a bad one."""
    whole = found.has(mapping.together)
    held = pd.Series(False, index=whole.index)
    held[whole] = [family in families for family in found.families(mapping, whole)]
    held &= ~found.typed.bad & ~found.blank
    if not held.any():
        return found
    reasons = found.typed.reasons.where(~held, f"{KEPT}; ")
    fault = Fault(
        "ROW_KEPT_TOGETHER", found.source.name, KEPT, "Mend the bad row; all of them are then loaded together.",
        rows=tuple(found.numbers[held.to_numpy()].tolist()),
    )  # fmt: skip
    values = replace(found.typed, bad=found.typed.bad | held, reasons=reasons, faults=(*found.typed.faults, fault))
    return replace(found, typed=values)
