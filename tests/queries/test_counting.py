"""Each population query against a small graph, with its rows reckoned by hand; on every engine."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from graph.store import Store
from queries import catalogue

NOW = date(2026, 11, 2)
SEEN = "recorded_from: date('2026-11-01')"
GONE = "recorded_from: date('2026-01-01'), recorded_to: date('2026-11-01')"


def ask(store: Store, name: str, **given: Any) -> list[dict[str, Any]]:
    return catalogue.run(store, catalogue.find(name), given, NOW)


def had(store: Store, household: str, *spans: tuple[str, str, str | None, int]) -> None:
    """Combination spans of a household: (combination, since, until, people)."""
    for place, (name, since, until, people) in enumerate(spans):
        store.execute(
            "MERGE (h:Household {id: $h}) ON CREATE SET h.recorded_from = date('2026-11-01') "
            "MERGE (c:BenefitCombination {id: $c}) "
            "CREATE (h)-[:HAD_COMBINATION {id: $id, people: $people, valid_from: $since, valid_to: $until, "
            f"{SEEN}}}]->(c)",
            {
                "h": household, "c": name, "id": f"{household}{place}", "people": people,
                "since": date.fromisoformat(since), "until": until and date.fromisoformat(until),
            },
        )  # fmt: skip


def member(store: Store, person: str, household: str, since: str = "2020-01-01", until: str | None = None) -> None:
    store.execute(
        "MERGE (p:Person {id: $p}) MERGE (h:Household {id: $h}) "
        f"CREATE (p)-[:MEMBER_OF {{id: $p + $h, role: 'adult', valid_from: $since, valid_to: $until, {SEEN}}}]->(h)",
        {"p": person, "h": household, "since": date.fromisoformat(since), "until": until and date.fromisoformat(until)},
    )


def enrolled(store: Store, person: str, program: str, since: str, until: str | None, **more: str | None) -> str:
    key = f"{person}{program}{since}"
    store.execute(
        f"MERGE (p:Person {{id: $p}}) CREATE (p)-[:ENROLLED_IN {{id: $id, {SEEN}}}]->(:Enrollment {{id: $id, "
        f"program: $program, valid_from: $since, valid_to: $until, end_reason: $reason, {SEEN}}})",
        {
            "p": person, "id": key, "program": program, "reason": more.get("reason"),
            "since": date.fromisoformat(since), "until": until and date.fromisoformat(until),
        },
    )  # fmt: skip
    return key


def test_bundle_prevalence_counts_households_and_people_in_force_in_the_month(store: Store) -> None:
    had(store, "A", ("SNAP", "2026-01-01", None, 3))
    had(store, "B", ("SNAP", "2026-06-01", "2026-10-01", 2), ("SNAP+TAFDC", "2026-10-01", None, 2))
    had(store, "C", ("SNAP", "2026-11-01", None, 1))
    assert ask(store, "bundle_prevalence", month="2026-10-01") == [
        {"combination": "SNAP", "households": 1, "people": 3},
        {"combination": "SNAP+TAFDC", "households": 1, "people": 2},
    ]


def test_agency_overlap_counts_people_once_for_each_pair(store: Store) -> None:
    for place, (person, agency, times) in enumerate(
        [
            ("p", "DTA", SEEN),
            ("p", "DUA", SEEN),
            ("p", "DTA", SEEN),
            ("q", "DTA", SEEN),
            ("q", "DUA", GONE),
            ("r", "DUA", SEEN),
        ]
    ):
        store.execute(
            "MERGE (p:Person {id: $p}) CREATE (s:SourceRecord {id: $id}) "
            f"CREATE (p)-[:DERIVED_FROM {{id: $id, {times}}}]->(s) "
            "MERGE (b:Batch {id: $a}) ON CREATE SET b.status = 'published', b.agency = $a, "
            "b.received = date('2026-11-01') CREATE (s)-[:IN_BATCH {id: $id}]->(b)",
            {"p": person, "a": agency, "id": f"r{place}"},
        )
    assert ask(store, "agency_overlap") == [
        {"agency": "DTA", "other": "DUA", "people": 1, "agency_people": 2, "other_people": 2, "of_agency": 0.5,
         "of_other": 0.5}
    ]  # fmt: skip


def test_churn_counts_a_return_within_ninety_days(store: Store) -> None:
    enrolled(store, "p", "SNAP", "2025-01-01", "2025-06-01", reason="paperwork")
    enrolled(store, "p", "SNAP", "2025-08-30", None)  # on the ninetieth day
    enrolled(store, "q", "SNAP", "2025-01-01", "2025-06-01", reason="paperwork")
    enrolled(store, "q", "SNAP", "2025-08-31", None)  # a day later
    enrolled(store, "r", "SNAP", "2025-01-01", "2025-06-01")
    enrolled(store, "r", "TAFDC", "2025-06-15", None)  # another program
    assert ask(store, "churn", **{"from": "2025-01-01", "to": "2026-01-01"}) == [
        {"program": "SNAP", "reason": "paperwork", "spells": 1, "people_or_units": 1}
    ]


def test_observed_paths_go_on_when_only_the_people_change_and_tell_months_of_each(store: Store) -> None:
    had(store, "A", ("SNAP", "2025-01-01", "2025-04-01", 2), ("SNAP", "2025-04-01", "2025-07-01", 3),
        ("TAFDC", "2025-07-01", None, 3))  # fmt: skip
    had(store, "B", ("SNAP", "2024-01-01", "2025-03-01", 1), ("TAFDC", "2025-03-01", "2025-05-01", 1))
    had(store, "C", ("SNAP", "2025-01-01", "2025-02-01", 1), ("SNAP", "2025-06-01", "2025-07-01", 1))  # with a gap
    rows = ask(store, "observed_paths", **{"from": "2025-01-01", "to": "2026-01-01"})
    assert rows == [
        {"path": ["SNAP", "TAFDC"], "households": 2, "mean_months": [4.0, 4.0]},  # 6 and 2 months; 6 and 2
        {"path": ["SNAP", "SNAP"], "households": 1, "mean_months": [1.0, 1.0]},
    ]
    assert len(ask(store, "observed_paths", **{"from": "2025-01-01", "to": "2026-01-01", "top": 1})) == 1


def test_recert_collision_counts_recertifications_of_standing_enrolments(store: Store) -> None:
    def due(key: str, day: str, duty: str | None = "recertification") -> None:
        store.execute(
            "MATCH (e:Enrollment {id: $e}) CREATE (e)-[:CERTIFIED_FOR {id: $e + $day}]->"
            f"(:Certification {{id: $e + $day, next_due: date($day), duty: $duty, {SEEN}}})",
            {"e": key, "day": day, "duty": duty},
        )

    for person, home in (("p", "A"), ("q", "A"), ("r", "B"), ("s", "C")):
        member(store, person, home)
    due(enrolled(store, "p", "SNAP", "2026-01-01", None), "2026-12-01")
    due(enrolled(store, "q", "MASSHEALTH", "2026-01-01", None), "2026-12-20")  # another member, the same month
    due(enrolled(store, "r", "SNAP", "2026-01-01", None), "2026-12-01")
    due(enrolled(store, "r", "MASSHEALTH", "2026-01-01", None), "2026-12-01", "report")
    due(enrolled(store, "s", "SNAP", "2026-01-01", None), "2026-12-01")
    due(enrolled(store, "s", "TAFDC", "2026-01-01", "2026-11-15"), "2026-12-01")  # has ended by then
    found = ask(store, "recert_collision", **{"from": "2026-11-01", "to": "2027-11-01"})
    assert found == [{"month": date(2026, 12, 1), "households": 1, "duties": 2}]


def test_outcomes_are_of_people_once_and_after_only_of_who_has_left(store: Store) -> None:
    had(store, "A", ("SNAP", "2025-01-01", "2025-07-01", 1))  # left
    had(store, "B", ("SNAP", "2025-01-01", None, 1))  # is in it
    had(store, "C", ("SNAP", "2026-12-01", None, 1))  # will be
    had(store, "D", ("SNAP", "2025-03-01", "2025-05-01", 1))
    for person, home in (("p", "A"), ("p", "D"), ("q", "B"), ("r", "C")):
        member(store, person, home)
    for person, quarter, cents in (
        ("p", "2024-10-01", 900_00), ("p", "2025-01-01", 1_000_00), ("p", "2025-07-01", 2_000_00),
        ("q", "2025-07-01", 500_00), ("q", "2026-12-01", 100_00),
    ):  # fmt: skip
        store.execute(
            "MATCH (p:Person {id: $p}) CREATE (j:Employment {id: $p + $q}) "
            f"CREATE (p)-[:WORKED_IN {{id: $p + $q, {SEEN}}}]->(j) "
            "CREATE (j)-[:EARNED {id: $p + $q}]->"
            f"(:Wage {{id: $p + $q, amount_cents: $c, valid_from: date($q), {SEEN}}})",
            {"p": person, "q": quarter, "c": cents},
        )
    assert ask(store, "outcomes_by_combination", combination="SNAP") == [
        {"phase": "after", "people": 1, "with_wages": 1, "mean_quarter_wages_cents": 2_000_00, "attainments": 0},
        {"phase": "before", "people": 2, "with_wages": 1, "mean_quarter_wages_cents": 900_00, "attainments": 0},
        {"phase": "during", "people": 2, "with_wages": 2, "mean_quarter_wages_cents": 750_00, "attainments": 0},
    ]


def test_near_threshold_takes_the_next_cliff_above_what_is_earned(store: Store) -> None:
    for household, earned, cliffs in (("A", 1_000_00, (1_200_00, 1_100_00, 900_00)), ("B", 1_000_00, (9_000_00,))):
        store.execute(
            f"CREATE (h:Household {{id: $h}})-[:HAS_LADDER]->(l:Ladder {{id: $h, month: date('2026-10-01'), "
            f"earnings_cents: $earned, {SEEN}}})-[:HAS_STEP]->(:IncomeStep {{id: $h}})",
            {"h": household, "earned": earned},
        )
        for peak in cliffs:
            store.execute(
                "MATCH (s:IncomeStep {id: $h}) MERGE (p:Program {id: $program}) CREATE (s)-[:DROPS_AT]->"
                "(c:Cliff {id: $h + toString($peak), peak_earnings_cents: $peak}) "
                "CREATE (c)-[:CAUSED_BY {id: 'c' + $h + toString($peak), loss_cents: $peak}]->(p)",
                {"h": household, "peak": peak, "program": f"P{peak}"},
            )
    found = ask(store, "near_threshold", month="2026-10-01", within_cents=500_00)
    assert found == [{"program": "P110000", "households": 1, "mean_loss_cents": 1_100_00}]


def ladder(store: Store, household: str, earned: int, points: list[tuple[int, int]], **more: Any) -> None:
    """A ladder of a household whose main earner earns so much, through points (earnings, net resources)."""
    store.execute(
        "MERGE (h:Household {id: $h}) CREATE (h)-[:HAS_LADDER]->(l:Ladder {id: $h, month: date('2026-10-01'), "
        f"earnings_cents: $earned, status: $status, next_rate: $rate, {SEEN}}})",
        {"h": household, "earned": earned, "status": more.get("status", "known"), "rate": more.get("rate")},
    )
    for (at, net), following in zip(points, [*points[1:], None], strict=False):
        rate = None if following is None else 1 - (following[1] - net) / (following[0] - at)
        store.execute(
            "MATCH (l:Ladder {id: $h}) CREATE (l)-[:HAS_STEP]->(:IncomeStep {id: $h + toString($at), "
            "earnings_cents: $at, net_resources_cents: $net, marginal_rate: $rate})",
            {"h": household, "at": at, "net": net, "rate": rate},
        )


def cliff(store: Store, household: str, peak: int, *programs: str) -> None:
    for program in programs:
        store.execute(
            "MATCH (s:IncomeStep {id: $h + toString($peak)}) MERGE (p:Program {id: $program}) "
            "MERGE (c:Cliff {id: $h + toString($peak), peak_earnings_cents: $peak, loss_cents: 100}) "
            "MERGE (s)-[:DROPS_AT]->(c) CREATE (c)-[:CAUSED_BY {id: $h + $program + toString($peak)}]->(p)",
            {"h": household, "peak": peak, "program": program},
        )


def test_marginal_rates_are_told_in_bands_and_what_is_not_known_apart(store: Store) -> None:
    for household, rate in (("A", 0.19), ("B", 0.2), ("C", 1.0), ("D", 1.01), ("E", -0.1), ("F", None), ("G", 0.39)):
        ladder(store, household, 1_000_00, [], rate=rate)
    assert ask(store, "emtr_distribution", month="2026-10-01") == [
        {"lost": "0 to 20 %", "households": 1}, {"lost": "20 to 40 %", "households": 2},
        {"lost": "80 to 100 %", "households": 1}, {"lost": "more than is earned", "households": 1},
        {"lost": "not known", "households": 1}, {"lost": "nothing: more is gained", "households": 1},
    ]  # fmt: skip


def test_a_gap_is_what_is_missing_after_a_raise(store: Store) -> None:
    ladder(store, "A", 1_000_00, [(0, 900_00), (1_000_00, 2_000_00), (1_100_00, 1_950_00), (2_000_00, 2_400_00)])
    ladder(store, "B", 1_000_00, [(1_000_00, 2_000_00), (1_250_00, 1_000_00), (2_000_00, 1_900_00)])
    ladder(store, "C", 0, [(0, 500_00), (5_000_00, 4_000_00)])
    ladder(store, "D", 0, [], status="unknown")
    found = ask(store, "cliff_gap", month="2026-10-01", raise_cents=200_00)
    assert found == [{"households": 3, "worse_off": 1, "gap_cents": 800_00}], "A has made up for it at $1,200"
    assert ask(store, "cliff_gap", month="2026-10-01", raise_cents=100_00)[0] == {
        "households": 3, "worse_off": 2, "gap_cents": 50_00 + 400_00,
    }  # fmt: skip


def test_thresholds_are_stacked_where_programs_fall_within_one_band(store: Store) -> None:
    points = [(peak, peak) for peak in (900_00, 1_000_00, 1_200_00, 1_400_00, 3_000_00)]
    for household in ("A", "B", "C"):
        ladder(store, household, 1_000_00, points)
    cliff(store, "A", 1_200_00, "SNAP")
    cliff(store, "A", 1_400_00, "SNAP", "CCFA")
    cliff(store, "A", 3_000_00, "TAFDC")
    cliff(store, "B", 1_200_00, "SNAP")
    cliff(store, "B", 3_000_00, "CCFA")
    cliff(store, "C", 900_00, "SNAP", "CCFA")  # below what is earned
    assert ask(store, "stacked_thresholds", month="2026-10-01", band_cents=500_00) == [{"programs": 2, "households": 1}]
    assert ask(store, "stacked_thresholds", month="2026-10-01", band_cents=1_800_00) == [
        {"programs": 2, "households": 1}, {"programs": 3, "households": 1},
    ]  # fmt: skip


def test_a_cohort_is_counted_by_the_county_of_the_month(store: Store) -> None:
    store.execute(
        "CREATE (:Address {id: 'a'})-[:IN_TOWN]->(:Town {id: 't', name: 'Lynn'})-[:IN_COUNTY]->"
        "(:County {id: 'c', name: 'Essex'})"
    )
    for household, earned, until in (("A", 1_000_00, None), ("B", 100_00, None), ("C", 1_000_00, "2026-09-01")):
        ladder(store, household, earned, [(1_200_00, 1)])
        cliff(store, household, 1_200_00, "SNAP")
        store.execute(
            "MATCH (h:Household {id: $h}) MATCH (a:Address {id: 'a'}) CREATE (h)-[:LIVED_AT {id: $h, "
            f"valid_from: date('2025-01-01'), valid_to: date($until), {SEEN}}}]->(a)",
            {"h": household, "until": until},
        )
    found = ask(store, "pilot_cohort", month="2026-10-01", within_cents=500_00)
    assert found == [{"county": "Essex", "households": 2, "near": 1}]


@pytest.mark.parametrize("name", sorted(name for name, query in catalogue.catalogue().items() if query.counts))
def test_what_ended_on_record_is_counted_no_more(store: Store, name: str) -> None:
    """An empty graph, and one whose every fact was taken back, answer alike."""
    had(store, "A", ("SNAP", "2025-01-01", None, 1))
    member(store, "p", "A")
    enrolled(store, "p", "SNAP", "2025-01-01", "2025-06-01")
    enrolled(store, "p", "SNAP", "2025-06-02", None)
    store.execute("MATCH (n) WHERE n.recorded_from IS NOT NULL SET n.recorded_to = date('2026-11-02')")
    store.execute("MATCH ()-[r]->() WHERE r.recorded_from IS NOT NULL SET r.recorded_to = date('2026-11-02')")
    given = {
        "month": "2026-10-01", "from": "2020-01-01", "to": "2030-01-01", "combination": "SNAP",
    }  # fmt: skip
    query = catalogue.find(name)
    rows = ask(store, name, **{p.name: given[p.name] for p in query.parameters if p.name in given})
    assert rows == []
