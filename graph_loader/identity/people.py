"""Ids of people that stay: who keeps an id when groups of records change, and what changed for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from graph_loader.identity.tokens import Hasher

Holding = tuple[str, int, int, int]
"""A person, a group, and how many records of that person are in it: of those that stand, and of all."""


@dataclass(frozen=True)
class Moved:
    """A record that is another person's now, and why it is."""

    source: str
    role: str
    because: str
    match_weight: float | None
    model: str | None


@dataclass(frozen=True)
class Move:
    """Records that go from one person to another. `merge`: all that the old one had left; else a split."""

    old: str
    new: str
    merge: bool
    reason: str
    records: tuple[Moved, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of people and records that were known. `retold`: those that are whose they were, for another reason:
    (person_id, source_id, role, because, match_weight, model); None where there are none. `model`: how the model became
    another in this load, in words; empty where it is as it was."""

    moves: tuple[Move, ...] = ()
    retold: pa.Table | None = None
    model: str = ""

    def by_another_model(self, became: str, decided: Collection[str]) -> Outcome:
        """The same, every move for the reason that the model became another, but for those that a reviewer decided."""
        moved = (
            one if one.reason in decided else replace(one, reason=f"another model: {became}") for one in self.moves
        )
        return replace(self, moves=tuple(moved), model=became)


def name_people(
    smallest: Mapping[int, str], held: Iterable[Holding], hasher: Hasher, taken: Callable[[Sequence[str]], set[str]]
) -> dict[int, str]:
    """The person of each group. `smallest`: the smallest record key of each; `held`: who had records in them before.

    An id stays with the group that holds most of its records that stand, of equal ones most of all of them; a group
    that several could stay with keeps the id of most of its own (ties: the lowest id, then the smallest record key),
    and the others are nobody's any more. A group without one is named by its smallest record key. `taken`: which of
    some ids are somebody's or were; they name nobody else.
    """
    chosen: dict[int, str] = {}
    given: set[str] = set()
    most: dict[str, tuple[int, int]] = {}
    for person, group, standing, every in sorted(held, key=lambda one: (-one[2], -one[3], one[0], smallest[one[1]])):
        holds_most = most.setdefault(person, (standing, every)) == (standing, every)
        if holds_most and group not in chosen and person not in given:
            chosen[group] = person
            given.add(person)
    unnamed = sorted((group for group in smallest if group not in chosen), key=lambda group: smallest[group])
    attempt = 0
    while unnamed:
        again = f":{attempt}" if attempt else ""
        names = [f"P{hasher.one(f'person:{smallest[group]}{again}')}" for group in unnamed]
        not_free = taken(names) | most.keys()
        chosen |= {group: name for group, name in zip(unnamed, names, strict=True) if name not in not_free}
        unnamed = [group for group, name in zip(unnamed, names, strict=True) if name in not_free]
        attempt += 1
    return chosen


def moves(
    moved: Iterable[tuple[str, str, Moved]], stays: set[str], reasons: Mapping[tuple[str, str], str]
) -> tuple[Move, ...]:
    """What became of people that were known. `moved`: (old person, new one, record); `stays`: who keeps a record;
    `reasons`: of a record, where it is not why it is its new person's."""
    found: dict[tuple[str, str], list[Moved]] = defaultdict(list)
    goes: dict[str, set[str]] = defaultdict(set)
    for old, new, record in moved:
        found[old, new].append(record)
        goes[old].add(new)
    told = []
    for (old, new), records in sorted(found.items()):
        ordered = sorted(records, key=lambda one: (one.source, one.role))
        why = next((reasons[key] for one in ordered if (key := (one.source, one.role)) in reasons), ordered[0].because)
        told.append(Move(old, new, old not in stays and len(goes[old]) == 1, why, tuple(ordered)))
    return tuple(told)
