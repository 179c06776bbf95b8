"""Tables are written side by side where they share no label."""

from __future__ import annotations

import threading

import pyarrow as pa
import pytest

from graph.schema import GRAPH, RelationshipType
from graph_loader.errors import LoadError
from graph_loader.load.lanes import side_by_side


def ends(type_name: str, *pairs: tuple[str, str]) -> tuple[RelationshipType, pa.Table]:
    return GRAPH.relationship(type_name), pa.table(
        {"source": ["a"] * len(pairs), "target": ["b"] * len(pairs), "id": [f"{a}>{b}" for a, b in pairs],
         "source_label": [a for a, _ in pairs], "target_label": [b for _, b in pairs]}
    )  # fmt: skip


TABLES = [
    ends("DERIVED_FROM", *((label, "SourceRecord") for label in ("Person", "Wage", "Income", "Expense"))),
    ends("PAID", ("Enrollment", "BenefitAmount")),
    ends("EARNED", ("Employment", "Wage")),
    ends("ENROLLED_IN", ("Person", "Enrollment"), ("BenefitUnit", "Enrollment")),
]


def test_tables_are_written_side_by_side_and_no_label_by_two() -> None:
    writing: list[str] = []
    most, lock, told, together = 0, threading.Lock(), [], threading.Event()

    def record(rel: RelationshipType, table: pa.Table) -> int:
        nonlocal most
        labels = [table.column(name)[0].as_py() for name in ("source_label", "target_label")]
        with lock:
            assert not set(labels) & set(writing)
            writing.extend(labels)
            most = max(most, len(writing))
            if most == 4:
                together.set()
        together.wait(5)  # nobody ends before two were at it
        with lock:
            for label in labels:
                writing.remove(label)
            told.extend(table.column("id").to_pylist())
        return table.num_rows

    done = side_by_side(TABLES, record)
    assert sorted(told) == sorted(key for _, table in TABLES for key in table.column("id").to_pylist())
    assert sum(count for _, count in done) == len(told)
    assert most == 4, "two tables at one time"


def test_what_fails_in_one_lane_ends_the_others_and_is_told() -> None:
    def record(rel: RelationshipType, table: pa.Table) -> int:
        if rel.type == "PAID":
            raise LoadError()
        return table.num_rows

    with pytest.raises(LoadError):
        side_by_side(TABLES, record)
