"""Loading loses nothing, changes nothing twice, and lets in only what is agreed. On the embedded engine."""

from __future__ import annotations

import fcntl
import random
import sqlite3
import stat
from datetime import date
from pathlib import Path

import pytest
import yaml

from graph.store import Store
from graph_loader.errors import LoadError
from graph_loader.load import batches
from graph_loader.load.abandon import abandon
from ledger import runs
from ledger.database import Ledger
from tests.conftest import empty
from tests.feeds_sample import RECEIVED, data_directory, load_folder, small, without

LATER = date(2026, 12, 1)


@pytest.fixture
def store(embedded_store: Store) -> Store:
    return embedded_store


def die(*_: object) -> None:
    raise KeyboardInterrupt


def test_every_row_is_accounted_for_with_control_totals(store: Store, feeds_folder: Path, tmp_path: Path) -> None:
    data = data_directory(tmp_path / "data")
    loaded = load_folder(store, feeds_folder, data)
    assert len(loaded.plan.counts) == 14
    for count in loaded.plan.counts:
        assert count.explained
        assert count.rows_read > 0
        for name in {key.rpartition(".")[0] for key in count.totals}:
            parts = (count.totals[f"{name}.{what}"] for what in ("loaded", "unchanged", "quarantined"))
            assert count.totals[f"{name}.read"] == sum(parts)
    with Ledger.open(data) as ledger:
        assert runs.files(ledger, loaded.run_id) == sorted(loaded.plan.counts, key=lambda c: (c.feed, c.file))
    recorded = store.read("MATCH (a:BenefitAmount {kind: 'benefit'}) RETURN count(a) AS n")[0]["n"]
    assert recorded > 0


def test_the_same_files_again_change_nothing(store: Store, feeds_folder: Path, tmp_path: Path) -> None:
    data = data_directory(tmp_path / "data")
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_members", "dta_snap_issuance", "dor_returns")
    load_folder(store, feeds, data)
    before = store.digest()
    again = load_folder(store, feeds, data, LATER)
    assert again.already
    assert store.digest() == before


def test_shuffled_rows_give_the_same_graph(store: Store, feeds_folder: Path, tmp_path: Path) -> None:
    names = ("dta_snap_members", "dta_tafdc_members", "dor_returns", "dua_wages", "masshealth_members")
    feeds = small(feeds_folder, tmp_path / "feeds", *names)
    load_folder(store, feeds, data_directory(tmp_path / "one"))
    before = store.digest()
    for name in ("dta/snap_members.csv", "dta/tafdc_members.psv", "dor/returns.csv"):
        head, *rows = (feeds / name).read_text().splitlines()
        random.Random(3).shuffle(rows)
        (feeds / name).write_text("\n".join([head, *rows]) + "\n")
    lines = (feeds / "dua/wages.txt").read_text().splitlines()
    random.Random(3).shuffle(lines)
    (feeds / "dua/wages.txt").write_text("\n".join(lines) + "\n")
    empty(store)
    load_folder(store, feeds, data_directory(tmp_path / "two"))
    assert store.digest() == before


