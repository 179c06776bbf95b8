"""From where people stay to households with ids: who moves together stays one household, and who is not heard of goes
along with most of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from graph_loader.households.said import HOUSEHOLD
from graph_loader.households.stays import forgotten
from graph_loader.identity.tokens import Hasher


def follow(stays: pd.DataFrame, ties: pd.DataFrame, hasher: Hasher) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Members (person_id, household, valid_from, valid_to, evidence, confidence) and places (household, address,
    valid_from, valid_to) from everyone's stays; spans that stand have no end.

    `ties`: person_id, tie: who shares one is no stranger.
    """
    for_good = _for_good(stays)
    rest = stays[~for_good]
    walk = _Walk(ties[ties["person_id"].isin(rest["person_id"])], hasher)
    names = ("person_id", "address", "evidence", "agreed", "votes", "last_said")
    comes: dict[date, dict[str, _Stay]] = {}
    goes: dict[date, set[str]] = {}
    for since, until, *stay in zip(*(rest[name].tolist() for name in ("valid_from", "valid_to", *names)), strict=True):
        one = _Stay(*stay)
        comes.setdefault(since, {})[one.person] = one
        if until is not None:
            goes.setdefault(until, set()).add(one.person)
    for day in sorted({*comes, *goes}):
        walk.day(day, comes.get(day, {}), goes.get(day, set()))
    return tuple(
        pd.concat([*both], ignore_index=True)
        for both in zip(walk.spans(), _as_they_came(stays[for_good], hasher), strict=True)
    )


def _for_good(stays: pd.DataFrame) -> pd.Series:
    """Stays at an address to which everyone comes on one day, from nowhere and to stay, as most do: nobody's coming or
    going changes who is a household there."""
    address = stays["address"]
    others = stays["person_id"].duplicated(keep=False) | stays["valid_to"].notna()
    days = stays["valid_from"].groupby(address).transform("nunique")
    return (days == 1) & ~others.groupby(address).transform("any")


