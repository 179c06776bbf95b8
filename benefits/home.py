"""Who lives in a household, and where, in the months of a path: birthdays, births, moves, and who leaves.

Birthdays come whatever anyone does; what else happens is in the story with changes alone. It counts from its month on,
as if it were told at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import numpy as np

from benefits.calendar import months_between
from benefits.cases import ADULT, MOST_CENTS, MOST_PEOPLE, Cases, CasesError, Flags, widened
from benefits.events import Event
from benefits.programs.housing import Lease

ANYONE, YOUNGEST, IN_CARE, ABLE = "anyone", "youngest", "in care", "not disabled"


@dataclass(frozen=True)
class Turn:
    """What somebody's birthday changes: of which program, for whom, why, and where that is written."""

    program: str
    of: str
    why: str
    citation: str


TURNS = {
    2: (Turn("TAFDC", YOUNGEST, "months of aid count, and work is asked", "106 CMR 703.100, 703.150"),),
    5: (Turn("WIC", ANYONE, "its food is for younger children", "7 CFR 246.7(c)"),),
    6: (Turn("TAFDC", YOUNGEST, "30 hours of work a week are asked, not 20", "106 CMR 703.150(A)(5)"),),
    13: (
        Turn("CCFA", IN_CARE, "care is paid for until its next review", "45 CFR 98.21(a)(1)(ii)"),
        Turn("STATE_CREDITS", ABLE, "the child and family credit is for younger children", "M.G.L. c.62 s.6(x)"),
    ),
    17: (Turn("FEDERAL_CREDITS", ANYONE, "the child tax credit is for younger children", "26 USC 24(c)(1)"),),
    18: (Turn("TAFDC", ANYONE, "no child of its unit any more, unless still at school", "106 CMR 704.305(A)"),),
    19: (Turn("MASSHEALTH", ANYONE, "the limits for children end", "42 CFR 435.118; 130 CMR 505.002"),),
    21: (Turn("MASSHEALTH", ANYONE, "the limits for adults begin", "42 CFR 435.119; 130 CMR 505.002, 505.008"),),
    65: (Turn("MASSHEALTH", ANYONE, "Medicare begins, and other rules", "42 CFR 435.119(b)(1)"),),
}
"""Ages that rules ask about."""
BIRTHDAYS = frozenset(f"turns_{age}" for age in TURNS)
CITATIONS = {
    "birth": "7 CFR 273.12(c)(1); 106 CMR 701.420; 42 CFR 435.117",
    "move": "7 CFR 273.12(c)(1); 24 CFR 982.354",
    "leaves": "7 CFR 273.12; 106 CMR 701.420",
}
YEAR = 12
UNITS = ("in_snap", "in_tafdc", "care_family")
"""Units that a newborn joins where agencies recorded them."""


@dataclass(frozen=True)
class Birth:
    """A child is born in a month, to who is pregnant."""

    month: date


@dataclass(frozen=True)
class Move:
    """From a month on the household lives elsewhere: its rent, cents a month, which with `keeps_lease` is the whole
    rent of the new home, helped as before. `heats`: whether it pays for heating apart; None: as before."""

    month: date
    rent_cents: int
    keeps_lease: bool = False
    heats: bool | None = None


@dataclass(frozen=True)
class Leaving:
    """From a month on the people in these places live elsewhere, and pay the household so much support for its children
    a month."""

    month: date
    places: tuple[int, ...]
    child_support_cents: int = 0


Happening = Birth | Move | Leaving


@dataclass(frozen=True)
class Home:
    """What is new in a month of r stories (r,): whether the household is another, lives elsewhere, or somebody left;
    `delivered`: who gave birth, and how many months ago, if so (r, p), -1 where not; `infants`: who was born on the
    way, in the first year (r, p); `turning`: the places of those who were and whose birthday it is. `events`: of
    stories in which things happen."""

    changed: Flags
    moved: Flags
    left: Flags
    delivered: Any
    infants: Flags
    turning: tuple[int, ...] = ()
    events: tuple[Event, ...] = ()

    @classmethod
    def as_before(cls, stories: Cases) -> Home:
        nothing = np.zeros(len(stories.rent_cents), dtype=bool)
        return cls(nothing, nothing, nothing, np.full(stories.ages.shape, -1), np.zeros(stories.ages.shape, dtype=bool))

    def of_many(self, count: int) -> Home:
        """What is new in one story as in so many that are alike in it."""
        many = partial(np.repeat, repeats=count, axis=0)
        return Home(
            many(self.changed), many(self.moved), many(self.left), many(self.delivered), many(self.infants),
            self.turning, self.events,
        )  # fmt: skip


