"""Rows become tables in which each id stands once."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.schema import GRAPH
from graph_loader.errors import LoadError
from graph_loader.load.tables import node_table, relationship_table

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
