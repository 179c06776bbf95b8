"""Transitional Aid to Families with Dependent Children (106 CMR 701-707)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from benefits import poverty, units
from benefits.cases import Cases, Cents, Flags, how_many, share
from benefits.parameters import Parameters, UnknownParameter

SMALLEST_PAYMENT_CENTS = 10_00
CARE_AGE = 13
EXEMPT_CHILD = 2
"""A parent of a child younger than this is exempt from the time limit."""


@dataclass(frozen=True)
class Grant:
    """TAFDC of a month: the assistance unit (n, p), cents paid, and who is in receipt (a grant under $10 pays nothing
    but counts).

    `without_clothing_cents`: what SNAP counts; a yearly clothing allowance is excluded (7 CFR 273.9(c)(5)(i)(F)).
    """

    unit: Flags
    cents: Cents
    without_clothing_cents: Cents
    receives: Flags
    full_disregard: Flags


def grant(cases: Cases, law: Parameters) -> Grant:
    """The grant of an assistance unit (704.500), see `units.assistance_unit`.

    What who has SSI receives is not counted (704.250).
    Applicants have $200 an earner taken off; recipients $200 and half of the rest (704.280, 704.281(B)),
    or in their six months all earnings while total income is within 200 % of poverty (704.281(A)).
    """
    tell = law.telling("TAFDC")
    unit = units.assistance_unit(cases, law)
    cases = cases.only(unit)
    size = tell("people in the unit", how_many(unit), "106 CMR 704.305", unit="people")
    standard = np.where(
        cases.subsidized,
        law.by_size("tafdc/payment_standard_subsidized", size),
        law.by_size("tafdc/payment_standard_private", size),
    )
    tell("payment standard", standard, "106 CMR 704.420, 704.425", "people in the unit")
    wages = np.where(unit & cases.adults, cases.earnings_cents, 0)
    earned = tell("earnings", wages.sum(axis=1), "106 CMR 704.210")
    support = np.maximum(cases.child_support_cents - law.cents("tafdc/child_support_disregard"), 0)
    unearned = cases.main_unearned_cents + support
    tell("other income that counts", unearned, "106 CMR 704.210, 704.250")
    full = law["tafdc/full_disregard"]
    most = share(poverty.monthly_cents(law, size, 2), full["fpl_cap"])
    tell("income up to which all earnings are disregarded", most, "106 CMR 704.281(A)", "people in the unit")
    left = np.where(cases.tafdc_recipient, cases.disregard_months_left, 0)
    tell("months of the full disregard that are left", left, "106 CMR 704.281(A)", unit="months")
    full_disregard = (left > 0) & (earned + unearned <= most) & (earned > 0)
    of: tuple[str, ...] = ("earnings", "other income that counts", "income up to which all earnings are disregarded",
                           "months of the full disregard that are left")  # fmt: skip
    tell("a month of the full disregard", full_disregard, "106 CMR 704.281(A)", *of, unit="yes")
    work = how_many(wages > 0) * law.cents("tafdc/work_related_expense_deduction")
    after_work = np.maximum(earned - work, 0)
    tell("earnings after work expenses", after_work, "106 CMR 704.270", "earnings")
    half = after_work - share(after_work, law["tafdc/earned_disregard_rate"])
    after_half = np.where(cases.tafdc_recipient, half, after_work)
    tell("after the recipients' half", after_half, "106 CMR 704.281(B)", "earnings after work expenses")
    care = tell("care that is paid for", _care(cases, law), "106 CMR 704.275")
    counted = np.where(full_disregard, share(after_work, 1 - full["rate"]), np.maximum(after_half - care, 0))
    of = ("after the recipients' half", "care that is paid for", "a month of the full disregard")
    tell("earnings that count", counted, "106 CMR 704.280, 704.281", *of)
    deficit = standard - counted - unearned
    family = (unit & (cases.children | cases.pregnant)).any(axis=1)
    clothing = np.zeros_like(deficit)
    if law.month.month == 9:  # the clothing allowance raises the standard of September (704.420)
        clothing = how_many(unit & cases.children) * law.cents("tafdc/clothing_allowance")
    tell("clothing allowance", clothing, "106 CMR 704.420")
    eligible = family & (deficit + clothing >= 0)
    of = ("payment standard", "clothing allowance", "earnings that count", "other income that counts")
    paid = tell("TAFDC", _paid(deficit + clothing, eligible), "106 CMR 704.500(A)", *of)
    return Grant(unit, paid, _paid(deficit, eligible), eligible, full_disregard)


def full_disregard_months(month: date) -> int:
    """Months of the full disregard of earnings that the law gives (704.281(A)); 0 where that is not known."""
    try:
        return int(Parameters.at(month)["tafdc/full_disregard"]["months"])
    except UnknownParameter:
        return 0


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
    under = how_many((ages >= 0) & (ages < most["young"])) * round(most["under"] * 100)
    over = how_many((ages >= most["young"]) & (ages < CARE_AGE)) * round(most["over"] * 100)
    return np.where(cases.earned_cents > 0, np.minimum(cases.child_care_cents, under + over), 0)


def _paid(deficit: Cents, eligible: Flags) -> Cents:
    """Whole dollars, and nothing below the smallest payment (704.500(A))."""
    whole = np.where(eligible, np.maximum(deficit, 0) // 100 * 100, 0)
    return np.where(whole < SMALLEST_PAYMENT_CENTS, 0, whole)
