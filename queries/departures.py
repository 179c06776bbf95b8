"""Where what was paid departs from what the rules come to, month by month, and why.

A month is held against the rules on the facts of that month, and on those of the months before it that an agency may
still go by: SNAP those since it looked last, TAFDC those of the month before. What is not recorded (rent, the cost of
child care) is taken as the one amount that explains most months, so that a month that departs from it stands out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cache
from itertools import groupby

import numpy as np
import numpy.typing as npt

from benefits.calendar import add_months, months_between
from benefits.cases import ELDERLY, Cases, Cents, stack
from benefits.month import AMOUNTS, FACTS, Held, line, simulate
from benefits.parameters import UnknownParameter
from benefits.path import FEDERAL_YEAR
from queries import recorded
from queries.household import HouseholdRecord
from queries.said import BIRTH, CIRCUMSTANCE, CLOCK, EXPENSE, INCOME, WAGE, Said
from queries.situation import Facts, facts
from queries.wages import Months, by_month

COMPARED = ("SNAP", "TAFDC")
"""Programs whose recorded amounts are held against the rules."""
LATE_MONTHS = 2
"""An amount that stands so long after it should have changed is that of a report that came late: ten days to report,
ten for a notice, and the month after (106 CMR 701.420, 343.140; 7 CFR 273.12(a)(2), 273.13(a))."""
LOOK_BACK = 6
"""Months before the first that are looked at as well: agencies may still go by their facts, and an amount stand."""
READ_BEFORE = 12
"""So many months before the first a household is to be read, as wages are told by what the quarters around them say."""
TAFDC_LAG = 1
"""TAFDC may count what changed the month after (106 CMR 701.420)."""
FROZEN_MONTHS = 5
"""SNAP stays as it was for so long when TAFDC closes (7 CFR 273.26-273.32)."""
GAP_MONTHS = 2
"""Months without a benefit between two spells of it that are looked at; who is back so soon is no new applicant."""
TOLERANCE_CENTS = 1_00
"""Amounts are paid in whole dollars, rounded in more than one step."""
AT_ONCE, STEPS = 16, 3
"""An amount that is not recorded is looked for among so many at once, so many times: to a dollar or two."""
NEAR = 10
"""Dollars that an amount which explains may be wide to be told as one."""
EXPLAINS = 0.5
"""An amount that is not recorded is found when it explains more than this share of the months."""
MOST_INCOME_CENTS = 3_000_00
"""An income that no file tells is looked for up to so much a month."""
MOST_MEDICAL_CENTS = 2_000_00
"""Medical costs that no file tells are looked for up to so much a month."""
BETWEEN = ("rent_cents", "child_care_cents", "other_income_cents", "medical_cents")
"""Facts that may be anything between two ends."""
COUNTED_PARTS = frozenset({"UI", "SSI", "EAEDC", "CCFA", "HOUSING"})
"""Parts that what is compared goes by."""
NO_AMOUNT = "no amount is recorded"
RECERTIFICATION = "recertif"
"""What the reason of an ended spell says where a recertification was missed."""
END_REASON, PAID = "Enrollment.end_reason", "BenefitAmount.monthly_amount_cents"
OTHERS = {
    "heating": Said(f"{FACTS['heating']} are not recorded", EXPENSE),
    "disregard": Said(f"{FACTS['disregard']} are not recorded", CLOCK),
    "care_price": Said(f"{FACTS['care_price']} is not recorded", EXPENSE),
    "mrvp": Said("the tenant's share of rent is not recorded", PAID),
    "utilities": Said(f"{FACTS['utilities']} is not recorded", EXPENSE),
    "eaedc_months": Said(f"{FACTS['eaedc_months']} are not recorded", CLOCK),
}
"""Facts that may be one thing or another, where what is taken first is not what is paid by."""
OPEN_WAGES = Said("wages are reported by the quarter: which months had them is not known", WAGE)


class Kind(StrEnum):
    """What a departure comes from, as far as the record shows."""

    LATE_REPORT = "late report"
    OVERPAYMENT = "overpayment"
    MISSED_RECERTIFICATION = "missed recertification"
    MISSING_FACT = "missing fact"
    RULE_GAP = "rule gap"
    NOT_EXPLAINED = "not explained"


@dataclass(frozen=True)
class Due:
    """A month of a program: cents that were paid (None: none is recorded), and that the rules come to, from
    the least to the most by what an agency may go by and by what is not recorded. `reason`: why that is not known."""

    month: date
    program: str
    paid_cents: int | None
    due_cents: tuple[int, int] | None
    reason: str | None = None


@dataclass(frozen=True)
class Departure:
    """Months [since, until) of a program in which what was paid is not what the rules come to, for one reason.

    Cents of all its months together; `evidence`: what the record shows of it.
    """

    program: str
    kind: Kind
    since: date
    until: date
    paid_cents: int
    due_cents: tuple[int, int] | None
    evidence: tuple[Said, ...]


@dataclass(frozen=True)
class Compared:
    """A household's months, by program, and its departures."""

    months: tuple[Due, ...]
    departures: tuple[Departure, ...]


