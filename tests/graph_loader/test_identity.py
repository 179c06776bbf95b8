"""Who is who: what links, what does not and why, ids that stay, and that a delta gives what a full run gives."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from splink import DuckDBAPI

from graph_loader.errors import LoadError
from graph_loader.identity import assign as assigning
from graph_loader.identity import cluster as clustering
from graph_loader.identity import exclusion, limits
from graph_loader.identity import train as training
from graph_loader.identity.assign import ALONE, APART, SAME, assign, retrain
from graph_loader.identity.cluster import Known, cluster
from graph_loader.identity.decisions import (
    ONE,
    TWO,
    WITHDRAWN,
    Decision,
    Record,
    at_odds,
    contradiction,
    described,
    lapsed,
)
from graph_loader.identity.linkage import Linkage, LinkageStore, arriving, sweep, temporary_files, workshop
from graph_loader.identity.model import Model, settings_digest
from graph_loader.identity.people import Move, Outcome, name_people
from graph_loader.identity.records import Once, entry, standardised
from graph_loader.identity.report import report
from graph_loader.identity.review import queue
from graph_loader.identity.score import Pairs, Scorer
from graph_loader.identity.standard import (
    birth_date,
    family_words,
    forms,
    given_name,
    in_order,
    parts_of_name,
    street,
    zip5,
)
from graph_loader.identity.tokens import Hasher, KeptTokens, kept, repaired_ssn

HASHER = Hasher(b"k" * 32)
ON = date(2026, 1, 1)
RAW = ("first_name", "middle_name", "last_name", "birth_date", "sex", "number", "street", "unit", "city", "zip")
slow = settings(
    max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)


Row = dict[str, str | None]


def records(*rows: Row) -> pd.DataFrame:
    """Records as a load reads them; `ssn` in plain, `id` or the place in the list as the source id."""
    return pd.DataFrame(
        [
            {name: row.get(name) for name in RAW}
            | {
                "source_id": row.get("id", f"s{place:04}"), "role": row.get("role", "self"),
                "feed": row.get("feed", "feed"),
                "token": HASHER.ssn(row.get("ssn")), "near": HASHER.near_ssn(row.get("ssn")),
                "address_since": None, "evidence": None, "filed_under": None, "entry": row.get("entry"),
                "agency_number": row.get("agency_number"), "person_number": row.get("person_number"),
            }
            for place, row in enumerate(rows)
        ],
        dtype=object,
    )  # fmt: skip


@contextmanager
def linkage(data: Path) -> Iterator[Linkage]:
    with LinkageStore(data).open(None) as found:
        yield found


def arrive(
    found: Linkage, data: Path, rows: pd.DataFrame, decisions: Sequence[Decision] = (), on: date = ON,
    once: Sequence[str] | Mapping[str, Once] = (), gone: Sequence[str] = (),
) -> tuple[Move, ...]:  # fmt: skip
    with arriving(data) as arrivals:
        if len(rows):
            arrivals.add("feed", standardised(rows))
        each: Mapping[str, Once] = once if isinstance(once, Mapping) else dict.fromkeys(once, True)
        return assign(found, arrivals, HASHER, on, decisions, each, gone).moves


def linked(data: Path, *rows: Row) -> pd.DataFrame:
    """The records with their people, in order of source ids."""
    with linkage(data) as found:
        arrive(found, data, records(*rows))
        return found.people_of(ON)


def people(data: Path, *rows: Row) -> list[str]:
    return list(linked(data, *rows)["person_id"])


def partition(found: Linkage) -> set[frozenset[str]]:
    """Whose records are whose."""
    return {
        frozenset(sources)
        for (sources,) in found.rows(
            "SELECT list(source_id || ':' || role) FROM kept.records JOIN kept.links USING (number) GROUP BY person_id"
        )
    }


ANA: Row = {
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
        {"first_name": "Diaz-Vega", "last_name": "Ana", "birth_date": None},
        {"ssn": None, "birth_date": "1990-10-02"},
        {"ssn": None, "birth_date": None, "number": None, "street": "Apt 3", "unit": "12 Elm Street"},
        {"birth_date": None, "last_name": "Rivera", "number": "99", "street": "Oak Street"},
    ],
    ids=[
        "last name changed", "no SSN", "a misread digit", "neighbours swapped", "a lost digit", "day and month swapped",
        "spelled alike", "name refused", "another script", "first and last name swapped",
        "first and two last names swapped", "a birth date's neighbours swapped", "lines of an address swapped",
        "last name changed and moved",
    ],
)  # fmt: skip
def test_one_person_filed_in_two_ways(tmp_path: Path, other: Row) -> None:
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
def test_two_people_who_share_something(tmp_path: Path, other: Row) -> None:
    a, b = people(tmp_path, ANA, ANA | other)
    assert a != b


def test_twins_stay_two(tmp_path: Path) -> None:
    mia = ANA | {"ssn": "730-55-1199", "first_name": "Mia", "birth_date": "2015-03-04"}
    zoe = mia | {"ssn": "730-61-8265", "first_name": "Zoe"}
    a, b, c, d = people(tmp_path, mia, zoe, mia | {"ssn": None}, zoe | {"ssn": None})
    assert a == c != b == d


def test_a_father_and_a_son_of_one_name_are_two_where_it_says_so(tmp_path: Path) -> None:
    john = ANA | {"ssn": None, "first_name": "John", "last_name": "Smith", "birth_date": None, "middle_name": "Q"}
    father, son = john | {"last_name": "Smith Sr."}, john | {"middle_name": "Q Jr"}
    a, b, c, d = people(tmp_path, father, son, father | {"sex": None}, john | {"first_name": "John II", "sex": None})
    assert a == c != b == d
    assert len(set(people(tmp_path, father, son, john))) == 2  # who has neither is one of them
    again = [one | {"birth_date": "1970-01-02"} for one in (father, son)]
    assert len(set(people(tmp_path, *again))) == 1  # no son is born on his father's day
    assert len(set(people(tmp_path, john, son))) == 1  # most forms do not ask


def test_a_fathers_ssn_on_a_son_of_his_name_is_looked_at_and_outweighs_nothing_that_is_the_sons(tmp_path: Path) -> None:
    father = ANA | {"first_name": "John", "last_name": "Smith", "birth_date": "1950-07-09"}
    son = father | {"birth_date": "1980-01-02", "ssn": "730-55-1199"}
    astray = son | {"ssn": father["ssn"]}
    filed = [father, father | {"feed": "b"}, father | {"number": "99"}, son, son | {"feed": "b"}, astray]
    *_, own, b, wrong = people(tmp_path, *filed)
    assert own == b == wrong
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(father, astray))
        assert [one.words.split(", ")[-1] for one in queue(found, ())] == [
            "one SSN token of two born a generation apart"
        ]
    marked = father | {"last_name": "Smith Sr"}, astray | {"last_name": "Smith Jr"}
    assert len(set(people(tmp_path, *marked))) == 2


def test_what_an_earlier_version_left_is_told_and_brought_up_to_date(tmp_path: Path) -> None:
    store = LinkageStore(tmp_path)
    with store.open(None) as found:
        arrive(found, tmp_path, records(ANA, ANA | {"birth_date": None}))
        store.keep(found, ON)
    with duckdb.connect(str(tmp_path / f"linkage-{ON}" / "linkage.duckdb")) as file:
        file.execute("ALTER TABLE descriptions DROP COLUMN generation")
        for table in ("pairs", "joined"):
            file.execute(f"ALTER TABLE {table} DROP COLUMN grade_generation")
    model = tmp_path / f"linkage-{ON}" / "model.json"
    model.write_text(re.sub('"settings": "[0-9a-f]+"', '"settings": "0"', model.read_text()))
    with pytest.raises(LoadError, match=r"LINKAGE_OLDER .*`ccg identity apply`"), store.read(ON):
        pass
    with store.open(ON) as found:
        arrive(found, tmp_path, records(ANA | {"id": "later", "middle_name": "M"}), on=date(2026, 2, 1))
        assert partition(found) == {frozenset({"s0000:self", "s0001:self", "later:self"})}


@pytest.mark.parametrize(
    ("name", "becomes"),
    [("terms.parquet", None), ("terms.parquet", b"cut"), ("model.json", None), ("model.json", b'{"settings": ')],
)
def test_a_model_that_is_not_whole_is_no_other_model_in_silence(
    tmp_path: Path, name: str, becomes: bytes | None
) -> None:
    store = LinkageStore(tmp_path)
    with store.open(None) as found:
        arrive(found, tmp_path, records(ANA, ANA | {"birth_date": None}))
        store.keep(found, ON)
    file = tmp_path / f"linkage-{ON}" / name
    if becomes is None:
        file.unlink()
    else:
        file.write_bytes(becomes)
    with pytest.raises(LoadError, match=r"MODEL_DAMAGED .*linkage-.*Put back the data directory"), store.open(ON):
        pass


def test_terms_of_another_model_are_not_taken_for_its_own(tmp_path: Path) -> None:
    model = replace(Model.shipped(), of="what was learned")
    model.save(tmp_path)
    terms = pa.table({"column": ["given"], "value": ["ana"], "frequency": [0.1]})
    replace(model, terms=terms).save(tmp_path / "other")
    (tmp_path / "other" / "terms.parquet").replace(tmp_path / "terms.parquet")
    with pytest.raises(ValueError, match="its terms are not those that it was saved with"):
        Model.read(tmp_path)


def test_what_goes_wrong_in_a_comparison_tells_no_value(tmp_path: Path) -> None:
    def compare() -> None:
        with linkage(tmp_path) as found:
            arrive(found, tmp_path, records(ANA, ANA | {"birth_date": None}))
            sql = "CREATE TABLE compared AS SELECT CAST(given AS INT) FROM said"
            DuckDBAPI(found.connection)._log_and_run_sql_execution(sql, "compared", "compared")

    with pytest.raises(LoadError, match=r"LINKAGE_FAILED .*SplinkException") as failed:
        compare()
    told = "".join(traceback.format_exception(failed.value))
    assert "Could not convert" not in told
    assert "'ana'" not in told


def test_what_another_duckdb_or_splink_compared_is_compared_anew_and_can_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LinkageStore(tmp_path)
    with store.open(None) as found:
        arrive(found, tmp_path, records(*population(20, 1)))
        store.keep(found, ON)
    assert not store.is_outdated(ON)
    monkeypatch.setattr("graph_loader.identity.model.COMPARED_WITH", "Splink 6")
    assert store.is_outdated(ON)
    with store.open(ON) as found:
        assert not found.compared
    with store.read(ON) as found:
        assert found.count("kept.pairs") > 0


def test_parameters_stay_when_the_program_compares_more_and_not_when_it_grades_otherwise(tmp_path: Path) -> None:
    model = replace(Model.shipped(), prevalence=3e-7, of="what was learned")
    model.save(tmp_path)
    file = tmp_path / "model.json"
    saved = json.loads(file.read_text())
    fewer = {name: worth for name, worth in saved["probabilities"].items() if name != "generation"}
    file.write_text(json.dumps(saved | {"settings": "of before", "probabilities": fewer}))
    found = Model.read(tmp_path)
    assert not Model.fits(tmp_path)
    assert (found.prevalence, found.of, found.probabilities) == (3e-7, "what was learned", model.probabilities)
    fewer["sex"] = [[1.0, 1.0]]
    file.write_text(json.dumps(saved | {"settings": "of before", "probabilities": fewer}))
    with pytest.raises(ValueError, match="other grades of sex"):
        Model.read(tmp_path)


def test_two_people_of_one_row_are_two_whatever_it_says(tmp_path: Path) -> None:
    first, second = ANA | {"id": "row", "role": "filer"}, ANA | {"id": "row", "role": "spouse"}
    found = linked(tmp_path, first, second)
    assert found["person_id"].nunique() == 2


@pytest.mark.parametrize("number", ["000-00-0000", "123-45-6789", "078-05-1120", "999999999", "666-12-3456"])
def test_a_number_that_is_nobodys_links_nobody(tmp_path: Path, number: str) -> None:
    assert HASHER.ssn(number) is None
    assert HASHER.near_ssn(number) is None
    a, b = people(tmp_path, {"ssn": number, "first_name": "Ana"}, {"ssn": number, "first_name": "Ana"})
    assert a != b


@pytest.mark.parametrize("once", [(), ("feed",)])
def test_two_people_of_one_row_are_two_however_much_else_agrees(tmp_path: Path, once: tuple[str, ...]) -> None:
    """Twins of all but one name, on one row or in a feed that holds each person once, and on four more each."""
    twins = [ANA | {"ssn": None, "first_name": name} for name in ("Jayden", "Jaydon")]
    rows = [
        one | {"id": "row" if not place and not once else f"{place}{one['first_name']}", "role": one["first_name"],
               "feed": "feed" if not place else f"other {place}", "number": str(12 + place)}
        for place in range(5) for one in twins
    ]  # fmt: skip
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(*rows), once=once)
        told = found.people_of(ON)
    first = told[told["feed"] == "feed"]
    assert first["person_id"].nunique() == len(first) == 2


def test_an_employers_number_used_by_many_links_nobody(tmp_path: Path) -> None:
    names = ["Ana Diaz", "Luis Vega", "Mei Chen", "Omar Haddad", "Kofi Mensah", "Ivan Petrov", "Rosa Lima", "Tom Reed"]
    rows = [ANA | {"first_name": name.split()[0], "last_name": name.split()[1], "birth_date": None} for name in names]
    assert len(set(people(tmp_path, *rows))) == len(names)
    hundreds = [
        ANA | {"first_name": f"{names[i % 8].split()[0]}{'abcdefghijklm'[i % 13]}", "last_name": f"Of{i:03}x",
               "birth_date": f"19{40 + i % 60}-0{1 + i % 9}-1{i % 10}"}
        for i in range(300)
    ]  # fmt: skip
    (tmp_path / "many").mkdir()
    assert len(set(people(tmp_path / "many", *hundreds))) == 300


def test_one_person_filed_five_thousand_times_is_one(tmp_path: Path) -> None:
    rows = [ANA | {"middle_name": "MNOPQRST"[i % 8], "unit": str(i % 5)} for i in range(5_000)]
    found = linked(tmp_path, *rows)
    assert found["person_id"].nunique() == 1
    assert found["because"].str.startswith(SAME).sum() == 5_000 - 40


def test_one_person_filed_in_more_ways_than_are_compared_one_by_one_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "ENOUGH", 10**6)  # of one person alone, nothing can be learned
    rows = [ANA | {"unit": str(i)} for i in range(assigning.MOST_IN_GROUP + 200)]
    found = linked(tmp_path, *rows)
    assert found["person_id"].nunique() == 1
    assert not found["because"].str.startswith(SAME).any()


@pytest.mark.parametrize("day", ["1900-01-01", "1899-12-30", "1901-01-01"])
def test_a_birth_date_that_stands_for_none_links_nobody(tmp_path: Path, day: str) -> None:
    john: Row = {"first_name": "John", "last_name": "Smith", "birth_date": day}
    numbers, streets = ("127-31-1234", "346-48-3579", "565-65-5924"), ("Elm", "Oak", "Pine")
    homes: list[Row] = [
        {"number": str(7 * i), "street": f"{streets[i]} Street", "zip": f"0{i}10{i}", "ssn": numbers[i]}
        for i in range(3)
    ]
    assert len(set(people(tmp_path, *(john | home for home in homes)))) == 3
    letters: Row = {"first_name": "J", "last_name": "S", "birth_date": day}
    assert len(set(people(tmp_path, letters, letters | {"number": "4", "street": "Elm"}))) == 2


@pytest.mark.parametrize("name", [("John", "Smith"), ("Ana", "Diaz")])
def test_a_name_alone_links_nobody_however_few_are_known(tmp_path: Path, name: tuple[str, str]) -> None:
    first, last = name
    one: Row = {"first_name": first, "last_name": last, "number": "12", "street": "Elm Street", "zip": "01103"}
    assert len(set(people(tmp_path, one, one | {"number": "9", "street": "Ocean Drive", "zip": "02139"}))) == 2
    assert len(set(people(tmp_path, one, one | {"number": None, "unit": "12 Elm Street", "street": "Apt 2"}))) == 1


def test_names_alone_and_single_letters_link_nobody(tmp_path: Path) -> None:
    rows = [{"first_name": "A", "last_name": "B"}, {"first_name": "A", "last_name": "B"}, {"last_name": "Diaz"}]
    assert len(set(people(tmp_path, *rows))) == 3


def test_each_link_says_why_and_by_which_model(tmp_path: Path) -> None:
    bob = ANA | {"first_name": "Bob", "birth_date": "1990-02-03"}
    found = linked(
        tmp_path, bob | {"ssn": None}, bob | {"first_name": "Robert", "birth_date": "1990-03-02", "ssn": None}
    )
    first, second = found.to_dict("records")
    assert first["because"] == second["because"]
    assert "first name a known nickname" in second["because"]
    assert "birth day and month swapped" in second["because"]
    assert second["match_weight"] > 0
    assert second["model"] == Model.shipped().id
    alone = linked(tmp_path, ANA).iloc[0]
    assert alone["because"] == ALONE


def population(n: int, seed: int) -> list[Row]:
    """Families at addresses, each member filed one to four times with errors."""
    random = np.random.default_rng(seed)
    given_names = ["Ana", "Luis", "Maria", "Jose", "Robert", "Bob", "Linda", "James", "Jim", "Wei", "Fatima", "John"]
    last_names = ["Diaz", "Smith", "Nguyen", "Silva", "Brown", "Okafor", "Rossi", "Cohen", "Murphy", "Lee"]
    rows: list[Row] = []
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
    straight = linked(tmp_path, *rows).set_index("source_id")["person_id"]
    random.shuffle(rows)  # type: ignore[attr-defined]
    shuffled = linked(tmp_path, *rows).set_index("source_id")["person_id"]
    assert dict(straight) == dict(shuffled)


@slow
@given(st.integers(0, 10**6), st.sampled_from([(), ("left", "right"), {"left": ("kind",)}]), st.booleans())
def test_a_delta_gives_the_pairs_and_the_people_of_a_full_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, once: Sequence[str] | Mapping[str, Once], learned: bool
) -> None:
    """By the shipped model, and by one that was learned, with how frequent its names are."""
    monkeypatch.setattr(assigning, "ENOUGH", 50 if learned else 10**6)
    rows = records(*population(40, seed))
    rows["feed"] = [("left", "right")[int(source[-1]) % 2] for source in rows["source_id"]]
    random = np.random.default_rng(seed)
    rows["entry"] = [entry(("kind",), [kind]) for kind in random.choice(["birth", "death"], len(rows))]
    late = random.random(len(rows)) < 0.1
    some = [Record(rows["source_id"].iloc[i], "self") for i in random.permutation(len(rows))[:6]]
    gone = [str(source) for source in rows["source_id"][~late].sample(5, random_state=seed)]
    decisions = [Decision(*some[:2], same=True), Decision(*some[2:4], same=False), Decision(*some[4:], same=False)]
    results = []
    for full in (False, True):
        with linkage(tmp_path) as found:
            arrive(found, tmp_path, rows[~late], once=once)
            assert found.model
            assert found.model.is_shipped != learned
            assert bool(len(found.model.terms)) == learned
            found.compared = not full
            if full:
                found.run("DELETE FROM kept.links; DELETE FROM kept.people; DELETE FROM kept.groups")
                found.run("DELETE FROM kept.joined")
            arrive(found, tmp_path, rows[late], decisions, gone=gone)
            pairs = Pairs.of(found.connection, "SELECT a, b, weight FROM kept.pairs ORDER BY a, b")
            results.append((pairs, partition(found)))
    (mine, people), (theirs, others) = results
    assert mine.left.tolist() == theirs.left.tolist()
    assert mine.right.tolist() == theirs.right.tolist()
    assert mine.weight.tolist() == theirs.weight.tolist()
    assert people == others


@slow
@given(st.integers(0, 10**6))
def test_who_comes_later_makes_the_people_of_one_load(tmp_path: Path, seed: int) -> None:
    rows = records(*population(60, seed))
    late = np.random.default_rng(seed).random(len(rows)) < 0.2
    found = []
    for parts in ((rows,), (rows[~late], rows[late]), (rows[late], rows[~late])):
        with linkage(tmp_path) as one:
            for part in parts:
                arrive(one, tmp_path, part)
            found.append(partition(one))
    assert found[0] == found[1] == found[2]


def beyond_limits() -> list[Row]:
    """People of one place, of one name, and of one SSN: in either half fewer than make it an institution, a name that
    brings nobody together, and a number of nobody; together more."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    names = [f"{a}{b}{a}" for a in letters for b in letters[:2]]
    crowd = [
        ANA | {"first_name": name, "last_name": f"{name[::-1]}o", "ssn": None, "birth_date": f"19{40 + i}-03-04"}
        for i, name in enumerate(names[: limits.CROWD + 6])
    ]
    called = [
        ANA | {"ssn": None, "birth_date": None, "number": str(100 + i)} for i in range(limits.NAMESAKES + 6)
    ]  # fmt: skip
    shared = [
        ANA | {"first_name": name, "last_name": f"{name}z", "number": str(900 + i), "street": "Oak", "zip": "02101",
               "birth_date": f"19{60 + i}-07-08", "ssn": "601-22-9999"}
        for i, name in enumerate(names[: limits.COMMON_SSN + 2])
    ]  # fmt: skip
    return [row | {"id": f"{kind}{i:03}", "feed": "fg"[i // 2 % 2]}
            for kind, some in (("c", crowd), ("n", called), ("s", shared)) for i, row in enumerate(some)]  # fmt: skip


@pytest.mark.parametrize("ssn", [True, False])
def test_a_delta_that_passes_a_limit_gives_what_one_load_gives(tmp_path: Path, ssn: bool) -> None:
    every = [*population(30, 5), *beyond_limits()]
    rows = records(*(every if ssn else without_ssn(*every)))
    late = np.array([int(source[-1]) % 2 == 1 for source in rows["source_id"]])
    told = []
    for parts in ((rows,), (rows[~late], rows[late])):
        with linkage(tmp_path) as found:
            for part in parts:
                flags = [int(count) for count in found.rows(_FLAGS)[0]]
                arrive(found, tmp_path, part)
            after = [int(count) for count in found.rows(_FLAGS)[0]]
            assert [now > before for now, before in zip(after, flags, strict=True)] == [True, True, ssn]
            pairs = found.rows(
                "SELECT least(x.key, y.key) AS a, greatest(x.key, y.key) AS b, p.* EXCLUDE (a, b) FROM kept.pairs p "
                "JOIN kept.descriptions x ON x.id = p.a JOIN kept.descriptions y ON y.id = p.b ORDER BY 1, 2"
            )
            told.append((pairs, partition(found), after))
    assert told[0] == told[1]


_FLAGS = "SELECT count(*) FILTER (crowded), count(*) FILTER (common), count(*) FILTER (nobodys) FROM kept.descriptions"


def test_equal_averages_are_joined_in_the_order_of_what_is_said() -> None:
    """Of a chain of three pairs that weigh the same, the middle one is joined first where its ends come first."""
    ends = np.array([0, 1, 2]), np.array([1, 2, 3])
    known = Known(*[np.empty((0, 2), np.int64)] * 3)
    chain = Pairs(*ends, np.array([3.0, 3.0, 3.0]))
    there = cluster(np.zeros(4, np.int64), chain, known, np.array([2, 0, 1, 3]))
    assert there.tolist()[1] == there.tolist()[2]
    straight = cluster(np.zeros(4, np.int64), chain, known, np.arange(4))
    assert straight.tolist()[0] == straight.tolist()[1]


def test_pairs_that_a_model_was_learned_from_weigh_what_it_makes_them_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "ENOUGH", 50)
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(*population(150, 1)))
        learned = found.rows("FROM kept.pairs ORDER BY a, b")
        assert found.model is not None
        assert not found.model.is_shipped
        Scorer(found.connection, found.model).all("again")
        assert found.rows("FROM again ORDER BY a, b") == learned


