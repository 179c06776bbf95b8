"""ELIGIBLE_FOR relationships: programs that the rules find a household eligible for and that no record shows it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from benefits.cases import Counts, Flags, stack
from benefits.month import Month, simulate
from benefits.parameters import UnknownParameter
from benefits.programs.masshealth import Coverage
from derive.nodes import Nodes
from queries import recorded
from queries.household import HouseholdRecord
from queries.situation import Facts

PAID = ("SNAP", "TAFDC")
COVERED = (Coverage.MASSHEALTH, Coverage.TRANSITIONAL, Coverage.FAMILY_ASSISTANCE, Coverage.COMMONHEALTH)
"""What MassHealth gives."""
Asked = list[tuple[str, HouseholdRecord, Facts]]


def add_eligible(nodes: Nodes, records: Mapping[str, HouseholdRecord], in_month: Mapping[str, Facts]) -> None:
    """For each program, those whom nobody recorded in it and who would have it by the rules in the month if they asked,
    the rest being as it is recorded; only of programs that some loaded file tells of.

    Where facts are not recorded, whoever may have it at one end of them.
    """
    asked = [_asking(one, records[one], found) for one, found in in_month.items() if not found.unknown]
    for program in PAID:
        outside = [each for each in asked if _may_miss(each, program)]
        if month := _month(outside, program):
            _add(nodes, outside, program, month.parts[program], cents=True)
    cared_for = [each for each in asked if _may_miss(each, "CCFA")]
    if month := _month(cared_for, None):
        _add(nodes, cared_for, "CCFA", month.in_kind["CCFA"])
    covered = [each for each in asked if "MASSHEALTH" in each[1].reported]
    if month := _month(covered, None):
        uncovered = np.isin(month.coverage, COVERED) & ~_enrolled(covered, month.coverage.shape[1])
        _add(nodes, covered, "MASSHEALTH", uncovered.sum(axis=1))


def _asking(household: str, record: HouseholdRecord, found: Facts) -> tuple[str, HouseholdRecord, Facts]:
    """Who asks for SNAP is asked what it heats with: of who does not have it, that need not be recorded."""
    record = record.of_present(found.month)
    known = replace(found.known, heating=recorded.heats(record, found.month) is not None)
    return household, record, replace(found, known=known)


def _may_miss(each: tuple[str, HouseholdRecord, Facts], program: str) -> bool:
    _, record, found = each
    return program in record.reported and not recorded.takes_part(record, found.month, program)


def _month(asked: Asked, program: str | None) -> Month | None:
    """The month of the households, each at the ends of what is not recorded, with a program that they ask for."""
    if not asked:
        return None
    rows = [found for _, _, found in asked for _ in found.ends]
    enrolled = {
        name: np.array([name == program or found.enrolled[name] for found in rows]) for name in rows[0].enrolled
    }
    try:
        return simulate(stack([end for _, _, found in asked for end in found.ends]), enrolled=enrolled)
    except UnknownParameter:
        return None


def _enrolled(asked: Asked, places: int) -> Flags:
    """Who is recorded in MassHealth, (ends, places)."""
    flags = np.zeros((sum(len(found.ends) for _, _, found in asked), places), dtype=bool)
    row = 0
    for _, record, found in asked:
        inside = [recorded.takes_part(record, found.month, "MASSHEALTH", {member.person}) for member in found.people]
        flags[row : (row := row + len(found.ends)), : len(inside)] = inside
    return flags


def _add(nodes: Nodes, asked: Asked, program: str, amounts: Counts, *, cents: bool = False) -> None:
    at = 0
    for household, _, found in asked:
        own = amounts[at : (at := at + len(found.ends))]
        least, most = int(own.min()), int(own.max())
        if most <= 0:
            continue
        nodes.link(
            "ELIGIBLE_FOR", household, program, f"/{found.month:%Y-%m}/{nodes.rules_version}@{nodes.as_of}",
            month=found.month, certain=least > 0, low_cents=least if cents else None,
            high_cents=most if cents else None, rules_version=nodes.rules_version, recorded_from=nodes.as_of,
        )  # fmt: skip