def compare(households: Mapping[str, Months], first: date, months: int, wages_until: date) -> dict[str, Compared]:
    """Recorded households, by id, over some months from the first on; they were read from `READ_BEFORE` months before
    it. Wages of months before `wages_until` are all reported; later months are not looked at."""
    found = {household: _read(by, first, months, wages_until) for household, by in households.items()}
    _reckon([one for each in found.values() for one in each])
    return {household: _told(each, first) for household, each in found.items()}


@dataclass(slots=True)
class _Way:
    """Facts by which an agency may go in a month, at either end of the amounts that are not recorded, under the values
    of a month.

    `guess`: what they take as so that the record leaves open. `ends`: what the rules come to at either end; `shares`:
    over which part of the way from one to the other they come to what was paid.
    """

    low: Cases
    high: Cases
    law: date
    held: tuple[int, int]
    guess: tuple[Said, ...] = ()
    ends: tuple[int, int] = (0, 0)
    shares: tuple[float, float] | None = None
    reason: str | None = None


@dataclass(frozen=True)
class _Taken:
    """What is taken of the amounts that are not recorded, as it explains most months: any share from the least to the
    most of the way between their ends."""

    least: float
    most: float

    def dollars(self, low_cents: int, high_cents: int) -> str:
        """What that is of an amount, in words."""
        ends = sorted(round((low_cents + share * (high_cents - low_cents)) / 100) for share in (self.least, self.most))
        low, high = (f"${each:,}" for each in ends)
        return low if ends[1] - ends[0] <= NEAR else f"{low} to {high}"


@dataclass
class _Month:
    """A month of a program; `now`: ways by the facts of this month, `before`: by those of months before it.

    `closing`: why the spell before it ended, where it lies between two.
    """

    program: str
    month: date
    paid_cents: int
    facts: Facts | None
    closing: str | None
    now: list[_Way] = field(default_factory=list)
    before: list[_Way] = field(default_factory=list)
    reason: str | None = None
    compared: bool = True

    @property
    def at(self) -> Facts:
        """The household in the month. Raises `LookupError` where too little is recorded of it."""
        if self.facts is None:
            raise LookupError(self.reason)
        return self.facts

    @property
    def ways(self) -> list[_Way]:
        return [*self.now, *self.before]

    @property
    def due_cents(self) -> tuple[int, int]:
        return min(way.ends[0] for way in self.ways), max(way.ends[1] for way in self.ways)

    def told(self) -> Due:
        paid = None if self.closing is not None or self.reason == NO_AMOUNT else self.paid_cents
        return Due(self.month, self.program, paid, None if self.reason else self.due_cents, self.reason)

    def by(self, taken: _Taken | None, ways: Sequence[_Way] | None = None) -> list[_Way]:
        """The ways that come to what was paid with what is taken of what is not recorded (None: with any of it)."""
        every = self.ways if ways is None else ways
        return [way for way in every if way.shares and (taken is None or way.shares[0] <= taken.least <= way.shares[1])]

    def less(self, taken: _Taken | None) -> bool:
        """Whether less was paid than the rules come to by some way with what is taken (None: with any of it)."""
        return any(
            taken.least >= way.shares[1] if way.shares and taken
            else way.ends[1] > self.paid_cents + TOLERANCE_CENTS
            for way in self.ways
        )  # fmt: skip


