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


NOT_RECORDED = {"help with a season's bills, at most", "premium of the benchmark plan", "premium tax credit"}
"""What goes by fuel and bills, and by rating area."""


def steps(found: Explained) -> Iterator[Explained]:
    yield found
    for one in found.of:
        yield from steps(one)


@pytest.mark.parametrize("program", EXPLAINED)
def test_every_step_of_a_program_is_cited_and_its_parameters_say_where_they_are_from(program: str) -> None:
    found = list(steps(explain([ABOUT.get(program, FAMILY)], ENROLLED, program)))
    assert len(found) > 1
    assert all(step.citation for step in found)
    assert all(step.low == step.high for step in found if step.name not in NOT_RECORDED)
    assert all(value.citation and value.confirmed for step in found for value in step.parameters)
    assert any(step.parameters for step in found)


def test_the_root_is_what_the_rules_pay() -> None:
    month = simulate(FAMILY, enrolled={name: np.array([True]) for name in ENROLLED})
    for program in ("SNAP", "TAFDC"):
        assert explain([FAMILY], ENROLLED, program).low == month.parts[program][0]
    for program, cases in ABOUT.items():
        paid = simulate(cases, enrolled={name: np.array([True]) for name in ENROLLED}).parts[program][0]
        assert explain([cases], ENROLLED, program).low == abs(paid) > 0
    for program, people in (("WIC", 1), ("SCHOOL_MEALS", 1)):
        assert explain([FAMILY], ENROLLED, program).low == month.in_kind[program][0] == people
    heating = explain([FAMILY], ENROLLED, "HEAP")
    assert month.in_kind["HEAP"][0] == 1
    assert (heating.low, heating.high, heating.unit) == (925_00, 1_600_00, "cents_a_season"), "fuel is not recorded"
    assert [value.key for value in heating.parameters] == ["heap/season"]
    single = family(MONTH, [40], [2_609])
    credit = explain([single], dict.fromkeys(ENROLLED, False), "PREMIUM_CREDIT")
    assert (credit.low, credit.high) == (300_81, 710_74), "the rating area is not recorded"
    assert [value.key for value in credit.of[0].parameters] == ["premium_credit/benchmark_premium"]
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
    with pytest.raises(UnknownParameter, match=f"the rules tell nothing of {program}: nobody"):
        explain([FAMILY], ENROLLED, program)


def test_a_program_without_rules_is_answered_with_those_that_have_them() -> None:
    with pytest.raises(LookupError, match="there are SNAP"):
        explain([FAMILY], ENROLLED, "SNAPP")


def test_a_step_must_have_been_told() -> None:
    step = Step("net", np.zeros(1), "cents", "7 CFR 273.10", ("gross",), ())
    with pytest.raises(ValueError, match="follows from gross"):
        tree([step])


FACTS = {
    "people", "people in the unit", "people in the family", "people in the economic unit", "family size", "earnings",
    "earnings a year", "gross income", "adjusted gross income", "income", "income a year", "income that counts",
    "income with grants", "other income and grants", "other income that counts", "their other income", "rent",
    "earnings of who has it, and of their spouse", "care that is paid for", "care of children that is paid for",
    "medical costs", "all receive TAFDC", "an elderly or disabled member", "months of the full disregard that are left",
    "weekly benefit", "earnings beside the claim", "children of the claim", "price without help", "whole rent",
    "no fee is asked, with TAFDC", "people whom nothing else covers", "pregnant women and children under five",
    "children of school age", "federal earned income credit", "dependants who count", "clothing allowance",
    "with a child, or of age", "child credit that no tax uses up", "payroll taxes that are deducted",
    "earnings that are left out",
}  # fmt: skip
"""What a step may be without a parameter and without steps before it: facts, and results that another tree has."""


@pytest.mark.parametrize("program", EXPLAINED)
def test_every_step_follows_from_others_from_parameters_or_is_a_fact(program: str) -> None:
    others = family(MONTH, [34, 9, 4, 30], [4_000, 0, 0, 3_200], rent=1_100)
    for cases in (ABOUT.get(program, FAMILY), *([] if program in ABOUT else [others])):
        for step in steps(explain([cases], ENROLLED, program)):
            assert step.of or step.parameters or step.name in FACTS or step.name.endswith("of other adults"), step.name


def test_the_steps_of_snap_add_up() -> None:
    for cases in (FAMILY, OLD, family(MONTH, [30], [2_000], rent=900), family(MONTH, [30, 4], [9_000, 0])):
        at = {step.name: step.low for step in steps(explain([cases], ENROLLED, "SNAP"))}
        assert at["gross income"] == at["earnings"] + at["other income and grants"]
        left = at["80 % of earnings"] + at["other income and grants"] - at["standard deduction"]
        before = max(left - at["care that is paid for"] - at["medical deduction"], 0)
        assert abs(at["income before shelter"] - before) < 100
        assert at["net income"] == max(at["income before shelter"] - at["excess shelter"], 0)
        least = max(at["largest allotment"] - at["30 % of net income"], at["smallest allotment of one or two people"])
        assert at["SNAP"] == (0 if at["over the limits"] else least)


def test_the_steps_of_taxes_add_up() -> None:
    for cases in (HELPED, OLD, family(MONTH, [34, 9, 4, 30], [4_000, 0, 0, 3_200], rent=1_100)):
        at = {step.name: step.low for step in steps(explain([cases], ENROLLED, "FEDERAL_TAX"))}
        beyond = at["adjusted gross income"] - at["standard deduction"] - at["deductions of who is 65"]
        assert at["taxable income"] == max(beyond, 0)
        credit = at["child credit, as far as there is tax or refund"]
        assert at["federal income tax"] == max(at["tax before credits"] - at["care credit"] - credit, 0)
        payroll = explain([cases], ENROLLED, "PAYROLL_TAX")
        assert payroll.low == sum(step.low for step in payroll.of)
        month = simulate(cases, enrolled={name: np.array([True]) for name in ENROLLED})
        root = explain([cases], ENROLLED, "FEDERAL_TAX").low, explain([cases], ENROLLED, "STATE_TAX").low
        assert -month.parts["TAXES"][0] == (payroll.low + sum(root)) // 12
        state = {step.name: step.low for step in steps(explain([cases], ENROLLED, "STATE_TAX"))}
        assert state["Massachusetts income tax"] == min(state["at the rate"], state["most for limited income"])
