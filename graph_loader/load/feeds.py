"""A folder of feeds: roster, agreement, mappings and the files that they match."""

from __future__ import annotations

import os
from collections.abc import Iterator
from collections.abc import Mapping as Map
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from governance.agreement import Agreement, read_agreement
from governance.roster import Roster, read_roster
from graph_loader.errors import Fault, LoadError
from graph_loader.mapping.document import File, Mapping, read_mapping
from graph_loader.sources.files import FileSource
from graph_loader.sources.source import Source
from graph_loader.sources.sql import SqlSource


@dataclass(frozen=True)
class Feed:
    """One mapping and what it reads this time."""

    mapping: Mapping
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Feeds:
    """What one `ccg load` works on: `roster.yaml`, `agreement.yaml`, `mappings/*.yaml` and data files."""

    folder: Path
    roster: Roster
    agreement: Agreement
    feeds: tuple[Feed, ...]

    @property
    def agencies(self) -> list[str]:
        return sorted({feed.mapping.agency for feed in self.feeds if feed.sources})


def read_feeds(folder: Path, files: Path | None = None, environment: Map[str, str] = os.environ) -> Feeds:
    """Read a folder of feeds; `files` is where the data files are, when not in the same folder.

    `environment` holds what URLs of databases leave open.

    Raises `LoadError` with every fault of every mapping, `DocumentError` for roster and agreement.
    """
    roster = read_roster("roster.yaml", _text(folder / "roster.yaml"))
    agreement = read_agreement("agreement.yaml", _text(folder / "agreement.yaml"), roster)
    mappings: list[Mapping] = []
    faults: list[Fault] = []
    for path in sorted((folder / "mappings").glob("*.yaml")):
        try:
            mappings.append(read_mapping(path))
        except LoadError as error:
            faults += error.faults
    for mapping in mappings:
        faults += _held_against(mapping, roster, agreement)
    if faults:
        raise LoadError(*faults)
    if not mappings:
        raise LoadError(
            Fault("FEEDS_EMPTY", f"{folder}/mappings", "no mapping there", "`ccg sample DIR` writes an example.")
        )
    found = tuple(Feed(mapping, _sources(files or folder, mapping, environment)) for mapping in mappings)
    return Feeds(folder, roster, agreement, tuple(sorted(found, key=lambda feed: feed.mapping.feed)))


def asks_databases(folder: Path) -> bool:
    """Whether any mapping of a folder of feeds asks a database, as far as they can be read."""
    for path in (folder / "mappings").glob("*.yaml"):
        with suppress(LoadError):
            if read_mapping(path).sql:
                return True
    return False


def _held_against(mapping: Mapping, roster: Roster, agreement: Agreement) -> Iterator[Fault]:
    """What of a mapping does not agree with the roster and the agreement."""
    agencies = sorted(agency.id for agency in roster.agencies)
    if mapping.agency not in agencies:
        yield Fault(
            "MAPPING_INVALID", f"{mapping.feed}:agency", f"{mapping.agency} is not in the roster",
            f"Use one of {', '.join(agencies)}.",
        )  # fmt: skip
    maps_to = {element.id: frozenset(element.maps_to) for element in agreement.elements}
    for name, column in mapping.columns.items():
        if column.element not in maps_to:
            yield Fault(
                "MAPPING_INVALID", f"{mapping.feed}:columns.{name}.element",
                f"{column.element} is not among the agreement's elements", f"Use one of {', '.join(sorted(maps_to))}.",
            )  # fmt: skip
    known = {"Program": {program.id for program in roster.programs}, "Agency": set(agencies)}
    for path, label, constant in mapping.constant_ends():
        if label in known and constant not in known[label]:
            yield Fault(
                "MAPPING_INVALID", f"{mapping.feed}:{path}", f"{constant} is no {label} of the roster",
                f"Use one of {', '.join(sorted(known[label]))}.",
            )  # fmt: skip
    for path, what in mapping.element_problems(maps_to):
        yield Fault(
            "ELEMENT_MISDECLARED", f"{mapping.feed}:{path}", what,
            "Declare the column as the element that the agreement maps there.",
        )  # fmt: skip


def _sources(root: Path, mapping: Mapping, environment: Map[str, str]) -> tuple[Source, ...]:
    if mapping.sql:
        return (SqlSource(f"{mapping.feed}.sql", mapping.sql, mapping.record, environment),)
    if mapping.file:
        return tuple(FileSource(path, mapping.file) for path in _match(root, mapping, mapping.file))
    return ()


def _match(root: Path, mapping: Mapping, file: File) -> tuple[Path, ...]:
    """The files that a mapping reads. Raises `LoadError` for one that is a link or lies outside the folder."""
    found = tuple(sorted(path for path in root.glob(file.match) if path.is_file()))
    astray = [path for path in found if path.is_symlink() or not path.resolve().is_relative_to(root.resolve())]
    names = [path.name for path in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise LoadError(
            *(
                Fault(
                    "FILE_TWICE", f"{mapping.feed}:{name}", "two files of this feed have one name",
                    "Give each a name of its own: accounts and provenance go by it.",
                )
                for name in twice
            )
        )  # fmt: skip
    if astray:
        raise LoadError(
            *(
                Fault(
                    "FILE_ASTRAY", f"{mapping.feed}:{path.name}", "it is a link, or lies outside the folder of feeds",
                    "Put the file itself into the folder.",
                )
                for path in astray
            )
        )  # fmt: skip
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError as error:
        raise LoadError(
            Fault(
                "FEEDS_INCOMPLETE",
                str(path),
                f"it cannot be read: {error.strerror}",
                "A folder of feeds has roster.yaml, agreement.yaml, mappings/ and the agencies' files.",
            )
        ) from None
