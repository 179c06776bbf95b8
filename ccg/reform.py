"""`ccg reform`: what other rules would do, to one household or to all."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from access.counter import Raise, Visit
from access.disclosure import Disclosed
from access.errors import Denied
from benefits.parameters import rules_version
from benefits.reform import Reform
from ccg import options
from ccg.opening import counter
from queries.bridges import By
from queries.outlook import Offer, Outlook, Step

NOTHING = (0, 0)


@click.command("reform")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@options.data
@click.option("--household", "households", multiple=True, metavar="ID",
              help="Of this household, its months and cliffs (may be given again); without it, of all.")  # fmt: skip
@click.option("--month", type=options.Day(), help="The first month; the reform's own by default.")
@click.option("--months", type=click.IntRange(1, 60), default=12, show_default=True, help="How many months.")
@click.option("--cliffs", "ladders", is_flag=True, help="Also which cliffs it removes and makes; takes longer.")
@click.option("--save", "name", metavar="NAME", help="Keep what it does to all households, to compare (`ccg reforms`).")
@options.asking
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(
    file: Path, data: Path, households: tuple[str, ...], month: date | None, months: int, ladders: bool,
    name: str | None, key: str | None, purpose: str | None, as_of: date | None, form: str,
) -> None:  # fmt: skip
    """Compare the rules as FILE would have them with the rules as they are, month by month."""
    reform = options.reform_of(file)
    if households and (name or ladders):
        raise click.UsageError("--save and --cliffs are of all households; of named ones, cliffs are told anyway")
    first = (month or reform.begins).replace(day=1)
    with counter(data) as opened:
        visit = opened.visit(key, purpose)
        known = visit.as_of(as_of)
        if households:
            _of_named(visit, reform, households, first, months, known, form)
        else:
            if name:
                visit.may_save(name)
            with options.progress() as show:
                found = visit.reform(reform, first, months, known, show, ladders=ladders)
            _of_all(found, reform, first, months, form)
            if name:
                visit.save_reform(name, visit.told_of(reform, first, months, known, found))
    click.echo(f"rules version {rules_version()}, reform {reform.version} ({reform.name})", err=True)


TITLES = {
    "fares": "How households fare",
    "costs": "What programs pay more",
    "turns": "Households with nothing of a program in more months, and in fewer",
    "cliffs": "Cliffs by the program that falls most, and how many of them go and come",
    "unknown": "Households of which no figure can be given",
}


@click.command("bridge")
@options.data
@click.option("--month", type=options.Month(), required=True, help="A month like 2026-10, with ladders in the graph.")
@click.option("--raise", "dollars", type=click.FloatRange(50, 20_000), required=True,
              help="Dollars a month that main earners earn more from the month after on, in steps of $50.")  # fmt: skip
@click.option("--within", type=click.FloatRange(0, 20_000), default=500, show_default=True,
              help="Near is whose next cliff begins within so many dollars of earnings, in steps of $100.")  # fmt: skip
@click.option("--months", type=click.IntRange(2, 60), default=12, show_default=True, help="How many months.")
@click.option("--by", type=click.Choice(["all", "county"]), default="all", show_default=True,
              help="What figures are told apart by.")  # fmt: skip
@options.asking
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def bridge(
    data: Path, month: date, dollars: float, within: float, months: int, by: By, key: str | None,
    purpose: str | None, as_of: date | None, form: str,
) -> None:  # fmt: skip
    """Tell what would bridge the months in which a raise leaves less, of all households near a cliff."""
    asked = Raise(month, round(dollars * 100), round(within * 100), months, by)
    with counter(data) as opened, options.progress() as show:
        visit = opened.visit(key, purpose)
        found = visit.bridges(asked, visit.as_of(as_of), show)
    if form == "json":
        click.echo(json.dumps({name: table.rows for name, table in found.items()}, indent=1, default=str))
        return
    console = Console(highlight=False, width=None if sys.stdout.isatty() else options.LIST_WIDTH)
    told = {title: rows for name, title in BRIDGES.items() if (rows := found[name].rows)}
    for title, rows in told.items():
        console.print(_table(title, rows))
    if not told:
        console.print(f"Nobody is near a cliff in {month:%B %Y}.")
    _say_suppressed(found.values())
    click.echo(f"rules version {rules_version()}", err=True)


BRIDGES = {
    "months": "Who has less with the raise, and what would bridge it",
    "falls": "How much less programs give in the months that leave less",
    "programs": "What programs spend more over all months; below nothing, they save",
    "unknown": TITLES["unknown"],
}


@click.group("reforms")
def group() -> None:
    """Reforms whose effects were kept (`ccg reform FILE --save NAME`)."""


@group.command("list")
@options.data
@options.asking
def listed(data: Path, key: str | None, purpose: str | None, as_of: date | None) -> None:
    """List what was kept, with the rules that it follows from."""
    with counter(data) as opened:
        found = opened.visit(key, purpose).saved_reforms()
    table = Table("name", "reform")
    for column in ("of", "months", "known on", "rules", "saved"):
        table.add_column(column, no_wrap=True)
    for one in found:
        stale = "" if one.rules == rules_version() else " *"
        table.add_row(
            one.name, f"{escape(one.title)} ({one.reform})", f"{one.month:%Y-%m}", str(one.months), str(one.as_of),
            one.rules + stale, f"{one.saved:%Y-%m-%d}",
        )  # fmt: skip
    Console(highlight=False, width=options.LIST_WIDTH).print(table if found else "Nothing was kept.")
    if any(one.rules != rules_version() for one in found):
        click.echo("* other rules than today's", err=True)


@group.command("show")
@options.data
@click.argument("name")
@options.asking
def show(data: Path, name: str, key: str | None, purpose: str | None, as_of: date | None) -> None:
    """Show the effects that were kept as NAME."""
    with counter(data) as opened:
        one = opened.visit(key, purpose).saved_reform(name)
    console = Console(highlight=False)
    console.print(f"{escape(one.title)}: {one.months} months from {one.month:%B %Y}, as known on {one.as_of}")
    for of, title in TITLES.items():
        if one.tables.get(of):
            console.print(_table(title, one.tables[of]))
    click.echo(f"rules version {one.rules}, reform {one.reform}", err=True)


@group.command("compare")
@options.data
@click.argument("names", nargs=-1, required=True)
@options.asking
def compare(data: Path, names: tuple[str, ...], key: str | None, purpose: str | None, as_of: date | None) -> None:
    """Hold the effects kept as NAMES against one another, figure by figure."""
    with counter(data) as opened:
        visit = opened.visit(key, purpose)
        some = [visit.saved_reform(name) for name in names]
    console = Console(highlight=False)
    for of, title in TITLES.items():
        rows = list(_side_by_side({one.name: one.tables.get(of) for one in some}))
        if rows:
            console.print(_table(title, rows))
    differing = [said for what, said in SAID.items() if len({getattr(one, what) for one in some}) > 1]
    if differing:
        click.echo(f"These are not of the same {', '.join(differing)}: figures differ for that too.", err=True)


@group.command("forget")
@options.data
@click.argument("name")
@options.asking
def forget(data: Path, name: str, key: str | None, purpose: str | None, as_of: date | None) -> None:
    """Keep the effects NAME no longer."""
    with counter(data) as opened:
        opened.visit(key, purpose).forget_reform(name)


SAID = {"rules": "rules", "month": "month", "months": "number of months", "as_of": "day of knowledge"}


def _side_by_side(tables: dict[str, list[dict[str, Any]] | None]) -> Iterator[dict[str, str]]:
    """Rows of one table of several reforms: what a row is of, which figure, and that of each reform: nothing where it
    has no such row, and a dash where that was left out."""
    by_row = {name: {_texts(row): row for row in rows or ()} for name, rows in tables.items()}
    for of in dict.fromkeys(key for rows in by_row.values() for key in rows):
        every = [row for rows in by_row.values() for key, row in rows.items() if key == of]
        for figure in dict.fromkeys(
            name for row in every for name, value in row.items() if not isinstance(value, str) and name != "agency"
        ):
            told = {
                name: "not asked" if tables[name] is None else _cell(figure, rows.get(of, {figure: 0}).get(figure))
                for name, rows in by_row.items()
            }
            yield {"of": ", ".join(of), "figure": figure.removesuffix("_cents").replace("_", " "), **told}


def _texts(row: dict[str, Any]) -> tuple[str, ...]:
    return tuple(value for value in row.values() if isinstance(value, str))


def _of_all(found: dict[str, Disclosed], reform: Reform, first: date, months: int, form: str) -> None:
    if form == "json":
        about = {"reform": reform.version, "rules": rules_version(), "month": f"{first:%Y-%m}", "months": months}
        click.echo(json.dumps(about | {name: table.rows for name, table in found.items()}, indent=1))
        return
    console = Console(highlight=False)
    console.print(f"{escape(reform.name)}: {months} months from {first:%B %Y}")
    for name, title in TITLES.items():
        if name in found and found[name].rows:
            console.print(_table(title, found[name].rows))
    _say_suppressed(found.values())


def _say_suppressed(tables: Iterable[Disclosed]) -> None:
    emptied = [table for table in tables if table.suppressed]
    if emptied:
        rows, smallest = sum(table.suppressed for table in emptied), emptied[0].smallest_cell
        click.echo(f"{rows} row(s) below the smallest cell of {smallest}: figures left out", err=True)


def _of_named(
    visit: Visit, reform: Reform, households: Sequence[str], first: date, months: int, known: date, form: str
) -> None:  # fmt: skip
    told = {household: _of_one(visit, reform, household, first, months, known) for household in households}
    if all(one.unknown for one in told.values()):
        why = "; ".join(f"{household}: {one.unknown}" for household, one in told.items())
        raise click.ClickException(f"no figure can be given: {why}")
    if form == "json":
        about = {"reform": reform.version, "rules": rules_version()}
        rows = {
            name: {"months": one.months, "cliffs": one.cliffs, "unknown": one.unknown} for name, one in told.items()
        }
        click.echo(json.dumps(about | {"households": rows}, indent=1))
        return
    console = Console(highlight=False)
    for household, one in told.items():
        if one.unknown:
            console.print(f"{household}: no figure can be given: {one.unknown}")
            continue
        console.print(_table(f"{household}: net resources, as it is and reformed", one.months))
        for name, some in one.cliffs.items():
            console.print(_table(f"Cliffs in {first:%B %Y}, {name}", some) if some else f"No cliff {name}.")
        for text in one.bounds:
            console.print(text)


@dataclass(frozen=True)
class _Named:
    """A household's months, its cliffs by which rules, between what its figures are, or why it has none."""

    months: list[dict[str, Any]]
    cliffs: dict[str, list[dict[str, Any]]]
    bounds: list[str]
    unknown: str | None = None


def _of_one(visit: Visit, reform: Reform, household: str, first: date, months: int, known: date) -> _Named:
    offer = Offer(first, None, None, first, months)
    try:
        before = visit.path(household, offer, known), visit.ladder(household, first, None, known)
        with visit.by(reform):
            after = visit.path(household, offer, known), visit.ladder(household, first, None, known)
    except Denied as refused:
        if refused.code != "NOT_FOUND":
            raise
        return _Named([], {}, [], refused.reason)
    if before[0].path is None or after[0].path is None:
        reason = before[0].reason if before[0].path is None else after[0].reason
        return _Named([], {}, [], reason)
    rows = _months(before[0].path.steps, after[0].path.steps)
    cliffs = {name: _cliffs(one) for name, one in (("as it is", before[1]), ("reformed", after[1]))}
    reasons = dict.fromkeys(one.reason for one in (*before, *after) if one.reason)
    return _Named(rows, cliffs, [f"between two amounts, as {reason}" for reason in reasons])


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
