"""Massachusetts income tax and credits of 2025 (M.G.L. c.62), reckoned by hand."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from benefits.parameters import Parameters
from benefits.taxes import federal, massachusetts, payroll
from tests.benefits.families import family

LAW = Parameters.at(date(2025, 10, 1))


def of(ages: list[int], monthly: float, **facts: Any) -> massachusetts.StateTax:
    cases = family(LAW.month, ages, [monthly] + [0] * (len(ages) - 1), **facts)
    fica, _ = payroll.yearly_cents(cases, LAW)
    return massachusetts.yearly(cases, LAW, fica, federal.yearly(cases, LAW, fica.sum(axis=1)).eitc_cents)


def test_a_single_person_pays_five_percent_over_exemption_and_payroll_deduction() -> None:
    # 48,000 - 4,400 - 2,000 = 41,600
    assert of([30], 4000).tax_cents.tolist() == [2_080_00]


def test_half_of_the_rent_to_4_000_is_deducted() -> None:
    # 24,000 - 8,800 - 1,836 - 4,000 = 9,364; the limit of ten percent over 16,400 is higher
    assert of([30, 4, 9], 2000, rent=1100).tax_cents.tolist() == [468_20]
    assert of([30, 4, 9], 2000, rent=200).tax_cents.tolist() == [608_20]


@pytest.mark.parametrize(("monthly", "cents"), [(1366, 0), (1400, 40_00)])
def test_there_is_no_tax_to_16_400_for_a_parent_of_two_and_little_over_it(monthly: int, cents: int) -> None:
    assert of([30, 4, 9], monthly).tax_cents.tolist() == [cents]  # ten percent of what is over


def test_the_credits_are_40_percent_of_the_federal_one_and_440_a_child_under_13() -> None:
    found = of([30, 4, 9, 14], 2000)
    assert found.child_credit_cents.tolist() == [880_00]
    assert of([30, 4, 9], 2000).eitc_cents.tolist() == [2_806_04]


def test_a_parent_who_lives_along_counts_and_the_filers_do_not() -> None:
    assert of([40, 70], 2000).child_credit_cents.tolist() == [440_00]
    assert of([66, 70], 2000, joint=True).child_credit_cents.tolist() == [0]
    assert np.all(of([70], 0).child_credit_cents == 0)
