"""Supplemental Security Income (20 CFR 416) and Massachusetts' supplement to it (106 CMR 327.330)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benefits.cases import Cases, Cents, Flags
from benefits.parameters import Parameters

AGED = 65


@dataclass(frozen=True)
class Income:
    """Cents a month of each person (n, p); `unknown` (n, p): a disabled child, whose parents' income is deemed."""

    federal_cents: Cents
    state_cents: Cents
    unknown: Flags


def benefit(cases: Cases, law: Parameters) -> Income:
    """Of adults who are 65 or disabled, one by one or as a couple (416.1160-1163), as if within the limit of $2,000 on
    what they own ($3,000 a couple). Social Security is taken as the first adult's.

    Of a spouse who is not eligible, income is deemed where it is more than the difference of the two rates.
    """
    rate, out = law["ssi/benefit_rate"], law["ssi/exclusions"]
    head = cases.adults & (np.cumsum(cases.adults, axis=1) == 1)
    spouse = cases.filers & ~head
    fit = cases.filers & ((cases.ages >= AGED) | cases.disabled) & (cases.ages >= 18)
    one, couple = round(rate["one"] * 100), round(rate["couple"] * 100)
    earned = np.where(cases.filers, cases.earnings_cents, 0)
    other = cases.main_unearned_cents
    two = (fit & head).any(axis=1) & (fit & spouse).any(axis=1)
    mine, theirs = (np.where(which, earned, 0).sum(axis=1) for which in (fit, cases.filers & ~fit))
    own = np.where((fit & head).any(axis=1), other, 0)
    deemed_other = other - own
    children = (cases.children & ~cases.disabled).sum(axis=1) * (couple - one)
    left_other = np.maximum(deemed_other - children, 0)
    left_earned = np.maximum(theirs - np.maximum(children - deemed_other, 0), 0)
    deems = (left_other + left_earned > couple - one) & cases.joint & ~two
    counted_alone = _countable(own, mine, out)
    counted_both = _countable(own + left_other, mine + left_earned, out)
    alone, both = one - counted_alone, couple - np.where(two, counted_alone, counted_both)
    left = np.where(two, both // 2, np.where(deems, np.minimum(alone, both), alone))
    federal = np.where(fit, np.maximum(left, 0)[:, None], 0)
    added = np.where(fit, np.maximum(_supplement_cents(cases, law, two) + np.minimum(left, 0)[:, None], 0), 0)
    child = cases.children & cases.disabled
    return Income(federal, added, child)


def _countable(other: Cents, earned: Cents, out: dict[str, float]) -> Cents:
    """What is left of income after $20 of any, $65 of earnings and half of the rest (416.1112, 416.1124)."""
    general = round(out["general"] * 100)
    rest = np.maximum(general - other, 0)
    work = np.maximum(earned - rest - round(out["earned"] * 100), 0)
    return np.asarray(np.maximum(other - general, 0) + work - np.floor(work * out["share"]).astype(np.int64))


def _supplement_cents(cases: Cases, law: Parameters, two: Flags) -> Cents:
    """The most that the state adds (n, p), from which income beyond the federal rate is taken (416.2025): less for who
    shares the household's expenses."""
    table = law["ssi/state_supplement"]
    shares = (cases.size > 1)[:, None]
    aged, disabled = (
        np.where(shares, round(table[kind][1] * 100), round(table[kind][0] * 100)) for kind in ("aged", "disabled")
    )
    old = cases.ages >= AGED
    pair = np.where(old, round(table["aged_couple"] * 100), round(table["disabled_couple"] * 100))
    return np.where(two[:, None], pair, np.where(old, aged, disabled))
