"""What is read from a field is exactly what it says, or its row is a bad one; no fault tells a value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_loader.identity.tokens import Hasher
from graph_loader.mapping.document import Mapping
from graph_loader.quality.values import READERS, Typed, typed
from tests.conftest import ROOT

HASHER = Hasher(b"k" * 32)
BASE = yaml.safe_load((ROOT / "sample/mappings/dua_claims.yaml").read_text())


def read(kind: str, *values: str | None, **more: object) -> Typed:
    """One column of a kind, beside the record number that a mapping needs."""
    columns = {
        "n": {"as": "text", "element": "provenance", "required": True},
        "x": {"as": kind, "element": "y", **more},
    }
    mapping = Mapping.model_validate(
        {"feed": "f", "agency": "A", "file": {"match": "f"}, "record": ["n"], "columns": columns}
    )
    frame = pd.DataFrame({"n": [str(i) for i in range(len(values))], "x": pd.Series(values, dtype="str")})
    return typed(frame, mapping, HASHER, "f.csv", np.arange(1, len(values) + 1))


def one(kind: str, value: str | None, **more: object) -> object:
    found = read(kind, value, **more)
    return "bad" if found.bad.iloc[0] else found.values["x"].iloc[0]


@given(st.decimals(min_value=0, max_value=10**15 - 1, places=2), st.sampled_from(["{}", "${}", "-{}", "({})", " {} "]))
def test_money_is_exact_to_the_cent_however_large(amount: Decimal, form: str) -> None:
    sign = -1 if form in ("-{}", "({})") else 1
    assert one("money", form.format(f"{amount:,}")) == sign * int(amount * 100)


@pytest.mark.parametrize(
    ("value", "parts"),
    [
        ("Diaz, Ana Maria", ("Ana", "Maria", "Diaz")), ("Ana M. Diaz Jr.", ("Ana", "M.", "Diaz Jr.")),
        ("de la Cruz, Juan", ("Juan", None, "de la Cruz")), ("Mr. Robert O'Neil III", ("Robert", None, "O'Neil III")),
        ("Нгуен, Ана", ("Ана", None, "Нгуен")), ("Dr.", (None, None, None)), (None, (None, None, None)),
    ],
)  # fmt: skip
def test_a_name_in_one_column_has_its_parts(value: str | None, parts: tuple[str | None, ...]) -> None:
    found = read("name", value)
    assert not found.bad.any()
    assert tuple(found.values[f"x:{part}"].iloc[0] for part in ("first", "middle", "last")) == parts


def test_where_the_last_name_comes_first_the_mapping_says_so() -> None:
    found = read("name", "DIAZ ANA M", "Vega, Luis", order="last_first")
    assert list(found.values["x:last"]) == ["DIAZ", "Vega"]
    assert list(found.values["x:first"]) == ["ANA", "Luis"]


@pytest.mark.parametrize(
    "value", ["1.234", "12,50", "1,2345", "1,2.3.4", "12..5", "(5", "5)", "1e3", "٣", "£5", "--5", "10" * 9]
)
def test_what_is_no_money_is_a_bad_row(value: str) -> None:
    assert one("money", value) == "bad"


@pytest.mark.parametrize(
    ("value", "cents"), [("12.5000", 12_50), ("0.30000000000000004", 30), ("1,234.5", 1_234_50), ("$(5)", "bad"),
                         ("($5)", -5_00), ("19.989999999999998", 19_99), ("19.9855", "bad")]
)  # fmt: skip
def test_decimals_of_databases_and_spreadsheets_are_read_and_true_fractions_of_a_cent_are_not(
    value: str, cents: object
) -> None:
    assert one("money", value) == cents


@given(st.integers(-(10**18) + 1, 10**18 - 1))
def test_whole_numbers_are_exact_also_beside_missing_ones(number: int) -> None:
    found = read("integer", str(number), None, f"{number}.00")
    assert found.values["x"].tolist() == [number, None, number]
    assert not found.bad.any()


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_every_day_from_the_first_year_to_the_last_is_read(day: date) -> None:
    text = f"{day.year:04d}-{day.month:02d}-{day.day:02d}"
    assert one("date", text) == day
    assert one("date", f"{day.month:02d}/{day.day:02d}/{day.year:04d}", formats=["%Y-%m-%d", "%m/%d/%Y"]) == day


@pytest.mark.parametrize("value", ["2025-02-30", "0000-01-01", "10000-01-01", "2025-1", "31/31/2025", "now"])
def test_what_is_no_day_is_a_bad_row(value: str) -> None:
    assert one("date", value) == "bad"


@pytest.mark.parametrize("kind", sorted(READERS))
def test_control_characters_make_a_bad_row_of_any_kind(kind: str) -> None:
    found = read(kind, "a\x00b", "1\x1f2")
    assert found.bad.tolist() == [True, True]
    assert found.values["x"].isna().all()


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(READERS)), st.lists(st.one_of(st.none(), st.text(max_size=30)), min_size=1, max_size=6))
def test_any_text_is_read_or_its_row_is_bad_and_no_fault_tells_it(kind: str, values: list[str | None]) -> None:
    found = read(kind, *values, required=False, codes={"a": "b"})
    assert len(found.bad) == len(values)
    said = " ".join(map(str, found.faults)) + " ".join(found.reasons)
    for value, bad in zip(values, found.bad, strict=True):
        if bad and value and len(value.strip()) > 12:
            assert value.strip() not in said
    assert {row for fault in found.faults for row in fault.rows} == {
        place for place, bad in enumerate(found.bad, start=1) if bad
    }
