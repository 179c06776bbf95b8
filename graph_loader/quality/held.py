"""What earlier loads set aside: to list, show, correct and read again.

Beside `quarantine/<day>-<run>/<feed>.csv` stand the mapping that read it, `<feed>.mapping.json`, and the corrections
that were given, `<feed>.corrections.csv`.
"""

from __future__ import annotations

import csv
import hashlib
import os
import re
from collections.abc import Collection, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from graph_loader.errors import Fault, LoadError, listed
from graph_loader.identity.tokens import Hasher, KeptTokens, kept
from graph_loader.mapping.document import Mapping
from graph_loader.quality.quarantine import PLACE
from graph_loader.sources.source import CHUNK_ROWS, Chunk, Source

Place = tuple[str, int]
"""The file and the row where a row first stood."""
KEY = ["ccg_file", "ccg_row"]
REPLAYED = "quarantine/"
"""The names of sources of such rows begin so."""
_FOLDER = re.compile(r"(\d{4}-\d\d-\d\d)-([0-9a-f]+)")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so may be run by a spreadsheet."""


@dataclass(frozen=True)
class Held:
    """The rows of one feed that one load set aside."""

    run: str
    received: date
    feed: str
    path: Path

    @property
    def mapping(self) -> Mapping:
        """The mapping that could not read them."""
        return Mapping.model_validate_json(self.path.with_suffix(".mapping.json").read_text())

    def rows(self, settled: Container[Place] = ()) -> pd.DataFrame:
        """Place, reason and the permitted columns as text, SSNs as tokens, corrections put in; without those settled.

        In the column `ccg_read`: whether anything of the row is known.
        """
        rows = _read(self.path).set_index(KEY)
        for name, given in self._corrections().groupby("column"):
            rows[name] = rows[name].astype(object) if name in rows else pd.Series(None, rows.index, dtype=object)
            rows.loc[pd.MultiIndex.from_frame(given[KEY]), name] = given["value"].tolist()
        columns = [name for name in rows.columns if name not in PLACE]
        every = rows.assign(ccg_read=rows[columns].notna().any(axis=1)).reset_index()
        left = [place not in settled for place in places_of(every)]
        return every[left].reset_index(drop=True)

    def places(self) -> list[Place]:
        """Where its rows stood."""
        return places_of(pd.read_csv(self.path, usecols=KEY, dtype={"ccg_file": str}))

    def correct(self, file: Path, hasher: Hasher, mapping: Mapping | None = None) -> int:
        """Take in a file of corrections: `ccg_file`, `ccg_row` and the columns to put in. Gives how many rows it has.

        `mapping`: as it is now, where it has columns that it did not have then. A later correction of a cell stands
        for an earlier one. Raises `LoadError` where it fits no row or column.
        """
        columns = self.mapping.columns | (mapping.columns if mapping else {})
        given = _corrections(file, self, columns)
        for name, column in columns.items():
            if column.kind == "ssn" and name in given:
                given[name] = [_token(text, hasher) for text in given[name]]
        cells = given.reset_index().melt(KEY, var_name="column", value_name="value")
        every = pd.concat([self._corrections(), cells]).drop_duplicates([*KEY, "column"], keep="last")
        write_private(self.path.with_suffix(".corrections.csv"), every)
        return len(given)

    def _corrections(self) -> pd.DataFrame:
        """What stands in place of single cells: place, column, value."""
        file = self.path.with_suffix(".corrections.csv")
        return _read(file) if file.exists() else pd.DataFrame(columns=[*KEY, "column", "value"])


@dataclass(frozen=True)
class HeldSource(Source):
    """Rows that were set aside, as a source of their feed. `digests` of the files where they stood, as far as known."""

    held: Held
    rows: pd.DataFrame
    digests: dict[str, str]

    @property
    def name(self) -> str:
        return f"{REPLAYED}{self.held.received}-{self.held.run}"

    def columns(self) -> list[str]:
        return [name for name in self.rows.columns if name not in (*PLACE, "ccg_read")]

    def chunks(self, columns: list[str]) -> Iterator[Chunk]:
        for start in range(0, len(self.rows), CHUNK_ROWS):
            part = self.rows.iloc[start : start + CHUNK_ROWS]
            yield Chunk(np.arange(start + 1, start + 1 + len(part)), part[columns].reset_index(drop=True))

    def hasher(self, hasher: Hasher) -> Hasher:
        return KeptTokens(hasher.key)

    def origins(self, numbers: list[int]) -> list[tuple[str, int, str | None]]:
        some = self.rows.iloc[[number - 1 for number in numbers]]
        return [(file, row, self.digests.get(file)) for file, row in places_of(some)]

    def seems(self) -> int:
        return len(self.rows)

    def digest(self) -> str:
        return hashlib.sha256(self.rows.drop(columns="ccg_read").to_csv(index=False).encode()).hexdigest()


def places_of(rows: pd.DataFrame) -> list[Place]:
    """Where rows stood first."""
    return list(zip(rows["ccg_file"].tolist(), rows["ccg_row"].tolist(), strict=True))


def held(data: Path, published: Collection[str]) -> list[Held]:
    """Everything that published runs set aside, the oldest first."""
    found = []
    for folder in sorted((data / "quarantine").glob("*")):
        named = _FOLDER.fullmatch(folder.name)
        if named and named[2] in published:
            found += [
                Held(named[2], date.fromisoformat(named[1]), file.stem, file)
                for file in sorted(folder.glob("*.csv"))
                if "." not in file.stem
            ]
    return found


def find(data: Path, published: Collection[str], run: str, feeds: Iterable[str] = ()) -> list[Held]:
    """What one run set aside, of some feeds or of all. Raises `LoadError` where there is nothing."""
    wanted = set(feeds)
    found = [one for one in held(data, published) if one.run == run and (not wanted or one.feed in wanted)]
    if not found:
        what = "no published run of this id set anything aside"
        raise LoadError(Fault("QUARANTINE_NONE", run, what, "`ccg quarantine` lists what was set aside."))
    return found


def exported(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows for a spreadsheet: nothing in them is run as a formula; a correction file may have them as they are."""
    return rows.map(lambda cell: f"'{cell}" if _runs(cell) else cell)


