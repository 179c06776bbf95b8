"""Child Care Financial Assistance: who may have it, and what parents pay (606 CMR 10; EEC parent fee tables)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import product

import numpy as np
import numpy.typing as npt

from benefits import median_income, poverty, units
from benefits.cases import Cases, Cents, Counts, Flags, Kinds, how_many
from benefits.parameters import Parameters

LARGEST = 12
"""The fee tables end at a household of twelve."""


class Care(IntEnum):
    """How much care of a child the state pays for."""

    NONE = 0
    PART_TIME = 1
    FULL_TIME = 2


@dataclass(frozen=True)
class Assistance:
    """Whether income allows it (n,), and the parents' fee, cents a month (n,): 0 where none is in care."""

    eligible: Flags
    fee_cents: Cents


def assistance(cases: Cases, law: Parameters, care: Kinds, enrolled: Flags, exempt: Flags) -> Assistance:
    """Fees of the children in `care` (n, p), see `Care`.

    `enrolled` (n,): who goes on is held to 85 % of median income, who begins to the entry limit; `exempt` (n,): with an
    open TAFDC case or without a home, no fee. TAFDC, SSI, Social Security and child support do not count (606 CMR
    10.03); a parent's hours, and the waiting list of those who begin, are not asked here. Its family are parents and
    their children (606 CMR 10.02), as far as `care_family` tells them; benefits and pensions are the household's.
    """
    tell = law.telling("CCFA")
    size, income = _family(cases)
    tell("people in the family", size, "606 CMR 10.02", unit="people")
    tell("income that counts", income, "606 CMR 10.03")
    child = _children(cases, law)
    shares = np.where(enrolled, law["ccfa/income_limit"]["continued"], _entry(cases, child, law))
    limit = median_income.monthly_cents(law, size) * shares
    tell("income limit", limit, "606 CMR 10.03", "people in the family")
    eligible = child.any(axis=1) & (income <= limit)
    tell("within the limit", eligible, "606 CMR 10.03", "income that counts", "income limit", unit="yes")
    first = tell("fee of a first child", _first_child_cents(law, size, income), "606 CMR 10.04; EEC parent fee "
                 "tables", "income that counts", "people in the family")  # fmt: skip
    parts = tell("the children's shares of it", _shares(law, cases, np.where(child, care, Care.NONE)),
                  "606 CMR 10.04; EEC parent fee tables", unit="share")  # fmt: skip
    fee = first[:, None] * parts
    paid = np.where(exempt, 0, np.floor(fee.sum(axis=1) + 0.5).astype(np.int64))
    tell("no fee is asked, with TAFDC", exempt, "606 CMR 10.05(1)(b)", unit="yes")
    of = ("fee of a first child", "the children's shares of it", "no fee is asked, with TAFDC")
    tell("parents' fee", paid, "606 CMR 10.04; EEC parent fee tables", *of)
    return Assistance(eligible, paid)


def may_begin(cases: Cases, law: Parameters) -> Flags:
    """Children (n, p) for whom CCFA pays nothing, and whose family's income is within the limit of those who begin (606
    CMR 10.03): they may go on its waiting list. A parent's hours are not asked."""
    child = _children(cases, law) & (cases.care == Care.NONE)
    if not child.any():
        return child
    size, income = _family(cases)
    limit = median_income.monthly_cents(law, size) * _entry(cases, child, law)
    return np.asarray(child & (income <= limit)[:, None])


def _family(cases: Cases) -> tuple[Counts, Cents]:
    """How many people count, and their income that does."""
    family = units.care_family(cases)
    wages = np.where(family & cases.adults, cases.earnings_cents, 0).sum(axis=1)
    return how_many(family), wages + cases.taxed_unearned_cents


def _entry(cases: Cases, child: Flags, law: Parameters) -> npt.NDArray[np.float64]:
    """The share of median income up to which a family may begin (n,)."""
    limits = law["ccfa/income_limit"]
    return np.where((child & cases.disabled).any(axis=1), limits["disabled_child"], limits["entry"])


@dataclass(frozen=True)
class Cost:
    """What a household pays for the care that CCFA helps with, cents a month (n,), and who is over its limit (n,)."""

    cents: Cents
    over_limit: Flags


def cost(cases: Cases, law: Parameters, exempt: Flags) -> Cost:
    """Of households that CCFA helps already: the fee, and over the limit the whole price."""
    found = assistance(cases, law, cases.care, np.ones(len(exempt), dtype=bool), exempt)
    tell = law.telling("CCFA")
    price = tell("price without help", cases.care_price_cents, "as recorded")
    over = (_children(cases, law) & (cases.care > Care.NONE)).any(axis=1) & ~found.eligible
    fee = np.where(price > 0, np.minimum(found.fee_cents, price), found.fee_cents)
    cents = np.where(over, price, fee)
    of = ("within the limit", "parents' fee", "price without help")
    return Cost(tell("paid for child care", cents, "606 CMR 10.03, 10.04", *of), np.asarray(over))


def _children(cases: Cases, law: Parameters) -> Flags:
    """Who is young enough for it, or in it: who turns 13 keeps it until the next review (45 CFR 98.21(a)(1)(ii))."""
    ages = law["ccfa/age_limit"]
    young = cases.ages < np.where(cases.disabled, ages["disabled"], ages["child"])
    return np.asarray(cases.children & (young | (cases.care > Care.NONE)))


def _first_child_cents(law: Parameters, sizes: Counts, income: Cents) -> Cents:
    """What the first child's full-time care costs the parents: a share of income above poverty, by fee level."""
    known = np.minimum(np.maximum(sizes, 2), LARGEST)
    year = law.month.year if law.month.month >= 10 else law.month.year - 1
    line = (poverty.yearly_cents(law, np.minimum(sizes, LARGEST), year) / 12 / 100 + 0.5).astype(np.int64) * 100
    above = np.maximum(income - line, 0)
    rates = np.array(law["ccfa/fee_rates"])
    level = np.minimum(-(-above // law.by_size("ccfa/fee_level_width", known)), len(rates) - 1)
    return np.floor(above * rates[level] + 0.5).astype(np.int64)


def _shares(law: Parameters, cases: Cases, care: Kinds) -> npt.NDArray[np.float64]:
    """Each child's share of the first one's fee (n, p): the youngest first."""
    rule = law["ccfa/fee_shares"]
    cared = care > Care.NONE
    rank = np.zeros_like(cases.ages)
    for place, other in product(range(cared.shape[1]), repeat=2):
        younger = cases.ages[:, other] < cases.ages[:, place]
        if other < place:  # of one age: who is named first
            younger |= cases.ages[:, other] == cases.ages[:, place]
        rank[:, place] += cared[:, other] & younger
    share = np.array(rule["children"])[np.minimum(rank, len(rule["children"]) - 1)]
    return np.where(cared, share * np.where(care == Care.PART_TIME, rule["part_time"], 1.0), 0.0)
