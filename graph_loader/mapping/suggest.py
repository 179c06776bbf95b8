"""A first mapping for a file that nobody has mapped yet, from its columns' names and what their values look like.

It tells no value. What it cannot place under an element of the agreement it leaves out, so that it is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pandas as pd
import pyarrow as pa
import yaml

from governance.agreement import Agreement
from graph_loader.errors import Fault, LoadError
from graph_loader.mapping.document import File
from graph_loader.mapping.profile import Guess, infer
from graph_loader.sources import written
from graph_loader.sources.files import FileSource, guarded

HINTS: tuple[tuple[str, str], ...] = (
    (r"ssn|social", "Identity.ssn_token"),
    (r"first|fname|given", "Identity.first_name"),
    (r"last|lname|surname|family", "Identity.last_name"),
    (r"mi|middle|mname", "Identity.middle_name"),
    (r"dob|birth|born", "Identity.birth_date"),
    (r"sex|gender", "Identity.sex"),
    (r"street|address|addr", "Address.street"),
    (r"apt|apartment|unit", "Address.unit"),
    (r"city|town", "Address.city"),
    (r"zip|zipcode|postal", "Address.zip"),
    (r"since", "Address.since"),
    (r"wage|wages|gross|earnings|hours|quarter", "Wage.amount_cents"),
    (r"recert\w*|renew\w*|reauth\w*|cert\w*|review|due", "Certification.next_due"),
    (r"employer|fein|account|hire\w*|job", "Employer.agency_number"),
    (r"rent|shelter|cost|heat\w*|util\w*", "Expense.monthly_amount_cents"),
    (r"support|supp|income|uib|pension", "Income.monthly_amount_cents"),
    (r"benefit|grant|fee|allotment|issuance|subsidy|pay\w*|amount|amt|share", "BenefitAmount.monthly_amount_cents"),
    (r"disab\w*|pregn\w*|student", "Circumstance.kind"),
    (r"rel|relation\w*|role|hoh", "RELATED_TO.kind"),
    (r"degree|credential|award|major|school|diploma|level|field", "EducationAttainment.level"),
    (r"months|clock|used|counted", "TimeClock.months_used"),
    (r"case|client|member|participant|voucher|lease|claim|fund|record|return|id|no|number|status|basis|activity|cd|"
     r"coverage|type|rsn|reason|beg\w*|start|end|ended|enter\w*|left|open\w*|close\w*|from|to",
     "Enrollment.program"),
)  # fmt: skip
"""Words of a column's name → what of the graph it may be; the first that fits."""
NUMBERS = "Enrollment.program"
"""What numbers, states and dates are taken for; of an agency that sends no participation, for its record's own."""
PERSON = {
    "Identity.ssn_token": "ssn", "Identity.first_name": "first_name", "Identity.middle_name": "middle_name",
    "Identity.last_name": "last_name", "Identity.birth_date": "birth_date",
}  # fmt: skip
PLACE = {"Address.street": "street", "Address.unit": "unit", "Address.city": "city", "Address.zip": "zip"}
MOST_PARTS, CANDIDATES, LINES = 4, 9, 200
FEW = 12
"""So few distinct values may be codes."""


@dataclass(frozen=True)
class Profile:
    """One column: how many rows, empty ones and distinct values, and what those look like."""

    name: str
    rows: int
    empty: int
    distinct: int
    guess: Guess
    hint: str | None

    def __str__(self) -> str:
        found = f"{self.rows:,} rows, {self.empty:,} empty, {self.distinct:,} distinct: {self.guess.words}"
        if self.guess.kind == "text" and 1 < self.distinct <= FEW and self.distinct * 4 < self.rows:
            found += "; maybe `as: code` with `codes`"
        return found


