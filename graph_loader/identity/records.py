"""Records of people as a load brings them: in standard form, in files of the data directory until they are linked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from graph_loader.identity import standard
from graph_loader.identity.model import private

_TEXTS = pa.list_(pa.string())
SAID = pa.schema(
    [
        ("token", pa.string()), ("near", pa.list_(pa.int64())), ("head", pa.int64()), ("tail", pa.int64()),
        ("given", pa.string()), ("initial", pa.string()), ("forms", _TEXTS), ("middle", pa.string()),
        ("family", pa.string()), ("words", _TEXTS), ("birth", pa.string()), ("sex", pa.string()),
        ("generation", pa.int8()), ("street", pa.string()), ("house", pa.string()), ("road", pa.string()),
        ("unit", pa.string()), ("zip", pa.string()),
    ]
)  # fmt: skip
"""What a record says of who someone is; what it does not say is null."""
SCHEMA = pa.schema(
    [
        ("source_id", pa.string()), ("role", pa.string()), ("feed", pa.string()), *SAID, ("city", pa.string()),
        ("address_since", pa.date32()), ("evidence", pa.string()), ("filed_under", pa.string()),
        ("agency_number", pa.string()), ("person_number", pa.string()), ("entry", pa.string()),
    ]
)  # fmt: skip
"""A record: whose it is (source id and role), who sent it, what it says, of where someone lives, since when; a token of
the benefit unit that it is filed under, the agency's own numbers of the row and of the person, and the entry of its
feed that it is, where that holds each person once for each entry."""

Once = bool | tuple[str, ...]
"""Whether a feed holds each person once; or the columns for each of whose values it does."""

_AS_THEY_ARE = (
    "source_id", "role", "feed", "token", "sex", "evidence", "address_since", "filed_under", "agency_number",
    "person_number", "entry",
)  # fmt: skip
"""Columns that need no form."""


def standardised(raw: pd.DataFrame) -> pa.Table:
    """Raw person records in one form (`SCHEMA`): names and addresses as `standard` has them, near tokens as numbers."""
    raw = raw.astype(object).where(raw.notna(), None)
    lines = [standard.in_order(*lines) for lines in zip(raw["street"], raw["unit"], strict=True)]
    pairs = [(number, line) for number, (line, _) in zip(raw["number"], lines, strict=True)]
    streets = {pair: standard.street(*pair) or None for pair in set(pairs)}
    street = pd.Series([streets[pair] for pair in pairs], index=raw.index, dtype=object)
    places = _each(street, standard.house_and_road)
    near, head, tail = _numbers(raw["near"])
    given = pd.Series(_each(raw["first_name"], standard.given_name), index=raw.index, dtype=object)
    names = list(zip(raw["last_name"], given.where(given.notna(), ""), strict=True))
    families = {name: standard.family_words(*name) for name in set(names)}
    columns: dict[str, Any] = {
        **{name: raw[name] for name in _AS_THEY_ARE},
        "near": near,
        "head": head,
        "tail": tail,
        "given": given,
        "initial": _each(raw["first_name"], standard.initial),
        "forms": _each(given, lambda name: list(standard.forms(name))),
        "middle": _each(raw["middle_name"], standard.middle_name),
        "family": ["".join(families[name]) or None for name in names],
        "words": [[word for word in families[name] if len(word) > 2] or None for name in names],
        "birth": _each(raw["birth_date"], standard.birth_date),
        "generation": [
            standard.generation(*name)
            for name in zip(raw["last_name"], raw["middle_name"], raw["first_name"], strict=True)
        ],
        "street": street,
        "house": [place and place[0] for place in places],
        "road": [place and place[1] for place in places],
        "unit": _each(pd.Series([line for _, line in lines], dtype=object), standard.unit),
        "zip": _each(raw["zip"], standard.zip5),
        "city": _each(raw["city"], standard.plain),
    }
    arrays = [
        one if isinstance(one := columns[field.name], pa.Array) else pa.array(list(one), field.type) for field in SCHEMA
    ]
    return pa.Table.from_arrays(arrays, schema=SCHEMA)


def columns_of(once: Once) -> str | None:
    """Once for each value of which columns, as text; nothing in it where a feed holds each person once, None where it
    may hold anyone twice."""
    return "" if once is True else json.dumps(once) if once else None


def entry(columns: tuple[str, ...], values: Iterable[str]) -> str:
    """Which entry a row with those values is, in a feed that holds each person once for each."""
    return f"{columns_of(columns)}{json.dumps(list(values))}"


def _each(values: pd.Series, read: Callable[[Any], Any]) -> list[Any]:
    """What `read` makes of each distinct value; nothing of nothing, and an empty text is nothing."""
    known = {value: None if value is None or value == "" else read(value) or None for value in values.unique()}
    return [known[value] for value in values]


def _numbers(near: pd.Series) -> tuple[pa.Array, pa.Array, pa.Array]:
    """Near tokens (16 hex digits each) as signed 64-bit numbers: all but the first two; the first; the second."""
    texts = near.fillna("").tolist()
    counts = np.array([(len(text) + 1) // 17 if text and "-" not in text else 0 for text in texts], np.int64)
    whole = np.frombuffer(
        bytes.fromhex("".join(text for text, count in zip(texts, counts, strict=True) if count)), ">i8"
    )
    starts = np.cumsum(counts) - counts
    lists: list[list[int] | None] = [None] * len(texts)
    heads: list[int | None] = [None] * len(texts)
    tails: list[int | None] = [None] * len(texts)
    for i in np.flatnonzero(counts).tolist():
        numbers = whole[starts[i] : starts[i] + counts[i]].tolist()
        heads[i], tails[i] = numbers[:2]
        lists[i] = sorted(set(numbers[2:]))
    for i, text in enumerate(texts):
        if text and not counts[i]:  # a number of ten digits has no parts
            lists[i] = sorted({_number(part) for part in text.split(" ")[2:]})
    return pa.array(lists, pa.list_(pa.int64())), pa.array(heads, pa.int64()), pa.array(tails, pa.int64())


def _number(part: str) -> int:
    return int.from_bytes(bytes.fromhex(part), "big", signed=True)


class Arrivals:
    """Records that came with a load and wait to be linked: Parquet files of a folder, one a feed, mode 0600."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._writers: dict[str, pq.ParquetWriter] = {}

    def add(self, feed: str, records: pa.Table) -> None:
        if feed not in self._writers:
            with private(self._file(feed)):
                pass
            self._writers[feed] = pq.ParquetWriter(self._file(feed), SCHEMA, compression="zstd")
        self._writers[feed].write_table(records)

    def forget(self, feed: str) -> None:
        """Let go of a feed's records, which will be read again."""
        if writer := self._writers.pop(feed, None):
            writer.close()
            self._file(feed).unlink()

    def files(self) -> list[str]:
        """What was added, whole; nothing can be added any more."""
        for writer in self._writers.values():
            writer.close()
        return sorted(str(self._file(feed)) for feed in self._writers)

    def _file(self, feed: str) -> Path:
        return self.folder / f"{feed}.parquet"
