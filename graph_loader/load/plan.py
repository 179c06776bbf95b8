"""What a load would change, found without writing: rows new, known and gone, and every fault."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

import pandas as pd

from graph.store import Store
from graph_loader.admit.admission import admit
from graph_loader.admit.contract import Opened, open_source
from graph_loader.errors import Fault, LoadError
from graph_loader.identity.records import Arrivals, entry, standardised
from graph_loader.identity.standard import family_words, given_name
from graph_loader.identity.tokens import NEAR, Hasher
from graph_loader.load import accounts
from graph_loader.load.feeds import Feed, Feeds
from graph_loader.load.retyped import Retyped
from graph_loader.load.rows import Decided, Rows, rows
from graph_loader.mapping.document import MONEY, Mapping, Someone
from graph_loader.mapping.expression import evaluate, last_name
from graph_loader.quality.held import HeldSource
from graph_loader.quality.quarantine import Quarantine
from graph_loader.quality.values import UNLISTED
from ledger.runs import FileCount

SOME_PEOPLE, FEW_PEOPLE = 100, 10
"""Of fewer people than the first in new rows, that hardly anybody can be told may be chance; of fewer than the second,
that nobody can."""
LEAST_TOLD = 0.01
"""Where fewer of a feed's people than this share can be told from others, the feed is of no use."""
MALFORMED = "the row has fewer or more fields than the header"
MEND = (
    "Quote a field that holds the delimiter; end no row early. Until then nothing of this feed is taken back, as it is "
    "not known whose row this is."
)


class Progress(Protocol):
    """Told what is being done, how many rows were done since the last time, and which share of it is done by now."""

    def __call__(self, what: str, rows: int, share: float | None = None) -> None: ...


@dataclass
class FeedPlan:
    """One feed's rows held against what the graph knows of it.

    `new`: content hash → SourceRecord id, for rows to load. `standing`: how many records of the feed stand before
    this load; `gone`: ids of those that the files take back (see `_find_gone`), and where they are many,
    `numbers_gone`: their record numbers. `bad`: what tells its bad rows from others. `numbers`: record numbers, of a
    delta those of its good rows, of a full extract those of its bad ones; `unnumbered`: there are bad rows whose number
    is not known. `families` with a bad row, and `retyped` columns, are known once all has been read; `decided`: what
    was known of them before. `aside`: one of its sources was set aside whole. `people`: how many its new rows have, of
    whom so many can be `told` from others. `stops`: why it may not be loaded.
    """

    feed: Feed
    opened: tuple[Opened, ...] = ()
    decided: Decided = field(default_factory=Decided)
    new: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    numbers_gone: dict[str, str] = field(default_factory=dict)
    standing: int = 0
    hashes: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    unnumbered: bool = False
    families: set[str] = field(default_factory=set)
    retyped: frozenset[str] = frozenset()
    aside: bool = False
    people: int = 0
    told: int = 0
    counts: list[FileCount] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    stops: list[Fault] = field(default_factory=list)

    def digest_of(self, file: str) -> str:
        """The first digits of a file's digest."""
        return next(count.digest for count in self.counts if count.file == file)[:16]

    def rows(self, opened: Opened, hasher: Hasher) -> Iterator[Rows]:
        """The rows of one of its sources, as they were read to plan."""
        return rows(opened, self.feed.mapping, hasher, self.decided)


@dataclass(frozen=True)
class Plan:
    received: date
    feeds: tuple[FeedPlan, ...]

    @property
    def faults(self) -> list[Fault]:
        return [fault for feed in self.feeds for fault in feed.faults]

    @property
    def stops(self) -> list[Fault]:
        return [fault for feed in self.feeds for fault in feed.stops]

    @property
    def counts(self) -> list[FileCount]:
        return [count for feed in self.feeds for count in feed.counts]


def make_plan(
    feeds: Feeds,
    store: Store,
    received: date,
    hasher: Hasher,
    progress: Progress,
    quarantine: Quarantine | None = None,
    arrivals: Arrivals | None = None,
) -> Plan:
    """Read every source once; where a row is bad that has a family, or a column is to be left empty, once more.

    Bad rows go to `quarantine` and records of people to `arrivals`, where they are given. Raises `LoadError` for
    sources that are refused as they are.
    """
    opened = _open(feeds, store)
    plans = []
    for feed in feeds.feeds:
        if not feed.sources:
            continue
        known = _known(store, feed.mapping.feed, received)
        plan = FeedPlan(feed, opened[feed.mapping.feed])
        _read_feed(plan, hasher, received, known, progress, quarantine, arrivals)
        while (decided := _decided(plan)) != plan.decided:
            if quarantine:
                quarantine.forget(feed.mapping.feed)
            if arrivals:
                arrivals.forget(feed.mapping.feed)
            plan = FeedPlan(feed, opened[feed.mapping.feed], decided)
            _read_feed(plan, hasher, received, known, progress, quarantine, arrivals)
        plan.standing = sum(stands for _, stands in known.values())
        _find_gone(plan, store, received, known)
        plans.append(plan)
    return Plan(received, tuple(plans))


