"""Employee payroll taxes: Social Security, Medicare (26 USC 3101) and PFML (M.G.L. c.175M s.6)."""

from __future__ import annotations

import numpy as np

from benefits.cases import Cases, Cents
from benefits.parameters import YEAR, Parameters


def yearly_cents(cases: Cases, law: Parameters) -> tuple[Cents, Cents]:
    """(Social Security and Medicare of each person (n, p), PFML of each household (n,)), cents a year."""
    tell = law.telling("PAYROLL_TAX")
    earning = np.flatnonzero((cases.adults & (cases.earnings_cents > 0)).T)
    base, fica = np.zeros((2, *cases.ages.T.shape), dtype=np.int64)
    wages = cases.earnings_cents.T.reshape(-1)[earning] * 12
    insured = np.minimum(wages, round(law["federal_tax/oasdi_wage_base"] * 100))
    base.reshape(-1)[earning] = insured
    tell("wages that are insured", base.T, "26 USC 3121(a)(1)", unit=YEAR)
    more = law["federal_tax/additional_medicare"]
    medicare = wages * law["federal_tax/medicare_rate"] + np.maximum(wages - more["over"] * 100, 0) * more["rate"]
    fica.reshape(-1)[earning] = np.floor(insured * law["federal_tax/oasdi_rate"] + medicare + 0.5)
    tell("Social Security and Medicare", fica.T, "26 USC 3101", "wages that are insured", unit=YEAR)
    leave = np.floor(base.sum(axis=0) * law["massachusetts_tax/pfml_employee_rate"] + 0.5).astype(np.int64)
    tell("paid family and medical leave", leave, "M.G.L. c.175M s.6", "wages that are insured", unit=YEAR)
    if law.steps is not None:
        of = ("Social Security and Medicare", "paid family and medical leave")
        tell("payroll taxes", fica.sum(axis=0) + leave, "26 USC 3101; M.G.L. c.175M s.6", *of, unit=YEAR)
    return fica.T, leave
