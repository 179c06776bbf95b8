"""Federal income tax and credits of 2025 (26 USC 1, 24, 32, 63), reckoned by hand from the parameters' sources."""

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


def test_care_of_two_children_is_credited_in_part_against_the_tax() -> None:
    # 2025: 6,000 of what is paid, 20 % over 43,000; 72,000 - 23,625 = 48,375: 1,700 and 12 % of 31,375 make 5,465
    found = of([34, 4, 9], 6000, child_care=1000)
    assert found.care_credit_cents.tolist() == [1_200_00]
    assert found.tax_cents.tolist() == [0]
    assert found.child_credit_cents.tolist() == [(4_400 - (5_465 - 1_200)) * 100]


@pytest.mark.parametrize(("year", "monthly", "share"), [(2025, 1500, 33), (2026, 1500, 48), (2026, 8000, 24)])
def test_the_share_of_care_that_is_credited_falls_by_steps(year: int, monthly: int, share: int) -> None:
    # 18,000: two steps over 15,000; in 2026, 96,000 is eleven steps over 75,000 down from 35
    law = Parameters.at(date(year, 6, 1))
    cases = family(law.month, [34, 4], [monthly, 0], child_care=100)
    credit = federal._care_credit(cases, law, federal.gross_income_cents(cases, law))
    assert credit.tolist() == [1_200_00 * share // 100]


def test_who_is_65_deducts_more_and_seniors_more_still_until_they_earn_too_much() -> None:
    # 2025: 48,000 - 15,750 - 2,000 - 6,000 = 24,250: 1,192.50 and 12 % of 12,325
    assert of([66], 4000).tax_cents.tolist() == [2_671_50]
    # 120,000: 6 % of 45,000 over 75,000 leave 3,300
    assert of([66], 10_000).tax_cents.tolist() == [round(100 * (5_578.50 + 0.22 * (98_950 - 48_475)))]


def test_social_security_is_taxed_by_half_and_then_by_85_percent_of_what_is_over_two_thresholds() -> None:
    def gross(monthly: float, benefits: float) -> list[int]:
        cases = family(LAW.month, [70], [monthly], social_security=benefits)
        return federal.gross_income_cents(cases, LAW).tolist()

    assert gross(1500, 1000) == [18_000_00]  # 24,000 with half of the benefits: under 25,000
    assert gross(2000, 1000) == [24_000_00 + 2_500_00]  # 30,000: half of 5,000
    assert gross(4000, 1000) == [48_000_00 + 10_200_00]  # 85 % of 12,000, the most


def test_the_earned_income_credit_falls_with_all_income() -> None:
    poorer, richer = (of([40, 4], 1500, unearned=other).eitc_cents.tolist() for other in (0, 1500))
    assert poorer == [4_328_00]
    assert richer == [4_328_00 - 2_021_47]  # 15.98 % of what is over 23,350


def test_three_children_may_have_their_payroll_tax_back() -> None:
    cases = family(LAW.month, [40, 4, 6, 9], [1000, 0, 0, 0], social_security=4000)
    plain = federal.yearly(cases, LAW, np.array([0]))
    taxed = federal.yearly(cases, LAW, np.array([8_000_00]))
    assert plain.child_credit_cents.tolist() == [1_425_00]  # 15 % of 9,500
    assert taxed.child_credit_cents.tolist() == [2_600_00]  # 8,000 less the credit of 45 % of 12,000


def test_the_child_credit_falls_by_50_a_thousand_over_200_000() -> None:
    # 192,000 and 204,000 less 23,625, by the brackets of a head of household: 31,518 and 34,398
    fuller, less = (of([40, 4], monthly).tax_cents.tolist() for monthly in (16_000, 17_000))
    assert fuller == [(31_518 - 2_200) * 100]
    assert less == [(34_398 - 2_000) * 100]


def test_a_dependent_of_18_is_one_for_all_of_the_return_and_no_other_adult_is() -> None:
    eighteen, seventeen = of([40, 18], 3000), of([40, 17], 3000)
    assert eighteen == seventeen
    alone = of([40, 38], 1500, disabled=[False, True])
    assert alone.eitc_cents.tolist() == of([40], 1500).eitc_cents.tolist()