def _open(feeds: Feeds, store: Store) -> dict[str, tuple[Opened, ...]]:
    """Each feed's sources, held against what they were. Raises `LoadError` with all that is refused."""
    before = accounts.columns_before(store)
    opened: dict[str, tuple[Opened, ...]] = {}
    refused: list[Fault] = []
    for feed in feeds.feeds:
        mapping = feed.mapping
        found = []
        for source in feed.sources:
            if isinstance(source, HeldSource):  # held against the contract when it came
                columns = source.columns()
                found.append(Opened(source, admit(mapping, feeds.agreement, columns, source.name), tuple(columns)))
                continue
            try:
                found.append(open_source(source, mapping, feeds.agreement, before.get(mapping.feed, ())))
            except LoadError as error:
                refused += error.faults
        opened[mapping.feed] = tuple(found)
    if refused:
        raise LoadError(*refused)
    return opened


def _find_gone(plan: FeedPlan, store: Store, received: date, known: dict[str, tuple[str, bool]]) -> None:
    """Find the records that stand in the graph and no longer in the files.

    Of a full extract, those that it does not have; but a row that cannot be read now takes nothing back, and where it
    is not known whose row that is, nothing of the feed goes. Of a delta, those under whose record numbers it has other
    rows.
    """
    delta = plan.feed.mapping.extract == "delta"
    gone = {record for content, (record, stands) in known.items() if stands and content not in plan.hashes}
    if not gone or (plan.unnumbered and not delta):
        return
    numbers: dict[str, str] = {}
    if plan.numbers or len(gone) > plan.feed.mapping.most_gone * plan.standing:
        numbered = store.stream(
            "MATCH (s:SourceRecord {feed: $feed}) WHERE s.recorded_to IS NULL OR s.recorded_to >= $received "
            "RETURN s.id AS id, s.agency_number AS number",
            {"feed": plan.feed.mapping.feed, "received": received},
        )
        numbers = {row["id"]: row["number"] for row in numbered if row["id"] in gone}
    plan.gone = sorted(record for record in gone if (numbers.get(record) in plan.numbers) == delta)
    plan.numbers_gone = numbers


def _known(store: Store, feed: str, received: date) -> dict[str, tuple[str, bool]]:
    """Published records of a feed: content hash → (id, whether it stands before this load)."""
    found = store.stream(
        "MATCH (s:SourceRecord {feed: $feed})-[:IN_BATCH]->(b:Batch {status: 'published'}) "
        "WHERE b.received < $received "
        "RETURN s.content_hash AS content, s.id AS id, s.recorded_to AS ended ORDER BY s.recorded_from",
        {"feed": feed, "received": received},
    )
    return {row["content"]: (row["id"], row["ended"] is None or row["ended"] >= received) for row in found}


def _read_feed(
    plan: FeedPlan, hasher: Hasher, received: date, known: dict[str, tuple[str, bool]], progress: Progress,
    quarantine: Quarantine | None, arrivals: Arrivals | None,
) -> None:  # fmt: skip
    retyped = Retyped(plan.feed.mapping)
    for opened in plan.opened:
        if opened.aside:
            _set_aside(plan, opened, quarantine)
        else:
            _read(plan, opened, hasher, received, known, progress, quarantine, arrivals, retyped)
    plan.faults = _together(plan.faults)
    changes = plan.feed.mapping.changes
    plan.stops += retyped.faults() if changes.retyped == "refuse" else []
    if changes.codes == "refuse":
        plan.stops += [replace(f, code="CODE_NEW") for f in plan.faults if f.what.startswith(UNLISTED)]
    plan.retyped = retyped.columns()
    enough = SOME_PEOPLE if plan.told else FEW_PEOPLE
    if plan.people >= enough and plan.told < LEAST_TOLD * plan.people:
        what = (
            f"{plan.told or 'none'} of {plan.people:,} people can be told from others: the rest have no SSN that can "
            "be read, no first and last name, and no name with a birth date"
        )
        fix = "Send SSNs, or first and last names; or mend what the mapping reads them from."
        plan.stops.append(Fault("NOBODY_TOLD", plan.feed.mapping.feed, what, fix))


