"""Enrolment and amounts of the sample, month by month, by the rules of `benefits`.

Programs whose rules do not exist yet (child care, housing, unemployment insurance) follow a schedule of
the sample's own, declared here: it claims nothing about the law.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from benefits.calendar import add_months
from benefits.cases import Cases
from benefits.month import simulate
from benefits.parameters import Parameters
from benefits.programs.masshealth import Coverage
from benefits.programs.tafdc import clock_stands
from sample.population import PLACES, Household

INTERIM = 6
"""SNAP looks again every six months after a spell began."""
VOUCHER_LIMIT_CENTS, VOUCHER_FEE_RATE = 5_500_00, 0.05
TENANT_SHARE = 0.30
UI_MONTHS, UI_RATE, UI_MOST_CENTS = 6, 0.5, 4_500_00


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
        name: np.array([rng.random() < rate for _ in households]) for name, rate in (("SNAP", 0.8), ("TAFDC", 0.55))
    }
    earnings = _earnings(households, months)
    claims = [_claims(home, rng, months) for home in households]
    unemployment = _unemployment(households, claims, months)
    recipient, left = np.zeros(n, dtype=bool), np.full(n, 6)
    on_snap, since, held = np.zeros(n, dtype=bool), np.zeros(n, dtype=int), np.zeros(n, dtype=np.int64)
    paid = {name: np.zeros((n, months), dtype=np.int64) for name in ("SNAP", "TAFDC")}
    inside = {name: np.zeros((n, months), dtype=bool) for name in ("SNAP", "TAFDC")}
    clock = np.zeros(n, dtype=int)
    coverage = np.zeros((n, PLACES, months), dtype=np.int64)
    covered = np.zeros(n, dtype=bool)
    for index in range(months):
        day = add_months(first, index)
        cases = _cases(households, earnings[:, :, index], unemployment[:, index], day, index, recipient, left, covered)
        stands = clock_stands(cases)
        limit = int(Parameters.at(day)["tafdc/time_limit"]["months"])
        seen = simulate(cases, enrolled=takes | {"TAFDC": takes["TAFDC"] & (stands | (clock < limit))})
        closed = recipient & ~seen.tafdc_receives
        recipient = seen.tafdc_receives
        clock = clock + (recipient & ~stands)
        left = np.maximum(left - seen.full_disregard, 0)
        eligible = takes["SNAP"] & (seen.parts["SNAP"] > 0)
        begins = eligible & ~on_snap
        since = np.where(begins, index, since)
        looks = begins | recipient | closed | ((index - since) % INTERIM == 0)
        held = np.where(looks, seen.parts["SNAP"], held)
        on_snap = np.where(looks, eligible, on_snap)
        inside["SNAP"][:, index], paid["SNAP"][:, index] = on_snap, np.where(on_snap, held, 0)
        inside["TAFDC"][:, index], paid["TAFDC"][:, index] = recipient, seen.parts["TAFDC"]
        coverage[:, :, index] = seen.coverage
        covered = np.isin(seen.coverage[:, 0], [Coverage.MASSHEALTH, Coverage.TRANSITIONAL])
    found = []
    for row, home in enumerate(households):
        got = Benefits(coverage=coverage[row], disregard_used=int(6 - left[row]), clock_used=int(clock[row]))
        for name in ("SNAP", "TAFDC"):
            _depart(got, home.id, name, inside[name][row], paid[name][row], rng)
            got.spells[name] = _spells(inside[name][row], paid[name][row])
        got.spells["CCFA"] = _vouchers(home, earnings[row], rng, months)
        got.spells["HOUSING"] = _leases(home, earnings[row], months)
        got.spells["UI"] = claims[row]
        found.append(got)
    return found


def _earnings(households: list[Household], months: int) -> npt.NDArray[np.int64]:
    earned = np.zeros((len(households), PLACES, months), dtype=np.int64)
    for row, home in enumerate(households):
        place = {person.id: index for index, (person, _, _) in enumerate(home.members)}
        for job in home.jobs:
            earned[row, place[job.person], job.start : job.end] = job.monthly_cents
    return earned


def _unemployment(households: list[Household], claims: list[list[Spell]], months: int) -> npt.NDArray[np.int64]:
    """Unemployment insurance by month, (households, months)."""
    income = np.zeros((len(households), months), dtype=np.int64)
    for row in range(len(households)):
        for claim in claims[row]:
            income[row, claim.start : claim.end] += claim.amounts[0][2]
    return income


def _cases(
    households: list[Household], earnings: npt.NDArray[np.int64], unemployment: npt.NDArray[np.int64],
    day: date, index: int, recipient: npt.NDArray[np.bool_],
    left: npt.NDArray[np.int64], covered: npt.NDArray[np.bool_],
) -> Cases:  # fmt: skip
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
    return Cases.of(
        day, ages, earnings, unemployment_cents=unemployment, child_support_cents=cents("child_support_cents"),
        rent_cents=cents("rent_cents"), child_care_cents=cents("child_care_cents"), heats=flags("heats"),
        disabled=disabled, joint=flags("joint") & two, subsidized=flags("subsidized"), tafdc_recipient=recipient,
        disregard_months_left=left, parent_covered=covered,
    )  # fmt: skip


def _depart(
    got: Benefits, home: str, program: str, inside: npt.NDArray[np.bool_], paid: npt.NDArray[np.int64],
    rng: random.Random,
) -> None:  # fmt: skip
    """Seed departures: a month missed at recertification, an overpayment, a late report."""
    months = np.nonzero(inside)[0]
    if len(months) < 10:
        return
    chance = rng.random()
    if chance < 0.08:
        gone = int(months[len(months) // 2])
        inside[gone], paid[gone] = False, 0
        got.departures.append(Departure(home, program, "missed recertification", gone, gone + 1))
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


def _vouchers(home: Household, earned: npt.NDArray[np.int64], rng: random.Random, months: int) -> list[Spell]:
    """The sample's own: working families with a child under 13, under a limit, now and then get a voucher."""
    if not home.child_care_cents or rng.random() < 0.35:
        return []
    total = earned.sum(axis=0)
    inside = (total > 0) & (total < VOUCHER_LIMIT_CENTS)
    fee = (total * VOUCHER_FEE_RATE).astype(np.int64) // 100 * 100
    return _spells(inside, fee)


def _leases(home: Household, earned: npt.NDArray[np.int64], months: int) -> list[Spell]:
    """The sample's own: the tenant pays 30 % of earnings, looked at once a year."""
    if not home.subsidized:
        return []
    total = earned.sum(axis=0) + home.child_support_cents
    share = np.minimum((total * TENANT_SHARE).astype(np.int64) // 100 * 100, home.rent_cents)
    yearly = share[np.arange(months) // 12 * 12]
    return _spells(np.arange(months) >= home.stays[0].since, yearly)


def _claims(home: Household, rng: random.Random, months: int) -> list[Spell]:
    """The sample's own: half of those who lose a job claim half of their wage for up to six months."""
    claims = []
    for person, _, _ in home.members:
        jobs = sorted((job for job in home.jobs if job.person == person.id), key=lambda job: job.start)
        for job, following in zip(jobs, [*jobs[1:], None], strict=False):
            begins = following.start if following else months
            if job.end < months and begins > job.end and rng.random() < 0.5:
                end = min(job.end + UI_MONTHS, begins)
                cents = min(int(job.monthly_cents * UI_RATE), UI_MOST_CENTS) // 100 * 100
                reason = "returned to work" if end == begins else "benefits exhausted"
                claims.append(Spell(job.end, end, ((job.end, end, cents),), f"{person.id}|{reason}"))
    return claims
