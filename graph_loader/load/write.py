"""Write a plan's new rows: source records, facts, people and how they are joined."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import pandas as pd
import pyarrow as pa

from graph import store as graph_store
from graph.recording import record_nodes, record_relationships
from graph.schema import GRAPH, RelationshipType
from graph.store import Store
from graph_loader.errors import Fault, LoadError
from graph_loader.identity.tokens import Hasher
from graph_loader.load import lanes
from graph_loader.load.batches import Batch
from graph_loader.load.facts import FactBuilder
from graph_loader.load.plan import FeedPlan, Plan, Progress, there
from graph_loader.load.rows import Rows
from graph_loader.load.tables import Ready, Tables, node_table
from graph_loader.sources.source import Source


@dataclass(frozen=True)
class Written:
    nodes: int = 0
    relationships: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(self.nodes + other.nodes, self.relationships + other.relationships)

    @property
    def totals(self) -> tuple[int, int]:
        return self.nodes, self.relationships


class Sink(Protocol):
    """Where a load's tables go."""

    def write(self, ready: Ready) -> Written:
        """Take in tables, nodes before what leads to them; gives what they held."""


@dataclass(frozen=True)
class GraphSink:
    """Into the graph at once, recorded at a time. `past`: whether the graph may hold what ended before."""

    store: Store
    received: date
    past: bool

    def write(self, ready: Ready) -> Written:
        return write_tables(self.store, ready, self.received, past=self.past)


REASONS = ("because", "match_weight", "model")
"""What a person's DERIVED_FROM says of why the record is theirs."""


def write_rows(
    plan: Plan, sink: Sink, hasher: Hasher, records: pd.DataFrame, batches: list[Batch], progress: Progress
) -> Written:  # fmt: skip
    """Read the files again and write what is new, people first. `records`: new ones, with whose they are.

    A chunk is prepared while the one before it is written.
    """
    total = write_people(sink, records, plan.received)
    batch_of = {batch.agency: batch.id for batch in batches}
    with ThreadPoolExecutor(1, "writer") as lane:
        writing: Future[Written] | None = None
        for source, count, share, ready in _prepared(plan, hasher, records, batch_of):
            if writing:
                total += writing.result()
            writing = lane.submit(sink.write, ready)
            progress(f"loading {source.name}", count, share)
        if writing:
            total += writing.result()
    return total


def _prepared(
    plan: Plan, hasher: Hasher, records: pd.DataFrame, batch_of: dict[str, str]
) -> Iterator[tuple[Source, int, float, Ready]]:
    """The tables of each chunk of each source, with how many rows it has and the share done with it."""
    for feed in plan.feeds:
        if feed.feed.mapping.agency not in batch_of:  # what it sent stands already
            continue
        mine = records[records["feed"] == feed.feed.mapping.feed]
        owners = {role: part.set_index("source_id") for role, part in mine.groupby("role")}
        builder = FactBuilder(feed.feed.mapping, hasher, plan.received)
        left = dict(feed.new)
        for opened in feed.opened:
            if opened.aside:
                continue
            done, of = 0, next(count.rows_read for count in feed.counts if count.file == opened.source.name)
            for part in feed.rows(opened, hasher):
                tables = _tables(feed, part, builder, owners, left, batch_of, plan.received)
                done += part.count
                yield opened.source, part.count, done / max(of, 1), Ready.of(tables)
        if left:
            raise LoadError(
                Fault(
                    "FILE_CHANGED", feed.feed.mapping.feed, f"{len(left):,} rows that were read are not there any more",
                    "Let nobody write to the files while they are loaded, then load again.",
                )
            )  # fmt: skip


def write_people(sink: Sink, records: pd.DataFrame, received: date) -> Written:
    """Person nodes of new records."""
    fresh = sorted(set(records["person_id"]))
    if not fresh:
        return Written()
    node = GRAPH.node("Person")
    table = node_table(node, [pd.DataFrame({"id": fresh, "recorded_from": received})])
    return sink.write(Ready(((node, table),), ()))


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
    nothing = pd.Series([None] * len(sources), index=sources.index, dtype=object)
    for role, someone in mapping.people.items():
        owner = owners.get(role)
        is_there = there(someone, values)
        found = sources.map(owner["person_id"]) if owner is not None else sources.map({})
        people[role] = found.astype(object).where(is_there & found.notna(), None)
        reasons[role] = {
            name: sources.map(owner[name]).astype(object) if owner is not None else nothing for name in REASONS
        }
    tables = builder.build(values, sources, people)
    origins = part.source.origins(part.numbers[fresh.to_numpy()].tolist())
    own = feed.digest_of(part.source.name)
    tables.node(
        "SourceRecord",
        pd.DataFrame(
            {
                "id": sources, "feed": mapping.feed, "content_hash": part.hashes[fresh],
                "agency_number": part.record_numbers(mapping, fresh), "file": [file for file, _, _ in origins],
                "row": [row for _, row, _ in origins], "recorded_from": received,
                "mapping": mapping.digest(), "file_digest": [digest or own for _, _, digest in origins],
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
                    "id": sources[known] + f">{role}", "role": role, "recorded_from": received,
                }
                | {name: why[known] for name, why in reasons[role].items()}
            ),
        )  # fmt: skip
    return tables


def write_tables(store: Store, ready: Ready, received: date, *, past: bool) -> Written:
    """Record all tables, nodes first, in lanes. Raises `LoadError` when a relationship does not find its ends."""
    renamed: dict[str, str] = {}
    created: set[str] = set()
    with ThreadPoolExecutor(lanes.LANES, "lane") as workers:
        for recorded in workers.map(lambda one: record_nodes(store, one[0], one[1], received), ready.nodes):
            renamed |= recorded.renamed
            created |= recorded.created

    def record(rel: RelationshipType, table: pa.Table) -> graph_store.Written:
        return record_relationships(store, rel, _renamed(table, renamed), received, created, past=past)

    relationships = 0
    lost: Counter[str] = Counter()
    for rel, written in lanes.side_by_side(ready.relationships, record):
        relationships += written.matched
        lost[rel.type] += written.rows - written.matched
    nodes = sum(table.num_rows for _, table in ready.nodes)
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


def _renamed(table: pa.Table, names: dict[str, str]) -> pa.Table:
    """The table, its ends by the ids under which they are recorded now."""
    if names:
        for column in ("source", "target"):
            values = [names.get(value, value) for value in table.column(column).to_pylist()]
            table = table.set_column(table.schema.get_field_index(column), column, pa.array(values, pa.string()))
    return table