def _read(
    plan: FeedPlan, opened: Opened, hasher: Hasher, received: date, known: dict[str, tuple[str, bool]],
    progress: Progress, quarantine: Quarantine | None, arrivals: Arrivals | None, retyped: Retyped,
) -> None:  # fmt: skip
    mapping, source = plan.feed.mapping, opened.source
    seen = {"read": 0, "loaded": 0, "unchanged": 0, "quarantined": 0, "dropped": 0}
    totals: dict[str, int] = {}
    malformed = False
    for part in plan.rows(opened, hasher):
        bad, blank = part.typed.bad & ~part.blank, part.blank
        fresh = _fresh(plan, part, bad | blank, known, hasher, received)
        seen["read"] += part.count
        seen["quarantined"] += int(bad.sum()) + len(part.malformed)
        seen["dropped"] += int(blank.sum())
        seen["loaded"] += int(fresh.sum())
        seen["unchanged"] += int((~bad & ~blank & ~fresh).sum())
        plan.faults += part.typed.faults
        plan.bad |= set(part.hashes[bad])
        plan.unnumbered |= bool(part.malformed) or part.unnumbered(mapping, bad)
        if part.malformed:
            plan.faults.append(Fault("ROW_MALFORMED", source.name, MALFORMED, MEND, rows=part.malformed))
        _add_totals(totals, mapping, part, bad, fresh)
        if quarantine and bad.any():
            numbers = part.numbers[bad.to_numpy()].tolist()
            quarantine.keep(mapping, part.text[bad], part.typed.reasons[bad], source, numbers, source.hasher(hasher))
        if quarantine and part.malformed:
            quarantine.keep_unread(mapping, MALFORMED, source, part.malformed)
        if mapping.together:
            plan.families |= set(part.families(mapping, bad))
        retyped.add(part)
        plan.numbers |= set(part.record_numbers(mapping, ~bad & ~blank if mapping.extract == "delta" else bad))
        if mapping.people and fresh.any():
            people = _people(mapping, part, fresh, plan.new, hasher)
            plan.people += len(people)
            plan.told += int(_can_be_told(people).sum())
            if arrivals:
                arrivals.add(mapping.feed, standardised(people))
        malformed |= bool(part.malformed)
        progress(f"reading {source.name}", part.count, part.share)
    digest = source.digest()
    plan.bad |= {digest} if malformed else set()
    plan.counts.append(
        FileCount(
            mapping.feed, source.name, digest, seen["read"], seen["loaded"], seen["unchanged"],
            seen["quarantined"], seen["dropped"], totals, opened.admission.dropped, opened.columns,
        )
    )  # fmt: skip


def _set_aside(plan: FeedPlan, opened: Opened, quarantine: Quarantine | None) -> None:
    """Nothing of the source is read, and nothing of its feed taken back: all of its rows wait."""
    mapping, source = plan.feed.mapping, opened.source
    waiting, digest = source.seems(), source.digest()
    plan.faults += opened.aside
    plan.bad.add(digest)
    plan.unnumbered = plan.aside = True
    if quarantine:
        quarantine.keep_unread(mapping, opened.aside[0].what, source, range(1, waiting + 1))
    plan.counts.append(FileCount(mapping.feed, source.name, digest, waiting, 0, 0, waiting, 0, {}, 0, ()))


def _decided(plan: FeedPlan) -> Decided:
    """What to read the feed with: first columns that are left empty, then families whose rows are still bad."""
    emptied = plan.retyped if plan.feed.mapping.changes.retyped == "evolve" else frozenset()
    return Decided(emptied, frozenset(plan.families) if emptied == plan.decided.emptied else frozenset())


def _together(faults: list[Fault]) -> list[Fault]:
    """One fault of a kind for a column, with the rows of all chunks."""
    found: dict[tuple[str, str | None, str], Fault] = {}
    for fault in faults:
        key = (fault.code, fault.column, fault.what)
        found[key] = replace(fault, rows=found[key].rows + fault.rows) if key in found else fault
    return list(found.values())


def _fresh(
    plan: FeedPlan, part: Rows, skip: pd.Series, known: dict[str, tuple[str, bool]], hasher: Hasher,
    received: date,
) -> pd.Series:  # fmt: skip
    """Which rows are new: not standing in the graph and not seen in this load; the rest is unchanged."""
    fresh = []
    for content, skipped in zip(part.hashes, skip, strict=True):
        new = not skipped and content not in plan.hashes
        if not skipped:
            plan.hashes.add(content)
        if new and content in known:
            _, stands = known[content]
            new = not stands
            if new:  # it was gone and came back: a record of its own
                plan.new[content] = hasher.one(f"again:{content}:{received}")
        elif new:
            plan.new[content] = content
        fresh.append(new)
    return pd.Series(fresh, dtype=bool)


