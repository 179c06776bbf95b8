"""Unemployment insurance (M.G.L. c.151A s.29, 30): what a week pays, also beside part-time work."""

from __future__ import annotations

import numpy as np

from benefits.cases import Cents, Counts
from benefits.parameters import Parameters

WEEKS_A_MONTH = 52 / 12


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


def monthly_cents(weekly: Cents) -> Cents:
    """A month's share of weekly amounts."""
    return np.floor(weekly * WEEKS_A_MONTH + 0.5).astype(np.int64)
