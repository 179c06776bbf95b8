"""Cases worked by hand from the rules' sources: one YAML file a program, each with its inputs, month and source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from benefits.cases import Cases
from benefits.parameters import Entry, Parameters, parameters
from benefits.programs import (
    ccfa,
    connectorcare,
    eaedc,
    heap,
    housing,
    masshealth,
    premium_credit,
    school_meals,
    snap,
    ssi,
    tafdc,
    unemployment,
    wic,
)
from benefits.taxes import federal, massachusetts, payroll
from tests.benefits.families import family

FOLDER = Path(__file__).parents[1]


def found() -> Iterator[Any]:
    for file in sorted(FOLDER.glob("*/cases/*.yaml")):
        for case in yaml.safe_load(file.read_text()):
            yield pytest.param(case, id=f"{file.stem}: {case['what']}")


def cents(value: float) -> Any:
    return np.array([round(value * 100)], dtype=np.int64)


def answers(case: dict[str, Any], cases: Cases | None, law: Parameters) -> dict[str, Any]:
    """What each rule says of a case, by the names that `expect` uses; none is asked before it is looked up."""
    ask = case.get("ask", {})
    nothing, yes = np.zeros(1, np.int64), np.ones(1, bool)

    def household() -> Cases:
        assert cases is not None
        return cases

    def care() -> ccfa.Assistance:
        enrolled, exempt = yes & ask.get("enrolled", False), yes & ask.get("exempt", False)
        return ccfa.assistance(household(), law, np.array([ask["care"]]), enrolled, exempt)

    def health() -> Any:
        return np.array([ask.get("health", [False] * household().ages.shape[1])])

    def grants(name: str) -> Any:
        return np.full(household().ages.shape, ask.get(name, False))

    def food() -> Any:
        return snap.allotment(household(), law, nothing, ~yes).cents

    def season() -> Any:
        some = household()
        may = heap.may_take_part(some, law, nothing)
        return heap.season_cents(some, law, some.earned_cents + some.unearned_cents, may)

    def insured() -> masshealth.Health:
        return masshealth.coverage(household(), law, yes & ask.get("transitional", False), grants("tafdc"))

    def connected() -> connectorcare.Enrollees:
        return connectorcare.enrollees(household(), law, ~health())

    def returned() -> tuple[federal.FederalTax, massachusetts.StateTax]:
        fica, _ = payroll.yearly_cents(household(), law)
        tax = federal.yearly(household(), law, fica.sum(axis=1))
        return tax, massachusetts.yearly(household(), law, fica, tax.eitc_cents)

    rules: dict[str, Any] = {
        "snap": food,
        "tafdc": lambda: tafdc.grant(household(), law).cents,
        "in_receipt": lambda: tafdc.grant(household(), law).receives,
        "clock_stands": lambda: tafdc.clock_stands(household()),
        "coverage": lambda: np.array([[masshealth.Coverage(kind).name for kind in insured().coverage[0].tolist()]]),
        "premium": lambda: insured().premium_cents,
        "connectorcare": lambda: connected().covered,
        "connectorcare_premium": lambda: connected().premium_cents,
        "payroll": lambda: payroll.yearly_cents(household(), law)[0].sum(axis=1),
        "paid_leave": lambda: payroll.yearly_cents(household(), law)[1],
        "gross_income": lambda: federal.gross_income_cents(household(), law),
        "federal_tax": lambda: returned()[0].tax_cents,
        "eitc": lambda: returned()[0].eitc_cents,
        "child_credit": lambda: returned()[0].child_credit_cents,
        "care_credit": lambda: returned()[0].care_credit_cents,
        "state_tax": lambda: returned()[1].tax_cents,
        "state_eitc": lambda: returned()[1].eitc_cents,
        "state_child_credit": lambda: returned()[1].child_credit_cents,
        "fee": lambda: care().fee_cents,
        "eligible": lambda: care().eligible,
        "section8": lambda: housing.section8_cents(household(), law, nothing),
        "public_housing": lambda: housing.public_housing_cents(household(), law, nothing),
        "mrvp_low": lambda: housing.mrvp_cents(household(), law, nothing).low_cents,
        "mrvp_high": lambda: housing.mrvp_cents(household(), law, nothing).high_cents,
        "federal": lambda: ssi.benefit(household(), law).federal_cents.sum(axis=1),
        "state": lambda: ssi.benefit(household(), law).full_cents.sum(axis=1),
        "grant": lambda: eaedc.grant_cents(household(), law),
        "weekly_benefit": lambda: unemployment.weekly_benefit_cents(law, cents(ask["average_wage"])),
        "weekly_payment": lambda: unemployment.weekly_payment_cents(
            law, cents(ask["benefit"]), cents(ask["earned"]), nothing + ask.get("children", 0)
        ),
        "wic": lambda: wic.may_take_part(household(), law, grants("grants"), grants("tafdc"), health(), nothing),
        "heap": lambda: heap.may_take_part(household(), law, nothing),
        "heating_least": lambda: season()[0],
        "heating_most": lambda: season()[1],
        "free_meals": lambda: school_meals.free(household(), law),
        "contribution": lambda: premium_credit.expected_cents(household(), law),
        "credit": lambda: premium_credit.allowed(household(), law),
        "credit_least": lambda: premium_credit.credit_cents(household(), law, np.array([ask["covered"]]))[0],
        "credit_most": lambda: premium_credit.credit_cents(household(), law, np.array([ask["covered"]]))[1],
    }
    return {name: rules[name]() for name in case["expect"]}


def law_of(case: dict[str, Any]) -> Parameters:
    """The law of the case's month, with the values of another time where its source is of that time."""
    then = {
        key: replace(parameters()[key], entries=(Entry(case["month"], value, "regulation", None),))
        for key, value in case.get("parameters", {}).items()
    }
    return Parameters({**parameters(), **then}, case["month"])


@pytest.mark.parametrize("case", list(found()))
def test_a_case_comes_out_as_its_source_says(case: dict[str, Any]) -> None:
    cases = family(case["month"], case["ages"], case["earnings"], **case.get("facts", {})) if "ages" in case else None
    got = answers(case, cases, law_of(case))
    for name, expected in case["expect"].items():
        value = got[name][0].tolist()
        assert value == (expected if isinstance(expected, bool | list) else round(expected * 100)), name
    assert case["source"]
