"""What an answer says in words, with the datum that it rests on, so that words tell no more than figures may."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

INCOME, WAGE, EXPENSE = "Income.monthly_amount_cents", "Wage.amount_cents", "Expense.monthly_amount_cents"
CIRCUMSTANCE, CLOCK, BIRTH = "Circumstance.kind", "TimeClock.months_used", "Identity.birth_year"
PROGRAM, RELATION, DUE = "Enrollment.program", "RELATED_TO.kind", "Certification.next_due"
CLOSED = "something that your grant does not open"


@dataclass(frozen=True)
class Said:
    """A reason or an assumption; `rests_on`: the `Type.property` of what it gives away, if it does."""

    text: str
    rests_on: str | None = None


def words(said: Iterable[Said], closed: Callable[[str], bool]) -> list[str]:
    """The texts, each once in order; what rests on something closed is said without telling what it is."""
    return list(dict.fromkeys(CLOSED if one.rests_on and closed(one.rests_on) else one.text for one in said))
