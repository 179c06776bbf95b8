"""`ccg ladder`, `ccg path` and `ccg ways`: what earning more does to a household, as a table and as a picture."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date
from pathlib import Path as File
from typing import Any

import click
import numpy as np
from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from access.counter import Visit
from benefits.calendar import add_months
from benefits.path import Path
from ccg import draw, family_page, options
from ccg.family_page import usd
from ccg.opening import counter, now
from queries.outlook import Birth, Move, Offer, Outlook, Search, Separation, Step
from queries.pictures import PROGRAMS, Picture, of_ladder, of_path, programs_of

LEVELS, OTHERS = tuple(range(0, 6_000_01, 500_00)), tuple(range(0, 6_000_01, 1_000_00))
"""Earnings a month of an earner and of another, in cents, at which a grid is shown."""
MOST_MONTHLY_CENTS = 20_000_00
FIGURE = 7
"""So wide is a figure in a table of months."""


class Dated(click.ParamType[Any]):
    """A month and what follows it, as `2027-01:1800` or `2027-01:1800:PERSON`."""

    name = "month:…"

    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[date, list[str]]:
        if isinstance(value, tuple):
            return value
        day, *rest = str(value).split(":")
        if not self._least <= len(rest) <= self._most:
            self.fail(f"{value!r} is not a month and what follows it, with colons between", param, ctx)
        return options.Month().convert(day, param, ctx), rest


def _pictures(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options for the picture, and how the rest is printed."""
    for option in (
        click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True),
        click.option("--png", type=click.Path(path_type=File, dir_okay=False), help="Write the picture as PNG."),
        click.option("--svg", type=click.Path(path_type=File, dir_okay=False), help="Write the picture as SVG."),
        click.option("--vega", type=click.Path(path_type=File, dir_okay=False),
                     help="Write the picture's description (Vega-Lite), to draw it elsewhere."),
    ):  # fmt: skip
        command = option(command)
    return command


Others = Sequence[tuple[date, list[str]]]


