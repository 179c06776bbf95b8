"""Supplemental Security Income (20 CFR 416) and Massachusetts' supplement to it (106 CMR 327.330)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from benefits import units
from benefits.cases import Cases, Cents, Flags, Kinds
from benefits.parameters import Parameters

AGED = 65
NEAR_CENTS = 5_00
"""So near the rules must come to what is recorded to be behind it."""


class Paid(IntEnum):
    """What the rules tell of somebody's SSI."""

    NOTHING = 0
    FEDERAL = 1
    FULL_COST = 2  # with the state's supplement of who bears the full cost of living
    SHARED = 3  # with that of who shares it


@dataclass(frozen=True)
class Income:
    """Cents a month of each person (n, p), the state's supplement for who bears the full cost of living and for who
    shares it; `unknown` (n, p): a disabled child of a parent who is 65 or disabled, as
    income is deemed to that parent first (416.1166)."""

    federal_cents: Cents
    full_cents: Cents
    shared_cents: Cents
    unknown: Flags

    def of(self, paid: Kinds) -> Cents:
        """What is paid to whom the rules tell it of, see `Paid` (n, p)."""
        added = np.where(paid == Paid.FULL_COST, self.full_cents, np.where(paid == Paid.SHARED, self.shared_cents, 0))
        return np.where(paid > Paid.NOTHING, self.federal_cents + added, 0)


def benefit(cases: Cases, law: Parameters) -> Income:
    """Of adults who are 65 or disabled, one by one or as a couple (416.1160-1163), as if within the limit of $2,000 on
    what they own ($3,000 a couple). Adults besides the first and who is married to them are alone.

    Of a spouse who is not eligible, income is deemed where it is more than the difference of the two rates; of parents
    to disabled children what is left beyond their own allocation (416.1165). The state's supplement of a child was not
    found.
    """
    found = _of_filers(cases, law)
    theirs = units.alone(cases, cases.adults & ~cases.filers & (cases.disabled | (cases.ages >= AGED)))
    if theirs is None:
        return found
    own = _of_filers(theirs.cases, law)
    return Income(
        theirs.put(found.federal_cents, own.federal_cents[:, 0]), theirs.put(found.full_cents, own.full_cents[:, 0]),
        theirs.put(found.shared_cents, own.shared_cents[:, 0]), found.unknown,
    )  # fmt: skip


def shares(cases: Cases) -> Flags:
    """Households (n,) in which others than the filers and their children live: who has SSI there shares the cost of
    living, as long as nobody bears two thirds of it alone (106 CMR 327.330; POMS SI 01415.041)."""
    return np.asarray(units.others(cases).any(axis=1))


def told(cases: Cases, law: Parameters) -> Cents:
    """What is paid to whom the rules tell it of (n, p), cents a month."""
    tell = law.telling("SSI")
    found = benefit(cases, law)
    paid = found.of(cases.ssi_paid)
    inside = cases.ssi_paid > Paid.NOTHING
    earned = np.where(inside | cases.filers, cases.earnings_cents, 0)
    tell("earnings of who has it, and of their spouse", earned, "20 CFR 416.1110, 416.1163")
    other = np.where(inside | cases.filers, cases.each_unearned_cents, 0)
    tell("their other income", other, "20 CFR 416.1121, 416.1163")
    of = ("earnings of who has it, and of their spouse", "their other income")
    federal = np.where(inside, found.federal_cents, 0)
    tell("federal benefit", federal, "20 CFR 416.410-416.420, 416.1112, 416.1124, 416.1163", *of)
    added = paid - federal
    tell("the state's supplement", added, "106 CMR 327.330", *of)
    return tell("SSI", paid, "20 CFR 416.110, 416.2001", "federal benefit", "the state's supplement")


def behind(cases: Cases, law: Parameters, place: int, recorded_cents: int) -> Paid:
    """How the rules come to what is recorded of the one household's person in a place; NOTHING: they do not."""
    found = benefit(cases, law)
    likely = (Paid.SHARED, Paid.FULL_COST) if shares(cases)[0] else (Paid.FULL_COST, Paid.SHARED)
    for paid in (*likely, Paid.FEDERAL):
        cents = int(found.of(np.full_like(cases.ssi_paid, paid))[0, place])
        if cents and abs(cents - recorded_cents) <= NEAR_CENTS:
            return paid
    return Paid.NOTHING


