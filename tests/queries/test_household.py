"""A household is told of its members' time in it, and known to the agencies of who lives there; on every engine."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from graph.store import Row, Store
from queries import recorded
from queries.household import HouseholdRecord, read_household, read_households, statement

FAR, NOW, START = date(2100, 1, 1), date(2026, 11, 2), date(2024, 1, 1)
SEEN = "recorded_from: date('2026-11-02')"
HOMES = f"""
CREATE (s:Secretariat {{id: 'S'}}), (h:Household {{id: 'H', {SEEN}}}), (e:Household {{id: 'E', {SEEN}}})
WITH s, h, e
UNWIND [['ann', null, 'DTA', h], ['bob', date('2025-06-01'), 'DUA', h],
        ['cy', date('2025-01-01'), 'DUA', e], ['di', date('2025-03-01'), 'DTA', e]] AS row
WITH s, row[0] AS name, row[1] AS left, row[2] AS office, row[3] AS home
CREATE (p:Person {{id: name, {SEEN}}})
CREATE (p)-[:MEMBER_OF {{id: name, role: 'adult', valid_from: date('2024-01-01'), valid_to: left, {SEEN}}}]->(home)
CREATE (p)-[:DERIVED_FROM {{id: name, {SEEN}}}]->(r:SourceRecord {{id: name, {SEEN}}})
CREATE (r)-[:IN_BATCH]->(:Batch {{id: name, agency: office}})-[:SENT_BY]->(a:Agency {{id: office + name}})
CREATE (a)-[:PART_OF]->(s)
WITH p
UNWIND [['old', date('2024-02-01'), date('2024-05-01')], ['new', date('2025-09-01'), null]] AS span
WITH p, p.id + span[0] AS id, span[1] AS since, span[2] AS until
CREATE (p)-[:ENROLLED_IN {{id: id, {SEEN}}}]->
  (n:Enrollment {{id: id, program: 'SNAP', valid_from: since, valid_to: until, {SEEN}}})
CREATE (n)-[:CERTIFIED_FOR {{id: id}}]->(:Certification {{id: id, next_due: date('2024-06-01'), {SEEN}}})
CREATE (p)-[:IN_CIRCUMSTANCE {{id: id, {SEEN}}}]->
  (:Circumstance {{id: id, kind: 'disabled', valid_from: since, valid_to: until, {SEEN}}})
CREATE (p)-[:WORKED_IN {{id: id, {SEEN}}}]->(j:Employment {{id: id, {SEEN}}})
CREATE (j)-[:EARNED {{id: id, {SEEN}}}]->
  (:Wage {{id: id, amount_cents: 1, valid_from: since, valid_to: until, {SEEN}}})