@pytest.mark.parametrize("column", ["birth_date", "last_name"])
def test_a_model_is_learned_also_where_everyone_has_one_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, column: str
) -> None:
    monkeypatch.setattr(assigning, "ENOUGH", 50)
    value = {"birth_date": "1911-11-11", "last_name": "Diaz"}[column]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(*(row | {column: value} for row in population(150, 1))))
        assert found.model is not None
        assert not found.model.is_shipped


def test_what_is_learned_does_not_depend_on_how_records_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "ENOUGH", 50)
    monkeypatch.setattr(training, "SAMPLE", 60)
    learned = []
    for key in "ab":
        (tmp_path / key).mkdir()
        rows = records(*population(150, 1))
        rows["source_id"] = [hashlib.sha256(f"{key}{one}".encode()).hexdigest() for one in rows["source_id"]]
        with linkage(tmp_path / key) as found:
            arrive(found, tmp_path / key, rows)
            assert found.model is not None
            learned.append({name: np.array(worth) for name, worth in found.model.probabilities.items()})
    for name, worth in learned[0].items():
        np.testing.assert_allclose(learned[1][name], worth, rtol=1e-4, err_msg=name)


def test_two_records_of_a_feed_that_holds_each_person_once_are_two_people(tmp_path: Path) -> None:
    rows = records(ANA | {"id": "a", "middle_name": "M"}, ANA | {"id": "b"}, ANA | {"id": "c", "feed": "other"})
    for once, people_there in (((), 1), (("feed",), 2)):
        with linkage(tmp_path) as found:
            arrive(found, tmp_path, rows, once=once)
            assert len(partition(found)) == people_there


