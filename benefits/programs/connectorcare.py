"""ConnectorCare: subsidised coverage of adults over MassHealth's limit (956 CMR 12)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benefits import poverty
from benefits.cases import Cases, Cents, Flags, how_many
from benefits.parameters import YEAR, Parameters, UnknownParameter

UPPER_EDGES = {"2A": 1.5, "2B": 2.0, "3A": 2.5, "3B": 3.0, "3C": 4.0}
"""Plan types by the share of poverty to which each reaches (956 CMR 12.04(3)(c))."""


@dataclass(frozen=True)
class Enrollees:
    """Who is covered (n, p), each household's premium (n,), and where it is not known, with the reason."""

    covered: Flags
    premium_cents: Cents
    premium_unknown: Flags
    reason: str | None


def enrollees(cases: Cases, law: Parameters, uncovered: Flags) -> Enrollees:
    """Adults under 65 whom nothing else covers, by the poverty line of the year before (956 CMR 12.04)."""
    tell = law.telling("CONNECTORCARE")
    income = cases.gross_income_cents
    tell("gross income", income, "26 USC 36B(d)(2)")
    line = poverty.yearly_cents(law, cases.size, law.month.year - 1)
    tell("poverty line of the year before", line, "956 CMR 12.04; 42 USC 9902(2)", unit=YEAR)
    ratio = income * 12 / np.maximum(line, 1)
    tell("share of poverty", ratio, "956 CMR 12.04", "gross income", "poverty line of the year before", unit="share")
    band = law["connectorcare/fpl_range"]
    inside = (ratio >= band.get("from", 0)) & (ratio > band.get("over", -1)) & (ratio <= band["to"])
    covered = uncovered & (cases.ages >= 19) & (cases.ages < 65) & inside[:, None]
    tell("people whom nothing else covers", uncovered & cases.people, "956 CMR 12.04", unit="people")
    tell("people covered", covered, "956 CMR 12.04", "people whom nothing else covers", "share of poverty",
         unit="people")  # fmt: skip
    people = how_many(covered)
    nothing = np.zeros(len(income), dtype=np.int64)
    try:
        premiums = law["connectorcare/enrollee_premium"]
    except UnknownParameter as unknown:
        return Enrollees(covered, nothing, people > 0, str(unknown))
    each = nothing.copy()
    for plan in sorted(premiums, reverse=True):
        each = np.where(ratio <= UPPER_EDGES[plan], premiums[plan] * 100, each)
    tell("premium of one", each, "956 CMR 12.12(9)", "share of poverty")
    premium = tell("premium", people * each, "956 CMR 12.12(9)", "people covered", "premium of one")
    return Enrollees(covered, premium, np.zeros(len(income), dtype=bool), None)