def _as_they_came(stays: pd.DataFrame, hasher: Hasher) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Members and places of households that are as they were when they came."""
    first = stays.groupby("address").agg(person_id=("person_id", "min"), valid_from=("valid_from", "first"))
    names = _named(zip(first["person_id"], first["valid_from"], strict=True), hasher)
    households = pd.Series(names, index=first.index, dtype=object)
    shares = map(share, stays["agreed"].tolist(), stays["votes"].tolist())
    members = pd.DataFrame(
        {"person_id": stays["person_id"], "household": stays["address"].map(households),
         "valid_from": stays["valid_from"], "valid_to": None, "evidence": stays["evidence"],
         "confidence": np.array([*shares], float)}
    )  # fmt: skip
    places = pd.DataFrame(
        {"household": households, "address": first.index, "valid_from": first["valid_from"], "valid_to": None}
    )
    return members, places


def _named(first: Iterable[tuple[str, date]], hasher: Hasher) -> list[str]:
    """Names of households that begin, by the lowest person and the day."""
    return [f"H{key}" for key in hasher.many(f"household:{person}:{day}" for person, day in first)]


def share(agreed: int, votes: int) -> float | None:
    """How sure it is where somebody lives: the share of the votes that say so, to a tenth; of no votes, nothing."""
    return round(agreed / votes, 1) if votes else None


@dataclass(frozen=True)
class _Stay:
    """Somebody at an address: what says so, of how many votes how many, and the last month of which any does."""

    person: str
    address: str
    evidence: str
    agreed: int
    votes: int
    last_said: date


@dataclass
class _Span:
    """A membership that stands."""

    household: str
    since: date
    evidence: str
    agreed: int = 0
    votes: int = 0

    @property
    def confidence(self) -> float | None:
        return share(self.agreed, self.votes)


class _Walk:
    """Goes through the days on which somebody comes or goes, and names the groups that are at an address then."""

    def __init__(self, ties: pd.DataFrame, hasher: Hasher) -> None:
        self._hasher = hasher
        self._ties: dict[str, set[str]] = {}
        for person, tie in zip(ties["person_id"].tolist(), ties["tie"].tolist(), strict=True):
            self._ties.setdefault(person, set()).add(tie)
        self._stay: dict[str, _Stay] = {}
        self._at: dict[str, set[str]] = {}  # address -> people
        self._lives: dict[str, str] = {}  # address -> household
        self._place: dict[str, tuple[str, date]] = {}  # household -> address, since when
        self._span: dict[str, _Span] = {}  # person -> membership
        self._members: list[tuple[str, str, date, date | None, str, float | None]] = []
        self._places: list[tuple[str, str, date, date | None]] = []

    def day(self, day: date, comes: dict[str, _Stay], goes: set[str]) -> None:
        """Everyone who comes to an address, and who leaves one, on a day."""
        along = self._along(comes, goes, day)
        comes = comes | along
        touched = {one.address for one in comes.values()}
        goes = goes | self._lapsed(comes, goes, day)
        for person in (goes | comes.keys()).intersection(self._stay):
            address = self._stay.pop(person).address
            self._at[address].discard(person)
            touched.add(address)
        for person, one in comes.items():
            self._stay[person] = one
            self._at.setdefault(one.address, set()).add(person)
        named = self._names(sorted(touched), day)
        for address in sorted(touched):
            if (old := self._lives.pop(address, None)) is not None and named.get(address) != old:
                self._places.append((old, address, self._place.pop(old)[1], day))
        for address, household in named.items():
            if self._place.get(household, ("",))[0] != address:
                self._place[household] = (address, day)
            self._lives[address] = household
        for person in goes | along.keys():
            if person in along or person not in self._stay:
                self._leave(person, day)
        for address, household in named.items():
            for person in self._at[address]:
                self._join(person, household, comes.get(person), day)

    def _tied(self, people: Iterable[str]) -> set[str]:
        """What ties some people to others."""
        return set().union(*(self._ties.get(person, ()) for person in people))

    def _along(self, comes: dict[str, _Stay], goes: set[str], day: date) -> dict[str, _Stay]:
        """Who is not heard of from this day on at an address that most of its people leave for another one, where they
        are tied to one of those."""
        left: dict[tuple[str, str], list[str]] = {}
        for person, one in comes.items():
            if person in self._stay:
                left.setdefault((self._stay[person].address, one.address), []).append(person)
        along = {}
        for (address, other), movers in left.items():
            if 2 * len(movers) > len(self._at[address]):
                tied = self._tied(movers)
                for person in self._at[address].difference(comes).difference(goes):
                    stay = self._stay[person]
                    if stay.last_said < day and not tied.isdisjoint(self._ties.get(person, ())):
                        along[person] = _Stay(person, other, HOUSEHOLD, 0, 0, stay.last_said)
        return along

    def _lapsed(self, comes: dict[str, _Stay], goes: set[str], day: date) -> set[str]:
        """Of whom nothing has been heard for long, and who are tied neither to those who come nor to any who is heard
        of."""
        arrivals: dict[str, list[str]] = {}
        for person, one in comes.items():
            arrivals.setdefault(one.address, []).append(person)
        lapsed: set[str] = set()
        for address, people in arrivals.items():
            there = self._at.get(address, set()).difference(comes).difference(goes)
            silent = {person for person in there if forgotten(self._stay[person].last_said) <= day}
            if silent:
                tied = self._tied([*people, *(there - silent)])
                lapsed |= {person for person in silent if tied.isdisjoint(self._ties.get(person, ()))}
        return lapsed

    def _names(self, addresses: list[str], day: date) -> dict[str, str]:
        """The household at each of some addresses at which there is anyone: an id stays with the group that holds most
        of its members; of equal ones that at its address, then that of the lowest person."""
        held = [
            (-count, self._lives.get(address) != household, min(self._at[address]), address, household)
            for address in addresses
            for household, count in Counter(
                self._span[person].household for person in self._at[address] if person in self._span
            ).items()
        ]
        named: dict[str, str] = {}
        given: set[str] = set()
        for _, _, _, address, household in sorted(held):
            if address not in named and household not in given:
                named[address] = household
                given.add(household)
        for address in addresses:
            if self._at[address] and address not in named:
                (named[address],) = _named([(min(self._at[address]), day)], self._hasher)
        return named

    def _join(self, person: str, household: str, stay: _Stay | None, day: date) -> None:
        span = self._span.get(person)
        if span is None or span.household != household:
            self._leave(person, day)
            span = self._span[person] = _Span(household, day, self._stay[person].evidence)
        if stay or span.since == day:
            span.agreed += self._stay[person].agreed
            span.votes += self._stay[person].votes

    def _leave(self, person: str, day: date) -> None:
        if span := self._span.pop(person, None):
            self._members.append((person, span.household, span.since, day, span.evidence, span.confidence))

    def spans(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Members and places, the standing ones with an open end."""
        members = self._members + [
            (person, span.household, span.since, None, span.evidence, span.confidence)
            for person, span in self._span.items()
        ]
        places = self._places + [
            (household, address, since, None) for household, (address, since) in self._place.items()
        ]
        return (
            pd.DataFrame(
                members, columns=["person_id", "household", "valid_from", "valid_to", "evidence", "confidence"]
            ).astype({"confidence": float}),
            pd.DataFrame(places, columns=["household", "address", "valid_from", "valid_to"]),
        )
