"""Health coverage by income (130 CMR 505.002, 505.005) and the premium of the children's tier (506.011)."""

from datetime import date

import numpy as np
import pytest

from benefits.parameters import Parameters
from benefits.programs.masshealth import Coverage, coverage
from tests.benefits.families import family

MONTH, NOBODY = date(2025, 10, 1), np.zeros(1, dtype=bool)
LINE = 26_650 / 12
"""A month of the 2025 poverty guideline for three."""


def kinds(ages: list[int], earnings: float, **facts: object) -> list[int]:
    cases = family(MONTH, ages, [earnings] + [0] * (len(ages) - 1), **facts)
    return coverage(cases, Parameters.at(MONTH), NOBODY, NOBODY).coverage[0].tolist()


def test_an_adult_to_138_percent_has_masshealth_and_over_it_none_of_it() -> None:
    assert kinds([30, 4, 9], 1.379 * LINE)[0] == Coverage.MASSHEALTH
    assert kinds([30, 4, 9], 1.381 * LINE)[0] == Coverage.NONE


def test_a_child_has_masshealth_to_155_percent_and_family_assistance_to_305() -> None:
    assert kinds([30, 4, 9], 1.549 * LINE)[1] == Coverage.MASSHEALTH
    assert kinds([30, 4, 9], 1.551 * LINE)[1] == Coverage.FAMILY_ASSISTANCE
    assert kinds([30, 4, 9], 3.051 * LINE)[1] == Coverage.NONE


def test_an_infant_has_masshealth_to_205_percent() -> None:
    assert kinds([30, 0, 9], 2.04 * LINE)[1:] == [Coverage.MASSHEALTH, Coverage.FAMILY_ASSISTANCE]


def test_families_in_their_transitional_months_keep_it_at_any_income() -> None:
    found = coverage(family(MONTH, [30, 4], [9000, 0]), Parameters.at(MONTH), ~NOBODY, NOBODY).coverage[0].tolist()
    assert found == [Coverage.TRANSITIONAL] * 2


@pytest.mark.parametrize(("share", "dollars"), [(1.4, 0), (1.6, 24), (2.1, 40), (2.6, 56)])
def test_family_assistance_costs_a_premium_a_child_by_income(share: float, dollars: int) -> None:
    found = coverage(family(MONTH, [30, 4, 9], [share * LINE, 0, 0]), Parameters.at(MONTH), NOBODY, NOBODY)
    assert found.premium_cents.tolist() == [dollars * 100]


def test_a_family_pays_for_no_more_than_three_children() -> None:
    line = (26_650 + 3 * 5_500) / 12
    cases = family(MONTH, [30, 4, 6, 8, 9, 11], [1.7 * line] + [0] * 5)
    assert coverage(cases, Parameters.at(MONTH), NOBODY, NOBODY).premium_cents.tolist() == [36_00]


def test_the_child_that_is_expected_is_one_of_the_family() -> None:
    line = (26_650 + 5_500) / 12  # of four
    assert kinds([30, 4, 9], 1.379 * line, pregnant=[True, False, False])[0] == Coverage.MASSHEALTH
    assert kinds([30, 4, 9], 1.379 * line)[1] == Coverage.FAMILY_ASSISTANCE


def test_neither_child_support_nor_ssi_counts() -> None:
    assert kinds([30, 4, 9], 1.379 * LINE, child_support=900, ssi=[0, 967, 0])[0] == Coverage.MASSHEALTH
    assert kinds([30, 4, 9], 1.379 * LINE, social_security=900)[0] == Coverage.NONE


def test_who_receives_ssi_or_tafdc_has_it_and_of_65_none_is_claimed_without() -> None:
    assert kinds([70], 0) == [Coverage.NONE]
    assert kinds([70], 9000, ssi=[10]) == [Coverage.MASSHEALTH]
    cases = family(MONTH, [30, 4], [9000, 0])
    found = coverage(cases, Parameters.at(MONTH), NOBODY, ~NOBODY).coverage[0].tolist()
    assert found == [Coverage.MASSHEALTH] * 2
