"""One address a person at a time, from votes: moves, births, and what is a second address rather than a move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np
import pandas as pd

from graph_loader.households.said import EVIDENCE, UNIT

GROUP_QUARTERS = 12
"""More people than this at one address at one time are no household."""
SOON = 6
"""Who is back at an address within so many months was not away."""
LAPSE = 12
"""Of whom no record has said for more than so many months that they live somewhere, nobody knows that they still do."""
ADULT_MONTHS = 18 * 12
NEWBORN = 12
"""Whom records first name within so many months of birth was there from birth, where others of the home were."""


@dataclass(frozen=True)
class Stays:
    """`main`: one address a person at a time (person_id, address, evidence, agreed, votes, valid_from, valid_to,
    last_said): of the votes of that time, how many are for it, and all, and the last month that has any. `second`:
    addresses that records name beside it (person_id, address, rank, records, others, standing, valid_from, valid_to):
    `rank` is the place of what says so in `EVIDENCE`; `others` are records of that time that name another address.
    """

    main: pd.DataFrame
    second: pd.DataFrame


def stays(votes: pd.DataFrame, ties: pd.DataFrame) -> Stays:
    """`votes`: person_id, address, birth_date, month, evidence, records, standing; `ties`: person_id, tie.

    In each month the address that most records give; those of units and group quarters count where there is no other;
    of equal ones, that which more records of the year around it name for the person, then that of more of whom they are
    tied to. Somebody who is back soon, or again and again, did not move: the other address is a second one.
    """
    votes = votes.assign(rank=votes["evidence"].map(EVIDENCE.index), month=_after_birth(votes))
    named = votes.groupby(["month", "address"])["person_id"].transform("nunique")
    best = (
        votes.assign(weak=(votes["rank"] >= EVIDENCE.index(UNIT)) | (named > GROUP_QUARTERS))
        .groupby(["person_id", "month", "address"])
        .agg(agreed=("records", "sum"), rank=("rank", "min"), weak=("weak", "min"))
        .reset_index()
    )
    equal = best.duplicated(["person_id", "month", "weak", "agreed"], keep=False)
    best["near"] = _near(best, equal)
    best["kin"] = _kin_there(best, equal, ties)
    best = best.sort_values(
        ["person_id", "month", "weak", "agreed", "near", "kin", "rank", "address"],
        ascending=[True, True, True, False, False, False, True, True],
    )
    best["votes"] = best.groupby(["person_id", "month"])["agreed"].transform("sum")
    slices = best.drop_duplicates(["person_id", "month"]).reset_index(drop=True)
    slices["home"] = _homes(slices)
    there = slices["home"].eq(slices["address"])
    slices["agreed"] = slices["agreed"].where(there, 0)
    follows = slices["person_id"].eq(slices["person_id"].shift())
    moved = ~follows | slices["home"].ne(slices["home"].shift())
    of = moved.cumsum()
    for name in ("agreed", "votes"):
        slices[name] = slices.groupby(of)[name].transform("sum")
    slices["last_said"] = slices.groupby(of)["month"].transform("last")
    slices["rank"] = slices["rank"].where(there, len(EVIDENCE)).groupby(of).transform("min")
    main = slices[moved].rename(columns={"month": "valid_from"}).assign(address=lambda frame: frame["home"])
    main["evidence"] = main["rank"].map(dict(enumerate(EVIDENCE)))
    last = main["person_id"].ne(main["person_id"].shift(-1))
    main["valid_to"] = main["valid_from"].shift(-1).astype(object).where(~last, None)
    names = ["person_id", "address", "evidence", "agreed", "votes", "valid_from", "valid_to", "last_said"]
    main = _from_birth(main[names].reset_index(drop=True), votes)
    return Stays(main, _second(votes, main))


def births(votes: pd.DataFrame) -> pd.Series:
    """Birth dates by person, of those that have one."""
    return votes.dropna(subset=["birth_date"]).drop_duplicates("person_id").set_index("person_id")["birth_date"]


def _near(best: pd.DataFrame, some: pd.Series) -> pd.Series:
    """Of some of the rows, how many records of the months around name the address for the person."""
    keys = ["person_id", "address"]
    met = best.loc[some, [*keys, "month"]].reset_index().merge(best[[*keys, "month", "agreed"]], on=keys)
    around = where(
        met, (abs(months_between(*both)) <= LAPSE for both in zip(met["month_x"], met["month_y"], strict=True))
    )
    return around.groupby("index")["agreed"].sum().reindex(best.index, fill_value=0)


def _kin_there(best: pd.DataFrame, some: pd.Series, ties: pd.DataFrame) -> pd.Series:
    """Of some of the rows, how many people share the address of that month with somebody whom they are tied to, by the
    tie that most share."""
    rows, keys = best[some].reset_index(), ["month", "address"]
    there = best[[*keys, "person_id"]].merge(rows[keys].drop_duplicates(), on=keys).merge(ties, on="person_id")
    mates = there.groupby([*keys, "tie"])["person_id"].nunique().rename("mates").reset_index()
    met = rows[["index", *keys, "person_id"]].merge(ties, on="person_id").merge(mates, on=[*keys, "tie"])
    return met.groupby("index")["mates"].max().reindex(best.index, fill_value=0)


def _after_birth(votes: pd.DataFrame) -> pd.Series:
    """Months, none before the person was born: a row of a family says since when it lives there, and that of a year
    names its child from January on. A birth date before which records of several other months name somebody is an
    error, and says nothing."""
    early = [
        not pd.isna(born) and month < born.replace(day=1)
        for month, born in zip(votes["month"], votes["birth_date"], strict=True)
    ]
    long_before = [
        before and month != born.replace(month=1, day=1)
        for before, month, born in zip(early, votes["month"], votes["birth_date"], strict=True)
    ]
    named = votes["month"].where(long_before, None).groupby(votes["person_id"]).transform("nunique")
    first = [
        born.replace(day=1) if before and several < 2 else month
        for month, born, before, several in zip(votes["month"], votes["birth_date"], early, named, strict=True)
    ]
    return pd.Series(first, index=votes.index, dtype=object)


def _homes(slices: pd.DataFrame) -> list[str]:
    """By month where someone lives, of those who come back to an address: excursions are none."""
    homes: list[str] = slices["address"].tolist()
    runs = (
        slices["person_id"].ne(slices["person_id"].shift()) | slices["address"].ne(slices["address"].shift())
    ).cumsum()
    count = slices.assign(run=runs).groupby(["person_id", "address"])["run"].nunique()
    again = slices["person_id"].isin(set(count[count > 1].index.get_level_values(0)))
    months = slices["month"].tolist()
    for _, places in groupby(slices.index[again], key=slices["person_id"].to_numpy().__getitem__):
        own = list(places)
        for place, home in zip(own, settled([homes[i] for i in own], [months[i] for i in own]), strict=True):
            homes[place] = home
    return homes


def settled(addresses: list[str], months: list[date]) -> list[str]:
    """Of one person's months, those at another address left out that are short, or that come again and again."""
    homes = list(addresses)
    while True:
        runs = [list(run) for _, run in groupby(range(len(homes)), key=homes.__getitem__)]
        between = [
            (before, run, after)
            for before, run, after in zip(runs, runs[1:], runs[2:], strict=False)
            if homes[before[0]] == homes[after[0]]
        ]
        visits = Counter((homes[before[0]], homes[run[0]]) for before, run, _ in between)
        for before, run, after in between:
            home, other = homes[before[0]], homes[run[0]]
            short = months_between(months[run[0]], months[after[0]]) <= SOON
            again = visits[home, other] > 1
            if (short or again) and len(run) <= len(before) + len(after):
                away = (
                    run
                    if short
                    else [i for at, each, _ in between for i in each if (homes[at[0]], homes[i]) == (home, other)]
                )
                for place in away:
                    homes[place] = home
                break
        else:
            return homes


