"""`ccg plan` and `ccg load`: what a folder of feeds would change, and changing it."""

from __future__ import annotations

import csv
import getpass
import os
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import click

from benefits.calendar import add_months
from ccg import options
from ccg import watch as watching
from ccg.observe import followed, write_metrics, write_refusal
from ccg.opening import keep_agreement, now
from ccg.watch import SETTLED_SECONDS, Watched
from derive.changed import changed_households
from derive.combinations import derive_combinations
from derive.edges import derive_edges
from derive.households import derive_households
from graph import embedded
from graph.connect import connect, from_environment
from graph.neo4j_import import write_import
from graph.store import Access, Store
from graph_loader.errors import Fault, LoadError
from graph_loader.identity.linkage import arriving
from graph_loader.identity.people import Move
from graph_loader.identity.tokens import Hasher
from graph_loader.load import batches, brakes
from graph_loader.load import run as loading
from graph_loader.load.bulk import Bulk, HandedOver
from graph_loader.load.feeds import Feeds, asks_databases, read_feeds
from graph_loader.load.plan import Progress, make_plan
from graph_loader.load.replay import published_ones
from graph_loader.load.run import Loaded, Wishes
from graph_loader.quality import held
from ledger import replays
from ledger.database import Ledger
from ledger.runs import FileCount

SHOWN = 20
LARGE = 8 << 20
"""Files of so many bytes together are worth the seconds that the engine's import takes to start."""
folder = click.argument("feeds", type=click.Path(path_type=Path, file_okay=False, exists=True))
files = click.option(
    "--files", type=click.Path(path_type=Path, file_okay=False, exists=True), help="Where the files are, if elsewhere."
)
received = click.option(
    "--received", type=options.Day(), default=lambda: now().date(), show_default="today", help="When the files came."
)
spark = click.option(
    "--spark", envvar="CCG_SPARK", metavar="MASTER", help="Compare records on this Spark, where all are (CCG_SPARK)."
)