def test_a_split_that_nobody_decided_says_so(tmp_path: Path) -> None:
    """That a feed holds each person once is learned later."""
    rows = records(ANA | {"id": "a"}, ANA | {"id": "b", "middle_name": "Q"})
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows)
        assert len(partition(found)) == 1
        (split,) = arrive(found, tmp_path, rows[:0], on=date(2026, 1, 2), once=["feed"])
        assert (split.merge, split.reason) == (False, APART)


def test_a_feed_may_hold_each_person_once_for_each_value_of_a_column(tmp_path: Path) -> None:
    kinds = ("birth", "death", "birth", None)
    rows = records(*(
        ANA | {"id": name, "middle_name": name, "entry": kind and entry(("kind",), [kind])}
        for name, kind in zip("abcd", kinds, strict=True)
    ))  # fmt: skip
    alone = {frozenset({"a:self"}), frozenset({"c:self"})}
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows, once={"feed": ("kind",)})
        assert len(partition(found)) == 2
        assert not [one for one in partition(found) if {"a:self", "c:self"} <= one]
        arrive(found, tmp_path, rows[:0], once={"feed": ("other column",)})  # what was said of `kind` no longer holds
        assert len(partition(found)) == 1
        arrive(found, tmp_path, rows[:0], once={"feed": True})
        assert len(partition(found)) == 4 and alone < partition(found)
        arrive(found, tmp_path, rows[:0], once={"feed": False})
        assert len(partition(found)) == 1


OTHER = ANA | {"ssn": "733-61-9087", "birth_date": "1996-08-19"}


def of_both(*more: Row) -> list[Row]:
    """Two feeds that both know two of one name at one address, by SSN; and records that tell nothing between them."""
    known = [one | {"id": f"{feed}{who}", "feed": feed} for feed in ("f", "g") for who, one in enumerate((ANA, OTHER))]
    weak = [{name: ANA[name] for name in ("first_name", "last_name", "number", "street", "zip")}] * 12
    return [*known, *(one | {"feed": "h", "id": f"h{i}", "unit": str(i)} for i, one in enumerate(weak)), *more]


def test_two_ssns_and_two_birth_dates_are_two_people_whatever_holds_their_records_together(tmp_path: Path) -> None:
    told = linked(tmp_path, *of_both()).set_index("source_id")["person_id"]
    assert told["f0"] == told["g0"] != told["f1"] == told["g1"]


def without_ssn(*rows: Row) -> list[Row]:
    return [row | {"ssn": None} for row in rows]


@pytest.mark.parametrize(
    ("birth", "feeds", "people_there"),
    [
        ("1996-08-19", ("f", "g"), 2),  # several sources vouch for either
        ("1990-03-05", ("f", "g"), 2),  # no slip of the other, if near it
        ("1990-03-05", ("f",), 1),
        ("1996-08-19", ("f",), 2),  # years apart, and several vouch for the other
        ("1990-02-01", ("f", "g"), 1),  # a slip of the other
    ],
)
def test_birth_dates_that_several_sources_vouch_for_tell_people_apart_without_an_ssn(
    tmp_path: Path, birth: str, feeds: tuple[str, ...], people_there: int
) -> None:
    other = {f"{feed}1" for feed in feeds}
    rows = [row for row in of_both() if row["id"] in other | {"f0", "g0"} or row["feed"] == "h"]
    told = linked(tmp_path, *without_ssn(*(row | {"birth_date": birth} if row["id"] in other else row for row in rows)))
    people = told.set_index("source_id")["person_id"]
    assert people["f0"] == people["g0"]
    assert (people["f0"] != people["f1"]) == (people_there == 2)


