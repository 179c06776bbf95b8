"""Write a plan's new rows: source records, facts, people and how they are joined."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import pandas as pd

from graph.schema import GRAPH
from graph.store import Store
from graph_loader.errors import Fault, LoadError
from graph_loader.identity.tokens import Hasher
from graph_loader.load.batches import Batch
from graph_loader.load.facts import FactBuilder, Tables, node_table, relationship_table
from graph_loader.load.feeds import Feeds
from graph_loader.load.plan import FeedPlan, Plan, Progress, there
from graph_loader.load.rows import Rows, rows


@dataclass(frozen=True)
class Written:
    nodes: int = 0
    relationships: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(self.nodes + other.nodes, self.relationships + other.relationships)

    @property
    def totals(self) -> tuple[int, int]:
        return self.nodes, self.relationships


def write_rows(
    plan: Plan, feeds: Feeds, store: Store, hasher: Hasher, records: pd.DataFrame, batches: list[Batch],
    progress: Progress,
) -> Written:  # fmt: skip
    """Read the files again and write what is new, people first."""
    total = write_people(store, records, plan.received)
    batch_of = {batch.agency: batch.id for batch in batches}
    for feed in plan.feeds:
        if feed.feed.mapping.agency not in batch_of:  # what it sent stands already
            continue
        mine = records[records["feed"] == feed.feed.mapping.feed]
        owners = {role: part.set_index("source_id") for role, part in mine.groupby("role")}
        builder = FactBuilder(feed.feed.mapping, hasher, plan.received)
        left = dict(feed.new)
        for file in feed.feed.files:
            for part in rows(feed.feed, file, feeds.agreement, hasher):
                tables = _tables(feed, part, builder, owners, left, batch_of, plan.received)
                total += write_tables(store, tables)
                progress(f"loading {file.name}", len(part.hashes))
    return total


def write_people(store: Store, records: pd.DataFrame, received: date) -> Written:
    """Person nodes of records that are new, with what most of their records say of birth year and sex."""
    fresh = set(records.loc[records["recorded_from"] == received, "person_id"])
    mine = records[records["person_id"].isin(fresh)]
    if not len(mine):
        return Written()
    years = mine.assign(year=[day.year if day else None for day in mine["birth_date"]])
    people = pd.DataFrame({"id": sorted(fresh)})
    people["birth_year"] = people["id"].map(_most(years, "year"))
    people["sex"] = people["id"].map(_most(years, "sex"))
    first = mine.groupby("person_id")["recorded_from"].min()
    people["recorded_from"] = people["id"].map(first)
    node = GRAPH.node("Person")
    return Written(nodes=store.write_nodes(node, node_table(node, [people])).rows)


def _most(records: pd.DataFrame, column: str) -> dict[str, object]:
    """The value that most records of a person give; ties: the smallest."""
    known = records[records[column].notna()]
    counted = known.groupby(["person_id", column]).size().reset_index(name="records")
    counted = counted.sort_values(["person_id", "records", column], ascending=[True, False, True])
    return dict(counted.drop_duplicates("person_id")[["person_id", column]].itertuples(index=False))


def _tables(
    feed: FeedPlan, part: Rows, builder: FactBuilder, owners: dict[str, pd.DataFrame], left: dict[str, str],
    batch_of: dict[str, str], received: date,
) -> Tables:  # fmt: skip
    """Tables of the new rows of a chunk. `left` shrinks, so that a row that stands twice is written once."""
    skip = part.typed.bad | part.blank
    fresh = pd.Series(
        [not s and left.pop(content, None) is not None for content, s in zip(part.hashes, skip, strict=True)]
    )
    values = part.typed.values[fresh]
    sources = part.hashes[fresh].map(feed.new).astype(object)
    mapping = feed.feed.mapping
    people, reasons = {}, {}
    for role, someone in mapping.people.items():
        owner = owners.get(role)
        is_there = there(someone, values)
        found = sources.map(owner["person_id"]) if owner is not None else sources.map({})
        why = sources.map(owner["because"]) if owner is not None else sources.map({})
        people[role] = found.astype(object).where(is_there & found.notna(), None)
        reasons[role] = why
    tables = builder.build(values, sources, people)
    numbers = ["/".join(map(str, number)) for number in zip(*(values[c] for c in mapping.record), strict=True)]
    tables.node(
        "SourceRecord",
        pd.DataFrame(
            {
                "id": sources, "feed": mapping.feed, "content_hash": part.hashes[fresh],
                "agency_number": numbers, "file": part.file.name,
                "row": [part.first_row + int(i) for i in values.index], "recorded_from": received,
            }
        ),
    )  # fmt: skip
    batch = batch_of[mapping.agency]
    tables.relationship("IN_BATCH", pd.DataFrame({"source": sources, "target": batch, "id": sources + ">batch"}))
    for role, persons in people.items():
        known = persons.notna()
        tables.relationship(
            "DERIVED_FROM",
            pd.DataFrame(
                {
                    "source": persons[known], "target": sources[known], "source_label": "Person",
                    "id": sources[known] + f">{role}", "because": reasons[role][known], "role": role,
                    "recorded_from": received,
                }
            ),
        )  # fmt: skip
    return tables


def write_tables(store: Store, tables: Tables) -> Written:
    """Add all tables, nodes first. Raises `LoadError` when a relationship does not find its ends."""
    nodes = relationships = 0
    for label, frames in tables.nodes.items():
        node = GRAPH.node(label)
        nodes += store.add_nodes(node, node_table(node, frames)).rows
    lost: Counter[str] = Counter()
    for type_name, frames in tables.relationships.items():
        rel = GRAPH.relationship(type_name)
        written = store.add_relationships(rel, relationship_table(rel, frames))
        relationships += written.matched
        lost[type_name] += written.rows - written.matched
    if lost.total():
        raise LoadError(
            *(
                Fault(
                    "END_MISSING", type_name, f"{count} relationships lead to nodes that are not there",
                    "A constant end (`Program:=SNAP`) must be in the roster.",
                )
                for type_name, count in lost.items()
                if count
            )
        )  # fmt: skip
    return Written(nodes, relationships)
