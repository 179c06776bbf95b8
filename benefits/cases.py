"""What the rules ask: many households in one month, as arrays.

`n` households (or points of a ladder), `p` places for people; a place without a person has age -1.
Money is integer cents a month.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

Cents = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Counts = npt.NDArray[np.int64]
Ages = npt.NDArray[np.int16]
Kinds = npt.NDArray[np.int8]
Rows = npt.NDArray[np.intp]
A = TypeVar("A")

ADULT, OF_AGE, ELDERLY = 18, 19, 60
NOBODY, OLDEST, MOST_PEOPLE, MOST_CENTS = -1, 130, 24, 10_000_000_00


class CasesError(ValueError):
    """A fact that cannot be, with the path to it: `earnings_cents[3, 0]: -5 ...`; `fact`: its name."""

    def __init__(self, fact: str, what: str) -> None:
        super().__init__(f"{fact}{what}")
        self.fact, self.what = fact, what

    def __reduce__(self) -> tuple[type[CasesError], tuple[str, str]]:
        return type(self), (self.fact, self.what)


class _Who(cached_property[A]):
    """What follows from who is there and what they are to one another: cases of the same people have it together."""

    def __get__(self, cases: Any, owner: type[Any] | None = None) -> Any:
        same = None if cases is None else cases.__dict__.get("_same_people")
        if same is None:
            return super().__get__(cases, owner)
        found = cases.__dict__[self.attrname] = getattr(same, str(self.attrname))
        return found


@dataclass(frozen=True)
class Cases:
    """Facts and remembered state of n households in one month."""

    month: date
    ages: Ages  # (n, p), -1: nobody
    earnings_cents: Cents  # (n, p)
    ssi_cents: Cents  # (n, p) Supplemental Security Income, as far as no rule tells it
    ssi_paid: Kinds  # (n, p) what the rules tell of whose SSI, see `ssi.Paid`
    social_security_cents: Cents  # (n, p) of retirement, disability and survivors
    ui_weekly_cents: Cents  # (n, p) the weekly benefit of who claims unemployment insurance, before earnings
    ui_children: Counts  # (n, p) for how many children that claim has an allowance
    unemployment_cents: Cents  # (n, p) unemployment benefits of which no weekly benefit is known
    child_support_cents: Cents  # (n,) received
    other_income_cents: Cents  # (n, p) pensions and the like; grants of our programs not included
    in_snap: Flags  # (n, p) who is recorded in the SNAP household; nobody marked: see `units`
    in_tafdc: Flags  # (n, p) who is recorded in the TAFDC assistance unit; nobody marked: see `units`
    rent_cents: Cents  # (n,) in a subsidised lease the tenant's share, as far as no rule tells it
    child_care_cents: Cents  # (n,) paid by the household itself, for care that CCFA does not pay for
    care: Kinds  # (n, p) how much care of a child CCFA pays for, see `ccfa.Care`
    care_family: Flags  # (n, p) the parents and children whom CCFA counts; nobody marked: everyone who lives there
    care_price_cents: Cents  # (n,) what that care costs without help
    lease: Counts  # (n,) what pays for a subsidised lease, see `housing.Lease`
    contract_rent_cents: Cents  # (n,) the whole rent of that lease; 0: not recorded
    all_earnings: Flags  # (n,) MRVP counts all earnings, not half of them, see `housing.mrvp_cents`
    utilities: Counts  # (n,) which are paid besides rent in public housing, see `housing.Utilities`
    medical_cents: Cents  # (n,) medical costs of elderly and disabled members that nothing pays back
    eaedc_months_worked: Counts  # (n, p) months of earnings that EAEDC has counted
    claimed: Flags  # (n, p) adults whom somebody else claims as a dependant, where they stand alone
    excluded_cents: Cents  # (n,) earnings that a lease does not count yet (24 CFR 5.617)
    heats: Flags  # (n,) pays for heating or cooling apart from rent; if not, for other utilities
    no_utilities: Flags  # (n,) pays for none at all
    disabled: Flags  # (n, p)
    pregnant: Flags  # (n, p)
    files: Flags  # (n, p) who files the household's tax return; nobody marked: the first adult, two if joint
    parents: Flags  # (n, p) of the children; nobody marked: not recorded, see `units`
    joint: Flags  # (n,) two file together, as they are married: the first two adults where none are marked
    subsidized: Flags  # (n,) public or subsidized housing
    tafdc_recipient: Flags  # (n,) received TAFDC last month
    disregard_months_left: Counts  # (n,) months of the full earned-income disregard
    parent_covered: Flags  # (n,) an adult had MassHealth last month

    def __post_init__(self) -> None:
        for name in OF_PEOPLE:  # one place after another in memory: what is summed up over people is read in one go
            object.__setattr__(self, name, np.asfortranarray(getattr(self, name), dtype=_SMALL.get(name)))

    @classmethod
    def of(
        cls, month: date, ages: Ages | Counts, earnings_cents: Cents, *, most: int | None = MOST_PEOPLE,
        **facts: npt.NDArray[Any],
    ) -> Cases:  # fmt: skip
        """Cases of which facts that are not given are none. Raises `CasesError` for what cannot be, and for a household
        of more than `most` people."""
        n, p = ages.shape
        blank: dict[str, npt.NDArray[Any]] = {
            name: np.zeros((n, p) if name in OF_PEOPLE else n, dtype=bool if name in FLAGS else np.int64)
            for name in ARRAYS
        }
        given = {"ages": ages, "earnings_cents": earnings_cents} | facts
        _check(month, given, n, p, most)
        return cls(month, **(blank | given))

    @_Who
    def people(self) -> Flags:
        return self.ages >= 0

    @_Who
    def size(self) -> Counts:
        return how_many(self.people)

    @_Who
    def children(self) -> Flags:
        return self.people & (self.ages < ADULT)

    @_Who
    def adults(self) -> Flags:
        return self.ages >= ADULT

    @_Who
    def has_children(self) -> Flags:
        return np.asarray(self.children.any(axis=1))

    @_Who
    def filers(self) -> Flags:
        """Who files the household's tax return, see `files`."""
        first = _first(self.adults, np.where(self.joint, np.int8(2), np.int8(1)))
        if "files" not in self.filled:
            return first
        return np.where(np.asarray(self.files.any(axis=1))[:, None], self.files & self.adults, first)

    @_Who
    def head(self) -> Flags:
        """The first filer."""
        return _first(self.filers, np.ones(len(self.filers), dtype=np.int8))

    @_Who
    def dependents(self) -> Flags:
        """Whom the filers claim: under 19, no filer; who is older and disabled or a student is not told from others who
        live there (26 USC 152(c))."""
        files = np.asarray(self.filers.any(axis=1))[:, None]
        return np.asarray(self.people & ~self.filers & (self.ages < OF_AGE) & files)

    @_Who
    def tax_unit(self) -> Flags:
        """The filers and whom they claim (26 USC 1, 151, 152), and everyone where nobody files."""
        files = np.asarray(self.filers.any(axis=1))[:, None]
        return np.asarray(self.filers | self.dependents | (self.people & ~files))

    @_Who
    def claims(self) -> Flags:
        """Households whose return has a dependent."""
        return np.asarray(self.dependents.any(axis=1))

    @cached_property
    def earned_cents(self) -> Cents:
        """Earnings of adults; a child's are not counted in this version."""
        return np.where(self.adults, self.earnings_cents, 0).sum(axis=1)

    @cached_property
    def unearned_cents(self) -> Cents:
        """Income of every kind but earnings and grants of our programs."""
        return self._summed("ssi_cents") + self.child_support_cents + self.main_unearned_cents

    @cached_property
    def gross_income_cents(self) -> Cents:
        """What counts as modified adjusted gross income: all but SSI and child support (42 CFR 435.603(e))."""
        return self.earned_cents + self.main_unearned_cents

    @cached_property
    def main_unearned_cents(self) -> Cents:
        """Social Security, unemployment, pensions and the like: all unearned income but SSI and child support."""
        return self._summed("social_security_cents") + self.taxed_unearned_cents

    @cached_property
    def each_unearned_cents(self) -> Cents:
        """The same of each person (n, p)."""
        names = ("social_security_cents", "unemployment_cents", "other_income_cents")
        cents = [getattr(self, name) for name in names if name in self.filled]
        return np.asarray(sum(cents[1:], cents[0]) if cents else np.zeros_like(self.earnings_cents))

    @cached_property
    def taxed_unearned_cents(self) -> Cents:
        """Unemployment, pensions and the like (26 USC 61, 85)."""
        return self._summed("unemployment_cents") + self._summed("other_income_cents")

    def _summed(self, name: str) -> Cents:
        """What people have together (n,)."""
        cents: Cents = getattr(self, name)
        return cents.sum(axis=1) if name in self.filled else np.zeros(len(cents), dtype=np.int64)

    @cached_property
    def earners(self) -> Counts:
        return how_many((self.earnings_cents > 0) & self.adults)

    @_Who
    def elderly_or_disabled(self) -> Flags:
        return np.asarray(((self.ages >= ELDERLY) | (self.disabled & self.people)).any(axis=1))

    def rows(self, start: int, stop: int) -> Cases:
        """Some of the households."""
        return self._made(lambda name: np.asfortranarray(getattr(self, name)[start:stop]), self.filled)

    def some(self, which: Flags | Rows, places: int | None = None) -> Cases:
        """Some of the households: marked (n,), or their rows; with the first so many places for people."""
        rows: Rows = np.flatnonzero(which) if which.dtype == bool else np.asarray(which, dtype=np.intp)
        shape, nothing = (places or self.ages.shape[1], len(rows)), dict[tuple[bool, bool], npt.NDArray[Any]]()

        def find(name: str) -> npt.NDArray[Any]:
            of_people, flag = name in OF_PEOPLE, name in FLAGS
            if name in self.filled:
                values = getattr(self, name).T
                return np.asarray((values[: shape[0]] if of_people else values).take(rows, axis=-1).T)
            if (of_people, flag) not in nothing:  # one array stands for all that are empty
                empty = np.zeros(shape if of_people else shape[1], dtype=bool if flag else np.int64)
                nothing[of_people, flag] = empty.T
            return nothing[of_people, flag]

        return self._made(find, self.filled)

    def having(self, **facts: Any) -> Cases:
        """The same with other facts."""
        found = self._made(partial(getattr, self), self.filled | facts.keys())
        found.__dict__.update({name: np.asfortranarray(values) for name, values in facts.items()})
        if not _TELLS_WHO & facts.keys():
            found.__dict__["_same_people"] = self
        return found

    def in_month(self, month: date, **facts: Any) -> Cases:
        """The same in another month, with other facts."""
        found = self.having(**facts)
        found.__dict__["month"] = month
        return found

    def has(self, name: str) -> Flags:
        """Who has more than nothing of a fact (n, p)."""
        values = getattr(self, name)
        return np.asarray(values > 0 if name in self.filled else np.zeros_like(values, dtype=bool))

    @cached_property
    def filled(self) -> frozenset[str]:
        """Facts that somebody may have; most have nothing anywhere, and are quickly done with."""
        return frozenset(name for name in ARRAYS if getattr(self, name).any())

    def _made(self, find: Callable[[str], npt.NDArray[Any]], filled: frozenset[str]) -> Cases:
        """Cases of the same month, of which each fact is found when a rule first asks for it."""
        found = object.__new__(Cases)
        found.__dict__.update(month=self.month, filled=filled, _find=find)
        return found

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> npt.NDArray[Any]:
            if name not in ARRAYS or "_find" not in self.__dict__:
                raise AttributeError(f"cases have no {name}")
            values = self.__dict__[name] = self._find(name)
            return values

    def only(self, members: Flags) -> Cases:
        """The cases with `members` (n, p) alone: who else is there has neither age nor income nor circumstance."""
        out = np.flatnonzero((self.people & ~members).T)
        if not len(out):
            return self

        def find(name: str) -> npt.NDArray[Any]:
            given: npt.NDArray[Any] = getattr(self, name)
            values, nothing = given.T, _NOBODY.get(name, 0)
            if name not in OF_PEOPLE & self.filled or not (values.reshape(-1)[out] != nothing).any():
                return given
            kept = values.flatten()
            kept[out] = nothing
            return np.asarray(kept.reshape(values.shape).T)

        return self._made(find, self.filled)

    @cached_property
    def of_filers(self) -> Cases:
        """The cases with the tax unit of the filers alone."""
        return self.only(self.tax_unit)

    def bearing(self, **costs: Any) -> Cases:
        """The same with another rent or cost of child care, keeping what is known of the rest."""
        found = self.having(**costs)
        found.__dict__.update({name: value for name, value in self.__dict__.items() if name not in found.__dict__})
        return found

    def earning(self, place: int, cents: Cents) -> Cases:
        """One household at many earnings of the person in a place: a ladder's cases."""
        if len(self.rent_cents) != 1:
            raise ValueError("a ladder starts from one household")
        if not 0 <= place < self.ages.shape[1]:
            raise CasesError("place", f": {place} is none of the {self.ages.shape[1]} people's")
        wrong = (cents < 0) | (cents > MOST_CENTS)
        if wrong.any():
            raise CasesError("earnings_cents", f"[{place}]: {cents[wrong][0]} is not from 0 to {MOST_CENTS}")
        arrays: dict[str, Any] = {name: np.repeat(getattr(self, name), len(cents), axis=0) for name in ARRAYS}
        repeated = replace(self, **arrays)
        earnings = repeated.earnings_cents.copy()
        earnings[:, place] = cents
        return replace(repeated, earnings_cents=earnings)


