"""`ccg map suggest`: a first mapping for a file, with a profile of its columns."""

from __future__ import annotations

import re
from pathlib import Path

import click

from governance.agreement import read_agreement
from governance.roster import Roster, read_roster
from graph_loader.mapping.suggest import suggest as suggested


@click.group("map")
def group() -> None:
    """Mappings: what the columns of a feed mean."""


@group.command("suggest")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option(
    "--feeds", type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of feeds, for its roster and agreement; else the one that FILE is in.",
)  # fmt: skip
@click.option("--agency", help="Who sends it; else the agency that the file's folder is named after.")
@click.option("--feed", help="Name of the feed; else of agency and file.")
@click.option("--rows", default=200_000, show_default=True, help="How many rows to look at.")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a new file.")
def suggest(file: Path, feeds: Path | None, agency: str | None, feed: str | None, rows: int, to: Path | None) -> None:
    """Suggest a mapping for FILE: types, empty and distinct counts, formats; no values.

    A column that fits no element which the agreement lets the agency send is left out.
    """
    folder = feeds or _folder_of(file)
    try:
        texts = {name: (folder / name).read_text() for name in ("roster.yaml", "agreement.yaml")}
    except OSError as error:
        raise click.UsageError(f"{error.filename} cannot be read: --feeds names a folder of feeds") from None
    roster = read_roster("roster.yaml", texts["roster.yaml"])
    agreement = read_agreement("agreement.yaml", texts["agreement.yaml"], roster)
    sender = _sender(file, agency, roster)
    name = feed or re.sub(r"[^a-z0-9]+", "_", f"{sender}_{file.name.partition('.')[0]}".lower())
    inside = file.resolve().is_relative_to(folder.resolve())
    match = file.resolve().relative_to(folder.resolve()).as_posix() if inside else file.name
    text = suggested(file, name, sender, agreement, rows, match)
    if to is None:
        click.echo(text, nl=False)
        return
    if to.exists():
        raise click.UsageError(f"{to} is there already, and would be overwritten")
    to.write_text(text)
    click.echo(f"{to}: look at each line, then `ccg plan {folder}`")


def _folder_of(file: Path) -> Path:
    for folder in file.resolve().parents:
        if (folder / "agreement.yaml").exists() and (folder / "roster.yaml").exists():
            return folder
    raise click.UsageError("no agreement.yaml and roster.yaml above the file: name their folder with --feeds")


def _sender(file: Path, agency: str | None, roster: Roster) -> str:
    known = sorted(office.id for office in roster.agencies)
    found = agency or next((name for name in known if name.lower() == file.resolve().parent.name.lower()), None)
    if found not in known:
        raise click.UsageError(f"name the agency with --agency: one of {', '.join(known)}")
    return found
