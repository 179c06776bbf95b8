"""Options that several commands share, and how progress is shown."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

data = click.option(
    "--data", type=click.Path(path_type=Path, file_okay=False), default=Path("data"), envvar="CCG_DATA",
    show_default=True, help="Data directory: the embedded graph, the ledger, quarantine.",
)  # fmt: skip


class Day(click.ParamType[Any]):
    """A date like 2026-11-01."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} is not a date like 2026-11-01", param, ctx)


@contextmanager
def progress() -> Iterator[Callable[[str, int], None]]:
    """On a terminal a live line with the rate; elsewhere a plain line a step."""
    if sys.stderr.isatty():
        with Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,} rows"),
            TimeElapsedColumn(), console=Console(stderr=True),
        ) as bar:  # fmt: skip
            tasks: dict[str, Any] = {}

            def show(what: str, rows: int) -> None:
                if what not in tasks:
                    tasks[what] = bar.add_task(what, total=None)
                bar.update(tasks[what], advance=rows)

            yield show
        return
    seen: list[str] = []

    def line(what: str, rows: int) -> None:
        if what not in seen[-1:]:
            seen.append(what)
            click.echo(what, err=True)

    yield line
