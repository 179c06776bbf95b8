"""The sample: the same seed, the same files; every row fits its layout; the truth is no input."""

from __future__ import annotations

import csv
import hashlib
import re
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from governance.examples import text
from graph_loader.load.feeds import read_feeds
from sample.extracts import WAGE_WIDTHS
from sample.write import Written, write_sample

LAST = date(2026, 10, 1)


def write(folder: Path, seed: int = 3, people: int = 150) -> Written:
    return write_sample(folder, people, seed, 36, LAST, lambda *_: None)


def contents(folder: Path) -> dict[str, str]:
    """A hash of what each file says; of a workbook, of its cells."""
    found = {}
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".xlsx":
            rows = list(openpyxl.load_workbook(file).active.iter_rows(values_only=True))
            found[file.name] = hashlib.sha256(repr(rows).encode()).hexdigest()
        elif file.is_file():
            found[str(file.relative_to(folder))] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write(folder)
    return folder


def test_the_same_seed_writes_the_same_and_another_seed_another(made: Path, tmp_path: Path) -> None:
    write(tmp_path / "again")
    write(tmp_path / "other", seed=4)
    assert contents(tmp_path / "again") == contents(made)
    assert contents(tmp_path / "other") != contents(made)


def test_nine_agencies_write_fourteen_files_one_of_fixed_width(made: Path) -> None:
    for name in ("roster", "agreement"):
        (made / f"{name}.yaml").write_text(text(f"massachusetts_{name}.yaml"))
    feeds = read_feeds(made)
    assert len(feeds.agencies) == 9
    assert sum(len(feed.sources) for feed in feeds.feeds) == 14
    assert {len(line) for line in (made / "dua/wages.txt").read_text().splitlines()} == {sum(WAGE_WIDTHS)}


def test_the_truth_is_no_input(made: Path) -> None:
    feeds = read_feeds(made)
    assert not any("truth" in source.path.parts for feed in feeds.feeds for source in feed.sources)


def test_no_file_has_a_number_by_which_another_agency_knows_someone(made: Path) -> None:
    with (made / "truth/persons.csv").open() as stream:
        true_ids = {row["person"] for row in csv.DictReader(stream)}
    with (made / "truth/numbers.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert len({row["number"] for row in rows}) == len(rows)  # nobody has one number at two agencies
    assert len(true_ids & {row["id"] for row in rows}) > len(true_ids) / 2
    for file in made.rglob("*.[cpt]s*v"):
        if "truth" not in file.parts:
            assert not true_ids & set(re.split(r"[,|;\t\n]", file.read_text(encoding="latin-1")))


def test_departures_from_the_rules_are_listed_by_kind(tmp_path: Path) -> None:
    write(tmp_path, people=2_000)
    with (tmp_path / "truth" / "departures.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert {row["kind"] for row in rows} == {"overpayment", "late report", "missed recertification"}
    assert all(row["from"] < row["to"] for row in rows)


def test_who_missed_a_recertification_is_back_the_month_after(tmp_path: Path) -> None:
    write(tmp_path, people=2_000)
    with (tmp_path / "truth" / "departures.csv").open() as stream:
        missed = [row for row in csv.DictReader(stream) if row["kind"] == "missed recertification"]
    with (tmp_path / "truth" / "numbers.csv").open() as stream:
        cases = {row["id"]: f"S{row['number']}" for row in csv.DictReader(stream) if row["agency"] == "DTA"}
    with (tmp_path / "dta/snap_certification.csv").open() as stream:
        begins = {(row["CASE_NO"], row["SPELL_BEG"]): row["CERT_BEG"] for row in csv.DictReader(stream)}
    of_snap = [row for row in missed if row["program"] == "SNAP"]
    assert of_snap
    for row in of_snap:  # SNAP looks at a household anew from the day on which it is back
        back = date.fromisoformat(row["to"]).strftime("%m/%d/%Y")
        assert (cases[row["household"]], back) in begins


def test_a_newborn_comes_in_its_month_of_birth(tmp_path: Path) -> None:
    write(tmp_path, people=2_000)
    with (tmp_path / "dta/snap_members.csv").open(encoding="utf-8", errors="replace") as stream:
        rows = [row for row in csv.DictReader(stream) if row["IN_FROM"] != row["SPELL_BEG"]]
    assert any(row["DOB"] == row["IN_FROM"] for row in rows)


def test_wages_are_reported_when_their_quarter_is_over(made: Path) -> None:
    quarters = {line[66:72] for line in (made / "dua/wages.txt").read_text().splitlines()}
    assert max(quarters) == "2026Q3"  # the sample ends with October


def test_nobody_is_counted_past_the_time_limit(tmp_path: Path) -> None:
    write(tmp_path, people=1_000)
    with (tmp_path / "dta/tafdc_members.psv").open() as stream:
        used = [int(row["CLOCK_USED"]) for row in csv.DictReader(stream, delimiter="|") if row["CLOCK_USED"]]
    assert max(used) == 24
    assert min(used) < 24


def test_names_have_diacritics_and_apostrophes_and_some_numbers_are_missing(tmp_path: Path) -> None:
    write(tmp_path, people=2_000)
    lines = (tmp_path / "dta/snap_members.csv").read_text(encoding="utf-8", errors="replace")
    with (tmp_path / "dta/snap_members.csv").open(encoding="utf-8", errors="replace") as stream:
        numbers = [row["SSN"] for row in csv.DictReader(stream)]
    assert any(letter in lines for letter in "áéíóúñüç")
    assert "'" in lines
    assert any(not number for number in numbers)
    assert sum(bool(number) for number in numbers) > len(numbers) / 2
