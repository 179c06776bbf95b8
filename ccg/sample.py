"""`ccg sample`: write the synthetic state."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from ccg import options
from governance.examples import text
from sample.write import Written, write_sample

LAST_MONTH = date(2026, 10, 1)


def write(folder: Path, people: int, seed: int, months: int, last: date) -> Written:
    """Extracts, mappings, roster, agreement and truth."""
    with options.progress() as show:
        written = write_sample(folder, people, seed, months, last, show)
    for name in ("roster", "agreement"):
        (folder / f"{name}.yaml").write_text(text(f"massachusetts_{name}.yaml"))
    return written


@click.command("sample")
@click.option("--people", default=5_000, show_default=True, help="About how many people.")
@click.option("--seed", default=7, show_default=True, help="The same seed writes the same files.")
@click.option("--months", default=36, show_default=True, type=click.IntRange(24), help="How many months.")
@click.option("--last", type=options.Day(), default=LAST_MONTH, show_default=True, help="The last month.")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def command(folder: Path, people: int, seed: int, months: int, last: date) -> None:
    """Write nine agencies' extracts of a synthetic state to FOLDER."""
    written = write(folder, people, seed, months, last.replace(day=1))
    click.echo(f"{written.people:,} people in {written.households:,} households, {sum(written.rows.values()):,} rows:")
    for file, rows in written.rows.items():
        click.echo(f"  {file:28} {rows:>10,}")