def _add_totals(totals: dict[str, int], mapping: Mapping, part: Rows, bad: pd.Series, fresh: pd.Series) -> None:
    """Sum each money column over rows read, loaded, unchanged and quarantined."""
    for name, column in mapping.columns.items():
        if column.kind not in MONEY:
            continue
        cents = pd.to_numeric(part.typed.values[name], errors="coerce").fillna(0)
        for what, mask in (
            ("read", pd.Series(True, index=bad.index)),
            ("loaded", fresh),
            ("unchanged", ~bad & ~fresh),
            ("quarantined", bad),
        ):
            key = f"{name}.{what}"
            totals[key] = totals.get(key, 0) + int(cents[mask].sum())


def _people(
    mapping: Mapping, part: Rows, fresh: pd.Series, new: dict[str, str], hasher: Hasher
) -> pd.DataFrame:  # fmt: skip
    """Raw records of the persons in fresh rows, for linkage."""
    values = part.typed.values[fresh]
    sources = part.hashes[fresh].map(new)
    numbers = part.record_numbers(mapping, fresh)
    frames = []
    for role, someone in mapping.people.items():
        frame = _described(someone, values, role in mapping.related).assign(source_id=sources, role=role)
        frame["filed_under"] = _unit(mapping, role, values, hasher)
        frame["feed"], frame["agency_number"], frame["entry"] = mapping.feed, numbers, _entry(mapping, values)
        frame["person_number"] = evaluate(someone.agency_number, values)
        frames.append(frame[there(someone, values)])
    return pd.concat(frames, ignore_index=True)


def _unit(mapping: Mapping, role: str, values: pd.DataFrame, hasher: Hasher) -> pd.Series:
    """A token of the benefit unit that a person of each row is in, where the mapping has one."""
    unit = mapping.unit_of(role)
    if unit is None:
        return pd.Series(None, index=values.index, dtype=object)
    keys = pd.concat([evaluate(expression, values) for expression in unit.key], axis=1)
    there = keys.notna().all(axis=1)
    texts = (
        f"unit:{mapping.agency}:{unit.properties.get('program')}:{'|'.join(map(str, row))}"
        for row in keys[there].itertuples(index=False)
    )
    return pd.Series(hasher.many(texts), index=values.index[there], dtype=object).reindex(values.index)


def _entry(mapping: Mapping, values: pd.DataFrame) -> pd.Series | None:
    """Which entry of its feed each row is, where the feed holds each person once for each."""
    if isinstance(mapping.once, bool):
        return None
    told = values[list(mapping.once)]
    rows = told.astype(str).itertuples(index=False)
    texts = pd.Series([entry(mapping.once, row) for row in rows], index=values.index, dtype=object)
    return texts.where(told.notna().all(axis=1), None)


def _can_be_told(people: pd.DataFrame) -> pd.Series:
    """Which of these people have an SSN, a first and last name, or one of them with a birth date, as `Someone` asks."""
    first, last = (
        people[column].map({text: bool(names(text)) for text in people[column].dropna().unique()}).eq(True)
        for column, names in (("first_name", given_name), ("last_name", family_words))
    )
    return people["token"].notna() | (first & last) | ((first | last) & people["birth_date"].notna())


def there(someone: Someone, values: pd.DataFrame) -> pd.Series:
    """In which rows a person of the mapping is."""
    decides = [someone.when] if someone.when else list(someone.identifying)
    return pd.concat([evaluate(expression, values) for expression in decides], axis=1).notna().any(axis=1)


def _described(someone: Someone, values: pd.DataFrame, related: bool) -> pd.DataFrame:
    address = someone.address
    evidence = address.evidence if address else "relation" if related else None
    place = {
        name: evaluate(getattr(address, name) if address else None, values)
        for name in ("number", "street", "unit", "city", "zip")
    }
    person = {
        name: evaluate(getattr(someone, name), values) for name in ("first_name", "middle_name", "birth_date", "sex")
    }
    return pd.DataFrame(
        {
            **person,
            "last_name": last_name(someone.last_name, someone.suffix, values),
            **place,
            "token": evaluate(someone.ssn, values),
            "near": evaluate(someone.ssn and f"{someone.ssn}{NEAR}", values),
            "address_since": evaluate(address.since if address else None, values),
            "evidence": evaluate(f"={evidence}" if evidence else None, values),
        },
        index=values.index,
    )
