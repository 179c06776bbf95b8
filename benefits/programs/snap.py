"""Supplemental Nutrition Assistance Program (7 CFR 273; 106 CMR 364-366)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benefits import poverty
from benefits.cases import Cases, Cents, Flags, share, whole_dollars
from benefits.parameters import Parameters


@dataclass(frozen=True)
class Allotment:
    """SNAP of a month: cents, who is eligible, and who is over the gross limit."""

    cents: Cents
    eligible: Flags
    over_gross_limit: Flags


def allotment(cases: Cases, law: Parameters, tafdc_cents: Cents, all_tafdc: Flags) -> Allotment:
    """The allotment of everyone who lives together and eats together.

    `tafdc_cents` is counted as income; a household whose members all receive TAFDC has no gross test
    (106 CMR 364.950), others are held to 200 % of poverty (broad-based categorical eligibility). With an elderly or
    disabled member, more than that is no bar where net income is within poverty (7 CFR 273.9(a)): so it is here, as if
    what they own were within the limit.
    """
    size = cases.size
    gross = cases.earned_cents + cases.unearned_cents + tafdc_cents
    limit = share(poverty.monthly_cents(law, size, law["snap/bbce_fpl_update_month"]), law["snap/bbce_gross_rate"])
    over = (gross > whole_dollars(limit)) & ~all_tafdc
    net = net_income_cents(cases, law, tafdc_cents)
    maximum = law.by_size("snap/max_allotment", size)
    contribution = -(-share(net, law["snap/benefit_reduction_rate"]) // 100) * 100
    amount = np.maximum(maximum - contribution, 0)
    smallest = round(law["snap/min_allotment"] * 100)
    amount = np.where((size <= 2) & (amount < smallest), smallest, amount)
    line = -(-poverty.monthly_cents(law, size, law["snap/net_test"]["update_month"]) // 100) * 100
    within = cases.elderly_or_disabled & (net <= share(line, law["snap/net_test"]["rate"]))
    over = over & ~within
    eligible = ~over & (amount > 0) & (size > 0)
    return Allotment(np.where(eligible, amount, 0), eligible, over)


def net_income_cents(cases: Cases, law: Parameters, tafdc_cents: Cents) -> Cents:
    """Income after the earned-income, standard, dependent-care and excess-shelter deductions."""
    counted = whole_dollars(share(cases.earned_cents, 1 - law["snap/earned_income_deduction_rate"]))
    income = counted + whole_dollars(cases.unearned_cents + tafdc_cents)
    standard = law.by_size("snap/standard_deduction", cases.size)
    adjusted = np.maximum(income - standard - whole_dollars(cases.child_care_cents), 0)
    heats = cases.heats | cases.elderly_or_disabled | law["snap/heat_and_eat"]["everyone"]
    utilities = np.where(
        heats,
        round(law["snap/sua_heating_cooling"] * 100),
        round(law["snap/sua_non_heating"] * 100),
    )
    shelter = cases.rent_cents + utilities
    excess = np.maximum(whole_dollars(shelter - share(adjusted, law["snap/excess_shelter_income_share"])), 0)
    cap = round(law["snap/excess_shelter_cap"] * 100)
    excess = np.where(cases.elderly_or_disabled, excess, np.minimum(excess, cap))
    return np.maximum(adjusted - excess, 0)
