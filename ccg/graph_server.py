"""`ccg graph`: start, stop and look at the embedded graph; dump, restore and copy whichever graph is in use."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import click

from ccg import options
from ccg.opening import now
from graph import archive, embedded, migrations
from graph.connect import connect
from graph.store import Access

LONG = 3600.0
"""Seconds that one statement over the whole graph may take."""


@click.group("graph")
def group() -> None:
    """The graph: the embedded server of a data directory, and moving a graph between engines."""


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


@group.command("dump")
@options.data
@click.argument("target", type=click.Path(path_type=Path))
def dump(data: Path, target: Path) -> None:
    """Write the graph in use as Parquet files into the new folder TARGET (readable by you alone)."""
    with connect(data, Access.READ, timeout_seconds=LONG) as store, options.progress() as show:
        _told("dumped", archive.dump(store, target, now(), show))


@group.command("restore")
@options.data
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False))
def restore(data: Path, source: Path) -> None:
    """Write the dump in SOURCE into the graph in use, which must be empty, and hold the digest against it."""
    with connect(data, Access.WRITE, timeout_seconds=LONG) as store, options.progress() as show:
        _told("restored", archive.restore(store, source, show))


@group.command("copy")
@options.data
@click.option("--to-data", type=click.Path(path_type=Path, file_okay=False), help="An embedded graph's data directory.")
@click.option("--to-uri", help="A Neo4j (bolt:// or neo4j://).")
@click.option("--to-user", default="neo4j", show_default=True)
@click.option("--to-password-file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--to-database", default="neo4j", show_default=True)
def copy(
    data: Path, to_data: Path | None, to_uri: str | None, to_user: str, to_password_file: Path | None, to_database: str
) -> None:
    """Copy the graph in use into another one, embedded or Neo4j, which must be empty; the digests must agree.

    The ledger, the linkage store and the keys stay in the data directory: with the environment pointing to the
    copy, the next load goes on there.
    """
    if bool(to_data) == bool(to_uri) or bool(to_uri) != bool(to_password_file):
        raise click.UsageError("name one target: --to-data DIR, or --to-uri URI with --to-password-file FILE")
    target = {
        "CCG_NEO4J_URI": to_uri or "", "CCG_NEO4J_USER": to_user, "CCG_NEO4J_PASSWORD_FILE": str(to_password_file),
        "CCG_NEO4J_DATABASE": to_database,
    }  # fmt: skip
    with TemporaryDirectory(dir=data, prefix="copy-") as folder, options.progress() as show:
        with connect(data, Access.READ, timeout_seconds=LONG) as store:
            archive.dump(store, Path(folder) / "dump", now(), show)
        with connect(to_data or data, Access.WRITE, target, timeout_seconds=LONG) as store:
            _told("copied", archive.restore(store, Path(folder) / "dump", show))


@group.command("migrate")
@options.data
@click.option("--dry-run", is_flag=True, help="Only show the steps and what each would change.")
def migrate(data: Path, dry_run: bool) -> None:
    """Bring the graph in use to this program's schema. Keep a dump first: there is no way back."""
    access = Access.READ if dry_run else Access.WRITE
    with connect(data, access, timeout_seconds=LONG, any_schema=True) as store, options.progress() as show:
        planned = migrations.plan(store)
        for step in planned:
            number, what = step.migration.version, step.migration.what
            click.echo(f"{'would take' if dry_run else 'takes'} schema {number}: {what} ({step.changes:,} changes)")
        if not dry_run:
            migrations.migrate(store, str(data), show)
    if not planned:
        click.echo(f"the graph has this program's schema, {migrations.newest()}, or holds nothing")


def _told(what: str, manifest: archive.Manifest) -> None:
    click.echo(
        f"{what} {manifest.nodes:,} nodes and {manifest.relationships:,} relationships, digest {manifest.digest[:16]}"
    )


def _show(found: embedded.Status) -> None:
    if not found.running:
        click.echo("not running")
        return
    keeps = "runs on until stopped" if found.pinned else "stops with its last user"
    click.echo(f"running at {found.bolt_uri} (process {found.pid}), {found.users} user(s), {keeps}")