@dataclass(frozen=True)
class _Readable:
    """A household in a month, each way that the record can be read; `held`: the fee and the share that stand."""

    facts: Facts
    ways: tuple[tuple[Cases, Cases, tuple[Said, ...]], ...]
    held: tuple[int, int]


def wages_of(record: HouseholdRecord, first: date, wages_until: date) -> Months:
    """A record that was read from `READ_BEFORE` months before the first on, with wages by the month."""
    return by_month(record, add_months(first, -READ_BEFORE), wages_until)


def _read(by: Months, first: date, months: int, wages_until: date) -> list[_Month]:
    """Months in which a program that is compared was paid, or that lie between two spells of it, in order."""
    if not any(span.program in COMPARED for span in by.record.enrollments):
        return []
    looked_at = [add_months(first, index) for index in range(-LOOK_BACK, months)]

    @cache
    def readable(month: date) -> _Readable | None:
        found = facts(by.record, month) if looked_at[0] <= month < wages_until else None
        return _readable(by.record, found, by.open) if found and not found.unknown else None

    found = (_month(by.record, program, month, readable) for program in COMPARED for month in looked_at)
    return [one for one in found if one]


def _readable(
    record: HouseholdRecord, found: Facts, open_wages: Mapping[tuple[str, date], tuple[int, int]]
) -> _Readable:
    month, record = found.month, record.of_present(found.month)
    fee, shares = recorded.care_fee(record, month), recorded.tenant_shares(record, month)
    known = replace(  # a fee and a share that are recorded stand, whatever the rules come to
        found.known, care_price=found.known.care_price or fee is not None, mrvp=found.known.mrvp or bool(shares),
        utilities=found.known.utilities or bool(shares),
    )  # fmt: skip
    lately = (add_months(month, -back) for back in range(1, GAP_MONTHS + 1))
    was = np.array([any(recorded.takes_part(record, each, "TAFDC") for each in lately)])
    of_others = tuple(said for field, said in OTHERS.items() if not getattr(known, field))
    ways: list[tuple[Cases, Cases, tuple[Said, ...]]] = [
        (low, high, of_others if number else ())
        for number, (low, high) in enumerate(line(replace(found.cases, tafdc_recipient=was), known))
    ]
    for place, member in enumerate(found.people):
        if ends := open_wages.get((member.person, month)):
            ways += [(_earning(low, place, cents), _earning(high, place, cents), (*guess, OPEN_WAGES))
                     for low, high, guess in ways for cents in ends]  # fmt: skip
    return _Readable(found, tuple(ways), (-1 if fee is None else fee, min(shares, default=-1)))


def _earning(cases: Cases, place: int, cents: int) -> Cases:
    earnings = cases.earnings_cents.copy()
    earnings[:, place] = cents
    return replace(cases, earnings_cents=earnings)


