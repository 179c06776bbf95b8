"""What the rules ask: many households in one month, as arrays.

`n` households (or points of a ladder), `p` places for people; a place without a person has age -1.
Money is integer cents a month.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

Cents = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]

ADULT, ELDERLY = 18, 60


@dataclass(frozen=True)
class Cases:
    """Facts and remembered state of n households in one month."""

    month: date
    ages: Counts  # (n, p), -1: nobody
    earnings_cents: Cents  # (n, p)
    unearned_cents: Cents  # (n,) child support, pensions and the like; grants of our programs not included
    rent_cents: Cents  # (n,)
    child_care_cents: Cents  # (n,) paid by the household itself
    heats: Flags  # (n,) pays for heating or cooling apart from rent
    disabled: Flags  # (n, p)
    pregnant: Flags  # (n, p)
    joint: Flags  # (n,) the first two adults are married and file together
    subsidized: Flags  # (n,) public or subsidized housing
    tafdc_recipient: Flags  # (n,) received TAFDC last month
    disregard_months_left: Counts  # (n,) months of the full earned-income disregard
    parent_covered: Flags  # (n,) an adult had MassHealth last month

    @property
    def people(self) -> Flags:
        return self.ages >= 0

    @property
    def size(self) -> Counts:
        return self.people.sum(axis=1)

    @property
    def children(self) -> Flags:
        return self.people & (self.ages < ADULT)

    @property
    def adults(self) -> Flags:
        return self.ages >= ADULT

    @property
    def has_children(self) -> Flags:
        return np.asarray(self.children.any(axis=1))

    @property
    def earned_cents(self) -> Cents:
        """Earnings of adults; a child's are not counted in this version."""
        return np.where(self.adults, self.earnings_cents, 0).sum(axis=1)

    @property
    def earners(self) -> Counts:
        return ((self.earnings_cents > 0) & self.adults).sum(axis=1)

    @property
    def elderly_or_disabled(self) -> Flags:
        return np.asarray(((self.ages >= ELDERLY) | (self.disabled & self.people)).any(axis=1))

    def with_earnings(self, place: int, cents: Cents) -> Cases:
        """One household at many earnings of the person in a place: a ladder's cases."""
        if self.ages.shape[0] != 1:
            raise ValueError("a ladder starts from one household")
        n = len(cents)
        arrays: dict[str, Any] = {
            name: np.repeat(getattr(self, name), n, axis=0) for name in self.__dataclass_fields__ if name != "month"
        }
        repeated = replace(self, **arrays)
        earnings = repeated.earnings_cents.copy()
        earnings[:, place] = cents
        return replace(repeated, earnings_cents=earnings)


def whole_dollars(cents: Cents) -> Cents:
    """To the nearest dollar, 50 cents up (7 CFR 273.10(e)(1)(ii))."""
    return (cents + 50) // 100 * 100


def share(cents: Cents, rate: float) -> Cents:
    """A share of an amount, in cents, halves up."""
    return np.floor(cents * rate + 0.5).astype(np.int64)
