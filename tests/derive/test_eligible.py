"""Who is eligible and not enrolled: asked of households alone, with all else as it is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from derive.eligible import add_eligible
from derive.nodes import Nodes
from queries.household import HouseholdRecord
from queries.situation import situation
from tests.queries.test_situation import FAMILY, MONTH, fact, member, span, wage

REPORTED = frozenset({"SNAP", "TAFDC", "CCFA", "MASSHEALTH", "Wage"})


def eligible(record: HouseholdRecord) -> dict[str, dict[str, Any]]:
    nodes = Nodes(MONTH, "rules")
    found = situation(record, MONTH)
    assert found
    add_eligible(nodes, {"H": record}, {"H": found})
    return {link["target"]: link for link in nodes.links.get("ELIGIBLE_FOR", ())}


def test_who_is_in_a_program_is_not_told_and_who_is_not_would_have_it() -> None:
    inside = eligible(replace(FAMILY, reported=REPORTED))
    assert "SNAP" not in inside
    outside = eligible(replace(FAMILY, enrollments=(), reported=REPORTED))
    assert outside["SNAP"]["certain"]
    assert 0 < outside["SNAP"]["low_cents"] <= outside["SNAP"]["high_cents"]
    assert {"MASSHEALTH", "CCFA"} <= outside.keys()
    assert outside["MASSHEALTH"]["low_cents"] is None
    covered = replace(FAMILY, enrollments=(span("MASSHEALTH", "ann", "ben"),), reported=REPORTED)
    assert "MASSHEALTH" not in eligible(covered)
    of_one = replace(FAMILY, enrollments=(span("MASSHEALTH", "ann"),), reported=REPORTED)
    assert "MASSHEALTH" in eligible(of_one)


def test_what_no_file_tells_of_is_not_told() -> None:
    assert eligible(replace(FAMILY, enrollments=(), reported=REPORTED - {"SNAP"})) == {}  # nothing is known then
    told = eligible(replace(FAMILY, enrollments=(), reported=REPORTED - {"MASSHEALTH", "CCFA"}))
    assert told.keys() <= {"SNAP", "TAFDC"}


def test_who_earns_too_much_is_eligible_for_nothing_that_pays() -> None:

    rich = replace(
        FAMILY, enrollments=(), reported=REPORTED, wages=(wage("ann", 60_000_00, date(2026, 4, 1), date(2026, 7, 1)),)
    )
    assert not {"SNAP", "TAFDC", "CCFA"} & eligible(rich).keys()


def test_a_fact_that_is_not_recorded_leaves_it_open() -> None:
    """Food for three, who have no least amount of it, hangs on a rent that nobody recorded."""
    facts = (fact("ann", "heating_included"),)
    people = (*FAMILY.members, member("eve", date(2012, 2, 1), "child"))
    three = replace(FAMILY, members=people, enrollments=(), reported=REPORTED, facts=facts)

    for monthly in range(1_600, 4_400, 100):
        paid = replace(three, wages=(wage("ann", 3 * monthly * 100, date(2026, 4, 1), date(2026, 7, 1)),))
        told = eligible(paid).get("SNAP")
        if told and not told["certain"]:
            assert told["low_cents"] == 0 < told["high_cents"]
            return
    raise AssertionError("no earnings at which rent decides")