def _month(
    record: HouseholdRecord, program: str, month: date, readable: Callable[[date], _Readable | None]
) -> _Month | None:  # fmt: skip
    record = record.of_present(month)
    inside, paid = recorded.takes_part(record, month, program), recorded.paid(record, month, program)
    closing = None if inside else recorded.closing(record, month, program, GAP_MONTHS)
    if closing is None and not inside:
        return None
    here = readable(month)
    if here is None or (inside and paid is None):
        why = NO_AMOUNT if paid is None else "too little is recorded for the rules to say"
        return _Month(program, month, paid or 0, None, closing, reason=why, compared=False) if inside else None
    found = _Month(program, month, 0 if closing is not None else paid or 0, here.facts, closing)
    last = TAFDC_LAG if program == "TAFDC" else _since_look(record, month, here.facts.snap_every)
    if last > LOOK_BACK:
        found.reason, found.compared = "what it went by is longer ago than is looked at", False
        return found
    gap = 0
    if closing is not None:  # by what was so when it ended: agencies say nothing of the months without it
        backs = range(1, GAP_MONTHS + 1)
        gap = next((back for back in backs if recorded.takes_part(record, add_months(month, -back), program)), 0)
        if not gap:
            return None  # a spell that ended as it began
    for back in range(gap, max(last, gap) + 1):
        then = add_months(month, -back)
        of = readable(then)
        if of is None:
            continue
        ways = [_Way(low, high, _law(program, month, then), of.held, guess) for low, high, guess in of.ways]
        (found.before if back > gap else found.now).extend(ways)
    return found if found.now else None


def _law(program: str, month: date, then: date) -> date:
    """The month whose values stand in a month for an amount that was set by then: those of SNAP change for everyone in
    October (7 CFR 273.12(e)(1)), else when it looks."""
    if program != "SNAP":
        return month
    october = date(month.year - (month.month < FEDERAL_YEAR), FEDERAL_YEAR, 1)
    return max(then, october)


def _since_look(record: HouseholdRecord, month: date, every: int) -> int:
    """Months since SNAP looked last, as far as that is recorded."""
    if recorded.takes_part(record, month, "TAFDC"):
        return 0  # it looks whenever the grant changes
    looks = [
        *(row["since"] for row in record.certifications if row["program"] == "SNAP"),
        *(span.since for span in record.enrollments if span.program == "SNAP" and span.covers(month)),
    ]
    begun = max((since for since in looks if since and since < add_months(month, 1)), default=None)
    gone = (months_between(begun, month) if begun else LOOK_BACK - 1) % every
    closed = (
        back - 1 for back in range(1, FROZEN_MONTHS + 1)
        if recorded.takes_part(record, add_months(month, -back), "TAFDC")
    )  # fmt: skip
    return max(gone, next(closed, 0))


def _reckon(months: Sequence[_Month]) -> None:
    """Have the rules tell of each way what it comes to, and at which shares that is what was paid."""
    by_law: dict[date, list[tuple[_Month, _Way]]] = {}
    for one in months:
        for way in one.ways:
            by_law.setdefault(way.law, []).append((one, way))
    for law, asked in by_law.items():
        try:
            rules = _Rules(law, asked)
            ends = rules(np.zeros(len(asked))), rules(np.ones(len(asked)))
        except UnknownParameter as unknown:
            for _, way in asked:
                way.reason = str(unknown)
            continue
        for row, why in rules.unknown.items():
            asked[row][1].reason = why
        for (one, way), low, high in zip(asked, *(each.tolist() for each in ends), strict=True):
            way.ends = low, high
            meets = low - TOLERANCE_CENTS <= one.paid_cents <= high + TOLERANCE_CENTS
            way.shares = (0.0, 1.0) if meets else None
        between = [
            row for row, (_, way) in enumerate(asked) if way.shares and way.ends[1] - way.ends[0] > TOLERANCE_CENTS
        ]
        if between:
            paid = np.array([asked[row][0].paid_cents for row in between])
            rows = np.array([*between, *between])
            edges = rules.reaching(rows, np.concatenate([paid - TOLERANCE_CENTS, paid + TOLERANCE_CENTS + 1]))
            for row, least, past in zip(between, edges[: len(between)], edges[len(between) :], strict=True):
                asked[row][1].shares = float(least), float(past)
    for one in months:
        one.before = [way for way in one.before if not way.reason]
        known = [way for way in one.now if not way.reason]
        if known:
            one.now = known
        elif one.now:
            one.reason = one.now[0].reason


