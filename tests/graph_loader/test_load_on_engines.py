"""What a second load changes, ends and takes back is the same on every engine."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from graph.store import Store
from graph_loader.load import batches
from graph_loader.load.abandon import abandon
from tests.conftest import Engine
from tests.feeds_sample import ANA, data_directory, load_folder, small, without, write_members

LATER, LAST = date(2026, 12, 1), date(2027, 1, 4)
FEEDS = ("dta_snap_members", "dta_snap_issuance", "dta_tafdc_members", "dor_returns", "dua_wages")
_digests: dict[str, dict[str, str]] = {}


def die(*_: object) -> None:
    raise KeyboardInterrupt


def test_corrections_closings_merges_and_what_is_taken_back_give_one_graph(
    store: Store, engine: Engine, feeds_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds, data = small(feeds_folder, tmp_path / "feeds", *FEEDS), data_directory(tmp_path / "data")
    seen: dict[str, str] = {}
    load_folder(store, feeds, data, derive=True)
    seen["first"] = store.digest()
    for file in ("dta/snap_issuance.csv", "dta/snap_members.csv", "dor/returns.csv"):
        without(feeds / file, 2)
    members = feeds / "dta/tafdc_members.psv"
    members.write_text(members.read_text().replace("|1|", "|2|", 1))
    with monkeypatch.context() as patch:
        patch.setattr(batches, "publish", die)
        with pytest.raises(KeyboardInterrupt):
            load_folder(store, feeds, data, LATER, derive=True)
    abandon(store, LATER, lambda *_: None)
    assert store.digest() == seen["first"]
    load_folder(store, feeds, data, LATER, derive=True)
    seen["second"] = store.digest()
    for name in ("snap_issuance.csv", "snap_members.csv"):  # what was gone comes back
        (feeds / "dta" / name).write_text((feeds_folder / "dta" / name).read_text())
    load_folder(store, feeds, data, LAST, derive=True)
    seen["third"] = store.digest()
    assert len(set(seen.values())) == 3
    again = store.read("MATCH (n) WHERE n.id CONTAINS '~2' RETURN count(n) AS n")
    assert again[0]["n"] > 0
    _digests[engine.name] = seen
    assert all(digests == seen for digests in _digests.values()), _digests


def test_each_membership_says_what_it_rests_on_how_sure_it_is_and_whose_family_it_is(
    store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_members")
    omar = ANA | {"CLIENT_ID": "3", "FNAME": "Omar", "LNAME": "Silva", "DOB": "07/08/1988"}
    vega = ANA | {"CASE_NO": "S2", "LNAME": "Vega", "DOB": "05/05/1985"}
    luz = ANA | {"CLIENT_ID": "2", "FNAME": "Luz", "REL": "3", "DOB": "03/04/2015"}
    father = {"CASE_NO": "S4", "ADDR": "5 Pine St"}
    months = [{"SPELL_BEG": f"0{n}/01/2026", "ADDR_SINCE": f"0{n}/01/2026"} for n in range(2, 7)]
    members = [
        ANA | {"DOB": "01/02/1990"}, *(luz | month for month in months), luz | father | months[1],
        luz | father | months[3], luz | father | {"CLIENT_ID": "6", "FNAME": "Luis", "REL": "1", "DOB": "09/09/1989"},
        luz | {"CLIENT_ID": "7", "FNAME": "Ivo", "DOB": "03/04/2017", "ADDR": "", "CITY": "", "ZIP": ""},
        omar, omar | {"CASE_NO": "S3", "ADDR": "9 Oak St"},
        vega | {"CLIENT_ID": "4", "FNAME": "Bo"}, vega | {"CLIENT_ID": "5", "FNAME": "Tom", "DOB": "06/06/2012"},
    ]  # fmt: skip
    write_members(feeds / "dta/snap_members.csv", *members)
    load_folder(store, feeds, data_directory(tmp_path / "data"))
    rows = store.read(
        "MATCH (i:Identity)<-[:HAS_IDENTITY]-(p:Person)-[m:MEMBER_OF]->(h:Household)-[:LIVED_AT]->(a:Address) "
        "WHERE m.valid_to IS NULL RETURN DISTINCT i.first_name AS name, a.street AS street, m.evidence AS evidence, "
        "m.confidence AS sure, m.family AS family, m.role AS role ORDER BY name"
    )
    elm, pine = "12 elm st", "5 pine st"
    assert [tuple(row.values()) for row in rows] == [
        ("Ana", elm, "address", 1.0, 1, "adult"),
        ("Bo", elm, "address", 1.0, 2, "adult"),
        ("Ivo", elm, "unit", 1.0, 1, "child"),
        ("Luis", pine, "address", 1.0, 1, "adult"),
        ("Luz", elm, "address", 0.7, 1, "child"),
        ("Omar", elm, "address", 0.5, 1, "adult"),
        ("Tom", elm, "address", 1.0, 2, "child"),
    ]
    also = store.read(
        "MATCH (i:Identity)<-[:HAS_IDENTITY]-(p:Person)-[m:ALSO_STAYS_WITH]->(h:Household)-[:LIVED_AT]->(a:Address) "
        "RETURN DISTINCT i.first_name AS name, a.street AS street, m.evidence AS evidence, m.confidence AS share"
    )
    assert also == [{"name": "Luz", "street": pine, "evidence": "address", "share": 0.3}]