ARRAYS = tuple(name for name in Cases.__dataclass_fields__ if name != "month")
OF_PEOPLE = {
    "ages", "earnings_cents", "ssi_cents", "ssi_paid", "social_security_cents", "ui_weekly_cents", "ui_children",
    "unemployment_cents", "other_income_cents", "in_snap", "in_tafdc", "care", "care_family", "disabled",
    "pregnant", "files", "parents", "eaedc_months_worked", "claimed",
}  # fmt: skip
FLAGS = {
    "heats", "no_utilities", "disabled", "pregnant", "joint", "subsidized", "tafdc_recipient", "parent_covered",
    "all_earnings", "care_family", "in_snap", "in_tafdc", "files", "parents", "claimed",
}  # fmt: skip
_TELLS_WHO = {"ages", "files", "joint", "disabled"}
"""Facts of which follows who somebody is to the others."""
INCOMES = {"earnings_cents", "ssi_cents", "social_security_cents", "unemployment_cents", "other_income_cents"}
"""What somebody has."""
_MOST = {"ages": OLDEST, "care": 2, "lease": 3, "ui_children": MOST_PEOPLE, "ssi_paid": 3, "utilities": 2,
         "eaedc_months_worked": 12 * OLDEST}  # fmt: skip
"""The greatest value of what is no money."""
_SMALL = {"ages": np.int16, "care": np.int8, "ssi_paid": np.int8}
"""The type of what is no money and of many people."""
_NOBODY = {"ages": NOBODY}
"""What stands in a place without a person, where it is not zero."""