def months_between(since: date, until: date) -> int:
    """Calendar months from one day's to another's."""
    return (until.year - since.year) * 12 + until.month - since.month


def later(month: date, months: int) -> date:
    """The first of a month so many months after a day's, or before it; at the end of time, that."""
    years, place = divmod(month.month - 1 + months, 12)
    return date(month.year + years, place + 1, 1) if month.year + years <= date.max.year else date.max


def forgotten(last_said: date) -> date:
    """The first day on which nothing has been heard for more than `LAPSE` months."""
    return later(last_said, LAPSE + 1)


def _from_birth(main: pd.DataFrame, votes: pd.DataFrame) -> pd.DataFrame:
    """Newborns, there from their month of birth where somebody lived there then and still does when they are named."""
    born = births(votes)
    first = main[~main["person_id"].duplicated()]
    first = first.assign(born=first["person_id"].map(born)).dropna(subset=["born"])
    first["born"] = [day.replace(day=1) for day in first["born"]]
    age = [months_between(since, until) for since, until in zip(first["born"], first["valid_from"], strict=True)]
    young = where(first, (0 < months <= NEWBORN for months in age))
    others = main[main["address"].isin(young["address"])]
    met = young.reset_index().merge(others, on="address", suffixes=("", "_other"))
    there = (
        person != other and begun <= birth and (end is None or end > since)
        for person, other, begun, end, birth, since in zip(
            met["person_id"], met["person_id_other"], met["valid_from_other"], met["valid_to_other"], met["born"],
            met["valid_from"], strict=True,
        )
    )  # fmt: skip
    known = where(met, there).drop_duplicates("index").set_index("index")["born"]
    main.loc[known.index, "valid_from"] = known
    return main


