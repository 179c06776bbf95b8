"""Home Energy Assistance (42 USC 8624; Massachusetts LIHEAP State Plan): whether income allows it; a state."""

from __future__ import annotations

import numpy as np

from benefits import median_income
from benefits.cases import Cases, Flags
from benefits.parameters import Parameters


def may_take_part(cases: Cases, law: Parameters, grants_cents: Flags) -> Flags:
    """Households (n,) within 60 % of the state's median income; `grants_cents` (n,) count. What is paid goes by fuel,
    which is not recorded."""
    income = cases.earned_cents + cases.unearned_cents + grants_cents
    return np.asarray(income <= median_income.monthly_cents(law, cases.size) * law["heap/income_limit"])