class _Rules:
    """What programs come to under the values of a month, way by way, at a share of what is not recorded (n,)."""

    def __init__(self, law: date, asked: Sequence[tuple[_Month, _Way]]) -> None:
        self._low = _stacked([way.low for _, way in asked]).in_month(law)
        high = _stacked([way.high for _, way in asked], self._low.ages.shape[1])
        self._ends = {name: (getattr(self._low, name), getattr(high, name)) for name in BETWEEN}
        self._enrolled = {
            name: np.array([one.at.enrolled[name] or one.program == name for one, _ in asked])
            for name in asked[0][0].at.enrolled
        }
        self._held = Held(*(np.array(of) for of in zip(*(way.held for _, way in asked), strict=True)))
        self._of = {name: np.array([one.program == name for one, _ in asked]) for name in COMPARED}
        self._every = np.arange(len(asked))
        self.unknown: dict[int, str] = {}  # by way, why what it comes to is not known

    def __call__(self, shares: npt.NDArray[np.float64], rows: npt.NDArray[np.intp] | None = None) -> Cents:
        """Of all ways, or of some, which may come several times."""
        rows = self._every if rows is None else rows

        def between(low: Cents, high: Cents) -> Cents:
            part = shares if low.ndim == 1 else shares[:, None]
            return np.rint(low[rows] + part * (high - low)[rows]).astype(np.int64)

        cases = self._low.some(rows).having(**{name: between(*ends) for name, ends in self._ends.items()})
        enrolled = {name: flags[rows] for name, flags in self._enrolled.items()}
        month = simulate(cases, enrolled=enrolled, held=self._held.some(rows, cases.ages.shape[1]))
        for part in COUNTED_PARTS & month.unknown.keys():
            where, why = month.unknown[part]
            self.unknown |= dict.fromkeys(rows[where].tolist(), why)
        return sum((month.parts[name] * of[rows] for name, of in self._of.items()), np.zeros(len(rows), np.int64))

    def reaching(self, rows: npt.NDArray[np.intp], cents: Cents) -> npt.NDArray[np.float64]:
        """The least shares at which some ways come to so much or more; 1 where they do at none. Looked for among some
        shares at once, then among some between two of them."""
        low, width = np.zeros(len(rows)), 1.0
        steps = np.arange(AT_ONCE) / AT_ONCE
        for _ in range(STEPS):
            tried = low[:, None] + width * steps
            given = self(tried.reshape(-1), np.repeat(rows, AT_ONCE)).reshape(tried.shape)
            enough = given >= cents[:, None]
            first = np.where(enough.any(axis=1), enough.argmax(axis=1), AT_ONCE)
            low = low + width * np.maximum(first - 1, 0) / AT_ONCE
            width /= AT_ONCE
        return np.where(first == 0, low, low + width)


def _stacked(cases: Sequence[Cases], places: int = 0) -> Cases:
    """Cases under one another, of which most come several times: programs and months go by the same facts."""
    each = {id(one): one for one in cases}
    row = {key: number for number, key in enumerate(each)}
    return stack([*each.values()], places).some(np.array([row[id(one)] for one in cases]))


def _told(months: Sequence[_Month], first: date) -> Compared:
    """What is told of a household from a month on, when the rules have told of each month what they can."""
    dues: list[Due] = []
    departures: list[Departure] = []
    for _, of in groupby(months, lambda one: one.program):
        each = list(of)
        taken = _taken(each)
        marks = _with_medical(each, _with_income(each, _marks(each, taken)))
        dues += [one.told() for one in each if one.month >= first]
        departures += _departures(each, marks, taken, first)
    return Compared(tuple(dues), tuple(departures))


