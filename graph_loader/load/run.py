"""One load: plan, who is who, write, who lives together, what follows, publish.

Killed anywhere, run again, it finishes.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from graph import migrations
from graph.store import Store
from graph_loader.errors import Fault, LoadError
from graph_loader.households.changed import households
from graph_loader.identity.assign import assign
from graph_loader.identity.decisions import at_odds, lapsed
from graph_loader.identity.linkage import Linkage, LinkageStore, arriving
from graph_loader.identity.linkage import sweep as sweep_linking
from graph_loader.identity.model import COMPARED_WITH, settings_digest
from graph_loader.identity.people import Move, Outcome
from graph_loader.identity.records import Arrivals
from graph_loader.identity.score import ScoreAll, here
from graph_loader.identity.spark import on_spark
from graph_loader.identity.tokens import Hasher
from graph_loader.load import accounts, batches, brakes, closing, decided, homes, write
from graph_loader.load.abandon import abandon
from graph_loader.load.bulk import Bulk, load_in_bulk, sweep
from graph_loader.load.feeds import Feeds
from graph_loader.load.governance_nodes import check_version, write_governance
from graph_loader.load.plan import Plan, Progress, make_plan
from graph_loader.load.replay import overtaken_by
from graph_loader.quality.quarantine import Quarantine
from ledger import replays, runs
from ledger.database import Ledger
from ledger.replays import Replayed

Derive = Callable[[Store, date, Progress], None]


@dataclass(frozen=True)
class WhoIsWho:
    """What a load would make of people: how many there are before it and after it, who of those known becomes another,
    and, where they would be told apart by a new model, which and how it comes about."""

    before: int
    after: int
    moves: tuple[Move, ...]
    model: str


@dataclass(frozen=True)
class Wishes:
    """How someone wants a load to go.

    `by`: who loads, for the record. `strict`: refuse it when any row is bad. `instead`: first take back what an
    unfinished load of other files wrote. `allowed`: names of brakes that are not to stop it (see `brakes`).
    `replayed`: rows of earlier loads that it takes up. `bulk`: how the engine takes in a first load, where it is to.
    `spark`: the master of a Spark that compares records, where all of them are compared.
    """

    by: str = ""
    strict: bool = False
    instead: bool = False
    allowed: frozenset[str] = frozenset()
    replayed: tuple[Replayed, ...] = ()
    bulk: Bulk | None = None
    spark: str | None = None


@dataclass(frozen=True)
class Loaded:
    """What a load did. `model`: by which one people are told apart now and how it became so, where it is a new one;
    `contradicted`: whether decisions of reviewers contradict each other, as records were sent again; `lapsed`: how many
    rest on a record that is gone since this load, with none in its place."""

    run_id: str
    received: date
    plan: Plan
    nodes: int
    relationships: int
    merges: int
    splits: int
    already: bool
    model: str = ""
    contradicted: bool = False
    lapsed: int = 0


def load(
    feeds: Feeds,
    store: Store,
    ledger: Ledger,
    data: Path,
    received: date,
    now: Callable[[], datetime],
    progress: Progress,
    wishes: Wishes | None = None,
    derive: Derive | None = None,
) -> Loaded:
    """Load a folder of feeds received on a day.

    What reviewers decided is applied, and a new model used, also where no file says anything new. `derive` writes what
    follows from the records, under the load's recorded time, before it is published.

    Raises `LoadError` when another load runs, when a file cannot be read, when bad rows meet `strict`, when
    a row is not accounted for, or when `received` is not later than what is published; answers then see no
    part of it.
    """
    wishes = wishes or Wishes()
    _check_agreement(feeds, received)
    hasher = Hasher.of(data)
    with _alone(data), ExitStack() as stack:
        sweep(data)
        sweep_linking(data)
        store.ensure_schema()
        migrations.begin(store)
        check_version(store, feeds.agreement)
        before = batches.published(store)
        known = LinkageStore(data)
        if before:  # a load that was killed once it was published
            runs.settle(ledger, accounts.published_runs(store, hasher), before, now())
            known.keep_only(before)
        begun = batches.begun(store)
        decisions = decided.every(store)
        stand = decided.standing(decisions)
        following = known.next_model
        waits = following.id if following else ""
        linked_by = hasher.one("|".join([*(one.id for one in stand), waits, settings_digest(), COMPARED_WITH]))
        otherwise = batches.linked_by(store) not in (None, linked_by)  # what it wrote of people may be otherwise now
        if begun and (wishes.instead or otherwise):
            known.forget(begun)
            abandon(store, begun, progress)
            runs.abandon(ledger, begun)
            begun = None
        opened = begun or received
        quarantine = stack.enter_context(Quarantine(data))
        arrivals = stack.enter_context(arriving(data))
        plan = make_plan(feeds, store, opened, hasher, progress, quarantine, arrivals)
        sent = batches.unpublished(store, batches.of(plan, feeds, hasher), opened, hasher)
        review = batches.review(opened, hasher)
        anew = following is not None or (before is not None and known.is_outdated(before))
        if before and (anew or any(one.pending for one in decisions)):
            sent.append(review)
        run_id = accounts.run_id((batch.id for batch in sent), hasher)
        _check(plan, wishes.strict, plan.stops + brakes.held(plan, store, hasher, wishes.allowed))
        if not sent:
            return Loaded(run_id, opened, plan, 0, 0, 0, 0, already=True)
        batches.check_day(store, feeds, opened)
        batches.check_unfinished(store, sent)
        write_governance(store, feeds.roster, feeds.agreement)
        runs.begin(ledger, run_id, opened, feeds.agreement.version, now(), wishes.by)
        quarantine.name(opened, run_id)
        past = overtaken_by(plan, {batch.agency for batch in sent}, data, ledger)
        replays.note(ledger, run_id, [*wishes.replayed, *past])
        batches.write(store, sent, feeds, opened, wishes.by, linked_by)
        with known.open(before) as linkage:
            scored = on_spark(wishes.spark, data) if wishes.spark else here
            outcome = _link(linkage, plan, arrivals, hasher, opened, stand, progress, scored)
            model = _new_model(linkage, outcome)
            odds = at_odds(linkage, [one.decision for one in stand]) if stand else {}
            gone = len(lapsed(linkage, odds)) if stand else 0
            people, living = linkage.people_of(opened), households(linkage, hasher)
            known.keep(linkage, opened)

        ids = [one.id for one in sent]
        brought = partial(closing.brought_by, sent=ids, review=review.id, anew=anew)

        def write_all(sink: write.Sink) -> write.Written:
            rows = write.write_rows(plan, sink, hasher, people, sent, progress)
            if isinstance(sink, write.GraphSink):  # what is new here has nothing to close
                closing.move_people(store, outcome.moves, brought, opened, progress)
                if outcome.retold is not None:
                    closing.retell(store, outcome.retold, opened, progress)
                closing.close(store, plan, progress)
            return rows + homes.write_homes(store, sink, living, feeds.roster, hasher, opened, progress)

        if batches.imported(store, sent):
            written = write.Written()
        elif wishes.bulk and wishes.bulk.wanted(store):
            written = load_in_bulk(wishes.bulk, store, now(), progress, write_all)
        else:
            written = write_all(write.GraphSink(store, opened, past=before is not None))
        if derive:
            derive(store, opened, progress)
        for count in plan.counts:
            runs.count(ledger, run_id, count)
        batches.check_whole(store, sent)
        batches.publish(store, sent, [one.id for one in stand], [one.id for one in decisions if one.withdrawn_on])
        runs.finish(ledger, run_id, now())
        known.keep_only(opened)
        merges = sum(move.merge for move in outcome.moves)
        splits = len(outcome.moves) - merges
        contradicted = any(odds.values())
        return Loaded(run_id, opened, plan, *written.totals, merges, splits, False, model, contradicted, gone)


def foresee(
    plan: Plan, arrivals: Arrivals, store: Store, data: Path, received: date, progress: Progress
) -> WhoIsWho:  # fmt: skip
    """What a load of a plan, whose records are in `arrivals`, would make of people; it is worked out on a copy.

    Raises `LoadError` where what is known of who is who is not there, or cannot be read."""
    stand = decided.standing(decided.every(store))
    with LinkageStore(data).open(batches.published(store)) as linkage:
        before = linkage.people()
        outcome = _link(linkage, plan, arrivals, Hasher.of(data), received, stand, progress, here)
        return WhoIsWho(before, linkage.people(), outcome.moves, _new_model(linkage, outcome))


def _link(
    linkage: Linkage, plan: Plan, arrivals: Arrivals, hasher: Hasher, on: date, stand: Sequence[decided.Decided],
    progress: Progress, scored: ScoreAll,
) -> Outcome:  # fmt: skip
    once = {feed.feed.mapping.feed: feed.feed.mapping.once for feed in plan.feeds}
    gone = [record for feed in plan.feeds for record in feed.gone]
    decisions = [one.decision for one in stand]
    return assign(
        linkage, arrivals, hasher, on, decisions, once, gone, lambda what: progress(what, 0), scored
    )  # fmt: skip


def _new_model(linkage: Linkage, outcome: Outcome) -> str:
    return f"{linkage.model.id}: {outcome.model}" if linkage.model and outcome.model else ""


def refusals(feeds: Feeds, store: Store, received: date) -> list[Fault]:
    """Why a load of these feeds would be refused whatever is in their rows: for `ccg plan`."""
    checks: tuple[Callable[[], None], ...] = (
        lambda: _check_agreement(feeds, received),
        lambda: check_version(store, feeds.agreement),
        lambda: batches.check_day(store, feeds, received),
    )
    found: list[Fault] = []
    for check in checks:
        try:
            check()
        except LoadError as error:
            found += error.faults
    return found


def _check_agreement(feeds: Feeds, received: date) -> None:
    if not feeds.agreement.in_force(received):
        raise LoadError(
            Fault(
                "AGREEMENT_NOT_IN_FORCE", "agreement.yaml",
                f"it is in force {feeds.agreement.effective} to {feeds.agreement.expires}, not on {received}",
                "Renew the agreement, or load with the day on which the files were received.",
            )
        )  # fmt: skip


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One load at a time. Raises `LoadError` when another one runs; a lock ends with its process."""
    with os.fdopen(os.open(data / "load.lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LoadError(
                Fault("LOAD_RUNNING", str(data), "another load runs", "Wait until it is done, then load.")
            ) from None
        yield


def _check(plan: Plan, strict: bool, stopped: list[Fault]) -> None:
    if stopped or (strict and plan.faults):
        raise LoadError(*stopped, *(plan.faults if strict else ()))
    unexplained = [count for count in plan.counts if not count.explained]
    if unexplained:
        raise LoadError(
            *(
                Fault("ROWS_UNEXPLAINED", count.file, "rows read are not all accounted for", "Report this.")
                for count in unexplained
            )
        )
