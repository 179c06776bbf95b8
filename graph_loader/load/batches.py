"""Batches: what one agency sends at once; begun, published whole, or begun again after a kill."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from graph.schema import GRAPH
from graph.store import Store
from graph_loader.errors import Fault, LoadError
from graph_loader.identity.tokens import Hasher
from graph_loader.load import accounts
from graph_loader.load.feeds import Feeds
from graph_loader.load.plan import Plan
from graph_loader.load.tables import node_table, relationship_table

REVIEW = "review"
"""Stands for the agency of what reviewers decided."""


@dataclass(frozen=True)
class Batch:
    """`id` is a keyed hash of sorted records, good and bad, mappings and agreement: the same files, the same batch.

    `takes_back`: it ends records that stand.
    """

    id: str
    agency: str
    mapping_digest: str
    rows_read: int
    rows_loaded: int
    as_of: date | None
    accounts: str
    takes_back: bool = False


def of(plan: Plan, feeds: Feeds, hasher: Hasher) -> list[Batch]:
    """The batches of a load, one an agency."""
    found = []
    for agency in feeds.agencies:
        mine = [feed for feed in plan.feeds if feed.feed.mapping.agency == agency]
        digest = hasher.one("|".join(feed.feed.mapping.digest() for feed in mine))
        content = "|".join("".join(sorted(feed.hashes)) + "!" + "".join(sorted(feed.bad)) for feed in mine)
        counts = [count for feed in mine for count in feed.counts]
        found.append(
            Batch(
                f"B{hasher.one(f'batch:{agency}:{digest}:{feeds.agreement.version}:{content}')}",
                agency,
                digest,
                sum(count.rows_read for count in counts),
                sum(count.loaded for count in counts),
                max((feed.feed.mapping.as_of for feed in mine if feed.feed.mapping.as_of), default=None),
                accounts.as_text(counts),
                any(feed.gone for feed in mine),
            )
        )
    return found


def review(received: date, hasher: Hasher) -> Batch:
    """The batch of a load without files, that applies what reviewers decided, and a new model."""
    return Batch(f"B{hasher.one(f'review:{received}')}", REVIEW, "", 0, 0, None, accounts.as_text(()))


def begun(store: Store) -> date | None:
    """The recorded time of a load that was begun and not finished."""
    return _newest(store, "loading")


def published(store: Store) -> date | None:
    """The recorded time of the newest published load."""
    return _newest(store, "published")


def _newest(store: Store, status: str) -> date | None:
    rows = store.read("MATCH (b:Batch {status: $status}) RETURN max(b.received) AS day", {"status": status})
    day = rows[0]["day"]
    return day if isinstance(day, date) else None


def unpublished(store: Store, batches: list[Batch], received: date, hasher: Hasher) -> list[Batch]:
    """Batches that change something: those that take records back, or are not their agency's newest published one.

    Files that an agency sent before, and then others, are a batch of their own when they come again.
    """
    rows = store.read("MATCH (b:Batch {status: 'published'}) RETURN b.id AS id, b.agency AS agency, b.received AS day")
    newest: dict[str, tuple[date, str]] = {}
    for row in rows:
        newest[row["agency"]] = max(newest.get(row["agency"], (date.min, "")), (row["day"], row["id"]))
    before = {row["id"] for row in rows}
    today = {row["id"] for row in rows if row["day"] == received}
    found = []
    for batch in batches:
        again = replace(batch, id=f"B{hasher.one(f'again:{batch.id}:{received}')}")
        stands = newest.get(batch.agency, (date.min, ""))[1]
        if today & {batch.id, again.id}:  # published, in an attempt that was cut off after it
            continue
        if batch.takes_back or stands not in (batch.id, again.id):
            found.append(again if batch.id in before else batch)
    return found


def check_day(store: Store, feeds: Feeds, received: date) -> None:
    """Refuse what would rewrite the past, and extracts that come from the future."""
    faults = [
        Fault(
            "AS_OF_LATER", f"{feed.mapping.feed}:as_of", f"the extract was taken after {received}",
            "Mend `as_of` in the mapping, or give --received the day on which the files came.",
        )
        for feed in feeds.feeds
        if feed.mapping.as_of and feed.mapping.as_of > received
    ]  # fmt: skip
    newest = published(store)
    if newest is not None and received <= newest:
        faults.append(
            Fault(
                "RECEIVED_TOO_EARLY", str(received), f"the newest published batch was received on {newest}",
                "Give --received a later day; corrections of the past are new batches too.",
            )
        )  # fmt: skip
    if faults:
        raise LoadError(*faults)


def check_unfinished(store: Store, batches: list[Batch]) -> None:
    """Refuse a load while one of other files, or of fewer, is unfinished."""
    open_ones = store.read("MATCH (b:Batch {status: 'loading'}) RETURN b.id AS id, b.agency AS agency")
    sent = {batch.id: batch.agency for batch in batches}
    begun = {row["id"]: row["agency"] for row in open_ones}
    others = sorted({agency for key, agency in (sent | begun).items() if (key in sent) != (key in begun)})
    if begun and others:
        raise LoadError(
            Fault(
                "LOAD_UNFINISHED", ", ".join(others), "a load of other files was begun and not finished",
                "Run that load again, which goes on where it was; or take back what it wrote: `ccg load --abandon`.",
            )
        )  # fmt: skip


def write(store: Store, batches: list[Batch], feeds: Feeds, received: date, by: str, linked_by: str) -> None:
    """Write the batches as loading, with who sent them, who loads them and under which agreement.

    `linked_by`: a digest of reviewers' decisions and of the new model, where there is one.
    """
    version = feeds.agreement.version
    rows = [
        {
            "id": batch.id, "agency": batch.agency, "received": received, "status": "loading",
            "agreement_version": version, "mapping_digest": batch.mapping_digest,
            "rows_read": batch.rows_read, "rows_loaded": batch.rows_loaded, "as_of": batch.as_of,
            "accounts": batch.accounts, "loaded_by": by,
            "linked_by": linked_by,
        }
        for batch in batches
    ]  # fmt: skip
    store.write_nodes(GRAPH.node("Batch"), node_table(GRAPH.node("Batch"), [pd.DataFrame(rows)]))
    for type_name, target in (("SENT_BY", None), ("UNDER", f"{feeds.agreement.id}@{version}")):
        rel = GRAPH.relationship(type_name)
        ends = [
            {"source": b.id, "target": target or b.agency, "id": f"{b.id}>{type_name}"}
            for b in batches
            if target or b.agency != REVIEW
        ]
        if ends:
            store.write_relationships(rel, relationship_table(rel, [pd.DataFrame(ends)]))


def imported(store: Store, batches: list[Batch]) -> bool:
    """Whether all of these batches' rows came in by the engine's import, in an attempt that was cut off after it."""
    rows = store.read(
        "MATCH (b:Batch {imported: true}) WHERE b.id IN $ids RETURN count(b) AS n", {"ids": [b.id for b in batches]}
    )
    return bool(rows[0]["n"] == len(batches))


def check_whole(store: Store, batches: list[Batch]) -> None:
    """Hold the records in the graph against the rows that were counted. Raises `LoadError` where they differ."""
    for batch in batches:
        rows = store.read("MATCH (:Batch {id: $id})<-[r:IN_BATCH]-() RETURN count(r) AS n", {"id": batch.id})
        if rows[0]["n"] != batch.rows_loaded:
            raise LoadError(
                Fault(
                    "ROWS_UNEXPLAINED", batch.agency,
                    f"{batch.rows_loaded:,} rows were to be loaded and {rows[0]['n']:,} are in the graph",
                    "Nothing of it is published. `ccg load --abandon` takes it back; report this.",
                )
            )  # fmt: skip


def publish(store: Store, batches: list[Batch], standing: list[str], withdrawn: list[str]) -> None:
    """The last small transaction: from here on answers see them, all at once, under their agreement.

    `standing` and `withdrawn`: ids of decisions that are applied with it, unless they were withdrawn since.
    """
    store.execute(
        "MATCH (b:Batch) WHERE b.id IN $ids SET b.status = 'published', b.imported = null "
        "WITH count(b) AS published OPTIONAL MATCH (d:ReviewDecision) "
        "WHERE (d.id IN $standing AND d.withdrawn_on IS NULL) OR d.id IN $withdrawn SET d.pending = null",
        {"ids": [batch.id for batch in batches], "standing": standing, "withdrawn": withdrawn},
    )


def linked_by(store: Store) -> str | None:
    """By which decisions and which new model the load that was begun links (see `write`)."""
    rows = store.read("MATCH (b:Batch {status: 'loading'}) RETURN min(b.linked_by) AS digest")
    return str(rows[0]["digest"]) if rows[0]["digest"] else None


def agreement_in_use(store: Store) -> str | None:
    """The agreement (`id@version`) of the newest published load."""
    rows = store.read(
        "MATCH (a:Agreement)<-[:UNDER]-(b:Batch {status: 'published'}) "
        "RETURN a.id AS agreement ORDER BY b.received DESC, a.id LIMIT 1"
    )
    return str(rows[0]["agreement"]) if rows else None
