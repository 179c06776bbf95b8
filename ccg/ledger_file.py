"""`ccg ledger`: keep, bring back and rebuild what the system remembers beside the graph."""

from __future__ import annotations

from pathlib import Path

import click

from ccg import options
from graph.connect import connect
from graph.store import Access
from graph_loader.identity.tokens import Hasher
from graph_loader.load import accounts
from ledger import backup
from ledger.database import Ledger


@click.group("ledger")
def group() -> None:
    """Keys, the access log and load runs, in one SQLite file."""


@group.command("backup")
@options.data
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
def keep(data: Path, target: Path) -> None:
    """Copy the ledger into the new file TARGET, also while it is in use."""
    backup.backup(data, target)
    click.echo(f"kept in {target}")


@group.command("restore")
@options.data
@click.argument("source", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def restore(data: Path, source: Path) -> None:
    """Put the backup SOURCE where the ledger was lost."""
    backup.restore(data, source)
    click.echo("restored; `ccg ledger rebuild` adds the load runs that came after it")


@group.command("rebuild")
@options.data
def rebuild(data: Path) -> None:
    """Write load runs again that the ledger does not have, from the graph. Keys and access log need a backup."""
    with Ledger.open(data) as ledger, connect(data, Access.READ) as store:
        made = accounts.rebuild(store, ledger, Hasher.of(data))
    click.echo(f"{made} load run(s) written again")
