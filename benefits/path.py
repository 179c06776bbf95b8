"""What happens month by month when someone earns more: a dated graph of household-months.

The law remembers: months of a disregard used, who is a recipient already, when a report is due. So a
month follows from the one before. Two stories run side by side, without and with the change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from itertools import combinations, count
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from benefits import units
from benefits.again import PROGRAMS as ASKED_AGAIN
from benefits.again import Again
from benefits.calendar import add_months, months_between
from benefits.cases import Cases, Cents, Flags, Kinds, stack
from benefits.events import Event
from benefits.home import Happening, Home, Homes, birthdays, out_of_care, turned
from benefits.home import check as check_home
from benefits.jobs import NEVER, Change, Jobs, Work, check, earned
from benefits.month import Borne, Held, Month, borne, claimed, counting, premium_cents, simulate, ssi_cents
from benefits.parameters import Parameters, Value, ahead_of, turns
from benefits.programs.housing import Lease
from benefits.programs.masshealth import Coverage
from benefits.programs.tafdc import clock_stands
from benefits.programs.wic import CHILD_AGE
from benefits.readings import QUESTIONS, Reading, readings

CITATIONS = {
    "raise": "106 CMR 701.420 (report within 10 days)",
    "pay_cut": "106 CMR 701.420",
    "disregard_starts": "106 CMR 704.281(A)",
    "disregard_ends": "106 CMR 704.281(A)-(B)",
    "tafdc_closes": "106 CMR 704.500(A)",
    "time_limit": "106 CMR 703.120(A)",
    "transitional_snap_starts": "7 CFR 273.26-273.32; 106 CMR 365.190",
    "transitional_snap_ends": "7 CFR 273.29; 106 CMR 365.190",
    "snap_recalculated": "106 CMR 366.110",
    "snap_adjusted": "7 CFR 273.12(e)(1)",
    "snap_closes": "106 CMR 364.976",
    "transitional_masshealth_starts": "42 USC 1396r-6; 130 CMR 505.002(L)(3)",
    "transitional_masshealth_ends": "42 USC 1396r-6; 130 CMR 505.002(L)(3)",
    "coverage_changes": "130 CMR 505.002, 505.005; 956 CMR 12.04",
    "ui_ends": "M.G.L. c.151A s.30(a)",
    "care_fee": "606 CMR 10.04; 45 CFR 98.21(a)(3), (e)(4)",
    "care_ends": "606 CMR 10.03; 45 CFR 98.21(a)(1)",
    "share_changes": "24 CFR 982.516; 760 CMR 6.04, 49.05",
    "ssi_changes": "20 CFR 416.420(a)",
    "ssi_ends": "20 CFR 416.420, 416.1323",
    "eaedc_closes": "106 CMR 704.435, 704.500",
    "help_ends": "7 CFR 246.7(d), (g); 42 USC 8624(b)(2)",
    "stipend": "DTA Online Guide, Transitional Support Services",
    "applies_again": "7 CFR 273.2(g)(1); 106 CMR 702.115(D)",
    "comes_back": "7 CFR 273.10(a)(1)(ii); 106 CMR 702.150",
    "applies": "7 CFR 273.2(g)(1); 106 CMR 702.115(D)",
    "begins": "7 CFR 273.10(a)(1)(ii); 106 CMR 702.150",
}
NOTICE = {
    "TAFDC": "106 CMR 343.140", "EAEDC": "106 CMR 343.140", "SNAP": "7 CFR 273.13(a)", "SSI": "20 CFR 416.1336",
    "MASSHEALTH": "42 CFR 431.211",
}  # fmt: skip
"""Rules that want a notice at least ten days before a benefit falls or ends."""
RECERTIFICATION = {
    "SNAP": "7 CFR 273.12, 273.14; 106 CMR 366.110", "CCFA": "606 CMR 10.04; 45 CFR 98.21(a)",
    "HOUSING": "24 CFR 982.516",
}  # fmt: skip
"""Rules of what comes due; of other programs, the day is the one that the agency recorded."""


REVIEWED = {"CCFA": 12, "HOUSING": 12, "MASSHEALTH": 12}
"""Every so many months a parents' fee, a tenant's share and health coverage are looked at anew. Between, a fee falls
with income and does not rise (45 CFR 98.21(a)(3), (e)(4)), and a child keeps coverage (42 CFR 435.926)."""
SSI_LAG = 2
"""SSI of a month goes by income of so many months before (20 CFR 416.420(a))."""
CHANGE = 0.1
"""A share is also set anew when income has fallen by so much, and, once that was done, when it has risen by so much;
else earnings that rise wait for the review (24 CFR 982.516(c))."""
DUTIES = frozenset({"report", "recertification"})
"""Kinds of events that are recorded to come due."""
CLOCKS = frozenset({"time_limit", "disregard_starts", "disregard_ends"})
"""Kinds of events that tell how many months were counted."""
ELDERLY_HEALTH = 65
"""From this age on MassHealth's rules here do not speak."""
WORTH: dict[int, int] = {kind: place for place, kind in enumerate((
    Coverage.NONE, Coverage.UNKNOWN, Coverage.CONNECTORCARE, Coverage.FAMILY_ASSISTANCE, Coverage.COMMONHEALTH,
    Coverage.TRANSITIONAL, Coverage.MASSHEALTH,
))}  # fmt: skip
"""Kinds of coverage from the least to the most; a fall among them wants a notice."""
RANK = np.array([WORTH[kind] for kind in sorted(WORTH)])
"""What each kind is worth, by its number."""
LOSABLE = (
    "TAFDC", "SNAP", "SSI", "EAEDC", "UI", "CCFA", "HOUSING", "MASSHEALTH", "CONNECTORCARE", "FEDERAL_CREDITS",
    "STATE_CREDITS",
)  # fmt: skip
CERTIFIED = ("WIC", "HEAP")
"""Help in kind that goes on until its next certification; that income is over its limit is told."""
RENT = "RENT"
"""A part that stands on the path of a household that moves: what it pays for a home that no rule tells its share of."""
NO_CASH = ("SNAP", "CCFA", "HOUSING", RENT)
"""Parts that are no cash, or that are paid out of it for care and rent."""
ONLY_TOLD = frozenset({"in_kind", "held_ssi"})
"""What is remembered for events alone."""
ONLY_OF = {"tafdc": ("left", "clock"), "snap": ("held_snap", "snap_earnings", "tba_left", "over_since")}
"""What matters only of who takes part, as nobody enrols anew."""
NOBODY_BACK = dict.fromkeys(ASKED_AGAIN, np.zeros(1, dtype=bool))
"""Of whom a lost benefit comes back where nobody applies again."""
LONG_AGO = {"closed_for": 6, "over_since": 2}
"""Months after which it is alike how many more they are."""
LONG = 36
"""So many months before the path begins are looked back on, for earnings that changed before it."""
FEDERAL_YEAR = 10
"""The month in which SNAP's amounts change for every household at once (7 CFR 273.12(e)(1))."""
CLOTHING_MONTH = 9
"""September pays a clothing allowance on top; that it is gone in October is no adverse action."""


