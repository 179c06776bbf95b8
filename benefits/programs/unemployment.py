"""Unemployment insurance (M.G.L. c.151A s.29, 30): what a week pays, also beside part-time work."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benefits.cases import Cases, Cents, Counts
from benefits.parameters import Parameters

WEEKS_A_MONTH = 52 / 12
NEAR_CENTS = 5_00
"""So near a month must come to what is recorded for a weekly benefit to be behind it: a dollar a week, and rounding."""


def weekly_benefit_cents(law: Parameters, average_wage_cents: Cents) -> Cents:
    """Half of the average weekly wage (n,), to the dollar below, up to the maximum (s.29(a))."""
    half = np.floor(average_wage_cents * law["unemployment/benefit"]["share"]).astype(np.int64)
    return np.minimum(half // 100 * 100, law.cents("unemployment/weekly_maximum"))


def weekly_payment_cents(law: Parameters, benefit_cents: Cents, earned_cents: Cents, children: Counts) -> Cents:
    """What a week pays beside earnings in it (n,): a third of the benefit is earned freely, the rest is taken off;
    dependants' $25 each are paid up to half of the benefit (s.29(b), (c))."""
    rule = law["unemployment/benefit"]
    free = benefit_cents // rule["free_part"]
    paid = np.maximum(benefit_cents - np.maximum(earned_cents - free, 0), 0)
    child = np.minimum(children * round(rule["child"] * 100), (benefit_cents * rule["children_most"]).astype(np.int64))
    return np.where(paid > 0, paid + child, 0)


def claims_cents(cases: Cases, law: Parameters) -> Cents:
    """What a month pays to those who claim, beside what they earn in it (n, p)."""
    tell = law.telling("UI")
    paid = np.zeros_like(cases.ui_weekly_cents)
    tell("weekly benefit", cases.ui_weekly_cents.sum(axis=1), "M.G.L. c.151A s.29(a)")
    for place in np.flatnonzero(cases.ui_weekly_cents.any(axis=0)).tolist():
        benefit, earned = cases.ui_weekly_cents[:, place], cases.earnings_cents[:, place]
        weekly = np.floor(earned / WEEKS_A_MONTH).astype(np.int64)
        paid[:, place] = monthly_cents(weekly_payment_cents(law, benefit, weekly, cases.ui_children[:, place]))
    claiming = cases.ui_weekly_cents > 0
    free = np.floor(np.where(claiming, cases.ui_weekly_cents, 0) / law["unemployment/benefit"]["free_part"])
    tell("earned freely a week", free.astype(np.int64).sum(axis=1), "M.G.L. c.151A s.29(b)", "weekly benefit")
    tell("earnings beside the claim", np.where(claiming, cases.earnings_cents, 0).sum(axis=1), "M.G.L. c.151A s.29(b)")
    tell("children of the claim", cases.ui_children.sum(axis=1), "M.G.L. c.151A s.29(c)", unit="people")
    weeks = np.floor(paid / WEEKS_A_MONTH + 0.5).astype(np.int64)
    of = ("weekly benefit", "earned freely a week", "earnings beside the claim", "children of the claim")
    tell("paid a week beside earnings", weeks, "M.G.L. c.151A s.29(b), (c)", *of)
    return tell("paid beside earnings", paid, "M.G.L. c.151A s.29", "paid a week beside earnings")


@dataclass(frozen=True)
class Claim:
    """What a claim pays a week, before earnings, and for how many children it has an allowance."""

    weekly_cents: int
    children: int


def claim_behind(law: Parameters, month_cents: int, earned_cents: int, children: int) -> Claim | None:
    """The claim with which a month pays what is recorded, beside earnings; None where none comes near it.

    Allowances for children are paid to who asks for them: with them where that fits, else without.
    """
    if month_cents <= 0:
        return None
    benefits = np.arange(1, law.cents("unemployment/weekly_maximum") // 100 + 1) * 100
    earned = np.full(len(benefits), int(earned_cents / WEEKS_A_MONTH))
    for claimed in dict.fromkeys((children, 0)):
        weeks = weekly_payment_cents(law, benefits, earned, np.full_like(benefits, claimed))
        off = np.abs(monthly_cents(weeks) - month_cents)
        if off.min() <= NEAR_CENTS:
            return Claim(int(benefits[off.argmin()]), claimed)
    return None


def monthly_cents(weekly: Cents) -> Cents:
    """A month's share of weekly amounts."""
    return np.floor(weekly * WEEKS_A_MONTH + 0.5).astype(np.int64)
