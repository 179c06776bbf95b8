"""Premium tax credit (26 USC 36B): what a household is expected to pay towards a benchmark plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benefits import poverty
from benefits.cases import Cases, Cents, Flags
from benefits.parameters import YEAR, Parameters


@dataclass(frozen=True)
class Contribution:
    """Whether income allows a credit (n,), and cents a month towards the benchmark plan (n,). The credit is what the
    plan costs beyond that; its price goes by age and county and is not recorded."""

    eligible: Flags
    cents: Cents


def contribution(cases: Cases, law: Parameters) -> Contribution:
    """By household income as a share of the poverty line of the year before (36B(d)(3)(B)), within bands; parts of a
    percent are dropped (Form 8962, line 5)."""
    tell = law.telling("PREMIUM_CREDIT")
    income = tell("income a year", cases.gross_income_cents * 12, "26 USC 36B(d)(2)", unit=YEAR)
    line = poverty.yearly_cents(law, cases.size, law.month.year - 1)
    tell("poverty line of the year before", line, "26 USC 36B(d)(3)(B); 42 USC 9902(2)", unit=YEAR)
    rule = law["premium_credit/contribution"]
    both = ("income a year", "poverty line of the year before")
    over = income > line * rule["ends"][-1]
    ratio = tell(
        "share of poverty", income * 100 // np.maximum(line, 1) / 100, "Form 8962, line 5", *both, unit="share"
    )
    ends = np.array(rule["ends"])
    band = np.minimum(np.searchsorted(ends, ratio, side="right"), len(ends) - 1)
    begins = np.concatenate([[0.0], ends])[band]
    inside = (ratio - begins) / (ends[band] - begins)
    start, end = np.array(rule["start"])[band], np.array(rule["end"])[band]
    share = np.where(over, rule["beyond"], start + (end - start) * np.minimum(inside, 1))
    tell("share of income that is expected", share, "26 USC 36B(b)(3)(A)", "share of poverty", unit="share")
    eligible = (ratio >= 1) & (~over | (rule["beyond"] > 0))
    cents = np.floor(cases.gross_income_cents * share + 0.5).astype(np.int64)
    tell("income allows a credit", np.asarray(eligible), "26 USC 36B(c)(1)(A)", "share of poverty", unit="yes")
    expected = np.where(eligible, cents, 0)
    of = ("income a year", "share of income that is expected", "income allows a credit")
    tell("expected towards the benchmark plan", expected, "26 USC 36B(b)(2)(B)(ii)", *of)
    return Contribution(np.asarray(eligible), expected)
