"""Premium tax credit (26 USC 36B): what a household is expected to pay towards a benchmark plan."""

from __future__ import annotations

import numpy as np

from benefits import poverty
from benefits.cases import Cases, Cents, Flags
from benefits.parameters import YEAR, Parameters

_INCOME, _LINE, _SHARE = "income a year", "poverty line of the year before", "share of poverty"
_EXPECTED, _ALLOWED = "share of income that is expected", "income allows a credit"


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

    The credit is what the plan costs beyond that; its price goes by age and county and is not recorded.
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
    return tell(
        "expected towards the benchmark plan", expected, "26 USC 36B(b)(2)(B)(ii)", _INCOME, _EXPECTED, _ALLOWED
    )
