"""Which spellings of an address are one: a misread house number, another ZIP code, a street written otherwise, a
house's or an apartment's number left out.

Two spellings are one address where they are written alike and somebody, or some surname, is at both: on one street
there are many houses of which one digit differs, but hardly two of one family. From 3 to 5 Elm Street somebody may well
have moved: of numbers of one or two digits, and of apartments such as 3A, none is taken for another. Where several
houses of a street, or apartments of a house, are known, an address that names none is that which records of the person,
or of their family, name.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd
import pyarrow as pa

from graph_loader.households.stays import months_between, where
from graph_loader.identity.standard import house_and_road

PARTS = {"house": "road", "unit": "street"}
"""What an address may lack, and within what the several that may be meant are known."""
ZIPS = "(a.zip = b.zip OR a.zip = '' OR b.zip = '' OR damerau_levenshtein(a.zip, b.zip) <= 1)"
HOUSES = """(
    a.house IS NULL OR b.house IS NULL
    OR (damerau_levenshtein(a.house, b.house) <= 1 AND length(a.house) > 2 AND length(b.house) > 2)
)"""
"""Whether ZIP codes, and house numbers of one road, of `a` and `b` may be one, were it not for what is said else."""
_ALIKE = f"""
WITH lived AS MATERIALIZED (
    SELECT DISTINCT o.who, a.*, regexp_extract(a.unit, '[0-9]+') AS number
    FROM given_occupants o JOIN given_addresses a ON a.key = o.key
), alike AS (
    SELECT a.key AS one, b.key AS other, a.house, a.unit, a.number,
        b.house AS other_house, b.unit AS other_unit, b.number AS other_number
    FROM lived a JOIN lived b ON a.who = b.who AND a.house = b.house AND substr(a.road, 1, 2) = substr(b.road, 1, 2)
    WHERE a.rank < b.rank AND jaro_winkler_similarity(a.road, b.road) >= 0.88 AND {ZIPS}
    UNION
    SELECT a.key, b.key, a.house, a.unit, a.number, b.house, b.unit, b.number
    FROM lived a JOIN lived b ON a.who = b.who AND a.road = b.road
    WHERE a.rank < b.rank AND {HOUSES} AND {ZIPS}
)
SELECT one, other, (house IS NULL) <> (other_house IS NULL) OR (unit = '') <> (other_unit = '') AS lacks FROM alike
WHERE unit = other_unit OR unit = '' OR other_unit = ''
    OR damerau_levenshtein(unit, other_unit) <= 1 AND length(unit) > 3 AND length(other_unit) > 3
    AND (number = other_number OR length(number) > 2 AND length(other_number) > 2)
"""
"""Pairs of spellings that may be one address, the more usual first; one of those that `lacks` names what the other does
not."""
LACKS = f"""(
    (a.house IS NULL AND b.house IS NOT NULL OR a.unit = '' AND b.unit <> '' AND a.street = b.street) AND {ZIPS}
)"""
"""Whether of one road `a` names no house, or no apartment, and may mean `b`, which does."""
_MAY_MEAN = f"""
WITH named AS (FROM given_names JOIN given_addresses USING (key))
SELECT DISTINCT a.key, b.key FROM named a JOIN named b ON b.last = a.last AND b.road = a.road WHERE {LACKS}
"""
"""Spellings of which one may mean the other, as some surname is at both."""


@dataclass(frozen=True)
class Spelled:
    """How votes' addresses are written. `keys`: each vote's by the spelling that most votes of the address have (ties:
    the lowest); `shared`: the keys that name no house, or no apartment, though several are known, which could be meant.
    `spellings`: each that votes have (key, street, unit, zip, house, road, stands); one `stands` unless another stands
    for it. `names`: the last names there (key, last), as it is written and as it is taken to be. `near`: pairs of keys
    of which one may say where votes of the other are, beside what a person's own say and those of whom they are tied
    to."""

    keys: pd.Series
    shared: set[str]
    spellings: pd.DataFrame
    names: pd.DataFrame
    near: set[tuple[str, str]]


def written(votes: pd.DataFrame) -> pd.Series:
    """The key of each vote's address as it is written: "street|unit|zip"."""
    return votes["street"] + "|" + votes["unit"] + "|" + votes["zip"]


