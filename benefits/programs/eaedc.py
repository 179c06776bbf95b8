"""Emergency Aid to the Elderly, Disabled and Children (106 CMR 703.600-703.700, 704.435), of adults in a home of their
own."""

from __future__ import annotations

import numpy as np

from benefits.cases import Cases, Cents, Counts
from benefits.parameters import Parameters

AGED = 65
SMALLEST_PAYMENT_CENTS = 10_00


def grant_cents(cases: Cases, law: Parameters, months_worked: Counts) -> Cents:
    """The grant of who is 65 or disabled, has no SSI and no child for TAFDC, with the spouse, cents a month (n,).

    `months_worked` (n,): months of earnings so far, as the share is disregarded for four and $30 for eight after them.
    """
    fit = cases.adults & ((cases.ages >= AGED) | cases.disabled) & (cases.ssi_cents == 0)
    unit = cases.filers & (cases.ssi_cents == 0)
    size = unit.sum(axis=1)
    standard = law["eaedc/standard"]
    most = round(standard["one"] * 100) + np.maximum(size - 1, 0) * round(standard["each_additional"] * 100)
    rule = law["eaedc/earned_disregard"]
    earned = np.where(unit, cases.earnings_cents, 0)
    work = np.maximum(earned - round(rule["work"] * 100), 0).sum(axis=1)
    after_flat = np.where(months_worked < rule["flat_months"], np.maximum(work - round(rule["flat"] * 100), 0), work)
    shared = np.floor(after_flat * (1 - rule["share"]) + 0.5).astype(np.int64)
    counted = np.where(months_worked < rule["share_months"], shared, after_flat)
    other = cases.main_unearned_cents
    paid = np.maximum(most - counted - other, 0)
    paid = np.where((fit & unit).any(axis=1) & ~cases.has_children, paid, 0)
    return np.where(paid < SMALLEST_PAYMENT_CENTS, 0, paid)
