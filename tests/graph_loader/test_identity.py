"""Who is who by exact rules: what links, what does not, and ids that stay."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_loader.identity.assign import assign
from graph_loader.identity.standard import family_name, given_name, street
from graph_loader.identity.tokens import Hasher, repaired_ssn

HASHER = Hasher(b"k" * 32)
FIELDS = ("source_id", "role", "token", "first", "last", "birth_date", "street", "unit", "zip", "person_id", "because")


def records(*rows: dict[str, str | None]) -> pd.DataFrame:
    plain = {"role": "self", "street": "", "unit": "", "zip": "", "first": "", "last": ""}
    return pd.DataFrame(
        [{name: (plain | row).get(name) for name in FIELDS} | {"source_id": f"s{i}"} for i, row in enumerate(rows)],
        dtype=object,
    )


def people(*rows: dict[str, str | None]) -> list[str]:
    found = assign(records(*rows), HASHER).records.sort_values("source_id")
    return list(found["person_id"])


ANA = {"token": "t1", "first": "ana", "last": "diaz", "birth_date": "1990-01-02"}


def test_one_ssn_with_a_name_is_one_person() -> None:
    a, b = people(ANA, ANA | {"birth_date": None, "last": "rivera"})
    assert a == b


def test_a_borrowed_ssn_with_another_name_and_birth_date_is_another_person() -> None:
    a, b = people(ANA, {"token": "t1", "first": "luis", "last": "vega", "birth_date": "1985-05-05"})
    assert a != b


def test_name_and_birth_date_link_unless_ssns_contradict() -> None:
    a, b = people(ANA, ANA | {"token": None})
    assert a == b
    c, d = people(ANA, ANA | {"token": "t2"})
    assert c != d


def test_a_later_record_splits_nobody_and_no_id_is_given_twice() -> None:
    first = assign(records(ANA, ANA | {"token": None}), HASHER).records
    assert first["person_id"].nunique() == 1
    later = records(ANA, ANA | {"token": None}, ANA | {"token": "t2"})
    later["person_id"] = [*first["person_id"], None]
    later["because"] = [*first["because"], None]
    found = assign(later, HASHER)
    assert found.records["person_id"].iloc[0] == found.records["person_id"].iloc[1] == first["person_id"].iloc[0]
    assert found.merges == ()


def test_a_merge_keeps_the_id_with_most_records_and_says_so() -> None:
    first = assign(records(ANA, ANA | {"token": None, "first": "x"}), HASHER).records
    ids = list(first["person_id"])
    assert ids[0] != ids[1]
    bridge = records(ANA, ANA, ANA | {"token": None, "first": "x"}, ANA | {"token": "t1", "first": "x"})
    bridge["person_id"] = [ids[0], ids[0], ids[1], None]
    bridge["because"] = ["known", "known", "known", None]
    found = assign(bridge, HASHER)
    assert {*found.records["person_id"]} == {ids[0]}
    assert [(merge.gone, merge.kept) for merge in found.merges] == [(ids[1], ids[0])]


@settings(max_examples=50, deadline=None)
@given(st.permutations(range(6)))
def test_the_order_of_records_changes_nobody(order: list[int]) -> None:
    rows = records(
        ANA, ANA | {"token": None}, {"token": "t2", "first": "luis", "last": "vega"},
        {"token": "t2", "first": "luis", "last": "vga"}, ANA | {"first": "anna"}, {"first": "ana", "last": "diaz"},
    )  # fmt: skip
    straight = assign(rows, HASHER).records.set_index("source_id")["person_id"]
    shuffled = assign(rows.iloc[order], HASHER).records.set_index("source_id")["person_id"]
    assert dict(straight) == dict(shuffled)


HOME = {"street": "1 elm st", "zip": "01103", "first": "ana", "last": "diaz"}


def test_a_bare_record_joins_the_one_person_of_its_name_at_home() -> None:
    a, b, c = people(ANA | HOME, HOME, HOME | {"street": "9 oak st"})
    assert a == b != c


def test_a_bare_record_bridges_nobody_who_contradict_each_other() -> None:
    """A father and a son of one name at one address, and a record that could be either's."""
    father, son = ANA | HOME, ANA | HOME | {"token": "t2", "birth_date": "2015-01-02"}
    a, b, c = people(HOME, father, son)
    assert len({a, b, c}) == 3


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_order_of_any_records_changes_who_is_who(data: st.DataObject) -> None:
    row = st.fixed_dictionaries(
        {
            "token": st.sampled_from([None, "t1", "t2"]), "first": st.sampled_from(["", "ana", "luis"]),
            "last": st.sampled_from(["diaz", "vega"]), "street": st.sampled_from(["", "1 elm st", "9 oak st"]),
            "birth_date": st.sampled_from([None, "1990-01-02", "2015-01-02"]),
        }
    )  # fmt: skip
    rows = records(*data.draw(st.lists(row, min_size=2, max_size=8)))
    straight = assign(rows, HASHER).records.set_index("source_id")["person_id"]
    order = data.draw(st.permutations(range(len(rows))))
    shuffled = assign(rows.iloc[order], HASHER).records.set_index("source_id")["person_id"]
    assert dict(straight) == dict(shuffled)


def test_standard_forms() -> None:
    assert given_name("Bob") == given_name("ROBERT") == "robert"
    assert given_name("José María") == "jose"
    assert family_name("O'Brien Jr.") == family_name("OBRIEN")
    assert street("12", "North Main Street") == street(None, "12 N. MAIN ST")
    assert street("PO Box", "44") == ""


@given(st.text(max_size=12))
def test_an_ssn_is_nine_digits_or_nothing(text: str) -> None:
    number = repaired_ssn(text)
    assert number is None or (len(number) == 9 and number.isdigit())


def test_ssns_that_cannot_be_are_none() -> None:
    assert repaired_ssn("000-12-3456") is None
    assert repaired_ssn("111111111") is None
    assert repaired_ssn(" 12345678") == "012345678"
