"""`ccg query`: a catalogue query as a table, CSV or Parquet."""

from __future__ import annotations

import csv
import sys
from datetime import date
from pathlib import Path

import click
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from access.disclosure import Disclosed
from ccg import options
from ccg.opening import counter
from queries import catalogue


@click.command("query")
@options.data
@click.argument("name", required=False)
@click.option("--list", "show_list", is_flag=True, help="Show the questions of the catalogue.")
@click.option("--param", "-p", multiple=True, metavar="NAME=VALUE", help="A parameter of the query.")
@options.asking
@click.option("--format", "form", type=click.Choice(["table", "csv", "parquet"]), default="table", show_default=True)
@click.option("--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File (for Parquet: required).")
def command(
    data: Path, name: str | None, show_list: bool, key: str | None, purpose: str | None, param: tuple[str, ...],
    as_of: date | None, form: str, output: Path | None,
) -> None:  # fmt: skip
    """Ask the catalogue query NAME."""
    if show_list or name is None:
        _list()
        return
    given = dict(_pair(text) for text in param)
    if form == "parquet" and output is None:
        raise click.UsageError("--format parquet needs --output FILE")
    with counter(data) as opened:
        visit = opened.visit(key, purpose)
        told = visit.query(name, given, visit.as_of(as_of))
    _print(catalogue.find(name), told, form, output)
    if told.suppressed:
        click.echo(
            f"{told.suppressed} row(s) below the smallest cell of {told.smallest_cell}: counts left out", err=True
        )


def _pair(text: str) -> tuple[str, str | int | date | None]:
    name, equals, value = text.partition("=")
    if not equals:
        raise click.UsageError(f"--param {text}: write it as name=value")
    return name, value


def _print(query: catalogue.Query, told: Disclosed, form: str, output: Path | None) -> None:
    if form == "parquet" and output is not None:
        pq.write_table(catalogue.table(query, told.rows), output)
        return
    stream = output.open("w", newline="") if output else sys.stdout
    try:
        if form == "csv":
            writer = csv.writer(stream)
            writer.writerow(query.columns)
            writer.writerows([row[name] for name in query.columns] for row in told.rows)
            return
        table = Table(*query.columns, title=query.question, title_justify="left")
        for row in told.rows:
            table.add_row(*("" if row[name] is None else str(row[name]) for name in query.columns))
        Console(file=stream).print(table)
    finally:
        if output:
            stream.close()


def _list() -> None:
    table = Table("query", "for", "question", "parameters")
    for query in catalogue.catalogue().values():
        takes = ", ".join(
            f"{p.name} ({p.type}{'' if p.default is None else f', {p.default}'})" for p in query.parameters
        )
        table.add_row(query.name, query.audience, query.question, takes)
    Console().print(table)
