"""Families that the tests of the rules ask about."""

from datetime import date
from typing import Any

import numpy as np

from benefits.cases import Cases


def family(month: date, ages: list[int], earnings: list[int] | None = None, **facts: Any) -> Cases:
    """One household: ages in years, earnings and money facts in dollars a month."""
    p = len(ages)
    no = np.zeros((1, p), dtype=bool)
    one = np.zeros(1, dtype=bool)

    def cents(name: str) -> Any:
        return np.array([round(facts.get(name, 0) * 100)], dtype=np.int64)

    return Cases.of(
        month,
        np.array([ages], dtype=np.int64),
        np.array([[round(e * 100) for e in (earnings or [0] * p)]], dtype=np.int64),
        ssi_cents=np.array([[round(e * 100) for e in facts.get("ssi", [0] * p)]], dtype=np.int64),
        ui_weekly_cents=np.array([[round(e * 100) for e in facts.get("ui_weekly", [0] * p)]], dtype=np.int64),
        ui_children=np.array([facts.get("ui_children", [0] * p)], dtype=np.int64),
        other_income_cents=cents("unearned"),
        social_security_cents=cents("social_security"),
        child_support_cents=cents("child_support"),
        unemployment_cents=cents("unemployment"),
        rent_cents=cents("rent"),
        child_care_cents=cents("child_care"),
        heats=one | facts.get("heats", True),
        disabled=no | np.array(facts.get("disabled", [False] * p)),
        pregnant=no | np.array(facts.get("pregnant", [False] * p)),
        joint=one | facts.get("joint", False),
        care=np.array([facts.get("care", [0] * p)], dtype=np.int64),
        care_family=no | np.array(facts.get("care_family", [False] * p)),
        care_price_cents=cents("care_price"),
        lease=np.array([facts.get("lease", 0)], dtype=np.int64),
        contract_rent_cents=cents("contract_rent"),
        all_earnings=one | facts.get("all_earnings", False),
        subsidized=one | facts.get("subsidized", False),
        tafdc_recipient=one | facts.get("tafdc", False),
        disregard_months_left=np.array([facts.get("months_left", 0)], dtype=np.int64),
        parent_covered=one | facts.get("covered", True),
    )
