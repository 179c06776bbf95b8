"""Combinations and ladders: what they say, for whom they are written again, and that the past stays."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Set
from datetime import date
from pathlib import Path

import pytest

from benefits.edges import edges
from derive import combinations, households
from derive.edges import derive_edges
from derive.nodes import Nodes
from graph.store import Store
from tests.feeds_sample import MONTH, RECEIVED, data_directory, load_folder, small, without

SAME_MONTH = date(2026, 11, 20)
FEEDS = ("dta_snap_members", "dta_snap_issuance", "dor_returns", "dua_wages")
STANDING = (
    "MATCH (h:Household)-[:HAS_LADDER]->(l:Ladder {month: $month}) WHERE l.recorded_from <= $asOf "
    "AND (l.recorded_to IS NULL OR l.recorded_to > $asOf) RETURN h.id AS household, l.id AS ladder ORDER BY household"
)
HAD = (
    "MATCH (h:Household)-[r:HAD_COMBINATION]->(c) WHERE r.recorded_from <= $asOf AND (r.recorded_to IS NULL "
    "OR r.recorded_to > $asOf) RETURN h.id AS household, c.id AS combination, r.valid_from AS since, "
    "r.valid_to AS until, r.people AS people ORDER BY household, since"
)


def standing(store: Store, as_of: date) -> dict[str, str]:
    return {row["household"]: row["ladder"] for row in store.read(STANDING, {"month": MONTH, "asOf": as_of})}


def test_ladders_are_written_again_only_for_households_that_changed_and_the_past_stays(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", *FEEDS)
    data = data_directory(tmp_path / "data")
    load_folder(embedded_store, feeds, data, derive=True)
    before = standing(embedded_store, RECEIVED)
    had = embedded_store.read(HAD, {"asOf": RECEIVED})
    assert before
    assert had
    without(feeds / "dta/snap_issuance.csv", 0)
    load_folder(embedded_store, feeds, data, SAME_MONTH, derive=True)
    after = standing(embedded_store, SAME_MONTH)
    assert after.keys() == before.keys()
    renewed = {household for household in after if after[household] != before[household]}
    assert 0 < len(renewed) < len(after) / 2
    assert standing(embedded_store, RECEIVED) == before
    assert embedded_store.read(HAD, {"asOf": RECEIVED}) == had


def test_combinations_are_held_against_the_graph_only_for_households_that_changed(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands then is what holding everyone's against it gives."""
    store, asked = embedded_store, []
    spans = combinations._spans

    def counted(of: Store, as_of: date, named: list[str], changed: Set[str] | None) -> Iterable[object]:
        asked.append(changed)
        return spans(of, as_of, named, changed)

    monkeypatch.setattr(combinations, "_spans", counted)
    feeds = small(feeds_folder, tmp_path / "feeds", *FEEDS, "dta_tafdc_members")
    data = data_directory(tmp_path / "data")
    load_folder(store, feeds, data, derive=True)
    had = store.read(HAD, {"asOf": RECEIVED})
    members = (feeds / "dta/snap_members.csv").read_text().splitlines()
    case = members[1].split(",")[0]
    (feeds / "dta/snap_members.csv").write_text("\n".join(one for one in members if not one.startswith(case)) + "\n")
    load_folder(store, feeds, data, SAME_MONTH, derive=True, allowed=frozenset({"gone:dta_snap_members"}))
    now = store.read(HAD, {"asOf": SAME_MONTH})
    assert now != had
    assert asked[0] is None
    assert asked[1]
    assert len(asked[1]) < len({row["household"] for row in had}) / 2
    digest = store.digest()
    combinations.derive_combinations(store, SAME_MONTH)
    assert (store.digest(), store.read(HAD, {"asOf": RECEIVED})) == (digest, had)
    store.execute("MATCH (p:Program {id: 'SNAP'}) SET p.in_agreement = false")
    combinations.derive_combinations(store, date(2026, 11, 21), set())
    left = store.read(HAD, {"asOf": date(2026, 11, 21)})
    assert not any("SNAP" in row["combination"] for row in left), "another agreement concerns everyone"


