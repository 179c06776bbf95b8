"""What holds of federal tax besides its cases, which are in `cases/federal.yaml`."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from benefits.parameters import Parameters
from benefits.taxes import federal, payroll
from tests.benefits.families import family

LAW = Parameters.at(date(2025, 10, 1))


def of(ages: list[int], monthly: float, **facts: Any) -> federal.FederalTax:
    cases = family(LAW.month, ages, [monthly] + [0] * (len(ages) - 1), **facts)
    return federal.yearly(cases, LAW, payroll.yearly_cents(cases, LAW)[0].sum(axis=1))


def test_nobody_is_their_own_child() -> None:
    assert of([18], 1000).eitc_cents.tolist() == [0]
    assert of([18, 1], 1000).eitc_cents.tolist() == of([20, 1], 1000).eitc_cents.tolist()


@pytest.mark.parametrize(("year", "monthly", "share"), [(2025, 1500, 33), (2026, 1500, 48), (2026, 8000, 24)])
def test_the_share_of_care_that_is_credited_falls_by_steps(year: int, monthly: int, share: int) -> None:
    # 18,000: two steps over 15,000; in 2026, 96,000 is eleven steps over 75,000 down from 35
    law = Parameters.at(date(year, 6, 1))
    cases = family(law.month, [34, 4], [monthly, 0], child_care=100)
    credit = federal._care_credit(cases, law, federal.gross_income_cents(cases, law))
    assert credit.tolist() == [1_200_00 * share // 100]


def test_three_children_may_have_their_payroll_tax_back() -> None:
    cases = family(LAW.month, [40, 4, 6, 9], [1000, 0, 0, 0], social_security=4000)
    plain = federal.yearly(cases, LAW, np.array([0]))
    taxed = federal.yearly(cases, LAW, np.array([8_000_00]))
    assert plain.child_credit_cents.tolist() == [1_425_00]  # 15 % of 9,500
    assert taxed.child_credit_cents.tolist() == [2_600_00]  # 8,000 less the credit of 45 % of 12,000


def test_a_dependent_of_18_is_one_for_all_of_the_return_and_no_other_adult_is() -> None:
    eighteen, seventeen = of([40, 18], 3000), of([40, 17], 3000)
    assert eighteen == seventeen
    alone = of([40, 38], 1500, disabled=[False, True])
    assert alone.eitc_cents.tolist() == of([40], 1500).eitc_cents.tolist()