def test_an_ssn_that_agrees_outweighs_two_birth_dates(tmp_path: Path) -> None:
    rows = [
        row | {"ssn": ANA["ssn"]} | ({"birth_date": "1993-05-09"} if row["id"] in {"f1", "g1"} else {})
        for row in of_both()
        if row["feed"] != "h"
    ]
    assert linked(tmp_path, *rows)["person_id"].nunique() == 1


QUIXOTE: Row = {"middle_name": "Quixote"}


def of_either_side() -> list[Row]:
    """Two of one name, whose SSNs two feeds each vouch for: one of both, and one that holds each person once."""
    return [
        one | QUIXOTE | {"id": f"{feed}{side}", "feed": feed}
        for side, one in zip(SIDES, (ANA, OTHER), strict=True) for feed in ("f", side)
    ]  # fmt: skip


def test_exclusion_makes_nobody_of_two_ssns_and_two_birth_dates(tmp_path: Path) -> None:
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(*of_either_side()), once=SIDES)
        assert {len(one) for one in partition(found)} == {2}


def test_exclusion_makes_nobody_of_two_birth_dates_that_several_sources_vouch_for(tmp_path: Path) -> None:
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(*without_ssn(*of_either_side())), once=SIDES)
        assert {len(one) for one in partition(found)} == {2}


@pytest.mark.parametrize("birth", ["1990-01-02", "1990-02-01", "1990-01-03", None])
def test_who_has_two_ssns_and_one_birth_date_is_one(tmp_path: Path, birth: str | None) -> None:
    """Somebody's number of work, and their own; the date may be a slip of the other."""
    rows = [row | {"birth_date": birth} if row.get("ssn") == OTHER["ssn"] else row for row in of_both()]
    assert linked(tmp_path, *rows)["person_id"].nunique() == 1


def test_who_is_left_over_in_two_feeds_that_hold_each_person_once_is_matched_by_exclusion(tmp_path: Path) -> None:
    sure = [row | {"middle_name": None} for row in population(12, 4) if str(row["id"]).endswith("-0")]
    both = [row | {"id": f"{side}{row['id']}", "feed": side} for row in sure for side in ("left", "right")]
    weak = ANA | {"ssn": None, "sex": None, "birth_date": "1971-05-06", "id": "x", "feed": "left"}
    other = weak | {"first_name": "Luz", "street": "Oak", "zip": "01104", "id": "y", "feed": "right"}
    groups = []
    for once in ((), ("left", "right")):
        with linkage(tmp_path) as found:
            arrive(found, tmp_path, records(*both, weak, other), once=once)
            groups.append(partition(found))
            if once:
                told = found.rows(
                    "SELECT because FROM kept.links JOIN kept.records USING (number) WHERE source_id = 'y'"
                )
                assert told[0][0].startswith("the only one left over in both feeds: ")
                assert "same birth date" in told[0][0]
                stranger = records(ANA | {"id": "z", "feed": "left", "ssn": "733-61-9087", "birth_date": "1950-01-01"})
                arrive(found, tmp_path, stranger)
                assert frozenset({"x:self", "y:self"}) in partition(found)
    assert frozenset({"x:self"}) in groups[0]
    assert frozenset({"x:self", "y:self"}) in groups[1]


def test_exclusion_makes_nobody_of_two_ssns_through_somebody_between(tmp_path: Path) -> None:
    """Of three feeds, the one between says neither SSN nor birth date."""
    between = ANA | QUIXOTE | {"ssn": None, "birth_date": None, "id": "b", "feed": "between", "street": "Oak"}
    for order in (("between", *SIDES), (*SIDES, "between")):
        with linkage(tmp_path) as found:
            arrive(found, tmp_path, records(*of_either_side(), between), once=order)
            assert not [one for one in partition(found) if {"fleft:self", "fright:self"} <= one]


def test_who_moves_in_a_feed_that_holds_each_person_once_stays_one_person(tmp_path: Path) -> None:
    rows = records(ANA | {"id": "a"}, ANA | {"id": "other", "feed": "other"})
    moved = records(ANA | {"id": "b", "number": "99", "street": "Oak"})
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows, once=("feed",))
        assert not arrive(found, tmp_path, moved, gone=("a",))
        assert partition(found) == {frozenset({"a:self", "b:self", "other:self"})}


LEFT = ANA | {"ssn": None, "sex": None, "birth_date": "1971-05-06", "id": "x", "feed": "left"}
RIGHT = LEFT | {"first_name": "Luz", "street": "Oak", "zip": "01104", "id": "y", "feed": "right"}
X, Y, Z = (Record(name, "self") for name in "xyz")
SIDES = ("left", "right")


def test_exclusion_joins_nobody_whom_a_reviewer_or_a_row_keeps_apart(tmp_path: Path) -> None:
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(LEFT, RIGHT), once=SIDES)
        assert len(partition(found)) == 1
        (split,) = arrive(found, tmp_path, records(LEFT)[:0], [Decision(X, Y, same=False)])
        assert split.reason == TWO
        assert len(partition(found)) == 2
    couple = [
        LEFT | {"id": "row", "role": "filer", "feed": "taxes", "ssn": "601-22-3344"},
        RIGHT | {"id": "row", "role": "spouse", "feed": "taxes", "ssn": "733-61-9087"},
    ]
    with linkage(tmp_path) as found:
        both = records(LEFT | {"ssn": "601-22-3344"}, RIGHT | {"ssn": "733-61-9087"}, *couple)
        arrive(found, tmp_path, both, once=SIDES)
        assert partition(found) == {frozenset({"x:self", "row:filer"}), frozenset({"y:self", "row:spouse"})}


def test_who_is_joined_by_exclusion_goes_along_when_one_side_changes(tmp_path: Path) -> None:
    rows = records(LEFT, RIGHT, LEFT | {"id": "z", "feed": "third", "ssn": "601-22-3344"})
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows, once=SIDES)
        assert partition(found) == {frozenset({"x:self", "y:self", "z:self"})}
        arrive(found, tmp_path, rows[:0], [Decision(X, Z, same=False)])
        assert partition(found) == {frozenset({"x:self", "y:self"}), frozenset({"z:self"})}


def test_whom_exclusion_joined_stay_so_when_too_many_are_left_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = LEFT | {"id": "z", "first_name": "Eva", "street": "Ash", "birth_date": "1950-02-03", "zip": "02101"}
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(LEFT, RIGHT), once=SIDES)
        joined = frozenset({"x:self", "y:self"})
        assert partition(found) == {joined}
        monkeypatch.setattr(exclusion, "MOST_LEFT", 1)
        assert not arrive(found, tmp_path, records(stranger), once=SIDES)
        assert joined in partition(found)
        (split,) = arrive(found, tmp_path, records(LEFT)[:0], [Decision(X, Y, same=False)], once=SIDES)
        assert split.reason == TWO, "a reviewer speaks against it"


def test_exclusion_gives_nobody_two_records_of_one_feed(tmp_path: Path) -> None:
    others = [
        LEFT | {"id": "z1", "feed": "third", "first_name": "Eva", "street": "Ash"},
        RIGHT | {"id": "z2", "feed": "third", "first_name": "Mia", "street": "Fir", "last_name": "Rivera"},
    ]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(LEFT, RIGHT, *others), once=(*SIDES, "third"))
        assert not [one for one in partition(found) if {"z1:self", "z2:self"} <= one]


def test_people_do_not_depend_on_which_of_two_records_came_first(tmp_path: Path) -> None:
    one = ANA | {"ssn": None, "last_name": "Quixote"}
    other = {"first_name": "Quixote", "last_name": "A", "birth_date": "1990-01-02"}
    for names in (("a", "b"), ("b", "a")):
        rows = records(one | {"id": names[0]}, other | {"id": names[1]})
        with linkage(tmp_path) as found:
            arrive(found, tmp_path, rows)
            assert found.count("kept.pairs") == 1


def test_a_bridge_merges(tmp_path: Path) -> None:
    here, there = (
        ANA | {"ssn": None, "id": "a"},
        {"ssn": "601-22-3344", "first_name": "Ana", "id": "b"},
    )
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(here, there))
        assert len(partition(found)) == 2
        (move,) = arrive(found, tmp_path, records(ANA | {"id": "c"}, ANA | {"id": "d"}))
        assert len(partition(found)) == 1
        assert {person for (person,) in found.rows("SELECT person_id FROM kept.links")} == {move.new}
    assert move.merge
    assert len(move.records) == 1


BOB: Row = ANA | {"first_name": "Bob", "birth_date": "1961-07-08", "ssn": "733-61-9087", "sex": "M"}
A, B, C = (Record(name, "self") for name in "abc")


