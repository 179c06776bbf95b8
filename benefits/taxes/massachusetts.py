"""Massachusetts income tax and its refundable credits (M.G.L. c.62)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benefits.cases import Cases, Cents, how_many
from benefits.parameters import YEAR, Parameters

AGED = 65
MILLION_CENTS = 1_000_000_00
"""Of less there is no surtax, from whatever it is in years of which that is not known."""


@dataclass(frozen=True)
class StateTax:
    """Cents a year."""

    tax_cents: Cents
    eitc_cents: Cents
    child_credit_cents: Cents


def yearly(cases: Cases, law: Parameters, fica: Cents, federal_eitc: Cents) -> StateTax:
    """Tax at 5 %, and 4 % more of what is over a million (s.4(d)), with the no-tax status and the limited income credit
    (s.5(a)).

    Social Security is not taxed (s.2(a)(2)(H)).
    `fica`: Social Security and Medicare of each person (n, p), deductible to $2,000 an earner
    (s.3(B)(a)(3)).
    """
    tell = law.telling("STATE_TAX")
    income = (cases.earned_cents + cases.taxed_unearned_cents) * 12
    tell("adjusted gross income", income, "M.G.L. c.62 s.2", unit=YEAR)
    dependents = how_many(cases.dependents)
    exemption = _by_status(cases, law["massachusetts_tax/personal_exemption"])
    exemption = exemption + dependents * law.cents("massachusetts_tax/dependent_exemption")
    aged = how_many(cases.filers & (cases.ages >= AGED))
    exemption = exemption + aged * law.cents("massachusetts_tax/aged_exemption")
    tell("exemptions", exemption, "M.G.L. c.62 s.3(B)(b)", unit=YEAR)
    deducted = np.minimum(fica, law.cents("massachusetts_tax/fica_deduction_max")).sum(axis=1)
    tell("payroll taxes that are deducted", deducted, "M.G.L. c.62 s.3(B)(a)(3)", unit=YEAR)
    rent = law["massachusetts_tax/rent_deduction"]
    rented = np.minimum(np.floor(cases.rent_cents * 12 * rent["rate"]), rent["cap"] * 100)
    tell("rent that is deducted", rented, "M.G.L. c.62 s.3(B)(a)(9)", unit=YEAR)
    taxable = np.maximum(income - exemption - deducted - rented, 0)
    deductions = ("exemptions", "payroll taxes that are deducted", "rent that is deducted")
    tell("taxable income", taxable, "M.G.L. c.62 s.3(B)", "adjusted gross income", *deductions, unit=YEAR)
    owed = np.floor(taxable * law["massachusetts_tax/income_tax_rate"] + 0.5)
    surtax = law.glance("massachusetts_tax/surtax")
    if taxable.max(initial=0) > (surtax["over"] * 100 if surtax else MILLION_CENTS):  # nobody else's rests on it
        surtax = law["massachusetts_tax/surtax"]
        owed = owed + np.floor(np.maximum(taxable - surtax["over"] * 100, 0) * surtax["rate"] + 0.5)
    tell("at the rate", owed.astype(np.int64), "M.G.L. c.62 s.4(b), (d)", "taxable income", unit=YEAR)
    tax = _limited(cases, law, income, dependents, owed).astype(np.int64)
    incomes = ("at the rate", "income without tax", "most for limited income")
    tell("Massachusetts income tax", tax, "M.G.L. c.62 s.4(b), 5(a)", *incomes, unit=YEAR)
    tell = law.telling("STATE_CREDITS")
    tell("federal earned income credit", federal_eitc, "26 USC 32", unit=YEAR)
    eitc = np.floor(federal_eitc * law["massachusetts_tax/eitc_match"] + 0.5).astype(np.int64)
    tell("earned income credit", eitc, "M.G.L. c.62 s.6(h)", "federal earned income credit", unit=YEAR)
    counted = tell("dependants who count", _credited(cases), "M.G.L. c.62 s.6(x), (y)", unit="people")
    child = counted * law.cents("massachusetts_tax/child_family_credit")
    tell("child and family credit", child, "M.G.L. c.62 s.6(x), (y)", "dependants who count", unit=YEAR)
    credits = ("earned income credit", "child and family credit")
    tell("state credits", eitc + child, "M.G.L. c.62 s.6", *credits, unit=YEAR)
    return StateTax(tax, eitc, child)


def _limited(cases: Cases, law: Parameters, income: Cents, dependents: Cents, owed: Cents) -> Cents:
    threshold = law["massachusetts_tax/no_tax_status"]
    single = ~cases.joint & ~cases.claims
    free = _by_status(cases, threshold)
    free = free + np.where(single, 0, dependents * threshold["per_dependent_hoh_joint"] * 100)
    limited = law["massachusetts_tax/limited_income_credit"]
    most = np.floor((income - free) * limited["tax_limit_rate_on_excess_over_no_tax_threshold"])
    inside = income <= free * limited["upper_multiple"]
    tell = law.telling("STATE_TAX")
    tell("income without tax", free, "M.G.L. c.62 s.5(a)", "adjusted gross income", unit=YEAR)
    held = np.where(income <= free, 0, np.where(inside, np.maximum(most, 0), owed)).astype(np.int64)
    tell("most for limited income", held, "M.G.L. c.62 s.5(a)", "adjusted gross income", "income without tax",
         unit=YEAR)  # fmt: skip
    return np.asarray(np.where(income <= free, 0, np.where(inside, np.minimum(owed, most), owed)))


def _credited(cases: Cases) -> Cents:
    """Dependants under 13 or disabled (s.6(x), (y)). Those of 65 count too, but whom of them somebody claims is not
    recorded, see `units`."""
    return how_many(cases.dependents & (cases.disabled | (cases.ages < 13)))


def _by_status(cases: Cases, table: dict[str, float]) -> Cents:
    alone = np.where(cases.claims, table["head_of_household"], table["single"])
    return np.asarray(np.where(cases.joint, table["joint"], alone) * 100, dtype=np.int64)
