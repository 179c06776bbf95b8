"""Which spellings of an address are one: a misread house number, another ZIP code, a street written otherwise, an
apartment's number left out.

Two spellings are one address where they are written alike and somebody, or some surname, is at both: on one street
there are many houses of which one digit differs, but hardly two of one family. From 3 to 5 Elm Street somebody may well
have moved: of numbers of one or two digits, and of apartments such as 3A, none is taken for another. Where a house has
several apartments, an address without a number is that of those of whose own, or of whose family, records name one.
"""

from __future__ import annotations

import duckdb
import pandas as pd
import pyarrow as pa

from graph_loader.identity.standard import house_and_road

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
        a.house IS NULL OR b.house IS NULL OR (
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
    counted["units"] = _apartments(counted).groupby([counted["street"], counted["zip"]]).transform("nunique")
    addresses = pd.concat([counted[["key", "unit", "zip", "units"]], parts], axis=1).assign(rank=range(len(counted)))
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


def apartments(votes: pd.DataFrame, ties: pd.DataFrame) -> tuple[pd.Series, set[str]]:
    """Each vote's address key, where houses have several apartments: one that names none becomes that which records of
    the person name, if that is one, else that of people tied to them, else that of their last name. And the keys of
    such houses that still name none.

    `votes`: `key` ("street|unit|zip"), `person_id, last`; `ties`: `person_id, tie`.
    """
    spelled = votes["key"].drop_duplicates()
    parts = spelled.str.split("|", expand=True).set_axis(["street", "unit", "zip"], axis=1).assign(key=spelled)
    parts = parts.assign(house=parts["street"] + "|" + parts["zip"], bare=parts["unit"] == "")
    several = parts[_apartments(parts).groupby(parts["house"]).transform("nunique") > 1]
    there = votes[["key", "person_id", "last"]].drop_duplicates().merge(several[["key", "house", "bare"]], on="key")
    by = {"person_id": there, "tie": there.merge(ties, on="person_id"), "last": there[there["last"] != ""]}
    given: dict[tuple[str, str], str] = {}
    for who, rows in by.items():
        met = rows[rows["bare"]].merge(rows[~rows["bare"]], on=["house", who], suffixes=("", "_named"))
        for (key, person), named in met.groupby(["key", "person_id"])["key_named"]:
            given.setdefault((key, person), named.iloc[0] if named.nunique() == 1 else key)
    none_named = set(several.loc[several["bare"], "key"])
    at = votes["key"].isin(none_named)
    keys = votes["key"].copy()
    keys[at] = [
        given.get(place, place[0]) for place in zip(votes.loc[at, "key"], votes.loc[at, "person_id"], strict=True)
    ]
    return keys, none_named.intersection(keys[at])


def _apartments(addresses: pd.DataFrame) -> pd.Series:
    """The unit of each, none where it has none."""
    return addresses["unit"].where(addresses["unit"] != "")
