"""Supplemental Nutrition Assistance Program (7 CFR 273; 106 CMR 364-366)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benefits import poverty
from benefits.cases import Cases, Cents, Flags, share, whole_dollars
from benefits.parameters import Parameters, Tell


@dataclass(frozen=True)
class Allotment:
    """SNAP of a month: cents, who is eligible, and who is over the gross limit."""

    cents: Cents
    eligible: Flags
    over_gross_limit: Flags


def allotment(cases: Cases, law: Parameters, grants_cents: Cents, all_tafdc: Flags) -> Allotment:
    """The allotment of a SNAP household, see `units.snap_household`.

    `grants_cents`, TAFDC and EAEDC, are counted as income. A household whose members all receive TAFDC has no gross
    test (106 CMR 364.950), others are held to 200 % of poverty (broad-based categorical eligibility). With an elderly
    or disabled member, more than that is no bar where net income is within poverty (7 CFR 273.9(a)): so it is here, as
    if what they own were within the limit.
    """
    tell = law.telling("SNAP")
    size = tell("people", cases.size, "7 CFR 273.1(a)", unit="people")
    earned = tell("earnings", cases.earned_cents, "7 CFR 273.9(b)(1)")
    other = tell("other income and grants", cases.unearned_cents + grants_cents, "7 CFR 273.9(b)(2)")
    gross = tell("gross income", earned + other, "7 CFR 273.10(e)(1)(i)(A)", "earnings", "other income and grants")
    line = poverty.monthly_cents(law, size, law["snap/bbce_fpl_update_month"])
    limit = -(-share(line, law["snap/bbce_gross_rate"]) // 100) * 100
    tell("gross limit", limit, "106 CMR 364.976", "people")
    over = (gross > limit) & ~tell("all receive TAFDC", all_tafdc, "106 CMR 364.950", unit="yes")
    net = _net_income_cents(cases, law, tell, earned, other)
    maximum = tell("largest allotment", law.by_size("snap/max_allotment", size), "7 CFR 273.10(e)(4)", "people")
    contribution = -(-share(net, law["snap/benefit_reduction_rate"]) // 100) * 100
    tell("30 % of net income", contribution, "7 CFR 273.10(e)(2)(ii)(A)", "net income")
    smallest = np.where(size <= 2, law.cents("snap/min_allotment"), 0)
    tell("smallest allotment of one or two people", smallest, "7 CFR 273.10(e)(2)(ii)(C)", "people")
    amount = np.maximum(maximum - contribution, smallest)
    tell("allotment before the limits", amount, "7 CFR 273.10(e)(2)(ii)", "largest allotment", "30 % of net income",
         "smallest allotment of one or two people")  # fmt: skip
    test = law["snap/net_test"]
    net_limit = share(-(-poverty.monthly_cents(law, size, test["update_month"]) // 100) * 100, test["rate"])
    tell("net limit", net_limit, "7 CFR 273.9(a)(2)", "people")
    fit = tell("an elderly or disabled member", cases.elderly_or_disabled, "7 CFR 271.2", unit="yes")
    over = over & ~(fit & (net <= net_limit))
    of = (
        "gross income",
        "gross limit",
        "all receive TAFDC",
        "an elderly or disabled member",
        "net income",
        "net limit",
    )
    tell("over the limits", over, "7 CFR 273.9(a); 106 CMR 364.950", *of, unit="yes")
    eligible = ~over & (amount > 0) & (size > 0)
    cents = np.where(eligible, amount, 0)
    raised: tuple[str, ...] = ()
    least = law.cents("snap/emergency_allotment")
    if least:  # to February 2023
        raised = ("emergency allotment",)
        more = np.where(eligible, np.maximum(maximum - amount, least), 0)
        steps = ("largest allotment", "allotment before the limits")
        cents = cents + tell("emergency allotment", more, "P.L. 116-127 s.2302(a)", *steps)
    tell("SNAP", cents, "7 CFR 273.10(e)(2)", "allotment before the limits", "over the limits", *raised)
    return Allotment(cents, eligible, over)


def _net_income_cents(cases: Cases, law: Parameters, tell: Tell, earned: Cents, other: Cents) -> Cents:
    """Income after the earned-income, standard, dependent-care and excess-shelter deductions."""
    counted = whole_dollars(share(earned, 1 - law["snap/earned_income_deduction_rate"]))
    tell("80 % of earnings", counted, "7 CFR 273.9(d)(2)", "earnings")
    standard = law.by_size("snap/standard_deduction", cases.size)
    tell("standard deduction", standard, "7 CFR 273.9(d)(1)", "people")
    care = tell("care that is paid for", whole_dollars(cases.child_care_cents), "7 CFR 273.9(d)(4)")
    medical = tell("medical deduction", _medical(cases, law), "7 CFR 273.9(d)(3)")
    adjusted = np.maximum(counted + whole_dollars(other) - standard - care - medical, 0)
    of = ("80 % of earnings", "other income and grants", "standard deduction", "care that is paid for",
          "medical deduction")  # fmt: skip
    tell("income before shelter", adjusted, "7 CFR 273.10(e)(1)(i)(D)", *of)
    heats = cases.heats | cases.elderly_or_disabled | law["snap/heat_and_eat"]["everyone"]
    utilities = np.where(heats, law.cents("snap/sua_heating_cooling"), law.cents("snap/sua_non_heating"))
    if "no_utilities" in cases.filled:
        utilities = np.where(cases.no_utilities & ~heats, 0, utilities)
    tell("utility allowance", utilities, "7 CFR 273.9(d)(6)(iii); 106 CMR 364.945")
    rent = tell("rent", cases.rent_cents, "7 CFR 273.9(d)(6)(ii)(A)")
    shelter = tell("rent and utilities", rent + utilities, "7 CFR 273.9(d)(6)(ii)", "rent", "utility allowance")
    half = share(adjusted, law["snap/excess_shelter_income_share"])
    tell("half of income before shelter", half, "7 CFR 273.9(d)(6)(ii)", "income before shelter")
    beyond = np.maximum(whole_dollars(shelter - half), 0)
    tell("shelter beyond that half", beyond, "7 CFR 273.9(d)(6)(ii)", "rent and utilities",
         "half of income before shelter")  # fmt: skip
    cap = law.cents("snap/excess_shelter_cap")
    excess = np.where(cases.elderly_or_disabled, beyond, np.minimum(beyond, cap))
    tell("excess shelter", excess, "7 CFR 273.9(d)(6)(ii)", "shelter beyond that half")
    net = np.maximum(adjusted - excess, 0)
    return tell("net income", net, "7 CFR 273.10(e)(1)", "income before shelter", "excess shelter")


def _medical(cases: Cases, law: Parameters) -> Cents:
    """What is deducted of elderly and disabled members' medical costs: a standard amount, or the costs beyond the
    threshold where they are more."""
    rule = law["snap/medical_deduction"]
    beyond = cases.medical_cents - rule["over"] * 100
    return np.where(beyond > 0, np.maximum(whole_dollars(beyond), rule["standard"] * 100), 0)
