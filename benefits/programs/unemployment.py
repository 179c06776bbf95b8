"""Unemployment insurance (M.G.L. c.151A s.29, 30): what a week pays, also beside part-time work."""

from __future__ import annotations

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
    """What a month pays to those who claim, beside what they earn in it (n,); the first of them claims the children."""
    tell = law.telling("UI")
    paid = np.zeros(len(cases.rent_cents), dtype=np.int64)
    tell("weekly benefit", cases.ui_weekly_cents.sum(axis=1), "M.G.L. c.151A s.29(a)")
    children = cases.children.sum(axis=1)
    for place in range(cases.ages.shape[1]):
        benefit, earned = cases.ui_weekly_cents[:, place], cases.earnings_cents[:, place]
        if benefit.any():
            week = weekly_payment_cents(law, benefit, np.floor(earned / WEEKS_A_MONTH).astype(np.int64), children)
            paid += np.where(benefit > 0, monthly_cents(week), 0)
            children = np.where(benefit > 0, 0, children)
    tell("earnings", cases.earned_cents, "M.G.L. c.151A s.29(b)")
    return tell("paid beside earnings", paid, "M.G.L. c.151A s.29", "weekly benefit", "earnings")


def weekly_benefit_behind(law: Parameters, month_cents: int, earned_cents: int, children: int) -> int | None:
    """The weekly benefit with which a month pays what is recorded, beside earnings; None where none comes near it."""
    benefits = np.arange(1, law.cents("unemployment/weekly_maximum") // 100 + 1) * 100
    earned = np.full(len(benefits), int(earned_cents / WEEKS_A_MONTH))
    found: list[tuple[int, int]] = []
    for claimed in {0, children}:  # allowances for children are paid to who asks for them
        weeks = weekly_payment_cents(law, benefits, earned, np.full_like(benefits, claimed))
        off = np.abs(monthly_cents(weeks) - month_cents)
        found.append((int(off.min()), int(benefits[off.argmin()])))
    off_by, benefit = min(found)
    return benefit if off_by <= NEAR_CENTS else None


def monthly_cents(weekly: Cents) -> Cents:
    """A month's share of weekly amounts."""
    return np.floor(weekly * WEEKS_A_MONTH + 0.5).astype(np.int64)