def test_what_a_reviewer_decided_outranks_the_model_until_it_is_withdrawn(tmp_path: Path) -> None:
    rows = records(ANA | {"id": "a"}, ANA | {"id": "b", "ssn": None}, BOB | {"id": "c"})
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows)
        model = partition(found)
        assert model == {frozenset({"a:self", "b:self"}), frozenset({"c:self"})}
        first = dict(found.rows("SELECT source_id, person_id FROM kept.records JOIN kept.links USING (number)"))
        decided = [Decision(A, B, same=False), Decision(B, C, same=True)]
        moved = arrive(found, tmp_path, rows[:0], decided)
        assert partition(found) == {frozenset({"a:self"}), frozenset({"b:self", "c:self"})}
        assert {move.reason for move in moved} <= {ONE, TWO}
        because = found.rows(
            "SELECT DISTINCT because FROM kept.links JOIN kept.records USING (number) WHERE source_id = 'b'"
        )
        assert because == [(ONE,)]
        assert not arrive(found, tmp_path, records(ANA | {"id": "d", "birth_date": None}), decided)
        assert frozenset({"b:self", "c:self"}) in partition(found)
        (back,) = arrive(found, tmp_path, rows[:0])
        assert back.reason == WITHDRAWN
        assert partition(found) == {frozenset({"a:self", "b:self", "d:self"}), frozenset({"c:self"})}
        again = dict(found.rows("SELECT source_id, person_id FROM kept.records JOIN kept.links USING (number)"))
        assert again["a"] == first["a"] == again["b"]
        assert again["c"] == first["c"]


def test_two_records_that_say_the_same_can_be_two_people(tmp_path: Path) -> None:
    rows = records(*(ANA | {"id": name} for name in "abc"))
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows)
        assert len(partition(found)) == 1
        (move,) = arrive(found, tmp_path, rows[:0], [Decision(A, B, same=False)])
        assert (move.merge, move.reason, [one.source for one in move.records]) == (False, TWO, ["b"])
        assert partition(found) == {frozenset({"a:self", "c:self"}), frozenset({"b:self"})}


def refiled(*more: Row) -> pd.DataFrame:
    """Ana's record `a` under number 7 of its agency, `b` of another, and more."""
    return records(
        ANA | {"id": "a", "agency_number": "7"}, ANA | {"id": "b", "ssn": None, "agency_number": "8"}, *more
    )  # fmt: skip


@pytest.mark.parametrize("same", [False, True])
def test_a_decision_holds_for_the_record_that_takes_the_place_of_one_that_is_gone(tmp_path: Path, same: bool) -> None:
    left = ANA if not same else BOB
    rows = records(left | {"id": "a", "agency_number": "7"}, ANA | {"id": "b", "agency_number": "8"})
    decided = [Decision(A, B, same=same)]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows)
        arrive(found, tmp_path, rows[:0], decided)
        sent = records(left | {"id": "a2", "agency_number": "7", "number": "14"})
        arrive(found, tmp_path, sent, decided, on=date(2026, 1, 2), gone=["a"])
        assert len(partition(found)) == (1 if same else 2)
        assert (frozenset({"a:self", "a2:self", "b:self"}) in partition(found)) == same
        known = described(found, decided)
        assert known[A] == found.rows("SELECT description FROM kept.records WHERE source_id = 'a2'")[0][0]
        again = records(left | {"id": "a3", "agency_number": "7"})  # it says what the first one said
        arrive(found, tmp_path, again, decided, on=date(2026, 1, 3), gone=["a2"])
        assert len(partition(found)) == (1 if same else 2)
        arrive(found, tmp_path, rows[:0])
        assert len(partition(found)) == (2 if same else 1)


def test_two_that_say_the_same_stay_two_when_one_is_sent_again(tmp_path: Path) -> None:
    rows = records(*(ANA | {"id": name, "agency_number": name.upper()} for name in "abc"))
    decided = [Decision(A, B, same=False)]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows)
        arrive(found, tmp_path, rows[:0], decided)
        sent_again: list[tuple[str, str, Row]] = [("b", "b2", {"number": "14"}), ("b2", "b3", {}), ("a", "a2", {})]
        for day, (old, new, more) in enumerate(sent_again, 2):
            sent = records(ANA | {"id": new, "agency_number": old[0].upper()} | more)
            arrive(found, tmp_path, sent, decided, on=date(2026, 1, day), gone=[old])
            whose = {source.split(":")[0]: people for people in partition(found) for source in people}
            assert whose["a"] != whose[new if new[0] == "b" else "b3"], new
            assert whose["c"] == whose["a" if new[0] == "b" else new]


@pytest.mark.parametrize(
    "more",
    [
        [BOB | {"id": "a2", "agency_number": "7"}],
        [ANA | {"id": "a2", "agency_number": "7", "first_name": "Eva", "ssn": "602-33-4455"}],
        [ANA | {"id": "a2", "agency_number": "7", "birth_date": "1962-03-04", "ssn": None}],
        [ANA | {"id": "a2", "agency_number": "7", "first_name": "Leo", "birth_date": "2015-03-04"}],
        [ANA | {"id": name, "agency_number": "7", "number": "9"} for name in ("a2", "a3")],
        [ANA | {"id": "a2", "agency_number": "7", "role": "payee"}],
        [ANA | {"id": "a2", "agency_number": "7", "feed": "other"}],
    ],
    ids=[
        "the number is another's now",
        "her twin's",
        "her mother's, of her name",
        "her child's, under her SSN",
        "two have the number",
        "another role",
        "another feed",
    ],
)
def test_a_decision_does_not_go_over_to_a_record_that_may_be_anothers(tmp_path: Path, more: list[Row]) -> None:
    decided = [Decision(A, B, same=False)]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, refiled())
        arrive(found, tmp_path, records(*more), decided, on=date(2026, 1, 2), gone=["a"])
        (held,) = found.rows("SELECT count(*) FROM kept.decided")[0]
        assert held == 1, "of the record that is gone"


def test_what_a_reviewer_said_of_two_records_one_of_which_took_the_others_place_stands(tmp_path: Path) -> None:
    after = Record("a2", "self")
    decided = [Decision(A, after, same=False), Decision(A, B, same=True)]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, refiled())
        sent = records(ANA | {"id": "a2", "agency_number": "7", "number": "14"})
        arrive(found, tmp_path, sent, on=date(2026, 1, 2), gone=["a"])
        arrive(found, tmp_path, refiled()[:0], decided)
        assert partition(found) == {frozenset({"a:self", "b:self"}), frozenset({"a2:self"})}


def test_who_was_told_apart_under_one_number_has_no_record_in_common(tmp_path: Path) -> None:
    decided = [Decision(A, B, same=False)]
    under = {"agency_number": "7", "ssn": None, "birth_date": None}
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(ANA | under | {"id": "a"}))
        arrive(found, tmp_path, records(ANA | under | {"id": "b", "number": "14"}), on=date(2026, 1, 2), gone=["a"])
        arrive(found, tmp_path, records(), decided, on=date(2026, 1, 3))
        sent = records(ANA | under | {"id": "k", "number": "14", "middle_name": "M"})
        arrive(found, tmp_path, sent, decided, on=date(2026, 1, 4), gone=["b"])
        assert found.rows("SELECT count(*) FROM kept.decided") == [(1,)], "of the two themselves"
        assert frozenset({"b:self", "k:self"}) in partition(found)


def test_a_decision_on_what_stands_holds_for_what_was_sent_before(tmp_path: Path) -> None:
    now = Record("a2", "self")
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, refiled())
        sent = records(ANA | {"id": "a2", "agency_number": "7", "number": "14"})
        arrive(found, tmp_path, sent, on=date(2026, 1, 2), gone=["a"])
        first = dict(found.rows("SELECT source_id, person_id FROM kept.records JOIN kept.links USING (number)"))
        arrive(found, tmp_path, records(), [Decision(now, B, same=False)], on=date(2026, 1, 3))
        assert partition(found) == {frozenset({"a:self", "a2:self"}), frozenset({"b:self"})}
        again = dict(found.rows("SELECT source_id, person_id FROM kept.records JOIN kept.links USING (number)"))
        assert set(again.values()) > {first["a"]}


def test_who_decided_is_said_of_the_records_that_were_decided_on(tmp_path: Path) -> None:
    rows = records(ANA | {"id": "a"}, ANA | {"id": "b"}, BOB | {"id": "c"})
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows)
        arrive(found, tmp_path, records(), [Decision(B, C, same=True)])
        told = found.rows(
            "SELECT source_id, because, match_weight < 0 FROM kept.links JOIN kept.records USING (number) ORDER BY 1"
        )
    assert [(one, because == ONE) for one, because, _ in told] == [("a", False), ("b", True), ("c", True)]
    assert [low for _, because, low in told if because == ONE] == [True, True], "what the model made of the two"


def test_reasons_are_those_of_the_model_that_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(*population(40, 5)))
        before = dict(found.rows("SELECT number, match_weight FROM kept.links"))
        monkeypatch.setattr(assigning, "ENOUGH", 50)
        outcome = assigning.retrain(found, HASHER, ON)
        assert found.model
        assert found.rows("SELECT DISTINCT model FROM kept.links") == [(found.model.id,)]
        after = dict(found.rows("SELECT number, match_weight FROM kept.links"))
        assert before != after
        assert outcome.retold is not None
        moved = sum(len(move.records) for move in outcome.moves)
        assert len(outcome.retold) + moved == len(after)


def test_why_a_record_is_whose_it_is_follows_what_is_known(tmp_path: Path) -> None:
    def told(of: str) -> tuple[str, float | None]:
        (row,) = found.rows(
            "SELECT because, match_weight FROM kept.links JOIN kept.records USING (number) WHERE source_id = $of", of=of
        )
        return row

    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(ANA | {"id": "a"}))
        assert told("a") == (ALONE, None)
        arrive(found, tmp_path, records(ANA | {"id": "same"}))
        assert told("a") == (ALONE, None), "one that says the same tells nothing more of it"
        because, weight = told("same")
        assert because.startswith(f"{SAME}: same SSN token")
        assert weight is not None
        assert weight > 20
        with arriving(tmp_path) as arrivals:
            arrivals.add("feed", standardised(records(ANA | {"id": "b", "ssn": None})))
            outcome = assign(found, arrivals, HASHER, ON)
        assert outcome.moves == ()
        assert outcome.retold is not None
        assert [(row["source_id"], row["because"]) for row in outcome.retold.to_pylist()] == [("a", told("b")[0])]
        assert told("a") == told("b")
        decided = [Decision(A, B, same=True)]
        arrive(found, tmp_path, records()[:0], decided)
        assert told("a") == told("b") == (ONE, told("a")[1])
        assert told("a")[1] is not None
        arrive(found, tmp_path, records()[:0])
        assert told("a")[0].startswith("same first name")
        arrive(found, tmp_path, records()[:0], [Decision(A, B, same=False)])
        assert told("a") == told("b") == (ALONE, None), "nothing links them any more"


