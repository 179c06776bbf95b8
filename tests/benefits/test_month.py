"""All rules of a month together: what adds up to net resources, and what bounds them."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benefits.cases import stack
from benefits.month import Known, corners, narrows_most, simulate
from benefits.parameters import Parameters
from benefits.programs.ccfa import Care
from benefits.programs.housing import Lease
from benefits.programs.masshealth import Coverage
from benefits.programs.ssi import Paid, behind
from benefits.programs.tafdc import full_disregard_months
from benefits.programs.unemployment import Claim, claim_behind, monthly_cents, weekly_payment_cents
from tests.benefits.families import family

MONTH = date(2026, 3, 1)
families = st.builds(
    lambda ages, monthly, facts: family(
        MONTH, [30, *ages], [monthly] + [0] * len(ages),
        care=[0, *(Care.FULL_TIME * (facts["cared"] and age < 13) for age in ages)], **facts,
    ),
    st.lists(st.integers(0, 20), max_size=5), st.integers(0, 9_000),
    st.fixed_dictionaries(
        {"rent": st.integers(0, 3_000), "tafdc": st.booleans(), "months_left": st.integers(0, 6),
         "unearned": st.integers(0, 2_000), "subsidized": st.booleans(), "heats": st.booleans(),
         "lease": st.sampled_from(list(Lease)), "contract_rent": st.sampled_from([0, 1_500]),
         "care_price": st.integers(0, 2_000), "cared": st.booleans()}
    ),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(families)
def test_net_resources_are_what_is_earned_with_all_parts_and_no_benefit_is_below_nothing(cases: Any) -> None:
    month = simulate(cases)
    own = cases.earned_cents + cases.unearned_cents
    assert (month.net_cents == own + sum(month.parts.values())).all()
    for program in ("TAFDC", "SNAP", "FEDERAL_CREDITS", "STATE_CREDITS"):
        assert (month.parts[program] >= 0).all()
    for program in ("MASSHEALTH", "CONNECTORCARE", "TAXES", "CCFA", "HOUSING"):
        assert (month.parts[program] <= 0).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(families, min_size=2, max_size=5))
def test_each_household_fares_alone_as_among_others(several: list[Any]) -> None:
    together = simulate(stack(several))
    for place, cases in enumerate(several):
        alone = simulate(cases)
        assert together.rows(place, place + 1).net_cents.tolist() == alone.net_cents.tolist()


def test_a_fee_for_child_care_rises_with_earnings_and_over_the_limit_the_whole_price_is_paid() -> None:
    def paid(earned: int, **facts: Any) -> int:
        month = simulate(family(MONTH, [30, 4, 9], [earned, 0, 0], care=[0, 2, 2], care_price=2_400, **facts))
        return -int(month.parts["CCFA"][0]) // 100

    fees = [paid(earned) for earned in (1_000, 4_000, 6_000, 8_000)]
    assert fees[0] == 0
    assert fees == sorted(fees)
    assert 0 < fees[1] < fees[3] < 1_600
    assert paid(11_000) == 2_400
    teen = simulate(family(MONTH, [30, 13], [5_000, 0], care=[0, 2], care_price=1_500))
    assert 0 < -teen.parts["CCFA"][0] < 1_500_00, "who turns 13 keeps the place, and its fee"
    assert paid(1_000, tafdc=True) == 0


def test_a_grandmothers_wages_raise_no_fee_of_a_family_that_is_known() -> None:
    def fee(*ages: int, earned: list[int], **facts: Any) -> int:
        p = len(ages)
        cases = family(MONTH, list(ages), earned, care=[0] * (p - 1) + [2], care_price=1_500, **facts)
        return -int(simulate(cases).parts["CCFA"][0])

    alone = fee(30, 4, earned=[3_000, 0])
    assert fee(58, 30, 4, earned=[6_000, 3_000, 0], care_family=[False, True, True]) == alone > 0
    assert fee(58, 30, 4, earned=[6_000, 3_000, 0]) > alone


def test_child_care_that_is_paid_counts_for_snap_and_for_the_care_credit() -> None:
    helped = simulate(family(MONTH, [30, 4], [3_600, 0], care=[0, 2], care_price=1_800, rent=1_500))
    fee = -int(helped.parts["CCFA"][0])
    own = simulate(family(MONTH, [30, 4], [3_600, 0], child_care=fee / 100, rent=1_500))
    assert fee > 0
    assert [helped.parts[name][0] for name in ("SNAP", "TAXES")] == [own.parts[name][0] for name in ("SNAP", "TAXES")]


def test_a_tenants_share_follows_income_up_to_the_whole_rent_and_is_the_rent_of_snap() -> None:
    def month(earned: int, **facts: Any) -> Any:
        return simulate(family(MONTH, [30, 4], [earned, 0], subsidized=True, rent=1, **facts))

    section8 = month(2_000, lease=Lease.SECTION_8, contract_rent=1_500)
    assert section8.parts["HOUSING"].tolist() == [-587_00 - 50]  # 30 % of 2,000 less 500 / 12
    bare = simulate(family(MONTH, [30, 4], [2_000, 0], subsidized=True, rent=587.5))
    assert section8.parts["SNAP"].tolist() == bare.parts["SNAP"].tolist()
    assert month(9_000, lease=Lease.SECTION_8, contract_rent=1_500).parts["HOUSING"].tolist() == [-1_500_00]
    half, whole = (month(2_000, lease=Lease.MRVP, all_earnings=each).parts["HOUSING"][0] for each in (False, True))
    assert (half, whole) == (-300_00, -600_00)
    assert month(2_000).parts["HOUSING"].tolist() == [0]


def test_unemployment_benefits_fall_with_what_is_earned_beside_them_and_count_as_income() -> None:
    def month(earned: int) -> Any:
        return simulate(family(MONTH, [30, 4], [earned, 0], ui_weekly=[360, 0], ui_children=[1, 0]))

    idle, part_time, over = month(0), month(1_040), month(3_000)
    assert idle.parts["UI"].tolist() == [(360 + 25) * 52 * 100 // 12]
    assert part_time.parts["UI"].tolist() == [(360 - 120 + 25) * 52 * 100 // 12]  # 240 a week, of which 120 are free
    assert over.parts["UI"].tolist() == [0]
    bare = simulate(family(MONTH, [30, 4], unemployment=int(idle.parts["UI"][0]) / 100))
    assert idle.net_cents.tolist() == bare.net_cents.tolist()
    assert idle.parts["SNAP"].tolist() == bare.parts["SNAP"].tolist()


def test_ssi_falls_by_half_of_what_is_earned_and_counts_for_snap_but_not_for_tafdc() -> None:
    def month(earned: int, paid: Paid = Paid.FEDERAL) -> Any:
        return simulate(family(MONTH, [45], [earned], disabled=[True], ssi_paid=[paid]))

    assert month(0).parts["SSI"].tolist() == [994_00]
    assert month(885).parts["SSI"].tolist() == [594_00]  # 994 less half of 885 less 85
    assert month(3_000).parts["SSI"].tolist() == [0]
    assert month(0, Paid.FULL_COST).parts["SSI"].tolist() == [994_00 + 114_39]
    bare = simulate(family(MONTH, [45], [885], disabled=[True], ssi=[594]))
    assert month(885).net_cents.tolist() == bare.net_cents.tolist()
    assert month(885).parts["SNAP"].tolist() == bare.parts["SNAP"].tolist()
    child = simulate(family(MONTH, [45, 9], disabled=[True, False], ssi_paid=[Paid.FEDERAL, 0], tafdc=True))
    assert child.parts["TAFDC"][0] > 0


def test_ssi_of_a_grandmother_is_her_own() -> None:
    three = simulate(family(MONTH, [34, 4, 68], [3_000, 0, 0], ssi_paid=[0, 0, Paid.SHARED]))
    assert three.parts["SSI"].tolist() == [994_00 + 39_26]  # she shares the household's expenses
    assert three.coverage[0, 2] == Coverage.MASSHEALTH


@pytest.mark.parametrize(("paid", "cents"), [(Paid.FEDERAL, 594_00), (Paid.FULL_COST, 708_39)])
def test_what_is_behind_recorded_ssi_is_found(paid: Paid, cents: int) -> None:
    cases = family(MONTH, [45], [885], disabled=[True])
    assert behind(cases, Parameters.at(MONTH), 0, cents) == paid
    assert behind(cases, Parameters.at(MONTH), 0, 300_00) == Paid.NOTHING


def test_eaedc_is_cash_of_adults_without_children() -> None:
    def month(**facts: Any) -> Any:
        return simulate(family(MONTH, [45], [530], disabled=[True], **facts))

    assert month().parts["EAEDC"].tolist() == [241_10]
    assert month(months_worked=4).parts["EAEDC"].tolist() == [141_10]
    none = simulate(family(MONTH, [45], [530], disabled=[True]), enrolled={"EAEDC": np.array([False])})
    assert none.parts["EAEDC"].tolist() == [0]
    assert month().counted_grant_cents.tolist() == [241_10]


def test_rent_of_public_housing_is_a_share_of_net_income_by_what_utilities_are_paid() -> None:
    def rent(**facts: Any) -> int:
        cases = family(MONTH, [30, 4, 9], [2_000, 0, 0], lease=Lease.PUBLIC, subsidized=True, **facts)
        return int(simulate(cases, enrolled={"TAFDC": np.array([False])}).parts["HOUSING"][0])

    assert [rent(utilities=each) for each in range(3)] == [-624_00, -585_00, -526_50]
    ends = corners(family(MONTH, [30, 4, 9], [2_000, 0, 0], lease=Lease.PUBLIC), Known(utilities=False))
    assert [end.utilities.tolist() for end in ends] == [[0], [2]]


def test_who_is_disabled_and_over_the_limit_has_commonhealth() -> None:
    for ages, disabled in (([40], [True]), ([40, 9], [False, True])):
        rich = simulate(family(MONTH, ages, [8_000] + [0] * (len(ages) - 1), disabled=disabled))
        assert rich.coverage[0, disabled.index(True)] == Coverage.COMMONHEALTH
    assert simulate(family(MONTH, [40], [1_500], disabled=[True])).coverage.tolist() == [[Coverage.MASSHEALTH]]
    assert simulate(family(MONTH, [66], [8_000], disabled=[True])).coverage.tolist() == [[Coverage.UNKNOWN]]


def test_medical_costs_of_elderly_and_disabled_members_lower_net_income_and_rent() -> None:
    def month(medical: int) -> Any:
        return simulate(
            family(MONTH, [70], [1_500], social_security=800, lease=Lease.SECTION_8, medical=medical),
            enrolled={"EAEDC": np.array([False])},
        )

    none, few, some, many = (month(dollars) for dollars in (0, 35, 100, 400))
    assert none.parts["SNAP"][0] == few.parts["SNAP"][0] < some.parts["SNAP"][0] < many.parts["SNAP"][0]
    assert none.parts["HOUSING"][0] == some.parts["HOUSING"][0] < many.parts["HOUSING"][0]


def test_a_part_lies_between_its_ends_though_it_falls_where_the_whole_rises() -> None:
    """SNAP rises with rent and falls with EAEDC."""
    couple = family(MONTH, [70, 66], [900, 0], joint=True)
    ends = corners(couple, Known(rent=False, eaedc_months=False))
    assert len(ends) == 4
    snap = sorted(int(simulate(end).parts["SNAP"][0]) for end in ends)
    for rent in (0, 700, 3_000):
        for months in (0, 6, 12):
            one = family(MONTH, [70, 66], [900, 0], joint=True, rent=rent, months_worked=months)
            assert snap[0] <= int(simulate(one).parts["SNAP"][0]) <= snap[-1]
    assert snap[0] < snap[-1]


def test_who_has_lost_ssi_to_earnings_is_of_the_tafdc_unit_again_and_keeps_masshealth() -> None:
    facts: dict[str, Any] = {"disabled": [True, False], "tafdc": True}
    lost = simulate(family(MONTH, [30, 5], [3_000, 0], ssi_paid=[Paid.FEDERAL, 0], **facts))
    never = simulate(family(MONTH, [30, 5], [3_000, 0], **facts))
    assert lost.parts["SSI"].tolist() == [0]
    assert lost.parts["TAFDC"].tolist() == never.parts["TAFDC"].tolist() == [0]
    assert (lost.coverage[0, 0], never.coverage[0, 0]) == (Coverage.MASSHEALTH, Coverage.COMMONHEALTH)


def test_nobody_has_tafdc_and_eaedc() -> None:
    both = simulate(family(MONTH, [30, 32, 5], disabled=[False, True, False], tafdc=True))
    assert (both.parts["TAFDC"][0] > 0, both.parts["EAEDC"][0]) == (True, 0)
    brother = family(MONTH, [60, 30, 5], disabled=[True, False, False], tafdc=True, files=[False, True, False],
                     parents=[False, True, False])  # fmt: skip
    apart = simulate(brother)
    assert apart.parts["EAEDC"].tolist() == [441_10]
    assert apart.parts["TAFDC"].tolist() == simulate(family(MONTH, [30, 5], tafdc=True)).parts["TAFDC"].tolist()


def test_what_a_price_is_no_more_is_paid_for_care() -> None:
    cheap = simulate(family(MONTH, [34, 32, 4], [9_600, 0, 0], joint=True, care=[0, 0, 2], care_price=500))
    assert cheap.parts["CCFA"].tolist() == [-500_00]


def test_medical_costs_are_deducted_from_the_rent_of_public_housing_beyond_three_percent() -> None:
    def rent(medical: int) -> int:
        cases = family(MONTH, [70], social_security=1_500, lease=Lease.PUBLIC, medical=medical)
        return -int(simulate(cases, enrolled={"EAEDC": np.array([False])}).parts["HOUSING"][0])

    assert (rent(0), rent(45)) == (440_00, 440_00)
    assert rent(145) == 440_00 - 30_00


def test_what_goes_to_others_does_not_count_for_a_snap_household() -> None:
    def allotment(**facts: Any) -> int:
        cases = family(MONTH, [60, 30, 5], social_security=1_400, rent=300, in_snap=[True, False, False], **facts)
        return int(simulate(cases, enrolled={"EAEDC": np.array([False])}).parts["SNAP"][0])

    alone = simulate(family(MONTH, [60], social_security=1_400, rent=300), enrolled={"EAEDC": np.array([False])})
    assert allotment(in_tafdc=[False, True, True], tafdc=True) == alone.parts["SNAP"][0]
    assert allotment(child_support=600) == alone.parts["SNAP"][0]
    mother = [False, True, False]
    infant = simulate(family(MONTH, [60, 30, 1], [0, 9_000, 0], in_snap=[True, False, False], files=mother))
    assert infant.in_kind["WIC"].tolist() == [0]


def test_help_in_kind_stands_beside_money() -> None:
    poor, rich = (simulate(family(MONTH, [30, 4, 9], [earned, 0, 0])) for earned in (2_000, 15_000))
    assert {name: people[0] for name, people in poor.in_kind.items()} == {
        "CCFA": 2, "WIC": 1, "HEAP": 1, "SCHOOL_MEALS": 1, "PREMIUM_CREDIT": 0,
    }  # fmt: skip
    assert [rich.in_kind[name][0] for name in ("CCFA", "WIC", "HEAP", "SCHOOL_MEALS")] == [0, 0, 0, 1]
    cared = simulate(family(MONTH, [30, 4, 9], [2_000, 0, 0], care=[Care.NONE, Care.FULL_TIME, Care.NONE]))
    assert cared.in_kind["CCFA"].tolist() == [1]  # who has care does not wait for it
    middle = simulate(family(MONTH, [30], [4_000]))
    assert middle.in_kind["PREMIUM_CREDIT"].tolist() == [1]


@pytest.mark.parametrize(
    ("benefit", "earned", "children"), [(360, 0, 0), (360, 1_040, 2), (812, 900, 1), (100, 0, 4), (200, 0, 0)]
)
def test_the_weekly_benefit_behind_a_month_is_found(benefit: int, earned: int, children: int) -> None:
    law = Parameters.at(MONTH)
    week = weekly_payment_cents(
        law, np.array([benefit * 100]), np.array([int(earned * 100 * 12 / 52)]), np.array([children])
    )  # fmt: skip
    paid = int(monthly_cents(week)[0])
    found = claim_behind(law, paid, earned * 100, children)
    assert found == Claim(benefit * 100, children)
    month = simulate(
        family(MONTH, [30], [earned], ui_weekly=[found.weekly_cents / 100], ui_children=[found.children])
    )  # fmt: skip
    assert month.parts["UI"].tolist() == [paid]
    assert claim_behind(law, 9_000_00, 0, 0) is None
    assert claim_behind(law, 0, 3_000_00, 1) is None, "of a week that wages use up, nothing is known"


def test_the_fact_that_would_narrow_figures_most_is_named() -> None:
    cases = family(MONTH, [30, 4], [2_000, 0], care=[0, 2])
    enrolled = {"SNAP": True, "TAFDC": False}
    assert narrows_most(cases, Known(rent=False, heating=False), enrolled) == "rent"
    over = family(MONTH, [30, 4], [9_500, 0], care=[0, 2])
    assert narrows_most(over, Known(rent=False, care_price=False), enrolled) == "what child care costs without help"
    assert narrows_most(cases, Known(heating=False), {"SNAP": False, "TAFDC": False}) is None


def test_what_is_not_known_of_child_care_is_unknown_of_that_household_alone() -> None:
    before = date(2023, 3, 1)
    helped = family(before, [30, 4], [3_600, 0], care=[0, 2], care_price=1_800)
    where, why = simulate(stack([helped, family(before, [30, 4], [3_600, 0])])).unknown["CCFA"]
    assert where.tolist() == [True, False]
    assert "ccfa/" in why


def test_who_takes_no_part_receives_nothing_and_their_grant_is_not_counted() -> None:
    cases = family(MONTH, [30, 4, 9], rent=1100)
    both = simulate(cases, enrolled={"SNAP": np.array([True]), "TAFDC": np.array([True])})
    food = simulate(cases, enrolled={"SNAP": np.array([True]), "TAFDC": np.array([False])})
    assert food.parts["TAFDC"].tolist() == [0]
    assert food.parts["SNAP"][0] >= both.parts["SNAP"][0]


def test_connectorcare_covers_only_whom_masshealth_does_not() -> None:
    month = simulate(family(MONTH, [30, 4], [3000, 0]))
    assert month.coverage.tolist() == [[Coverage.CONNECTORCARE, Coverage.FAMILY_ASSISTANCE]]


UTILITIES = ((False, True), (False, False), (True, False))
"""Of heating and of none at all: for none, for others than heating, for heating."""


@pytest.mark.parametrize("known", [Known(), Known(rent=False), Known(child_care=False), Known(heating=False),
                                   Known(disregard=False), Known(rent=False, disregard=False)])  # fmt: skip
def test_what_lies_between_the_ends_of_what_is_not_recorded_lies_between_their_figures(known: Known) -> None:
    def figure(**facts: Any) -> int:
        return int(simulate(family(MONTH, [30, 4, 9], [700, 0, 0], tafdc=True, **facts)).net_cents[0])

    ends = [int(simulate(end).net_cents[0]) for end in corners(family(MONTH, [30, 4, 9], [700, 0, 0], tafdc=True,
            rent=900, child_care=100, heats=True, months_left=3), known)]  # fmt: skip
    for rent in (0, 900, 2_000) if not known.rent else (900,):
        for child_care in (0, 100, 1_000) if not known.child_care else (100,):
            for heats, none in UTILITIES if not known.heating else UTILITIES[-1:]:
                for left in range(full_disregard_months(MONTH) + 1) if not known.disregard else (3,):
                    here = figure(
                        rent=rent, child_care=child_care, heats=heats, no_utilities=none, months_left=left
                    )  # fmt: skip
                    assert ends[0] <= here <= ends[-1]


@pytest.mark.parametrize("earned", [700, 4_000, 9_000])
def test_a_price_or_a_reading_that_is_not_recorded_bounds_the_figures(earned: int) -> None:
    facts: dict[str, Any] = {"care": [0, 2, 2], "lease": Lease.MRVP, "contract_rent": 1_600, "subsidized": True}
    cases = family(MONTH, [30, 4, 9], [earned, 0, 0], **facts)
    ends = [int(simulate(end).net_cents[0]) for end in corners(cases, Known(care_price=False, mrvp=False))]
    assert ends[0] <= ends[-1]
    for price in (1, 1_000, 2_500):
        for reading in (False, True):
            one = family(MONTH, [30, 4, 9], [earned, 0, 0], care_price=price, all_earnings=reading, **facts)
            assert ends[0] <= int(simulate(one).net_cents[0]) <= ends[-1]
