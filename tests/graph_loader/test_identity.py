"""Who is who: what links, what does not and why, ids that stay, and that a delta gives what a full run gives."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graph_loader.identity.assign import ALONE, Assignment, assign
from graph_loader.identity.cluster import cluster
from graph_loader.identity.model import COMPARISONS, Model
from graph_loader.identity.people import name_people
from graph_loader.identity.records import COLUMNS, Linkage, LinkageStore, standardised
from graph_loader.identity.score import Edges, sweep, workshop
from graph_loader.identity.standard import family_name, forms, given_name, street
from graph_loader.identity.tokens import Hasher, KeptTokens, kept, repaired_ssn

HASHER = Hasher(b"k" * 32)
ON = date(2026, 1, 1)
RAW = ("first_name", "middle_name", "last_name", "birth_date", "sex", "number", "street", "unit", "city", "zip")
slow = settings(
    max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)


def records(*rows: dict[str, str | None], names: Sequence[str] = ()) -> pd.DataFrame:
    """Records as a load gives them; `ssn` in plain, `id` or the place in the list as the source id."""
    frame = pd.DataFrame(
        [
            {name: row.get(name) for name in RAW}
            | {
                "source_id": row.get("id", f"s{place:04}"), "role": row.get("role", "self"), "feed": "feed",
                "token": HASHER.ssn(row.get("ssn")), "near": HASHER.near_ssn(row.get("ssn")),
                "address_since": None, "evidence": None,
            }
            for place, row in enumerate(rows)
        ],
        dtype=object,
    )  # fmt: skip
    unset = {"person_id": None, "because": None, "match_weight": None, "model": None}
    return standardised(frame).assign(recorded_from=ON, recorded_to=None, **unset)[list(COLUMNS)]


def linked(data: Path, *rows: dict[str, str | None]) -> Assignment:
    return assign(Linkage.nothing(), records(*rows), HASHER, data, ON)


def people(data: Path, *rows: dict[str, str | None]) -> list[str]:
    return list(linked(data, *rows).records.sort_values("source_id")["person_id"])


ANA: dict[str, str | None] = {
    "ssn": "601-22-3344", "first_name": "Ana", "last_name": "Diaz", "birth_date": "1990-01-02", "sex": "F",
    "number": "12", "street": "Elm Street", "zip": "01103",
}  # fmt: skip


@pytest.mark.parametrize(
    "other",
    [
        {"birth_date": None, "last_name": "Rivera"},
        {"ssn": None},
        {"ssn": "601-22-3349", "birth_date": None},
        {"ssn": "601-23-2344", "birth_date": None},
        {"ssn": "60122334", "birth_date": None},
        {"ssn": None, "birth_date": "1990-02-01", "number": "99"},
        {"ssn": None, "first_name": "Anna", "birth_date": "1990-01-02"},
        {"first_name": "Refused", "birth_date": None},
        {"first_name": "Ана", "last_name": "Диаз", "birth_date": None},
        {"first_name": "Diaz", "last_name": "Ana", "birth_date": None},
    ],
    ids=[
        "last name changed", "no SSN", "a misread digit", "neighbours swapped", "a lost digit", "day and month swapped",
        "spelled alike", "name refused", "another script", "first and last name swapped",
    ],
)  # fmt: skip
def test_one_person_filed_in_two_ways(tmp_path: Path, other: dict[str, str | None]) -> None:
    a, b = people(tmp_path, ANA, ANA | other)
    assert a == b


@pytest.mark.parametrize(
    "other",
    [
        {"first_name": "Luis", "last_name": "Vega", "birth_date": "1985-05-05", "sex": "M", "street": "Oak"},
        {"first_name": "Mateo", "birth_date": "2015-03-04", "sex": "M"},
        {"ssn": "730-55-1199", "birth_date": "2015-01-09"},
        {"ssn": None, "birth_date": None, "first_name": "Luz"},
    ],
    ids=["a borrowed SSN", "a mother's SSN on a child", "mother and daughter of one name", "who lives there too"],
)  # fmt: skip
def test_two_people_who_share_something(tmp_path: Path, other: dict[str, str | None]) -> None:
    a, b = people(tmp_path, ANA, ANA | other)
    assert a != b


def test_twins_stay_two(tmp_path: Path) -> None:
    mia = ANA | {"ssn": "730-55-1199", "first_name": "Mia", "birth_date": "2015-03-04"}
    zoe = mia | {"ssn": "730-61-8265", "first_name": "Zoe"}
    a, b, c, d = people(tmp_path, mia, zoe, mia | {"ssn": None}, zoe | {"ssn": None})
    assert a == c != b == d


def test_two_people_of_one_row_are_two_whatever_it_says(tmp_path: Path) -> None:
    first, second = ANA | {"id": "row", "role": "filer"}, ANA | {"id": "row", "role": "spouse"}
    found = linked(tmp_path, first, second).records
    assert found["person_id"].nunique() == 2


@pytest.mark.parametrize("number", ["000-00-0000", "123-45-6789", "078-05-1120", "999999999", "666-12-3456"])
def test_a_number_that_is_nobodys_links_nobody(tmp_path: Path, number: str) -> None:
    assert HASHER.ssn(number) is None
    assert HASHER.near_ssn(number) is None
    a, b = people(tmp_path, {"ssn": number, "first_name": "Ana"}, {"ssn": number, "first_name": "Ana"})
    assert a != b


def test_an_employers_number_used_by_many_links_nobody(tmp_path: Path) -> None:
    names = ["Ana Diaz", "Luis Vega", "Mei Chen", "Omar Haddad", "Kofi Mensah", "Ivan Petrov", "Rosa Lima", "Tom Reed"]
    rows = [ANA | {"first_name": name.split()[0], "last_name": name.split()[1], "birth_date": None} for name in names]
    assert len(set(people(tmp_path, *rows))) == len(names)


def test_one_person_filed_five_thousand_times_is_one(tmp_path: Path) -> None:
    rows = [ANA | {"middle_name": "MNOPQRST"[i % 8], "unit": str(i % 5)} for i in range(5_000)]
    found = linked(tmp_path, *rows).records
    assert found["person_id"].nunique() <= 8  # whose middle initials differ may be several
    assert found["person_id"].value_counts().iloc[0] > 600


def test_names_alone_and_single_letters_link_nobody(tmp_path: Path) -> None:
    rows = [{"first_name": "A", "last_name": "B"}, {"first_name": "A", "last_name": "B"}, {"last_name": "Diaz"}]
    assert len(set(people(tmp_path, *rows))) == 3


def test_each_link_says_why_and_by_which_model(tmp_path: Path) -> None:
    bob = ANA | {"first_name": "Bob", "birth_date": "1990-02-03"}
    found = linked(
        tmp_path, bob | {"ssn": None}, bob | {"first_name": "Robert", "birth_date": "1990-03-02", "ssn": None}
    )
    first, second = found.records.to_dict("records")
    assert first["because"] == second["because"]
    assert "first name a known nickname" in second["because"]
    assert "birth day and month swapped" in second["because"]
    assert second["match_weight"] > 0
    assert second["model"] == Model.shipped().id
    alone = linked(tmp_path, ANA).records.iloc[0]
    assert alone["because"] == ALONE


def population(n: int, seed: int) -> list[dict[str, str | None]]:
    """Families at addresses, each member filed one to four times with errors."""
    random = np.random.default_rng(seed)
    given_names = ["Ana", "Luis", "Maria", "Jose", "Robert", "Bob", "Linda", "James", "Jim", "Wei", "Fatima", "John"]
    last_names = ["Diaz", "Smith", "Nguyen", "Silva", "Brown", "Okafor", "Rossi", "Cohen", "Murphy", "Lee"]
    rows: list[dict[str, str | None]] = []
    for person in range(n):
        last = last_names[int(random.integers(len(last_names)))] + "aeiou"[person % 5]
        base = ANA | {
            "ssn": f"6{person:04}{int(random.integers(1000, 9999))}", "first_name": str(random.choice(given_names)),
            "last_name": last, "birth_date": f"{1950 + person % 60}-{1 + person % 12:02}-{1 + person % 28:02}",
            "number": str(1 + person // 3), "street": "Elm Street",
        }  # fmt: skip
        for copy in range(int(random.integers(1, 5))):
            row = base | {"id": f"p{person:04}-{copy}"}
            for name, wrong in (("ssn", None), ("birth_date", None), ("first_name", "Refused"), ("number", "7")):
                if random.random() < 0.2:
                    row |= {name: wrong}
            rows.append(row)
    return rows


@slow
@given(st.integers(0, 10**6), st.randoms(use_true_random=False))
def test_the_order_of_records_changes_nobody(tmp_path: Path, seed: int, random: object) -> None:
    rows = population(12, seed)
    straight = linked(tmp_path, *rows).records.set_index("source_id")["person_id"]
    random.shuffle(rows)  # type: ignore[attr-defined]
    shuffled = linked(tmp_path, *rows).records.set_index("source_id")["person_id"]
    assert dict(straight) == dict(shuffled)


@slow
@given(st.integers(0, 10**6))
def test_a_delta_gives_the_edges_and_the_people_of_a_full_run(tmp_path: Path, seed: int) -> None:
    rows = records(*population(40, seed))
    late = np.random.default_rng(seed).random(len(rows)) < 0.1
    first = assign(Linkage.nothing(), rows[~late], HASHER, tmp_path, ON)
    delta = assign(first.linkage, rows[late], HASHER, tmp_path, ON)
    known = first.records.assign(person_id=None, because=None)
    full = assign(Linkage(known, None, first.linkage.model), rows[late], HASHER, tmp_path, ON)
    mine, theirs = delta.linkage.edges, full.linkage.edges
    assert mine is not None
    assert theirs is not None
    assert mine.left.tolist() == theirs.left.tolist()
    assert mine.right.tolist() == theirs.right.tolist()
    assert np.allclose(mine.weight, theirs.weight)
    grouped = [found.records.groupby("person_id")["source_id"].agg(frozenset) for found in (delta, full)]
    assert set(grouped[0]) == set(grouped[1])


def test_a_bridge_merges_and_its_contradiction_splits(tmp_path: Path) -> None:
    here, there = (
        ANA | {"ssn": None, "birth_date": None, "id": "a"},
        {"ssn": "601-22-3344", "first_name": "Ana", "id": "b"},
    )
    apart = assign(Linkage.nothing(), records(here, there), HASHER, tmp_path, ON)
    assert apart.records["person_id"].nunique() == 2
    bridge = assign(apart.linkage, records(ANA | {"id": "c"}, ANA | {"id": "d"}), HASHER, tmp_path, ON)
    assert bridge.records["person_id"].nunique() == 1
    (move,) = bridge.moves
    assert move.merge
    assert move.new == bridge.records["person_id"].iloc[0]
    assert len(move.records) == 1


def test_an_id_stays_with_most_of_its_records() -> None:
    keys = pd.Series([f"s{i}:self" for i in range(6)])
    before = pd.Series(["A", "A", "A", "B", None, None], dtype=object)
    split = name_people(keys, np.array([0, 0, 2, 2, 2, 5]), before, HASHER)
    assert list(split[:4]) == ["A", "A", "B", "B"]  # B has one of its own there and takes in one of A's
    assert split[4] == "B"
    assert split[5] not in {"A", "B"}


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([None, "A", "B", "C"])), min_size=1, max_size=9))
def test_every_group_has_one_id_and_no_id_two_groups(rows: list[tuple[int, str | None]]) -> None:
    keys = pd.Series([f"s{i}:self" for i in range(len(rows))])
    group = np.array([g for g, _ in rows])
    named = name_people(keys, group, pd.Series([p for _, p in rows], dtype=object), HASHER)
    assert len({*zip(group, named, strict=True)}) == len(set(group)) == named.nunique()


def edges(*some: tuple[int, int, float]) -> Edges:
    left, right, weight = zip(*some, strict=True)
    return Edges(
        np.array(left), np.array(right), np.array(weight, float), np.zeros((len(some), len(COMPARISONS)), np.int8)
    )


def test_one_wrong_pair_joins_no_two_families() -> None:
    inside = [(a, b, 9.0) for family in ((0, 1, 2), (3, 4, 5)) for a in family for b in family if a < b]
    wrong = [(2, 3, 6.0), (1, 3, -5.0), (2, 4, -5.0)]
    group = cluster(
        np.zeros(6, np.int64), edges(*inside, *wrong), np.empty((0, 2), np.int64), np.arange(6), np.ones(6, bool)
    )
    assert list(group) == [0, 0, 0, 3, 3, 3]


def test_what_is_kept_survives_being_written(tmp_path: Path) -> None:
    found = linked(tmp_path, *population(20, 1)).linkage
    store = LinkageStore(tmp_path)
    store.save(found, ON)
    read = store.load(ON)
    assert read.edges is not None
    assert found.edges is not None
    assert read.records.equals(found.records.astype(object).where(found.records.notna(), None))
    assert np.array_equal(read.edges.grades, found.edges.grades)
    assert read.model is not None
    assert read.model.id == found.model.id if found.model else False
    assert {file.stat().st_mode & 0o777 for file in tmp_path.glob("linkage-*/*")} == {0o600}


def test_what_cut_off_work_left_is_swept(tmp_path: Path) -> None:
    with workshop(tmp_path):
        assert len([*tmp_path.iterdir()]) == 1
    assert not [*tmp_path.iterdir()]
    (tmp_path / "linking-left").mkdir()
    sweep(tmp_path)
    assert not [*tmp_path.iterdir()]


def test_linking_says_nothing_of_anyone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        linked(tmp_path, *population(20, 2), {"first_name": "Zebulonia", "last_name": "Quixotic", "ssn": "601-99-1234"})
    out = "".join(capfd.readouterr()) + caplog.text
    assert "zebulonia" not in out.lower()
    assert HASHER.ssn("601-99-1234") not in out


def test_standard_forms() -> None:
    assert "robert" in set(forms("bob")) & set(forms("robert"))
    assert "guadalupe" in forms("lupe")
    assert given_name("José María") == "jose"
    assert given_name("Lady of the House") == given_name("B") == ""
    assert family_name("O'Brien Jr.") == family_name("OBRIEN")
    assert family_name("Нгуен") == "nguen"
    assert street("12", "North Main Street") == street(None, "12 N. MAIN ST")
    assert street("PO Box", "44") == ""


@given(st.text(max_size=12))
def test_an_ssn_is_nine_digits_or_nothing(text: str) -> None:
    number = repaired_ssn(text)
    assert number is None or (len(number) == 9 and number.isdigit())


@given(st.integers(1, 665), st.integers(1, 99), st.integers(1, 9999), st.integers(0, 8), st.integers(0, 9))
def test_a_misread_digit_is_near_and_no_token_tells_the_number(a: int, b: int, c: int, at: int, digit: int) -> None:
    number = f"{a:03}{b:02}{c:04}"
    misread = number[:at] + str(digit) + number[at + 1 :]
    one, other = HASHER.near_ssn(number), HASHER.near_ssn(misread)
    if one and other:
        assert set(one.split()[2:]) & set(other.split()[2:])
        assert number not in one


@given(st.from_regex(r"[1-5]\d{8}", fullmatch=True))
def test_tokens_that_are_kept_read_as_they_were(number: str) -> None:
    whole, near = HASHER.ssn(number), HASHER.near_ssn(number)
    text = kept(whole, near)
    again = KeptTokens(b"k" * 32)
    assert (again.ssn(text), again.near_ssn(text)) == (whole, near)


def test_ssns_that_cannot_be_are_none() -> None:
    assert repaired_ssn("000-12-3456") is None
    assert repaired_ssn("111111111") is None
    assert repaired_ssn(" 12345679") == "012345679"
