"""`ccg log`: the access log, newest first."""

from __future__ import annotations

from pathlib import Path

import click

from ccg import options
from ledger import access_log
from ledger.database import Ledger


@click.command("log")
@options.data
@click.option("--last", default=20, show_default=True, help="How many lines.")
def command(data: Path, last: int) -> None:
    """Who asked what, for which purpose, and what came of it."""
    with Ledger.open(data) as ledger:
        for line in access_log.lines(ledger, last):
            who = f"{line.party or '?'}/{line.role or '?'}"
            click.echo(
                f"{line.at:%Y-%m-%d %H:%M:%S}  {who:28} {line.purpose or '-':22} {line.operation:22} "
                f"{' '.join(line.households) or '-':26} {line.outcome}"
            )