def spelled_out(votes: pd.DataFrame) -> pd.DataFrame:
    """The spellings that votes have, with their parts (key, street, unit, zip, house, road), the most usual first.

    `votes`: `street, unit, zip, records`."""
    counted = votes.groupby(["street", "unit", "zip"])["records"].sum().rename("n").reset_index()
    counted["key"] = written(counted)
    counted = counted.sort_values(["n", "key"], ascending=[False, True], ignore_index=True)
    parts = pd.DataFrame(
        [house_and_road(street) for street in counted["street"]], columns=["house", "road"], dtype="str"
    )
    return pd.concat([counted[["key", "street", "unit", "zip"]], parts], axis=1)


def one_address(
    votes: pd.DataFrame, ties: pd.DataFrame, spellings: pd.DataFrame, connection: duckdb.DuckDBPyConnection,
    elsewhere: pd.DataFrame | None = None,
) -> Spelled:  # fmt: skip
    """Which spellings are one address.

    `votes`: `street, unit, zip, person_id, last, month, records`; `ties`: `person_id, tie`; `spellings`: theirs;
    `elsewhere`: spellings that stand, of which others have votes, that these may mean as well.
    """
    votes = votes.assign(key=written(votes))
    addresses = spellings.assign(rank=range(len(spellings)))
    named = votes[votes["last"] != ""]
    occupants = pd.concat(
        [
            pd.DataFrame({"key": votes["key"], "who": "person " + votes["person_id"]}),
            pd.DataFrame({"key": named["key"], "who": "name " + named["last"]}),
        ]
    ).drop_duplicates()
    for name, frame in (("given_addresses", addresses), ("given_occupants", occupants)):
        connection.register(name, pa.Table.from_pandas(frame, preserve_index=False))
    found = connection.execute(_ALIKE).fetchall()
    rank = dict(zip(addresses["key"], addresses["rank"], strict=True))
    stands_for: dict[str, str] = {}
    for one, other, lacks in sorted(found, key=lambda pair: (rank[pair[0]], rank[pair[1]])):
        if not lacks and one not in stands_for and other not in stands_for:
            stands_for[other] = one  # a spelling that stands for another leads nowhere itself
    keys = votes["key"].map(lambda key: stands_for.get(key, key))
    taken = [votes["key"], keys]
    may_be = {(stands_for.get(key, key), stands_for.get(other, other)) for pair in found if pair[2]
              for key, other in (pair[:2], pair[1::-1])}  # fmt: skip
    stands = ~addresses["key"].isin(stands_for)
    standing = addresses[stands]
    others = standing if elsewhere is None else pd.concat([standing, elsewhere])
    shared: set[str] = set()
    for part in PARTS:
        may_mean = _within(standing[_lacks(standing, part)], others[~_lacks(others, part)], PARTS[part])
        keys, left = _completed(votes.assign(key=keys), ties, standing, may_be, may_mean, part)
        shared |= left
        taken.append(keys)
    names = pd.concat([pd.DataFrame({"key": some, "last": votes["last"]}).drop_duplicates() for some in taken])
    names = names[names["last"] != ""].drop_duplicates()
    connection.register("given_names", pa.Table.from_pandas(names, preserve_index=False))
    near = {(one, other) for one, other, _ in found} | {*connection.execute(_MAY_MEAN).fetchall()}
    for name in ("given_addresses", "given_occupants", "given_names"):
        connection.unregister(name)
    return Spelled(keys, shared.intersection(keys), spellings.assign(stands=stands), names, near)


