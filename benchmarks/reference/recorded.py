"""The reference's households as agencies would record them, paid SNAP as the reference says, some rents hidden."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.reference.__main__ import cases
from benchmarks.reference.households import POINTS, STEP, YEAR, Household, households
from benefits.calendar import add_months
from benefits.month import simulate
from queries.household import Amount, Enrollment, HouseholdRecord, Member

FIRST, MONTHS = date(YEAR, 3, 1), 7
"""Months in which no rule changes, so that the reference's June stands for each."""
RAISED = date(YEAR, 6, 1)
"""The first adult earns more from here on, when SNAP looks again."""
BEGAN, READ = date(YEAR - 1, 12, 1), date(YEAR - 1, 3, 1)
HIDDEN, SEED = 0.2, 7
RESULTS = Path(__file__).with_name("results.npz")
NONE = np.zeros(1, dtype=bool)


@dataclass(frozen=True)
class Paid:
    """A recorded household, and by month: cents that it is paid, that the rules here come to by all its facts, and by
    those that are recorded."""

    record: HouseholdRecord
    paid: dict[date, int]
    by_all: dict[date, int]
    by_record: dict[date, int]


def every() -> list[Paid]:
    """Those that have SNAP by the reference in all months."""
    chance = random.Random(SEED)  # noqa: S311: the same each time, no secret
    results = np.load(RESULTS)["snap"]
    found = []
    for number, one in enumerate(households()):
        before, rise, hidden = chance.randrange(12), chance.randrange(0, 8), chance.random() < HIDDEN
        after = min(before + rise, POINTS - 1)
        points = {month: before if month < RAISED else after for month in _months()}
        paid = {month: int(results[number, point]) for month, point in points.items()}
        if min(paid.values()) > 0:
            told = Household(**(one.facts() | {"rent": 0 if hidden else one.rent, "child_care": 0}))
            found.append(
                Paid(_record(number, one, points, paid, hidden), paid, _ours(one, points), _ours(told, points))
            )
    return found


def _months() -> list[date]:
    return [add_months(FIRST, index) for index in range(MONTHS)]


def _ours(one: Household, points: dict[date, int]) -> dict[date, int]:
    asked = cases([one])
    nobody = {name: np.zeros(POINTS, dtype=bool) for name in ("TAFDC", "EAEDC")}
    snap = simulate(asked, enrolled=nobody).parts["SNAP"]
    return {month: int(snap[point]) for month, point in points.items()}


def _record(
    number: int, one: Household, points: dict[date, int], paid: dict[date, int], hidden: bool
) -> HouseholdRecord:  # fmt: skip
    people = [f"p{place}" for place in range(len(one.ages))]
    members = tuple(
        Member(person, YEAR - age, date(YEAR - age, 1, 1), None, None, "adult" if place < one.adults else "child",
               "address", 1.0, 1, READ, None)
        for place, (person, age) in enumerate(zip(people, one.ages, strict=True))
    )  # fmt: skip

    def fact(place: int, kind: str, of: str, dollars: int | None = None) -> dict[str, Any]:
        return {"person": people[place], "type": of, "fact": f"{place}{kind}", "kind": kind, "within": True,
                "amount": None if dollars is None else dollars * 100, "since": READ, "until": None}  # fmt: skip

    facts = [fact(0, "heating" if one.heats else "heating_included", "Expense")]
    facts += [] if hidden else [fact(0, "rent", "Expense", one.rent)]
    facts += [fact(0, "social_security", "Income", one.social_security)] if one.social_security else []
    facts += [fact(place, "disabled", "Circumstance") for place in one.disabled]
    facts += [fact(place, "pregnant", "Circumstance") for place in one.pregnant]
    amounts = tuple(Amount(f"A{month}", cents, "benefit", month, add_months(month, 1)) for month, cents in paid.items())
    looks = [add_months(READ, index) for index in range(19)]
    earned = [(0, month, points.get(month, points[FIRST]) * STEP) for month in looks]
    earned += [(1, month, one.second) for month in looks if one.second]
    wages = tuple(
        {"person": people[place], "employment": f"J{place}", "employer": None, "wage": f"{place}{month}",
         "cents": dollars * 100, "hours": None, "since": month, "until": add_months(month, 1), "form": None,
         "within": True}
        for place, month, dollars in earned
    )  # fmt: skip
    return HouseholdRecord(
        f"R{number}", date(YEAR, 11, 1), members, (),
        (Enrollment("E", "SNAP", None, "U", tuple(people), BEGAN, None, None, amounts),), (), wages, tuple(facts),
        (), (), frozenset({"SNAP", "TAFDC", "Wage", "Income", "Circumstance"}),
    )  # fmt: skip
