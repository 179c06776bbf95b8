"""Which spellings of an address are one: a misread house number, another ZIP code, a street written otherwise, a
house's or an apartment's number left out.

Two spellings are one address where they are written alike and somebody, or some surname, is at both: on one street
there are many houses of which one digit differs, but hardly two of one family. From 3 to 5 Elm Street somebody may well
have moved: of numbers of one or two digits, and of apartments such as 3A, none is taken for another. Where several
houses of a street, or apartments of a house, are known, an address that names none is that which records of the person,
or of their family, name.
"""

from __future__ import annotations

import duckdb
import pandas as pd
import pyarrow as pa

from graph_loader.identity.standard import house_and_road

PARTS = {"house": "road", "unit": "street"}
"""What an address may lack, and within what several of them are known."""
_ALIKE = """
WITH lived AS MATERIALIZED (
    SELECT DISTINCT o.who, a.*, regexp_extract(a.unit, '[0-9]+') AS number
    FROM given_occupants o JOIN given_addresses a ON a.key = o.key
), alike AS (
    SELECT a.key AS one, b.key AS other, a.unit, a.zip, a.units, a.number,
        b.unit AS other_unit, b.zip AS other_zip, b.units AS other_units, b.number AS other_number
    FROM lived a JOIN lived b ON a.who = b.who AND a.house = b.house AND substr(a.road, 1, 2) = substr(b.road, 1, 2)
    WHERE a.rank < b.rank AND jaro_winkler_similarity(a.road, b.road) >= 0.88
    UNION
    SELECT a.key, b.key, a.unit, a.zip, a.units, a.number, b.unit, b.zip, b.units, b.number
    FROM lived a JOIN lived b ON a.who = b.who AND a.road = b.road
    WHERE a.rank < b.rank AND (
        a.house IS NULL AND b.houses < 2 OR b.house IS NULL AND a.houses < 2 OR (
            damerau_levenshtein(a.house, b.house) <= 1 AND length(a.house) > 2 AND length(b.house) > 2
        )
    )
)
SELECT one, other FROM alike
WHERE (unit = other_unit OR unit = '' AND other_units < 2 OR other_unit = '' AND units < 2
       OR damerau_levenshtein(unit, other_unit) <= 1 AND length(unit) > 3 AND length(other_unit) > 3
       AND (number = other_number OR length(number) > 2 AND length(other_number) > 2))
  AND (zip = other_zip OR zip = '' OR other_zip = '' OR damerau_levenshtein(zip, other_zip) <= 1)
"""


def one_address(votes: pd.DataFrame, connection: duckdb.DuckDBPyConnection) -> pd.Series:
    """Each vote's address key by the spelling that most votes of the address have (ties: the lowest).

    `votes`: `key, street, unit, zip, person_id, last, records`.
    """
    counted = votes.groupby("key").agg(
        n=("records", "sum"), street=("street", "first"), unit=("unit", "first"), zip=("zip", "first")
    )  # fmt: skip
    counted = counted.reset_index().sort_values(["n", "key"], ascending=[False, True], ignore_index=True)
    parts = pd.DataFrame(
        [house_and_road(street) for street in counted["street"]], columns=["house", "road"], dtype="str"
    )
    addresses = pd.concat([counted[["key", "street", "unit", "zip"]], parts], axis=1).assign(rank=range(len(counted)))
    for part, within in PARTS.items():
        of = addresses[part].where(addresses[part] != "").groupby([addresses[within], addresses["zip"]])
        addresses[f"{part}s"] = of.transform("nunique")
    named = votes[votes["last"] != ""]
    occupants = pd.concat(
        [
            pd.DataFrame({"key": votes["key"], "who": "person " + votes["person_id"]}),
            pd.DataFrame({"key": named["key"], "who": "name " + named["last"]}),
        ]
    )
    for name, frame in (("given_addresses", addresses), ("given_occupants", occupants)):
        connection.register(name, pa.Table.from_pandas(frame, preserve_index=False))
    pairs = connection.execute(_ALIKE).fetchall()
    for name in ("given_addresses", "given_occupants"):
        connection.unregister(name)
    rank = dict(zip(addresses["key"], addresses["rank"], strict=True))
    stands_for: dict[str, str] = {}
    for one, other in sorted(pairs, key=lambda pair: (rank[pair[0]], rank[pair[1]])):
        if one not in stands_for and other not in stands_for:  # a spelling that stands for another leads nowhere itself
            stands_for[other] = one
    return votes["key"].map(lambda key: stands_for.get(key, key))


def completed(votes: pd.DataFrame, ties: pd.DataFrame) -> tuple[pd.Series, set[str]]:
    """Each vote's address key, where several houses of a street, or apartments of a house, are known: one that names
    none becomes that which records of the person name, if that is one, else that of people tied to them, else that of
    their last name. And the keys that still name none of several.

    `votes`: `key` ("street|unit|zip"), `person_id, last`; `ties`: `person_id, tie`.
    """
    keys, shared = votes["key"], set[str]()
    for part in PARTS:
        keys, left = _completed(votes.assign(key=keys), ties, part)
        shared |= left
    return keys, shared.intersection(keys)


def _completed(votes: pd.DataFrame, ties: pd.DataFrame, part: str) -> tuple[pd.Series, set[str]]:
    known = _parts(votes["key"].drop_duplicates())
    within = known["zip"] + "|" + known["street" if part == "unit" else "road"]
    several = known.assign(within=within, bare=known[part].isna())[known[part].groupby(within).transform("nunique") > 1]
    several = several[several["bare"].groupby(several["within"]).transform("any")]
    there = votes.loc[votes["key"].isin(several["key"]), ["key", "person_id", "last"]].drop_duplicates()
    there = there.merge(several[["key", "within", "bare"]], on="key")
    by = {"person_id": there, "tie": there.merge(ties, on="person_id"), "last": there[there["last"] != ""]}
    given: dict[tuple[str, str], str] = {}
    for who, rows in by.items():
        met = rows[rows["bare"]].merge(rows[~rows["bare"]], on=["within", who], suffixes=("", "_named"))
        for (key, person), named in met.groupby(["key", "person_id"])["key_named"]:
            given.setdefault((key, person), named.iloc[0] if named.nunique() == 1 else key)
    bare = set(several.loc[several["bare"], "key"])
    at = votes["key"].isin(bare)
    keys = votes["key"].copy()
    keys[at] = [given.get(at_key, at_key[0]) for at_key in zip(keys[at], votes.loc[at, "person_id"], strict=True)]
    return keys, bare


def _parts(keys: pd.Series) -> pd.DataFrame:
    """Keys with what they name: key, street, house, road, unit, zip; a house or unit that is not named is None."""
    parts = [key.split("|") for key in keys]
    rows = [
        (key, street, *house_and_road(street), unit or None, code)
        for key, (street, unit, code) in zip(keys, parts, strict=True)
    ]
    return pd.DataFrame(rows, columns=["key", "street", "house", "road", "unit", "zip"], dtype=object)
