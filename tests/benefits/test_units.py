"""Who of those who live together is one unit for which program."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benefits import units
from benefits.cases import Cases, stack
from benefits.month import simulate
from benefits.parameters import Parameters
from benefits.programs.masshealth import Coverage
from benefits.taxes import federal
from tests.benefits.families import family

MONTH = date(2026, 6, 1)
LAW = Parameters.at(MONTH)
NO_AID = {name: np.array([False]) for name in ("TAFDC", "SNAP", "EAEDC")}


def taxes(cases: Cases) -> int:
    parts = simulate(cases, enrolled=NO_AID).parts
    return int(sum(parts[name][0] for name in ("TAXES", "FEDERAL_CREDITS", "STATE_CREDITS")))


def test_adults_who_are_not_married_file_a_return_each() -> None:
    together = taxes(family(MONTH, [34, 4, 30], [2_500, 0, 3_000]))
    apart = taxes(family(MONTH, [34, 4], [2_500, 0])) + taxes(family(MONTH, [30], [3_000]))
    assert abs(together - apart) <= 2  # a twelfth is taken of each amount
    married = taxes(family(MONTH, [34, 30, 4], [2_500, 3_000, 0], joint=True))
    assert married != together


def test_a_grown_child_who_earns_pays_their_own_tax_and_stays_a_dependant() -> None:
    whole = taxes(family(MONTH, [40, 18], [3_000, 1_000]))
    assert abs(whole - taxes(family(MONTH, [40, 18], [3_000, 0])) - taxes(family(MONTH, [18], [1_000]))) <= 2


def test_whom_nobody_claims_is_a_household_of_one_for_masshealth() -> None:
    def coverage(*ages: int, earned: list[int], **facts: Any) -> list[int]:
        return simulate(family(MONTH, list(ages), earned, **facts)).coverage[0].tolist()

    assert coverage(34, 4, 30, earned=[1_500, 0, 3_000]) == [
        Coverage.MASSHEALTH, Coverage.MASSHEALTH, Coverage.CONNECTORCARE,
    ]  # fmt: skip
    assert coverage(34, 30, 4, earned=[1_500, 3_000, 0], joint=True)[:2] == [Coverage.CONNECTORCARE] * 2
    assert coverage(34, 4, 67, earned=[1_500, 0, 0], social_security=[0, 0, 2_500])[:2] == [Coverage.MASSHEALTH] * 2


def test_a_dependants_income_counts_for_masshealth_once_they_must_file() -> None:
    def counted(earned: int) -> int:
        home = units.masshealth_household(family(MONTH, [40, 18], [1_000, earned]), LAW)
        return int(home.gross_income_cents[0])

    assert counted(1_200) == 1_000_00
    assert counted(1_500) == 2_500_00, "18,000 a year is over the standard deduction"


def test_who_is_recorded_in_a_unit_outranks_the_rule() -> None:
    whole = family(MONTH, [34, 4, 60], [0, 0, 4_000], rent=800, tafdc=True)
    marked = {"in_snap": [True, True, False], "in_tafdc": [True, True, False]}
    unit = family(MONTH, [34, 4, 60], [0, 0, 4_000], rent=800, tafdc=True, **marked)
    alone = family(MONTH, [34, 4], rent=800, tafdc=True)
    assert simulate(whole).parts["TAFDC"][0] == 0
    for name in ("TAFDC", "SNAP"):
        assert simulate(unit).parts[name][0] == simulate(alone).parts[name][0] > 0


def test_who_has_ssi_is_not_in_the_assistance_unit_and_their_income_does_not_count() -> None:
    cases = family(MONTH, [34, 4], ssi=[500, 0], social_security=[400, 0], tafdc=True)
    assert units.assistance_unit(cases, LAW).tolist() == [[False, True]]
    child = simulate(cases).parts["TAFDC"][0]
    assert child == simulate(family(MONTH, [34, 4], ssi=[900, 0], tafdc=True)).parts["TAFDC"][0] > 0


def test_a_child_of_two_parents_who_are_not_married_is_of_the_household_of_both() -> None:
    def child(*earned: int, **facts: Any) -> int:
        cases = family(MONTH, [32, 30, 5], [*earned, 0], **facts)
        return int(simulate(cases).coverage[0, 2])

    both = {"parents": [True, True, False]}
    assert child(0, 6_000, files=[True, False, False], **both) == child(0, 6_000, files=[False, True, False], **both)
    assert child(0, 6_000, files=[True, False, False], **both) == Coverage.FAMILY_ASSISTANCE
    assert child(0, 6_000, files=[True, False, False]) == Coverage.MASSHEALTH, "a friend's wages are no parent's"


def test_survivors_benefits_alone_make_no_child_file() -> None:
    def counted(**facts: Any) -> int:
        home = units.masshealth_household(family(MONTH, [40, 10], [2_500, 0], **facts), LAW)
        return int(home.gross_income_cents[0])

    assert counted(social_security=[0, 1_500]) == 2_500_00
    assert counted(unearned=[0, 100]) == 2_500_00, "1,200 a year"
    assert counted(unearned=[0, 1_000]) == 3_500_00


def test_who_is_claimed_deducts_less() -> None:
    claimed = family(MONTH, [40, 18], [3_000, 0], unearned=[0, 1_000])
    own = units.alone(claimed, units.other_returns(claimed))
    assert own is not None
    assert federal.yearly(own.cases, LAW, np.zeros(1, np.int64)).tax_cents.tolist() == [1_065_00]  # 10 % of 10,650


def test_eaedc_counts_each_persons_months_of_earnings() -> None:
    def aid(months: list[int]) -> int:
        cases = family(MONTH, [30, 50], [0, 600], disabled=[False, True])
        cases = replace(cases, eaedc_months_worked=np.array([months], dtype=np.int64))
        return int(simulate(cases).parts["EAEDC"][0])

    assert [aid([0, 0]), aid([12, 0]), aid([0, 4]), aid([0, 12])] == [194_43, 194_43, 71_10, 41_10]


@given(order=st.permutations(range(5)), earned=st.lists(st.integers(0, 6_000), min_size=3, max_size=3),
       joint=st.booleans(), old=st.integers(19, 80))  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_the_order_of_people_is_irrelevant(order: list[int], earned: list[int], joint: bool, old: int) -> None:
    ages, wages = [34, 33, old, 9, 2], [*earned, 0, 0]
    facts: dict[str, list[bool]] = {
        "files": [True, joint, False, False, False], "parents": [True, True, False, False, False],
        "disabled": [False, False, True, False, False],
    }  # fmt: skip

    def month(places: list[int]) -> Any:
        turned = {name: [values[place] for place in places] for name, values in facts.items()}
        cases = family(MONTH, [ages[p] for p in places], [wages[p] for p in places], joint=joint, rent=900, **turned)
        return simulate(cases)

    one, other = month(list(range(5))), month(order)
    assert {name: cents.tolist() for name, cents in one.parts.items()} == {
        name: cents.tolist() for name, cents in other.parts.items()
    }
    assert [one.coverage[0, place] for place in order] == other.coverage[0].tolist()


@given(
    ages=st.lists(st.integers(0, 90), min_size=1, max_size=7),
    earned=st.lists(st.integers(0, 6_000), min_size=7, max_size=7),
    joint=st.booleans(),
)
@settings(deadline=None, max_examples=100)
def test_every_adult_is_in_one_tax_unit_and_no_income_is_lost(ages: list[int], earned: list[int], joint: bool) -> None:
    wages = [cents if age >= 18 else 0 for age, cents in zip(ages, earned, strict=False)]
    cases = family(MONTH, ages, wages, joint=joint)
    assert not (cases.tax_unit & units.others(cases)).any()
    assert ((cases.tax_unit | units.others(cases)) >= cases.adults).all()
    single = units.alone(cases, units.other_returns(cases))
    own = units.tax_return(cases).earned_cents.sum()
    assert own + (0 if single is None else single.cases.earned_cents.sum()) == sum(wages) * 100


@pytest.mark.parametrize("program", ["TAXES", "CONNECTORCARE", "FEDERAL_CREDITS"])
def test_one_households_others_change_nothing_of_another(program: str) -> None:
    some = [family(MONTH, [34, 4, 30], [2_500, 0, 3_000]), family(MONTH, [50, 22], [1_000, 2_000])]
    both = simulate(stack(some)).parts[program].tolist()
    assert both == [int(simulate(one).parts[program][0]) for one in some]
