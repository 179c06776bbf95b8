"""Transitional Aid to Families with Dependent Children (106 CMR 701-707)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benefits import poverty
from benefits.cases import Cases, Cents, Flags, share
from benefits.parameters import Parameters

SMALLEST_PAYMENT_CENTS = 10_00
CARE_AGE = 13
EXEMPT_CHILD = 2
"""A parent of a child younger than this is exempt from the time limit."""


@dataclass(frozen=True)
class Grant:
    """TAFDC of a month: cents paid, and who is in receipt (a grant under $10 pays nothing but counts).

    `without_clothing_cents`: what SNAP counts; a yearly clothing allowance is excluded (7 CFR 273.9(c)(5)(i)(F)).
    """

    cents: Cents
    without_clothing_cents: Cents
    receives: Flags
    full_disregard: Flags


def grant(cases: Cases, law: Parameters) -> Grant:
    """The grant of an assistance unit of all children under 18 and the adults with them (704.500).

    Who receives SSI is not in it, and what they receive is not counted (704.250, 704.305).
    Applicants have $200 an earner taken off; recipients $200 and half of the rest (704.280, 704.281(B)),
    or in their six months all earnings while total income is within 200 % of poverty (704.281(A)).
    """
    unit = cases.people & (cases.ssi_cents == 0)
    size = unit.sum(axis=1)
    standard = np.where(
        cases.subsidized,
        law.by_size("tafdc/payment_standard_subsidized", size),
        law.by_size("tafdc/payment_standard_private", size),
    )
    earned = cases.earned_cents
    support = np.maximum(cases.child_support_cents - law.cents("tafdc/child_support_disregard"), 0)
    unearned = cases.social_security_cents + cases.unemployment_cents + cases.other_income_cents + support
    full = law["tafdc/full_disregard"]
    within = earned + unearned <= share(poverty.monthly_cents(law, size, 2), full["fpl_cap"])
    full_disregard = cases.tafdc_recipient & (cases.disregard_months_left > 0) & within & (earned > 0)
    work = cases.earners * round(law["tafdc/work_related_expense_deduction"] * 100)
    after_work = np.maximum(earned - work, 0)
    half = after_work - share(after_work, law["tafdc/earned_disregard_rate"])
    after_care = np.maximum(np.where(cases.tafdc_recipient, half, after_work) - _care(cases, law), 0)
    counted = np.where(full_disregard, 0, after_care)
    deficit = standard - counted - unearned
    family = (unit & cases.children).any(axis=1) | cases.pregnant.any(axis=1)
    clothing = np.zeros_like(deficit)
    if law.month.month == 9:  # the clothing allowance raises the standard of September (704.420)
        clothing = (unit & cases.children).sum(axis=1) * round(law["tafdc/clothing_allowance"] * 100)
    eligible = family & (deficit + clothing >= 0)
    return Grant(_paid(deficit + clothing, eligible), _paid(deficit, eligible), eligible, full_disregard)


def clock_stands(cases: Cases) -> Flags:
    """Whether the grantee is exempt from the time limit (106 CMR 703.100), as far as it shows in the facts here.

    With a child under two, or disabled or pregnant; other grounds do not show.
    """
    young = ((cases.ages >= 0) & (cases.ages < EXEMPT_CHILD)).any(axis=1)
    return np.asarray(young | (cases.adults & (cases.disabled | cases.pregnant)).any(axis=1))


def _care(cases: Cases, law: Parameters) -> Cents:
    """Care that a working household pays for, up to so much a child under 13 (704.275), as of full-time work."""
    most = law["tafdc/dependent_care_deduction"]
    ages = cases.ages
    under = ((ages >= 0) & (ages < most["young"])).sum(axis=1) * round(most["under"] * 100)
    over = ((ages >= most["young"]) & (ages < CARE_AGE)).sum(axis=1) * round(most["over"] * 100)
    return np.where(cases.earned_cents > 0, np.minimum(cases.child_care_cents, under + over), 0)


def _paid(deficit: Cents, eligible: Flags) -> Cents:
    """Whole dollars, and nothing below the smallest payment (704.500(A))."""
    whole = np.where(eligible, np.maximum(deficit, 0) // 100 * 100, 0)
    return np.where(whole < SMALLEST_PAYMENT_CENTS, 0, whole)
