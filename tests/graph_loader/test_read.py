"""Files as they come: every value as the text that the file has, whatever stands beside it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph_loader.errors import LoadError
from graph_loader.mapping.document import File
from graph_loader.sources import read


def values(path: Path, file: File, columns: list[str]) -> list[list[str | None]]:
    frames = [chunk.frame for chunk in read.chunks(path, file, columns)]
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
    assert read.columns_of(file, plain) == ["1", "2", "3"]
    assert values(file, plain, ["1", "3"]) == [["007", None], ["008", "x"]]


def test_a_file_of_another_kind_is_refused_without_its_values(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"name\n\xff\xfesecret\n")
    with pytest.raises(LoadError, match="FILE_UNREADABLE") as refused:
        values(file, File(match="*", format="csv"), ["name"])
    assert "secret" not in str(refused.value)
