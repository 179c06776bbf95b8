"""`ccg graph`: start, stop and look at the embedded graph."""

from __future__ import annotations

from pathlib import Path

import click

from ccg import options
from graph import embedded


@click.group("graph")
def group() -> None:
    """The embedded graph server of a data directory."""


@group.command("start")
@options.data
def start(data: Path) -> None:
    """Start it and let it run on until `ccg graph stop`."""
    _show(embedded.start(data / "graph"))


@group.command("stop")
@options.data
def stop(data: Path) -> None:
    """Stop it, whoever uses it."""
    click.echo("stopped" if embedded.stop(data / "graph") else "it was not running")


@group.command("status")
@options.data
def status(data: Path) -> None:
    """Say whether it runs, where, and for whom."""
    _show(embedded.status(data / "graph"))


def _show(found: embedded.Status) -> None:
    if not found.running:
        click.echo("not running")
        return
    keeps = "runs on until stopped" if found.pinned else "stops with its last user"
    click.echo(f"running at {found.bolt_uri} (process {found.pid}), {found.users} user(s), {keeps}")