def _taken(months: Sequence[_Month]) -> _Taken | None:
    """The share of what is not recorded that explains most months; None where it explains too few of them."""
    bounded = [
        one for one in months
        if not one.reason and one.closing is None and one.due_cents[1] - one.due_cents[0] > TOLERANCE_CENTS
    ]  # fmt: skip
    edges = sorted({way.shares[0] for one in bounded for way in one.ways if way.shares})
    explained = {edge: [ways for one in bounded if (ways := one.by(_Taken(edge, edge)))] for edge in edges}
    best = max(edges, key=lambda edge: (len(explained[edge]), -edge), default=None)
    if best is None or len(explained[best]) <= EXPLAINS * len(bounded):
        return None
    return _Taken(best, min(max(way.shares[1] for way in ways if way.shares) for ways in explained[best]))


@dataclass(frozen=True)
class _Mark:
    """Why a month departs from the rules; of an amount that stands from before (`kind` None), since when it should
    not."""

    kind: Kind | None
    evidence: tuple[Said, ...] = ()
    changed: date | None = None


def _marks(months: Sequence[_Month], taken: _Taken | None) -> list[_Mark | None]:
    """Why each month of a program departs from the rules, None where it does not."""
    found: list[_Mark | None] = []
    stands: date | None = None  # since when what is paid was what the rules come to
    changed: date | None = None
    last: _Month | None = None
    for one in months:
        if last is None or one.paid_cents != last.paid_cents or months_between(last.month, one.month) != 1:
            stands = changed = None
        last = one
        if not one.compared:
            found.append(None)
        elif one.reason:
            found.append(_Mark(Kind.RULE_GAP, (Said(one.reason),)))
        elif one.by(taken):
            stands = one.month
            waits = one.program == "TAFDC" and not one.by(taken, one.now)  # it is late from the change on
            changed = (changed or one.month) if waits else None
            found.append(_open(one, taken))
        elif one.closing is not None:
            missed = RECERTIFICATION in one.closing.lower()
            text = f"nothing was paid between two spells; the first ended: {one.closing or 'no reason is recorded'}"
            kind = Kind.MISSED_RECERTIFICATION if missed else Kind.NOT_EXPLAINED
            found.append(_Mark(kind, (Said(text, END_REASON),)))
        elif stands:
            changed = changed or one.month
            text = (
                f"the amount of {stands:%Y-%m}, which the rules came to, was paid on after what it went by had changed"
            )
            found.append(_Mark(None, (Said(text, PAID),), changed))
        else:
            found.append(_Mark(Kind.NOT_EXPLAINED))
    return found


def _open(one: _Month, taken: _Taken | None) -> _Mark | None:
    """Of a month that the rules may explain: what is not recorded that it takes, None where it takes nothing."""
    by = one.by(taken)
    if any(abs(way.ends[0] - one.paid_cents) <= TOLERANCE_CENTS and not way.guess for way in by):
        return None
    known, said = one.at.known, list[Said]()
    open_to = {FACTS[name]: [int(getattr(end, f"{name}_cents")[0]) for end in (by[0].low, by[0].high)]
               for name in AMOUNTS if not getattr(known, name)}  # fmt: skip
    if open_to and (taken is None or taken.most > 0):
        text = f"{' and '.join(open_to)} {'are' if len(open_to) > 1 else 'is'} not recorded"
        if taken:
            text += (
                f": {' and '.join(taken.dollars(*ends) for ends in open_to.values())} a month would explain most months"
            )
        said.append(Said(text, EXPENSE))
    said += dict.fromkeys(each for way in by for each in way.guess)
    return _Mark(Kind.MISSING_FACT, tuple(said))


def _with_income(months: Sequence[_Month], marks: list[_Mark | None]) -> list[_Mark | None]:
    """The marks, where most months are paid less than the rules come to and one income, which no file tells, explains
    them."""
    less = [one for one in _unexplained(months, marks) if one.paid_cents and one.less(None)]
    if len(less) <= EXPLAINS * len(months):
        return marks
    return _with(less, months, marks, "other_income_cents", MOST_INCOME_CENTS, lambda dollars, _: Said(
        f"an income of {dollars} a month that no file tells would explain most months", INCOME))  # fmt: skip


