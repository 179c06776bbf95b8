"""TAFDC for three, private housing (106 CMR 704.281, 704.500), reckoned by hand."""

from datetime import date

import pytest

from benefits.parameters import Parameters
from benefits.programs.tafdc import clock_stands, grant
from tests.benefits.families import family

MONTH = date(2025, 10, 1)


@pytest.mark.parametrize(
    ("earnings", "facts", "dollars"),
    [
        (0, {}, 901),
        (600, {"tafdc": True}, 701),  # a recipient: 901 - (600 - 200) / 2
        (600, {}, 501),  # an applicant: 901 - (600 - 200)
        (600, {"tafdc": True, "months_left": 6}, 901),  # all earnings are disregarded
        (2200, {"tafdc": True}, 0),  # 901 - (2,200 - 200) / 2 is less than nothing
    ],
)
def test_a_parent_of_two(earnings: int, facts: dict[str, object], dollars: int) -> None:
    cases = family(MONTH, [30, 4, 9], [earnings, 0, 0], **facts)
    assert grant(cases, Parameters.at(MONTH)).cents.tolist() == [100 * dollars]


@pytest.mark.parametrize(
    ("ages", "facts", "stands"),
    [
        ([30, 4, 9], {}, False),
        ([30, 1, 9], {}, True),
        ([30, 2, 9], {}, False),
        ([30, 4], {"disabled": [True, False]}, True),
        ([30, 4], {"disabled": [False, True]}, False),  # the child is, not the grantee
    ],
)
def test_the_clock_stands_for_a_parent_of_a_small_child_and_for_a_disabled_one(
    ages: list[int], facts: dict[str, object], stands: bool
) -> None:
    assert clock_stands(family(MONTH, ages, **facts)).tolist() == [stands]


def test_nobody_without_a_child_receives_it() -> None:
    assert not grant(family(MONTH, [30]), Parameters.at(MONTH)).receives.any()


def test_who_has_ssi_is_not_in_the_unit_nor_are_their_wages() -> None:
    month = date(2026, 6, 1)
    law = Parameters.at(month)
    couple = family(month, [30, 40, 5], [0, 500, 0], ssi=[0, 600, 0], tafdc=True)
    assert grant(couple, law).cents.tolist() == [753_00]  # two people, none of whom earns
    alone = family(month, [30], ssi=[994], pregnant=[True])
    assert grant(alone, law).cents.tolist() == [0]