def check(happenings: Sequence[Happening], cases: Cases) -> None:
    """Raise `CasesError` for what cannot happen to a household."""
    born = sum(isinstance(one, Birth) for one in happenings)
    if (people := int(cases.people[0].sum())) + born > MOST_PEOPLE:
        raise CasesError("births", f": {people} people and {born} births; rules are for {MOST_PEOPLE} people at most")
    left: set[int] = set()
    for one in sorted(happenings, key=lambda other: other.month):
        if months_between(one.month, cases.month) > 0:
            raise CasesError("month", f": {one.month:%Y-%m} is before the path begins ({cases.month:%Y-%m})")
        if isinstance(one, Leaving) and not one.places:
            raise CasesError("leaves", ": nobody is named")
        if isinstance(one, Leaving):
            for place in one.places:
                if not 0 <= place < cases.ages.shape[1] or not cases.people[0, place] or place in left:
                    raise CasesError("leaves", f": nobody is in place {place} in {one.month:%Y-%m}")
                left.add(place)
            if not set(np.flatnonzero(cases.adults[0]).tolist()) - left:
                raise CasesError("leaves", f": no adult stays in {one.month:%Y-%m}")
        elif isinstance(one, Move) and one.keeps_lease:
            lease = Lease(int(cases.lease[0]))
            if lease not in (Lease.SECTION_8, Lease.MRVP):
                raise CasesError("move", ": no voucher is recorded that could be kept; give the rent alone")
        cents = one.rent_cents if isinstance(one, Move) else getattr(one, "child_support_cents", 0)
        if not 0 <= cents <= MOST_CENTS:
            raise CasesError("rent_cents" if isinstance(one, Move) else "child_support_cents",
                             f": {cents} is not from 0 to {MOST_CENTS}")  # fmt: skip


