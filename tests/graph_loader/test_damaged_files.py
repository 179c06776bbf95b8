"""Files of every format that are not what they should be: one clear error, no traceback, no value."""

from __future__ import annotations

import csv
import gzip
import random
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from governance.agreement import Agreement
from graph.store import Store
from graph_loader.admit.contract import open_source
from graph_loader.errors import LoadError
from graph_loader.identity.tokens import Hasher
from graph_loader.load.feeds import read_feeds
from graph_loader.load.rows import Decided, rows
from graph_loader.mapping.document import File, Mapping
from graph_loader.mapping.suggest import suggest
from graph_loader.sources.files import FileSource
from tests.feeds_sample import data_directory, load_folder, small

VALUES = ("Quintero", "Marisol", "123-45-6789")


@pytest.fixture(scope="module")
def agreement(feeds_folder: Path) -> Agreement:
    return read_feeds(feeds_folder).agreement


def mapping(**file: Any) -> Mapping:
    columns = {
        "LAST": {"as": "text", "element": "name", "required": True},
        "FIRST": {"as": "text", "element": "name"},
        "SSN": {"as": "ssn", "element": "ssn"},
    }
    document = {"feed": "x", "agency": "DTA", "file": {"match": "*"} | file, "record": ["LAST"], "columns": columns}
    return Mapping.model_validate(document)


def read(path: Path, found: Mapping, agreement: Agreement) -> int:
    assert found.file
    opened = open_source(FileSource(path, found.file), found, agreement, ("LAST", "FIRST", "SSN"))
    return sum(part.count for part in rows(opened, found, Hasher(b"key"), Decided()))


def refused(path: Path, found: Mapping, agreement: Agreement) -> str:
    with pytest.raises(LoadError) as error:
        read(path, found, agreement)
    assert not any(value in str(error.value) for value in VALUES), str(error.value)
    return str(error.value)


def workbook(path: Path, *lines: tuple[str, ...]) -> None:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    book.save(path)