def _check(month: date, given: Mapping[str, npt.NDArray[Any]], n: int, p: int, most: int | None) -> None:
    """Raise `CasesError` where a fact cannot be, with the path to it."""
    if p == 0:
        raise CasesError("ages", ": a household needs a place for somebody")
    if most is not None and p > most:
        raise CasesError("ages", f": {p} people in a household; rules are for {most} at most")
    for name, values in given.items():
        if name not in ARRAYS:
            near = difflib.get_close_matches(name, ARRAYS, n=1)
            raise CasesError(name, ": no such fact" + (f"; did you mean {near[0]}?" if near else ""))
        shape = (n, p) if name in OF_PEOPLE else (n,)
        if values.shape != shape:
            raise CasesError(name, f": of shape {values.shape}, not {shape}")
        if name in FLAGS:
            continue
        if values.dtype.kind not in "iu":
            raise CasesError(name, f": of type {values.dtype}; money is whole cents, and ages and counts are whole")
        least, greatest = NOBODY if name == "ages" else 0, _MOST.get(name, MOST_CENTS)
        wrong = (values < least) | (values > greatest)
        if wrong.any():
            place = tuple(np.argwhere(wrong)[0])
            where, value = ", ".join(map(str, place)), values[place]
            what = "a birth after the month" if name == "ages" and value < least else f"not from {least} to {greatest}"
            raise CasesError(name, f"[{where}]: {value} in {month:%Y-%m} is {what}")
    for name in INCOMES & given.keys():
        nobodys = (given["ages"] < 0) & (given[name] > 0)
        if nobodys.any():
            row, place = np.argwhere(nobodys)[0]
            raise CasesError(name, f"[{row}, {place}]: income where nobody is")


