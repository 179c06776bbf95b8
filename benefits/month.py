"""All rules of one month together: what a household receives, pays and has left."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from benefits.cases import Cases, Cents, Flags
from benefits.parameters import Parameters, Value
from benefits.programs import connectorcare, masshealth, snap, tafdc
from benefits.programs.masshealth import Coverage
from benefits.taxes import federal, massachusetts, payroll

PROGRAMS = ("TAFDC", "SNAP", "MASSHEALTH", "CONNECTORCARE", "FEDERAL_CREDITS", "STATE_CREDITS", "TAXES")
"""What the rules of this version speak of; every other program of a household is *unknown* to them."""

RENT_RANGE_CENTS = (0, 3_000_00)
CHILD_CARE_RANGE_CENTS = (0, 2_500_00)
FULL_DISREGARD_MONTHS = 6
"""Months of the full disregard of earnings that the law gives (106 CMR 704.281(A))."""


@dataclass(frozen=True)
class Month:
    """What follows in one month for n households, cents a month.

    `parts` are signed: benefits and credits add, taxes and premiums take. `net_cents` is earnings and
    unearned income with all parts; health coverage is a state beside it (`coverage`, n × p).
    `unknown` says where a part is not known, with the reason.
    """

    cases: Cases
    parts: dict[str, Cents]
    coverage: npt.NDArray[np.int64]
    snap_over_limit: Flags
    tafdc_receives: Flags
    full_disregard: Flags
    unknown: dict[str, tuple[Flags, str]]
    used: dict[str, Value]

    @property
    def net_cents(self) -> Cents:
        own = self.cases.earned_cents + self.cases.unearned_cents
        return own + sum(self.parts.values())

    def rows(self, start: int, stop: int) -> Month:
        """The month of some of the households."""
        return Month(
            self.cases.rows(start, stop),
            {name: cents[start:stop] for name, cents in self.parts.items()},
            self.coverage[start:stop], self.snap_over_limit[start:stop], self.tafdc_receives[start:stop],
            self.full_disregard[start:stop],
            {name: (where[start:stop], reason) for name, (where, reason) in self.unknown.items()}, self.used,
        )  # fmt: skip


def simulate(
    cases: Cases, transitional: Flags | None = None, enrolled: dict[str, Flags] | None = None,
    law: Parameters | None = None,
) -> Month:  # fmt: skip
    """Run every rule on the cases of a month.

    `transitional`: families in their months of transitional MassHealth. `enrolled` narrows SNAP and TAFDC
    to households that take part (default: whoever is eligible). Raises `UnknownParameter` when a
    parameter that no answer can do without is not known for the month. `law`: the parameters of the month, where what
    rules tell of their steps is wanted (`Parameters.at(month, explaining=True)`).
    """
    law = law or Parameters.at(cases.month)
    n = cases.ages.shape[0]
    nobody = np.zeros(n, dtype=bool)
    takes = enrolled or {}
    grant = tafdc.grant(cases, law)
    receives = grant.receives & takes.get("TAFDC", ~nobody)
    cash = np.where(receives, grant.cents, 0)
    counted = np.where(receives, grant.without_clothing_cents, 0)
    food = snap.allotment(cases, law, counted, receives)
    health = masshealth.coverage(cases, law, nobody if transitional is None else transitional, receives)
    subsidised = connectorcare.enrollees(cases, law, health.coverage == Coverage.NONE)
    fica, leave = payroll.yearly_cents(cases, law)
    tax = federal.yearly(cases, law, fica.sum(axis=1))
    state = massachusetts.yearly(cases, law, fica, tax.eitc_cents)
    taken = fica.sum(axis=1) + leave + tax.tax_cents + state.tax_cents
    parts = {
        "TAFDC": cash,
        "SNAP": np.where(takes.get("SNAP", ~nobody), food.cents, 0),
        "MASSHEALTH": -health.premium_cents,
        "CONNECTORCARE": -subsidised.premium_cents,
        "FEDERAL_CREDITS": (tax.eitc_cents + tax.child_credit_cents) // 12,
        "STATE_CREDITS": (state.eitc_cents + state.child_credit_cents) // 12,
        "TAXES": -(taken // 12),
    }
    unknown = {}
    if subsidised.reason:
        unknown["CONNECTORCARE"] = (subsidised.premium_unknown, subsidised.reason)
    coverage = np.where(subsidised.covered, Coverage.CONNECTORCARE, health.coverage)
    return Month(
        cases, parts, coverage, food.over_gross_limit, receives, grant.full_disregard & receives, unknown, law.used
    )


@dataclass(frozen=True)
class Known:
    """Which facts of a household are recorded; the others are bounded over their declared range."""

    rent: bool = True
    child_care: bool = True
    heating: bool = True
    disregard: bool = True

    def missing(self) -> tuple[str, ...]:
        names = {
            "rent": self.rent, "child care": self.child_care, "heating costs": self.heating,
            "months of the full TAFDC disregard": self.disregard,
        }  # fmt: skip
        return tuple(name for name, known in names.items() if not known)


def corners(cases: Cases, known: Known) -> tuple[Cases, ...]:
    """The cases at the ends of what is not recorded: the lowest first, the highest last.

    One case when all is known: in one month net resources are monotone in each of these facts.
    Where months of the full disregard are not recorded, every number of them stands between, because over
    months the law's memory is not monotone in it.
    """
    if not known.missing():
        return (cases,)
    left = range(FULL_DISREGARD_MONTHS + 1) if not known.disregard else (None,)
    return tuple(_corner(cases, known, end, months) for months in left for end in (0, 1))


def _corner(cases: Cases, known: Known, end: int, disregard_months_left: int | None) -> Cases:
    facts: dict[str, Any] = {}
    if not known.rent:
        facts["rent_cents"] = np.full_like(cases.rent_cents, RENT_RANGE_CENTS[end])
    if not known.child_care:
        facts["child_care_cents"] = np.full_like(cases.child_care_cents, CHILD_CARE_RANGE_CENTS[end])
    if not known.heating:
        facts["heats"] = np.full_like(cases.heats, bool(end))
    if disregard_months_left is not None:
        facts["disregard_months_left"] = np.full_like(cases.disregard_months_left, disregard_months_left)
    return replace(cases, **facts)
