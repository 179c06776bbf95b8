"""A file held against what it was: read as it is, refused, or set aside, as the mapping's `changes` say."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from governance.agreement import Agreement
from graph_loader.admit.admission import Admission, admit
from graph_loader.errors import Fault, LoadError, listed
from graph_loader.mapping.document import Mapping, Verdict
from graph_loader.sources import written
from graph_loader.sources.files import FileSource, guarded
from graph_loader.sources.source import Source

ALIKE = 0.6
"""How alike two names are, of 1, for one to be offered for the other."""
NOTHING = Admission((), (), ())


@dataclass(frozen=True)
class Opened:
    """A source as this load reads it. `aside`: why none of it is read and all of its rows are set aside."""

    source: Source
    admission: Admission
    columns: tuple[str, ...] = ()
    aside: tuple[Fault, ...] = ()


def open_source(source: Source, mapping: Mapping, agreement: Agreement, before: Sequence[str]) -> Opened:
    """Look how a source is written and which columns it has; `before`: the columns of the load before, if known.

    Raises `LoadError` where it is not what the mapping says, and the mapping says to refuse that. Names of columns are
    told only where the first line has one that the mapping knows: else it may hold values.
    """
    if isinstance(source, FileSource) and source.file.format == "csv":
        with guarded(source.path):
            source, other = _as_written(source, mapping)
        if other:
            return _decided(source, mapping.changes.written, [other])
    present = source.columns()
    twice = sorted({name for name in mapping.columns if present.count(name) > 1})
    if twice:
        raise LoadError(
            Fault("COLUMN_TWICE", source.name, f"it has {listed(twice)} more than once", "Ask which of them is meant.")
        )
    missing = [_missing(source.name, name, mapping, present, before) for name in mapping.columns if name not in present]
    if missing:
        needed = any(column.required and name not in present for name, column in mapping.columns.items())
        verdict = mapping.changes.missing
        if verdict != "evolve" or needed:
            return _decided(source, verdict, missing)
    new = [name for name in present if before and name not in before and name not in mapping.columns]
    if new and mapping.changes.added != "evolve":
        return _decided(source, mapping.changes.added, [_added(source.name, new, before)])
    return Opened(source, admit(mapping, agreement, present, source.name), tuple(present))


def _decided(source: Source, verdict: Verdict, faults: list[Fault]) -> Opened:
    """Set a source aside, or refuse it; also where it should evolve and cannot."""
    if verdict != "quarantine":
        raise LoadError(*faults)
    return Opened(source, NOTHING, aside=tuple(faults))


def _as_written(source: FileSource, mapping: Mapping) -> tuple[FileSource, Fault | None]:
    """The file as it is found to be written, and what is other than the mapping says, where it is not followed."""
    file, follow = source.file, mapping.changes.written == "evolve"
    if not written.is_in(source.path, file.encoding):
        found = written.encoding_of(source.path)
        if not follow:
            return source, _other(source.name, "encoding", file.encoding, found)
        file = file.model_copy(update={"encoding": found})
    if file.header and not _knows_any(FileSource(source.path, file), mapping):
        delimiter = written.delimiter_of(source.path, file, mapping.columns)
        if delimiter is None or delimiter == file.delimiter:
            bare = FileSource(source.path, file.model_copy(update={"header": False}))
            return bare, _headless(bare, mapping)
        if not follow:
            return source, _other(source.name, "delimiter", file.delimiter, delimiter)
        file = file.model_copy(update={"delimiter": delimiter})
    return FileSource(source.path, file), None


def _knows_any(source: FileSource, mapping: Mapping) -> bool:
    return not set(source.columns()).isdisjoint(mapping.columns)


def _other(name: str, what: str, old: str, new: str) -> Fault:
    return Fault(
        "FILE_WRITTEN_OTHERWISE", name, f"the mapping says {what} {old!r}, and the file has {new!r}",
        f"Accept it with `file: {{{what}: {new!r}}}` in the mapping, or with `changes: {{written: evolve}}`.",
    )  # fmt: skip


def _headless(source: FileSource, mapping: Mapping) -> Fault:
    fields = len(source.columns())
    return Fault(
        "HEADER_MISSING", source.name,
        f"none of {listed(mapping.columns)} is in its first line, which has {fields} fields",
        "Ask the agency for the file with its header; or accept it without one: `file: {header: false}`, its columns "
        "named by their place (1, 2, 3) in the mapping.",
    )  # fmt: skip


def _missing(file: str, name: str, mapping: Mapping, present: list[str], before: Sequence[str]) -> Fault:
    fresh = [column for column in present if column not in mapping.columns and column not in before]
    named = not set(present).isdisjoint(mapping.columns)
    others = fresh or [column for column in present if column not in mapping.columns]
    likely = _likely(name, others, present, before) if named else None
    accept = f"`changes: {{missing: evolve}}` leaves it empty; or take {name} out of the mapping"
    if mapping.columns[name].required:
        accept = f"Else take {name} out of the mapping; as it is required, it cannot be left empty"
    if likely:
        accept = f"If it is {likely} now, write {likely} for {name} in the mapping. {accept}"
    was = f"it had {listed(before)}" if before else f"the mapping knows {listed(mapping.columns)}"
    told = listed(present) if named else f"{len(present)} others"
    return Fault(
        "COLUMN_MISSING", f"{file}:{name}",
        f"the mapping names a column that the file does not have: {was}, and now it has {told}", f"{accept}.",
    )  # fmt: skip


def _likely(name: str, fresh: list[str], present: list[str], before: Sequence[str]) -> str | None:
    """The column that a missing one may be called now: of a like name, or in its place."""
    small = {column.lower(): column for column in fresh}
    alike = difflib.get_close_matches(name.lower(), small, 1, ALIKE)
    if alike:
        return small[alike[0]]
    if name in before:
        place = list(before).index(name)
        if place < len(present) and present[place] in fresh:
            return present[place]
    return None


def _added(file: str, new: Iterable[str], before: Sequence[str]) -> Fault:
    names = list(new)
    return Fault(
        "COLUMN_ADDED", file, f"it has {listed(names)}, which it did not have before: it had {listed(before)}",
        f"Take it in with `columns: {{{names[0]}: {{as: text, element: …}}}}`, or leave it out with "
        "`changes: {added: evolve}`.",
    )  # fmt: skip
