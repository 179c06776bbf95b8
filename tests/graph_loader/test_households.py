"""Who lives together over time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_loader.households.addresses import one_address, spelled_out
from graph_loader.households.build import Households, build
from graph_loader.households.ids import keep_ids
from graph_loader.households.said import Said, said
from graph_loader.households.stays import GROUP_QUARTERS, forgotten, settled
from graph_loader.identity.assign import assign
from graph_loader.identity.linkage import LinkageStore, arriving
from graph_loader.identity.records import standardised
from graph_loader.identity.tokens import Hasher

HASHER = Hasher(b"k" * 32)
D1, D2, D3 = date(2024, 1, 1), date(2024, 6, 1), date(2025, 1, 1)


def living(*stays: tuple[str, str, date], **more: object) -> Said:
    """Votes of one record each; `ties`: groups of people; `born`: birth dates by person."""
    ties, born = more.pop("ties", ()), more.pop("born", {})
    votes = pd.DataFrame(
        [
            {"person_id": p, "last": f"of{p}", "birth_date": born.get(p), "street": s, "unit": "", "zip": "01103",
             "city": "springfield", "month": d, "evidence": "address", "records": 1, "standing": False} | more
            for p, s, d in stays
        ]
    )  # fmt: skip
    tied = [(person, f"tie {place}") for place, people in enumerate(ties) for person in people]
    return Said(votes, pd.DataFrame(tied, columns=["person_id", "tie"], dtype=object))


def built(rows: Said, hasher: Hasher = HASHER) -> Households:
    with duckdb.connect() as connection:
        spelled = one_address(rows.votes, rows.ties, spelled_out(rows.votes), connection)
    return build(rows, spelled, hasher)


def spans(homes: object) -> dict[str, list[tuple[str, date, date | None]]]:
    found: dict[str, list[tuple[str, date, date | None]]] = {}
    for row in homes.members.sort_values("valid_from").itertuples():
        found.setdefault(row.person_id, []).append((row.household, row.valid_from, row.valid_to))
    return found


def test_a_household_that_moves_whole_keeps_its_id_and_changes_its_place() -> None:
    homes = built(living(("a", "1 elm", D1), ("b", "1 elm", D1), ("a", "9 oak", D2), ("b", "9 oak", D2)), HASHER)
    people = spans(homes)
    assert len(people["a"]) == len(people["b"]) == 1
    assert people["a"][0][0] == people["b"][0][0]
    assert list(homes.places.sort_values("valid_from")["valid_to"]) == [D2, None]


def test_who_leaves_alone_starts_a_household() -> None:
    homes = built(living(("a", "1 elm", D1), ("b", "1 elm", D1), ("c", "1 elm", D1), ("b", "9 oak", D2)), HASHER)
    people = spans(homes)
    assert people["a"] == people["c"]
    first, second = people["b"]
    assert first == (people["a"][0][0], D1, D2)
    assert second[0] != first[0]


def test_of_nobodys_address_follows_no_household() -> None:
    nobody = living(("a", "1 elm", D1))
    homes = built(Said(nobody.votes.iloc[:0], nobody.ties))
    assert homes.members.empty
    assert homes.places.empty


def test_a_birth_joins_the_household() -> None:
    homes = built(living(("a", "1 elm", D1), ("baby", "1 elm", D2)), HASHER)
    people = spans(homes)
    assert people["baby"] == [(people["a"][0][0], D2, None)]


def test_where_everyone_lives_in_a_shelter_there_is_no_household_and_no_id_to_keep() -> None:
    homes = built(living(*((f"p{i}", "1 shelter", D1) for i in range(GROUP_QUARTERS + 1))))
    before = pd.DataFrame(columns=["person_id", "household", "valid_from", "valid_to"], dtype=object)
    assert keep_ids(homes, before, D3, lambda names: set(), HASHER).members.empty


def test_group_quarters_are_no_household() -> None:
    crowd = [(f"p{i}", "1 shelter", D1) for i in range(GROUP_QUARTERS + 1)]
    homes = built(living(*crowd, ("a", "1 elm", D1)), HASHER)
    assert set(homes.members["person_id"]) == {"a"}
    assert list(homes.places["group_quarters"]) == [False]


def test_families_in_a_shelter_are_households_as_rows_and_units_tell() -> None:
    crowd = [(f"p{i}", "1 shelter", D1) for i in range(GROUP_QUARTERS + 1)]
    moved = ("p1", "9 oak", D2), ("p2", "9 oak", D2)
    homes = built(living(*crowd, *moved, ties=[("p1", "p2"), ("p3", "p4")], last="diaz"))
    people = spans(homes)
    assert set(people) == {"p1", "p2", "p3", "p4"}, "one last name makes no family in a crowd"
    assert people["p1"] == people["p2"] == [(people["p1"][0][0], D1, None)]
    assert people["p3"] == people["p4"] != people["p1"]
    places = homes.places[homes.places["household"] == people["p1"][0][0]].sort_values("valid_from")
    assert list(places["address"]) == list(homes.addresses.set_index("street").loc[["1 shelter", "9 oak"], "id"])
    assert list(places["group_quarters"]) == [True, False], "a family of group quarters is one until it moves"
    assert built(living(*crowd, ties=[[f"p{i}" for i in range(GROUP_QUARTERS + 1)]])).members.empty
    years = [(f"q{i}", "1 shelter", date(2030, 1, 1)) for i in range(GROUP_QUARTERS + 1)]
    gone = [(f"p{i}", f"{i} ash", date(2025, 1, 1)) for i in range(GROUP_QUARTERS + 1)]
    apart = built(living(*crowd, *gone, *years, ties=[("p1", "q1")]))
    assert "q1" not in set(apart.members["person_id"]), "who was there years before makes nobody a family"


APARTMENTS = [("ana", "1"), ("luis", "1"), ("wei", "2"), ("kofi", "3")]


def apartments(*stays: tuple[str, str], **more: object) -> dict[str, str]:
    """The apartment in which each person is found ("-": at the house, in none), with who lives with them there."""
    said = living(*((person, "12 elm st", D1) for person, _ in [*APARTMENTS, *stays]), **more)
    said.votes["unit"] = [unit for _, unit in [*APARTMENTS, *stays]]
    homes = built(said)
    household = homes.members.set_index("person_id")["household"]
    address = homes.places.set_index("household")["address"]
    unit = homes.addresses.set_index("id")["unit"]
    mates = household.index.groupby(household)
    return {who: f"{unit[address[of]] or '-'} {' '.join(sorted(mates[of]))}" for who, of in household.items()}


def test_in_a_house_of_apartments_a_record_without_a_number_is_of_its_persons_or_their_familys() -> None:
    found = apartments(("ana", ""), ("mia", ""), ("omar", ""), ("ivan", ""), ties=[("mia", "wei"), ("omar", "ivan")])
    assert found["ana"] == found["luis"] == "1 ana luis"
    assert found["mia"] == found["wei"] == "2 mia wei"
    assert found["omar"] == found["ivan"] == "- ivan omar"
    assert found["kofi"] == "3 kofi"


def test_in_a_house_of_apartments_whom_nothing_tells_apart_is_a_household_by_themselves() -> None:
    found = apartments(("mia", ""), ("omar", ""))
    assert (found["mia"], found["omar"]) == ("- mia", "- omar")
    many = apartments(*((f"p{i}", "") for i in range(GROUP_QUARTERS - 1)), ties=[("p1", "p2")])
    assert (many["p1"], many["p3"]) == ("- p1 p2", "- p3")
    between = apartments(("mia", ""), ties=[("mia", "ana"), ("mia", "wei")])
    assert between["mia"] == "- mia"


def test_in_a_house_of_apartments_a_last_name_tells_where_one_apartment_alone_has_it() -> None:
    said = living(*((person, "12 elm st", D1) for person in ("ana", "wei", "mia", "omar", "luis")))
    said.votes["unit"], said.votes["last"] = ["1", "2", "", "", "3"], ["diaz", "chen", "diaz", "chen", "chen"]
    people = spans(built(said))
    assert people["mia"] == people["ana"]
    assert people["omar"][0][0] not in {people["wei"][0][0], people["luis"][0][0]}


def test_a_street_without_a_house_number_is_its_persons_where_several_houses_are_known() -> None:
    said = living(("ana", "210 elm st", D1), ("ana", "elm st", D1), ("wei", "375 elm st", D1), ("mia", "elm st", D1))
    people = spans(built(said))
    assert len({tuple(people[who]) for who in ("ana", "wei", "mia")}) == 3


def test_a_misread_house_number_is_no_second_house_of_a_street() -> None:
    said = living(("a", "137 elm st", D1), ("b", "137 elm st", D1), ("a", "173 elm st", D1), ("c", "elm st", D1),
                  last="diaz")  # fmt: skip
    assert built(said).members["household"].nunique() == 1


@pytest.mark.parametrize("code", ["", "01130", "01104", "02139"])
def test_a_street_without_a_number_is_completed_whatever_its_zip_code_looks_like(code: str) -> None:
    said = living(("a", "210 elm st", D1), ("b", "375 elm st", D1), ("a", "elm st", D2), ("ma", "210 elm st", D1))
    said.votes.loc[2, "zip"] = code
    people = spans(built(said))
    assert len(people["a"]) == (1 if code != "02139" else 2)


def test_without_an_apartments_number_it_is_the_one_that_was_lived_in_then() -> None:
    first, last = months(0, 10)
    said = living(("ma", "12 elm", first), ("kid", "12 elm", first), ("ma", "12 elm", months(9)[0]),
                  ("kid", "12 elm", months(9)[0]), ("ma", "12 elm", last), ties=[("ma", "kid")])  # fmt: skip
    said.votes["unit"] = ["1", "1", "3", "3", ""]
    people = spans(built(said))
    assert people["ma"] == people["kid"] == [(people["ma"][0][0], first, None)]


def test_many_without_a_number_in_a_house_of_apartments_are_no_group_quarters() -> None:
    many = apartments(*((f"p{i}", "") for i in range(GROUP_QUARTERS + 2)), ties=[("p1", "p2")])
    assert (many["p1"], many["p3"]) == ("- p1 p2", "- p3")


def test_of_equal_addresses_that_of_the_months_around_counts() -> None:
    there = [("kid", "9 oak", D1), ("kid", "1 elm", D1), ("ma", "1 elm", D1), ("kid", "9 oak", D2)]
    people = spans(built(living(*there, ("pa", "9 oak", D1), ties=[("kid", "ma")])))
    assert people["kid"] == people["pa"]
    years_later = [(*stay[:2], date(2029, 1, 1)) if stay[2] == D2 else stay for stay in there]
    people = spans(built(living(*years_later, ("pa", "9 oak", D1), ties=[("kid", "ma")])))
    assert people["kid"][0][0] == people["ma"][0][0]


def test_a_shelter_may_become_a_familys_home() -> None:
    crowd = [(f"p{i}", "1 elm", date(2010, 1, 1)) for i in range(GROUP_QUARTERS + 1)]
    gone = [(f"p{i}", f"{i} oak", date(2011, 1, 1)) for i in range(GROUP_QUARTERS + 1)]
    family = [(name, "1 elm", date(2020, 1, 1)) for name in "abc"]
    near = ("n", "1 elm", date(2012, 6, 1)), ("n", "40 oak", date(2013, 1, 1))
    homes = built(living(*crowd, *gone, *family, *near), HASHER)
    people = spans(homes)
    assert people["a"] == people["b"] == people["c"]
    assert {since for _, since, *_ in people["n"]} == {date(2013, 1, 1)}, "in the shelter's years it is no home"
    assert {since for _, since, *_ in people["p1"]} == {date(2011, 1, 1)}
    assert not homes.places["group_quarters"].any()


def test_most_records_decide_where_someone_lives() -> None:
    homes = built(living(("a", "1 elm", D1), ("a", "1 elm", D1), ("a", "1 lem", D1), ("b", "1 elm", D1)), HASHER)
    people = spans(homes)
    assert people["a"] == people["b"]


def test_a_membership_says_how_many_of_the_records_agree() -> None:
    homes = built(
        living(
            ("a", "1 elm", D1), ("a", "1 elm", D1), ("a", "7 ash", D1), ("b", "1 elm", D1), ("a", "9 oak", D2),
            ("b", "9 oak", D2),
        ),
        HASHER,
    )  # fmt: skip
    sure = homes.members.set_index("person_id")["confidence"]
    assert sure.to_dict() == {"a": 0.8, "b": 1.0}  # three of four of a's records say what the household did


def test_a_household_that_everyone_has_left_is_at_no_address_any_more() -> None:
    joins = (("c", "9 oak", D1), ("a", "9 oak", D2), ("b", "9 oak", D3))
    homes = built(living(("a", "1 elm", D1), ("b", "1 elm", D1), *joins), HASHER)
    first = spans(homes)["a"][0][0]
    assert list(homes.places[homes.places["household"] == first]["valid_to"]) == [D3]
    after = built(living(("a", "1 elm", D1), ("b", "1 elm", D1), *joins, ("d", "1 elm", D3)), HASHER)
    assert spans(after)["d"][0][0] != first  # who moves in later is another household


@pytest.mark.parametrize(
    "written",
    [
        {"street": "137 elmm st"}, {"street": "173 elm st"}, {"street": "elm st"}, {"zip": "01130"}, {"zip": ""},
        {"street": "137 elm street"},
    ],
)  # fmt: skip
def test_one_address_written_in_two_ways_is_one_household(written: dict[str, str]) -> None:
    rows = living(("a", "137 elm st", D1), ("b", "137 elm st", D1), ("c", "137 elm st", D1), last="diaz")
    for name, value in written.items():
        rows.votes.loc[2, name] = value
    homes = built(rows, HASHER)
    assert homes.members["household"].nunique() == 1
    assert list(homes.addresses["street"]) == ["137 elm st"]


def test_neighbours_and_short_moves_are_not_one_address() -> None:
    neighbours = living(("a", "137 elm st", D1), ("b", "138 elm st", D1))
    assert built(neighbours).members["household"].nunique() == 2
    moved = built(living(("a", "3 elm st", D1), ("a", "5 elm st", D2)), HASHER)
    assert list(moved.places.sort_values("valid_from")["valid_to"]) == [D2, None]


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(5)))
def test_the_order_of_records_changes_no_household(order: list[int]) -> None:
    rows = living(
        ("a", "137 elm st", D1), ("b", "137 elmm st", D1), ("b", "9 oak st", D2), ("c", "elm st", D1),
        ("d", "9 oak", D3), last="diaz",
    )  # fmt: skip
    straight, shuffled = built(rows, HASHER), built(Said(rows.votes.iloc[order], rows.ties), HASHER)
    assert spans(straight) == spans(shuffled)
    assert set(straight.addresses["id"]) == set(shuffled.addresses["id"])


def months(*numbers: int) -> list[date]:
    return [date(2024 + number // 12, number % 12 + 1, 1) for number in numbers]


def test_a_household_of_which_most_moves_keeps_its_id_and_who_stays_starts_another() -> None:
    together = [(person, "1 elm", D1) for person in "abc"]
    homes = built(living(*together, ("a", "9 oak", D2), ("b", "9 oak", D2), ("c", "1 elm", D2)), HASHER)
    people = spans(homes)
    assert people["a"] == people["b"] == [(people["a"][0][0], D1, None)]
    first, second = people["c"]
    assert first == (people["a"][0][0], D1, D2)
    assert second[0] != first[0]


def test_who_is_not_heard_of_goes_along_with_most_of_the_household() -> None:
    together = [(person, "1 elm", D1) for person in "abc"]
    moved = (("a", "9 oak", D2), ("b", "9 oak", D2))
    homes = built(living(*together, *moved, ties=["abc"]))
    assert set(homes.members["household"]) == {homes.members["household"][0]}
    assert list(homes.places.sort_values("valid_from")["valid_to"]) == [D2, None]
    third = homes.members[homes.members["person_id"] == "c"].sort_values("valid_from")
    assert list(third["evidence"]) == ["address", "household"]
    assert pd.isna(third["confidence"].iloc[1])
    strangers = spans(built(living(*together, *moved, ties=["ab"])))
    assert strangers["c"][-1][0] != strangers["a"][-1][0]
    crowd = [(f"p{i}", "1 shelter", D2) for i in range(GROUP_QUARTERS + 1)]
    sheltered = spans(built(living(*together, *moved, *crowd, ("c", "1 shelter", D2), ties=["abc"])))
    assert sheltered["c"][-1][2] == D2


def test_of_whom_nothing_is_heard_leaves_when_strangers_come() -> None:
    later = [(person, "1 elm", date(2030, 1, 1)) for person in "bc"]
    homes = built(living(("old", "1 elm", D1), *later, ties=["bc"]))
    people = spans(homes)
    assert people["old"] == [(people["old"][0][0], D1, date(2030, 1, 1))]
    assert people["b"][0][0] != people["old"][0][0]
    kin = spans(built(living(("old", "1 elm", D1), *later, ties=["bc", ("b", "old")])))
    assert kin["old"][0][2] is None


@pytest.mark.parametrize(
    ("last_said", "day"),
    [
        (date(2023, 3, 1), date(2024, 4, 1)),
        (date(2023, 11, 1), date(2024, 12, 1)),
        (date(2023, 12, 1), date(2025, 1, 1)),
    ],
)
def test_who_is_not_heard_of_for_more_than_twelve_months_is_forgotten(last_said: date, day: date) -> None:
    assert forgotten(last_said) == day


def test_tenants_one_after_another_are_no_group_quarters() -> None:
    tenants = [(f"t{year}", "1 elm", date(year, 1, 1)) for year in range(2000, 2016, 2)] * 2
    tenants += [(f"u{year}", "1 elm", date(year, 1, 1)) for year in range(2000, 2016, 2)]
    homes = built(living(*tenants))
    assert not homes.places["group_quarters"].any()
    assert homes.members["household"].nunique() == 8


def test_of_equal_addresses_that_of_ones_own_people_counts() -> None:
    homes = built(living(("b", "9 oak", D1), ("a", "1 elm", D1), ("a", "9 oak", D1), ties=["ab"]), HASHER)
    assert homes.members["household"].nunique() == 1


def test_who_is_back_soon_or_again_and_again_did_not_move() -> None:
    assert settled(list("AABAA"), months(0, 1, 2, 3, 4)) == list("AAAAA")
    assert settled(list("AABBBAA"), months(0, 6, 12, 18, 24, 30, 36)) == list("AABBBAA")
    assert settled(list("ABABA"), months(0, 9, 18, 27, 36)) == list("AAAAA")
    assert settled(list("AABA"), months(0, 1, 2, 3)) == list("AAAA")
    assert settled(list("ABA"), months(0, 9, 18)) == list("ABA")
    assert settled(list("AB"), months(0, 1)) == list("AB")


def custody(**more: object) -> Said:
    mother, father = [("ma", "1 elm", D1)], [("pa", "9 oak", D1)]
    child = [("kid", "1 elm", month) for month in months(0, 1, 3, 4)] + [("kid", "9 oak", months(2)[0])]
    child += [("kid", "9 oak", months(5)[0]), ("kid", "1 elm", months(6)[0])]
    return living(*mother, *father, *child, ties=[("ma", "kid"), ("pa", "kid")], **more)


def test_a_child_of_two_homes_lives_in_one_and_also_stays_with_the_other() -> None:
    homes = built(custody(born={"kid": date(2016, 3, 1)}), HASHER)
    people = spans(homes)
    assert people["kid"] == people["ma"]
    (visit,) = homes.visits.to_dict("records")
    assert visit == {
        "person_id": "kid", "household": people["pa"][0][0], "valid_from": months(2)[0],
        "valid_to": date(2034, 3, 1), "evidence": "address", "confidence": 0.4, "records": 2,
    }  # fmt: skip


def test_a_second_home_is_one_for_as_long_as_family_is_there_and_the_child_is_one() -> None:
    seven, nine = months(7)[0], months(9)[0]
    known = custody(born={"kid": date(2016, 3, 1)})
    moves = living(("pa", "5 pine", nine))
    (visit,) = built(Said(pd.concat([known.votes, moves.votes]), known.ties)).visits.to_dict("records")
    assert (visit["valid_from"], visit["valid_to"]) == (months(2)[0], nine)
    late = Said(
        known.votes.assign(month=known.votes["month"].where(known.votes["person_id"] != "pa", seven)), known.ties
    )
    (visit,) = built(late).visits.to_dict("records")
    assert (visit["valid_from"], visit["valid_to"]) == (seven, date(2034, 3, 1))
    (visit,) = built(custody(born={"kid": date(2006, 5, 1)})).visits.to_dict("records")
    assert visit["valid_to"] == date(2024, 5, 1)


def two_registers(**more: object) -> Said:
    """A child whom two agencies have, each with one parent and since when, both to this day."""
    known = living(("ma", "1 elm", D1), ("pa", "9 oak", D1), ("kid", "1 elm", D1), ("kid", "9 oak", D2),
                   born={"kid": date(2016, 3, 1)}, **({"ties": [("ma", "kid"), ("pa", "kid")]} | more))  # fmt: skip
    return Said(known.votes.assign(standing=True), known.ties)


def test_a_child_whom_one_standing_record_each_of_two_parents_has_has_two_homes() -> None:
    homes = built(two_registers())
    people = spans(homes)
    assert people["kid"][-1] == (people["pa"][0][0], D2, None)
    (visit,) = homes.visits.to_dict("records")
    assert visit == {
        "person_id": "kid", "household": people["ma"][0][0], "valid_from": D2, "valid_to": date(2034, 3, 1),
        "evidence": "address", "confidence": 0.5, "records": 1,
    }  # fmt: skip


def test_a_standing_record_of_a_second_home_is_held_against_standing_records_alone() -> None:
    known = two_registers()
    monthly = living(*(("kid", "9 oak", month) for month in months(*range(6, 36))), born={"kid": date(2016, 3, 1)})
    (visit,) = built(Said(pd.concat([known.votes, monthly.votes.assign(standing=False)]), known.ties)).visits.to_dict(
        "records"
    )
    assert (visit["confidence"], visit["records"]) == (0.5, 1)


def test_an_agency_that_has_not_heard_of_a_move_makes_no_second_home() -> None:
    known = two_registers(ties=[("ma", "kid")], last="diaz")
    moved = living(("ma", "9 oak", D2), ("uncle", "1 elm", D1), last="diaz")
    homes = built(Said(pd.concat([known.votes, moved.votes]), known.ties))
    assert homes.visits.empty, "an uncle of the same name is still there"
    at_oak = living(("ma", "9 oak", D2), ("gran", "1 elm", D1))
    together = pd.DataFrame([(who, "unit") for who in ("ma", "kid", "gran")], columns=["person_id", "tie"])
    left = built(Said(pd.concat([known.votes, at_oak.votes]), together))
    assert left.visits.empty, "that mother and child still live with her there, says who has not heard of both"


@pytest.mark.parametrize("more", [{"born": {"kid": date(1990, 3, 1)}}, {}])
def test_only_children_have_two_homes(more: dict[str, object]) -> None:
    assert built(custody(**more), HASHER).visits.empty


def test_who_lives_at_a_second_address_of_a_child_and_is_nobody_of_theirs_is_no_home_of_theirs() -> None:
    known = custody(born={"kid": date(2016, 3, 1)})
    strangers = Said(known.votes, known.ties[known.ties["tie"] == "tie 0"])
    assert built(strangers, HASHER).visits.empty


def test_two_families_at_one_address_are_one_household_of_two_families() -> None:
    homes = built(living(*((person, "1 elm", D1) for person in "abcd"), ties=["ab", "cd"]), HASHER)
    assert homes.members["household"].nunique() == 1
    assert homes.members.set_index("person_id")["family"].to_dict() == {"a": 1, "b": 1, "c": 2, "d": 2}
    alone = built(living(("a", "1 elm", D1), ("b", "1 elm", D1), ties=["ac", "bc"]), HASHER)
    assert sorted(alone.members["family"]) == [1, 2]  # a tie to somebody who lives elsewhere makes no family


def test_nobody_lives_anywhere_before_birth_and_a_newborn_from_birth() -> None:
    born = {"baby": date(2024, 8, 20)}
    early = spans(built(living(("a", "1 elm", D1), ("baby", "1 elm", D1), born=born), HASHER))
    late = spans(built(living(("a", "1 elm", D1), ("baby", "1 elm", D3), born=born), HASHER))
    assert early["baby"] == late["baby"] == [(early["a"][0][0], date(2024, 8, 1), None)]
    moved_in = date(2023, 5, 1)  # a family's row says since when it is there, a tax return names its child from January
    taxed = living(("a", "1 elm", moved_in), ("baby", "1 elm", moved_in), ("baby", "1 elm", D1), born=born)
    assert [begins for _, begins, _ in spans(built(taxed))["baby"]] == [date(2024, 8, 1)]
    wrong = {"baby": date(2029, 8, 20)}
    people = spans(built(living(("a", "1 elm", D1), ("baby", "1 elm", D1), ("baby", "9 oak", D2), born=wrong)))
    assert [begins for _, begins, _ in people["baby"]] == [D1, D2]  # born after records of several months
    elsewhere = spans(built(living(("a", "1 elm", D3), ("baby", "1 elm", D3), born=born), HASHER))
    assert elsewhere["baby"][0][1] == D3  # where they lived when it was born, nobody knows


def test_a_household_keeps_its_id_when_an_older_record_arrives() -> None:
    first = built(living(("b", "1 elm", D2), ("c", "1 elm", D2)), HASHER)
    more = built(living(("a", "1 elm", D1), ("b", "1 elm", D2), ("c", "1 elm", D2)), HASHER)
    assert set(first.members["household"]) != set(more.members["household"])
    before = first.members[["person_id", "household", "valid_from", "valid_to"]]
    kept = keep_ids(more, before, D3, lambda ids: set(ids) & set(before["household"]), HASHER)
    assert set(kept.members["household"]) == set(kept.places["household"]) == set(first.members["household"])


def test_an_id_goes_by_days_lived_together_so_far_also_of_who_lives_there_still() -> None:
    homes = built(living(("a", "1 elm", D3), ("b", "9 oak", D1), ("c", "9 oak", D1), ("d", "9 oak", D1)), HASHER)
    house = homes.members.set_index("person_id")["household"]
    long_ago = [(person, "Hold", date(2024, 1, 1), D3) for person in "bcd"]
    names = ["person_id", "household", "valid_from", "valid_to"]
    before = pd.DataFrame([("a", "Hold", D3, None), *long_ago], columns=names)
    kept = keep_ids(homes, before, D3, lambda ids: set(), HASHER).members.set_index("person_id")["household"]
    assert house["a"] != house["b"]
    assert kept["b"] == "Hold"
    assert kept["a"] != "Hold"


@pytest.mark.parametrize("ids", [("Ha", "Hb"), ("Hb", "Ha")])
def test_of_two_households_that_are_one_with_as_many_days_the_lower_id_stays(ids: tuple[str, str]) -> None:
    homes = built(living(("a", "1 elm", D1), ("b", "1 elm", D1)), HASHER)
    before = pd.DataFrame(
        [("a", ids[0], D1, None), ("b", ids[1], D1, None)], columns=["person_id", "household", "valid_from", "valid_to"]
    )
    kept = keep_ids(homes, before, D3, lambda names: set(), HASHER)
    assert set(kept.members["household"]) == {"Ha"}
    again = keep_ids(homes, before.iloc[::-1], D3, lambda names: set(), HASHER)
    assert set(again.members["household"]) == {"Ha"}


def test_no_household_gets_an_id_that_was_anothers() -> None:
    homes = built(living(("a", "1 elm", D1)), HASHER)
    nobody = homes.members.iloc[:0][["person_id", "household", "valid_from", "valid_to"]]
    used = set(homes.members["household"])
    assert not used & set(keep_ids(homes, nobody, D3, lambda ids: used & set(ids), HASHER).members["household"])


def row(number: int, role: str, first: str, street: str | None, **more: str | None) -> dict[str, object]:
    return {
        "source_id": f"row {number}", "role": role, "feed": "feed", "token": None, "near": None, "first_name": first,
        "middle_name": None, "last_name": "Diaz", "birth_date": f"1990-01-{number:02}", "sex": None, "number": None,
        "street": street, "unit": None, "city": "Springfield", "zip": "01103", "address_since": D1 if street else None,
        "evidence": None, "filed_under": None, "entry": None, "agency_number": None, "person_number": None, **more,
    }  # fmt: skip


def test_who_has_no_address_votes_for_that_of_relations_and_of_the_unit(tmp_path: Path) -> None:
    rows = [
        row(1, "mother", "Ana", "1 Elm St", evidence="address"), row(1, "child", "Mia", None, evidence="relation"),
        row(1, "landlord", "Bill", None), row(2, "head", "Luis", "9 Oak St", evidence="address", filed_under="unit 1"),
        row(3, "member", "Omar", None, filed_under="unit 1"), row(4, "member", "Kofi", None, filed_under="unit 2"),
        row(5, "self", "Ivan", "7 Ash St", evidence="address"),
        row(7, "me", "Ivan", None, filed_under="unit 1", birth_date="1990-01-05"),
        # the second is Ivan again, whose own address comes first; the third has one, but not since when
        row(6, "self", "Wei", "7 Ash St", address_since=None, filed_under="unit 1"),
    ]  # fmt: skip
    with arriving(tmp_path) as arrivals, LinkageStore(tmp_path).open(None) as linkage:
        arrivals.add("feed", standardised(pd.DataFrame(rows, dtype=object)))
        assign(linkage, arrivals, HASHER, D1)
        people = dict(linkage.rows("SELECT person_id, given FROM kept.links JOIN kept.records USING (number) "
                                   "JOIN kept.descriptions d ON d.id = description"))  # fmt: skip
        found = said(linkage)
    assert not found.votes["standing"].any()
    votes = {people[person]: (street, evidence) for person, street, evidence in zip(
        found.votes["person_id"], found.votes["street"], found.votes["evidence"], strict=True
    )}  # fmt: skip
    assert votes == {
        "ana": ("1 elm st", "address"), "mia": ("1 elm st", "relation"), "luis": ("9 oak st", "address"),
        "omar": ("9 oak st", "unit"), "ivan": ("7 ash st", "address"), "wei": ("9 oak st", "unit"),
    }  # fmt: skip
    assert {frozenset(people[person] for person in group) for _, group in found.ties.groupby("tie")["person_id"]} == {
        frozenset({"ana", "mia"}), frozenset({"luis", "omar", "ivan", "wei"}),
    }  # fmt: skip
