"""Rows that were set aside, loaded again: with corrections, or as a mended mapping reads them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from graph.store import Store
from graph_loader.admit.admission import admit
from graph_loader.admit.contract import Opened
from graph_loader.errors import Fault, LoadError
from graph_loader.identity.tokens import Hasher
from graph_loader.load.feeds import Feed, Feeds
from graph_loader.load.plan import Plan
from graph_loader.load.rows import Decided, rows
from graph_loader.mapping.document import Mapping
from graph_loader.quality.held import Held, HeldSource, find, held, places_of
from ledger import replays, runs
from ledger.database import Ledger
from ledger.replays import Replayed

STEP = 5_000


@dataclass(frozen=True)
class Replay:
    """Feeds over what was set aside, as deltas; what becomes of each row; how many rows stay for a correction."""

    feeds: Feeds
    replayed: tuple[Replayed, ...]
    overtaken: tuple[Replayed, ...]
    unread: int


def make_replay(
    feeds: Feeds, data: Path, store: Store, ledger: Ledger, hasher: Hasher, some: Iterable[str], names: Iterable[str]
) -> Replay:
    """Take up what runs set aside, of some feeds or of all, by the mappings as they are now.

    Rows that are settled stay settled. A row whose record the agency has told anew since, in the graph or in a later
    quarantine, is overtaken: it is not loaded over what is newer. Raises `LoadError` where there is nothing to do.
    """
    published = published_ones(ledger)
    everything = held(data, published)
    mappings = {feed.mapping.feed: feed.mapping for feed in feeds.feeds}
    taken: dict[str, list[HeldSource]] = {}
    became: dict[str, list[Replayed]] = {"replayed": [], "overtaken": []}
    unread = 0
    for one in [one for run in dict.fromkeys(some) for one in find(data, published, run, names)]:
        mapping = mappings.get(one.feed)
        if mapping is None:
            raise LoadError(
                Fault("MAPPING_MISSING", one.feed, "no mapping of this feed is there any more", "Bring it back.")
            )
        every = _fitted(one.rows(replays.settled(ledger, one.run, one.feed)), mapping)
        unread += int((~every["ccg_read"]).sum())
        every = every[every["ccg_read"]].reset_index(drop=True)
        digests = {count.file: count.digest[:16] for count in runs.files(ledger, one.run) if count.feed == one.feed}
        source = HeldSource(one, every, digests)
        past = _overtaken(source, mapping, feeds, store, hasher, everything)
        for what, mask in (("replayed", ~past), ("overtaken", past)):
            here = tuple(places_of(every[mask]))
            if here:
                became[what].append(Replayed(one.run, one.feed, what, here))
        if (~past).any():
            taken.setdefault(one.feed, []).append(replace(source, rows=every[~past].reset_index(drop=True)))
    _check(became["replayed"], became["overtaken"], unread)
    found = tuple(Feed(_as_delta(mappings[name]), tuple(sources)) for name, sources in sorted(taken.items()))
    return Replay(replace(feeds, feeds=found), tuple(became["replayed"]), tuple(became["overtaken"]), unread)


def published_ones(ledger: Ledger) -> set[str]:
    """Ids of published runs."""
    return {run.id for run in runs.runs(ledger) if run.status == "published"}


def overtaken_by(plan: Plan, agencies: Collection[str], data: Path, ledger: Ledger) -> list[Replayed]:
    """Rows set aside before of which a load's full extracts tell anew: all that is open of those feeds.

    What cannot be read now is set aside again. A file that is set aside whole tells nothing.
    """
    told = {
        feed.feed.mapping.feed
        for feed in plan.feeds
        if feed.feed.mapping.extract == "full" and not feed.aside and feed.feed.mapping.agency in agencies
    }
    found = []
    for one in held(data, published_ones(ledger)):
        if one.feed in told:
            settled = replays.settled(ledger, one.run, one.feed)
            left = tuple(place for place in one.places() if place not in settled)
            found += [Replayed(one.run, one.feed, "overtaken", left)] if left else []
    return found


def _check(replayed: list[Replayed], overtaken: list[Replayed], unread: int) -> None:
    if not replayed and not overtaken:
        what = f"{unread:,} rows wait for a correction, as nothing of them was read" if unread else "all is settled"
        raise LoadError(
            Fault("REPLAY_NOTHING", "quarantine", what, "`ccg quarantine` tells; `ccg quarantine fix` corrects.")
        )
    places = Counter((one.feed, *place) for one in replayed for place in one.rows)
    twice = sorted({feed for (feed, _, _), times in places.items() if times > 1})
    if twice:
        raise LoadError(
            Fault(
                "REPLAY_TWICE", ", ".join(twice), "two of these runs set rows of one file and number aside",
                "Replay one of them on this day, and the other on the next.",
            )
        )  # fmt: skip


def _as_delta(mapping: Mapping) -> Mapping:
    return mapping.model_copy(update={"extract": "delta", "totals_within": {}, "as_of": None})


def _fitted(every: pd.DataFrame, mapping: Mapping) -> pd.DataFrame:
    """The rows with the columns that the mapping has now; one that it did not have then is not known."""
    fixed = ["ccg_file", "ccg_row", "ccg_reason", "ccg_read"]
    return every.reindex(columns=[*fixed, *(name for name in mapping.columns if name in every.columns)])


def _overtaken(
    source: HeldSource, mapping: Mapping, feeds: Feeds, store: Store, hasher: Hasher, every: list[Held]
) -> pd.Series:
    """Which rows have a record number that was told again after they were set aside."""
    numbers = _numbers(source, mapping, feeds, hasher)
    known = sorted({number for number in numbers if number})
    newer: set[str] = set()
    for start in range(0, len(known), STEP):
        newer |= {
            row["number"]
            for row in store.read(
                "UNWIND $numbers AS number MATCH (s:SourceRecord {feed: $feed, agency_number: number})"
                "-[:IN_BATCH]->(:Batch {status: 'published'}) "
                "WHERE s.recorded_from > $received RETURN DISTINCT number",
                {"numbers": known[start : start + STEP], "feed": mapping.feed, "received": source.held.received},
            )
        }
    for later in every:
        if later.feed == source.held.feed and later.received > source.held.received:
            newer |= {n for n in _numbers(_source(later, mapping), mapping, feeds, hasher) if n}
    return pd.Series([number in newer for number in numbers], dtype=bool)


def _source(one: Held, mapping: Mapping) -> HeldSource:
    return HeldSource(one, _fitted(one.rows(), mapping), {})


def _numbers(source: HeldSource, mapping: Mapping, feeds: Feeds, hasher: Hasher) -> list[str | None]:
    """The record number of each row, None where it cannot be read."""
    opened = Opened(source, admit(mapping, feeds.agreement, source.columns(), source.name))
    found: list[str | None] = []
    for part in rows(opened, mapping, hasher, Decided()):
        whole = part.has(mapping.record)
        numbers = iter(part.record_numbers(mapping, whole))
        found += [next(numbers) if there else None for there in whole]
    return found
