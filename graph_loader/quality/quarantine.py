"""Rows that could not be read: kept for mending, permitted columns only, SSNs as tokens, mode 0600."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from datetime import date
from itertools import islice
from pathlib import Path

import pandas as pd

from graph_loader.identity import tokens
from graph_loader.identity.tokens import Hasher
from graph_loader.mapping.document import Mapping
from graph_loader.sources.source import CHUNK_ROWS, Source

PLACE = ("ccg_file", "ccg_row", "ccg_reason")
"""Where a row stood, and why it is here; the mapping's columns follow."""


class Quarantine:
    """The quarantine files of one load, one a feed: `quarantine/<received>-<run>/<feed>.csv`.

    They are written while the files are read, and get their name when the run begins; a load of the same
    files has the same name and the same rows. What has no name at the end, of a load that was refused or that
    changed nothing, goes.
    """

    def __init__(self, data: Path) -> None:
        self.folder = self._reading = data / "quarantine" / "reading"
        shutil.rmtree(self._reading, ignore_errors=True)

    def __enter__(self) -> Quarantine:
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._reading, ignore_errors=True)

    def name(self, day: date, run: str) -> None:
        """Give what was kept its place, instead of what an attempt of the same run kept that was cut off."""
        place = self.folder.with_name(f"{day}-{run}")
        for before in place.parent.glob(f"*-{run}"):
            shutil.rmtree(before)
        if self.folder.exists():
            self.folder.rename(place)
        self.folder = place

    def forget(self, feed: str) -> None:
        """Take back what was kept of a feed that is read again."""
        for file in (f"{feed}.csv", f"{feed}.mapping.json"):
            (self.folder / file).unlink(missing_ok=True)

    def keep(
        self, mapping: Mapping, frame: pd.DataFrame, reasons: pd.Series, source: Source, numbers: list[int],
        hasher: Hasher,
    ) -> None:  # fmt: skip
        """Append bad rows with their place and reasons."""
        kept = frame.copy()
        for name, column in mapping.columns.items():
            if column.kind == "ssn" and name in kept:
                texts = [None if pd.isna(text) else text for text in kept[name]]
                kept[name] = [tokens.kept(hasher.ssn(text), hasher.near_ssn(text)) for text in texts]
        self._append(mapping, kept.reindex(columns=list(mapping.columns)), list(reasons), source, numbers)

    def keep_unread(self, mapping: Mapping, reason: str, source: Source, numbers: Iterable[int]) -> None:
        """Append the place of rows of which nothing was read, and the reason."""
        left = iter(numbers)
        while places := list(islice(left, CHUNK_ROWS)):
            nothing = pd.DataFrame(index=range(len(places)), columns=list(mapping.columns))
            self._append(mapping, nothing, [reason] * len(places), source, places)

    def _append(
        self, mapping: Mapping, kept: pd.DataFrame, reasons: list[str], source: Source, numbers: list[int]
    ) -> None:
        origins = source.origins(numbers)
        kept.insert(0, "ccg_reason", [reason.removesuffix("; ") for reason in reasons])
        kept.insert(0, "ccg_row", [row for _, row, _ in origins])
        kept.insert(0, "ccg_file", [file for file, _, _ in origins])
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = self.folder / f"{mapping.feed}.csv"
        fresh = not target.exists()
        if fresh:
            self._write(target.with_suffix(".mapping.json"), mapping.model_dump_json(by_alias=True))
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "a", newline="") as stream:
            kept.to_csv(stream, index=False, header=fresh)

    def _write(self, file: Path, text: str) -> None:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
            stream.write(text)
