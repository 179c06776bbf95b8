"""Enrolment and amounts of the sample, month by month, by the rules of `benefits`.

Who takes a voucher, a lease or a claim, and for how long, is the sample's own; what it comes to follows the rules.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
import numpy.typing as npt

from benefits.calendar import add_months
from benefits.cases import Cases
from benefits.month import simulate
from benefits.parameters import Parameters
from benefits.path import FEDERAL_YEAR
from benefits.programs.ccfa import Care, assistance
from benefits.programs.housing import mrvp_cents, section8_cents
from benefits.programs.masshealth import Coverage
from benefits.programs.tafdc import CARE_AGE, clock_stands
from benefits.programs.unemployment import WEEKS_A_MONTH, monthly_cents, weekly_benefit_cents
from sample.population import PLACES, Household

FORGETS = 0.08
"""So many miss a recertification."""
INTERIM = 6
"""SNAP looks again every six months after a spell began."""
YEARLY = 12
VOUCHERS = 0.65
"""So many of the families that pay for care take a voucher."""
RULES_FROM = date(2023, 10, 1)
"""Fees of child care and unemployment benefits of months before this one are not known: they are as of then."""


@dataclass(frozen=True)
class Spell:
    """Months [start, end) in one program; `amounts` are (start, end, cents a month) within it."""

    start: int
    end: int
    amounts: tuple[tuple[int, int, int], ...]
    end_reason: str


@dataclass(frozen=True)
class Departure:
    """Where a record departs from the rules on purpose."""

    household: str
    program: str
    kind: str
    start: int
    end: int


@dataclass
class Benefits:
    """What one household received: spells by program, coverage by place (months,), months on the clock."""

    spells: dict[str, list[Spell]] = field(default_factory=dict)
    coverage: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros((0, 0), dtype=np.int64))
    disregard_used: int = 0
    clock_used: int = 0
    departures: list[Departure] = field(default_factory=list)


def enrol(households: list[Household], rng: random.Random, first: date, months: int) -> list[Benefits]:
    """Follow a block of households through all months at once."""
    n = len(households)
    takes = {
        name: np.array([rng.random() < rate for _ in households])
        for name, rate in (("SNAP", 0.8), ("TAFDC", 0.55), ("CCFA", VOUCHERS))
    }
    before = np.zeros(n, dtype=bool)  # who had a voucher the month before
    pays = np.array([home.child_care_cents > 0 for home in households])
    vouchers, fees = np.zeros((n, months), dtype=bool), np.zeros((n, months), dtype=np.int64)
    shares, tenants = np.zeros((n, months), dtype=np.int64), np.zeros(n, dtype=np.int64)
    state = np.array([is_mrvp(home) for home in households])
    earnings = earnings_of(households, months)
    claims = [_claims(home, rng, first, months) for home in households]
    unemployment = _unemployment(households, claims, months)
    recipient, left = np.zeros(n, dtype=bool), np.full(n, 6)
    on_snap, since, held = np.zeros(n, dtype=bool), np.zeros(n, dtype=int), np.zeros(n, dtype=np.int64)
    forgets, missed = np.array([rng.random() < FORGETS for _ in households]), np.full(n, -1)
    paid = {name: np.zeros((n, months), dtype=np.int64) for name in ("SNAP", "TAFDC")}
    inside = {name: np.zeros((n, months), dtype=bool) for name in ("SNAP", "TAFDC")}
    clock = np.zeros(n, dtype=int)
    looked, heard = np.zeros((2, n, PLACES), dtype=np.int64)  # earnings and unemployment benefits that SNAP knows of
    coverage = np.zeros((n, PLACES, months), dtype=np.int64)
    covered = np.zeros(n, dtype=bool)
    for index in range(months):
        day = add_months(first, index)
        cases = cases_of(
            households, earnings[:, :, index], unemployment[:, :, index], day, index, recipient, left, covered
        )
        known = Parameters.at(max(day, RULES_FROM))
        child = cases.children & (cases.ages < CARE_AGE) & pays[:, None]
        care = assistance(cases, known, np.where(child, Care.FULL_TIME, Care.NONE), before, recipient)
        cared_for = takes["CCFA"] & child.any(axis=1) & care.eligible & (cases.earned_cents > 0)
        vouchers[:, index], fees[:, index], before = cared_for, care.fee_cents, cared_for
        cases = replace(cases, child_care_cents=np.where(cared_for, care.fee_cents, cases.child_care_cents))
        stands = clock_stands(cases)
        limit = int(Parameters.at(day)["tafdc/time_limit"]["months"])
        enrolled = {"SNAP": takes["SNAP"], "TAFDC": takes["TAFDC"] & (stands | (clock < limit))}
        if index % YEARLY == 0:  # leases are looked at; the share of rent is what SNAP counts as rent
            grant = simulate(cases, enrolled=enrolled).parts["TAFDC"]
            share = np.where(state, mrvp_cents(cases, known, grant).high_cents, section8_cents(cases, known, grant))
            tenants = np.minimum(share // 100 * 100, cases.rent_cents)
        shares[:, index] = tenants
        cases = replace(cases, rent_cents=np.where(cases.subsidized, tenants, cases.rent_cents))
        seen = simulate(cases, enrolled=enrolled)
        closed = recipient & ~seen.tafdc_receives
        recipient = seen.tafdc_receives
        clock = clock + (recipient & ~stands)
        left = np.maximum(left - seen.full_disregard, 0)
        eligible = takes["SNAP"] & (seen.parts["SNAP"] > 0)
        misses = forgets & (missed < 0) & on_snap & eligible & ~recipient & ((index - since) % YEARLY == 0)
        missed = np.where(misses, index, missed)
        eligible &= ~misses
        begins = eligible & ~on_snap
        since = np.where(begins, index, since)
        looks = begins | recipient | closed | ((index - since) % INTERIM == 0)
        if day.month == FEDERAL_YEAR:
            as_known = replace(cases, earnings_cents=looked, unemployment_cents=heard)
            adjusted = simulate(as_known, enrolled=enrolled).parts["SNAP"]
            held = np.where(on_snap, adjusted, held)
        held = np.where(looks, seen.parts["SNAP"], held)
        looked = np.where(looks[:, None], cases.earnings_cents, looked)
        heard = np.where(looks[:, None], cases.unemployment_cents, heard)
        on_snap = np.where(looks, eligible, on_snap)
        inside["SNAP"][:, index], paid["SNAP"][:, index] = on_snap, np.where(on_snap, held, 0)
        inside["TAFDC"][:, index], paid["TAFDC"][:, index] = recipient, seen.parts["TAFDC"]
        coverage[:, :, index] = seen.coverage
        covered = np.isin(seen.coverage[:, 0], [Coverage.MASSHEALTH, Coverage.TRANSITIONAL])
    found = []
    for row, home in enumerate(households):
        got = Benefits(coverage=coverage[row], disregard_used=int(6 - left[row]), clock_used=int(clock[row]))
        for name in ("SNAP", "TAFDC"):
            gone = int(missed[row]) if name == "SNAP" else None
            _depart(got, home.id, name, inside[name][row], paid[name][row], rng, gone)
            got.spells[name] = _spells(inside[name][row], paid[name][row])
        got.spells["CCFA"] = _spells(vouchers[row], fees[row])
        got.spells["HOUSING"] = _leases(home, shares[row], months)
        got.spells["UI"] = claims[row]
        found.append(got)
    return found


def earnings_of(households: list[Household], months: int) -> npt.NDArray[np.int64]:
    """Cents a month of each person, (households, places, months)."""
    earned = np.zeros((len(households), PLACES, months), dtype=np.int64)
    for row, home in enumerate(households):
        place = {person.id: index for index, (person, _, _) in enumerate(home.members)}
        for job in home.jobs:
            earned[row, place[job.person], job.start : job.end] = job.monthly_cents
    return earned


def _unemployment(households: list[Household], claims: list[list[Spell]], months: int) -> npt.NDArray[np.int64]:
    """Unemployment insurance by month, (households, places, months)."""
    income = np.zeros((len(households), PLACES, months), dtype=np.int64)
    for row, home in enumerate(households):
        place = {person.id: index for index, (person, _, _) in enumerate(home.members)}
        for claim in claims[row]:
            income[row, place[claim.end_reason.split("|")[0]], claim.start : claim.end] += claim.amounts[0][2]
    return income


def cases_of(
    households: list[Household], earnings: npt.NDArray[np.int64], unemployment: npt.NDArray[np.int64],
    day: date, index: int, recipient: npt.NDArray[np.bool_],
    left: npt.NDArray[np.int64], covered: npt.NDArray[np.bool_],
) -> Cases:  # fmt: skip
    """The households in the month `index` of theirs, which is that of `day`, with what the law remembers of them."""
    ages = np.full((len(households), PLACES), -1, dtype=np.int64)
    disabled = np.zeros_like(ages, dtype=bool)
    for row, home in enumerate(households):
        for place, (person, since, until) in enumerate(home.members):
            if since <= index < until:
                ages[row, place] = person.age(day)
                disabled[row, place] = person.disabled

    def cents(name: str) -> npt.NDArray[np.int64]:
        return np.array([getattr(home, name) for home in households], dtype=np.int64)

    def flags(name: str) -> npt.NDArray[np.bool_]:
        return np.array([getattr(home, name) for home in households], dtype=bool)

    two = (ages >= 18).sum(axis=1) >= 2
    young = ((ages >= 0) & (ages < CARE_AGE)).any(axis=1)
    return Cases.of(
        day, ages, earnings, unemployment_cents=np.where(ages >= 0, unemployment, 0),
        child_support_cents=cents("child_support_cents"),
        rent_cents=cents("rent_cents"), child_care_cents=cents("child_care_cents") * young, heats=flags("heats"),
        disabled=disabled, joint=flags("joint") & two, subsidized=flags("subsidized"), tafdc_recipient=recipient,
        disregard_months_left=left, parent_covered=covered,
    )  # fmt: skip


def _depart(
    got: Benefits, home: str, program: str, inside: npt.NDArray[np.bool_], paid: npt.NDArray[np.int64],
    rng: random.Random, gone: int | None,
) -> None:  # fmt: skip
    """Seed departures: a month missed at recertification, an overpayment, a late report. `gone`: the month in which the
    recertification was missed as all this went on, or less than 0; None: that is made up here."""
    missed = "missed recertification"
    if gone is not None and 0 <= gone < len(inside) - 1 and inside[gone + 1]:
        got.departures.append(Departure(home, program, missed, gone, gone + 1))
        return
    months = np.nonzero(inside)[0]
    if len(months) < 10:
        return
    chance = rng.random()
    if chance < FORGETS:
        if gone is None:
            gone = int(months[len(months) // 2])
            inside[gone], paid[gone] = False, 0
            got.departures.append(Departure(home, program, missed, gone, gone + 1))
    elif chance < 0.16:
        falls = [int(m) for m in months[1:] if inside[m - 1] and 0 < paid[m] < paid[m - 1]]
        if falls:
            kind, length = ("overpayment", 3) if chance < 0.12 else ("late report", 2)
            end = min(falls[0] + length, int(months[-1]) + 1)
            paid[falls[0] : end] = np.where(inside[falls[0] : end], paid[falls[0] - 1], 0)
            got.departures.append(Departure(home, program, kind, falls[0], end))


def _spells(inside: npt.NDArray[np.bool_], paid: npt.NDArray[np.int64]) -> list[Spell]:
    spells: list[Spell] = []
    month_count, at = len(inside), 0
    while at < month_count:
        if not inside[at]:
            at += 1
            continue
        end = at
        while end < month_count and inside[end]:
            end += 1
        amounts, since = [], at
        for index in range(at + 1, end + 1):
            if index == end or paid[index] != paid[since]:
                amounts.append((since, index, int(paid[since])))
                since = index
        short = end < month_count - 1 and inside[end + 1]
        reason = "" if end == month_count else ("missed recertification" if short else "over income")
        spells.append(Spell(at, end, tuple(amounts), reason))
        at = end
    return spells


def is_mrvp(home: Household) -> bool:
    """Whether a subsidised lease is of the state's program; if not, it is Section 8."""
    return int(home.id[:6]) % 3 > 0


