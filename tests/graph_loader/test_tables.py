"""Rows become tables in which each id stands once, and tables are written side by side where they share no label."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from datetime import date

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.schema import GRAPH, RelationshipType
from graph_loader.errors import LoadError
from graph_loader.load.tables import node_table, relationship_table
from graph_loader.load.write import _in_lanes

PAID, INCOME = GRAPH.relationship("PAID"), GRAPH.node("Income")
rows = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["r1", "r2", "r3", "r10"])), min_size=1)


@given(st.lists(rows, min_size=1, max_size=3))
def test_a_relationship_stands_once_with_every_record_that_says_so(frames: list[list[tuple[str, str]]]) -> None:
    made = [
        pd.DataFrame([{"source": "e", "target": key, "id": key, "source_ids": record} for key, record in frame])
        for frame in frames
    ]
    wanted: dict[str, set[str]] = defaultdict(set)
    for frame in frames:
        for key, record in frame:
            wanted[key].add(record)
    found = relationship_table(PAID, made).to_pylist()
    assert [(row["id"], row["source_ids"]) for row in found] == [(key, sorted(wanted[key])) for key in sorted(wanted)]


def test_a_node_stands_once_as_it_was_told_first_whatever_each_frame_knows() -> None:
    frames = [
        pd.DataFrame({"id": ["b", "a"], "kind": ["first", "other"], "recorded_from": [date(2026, 1, 1)] * 2}),
        pd.DataFrame({"id": ["b", "c"], "monthly_amount_cents": [5, None]}),
    ]
    found = node_table(INCOME, frames).to_pylist()
    assert [(row["id"], row["kind"], row["monthly_amount_cents"]) for row in found] == [
        ("a", "other", None), ("b", "first", None), ("c", None, None),
    ]  # fmt: skip


def test_a_value_that_fits_no_property_is_refused_by_name_and_not_told() -> None:
    with pytest.raises(LoadError, match="monthly_amount_cents") as refused:
        node_table(INCOME, [pd.DataFrame({"id": ["a"], "monthly_amount_cents": ["secret"]})])
    assert "secret" not in str(refused.value)


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
    most, lock, told = 0, threading.Lock(), []

    def record(rel: RelationshipType, table: pa.Table) -> int:
        nonlocal most
        labels = [table.column(name)[0].as_py() for name in ("source_label", "target_label")]
        with lock:
            assert not set(labels) & set(writing)
            writing.extend(labels)
            most = max(most, len(writing))
        time.sleep(0.01)
        with lock:
            for label in labels:
                writing.remove(label)
            told.extend(table.column("id").to_pylist())
        return table.num_rows

    done = _in_lanes(TABLES, record)
    assert sorted(told) == sorted(key for _, table in TABLES for key in table.column("id").to_pylist())
    assert sum(count for _, count in done) == len(told)
    assert most == 4, "two tables at one time"


def test_what_fails_in_one_lane_ends_the_others_and_is_told() -> None:
    def record(rel: RelationshipType, table: pa.Table) -> int:
        if rel.type == "PAID":
            raise LoadError()
        return table.num_rows

    with pytest.raises(LoadError):
        _in_lanes(TABLES, record)
