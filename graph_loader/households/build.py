"""Households over time, from where people's records say they live.

People at one address at a time are one household, whatever programs make of them: a benefit unit stays apart, and two
families at one address are one household of two families. A household's id stays with the group that holds most of its
members, from day to day and from load to load; an address with more people than a household is group quarters and none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from graph_loader.households.addresses import one_address
from graph_loader.households.follow import follow
from graph_loader.households.said import Said
from graph_loader.households.stays import GROUP_QUARTERS, births, stays, where
from graph_loader.identity.tokens import Hasher

ADULT = 18
"""Years of age from which a member is an adult."""


@dataclass(frozen=True)
class Households:
    """Frames: `members` (person_id, household, valid_from, valid_to, evidence, confidence, family); `places`
    (household, address, valid_from, valid_to); `visits` (person_id, household, valid_from, valid_to, records): children
    with a second address, where family of theirs lives; `addresses` (id, street, unit, city, zip, group_quarters).

    `confidence` is the share of a member's votes, in the months in which they have any, that are for where the
    household is, to a tenth; `family` counts a household's families from 1, as far as rows, units and last names tell
    who belongs together."""

    members: pd.DataFrame
    places: pd.DataFrame
    visits: pd.DataFrame
    addresses: pd.DataFrame


def build(said: Said, hasher: Hasher) -> Households:
    """Build all households from what standing records say."""
    votes = said.votes
    spellings = votes["street"] + "|" + votes["unit"] + "|" + votes["zip"]
    keys = one_address(votes.assign(key=spellings)) if len(votes) else spellings
    votes = votes.assign(otherwise=spellings != keys)
    known = {key: f"A{hasher.one(f'address:{key}')}" for key in keys.unique()}
    votes = votes.assign(address=keys.map(known))
    addresses = (
        votes.sort_values(["address", "otherwise", "city"])
        .drop_duplicates("address")[["address", "street", "unit", "city", "zip"]]
        .rename(columns={"address": "id"})
    )
    tied = pd.concat([said.ties, _names(votes)])
    found = stays(votes, tied)
    crowded = _crowded(found.main)
    addresses["group_quarters"] = addresses["id"].isin(crowded)
    members, places = follow(found.main[~found.main["address"].isin(crowded)], hasher)
    return Households(_families(members, tied), places, _visits(found.second, members, places, votes, tied), addresses)


def _crowded(stays: pd.DataFrame) -> set[str]:
    """Addresses where more people than a household stay at one time."""
    comes = stays[["address", "valid_from"]].rename(columns={"valid_from": "day"}).assign(change=1)
    leaves = stays[stays["valid_to"].notna()]
    leaves = leaves[["address", "valid_to"]].rename(columns={"valid_to": "day"}).assign(change=-1)
    events = pd.concat([comes, leaves]).sort_values(["address", "day", "change"])
    present = events.groupby("address")["change"].cumsum()
    return set(events.loc[present > GROUP_QUARTERS, "address"])


def _names(votes: pd.DataFrame) -> pd.DataFrame:
    """A last name as what ties people; who has none is tied by none."""
    named = votes.loc[votes["last"] != "", ["person_id", "last"]].drop_duplicates()
    return pd.DataFrame({"person_id": named["person_id"], "tie": "name " + named["last"]})


def _families(members: pd.DataFrame, tied: pd.DataFrame) -> pd.DataFrame:
    """The members, with the family of each within the household: who is tied to whom, over any number of ties."""
    pairs = members[["household", "person_id"]].drop_duplicates()
    size = pairs.groupby("household")["person_id"].transform("size")
    within = pairs[size > 1].merge(tied, on="person_id")
    top = {
        (household, person): person for household, person in zip(pairs["household"], pairs["person_id"], strict=True)
    }

    def root(household: str, person: str) -> str:
        while top[household, person] != person:
            person = top[household, person]
        return person

    before = (None, None, "")
    within = within.sort_values(["household", "tie"])
    for home, tie, person in zip(within["household"], within["tie"], within["person_id"], strict=True):
        if before[:2] == (home, tie):
            low, high = sorted((root(home, before[2]), root(home, person)))
            top[home, high] = low
        before = (home, tie, person)
    firsts: dict[str, list[str]] = {}
    for household, person in sorted(top):
        if top[household, person] == person:
            firsts.setdefault(household, []).append(person)
    family = [
        firsts[household].index(root(household, person)) + 1
        for household, person in zip(members["household"], members["person_id"], strict=True)
    ]
    return members.assign(family=family)


def _visits(
    second: pd.DataFrame, members: pd.DataFrame, places: pd.DataFrame, votes: pd.DataFrame, tied: pd.DataFrame
) -> pd.DataFrame:  # fmt: skip
    """Second addresses as the households that live there, where the person is a child and is tied to a member."""
    children = second.assign(born=second["person_id"].map(births(votes))).dropna(subset=["born"])
    children = where(children, map(is_child, children["born"], children["valid_from"]))
    met = children.merge(places, on="address", suffixes=("", "_place")).merge(
        members[["person_id", "household", "valid_from", "valid_to"]],
        on="household", suffixes=("", "_member"),
    )  # fmt: skip
    met = met[_overlap(met, "_place") & _overlap(met, "_member") & (met["person_id"] != met["person_id_member"])]
    ties = tied[tied["person_id"].isin(met["person_id"]) | tied["person_id"].isin(met["person_id_member"])]
    kin = ties.merge(ties, on="tie", suffixes=("", "_member"))[["person_id", "person_id_member"]].drop_duplicates()
    visits = met.merge(kin, on=["person_id", "person_id_member"]).drop_duplicates(
        ["person_id", "household", "valid_from"]
    )
    names = ["person_id", "household", "valid_from", "valid_to", "records"]
    return visits[names].sort_values(names[:3], ignore_index=True)


def _overlap(met: pd.DataFrame, other: str) -> pd.Series:
    """Where the spans of two sides have a day in common."""
    spans = zip(
        met["valid_from"], met["valid_to"], met[f"valid_from{other}"], met[f"valid_to{other}"], strict=True
    )  # fmt: skip
    return pd.Series(
        [(end is None or since < end) and (until is None or begun < until) for begun, until, since, end in spans],
        index=met.index, dtype=bool,
    )  # fmt: skip


def is_child(born: date, on: date) -> bool:
    """Whether someone is not yet an adult on a day."""
    return (on.year - born.year, on.month, on.day) < (ADULT, born.month, born.day)