def test_bad_rows_are_quarantined_with_reasons_and_the_rest_loads(
    store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_issuance", "dta_snap_members")
    file = feeds / "dta/snap_issuance.csv"
    lines = file.read_text().splitlines()
    lines[3] = lines[3].rpartition(",")[0] + ",lots"
    lines[5] = lines[5].replace(lines[5].split(",")[1], "31/31/2025", 1)
    file.write_text("\n".join(lines) + "\n")
    data = data_directory(tmp_path / "data")
    loaded = load_folder(store, feeds, data)
    count = next(c for c in loaded.plan.counts if c.feed == "dta_snap_issuance")
    assert count.quarantined == 2
    assert count.explained
    assert [fault.where.split(":")[1:] for fault in loaded.plan.faults] == [["5", "SPELL_BEG"], ["3", "BENEFIT"]]
    kept = data / "quarantine" / f"{RECEIVED}-{loaded.run_id}" / "dta_snap_issuance.csv"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert len(kept.read_text().splitlines()) == 3
    assert "lots" not in str(LoadError(*loaded.plan.faults))


def test_strict_refuses_a_load_with_bad_rows_and_publishes_nothing(
    store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_issuance")
    file = feeds / "dta/snap_issuance.csv"
    file.write_text(file.read_text().replace("$", "£", 1))
    with pytest.raises(LoadError, match="BENEFIT"):
        load_folder(store, feeds, data_directory(tmp_path / "data"), strict=True)
    assert store.read("MATCH (b:Batch) RETURN count(b) AS n") == [{"n": 0}]


def test_a_column_that_is_not_agreed_never_leaves_the_parser(store: Store, feeds_folder: Path, tmp_path: Path) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_members")
    agreement = yaml.safe_load((feeds / "agreement.yaml").read_text())
    for signatory in agreement["signatories"]:
        if signatory["party"] == "DTA":
            signatory["provides"] = [name for name in signatory["provides"] if name not in ("ssn", "circumstances")]
    (feeds / "agreement.yaml").write_text(yaml.safe_dump(agreement))
    loaded = load_folder(store, feeds, data_directory(tmp_path / "data"))
    dropped = loaded.plan.feeds[0].columns_dropped["snap_members.csv"]
    assert dropped == 3  # SSN and DISABLED by the agreement, WORKER_NOTE by the mapping
    found = store.read("MATCH (i:Identity) WHERE i.ssn_token IS NOT NULL RETURN count(i) AS n")
    assert found == [{"n": 0}]
    assert store.read("MATCH (c:Circumstance) RETURN count(c) AS n") == [{"n": 0}]


def test_no_ssn_and_no_unmapped_column_is_in_the_graph(store: Store, feeds_folder: Path, tmp_path: Path) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_members")
    data = data_directory(tmp_path / "data")
    load_folder(store, feeds, data)
    lines = (feeds / "dta/snap_members.csv").read_text().splitlines()[1:]
    numbers = {line.split(",")[5] for line in lines} - {""}
    plain = numbers | {number.replace("-", "") for number in numbers}
    for row in store.stream("MATCH (n) RETURN properties(n) AS properties"):
        values = {str(value) for value in row["properties"].values()}
        assert not values & plain
        assert "internal" not in values
    with sqlite3.connect(data / "ledger.sqlite") as ledger:
        dump = "\n".join(ledger.iterdump())
    ledger.close()
    assert not any(number in dump for number in plain)


def test_a_row_gone_from_a_full_extract_ends_its_recorded_time_only(
    store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_tafdc_members", "dta_tafdc_grants")
    data = data_directory(tmp_path / "data")
    load_folder(store, feeds, data)
    file = feeds / "dta/tafdc_grants.psv"
    first = file.read_text().splitlines()[1]
    without(file, 0)
    before = store.read("MATCH (a:BenefitAmount) RETURN count(a) AS n, count(a.valid_to) AS ended")[0]
    load_folder(store, feeds, data, LATER)
    closed = store.read(
        "MATCH (a:BenefitAmount)-[:DERIVED_FROM]->(s:SourceRecord) WHERE a.recorded_to = $later "
        "RETURN s.agency_number AS number, s.recorded_to AS gone",
        {"later": LATER},
    )
    au = first.split("|")[0]
    assert [row["gone"] for row in closed] == [LATER]
    assert closed[0]["number"].startswith(au)
    after = store.read("MATCH (a:BenefitAmount) RETURN count(a) AS n, count(a.valid_to) AS ended")[0]
    assert after == before
    paying = store.read(
        "MATCH (:Enrollment)-[r:PAID]->(a:BenefitAmount) WHERE r.recorded_to = $later RETURN count(r) AS n",
        {"later": LATER},
    )
    assert paying == [{"n": 1}]


def test_a_load_that_was_cut_off_is_finished_by_the_next_run(
    store: Store, feeds_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_members", "dor_returns")
    load_folder(store, feeds, data_directory(tmp_path / "one"))
    whole = store.digest()
    empty(store)

    data = data_directory(tmp_path / "two")
    with monkeypatch.context() as patch:
        patch.setattr(batches, "publish", die)
        with pytest.raises(KeyboardInterrupt):
            load_folder(store, feeds, data)
    assert store.read("MATCH (b:Batch {status: 'published'}) RETURN count(b) AS n") == [{"n": 0}]
    load_folder(store, feeds, data, LATER)
    assert store.digest() == whole


def test_an_earlier_day_than_the_newest_batch_is_refused(store: Store, feeds_folder: Path, tmp_path: Path) -> None:
    data = data_directory(tmp_path / "data")
    load_folder(store, small(feeds_folder, tmp_path / "a", "dta_snap_members"), data)
    with pytest.raises(LoadError, match="RECEIVED_TOO_EARLY"):
        load_folder(store, small(feeds_folder, tmp_path / "b", "dor_returns"), data, RECEIVED)


def test_every_person_is_walked_back_to_rows_with_reasons(store: Store, feeds_folder: Path, tmp_path: Path) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_members", "dor_returns", "dua_wages")
    load_folder(store, feeds, data_directory(tmp_path / "data"))
    lost = store.read("MATCH (p:Person) WHERE NOT (p)-[:DERIVED_FROM]->(:SourceRecord) RETURN count(p) AS n")
    assert lost == [{"n": 0}]
    reasons = store.read("MATCH (:Person)-[d:DERIVED_FROM]->() RETURN DISTINCT d.because AS why")
    assert all(row["why"] for row in reasons)
    assert len(reasons) > 2


def test_an_agency_that_sends_the_same_file_beside_anothers_new_one_stays_published(
    store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_tafdc_members", "dor_returns")
    data = data_directory(tmp_path / "data")
    load_folder(store, feeds, data)
    file = feeds / "dor/returns.csv"
    file.write_text("\n".join(file.read_text().splitlines()[:-1]) + "\n")
    load_folder(store, feeds, data, LATER)
    rows = store.read(
        "MATCH (b:Batch) RETURN b.agency AS agency, b.received AS day, b.status AS status ORDER BY day, agency"
    )
    assert [(row["agency"], row["day"]) for row in rows] == [("DOR", RECEIVED), ("DTA", RECEIVED), ("DOR", LATER)]
    assert {row["status"] for row in rows} == {"published"}


PAYING = (
    "MATCH (a:BenefitAmount)<-[r:PAID]-(e:Enrollment) WHERE a.recorded_from <= $asOf AND "
    "(a.recorded_to IS NULL OR a.recorded_to > $asOf) AND r.recorded_from <= $asOf AND "
    "(r.recorded_to IS NULL OR r.recorded_to > $asOf) AND e.recorded_from <= $asOf AND "
    "(e.recorded_to IS NULL OR e.recorded_to > $asOf) RETURN count(a) AS n"
)


def test_a_row_that_was_gone_and_comes_back_is_recorded_anew_and_the_gap_stays_known(
    store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_tafdc_members", "dta_tafdc_grants")
    data = data_directory(tmp_path / "data")
    file = feeds / "dta/tafdc_grants.psv"
    whole = file.read_text()
    load_folder(store, feeds, data)
    first = store.read(PAYING, {"asOf": RECEIVED})[0]["n"]
    seen = {RECEIVED: first}
    days = [date(2026, 12, 1), date(2027, 1, 4), date(2027, 2, 1), date(2027, 3, 1)]
    for day, there in zip(days, (False, True, False, True), strict=True):
        file.write_text(whole)
        if not there:
            without(file, 0)
        assert not load_folder(store, feeds, data, day).already
        seen[day] = first if there else first - 1
        for asked, expected in seen.items():  # what was answered for a day before is answered again
            assert store.read(PAYING, {"asOf": asked})[0]["n"] == expected
    recorded = store.read("MATCH (a:BenefitAmount) WHERE a.id ENDS WITH '~3' RETURN count(a) AS n")
    assert recorded[0]["n"] == 1


def test_abandoning_a_load_that_was_cut_off_leaves_the_graph_as_it_was(
    store: Store, feeds_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_tafdc_members", "dta_tafdc_grants", "dor_returns")
    data = data_directory(tmp_path / "data")
    returns = feeds / "dor/returns.csv"
    whole = returns.read_text()
    returns.write_text("\n".join(whole.splitlines()[:-30]) + "\n")
    load_folder(store, feeds, data, derive=True)
    before = store.digest()
    returns.write_text(whole)
    without(feeds / "dta/tafdc_grants.psv", 0)
    without(feeds / "dta/tafdc_members.psv", 3)
    with monkeypatch.context() as patch:
        patch.setattr(batches, "publish", die)
        with pytest.raises(KeyboardInterrupt):
            load_folder(store, feeds, data, LATER, derive=True)
    assert store.digest() != before
    returns.write_text("\n".join(whole.splitlines()[:-10]) + "\n")
    with pytest.raises(LoadError, match="LOAD_UNFINISHED"):
        load_folder(store, feeds, data, LATER)
    abandon(store, LATER, lambda what, n: None)
    assert store.digest() == before
    loaded = load_folder(store, feeds, data, LATER, instead=True)
    assert not loaded.already
    with Ledger.open(data) as ledger:
        assert {run.status for run in runs.runs(ledger)} == {"published", "loading"}


def test_a_merge_of_two_people_hands_over_what_was_known_and_keeps_the_past(
    store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_members", "dor_returns")
    data = data_directory(tmp_path / "data")
    members = feeds / "dta/snap_members.csv"
    whole = members.read_text()
    column = whole.splitlines()[0].split(",").index("SSN")

    def mask(line: str) -> str:
        values = line.split(",")
        values[column] = ""
        return ",".join(values)

    head, *rows = whole.splitlines()
    members.write_text("\n".join([head, *map(mask, rows)]) + "\n")
    load_folder(store, feeds, data)
    people = "MATCH (p:Person)-[d:DERIVED_FROM]->() WHERE d.recorded_from <= $asOf AND (d.recorded_to IS NULL OR "
    people += "d.recorded_to > $asOf) RETURN count(DISTINCT p) AS n"
    apart = store.read(people, {"asOf": RECEIVED})
    members.write_text(whole)
    loaded = load_folder(store, feeds, data, LATER)
    events = store.read(
        "MATCH (old:Person)<-[:FROM_PERSON]-(e:IdentityEvent {kind: 'merge'})-[:TO_PERSON]->(new:Person) "
        "RETURN old.id AS old, new.id AS new, old.recorded_to AS ended"
    )
    assert len(events) == loaded.merges > 0
    assert {row["ended"] for row in events} == {LATER}
    still = store.read(
        "MATCH (p:Person)-[r]->() WHERE p.id IN $gone AND r.recorded_from IS NOT NULL AND r.recorded_to IS NULL "
        "RETURN count(r) AS n",
        {"gone": [row["old"] for row in events]},
    )
    assert still == [{"n": 0}]
    assert store.read(people, {"asOf": RECEIVED}) == apart
    assert store.read(people, {"asOf": LATER})[0]["n"] < apart[0]["n"]


def test_without_what_is_known_of_people_nothing_is_loaded_on_top(
    store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_tafdc_members")
    data = data_directory(tmp_path / "data")
    load_folder(store, feeds, data)
    (data / f"linkage-{RECEIVED}.parquet").unlink()
    without(feeds / "dta/tafdc_members.psv", 0)
    with pytest.raises(LoadError, match="LINKAGE_MISSING"):
        load_folder(store, feeds, data, LATER)


def test_two_loads_at_once_are_refused(store: Store, feeds_folder: Path, tmp_path: Path) -> None:
    data = data_directory(tmp_path / "data")
    with (data / "load.lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(LoadError, match="LOAD_RUNNING"):
            load_folder(store, feeds_folder, data)


def test_what_the_agreement_no_longer_grants_is_no_longer_in_the_graph(
    store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_tafdc_grants")
    data = data_directory(tmp_path / "data")
    load_folder(store, feeds, data)
    agreement = yaml.safe_load((feeds / "agreement.yaml").read_text())
    grant = agreement["grants"][0]
    grant["elements"].remove("wages")
    dropped = agreement["grants"].pop()["id"]
    (feeds / "agreement.yaml").write_text(yaml.safe_dump(agreement))
    without(feeds / "dta/tafdc_grants.psv", 0)
    load_folder(store, feeds, data, LATER)
    key = f"{agreement['id']}@{agreement['version']}"
    covered = store.read("MATCH (g:Grant {id: $id})-[:COVERS]->(e) RETURN e.id AS e", {"id": f"{key}/{grant['id']}"})
    assert sorted(row["e"] for row in covered) == sorted(grant["elements"])
    granted = store.read("MATCH (:Agreement)-[:GRANTS]->(g:Grant) RETURN g.id AS id")
    assert f"{key}/{dropped}" not in {row["id"] for row in granted}
    assert len(granted) == len(agreement["grants"])
