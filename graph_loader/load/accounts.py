"""Each file's account as a batch carries it, so that load runs can be written again from the graph alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime, time

from graph.store import Store
from graph_loader.identity.tokens import Hasher
from graph_loader.quality.held import REPLAYED
from ledger import runs
from ledger.database import Ledger
from ledger.runs import FileCount


def as_text(counts: Iterable[FileCount]) -> str:
    return json.dumps([asdict(count) for count in counts], sort_keys=True)


def from_text(text: str) -> list[FileCount]:
    return [FileCount(**count | {"columns": tuple(count.get("columns", ()))}) for count in json.loads(text)]


def sent(store: Store) -> Iterator[list[FileCount]]:
    """The accounts of what agencies sent, a published batch after the other, the oldest first.

    Without those of rows that had been set aside before.
    """
    for row in store.read(
        "MATCH (b:Batch {status: 'published'}) RETURN b.accounts AS accounts ORDER BY b.received, b.id"
    ):
        yield [count for count in from_text(row["accounts"] or "[]") if not count.file.startswith(REPLAYED)]


def agency_of_feeds(store: Store) -> dict[str, str]:
    """Which agency sends each feed."""
    rows = store.read("MATCH (b:Batch {status: 'published'}) RETURN b.agency AS agency, b.accounts AS accounts")
    return {count.feed: row["agency"] for row in rows for count in from_text(row["accounts"] or "[]")}


def columns_before(store: Store) -> dict[str, tuple[str, ...]]:
    """The columns that each feed's files had in the newest published load of it."""
    found: dict[str, tuple[str, ...]] = {}
    for counts in sent(store):
        here: dict[str, dict[str, None]] = {}
        for count in counts:
            here.setdefault(count.feed, {}).update(dict.fromkeys(count.columns))
        found |= {feed: tuple(columns) for feed, columns in here.items() if columns}
    return found


def run_id(batch_ids: Iterable[str], hasher: Hasher) -> str:
    """The id of the load run that these batches are."""
    return hasher.one("run:" + "|".join(sorted(batch_ids)))[:12]


def published_runs(store: Store, hasher: Hasher) -> set[str]:
    """The ids of the load runs that are published."""
    days: dict[date, list[str]] = {}
    for row in store.read("MATCH (b:Batch {status: 'published'}) RETURN b.id AS id, b.received AS received"):
        days.setdefault(row["received"], []).append(row["id"])
    return {run_id(ids, hasher) for ids in days.values()}


def rebuild(store: Store, ledger: Ledger, hasher: Hasher) -> int:
    """Write the ledger's load runs again from the published batches; those that it has stay. Gives how many.

    Files of agencies that sent nothing new are in no batch, so not here either. When a run began and ended on the
    clock is not in the graph: its received day stands for both.
    """
    batches: dict[date, list[dict[str, object]]] = {}
    for row in store.read(
        "MATCH (b:Batch {status: 'published'}) RETURN b.id AS id, b.received AS received, b.accounts AS accounts, "
        "b.agreement_version AS agreement, b.loaded_by AS by ORDER BY received, id"
    ):
        batches.setdefault(row["received"], []).append(row)
    known = {run.id for run in runs.runs(ledger)}
    made = 0
    for received, mine in batches.items():
        key = run_id((str(row["id"]) for row in mine), hasher)
        if key in known:
            continue
        then = datetime.combine(received, time(), UTC)
        runs.begin(ledger, key, received, str(mine[0]["agreement"]), then, str(mine[0]["by"] or ""))
        for row in mine:
            for count in from_text(str(row["accounts"] or "[]")):
                runs.count(ledger, key, count)
        runs.finish(ledger, key, then)
        made += 1
    return made