def test_what_is_said_of_records_that_say_the_same_follows_what_is_known(tmp_path: Path) -> None:
    names = ["Luis Vega", "Mei Chen", "Omar Haddad", "Kofi Mensah", "Ivan Petrov", "Rosa Lima", "Tom Reed"]
    others = [{"id": name, "ssn": ANA["ssn"], "first_name": name.split()[0], "last_name": name.split()[1]}
              for name in names]  # fmt: skip
    told = []
    for late in (others, []):
        with linkage(tmp_path) as found:
            arrive(
                found, tmp_path, records(ANA | {"id": "a"}, ANA | {"id": "b"}, *(late or others)[: 0 if late else 9])
            )
            if late:
                arrive(found, tmp_path, records(*late))
            told += found.rows("SELECT because, match_weight FROM kept.links JOIN kept.records USING (number) "
                               "WHERE source_id = 'b'")  # fmt: skip
    assert told[0] == told[1]
    assert "SSN" not in told[0][0]


def test_a_new_model_moves_whom_a_reviewer_told_apart_though_they_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "ENOUGH", 50)
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(*population(60, 1), ANA | {"id": "a"}, ANA | {"id": "b"}))
        decided = [Decision(Record("a", "self"), Record("b", "self"), same=False)]
        moved = retrain(found, HASHER, ON, decided).moves
        assert any("b" in str(move.records) or "a" in str(move.records) for move in moved)
        of = dict(found.rows("SELECT source_id, person_id FROM kept.links JOIN kept.records USING (number)"))
    assert of["a"] != of["b"]


def test_no_record_is_different_from_itself() -> None:
    assert contradiction([], Decision(A, A, same=False))
    assert not contradiction([], Decision(A, A, same=True))


@pytest.mark.parametrize("more", [{"unit": "4"}, {"first_name": "Juanita"}], ids=["address", "name"])
def test_a_decision_holds_for_who_is_sent_under_the_persons_number_once_its_record_is_gone(
    tmp_path: Path, more: Row
) -> None:
    """A row of another number, as its date is part of that: the agency's number for the person is the same."""
    theirs = {"agency_number": "7|2026-01-01", "person_number": "P7"}
    rows = records(ANA | {"id": "a"} | theirs, ANA | {"id": "b", "agency_number": "8", "person_number": "P8"})
    decided = [Decision(A, B, same=False)]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows, decided)
        assert at_odds(found, decided) == {}
        beside = records(ANA | {"id": "a2", "agency_number": "7|2026-02-01", "person_number": "P7", "unit": "9"})
        arrive(found, tmp_path, beside, decided, on=date(2026, 1, 2))
        sent = records(ANA | {"id": "a3", "agency_number": "7|2026-03-01", "person_number": "P7"} | more)
        arrive(found, tmp_path, sent, decided, on=date(2026, 1, 3), gone=["a", "a2"])
        assert not any({"a3:self", "b:self"} <= who for who in partition(found))
        assert at_odds(found, decided) == {}
        arrive(found, tmp_path, sent[:0], decided, on=date(2026, 1, 4), gone=["a3"])
        assert at_odds(found, decided) == {decided[0]: []}, "nothing that stands is in its place"


@pytest.mark.parametrize(
    "corrected",
    [{"birth_date": "1990-03-05"}, {"birth_date": "1990-04-03"}, {"middle_name": "Maria"}],
    ids=["a digit of the birth date", "day and month", "a middle name"],
)
def test_a_decision_holds_for_who_is_sent_again_with_a_slip_corrected(tmp_path: Path, corrected: Row) -> None:
    known = ANA | {"ssn": None, "birth_date": "1990-03-04"}
    rows = records(known | {"id": "a", "agency_number": "7", "person_number": "P7"}, known | {"id": "b"})
    decided = [Decision(A, B, same=False)]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows, decided)
        sent = records(known | {"id": "a2", "agency_number": "7", "person_number": "P7"} | corrected)
        arrive(found, tmp_path, sent, decided, on=date(2026, 1, 2), gone=["a"])
        assert not any({"a2:self", "b:self"} <= who for who in partition(found))
        odds = at_odds(found, decided)
        assert odds == {}
        assert lapsed(found, odds) == []
        arrive(found, tmp_path, sent[:0], decided, on=date(2026, 1, 3), gone=["a2"])
        assert lapsed(found, at_odds(found, decided)) == decided
        other = records(known | {"id": "b2", "agency_number": "8"})
        arrive(found, tmp_path, other, decided, on=date(2026, 1, 4), gone=["b"])
        assert lapsed(found, at_odds(found, decided)) == [], "it was told when it came about"


@pytest.mark.parametrize(
    "kin",
    [
        {"first_name": "Anya"}, {"first_name": "Ana", "birth_date": "1960-03-04"},
        {"first_name": "Ana", "birth_date": "1990-03-05", "sex": "M"},
    ],
    ids=["a twin of much of the name", "a parent of the name", "another sex"],
)  # fmt: skip
def test_a_decision_does_not_go_over_to_kin_who_is_told_much_alike(tmp_path: Path, kin: Row) -> None:
    known = ANA | {"ssn": None, "birth_date": "1990-03-04"}
    rows = records(known | {"id": "a", "agency_number": "7", "person_number": "P7"}, known | {"id": "b"})
    decided = [Decision(A, B, same=True)]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows, decided)
        sent = records(known | {"id": "k", "agency_number": "7", "person_number": "P7"} | kin)
        arrive(found, tmp_path, sent, decided, on=date(2026, 1, 2), gone=["a"])
        assert at_odds(found, decided) == {decided[0]: []}
        assert lapsed(found, at_odds(found, decided)) == decided


def test_a_number_of_the_person_that_was_given_out_again_is_nobodys_in_their_place(tmp_path: Path) -> None:
    theirs = {"agency_number": "7|1", "person_number": "P7"}
    rows = records(ANA | {"id": "a"} | theirs, ANA | {"id": "b", "unit": "4"})
    with linkage(tmp_path) as found:
        decided = [Decision(A, B, same=False)]
        arrive(found, tmp_path, rows, decided)
        kin = records(ANA | {"id": "k", "agency_number": "7|2", "person_number": "P7", "first_name": "Eva",
                             "ssn": "602-33-4455"})  # fmt: skip
        arrive(found, tmp_path, kin, decided, on=date(2026, 1, 2), gone=["a"])
        assert at_odds(found, decided) == {decided[0]: []}


def test_two_of_one_persons_number_who_are_two_people_have_nobody_in_their_place(tmp_path: Path) -> None:
    theirs = {"person_number": "P7"}
    rows = records(ANA | {"id": "a", "agency_number": "1"} | theirs, ANA | {"id": "b", "agency_number": "2"} | theirs)
    decided = [Decision(A, B, same=False)]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows, decided)
        assert len(partition(found)) == 2
        sent = records(*(ANA | {"id": name, "agency_number": name} | theirs for name in ("k", "l")))
        arrive(found, tmp_path, sent, decided, on=date(2026, 1, 2), gone=["a", "b"])
        assert any({"k:self", "l:self"} <= who for who in partition(found))
        assert at_odds(found, decided) == {decided[0]: []}


def test_what_two_say_alike_is_at_odds_with_nothing(tmp_path: Path) -> None:
    rows = records(ANA | {"id": "a"}, ANA | {"id": "b"})
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows)
        assert at_odds(found, [Decision(A, B, same=False)]) == {}, "before it is applied, too"


def test_decisions_that_come_to_say_the_opposite_are_told(tmp_path: Path) -> None:
    """The agency sends in Ana's place what another record says already, of whom the opposite was decided."""
    rows = records(ANA | {"id": "a", "agency_number": "7"}, BOB | {"id": "b"}, ANA | {"id": "c", "unit": "4"})
    decided = [Decision(A, B, same=True), Decision(B, C, same=False)]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows, decided)
        assert at_odds(found, decided) == {}
        again = records(ANA | {"id": "a2", "agency_number": "7", "unit": "4"})
        arrive(found, tmp_path, again, decided, on=date(2026, 1, 2), gone=["a"])
        assert at_odds(found, decided) == {decided[1]: [decided[0]], decided[0]: [decided[1]]}


def test_who_is_described_in_many_ways_makes_nobody_else_likelier_one(tmp_path: Path) -> None:
    """Hundreds of rows of one person are one person's pairs, and say nothing of the other people's."""
    many = [ANA | {"id": f"z{number}", "number": str(number), "unit": str(number)} for number in range(400)]
    shares = []
    for name, more in (("without", []), ("with", many)):
        (tmp_path / name).mkdir()
        with linkage(tmp_path / name) as found:
            arrive(found, tmp_path / name, records(*population(400, 3), *more))
            assert found.model
            assert not found.model.is_shipped
            pairs = found.model.size * (found.model.size - 1) / 2
            shares.append(found.model.prevalence * pairs / found.model.size)
    assert shares[1] < 1.5 * shares[0]