def suggest(path: Path, feed: str, agency: str, agreement: Agreement, rows: int, match: str) -> str:
    """A mapping as YAML text, with a profile of each column. `rows`: how many are looked at; `match`: its `file.match`.

    Raises `LoadError` where the file cannot be read.
    """
    with guarded(path):
        file = file_of(path)
        frame = _frame(FileSource(path, file), rows)
        if not _is_header(list(frame.columns)) and file.format in ("parquet", "excel"):
            raise LoadError(
                Fault(
                    "HEADER_MISSING", path.name, "its first row has no names that are known, and may hold values",
                    "Have it with a header, or map it by hand.",
                )
            )  # fmt: skip
    profiles = [_profile(str(name), frame[name]) for name in frame.columns]
    elements = {p.name: _element(p, agency, agreement) for p in profiles}
    known = [p for p in profiles if elements[p.name]]
    record = _record(frame[[p.name for p in known if not p.empty]], known)
    lines = [
        "# yaml-language-server: $schema=docs/mapping.schema.json",
        f"# Suggested from {len(frame):,} rows; no value of the file is in it. Look at each line.",
        f"feed: {feed}",
        f"agency: {agency}",
        f"file: {_flow({'match': match} | file.model_dump(exclude_defaults=True, exclude={'match'}, mode='json'))}",
        "changes: {added: evolve, missing: refuse, retyped: refuse, codes: quarantine, written: refuse}",
        *([] if record.unique else ["# No columns that are always there tell these rows apart."]),
        f"record: {_flow(list(record.columns))}",
        "columns:",
    ]
    for profile in profiles:
        element = elements[profile.name]
        line = f"{_flow(profile.name)}: {{{_kind(profile)}, element: {element or '…'}"
        line += ", required: true}" if profile.name in record.columns else "}"
        lines.append(f"  {line}  # {profile}" if element else f"  # not read: {line}  # {profile}")
    lines += _people(known)
    lines += [
        "# What a row means beside who is in it: nodes and relationships, as docs/graph.md has them.",
        "nodes: {}",
        "relationships: []",
    ]
    return "\n".join(lines) + "\n"


def file_of(path: Path) -> File:
    """How a file is written, as far as it can be seen."""
    if path.suffix in (".parquet", ".pq"):
        return File.model_validate({"match": path.name, "format": "parquet"})
    if path.suffix in (".xlsx", ".xlsm"):
        return File.model_validate({"match": path.name, "format": "excel"})
    encoding = written.encoding_of(path)
    delimiter = _delimiter(path, encoding)
    if delimiter is None:
        widths = _widths(path, encoding)
        return File.model_validate({"match": path.name, "format": "fixed", "encoding": encoding, "widths": widths})
    first = written.first_fields(path, encoding, delimiter)
    header = bool(first) and _is_header(first[0])
    return File.model_validate({"match": path.name, "encoding": encoding, "delimiter": delimiter, "header": header})


@dataclass(frozen=True)
class _Record:
    columns: tuple[str, ...]
    unique: bool


def _frame(source: FileSource, rows: int) -> pd.DataFrame:
    names, parts, left = source.columns(), [], rows
    for chunk in source.chunks(names):
        parts.append(chunk.frame.head(left))
        left -= len(parts[-1])
        if left <= 0:
            break
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({name: [] for name in names}, dtype="str")


def _profile(name: str, values: pd.Series) -> Profile:
    there = values.dropna().str.strip()
    there = there[there != ""]
    return Profile(name, len(values), len(values) - len(there), there.nunique(), infer(there.unique()), _hint(name))


def _hint(name: str) -> str | None:
    words = _words(name)
    return next((what for pattern, what in HINTS if any(re.fullmatch(pattern, word) for word in words)), None)


def _words(name: str) -> list[str]:
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return [re.sub(r"\d+$", "", word) for word in re.split(r"[^A-Za-z0-9]+", parted.lower()) if word]


def _element(profile: Profile, agency: str, agreement: Agreement) -> str | None:
    """The element of the agreement that a column may be, of those that the agency may send."""
    hint = profile.hint
    if hint == "Address.street" and profile.guess.kind == "date":
        hint = "Address.since"
    if hint is None:
        return None
    provided = [element for element in agreement.elements if element.id in agreement.provided_by(agency)]
    for label, name in (hint.split("."), *([("SourceRecord", "agency_number")] if hint == NUMBERS else [])):
        for element in provided:
            if {f"{label}.{name}", f"{label}.*"} & set(element.maps_to):
                return element.id
    return None


