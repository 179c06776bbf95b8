"""Households over time, from where people's records say they live.

The first version: each person has one address at a time, the one that most of their newest records give;
people at one address are one household; a household keeps its id when more than half of it moves
together; an address with more people than a household is group quarters and none.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import pandas as pd

from graph_loader.households.addresses import one_address
from graph_loader.identity.tokens import Hasher

GROUP_QUARTERS = 12
"""More people than this at one address at one time are no household."""


@dataclass(frozen=True)
class Households:
    """Frames: `members` (person_id, household, valid_from, valid_to, evidence, confidence), `places` (household,
    address, valid_from, valid_to), `addresses` (id, street, unit, city, zip, group_quarters).

    `confidence` is the share of a member's votes, in the months in which they have any, that are for where the
    household is, to a tenth."""

    members: pd.DataFrame
    places: pd.DataFrame
    addresses: pd.DataFrame


def build(records: pd.DataFrame, hasher: Hasher) -> Households:
    """Build all households from standing records with an address (`street` not empty).

    `records`: `source_id, person_id, street, unit, zip, city, address_since, evidence`. Someone of whom no record has
    an address lives with who has one in a row that says that the two are related (`evidence` is relation then).
    """
    records = _with_relations(records)
    votes = records[(records["street"] != "") & records["address_since"].notna()]
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
    stays = _stays(votes)
    crowded = _crowded(stays)
    addresses["group_quarters"] = addresses["id"].isin(crowded)
    members, places = _follow(stays[~stays["address"].isin(crowded)], hasher)
    return Households(members, places, addresses)


PLACE = ["street", "unit", "zip", "city", "address_since"]


def _with_relations(records: pd.DataFrame) -> pd.DataFrame:
    """The records, where related people of no address have that of the first role in their row that has one."""
    housed = records[records["street"] != ""]
    have = housed.sort_values(["source_id", "role"]).drop_duplicates("source_id").set_index("source_id")
    homeless = ~records["person_id"].isin(housed["person_id"])
    lent = homeless & records["evidence"].eq("relation") & records["source_id"].isin(have.index)
    if not lent.any():
        return records
    records = records.copy()
    for name in PLACE:
        records.loc[lent, name] = records.loc[lent, "source_id"].map(have[name])
    return records


def _stays(votes: pd.DataFrame) -> pd.DataFrame:
    """One address a person at a time: (person_id, address, evidence, agreed, votes, valid_from, valid_to), of the votes
    of that time how many are for it, and all."""
    month = pd.to_datetime(votes["address_since"]).dt.to_period("M").dt.start_time.dt.date
    counted = (
        votes.assign(month=month)
        .groupby(["person_id", "month", "address"])
        .agg(agreed=("evidence", "size"), evidence=("evidence", "min"))
        .reset_index()
        .sort_values(["person_id", "month", "agreed", "address"], ascending=[True, True, False, True])
    )
    counted["votes"] = counted.groupby(["person_id", "month"])["agreed"].transform("sum")
    counted = counted.drop_duplicates(["person_id", "month"])
    moved = (counted["person_id"] != counted["person_id"].shift()) | (counted["address"] != counted["address"].shift())
    for name in ("agreed", "votes"):
        counted[name] = counted.groupby(moved.cumsum())[name].transform("sum")
    stays = counted[moved].rename(columns={"month": "valid_from"})
    follows = stays["person_id"].eq(stays["person_id"].shift(-1))
    ends = stays["valid_from"].shift(-1).where(follows, None)
    return stays.assign(valid_to=ends.astype(object).where(follows, None))


def _crowded(stays: pd.DataFrame) -> set[str]:
    """Addresses where more people than a household stay at one time."""
    comes = stays[["address", "valid_from"]].rename(columns={"valid_from": "day"}).assign(change=1)
    leaves = stays[stays["valid_to"].notna()]
    leaves = leaves[["address", "valid_to"]].rename(columns={"valid_to": "day"}).assign(change=-1)
    events = pd.concat([comes, leaves]).sort_values(["address", "day", "change"])
    present = events.groupby("address")["change"].cumsum()
    return set(events.loc[present > GROUP_QUARTERS, "address"])


@dataclass(frozen=True)
class _Mover:
    """Who comes to an address, what says so, and of how many votes how many."""

    person: str
    evidence: str
    agreed: int
    votes: int


@dataclass
class _Span:
    household: str
    since: date
    evidence: str
    agreed: int = 0
    votes: int = 0

    def hear(self, mover: _Mover) -> None:
        self.agreed += mover.agreed
        self.votes += mover.votes

    @property
    def confidence(self) -> float:
        return round(self.agreed / self.votes, 1)


class _Walk:
    """Goes through the days on which somebody moves; who moves together stays together."""

    def __init__(self, hasher: Hasher) -> None:
        self._hasher = hasher
        self._home: dict[str, _Span] = {}
        self._people: dict[str, set[str]] = {}
        self._living: dict[str, str] = {}  # address -> household
        self._place: dict[str, tuple[str, date]] = {}  # household -> address, since when
        self._members: list[tuple[str, str, date, date | None, str, float]] = []
        self._places: list[tuple[str, str, date, date | None]] = []

    def day(self, day: date, movers: dict[str, list[_Mover]]) -> None:
        """Everyone who moves on a day, by address."""
        before = {
            one.person: self._home[one.person].household
            for arrivals in movers.values()
            for one in arrivals
            if one.person in self._home
        }
        keeps = self._who_keeps_its_id(movers, before)
        for address in sorted(movers):
            household = self._household_at(address, movers[address], keeps.get(address), set(before), day)
            for one in movers[address]:
                if before.get(one.person) != household:
                    if one.person in self._home:
                        self._leave(one.person, day)
                    self._home[one.person] = _Span(household, day, one.evidence)
                    self._people[household].add(one.person)
                self._home[one.person].hear(one)
            if self._place.get(household, ("",))[0] != address:
                self._settle(household, address, day)
        for household in sorted(set(before.values())):
            if not self._people[household]:
                self._vacate(household, day)

    def _who_keeps_its_id(self, movers: dict[str, list[_Mover]], before: dict[str, str]) -> dict[str, str]:
        """Which household goes on at which address: the one of which more than half moves there."""
        keeps: dict[str, str] = {}
        for address in sorted(movers):
            together = Counter(before[one.person] for one in movers[address] if one.person in before)
            whole = (
                household
                for household, people in sorted(together.items())
                if 2 * people > len(self._people[household]) and household not in keeps.values()
            )
            kept = next(whole, None)
            if kept is not None:
                keeps[address] = kept
        return keeps

    def _household_at(self, address: str, arrivals: list[_Mover], kept: str | None, moving: set[str], day: date) -> str:
        """Who arrives joins those who stay at the address, else goes on as one household, else starts one."""
        resident = self._living.get(address)
        if resident is not None and self._people[resident] - moving:
            return resident
        if kept is not None:
            return kept
        first = min(one.person for one in arrivals)
        household = f"H{self._hasher.one(f'household:{first}:{day}')}"
        self._people[household] = set()
        return household

    def _leave(self, person: str, day: date) -> None:
        span = self._home.pop(person)
        self._members.append((person, span.household, span.since, day, span.evidence, span.confidence))
        self._people[span.household].discard(person)

    def _settle(self, household: str, address: str, day: date) -> None:
        if household in self._place:
            self._vacate(household, day)
        self._place[household] = (address, day)
        self._living[address] = household

    def _vacate(self, household: str, day: date) -> None:
        """The household is at its address no more: it moves, or everyone has left it."""
        old, since = self._place.pop(household)
        self._places.append((household, old, since, day))
        if self._living.get(old) == household:
            del self._living[old]

    def spans(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Members and places, the standing ones with an open end."""
        members = self._members + [
            (person, span.household, span.since, None, span.evidence, span.confidence)
            for person, span in self._home.items()
        ]
        places = self._places + [
            (household, address, since, None) for household, (address, since) in self._place.items()
        ]
        return (
            pd.DataFrame(
                members, columns=["person_id", "household", "valid_from", "valid_to", "evidence", "confidence"]
            ),
            pd.DataFrame(places, columns=["household", "address", "valid_from", "valid_to"]),
        )


def _follow(stays: pd.DataFrame, hasher: Hasher) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Members and places of all households, from everyone's stays."""
    walk = _Walk(hasher)
    ordered = stays.sort_values(["valid_from", "address", "person_id"])
    for day, moves in ordered.groupby("valid_from"):
        movers: dict[str, list[_Mover]] = {}
        names = ("address", "person_id", "evidence", "agreed", "votes")
        for address, *mover in zip(*(moves[name] for name in names), strict=True):
            movers.setdefault(address, []).append(_Mover(*mover))
        walk.day(day, movers)
    return walk.spans()
