"""Write who lives together: households of whom a load may change them are held against the graph's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property

import pandas as pd

from governance.roster import Roster
from graph.recording import content
from graph.schema import GRAPH
from graph.store import Row, Store
from graph_loader.households.build import Households, is_child
from graph_loader.households.ids import keep_ids
from graph_loader.households.stays import where
from graph_loader.identity.tokens import Hasher
from graph_loader.load.plan import Progress
from graph_loader.load.tables import Ready, Tables
from graph_loader.load.write import Sink, Written

STEP = 2_000
Fact = tuple[str, str]
"""The node that a relationship is from, and the relationship's id."""
DERIVED = ("MEMBER_OF", "ALSO_STAYS_WITH", "LIVED_AT")
_STANDS = "(r.recorded_to IS NULL OR r.recorded_to = $received)"


def write_homes(
    store: Store, sink: Sink, homes: Households, roster: Roster, hasher: Hasher, received: date, progress: Progress,
) -> Written:  # fmt: skip
    """Add memberships and places that are new, end those that no longer follow from the standing records."""
    graph = _Graph(store, received, homes)
    if not len(homes.members):
        for type_name in DERIVED:
            _end(store, type_name, [*graph.standing(type_name).values()], received)
        return Written()
    homes = keep_ids(homes, graph.memberships(), received, lambda ids: _taken(store, ids, received), hasher)
    tables = Tables()
    addresses = homes.addresses[homes.addresses["id"].isin(homes.places["address"])]
    tables.node("Address", addresses)
    towns = {town.name.lower(): town.name.lower() for town in roster.towns}
    known = addresses.assign(target=addresses["city"].map(towns)).dropna(subset=["target"])
    tables.relationship(
        "IN_TOWN",
        pd.DataFrame({"source": known["id"], "target": known["target"], "id": [f"{key}>town" for key in known["id"]]}),
    )
    began = homes.members.groupby("household")["valid_from"].min()
    tables.node(
        "Household",
        pd.DataFrame({"id": list(began.index), "valid_from": list(began), "recorded_from": received}),
    )
    frames = (_members(homes, hasher), _visits(homes, hasher), _places(homes, hasher))
    for type_name, frame in zip(DERIVED, frames, strict=True):
        stands = graph.standing(type_name)
        told = set(frame["id"])
        gone = [key for fact, key in stands.items() if fact not in told]
        _end(store, type_name, gone, received)
        fresh = frame[~frame["id"].isin(stands)].assign(recorded_from=received)
        tables.relationship(type_name, fresh)
        progress(f"households: {type_name}", len(fresh))
    return sink.write(Ready.of(tables))


class _Graph:
    """What the graph had of the households of some people, or of everyone's, before this load."""

    def __init__(self, store: Store, received: date, homes: Households) -> None:
        self._store = store
        self._received = received
        self._people = None if homes.of is None else sorted(homes.of)

    @cached_property
    def _members(self) -> pd.DataFrame:
        """Memberships that stand, with those of an attempt at this load that was cut off."""
        found = self._of(
            "Person", self._people, "MEMBER_OF",
            "a.id AS person_id, b.id AS household, r.valid_from AS valid_from, r.valid_to AS valid_to, r.id AS id, "
            "r.recorded_from AS recorded_from",
        )  # fmt: skip
        names = ["person_id", "household", "valid_from", "valid_to", "id", "recorded_from"]
        rows = [tuple(row[name] for name in names) for row in found]
        return pd.DataFrame(rows, columns=names, dtype=object)

    def memberships(self) -> pd.DataFrame:
        """Those of before: person_id, household, valid_from, valid_to."""
        told = where(self._members, (since < self._received for since in self._members["recorded_from"]))
        return told[["person_id", "household", "valid_from", "valid_to"]]

    def standing(self, type_name: str) -> dict[str, Fact]:
        """The id of a fact's content → its recording that stands."""
        if type_name == "MEMBER_OF":
            facts: Iterable[Fact] = zip(self._members["person_id"], self._members["id"], strict=True)
        else:
            source = GRAPH.relationship(type_name).sources[0]
            ids = self._people if source == "Person" else self._households()
            found = self._of(source, ids, type_name, "a.id AS source, r.id AS id")
            facts = ((row["source"], row["id"]) for row in found)
        return {content(key): (source, key) for source, key in facts}

    def _households(self) -> list[str] | None:
        """Those of which the people are members, or were."""
        return None if self._people is None else sorted(set(self._members["household"]))

    def _of(self, source: str, ids: list[str] | None, type_name: str, told: str) -> Iterator[Row]:
        """Facts that stand, of some of their sources, or of all."""
        given = {"received": self._received}
        ends = f"-[r:{type_name}]->(b) WHERE {_STANDS} RETURN {told}"
        if ids is None:
            yield from self._store.stream(f"MATCH (a:{source}){ends}", given)
            return
        for start in range(0, len(ids), STEP):
            yield from self._store.stream(
                f"UNWIND $ids AS id MATCH (a:{source} {{id: id}}){ends}", given | {"ids": ids[start : start + STEP]}
            )


def _taken(store: Store, ids: list[str], received: date) -> set[str]:
    """Which of some ids were any household's before this load."""
    found: set[str] = set()
    for start in range(0, len(ids), STEP):
        found |= {
            row["id"]
            for row in store.stream(
                "UNWIND $ids AS id MATCH (h:Household {id: id}) WHERE h.recorded_from < $received RETURN h.id AS id",
                {"ids": ids[start : start + STEP], "received": received},
            )
        }
    return found


def _members(homes: Households, hasher: Hasher) -> pd.DataFrame:
    frame = homes.members.rename(columns={"person_id": "source", "household": "target"})
    roles = [
        "child" if isinstance(birth, date) and is_child(birth, since) else "adult"
        for birth, since in zip(frame["source"].map(homes.born), frame["valid_from"], strict=True)
    ]
    return _keyed(frame.assign(role=roles), hasher)


def _visits(homes: Households, hasher: Hasher) -> pd.DataFrame:
    return _keyed(homes.visits.rename(columns={"person_id": "source", "household": "target"}), hasher)


def _places(homes: Households, hasher: Hasher) -> pd.DataFrame:
    return _keyed(homes.places.rename(columns={"household": "source", "address": "target"}), hasher)


def _keyed(frame: pd.DataFrame, hasher: Hasher) -> pd.DataFrame:
    columns = sorted(frame.columns)
    rows = zip(*(frame[name] for name in columns), strict=True)
    ids = hasher.many("|".join(map(str, row)) for row in rows)
    return frame.assign(id=ids)


def _end(store: Store, type_name: str, gone: list[Fact], received: date) -> None:
    rel = GRAPH.relationship(type_name)
    rows = [{"source": source, "id": key} for source, key in sorted(gone)]
    for start in range(0, len(rows), STEP):
        store.execute(
            f"UNWIND $rows AS row MATCH (:{rel.sources[0]} {{id: row.source}})-[r:{rel.type} {{id: row.id}}]->() "
            "SET r.recorded_to = $recorded",
            {"rows": rows[start : start + STEP], "recorded": received},
        )