def test_half_of_a_packed_file(tmp_path: Path, agreement: Agreement) -> None:
    file = tmp_path / "a.csv.gz"
    whole = gzip.compress(b"LAST,FIRST,SSN\n" + b"Quintero,Marisol,123-45-6789\n" * 5000)
    for cut in (0, 10, len(whole) // 2, len(whole) - 4):
        file.write_bytes(whole[:cut])
        assert "FILE_UNREADABLE" in refused(file, mapping(), agreement)


def test_a_file_that_goes_away(tmp_path: Path, agreement: Agreement) -> None:
    assert "FILE_UNREADABLE a.csv" in refused(tmp_path / "a.csv", mapping(), agreement)


def test_a_workbook_without_its_header_shows_no_value(tmp_path: Path, agreement: Agreement) -> None:
    workbook(tmp_path / "a.xlsx", VALUES, VALUES)
    told = refused(tmp_path / "a.xlsx", mapping(format="excel"), agreement)
    assert "COLUMN_MISSING a.xlsx:LAST" in told
    assert "3 others" in told


def test_a_workbook_with_flipped_bytes(tmp_path: Path, agreement: Agreement) -> None:
    workbook(tmp_path / "a.xlsx", ("LAST", "FIRST", "SSN"), *[VALUES] * 50)
    whole, chance = (tmp_path / "a.xlsx").read_bytes(), random.Random(3)
    refusals = 0
    for _ in range(60):
        damaged = bytearray(whole)
        for _ in range(4):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        (tmp_path / "b.xlsx").write_bytes(damaged)
        try:
            read(tmp_path / "b.xlsx", mapping(format="excel"), agreement)
        except LoadError:
            refusals += 1
    assert refusals > 10


def test_parquet_with_what_no_column_of_a_feed_holds(tmp_path: Path, agreement: Agreement) -> None:
    lists = pa.array([[1], [2]], pa.list_(pa.int64()))
    pq.write_table(pa.table({"LAST": ["a", "b"], "FIRST": lists, "SSN": ["", ""]}), tmp_path / "a.parquet")
    assert "FILE_UNREADABLE" in refused(tmp_path / "a.parquet", mapping(format="parquet"), agreement)


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_a_mapped_column_that_stands_twice(tmp_path: Path, agreement: Agreement, form: str) -> None:
    file = tmp_path / f"a.{form}"
    if form == "csv":
        file.write_text("LAST,SSN,SSN,FIRST\nQuintero,123-45-6789,,Marisol\n")
    else:
        arrays = [pa.array(["x"])] * 4
        pq.write_table(pa.Table.from_arrays(arrays, names=["LAST", "SSN", "SSN", "FIRST"]), file)
    assert "COLUMN_TWICE" in refused(file, mapping(format=form), agreement)


def test_a_mark_of_utf_8_under_another_encoding(tmp_path: Path, agreement: Agreement) -> None:
    (tmp_path / "a.csv").write_bytes("\ufeffLAST,FIRST,SSN\nIbáñez,,\n".encode())
    told = refused(tmp_path / "a.csv", mapping(encoding="latin-1"), agreement)
    assert "says encoding 'latin-1', and the file has 'utf-8-sig'" in told
    assert read(tmp_path / "a.csv", mapping(), agreement) == 1


def test_a_field_of_a_megabyte_where_no_header_is_known(tmp_path: Path, agreement: Agreement) -> None:
    (tmp_path / "a.csv").write_text("Quintero" * 200_000 + ",x\n")
    assert "HEADER_MISSING" in refused(tmp_path / "a.csv", mapping(), agreement)


def test_an_encoding_that_is_none_of_text() -> None:
    with pytest.raises(ValueError, match="nobody knows the encoding"):
        mapping(encoding="rot13")


@pytest.mark.parametrize(
    "control",
    ["rows: 2026-13-45", "totals: {SHELTER: 1e400000}", "totals: {SHELTER: 1.005}", "&a [*a]", "rows: 12\n  x"],
)
def test_a_control_file_that_is_none_stops_the_load_and_no_more(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path, control: str
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_members")
    (feeds / "dta/snap_members.csv.control.yaml").write_text(control)
    with pytest.raises(LoadError, match="CONTROL_UNREADABLE"):
        load_folder(embedded_store, feeds, data_directory(tmp_path / "data"))


def test_a_set_aside_file_is_held_against_no_total_and_its_rows_are_counted(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "eec_vouchers")
    path = feeds / "mappings/eec_vouchers.yaml"
    document = yaml.safe_load(path.read_text())
    document |= {"changes": {"missing": "quarantine"}, "totals_within": {"Monthly Fee": 0.1}}
    path.write_text(yaml.safe_dump(document))
    data = data_directory(tmp_path / "data")
    read_before = load_folder(embedded_store, feeds, data).plan.counts[0].rows_read
    book = openpyxl.load_workbook(feeds / "eec/vouchers.xlsx")
    book.active["A1"] = "Number"
    book.save(feeds / "eec/vouchers.xlsx")
    loaded = load_folder(embedded_store, feeds, data, yaml.safe_load("2026-12-01"))
    assert [(count.rows_read, count.quarantined) for count in loaded.plan.counts] == [(read_before, read_before)]


def test_a_feed_of_two_files_with_different_columns_is_what_it_was(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_members")
    path = feeds / "mappings/dta_snap_members.yaml"
    path.write_text(path.read_text().replace("dta/snap_members.csv", "dta/snap_m*.csv") + "changes: {added: refuse}\n")
    rows_ = list(csv.reader((feeds / "dta/snap_members.csv").read_text().splitlines()))
    for name, lines, extra in (("snap_m1.csv", rows_[1:40], "NEW"), ("snap_m2.csv", rows_[40:], "OTHER")):
        with (feeds / "dta" / name).open("w", newline="") as file:
            csv.writer(file).writerows([[*rows_[0], extra], *([*line, ""] for line in lines)])
    (feeds / "dta/snap_members.csv").unlink()
    data = data_directory(tmp_path / "data")
    load_folder(embedded_store, feeds, data)
    assert load_folder(embedded_store, feeds, data, yaml.safe_load("2026-12-01")).already


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"Quintero,Marisol,Open\nSmith,Ana,Closed\n", b"x" * 300_000, gzip.compress(b"a,b\n", mtime=0)[:9]],
    ids=["empty", "blank", "no header", "one field", "gzip cut off"],
)
def test_no_suggestion_of_a_file_that_is_none_tells_a_value(
    tmp_path: Path, agreement: Agreement, content: bytes
) -> None:
    file = tmp_path / ("a.csv.gz" if content[:2] == b"\x1f\x8b" else "a.csv")
    file.write_bytes(content)
    try:
        told = suggest(file, "x", "DTA", agreement, 100, "a.csv")
    except LoadError as error:
        told = str(error)
    assert not any(value in told for value in (*VALUES, "Smith", "Closed"))


def test_no_suggestion_of_a_workbook_without_a_header(tmp_path: Path, agreement: Agreement) -> None:
    workbook(tmp_path / "a.xlsx", VALUES, VALUES)
    with pytest.raises(LoadError, match="HEADER_MISSING") as error:
        suggest(tmp_path / "a.xlsx", "x", "DTA", agreement, 100, "a.xlsx")
    assert not any(value in str(error.value) for value in VALUES)


def test_a_header_in_which_half_the_names_are_known_is_one(tmp_path: Path, agreement: Agreement) -> None:
    (tmp_path / "a.csv").write_text("LAST,FIRST,REMARK,SSN\nQuintero,Marisol,x,123-45-6789\n")
    assert File.model_validate({"match": "x"}).header
    assert "LAST: {as: text, element: name" in suggest(tmp_path / "a.csv", "x", "DTA", agreement, 100, "a.csv")
