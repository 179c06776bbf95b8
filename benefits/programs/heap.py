"""Home Energy Assistance (42 USC 8624; Massachusetts LIHEAP State Plan): whether income allows it; a state."""

from __future__ import annotations

import numpy as np

from benefits import median_income
from benefits.cases import Cases, Cents, Flags
from benefits.parameters import Parameters


def may_take_part(cases: Cases, law: Parameters, grants_cents: Cents) -> Flags:
    """Households (n,) within 60 % of the state's median income; `grants_cents` (n,) count. What is paid goes by fuel,
    which is not recorded."""
    tell = law.telling("HEAP")
    income = cases.earned_cents + cases.unearned_cents + grants_cents
    tell("income with grants", income, "42 USC 8624(b)(2); Massachusetts LIHEAP State Plan")
    size = tell("people", cases.size, "42 USC 8622(5)", unit="people")
    limit = np.floor(median_income.monthly_cents(law, size) * law["heap/income_limit"] + 0.5).astype(np.int64)
    tell("income limit", limit, "Massachusetts LIHEAP State Plan; 45 CFR 96.85", "people")
    may = np.asarray(income <= limit)
    return tell("may take part", may, "42 USC 8624(b)(2)", "income with grants", "income limit", unit="yes")
