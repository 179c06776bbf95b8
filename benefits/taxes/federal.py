"""Federal income tax, earned income credit and child credit (26 USC 1, 24, 32, 63)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benefits.cases import Cases, Cents
from benefits.parameters import Parameters


@dataclass(frozen=True)
class FederalTax:
    """Cents a year: tax after nonrefundable credits, and the two refundable credits."""

    tax_cents: Cents
    eitc_cents: Cents
    child_credit_cents: Cents  # the refundable part


def yearly(cases: Cases, law: Parameters) -> FederalTax:
    """One return a household, of all its adults' earnings: joint when its first two are married.

    Children under 17 count for the child credit, under 19 for the earned income credit.
    """
    income = cases.earned_cents * 12
    taxable = np.maximum(income - _by_status(cases, law, "federal_tax/standard_deduction"), 0)
    before = _brackets(cases, law, taxable)
    young = (cases.people & (cases.ages < 17)).sum(axis=1)
    credit = young * round(law["federal_tax/ctc_amount"] * 100)
    others = (cases.children & (cases.ages >= 17)).sum(axis=1)
    credit = credit + others * round(law["federal_tax/ctc_other_dependent_credit"] * 100)
    used = np.minimum(before, credit)
    phase_in = law["federal_tax/ctc_refundable_phase_in"]
    refundable = np.floor(phase_in["rate"] * np.maximum(income - phase_in["threshold"] * 100, 0))
    most = young * round(law["federal_tax/ctc_refundable_max"] * 100)
    child = np.minimum(np.minimum(refundable.astype(np.int64), most), credit - used)
    return FederalTax(before - used, eitc_cents(cases, law), np.maximum(child, 0))


def eitc_cents(cases: Cases, law: Parameters) -> Cents:
    """The earned income credit (26 USC 32), cents a year; without children only at 25 to 64."""
    income = cases.earned_cents * 12
    count = np.minimum((cases.people & ~cases.filers & (cases.ages < 19)).sum(axis=1), 3)
    most = np.array(law["federal_tax/eitc_max_credit"], dtype=np.int64)[count] * 100
    rising = np.array(law["federal_tax/eitc_phase_in_rate"])[count] * income
    start = law["federal_tax/eitc_phase_out_start"]
    begin = np.where(cases.joint, np.array(start["joint"])[count], np.array(start["single_hoh"])[count])
    falling = np.array(law["federal_tax/eitc_phase_out_rate"])[count] * np.maximum(income - begin * 100, 0)
    credit = np.maximum(np.minimum(rising, most) - falling, 0)
    of_age = ((cases.ages >= 25) & (cases.ages <= 64)).any(axis=1)
    return np.where((count > 0) | of_age, np.floor(credit), 0).astype(np.int64)


def _brackets(cases: Cases, law: Parameters, taxable: Cents) -> Cents:
    rates = np.array(law["federal_tax/bracket_rates"])
    steps = np.diff(rates, prepend=0.0)

    def tax(key: str) -> npt.NDArray[np.float64]:
        starts = np.array(law[key], dtype=np.float64) * 100
        return np.asarray((np.maximum(taxable[:, None] - starts, 0) * steps).sum(axis=1))

    single = tax("federal_tax/bracket_lower_thresholds_single")
    head = tax("federal_tax/bracket_lower_thresholds_head_of_household")
    joint = tax("federal_tax/bracket_lower_thresholds_joint")
    owed = np.where(cases.joint, joint, np.where(cases.has_children, head, single))
    return np.floor(owed + 0.5).astype(np.int64)


def _by_status(cases: Cases, law: Parameters, key: str) -> Cents:
    table = law[key]
    alone = np.where(cases.has_children, table["head_of_household"], table["single"])
    return np.asarray(np.where(cases.joint, table["joint"], alone) * 100, dtype=np.int64)
