"""All rules of one month together: what a household receives, pays and has left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from benefits.cases import Cases, Cents, Flags
from benefits.parameters import Parameters, UnknownParameter, Value
from benefits.programs import ccfa, connectorcare, housing, masshealth, snap, tafdc, unemployment
from benefits.programs.masshealth import Coverage
from benefits.taxes import federal, massachusetts, payroll

PROGRAMS = (
    "TAFDC", "SNAP", "UI", "CCFA", "HOUSING", "MASSHEALTH", "CONNECTORCARE", "FEDERAL_CREDITS", "STATE_CREDITS",
    "TAXES",
)  # fmt: skip
"""What the rules of this version speak of; every other program of a household is *unknown* to them."""

RENT_RANGE_CENTS = (0, 3_000_00)
CHILD_CARE_RANGE_CENTS = (0, 2_500_00)
FULL_DISREGARD_MONTHS = 6
"""Months of the full disregard of earnings that the law gives (106 CMR 704.281(A))."""


Unknown = dict[str, tuple[Flags, str]]
"""By program, where its part is not known (n,), and why."""


@dataclass(frozen=True)
class Month:
    """What follows in one month for n households, cents a month.

    `parts` are signed: benefits and credits add; taxes, premiums, and what is paid for care that CCFA helps with and
    for a subsidised lease take. `net_cents` is earnings and unearned income with all parts; health coverage is a state
    beside it (`coverage`, n × p). `care_ends`: where income is over CCFA's limit;
    `counted_grant_cents`: TAFDC without what other programs do not count.
    `unknown` says where a part is not known, with the reason.
    """

    cases: Cases
    parts: dict[str, Cents]
    coverage: npt.NDArray[np.int64]
    snap_over_limit: Flags
    tafdc_receives: Flags
    counted_grant_cents: Cents
    full_disregard: Flags
    care_ends: Flags
    unknown: Unknown
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
            self.counted_grant_cents[start:stop],
            self.full_disregard[start:stop], self.care_ends[start:stop],
            {name: (where[start:stop], reason) for name, (where, reason) in self.unknown.items()}, self.used,
        )  # fmt: skip


@dataclass(frozen=True)
class Held:
    """What stands until the next review, cents a month (n,); where it is below zero, the rule's own amount does."""

    care_cents: Cents
    share_cents: Cents


