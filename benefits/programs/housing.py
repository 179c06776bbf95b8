"""What a household pays in subsidised housing: Section 8 (24 CFR 5), public housing (760 CMR 6), MRVP (760 CMR 49)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from benefits.cases import Cases, Cents, how_many, share
from benefits.parameters import YEAR, Parameters

CARE_AGE, SENIOR = 13, 62


class Utilities(IntEnum):
    """Which utilities a household pays for besides its rent."""

    NONE = 0
    SOME = 1
    ALL = 2


class Lease(IntEnum):
    """What pays for a subsidised lease."""

    NONE = 0
    SECTION_8 = 1
    MRVP = 2
    PUBLIC = 3


@dataclass(frozen=True)
class Bounds:
    """Cents a month (n,), at least and at most."""

    low_cents: Cents
    high_cents: Cents


def share_cents(cases: Cases, law: Parameters, grants_cents: Cents) -> Cents:
    """The tenant's share of a subsidised lease (n,), up to the whole rent where that is recorded; 0 without a lease."""
    tell = law.telling("HOUSING")
    tell("earnings that are left out", cases.excluded_cents, "24 CFR 5.617")
    income = _counted(cases) + grants_cents
    tell("income with grants", income, "24 CFR 5.609; 760 CMR 49.05", "earnings that are left out")
    share, of = np.zeros_like(income), []
    if (cases.lease == Lease.SECTION_8).any():
        federal = section8_cents(cases, law, grants_cents)
        share = np.where(cases.lease == Lease.SECTION_8, federal, share)
        of.append("total tenant payment")
    if (cases.lease == Lease.MRVP).any():
        voucher = mrvp_cents(cases, law, grants_cents)
        state = np.where(cases.all_earnings, voucher.high_cents, voucher.low_cents)
        tell("share under a state voucher", state, "760 CMR 49.05(2)", "income with grants")
        share = np.where(cases.lease == Lease.MRVP, state, share)
        of.append("share under a state voucher")
    if (cases.lease == Lease.PUBLIC).any():
        share = np.where(cases.lease == Lease.PUBLIC, public_housing_cents(cases, law, grants_cents), share)
        of.append("rent of state public housing")
    rent = tell("whole rent", cases.contract_rent_cents, "as recorded")
    share = np.where(rent > 0, np.minimum(share, rent), share)
    return tell("tenant's share", np.where(cases.lease > Lease.NONE, share, 0), "24 CFR 5.628; 760 CMR 49.05(2)",
                *of, "whole rent")  # fmt: skip


def section8_cents(cases: Cases, law: Parameters, grants_cents: Cents) -> Cents:
    """The total tenant payment: the greatest of 30 % of adjusted and 10 % of gross income, and the least there is.

    `grants_cents` (n,): TAFDC, EAEDC and the like, which count (24 CFR 5.609). Rent follows at the yearly review.
    """
    tell = law.telling("HOUSING")
    gross = (_counted(cases) + grants_cents) * 12
    rule, shares = law["housing/section8_deductions"], law["housing/section8_shares"]
    dependents = how_many(cases.people & ~cases.filers & ((cases.ages < 18) | cases.disabled))
    own = (cases.filers & ((cases.ages >= SENIOR) | cases.disabled)).any(axis=1)
    allowed = dependents * rule["dependent"] * 100 + own * rule["elderly_or_disabled"] * 100
    tell("for dependents and an elderly or disabled family", allowed, "24 CFR 5.611(a)(1), (2)", unit=YEAR)
    care = tell("care of children that is paid for", _care(cases), "24 CFR 5.611(a)(4)", unit=YEAR)
    beyond = np.maximum(cases.medical_cents * 12 - share(gross, law["housing/section8_medical"]), 0)
    medical = tell("medical costs", np.where(own, beyond, 0), "24 CFR 5.611(a)(3)", unit=YEAR)
    deducted = allowed + care + medical
    adjusted = np.maximum(gross - deducted, 0)
    tell("deductions a year", deducted, "24 CFR 5.611(a)", "for dependents and an elderly or disabled family",
         "care of children that is paid for", "medical costs", unit=YEAR)  # fmt: skip
    tell("adjusted income a year", adjusted, "24 CFR 5.611", "income with grants", "deductions a year", unit=YEAR)
    thirty = tell("30 % of adjusted income", share(adjusted, shares["adjusted"] / 12), "24 CFR 5.628(a)(1)",
                  "adjusted income a year")  # fmt: skip
    ten = tell("10 % of income", share(gross, shares["gross"] / 12), "24 CFR 5.628(a)(2)", "income with grants")
    most = np.maximum(np.maximum(thirty, ten), round(shares["least"] * 100))
    return tell("total tenant payment", most, "24 CFR 5.628", "30 % of adjusted income", "10 % of income")


def public_housing_cents(cases: Cases, law: Parameters, grants_cents: Cents) -> Cents:
    """Rent in state-aided public housing: a share of net income by the `utilities` that are paid besides it."""
    tell = law.telling("HOUSING")
    gross = (cases.earned_cents + cases.unearned_cents + grants_cents) * 12
    rule = law["housing/public_housing_deductions"]
    old = (cases.head & ((cases.ages >= SENIOR) | cases.disabled)).any(axis=1)
    earning = cases.adults & ~cases.head & (cases.earnings_cents * 12 > rule["member"] * 100)
    members = how_many(cases.children) + how_many(earning)
    medical = np.maximum(cases.medical_cents * 12 - share(gross, rule["medical"]), 0)
    deducted = members * rule["member"] * 100 + old * rule["elderly_or_disabled"] * 100 + _care(cases) + medical
    tell("deductions a year", deducted, "760 CMR 6.05(4)", unit=YEAR)
    net = np.maximum(gross - deducted, 0)
    tell("net income a year", net, "760 CMR 6.05", "income with grants", "deductions a year", unit=YEAR)
    shares = law["housing/public_housing_shares"]
    rate = np.where(old, np.array(shares["elderly"])[cases.utilities], np.array(shares["family"])[cases.utilities])
    tell("share of it by the utilities that are paid", rate, "760 CMR 6.04(1)", unit="share")
    rent = np.maximum(np.floor(net * rate / 12 + 0.5).astype(np.int64), round(shares["least"] * 100))
    of = ("net income a year", "share of it by the utilities that are paid")
    return tell("rent of state public housing", rent, "760 CMR 6.04(1)", *of)


def mrvp_cents(cases: Cases, law: Parameters, grants_cents: Cents) -> Bounds:
    """The least share of rent under a state voucher, between what it is with half and with all of earnings counted.

    The text of 49.05(5)(b)1 begins with one half of earnings; how far that reaches is not known.
    """
    rule = law["housing/mrvp_share"]
    other = cases.unearned_cents + grants_cents
    low, high = (
        share(share(cases.earned_cents, rule[name]) + other, rule["net"]) for name in ("earned_low", "earned_high")
    )
    return Bounds(low, high)


def _counted(cases: Cases) -> Cents:
    """Income without grants, of which a part of earnings may be left out."""
    return cases.earned_cents + cases.unearned_cents - np.minimum(cases.excluded_cents, cases.earned_cents)


def _care(cases: Cases) -> Cents:
    """Care of children under 13 that is paid for, as far as there are earnings (24 CFR 5.611(a)(4)), a year."""
    young = (cases.people & (cases.ages < CARE_AGE)).any(axis=1)
    return np.where(young, np.minimum(cases.child_care_cents, cases.earned_cents) * 12, 0)
