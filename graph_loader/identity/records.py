"""The linkage store: each record of a person, standardised, with the person it was given to.

A Parquet file of the data directory (mode 0600). It can be rebuilt from the files and the graph.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pandas as pd

from graph_loader.errors import Fault, LoadError
from graph_loader.identity import standard

COLUMNS = (
    "source_id", "role", "feed", "token", "first", "last", "birth_date", "sex",
    "street", "unit", "zip", "city", "address_since", "evidence",
    "person_id", "because", "recorded_from", "recorded_to",
)  # fmt: skip


class LinkageStore:
    """What is known of records, one file a load, named by its recorded time.

    A load reads that of the newest published one and writes its own before it publishes, so that one that
    is cut off or abandoned changes nothing.
    """

    def __init__(self, data: Path) -> None:
        self._data = data

    def load(self, published: date | None) -> pd.DataFrame:
        """The records as the newest published load left them."""
        file = self._file(published) if published else None
        if file is not None and not file.exists():
            raise LoadError(
                Fault(
                    "LINKAGE_MISSING", str(file), "what is known of who is who is not there, so people would split",
                    "Put back the data directory of the graph, or its backup.",
                )
            )  # fmt: skip
        if file is None:
            return pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
        return pd.read_parquet(file).astype(object).where(lambda frame: frame.notna(), None)

    def save(self, records: pd.DataFrame, received: date) -> None:
        fresh = self._file(received).with_suffix(".new")
        os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        records.to_parquet(fresh, index=False)
        fresh.replace(self._file(received))

    def keep_only(self, published: date) -> None:
        """Take away the files of earlier loads."""
        for file in self._data.glob("linkage-*.parquet"):
            if file != self._file(published):
                file.unlink()

    def _file(self, received: date) -> Path:
        return self._data / f"linkage-{received}.parquet"


def standardised(raw: pd.DataFrame) -> pd.DataFrame:
    """Names and addresses of raw person records in one form (see `standard`)."""
    raw = raw.astype(object).where(raw.notna(), None)

    def each(name: str, how: object) -> list[str]:
        known = {value: how(value) for value in raw[name].unique()}  # type: ignore[operator]
        return [known[value] for value in raw[name]]

    pairs = list(zip(raw["number"], raw["street"], strict=True))
    streets = {pair: standard.street(*pair) for pair in set(pairs)}
    return raw.assign(
        first=each("first_name", standard.given_name),
        last=each("last_name", standard.family_name),
        street=[streets[pair] for pair in pairs],
        unit=each("unit", standard.unit),
        zip=each("zip", standard.zip5),
        city=each("city", standard.plain),
    )
