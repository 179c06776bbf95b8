"""Households over time, from where people's records say they live.

People at one address at a time are one household, whatever programs make of them: a benefit unit stays apart, and two
families at one address are one household of two families. A household's id stays with the group that holds most of its
members, from day to day and from load to load; an address with more people than a household is group quarters and none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import pandas as pd

from graph_loader.households.addresses import one_address
from graph_loader.households.follow import follow
from graph_loader.households.said import Said
from graph_loader.households.stays import GROUP_QUARTERS, births, forgotten, later, stays, where
from graph_loader.identity.tokens import Hasher

FAR = date(9999, 12, 31)
AROUND = 24
"""So many months before and after it is crowded, an address is group quarters."""
ADULT = 18
"""Years of age from which a member is an adult."""


@dataclass(frozen=True)
class Households:
    """Frames: `members` (person_id, household, valid_from, valid_to, evidence, confidence, family); `places`
    (household, address, valid_from, valid_to); `visits` (person_id, household, valid_from, valid_to, records): children
    with a second address, where family of theirs lives; `addresses` (id, street, unit, city, zip, group_quarters).
    `born`: birth dates by person.

    An address is `group_quarters` where no stay at it makes a household. `confidence` is the share of a member's votes,
    in the months in which they have any, that are for where the household is, to a tenth; `family` counts a household's
    families from 1, as far as rows, units and last names tell who belongs together."""

    members: pd.DataFrame
    places: pd.DataFrame
    visits: pd.DataFrame
    addresses: pd.DataFrame
    born: pd.Series


def build(said: Said, hasher: Hasher, connection: duckdb.DuckDBPyConnection) -> Households:
    """Build all households from what standing records say; `connection` is a place to work in."""
    votes = said.votes
    spellings = votes["street"] + "|" + votes["unit"] + "|" + votes["zip"]
    keys = one_address(votes.assign(key=spellings), connection) if len(votes) else spellings
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
    crowded = _in_crowd(found.main)
    homes = found.main[~crowded]
    addresses["group_quarters"] = addresses["id"].isin(set(found.main.loc[crowded, "address"]) - set(homes["address"]))
    members, places = follow(homes, tied, hasher)
    visits = _visits(found.second, members, places, votes, tied)
    return Households(_families(members, tied), places, visits, addresses, births(votes))


def _in_crowd(stays: pd.DataFrame) -> pd.Series:
    """Which stays are in group quarters: at an address where, within `AROUND` months of the stay, more people than a
    household are at one time, of whom records said so within a year. What was a shelter may be a family's home later.
    """
    comes = stays[["address", "valid_from"]].rename(columns={"valid_from": "day"}).assign(change=1)
    gone = [
        min(until or FAR, forgotten(last)) for until, last in zip(stays["valid_to"], stays["last_said"], strict=True)
    ]
    leaves = pd.DataFrame({"address": stays["address"], "day": gone, "change": -1})
    events = pd.concat([comes, leaves]).sort_values(["address", "day", "change"])
    present = events.groupby("address")["change"].cumsum()
    until = events["day"].shift(-1)  # who makes it too many is followed by who leaves
    spans: dict[str, list[tuple[date, date]]] = {}
    many = present > GROUP_QUARTERS
    for address, since, end in zip(events["address"][many], events["day"][many], until[many], strict=True):
        spans.setdefault(address, []).append((since, end))
    crowded = [
        any(since < later(end, AROUND) and left > later(begins, -AROUND) for begins, end in spans.get(address, ()))
        for address, since, left in zip(stays["address"], stays["valid_from"], gone, strict=True)
    ]
    return pd.Series(crowded, index=stays.index, dtype=bool)


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
    firsts: dict[str, list[str]] = {}  # the families of a household, by who of them came first
    ordered = members.sort_values(["valid_from", "person_id"])
    for household, person in zip(ordered["household"], ordered["person_id"], strict=True):
        families = firsts.setdefault(household, [])
        if (family := root(household, person)) not in families:
            families.append(family)
    numbers = [
        firsts[household].index(root(household, person)) + 1
        for household, person in zip(members["household"], members["person_id"], strict=True)
    ]
    return members.assign(family=numbers)


def _visits(
    second: pd.DataFrame, members: pd.DataFrame, places: pd.DataFrame, votes: pd.DataFrame, tied: pd.DataFrame
) -> pd.DataFrame:  # fmt: skip
    """Second addresses as the households that live there, where the person is a child and is tied to a member: from
    when all of that is so, until any of it is not."""
    children = second.assign(born=second["person_id"].map(births(votes))).dropna(subset=["born"])
    children = children.assign(valid_to_grown=children["born"].map(_grown))
    met = children.merge(places, on="address", suffixes=("", "_place")).merge(
        members[["person_id", "household", "valid_from", "valid_to"]],
        on="household", suffixes=("", "_member"),
    )  # fmt: skip
    met = met[met["person_id"] != met["person_id_member"]].reset_index(drop=True)
    ties = met[["person_id", "person_id_member"]].merge(tied, on="person_id")
    theirs = tied.rename(columns={"person_id": "person_id_member"})
    kin = ties.merge(theirs, on=["person_id_member", "tie"])[["person_id", "person_id_member"]].drop_duplicates()
    met = met.merge(kin, on=["person_id", "person_id_member"])
    sides = ("valid_from", "valid_from_place", "valid_from_member")
    met["since"] = [max(days) for days in zip(*(met[side] for side in sides), strict=True)]
    ends = ("valid_to", "valid_to_place", "valid_to_member", "valid_to_grown")
    met["until"] = [min(day or FAR for day in days) for days in zip(*(met[end] for end in ends), strict=True)]
    met = where(met, (since < until for since, until in zip(met["since"], met["until"], strict=True)))
    visits = [
        (person, household, min(spans["since"]), None if (until := max(spans["until"])) == FAR else until,
         int(spans["records"].max()))
        for (person, household), spans in met.groupby(["person_id", "household"])
    ]  # fmt: skip
    return pd.DataFrame(visits, columns=["person_id", "household", "valid_from", "valid_to", "records"], dtype=object)


def _grown(born: date) -> date:
    """The day on which somebody becomes an adult."""
    leap = (born.month, born.day) == (2, 29)
    return date(born.year + ADULT, 3, 1) if leap else born.replace(year=born.year + ADULT)


def is_child(born: date, on: date) -> bool:
    """Whether someone is not yet an adult on a day."""
    return on < _grown(born)