def _lacks(spelled: pd.DataFrame, part: str) -> pd.Series:
    return spelled[part].isna() if part == "house" else spelled[part] == ""


def _completed(
    votes: pd.DataFrame, ties: pd.DataFrame, spelled: pd.DataFrame, may_be: set[tuple[str, str]],
    meant: set[tuple[str, str]], part: str,
) -> tuple[pd.Series, set[str]]:  # fmt: skip
    """The keys, those completed that lack a part. Where one address alone may be meant, it is that one, if somebody or
    some last name is at both. Of several, it is that which records of the person name, the nearest in time, else of
    people tied to them, else that of their last name, if it is one."""
    lacks = _lacks(spelled, part)
    lacking, naming = set(spelled["key"][lacks]), set(spelled["key"][~lacks])
    options: dict[str, set[str]] = {}
    for key, other in meant | {(key, other) for key, other in may_be if key in lacking and other in naming}:
        options.setdefault(key, set()).add(other)
    keys = votes["key"].copy()
    sure = {key: min(those) for key, those in options.items() if len(those) == 1 and (key, min(those)) in may_be}
    keys = keys.map(lambda key: sure.get(key, key))
    several = {key for key, those in options.items() if len(those) > 1}
    given = _by_person(votes, ties, {key: options[key] for key in several})
    at = keys.isin(several)
    places = zip(keys[at], votes.loc[at, "person_id"], votes.loc[at, "month"], strict=True)
    keys[at] = [given.get(place, place[0]) for place in places]
    return keys, several


def _within(bare: pd.DataFrame, named: pd.DataFrame, part: str) -> set[tuple[str, str]]:
    """Keys of the one that may be some of the other: of the same road or street, where ZIP codes may be one."""
    bare, named = (rows.assign(area=rows["zip"].str[:3]) for rows in (bare, named))
    nowhere = bare["zip"] == "", named["zip"] == ""
    met = pd.concat(
        [
            bare.merge(named, on=[part, "area"], suffixes=("", "_named")),
            bare[nowhere[0]].merge(named, on=part, suffixes=("", "_named")),
            bare.merge(named[nowhere[1]], on=part, suffixes=("", "_named")),
        ]
    )
    met = where(met, (_alike(*codes) for codes in zip(met["zip"], met["zip_named"], strict=True)))
    return {*zip(met["key"], met["key_named"], strict=True)}


def _by_person(
    votes: pd.DataFrame, ties: pd.DataFrame, options: Map[str, set[str]]
) -> dict[tuple[str, str, date], str]:
    """Of votes (key, person, month) at addresses that may be one of several: which."""
    of = pd.DataFrame([(key, other) for key, those in options.items() for other in those], columns=["key", "named"])
    there = votes.loc[votes["key"].isin({*of["key"], *of["named"]}), ["key", "person_id", "last", "month"]]
    there = there.drop_duplicates()
    by = {"person_id": there, "tie": there.merge(ties, on="person_id"), "last": there[there["last"] != ""]}
    given: dict[tuple[str, str, date], str] = {}
    for who, rows in by.items():
        theirs = rows.rename(columns={"key": "named", "month": "when"})[["named", who, "when"]].drop_duplicates()
        met = rows.merge(of, on="key").merge(theirs, on=["named", who])
        met["far"] = [abs(months_between(*both)) for both in zip(met["month"], met["when"], strict=True)]
        nearest = met[met["far"] == met.groupby(["key", "person_id", "month"])["far"].transform("min")]
        options_of = (nearest if who != "last" else met).groupby(["key", "person_id", "month"])["named"]
        found = options_of.agg(["nunique", "first"])
        for place, named in found.loc[found["nunique"] == 1, "first"].items():
            given.setdefault(place, named)
    return given


def _alike(one: str, other: str) -> bool:
    """Whether two ZIP codes may be one: a digit is misread, or one is not known."""
    return not one or not other or sum(a != b for a, b in zip(one, other, strict=True)) <= 1
