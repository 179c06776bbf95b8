"""MassHealth and its children's tier, Family Assistance (130 CMR 505, 506)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from benefits import poverty
from benefits.cases import OLDEST, Cases, Cents, Counts, Flags, Kinds, how_many
from benefits.parameters import Parameters


class Coverage(IntEnum):
    """What one person is covered by; a state, not an amount."""

    NONE = 0
    MASSHEALTH = 1
    FAMILY_ASSISTANCE = 2
    TRANSITIONAL = 3
    CONNECTORCARE = 4
    COMMONHEALTH = 5
    UNKNOWN = 6


@dataclass(frozen=True)
class Health:
    """Coverage of each person (n, p), and what each household pays for Family Assistance, cents a month (n,)."""

    coverage: Kinds
    premium_cents: Cents


ELDERLY = 65
LIMITS = (
    ("masshealth/magi_limit_child_under_1", 0, 0),
    ("masshealth/magi_limit_child_1_18", 1, 18),
    ("masshealth/magi_limit_young_adult_19_20", 19, 20),
    ("masshealth/magi_limit_adult_21_64_careplus", 21, 64),
)


def coverage(cases: Cases, law: Parameters, transitional: Flags, tafdc: Flags) -> Health:
    """Who is covered by what, at modified adjusted gross income as a share of poverty, of one household of
    `units.masshealth_household`.

    Whoever receives SSI, and who receives TAFDC (`tafdc`, (n, p)), have MassHealth (505.002(A)(2), (3)); so has, up to
    a threshold that was not found, who is disabled and whose SSI earnings have used up (42 USC 1382h(b)).
    `transitional`: families in their twelve months after an earnings rise (505.002(L)(3)); parents
    and children keep Standard then. Who is disabled and has no Standard has CommonHealth, at any income (505.004); what
    it costs over 150 % of poverty was not found. What covers people of 65 and more without SSI is not known here: their
    rules ask what they own.
    """
    tell = law.telling("MASSHEALTH")
    size = tell("family size", family_size(cases), "42 CFR 435.603(b), (f); 130 CMR 506.002", unit="people")
    income = tell("gross income", cases.gross_income_cents, "42 CFR 435.603(e); 130 CMR 506.003, 506.004")
    line = poverty.monthly_cents(law, size, law["masshealth/fpl_update_month"])
    tell("poverty line", line, "42 USC 9902(2)", "family size")
    share = tell("share of poverty", income / np.maximum(line, 1), "130 CMR 506.007", "gross income", "poverty line",
                 unit="share")  # fmt: skip
    kind: Kinds = np.zeros(cases.ages.shape, dtype=np.int8, order="F")

    def cover(whom: Flags, by: Coverage) -> None:
        np.copyto(kind, by, where=whom & (kind == Coverage.NONE))

    def within(key: str) -> Flags:
        return np.asarray(share <= law[key]["with_5_points"])[:, None]

    by_age = np.full(OLDEST + 2, -1.0)  # the last one is nobody's
    for key, youngest, oldest in LIMITS:
        by_age[youngest : oldest + 1] = law[key]["with_5_points"]
    limit = by_age.take(cases.ages.T).T
    pregnant_limit = law["masshealth/magi_limit_pregnant"]["with_5_points"]
    if "pregnant" in cases.filled:
        limit = np.where(cases.people & cases.pregnant, pregnant_limit, limit)
    cover(share[:, None] <= limit, Coverage.MASSHEALTH)
    young = cases.people & (cases.ages < ELDERLY)
    confers = young & tafdc & law["edges/tafdc_confers_masshealth"]
    working = cases.has("ssi_paid") & young & (cases.earnings_cents > 0)
    confers = confers | ((cases.has("ssi_cents") | working) & law["edges/ssi_confers_masshealth"])
    tell("people with TAFDC or SSI", confers, "130 CMR 505.002(A)(2), (3)", unit="people")
    cover(confers, Coverage.MASSHEALTH)
    cover(young & transitional[:, None], Coverage.TRANSITIONAL)
    cover(young & cases.disabled, Coverage.COMMONHEALTH)
    child = cases.people & (cases.ages < 19)
    cover(child & within("masshealth/magi_limit_family_assistance_child"), Coverage.FAMILY_ASSISTANCE)
    cover(cases.ages >= ELDERLY, Coverage.UNKNOWN)
    covered = (kind == Coverage.MASSHEALTH) | (kind == Coverage.TRANSITIONAL)
    tell("people with MassHealth", covered, "130 CMR 505.002, 505.008", "share of poverty", "people with TAFDC or SSI",
         unit="people")  # fmt: skip
    common = kind == Coverage.COMMONHEALTH
    tell("people with CommonHealth", common, "130 CMR 505.004", "people with MassHealth", unit="people")
    assisted = kind == Coverage.FAMILY_ASSISTANCE
    tell("children in Family Assistance", assisted, "130 CMR 505.005", "share of poverty", unit="people")
    premium = _premium(law, share, kind)
    of = ("people with MassHealth", "people with CommonHealth", "children in Family Assistance", "share of poverty")
    return Health(kind, tell("premium", premium, "130 CMR 506.011", *of))


def premium_cents(home: Cases, law: Parameters, kind: Kinds) -> Cents:
    """What a household (`units.masshealth_household`) pays where `kind` is what each is covered by (n,)."""
    return _premium(law, share_of_poverty(home, law), kind)


def share_of_poverty(home: Cases, law: Parameters) -> npt.NDArray[np.float64]:
    """Gross income of a household, by the poverty line (n,)."""
    line = poverty.monthly_cents(law, family_size(home), law["masshealth/fpl_update_month"])
    return np.asarray(home.gross_income_cents / np.maximum(line, 1))


def family_size(cases: Cases) -> Counts:
    """Everyone, and the child that a pregnant member expects (42 CFR 435.603(b), (f); 130 CMR 501.001)."""
    return cases.size + how_many(cases.pregnant & cases.people)


def _premium(law: Parameters, ratio: npt.NDArray[np.float64], kind: Kinds) -> Cents:
    """A premium a child, up to what a family pays at most (130 CMR 506.011)."""
    table = law["masshealth/family_assistance_premium"]
    children = how_many(kind == Coverage.FAMILY_ASSISTANCE)
    premium = np.zeros(len(ratio), dtype=np.int64)
    for over, each, most in zip(table["over"], table["per_child"], table["family_most"], strict=True):
        premium = np.where(ratio > over, np.minimum(children * each, most) * 100, premium)
    return premium