@dataclass(frozen=True)
class Start:
    """What is remembered when the path begins.

    `report_lag_months`: months from a change to the month in which TAFDC counts it (input; 1: reported within ten
    days, budgeted next month). `snap_due`: months until SNAP looks again, and how often. `clock_months_used`: months on
    the TAFDC clock, which runs in months in which the grantee is not exempt; None: not recorded, and no limit is
    reached. `duties`: (months from the start, program, duty) as agencies recorded them. `birthdays`: (months from the
    start, place) of who is a year older from that month on. `claim_months`: months until the weeks of unemployment
    benefits are used up, by the place of who claims. `reviews`: months until the next review of each program in
    `REVIEWED`; after it, one comes every twelve months. `readings`: the ways to read what sources conflict on that are
    followed. `applies_again`: months until an application is decided, of who lost SNAP or TAFDC and qualifies again;
    None: nobody applies. `takes_up`: of these, programs for which who takes part in them not yet applies as well.
    """

    enrolled: dict[str, bool]
    snap_due_in: int = 6
    snap_every: int = 6
    report_lag_months: int = 1
    clock_months_used: int | None = None
    duties: tuple[tuple[int, str, str], ...] = ()
    birthdays: tuple[tuple[int, int], ...] = ()
    claim_months: Mapping[int, int] = field(default_factory=dict)
    reviews: Mapping[str, int] = field(default_factory=lambda: dict(REVIEWED))
    readings: tuple[Reading, ...] = readings()
    applies_again: int | None = None
    takes_up: frozenset[str] = frozenset()

    @property
    def applies_for(self) -> frozenset[str]:
        """Programs that are taken up: those of `takes_up` in which the household takes no part yet."""
        return frozenset(program for program in self.takes_up if not self.enrolled.get(program))


