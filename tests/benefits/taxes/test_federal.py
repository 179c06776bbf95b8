"""Federal income tax and credits of 2025 (26 USC 1, 24, 32, 63), reckoned by hand from the parameters' sources."""

from datetime import date
from typing import Any

import pytest

from benefits.parameters import Parameters
from benefits.taxes import federal
from tests.benefits.families import family

LAW = Parameters.at(date(2025, 10, 1))


def of(ages: list[int], monthly: float, **facts: Any) -> federal.FederalTax:
    return federal.yearly(family(LAW.month, ages, [monthly] + [0] * (len(ages) - 1), **facts), LAW)


def test_a_single_person_pays_by_brackets_over_the_standard_deduction() -> None:
    # 48,000 - 15,750 = 32,250: 10 % of 11,925 and 12 % of 20,325
    assert of([30], 4000).tax_cents.tolist() == [3_631_50]


def test_a_parent_of_two_with_24_000_gets_both_credits() -> None:
    found = of([30, 4, 9], 2000)
    assert found.tax_cents.tolist() == [0]
    assert found.eitc_cents.tolist() == [7_015_11]  # 7,152 - 21.06 % of what is over 23,350
    assert found.child_credit_cents.tolist() == [3_225_00]  # 15 % of what is over 2,500


def test_a_married_couple_uses_the_child_credit_against_its_tax_first() -> None:
    found = of([34, 33, 4, 9], 5000, joint=True)
    # 60,000 - 31,500 = 28,500: 2,385 and 12 % of 4,650 make 2,943 of 4,400; the rest is refunded
    assert found.tax_cents.tolist() == [0]
    assert found.child_credit_cents.tolist() == [1_457_00]
    assert found.eitc_cents.tolist() == [932_98]  # 7,152 - 21.06 % of what is over 30,470


@pytest.mark.parametrize(("age", "cents"), [(24, 0), (25, 543_43), (64, 543_43), (65, 0)])
def test_without_a_child_the_earned_income_credit_is_for_25_to_64(age: int, cents: int) -> None:
    assert of([age], 1000).eitc_cents.tolist() == [cents]  # 649 - 7.65 % of what is over 10,620


def test_nobody_is_their_own_child() -> None:
    assert of([18], 1000).eitc_cents.tolist() == [0]
    assert of([18, 1], 1000).eitc_cents.tolist() == of([20, 1], 1000).eitc_cents.tolist()


def test_a_child_of_17_counts_for_less() -> None:
    # 36,000 - 23,625 = 12,375: 1,237.50 less the credit of 500 for another dependent
    found = of([40, 17], 3000)
    assert (found.tax_cents.tolist(), found.child_credit_cents.tolist()) == ([737_50], [0])
