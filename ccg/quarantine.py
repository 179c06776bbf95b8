"""`ccg quarantine`: rows that were set aside; to list, show, correct and load again."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import click
import pandas as pd

from ccg import options
from ccg.feeds import derived_load, print_counts, print_faults, received, summary, whoever
from ccg.opening import counter
from graph.connect import connect
from graph.store import Access
from graph_loader.identity.tokens import Hasher
from graph_loader.load.feeds import read_feeds
from graph_loader.load.replay import make_replay, published_ones
from graph_loader.load.run import Wishes
from graph_loader.quality import held
from graph_loader.quality.quarantine import PLACE
from ledger import replays
from ledger.database import Ledger

run_id = click.argument("run")
feed = click.argument("feed")


@click.group("quarantine", invoke_without_command=True)
@options.data
@click.pass_context
def group(context: click.Context, data: Path) -> None:
    """Rows that a load set aside. Without a command: list them, with what became of them."""
    context.obj = data
    if context.invoked_subcommand is None:
        with Ledger.open(data) as ledger:
            _list(data, ledger)


def _list(data: Path, ledger: Ledger) -> None:
    """rows = open + replayed + overtaken, for each run and feed."""
    click.echo(f"{'run':14} {'received':11} {'feed':28} {'rows':>8} {'replayed':>9} {'overtaken':>9} {'open':>8}")
    for one in held.held(data, published_ones(ledger)):
        settled = replays.settled(ledger, one.run, one.feed)
        became, still = Counter(what for what, _ in settled.values()), one.rows(settled)
        every = became.total() + len(still)
        click.echo(
            f"{one.run:14} {one.received!s:11} {one.feed:28} {every:>8,} {became['replayed']:>9,} "
            f"{became['overtaken']:>9,} {len(still):>8,}"
        )
        for reason, count in Counter(still["ccg_reason"]).most_common():
            click.echo(f"{'':27}{count:>8,}  {reason}")


@group.command("show")
@run_id
@feed
@click.option("--key", envvar="CCG_KEY", help="API key (CCG_KEY).")
@click.option("--purpose", envvar="CCG_PURPOSE", help="What it is for (CCG_PURPOSE).")
@click.option("--rows", "most", default=20, show_default=True, help="How many rows to show.")
@click.option(
    "--to", type=click.Path(path_type=Path, dir_okay=False), help="Write them to a CSV file, to be corrected."
)
@click.pass_obj
def show(data: Path, run: str, feed: str, key: str | None, purpose: str | None, most: int, to: Path | None) -> None:
    """Show rows of FEED that RUN set aside, as far as the agreement lets you see them."""
    with counter(data) as opened:
        (one,) = held.find(data, published_ones(opened.ledger), run, [feed])
        mapping = one.mapping
        elements = opened.visit(key, purpose).set_aside(mapping.agency)
        settled = replays.settled(opened.ledger, one.run, one.feed)
    rows = one.rows(settled).drop(columns="ccg_read")
    closed = [name for name, column in mapping.columns.items() if column.element not in elements]
    if to:
        held.write_private(to, held.exported(rows.drop(columns=closed)))
        click.echo(f"{len(rows):,} rows in {to}; {_withheld(closed)}")
        return
    for _, row in rows.head(most).iterrows():
        _print_row(row, closed)
    if len(rows) > most:
        click.echo(f"and {len(rows) - most:,} more: --rows, or --to FILE.csv")


def _print_row(row: pd.Series, closed: list[str]) -> None:
    click.echo(f"{row['ccg_file']} row {row['ccg_row']}: {row['ccg_reason']}")
    for name, value in row.items():
        if str(name) not in PLACE:
            click.echo(f"  {name!s:20} {'(withheld)' if name in closed else '' if pd.isna(value) else value}")


def _withheld(closed: list[str]) -> str:
    return f"withheld: {', '.join(closed)}" if closed else "nothing is withheld"


@group.command("fix")
@run_id
@feed
@click.argument("corrections", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--feeds",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of feeds: its mapping may have columns that it did not have then.",
)
@click.pass_obj
def fix(data: Path, run: str, feed: str, corrections: Path, feeds: Path | None) -> None:
    """Take in CORRECTIONS, a CSV file: ccg_file, ccg_row, and columns to put in place of those of the row."""
    with Ledger.open(data) as ledger:
        (one,) = held.find(data, published_ones(ledger), run, [feed])
    now = next((f.mapping for f in read_feeds(feeds).feeds if f.mapping.feed == feed), None) if feeds else None
    count = one.correct(corrections, Hasher.of(data), now)
    click.echo(f"{count:,} rows corrected; `ccg quarantine replay FEEDS {run}` loads them")


@group.command("replay")
@click.argument("feeds", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument("runs", nargs=-1, required=True)
@click.option("--feed", "names", multiple=True, help="Only rows of this feed.")
@received
@click.option("--by", envvar="CCG_USER", default=whoever, help="Who loads (CCG_USER; else the user).")
@click.pass_obj
def replay(data: Path, feeds: Path, runs: tuple[str, ...], names: tuple[str, ...], received: date, by: str) -> None:
    """Load what RUNS set aside, with the corrections given, by the mappings in FEEDS as they are now."""
    found = read_feeds(feeds)
    with Ledger.open(data) as ledger, connect(data, Access.WRITE) as store, options.progress() as show:
        again = make_replay(found, data, store, ledger, Hasher.of(data), runs, names)
        if not again.replayed:
            for past in again.overtaken:
                replays.note(ledger, past.of_run, [past])
        taken = (*again.replayed, *again.overtaken)
        loaded = derived_load(again.feeds, store, ledger, data, received, show, Wishes(by, replayed=taken))
    print_counts(loaded.plan.counts)
    print_faults(loaded.plan.faults)
    overtaken = sum(len(past.rows) for past in again.overtaken)
    if overtaken:
        click.echo(f"{overtaken:,} rows are overtaken: their records were told anew since")
    if again.unread:
        click.echo(f"{again.unread:,} rows wait for a correction, as nothing of them was read")
    if again.replayed:
        click.echo(summary(loaded))