def test_a_kill_while_deriving_shows_nothing_and_the_next_run_finishes(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = embedded_store
    feeds = small(feeds_folder, tmp_path / "feeds", *FEEDS)
    load_folder(store, feeds, data_directory(tmp_path / "whole"), derive=True)
    whole = store.digest()
    while store.execute("MATCH (n) WITH n LIMIT 5000 DETACH DELETE n RETURN count(*) AS gone")[0]["gone"]:
        pass
    real, written = Nodes.write, []

    def cut_off(nodes: Nodes, to: Store) -> None:
        real(nodes, to)
        written.append(len(nodes.rows["Ladder"]))
        raise KeyboardInterrupt

    data = data_directory(tmp_path / "data")
    with monkeypatch.context() as patch:
        patch.setattr(Nodes, "write", cut_off)
        with pytest.raises(KeyboardInterrupt):
            load_folder(store, feeds, data, derive=True)
    assert written[0] > 0
    assert store.read("MATCH (b:Batch {status: 'published'}) RETURN count(b) AS n") == [{"n": 0}]
    load_folder(store, feeds, data, derive=True)
    assert store.digest() == whole


COMPARED = (
    "MATCH (h:Household)-[:WAS_DUE|HAS_DEPARTURE]->(n) WHERE n.recorded_from <= $asOf AND (n.recorded_to IS NULL "
    "OR n.recorded_to > $asOf) RETURN h.id AS household, n.id AS what, n.program AS program, n.paid_cents AS paid "
    "ORDER BY household, what"
)


def test_departures_are_written_for_households_that_changed_and_the_past_stays(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", *FEEDS, "dta_tafdc_members", "dta_tafdc_grants")
    data = data_directory(tmp_path / "data")
    load_folder(embedded_store, feeds, data, derive=True)
    before = embedded_store.read(COMPARED, {"asOf": RECEIVED})
    spans = embedded_store.read(
        "MATCH (n:SimulatedAmount) RETURN n.month_from AS since, n.month_to AS until, n.low_cents AS low, "
        "n.high_cents AS high"
    )
    assert "SNAP" in {row["program"] for row in before} <= {"SNAP", "TAFDC"}
    assert all(date(2025, 11, 1) <= row["since"] < row["until"] <= date(2026, 11, 1) for row in spans)
    known = [row for row in spans if row["low"] is not None]
    assert len(known) > len(spans) / 2
    assert all(0 <= row["low"] <= row["high"] for row in known)
    without(feeds / "dta/snap_issuance.csv", 0)
    load_folder(embedded_store, feeds, data, SAME_MONTH, derive=True)
    after = embedded_store.read(COMPARED, {"asOf": SAME_MONTH})
    assert embedded_store.read(COMPARED, {"asOf": RECEIVED}) == before
    renewed = {row["household"] for row in after if str(SAME_MONTH) in row["what"]}
    assert renewed
    assert len(renewed) < len({row["household"] for row in after}) / 2
    ended = [row for row in before if row["household"] in renewed]
    assert not {row["what"] for row in ended} & {row["what"] for row in after}


def test_what_a_household_that_is_gone_was_told_of_ends_also_when_the_month_is_another(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", *FEEDS, "dta_tafdc_members", "dta_tafdc_grants")
    load_folder(embedded_store, feeds, data_directory(tmp_path / "data"), derive=True)
    (one,) = embedded_store.read("MATCH (h:Household)-[:WAS_DUE]->() RETURN min(h.id) AS id")
    embedded_store.execute(
        "MATCH (:Household {id: $id})<-[m:MEMBER_OF]-(:Person) SET m.recorded_to = $on",
        {"id": one["id"], "on": SAME_MONTH},
    )
    later = date(2026, 12, 20)
    households.derive_households(embedded_store, later, date(2026, 11, 1), lambda *_: None)
    assert one["id"] in {row["household"] for row in embedded_store.read(COMPARED, {"asOf": RECEIVED})}
    standing_now = embedded_store.read(COMPARED, {"asOf": later})
    assert one["id"] not in {row["household"] for row in standing_now}
    assert all(str(later) in row["what"] for row in standing_now)


def test_new_rules_end_the_ladders_of_the_old_ones(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_members", "dor_returns")
    load_folder(embedded_store, feeds, data_directory(tmp_path / "data"), derive=True)
    before = standing(embedded_store, RECEIVED)
    monkeypatch.setattr(households, "rules_version", lambda: "another")
    households.derive_households(embedded_store, SAME_MONTH, MONTH, lambda *_: None)
    after = standing(embedded_store, SAME_MONTH)
    assert after.keys() == before.keys()
    assert all("another" in ladder for ladder in after.values())


def test_ladders_are_made_again_for_all_when_a_file_shows_something_for_the_first_time(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", *FEEDS)
    data = data_directory(tmp_path / "data")
    load_folder(embedded_store, feeds, data, derive=True)
    before = standing(embedded_store, RECEIVED)
    shutil.copy(feeds_folder / "mappings/dta_tafdc_members.yaml", feeds / "mappings")
    load_folder(embedded_store, feeds, data, SAME_MONTH, derive=True)
    after = standing(embedded_store, SAME_MONTH)
    assert not set(before.values()) & set(after.values())
    told = "MATCH (l:Ladder) WHERE l.id IN $ids RETURN DISTINCT l.status AS status, l.reason AS reason"
    reasons = {row["reason"] for row in embedded_store.read(told, {"ids": sorted(after.values())})}
    assert not any("who receives TAFDC" in (reason or "") for reason in reasons)


def test_a_month_has_the_programs_in_force_on_a_day_of_it_for_any_member() -> None:
    month = 2026 * 12
    members = [("ann", month, month + 6), ("ben", month + 2, combinations.OPEN)]
    enrolled = {
        "ann": {("SNAP", month - 3, month + 4)},
        "ben": {("MASSHEALTH", month + 1, combinations.OPEN), ("CCFA", month + 8, month + 20)},
    }
    spans = list(combinations._of_household("H", members, enrolled))
    assert [
        (s.programs, s.since - month, None if s.until == combinations.OPEN else s.until - month, s.people)
        for s in spans
    ] == [
        (("SNAP",), 0, 2, 1),
        (("MASSHEALTH", "SNAP"), 2, 4, 2),
        (("MASSHEALTH",), 4, 6, 2),
        (("MASSHEALTH",), 6, 8, 1),
        (("CCFA", "MASSHEALTH"), 8, 20, 1),  # an end that is known already stays known
        (("MASSHEALTH",), 20, None, 1),
    ]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        (date(2026, 1, 31), date(2026, 3, 1), (0, 2)),  # March is not covered by a span that ends on its first day
        (date(2026, 1, 1), date(2026, 3, 2), (0, 3)),
        (None, None, (-2026 * 12, combinations.OPEN - 2026 * 12)),
    ],
)
def test_a_month_counts_when_a_span_covers_a_day_of_it(
    since: date | None, until: date | None, expected: tuple[int, int]
) -> None:
    january = 2026 * 12
    found = combinations._months(since, until)
    assert (found[0] - january, found[1] - january) == expected


def test_the_graph_has_how_programs_bear_on_one_another_as_the_rules_declare_it(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", *FEEDS)
    load_folder(embedded_store, feeds, data_directory(tmp_path / "data"), derive=True)
    asked = (
        "MATCH (a:Program)-[r:CONFERS_ELIGIBILITY|COUNTS_AS_INCOME_FOR|EXCLUDES|TRANSITIONS_TO]->(b:Program) "
        "RETURN a.id AS source, type(r) AS kind, b.id AS target, r.citation AS citation, r.valid_from AS since"
    )
    in_graph = {row["id"] for row in embedded_store.read("MATCH (p:Program) RETURN p.id AS id")}
    declared = {
        (one.source, one.kind, one.target, one.citation, one.since)
        for one in edges()
        if {one.source, one.target} <= in_graph
    }
    assert {tuple(row.values()) for row in embedded_store.read(asked)} == declared
    assert len(declared) > 8
    embedded_store.execute(
        "MATCH (a:Program {id: 'UI'}) MATCH (b:Program {id: 'SNAP'}) CREATE (a)-[:EXCLUDES {id: 'old'}]->(b)"
    )
    derive_edges(embedded_store)
    assert {tuple(row.values()) for row in embedded_store.read(asked)} == declared
