"""Rows that were set aside: listed, shown to whom the agreement lets, corrected, and loaded again; nothing is lost."""

from __future__ import annotations

import csv
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import yaml

from graph.store import Store
from graph_loader.errors import LoadError
from graph_loader.identity.tokens import Hasher
from graph_loader.load.feeds import read_feeds
from graph_loader.load.replay import Replay, make_replay
from graph_loader.load.run import Loaded, Wishes, load
from graph_loader.quality import held
from ledger import replays
from ledger.database import Ledger
from tests.conftest import empty
from tests.feeds_sample import NOW, data_directory, load_folder, small

LATER, LAST = date(2026, 12, 1), date(2027, 1, 4)
FEED, FILE = "dta_snap_members", "dta/snap_members.csv"
STANDING = (
    "MATCH (n) WHERE (n:Enrollment OR n:BenefitUnit OR n:Expense OR n:Income OR n:Circumstance) "
    "AND n.recorded_to IS NULL RETURN n.id AS id",
    "MATCH (n:Identity) WHERE n.recorded_to IS NULL RETURN DISTINCT coalesce(n.first_name, '') + n.last_name + "
    "toString(n.birth_date) + n.ssn_token AS id",
)
"""Facts that stand; people go by what identifies them, as their ids follow the record that was there first."""


class Case:
    def __init__(self, store: Store, feeds: Path, data: Path) -> None:
        self.store, self.feeds, self.data = store, feeds, data
        self.hasher = Hasher.of(data)
        self.file = feeds / FILE
        self.good = self.file.read_text()

    def spoil(self, column: str, value: Callable[[str], str], *rows: int) -> None:
        """Put something else into a column of some rows."""
        lines = list(csv.reader(self.file.read_text().splitlines()))
        place = lines[0].index(column)
        for row in rows:
            lines[row][place] = value(lines[row][place])
        with self.file.open("w", newline="") as file:
            csv.writer(file).writerows(lines)

    def cell(self, row: int, column: str) -> str:
        lines = list(csv.reader(self.good.splitlines()))
        return lines[row][lines[0].index(column)]

    def load(self, day: date = date(2026, 11, 2)) -> Loaded:
        return load_folder(self.store, self.feeds, self.data, day)

    def replay(self, day: date, *runs: str) -> tuple[Replay, Loaded]:
        found = read_feeds(self.feeds)
        with Ledger.open(self.data) as ledger:
            again = make_replay(found, self.data, self.store, ledger, self.hasher, runs, ())
            for past in again.overtaken:
                replays.note(ledger, past.of_run, [past])
            wishes = Wishes(replayed=again.replayed)
            return again, load(again.feeds, self.store, ledger, self.data, day, lambda: NOW, lambda *_: None, wishes)

    def correct(self, run: str, rows: list[dict[str, str | int]]) -> int:
        file = self.data / "corrections.csv"
        pd.DataFrame(rows).to_csv(file, index=False)
        (one,) = held.find(self.data, run, [FEED])
        return one.correct(file, self.hasher)

    def account(self, run: str) -> tuple[int, int, int]:
        """Rows set aside, settled, open."""
        (one,) = held.find(self.data, run, [FEED])
        with Ledger.open(self.data) as ledger:
            settled = len(replays.settled(ledger, run, FEED))
        return len(one.rows()), settled, len(one.rows()) - settled

    def facts(self) -> list[str]:
        return sorted(str(row["id"]) for query in STANDING for row in self.store.read(query))

    def facts_of(self, text: str) -> list[str]:
        """What the file would have given by itself."""
        self.file.write_text(text)
        empty(self.store)
        load_folder(self.store, self.feeds, data_directory(self.data.with_name("other")))
        return self.facts()


@pytest.fixture
def case(store: Store, feeds_folder: Path, tmp_path: Path) -> Case:
    return Case(store, small(feeds_folder, tmp_path / "feeds", FEED), data_directory(tmp_path / "data"))


def test_corrected_rows_give_the_facts_of_a_file_that_was_right_from_the_start(case: Case) -> None:
    case.spoil("DOB", lambda _: "31/31/2020", 2, 5)
    case.spoil("SPELL_BEG", lambda _: "someday", 9)
    run = case.load().run_id
    assert case.account(run) == (3, 0, 3)
    corrections: list[dict[str, str | int]] = [
        {"ccg_file": "snap_members.csv", "ccg_row": 2, "DOB": case.cell(2, "DOB")},
        {"ccg_file": "snap_members.csv", "ccg_row": 5, "DOB": case.cell(5, "DOB")},
    ]
    assert case.correct(run, corrections) == 2
    again, loaded = case.replay(LATER, run)
    assert not again.unread
    count = loaded.plan.counts[0]
    assert (count.rows_read, count.loaded, count.quarantined, count.explained) == (3, 2, 1, True)
    assert case.account(run) == (3, 3, 0)
    assert case.account(loaded.run_id) == (1, 0, 1)
    case.correct(
        loaded.run_id, [{"ccg_file": "snap_members.csv", "ccg_row": 9, "SPELL_BEG": case.cell(9, "SPELL_BEG")}]
    )
    _, last = case.replay(LAST, loaded.run_id)
    assert case.account(loaded.run_id) == (1, 1, 0)
    assert not last.plan.faults
    rows = case.store.read(
        "MATCH (s:SourceRecord) WHERE s.recorded_from > date('2026-11-02') RETURN s.file AS file, s.row AS row, "
        "size(s.file_digest) AS digest ORDER BY row"
    )
    assert [(row["file"], row["row"], row["digest"]) for row in rows] == [
        ("snap_members.csv", row, 16) for row in (2, 5, 9)
    ]
    whole = case.facts()
    assert whole == case.facts_of(case.good)


