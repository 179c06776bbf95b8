"""What the rules ask: many households in one month, as arrays.

`n` households (or points of a ladder), `p` places for people; a place without a person has age -1.
Money is integer cents a month.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
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
    ssi_cents: Cents  # (n, p) Supplemental Security Income
    social_security_cents: Cents  # (n,) of retirement, disability and survivors
    unemployment_cents: Cents  # (n,)
    child_support_cents: Cents  # (n,) received
    other_income_cents: Cents  # (n,) pensions and the like; grants of our programs not included
    rent_cents: Cents  # (n,)
    child_care_cents: Cents  # (n,) paid by the household itself
    heats: Flags  # (n,) pays for heating or cooling apart from rent; if not, for other utilities
    disabled: Flags  # (n, p)
    pregnant: Flags  # (n, p)
    joint: Flags  # (n,) the first two adults are married and file together
    subsidized: Flags  # (n,) public or subsidized housing
    tafdc_recipient: Flags  # (n,) received TAFDC last month
    disregard_months_left: Counts  # (n,) months of the full earned-income disregard
    parent_covered: Flags  # (n,) an adult had MassHealth last month

    def __post_init__(self) -> None:
        for name in OF_PEOPLE:  # one place after another in memory: what is summed up over people is read in one go
            object.__setattr__(self, name, np.asfortranarray(getattr(self, name)))

    @classmethod
    def of(cls, month: date, ages: Counts, earnings_cents: Cents, **facts: npt.NDArray[Any]) -> Cases:
        """Cases of which facts that are not given are none."""
        n, p = ages.shape
        blank: dict[str, npt.NDArray[Any]] = {
            name: np.zeros((n, p) if name in OF_PEOPLE else n, dtype=bool if name in FLAGS else np.int64)
            for name in ARRAYS
        }
        return cls(month, **(blank | {"ages": ages, "earnings_cents": earnings_cents} | facts))

    @cached_property
    def people(self) -> Flags:
        return self.ages >= 0

    @cached_property
    def size(self) -> Counts:
        return self.people.sum(axis=1)

    @cached_property
    def children(self) -> Flags:
        return self.people & (self.ages < ADULT)

    @cached_property
    def adults(self) -> Flags:
        return self.ages >= ADULT

    @cached_property
    def has_children(self) -> Flags:
        return np.asarray(self.children.any(axis=1))

    @cached_property
    def filers(self) -> Flags:
        """Who files the household's tax return: its first adult, and the second when they are married."""
        order = np.cumsum(self.adults, axis=1) * self.adults
        return np.asarray((order == 1) | ((order == 2) & self.joint[:, None]))

    @cached_property
    def earned_cents(self) -> Cents:
        """Earnings of adults; a child's are not counted in this version."""
        return np.where(self.adults, self.earnings_cents, 0).sum(axis=1)

    @cached_property
    def unearned_cents(self) -> Cents:
        """Income of every kind but earnings and grants of our programs."""
        return self.ssi_cents.sum(axis=1) + self.child_support_cents + self.gross_income_cents - self.earned_cents

    @cached_property
    def gross_income_cents(self) -> Cents:
        """What counts as modified adjusted gross income: all but SSI and child support (42 CFR 435.603(e))."""
        unearned = self.social_security_cents + self.unemployment_cents + self.other_income_cents
        return self.earned_cents + unearned

    @cached_property
    def earners(self) -> Counts:
        return ((self.earnings_cents > 0) & self.adults).sum(axis=1)

    @cached_property
    def elderly_or_disabled(self) -> Flags:
        return np.asarray(((self.ages >= ELDERLY) | (self.disabled & self.people)).any(axis=1))

    def rows(self, start: int, stop: int) -> Cases:
        """Some of the households."""
        arrays: dict[str, Any] = {name: getattr(self, name)[start:stop] for name in ARRAYS}
        return replace(self, **arrays)

    def earning(self, place: int, cents: Cents) -> Cases:
        """One household at many earnings of the person in a place: a ladder's cases."""
        if len(self.rent_cents) != 1:
            raise ValueError("a ladder starts from one household")
        arrays: dict[str, Any] = {name: np.repeat(getattr(self, name), len(cents), axis=0) for name in ARRAYS}
        repeated = replace(self, **arrays)
        earnings = repeated.earnings_cents.copy()
        earnings[:, place] = cents
        return replace(repeated, earnings_cents=earnings)


ARRAYS = tuple(name for name in Cases.__dataclass_fields__ if name != "month")
OF_PEOPLE = {"ages", "earnings_cents", "ssi_cents", "disabled", "pregnant"}
FLAGS = {"heats", "disabled", "pregnant", "joint", "subsidized", "tafdc_recipient", "parent_covered"}
_NOBODY = {"ages": -1}
"""What stands in a place without a person, where it is not zero."""


def stack(cases: Sequence[Cases]) -> Cases:
    """Cases of one month under one another; smaller households get places without a person."""
    places = max(each.ages.shape[1] for each in cases)

    def column(name: str) -> npt.NDArray[Any]:
        parts = [getattr(each, name) for each in cases]
        if parts[0].ndim == 1:
            return np.concatenate(parts)
        wide = [
            np.pad(part, ((0, 0), (0, places - part.shape[1])), constant_values=_NOBODY.get(name, 0)) for part in parts
        ]
        return np.concatenate(wide)

    arrays: dict[str, Any] = {name: column(name) for name in ARRAYS}
    return replace(cases[0], **arrays)


def whole_dollars(cents: Cents) -> Cents:
    """To the nearest dollar, 50 cents up (7 CFR 273.10(e)(1)(ii))."""
    return (cents + 50) // 100 * 100


def share(cents: Cents, rate: float) -> Cents:
    """A share of an amount, in cents, halves up."""
    return np.floor(cents * rate + 0.5).astype(np.int64)
