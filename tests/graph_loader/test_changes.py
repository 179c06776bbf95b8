"""A file that is not as it was: read as it is, refused with old against new, or set aside, as the mapping says."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph.store import Store
from graph_loader.errors import LoadError
from graph_loader.load.run import Loaded
from tests.feeds_sample import data_directory, load_folder, small, with_cell

LATER = date(2026, 12, 1)
FEED, FILE = "dta_snap_issuance", "dta/snap_issuance.csv"


class Case:
    """One feed that was loaded once as it should be."""

    def __init__(self, store: Store, feeds: Path, data: Path) -> None:
        self.store, self.feeds, self.data = store, feeds, data
        self.file = feeds / FILE
        load_folder(store, feeds, data)
        self.before = store.digest()
        self.rows = len(self.file.read_text().splitlines()) - 1

    def says(self, **changes: str) -> None:
        """Set the mapping's contract."""
        self.edit(lambda mapping: mapping | {"changes": changes})

    def edit(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        path = self.feeds / f"mappings/{FEED}.yaml"
        path.write_text(yaml.safe_dump(change(yaml.safe_load(path.read_text())), sort_keys=False))

    def load(self) -> Loaded:
        return load_folder(self.store, self.feeds, self.data, LATER)

    def refused(self) -> str:
        with pytest.raises(LoadError) as refused:
            self.load()
        assert self.store.digest() == self.before
        text = str(refused.value)
        for value in re.findall(r"[A-Z]\d{6,}|\$[\d,]+", self.file.read_bytes().decode("latin-1")):
            assert value not in text
        return text


@pytest.fixture
def case(embedded_store: Store, feeds_folder: Path, tmp_path: Path) -> Case:
    return Case(embedded_store, small(feeds_folder, tmp_path / "feeds", FEED), data_directory(tmp_path / "data"))


def header(case: Case, change: Callable[[str], str]) -> None:
    head, *rows = case.file.read_text().splitlines()
    case.file.write_text("\n".join([change(head), *rows]) + "\n")


def stands(store: Store) -> int:
    return int(store.read("MATCH (s:SourceRecord) WHERE s.recorded_to IS NULL RETURN count(s) AS n")[0]["n"])


def test_an_added_column_is_left_out_refused_or_sets_the_file_aside(case: Case) -> None:
    lines = case.file.read_text().splitlines()
    case.file.write_text("\n".join([f"{lines[0]},WORKER", *(f"{line},Kim" for line in lines[1:])]) + "\n")
    case.says(added="refuse")
    told = case.refused()
    assert "COLUMN_ADDED snap_issuance.csv: it has WORKER, which it did not have before: it had CASE_NO," in told
    assert "changes: {added: evolve}" in told
    case.says(added="quarantine")
    loaded = case.load()
    assert [(count.quarantined, count.rows_read) for count in loaded.plan.counts] == [(case.rows, case.rows)]
    assert not loaded.plan.feeds[0].gone
    assert stands(case.store) == case.rows
    case.says(added="evolve")
    evolved = load_folder(case.store, case.feeds, case.data, date(2026, 12, 2))
    assert [(count.unchanged, count.columns_dropped) for count in evolved.plan.counts] == [(case.rows, 1)]


def test_a_renamed_column_is_refused_with_its_likely_new_name(case: Case) -> None:
    header(case, lambda head: head.replace("PAY_FROM", "PAYFROM"))
    told = case.refused()
    assert "COLUMN_MISSING snap_issuance.csv:PAY_FROM" in told
    assert "it had CASE_NO, SPELL_BEG, SPELL_END, END_RSN, PAY_FROM, PAY_TO, BENEFIT, and now it has" in told
    assert "If it is PAYFROM now, write PAYFROM for PAY_FROM in the mapping" in told


def test_a_column_of_quite_another_name_is_found_by_its_place(case: Case) -> None:
    header(case, lambda head: head.replace("END_RSN", "WHY"))
    assert "If it is WHY now, write WHY for END_RSN" in case.refused()


def test_a_missing_column_is_left_empty_only_where_it_is_not_required(case: Case) -> None:
    case.says(missing="evolve")
    header(case, lambda head: head.replace("END_RSN", "WHY"))
    loaded = case.load()
    assert not loaded.plan.faults
    ended = case.store.read(
        "MATCH (e:Enrollment) WHERE e.recorded_to IS NULL AND e.end_reason IS NOT NULL RETURN count(e) AS n"
    )
    assert ended[0]["n"] == 0
    header(case, lambda head: head.replace("CASE_NO", "ID"))
    with pytest.raises(LoadError, match="as it is required, it cannot be left empty"):
        load_folder(case.store, case.feeds, case.data, date(2026, 12, 2))


def test_a_file_that_is_set_aside_takes_nothing_back_and_comes_in_once_the_mapping_follows(case: Case) -> None:
    case.says(missing="quarantine")
    header(case, lambda head: head.replace("PAY_FROM", "PAYFROM"))
    loaded = case.load()
    assert [(count.rows_read, count.quarantined) for count in loaded.plan.counts] == [(case.rows, case.rows)]
    assert loaded.plan.counts[0].explained
    assert stands(case.store) == case.rows
    case.edit(lambda mapping: yaml.safe_load(yaml.safe_dump(mapping).replace("PAY_FROM", "PAYFROM")))
    again = load_folder(case.store, case.feeds, case.data, date(2026, 12, 2))
    assert not again.plan.faults
    assert [count.quarantined for count in again.plan.counts] == [0]
    assert stands(case.store) == case.rows


def test_reordered_columns_are_the_same_file(case: Case) -> None:
    rows = [line.split(",") for line in case.file.read_text().splitlines()]
    case.file.write_text("".join(",".join(reversed(row)) + "\n" for row in rows))
    assert [count.unchanged for count in case.load().plan.counts] == [case.rows]
    assert case.store.digest() == case.before


def test_a_retyped_column_is_refused_with_what_it_seems_to_be_now(case: Case) -> None:
    text = case.file.read_text()
    case.file.write_text(re.sub(r"(\d\d)/(\d\d)/(\d{4})", r"\3-\1-\2", text))
    told = case.refused()
    assert (
        f"{case.rows} of {case.rows} values cannot be read as date in %m/%d/%Y; those look like dates like %Y" in told
    )
    assert 'columns: {PAY_FROM: {as: date, formats: ["%Y-%m-%d"], element:' in told
    case.says(retyped="quarantine")
    assert [count.quarantined for count in case.load().plan.counts] == [case.rows]
    assert stands(case.store) == case.rows


def test_a_retyped_column_may_be_left_empty(case: Case) -> None:
    lines = [line.split(",") for line in case.file.read_text().splitlines()]
    for line in lines[1:]:
        line[2] = "never" if line[2] else ""
    lines += [[*line[:5], line[5], line[6]] for line in lines[1:] if line[2]] * 20
    case.file.write_text("".join(",".join(line) + "\n" for line in lines))
    case.says(retyped="evolve")
    loaded = case.load()
    assert loaded.plan.feeds[0].decided.emptied == {"SPELL_END"}
    assert [count.quarantined for count in loaded.plan.counts] == [0]
    assert "so left empty" in str(loaded.plan.faults[0])


def test_new_codes_are_set_aside_refused_or_left_empty(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_members")
    file, mapping = feeds / "dta/snap_members.csv", feeds / "mappings/dta_snap_members.yaml"
    file.write_text(with_cell(file.read_text(), "REL", "77"))
    text = mapping.read_text()
    data = data_directory(tmp_path / "data")
    mapping.write_text(text + "changes: {codes: refuse}\n")
    with pytest.raises(LoadError, match=r"CODE_NEW snap_members\.csv:1:REL: a code that the mapping does not list"):
        load_folder(embedded_store, feeds, data)
    mapping.write_text(text + "changes: {codes: evolve}\n")
    assert [count.quarantined for count in load_folder(embedded_store, feeds, data).plan.counts] == [0]
    mapping.write_text(text)
    loaded = load_folder(embedded_store, feeds, data, LATER)
    assert [count.quarantined for count in loaded.plan.counts] == [1]
    assert "77" not in str(loaded.plan.faults[0])


@pytest.mark.parametrize("packed", [False, True])
def test_another_delimiter_is_told_and_may_be_followed(case: Case, packed: bool) -> None:
    text = case.file.read_text().replace(",", ";")
    if packed:
        case.edit(lambda mapping: mapping | {"file": {"match": f"{FILE}.gz"}})
        case.file.with_name("snap_issuance.csv.gz").write_bytes(gzip.compress(text.encode()))
    else:
        case.file.write_text(text)
    told = case.refused()
    assert "the mapping says delimiter ',', and the file has ';'" in told
    assert "Accept it with `file: {delimiter: ';'}`" in told
    case.says(written="evolve")
    assert [count.unchanged for count in case.load().plan.counts] == [case.rows]
    assert stands(case.store) == case.rows


def test_another_encoding_is_told_and_may_be_followed(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_members")
    file, mapping = feeds / "dta/snap_members.csv", feeds / "mappings/dta_snap_members.yaml"
    whole = with_cell(file.read_text(), "LNAME", "Ibáñez-Ågren")
    file.write_bytes(whole.encode("cp1252"))
    data = data_directory(tmp_path / "data")
    with pytest.raises(LoadError, match="says encoding 'utf-8', and the file has 'cp1252'"):
        load_folder(embedded_store, feeds, data)
    text = mapping.read_text()
    mapping.write_text(text + "changes: {written: evolve}\n")
    load_folder(embedded_store, feeds, data)
    found = embedded_store.read("MATCH (i:Identity {last_name: 'Ibáñez-Ågren'}) RETURN count(i) AS n")
    assert found[0]["n"] == 1
    file.write_bytes(whole.encode())
    mapping.write_text(text.replace("file: {", "file: {encoding: latin-1, "))
    with pytest.raises(LoadError, match="says encoding 'latin-1', and the file has 'utf-8'"):
        load_folder(embedded_store, feeds, data, LATER)
    file.write_bytes(whole.encode("utf-16"))
    mapping.write_text(text + "changes: {written: evolve}\n")
    assert [count.quarantined for count in load_folder(embedded_store, feeds, data, LATER).plan.counts] == [0]


def test_a_missing_header_is_told_without_what_stands_in_its_place(case: Case) -> None:
    lines = case.file.read_text().splitlines()
    case.file.write_text("\n".join(lines[1:]) + "\n")
    case.says(written="evolve")
    told = case.refused()
    assert "HEADER_MISSING snap_issuance.csv: none of CASE_NO," in told
    assert "file: {header: false}" in told
    case.says(written="quarantine")
    assert [count.quarantined for count in case.load().plan.counts] == [case.rows]
    assert stands(case.store) == case.rows
