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
from graph_loader.identity.tokens import Hasher, kept_ssn
from graph_loader.load import batches
from graph_loader.load.feeds import read_feeds
from graph_loader.load.replay import Replay, make_replay, published_ones
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
            wishes = Wishes(replayed=(*again.replayed, *again.overtaken))
            return again, load(again.feeds, self.store, ledger, self.data, day, lambda: NOW, lambda *_: None, wishes)

    def correct(self, run: str, rows: list[dict[str, str | int]]) -> int:
        file = self.data / "corrections.csv"
        pd.DataFrame(rows).to_csv(file, index=False)
        return self.find(run).correct(file, self.hasher)

    def every(self) -> list[held.Held]:
        with Ledger.open(self.data) as ledger:
            return held.held(self.data, published_ones(ledger))

    def find(self, run: str) -> held.Held:
        with Ledger.open(self.data) as ledger:
            (one,) = held.find(self.data, published_ones(ledger), run, [FEED])
        return one

    def account(self, run: str) -> tuple[int, int, int]:
        """Rows set aside, settled, open."""
        one = self.find(run)
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
def case(embedded_store: Store, feeds_folder: Path, tmp_path: Path) -> Case:
    return Case(embedded_store, small(feeds_folder, tmp_path / "feeds", FEED), data_directory(tmp_path / "data"))


