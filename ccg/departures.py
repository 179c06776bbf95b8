"""`ccg departures`: what a household was paid against what the rules come to."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from ccg import options
from ccg.family_page import usd
from ccg.opening import counter


@click.command("departures")
@options.data
@click.argument("household")
@click.option("--months", is_flag=True, help="Show every span of months, also where nothing departs.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@options.asking
def command(
    data: Path, household: str, months: bool, form: str, key: str | None, purpose: str | None, as_of: date | None
) -> None:
    """Show where SNAP and TAFDC paid a HOUSEHOLD otherwise than the rules say in the last twelve months, and why."""
    with counter(data) as opened:
        visit = opened.visit(key, purpose)
        found = visit.compared(household, visit.as_of(as_of))
    if form == "json":
        click.echo(json.dumps(found, indent=1, default=str))
        return
    console = Console(highlight=False)
    if months:
        table = Table("program", "months", "paid a month", "due a month", title_justify="left")
        for row in found["months"]:
            paid = "none recorded" if row["paid"] is None else usd(row["paid"])
            table.add_row(row["program"], _span(row), paid, _due(row))
        console.print(table if found["months"] else "No month of SNAP or TAFDC is recorded.")
    table = Table("program", "months", "reason", "paid", "due by the rules", "what the record shows")
    for row in found["departures"]:
        shows = "\n".join(row["evidence"]) or "nothing that explains it"
        table.add_row(row["program"], _span(row), row["kind"], usd(row["paid"]), _due(row), shows)
    known = any(row["low"] is not None for row in found["months"])
    nothing = "What was paid is what the rules come to." if known else "No month can be held against the rules."
    console.print(table if found["departures"] else nothing)
    for row in found["losses"]:
        loss = "ended" if row["loss"] is None else f"left {usd(row['loss'])} less a month"
        console.print(
            f"{row['program']} {loss} from {row['fell']:%Y-%m} on, {row['lag']} month(s) after earnings rose by "
            f"{usd(row['rise'])} a month"
        )


def _span(row: dict[str, Any]) -> str:
    """The first and the last month of a span whose end is the month after it."""
    months = (row["until"].year - row["since"].year) * 12 + row["until"].month - row["since"].month
    return f"{row['since']:%Y-%m}" + (f", {months} months" if months > 1 else "")


def _due(row: dict[str, Any]) -> str:
    if row["low"] is None:
        return "not known"
    return usd(row["low"]) if row["low"] == row["high"] else f"{usd(row['low'])} to {usd(row['high'])}"
