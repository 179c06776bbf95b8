"""Who lives together over time."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_loader.households.build import GROUP_QUARTERS, build
from graph_loader.identity.tokens import Hasher

HASHER = Hasher(b"k" * 32)
D1, D2, D3 = date(2024, 1, 1), date(2024, 6, 1), date(2025, 1, 1)


def living(*stays: tuple[str, str, date]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"source_id": f"r{place}", "role": "self", "person_id": p, "last": f"of{p}", "street": s,
             "unit": "", "zip": "01103", "city": "springfield", "address_since": d,
             "evidence": "address"}
            for place, (p, s, d) in enumerate(stays)
        ]
    )  # fmt: skip


def spans(homes: object) -> dict[str, list[tuple[str, date, date | None]]]:
    found: dict[str, list[tuple[str, date, date | None]]] = {}
    for row in homes.members.sort_values("valid_from").itertuples():
        found.setdefault(row.person_id, []).append((row.household, row.valid_from, row.valid_to))
    return found


def test_a_household_that_moves_whole_keeps_its_id_and_changes_its_place() -> None:
    homes = build(living(("a", "1 elm", D1), ("b", "1 elm", D1), ("a", "9 oak", D2), ("b", "9 oak", D2)), HASHER)
    people = spans(homes)
    assert len(people["a"]) == len(people["b"]) == 1
    assert people["a"][0][0] == people["b"][0][0]
    assert list(homes.places.sort_values("valid_from")["valid_to"]) == [D2, None]


def test_who_leaves_alone_starts_a_household() -> None:
    homes = build(living(("a", "1 elm", D1), ("b", "1 elm", D1), ("c", "1 elm", D1), ("b", "9 oak", D2)), HASHER)
    people = spans(homes)
    assert people["a"] == people["c"]
    first, second = people["b"]
    assert first == (people["a"][0][0], D1, D2)
    assert second[0] != first[0]


def test_a_birth_joins_the_household() -> None:
    homes = build(living(("a", "1 elm", D1), ("baby", "1 elm", D2)), HASHER)
    people = spans(homes)
    assert people["baby"] == [(people["a"][0][0], D2, None)]


def test_group_quarters_are_no_household() -> None:
    crowd = [(f"p{i}", "1 shelter", D1) for i in range(GROUP_QUARTERS + 1)]
    homes = build(living(*crowd, ("a", "1 elm", D1)), HASHER)
    assert set(homes.members["person_id"]) == {"a"}
    assert list(homes.addresses[homes.addresses["group_quarters"]]["street"]) == ["1 shelter"]


def test_most_records_decide_where_someone_lives() -> None:
    homes = build(living(("a", "1 elm", D1), ("a", "1 elm", D1), ("a", "1 lem", D1), ("b", "1 elm", D1)), HASHER)
    people = spans(homes)
    assert people["a"] == people["b"]


def test_a_membership_says_how_many_of_the_records_agree() -> None:
    homes = build(
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
    homes = build(living(("a", "1 elm", D1), ("b", "1 elm", D1), *joins), HASHER)
    first = spans(homes)["a"][0][0]
    assert list(homes.places[homes.places["household"] == first]["valid_to"]) == [D3]
    after = build(living(("a", "1 elm", D1), ("b", "1 elm", D1), *joins, ("d", "1 elm", D3)), HASHER)
    assert spans(after)["d"][0][0] != first  # who moves in later is another household


def test_who_has_no_address_in_a_row_lives_with_who_has_one_by_relation() -> None:
    records = living(("mother", "1 elm", D1), ("baby", "", D1), ("stranger", "", D1), ("father", "", D1),
                     ("father", "9 oak", D1), ("landlord", "", D1))  # fmt: skip
    records["source_id"] = ["row 1", "row 1", "row 2", "row 1", "row 3", "row 1"]
    records.loc[[1, 2, 3], "evidence"] = "relation"  # the landlord is related to nobody
    homes = build(records, HASHER)
    people = spans(homes)
    assert people["baby"] == people["mother"]
    assert homes.members.set_index("person_id")["evidence"].to_dict() == {
        "mother": "address", "baby": "relation", "father": "address",
    }  # fmt: skip
    assert people["father"] != people["mother"]  # an address of one's own comes first


@pytest.mark.parametrize(
    "written",
    [
        {"street": "137 elmm st"}, {"street": "173 elm st"}, {"street": "elm st"}, {"zip": "01130"}, {"zip": ""},
        {"street": "137 elm street"},
    ],
)  # fmt: skip
def test_one_address_written_in_two_ways_is_one_household(written: dict[str, str]) -> None:
    rows = living(("a", "137 elm st", D1), ("b", "137 elm st", D1), ("c", "137 elm st", D1)).assign(last="diaz")
    for name, value in written.items():
        rows.loc[2, name] = value
    homes = build(rows, HASHER)
    assert homes.members["household"].nunique() == 1
    assert list(homes.addresses["street"]) == ["137 elm st"]


def test_neighbours_and_short_moves_are_not_one_address() -> None:
    neighbours = living(("a", "137 elm st", D1), ("b", "138 elm st", D1))
    assert build(neighbours, HASHER).members["household"].nunique() == 2
    moved = build(living(("a", "3 elm st", D1), ("a", "5 elm st", D2)), HASHER)
    assert list(moved.places.sort_values("valid_from")["valid_to"]) == [D2, None]


@settings(max_examples=40, deadline=None)
@given(st.permutations(range(5)))
def test_the_order_of_records_changes_no_household(order: list[int]) -> None:
    rows = living(
        ("a", "137 elm st", D1), ("b", "137 elmm st", D1), ("b", "9 oak st", D2), ("c", "elm st", D1),
        ("d", "9 oak", D3),
    ).assign(last="diaz")  # fmt: skip
    straight, shuffled = build(rows, HASHER), build(rows.iloc[order], HASHER)
    assert spans(straight) == spans(shuffled)
    assert set(straight.addresses["id"]) == set(shuffled.addresses["id"])
