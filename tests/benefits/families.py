"""Families that the tests of the rules ask about."""

from datetime import date
from typing import Any

import numpy as np
from hypothesis import strategies as st

from benefits.cases import Cases
from benefits.programs.ccfa import Care
from benefits.programs.housing import Lease
from benefits.programs.ssi import Paid

MARCH = date(2026, 3, 1)


def family(month: date, ages: list[int], earnings: list[int] | None = None, **facts: Any) -> Cases:
    """One household: ages in years, earnings and money facts in dollars a month."""
    p = len(ages)
    no = np.zeros((1, p), dtype=bool)
    one = np.zeros(1, dtype=bool)

    def cents(name: str) -> Any:
        return np.array([round(facts.get(name, 0) * 100)], dtype=np.int64)

    def each(name: str) -> Any:
        """What each has; one amount is the first's."""
        given = facts.get(name, 0)
        amounts = given if isinstance(given, list) else [given] + [0] * (p - 1)
        return np.array([[round(amount * 100) for amount in amounts]], dtype=np.int64)

    def marked(name: str) -> Any:
        return no | np.array(facts.get(name, [False] * p))

    return Cases.of(
        month,
        np.array([ages], dtype=np.int64),
        np.array([[round(e * 100) for e in (earnings or [0] * p)]], dtype=np.int64),
        ssi_cents=each("ssi"),
        ssi_paid=np.array([facts.get("ssi_paid", [0] * p)], dtype=np.int64),
        ui_weekly_cents=each("ui_weekly"),
        ui_children=np.array([facts.get("ui_children", [0] * p)], dtype=np.int64),
        other_income_cents=each("unearned"),
        social_security_cents=each("social_security"),
        child_support_cents=cents("child_support"),
        unemployment_cents=each("unemployment"),
        rent_cents=cents("rent"),
        child_care_cents=cents("child_care"),
        heats=one | facts.get("heats", True),
        no_utilities=one | facts.get("no_utilities", False),
        disabled=marked("disabled"),
        pregnant=marked("pregnant"),
        joint=one | facts.get("joint", False),
        care=np.array([facts.get("care", [0] * p)], dtype=np.int64),
        care_family=marked("care_family"),
        care_price_cents=cents("care_price"),
        lease=np.array([facts.get("lease", 0)], dtype=np.int64),
        contract_rent_cents=cents("contract_rent"),
        all_earnings=one | facts.get("all_earnings", False),
        in_snap=marked("in_snap"),
        in_tafdc=marked("in_tafdc"),
        utilities=np.array([facts.get("utilities", 0)], dtype=np.int64),
        medical_cents=cents("medical"),
        eaedc_months_worked=np.full((1, p), facts.get("months_worked", 0), dtype=np.int64),
        files=marked("files"),
        parents=marked("parents"),
        subsidized=one | facts.get("subsidized", False),
        tafdc_recipient=one | facts.get("tafdc", False),
        disregard_months_left=np.array([facts.get("months_left", 0)], dtype=np.int64),
        parent_covered=one | facts.get("covered", True),
    )


@st.composite
def households(draw: st.DrawFn) -> Cases:
    """Of one to five people, with whatever makes a household special, and a place now and then that is nobody's."""
    ages = [draw(st.integers(19, 80)), *draw(st.lists(st.integers(-1, 80), max_size=4))]
    grown = [age >= 19 for age in ages]

    def each(values: st.SearchStrategy[Any], otherwise: Any, which: list[bool]) -> list[Any]:
        return [draw(values) if one else otherwise for one in which]

    here = [age >= 0 for age in ages]
    return family(
        MARCH, ages, each(st.integers(0, 6_000), 0, here), disabled=each(st.booleans(), False, here),
        ssi_paid=each(st.sampled_from(list(Paid)), 0, grown), unearned=each(st.sampled_from([0, 0, 400]), 0, here),
        ui_weekly=each(st.sampled_from([0, 0, 420]), 0, grown), parents=each(st.booleans(), False, grown),
        care=[Care.FULL_TIME if 0 <= age < 13 else Care.NONE for age in ages], care_price=1_400,
        lease=draw(st.sampled_from(list(Lease))), joint=draw(st.booleans()), rent=draw(st.integers(0, 2_000)),
        in_snap=each(st.sampled_from([True, False]), False, here), tafdc=draw(st.booleans()),
    )  # fmt: skip