def whoever() -> str:
    """The user's name; the number where it has none, as in a container."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


@click.command("plan")
@options.data
@folder
@files
@received
@click.option("--errors", type=click.Path(path_type=Path, dir_okay=False), help="Write every error to a CSV file.")
@click.option("--people", is_flag=True, help="Also tell how many would merge or split, and by which model.")
def plan(feeds: Path, data: Path, files: Path | None, received: date, errors: Path | None, people: bool) -> None:
    """Show what loading FEEDS would change, and every error. Writes nothing to the graph."""
    found = read_feeds(feeds, files)
    with connect(data, Access.READ) as store, options.progress() as show, ExitStack() as stack:
        arrivals = stack.enter_context(arriving(data)) if people else None
        refusals = loading.refusals(found, store, received)
        opened = batches.begun(store) or received
        planned = make_plan(found, store, opened, Hasher.of(data), show, arrivals=arrivals)
        refusals += planned.stops + brakes.held(planned, store, Hasher.of(data), ())
        print_counts(planned.counts)
        for feed in planned.feeds:
            if feed.gone:
                click.echo(f"{feed.feed.mapping.feed}: {len(feed.gone):,} records are taken back")
        faults = [*refusals, *planned.faults]
        print_faults(faults)
        if errors:
            write_faults(faults, errors)
        if arrivals and not refusals:
            who = loading.foresee(planned, arrivals, store, data, opened, show)
            click.echo(would_be(who.before, who.after, who.moves))
            if who.model:
                click.echo(f"people would be told apart by model {who.model}")
    if faults:
        raise SystemExit(1)


@click.command("load")
@options.data
@folder
@files
@received
@click.option("--strict", is_flag=True, help="Refuse the load when any row is bad.")
@click.option(
    "--allow", multiple=True, metavar="NAME", help="Do not stop for this: gone:FEED, total:FEED.COLUMN, control:FEED."
)
@click.option("--by", envvar="CCG_USER", default=whoever, help="Who loads (CCG_USER; else the user).")
@click.option("--abandon", is_flag=True, help="First take back what an unfinished load of other files wrote.")
@click.option(
    "--bulk/--no-bulk",
    default=None,
    help="A first load through the embedded engine's own import; unset: where the files are large.",
)
@click.option(
    "--bulk-to",
    type=click.Path(path_type=Path, file_okay=False),
    help="A first load of a Neo4j: write the files of neo4j-admin's import into this new folder, and stop there.",
)
@spark
@click.option("--watch", is_flag=True, help="Load again whenever the files change, until interrupted.")
@click.option("--every", default=10.0, show_default=True, help="With --watch: look after so many seconds.")
def load(
    feeds: Path, data: Path, files: Path | None, received: date, strict: bool, allow: tuple[str, ...], by: str,
    abandon: bool, bulk: bool | None, bulk_to: Path | None, spark: str | None, watch: bool, every: float,
) -> None:  # fmt: skip
    """Load the folder FEEDS: roster.yaml, agreement.yaml, mappings/ and the agencies' files.

    What follows from the records (combinations, and ladders for the month before the files came) is written
    with them and published with them.
    """
    how = first_load(data, files or feeds, bulk, bulk_to)
    wishes = Wishes(by, strict, abandon, frozenset(allow), bulk=how, spark=spark)

    def once(day: date) -> str:
        loaded = run(feeds, data, files, day, wishes)
        print_counts(loaded.plan.counts)
        print_faults(loaded.plan.faults)
        return summary(loaded)

    if not watch:
        try:
            click.echo(once(received))
        except ImportToRun as stopped:
            click.echo(str(stopped))
        return
    given = click.get_current_context().get_parameter_source("received")
    if given is not click.core.ParameterSource.DEFAULT:
        raise click.UsageError("--watch loads each file on the day on which it comes: leave --received out")
    folders = (feeds, files) if files else (feeds,)
    watched = Watched(folders, every, min(SETTLED_SECONDS, every), lambda: asks_databases(feeds))
    click.echo(f"watching {', '.join(map(str, folders))}; Ctrl-C ends it")
    watching.watch(watched, once, lambda: now().date(), click.echo)


@dataclass
class ImportToRun(HandedOver):
    """A load that goes on once whoever runs the Neo4j has run its import."""

    arguments: Path

    def __str__(self) -> str:
        return (
            f"The import is in {self.arguments.parent}. Stop the Neo4j, run\n"
            f"  neo4j-admin @{self.arguments}\n"
            "start it, and give the same `ccg load` again without --bulk-to: it goes on from there. Then delete the "
            "folder: it holds everything."
        )


def first_load(data: Path, files: Path, bulk: bool | None, bulk_to: Path | None) -> Bulk | None:
    """How a first load goes into the graph in use: by statements (None), or by the engine's own import."""
    named = from_environment(os.environ)
    if bulk_to and named:
        database = named.database

        def write_files(dump: Path) -> None:
            raise ImportToRun(write_import(dump, bulk_to, database))

        return Bulk(data, write_files)
    if bulk_to or (bulk and named):
        raise click.UsageError("--bulk is for the embedded graph, and --bulk-to for the Neo4j that CCG_NEO4J_URI names")
    if named or bulk is False:
        return None
    large = sum(path.stat().st_size for path in files.rglob("*") if path.is_file()) >= LARGE
    large &= not embedded.status(data / "graph").users
    return Bulk(data, partial(embedded.import_dump, data / "graph"), only_if_empty=not bulk) if bulk or large else None


def run(feeds: Path, data: Path, files: Path | None, received: date, wishes: Wishes) -> Loaded:
    """Load, and derive what follows for the month before the files came."""
    found = read_feeds(feeds, files)
    with Ledger.open(data) as ledger, connect(data, Access.WRITE) as store, options.progress() as show:
        return derived_load(found, store, ledger, data, received, show, wishes)


def derived_load(
    feeds: Feeds, store: Store, ledger: Ledger, data: Path, received: date, show: Progress, wishes: Wishes
) -> Loaded:
    """Load, with what follows from the records; told in events, and in figures where CCG_METRICS names a file."""
    version = f"{feeds.agreement.id}@{feeds.agreement.version}"

    def load(progress: Progress) -> Loaded:
        return loading.load(feeds, store, ledger, data, received, now, progress, wishes, derive)

    metrics = os.environ.get("CCG_METRICS")
    try:
        loaded, steps = followed(load, show, received, version, wishes.by)
    except LoadError as error:
        if metrics:
            write_refusal(Path(metrics), error.faults)
        raise
    if batches.agreement_in_use(store) == version:
        keep_agreement(data, feeds.folder)
    if metrics:
        write_metrics(Path(metrics), loaded, steps, open_rows(data, ledger))
    return loaded


