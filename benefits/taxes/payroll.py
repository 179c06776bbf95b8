"""Employee payroll taxes: Social Security, Medicare (26 USC 3101) and PFML (M.G.L. c.175M s.6)."""

from __future__ import annotations

import numpy as np

from benefits.cases import Cases, Cents
from benefits.parameters import Parameters


def yearly_cents(cases: Cases, law: Parameters) -> tuple[Cents, Cents]:
    """(Social Security and Medicare of each person (n, p), PFML of each household (n,)), cents a year."""
    wages = np.where(cases.adults, cases.earnings_cents, 0) * 12
    base = np.minimum(wages, round(law["federal_tax/oasdi_wage_base"] * 100))
    fica = np.floor(base * law["federal_tax/oasdi_rate"] + wages * law["federal_tax/medicare_rate"] + 0.5)
    leave = np.floor(base.sum(axis=1) * law["massachusetts_tax/pfml_employee_rate"] + 0.5)
    return fica.astype(np.int64), leave.astype(np.int64)
