"""`ccg trace`: from a fact to the rows that say it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from ccg import options
from ccg.opening import counter


@click.command("trace")
@options.data
@click.argument("fact")
@options.asking
def command(data: Path, fact: str, key: str | None, purpose: str | None, as_of: date | None) -> None:
    """Show which rows of which files say FACT (the id of an amount, enrolment, wage, expense or person)."""
    with counter(data) as opened:
        visit = opened.visit(key, purpose)
        told = visit.query("provenance_of_fact", {"fact": fact}, visit.as_of(as_of))
    for row in told.rows:
        until = f" to {row['known_to']}" if row["known_to"] else ""
        click.echo(f"{row['type']} {fact}, known from {row['known_from']}{until}")
        click.echo(f"  row {row['row']} of {row['file']} (sha256 {row['file_digest']}…), sent by {row['agency']}")
        click.echo(f"  received {row['received']} under agreement {row['agreement']}, loaded by {row['loaded_by']}")
        click.echo(f"  read by mapping {row['feed']} ({row['mapping']})")
        if row["because"]:
            click.echo(f"  linked because: {row['because']}")
