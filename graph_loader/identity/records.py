"""The linkage store: each record of a person, standardised, with the person it was given to, and scored pairs.

Parquet files of the data directory (mode 0600). It can be rebuilt from the files and the graph.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from graph_loader.errors import Fault, LoadError
from graph_loader.identity import standard
from graph_loader.identity.model import Model, private
from graph_loader.identity.score import Edges

COLUMNS = (
    "source_id", "role", "feed", "token", "near", "first", "initial", "middle", "last", "words", "birth_date", "sex",
    "street", "unit", "zip", "city", "address_since", "evidence",
    "person_id", "because", "match_weight", "model", "recorded_from", "recorded_to",
)  # fmt: skip


@dataclass(frozen=True)
class Linkage:
    """What is known of who is who: records, the scored pairs of what they say, and the model that scored them.

    Without `edges` every pair is scored again.
    """

    records: pd.DataFrame
    edges: Edges | None
    model: Model | None

    @classmethod
    def nothing(cls) -> Linkage:
        return cls(pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS}), Edges.none(), None)


class LinkageStore:
    """What is known of who is who, one folder a load, named by its recorded time, files of mode 0600.

    A load reads that of the newest published one and writes its own before it publishes, so that one that
    is cut off or abandoned changes nothing.
    """

    def __init__(self, data: Path) -> None:
        self._data = data

    def load(self, published: date | None) -> Linkage:
        """What the newest published load left."""
        if published is None:
            return Linkage.nothing()
        folder = self._folder(published)
        if not folder.exists():
            raise LoadError(
                Fault(
                    "LINKAGE_MISSING", str(folder), "what is known of who is who is not there, so people would split",
                    "Put back the data directory of the graph, or its backup.",
                )
            )  # fmt: skip
        records = pd.read_parquet(folder / "records.parquet").astype(object)
        try:
            model = Model.read(folder) if (folder / "model.json").exists() else None
        except ValueError:  # of another version of the comparisons: everything is compared again
            return Linkage(records.where(records.notna(), None), None, None)
        return Linkage(records.where(records.notna(), None), Edges.read(folder / "edges.parquet"), model)

    def save(self, linkage: Linkage, received: date) -> None:
        folder = self._folder(received)
        fresh = folder.with_name(f"{folder.name}.new")
        for old in (fresh, folder):
            shutil.rmtree(old, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        with private(fresh / "records.parquet") as file:
            linkage.records[list(COLUMNS)].to_parquet(file, index=False)
        if linkage.edges is not None:
            linkage.edges.save(fresh / "edges.parquet")
        if linkage.model:
            linkage.model.save(fresh)
        fresh.rename(folder)

    def keep_only(self, published: date) -> None:
        """Take away what earlier loads left, and loads that were cut off."""
        for folder in self._data.glob("linkage-*"):
            if folder != self._folder(published):
                shutil.rmtree(folder)

    def _folder(self, received: date) -> Path:
        return self._data / f"linkage-{received}"


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
        initial=each("first_name", standard.initial),
        middle=each("middle_name", standard.middle_name),
        last=each("last_name", standard.family_name),
        words=each("last_name", lambda text: " ".join(standard.family_words(text))),
        street=[streets[pair] for pair in pairs],
        unit=each("unit", standard.unit),
        zip=each("zip", standard.zip5),
        city=each("city", standard.plain),
    )