def test_a_decision_that_contradicts_a_chain_is_told_with_the_chain() -> None:
    ab, bc = Decision(A, B, same=True), Decision(B, C, same=True)
    assert contradiction([ab, bc], Decision(A, C, same=False)) == [ab, bc]
    assert contradiction([ab, Decision(C, B, same=False)], Decision(C, A, same=True)) == [
        Decision(C, B, same=False),
        ab,
    ]
    assert not contradiction([ab, bc], Decision(C, A, same=True))
    assert not contradiction([Decision(A, B, same=False), Decision(B, C, same=False)], Decision(A, C, same=True))


def test_an_id_that_was_somebodys_names_nobody_else(tmp_path: Path) -> None:
    rows = records(ANA | {"id": "a"}, ANA | {"id": "z"}, BOB | {"id": "b"}, BOB | {"id": "c"}, BOB | {"id": "d"})
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, rows)
        before = dict(found.rows("SELECT source_id, person_id FROM kept.records JOIN kept.links USING (number)"))
        (merge,) = arrive(found, tmp_path, rows[:0], [Decision(A, B, same=True)])
        assert merge.merge
        assert merge.old == before["a"]
        (split,) = arrive(found, tmp_path, rows[:0])
        assert split.new not in before.values()


def test_an_id_stays_with_most_of_its_records() -> None:
    held = [("A", 0, 2, 2), ("A", 2, 1, 7), ("B", 2, 1, 1)]  # of those that stand, and of all
    named = name_people({0: "s0", 2: "s2", 5: "s5"}, held, HASHER, lambda _: {"A", "B"})
    assert (named[0], named[2]) == ("A", "B")  # B has one of its own there and takes in one of A's
    assert named[5] not in {"A", "B"}
    held = [("A", 0, 5, 5), ("A", 2, 4, 4), ("B", 0, 6, 6)]
    named = name_people({0: "s0", 2: "s2"}, held, HASHER, lambda _: {"A", "B"})
    assert named[0] == "B"
    assert named[2] not in {"A", "B"}, "most of A's records are B's now: A names nobody"
    for equal in ([("B", 0, 1, 1), ("A", 0, 1, 1)], [("A", 0, 1, 1), ("B", 0, 1, 1)]):
        assert name_people({0: "s0"}, equal, HASHER, lambda _: {"A", "B"}) == {0: "A"}


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from([None, "A", "B", "C"])), min_size=1, max_size=9))
def test_every_group_has_one_id_and_no_id_two_groups(rows: list[tuple[int, str | None]]) -> None:
    smallest = {group: f"s{min(i for i, (g, _) in enumerate(rows) if g == group)}" for group, _ in rows}
    held = [(person, group, n, n) for (group, person), n in Counter(rows).items() if person]
    named = name_people(smallest, held, HASHER, lambda names: {"A", "B", "C"} & set(names))
    assert set(named) == set(smallest)
    assert len(set(named.values())) == len(named)


NO_PAIRS = np.empty((0, 2), np.int64)


def grouped(
    n: int, pairs: Sequence[tuple[int, int, float]], same: Any = NO_PAIRS, different: Any = NO_PAIRS
) -> list[int]:
    left, right, weight = zip(*pairs, strict=True)
    some = Pairs(np.array(left), np.array(right), np.array(weight, float))
    known = Known(NO_PAIRS, np.array(same, np.int64), np.array(different, np.int64))
    return cluster(np.zeros(n, np.int64), some, known, np.arange(n)).tolist()


FAMILIES = [(a, b, 9.0) for family in ((0, 1, 2), (3, 4, 5)) for a in family for b in family if a < b]
WRONG = [(2, 3, 6.0), (1, 3, -5.0), (2, 4, -5.0)]


def test_where_nobody_lives_together_who_shares_an_address_is_hardly_a_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "ENOUGH", 50)
    families = population(600, 3)
    alone = [row if row["number"] == "7" else row | {"number": (row["id"] or "")[1:5]} for row in families]
    shares = []
    for folder, rows in ((tmp_path / "families", families), (tmp_path / "alone", alone)):
        folder.mkdir()
        with linkage(folder) as found:
            arrive(found, folder, records(*rows))
            (together,) = found.rows("SELECT count(*) FROM said a JOIN said b ON a.home = b.home AND a.id < b.id")[0]
            described = found.count("said")
            assert found.model is not None
            at_home = sum(u for _, u in found.model.probabilities["family_home"][:4])
            shares.append(at_home * described * (described - 1) / 2 / together)
    assert shares[1] < 0.2 * shares[0]


def test_one_wrong_pair_joins_no_two_families() -> None:
    assert grouped(6, [*FAMILIES, *WRONG]) == [0, 0, 0, 3, 3, 3]


@settings(deadline=None)
@given(st.integers(2, 12), st.integers(0, 10**6), st.sampled_from([0.4, 1.0]))
def test_average_linkage_by_matrix_joins_whom_that_by_heap_joins(n: int, seed: int, share: float) -> None:
    random = np.random.default_rng(seed)
    left, right = np.triu_indices(n, 1)
    some = random.random(len(left)) < share
    left, right = left[some], right[some]
    counts = random.choice([-np.inf, -1e12, -8.0, -2.0, -1.0, 0.5, 0.5, 3.0, 10.0, np.inf], len(left))
    by_matrix = clustering._by_matrix(n, left, right, counts)
    by_heap = clustering._by_heap(n, left.tolist(), right.tolist(), counts)
    assert sorted(map(sorted, by_matrix)) == sorted(map(sorted, by_heap))


def test_many_descriptions_of_one_person_beside_a_stranger_are_gathered() -> None:
    """A thousand and more, all alike, and one pair that does not agree: not all with all, so they are looked at."""
    n = 3_000
    left, right = np.triu_indices(n, 1)
    weight = np.full(len(left), 10.0)
    weight[left + 1 == n - 1] = -5.0
    keep = (right < n - 1) | (left == 0)  # the last is tied to the first alone
    none = np.empty((0, 2), np.int64)
    group = cluster(
        np.zeros(n, np.int64), Pairs(left[keep], right[keep], weight[keep]), Known(none, none, none), np.arange(n)
    )
    assert len(set(group[: n - 1])) == 1
    assert group[n - 1] == n - 1


def test_what_was_decided_is_so_whatever_pairs_weigh() -> None:
    assert grouped(6, [*FAMILIES, *WRONG], same=[(0, 5)])[5] == 0
    two = grouped(6, [*FAMILIES, *WRONG], different=[(0, 1)])
    assert two[0] != two[1]
    assert grouped(3, [(0, 1, 9.0), (0, 2, 9.0), (1, 2, 9.0)], same=[(0, 1)], different=[(0, 2)]) == [0, 0, 2]


def test_a_component_too_large_to_compare_all_is_taken_apart_by_the_pairs_that_rules_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = population(30, 3)
    usual = linked(tmp_path, *rows)["person_id"].nunique()
    monkeypatch.setattr(assigning, "MOST_IN_GROUP", 2)
    assert usual * 0.9 <= linked(tmp_path, *rows)["person_id"].nunique() <= usual * 1.2


def test_what_is_kept_survives_being_written(tmp_path: Path) -> None:
    tmp_path = tmp_path / "a town's people"
    tmp_path.mkdir()
    store = LinkageStore(tmp_path)
    rows = records(*population(20, 1))
    with store.open(None) as found:
        arrive(found, tmp_path, rows)
        before = found.people_of(ON), partition(found), found.model
        store.keep(found, ON)
    later = date(2026, 2, 1)
    with store.open(ON) as found:
        assert found.people_of(ON).equals(before[0])
        assert found.model
        assert before[2]
        assert found.model.id == before[2].id
        assert not arrive(found, tmp_path, rows, on=later)
        assert partition(found) == before[1]
    assert {file.stat().st_mode & 0o777 for file in tmp_path.glob("linkage-*/*")} == {0o600}
    assert not (tmp_path / "models").exists(), "nothing is published by it"
    store.keep_only(ON)
    (remembered,) = (tmp_path / "models").glob("*.json")
    assert remembered.name == f"{before[2].id}.json"
    assert {file.stat().st_mode & 0o777 for file in (tmp_path / "models").iterdir()} == {0o600}
    assert store.earlier(before[2].id).terms.equals(before[2].terms)
    assert store.earlier(before[2].id).id == before[2].id
    remembered.write_text("")
    store.keep_only(ON)
    assert store.earlier(before[2].id).id == before[2].id, "what was cut off is written anew"
    for name in ("0123456789ab", "../models", ""):
        with pytest.raises(LoadError, match=before[2].id):
            store.earlier(name)
    assert not [*tmp_path.glob("linking-*")]


def test_what_cut_off_work_left_is_swept(tmp_path: Path) -> None:
    with workshop(tmp_path) as (connection, folder):
        connection.execute("CREATE TABLE kept.t AS SELECT 1")
        assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}
    assert not [*tmp_path.iterdir()]
    (tmp_path / "linking-left").mkdir()
    with workshop(tmp_path) as (connection, folder):
        sweep(tmp_path)
        assert [*tmp_path.iterdir()] == [folder], "what is in use is left"
        connection.execute("CREATE TABLE kept.t AS SELECT 1")
    assert not [*tmp_path.iterdir()]
    for name, age in ((".linking-new", 0), (".linking-cut-off", 3600)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "lock").touch()
        os.utime(tmp_path / name, times=(time.time() - age,) * 2)
    sweep(tmp_path)
    assert [folder.name for folder in tmp_path.iterdir()] == [".linking-new"]


def test_temporary_files_of_libraries_are_in_the_data_directory_and_gone(tmp_path: Path) -> None:
    outside = tempfile.gettempdir()
    with temporary_files(tmp_path), tempfile.NamedTemporaryFile() as file:
        assert Path(file.name).is_relative_to(tmp_path)
        assert Path(file.name).stat().st_mode & 0o077 == 0
    assert tempfile.gettempdir() == outside
    assert list(tmp_path.iterdir()) == []


