"""Records → people with reasons. The first version: exact rules; the seam stays when a model takes over.

1. the same whole SSN token, and a name or the birth date agrees;
2. the same given name, family name and birth date, at the same address;
3. the same given name, family name and birth date, where no SSN contradicts;
4. the same name at the same address, where one record at least has neither an SSN nor a birth date and the
   others contradict each other in neither.

Records that were one person stay one: a later record that contradicts the rule they were linked by splits nobody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph_loader.identity.tokens import Hasher

ALONE = "first record of this person"
BY_SSN = "same SSN token, name or birth date agrees"
BY_ADDRESS = "same name, birth date and address"
BY_HOME = "same name at the same address; the record has no SSN and no birth date"
BY_NAME = "same name and birth date, no SSN contradicts"


@dataclass(frozen=True)
class Merge:
    """Two people became one."""

    gone: str
    kept: str
    reason: str


@dataclass(frozen=True)
class Assignment:
    """`records` with `person_id` and `because` filled; merges of people that were known apart."""

    records: pd.DataFrame
    merges: tuple[Merge, ...]


def assign(records: pd.DataFrame, hasher: Hasher) -> Assignment:
    """Group records into people. Rows in any order give the same people.

    `records`: `source_id, role, token, first, last, birth_date, street, unit, zip` and, for records known
    before, `person_id`. A group keeps the id that most of its records have (ties: the lowest); a new
    person's id comes from its smallest record key.
    """
    frame = records.reset_index(drop=True)
    group, because = _groups(frame)
    frame = frame.assign(_group=group, _key=frame["source_id"] + ":" + frame["role"])
    chosen, merges = _ids(frame, hasher)
    frame["person_id"] = frame["_group"].map(chosen)
    fresh = frame["because"].isna()
    frame.loc[fresh, "because"] = because[fresh.to_numpy()]
    return Assignment(frame.drop(columns=["_group", "_key"]), tuple(merges))


def _groups(frame: pd.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.object_]]:
    """The smallest row index of each row's group, and why the row is in it."""
    edges = [_stars(frame["person_id"])]
    because = np.full(len(frame), ALONE, dtype=object)
    named = (frame["first"] != "") & (frame["last"] != "") & frame["birth_date"].notna()
    name = frame["first"] + "|" + frame["last"] + "|" + frame["birth_date"].map(str)
    house = frame["street"] + "|" + frame["unit"] + "|" + frame["zip"].astype("str").str[:5]
    single = name.map(frame["token"].groupby(name).nunique()).le(1)
    at_home = (frame["first"] + "|" + frame["last"] + "|" + house).where(
        (frame["first"] != "") & (frame["last"] != "") & (frame["street"] != "")
    )
    bare = frame["token"].isna() & frame["birth_date"].isna()
    agreeing = (
        at_home.map(bare.groupby(at_home).any())
        & at_home.map(frame["token"].groupby(at_home).nunique()).le(1)
        & at_home.map(frame["birth_date"].map(str, na_action="ignore").groupby(at_home).nunique()).le(1)
    )
    for reason, pairs in (
        (BY_HOME, _stars(at_home.where(agreeing.eq(True)))),
        (BY_NAME, _stars(name.where(named & single))),
        (BY_ADDRESS, _stars((name + "|" + house).where(named & (frame["street"] != "")))),
        (BY_SSN, _token_pairs(frame)),
    ):
        edges.append(pairs)
        because[pairs.ravel()] = reason
    return _components(len(frame), np.concatenate(edges)), because


def _stars(keys: pd.Series) -> npt.NDArray[np.int64]:
    """Pairs (first row of a key, row) for every further row of the same key."""
    known = keys.dropna()
    lead = known.index.to_series().groupby(known.to_numpy()).transform("min").to_numpy()
    rows = known.index.to_numpy()
    further = lead != rows
    return np.column_stack([lead[further], rows[further]]).astype(np.int64).reshape(-1, 2)


def _token_pairs(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Pairs of rows with one token whose names or birth dates agree, over distinct descriptions only."""
    having = frame[frame["token"].notna()]
    description = having.groupby(["token", "first", "last", having["birth_date"].map(str)], sort=False)
    lead = having.index.to_series().groupby(description.ngroup().to_numpy()).transform("min")
    same = np.column_stack([lead.to_numpy(), having.index.to_numpy()])
    distinct = having.loc[sorted(set(lead))][["token", "first", "last", "birth_date"]].reset_index()
    shared = distinct[distinct["token"].duplicated(keep=False)]
    both = shared.merge(shared, on="token", suffixes=("", "_other"))
    both = both[both["index"] < both["index_other"]]
    agree = (
        ((both["first"] == both["first_other"]) & (both["first"] != ""))
        | ((both["birth_date"] == both["birth_date_other"]) & both["birth_date"].notna())
        | ((both["last"] == both["last_other"]) & (both["first"].str[:1] == both["first_other"].str[:1]))
    )
    found = both[agree][["index", "index_other"]].to_numpy()
    return np.concatenate([same[same[:, 0] != same[:, 1]], found]).astype(np.int64).reshape(-1, 2)


def _components(n: int, edges: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Connected components by hooking and pointer jumping: the smallest index of each."""
    label = np.arange(n, dtype=np.int64)
    while True:
        least = np.minimum(label[edges[:, 0]], label[edges[:, 1]])
        before = label.copy()
        np.minimum.at(label, edges[:, 0], least)
        np.minimum.at(label, edges[:, 1], least)
        np.minimum.at(label, before[edges[:, 0]], least)
        np.minimum.at(label, before[edges[:, 1]], least)
        label = label[label]
        if np.array_equal(label, before):
            return label


def _ids(frame: pd.DataFrame, hasher: Hasher) -> tuple[dict[int, str], list[Merge]]:
    smallest = frame.groupby("_group")["_key"].min()
    chosen = {int(group): f"P{hasher.one(f'person:{key}')}" for group, key in smallest.items()}
    known = frame[frame["person_id"].notna()]
    counts = known.groupby(["_group", "person_id"]).size().reset_index(name="records")
    counts = counts.sort_values(["_group", "records", "person_id"], ascending=[True, False, True])
    merges: list[Merge] = []
    for group, ids in counts.groupby("_group", sort=True)["person_id"]:
        kept, *gone = list(ids)
        chosen[int(group)] = kept
        merges += [Merge(person, kept, "records of both belong to one person") for person in gone]
    return chosen, merges
