"""What records say of people, each thing once: the rows that the model compares.

Records that say the same, and enough to name one person, are one description. So are ten thousand identical rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from graph_loader.identity import standard

SAID = (
    "token", "near", "first", "initial", "middle", "last", "words", "birth_date", "sex", "street", "unit", "zip",
)  # fmt: skip
"""Columns of records that say who someone is."""
_SPLIT = "\x1f"
_TEXTS = pa.list_(pa.string())
_NUMBERS = pa.list_(pa.int64())
SCHEMA = pa.schema(
    [
        ("id", pa.int64()), ("times", pa.int64()), ("feeds", _TEXTS), ("feeds_before", _TEXTS),
        ("token", pa.string()), ("near", _NUMBERS), ("head", pa.int64()),
        ("tail", pa.int64()),
        ("given", pa.string()), ("initial", pa.string()), ("forms", _TEXTS), ("form", pa.string()),
        ("middle", pa.string()), ("family", pa.string()), ("words", _TEXTS), ("birth", pa.string()),
        ("sex", pa.string()), ("house", pa.string()), ("road", pa.string()), ("place", pa.string()),
        ("home", pa.string()), ("zip", pa.string()),
    ]
)  # fmt: skip


@dataclass(frozen=True)
class Descriptions:
    """`of`: which description each record has; `table`: one row each (`SCHEMA`), its id its place."""

    of: npt.NDArray[np.int64]
    table: pa.Table


def describe(records: pd.DataFrame, known: int = 0) -> Descriptions:
    """Gather records by what they say. Ids go by first appearance: records that follow change none of them.

    `known`: so many of the records, the first ones, were known before.
    """
    said = records[list(SAID)].astype(object)
    said = said.where(said.notna() & (said != ""), None)
    has = said.notna()
    named = has["first"] & has["last"]
    whole = (has["token"] & (has["first"] | has["last"])) | (named & (has["birth_date"] | has["street"]))
    told = said.assign(near=said["near"].where(~has["token"], None))  # a whole token says as much
    texts = [told[name].map(str, na_action="ignore").fillna("") for name in SAID]
    alone = (records["source_id"] + ":" + records["role"]).where(~whole, "")
    keys = [_SPLIT.join(row) for row in zip(*texts, alone, strict=True)]
    twice = pd.DataFrame({"source": records["source_id"].to_numpy(), "key": keys, "role": records["role"].to_numpy()})
    lead = twice.groupby(["source", "key"], sort=False)["role"].transform("min")
    for i in np.flatnonzero((twice["role"] != lead).to_numpy()):  # two people of one row, whatever it says of them
        keys[i] += f"{_SPLIT}{twice['source'][i]}:{twice['role'][i]}"
    of, _ = pd.factorize(pd.array(keys, dtype=object))
    _, firsts = np.unique(of, return_index=True)
    return Descriptions(
        of.astype(np.int64),
        _table(said.iloc[firsts], np.bincount(of), _feeds(records, of), _feeds(records.iloc[:known], of[:known])),
    )


def _feeds(records: pd.DataFrame, of: npt.NDArray[np.int64]) -> dict[int, list[str]]:
    """Which feeds have each description."""
    pairs = pd.DataFrame({"of": of, "feed": records["feed"].to_numpy()}).drop_duplicates().sort_values(["of", "feed"])
    found: dict[int, list[str]] = {}
    for description, feed in zip(pairs["of"].tolist(), pairs["feed"].tolist(), strict=True):
        found.setdefault(description, []).append(feed)
    return found


def _table(
    said: pd.DataFrame, times: npt.NDArray[np.int64], feeds: dict[int, list[str]], before: dict[int, list[str]]
) -> pa.Table:
    near = _each(said["near"], lambda text: [_number(part) for part in str(text).split(" ")])
    places = _each(said["street"], lambda text: standard.house_and_road(str(text)))
    houses, roads = ([place[i] if place else None for place in places] for i in (0, 1))
    zips, units = said["zip"].tolist(), said["unit"].tolist()
    whole = [
        f"{house} {road} {zip5 or ''}" if house and road else None
        for house, road, zip5 in zip(houses, roads, zips, strict=True)
    ]
    forms = _each(said["first"], lambda name: list(standard.forms(str(name))))
    columns = {
        "id": range(len(said)),
        "times": times,
        "feeds": [feeds.get(i) for i in range(len(said))],
        "feeds_before": [before.get(i) for i in range(len(said))],
        "token": said["token"].tolist(),
        "near": [sorted(set(parts[2:])) if parts else None for parts in near],
        "head": [parts[0] if parts else None for parts in near],
        "tail": [parts[1] if parts else None for parts in near],
        "given": said["first"].tolist(),
        "initial": said["initial"].tolist(),
        "forms": forms,
        "form": [some[0] if some else None for some in forms],
        "middle": said["middle"].tolist(),
        "family": said["last"].tolist(),
        "words": _each(said["words"], lambda text: [word for word in str(text).split() if len(word) > 2] or None),
        "birth": [None if day is None else str(day)[:10] for day in said["birth_date"]],
        "sex": said["sex"].tolist(),
        "house": houses,
        "road": roads,
        "place": whole,
        "zip": zips,
        "home": [place and f"{place}#{unit or ''}" for place, unit in zip(whole, units, strict=True)],
    }
    return pa.Table.from_arrays([pa.array(list(columns[field.name]), field.type) for field in SCHEMA], schema=SCHEMA)


def _each(texts: pd.Series, read: Callable[[object], Any]) -> list[Any]:
    """What `read` makes of each distinct text."""
    known = {text: read(text) for text in texts.dropna().unique()}
    return [known.get(text) for text in texts]


def _number(part: str) -> int | None:
    """A token of 16 hex digits as a signed 64-bit number."""
    return None if part == "-" else int.from_bytes(bytes.fromhex(part), "big", signed=True)