def test_prevalence_follows_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assigning, "ENOUGH", 50)
    more = [row | {"id": f"n{i}"} for i, row in enumerate(population(90, 9))]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(*population(30, 3)))
        learned = found.model
        assert learned
        assert learned.size == found.count("kept.descriptions")
        arrive(found, tmp_path, records(*more))
        model, count = found.model, found.count("kept.descriptions")
        assert model
        assert (model.size, model.probabilities) == (count, learned.probabilities)
        assert model.prevalence < learned.prevalence
        assert learned.prevalence_of == ""
        assert model.prevalence_of.startswith(f"{count} descriptions, ")
        assert model.prevalence_of.endswith(f", of {ON}")
        assert (model.of, model.trained_on) == (learned.of, learned.trained_on)
        expected = found.rows("SELECT sum(1 / (1 + pow(2, -weight))) FROM kept.pairs")[0][0]
        assert expected == pytest.approx(model.prevalence * count * (count - 1) / 2, rel=0.02), "as its pairs say"
        Scorer(found.connection, model).all("scored")
        assert not found.rows("(FROM kept.pairs EXCEPT FROM scored) UNION ALL (FROM scored EXCEPT FROM kept.pairs)")
        people = partition(found)
        found.run("DELETE FROM kept.groups; DELETE FROM kept.pairs")
        found.compared = False
        arrive(found, tmp_path, records())
        assert (partition(found), found.model) == (people, model), "as a full run"


def test_a_roster_that_holds_nobody_twice_teaches_nothing_until_others_know_its_people(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "ENOUGH", 50)
    rows = [row | {"id": f"r{i}"} for i, row in enumerate(population(150, 2)) if row["id"].endswith("-0")]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(*rows))
        assert found.model
        assert found.model.is_shipped
        with pytest.raises(LoadError, match="NOTHING_TO_LEARN"):
            retrain(found, HASHER, ON)
        others = [row | {"id": f"o{i}"} for i, row in enumerate(population(150, 2)) if not row["id"].endswith("-0")]
        arrive(found, tmp_path, records(*others))
        assert not found.model.is_shipped


def test_of_few_and_dense_descriptions_no_pair_is_lost_to_their_prevalence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "ENOUGH", 50)
    monkeypatch.setattr(training, "ASSUMED", 1.0)
    rows = [ANA | {"id": f"a{i}", "unit": str(i), "ssn": None if i % 3 else ANA["ssn"]} for i in range(40)]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(*rows, *population(8, 1)))
        assert found.model
        assert found.model.shift > 8
        Scorer(found.connection, found.model).all("scored")
        assert not found.rows("(FROM kept.pairs EXCEPT FROM scored) UNION ALL (FROM scored EXCEPT FROM kept.pairs)")


def test_who_moves_as_the_model_became_another_moves_for_that_reason() -> None:
    moves = tuple(Move("a", "b", True, reason, ()) for reason in ("same first name", ONE))
    told = Outcome(moves).by_another_model("it was learned", {ONE})
    assert [move.reason for move in told.moves] == ["another model: it was learned", ONE]
    assert told.model == "it was learned"


def test_a_preview_of_a_model_is_what_it_makes_with_decisions_that_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "ENOUGH", 50)
    same = [ANA | {"id": f"same{i}", "ssn": "730-55-1199"} for i in range(3)]
    first, *others = (Record(f"same{i}", "self") for i in range(3))
    decisions = [Decision(first, other, False) for other in others]
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(*same, *population(60, 6)))
        retrain(found, HASHER, ON, decisions)
        seen = {frozenset(key for key in group if key.startswith("same")) for group in partition(found)} - {frozenset()}
    assert seen == {frozenset({"same0:self"}), frozenset({"same1:self", "same2:self"})}


def test_a_report_counts_all_pairs_people_and_what_cannot_be_linked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "ENOUGH", 50)
    with linkage(tmp_path) as found:
        arrive(found, tmp_path, records(*population(90, 4), {"first_name": "J", "id": "hardly anything"}))
        assert found.model
        told = report(found, found.model)
        links = found.rows("SELECT description, person_id FROM kept.records JOIN kept.links USING (number)")
        whose = dict(links)
        pairs = found.rows("SELECT a, b, weight FROM kept.pairs")
        linked = [weight for a, b, weight in pairs if whose[a] == whose[b]]
        assert sum(one.count for one in told.weights) == len(linked)
        assert sum(one.others for one in told.weights) == len(pairs) - len(linked) > 0
        for one in told.weights[:-1]:
            assert one.count == sum(one.low <= weight < one.low + 1 for weight in linked)
        sizes = Counter(Counter(person for _, person in links).values())
        assert [one.count for one in told.people[:2]] == [sizes[1], sizes[2]]
        assert sum(one.count for one in told.people) == sizes.total()
        assert sum(one.count for one in told.selves) == told.descriptions == len(whose)
        Scorer(found.connection, found.model).selves("doubles_of_all")
        assert told.unlinkable == found.rows("SELECT count(*) FROM doubles_of_all WHERE weight < -2")[0][0] >= 1
        assert set(told.examples) == {"a sure link", "a link that is hardly one", "a pair just left apart"}
        for name, steps in told.examples.items():
            assert steps[0].adds == pytest.approx(np.log2(found.model.prevalence / (1 - found.model.prevalence)))
            weighs = sum(step.adds for step in steps)
            assert min(abs(weight - weighs) for _, _, weight in pairs) < 1, "as pairs of its kind"
            assert (weighs > 10) == (name == "a sure link")


def test_settings_name_every_limit_and_learning_every_constant(monkeypatch: pytest.MonkeyPatch) -> None:
    settled, learned = settings_digest.__wrapped__(), training.settings_of_learning()
    assert settled == settings_digest.__wrapped__()
    named = [value for name, value in vars(limits).items() if name.isupper() and name != "ALL"]
    assert sorted(named) == sorted(limits.ALL)
    monkeypatch.setattr(limits, "ALL", (*limits.ALL[:-1], 6.0))
    assert settings_digest.__wrapped__() != settled
    monkeypatch.setattr(training, "ASSUMED", 21.0)
    assert training.settings_of_learning() != learned


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
    assert family_words("O'Brien Jr.") == family_words("OBRIEN")
    assert family_words("Ii") == ("ii",)
    assert given_name("FNU") == given_name("test") == ""
    assert family_words("LNU", "ana") == family_words("Unknown", "ana") == family_words("Guest") == ()
    assert [family_words(name, "minh") for name in ("Son", "Guest", "In", "Child")] == [
        ("son",), ("guest",), ("in",), ("child",),
    ]  # fmt: skip
    assert parts_of_name("King Diaz") == ("King", "", "Diaz")
    assert parts_of_name("Judge Reinhold") == ("Judge", "", "Reinhold")
    assert {zip5(text) for text in ("01103", "1103", "1103-1234", "01103-1234", "011031234", "11031234")} == {"01103"}
    assert zip5("MA") == zip5("11") == ""
    assert parts_of_name("Smith, John Q., Jr.") == ("John", "Q.", "Smith Jr.")
    assert parts_of_name("Dr. Ana Diaz MD") == ("Ana", "", "Diaz")
    assert parts_of_name("John Smith 2nd") == ("John", "", "Smith 2nd")
    assert parts_of_name("王小明") == parts_of_name("王 小明") == ("小明", "", "王")
    assert parts_of_name("欧阳娜娜") == ("娜娜", "", "欧阳")
    assert parts_of_name("김철수") == ("철수", "", "김")
    assert parts_of_name("王 明") == parts_of_name("王明") == ("明", "", "王")
    assert parts_of_name("田中太郎") == ("太郎", "", "田中")
    assert family_words("Smith Junior") == family_words("Smith, Sr.") == ("smith",)
    assert zip5("601") == "00601"
    assert zip5("\u0660\u0661\u0661\u0660\u0663") == "01103"
    assert zip5("123456") == ""
    assert family_words("Нгуен") == ("nguen",)
    assert street("12", "North Main Street") == street(None, "12 N. MAIN ST")
    assert [given_name(text) for text in ("Mr. John", "Dr Maria", "Baby Ana", "J Robert")] == [
        "john", "maria", "ana", "robert",
    ]  # fmt: skip
    for box in (("PO Box", "44"), (None, "P.O. Box 44"), (None, "POB 44"), (None, "Box 44")):
        assert street(*box) == ""
    assert street("44", "Boxwood Lane") == "44 boxwood ln"
    assert [birth_date(day) for day in ("9990-05-05", "0101-01-01", "1980-05-05")] == [None, None, "1980-05-05"]
    assert in_order("Apt 3", "12 Elm Street") == ("12 Elm Street", "Apt 3")
    for lines in (("12 Elm Street", "Street Side"), ("12 Broadway", "East Court"), ("Broadway", "North Court")):
        assert in_order(*lines) == lines


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("６０１２２３３４４", "601223344"),
        ("601223344.0", "601223344"),
        ("1223344", "001223344"),
        ("１２３-４５-６７８９", None),
        ("\u0660\u0660\u0660-12-3456", None),
        ("601-22-33O4", None),
    ],
)
def test_digits_of_an_ssn_are_read_in_any_script_and_none_is_made_up(text: str, number: str | None) -> None:
    assert repaired_ssn(text) == number


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


@pytest.mark.parametrize("digit", "0159")
def test_a_digit_ten_times_is_near_nothing(digit: str) -> None:
    assert HASHER.near_ssn(digit * 10) is None


def test_ssns_that_cannot_be_are_none() -> None:
    assert repaired_ssn("000-12-3456") is None
    assert repaired_ssn("111111111") is None
    assert repaired_ssn(" 12345679") == "012345679"
