"""Each result can be taken apart into steps with their citations, which add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pytest

from benefits.explain import EXPLAINED, Explained, explain, tree
from benefits.month import Known, corners, simulate
from benefits.parameters import Step, UnknownParameter
from benefits.programs.housing import Lease
from tests.benefits.families import family

MONTH = date(2026, 6, 1)
ENROLLED = {"SNAP": True, "TAFDC": True, "EAEDC": True}
FAMILY = family(MONTH, [34, 9, 4], [1000, 0, 0], rent=1100, tafdc=True)
HELPED = family(
    MONTH, [34, 9, 4], [4500, 0, 0], care=[0, 1, 2], care_price=2100, lease=Lease.SECTION_8, contract_rent=1900,
    ui_weekly=[1100, 0, 0],
)  # fmt: skip


OLD = family(MONTH, [70, 66], [400, 0], joint=True, social_security=[300, 0])
PAID = family(MONTH, [45], [300], disabled=[True], ssi_paid=[2])
ABOUT = {"UI": HELPED, "CCFA": HELPED, "HOUSING": HELPED, "EAEDC": OLD, "SSI": PAID}
"""Households of which there is something to tell of programs that somebody must be in."""


def steps(found: Explained) -> Iterator[Explained]:
    yield found
    for one in found.of:
        yield from steps(one)


@pytest.mark.parametrize("program", EXPLAINED)
def test_every_step_of_a_program_is_cited_and_its_parameters_say_where_they_are_from(program: str) -> None:
    found = list(steps(explain([ABOUT.get(program, FAMILY)], ENROLLED, program)))
    assert len(found) > 1
    assert all(step.citation and step.low == step.high for step in found)
    assert all(value.citation and value.confirmed for step in found for value in step.parameters)
    assert any(step.parameters for step in found)


def test_the_root_is_what_the_rules_pay() -> None:
    month = simulate(FAMILY, enrolled={name: np.array([True]) for name in ENROLLED})
    for program in ("SNAP", "TAFDC"):
        assert explain([FAMILY], ENROLLED, program).low == month.parts[program][0]
    for program, cases in ABOUT.items():
        paid = simulate(cases, enrolled={name: np.array([True]) for name in ENROLLED}).parts[program][0]
        assert explain([cases], ENROLLED, program).low == abs(paid) > 0
    for program, people in (("WIC", 1), ("HEAP", 1), ("SCHOOL_MEALS", 1)):
        assert explain([FAMILY], ENROLLED, program).low == month.in_kind[program][0] == people
    tax = explain([FAMILY], ENROLLED, "FEDERAL_CREDITS")
    assert tax.unit == "cents_a_year"
    assert tax.low // 12 == month.parts["FEDERAL_CREDITS"][0]
    others = family(MONTH, [34, 4, 30], [1_000, 0, 1_200])
    for program in ("FEDERAL_CREDITS", "STATE_CREDITS"):
        assert explain([others], ENROLLED, program).low // 12 == simulate(others).parts[program][0]


def test_snap_is_taken_apart_to_its_numbers() -> None:
    found = {step.name: step for step in steps(explain([FAMILY], ENROLLED, "SNAP"))}
    assert found["earnings"].low == 1_000_00
    assert found["80 % of earnings"].low == 800_00
    assert found["other income and grants"].low == 501_00  # 901 less half of 800
    assert found["standard deduction"].low == 209_00
    assert found["income before shelter"].low == 1_092_00
    assert found["excess shelter"].low == 744_00  # 1,100 and 914 less 546 are 1,468
    assert found["net income"].low == 348_00
    assert found["SNAP"].low == 680_00  # 785 less 105
    assert [value.key for value in found["standard deduction"].parameters] == ["snap/standard_deduction"]


def test_a_step_that_rests_on_what_is_not_recorded_has_bounds() -> None:
    ends = corners(FAMILY, Known(rent=False))
    found = {step.name: step for step in steps(explain(ends, ENROLLED, "SNAP"))}
    assert (found["rent and utilities"].low, found["rent and utilities"].high) == (914_00, 3_914_00)
    assert found["SNAP"].low < found["SNAP"].high
    assert found["earnings"].low == found["earnings"].high


def test_what_is_not_known_is_not_taken_apart_into_nothing() -> None:
    adult = family(date(2025, 6, 1), [30], [3000])
    with pytest.raises(UnknownParameter, match="connectorcare"):
        explain([adult], ENROLLED, "CONNECTORCARE")


@pytest.mark.parametrize("program", ABOUT)
def test_of_a_program_that_nobody_is_in_there_is_nothing_to_take_apart(program: str) -> None:
    with pytest.raises(UnknownParameter, match=f"nobody of the household is recorded in {program}"):
        explain([FAMILY], ENROLLED, program)


def test_a_program_without_rules_is_answered_with_those_that_have_them() -> None:
    with pytest.raises(LookupError, match="there are SNAP"):
        explain([FAMILY], ENROLLED, "SNAPP")


def test_a_step_must_have_been_told() -> None:
    step = Step("net", np.zeros(1), "cents", "7 CFR 273.10", ("gross",), ())
    with pytest.raises(ValueError, match="follows from gross"):
        tree([step])
