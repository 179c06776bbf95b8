"""Employee payroll taxes: Social Security, Medicare (26 USC 3101) and PFML (M.G.L. c.175M s.6)."""

from __future__ import annotations

import numpy as np

from benefits.cases import Cases, Cents
from benefits.parameters import Parameters


def yearly_cents(cases: Cases, law: Parameters) -> tuple[Cents, Cents]:
    """(Social Security and Medicare of each person (n, p), PFML of each household (n,)), cents a year."""
    earning = np.flatnonzero((cases.adults & (cases.earnings_cents > 0)).T)
    base, fica = np.zeros((2, *cases.ages.T.shape), dtype=np.int64)
    wages = cases.earnings_cents.T.reshape(-1)[earning] * 12
    insured = np.minimum(wages, round(law["federal_tax/oasdi_wage_base"] * 100))
    base.reshape(-1)[earning] = insured
    more = law["federal_tax/additional_medicare"]
    medicare = wages * law["federal_tax/medicare_rate"] + np.maximum(wages - more["over"] * 100, 0) * more["rate"]
    fica.reshape(-1)[earning] = np.floor(insured * law["federal_tax/oasdi_rate"] + medicare + 0.5)
    leave = np.floor(base.sum(axis=0) * law["massachusetts_tax/pfml_employee_rate"] + 0.5)
    return fica.T, leave.astype(np.int64)
