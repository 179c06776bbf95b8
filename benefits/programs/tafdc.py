"""Transitional Aid to Families with Dependent Children (106 CMR 701-707)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benefits import poverty
from benefits.cases import Cases, Cents, Flags, share
from benefits.parameters import Parameters

SMALLEST_PAYMENT_CENTS = 10_00
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

    Applicants have $200 an earner taken off; recipients $200 and half of the rest (704.280, 704.281(B)),
    or in their six months all earnings while total income is within 200 % of poverty (704.281(A)).
    """
    size = cases.size
    standard = np.where(
        cases.subsidized,
        law.by_size("tafdc/payment_standard_subsidized", size),
        law.by_size("tafdc/payment_standard_private", size),
    )
    earned, unearned = cases.earned_cents, cases.unearned_cents
    full = law["tafdc/full_disregard"]
    within = earned + unearned <= share(poverty.monthly_cents(law, size, 2), full["fpl_cap"])
    full_disregard = cases.tafdc_recipient & (cases.disregard_months_left > 0) & within & (earned > 0)
    work = cases.earners * round(law["tafdc/work_related_expense_deduction"] * 100)
    after_work = np.maximum(earned - work, 0)
    half = after_work - share(after_work, law["tafdc/earned_disregard_rate"])
    counted = np.where(full_disregard, 0, np.where(cases.tafdc_recipient, half, after_work))
    deficit = standard - counted - unearned
    family = cases.has_children | cases.pregnant.any(axis=1)
    clothing = np.zeros_like(deficit)
    if law.month.month == 9:  # the clothing allowance raises the standard of September (704.420)
        clothing = cases.children.sum(axis=1) * round(law["tafdc/clothing_allowance"] * 100)
    eligible = family & (deficit + clothing >= 0)
    return Grant(_paid(deficit + clothing, eligible), _paid(deficit, eligible), eligible, full_disregard)


def clock_stands(cases: Cases) -> Flags:
    """Whether the grantee is exempt from the time limit (106 CMR 703.100), as far as it shows in the facts here.

    With a child under two, or disabled or pregnant; other grounds do not show.
    """
    young = ((cases.ages >= 0) & (cases.ages < EXEMPT_CHILD)).any(axis=1)
    return np.asarray(young | (cases.adults & (cases.disabled | cases.pregnant)).any(axis=1))


def _paid(deficit: Cents, eligible: Flags) -> Cents:
    """Whole dollars, and nothing below the smallest payment (704.500(A))."""
    whole = np.where(eligible, np.maximum(deficit, 0) // 100 * 100, 0)
    return np.where(whole < SMALLEST_PAYMENT_CENTS, 0, whole)
