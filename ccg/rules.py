"""`ccg rules`: the parameters of the law, what changed in them, and what is missing."""

from __future__ import annotations

import difflib
import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click
from click import echo
from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from benefits.explain import Explained
from benefits.parameters import Parameter, UnknownParameter, parameters, rules_version
from benefits.review import changed, review
from ccg.opening import counter
from ccg.options import Day, asking, data


@click.group("rules")
def group() -> None:
    """The rules: parameters with their dates, citations, and how far they are confirmed."""


as_of = click.option("--as-of", type=Day(), default=date.today, show_default="today", help="A day like 2026-11-01.")


@group.command("list")
@as_of
@click.argument("under", default="")
def listed(as_of: date, under: str) -> None:
    """List parameters (UNDER: of one folder, as `snap`) with the value in force."""
    found = [one for key, one in parameters().items() if key.startswith(under)]
    if not found:
        raise click.UsageError(_closest(under))
    width = max(len(one.key) for one in found)
    for one in found:
        try:
            value = one.value(as_of)
            said = f"{value.effective}  {value.confirmed:16}  {_short(value.value)}"
        except UnknownParameter as unknown:
            said = f"unknown: {unknown}"
        echo(f"{one.key:{width}}  {said}")
    echo(f"rules version {rules_version()}, values in force on {as_of}", err=True)


@group.command("show")
@click.argument("key")
def show(key: str) -> None:
    """Show a parameter: all its values, where they are written, how far confirmed."""
    one = parameters().get(key)
    if one is None:
        raise click.UsageError(_closest(key))
    echo(one.key)
    for name, text in _about(one):
        echo(f"  {name:10} {text}")
    for entry in one.entries:
        doubt = f"  ({entry.caveat})" if entry.caveat else ""
        mark = f"  {entry.confirmed}" if entry.confirmed != one.confirmed else ""
        echo(f"  {entry.effective}  {'not found' if entry.value is None else _short(entry.value)}{mark}{doubt}")


@group.command("diff")
@click.argument("earlier", type=Day())
@click.argument("later", type=Day())
def diff(earlier: date, later: date) -> None:
    """Show which values in force on two days differ."""
    for key, before, after in changed(earlier, later):
        echo(key)
        for sign, value in (("-", before), ("+", after)):
            said = f"{value.effective}  {_short(value.value)}" if value else "unknown"
            echo(click.style(f"  {sign} {said}", fg="red" if sign == "-" else "green"))


@group.command("check")
@as_of
def check(as_of: date) -> None:
    """Name gaps in time, values past the day on which new ones were due, missing citations.

    Ends with code 1 where there is one; what is known to be missing is listed and is no fault.
    """
    found = review(as_of)
    for finding in found:
        echo(f"{'FAULT' if finding.is_fault else 'note':5}  {finding.key}: {finding.kind}: {finding.text}")
    faults = sum(finding.is_fault for finding in found)
    echo(f"{len(parameters())} parameters, {faults} faults, {len(found) - faults} notes as of {as_of}")
    sys.exit(1 if faults else 0)


@group.command("explain")
@data
@click.argument("household")
@click.argument("program")
@click.argument("month", type=Day())
@asking
def explain(
    data: Path, household: str, program: str, month: date, key: str | None, purpose: str | None, as_of: date | None
) -> None:
    """Show how a PROGRAM's rule comes to its result for a HOUSEHOLD in the month of a day, step by step."""
    with counter(data) as opened:
        visit = opened.visit(key, purpose)
        found = visit.explanation(household, month.replace(day=1), program.upper(), visit.as_of(as_of))
    if found.explained is None:
        echo(f"unknown: {found.reason}")
        sys.exit(1)
    console = Console(highlight=False)
    console.print(_tree(found.explained))
    if found.reason:
        console.print(f"between two amounts, as {found.reason}")
    for text in found.assumptions:
        console.print(f"assumed: {text}")
    echo(f"rules version {found.rules_version}", err=True)


def _tree(step: Explained, shown: set[str] | None = None, above: Tree | None = None) -> Tree:
    """A step with those that it follows from below it; each is taken apart where it comes first."""
    shown = set() if shown is None else shown
    text = Text.assemble((_amount(step), "bold"), f"  {step.name}  ", (step.citation, "dim"))
    own = above.add(text) if above else Tree(text)
    if step.name in shown:
        return own
    shown.add(step.name)
    for value in step.parameters:
        carried = f"; {value.assumption}" if value.assumption else ""
        said = f"{value.key} of {value.effective}: {_short(value.value)} ({value.citation}; {value.confirmed}{carried})"
        own.add(Text(said, "dim"))
    for one in step.of:
        _tree(one, shown, own)
    return own


def _amount(step: Explained) -> str:
    def said(value: float) -> str:
        if step.unit == "yes":
            return "yes" if value else "no"
        if step.unit.startswith("cents"):
            return f"${value / 100:,.2f}{step.unit.removeprefix('cents').replace('_', ' ')}"
        if step.unit == "times":
            return f"{value:.4f} times"
        return f"{value:.1%}" if step.unit == "share" else f"{value:,.0f}"

    return said(step.low) if step.low == step.high else f"{said(step.low)} to {said(step.high)}"


def _about(one: Parameter) -> list[tuple[str, str]]:
    month = date(2000, one.renewed, 1).strftime("%B") if one.renewed else None
    about = [
        ("unit", one.unit), ("citation", one.citation), ("confirmed", f"{one.confirmed}, read {one.read}"),
        ("renewed", f"each {month}" if month else "when the law changes"), ("note", one.note or ""),
        *(("link", link) for link in one.links),
    ]  # fmt: skip
    return [(name, text) for name, text in about if text]


def _short(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def _closest(key: str) -> str:
    near = difflib.get_close_matches(key, parameters(), n=3, cutoff=0.4)
    return f"no parameter {key!r}; " + (f"closest: {', '.join(near)}" if near else "`ccg rules list` lists them")
