"""Premium tax credit (26 USC 36B): what a household is expected to pay towards a benchmark plan, and the credit."""

from __future__ import annotations

import numpy as np

from benefits import poverty
from benefits.cases import Cases, Cents, Flags, how_many
from benefits.parameters import YEAR, Parameters

_INCOME, _LINE, _SHARE = "income a year", "poverty line of the year before", "share of poverty"
_EXPECTED, _ALLOWED = "share of income that is expected", "income allows a credit"
_PAID, _PLAN = "expected towards the benchmark plan", "premium of the benchmark plan"
OF_AGE, MOST_CHILDREN = 21, 3
"""Of people younger than this, no more than so many count, the oldest (45 CFR 147.102(c)(1))."""


def allowed(cases: Cases, law: Parameters) -> Flags:
    """Whose income allows a credit (n,): from the poverty line of the year before (36B(d)(3)(B)) to the end of the
    year's bands, or to any income."""
    tell = law.telling("PREMIUM_CREDIT")
    income = tell(_INCOME, cases.gross_income_cents * 12, "26 USC 36B(d)(2)", unit=YEAR)
    line = poverty.yearly_cents(law, cases.size, law.month.year - 1)
    tell(_LINE, line, "26 USC 36B(d)(3)(B); 42 USC 9902(2)", unit=YEAR)
    rule = law["premium_credit/contribution"]
    may = np.asarray((income >= line) & ((income <= line * rule["ends"][-1]) | (rule["beyond"] > 0)))
    return tell(_ALLOWED, may, "26 USC 36B(c)(1)(A)", _INCOME, _LINE, unit="yes")


def expected_cents(cases: Cases, law: Parameters) -> Cents:
    """What a household pays a month towards the benchmark plan (n,), 0 where its income allows no credit: by income as
    a share of the poverty line, within bands; parts of a percent are dropped (Form 8962, line 5).

    The credit is what the plan costs beyond that, see `credit_cents`.
    """
    may = allowed(cases, law)
    tell = law.telling("PREMIUM_CREDIT")
    income = cases.gross_income_cents * 12
    line = poverty.yearly_cents(law, cases.size, law.month.year - 1)
    rule = law["premium_credit/contribution"]
    ratio = income * 100 // np.maximum(line, 1) / 100
    tell(_SHARE, ratio, "Form 8962, line 5", _INCOME, _LINE, unit="share")
    ends = np.array(rule["ends"])
    band = np.minimum(np.searchsorted(ends, ratio, side="right"), len(ends) - 1)
    begins = np.concatenate([[0.0], ends])[band]
    inside = (ratio - begins) / (ends[band] - begins)
    start, end = np.array(rule["start"])[band], np.array(rule["end"])[band]
    within = start + (end - start) * np.minimum(inside, 1)
    share = np.where(income > line * rule["ends"][-1], rule["beyond"], within)
    tell(_EXPECTED, share, "26 USC 36B(b)(3)(A)", _SHARE, unit="share")
    expected = np.where(may, np.floor(cases.gross_income_cents * share + 0.5).astype(np.int64), 0)
    return tell(_PAID, expected, "26 USC 36B(b)(2)(B)(ii)", _INCOME, _EXPECTED, _ALLOWED)


def credit_cents(cases: Cases, law: Parameters, covered: Flags) -> Cents:
    """The least and the most that the credit comes to (2, n), cents a month: what the benchmark plan of who is
    `covered` (n, p), of those whose income allows it, costs beyond what is expected, where it costs least in the state
    and where it costs most, as the rating area is not recorded."""
    expected = expected_cents(cases, law)
    tell = law.telling("PREMIUM_CREDIT")
    curve = law["premium_credit/age_curve"]
    children = covered & (cases.ages < OF_AGE)
    adults = covered & ~children
    place = np.searchsorted(curve["ages"], np.maximum(cases.ages, 0), side="right") - 1
    times = np.where(adults, np.array(curve["factors"])[place], 0.0).sum(axis=1)
    times = times + np.minimum(how_many(children), MOST_CHILDREN)
    tell("times the premium of one under 21", times, "45 CFR 147.102(c)(1), (d), (e)", unit="times")
    areas = law["premium_credit/benchmark_premium"].values()
    plan = np.array([np.floor(times * area * 100 + 0.5) for area in (min(areas), max(areas))]).astype(np.int64)
    tell(_PLAN, plan.ravel(), "26 USC 36B(b)(3)(B)", "times the premium of one under 21")
    credit = np.maximum(plan - expected, 0)
    tell("premium tax credit", credit.ravel(), "26 USC 36B(a), (b)(2)", _PLAN, _PAID)
    return credit
