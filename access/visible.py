"""What of a household may be told: parts that the grant does not cover are withheld, with the reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from governance.agreement import Grain
from governance.decision import Decision
from queries.household import HouseholdRecord

PARTS: dict[str, frozenset[str]] = {
    "names": frozenset({"Identity.first_name"}),
    "demographics": frozenset({"Identity.birth_year", "Identity.sex"}),
    "places": frozenset({"Town.name", "County.name"}),
    "enrollments": frozenset({"Enrollment.program", "Enrollment.category"}),
    "combinations": frozenset({"BenefitCombination.programs"}),
    "amounts": frozenset({"BenefitAmount.monthly_amount_cents"}),
    "certifications": frozenset({"Certification.next_due"}),
    "wages": frozenset({"Wage.amount_cents"}),
    "incomes": frozenset({"Income.monthly_amount_cents"}),
    "expenses": frozenset({"Expense.monthly_amount_cents"}),
    "circumstances": frozenset({"Circumstance.kind"}),
    "clocks": frozenset({"TimeClock.months_used"}),
    "education": frozenset({"EducationAttainment.level"}),
    "relations": frozenset({"RELATED_TO.kind"}),
}
"""Parts of a household's answer and what the agreement must open for each."""

EVERYTHING = frozenset({"members", *PARTS})
_MEMBERS = frozenset({"MEMBER_OF.role"})
_FACTS = {
    "Income": "incomes",
    "Expense": "expenses",
    "Circumstance": "circumstances",
    "TimeClock": "clocks",
    "EducationAttainment": "education",
}


@dataclass(frozen=True)
class Withheld:
    """A part that is not told, and why."""

    part: str
    reason: str


@dataclass(frozen=True)
class Told:
    """A record with only what may be told, what was withheld, and the elements that were told."""

    record: HouseholdRecord
    withheld: tuple[Withheld, ...]
    elements: tuple[str, ...]


def tell(record: HouseholdRecord, decision: Decision, grain: Grain, parts: frozenset[str] = EVERYTHING) -> Told:
    """Leave out what the grant does not cover at a grain; `parts` are those whose elements count as told."""
    closed = {part: missing for part, needs in PARTS.items() if (missing := decision.allows(grain, needs))}
    members = tuple(
        replace(
            member,
            birth_date=None,
            first_name=None if "names" in closed else member.first_name,
            birth_year=None if "demographics" in closed else member.birth_year,
            sex=None if "demographics" in closed else member.sex,
        )
        for member in record.members
    )
    enrollments = tuple(
        replace(span, amounts=() if "amounts" in closed else span.amounts) for span in record.enrollments
    )

    def unless(part: str, rows: tuple[Any, ...]) -> tuple[Any, ...]:
        return () if part in closed else rows

    told = replace(
        record,
        members=members,
        places=unless("places", record.places),
        enrollments=unless("enrollments", enrollments),
        certifications=unless("certifications", record.certifications),
        wages=unless("wages", tuple(row for row in record.wages if row["within"])),
        facts=tuple(row for row in record.facts if row["within"] and _FACTS[row["type"]] not in closed),
        relations=unless("relations", record.relations),
        combinations=unless("combinations", record.combinations),
    )
    reasons = tuple(
        Withheld(part, f"the grant of {decision.party} for {decision.purpose} does not open {', '.join(sorted(names))}")
        for part, names in sorted(closed.items())
    )
    open_ones = frozenset(name for part in parts - set(closed) for name in PARTS.get(part, _MEMBERS))
    return Told(told, reasons, decision.covering(grain, open_ones))
