"""Files as they come: every value as the text that the file has, whatever stands beside it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph_loader.errors import LoadError
from graph_loader.mapping.document import File
from graph_loader.sources.files import FileSource


def values(path: Path, file: File, columns: list[str]) -> list[list[str | None]]:
    frames = [chunk.frame for chunk in FileSource(path, file).chunks(columns)]
    return [[None if value != value or value is None else value for value in row] for f in frames for row in f.values]


def test_a_whole_number_in_parquet_stays_one_beside_a_missing_one(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    pq.write_table(pa.table({"ssn": pa.array([123456789, None], pa.int64()), "name": ["Ana", ""]}), file)
    assert values(file, File(match="*", format="parquet"), ["ssn", "name"])[0] == ["123456789", "Ana"]
    assert values(file, File(match="*", format="parquet"), ["ssn"])[1] == [None]


def test_a_file_without_a_header_has_its_columns_by_place(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("007,Ana,\n008,Ben,x\n")
    plain = File(match="*", format="csv", header=False)
    assert FileSource(file, plain).columns() == ["1", "2", "3"]
    assert values(file, plain, ["1", "3"]) == [["007", None], ["008", "x"]]


def test_a_file_of_another_kind_is_refused_without_its_values(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"name\n\xff\xfesecret\n")
    with pytest.raises(LoadError, match="FILE_UNREADABLE") as refused:
        values(file, File(match="*", format="csv"), ["name"])
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("place", ["first", "middle", "last", "unread"])
def test_a_quotation_mark_that_is_not_closed_swallows_no_rows(tmp_path: Path, place: str) -> None:
    """Also in a column that nobody reads: the rows after it would be part of one field."""
    rows = [["1", "x", "y", "note"] for _ in range(40)]
    rows[19][["first", "middle", "last", "unread"].index(place)] = '"secret'
    file = tmp_path / "a.csv"
    file.write_text("a,b,c,d\n" + "".join(",".join(row) + "\n" for row in rows))
    with pytest.raises(LoadError, match="quotation mark") as refused:
        values(file, File(match="*"), ["a", "b", "c"])
    assert "secret" not in str(refused.value)


def test_an_open_mark_is_found_also_where_a_mark_within_a_value_makes_their_number_even(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('a,b\n1,6" x\n2,"open\n3,c\n4,d\n')
    with pytest.raises(LoadError, match="quotation mark"):
        values(file, File(match="*"), ["a", "b"])


def test_a_mark_within_a_value_and_a_field_over_lines_are_values(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text('a,b\n5" pipe,x\n"two\nlines",y\n')
    assert values(file, File(match="*"), ["a", "b"]) == [['5" pipe', "x"], ["two\nlines", "y"]]


def test_malformed_rows_are_named_and_the_others_keep_their_numbers(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("a,b\n" + "".join("1,2,3\n" if n % 1000 == 7 else f"{n},x\n" for n in range(1, 5001)))
    chunks = list(FileSource(file, File(match="*")).chunks(["a"]))
    found = {int(n): value for chunk in chunks for n, value in zip(chunk.numbers, chunk.frame["a"], strict=True)}
    assert all(str(number) == value for number, value in found.items())
    assert sorted(number for chunk in chunks for number in chunk.malformed) == [7, 1007, 2007, 3007, 4007]
    assert len(found) == 4995


@pytest.mark.parametrize("kind", ["parquet", "excel", "csv"])
def test_what_is_not_of_its_format_is_a_clear_error(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"" if kind == "csv" else b"PK\x03\x04 secret words, no file of this kind" * 10)
    with pytest.raises(LoadError, match="FILE_UNREADABLE") as refused:
        values(file, File(match="*", format=kind), ["a"])
    assert "secret" not in str(refused.value)
