"""Federal income tax, earned income credit and child credit (26 USC 1, 21, 24, 32, 63, 86)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benefits.cases import Cases, Cents, how_many
from benefits.parameters import YEAR, Parameters

AGED, CARE_AGE = 65, 13


@dataclass(frozen=True)
class FederalTax:
    """Cents a year: tax after nonrefundable credits, and the two refundable credits."""

    tax_cents: Cents
    eitc_cents: Cents
    child_credit_cents: Cents  # the refundable part
    care_credit_cents: Cents  # of which the tax is less already


def yearly(cases: Cases, law: Parameters, fica_cents: Cents) -> FederalTax:
    """One return (`units.tax_return`), joint when the first two adults are married.

    Dependants under 17 count for the child credit, others for $500, and all for the earned income credit.
    `fica_cents` (n,): Social Security and Medicare taxes, for the refundable child credit of three children or more.
    """
    tell = law.telling("FEDERAL_TAX")
    gross = tell("adjusted gross income", gross_income_cents(cases, law), "26 USC 62, 85, 86", unit=YEAR)
    standard = tell("standard deduction", _standard(cases, law), "26 USC 63(c)", unit=YEAR)
    aged = tell("deductions of who is 65", _aged(cases, law, gross), "26 USC 63(f), 151(d)(5)(C)",
                "adjusted gross income", unit=YEAR)  # fmt: skip
    taxable = np.maximum(gross - standard - aged, 0)
    of: tuple[str, ...] = ("adjusted gross income", "standard deduction", "deductions of who is 65")
    tell("taxable income", taxable, "26 USC 63(b)", *of, unit=YEAR)
    before = _brackets(cases, law, taxable)
    tell("tax before credits", before, "26 USC 1", "taxable income", unit=YEAR)
    care = np.minimum(_care_credit(cases, law, gross), before)
    tell("care credit", care, "26 USC 21", "adjusted gross income", unit=YEAR)
    before = before - care
    young = how_many(cases.dependents & (cases.ages < 17))
    credit = young * law.cents("federal_tax/ctc_amount")
    others = how_many(cases.dependents & (cases.ages >= 17))
    credit = credit + others * law.cents("federal_tax/ctc_other_dependent_credit")
    out = law["federal_tax/ctc_phase_out"]
    over = np.maximum(gross - np.where(cases.joint, out["joint"], out["other"]) * 100, 0)
    credit = np.maximum(credit - _steps(over, out["step"]) * round(out["each"] * 100), 0)
    tell("child credit, as far as there is tax or refund", credit, "26 USC 24", "adjusted gross income", unit=YEAR)
    used = np.minimum(before, credit)
    of = ("tax before credits", "care credit", "child credit, as far as there is tax or refund")
    tell("federal income tax", before - used, "26 USC 1, 21, 24", *of, unit=YEAR)
    tell = law.telling("FEDERAL_CREDITS")
    eitc = eitc_cents(cases, law, gross)
    tell("earnings a year", cases.earned_cents * 12, "26 USC 32(c)(2)", unit=YEAR)
    left = tell("child credit that no tax uses up", credit - used, "26 USC 24(d)(1)(A)", unit=YEAR)
    phase_in = law["federal_tax/ctc_refundable_phase_in"]
    rising = np.floor(phase_in["rate"] * np.maximum(cases.earned_cents * 12 - phase_in["threshold"] * 100, 0))
    many = young >= phase_in["payroll_children"]
    rising = np.where(many, np.maximum(rising, fica_cents - eitc), rising).astype(np.int64)
    tell("by earnings or payroll taxes", rising, "26 USC 24(d)(1)(B)", "earnings a year", unit=YEAR)
    most = young * law.cents("federal_tax/ctc_refundable_max")
    tell("at most, for children under 17", most, "26 USC 24(h)(5)", unit=YEAR)
    child = np.maximum(np.minimum(np.minimum(rising, most), left), 0)
    of = ("child credit that no tax uses up", "by earnings or payroll taxes", "at most, for children under 17")
    tell("refundable child credit", child, "26 USC 24(d), (h)(5)", *of, unit=YEAR)
    credits = ("earned income credit", "refundable child credit")
    tell("federal credits", eitc + child, "26 USC 24(d), 32", *credits, unit=YEAR)
    return FederalTax(before - used, eitc, child, care)


def _standard(cases: Cases, law: Parameters) -> Cents:
    """The standard deduction, less of it for who is claimed by somebody else (26 USC 63(c)(5))."""
    whole = _by_status(cases, law["federal_tax/standard_deduction"])
    claimed = np.asarray((cases.claimed & cases.filers).any(axis=1))
    if not claimed.any():
        return whole
    rule = law["federal_tax/dependent_deduction"]
    own = cases.earned_cents * 12 + round(rule["earned_plus"] * 100)
    return np.where(claimed, np.minimum(np.maximum(own, round(rule["least"] * 100)), whole), whole)


def gross_income_cents(cases: Cases, law: Parameters) -> Cents:
    """Adjusted gross income, cents a year: earnings, unemployment, pensions, the taxable part of Social Security."""
    taxed = (cases.earned_cents + cases.taxed_unearned_cents) * 12
    if "social_security_cents" not in cases.filled:
        return taxed
    benefits = (cases.main_unearned_cents - cases.taxed_unearned_cents) * 12
    rule = law["federal_tax/social_security_taxable"]
    first, second = (np.where(cases.joint, rule["joint"][i], rule["other"][i]) * 100 for i in (0, 1))
    combined = taxed + benefits * rule["half"]
    half = np.minimum(rule["half"] * (combined - first), rule["half"] * benefits).clip(0)
    upper = rule["most"] * (combined - second) + np.minimum(half, rule["half"] * (second - first))
    part = np.where(combined <= second, half, np.minimum(upper, rule["most"] * benefits))
    return np.asarray(taxed + np.floor(part + 0.5).astype(np.int64))


def eitc_cents(cases: Cases, law: Parameters, gross_cents: Cents) -> Cents:
    """The earned income credit (26 USC 32), cents a year; without children only at 25 to 64.

    It falls with adjusted gross income (`gross_cents`) where that is more than earnings.
    """
    tell = law.telling("FEDERAL_CREDITS")
    income = cases.earned_cents * 12
    count = np.minimum(how_many(cases.dependents), 3)
    most = np.array(law["federal_tax/eitc_max_credit"], dtype=np.int64)[count] * 100
    rising = np.array(law["federal_tax/eitc_phase_in_rate"])[count] * income
    earned = np.minimum(rising, most)
    tell("share of earnings, up to the most", earned, "26 USC 32(a), (b)", unit=YEAR)
    start = law["federal_tax/eitc_phase_out_start"]
    begin = np.where(cases.joint, np.array(start["joint"])[count], np.array(start["single_hoh"])[count])
    over = np.maximum(np.maximum(income, gross_cents) - begin * 100, 0)
    lost = np.array(law["federal_tax/eitc_phase_out_rate"])[count] * over
    tell("lost above a threshold", lost, "26 USC 32(a)(2)", unit=YEAR)
    of_age = (cases.filers & (cases.ages >= 25) & (cases.ages <= 64)).any(axis=1)
    may = tell("with a child, or of age", (count > 0) | of_age, "26 USC 32(c)(1)(A)", unit="yes")
    credit = np.where(may, np.floor(np.maximum(earned - lost, 0)), 0).astype(np.int64)
    of = ("with a child, or of age", "share of earnings, up to the most", "lost above a threshold")
    return tell("earned income credit", credit, "26 USC 32", *of, unit=YEAR)


def _aged(cases: Cases, law: Parameters, gross: Cents) -> Cents:
    """What filers of 65 and more deduct besides: the additional standard deduction (26 USC 63(f)), and from 2025 to
    2028 that for seniors (26 USC 151(d)(5)(C))."""
    aged = how_many(cases.filers & (cases.ages >= AGED))
    if law.steps is None and not aged.any():
        return aged
    extra = law["federal_tax/aged_deduction"]
    senior = law["federal_tax/senior_deduction"]
    start = np.where(cases.joint, senior["joint"], senior["other"]) * 100
    each = np.maximum(senior["amount"] * 100 - np.floor(np.maximum(gross - start, 0) * senior["rate"]), 0)
    own = np.where(cases.joint, extra["joint"], extra["other"]) * 100
    return np.asarray(aged * (own + each.astype(np.int64)), dtype=np.int64)


def _care_credit(cases: Cases, law: Parameters, gross: Cents) -> Cents:
    """Child and dependent care credit (26 USC 21), before it is held to the tax.

    A share of what care costs, up to what the filer with the lower earnings earns. Who cannot care for themselves would
    count at any age, and a spouse who cannot be deemed to earn (21(b)(1), (d)(2)); that is not recorded.
    """
    rule = law["federal_tax/care_credit"]
    found = np.zeros_like(gross)
    paying = np.flatnonzero(cases.child_care_cents > 0)
    if not len(paying):
        return found
    payers, gross = cases.some(paying), gross[paying]
    joint, filers = payers.joint, payers.filers
    count = np.minimum(how_many(payers.dependents & (payers.ages < CARE_AGE)), 2)
    most = np.array(rule["most"], dtype=np.int64)[count] * 100
    most_of_all = np.iinfo(np.int64).max
    earned = np.where(filers, payers.earnings_cents * 12, most_of_all).min(axis=1, initial=most_of_all)
    spent = np.minimum(np.minimum(payers.child_care_cents * 12, most), earned)
    points = np.maximum(rule["highest"] - _steps(np.maximum(gross - rule["start"] * 100, 0), rule["step"]),
                        rule["lowest"])  # fmt: skip
    again = np.maximum(gross - np.where(joint, rule["again_joint"], rule["again_other"]) * 100, 0)
    more = np.where(joint, _steps(again, 2 * rule["step"]), _steps(again, rule["step"]))
    points = np.where(again > 0, np.maximum(points - more, rule["least"]), points)
    found[paying] = spent * points // 100
    return found


def _steps(cents: Cents, dollars: int) -> Cents:
    """How many steps of so many dollars an amount is, a part of one counting."""
    return -(-cents // (dollars * 100))


def _brackets(cases: Cases, law: Parameters, taxable: Cents) -> Cents:
    keys = ("single", "head_of_household", "joint")
    starts = np.array([law[f"federal_tax/bracket_lower_thresholds_{key}"] for key in keys], dtype=np.int64) * 100
    status = np.where(cases.joint, 2, np.where(cases.claims, 1, 0))
    owed = np.zeros(len(taxable))
    for step, begins in zip(np.diff(law["federal_tax/bracket_rates"], prepend=0.0), starts.T, strict=True):
        owed += step * np.maximum(taxable - begins[status], 0)
    return np.floor(owed + 0.5).astype(np.int64)


def _by_status(cases: Cases, table: dict[str, int]) -> Cents:
    alone = np.where(cases.claims, table["head_of_household"], table["single"])
    return np.asarray(np.where(cases.joint, table["joint"], alone) * 100, dtype=np.int64)