def open_rows(data: Path, ledger: Ledger) -> dict[str, int]:
    """Feed → rows that were set aside and are not settled."""
    found: Counter[str] = Counter()
    for one in held.held(data, published_ones(ledger)):
        found[one.feed] += len(one.places()) - len(replays.settled(ledger, one.run, one.feed))
    return dict(found)


def derive(store: Store, as_of: date, show: Progress) -> None:
    """Write what follows from the records as they are known on a day, and how programs bear on one another."""
    derive_edges(store)
    changed = changed_households(store, as_of)
    show("deriving combinations", derive_combinations(store, as_of, changed))
    derive_households(store, as_of, add_months(as_of, -1), show, changed)


def summary(loaded: Loaded) -> str:
    if loaded.already:
        return f"run {loaded.run_id}: these files are loaded already; nothing changed"
    return (
        f"run {loaded.run_id}: {loaded.nodes:,} nodes and {loaded.relationships:,} relationships, "
        f"{loaded.merges} merges and {loaded.splits} splits of people, published as received {loaded.received}"
        + (f"\npeople are told apart by model {loaded.model}; `ccg identity report` shows it" if loaded.model else "")
        + ("\nreviewers' decisions contradict each other by now: `ccg identity decisions` tells which"
           if loaded.contradicted else "")
        + (f"\n{loaded.lapsed} decisions of reviewers rest on a record that is gone, with none in its place: "
           "`ccg identity decisions` tells which" if loaded.lapsed else "")
    )  # fmt: skip


def would_be(before: int, after: int, moves: Sequence[Move]) -> str:
    """What would become of people, in a line."""
    merges = sum(move.merge for move in moves)
    moved = sum(len(move.records) for move in moves)
    return (
        f"{before:,} people would be {after:,}: {merges:,} merges and {len(moves) - merges:,} splits, "
        f"{moved:,} records would be another person's"
    )


def print_counts(counts: list[FileCount]) -> None:
    """rows read = loaded + unchanged + quarantined + dropped, for each file.

    With the columns that mapping or agreement left out, and control totals of money.
    """
    click.echo(
        f"{'file':28} {'read':>9} {'loaded':>9} {'unchanged':>9} {'quarantined':>11} {'dropped':>8} "
        f"{'left out':>9}  totals"
    )
    for count in counts:
        click.echo(
            f"{count.file:28} {count.rows_read:>9,} {count.loaded:>9,} {count.unchanged:>9,} "
            f"{count.quarantined:>11,} {count.dropped:>8,} {_columns(count.columns_dropped):>9}  {_totals(count)}"
        )


def _columns(number: int) -> str:
    return f"{number} column{'' if number == 1 else 's'}" if number else ""


def _totals(count: FileCount) -> str:
    names = [key.removesuffix(".read") for key in count.totals if key.endswith(".read")]
    return "  ".join(
        f"{name} {count.totals[f'{name}.loaded'] / 100:,.2f} of {count.totals[f'{name}.read'] / 100:,.2f}"
        for name in names
    )


def print_faults(faults: list[Fault]) -> None:
    for fault in faults[:SHOWN]:
        click.echo(str(fault), err=True)
    if len(faults) > SHOWN:
        rest = Counter(fault.code for fault in faults[SHOWN:])
        click.echo(f"and {', '.join(f'{n} more {code}' for code, n in rest.items())}", err=True)


def write_faults(faults: list[Fault], file: Path) -> None:
    """Every error, a line a row: file, row, column, what is wrong, how to fix it; never a value."""
    with file.open("w", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(["code", "file", "row", "column", "what", "fix"])
        for fault in faults:
            for row in fault.rows or ("",):
                lines.writerow([fault.code, fault.file, row, fault.column or "", fault.what, fault.fix])
