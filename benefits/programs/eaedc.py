"""Emergency Aid to the Elderly, Disabled and Children (106 CMR 703.600-703.700, 704.435), of adults in a home of their
own."""

from __future__ import annotations

import numpy as np

from benefits import units
from benefits.cases import Cases, Cents, Flags, how_many
from benefits.parameters import Parameters

AGED = 65
SMALLEST_PAYMENT_CENTS = 10_00
MONTHS = 12
"""After so many months of earnings nothing more is disregarded than work expenses (106 CMR 704.286)."""


def grant_cents(cases: Cases, law: Parameters) -> Cents:
    """The grant of who is 65 or disabled, has no SSI and no child for TAFDC, with the spouse, cents a month (n,).

    Of adults besides the first and their spouse, who is 65 or disabled is a unit of one. Of `eaedc_months_worked` so
    far, a share of earnings is disregarded for four and $30 for eight after them.
    """
    own = np.where(cases.has_children, 0, _of_filers(cases.of_filers, law))
    theirs = units.alone(cases, units.others(cases) & fit(cases))
    if theirs is None:
        return own
    tell = law.telling("EAEDC")
    added = theirs.added(np.zeros_like(own), _of_filers(theirs.cases, law.quiet()))
    tell("EAEDC of other adults", added, "106 CMR 704.435")
    return tell("EAEDC of all", own + added, "106 CMR 704.435", "EAEDC", "EAEDC of other adults")


def fit(cases: Cases) -> Flags:
    """Adults whom it may be for, of 65 or disabled (n, p)."""
    return np.asarray(cases.adults & ((cases.ages >= AGED) | cases.disabled))


def _of_filers(cases: Cases, law: Parameters) -> Cents:
    tell = law.telling("EAEDC")
    unit = cases.filers & ~((cases.ssi_cents > 0) & law["edges/ssi_excludes_eaedc"])
    needs = (unit & fit(cases)).any(axis=1)
    size = tell("people in the unit", how_many(unit), "106 CMR 704.435", unit="people")
    standard = law["eaedc/standard"]
    most = round(standard["one"] * 100) + np.maximum(size - 1, 0) * round(standard["each_additional"] * 100)
    tell("payment standard", most, "106 CMR 704.435", "people in the unit")
    rule = law["eaedc/earned_disregard"]
    earned = np.where(unit, cases.earnings_cents, 0)
    tell("earnings", earned, "106 CMR 704.210")
    work = np.maximum(earned - round(rule["work"] * 100), 0).sum(axis=1)
    tell("earnings after work expenses", work, "106 CMR 704.270", "earnings")
    months = np.where(unit, cases.eaedc_months_worked, 0).max(axis=1)
    after_flat = np.where(months < rule["flat_months"], np.maximum(work - round(rule["flat"] * 100), 0), work)
    shared = np.floor(after_flat * (1 - rule["share"]) + 0.5).astype(np.int64)
    counted = np.where(months < rule["share_months"], shared, after_flat)
    tell("earnings that count", counted, "106 CMR 704.286", "earnings after work expenses")
    other = np.where(unit, cases.each_unearned_cents, 0).sum(axis=1)
    tell("other income that counts", other, "106 CMR 704.210")
    left = np.where(needs, np.maximum(most - counted - other, 0), 0)
    paid = np.where(left < SMALLEST_PAYMENT_CENTS, 0, left)
    of = ("payment standard", "earnings that count", "other income that counts")
    return tell("EAEDC", paid, "106 CMR 704.500", *of)
