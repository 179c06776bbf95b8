"""Households over time, from where people's records say they live.

People at one address at a time are one household, whatever programs make of them: a benefit unit stays apart, and two
families at one address are one household of two families. A household's id stays with the group that holds most of its
members, from day to day and from load to load. An address with more people than a household is group quarters: only
people of one row or one benefit unit are a household there. On a street of several houses, or in a house of several
apartments, those of whom no record says in which one are households by row, unit and last name.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from graph_loader.households.addresses import Spelled, written
from graph_loader.households.follow import follow, share
from graph_loader.households.said import EVIDENCE, Said
from graph_loader.households.stays import GROUP_QUARTERS, births, forgotten, later, stays, where
from graph_loader.identity.cluster import components
from graph_loader.identity.tokens import Hasher

FAR = date(9999, 12, 31)
AROUND = 24
"""So many months before and after it is crowded, an address is group quarters."""
ADULT = 18
"""Years of age from which a member is an adult."""
NAME = "name "
"""What the tie of a last name begins with."""
OF = "/"
"""Between an address of many and one of its families."""
SMALL = range(2, GROUP_QUARTERS + 1)
"""So many people of one row or unit are a family among those of group quarters."""


@dataclass(frozen=True)
class Households:
    """Frames: `members` (person_id, household, valid_from, valid_to, evidence, confidence, family); `places`
    (household, address, valid_from, valid_to, group_quarters); `visits` (person_id, household, valid_from, valid_to,
    evidence, confidence, records): children with a second address, where family of theirs lives; `addresses` (id,
    street, unit, city, zip). `born`: birth dates by person.

    A place is `group_quarters` where the household is a family of a crowd. `confidence` is the share of a member's
    votes, in the months in which they have any, that are for where the household is, to a tenth, and of a visit's, that
    are for where they also stay; `family` counts a household's families from 1, as far as rows, units and last names
    tell who belongs together. `of`: whose households these are, where they are not everyone's.
    """

    members: pd.DataFrame
    places: pd.DataFrame
    visits: pd.DataFrame
    addresses: pd.DataFrame
    born: pd.Series
    of: frozenset[str] | None = None


def build(said: Said, spelled: Spelled, hasher: Hasher, of: frozenset[str] | None = None) -> Households:
    """Build the households of people from what standing records say, and which spellings of it are one address."""
    votes, keys = said.votes, spelled.keys
    known = {key: f"A{hasher.one(f'address:{key}')}" for key in keys.unique()}
    votes = votes.assign(address=keys.map(known), otherwise=written(votes) != keys)
    addresses = (
        votes.sort_values(["address", "otherwise", "city"])
        .drop_duplicates("address")[["address", "street", "unit", "city", "zip"]]
        .rename(columns={"address": "id"})
    )
    tied = pd.concat([said.ties, _names(votes)])
    found = stays(votes, tied)
    many = found.main["address"].isin({known[key] for key in spelled.shared})
    crowded = _in_crowd(found.main) & ~many
    crowd, homes = found.main[crowded], found.main[~crowded]
    apart = many[~crowded]
    quarters = _families_of(crowd, said.ties, SMALL)
    homes = pd.concat([homes[~apart], _families_of(homes[apart], tied), quarters])
    members, places = follow(homes, tied, hasher)
    places["group_quarters"] = places["address"].isin(quarters["address"])
    places["address"] = places["address"].str.split(OF).str[0]
    visits = _visits(found.second, members, places, votes, tied)
    return Households(_families(members, tied), places, visits, addresses, births(votes), of)


def _families_of(stays: pd.DataFrame, ties: pd.DataFrame, sizes: Container[int] | None = None) -> pd.DataFrame:
    """Stays at addresses of many, each family's (people tied to each other there) as if at an address of its own; of
    families of some sizes."""
    if stays.empty:
        return stays
    rows = stays.assign(first=_tied_together(stays, "address", ties))
    size = _most_together(rows) if sizes else {}
    families = zip(rows["address"], rows["first"], strict=True)
    rows = where(rows, (sizes is None or size[family] in sizes for family in families))
    return rows.assign(address=rows["address"] + OF + rows["first"]).drop(columns="first")


def _most_together(rows: pd.DataFrame) -> dict[tuple[str, str], int]:
    """By address and family, how many of it are there at one time, at the most."""
    spans = zip(rows["address"], rows["first"], rows["valid_from"], rows["valid_to"], strict=True)
    days = [
        (address, first, day, change)
        for address, first, since, until in spans
        for day, change in ((since, 1), (until or FAR, -1))
    ]
    events = pd.DataFrame(days, columns=["address", "first", "day", "change"])
    events = events.sort_values(["address", "first", "day", "change"])
    events["there"] = events.groupby(["address", "first"])["change"].cumsum()
    most: dict[tuple[str, str], int] = events.groupby(["address", "first"])["there"].max().to_dict()
    return most


def _tied_together(rows: pd.DataFrame, place: str, ties: pd.DataFrame) -> pd.Series:
    """For each row, the lowest person of those at its place to whom its person is tied, over any number of ties."""
    pairs = rows[[place, "person_id"]].drop_duplicates().sort_values([place, "person_id"], ignore_index=True)
    alone = pairs[place].map(pairs[place].value_counts()) == 1
    met = pairs[~alone].reset_index().merge(ties, on="person_id").sort_values([place, "tie"])
    same = (met[place] == met[place].shift()) & (met["tie"] == met["tie"].shift())
    ends = [met[same.to_numpy()], met[same.shift(-1, fill_value=False).to_numpy()]]
    first = components(len(pairs), *(one["index"].to_numpy(np.int64) for one in ends))
    lowest = pd.Series(pairs["person_id"].to_numpy()[first], index=pd.MultiIndex.from_frame(pairs))
    return pd.Series(lowest.reindex(pd.MultiIndex.from_frame(rows[[place, "person_id"]])).to_numpy(), index=rows.index)


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
    return pd.DataFrame({"person_id": named["person_id"], "tie": NAME + named["last"]})


def _families(members: pd.DataFrame, tied: pd.DataFrame) -> pd.DataFrame:
    """The members, with the family of each within the household: who is tied to whom, over any number of ties."""
    of = members.assign(first=_tied_together(members, "household", tied))
    families = of.sort_values(["valid_from", "person_id"]).drop_duplicates(["household", "first"])  # as they came
    numbers = families.assign(family=families.groupby("household").cumcount() + 1)[["household", "first", "family"]]
    return of.merge(numbers, on=["household", "first"], how="left").drop(columns="first")


def _visits(
    second: pd.DataFrame, members: pd.DataFrame, places: pd.DataFrame, votes: pd.DataFrame, tied: pd.DataFrame
) -> pd.DataFrame:  # fmt: skip
    """Second addresses as the households that live there, where the person is a child and is tied to a member, of those
    that a standing record names by a row or a unit: from when all of that is so, until any of it is not."""
    children = second.assign(born=second["person_id"].map(births(votes)), second=second.index).dropna(subset=["born"])
    children = children.assign(valid_to_grown=children["born"].map(_grown))
    met = children.merge(places, on="address", suffixes=("", "_place")).merge(
        members[["person_id", "household", "valid_from", "valid_to"]],
        on="household", suffixes=("", "_member"),
    )  # fmt: skip
    met = met[met["person_id"] != met["person_id_member"]].reset_index(drop=True)
    ties = met[["person_id", "person_id_member"]].merge(tied, on="person_id")
    theirs = tied.rename(columns={"person_id": "person_id_member"})
    kin = ties.merge(theirs, on=["person_id_member", "tie"])
    kin["by_name"] = kin["tie"].str.startswith(NAME)
    kin = kin.sort_values("by_name").drop_duplicates(["person_id", "person_id_member"]).drop(columns="tie")
    met = met.merge(kin, on=["person_id", "person_id_member"])
    met = where(met, (not (name and stands) for name, stands in zip(met["by_name"], met["standing"], strict=True)))
    sides = ("valid_from", "valid_from_place", "valid_from_member")
    met["since"] = [max(days) for days in zip(*(met[side] for side in sides), strict=True)]
    ends = ("valid_to", "valid_to_place", "valid_to_member", "valid_to_grown")
    met["until"] = [min(day or FAR for day in days) for days in zip(*(met[end] for end in ends), strict=True)]
    met = where(met, (since < until for since, until in zip(met["since"], met["until"], strict=True)))
    visits = [
        (person, household, min(spans["since"]), None if (until := max(spans["until"])) == FAR else until,
         *_told(spans.drop_duplicates("second")))
        for (person, household), spans in met.groupby(["person_id", "household"])
    ]  # fmt: skip
    names = ["person_id", "household", "valid_from", "valid_to", "evidence", "confidence", "records"]
    return pd.DataFrame(visits, columns=names, dtype=object)


def _told(second: pd.DataFrame) -> tuple[str, float | None, int]:
    """What a visit rests on, the share of the records that say so, of those of the time, and how many do."""
    records, others = int(second["records"].sum()), int(second["others"].sum())
    return EVIDENCE[second["rank"].min()], share(records, records + others), records


def _grown(born: date) -> date:
    """The day on which somebody becomes an adult."""
    leap = (born.month, born.day) == (2, 29)
    return date(born.year + ADULT, 3, 1) if leap else born.replace(year=born.year + ADULT)


def is_child(born: date, on: date) -> bool:
    """Whether someone is not yet an adult on a day."""
    return on < _grown(born)