def stack(cases: Sequence[Cases], places: int = 0) -> Cases:
    """Cases of one month under one another, with `places` or more; those of a smaller household are nobody's."""
    places = max(places, *(each.ages.shape[1] for each in cases))

    def column(name: str) -> npt.NDArray[Any]:
        parts = [getattr(each, name) for each in cases]
        if parts[0].ndim == 1:
            return np.concatenate(parts)
        whole = np.full((sum(map(len, parts)), places), _NOBODY.get(name, 0), dtype=parts[0].dtype, order="F")
        start = 0
        for wide, of in groupby(parts, key=lambda part: part.shape[1]):
            some = np.concatenate([*of])
            whole[start : (start := start + len(some)), :wide] = some
        return whole

    arrays: dict[str, Any] = {name: column(name) for name in ARRAYS}
    return replace(cases[0], **arrays)


def widened(cases: Cases, places: int) -> Cases:
    """The cases with so many places; what is added is nobody's."""
    return cases if places == cases.ages.shape[1] else stack([cases], places)


def _first(marks: Flags, most: npt.NDArray[np.int8]) -> Flags:
    """The first of those who are marked (n, p), so many of each household (n,)."""
    found, left = np.zeros_like(marks), most.copy()
    for place, marked in enumerate(marks.T):
        found[:, place] = marked & (left > 0)
        left -= marked
    return found


def how_many(marks: Flags) -> Counts:
    """How many people of each household are marked (n,)."""
    return marks.view(np.int8).sum(axis=1, dtype=np.int8).astype(np.int64)


def whole_dollars(cents: Cents) -> Cents:
    """To the nearest dollar, 50 cents up (7 CFR 273.10(e)(1)(ii))."""
    return (cents + 50) // 100 * 100


def share(cents: Cents, rate: float) -> Cents:
    """A share of an amount, in cents, halves up."""
    return np.floor(cents * rate + 0.5).astype(np.int64)