def _of_filers(cases: Cases, law: Parameters) -> Income:
    rate, out = law["ssi/benefit_rate"], law["ssi/exclusions"]
    head, spouse = cases.head, cases.filers & ~cases.head
    fit = cases.filers & ((cases.ages >= AGED) | cases.disabled)
    one, couple = round(rate["one"] * 100), round(rate["couple"] * 100)
    unearned = cases.each_unearned_cents
    two = np.asarray((fit & head).any(axis=1) & (fit & spouse).any(axis=1))
    ineligible = cases.filers & ~fit

    def of(whose: Flags, cents: Cents) -> Cents:
        return np.where(whose, cents, 0).sum(axis=1)

    mine, theirs = of(fit, cases.earnings_cents), of(ineligible, cases.earnings_cents)
    own, deemed_other = of(fit, unearned), of(ineligible, unearned)
    children = (cases.children & ~cases.disabled).sum(axis=1) * (couple - one)
    left_other = np.maximum(deemed_other - children, 0)
    left_earned = np.maximum(theirs - np.maximum(children - deemed_other, 0), 0)
    deems = (left_other + left_earned > couple - one) & cases.joint & ~two
    counted_alone = _countable(own, mine, out)
    counted_both = _countable(own + left_other, mine + left_earned, out)
    alone, both = one - counted_alone, couple - np.where(two, counted_alone, counted_both)
    left = np.where(two, both // 2, np.where(deems, np.minimum(alone, both), alone))
    federal = np.where(fit, np.maximum(left, 0)[:, None], 0)
    full, shared = (
        np.where(fit, np.maximum(most + np.minimum(left, 0)[:, None], 0), 0)
        for most in _supplements_cents(cases, law, two)
    )
    child = cases.children & cases.disabled
    second = np.asarray(fit.any(axis=1))[:, None]
    return Income(np.where(child & ~second, _of_children(cases, law), federal), full, shared, child & second)


def _of_children(cases: Cases, law: Parameters) -> Cents:
    """The federal benefit of each disabled child of parents who are not eligible themselves (416.1165) (n, p)."""
    child = cases.children & cases.disabled
    rate, out = law["ssi/benefit_rate"], law["ssi/exclusions"]
    one, couple = round(rate["one"] * 100), round(rate["couple"] * 100)
    unearned = cases.each_unearned_cents
    known = np.asarray(cases.parents.any(axis=1))[:, None]
    parent = np.where(known, cases.parents, cases.filers)
    earned, other = (np.where(parent, cents, 0).sum(axis=1) for cents in (cases.earnings_cents, unearned))
    allocated = (cases.children & ~cases.disabled).sum(axis=1) * (couple - one)
    left_other = np.maximum(other - allocated, 0)
    left_earned = np.maximum(earned - np.maximum(allocated - other, 0), 0)
    parents = np.where(parent.sum(axis=1) > 1, couple, np.where(parent.any(axis=1), one, 0))
    deemed = np.maximum(_countable(left_other, left_earned, out) - parents, 0)
    each = deemed // np.maximum(child.sum(axis=1), 1)
    counted = np.maximum(each[:, None] + unearned - round(out["general"] * 100), 0)
    return np.where(child, np.maximum(one - counted, 0), 0)


def _countable(other: Cents, earned: Cents, out: dict[str, float]) -> Cents:
    """What is left of income after $20 of any, $65 of earnings and half of the rest (416.1112, 416.1124)."""
    general = round(out["general"] * 100)
    rest = np.maximum(general - other, 0)
    work = np.maximum(earned - rest - round(out["earned"] * 100), 0)
    return np.asarray(np.maximum(other - general, 0) + work - np.floor(work * out["share"]).astype(np.int64))


def _supplements_cents(cases: Cases, law: Parameters, two: Flags) -> tuple[Cents, Cents]:
    """The most that the state adds (n, p), from which income beyond the federal rate is taken (416.2025): to who bears
    the full cost of living, and to who shares it."""
    table = law["ssi/state_supplement"]
    old = cases.ages >= AGED
    pair = np.where(old, round(table["aged_couple"] * 100), round(table["disabled_couple"] * 100))
    full, shared = (
        np.where(old, round(table["aged"][place] * 100), round(table["disabled"][place] * 100)) for place in (0, 1)
    )
    return np.where(two[:, None], pair, full), np.where(two[:, None], pair, shared)