def _leases(home: Household, shares: npt.NDArray[np.int64], months: int) -> list[Spell]:
    """The months of a subsidised lease, with the tenant's share."""
    if not home.subsidized:
        return []
    return _spells(np.arange(months) >= home.stays[0].since, shares)


def _claims(home: Household, rng: random.Random, first: date, months: int) -> list[Spell]:
    """Half of those who lose a job claim benefits, for as many weeks as the law gives."""
    claims = []
    for person, _, _ in home.members:
        jobs = sorted((job for job in home.jobs if job.person == person.id), key=lambda job: job.start)
        for job, following in zip(jobs, [*jobs[1:], None], strict=False):
            begins = following.start if following else months
            if job.end < months and begins > job.end and rng.random() < 0.5:
                law = Parameters.at(max(add_months(first, job.end), RULES_FROM))
                end = min(job.end + math.ceil(law["unemployment/weeks"] / WEEKS_A_MONTH), begins)
                wage = np.array([round(job.monthly_cents / WEEKS_A_MONTH)])
                weekly = weekly_benefit_cents(law, wage)
                cents = int(monthly_cents(weekly)[0]) // 100 * 100
                reason = "returned to work" if end == begins else "benefits exhausted"
                claims.append(Spell(job.end, end, ((job.end, end, cents),), f"{person.id}|{reason}"))
    return claims
