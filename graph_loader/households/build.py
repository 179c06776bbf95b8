"""Households over time, from where people's records say they live.

The first version: each person has one address at a time, the one that most of their newest records give;
people at one address are one household; a household keeps its id when more than half of it moves
together; an address with more people than a household is group quarters and none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from graph_loader.identity.tokens import Hasher

GROUP_QUARTERS = 12
"""More people than this at one address at one time are no household."""


@dataclass(frozen=True)
class Households:
    """Frames: `members` (person, household, valid_from, valid_to, evidence), `places` (household, address,
    valid_from, valid_to), `addresses` (id, street, unit, city, zip, group_quarters)."""

    members: pd.DataFrame
    places: pd.DataFrame
    addresses: pd.DataFrame


def build(records: pd.DataFrame, hasher: Hasher) -> Households:
    """Build all households from standing records with an address (`street` not empty).

    `records`: `person_id, street, unit, zip, city, address_since, evidence`.
    """
    votes = records[(records["street"] != "") & records["address_since"].notna()]
    keys = votes["street"] + "|" + votes["unit"] + "|" + votes["zip"]
    known = {key: f"A{hasher.one(f'address:{key}')}" for key in keys.unique()}
    votes = votes.assign(address=keys.map(known))
    addresses = (
        votes.sort_values(["address", "city"])
        .drop_duplicates("address")[["address", "street", "unit", "city", "zip"]]
        .rename(columns={"address": "id"})
    )
    stays = _stays(votes)
    crowded = _crowded(stays)
    addresses["group_quarters"] = addresses["id"].isin(crowded)
    members, places = _follow(stays[~stays["address"].isin(crowded)], hasher)
    return Households(members, places, addresses)


def _stays(votes: pd.DataFrame) -> pd.DataFrame:
    """One address a person at a time: (person_id, address, evidence, valid_from, valid_to)."""
    month = pd.to_datetime(votes["address_since"]).dt.to_period("M").dt.start_time.dt.date
    counted = (
        votes.assign(month=month)
        .groupby(["person_id", "month", "address"])
        .agg(votes=("evidence", "size"), evidence=("evidence", "min"))
        .reset_index()
        .sort_values(["person_id", "month", "votes", "address"], ascending=[True, True, False, True])
        .drop_duplicates(["person_id", "month"])
    )
    moved = (counted["person_id"] != counted["person_id"].shift()) | (counted["address"] != counted["address"].shift())
    stays = counted[moved].rename(columns={"month": "valid_from"})
    follows = stays["person_id"].eq(stays["person_id"].shift(-1))
    ends = stays["valid_from"].shift(-1).where(follows, None)
    return stays.assign(valid_to=ends.astype(object).where(follows, None)).drop(columns=["votes"])


def _crowded(stays: pd.DataFrame) -> set[str]:
    """Addresses where more people than a household stay at one time."""
    comes = stays[["address", "valid_from"]].rename(columns={"valid_from": "day"}).assign(change=1)
    leaves = stays[stays["valid_to"].notna()]
    leaves = leaves[["address", "valid_to"]].rename(columns={"valid_to": "day"}).assign(change=-1)
    events = pd.concat([comes, leaves]).sort_values(["address", "day", "change"])
    present = events.groupby("address")["change"].cumsum()
    return set(events.loc[present > GROUP_QUARTERS, "address"])


@dataclass
class _Span:
    household: str
    since: date
    evidence: str


def _follow(stays: pd.DataFrame, hasher: Hasher) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Walk through the days on which somebody moves; who moves together stays together."""
    home: dict[str, _Span] = {}
    people: dict[str, set[str]] = {}
    living: dict[str, str] = {}  # address -> household
    place: dict[str, tuple[str, date]] = {}  # household -> address, since
    members: list[tuple[str, str, date, date | None, str]] = []
    places: list[tuple[str, str, date, date | None]] = []

    def leave(person: str, day: date) -> None:
        span = home.pop(person)
        members.append((person, span.household, span.since, day, span.evidence))
        people[span.household].discard(person)

    def settle(household: str, address: str, day: date) -> None:
        if household in place:
            old, since = place[household]
            places.append((household, old, since, day))
            if living.get(old) == household:
                del living[old]
        place[household] = (address, day)
        living[address] = household

    for day, moves in stays.sort_values(["valid_from", "address", "person_id"]).groupby("valid_from"):
        before = {person: home[person].household for person in moves["person_id"] if person in home}
        sizes = {household: len(people[household]) for household in set(before.values())}
        movers: dict[str, list[tuple[str, str]]] = {}
        for row in moves.itertuples():
            movers.setdefault(row.address, []).append((row.person_id, row.evidence))
        taken: set[str] = set()
        plans = []
        for address in sorted(movers):
            together: dict[str, int] = {}
            for person, _ in movers[address]:
                if person in before:
                    together[before[person]] = together.get(before[person], 0) + 1
            whole = [h for h, n in sorted(together.items()) if 2 * n > sizes[h] and h not in taken]
            plans.append((address, whole))
            taken.update(whole[:1])
        for address, whole in plans:
            resident = living.get(address)
            occupied = resident is not None and any(p not in before for p in people[resident])
            if whole and not occupied:
                household = whole[0]
                stayers = [person for person, _ in movers[address] if before.get(person) == household]
            elif resident is not None and occupied:
                household, stayers = resident, []
            else:
                first = min(person for person, _ in movers[address])
                household, stayers = f"H{hasher.one(f'household:{first}:{day}')}", []
                people[household] = set()
            for person, evidence in movers[address]:
                if person in stayers:
                    continue
                if person in home:
                    leave(person, day)
                home[person] = _Span(household, day, evidence)
                people[household].add(person)
            if place.get(household, ("",))[0] != address:
                settle(household, address, day)
    members += [(p, span.household, span.since, None, span.evidence) for p, span in home.items()]
    places += [(household, address, since, None) for household, (address, since) in place.items()]
    return (
        pd.DataFrame(members, columns=["person_id", "household", "valid_from", "valid_to", "evidence"]),
        pd.DataFrame(places, columns=["household", "address", "valid_from", "valid_to"]),
    )
