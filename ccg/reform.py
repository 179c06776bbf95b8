"""`ccg reform`: what other rules would do, to one household or to all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from access.counter import Visit
from access.disclosure import Disclosed
from benefits.parameters import rules_version
from benefits.reform import Reform, ReformError, read
from ccg import options
from ccg.opening import counter
from queries.outlook import Offer, Outlook, Step

NOTHING = (0, 0)


@click.command("reform")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@options.data
@click.option("--household", help="One household's id; without it, all of them.")
@click.option("--month", type=options.Day(), help="The first month; the reform's own by default.")
@click.option("--months", type=click.IntRange(1, 60), default=12, show_default=True, help="How many months.")
@options.asking
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(
    file: Path, data: Path, household: str | None, month: date | None, months: int, key: str | None,
    purpose: str | None, as_of: date | None, form: str,
) -> None:  # fmt: skip
    """Compare the rules as FILE would have them with the rules as they are, month by month."""
    try:
        reform = read(file)
    except ReformError as error:
        raise click.ClickException(str(error)) from None
    first = (month or reform.begins).replace(day=1)
    with counter(data) as opened:
        visit = opened.visit(key, purpose)
        known = visit.as_of(as_of)
        if household:
            _of_one(visit, reform, household, first, months, known, form)
        else:
            with options.progress() as show:
                found = visit.reform(reform, first, months, known, show)
            _of_all(found, reform, first, months, form)
    click.echo(f"rules version {rules_version()}, reform {reform.version} ({reform.name})", err=True)


TITLES = {
    "fares": "How households fare",
    "costs": "What programs pay more",
    "turns": "Households with nothing of a program in more months, and in fewer",
    "unknown": "Households of which no figure can be given",
}


def _of_all(found: dict[str, Disclosed], reform: Reform, first: date, months: int, form: str) -> None:
    if form == "json":
        about = {"reform": reform.version, "rules": rules_version(), "month": f"{first:%Y-%m}", "months": months}
        click.echo(json.dumps(about | {name: table.rows for name, table in found.items()}, indent=1))
        return
    console = Console(highlight=False)
    console.print(f"{reform.name}: {months} months from {first:%B %Y}")
    for name, title in TITLES.items():
        if found[name].rows:
            console.print(_table(title, found[name].rows))
    _say_suppressed(found.values())


def _say_suppressed(tables: Iterable[Disclosed]) -> None:
    emptied = [table for table in tables if table.suppressed]
    if emptied:
        rows, smallest = sum(table.suppressed for table in emptied), emptied[0].smallest_cell
        click.echo(f"{rows} row(s) below the smallest cell of {smallest}: figures left out", err=True)


def _of_one(
    visit: Visit, reform: Reform, household: str, first: date, months: int, known: date, form: str
) -> None:  # fmt: skip
    offer = Offer(first, None, None, first, months)
    before = visit.path(household, offer, known), visit.ladder(household, first, None, known)
    with reform.in_force():
        after = visit.path(household, offer, known), visit.ladder(household, first, None, known)
    if before[0].path is None or after[0].path is None:
        reason = before[0].reason if before[0].path is None else after[0].reason
        raise click.ClickException(f"no figure can be given: {reason}")
    rows = _months(before[0].path.steps, after[0].path.steps)
    cliffs = {name: _cliffs(one) for name, one in (("as it is", before[1]), ("reformed", after[1]))}
    if form == "json":
        about = {"reform": reform.version, "rules": rules_version(), "household": household}
        click.echo(json.dumps(about | {"months": rows, "cliffs": cliffs}, indent=1))
        return
    console = Console(highlight=False)
    console.print(_table(f"{household}: net resources, as it is and reformed", rows))
    for name, some in cliffs.items():
        console.print(_table(f"Cliffs in {first:%B %Y}, {name}", some) if some else f"No cliff {name}.")
    for text in dict.fromkeys(
        said for one in (*before, *after) for said in (one.reason and f"between two amounts, as {one.reason}",) if said
    ):
        console.print(text)


def _months(before: Sequence[Step], after: Sequence[Step]) -> list[dict[str, Any]]:
    """What a household has in each month where nothing else changes."""
    rows = []
    for one, other in zip(before, after, strict=True):
        changed = [
            f"{program} {_more(one.parts.get(program, NOTHING), other.parts.get(program, NOTHING))}"
            for program in sorted(one.parts.keys() | other.parts.keys())
            if one.parts.get(program, NOTHING) != other.parts.get(program, NOTHING)
        ]
        rows.append(
            {
                "month": f"{one.month:%Y-%m}", "low_cents": one.net_cents[0], "high_cents": one.net_cents[1],
                "reformed_low_cents": other.net_cents[0], "reformed_high_cents": other.net_cents[1],
                "changed": changed,
            }
        )  # fmt: skip
    return rows


def _more(before: tuple[int, int], after: tuple[int, int]) -> str:
    """By how much an amount differs, in dollars, at least and at most of its two ends."""
    ends = sorted(now - then for then, now in zip(before, after, strict=True))
    low, high = (f"{cents / 100:+,.0f}" for cents in ends)
    return low if low == high else f"{low} to {high}"


def _cliffs(outlook: Outlook) -> list[dict[str, Any]]:
    return [
        {
            "at_cents": cliff.peak_cents, "loss_low_cents": cliff.loss_low_cents,
            "loss_high_cents": cliff.loss_high_cents, "recovered_at_cents": cliff.recovery_cents,
            "programs": [cause.program for cause in cliff.causes],
        }
        for cliff in (outlook.ladder.cliffs if outlook.ladder else ())
    ]  # fmt: skip


def _table(title: str, rows: Sequence[dict[str, Any]]) -> Table:
    """Rows as a table: cents as dollars, what is left out as a dash."""
    names = list(rows[0]) if rows else []
    table = Table(title=title, title_justify="left")
    for name in names:
        right = all(row[name] is None or isinstance(row[name], int) for row in rows)
        table.add_column(name.removesuffix("_cents").replace("_", " "), justify="right" if right else "left")
    for row in rows:
        table.add_row(*(_cell(name, row[name]) for name in names))
    return table


def _cell(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if name.endswith("_cents"):
        return f"{value / 100:,.0f}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)
