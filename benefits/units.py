"""Who of those who live together is one unit for which program: rules, with their sources.

A unit is told as the cases in which its members alone are: what a rule says of them, it says of the unit. Where an
agency recorded who is in its unit, that outranks the rule. Whom a filer could claim as a relative, who buys food apart
and whose stepchild a child is are not recorded: adults who are not married to one another are taken to be alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benefits.cases import OF_PEOPLE, Cases, Flags
from benefits.parameters import Parameters

Values = npt.NDArray[Any]


def snap_household(cases: Cases) -> Cases:
    """Who lives together and buys food together: everyone, if it is not recorded (7 CFR 273.1(a), (b))."""
    home = cases.only(_recorded(cases, "in_snap"))
    if home is cases:
        return home
    of_children = np.where(home.has_children, 1, 0)  # what is received and paid for children goes with them
    support, care = home.child_support_cents * of_children, home.child_care_cents * of_children
    return home.having(child_support_cents=support, child_care_cents=care)


def assistance_unit(cases: Cases, law: Parameters) -> Flags:
    """The dependent children, their brothers and sisters and their parents, without who has SSI (106 CMR 704.305(A));
    every adult counts as a parent, if it is not recorded (n, p)."""
    excludes, unit = law["edges/ssi_excludes_tafdc"], cases.people
    if "parents" in cases.filled:
        known = np.asarray(cases.parents.any(axis=1))[:, None]
        unit = np.where(known, cases.parents | cases.children | cases.pregnant, unit)
    if "in_tafdc" in cases.filled:
        unit = np.where(np.asarray(cases.in_tafdc.any(axis=1))[:, None], cases.in_tafdc, unit)
    if excludes and "ssi_cents" in cases.filled:
        unit = unit & ~cases.has("ssi_cents")
    return np.asarray(cases.people & unit)


def care_family(cases: Cases) -> Flags:
    """Parents and their children (606 CMR 10.02), and everyone, if it is not recorded (n, p)."""
    return np.asarray(cases.people & _recorded(cases, "care_family"))


def tax_return(cases: Cases) -> Cases:
    """The filers' return: who is in it, with the income of the filers alone, as each has a return of their own
    (26 USC 61, 6012(a))."""
    own = cases.of_filers
    if not (own.dependents & (_income(own) > 0)).any():
        return own
    return _with_income_of(own, own.filers | ~np.asarray(own.filers.any(axis=1))[:, None])


def masshealth_household(cases: Cases, law: Parameters) -> Cases:
    """Who files and whom they claim; a dependant's income counts if it is so much that they must file (42 CFR
    435.603(d)(2), (f)(1), (f)(2); 130 CMR 506.002)."""
    return _counted(cases.of_filers, law)


def childrens_household(cases: Cases, law: Parameters) -> tuple[Flags, Cases] | None:
    """Where a child lives with two parents who are not married (n,), both are of the child's household (42 CFR
    435.603(f)(2)(ii), (f)(3)): the cases of those; None where nobody does."""
    beside = np.asarray((cases.parents & ~cases.tax_unit).any(axis=1))
    if not beside.any():
        return None
    some = cases.some(beside)
    return beside, _counted(some.only(some.tax_unit | some.parents), law)


def _counted(own: Cases, law: Parameters) -> Cases:
    """The cases with the income of dependants only where it is so much that they must file; Social Security alone is
    none that is taxed (26 USC 63(c)(5), 86, 6012(a)(1)(C))."""
    if not (own.dependents & (_income(own) > 0)).any():
        return own
    earned, unearned = own.earnings_cents * 12, (own.unemployment_cents + own.other_income_cents) * 12
    rule = law["federal_tax/dependent_deduction"]
    least, more = round(rule["least"] * 100), round(rule["earned_plus"] * 100)
    most = round(law["federal_tax/standard_deduction"]["single"] * 100)
    deducted = np.minimum(np.maximum(least, earned + more), most)
    must_file = (unearned > least) | (earned + unearned > deducted)
    return _with_income_of(own, ~own.dependents | must_file)


def others(cases: Cases) -> Flags:
    """Adults who are in nobody's tax unit: each is one of their own (26 USC 1(c); 42 CFR 435.603(f)(3)) (n, p)."""
    return np.asarray(cases.adults & ~cases.tax_unit)


def other_returns(cases: Cases) -> Flags:
    """Adults besides the filers who have a return of their own, among them grown dependants who earn (n, p)."""
    besides = cases.adults & ~cases.filers
    return np.asarray(besides & (~cases.tax_unit | (_income(cases) > 0)) if besides.any() else besides)


@dataclass(frozen=True)
class Alone:
    """People as units of one: `cases` (m, 1), and the row and place of each."""

    cases: Cases
    rows: npt.NDArray[np.intp]
    places: npt.NDArray[np.intp]

    def of(self, values: Values) -> Values:
        """What is theirs of values (n, p): (m,)."""
        return values[self.rows, self.places]

    def added(self, to: Values, theirs: Values) -> Values:
        """Values of households (n,), with theirs (m,) added."""
        total = to.copy()
        np.add.at(total, self.rows, theirs)
        return total

    def put(self, into: Values, theirs: Values) -> Values:
        """Values of people (n, p), with theirs (m,) put in their places."""
        found = into.copy(order="F")
        found[self.rows, self.places] = theirs
        return found


def alone(cases: Cases, which: Flags) -> Alone | None:
    """People (n, p) as units of one; None where there are none. What a household bears is borne by the others."""
    if not which.any():
        return None
    rows, places = np.nonzero(which)
    theirs = (OF_PEOPLE & cases.filled) | {"ages", "earnings_cents"}
    arrays: dict[str, Any] = {name: getattr(cases, name)[rows, places][:, None] for name in theirs}
    arrays["claimed"] = cases.dependents[rows, places][:, None]
    facts = {name: arrays.pop(name) for name in ("ages", "earnings_cents")}
    return Alone(Cases.of(cases.month, facts["ages"], facts["earnings_cents"], most=None, **arrays), rows, places)


def _recorded(cases: Cases, unit: str) -> Flags:
    """Those who are marked, or everyone where nobody is."""
    members: Flags = getattr(cases, unit)
    if unit not in cases.filled:
        return cases.people
    return np.asarray(members | ~np.asarray(members.any(axis=1))[:, None])


def _income(cases: Cases) -> Values:
    return cases.earnings_cents + cases.each_unearned_cents


def _with_income_of(cases: Cases, whose: Flags) -> Cases:
    """The cases with the income of some alone."""
    names = {"earnings_cents", "social_security_cents", "unemployment_cents", "other_income_cents"} & cases.filled
    incomes: dict[str, Any] = {name: np.where(whose, getattr(cases, name), 0) for name in names}
    return cases.having(**incomes)