def _with_medical(months: Sequence[_Month], marks: list[_Mark | None]) -> list[_Mark | None]:
    """The marks, where medical costs of who is elderly or disabled, which SNAP deducts (7 CFR 273.9(d)(3)) and no file
    tells, explain what is paid above what the rules come to."""
    more = [
        one for one in _unexplained(months, marks)
        if one.program == "SNAP" and one.paid_cents > one.due_cents[0] and not one.at.cases.medical_cents.any()
        and ((one.at.cases.ages >= ELDERLY) | one.at.cases.disabled).any()
    ]  # fmt: skip

    def said(dollars: str, one: _Month) -> Said:
        rests_on = CIRCUMSTANCE if one.at.cases.disabled.any() else BIRTH
        return Said(f"medical costs are not recorded: {dollars} a month would explain most such months", rests_on)

    return _with(more, months, marks, "medical_cents", MOST_MEDICAL_CENTS, said) if more else marks


def _unexplained(months: Sequence[_Month], marks: Sequence[_Mark | None]) -> list[_Month]:
    """Months in which something was paid that nothing explains."""
    pairs = zip(months, marks, strict=True)
    return [one for one, mark in pairs if mark and mark.kind is Kind.NOT_EXPLAINED and one.closing is None]


def _with(
    some: Sequence[_Month], months: Sequence[_Month], marks: list[_Mark | None], name: str, most_cents: int,
    said: Callable[[str, _Month], Said],
) -> list[_Mark | None]:  # fmt: skip
    """The marks, where some amount of a fact, up to so much, explains most of some months."""
    falls = name == "other_income_cents"  # the more of it, the less is paid

    def with_it(way: _Way) -> _Way:
        cents = getattr(way.low, name).copy()
        cents[(slice(None), 0) if cents.ndim > 1 else slice(None)] += most_cents
        more = replace(way.low, **{name: cents})
        low, high = (more, way.low) if falls else (way.low, more)
        return _Way(low, high, way.law, way.held)

    again = [replace(one, now=[with_it(w) for w in one.now], before=[with_it(w) for w in one.before]) for one in some]
    _reckon(again)
    taken = _taken(again)
    if taken is None:
        return marks
    dollars = taken.dollars(*((most_cents, 0) if falls else (0, most_cents)))
    explained = {one.month: _Mark(Kind.MISSING_FACT, (said(dollars, one),)) for one in again if one.by(taken)}
    return [explained.get(one.month, own) for one, own in zip(months, marks, strict=True)]


def _departures(
    months: Sequence[_Month], marks: Sequence[_Mark | None], taken: _Taken | None, first: date
) -> Iterator[Departure]:
    """Months in a row from the first on that depart for one reason, as one."""
    runs: list[list[tuple[_Month, _Mark]]] = []
    for one, mark in zip(months, marks, strict=True):
        if mark is None or one.month < first:
            continue
        last, of = runs[-1][-1] if runs else (None, None)
        follows = last is not None and months_between(last.month, one.month) == 1
        if follows and of and (mark.kind, mark.changed) == (of.kind, of.changed):
            runs[-1].append((one, mark))
        else:
            runs.append([(one, mark)])
    for run in runs:
        (begin, mark), (last, _) = run[0], run[-1]
        ends = [one.due_cents for one, _ in run if not one.reason]
        due = (sum(low for low, _ in ends), sum(high for _, high in ends)) if len(ends) == len(run) else None
        late = months_between(mark.changed or begin.month, last.month) < LATE_MONTHS or last.less(taken)
        kind = mark.kind or (Kind.LATE_REPORT if late else Kind.OVERPAYMENT)
        evidence = tuple(dict.fromkeys(said for _, each in run for said in each.evidence))
        paid = sum(one.paid_cents for one, _ in run)
        yield Departure(begin.program, kind, begin.month, add_months(last.month, 1), paid, due, evidence)