def where(frame: pd.DataFrame, holds: Iterable[bool]) -> pd.DataFrame:
    """The rows for which something holds; of no rows, none."""
    return frame[np.fromiter(holds, bool, len(frame))]


def _second(votes: pd.DataFrame, main: pd.DataFrame) -> pd.DataFrame:
    """Addresses that two months or more of somebody's records name while they live at another one; and those that
    `standing` records name, which say so from their month on, whatever others said later."""
    several = main["person_id"].map(votes.groupby("person_id")["address"].nunique()) > 1
    stay = main.loc[several, ["person_id", "address", "valid_from", "valid_to"]]
    met = votes[votes["person_id"].isin(stay["person_id"])].merge(stay, on="person_id", suffixes=("", "_home"))
    met = met[met["address"] != met["address_home"]]
    named = where(
        met, (since <= month and (end is None or month < end) for since, month, end in zip(
            met["valid_from"], met["month"], met["valid_to"], strict=True
        ))
    )  # fmt: skip
    found = (
        named.groupby(["person_id", "address", "valid_from"])
        .agg(
            months=("month", "nunique"),
            records=("records", "sum"),
            rank=("rank", "min"),
            since=("month", "min"),
            valid_to=("valid_to", "first"),
        )
        .reset_index()
    )
    found = found[found["months"] > 1].drop(columns=["months", "valid_from"]).rename(columns={"since": "valid_from"})
    stands = where(
        met, (stands and (end is None or month < end) for stands, month, end in zip(
            met["standing"], met["month"], met["valid_to"], strict=True
        ))
    )  # fmt: skip
    stands = stands[~_moved_along(stands, votes)]
    stands = stands.assign(valid_from=stands[["valid_from", "month"]].max(axis=1))
    names = ["person_id", "address", "rank", "records", "standing", "valid_from", "valid_to"]
    second = pd.concat([found.assign(standing=False)[names], stands[names]], ignore_index=True)
    return second.assign(others=_elsewhere(second, votes))


def _elsewhere(second: pd.DataFrame, votes: pd.DataFrame) -> pd.Series:
    """How many records of somebody name another address than a second one, while it is one; where standing records name
    it, how many of those do, of whatever month."""
    said = votes[["person_id", "address", "month", "records", "standing"]]
    met = second.reset_index()[["index", "person_id", "address", "standing", "valid_from", "valid_to"]]
    met = met.merge(said, on="person_id", suffixes=("", "_other"))
    met = met[met["address_other"] != met["address"]]
    other = where(
        met, ((stands_there if stands else since <= month) and (end is None or month < end)
              for stands, stands_there, since, month, end in zip(
            met["standing"], met["standing_other"], met["valid_from"], met["month"], met["valid_to"], strict=True
        ))
    )  # fmt: skip
    return other.groupby("index")["records"].sum().reindex(second.index, fill_value=0)


def _moved_along(stands: pd.DataFrame, votes: pd.DataFrame) -> pd.Series:
    """Of standing records at another address than home, which an adult has too who lives at the same home: nobody has
    told that agency of a move."""
    born = stands["person_id"].map(births(votes))
    grown = [
        pd.isna(day) or later(day, ADULT_MONTHS) <= month for day, month in zip(born, stands["month"], strict=True)
    ]
    places = ["address", "address_home"]
    told = set(where(stands, grown)[places].itertuples(index=False, name=None))
    return pd.Series([place in told for place in stands[places].itertuples(index=False, name=None)], stands.index, bool)