class Homes:
    """Goes month by month through r stories, to some of which (r,) things happen."""

    def __init__(self, stories: Cases, happenings: Iterable[Happening], which: Flags) -> None:
        self._which = which
        self._happens = sorted(happenings, key=lambda one: one.month)
        self.moves = any(isinstance(one, Move) for one in self._happens)
        self._births = [one for one in self._happens if isinstance(one, Birth)]
        self._first = stories.ages.shape[1]
        self.stories = widened(stories, self._first + len(self._births))
        self._pregnant = self.stories.pregnant & which[:, None]

    def month(self, stories: Cases, month: date) -> tuple[Cases, Home]:
        """The stories as they are in the next month, and what is new in it."""
        if not self._happens:
            return stories, Home.as_before(stories)
        events: list[Event] = []

        def tell(kind: str, why: str) -> None:
            events.append(Event(kind, "HOUSEHOLD", why, CITATIONS[kind]))

        now = [one for one in self._happens if months_between(one.month, month) == 0]
        moved = self._which & any(isinstance(one, Move) for one in now)
        changed = self._which & any(not isinstance(one, Move) for one in now) | moved
        left = self._which & any(isinstance(one, Leaving) for one in now)
        for one in now:
            if isinstance(one, Move):
                stories = self._move(stories, one)
                tell("move", "another home, with another rent")
            elif isinstance(one, Leaving):
                stories = self._leave(stories, one)
                who = "somebody leaves" if len(one.places) == 1 else f"{len(one.places)} people leave"
                tell("leaves", f"{who}: income and needs are those of who stays")
            else:
                tell("birth", "a child is born")
        delivered, infants, turning = np.full(stories.ages.shape, -1), np.zeros(stories.ages.shape, dtype=bool), []
        for number, birth in enumerate(self._births):
            if (since := months_between(birth.month, month)) < 0:
                continue
            place = self._first + number
            infants[:, place] = self._which & (since < YEAR)
            if since % YEAR == 0:
                stories = self._born(stories, place, since // YEAR)
                turning += [place] * (since > 0)
            delivered = np.where(self._pregnant, since, delivered)
        return stories, Home(changed, moved, left, delivered, infants, tuple(turning), tuple(events))

    def _born(self, stories: Cases, place: int, age: int) -> Cases:
        ages = stories.ages.copy()
        ages[self._which, place] = age
        facts: dict[str, Any] = {"ages": ages}
        if age == 0:
            facts["pregnant"] = stories.pregnant & ~self._which[:, None]
            for unit in UNITS:
                if unit in stories.filled:
                    inside = getattr(stories, unit).copy()
                    inside[self._which, place] = inside[self._which].any(axis=1)
                    facts[unit] = inside
        return stories.having(**facts)

    def _move(self, stories: Cases, move: Move) -> Cases:
        which = self._which
        rent = "contract_rent_cents" if move.keeps_lease else "rent_cents"
        facts: dict[str, Any] = {rent: np.where(which, move.rent_cents, getattr(stories, rent))}
        if not move.keeps_lease:
            facts["lease"] = np.where(which, Lease.NONE, stories.lease)
            facts["subsidized"] = stories.subsidized & ~which
        if move.heats is not None:
            facts["heats"] = np.where(which, move.heats, stories.heats)
        return stories.having(**facts)

    def _leave(self, stories: Cases, leaving: Leaving) -> Cases:
        stays = np.ones_like(stories.people)
        stays[np.ix_(np.flatnonzero(self._which), np.array(leaving.places, dtype=np.intp))] = False
        left = stories.only(stays)
        support = stories.child_support_cents + np.where(self._which, leaving.child_support_cents, 0)
        both = stories.joint & ~(stories.filers & ~stays).any(axis=1)
        return left.having(
            ages=left.ages, child_support_cents=np.where(left.has_children | ~self._which, support, 0), joint=both,
            care_price_cents=_price(stories, left.care),
        )  # fmt: skip


def birthdays(stories: Cases, turning: Flags) -> Cases:
    """The stories with some people (r, p) a year older, who are still there.

    From 18 on nobody is a child of a TAFDC unit: whether somebody is still at school is not recorded. Who else is in it
    stays, also where every adult counted as a parent, as whose the children are is not recorded.
    """
    ages = stories.ages + (turning & stories.people)
    grown = (ages == ADULT) & (stories.ages < ADULT)
    if not grown.any():
        return stories.having(ages=ages)
    recorded, known = (np.asarray(some.any(axis=1))[:, None] for some in (stories.in_tafdc, stories.parents))
    unit = np.where(recorded | known, stories.in_tafdc, stories.people) & ~(grown & ~stories.parents)
    some = np.asarray(unit.any(axis=1))[:, None] & grown.any(axis=1)[:, None]
    return stories.having(ages=ages, in_tafdc=np.where(some, unit, stories.in_tafdc))


def turned(stories: Cases, turning: Iterable[int], which: Flags, parts: Collection[str]) -> list[Event]:
    """What to tell of those who have just turned an age that rules ask about, in some stories (r,), of programs that
    the household takes part in."""
    some = stories.some(which)
    told = []
    for place in turning:
        here = some.ages[:, place] >= 0
        age = int(some.ages[:, place].max(initial=-1))
        youngest = (np.where(some.people, some.ages, age) >= age).all(axis=1)
        for turn in TURNS.get(age, ()):
            able = ~some.disabled[:, place]
            fits = {ANYONE: here, YOUNGEST: here & youngest, IN_CARE: here & able & (some.care[:, place] > 0)}
            if turn.program in parts and fits.get(turn.of, here & able).any():
                told.append(Event(f"turns_{age}", turn.program, f"somebody turns {age}: {turn.why}", turn.citation))
    return told


def out_of_care(stories: Cases, limits: Any) -> Cases:
    """The stories at a review of child care, without the care of who is too old for it by now; the rest has its part of
    the price."""
    young = stories.ages < np.where(stories.disabled, limits["disabled"], limits["child"])
    kept = np.where(young, stories.care, 0)
    if (kept == stories.care).all():
        return stories
    return stories.having(care=kept, care_price_cents=_price(stories, kept))


def _price(stories: Cases, care: Any) -> Any:
    """What the care that is left costs without help: as many parts of the price as there were children in care."""
    before, after = ((some > 0).sum(axis=1) for some in (stories.care, care))
    return np.where(before > 0, stories.care_price_cents * after // np.maximum(before, 1), stories.care_price_cents)
