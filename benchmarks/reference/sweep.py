"""Ask the reference: `python sweep.py` in its own environment; writes `results.npz` beside this file.

Money is cents a month (of June, or a twelfth of the year's); other columns are counts of people or shares.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from households import MONTH, POINTS, STEP, YEAR, Household, households
from policyengine_us import Simulation

YEARLY = (
    "income_tax_before_refundable_credits", "eitc", "refundable_ctc", "cdcc", "employee_social_security_tax",
    "employee_medicare_tax", "ma_income_tax_before_refundable_credits", "ma_eitc", "ma_child_and_family_credit",
    "ma_chip_premium", "ma_liheap",
)  # fmt: skip
MONTHLY = ("ma_tafdc", "ma_eaedc", "ssi", "ma_state_supplement")
PEOPLE = {"is_medicaid_eligible": str(YEAR), "is_chip_eligible": str(YEAR), "is_wic_eligible": f"{YEAR}-{MONTH:02}"}
CARED_FOR = ("ma_ccfa_total_copay", "ma_ccfa_eligible")
HOUSED = ("hud_ttp",)
ELDERLY = 65
"""Of health coverage, only younger people are asked about."""
AT_ONCE = 20


def situation(some: list[Household], *, aided: bool = False, grants: bool = True) -> dict[str, Any]:
    """`aided`: children are in care that the state pays for, and the household is enrolled in it; `grants`: whether
    anyone may have TAFDC, EAEDC or SSI."""
    found: dict[str, Any] = {name: {} for name in ("people", "families", "households", "tax_units", "spm_units",
                                                   "marital_units")}  # fmt: skip
    for k, one in enumerate(some):
        names = [f"p{k}_{place}" for place in range(len(one.ages))]
        for place, (name, age) in enumerate(zip(names, one.ages, strict=True)):
            person: dict[str, Any] = {
                "age": {YEAR: age}, "is_disabled": {YEAR: place in one.disabled},
                "is_pregnant": {YEAR: place in one.pregnant},
                "meets_ssi_disability_criteria": {YEAR: place in one.disabled and place < one.adults},
                "weekly_hours_worked_before_lsr": {YEAR: 40 if place < one.adults else 0},
            }  # fmt: skip
            person |= {"ma_tafdc_clothing_allowance": {YEAR: 0}, "ma_tafdc_infant_benefit": {YEAR: 0}}  # yearly, once
            if not grants:
                for grant in ("ssi", "ma_state_supplement"):
                    person[grant] = {f"{YEAR}-{month:02}": 0 for month in range(1, 13)}
            if place == 1 and one.adults == 2:
                person["employment_income_before_lsr"] = {YEAR: one.second * 12}
            if place == 0 and one.social_security:
                kind = "social_security_retirement" if age >= 62 else "social_security_disability"
                person[kind] = {YEAR: one.social_security * 12}
            if aided and place >= one.adults and age < 13:
                person |= {
                    "childcare_attending_days_per_month": {YEAR: 22}, "childcare_hours_per_day": {YEAR: 9},
                }  # fmt: skip
            found["people"][name] = person
        found["families"][f"f{k}"] = {"members": names}
        found["tax_units"][f"t{k}"] = {"members": names}
        unit: dict[str, Any] = {
            "members": names, "heating_cooling_expense": {YEAR: 1200 if one.heats else 0},
            "electricity_expense": {YEAR: 600}, "water_expense": {YEAR: 600}, "phone_expense": {YEAR: 600},
            "receives_housing_assistance": {YEAR: False},
        }  # fmt: skip
        if not grants:
            for grant in ("ma_tafdc", "ma_eaedc"):
                unit[grant] = {f"{YEAR}-{month:02}": 0 for month in range(1, 13)}
        if aided:
            unit["ma_ccfa_enrolled"] = {f"{YEAR}-{month:02}": True for month in range(1, 13)}
            unit["spm_unit_pre_subsidy_childcare_expenses"] = {YEAR: 60_000}
        elif one.child_care:
            unit["spm_unit_pre_subsidy_childcare_expenses"] = {YEAR: one.child_care * 12}
            found["tax_units"][f"t{k}"]["tax_unit_childcare_expenses"] = {YEAR: one.child_care * 12}
        found["spm_units"][f"s{k}"] = unit
        found["people"][names[0]]["rent"] = {YEAR: one.rent * 12}
        found["households"][f"h{k}"] = {"members": names, "state_code": {YEAR: "MA"}, "county_fips": {YEAR: "25013"}}
        found["marital_units"][f"m{k}"] = {"members": names[: one.adults]}
        for child in names[one.adults :]:
            found["marital_units"][f"m{child}"] = {"members": [child]}
    first = np.cumsum([0, *(len(one.ages) for one in some[:-1])]).tolist()
    found["axes"] = [
        [
            {"name": "employment_income_before_lsr", "index": place, "count": POINTS, "min": 0,
             "max": STEP * 12 * (POINTS - 1), "period": YEAR}
            for place in first
        ]
    ]  # fmt: skip
    return found


def asked(some: list[Household]) -> dict[str, Any]:
    """The answers of some households: arrays (households, points)."""
    shape = (POINTS, len(some))
    answers: dict[str, Any] = {}
    plain = Simulation(situation=situation(some))

    def money(simulation: Simulation, name: str, period: str, months: int) -> None:
        values = np.asarray(simulation.calculate(name, period, map_to="household"), dtype=float)
        answers[name] = np.rint(values * 100 / months).astype(np.int32).reshape(shape).T

    for name in YEARLY:
        money(plain, name, str(YEAR), 12)
    for name in MONTHLY:
        money(plain, name, f"{YEAR}-{MONTH:02}", 1)
    for name, period in PEOPLE.items():
        young = np.asarray(plain.calculate("age", str(YEAR))) < ELDERLY
        people = np.asarray(plain.calculate(name, period)) & young
        answers[name] = np.asarray(plain.map_result(people.astype(float), "person", "household")).astype(np.int32)
        answers[name] = answers[name].reshape(shape).T
    share = np.asarray(plain.calculate("aca_required_contribution_percentage", str(YEAR), map_to="household"))
    answers["aca_required_contribution_percentage"] = np.rint(share * 10_000).astype(np.int32).reshape(shape).T
    ungranted = Simulation(situation=situation(some, grants=False))
    money(ungranted, "snap", f"{YEAR}-{MONTH:02}", 1)
    aided = Simulation(situation=situation(some, aided=True))
    for name in CARED_FOR:
        money(aided, name, f"{YEAR}-{MONTH:02}", 1)
    for name in HOUSED:
        money(ungranted, name, str(YEAR), 12)
    return answers


def main() -> None:
    every = households()
    parts, begun = [], time.perf_counter()
    for start in range(0, len(every), AT_ONCE):
        parts.append(asked(every[start : start + AT_ONCE]))
        print(f"{start + AT_ONCE} of {len(every)} households, {time.perf_counter() - begun:.0f} s", file=sys.stderr)
    seconds = time.perf_counter() - begun
    answers = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    np.savez_compressed(Path(__file__).with_name("results.npz"), seconds=seconds, **answers)


if __name__ == "__main__":
    main()
