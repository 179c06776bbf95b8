"""Options that several commands share, and how progress is shown."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import rich.progress
from rich.console import Console

from benefits.reform import Reform, ReformError, read
from graph_loader.load.plan import Progress

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


class Month(click.ParamType[Any]):
    """A month like 2026-11, or a day of it."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value)[:7], "%Y-%m").date()
        except ValueError:
            self.fail(f"{value!r} is not a month like 2026-11", param, ctx)


def reform_of(file: Path) -> Reform:
    """The reform of a file. Raises `ClickException` where it is none."""
    try:
        return read(file)
    except ReformError as error:
        raise click.ClickException(str(error)) from None


def asking(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options of every command that asks at the counter: who asks, what for, and what was known when."""
    for option in (
        click.option("--as-of", type=Day(), help="What was known on a day."),
        click.option("--purpose", envvar="CCG_PURPOSE", help="What the answer is for (CCG_PURPOSE)."),
        click.option("--key", envvar="CCG_KEY", help="API key (CCG_KEY)."),
    ):
        command = option(command)
    return command


LIST_WIDTH = 120
"""Columns of a table that is written elsewhere than on a terminal."""
LINE_SECONDS = 30.0
"""Where there is no terminal, a step that goes on says so this often."""


@contextmanager
def progress() -> Iterator[Progress]:
    """On a terminal a live line a step, with its rate and the time that remains; elsewhere plain lines."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    with rich.progress.Progress(
        rich.progress.SpinnerColumn(), rich.progress.TextColumn("{task.description}"), rich.progress.BarColumn(20),
        rich.progress.TextColumn("{task.fields[rows]:,} rows, {task.fields[rate]:,.0f}/s"),
        rich.progress.TimeElapsedColumn(), rich.progress.TextColumn("left"), rich.progress.TimeRemainingColumn(),
        console=Console(stderr=True),
    ) as bar:  # fmt: skip
        yield _Bars(bar)


class _Step:
    """How far a step is: rows, seconds, and those that remain where its share is known."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.rows = 0
        self.share: float | None = None
        self._began = time.monotonic()

    def add(self, rows: int, share: float | None) -> None:
        self.rows += rows
        self.share = share

    @property
    def seconds(self) -> float:
        return max(time.monotonic() - self._began, 1e-3)

    @property
    def rate(self) -> float:
        return self.rows / self.seconds

    def __str__(self) -> str:
        left = f", {self.seconds * (1 / self.share - 1):,.0f} s left" if self.share else ""
        return f"{self.what}: {self.rows:,} rows, {self.rate:,.0f}/s{left}"


class _Bars:
    def __init__(self, bar: rich.progress.Progress) -> None:
        self._bar = bar
        self._steps: dict[str, tuple[rich.progress.TaskID, _Step]] = {}

    def __call__(self, what: str, rows: int, share: float | None = None) -> None:
        if what not in self._steps:
            total = None if share is None else 1.0
            self._steps[what] = (self._bar.add_task(what, total=total, rows=0, rate=0.0), _Step(what))
        task, step = self._steps[what]
        step.add(rows, share)
        self._bar.update(task, completed=step.share or 0, rows=step.rows, rate=step.rate)


class _Lines:
    def __init__(self) -> None:
        self._step = _Step("")
        self._said = 0.0

    def __call__(self, what: str, rows: int, share: float | None = None) -> None:
        now = time.monotonic()
        if what != self._step.what:
            self._step = _Step(what)
            self._said = now
            click.echo(what, err=True)
        self._step.add(rows, share)
        if now - self._said > LINE_SECONDS:
            self._said = now
            click.echo(str(self._step), err=True)