def _kind(profile: Profile) -> str:
    if profile.hint == "Identity.ssn_token":
        return "as: ssn"
    narrow = {"Identity", "Address", "Enrollment", "Employer", "RELATED_TO"}
    if profile.hint and profile.hint.partition(".")[0] in narrow and profile.guess.kind not in ("date", "text", "flag"):
        return "as: text"  # numbers of cases and houses are no quantities
    if profile.hint and profile.hint.endswith("_cents") and profile.guess.kind == "integer":
        return "as: money"  # as: cents, where it is in cents
    return profile.guess.edit


def _record(frame: pd.DataFrame, known: list[Profile]) -> _Record:
    """The fewest columns, always there, that tell all rows apart."""
    ranked = sorted(
        (p for p in known if not p.empty and p.guess.kind not in ("money", "number", "flag")),
        key=lambda p: (p.hint != NUMBERS, -p.distinct),
    )[:CANDIDATES]
    for size in range(1, MOST_PARTS + 1):
        for some in combinations(ranked, size):
            names = [p.name for p in some]
            if not frame.duplicated(names).any():
                return _Record(tuple(names), unique=True)
    every = ranked or [p for p in known if not p.empty] or known
    return _Record(tuple(p.name for p in every[:MOST_PARTS]), unique=False)


def _people(known: list[Profile]) -> Iterator[str]:
    """The person of the row, by the first column for each part; others of a row are left to whoever reads it."""
    person = _first(known, PERSON)
    if not {"last_name", "first_name", "ssn"} & person.keys():
        return
    yield "people:"
    yield "  member:"
    for field, name in person.items():
        yield f"    {field}: {_flow(name)}"
    place = _first(known, PLACE)
    since = next((p.name for p in known if p.guess.kind == "date" and _is_since(p)), None)
    if "street" in place and since:
        yield f"    address: {_flow(place | {'since': since})}"
    elif "street" in place:
        yield f"    # address: {_flow(place)[:-1]}, since: …}}  # no column says since when"


def _first(known: list[Profile], parts: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for profile in known:
        field = parts.get(profile.hint or "")
        dated = profile.guess.kind == "date"
        if field and field not in found and dated == (field == "birth_date"):
            found[field] = profile.name
    return found


def _is_since(profile: Profile) -> bool:
    return profile.hint in ("Address.street", "Address.since")


def _delimiter(path: Path, encoding: str) -> str | None:
    """The delimiter that gives every one of the first lines the same number of fields, and the most."""
    best, most = None, 1
    for delimiter in written.DELIMITERS:
        counts = {len(row) for row in written.first_fields(path, encoding, delimiter, LINES) if row}
        if len(counts) == 1 and max(counts) > most:
            best, most = delimiter, max(counts)
    return best


def _is_header(fields: list[str]) -> bool:
    """Names are told apart from values: all different, none a number or a date, and half of them at least known."""
    if not fields or len(set(fields)) < len(fields) or not all(field.strip() for field in fields):
        return False
    known = sum(_hint(field) is not None for field in fields)
    return all(infer([field]).kind == "text" for field in fields) and known * 2 >= len(fields)


def _widths(path: Path, encoding: str) -> dict[str, list[int]]:
    """Fields by columns of blanks that all lines share; where two fields touch, they are found as one."""
    with pa.input_stream(str(path)) as stream:
        lines = stream.read(written.LINE_BYTES).decode(encoding, "replace").splitlines()[:LINES]
    length = max(map(len, lines), default=0)
    blank = [all(line[at : at + 1] in ("", " ") for line in lines) for at in range(length)]
    if not length:
        raise LoadError(Fault("FILE_UNREADABLE", path.name, "it is empty", "Have the agency send it again."))
    starts = [at for at in range(length) if not blank[at] and (at == 0 or blank[at - 1])]
    return {str(n): [at, end] for n, (at, end) in enumerate(zip(starts, [*starts[1:], length], strict=True), 1)}


def _flow(value: object) -> str:
    return yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False).removesuffix("...\n").strip()