def simulate(
    cases: Cases, transitional: Flags | None = None, enrolled: dict[str, Flags] | None = None,
    law: Parameters | None = None, held: Held | None = None,
) -> Month:  # fmt: skip
    """Run every rule on the cases of a month.

    `transitional`: families in their months of transitional MassHealth. `enrolled` narrows SNAP and TAFDC
    to households that take part (default: whoever is eligible); child care and a lease are facts. `held`: what was paid
    for them at the last review (default: a review is now). Raises `UnknownParameter` when a
    parameter that no answer can do without is not known for the month. `law`: the parameters of the month, where what
    rules tell of their steps is wanted (`Parameters.at(month, explaining=True)`).
    """
    law = law or Parameters.at(cases.month)
    n = cases.ages.shape[0]
    nobody = np.zeros(n, dtype=bool)
    takes = enrolled or {}
    given, unknown = cases, Unknown()
    cases, claims = _claims(cases, law, unknown)
    grant = tafdc.grant(cases, law)
    receives = grant.receives & takes.get("TAFDC", ~nobody)
    cash = np.where(receives, grant.cents, 0)
    counted = np.where(receives, grant.without_clothing_cents, 0)
    fed, housed = (counted * law[f"edges/tafdc_counts_for_{name}"] for name in ("snap", "housing"))
    cases, care, ends = _care(cases, law, receives & law["edges/tafdc_confers_ccfa"], held, unknown)
    cases, share = _lease(cases, law, housed, held, unknown)
    food = snap.allotment(cases, law, fed, receives & law["edges/tafdc_confers_snap"])
    kept = nobody if transitional is None else transitional
    health = masshealth.coverage(cases, law, kept, receives & law["edges/tafdc_confers_masshealth"])
    subsidised = connectorcare.enrollees(cases, law, health.coverage == Coverage.NONE)
    fica, leave = payroll.yearly_cents(cases, law)
    tax = federal.yearly(cases, law, fica.sum(axis=1))
    state = massachusetts.yearly(cases, law, fica, tax.eitc_cents)
    taken = fica.sum(axis=1) + leave + tax.tax_cents + state.tax_cents
    parts = {
        "TAFDC": cash,
        "SNAP": np.where(takes.get("SNAP", ~nobody), food.cents, 0),
        "UI": claims,
        "CCFA": -care,
        "HOUSING": -share,
        "MASSHEALTH": -health.premium_cents,
        "CONNECTORCARE": -subsidised.premium_cents,
        "FEDERAL_CREDITS": (tax.eitc_cents + tax.child_credit_cents) // 12,
        "STATE_CREDITS": (state.eitc_cents + state.child_credit_cents) // 12,
        "TAXES": -(taken // 12),
    }
    if subsidised.reason:
        unknown["CONNECTORCARE"] = (subsidised.premium_unknown, subsidised.reason)
    coverage = np.where(subsidised.covered, Coverage.CONNECTORCARE, health.coverage)
    disregards = grant.full_disregard & receives
    return Month(given, parts, coverage, food.over_gross_limit, receives, counted, disregards, ends, unknown, law.used)


def _claims(cases: Cases, law: Parameters, unknown: Unknown) -> tuple[Cases, Cents]:
    """The cases with the unemployment benefits that they are paid, and those."""
    claim = np.asarray((cases.ui_weekly_cents > 0).any(axis=1))
    paid = _of("UI", claim, cases, law, unknown, lambda some, _: unemployment.claims_cents(some, law))
    return (replace(cases, unemployment_cents=cases.unemployment_cents + paid) if paid.any() else cases), paid


def _care(
    cases: Cases, law: Parameters, exempt: Flags, held: Held | None, unknown: Unknown
) -> tuple[Cases, Cents, Flags]:  # fmt: skip
    """The cases with what they pay for care that CCFA helps with, that, and where income is over its limit."""
    helped = np.asarray((cases.care > ccfa.Care.NONE).any(axis=1))
    over = np.zeros_like(helped)

    def cost(some: Cases, which: Any) -> Cents:
        found = ccfa.cost(some, law, exempt[which])
        over[which] = found.over_limit
        return found.cents

    paid = _of("CCFA", helped, cases, law, unknown, cost)
    if "CCFA" in unknown or not helped.any():
        return cases, paid, np.zeros_like(helped)
    paid = paid if held is None else np.where(helped & (held.care_cents >= 0), held.care_cents, paid)
    return cases.bearing(child_care_cents=cases.child_care_cents + paid), paid, helped & over


def _lease(
    cases: Cases, law: Parameters, grants_cents: Cents, held: Held | None, unknown: Unknown
) -> tuple[Cases, Cents]:  # fmt: skip
    """The cases with the rent that they bear in a subsidised lease, and that."""
    leased = np.asarray(cases.lease > housing.Lease.NONE)
    share = _of(
        "HOUSING", leased, cases, law, unknown,
        lambda some, which: housing.share_cents(some, law, grants_cents[which]),
    )  # fmt: skip
    if "HOUSING" in unknown or not leased.any():
        return cases, share
    share = share if held is None else np.where(leased & (held.share_cents >= 0), held.share_cents, share)
    return cases.bearing(rent_cents=np.where(leased, share, cases.rent_cents)), share


def _of(
    program: str, inside: Flags, cases: Cases, law: Parameters, unknown: Unknown, rule: Callable[[Cases, Any], Cents]
) -> Cents:  # fmt: skip
    """What a program's rule gives for those in it (n,), 0 for the others; who is `unknown` is told there.

    Asked of those in it alone, but of all where its steps are told.
    """
    found = np.zeros(len(inside), dtype=np.int64)
    if not inside.any():
        return found
    try:
        if law.steps is not None:
            return np.where(inside, rule(cases, slice(None)), 0)
        found[inside] = rule(cases.some(inside), inside)
    except UnknownParameter as why:
        unknown[program] = (inside, str(why))
    return found


@dataclass(frozen=True)
class Known:
    """Which facts of a household are recorded; the others are bounded over their declared range."""

    rent: bool = True
    child_care: bool = True
    heating: bool = True
    disregard: bool = True
    care_price: bool = True
    mrvp: bool = True

    def missing(self) -> tuple[str, ...]:
        return tuple(name for field, name in FACTS.items() if not getattr(self, field))


FACTS = {
    "rent": "rent", "child_care": "child care", "heating": "heating costs",
    "disregard": "months of the full TAFDC disregard", "care_price": "what child care costs without help",
    "mrvp": "which earnings MRVP counts",
}  # fmt: skip
"""What the facts of `Known` are called."""


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


def narrows_most(cases: Cases, known: Known, enrolled: Mapping[str, bool]) -> str | None:
    """Which fact that is not recorded would narrow net resources most, if it were; None where none would.

    How far apart the ends are now, less how far apart they are with the fact at whichever of its ends leaves more; of
    cases at several earnings, where that is most.
    """
    missing = {name: field for field, name in FACTS.items() if not getattr(known, field)}
    takes = {name: np.full(len(cases.rent_cents), yes) for name, yes in enrolled.items()}

    def width(of: Cases, known: Known) -> Cents:
        net = np.array([simulate(end, enrolled=takes).net_cents for end in corners(of, known)])
        return np.asarray(net.max(axis=0) - net.min(axis=0))

    whole, gains = width(cases, known), dict[str, int]()
    for name, field in missing.items():
        alone = Known(**{each: each != field for each in FACTS})
        rest = replace(known, **{field: True})
        left = np.max([width(end, rest) for end in corners(cases, alone)], axis=0)
        gains[name] = int((whole - left).max())
    return max(gains, key=lambda name: gains[name]) if any(gain > 0 for gain in gains.values()) else None


def _corner(cases: Cases, known: Known, end: int, disregard_months_left: int | None) -> Cases:
    facts: dict[str, Any] = {}
    if not known.rent:
        facts["rent_cents"] = np.full_like(cases.rent_cents, RENT_RANGE_CENTS[end])
    if not known.child_care:
        facts["child_care_cents"] = np.full_like(cases.child_care_cents, CHILD_CARE_RANGE_CENTS[end])
    if not known.heating:
        facts["heats"] = np.full_like(cases.heats, bool(end))
    if not known.care_price:
        facts["care_price_cents"] = np.full_like(cases.care_price_cents, CHILD_CARE_RANGE_CENTS[1 - end])
    if not known.mrvp:
        facts["all_earnings"] = np.full_like(cases.all_earnings, not end)
    if disregard_months_left is not None:
        facts["disregard_months_left"] = np.full_like(cases.disregard_months_left, disregard_months_left)
    return replace(cases, **facts)