"""
"""Ann lives in H, Bob has left it; Cy and then Di have left E. Each had a span in 2024 and has one since late 2025."""


@pytest.fixture
def told(store: Store) -> Store:
    store.execute(HOMES)
    return store


def read(store: Store, household: str, **asked: Any) -> HouseholdRecord:
    found = read_household(store, household, NOW, START, FAR, **asked)
    assert found is not None
    return found


def test_nothing_of_a_member_is_told_beyond_their_time_in_the_household(told: Store) -> None:
    record = read(told, "H")
    assert {span.id for span in record.enrollments} == {"annold", "annnew", "bobold"}
    assert {row["fact"] for row in record.facts} == {"annold", "annnew", "bobold"}
    assert {row["wage"] for row in record.wages if row["within"]} == {"annold", "annnew", "bobold"}


def test_the_rules_look_back_over_wages_and_clocks_from_before_someone_came(told: Store) -> None:
    told.execute(
        "MATCH (h:Household {id: 'H'}) CREATE (p:Person {id: 'eve', recorded_from: date('2026-11-02')}) "
        "CREATE (p)-[:MEMBER_OF {id: 'eve', role: 'adult', valid_from: date('2026-10-01'), "
        "recorded_from: date('2026-11-02')}]->(h) "
        "CREATE (p)-[:WORKED_IN {id: 'eve', recorded_from: date('2026-11-02')}]->"
        "(j:Employment {id: 'eve', recorded_from: date('2026-11-02')}) "
        "CREATE (j)-[:EARNED {id: 'eve'}]->(:Wage {id: 'eve', amount_cents: 300, valid_from: date('2026-04-01'), "
        "valid_to: date('2026-07-01'), recorded_from: date('2026-11-02')}) "
        "CREATE (p)-[:HAS_CLOCK {id: 'eve', recorded_from: date('2026-11-02')}]->(:TimeClock {id: 'eve', "
        "clock: 'time limit', months_used: 9, valid_from: date('2026-08-31'), valid_to: date('2026-09-30'), "
        "recorded_from: date('2026-11-02')})"
    )
    record = read(told, "H")
    known = {(row["wage"], row["within"]) for row in record.wages if row["person"] == "eve"}
    assert known == {("eve", False)}
    assert [(r["fact"], r["within"]) for r in record.facts if r["person"] == "eve"] == [("eve", False)]
    assert recorded.earnings(record, "eve", date(2026, 10, 1)) == 100
    count = recorded.clock(record, date(2026, 10, 1), "time limit")
    assert count is not None
    assert count.months == 9


def test_amounts_from_before_the_membership_are_not_told(told: Store) -> None:
    told.execute(
        "MATCH (e:Enrollment {id: 'annold'}) SET e.valid_from = date('2020-01-01') "
        "CREATE (e)-[:PAID {id: 'x'}]->(:BenefitAmount {id: 'before', monthly_amount_cents: 1, "
        "valid_from: date('2020-01-01'), valid_to: date('2023-06-01'), recorded_from: date('2026-11-02')}) "
        "CREATE (e)-[:PAID {id: 'y'}]->(:BenefitAmount {id: 'during', monthly_amount_cents: 2, "
        "valid_from: date('2024-01-01'), recorded_from: date('2026-11-02')})"
    )
    record = read_household(told, "H", NOW, date(2000, 1, 1), FAR)
    assert record is not None
    assert {paid.id for span in record.enrollments for paid in span.amounts} == {"during"}


def test_nothing_comes_due_after_the_enrolment_has_ended(told: Store) -> None:
    told.execute("MATCH (c:Certification {id: 'annnew'}) SET c.next_due = date('2026-12-01')")
    assert [row["enrollment"] for row in read(told, "H").certifications] == ["annnew"]


def test_a_household_is_known_to_the_agencies_of_who_lives_there_and_once_empty_of_who_lived_there_last(
    told: Store,
) -> None:
    asked: dict[str, list[str]] = {}

    def may(known: Row) -> bool:
        asked[known["household"]] = sorted(known["agencies"])
        return known["household"] == "H"

    assert list(read_households(told, ["H", "E", "nowhere"], NOW, START, FAR, may)) == ["H"]
    assert asked == {"H": ["DTA"], "E": ["DTA"]}


def test_pages_go_on_where_the_last_one_ended_and_show_only_clients(told: Store) -> None:
    def page(after: str, **asked: Any) -> list[str]:
        given = {"after": after, "first": 1, "clients": "all", "agencies": [], "asOf": NOW} | asked
        return [row["household"] for row in told.read(statement("households_page"), given)]

    assert (page(""), page("E"), page("H")) == (["E"], ["H"], [])
    assert page("", first=9, clients="own", agencies=["DUA"]) == []
    assert page("", first=9, clients="own", agencies=["DTA"]) == ["E", "H"]
    assert page("", first=9, clients="common") == []


def test_only_what_a_loaded_file_can_show_is_reported(told: Store) -> None:
    assert read(told, "H").reported == {"Wage", "Circumstance"}
    told.execute(
        "MATCH (e:Enrollment {id: 'annnew'}) CREATE (e)-[:IN_PROGRAM]->(:Program {id: 'SNAP'}), (:Program {id: 'X'})"
    )
    assert read(told, "H").reported == {"Wage", "Circumstance", "SNAP"}


def test_each_amount_of_a_unit_is_told_whoever_of_it_was_there(told: Store) -> None:
    """A newborn's time in the household covers none of what the unit was paid before."""
    told.execute(
        "MATCH (h:Household {id: 'H'}), (ann:Person {id: 'ann'}) "
        "CREATE (u:BenefitUnit {id: 'u'})-[:ENROLLED_IN {id: 'u', recorded_from: date('2026-11-02')}]->"
        "(e:Enrollment {id: 'unit', program: 'CCFA', valid_from: date('2024-01-01'), "
        "recorded_from: date('2026-11-02')}) "
        "CREATE (e)-[:PAID {id: 'u'}]->(:BenefitAmount {id: 'early', monthly_amount_cents: 5, "
        "valid_from: date('2024-01-01'), valid_to: date('2025-01-01'), recorded_from: date('2026-11-02')}) "
        "CREATE (baby:Person {id: 'aaa', recorded_from: date('2026-11-02')}) "
        "CREATE (baby)-[:MEMBER_OF {id: 'aaa', role: 'child', valid_from: date('2026-06-01'), "
        "recorded_from: date('2026-11-02')}]->(h) "
        "WITH u, ann, baby UNWIND [ann, baby] AS p "
        "CREATE (p)-[:IN_UNIT {id: p.id, recorded_from: date('2026-11-02')}]->(u)"
    )
    (span,) = [span for span in read(told, "H").enrollments if span.id == "unit"]
    assert span.people == ("aaa", "ann")
    assert [paid.id for paid in span.amounts] == ["early"]
