"""Home Energy Assistance (42 USC 8624; Massachusetts LIHEAP State Plan): a state, with what a season of it is worth."""

from __future__ import annotations

import numpy as np

from benefits import median_income, poverty
from benefits.cases import Cases, Cents, Flags, share
from benefits.parameters import Parameters

_INCLUDED = "heat is in a subsidized rent that takes little of income"
SEASON_BEGINS = 10
"""The month in which a heating season's poverty guideline and amounts begin."""


def may_take_part(cases: Cases, law: Parameters, grants_cents: Cents) -> Flags:
    """Households (n,) within 60 % of the state's median income; `grants_cents` (n,) count. Where a subsidised rent
    includes the heat, only if it takes more than 30 % of income."""
    tell = law.telling("HEAP")
    income = cases.earned_cents + cases.unearned_cents + grants_cents
    tell("income with grants", income, "42 USC 8624(b)(2); Massachusetts LIHEAP State Plan")
    size = tell("people", cases.size, "42 USC 8622(5)", unit="people")
    limit = np.floor(median_income.monthly_cents(law, size) * law["heap/income_limit"] + 0.5).astype(np.int64)
    tell("income limit", limit, "Massachusetts LIHEAP State Plan; 45 CFR 96.85", "people")
    may = np.asarray(income <= limit)
    of: tuple[str, ...] = ("income with grants", "income limit")
    if "subsidized" in cases.filled:
        most = share(income, law["heap/share_of_income_for_rent"])
        included = cases.subsidized & ~cases.heats & (cases.rent_cents <= most)
        tell(_INCLUDED, included, "Massachusetts LIHEAP Model Plan, section 2.3", "income with grants", unit="yes")
        of, may = (*of, _INCLUDED), may & ~included
    tell("may take part", may, "42 USC 8624(b)(2)", *of, unit="yes")
    if law.steps is not None:
        season_cents(cases, law, income, may)
    return may


def season_cents(cases: Cases, law: Parameters, income_cents: Cents, may: Flags) -> Cents:
    """The least and the most that help with a season's bills comes to (2, n), cents a season; bills below it are all
    that is paid.

    `income_cents` (n,): of a month, with grants; `may` (n,): who may take part. The least is what is paid for gas and
    electricity; the most, where the rent does not include the heat, for fuel that is delivered, with the supplement of
    who had high bills last winter: neither fuel nor bills are recorded.
    """
    tell = law.telling("HEAP")
    ratio = income_cents / np.maximum(poverty.monthly_cents(law, cases.size, SEASON_BEGINS), 1)
    tell("share of poverty", ratio, "Massachusetts HEAP benefit levels", "income with grants", "people", unit="share")
    table = law["heap/season"]
    level = np.searchsorted(table["from"], ratio, side="right") - 1

    def by(fuel: str) -> Cents:
        private, subsidized = (np.array(table[kind][fuel])[level] for kind in ("private", "subsidized"))
        return np.asarray(np.where(may, np.where(cases.subsidized, subsidized, private), 0) * 100)

    least, more = by("utility"), by("delivered")
    most = np.where(may & cases.heats, more + np.array(table["supplement"])[level] * 100, least)
    both = np.array([least, most])
    tell("help with a season's bills, at most", both.ravel(), "Massachusetts HEAP benefit levels", "may take part",
         "share of poverty", unit="cents_a_season")  # fmt: skip
    return both