def test_the_agencys_own_correction_after_a_replay_is_the_same_record(embedded_store: Store, feeds_folder: Path,
    tmp_path: Path) -> None:  # fmt: skip
    case = Case(embedded_store, small(feeds_folder, tmp_path / "feeds", FEED), data_directory(tmp_path / "data"))
    case.spoil("DOB", lambda _: "31/31/2020", 2)
    run = case.load().run_id
    case.correct(run, [{"ccg_file": "snap_members.csv", "ccg_row": 2, "DOB": case.cell(2, "DOB")}])
    case.replay(LATER, run)
    case.file.write_text(case.good)
    count = case.load(LAST).plan.counts[0]
    assert (count.loaded, count.unchanged) == (0, count.rows_read)
    with pytest.raises(LoadError, match="REPLAY_NOTHING quarantine: all is settled"):
        case.replay(LAST, run)


def test_a_row_whose_record_was_told_anew_since_is_overtaken(embedded_store: Store, feeds_folder: Path,
    tmp_path: Path) -> None:  # fmt: skip
    case = Case(embedded_store, small(feeds_folder, tmp_path / "feeds", FEED), data_directory(tmp_path / "data"))
    case.spoil("DOB", lambda _: "31/31/2020", 2)
    run = case.load().run_id
    case.file.write_text(case.good)
    case.load(LATER)
    facts = case.facts()
    case.correct(run, [{"ccg_file": "snap_members.csv", "ccg_row": 2, "DOB": "01/01/1950"}])
    again, loaded = case.replay(LAST, run)
    assert [len(past.rows) for past in again.overtaken] == [1]
    assert (again.replayed, loaded.already) == ((), True)
    assert case.account(run) == (1, 1, 0)
    assert case.facts() == facts


def test_a_mended_mapping_takes_up_what_it_could_not_read_without_the_files(embedded_store: Store, feeds_folder: Path,
    tmp_path: Path) -> None:  # fmt: skip
    case = Case(embedded_store, small(feeds_folder, tmp_path / "feeds", FEED), data_directory(tmp_path / "data"))
    case.spoil("REL", lambda _: "7", 3, 4)
    run = case.load().run_id
    case.file.unlink()
    path = case.feeds / f"mappings/{FEED}.yaml"
    path.write_text(path.read_text().replace('"9": other}', '"9": other, "7": other}'))
    _, loaded = case.replay(LATER, run)
    assert (loaded.plan.counts[0].loaded, case.account(run)) == (2, (2, 2, 0))
    identities = embedded_store.read("MATCH (i:Identity) WHERE i.ssn_token IS NOT NULL RETURN count(i) AS n")[0]["n"]
    assert identities > 0


def test_a_malformed_row_waits_for_all_of_its_columns(embedded_store: Store, feeds_folder: Path,
    tmp_path: Path) -> None:  # fmt: skip
    case = Case(embedded_store, small(feeds_folder, tmp_path / "feeds", FEED), data_directory(tmp_path / "data"))
    lines = case.good.splitlines()
    case.file.write_text("\n".join([*lines[:3], lines[3] + ",more", *lines[4:]]) + "\n")
    run = case.load().run_id
    with pytest.raises(LoadError, match="1 rows wait for a correction, as nothing of them was read"):
        case.replay(LATER, run)
    heads, row = (next(csv.reader([line])) for line in (lines[0], lines[3]))
    mapped = read_feeds(case.feeds).feeds[0].mapping.columns
    cells = {head: cell for head, cell in zip(heads, row, strict=True) if head in mapped}
    case.correct(run, [{"ccg_file": "snap_members.csv", "ccg_row": 3, **cells}])
    case.replay(LATER, run)
    assert case.facts() == case.facts_of(case.good)