def write_private(file: Path, rows: pd.DataFrame) -> None:
    """Replace a CSV file whole, readable by its owner alone."""
    fresh = file.with_name(f"{file.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", newline="") as stream:
        rows.to_csv(stream, index=False)
    fresh.replace(file)


def _corrections(file: Path, of: Held, columns: Collection[str]) -> pd.DataFrame:
    try:
        given = _read(file)
    except (ValueError, OSError, csv.Error):
        raise _fault("CORRECTION_UNREADABLE", file, "it is no CSV file in UTF-8", "Write it as CSV, UTF-8.") from None
    rows = _read(of.path)
    unknown = [name for name in given.columns if name not in rows.columns and name not in columns]
    if unknown or not set(KEY) <= set(given.columns):
        raise _fault(
            "CORRECTION_COLUMNS", file, f"it needs {', '.join(KEY)} and columns of the feed"
            + (f"; it has {len(unknown)} others" if unknown else ""),
            f"Have columns of {listed(columns)}.",
        )  # fmt: skip
    given = given.drop(columns="ccg_reason", errors="ignore")
    given = given.map(lambda cell: cell[1:] if isinstance(cell, str) and cell[:1] == "'" and _runs(cell[1:]) else cell)
    given = given.set_index(KEY)
    if given.index.duplicated().any():
        raise _fault("CORRECTION_TWICE", file, "it has a row twice", "Correct each row once.")
    strange = [number for _, number in given.index.difference(rows.set_index(KEY).index)]
    if strange:
        raise LoadError(
            Fault(
                "CORRECTION_OF_NOTHING", file.name, f"run {of.run} set no such row of {of.feed} aside",
                "`ccg quarantine show` has the files and rows.", rows=tuple(strange),
            )
        )  # fmt: skip
    return given


def _runs(cell: object) -> bool:
    """Whether a spreadsheet may take a cell for a formula."""
    return isinstance(cell, str) and cell.startswith(_FORMULA)


def _read(file: Path) -> pd.DataFrame:
    frame = pd.read_csv(file, dtype=str, keep_default_na=False, na_values=[""])
    if "ccg_row" in frame:
        frame["ccg_row"] = frame["ccg_row"].astype("int64")
    return frame


def _token(text: object, hasher: Hasher) -> str | None:
    """The token of a number; one that is a token already stays."""
    if not isinstance(text, str):
        return None
    if re.fullmatch(r"([0-9a-f]{24}|-)(\|[0-9a-f -]+)?", text):
        return text
    return kept(hasher.ssn(text), hasher.near_ssn(text))


def _fault(code: str, file: Path, what: str, fix: str) -> LoadError:
    return LoadError(Fault(code, file.name, what, fix))
