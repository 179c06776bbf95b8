"""Ids of households from load to load: one stays with the group that holds most of its members."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from graph_loader.households.build import Households
from graph_loader.identity.tokens import Hasher


def keep_ids(
    homes: Households, before: pd.DataFrame, on: date, taken: Callable[[list[str]], set[str]], hasher: Hasher
) -> Households:  # fmt: skip
    """The households under the ids of those `before` (person_id, household, valid_from, valid_to) of whose members they
    hold most, counted in days until the one `on` which they are built; of equal ones under the lowest. No id is given
    twice: `taken` says which of some were ever anybody's."""
    kept = _kept(homes.members, before, on)
    fresh = sorted(set(homes.members["household"]) - set(kept))
    used = taken(fresh) | set(kept.values())
    for household in fresh:
        name, times = household, 0
        while name in used:
            times += 1
            name = f"H{hasher.one(f'{household}:{times}')}"
            used |= taken([name])
        used.add(name)
        kept[household] = name
    return replace(
        homes,
        **{
            name: frame.assign(household=frame["household"].map(kept))
            for name, frame in (("members", homes.members), ("places", homes.places), ("visits", homes.visits))
        },
    )


def _kept(members: pd.DataFrame, before: pd.DataFrame, on: date) -> dict[str, str]:
    """New household → the id that it keeps. Who still lives there has done so until now, for a day at least."""
    both = members.merge(before, on="person_id", suffixes=("", "_before"))
    if both.empty:
        return {}
    since = [max(one, other) for one, other in zip(both["valid_from"], both["valid_from_before"], strict=True)]
    ends = zip(both["valid_to"], both["valid_to_before"], strict=True)
    until = [
        min(day if isinstance(day, date) else max(on, begin) + timedelta(1) for day in days)
        for begin, days in zip(since, ends, strict=True)
    ]
    days = [(end - begin).days for begin, end in zip(since, until, strict=True)]
    shared = both.assign(days=days)
    shared = shared[shared["days"] > 0].groupby(["household", "household_before"])["days"].sum().reset_index()
    shared = shared.sort_values(["days", "household_before", "household"], ascending=[False, True, True])
    kept: dict[str, str] = {}
    given: set[str] = set()
    for household, old in zip(shared["household"], shared["household_before"], strict=True):
        if household not in kept and old not in given:
            kept[household] = old
            given.add(old)
    return kept