def test_corrected_rows_give_the_facts_of_a_file_that_was_right_from_the_start(
    store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    """On every engine."""
    case = Case(store, small(feeds_folder, tmp_path / "feeds", FEED), data_directory(tmp_path / "data"))
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


def test_the_agencys_own_correction_after_a_replay_is_the_same_record(case: Case) -> None:
    case.spoil("DOB", lambda _: "31/31/2020", 2)
    run = case.load().run_id
    case.correct(run, [{"ccg_file": "snap_members.csv", "ccg_row": 2, "DOB": case.cell(2, "DOB")}])
    case.replay(LATER, run)
    case.file.write_text(case.good)
    count = case.load(LAST).plan.counts[0]
    assert (count.loaded, count.unchanged) == (0, count.rows_read)
    with pytest.raises(LoadError, match="REPLAY_NOTHING quarantine: all is settled"):
        case.replay(LAST, run)


def test_rows_that_a_later_full_extract_tells_anew_are_overtaken_by_it(case: Case) -> None:
    case.spoil("DOB", lambda _: "31/31/2020", 2)
    run = case.load().run_id
    case.file.write_text(case.good)
    case.load(LATER)
    assert case.account(run) == (1, 1, 0)
    with pytest.raises(LoadError, match="REPLAY_NOTHING quarantine: all is settled"):
        case.replay(LAST, run)


def test_a_row_whose_record_a_later_delta_told_anew_is_not_loaded_over_it(case: Case) -> None:
    path = case.feeds / f"mappings/{FEED}.yaml"
    path.write_text(path.read_text() + "extract: delta\n")
    case.spoil("DOB", lambda _: "31/31/2020", 2, 5)
    run = case.load().run_id
    lines = case.good.splitlines()
    case.file.write_text("\n".join([lines[0], lines[2]]) + "\n")
    case.load(LATER)
    facts = case.facts()
    case.correct(run, [{"ccg_file": "snap_members.csv", "ccg_row": row, "DOB": "01/01/1950"} for row in (2, 5)])
    again, loaded = case.replay(LAST, run)
    assert [past.rows for past in again.overtaken] == [(("snap_members.csv", 2),)]
    assert (loaded.plan.counts[0].loaded, case.account(run)) == (1, (2, 2, 0))
    assert set(facts) <= set(case.facts())


@pytest.mark.parametrize("point", ["check_whole", "write"])
def test_a_replay_that_is_killed_goes_on_and_what_it_took_up_is_settled_only_once_it_is_published(
    case: Case, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    case.spoil("DOB", lambda _: "31/31/2020", 2, 5)
    run = case.load().run_id
    case.correct(run, [{"ccg_file": "snap_members.csv", "ccg_row": 2, "DOB": case.cell(2, "DOB")}])
    with monkeypatch.context() as patch:
        patch.setattr(batches, point, die)
        with pytest.raises(KeyboardInterrupt):
            case.replay(LATER, run)
    assert case.account(run) == (2, 0, 2)
    again, loaded = case.replay(LATER, run)
    assert not again.overtaken
    assert (loaded.plan.counts[0].loaded, loaded.plan.counts[0].quarantined) == (1, 1)
    assert case.account(run) == (2, 2, 0)
    assert case.account(loaded.run_id) == (1, 0, 1)


def test_a_replay_that_was_abandoned_settled_nothing(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    case.spoil("DOB", lambda _: "31/31/2020", 2, 5)
    run = case.load().run_id
    with monkeypatch.context() as patch:
        patch.setattr(batches, "write", die)
        with pytest.raises(KeyboardInterrupt):
            case.replay(LATER, run)
    case.spoil("DOB", lambda _: "31/31/2020", 2, 5, 7)
    loaded = case.load(LAST)
    assert [(one.run, len(one.places())) for one in case.every()] == [(run, 2), (loaded.run_id, 3)]
    assert case.account(run) == (2, 2, 0)  # the later full extract told of them again, and they were set aside again


def test_new_bad_rows_beside_the_same_good_ones_are_kept(case: Case) -> None:
    case.spoil("DOB", lambda _: "31/31/2020", 2)
    case.load()
    case.file.write_text(case.good)
    case.spoil("DOB", lambda _: "32/31/2020", 2)
    loaded = case.load(LATER)
    assert not loaded.already
    assert case.account(loaded.run_id) == (1, 0, 1)
    assert case.load(LAST).already


def test_a_row_that_is_really_gone_goes_once_nothing_malformed_protects_it(case: Case) -> None:
    lines = case.good.splitlines()
    case.load()
    case.file.write_text("\n".join([*lines[:3], lines[3] + ",more", *lines[4:]]) + "\n")
    case.load(LATER)
    case.file.write_text("\n".join([*lines[:3], *lines[4:]]) + "\n")
    loaded = case.load(LAST)
    assert (loaded.already, len(loaded.plan.feeds[0].gone)) == (False, 1)
    standing = case.store.read("MATCH (s:SourceRecord) WHERE s.recorded_to IS NULL RETURN count(s) AS n")
    assert standing[0]["n"] == len(lines) - 2


def test_a_whole_file_of_corrections_corrects_what_it_fills(case: Case) -> None:
    """As a spreadsheet gives it back: rows of which nothing was read are in it, and are still empty."""
    lines = case.good.splitlines()
    case.file.write_text("\n".join([*lines[:3], lines[3] + ",more", *lines[4:]]) + "\n")
    good = case.good
    case.good = case.file.read_text()
    case.spoil("DOB", lambda _: "31/31/2020", 2)
    case.good = good
    run = case.load().run_id
    shown = held.exported(case.find(run).rows().drop(columns=["ccg_read", "ccg_reason"]))
    shown.loc[shown["ccg_row"] == 2, "DOB"] = case.cell(2, "DOB")
    case.correct(run, shown.to_dict("records"))
    again, loaded = case.replay(LATER, run)
    assert (again.unread, loaded.plan.counts[0].rows_read, loaded.plan.counts[0].loaded) == (1, 1, 1)
    assert case.account(run) == (2, 1, 1)


def test_a_mapping_with_a_new_column_still_takes_up_what_was_set_aside_before(case: Case) -> None:
    case.spoil("DOB", lambda _: "31/31/2020", 2)
    run = case.load().run_id
    path = case.feeds / f"mappings/{FEED}.yaml"
    mapping = yaml.safe_load(path.read_text())
    mapping["columns"]["BORN"] = mapping["columns"].pop("DOB")
    mapping["people"]["member"]["birth_date"] = "BORN"
    path.write_text(yaml.safe_dump(mapping))
    now = read_feeds(case.feeds).feeds[0].mapping
    file = case.data / "corrections.csv"
    file.write_text(f"ccg_file,ccg_row,BORN\nsnap_members.csv,2,{case.cell(2, 'DOB')}\n")
    assert case.find(run).correct(file, case.hasher, now) == 1
    _, loaded = case.replay(LATER, run)
    assert (loaded.plan.counts[0].loaded, case.account(run)) == (1, (1, 1, 0))


def die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_mended_mapping_takes_up_what_it_could_not_read_without_the_files(case: Case) -> None:
    case.spoil("REL", lambda _: "7", 3, 4)
    run = case.load().run_id
    case.file.unlink()
    path = case.feeds / f"mappings/{FEED}.yaml"
    path.write_text(path.read_text().replace('"9": other}', '"9": other, "7": other}'))
    _, loaded = case.replay(LATER, run)
    assert (loaded.plan.counts[0].loaded, case.account(run)) == (2, (2, 2, 0))
    identities = case.store.read("MATCH (i:Identity) WHERE i.ssn_token IS NOT NULL RETURN count(i) AS n")[0]["n"]
    assert identities > 0


def test_a_malformed_row_waits_for_all_of_its_columns(case: Case) -> None:
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


def test_rows_of_a_family_stay_together_when_one_is_bad(case: Case) -> None:
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


def test_a_file_of_corrections_fits_rows_and_columns_or_is_refused_whole(case: Case) -> None:
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


def test_numbers_of_corrections_become_tokens_and_formulas_stay_text(case: Case) -> None:
    case.spoil("DOB", lambda _: "31/31/2020", 2)
    case.spoil("LNAME", lambda _: "=1+1", 2)
    run = case.load().run_id
    one = case.find(run)
    token = one.rows()["SSN"][0]
    shown = held.exported(one.rows().drop(columns="ccg_read"))
    assert shown["LNAME"][0] == "'=1+1"
    case.correct(run, shown.drop(columns="ccg_reason").to_dict("records"))
    assert (one.rows()["LNAME"][0], one.rows()["SSN"][0]) == ("=1+1", token)
    case.correct(run, [{"ccg_file": "snap_members.csv", "ccg_row": 2, "SSN": "601-22-3344"}])
    kept = one.path.with_suffix(".corrections.csv")
    assert "601-22-3344" not in kept.read_text()
    assert kept_ssn(one.rows()["SSN"][0]) == (case.hasher.ssn("601223344"), case.hasher.near_ssn("601223344"))
    assert one.rows()["LNAME"][0] == "=1+1"
    assert {stat.S_IMODE(file.stat().st_mode) for file in one.path.parent.iterdir()} == {0o600}


def test_a_replay_does_not_disturb_the_totals_that_loads_are_held_against(case: Case) -> None:
    path = case.feeds / f"mappings/{FEED}.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(path.read_text()) | {"totals_within": {"SHELTER": 0.1}}))
    case.spoil("DOB", lambda _: "31/31/2020", 2)
    run = case.load().run_id
    case.correct(run, [{"ccg_file": "snap_members.csv", "ccg_row": 2, "DOB": case.cell(2, "DOB")}])
    case.replay(LATER, run)
    case.file.write_text(case.good)
    assert not case.load(LAST).plan.stops
