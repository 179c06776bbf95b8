"""Ids of people that stay: who keeps an id when groups of records change, and what changed for whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph_loader.identity.tokens import Hasher


@dataclass(frozen=True)
class Move:
    """Records that go from one person to another. `merge`: all that the old one had left; else a split."""

    old: str
    new: str
    merge: bool
    reason: str
    records: tuple[tuple[str, str], ...]
    """(source id, role) of each."""


def name_people(keys: pd.Series, group: npt.NDArray[np.int64], before: pd.Series, hasher: Hasher) -> pd.Series:
    """The person of each record. `keys`: of records, each once; `before`: their persons, None of new ones.

    An id stays with the group that holds most of its records, a group keeps the id of most of its own (ties: the
    lowest id, then the smallest record key). A group without one is named by its smallest record key.
    """
    frame = pd.DataFrame({"key": keys.to_numpy(), "group": group, "before": before.to_numpy()})
    smallest = frame.groupby("group")["key"].min()
    held = frame[frame["before"].notna()].groupby(["before", "group"]).size().reset_index(name="held")
    held["smallest"] = held["group"].map(smallest)
    held = held.sort_values(["held", "before", "smallest"], ascending=[False, True, True])
    chosen: dict[int, str] = {}
    taken: set[str] = set()
    for person, where in zip(held["before"], held["group"], strict=True):
        if where not in chosen and person not in taken:
            chosen[where] = person
            taken.add(person)
    for where, key in sorted(smallest.items(), key=lambda one: one[1]):
        if where in chosen:
            continue
        name, again = f"P{hasher.one(f'person:{key}')}", 0
        while name in taken:  # the one who had it keeps it, with more of its records
            again += 1
            name = f"P{hasher.one(f'person:{key}:{again}')}"
        chosen[where] = name
        taken.add(name)
    return pd.Series(group, index=keys.index).map(chosen)


def moves(records: pd.DataFrame, before: pd.Series, reasons: pd.Series) -> tuple[Move, ...]:
    """What became of people that were known. `records` with their `person_id` now; `before`: then."""
    moved = records[before.notna() & (before != records["person_id"])]
    left = set(records.loc[before.notna() & (before == records["person_id"]), "person_id"])
    found = []
    for (old, new), part in moved.groupby([before[moved.index], "person_id"], sort=True):
        ordered = part.sort_values(["source_id", "role"])
        pairs = tuple(zip(ordered["source_id"], ordered["role"], strict=True))
        alone = (before[moved.index] == old).sum() == len(part)  # all went one way
        found.append(Move(str(old), str(new), old not in left and bool(alone), str(reasons[ordered.index[0]]), pairs))
    return tuple(found)
