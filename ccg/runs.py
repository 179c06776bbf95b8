"""`ccg runs`: what was loaded, and what became of each row."""

from __future__ import annotations

from pathlib import Path

import click

from ccg import options
from ccg.feeds import print_counts
from ledger import runs
from ledger.database import Ledger


@click.group("runs", invoke_without_command=True)
@options.data
@click.pass_context
def group(context: click.Context, data: Path) -> None:
    """List load runs, the newest first."""
    context.obj = data
    if context.invoked_subcommand is None:
        with Ledger.open(data) as ledger:
            for run in runs.runs(ledger):
                who = run.loaded_by or "?"
                took = f"{(run.finished - run.started).total_seconds():,.0f} s" if run.finished else "-"
                rows = sum(count.loaded for count in runs.files(ledger, run.id))
                click.echo(
                    f"{run.id}  received {run.received}  agreement {run.agreement}  {run.status:9}  "
                    f"{rows:>11,} rows loaded in {took:>7}  by {who}"
                )


@group.command("show")
@click.argument("run_id")
@click.pass_obj
def show(data: Path, run_id: str) -> None:
    """Show the accounts of one run's files."""
    with Ledger.open(data) as ledger:
        found = runs.files(ledger, run_id)
    if not found:
        raise click.UsageError(f"no run {run_id}; `ccg runs` lists them")
    print_counts(found)