def _happening(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options for what else happens to a household."""
    for option in (
        click.option("--leaves", multiple=True, type=Dated(1, 2), metavar="MONTH:PERSON[:SUPPORT]",
                     help="Somebody lives elsewhere, and pays this support."),
        click.option("--move", "moves", multiple=True, type=Dated(1, 2), metavar="MONTH:RENT[:voucher]",
                     help="Another home at this rent; `voucher`: helped as before."),
        click.option("--birth", "births", multiple=True, type=options.Month(), metavar="MONTH",
                     help="A child is born."),
    ):  # fmt: skip
        command = option(command)
    return command


def _happens(births: Sequence[date], moves: Others, leaves: Others) -> tuple[Birth | Move | Separation, ...]:
    return (
        *(Birth(born) for born in births),
        *(Move(at, _cents(rest[0], "--move"), keeps_lease=_voucher(rest)) for at, rest in moves),
        *(Separation(at, (rest[0],), _cents(rest[1], "--leaves") if rest[1:] else 0) for at, rest in leaves),
    )


_by_reform = click.option(
    "--reform", type=click.Path(path_type=File, dir_okay=False),
    help="A reform's file (docs/reforms.md), to go by in place of the rules as they are published.",
)  # fmt: skip


def _rules(visit: Visit, reform: File | None) -> AbstractContextManager[None]:
    return visit.by(options.reform_of(reform)) if reform else nullcontext()


@click.command("ladder")
@options.data
@click.argument("household")
@click.option("--month", type=options.Month(), help="A month like 2026-10 (default: this one).")
@click.option("--earner", help="Whose earnings climb (default: the adult who earns most).")
@click.option("--other", help="Another adult: what is left at both earnings, as a table.")
@_by_reform
@_pictures
@options.asking
def ladder(
    data: File, household: str, month: date | None, earner: str | None, other: str | None, reform: File | None,
    key: str | None, purpose: str | None, as_of: date | None, form: str, **files: File | None,
) -> None:  # fmt: skip
    """Show what is left to a HOUSEHOLD at other earnings, with its cliffs and what falls at each."""
    first = month or now().date().replace(day=1)
    with counter(data) as opened:
        visit = opened.visit(key, purpose)
        with _rules(visit, reform):
            if other:
                if any(files.values()) or form == "json":
                    raise click.UsageError("--other prints a table; GraphQL's cliffGrid has the ladders")
                _grid(visit.grid(household, first, earner, other, OTHERS, visit.as_of(as_of)), first)
                return
            found = visit.ladder(household, first, earner, visit.as_of(as_of))
    if found.ladder is None:
        raise click.ClickException(f"no figure can be given: {found.reason}")
    rows = [
        {
            "from_cents": cliff.peak_cents, "to_cents": cliff.trough_cents, "loss_low_cents": cliff.loss_low_cents,
            "loss_high_cents": cliff.loss_high_cents, "whole_again_cents": cliff.recovery_cents,
            "what_falls": {cause.program: [cause.loss_low_cents, cause.loss_high_cents] for cause in cliff.causes},
        }
        for cliff in found.ladder.cliffs
    ]  # fmt: skip
    picture = of_ladder(found)
    _write(picture, files)
    if form == "json":
        about = {"household": household, "month": f"{first:%Y-%m}", "status": found.status,
                 "now_cents": found.ladder.now_cents}  # fmt: skip
        click.echo(json.dumps(about | {"cliffs": rows, "assumptions": found.assumptions}, indent=1))
        return
    console = Console(highlight=False)
    click.echo(draw.text(picture, colour=sys.stdout.isatty()))
    table = Table("just above", "lowest at", "loses", "whole again at", "what falls",
                  title=f"Cliffs in {first:%B %Y}; {usd(found.ladder.now_cents)} is earned now",
                  title_justify="left")  # fmt: skip
    for cliff in found.ladder.cliffs:
        falls = [f"{_called(c.program)} {_ends((c.loss_low_cents, c.loss_high_cents))}" for c in cliff.causes]
        whole = "beyond" if cliff.recovery_cents is None else usd(cliff.recovery_cents)
        loss = _ends((cliff.loss_low_cents, cliff.loss_high_cents))
        table.add_row(usd(cliff.peak_cents), usd(cliff.trough_cents), loss, whole, ", ".join(falls))
    console.print(table if found.ladder.cliffs else "No cliff of $50 or more.")
    _say(console, found)


def _grid(lines: Sequence[tuple[int, Outlook]], month: date) -> None:
    """What is left by the earnings of two, the lower end of ranges; red where earning more leaves less."""
    unknown = next((found.reason for _, found in lines if found.ladder is None), None)
    if unknown:
        raise click.ClickException(f"no figure can be given: {unknown}")
    title = f"Left a month in {month:%B %Y}: down, the earner earns; across, the other"
    table = Table(title=title, title_justify="left", box=SIMPLE)
    table.add_column("", justify="right")
    for cents, _ in lines:
        table.add_column(usd(cents), justify="right")
    nets = [
        [round(float(np.interp(cents, ladder.earnings_cents, ladder.net_low_cents))) for cents in LEVELS]
        for _, found in lines
        if (ladder := found.ladder)
    ]
    for row, cents in enumerate(LEVELS):
        cells = []
        for column, line in enumerate(nets):
            less = (row and line[row] < line[row - 1]) or (column and line[row] < nets[column - 1][row])
            cells.append(f"[red]{usd(line[row])}[/red]" if less else usd(line[row]))
        table.add_row(usd(cents), *cells)
    console = Console(highlight=False)
    console.print(table)
    _say(console, lines[0][1])


@click.command("path")
@options.data
@click.argument("household")
@click.option("--month", type=options.Month(), help="The first month, like 2026-10 (default: this one).")
@click.option("--months", type=click.IntRange(1, 60), default=24, show_default=True, help="How many months.")
@click.option("--earnings", type=click.FloatRange(0, 1_000_000), help="Dollars a month after the change.")
@click.option("--begins", type=options.Month(), help="The month of the change (default: the one after the first).")
@click.option("--earner", help="Whose earnings change (default: the adult who earns most).")
@click.option("--then", multiple=True, type=Dated(1, 2), metavar="MONTH:DOLLARS[:PERSON]", help="A further change.")
@_happening
@click.option("--lag", type=click.IntRange(0, 12), default=1, show_default=True,
              help="Months from a change to the month in which agencies count it.")  # fmt: skip
@click.option("--apply-again", type=click.IntRange(1, 12), metavar="MONTHS",
             help="Who loses SNAP or TAFDC applies again once they qualify; so long until it is decided.")  # fmt: skip
@click.option("--take-up", multiple=True, metavar="PROGRAM",
              help="With --apply-again: apply also for SNAP or TAFDC that the household does not have.")  # fmt: skip
@_by_reform
@click.option("--page", type=click.Path(path_type=File, dir_okay=False), help="Write a page for the family (HTML).")
@click.option("--language", type=click.Choice(family_page.LANGUAGES), default="en", show_default=True,
              help="The language of that page.")  # fmt: skip
@_pictures
@options.asking
def path(
    data: File, household: str, month: date | None, months: int, earnings: float | None, begins: date | None,
    earner: str | None, then: Sequence[tuple[date, list[str]]], births: Sequence[date],
    moves: Others, leaves: Others, lag: int, apply_again: int | None, take_up: Sequence[str],
    reform: File | None, page: File | None, language: str, key: str | None,
    purpose: str | None, as_of: date | None, form: str, **files: File | None,
) -> None:  # fmt: skip
    """Follow a HOUSEHOLD month by month, with a change and without it; without one, what happens anyway."""
    if page and reform:
        raise click.UsageError("--page is for the family, and tells what is in force; leave out --reform")
    first = month or now().date().replace(day=1)
    happens = _happens(births, moves, leaves)
    more = tuple((at, rest[1] if rest[1:] else None, _cents(rest[0], "--then")) for at, rest in then)
    cents = None if earnings is None else round(earnings * 100)
    offer = Offer(first, earner, cents, begins or add_months(first, 1), months, lag, (), more, happens, apply_again,
                  frozenset(take_up))  # fmt: skip
    with counter(data) as opened:
        visit = opened.visit(key, purpose)
        with _rules(visit, reform):
            found = visit.path(household, offer, visit.as_of(as_of))
    if page:
        page.write_text(family_page.page(found, offer, language, now().date()), encoding="utf-8")
    if found.path is None:
        raise click.ClickException(f"no figure can be given: {found.reason}")
    picture = of_path(found)
    _write(picture, files)
    if form == "json":
        about = {"household": household, "status": found.status, "reason": found.reason, "rules": found.rules_version}
        steps = [_row(step) for step in found.path.steps]
        click.echo(json.dumps(about | {"months": steps, "assumptions": found.assumptions}, indent=1))
        return
    console = Console(highlight=False)
    click.echo(draw.text(picture, colour=sys.stdout.isatty()))
    for line in _months(found.path):
        click.echo(line)
    low, high = found.path.bridge_cents
    if high:
        deepest = f", {found.path.trough_month:%B %Y} the deepest" if found.path.trough_month else ""
        console.print(f"To bridge: {_ends((low, high))}; up to {_ends(found.path.trough_cents)} in one month{deepest}.")
    _say(console, found)


@click.command("ways")
@click.argument("household")
@options.data
@click.option("--level", "levels", metavar="DOLLARS", multiple=True, required=True,
              help="Monthly earnings that the earner may go through (may be given again).")  # fmt: skip
@click.option("--other", "others", multiple=True, metavar="PERSON:LEVEL",
              help="Monthly earnings that a second earner may go through (may be given again).")  # fmt: skip
@click.option("--month", type=options.Month(), help="The first month; this one by default.")
@click.option("--months", type=click.IntRange(1, 60), default=24, show_default=True, help="How many months.")
@click.option("--spell", type=click.IntRange(3, 60), default=6, show_default=True,
              help="Months for which a level is kept at least.")  # fmt: skip
@click.option("--floor", metavar="DOLLARS", help="What should be left in each month; what is left now by default.")
@click.option("--earner", metavar="PERSON", help="Whose earnings; those of who earns most by default.")
@_happening
@_by_reform
@options.asking
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def ways(
    data: File, household: str, levels: Sequence[str], others: Sequence[str], month: date | None, months: int,
    spell: int, floor: str | None, earner: str | None, births: Sequence[date],
    moves: Others, leaves: Others, reform: File | None, key: str | None, purpose: str | None,
    as_of: date | None, form: str,
) -> None:  # fmt: skip
    """Find the best ways of a HOUSEHOLD up through some earnings: the safest, the richest and the steadiest."""
    least = None if floor is None else _monthly(floor, "--floor")
    own = tuple(_monthly(level, "--level") for level in levels)
    first = month or now().date().replace(day=1)
    happens = _happens(births, moves, leaves)
    search = Search(first, earner, own, months, least, spell, others=_others(others), happens=happens)
    with counter(data) as opened:
        visit = opened.visit(key, purpose)
        with _rules(visit, reform):
            found = visit.ways(household, search, visit.as_of(as_of))
    told = [(name, way, on_it.path) for name, (way, on_it) in (found.ways or {}).items() if on_it.path]
    if not told or found.situation is None:
        raise click.ClickException(f"no figure can be given: {found.reason}")
    people = [member.person for member in found.situation.people]
    rows: list[dict[str, Any]] = []
    for name, way, followed in told:
        nets = [step.net_cents for step in followed.steps]
        rows.append({
            "way": name,
            "changes": [{"month": f"{one.month:%Y-%m}", "person": people[one.place], "cents": one.cents}
                        for one in way.changes],
            "left_cents": tuple(sum(ends) for ends in zip(*nets, strict=True)),
            "least_cents": tuple(min(ends) for ends in zip(*nets, strict=True)), "below_floor_cents": way.short_cents,
        })  # fmt: skip
    if form == "json":
        about = {"household": household, "status": found.status, "reason": found.reason, "rules": found.rules_version}
        more = {"floor_cents": found.floor_cents, "ways": rows, "assumptions": found.assumptions}
        click.echo(json.dumps(about | more, indent=1))
        return
    console = Console(highlight=False, width=None if sys.stdout.isatty() else options.LIST_WIDTH)
    table = Table("way", box=SIMPLE)
    table.add_column("what changes", overflow="fold")
    for title in ("left in all", "least month", "below floor"):
        table.add_column(title, justify="right", no_wrap=True)
    for row in rows:
        said = [f"{one['month']}{' ' + one['person'] if others else ''}: {usd(one['cents'])}" for one in row["changes"]]
        table.add_row(row["way"], "\n".join(said) or "nothing", _ends(row["left_cents"]), _ends(row["least_cents"]),
                      usd(row["below_floor_cents"]))  # fmt: skip
    console.print(table)
    console.print(f"Of {months} months; the floor is {usd(found.floor_cents or 0)} a month.")
    _say(console, found)


def _others(given: Sequence[str]) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Each further earner with the levels that were given, in cents."""
    levels: dict[str, list[int]] = {}
    for one in given:
        person, _, level = one.rpartition(":")
        if not person:
            raise click.BadParameter(
                f"{one!r} is not a person and earnings, with a colon between", param_hint="--other"
            )
        levels.setdefault(person, []).append(_monthly(level, "--other"))
    return tuple((person, tuple(each)) for person, each in levels.items())


def _months(path: Path) -> Iterator[str]:
    """Figures a month, with what happens in it below; of ranges the lower end."""
    names = programs_of(path)
    heads = ["left", "without", *map(_called, names)]
    widths = [max(len(head), FIGURE) + 2 for head in heads]
    yield "month   " + "".join(f"{head:>{width}}" for head, width in zip(heads, widths, strict=True))
    for step in path.steps:
        nets = (step.net_cents[0], step.baseline_net_cents[0])
        figures = [*nets, *(step.parts.get(name, (0,))[0] for name in names)]
        less = "  less than without" if nets[0] < nets[1] else ""
        yield (
            f"{step.month:%Y-%m} "
            + "".join(f"{usd(cents):>{width}}" for cents, width in zip(figures, widths, strict=True))
            + less
        )
        for what in dict.fromkeys(f"{e.program}: {e.because} ({e.citation})" for e in step.events):
            yield f"          └ {what}"


def _row(step: Step) -> dict[str, Any]:
    return {
        "month": f"{step.month:%Y-%m}", "net_cents": step.net_cents, "without_cents": step.baseline_net_cents,
        "parts": step.parts,
        "events": [{"kind": e.kind, "program": e.program, "because": e.because, "citation": e.citation}
                   for e in step.events],
    }  # fmt: skip


def _write(picture: Picture, files: dict[str, File | None]) -> None:
    for kind, file in files.items():
        if file is not None:
            draw.write(picture, file, kind)
            click.echo(f"wrote {file}", err=True)


def _say(console: Console, found: Outlook) -> None:
    if found.reason:
        console.print(f"between two amounts, as {found.reason}")
    for text in found.assumptions:
        console.print(f"assumed: {text}")
    click.echo(f"rules version {found.rules_version}", err=True)


def _cents(text: str, option: str) -> int:
    try:
        return round(float(text) * 100)
    except (ValueError, OverflowError):
        raise click.BadParameter(f"{text!r} is not an amount in dollars", param_hint=option) from None


def _monthly(text: str, option: str) -> int:
    """Monthly earnings in cents."""
    cents = _cents(text, option)
    if not 0 <= cents <= MOST_MONTHLY_CENTS:
        raise click.BadParameter(f"{text!r} is not from $0 to {usd(MOST_MONTHLY_CENTS)}", param_hint=option)
    return cents


def _voucher(rest: Sequence[str]) -> bool:
    if rest[1:] not in ([], ["voucher"]):
        raise click.BadParameter(f"{rest[1]!r} is not `voucher`", param_hint="--move")
    return bool(rest[1:])


def _called(program: str) -> str:
    return PROGRAMS.get(program, program)


def _ends(cents: tuple[int, int]) -> str:
    low, high = map(usd, cents)
    return low if low == high else f"{low} to {high}"