def test_rows_of_a_family_stay_together_when_one_is_bad(embedded_store: Store, feeds_folder: Path,
    tmp_path: Path) -> None:  # fmt: skip
    case = Case(embedded_store, small(feeds_folder, tmp_path / "feeds", FEED), data_directory(tmp_path / "data"))
    path = case.feeds / f"mappings/{FEED}.yaml"
    path.write_text(path.read_text() + "together: [CASE_NO]\n")
    cases = [line.split(",")[0] for line in case.good.splitlines()[1:]]
    largest = max(set(cases), key=cases.count)
    family = [number for number, name in enumerate(cases, 1) if name == largest]
    assert len(family) > 2
    case.load()
    facts = case.facts()
    case.spoil("DOB", lambda _: "31/31/2020", family[-1])
    case.spoil("FNAME", lambda name: f"{name}x", *family[:-1])
    loaded = case.load(LATER)
    count = loaded.plan.counts[0]
    assert (count.quarantined, count.loaded, count.explained) == (len(family), 0, True)
    assert [fault.code for fault in loaded.plan.faults] == ["VALUE", "ROW_KEPT_TOGETHER"]
    assert case.facts() == facts  # nothing of them was taken back either
    mended = case.cell(family[-1], "DOB")
    case.correct(loaded.run_id, [{"ccg_file": "snap_members.csv", "ccg_row": family[-1], "DOB": mended}])
    _, again = case.replay(LAST, loaded.run_id)
    count = again.plan.counts[0]
    assert (count.loaded, count.unchanged) == (len(family) - 1, 1)
    case.spoil("DOB", lambda _: mended, family[-1])
    assert case.facts() == case.facts_of(case.file.read_text())


def test_a_file_of_corrections_fits_rows_and_columns_or_is_refused_whole(embedded_store: Store, feeds_folder: Path,
    tmp_path: Path) -> None:  # fmt: skip
    case = Case(embedded_store, small(feeds_folder, tmp_path / "feeds", FEED), data_directory(tmp_path / "data"))
    case.spoil("DOB", lambda _: "31/31/2020", 2)
    run = case.load().run_id
    for row, code in (
        ({"ccg_file": "snap_members.csv", "ccg_row": 3, "DOB": "secret"}, "CORRECTION_OF_NOTHING"),
        ({"ccg_file": "snap_members.csv", "ccg_row": 2, "BORN": "secret"}, "CORRECTION_COLUMNS"),
        ({"DOB": "secret"}, "CORRECTION_COLUMNS"),
        ({"ccg_file": "snap_members.csv", "ccg_row": "secret", "DOB": "secret"}, "CORRECTION_UNREADABLE"),
    ):
        with pytest.raises(LoadError, match=code) as refused:
            case.correct(run, [row])
        assert "secret" not in str(refused.value)
    with pytest.raises(LoadError, match="CORRECTION_TWICE"):
        case.correct(run, [{"ccg_file": "snap_members.csv", "ccg_row": 2, "DOB": "x"}] * 2)
    assert case.account(run) == (1, 0, 1)


def test_numbers_of_corrections_become_tokens_and_formulas_stay_text(embedded_store: Store, feeds_folder: Path,
    tmp_path: Path) -> None:  # fmt: skip
    case = Case(embedded_store, small(feeds_folder, tmp_path / "feeds", FEED), data_directory(tmp_path / "data"))
    case.spoil("DOB", lambda _: "31/31/2020", 2)
    case.spoil("LNAME", lambda _: "=1+1", 2)
    run = case.load().run_id
    (one,) = held.find(case.data, run, [FEED])
    token = one.rows()["SSN"][0]
    shown = held.exported(one.rows().drop(columns="ccg_read"))
    assert shown["LNAME"][0] == "'=1+1"
    case.correct(run, shown.drop(columns="ccg_reason").to_dict("records"))
    assert (one.rows()["LNAME"][0], one.rows()["SSN"][0]) == ("=1+1", token)
    case.correct(run, [{"ccg_file": "snap_members.csv", "ccg_row": 2, "SSN": "123-45-6789"}])
    kept = one.path.with_suffix(".corrections.csv")
    assert "123-45-6789" not in kept.read_text()
    assert one.rows()["SSN"][0] == case.hasher.ssn("123456789")
    assert one.rows()["LNAME"][0] == "=1+1"
    assert {stat.S_IMODE(file.stat().st_mode) for file in one.path.parent.iterdir()} == {0o600}


def test_a_replay_does_not_disturb_the_totals_that_loads_are_held_against(embedded_store: Store, feeds_folder: Path,
    tmp_path: Path) -> None:  # fmt: skip
    case = Case(embedded_store, small(feeds_folder, tmp_path / "feeds", FEED), data_directory(tmp_path / "data"))
    path = case.feeds / f"mappings/{FEED}.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | {"totals_within": {"SHELTER": 0.1}}))
    case.spoil("DOB", lambda _: "31/31/2020", 2)
    run = case.load().run_id
    case.correct(run, [{"ccg_file": "snap_members.csv", "ccg_row": 2, "DOB": case.cell(2, "DOB")}])
    case.replay(LATER, run)
    case.file.write_text(case.good)
    assert not case.load(LAST).plan.stops
