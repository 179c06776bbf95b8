"""MassHealth, its children's tier and ConnectorCare (130 CMR 505; 956 CMR 12)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from benefits import poverty
from benefits.cases import Cases, Cents, Flags
from benefits.parameters import Parameters, UnknownParameter


class Coverage(IntEnum):
    """What one person is covered by; a state, not an amount."""

    NONE = 0
    MASSHEALTH = 1
    FAMILY_ASSISTANCE = 2
    TRANSITIONAL = 3
    CONNECTORCARE = 4


@dataclass(frozen=True)
class Health:
    """Coverage of each person (n, p), the premium of each household (n,), and where it is not known."""

    coverage: npt.NDArray[np.int64]
    premium_cents: Cents
    premium_unknown: Flags
    reason: str | None


LIMITS = (
    ("masshealth/magi_limit_child_under_1", 0, 0),
    ("masshealth/magi_limit_child_1_18", 1, 18),
    ("masshealth/magi_limit_young_adult_19_20", 19, 20),
    ("masshealth/magi_limit_adult_21_64_careplus", 21, 64),
)


def coverage(cases: Cases, law: Parameters, transitional: Flags) -> Health:
    """Who is covered by what, at modified adjusted gross income as a share of poverty.

    `transitional`: families in their twelve months after an earnings rise (505.002(L)(3)); parents
    and children keep Standard then. People of 65 and more are outside these rules: no coverage is claimed.
    """
    income = cases.earned_cents + cases.unearned_cents
    line = poverty.monthly_cents(law, cases.size, law["masshealth/fpl_update_month"])
    ratio = (income / np.maximum(line, 1))[:, None]
    limit = np.zeros(cases.ages.shape)
    for key, youngest, oldest in LIMITS:
        inside = (cases.ages >= youngest) & (cases.ages <= oldest)
        limit = np.where(inside, law[key]["with_5_points"], limit)
    limit = np.where(cases.pregnant, law["masshealth/magi_limit_pregnant"]["with_5_points"], limit)
    family = law["masshealth/magi_limit_family_assistance_child"]["with_5_points"]
    kind = np.where(cases.people & (ratio <= limit), Coverage.MASSHEALTH, Coverage.NONE)
    child = cases.people & (cases.ages < 19)
    kind = np.where((kind == 0) & child & (ratio <= family), Coverage.FAMILY_ASSISTANCE, kind)
    kept = transitional[:, None] & cases.people & (cases.ages < 65)
    kind = np.where((kind == 0) & kept, Coverage.TRANSITIONAL, kind)
    return _connector_care(cases, law, income, kind)


def _connector_care(cases: Cases, law: Parameters, income: Cents, kind: npt.NDArray[np.int64]) -> Health:
    """Adults over MassHealth's limit, by the poverty line of the year before (956 CMR 12.04)."""
    band = law["connectorcare/fpl_range"]
    line = poverty.yearly_cents(law, cases.size, law.month.year - 1)
    ratio = income * 12 / np.maximum(line, 1)
    inside = (ratio >= band.get("from", 0)) & (ratio > band.get("over", -1)) & (ratio <= band["to"])
    adult = (cases.ages >= 19) & (cases.ages < 65)
    kind = np.where((kind == 0) & adult & inside[:, None], Coverage.CONNECTORCARE, kind)
    covered = (kind == Coverage.CONNECTORCARE).sum(axis=1)
    nothing = np.zeros(len(income), dtype=np.int64)
    try:
        premiums = law["connectorcare/enrollee_premium"]
    except UnknownParameter as unknown:
        return Health(kind, nothing, covered > 0, str(unknown))
    edges = {"2A": 1.5, "2B": 2.0, "3A": 2.5, "3B": 3.0, "3C": 4.0}
    each = nothing.copy()
    for plan in sorted(premiums, reverse=True):
        each = np.where(ratio <= edges[plan], premiums[plan] * 100, each)
    return Health(kind, covered * each, np.zeros(len(income), dtype=bool), None)