@dataclass(frozen=True)
class Step:
    """One month: cents by program (low, high) with the change, net resources with and without it, events.

    `baseline_cash_cents`: net resources without the change and without SNAP, before child care and rent. `coverage`: of
    each person with the change, newborn children last; None of who is not there. `short_cents`: by how much less is
    left with the change than without it, story by story (0: not less).
    """

    month: date
    parts: dict[str, tuple[int, int]]
    net_cents: tuple[int, int]
    baseline_net_cents: tuple[int, int]
    baseline_parts: dict[str, tuple[int, int]]
    baseline_cash_cents: tuple[int, int]
    coverage: tuple[int | None, ...]
    events: tuple[Event, ...]
    short_cents: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Path:
    """Months in order, and what they come to.

    Each is taken story by story, one for each end of what is not recorded, and given as (least, most).
    `lag_months`: from the change to the first loss, by program (MASSHEALTH: also of somebody's coverage); programs of
    which nothing is lost in any story are not there, and most is None where in some story nothing is. `trough_cents`:
    the deepest monthly shortfall against no change (0: none), which comes in `trough_month` where it is deepest;
    `bridge_cents`: all shortfalls added up; `gain_cents`: what all months leave more with the change.
    `spending_cents`: by program, what it gives more in all months (less than 0: it saves); `falls_cents`: by program,
    how much less it gives in the months that leave less. `readings`: the questions whose readings make a difference to
    amounts.
    """

    steps: tuple[Step, ...]
    lag_months: dict[str, tuple[int, int | None]]
    trough_cents: tuple[int, int]
    trough_month: date | None
    bridge_cents: tuple[int, int]
    used: dict[str, Value]
    unknown: dict[str, tuple[npt.NDArray[np.bool_], str]]
    readings: tuple[str, ...] = ()
    gain_cents: tuple[int, int] = (0, 0)
    spending_cents: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    falls_cents: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def without(self, kinds: frozenset[str]) -> Path:
        """The path without events of these kinds."""
        return replace(
            self,
            steps=tuple(
                replace(step, events=tuple(event for event in step.events if event.kind not in kinds))
                for step in self.steps
            ),
        )

    def graph(self) -> nx.DiGraph[str]:
        """Household-months as nodes, each leading to the next by its events."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        for index, step in enumerate(self.steps):
            key = step.month.strftime("%Y-%m")
            graph.add_node(key, net_low_cents=step.net_cents[0], net_high_cents=step.net_cents[1])
            if index:
                before = self.steps[index - 1].month.strftime("%Y-%m")
                graph.add_edge(before, key, events=[event.kind for event in step.events])
        return graph


@dataclass
class State:
    """What the law remembers of r stories: arrays (r,); `covered` (r, p) by MassHealth the month before."""

    tafdc: npt.NDArray[np.bool_]
    snap: npt.NDArray[np.bool_]
    left: npt.NDArray[np.int64]
    clock: npt.NDArray[np.int64]
    held_snap: Cents
    snap_earnings: Cents  # that SNAP counted when it looked last, (r, p)
    tba_left: npt.NDArray[np.int64]
    tma_left: npt.NDArray[np.int64]
    closed_for: npt.NDArray[np.int64]
    over_since: npt.NDArray[np.int64]
    covered: npt.NDArray[np.bool_]
    held_care: Cents
    care_ended: npt.NDArray[np.bool_]
    held_share: Cents
    care_income: Cents  # when the fee was set
    share_income: Cents  # when the share was set
    reduced: npt.NDArray[np.bool_]  # the share, since the last yearly review
    aid: npt.NDArray[np.bool_]  # EAEDC
    aid_months: npt.NDArray[np.int64]  # of each person's earnings that it has counted, (r, p)
    kind: Kinds  # of coverage, (r, p)
    held_ssi: Cents  # (r, p)
    in_kind: dict[str, npt.NDArray[np.int64]]
    excludes_wages: npt.NDArray[np.bool_]  # of transitional SNAP, see `readings`
    from_job_start: npt.NDArray[np.bool_]  # months of the full disregard run, see `readings`
    waits_for_stipend: npt.NDArray[np.int64]  # months after the closing, see `readings`
    in_units: npt.NDArray[np.bool_]  # whether agencies recorded who is in the SNAP household and the TAFDC unit, (r, 2)
    again: Again

    def some(self, rows: npt.NDArray[np.intp]) -> State:
        """That of some stories, or of some several times."""
        arrays = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in ("in_kind", "again")}
        in_kind = {name: people[rows] for name, people in self.in_kind.items()}
        some = {name: values[rows] for name, values in arrays.items()}
        return State(**some, in_kind=in_kind, again=self.again.some(rows))

    def columns(self) -> list[npt.NDArray[np.int64]]:
        """All that is remembered and that later amounts follow from, as columns of whole numbers (r,) or (r, p)."""
        told = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in (*ONLY_TOLD, "again")}
        told |= {name: np.minimum(told[name], most) for name, most in LONG_AGO.items()}
        for open_to, names in ONLY_OF.items():
            inside = getattr(self, open_to)
            for name in names:
                told[name] = np.where(inside if told[name].ndim == 1 else inside[:, None], told[name], 0)
        told |= {f"again_{kind}_{name}": values for kind, by in vars(self.again).items() for name, values in by.items()}
        return [np.asarray(values, dtype=np.int64) for values in told.values()]


@dataclass(frozen=True)
class Lived:
    """One month of r stories: cents by program (r,), net resources (r,), coverage (r, p), who is there (r, p); events
    of those that are told of; parameters that were used, and where what is unknown (r,), with the reason."""

    month: date
    parts: dict[str, Cents]
    net: Cents
    coverage: Kinds
    people: Flags
    events: list[Event]
    used: dict[str, Value]
    unknown: dict[str, tuple[Flags, str]]


def walk(ends: tuple[Cases, ...], place: int, new_cents: int, begins: date, start: Start, months: int = 24) -> Path:
    """Follow a household from the month of `ends` on; from `begins` the person in `place` earns `new_cents`.

    See `follow`.
    """
    return follow(ends, [Change(begins, place, new_cents)], start, months)


def follow(
    ends: tuple[Cases, ...], changes: Sequence[Change], start: Start, months: int = 24,
    happens: Sequence[Happening] = (),
) -> Path:  # fmt: skip
    """Follow a household from the month of `ends` on, without changes of earnings and without what happens, and with
    them.

    Rows: for each end of what is not recorded and each reading, the story without and with the changes. Everyone
    reports, and enrols anew, as `start` says (see `benefits.again`). Raises `UnknownParameter`, and `CasesError` for
    changes that cannot be.
    """
    check(changes, ends[0].ages.shape[1])
    check_home(happens, ends[0])
    ends, ways = read_by(ends, start)
    stories = stack((*ends, *ends))  # the ends without the change, then the ends with it
    offer = np.arange(len(ends) * 2) >= len(ends)
    homes = Homes(stories, happens, offer)
    begins = min((one.month for one in (*changes, *happens)), default=ends[0].month)
    steps: list[Step] = []
    told: list[Lived] = []
    used: dict[str, Value] = {}
    unknown: dict[str, tuple[npt.NDArray[np.bool_], str]] = {}

    def earns(first: Cents, month: date) -> Cents:
        return earned(first, changes, month, offer)

    for lived in live(homes.stories, ways + ways, start, earns, begins, offer, homes):
        used |= lived.used
        unknown |= {name: item for name, item in lived.unknown.items() if item[0].any()}
        steps.append(_step(lived, offer))
        if lived.month >= begins:
            told.append(lived)
        if len(steps) == months:
            break
    path = _summed(_noticed(steps), told, begins, len(ends), used, unknown)
    return replace(path, readings=_that_matter(told, ways))


def read_by(ends: tuple[Cases, ...], start: Start) -> tuple[tuple[Cases, ...], list[Reading]]:
    """Each end of what is not recorded by each reading that is followed: one end after another."""
    on_tafdc = start.enrolled.get("TAFDC") or "TAFDC" in start.takes_up
    open_to = start.readings if on_tafdc else start.readings[:1]  # all are about TAFDC
    return tuple(end for end in ends for _ in open_to), [way for _ in ends for way in open_to]


def live(
    stories: Cases, ways: list[Reading], start: Start, earns: Callable[[Cents, date], Cents], begins: date,
    tell_of: Flags, homes: Homes | None = None,
) -> Iterator[Lived]:  # fmt: skip
    """Month after month of r stories, each by its reading, without an end.

    `earns`: what is earned in a month (r, p), by what is at first; `begins`: since when that may be something else,
    which agencies may have counted before the first month; `tell_of`: the stories whose events are told (r,).
    """
    state = begin(start, stories, ways)
    jobs = Jobs(stories.earnings_cents, start.report_lag_months, SSI_LAG)
    first, absent = stories.month, _absent(stories, start)
    for months_before in range(min(max(months_between(begins, first), 0), LONG), 0, -1):
        jobs.month(earns(stories.earnings_cents, add_months(first, -months_before)))
    weekly = [stories.ui_weekly_cents] * SSI_LAG
    for index in count():
        month = add_months(first, index)
        with ahead_of(first):
            stories, home = come_to(stories, start, month, index), Home.as_before(stories)
            if homes:
                stories, home = homes.month(stories, month)
            work = jobs.month(np.where(stories.people, earns(stories.earnings_cents, month), 0))
            weekly.append(stories.ui_weekly_cents)
            seen = Seen.of(stories.in_month(month), work, weekly[index], home)
            events, parts, coverage = advance(seen, state, start, index, tell_of)
        used, unknown = parts.pop("_used"), parts.pop("_unknown")
        parts = {name: cents for name, cents in parts.items() if name not in absent}
        if homes and homes.moves:
            parts[RENT] = rent(stories)
        net = seen.cases.earned_cents + seen.cases.unearned_cents + sum(parts.values())
        yield Lived(month, parts, net, coverage, stories.people, events, used, unknown)


def rent(stories: Cases) -> Cents:
    """What is paid for a home that no rule tells a share of: less than 0 (r,)."""
    return -np.where(stories.lease == Lease.NONE, stories.rent_cents, 0)


def _absent(stories: Cases, start: Start) -> set[str]:
    """Programs that the household takes no part in, and of which nothing is to be told."""
    claims, cared, leased = stories.ui_weekly_cents > 0, stories.care > 0, stories.lease > 0
    inside = {
        "UI": claims.any(), "CCFA": cared.any(), "HOUSING": leased.any(), "SSI": stories.ssi_paid.any(),
        "EAEDC": start.enrolled.get("EAEDC", False),
    }  # fmt: skip
    return {program for program, anyone in inside.items() if not anyone}


def come_to(stories: Cases, start: Start, month: date, index: int) -> Cases:
    """The stories as they come to a month whatever anyone does: with birthdays, without the claims of unemployment
    benefits whose weeks are used up, and without care of who is too old for it, once it is reviewed."""
    ended = [one for one, until in start.claim_months.items() if until == index]
    if ended:
        left = stories.ui_weekly_cents.copy()
        left[:, ended] = 0
        stories = stories.having(ui_weekly_cents=left)
    if turning := _turning(start, index):
        stories = birthdays(stories, np.isin(np.arange(stories.ages.shape[1]), turning)[None, :])
    if index and "care" in stories.filled and _review_due(start, "CCFA", index):
        stories = out_of_care(stories, Parameters.at(month)["ccfa/age_limit"])
    return stories


def _turning(start: Start, index: int) -> list[int]:
    return [place for at, place in start.birthdays if at == index]


@dataclass(frozen=True)
class Seen:
    """A month as it is, as agencies that budget it see it, and as SSI does, which goes by one before."""

    cases: Cases
    budgeted: Cases
    earlier: Cases
    work: Work
    home: Home

    @classmethod
    def of(cls, stories: Cases, work: Work, weekly_before: Cents, home: Home) -> Seen:
        """`weekly_before`: unemployment benefits of the month that SSI goes by (r, p)."""
        stories = stories.having(excluded_cents=_disregarded(stories, work))
        there = stories.people
        then = stories.having(
            ui_weekly_cents=np.where(there, weekly_before, 0), earnings_cents=np.where(there, work.earlier, 0)
        )
        budgeted = stories.having(earnings_cents=np.where(there, work.budgeted, 0))
        return cls(stories.having(earnings_cents=work.now), budgeted, then, work, home)


def _disregarded(stories: Cases, work: Work) -> Cents:
    """What raises add to earnings and a voucher leaves out in a month (r,): of disabled earners who had next to none
    at first (24 CFR 5.617)."""
    inside = stories.disabled & (stories.lease == Lease.SECTION_8)[:, None] & (work.begun < NEVER)
    left_out = np.zeros(len(inside), dtype=np.int64)
    for since in np.unique(work.begun[inside]).tolist():
        rule = Parameters.at(add_months(stories.month, -since))[
            "housing/earned_income_disregard"
        ]  # of who entered then
        if since < 12 * len(rule["parts"]) and stories.month <= date.fromisoformat(rule["until"]):
            which = inside & (work.begun == since) & (work.first * 12 <= rule["most_before"] * 100)
            more = np.floor(np.maximum(work.now - work.first, 0) * rule["parts"][since // 12] + 0.5).astype(np.int64)
            left_out += np.where(which, more, 0).sum(axis=1)
    return left_out


def advance(
    month: Seen, state: State, start: Start, index: int, offer: Any
) -> tuple[list[Event], dict[str, Any], Kinds]:  # fmt: skip
    """One month: rules on what is budgeted, SSI on what was earned earlier, taxes on what is earned; the state moves
    on. Events are those of the stories of `offer` (r,)."""
    cases, budgeted, work = month.cases, month.budgeted, month.work
    law = Parameters.at(cases.month)
    events: list[Event] = []
    _out_of_unit(budgeted, state)
    back = NOBODY_BACK if start.applies_again is None else _comes_back(state, start, events, offer)
    before_tafdc, before_snap, before_aid = state.tafdc.copy(), state.snap.copy(), state.aid.copy()
    limited = _limit(law, budgeted, state, events, offer, start)
    remembered = budgeted.having(
        tafdc_recipient=state.tafdc, disregard_months_left=state.left, eaedc_months_worked=state.aid_months
    )
    takes = {"TAFDC": state.tafdc, "SNAP": state.snap, "EAEDC": state.aid}
    paid = _ssi(cases, month.earlier, state, events, offer, law, index)
    stays = offer & ~month.home.left  # what ends with who leaves ends for no other reason
    held = _reviewed(remembered, work, month.home, takes, paid, state, events, offer, start, index)
    kept_before = state.tma_left > 0
    seen = simulate(remembered, kept_before, takes, held=held)
    turning = [*_turning(start, index), *month.home.turning]
    events += [*turned(cases, turning, offer, _inside(cases, state, before_tafdc)), *month.home.events]
    fell = work.fell & ~month.home.left
    for kind, why, which in (("raise", "earnings rise", work.rose), ("pay_cut", "earnings fall", fell)):
        if _any(which & offer):
            _note(events, kind, "EARNINGS", why)
    if any(until == index and cases.people[offer, one].any() for one, until in start.claim_months.items()):
        _note(events, "ui_ends", "UI", "the weeks of the claim are used up")
    _duties(events, start, index)
    as_budgeted = np.array_equal(work.now, work.budgeted)  # then nothing else of what is not held differs
    parts: dict[str, Any] = dict((seen if as_budgeted else simulate(cases, enrolled=takes, held=held)).parts)
    parts["TAFDC"] = seen.parts["TAFDC"]
    parts["EAEDC"] = _aid(seen, budgeted, state, events, stays)
    unrecorded = work.pending
    if _any(unrecorded):
        as_earned = remembered.having(earnings_cents=cases.earnings_cents)
        unrecorded = unrecorded & borne(as_earned, takes, held).full_disregard
    _tafdc(seen, remembered, state, events, offer, before_tafdc & ~limited, unrecorded)
    parts["STIPEND"] = _stipend(law, state, events, offer)
    parts["SNAP"] = _snap(
        seen,
        remembered,
        work,
        month.home,
        state,
        events,
        offer,
        before_tafdc,
        before_snap,
        before_aid,
        start,
        index,
        law,
        back["SNAP"],
    )
    coverage, kept = _health(seen, cases, work, month.home, state, events, offer, law, start, index)
    claims = claimed(budgeted, law)
    insured = counting(claims.having(ssi_cents=claims.ssi_cents + paid), law, "masshealth")
    home, both = units.masshealth_household(insured, law), units.childrens_household(insured, law)
    parts["MASSHEALTH"] = -premium_cents(home, both, law, coverage)
    subsidised = seen if (kept == kept_before).all() else simulate(remembered, kept, takes, held=held)
    parts["CONNECTORCARE"] = subsidised.parts["CONNECTORCARE"]  # whoever keeps MassHealth pays none
    if start.applies_again is not None:
        for program, which in back.items():
            parts[program] = parts[program] + state.again.paid(program, which)
        lost = {"TAFDC": before_tafdc & ~limited & ~state.tafdc, "SNAP": before_snap & ~state.snap}
        takes = {"TAFDC": state.tafdc, "SNAP": state.snap, "EAEDC": state.aid}
        asking = remembered.having(tafdc_recipient=state.tafdc)
        clock = None if start.clock_months_used is None else state.clock
        for program, which in state.again.month(asking, takes, lost, start.applies_again, law, clock).items():
            if _any(which & offer):
                if program in start.applies_for:
                    _note(events, "applies", program, "they qualify, and apply")
                else:
                    _note(events, "applies_again", program, "they qualify again, and apply")
    fifth = any((cases.ages[:, place] == CHILD_AGE).any() for place in turning)
    _certified(seen, state, events, offer & ~month.home.changed, {"WIC"} if fifth else set())
    parts["_used"] = seen.used | law.used
    parts["_unknown"] = seen.unknown
    return events, parts, coverage


def _comes_back(state: State, start: Start, events: list[Event], offer: Any) -> dict[str, Flags]:
    """Whose application is decided takes part again; gives whose, by program."""
    back = state.again.decided()
    state.tafdc, state.snap = state.tafdc | back["TAFDC"], state.snap | back["SNAP"]
    state.closed_for = np.where(back["TAFDC"], -1, state.closed_for)  # stipends end as the case opens again
    state.over_since = np.where(back["SNAP"], 0, state.over_since)
    for program, which in back.items():
        if _any(which & offer):
            why = "the application is decided: the months that were waited are paid with this one"
            _note(events, "begins" if program in start.applies_for else "comes_back", program, why)
    return back


def _ssi(
    cases: Cases, earlier: Cases, state: State, events: list[Event], offer: Any, law: Parameters, index: int
) -> Cents:
    """SSI of each person: by income of two months before, and none where income of this month leaves none."""
    if not cases.ssi_paid.any():
        return np.zeros_like(cases.ssi_cents)
    paid = np.where(ssi_cents(cases, law) > 0, ssi_cents(earlier, law), 0)
    here = offer[:, None] & cases.people
    if index and _any((paid != state.held_ssi) & here):
        gone = _any((paid == 0) & (state.held_ssi > 0) & here)
        why = "income leaves nothing of it" if gone else f"by income of {SSI_LAG} months before"
        _note(events, "ssi_ends" if gone else "ssi_changes", "SSI", why)
    state.held_ssi = paid
    return paid


def _aid(seen: Month, cases: Cases, state: State, events: list[Event], offer: Any) -> Cents:
    """EAEDC: closed where nothing is left of it; months of earnings are counted."""
    aid = seen.parts["EAEDC"]
    closes = state.aid & (aid == 0)
    if _any(closes & offer):
        _note(events, "eaedc_closes", "EAEDC", "countable income is over the payment standard")
    state.aid = state.aid & (aid > 0)
    state.aid_months = state.aid_months + (state.aid[:, None] & (cases.earnings_cents > 0))
    return aid


def _inside(cases: Cases, state: State, tafdc: npt.NDArray[np.bool_]) -> set[str]:
    """Programs of which birthdays are told: those of everyone, and those that some household takes part in."""
    some = {"TAFDC": tafdc.any(), "CCFA": (cases.care > 0).any(), "WIC": np.any(state.in_kind.get("WIC", 0))}
    return {"FEDERAL_CREDITS", "STATE_CREDITS", "MASSHEALTH"} | {name for name, yes in some.items() if yes}


def _certified(seen: Month, state: State, events: list[Event], offer: Any, aged_out: set[str]) -> None:
    """Tell that help in kind will end with its next certification, where no birthday says why."""
    for program in CERTIFIED:
        may = seen.in_kind[program]
        if program in state.in_kind and program not in aged_out and _any((may < state.in_kind[program]) & offer):
            _note(events, "help_ends", program, "income is over the limit: it goes on until the next certification")
        state.in_kind[program] = may


def _reviewed(
    cases: Cases,
    work: Work,
    home: Home,
    takes: dict[str, Any],
    paid: Cents,
    state: State,
    events: list[Event],
    offer: Any,
    start: Start,
    index: int,
) -> Held | None:
    """What is paid for child care and a lease: set anew at a review, else as it was; with the SSI that is `paid`."""
    cared, leased = np.asarray((cases.care > 0).any(axis=1)), np.asarray(cases.lease > 0)
    none = np.full(len(cared), -1)
    alone = Held(none, none, paid)
    if _any((state.held_care >= 0) & ~cared & offer & ~home.left):
        _note(events, "care_ends", "CCFA", "no child is young enough for it, at its review")
    state.held_care = np.where(cared, state.held_care, -1)
    if not (cared | leased).any():
        return alone if cases.ssi_paid.any() else None
    opening = index == 0
    if opening:  # what stands when the path begins was set before anything changed
        cases = cases.having(earnings_cents=work.first)
    due = {program: opening or _review_due(start, program, index) for program in REVIEWED}
    now = borne(cases, takes, alone)
    income = cases.earned_cents + cases.unearned_cents + now.claims_cents + now.granted_cents
    care = _fee(cases, now, income, state, events, offer, cared, due=home.left | due["CCFA"], opening=opening)
    looks = home.moved | due["HOUSING"]  # a new home is a new lease
    fell = ~looks & (income <= (1 - CHANGE) * state.share_income)
    back = state.reduced & (income >= (1 + CHANGE) * state.share_income)
    if (leased & (looks | fell | back)).any() and (care != now.care_cents).any():  # a share takes off what care costs
        now = borne(cases, takes, Held(care, none, paid))
    share = now.share_cents
    share = np.select(
        [looks, fell, back], [share, np.minimum(share, state.held_share), share], state.held_share
    )  # fmt: skip
    anew = looks | (share != state.held_share)
    state.reduced = ~looks & (state.reduced | (share < state.held_share))
    if _any(leased & offer & (share != state.held_share)) and not opening:
        why = "at the yearly review" if due["HOUSING"] else "as income changed by a tenth or more"
        why = "with the new home" if _any(home.moved & offer) else why
        _note(events, "share_changes", "HOUSING", f"the tenant's share is set anew {why}")
    state.share_income, state.held_share = np.where(anew, income, state.share_income), share
    return Held(np.where(cared, care, -1), np.where(leased, share, -1), paid)


def _fee(
    cases: Cases, now: Borne, income: Cents, state: State, events: list[Event], offer: Any, cared: Any,
    *, due: Flags, opening: bool,
) -> Cents:  # fmt: skip
    """What is paid for child care: the fee of the last review, less when income has fallen, and the whole price from
    the month in which income is over the limit."""
    ends = cared & now.care_ends & ~state.care_ended
    state.care_ended = state.care_ended | ends
    fell = income < state.care_income
    fee = now.care_cents
    care = np.where(due, fee, np.where(fell, np.minimum(fee, state.held_care), state.held_care))
    state.care_income = np.where(due | (care != state.held_care), income, state.care_income)
    care = np.where(state.care_ended, np.where(cared, cases.care_price_cents, 0), care)
    if _any(ends & offer) and not opening:
        _note(events, "care_ends", "CCFA", "income is over the limit: the whole price is paid, and a place waited for")
    elif _any(cared & offer & (care != state.held_care)) and not opening:
        why = "for who is there now" if due.any() and not due.all() else "as income has fallen"
        why = "at the yearly review" if due.all() else why
        _note(events, "care_fee", "CCFA", f"the fee is set anew {why}")
    state.held_care = np.where(cared, care, -1)
    return care


def _review_due(start: Start, program: str, index: int) -> bool:
    due = start.reviews.get(program, REVIEWED[program])
    return index >= due and (index - due) % REVIEWED[program] == 0


def _out_of_unit(cases: Cases, state: State) -> None:
    """Nobody of a recorded unit is left: its benefit ends, and is not that of who stays."""
    state.snap = state.snap & ~(state.in_units[:, 0] & ~cases.in_snap.any(axis=1))
    state.tafdc = state.tafdc & ~(state.in_units[:, 1] & ~cases.in_tafdc.any(axis=1))


def _limit(
    law: Parameters, cases: Cases, state: State, events: list[Event], offer: Any, start: Start
) -> npt.NDArray[np.bool_]:
    """Close the grant of those whose months are used up, and count this month of the others."""
    if start.clock_months_used is None:
        return np.zeros(len(state.tafdc), dtype=bool)
    rule = law["tafdc/time_limit"]
    months = int(rule["months"])
    if not rule["counts"]:
        return np.zeros(len(state.tafdc), dtype=bool)
    counts = state.tafdc & ~clock_stands(cases)
    limited = counts & (state.clock >= months)
    if _any(limited & offer):
        _note(events, "time_limit", "TAFDC", f"{months} months are used: the grant ends unless it is extended")
    state.tafdc = state.tafdc & ~limited
    state.clock = state.clock + (counts & ~limited)
    return limited


def _duties(events: list[Event], start: Start, index: int) -> None:
    """What the household must report or renew in this month."""
    for at, program, duty in start.duties:
        if at == index:
            events.append(Event(duty, program, f"the {duty} is due", RECERTIFICATION.get(program, "as recorded")))
    if index > start.snap_due_in and start.enrolled.get("SNAP") and _snap_due(start, index):
        events.append(Event("recertification", "SNAP", "the next one is due", RECERTIFICATION["SNAP"]))


def _snap_due(start: Start, index: int) -> bool:
    return index > 0 and index >= start.snap_due_in and (index - start.snap_due_in) % start.snap_every == 0


def _noticed(steps: list[Step]) -> tuple[Step, ...]:
    """The steps, with a notice in the month before a benefit falls, and with changes of health coverage."""
    found = list(steps)
    for index in range(1, len(found)):
        before, step = found[index - 1], found[index]
        if any(event.kind == "leaves" for event in step.events):
            continue  # what falls with who leaves is no agency's decision
        falls: list[str] = [
            program
            for program in ("TAFDC", "EAEDC", "SNAP", "SSI")
            if program in step.parts
            and step.parts[program][0] < before.parts[program][0]
            and not (program == "TAFDC" and before.month.month == CLOTHING_MONTH and step.parts[program][0])
            and not any(event.kind in ("comes_back", "begins") and event.program == program for event in before.events)
        ]
        both = [
            (now, then)
            for now, then in zip(step.coverage, before.coverage, strict=True)
            if now is not None and then is not None
        ]
        if any(now != then for now, then in both):
            change = Event(
                "coverage_changes", "MASSHEALTH", "someone's coverage changes", CITATIONS["coverage_changes"]
            )
            found[index] = step = replace(step, events=(*step.events, change))
        if any(WORTH[now] < WORTH[then] for now, then in both):
            falls.append("MASSHEALTH")
        notices = tuple(
            Event("notice", program, f"a notice, at least ten days before {step.month:%Y-%m}", NOTICE[program])
            for program in falls
        )
        found[index - 1] = replace(found[index - 1], events=(*found[index - 1].events, *notices))
    return tuple(found)


def _tafdc(
    seen: Month, cases: Cases, state: State, events: list[Event], offer: Any, before: Any, unrecorded: Any
) -> None:
    """`unrecorded`: whose earnings of the month would be disregarded if DTA counted them yet."""
    used = seen.full_disregard | (state.from_job_start & before & unrecorded)
    if _any(used & offer & (state.left == cases.disregard_months_left)):
        _note(events, "disregard_starts", "TAFDC", "all earnings are disregarded")
    state.left = state.left - used
    if _any(used & offer & (state.left == 0)):
        _note(events, "disregard_ends", "TAFDC", "the last month of the full disregard; then $200 and half")
    state.tafdc = before & seen.tafdc_receives
    closes = before & ~state.tafdc
    childless = ~(cases.children | cases.pregnant).any(axis=1)
    if _any(closes & offer):
        over = "countable income is over the payment standard"
        _note(events, "tafdc_closes", "TAFDC", "no child is left" if _any(closes & offer & childless) else over)
    for_earnings = closes
    if _any(closes):
        unearned = cases.having(earnings_cents=np.zeros_like(cases.earnings_cents))
        for_earnings = closes & borne(unearned, {"TAFDC": before}).receives
    state.closed_for = np.where(for_earnings, 0, np.where(state.closed_for >= 0, state.closed_for + 1, -1))


def _stipend(law: Parameters, state: State, events: list[Event], offer: Any) -> Cents:
    """Work stipends in four months after the case closed for earnings."""
    amounts = [round(100 * dollars) for dollars in law["tafdc/transitional_stipends"]["total"]]
    paid = np.zeros(len(state.left), dtype=np.int64)
    for number, cents in enumerate(amounts, start=1):
        paid = np.where(state.closed_for - state.waits_for_stipend == number - 1, cents, paid)
    if _any((paid > 0) & offer):
        months = np.unique((state.closed_for - state.waits_for_stipend)[offer & (paid > 0)] + 1)
        _note(events, "stipend", "STIPEND", f"month {' or '.join(map(str, months.tolist()))} of four")
    return paid


def _adjusts_snap(month: date, law: Parameters) -> bool:
    """Whether amounts change for every household at once: with the federal year, as emergency allotments ended, and
    with a reform."""
    key = "snap/emergency_allotment"
    return month.month == FEDERAL_YEAR or turns("snap/", month) or law[key] != Parameters.at(add_months(month, -1))[key]


def _snap(
    seen: Month, cases: Cases, work: Work, home: Home, state: State, events: list[Event], offer: Any, before_tafdc: Any,
    before_snap: Any, before_aid: Any, start: Start, index: int, law: Parameters, back: Flags,
) -> Cents:  # fmt: skip
    """Held until SNAP looks again: at once for households on TAFDC or EAEDC, whose changes are reported, else when due,
    over the limit, or when earnings fell, or the household is another, so that there is more (7 CFR 273.12(c)(1)). When
    amounts change for everyone, each household has the new ones, on the earnings that were counted last."""
    closes = before_tafdc & ~state.tafdc & before_snap
    length = int(law["snap/tba_months"])
    frozen = seen.parts["SNAP"]
    starting = closes & (state.tba_left == 0) & law["edges/tafdc_transitions_to_snap"]
    leaves_out = starting & state.excludes_wages & work.counted.raised
    if _any(leaves_out):
        alone = {"TAFDC": np.zeros_like(state.tafdc), "SNAP": state.snap, "EAEDC": state.aid}
        without = simulate(cases.having(earnings_cents=work.counted.before), enrolled=alone).parts["SNAP"]
        frozen = np.where(leaves_out, without, frozen)
    due = _snap_due(start, index)
    over = seen.snap_over_limit & before_snap & ~state.tafdc & (state.tba_left == 0) & ~starting
    state.over_since = np.where(over, state.over_since + 1, 0)
    closing = over & ((state.over_since > 1) | due)
    open_to_change = state.tba_left == 0
    fell = home.changed | (cases.earnings_cents.sum(axis=1) < state.snap_earnings.sum(axis=1))
    raised = fell & (frozen > state.held_snap)
    looks = state.tafdc | before_aid | starting | (index == 0) | closing | ((due | raised) & open_to_change)
    ending = state.tba_left == 1
    looks = looks | ending | back
    held = state.held_snap
    adjusted = before_snap & open_to_change & ~looks & (index > 0 and _adjusts_snap(cases.month, law))
    if _any(adjusted):
        takes = {"TAFDC": state.tafdc, "SNAP": state.snap, "EAEDC": state.aid}
        then = simulate(cases.having(earnings_cents=state.snap_earnings), enrolled=takes).parts["SNAP"]
        held = np.where(adjusted, then, held)
    amount = np.where(looks, frozen, held)
    state.snap_earnings = np.where(looks[:, None], cases.earnings_cents, state.snap_earnings)
    changed = looks & (amount != state.held_snap) & offer & ~back & (index > 0)
    adjusted = adjusted & (amount != state.held_snap) & offer
    state.tba_left = np.where(starting, length, np.maximum(state.tba_left - 1, 0))
    state.held_snap = amount
    state.snap = before_snap & ~closing & ~(ending & (amount == 0))
    if _any(starting & offer):
        _note(events, "transitional_snap_starts", "SNAP", f"TAFDC closed: frozen {length} months")
    elif _any(ending & offer):
        _note(events, "transitional_snap_ends", "SNAP", "recertified on income as it is")
    elif _any(closing & offer):
        _note(events, "snap_closes", "SNAP", "gross income is over 200 % of poverty")
    elif _any(changed):
        _note(events, "snap_recalculated", "SNAP", "a change is counted" if not due else "the report is due")
    elif _any(adjusted):
        _note(events, "snap_adjusted", "SNAP", "the amounts change for everyone")
    return np.where(state.snap, amount, 0)


def _health(
    seen: Month,
    cases: Cases,
    work: Work,
    home: Home,
    state: State,
    events: list[Event],
    offer: Any,
    law: Parameters,
    start: Start,
    index: int,
) -> tuple[Kinds, npt.NDArray[np.bool_]]:
    """Coverage of each person, and which families keep MassHealth because earnings rose."""
    family = cases.has_children & cases.parent_covered
    young = cases.tax_unit & (cases.ages < ELDERLY_HEALTH)
    parent_out = (state.covered & cases.adults & young & (seen.coverage != Coverage.MASSHEALTH)).any(axis=1)
    counted = work.counted.raised & (work.counted.since <= start.report_lag_months + 1)
    starting = family & parent_out & (state.tma_left == 0) & counted
    if _any(starting):
        state.tma_left = np.where(starting, int(law["masshealth/tma_months"]) - work.counted.since, state.tma_left)
    if _any(starting & offer):
        _note(events, "transitional_masshealth_starts", "MASSHEALTH", "earnings rose: twelve calendar months")
    kept = state.tma_left > 0
    coverage = np.where(
        kept[:, None] & young & (seen.coverage != Coverage.MASSHEALTH),
        Coverage.TRANSITIONAL,
        seen.coverage,
    )
    if _any(kept & (state.tma_left == 1) & offer):
        _note(events, "transitional_masshealth_ends", "MASSHEALTH", "the twelve months are over")
    state.tma_left = np.maximum(state.tma_left - 1, 0)
    rule = law["masshealth/continuous_eligibility"]
    if index and rule["months"] and not _review_due(start, "MASSHEALTH", index):
        child = cases.people & (cases.ages < rule["under"])
        coverage = np.where(child & (RANK[state.kind] > RANK[coverage]), state.kind, coverage)
    after = law["masshealth/postpartum_months"]
    kept_on = home.infants | ((home.delivered >= 0) & (home.delivered <= after))
    if 0 < index < after:  # how long a pregnancy goes on is not known: this long at least
        kept_on = kept_on | cases.pregnant
    coverage = np.where(kept_on & (RANK[state.kind] > RANK[coverage]), state.kind, coverage)
    state.kind = coverage
    state.covered = (coverage == Coverage.MASSHEALTH) | (coverage == Coverage.TRANSITIONAL)
    return coverage, kept


def _that_matter(told: list[Lived], ways: list[Reading]) -> tuple[str, ...]:
    """Questions of which two readings, with all else alike, give another amount in some month."""
    stories = len(ways)
    each = len(set(ways))  # the readings of one end stand side by side
    if not told or each == 1:
        return ()
    amounts = np.array([[cents[stories:] for cents in month.parts.values()] for month in told])

    def matters(name: str) -> bool:
        return any(
            [one for one in QUESTIONS if getattr(ways[i], one) != getattr(ways[j], one)] == [name]
            and bool((amounts[..., i] != amounts[..., j]).any())
            for i, j in combinations(range(stories), 2)
            if i // each == j // each
        )

    return tuple(name for name in QUESTIONS if matters(name))


def begin(start: Start, stories: Cases, ways: list[Reading]) -> State:
    rows = len(stories.rent_cents)

    def whole(value: int) -> npt.NDArray[np.int64]:
        return np.full(rows, value, dtype=np.int64)

    return State(
        tafdc=np.full(rows, start.enrolled.get("TAFDC", False)),
        snap=np.full(rows, start.enrolled.get("SNAP", False)),
        left=stories.disregard_months_left.copy(), clock=whole(start.clock_months_used or 0),
        held_snap=whole(0), snap_earnings=np.zeros_like(stories.earnings_cents),
        held_care=whole(-1), care_ended=np.zeros(rows, dtype=bool), held_share=whole(-1),
        care_income=whole(0), share_income=whole(0),
        reduced=np.zeros(rows, dtype=bool),
        aid=np.full(rows, start.enrolled.get("EAEDC", False)), aid_months=stories.eaedc_months_worked.copy(),
        kind=np.zeros_like(stories.ages, dtype=np.int8), held_ssi=np.zeros_like(stories.earnings_cents), in_kind={},
        tba_left=whole(0), tma_left=whole(0), closed_for=whole(-1), over_since=whole(0),
        covered=stories.adults & stories.parent_covered[:, None],
        excludes_wages=np.array([way.tba_wages == "excluded" for way in ways]),
        from_job_start=np.array([way.six_months == "job_start" for way in ways]),
        waits_for_stipend=np.array([int(way.stipend_start == "after_30_days") for way in ways]),
        in_units=np.stack([stories.in_snap.any(axis=1), stories.in_tafdc.any(axis=1)], axis=1),
        again=Again.of(rows, start.applies_for),
    )  # fmt: skip


def _step(lived: Lived, offer: Flags) -> Step:
    parts, net = lived.parts, lived.net
    covered = zip(lived.coverage[offer][0], lived.people[offer][0], strict=True)
    return Step(
        lived.month,
        {name: _range(cents[offer]) for name, cents in parts.items()},
        _range(net[offer]),
        _range(net[~offer]),
        {name: _range(cents[~offer]) for name, cents in parts.items()},
        _range((net - sum(parts[name] for name in NO_CASH if name in parts))[~offer]),
        tuple(int(kind) if there else None for kind, there in covered),
        tuple(lived.events),
        _range(np.maximum(net[~offer] - net[offer], 0)),
    )


def _range(cents: Cents) -> tuple[int, int]:
    return int(cents.min()), int(cents.max())


def _summed(
    steps: tuple[Step, ...], told: list[Lived], begins: date, ends: int, used: dict[str, Value],
    unknown: dict[str, tuple[Any, str]],
) -> Path:  # fmt: skip
    """What the months come to, story by story: with the change against the same story without it."""
    short = np.array([np.maximum(month.net[:ends] - month.net[ends:], 0) for month in told]).reshape(-1, ends)
    trough = short.max(axis=0, initial=0)
    bridge = short.sum(axis=0)
    deepest = int(short.max(axis=1).argmax()) if short.any() else None
    gain = np.array([month.net[ends:] - month.net[:ends] for month in told]).reshape(-1, ends).sum(axis=0)
    more = {
        name: np.array([month.parts[name][ends:] - month.parts[name][:ends] for month in told])
        for name in told[0].parts if name != RENT
    }  # fmt: skip
    return Path(
        steps, _lags(told, begins, ends), _range(trough), None if deepest is None else told[deepest].month,
        _range(bridge), used, unknown, gain_cents=_range(gain),
        spending_cents={name: _range(cents.sum(axis=0)) for name, cents in more.items()},
        falls_cents={name: _range((np.maximum(-cents, 0) * (short > 0)).sum(axis=0)) for name, cents in more.items()},
    )  # fmt: skip


def _lags(told: list[Lived], begins: date, ends: int) -> dict[str, tuple[int, int | None]]:
    found: dict[str, tuple[int, int | None]] = {}
    for program in LOSABLE:
        firsts: list[int | None] = []
        for story in range(ends if all(program in month.parts for month in told) else 0):
            lost = [
                month.parts[program][ends + story] < month.parts[program][story]
                or (
                    program == "MASSHEALTH"
                    and bool(
                        (RANK[month.coverage[ends + story]] < RANK[month.coverage[story]])[
                            month.people[ends + story]
                        ].any()
                    )
                )
                for month in told
            ]
            firsts.append(months_between(begins, told[lost.index(True)].month) if any(lost) else None)
        losing = [first for first in firsts if first is not None]
        if losing:
            found[program] = (min(losing), max(losing) if len(losing) == len(firsts) else None)
    return found


def _note(events: list[Event], kind: str, program: str, because: str) -> None:
    events.append(Event(kind, program, because, CITATIONS[kind]))


def _any(flags: Any) -> bool:
    return bool(np.any(flags))
