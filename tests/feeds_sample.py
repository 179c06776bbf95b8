"""A small sample with a fixed token key, written once a session, and loading it."""

from __future__ import annotations

import csv
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from ccg.feeds import derive as derive_all
from governance.examples import text
from graph.store import Store
from graph_loader.load.feeds import read_feeds
from graph_loader.load.run import Loaded, Wishes, load
from ledger.database import Ledger
from sample.write import write_sample

PEOPLE, SEED, MONTHS, LAST = 80, 11, 36, date(2026, 10, 1)
RECEIVED = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MONTH = date(2026, 10, 1)


@pytest.fixture(scope="session")
def feeds_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine agencies' files of about 80 people."""
    folder = tmp_path_factory.mktemp("feeds")
    write_sample(folder, PEOPLE, SEED, MONTHS, LAST, lambda *_: None)
    for name in ("roster", "agreement"):
        (folder / f"{name}.yaml").write_text(text(f"massachusetts_{name}.yaml"))
    return folder


def data_directory(folder: Path) -> Path:
    """A data directory whose token key is the same in every test, so that digests can be compared."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "token.key").write_bytes(b"a key for tests, thirty-two byte")
    (folder / "token.key").chmod(0o600)
    return folder


def load_folder(
    store: Store, folder: Path, data: Path, received: date = RECEIVED, *, derive: bool = False, **wishes: Any
) -> Loaded:
    with Ledger.open(data) as ledger:
        return load(
            read_feeds(folder), store, ledger, data, received, lambda: NOW, lambda *_: None, Wishes(**wishes),
            derive_all if derive else None,
        )  # fmt: skip


def copy_of(folder: Path, target: Path) -> Path:
    shutil.copytree(folder, target)
    return target


def small(folder: Path, target: Path, *feeds: str) -> Path:
    """A copy with only these mappings: a smaller load."""
    copy = copy_of(folder, target)
    for path in (copy / "mappings").glob("*.yaml"):
        if path.stem not in feeds:
            path.unlink()
    return copy


def with_cell(text: str, column: str, value: str) -> str:
    """The text of a file of commas with another value in a column of its first row."""
    lines = text.splitlines()
    fields = lines[1].split(",")
    fields[lines[0].split(",").index(column)] = value
    return "\n".join([lines[0], ",".join(fields), *lines[2:]]) + "\n"


def without(file: Path, line: int) -> None:
    """Take one of its rows out of a file, wherever it stands."""
    head, *rows = file.read_text().splitlines()
    gone = rows[line]
    file.write_text("\n".join([head, *(row for row in rows if row != gone)]) + "\n")


ANA = {
    "CASE_NO": "S1", "SPELL_BEG": "01/01/2026", "CLIENT_ID": "1", "LNAME": "Diaz", "FNAME": "Ana", "REL": "1",
    "ADDR": "12 Elm St", "CITY": "Springfield", "ZIP": "01103", "ADDR_SINCE": "01/01/2026",
}  # fmt: skip


def write_members(file: Path, *rows: dict[str, str]) -> None:
    """SNAP members with nothing in their other columns."""
    head = file.read_text().splitlines()[0].split(",")
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, head)
        writer.writeheader()
        writer.writerows(rows)


def people_of(store: Store, day: date) -> dict[str, set[str]]:
    """Whose case records are whose, as known on a day: person to record numbers."""
    rows = store.read(
        "MATCH (p:Person)-[d:DERIVED_FROM]->(s:SourceRecord) WHERE d.recorded_from <= $day AND (d.recorded_to IS NULL "
        "OR d.recorded_to > $day) RETURN p.id AS person, s.agency_number AS record",
        {"day": day},
    )
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["person"], set()).add(row["record"].split("/")[0])
    return found
