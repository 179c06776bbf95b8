"""A recorded household in one month as the rules need it, with what is not recorded said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from math import ceil

import numpy as np

from benefits.calendar import add_months, months_between
from benefits.cases import ADULT, ELDERLY, OF_AGE, Cases, CasesError, Cents
from benefits.month import PROGRAMS, Known, corners, narrows_most
from benefits.parameters import Parameters, UnknownParameter
from benefits.path import REVIEWED, Start
from benefits.programs.ccfa import Care
from benefits.programs.housing import Lease
from benefits.programs.masshealth import ELDERLY as MEDICARE
from benefits.programs.ssi import Paid, behind
from benefits.programs.tafdc import EXEMPT_CHILD, clock_stands, full_disregard_months
from benefits.programs.unemployment import WEEKS_A_MONTH, Claim, claim_behind
from queries import recorded
from queries.household import HouseholdRecord, Member
from queries.said import BIRTH, CIRCUMSTANCE, CLOCK, DUE, EXPENSE, INCOME, PROGRAM, RELATION, WAGE, Said

SNAP_DUE, SNAP_EVERY_ELDERLY = 6, 36
"""Months until SNAP looks again, where it is not recorded, as a named assumption: simplified reporting, and the project
for households without earnings whose adults are all 60 or disabled (DTA, Elderly/Disabled Simplified Application)."""
CARE_AGE = 13
LEASES = {"Section 8": Lease.SECTION_8, "MRVP": Lease.MRVP, "Public housing": Lease.PUBLIC}
"""Leases of which the rules tell the tenant's share, by what the agency calls them."""
TELLING = {
    "UI": "unemployment benefits", "HOUSING": "housing aid", "MASSHEALTH": "MassHealth", "Income": "unearned income",
    "Circumstance": "disability or pregnancy",
}  # fmt: skip
"""Facts that count as none where no loaded file could tell them, which is said."""
LONGEST, YEAR = 61, 12
"""Birthdays are looked for in so many months."""
COUNTED = {"UI"}
"""Programs without rules here whose recorded amounts count as income."""
ENTERED = ("SNAP", "TAFDC")
"""Programs that the rules give only to who is recorded in them: nobody enrols anew. So it is with EAEDC, of which no
file need tell."""
CANNOT_BE = {
    "ages": BIRTH, "rent_cents": EXPENSE, "child_care_cents": EXPENSE, "care_price_cents": EXPENSE,
    "contract_rent_cents": EXPENSE, "unemployment_cents": PROGRAM,
    "ssi_cents": INCOME, "social_security_cents": INCOME, "child_support_cents": INCOME, "other_income_cents": INCOME,
}  # fmt: skip
"""What a fact that cannot be gives away, where it is not a wage."""
ALONG_CENTS = [0, 2_000_00, 4_000_00, 6_000_00, 8_000_00, 10_000_00]
"""Earnings a month at which it is looked what would narrow an answer."""
ADULT_AGE, CHILD_AGE = 35, 8
"""What stands for an age that is not recorded, as a named assumption."""


@dataclass(frozen=True)
class Facts:
    """What is recorded of a household in a month, as the rules need it. `cases`: as recorded.

    `people`: who stands in which place. `unknown`: why no figure can be given at all.
    """

    month: date
    people: tuple[Member, ...]
    cases: Cases
    enrolled: dict[str, bool]
    known: Known
    unknown: tuple[Said, ...]

    @cached_property
    def ends(self) -> tuple[Cases, ...]:
        """The cases at the ends of what is not recorded, see `corners`. Raises `UnknownParameter`."""
        return corners(self.cases, self.known)

    @cached_property
    def would_narrow(self) -> str | None:
        """Which of several facts that are not recorded would narrow net resources most; None where none would."""
        if len(self.known.missing()) < 2:
            return None
        earner = self.main_earner()
        try:
            at = self.cases if earner is None else self.cases.earning(self.place(earner), np.array(ALONG_CENTS))
            return narrows_most(at, self.known, self.enrolled)
        except UnknownParameter:
            return None

    @cached_property
    def birthdays(self) -> tuple[tuple[int, int], ...]:
        """Months from the month on in which somebody is a year older, with their place."""
        found: list[tuple[int, int]] = []
        for place, member in enumerate(self.people):
            age = member.age(self.month)
            first = (index for index in range(1, LONGEST) if member.age(add_months(self.month, index)) != age)
            found += [(index, place) for index in range(next(first, LONGEST), LONGEST, YEAR)]
        return tuple(found)

    @property
    def snap_every(self) -> int:
        """Every so many months SNAP looks again: seldom where nobody earns and every adult is 60 or disabled."""
        cases = self.cases
        fit = (cases.ages >= ELDERLY) | cases.disabled
        seldom = cases.adults.any() and (fit | ~cases.adults).all() and not cases.earnings_cents.any()
        return SNAP_EVERY_ELDERLY if seldom else SNAP_DUE

    @property
    def missing(self) -> tuple[Said, ...]:
        """What is not recorded and bounded instead."""
        rests_on = {"months of the full TAFDC disregard": CLOCK}
        return tuple(Said(name, rests_on.get(name, EXPENSE)) for name in self.known.missing())

    def place(self, person: str) -> int:
        """The place of a person. Raises `LookupError` when they are not an adult of the household."""
        for index, member in enumerate(self.people):
            if member.person == person and member.grown(self.month):
                return index
        raise LookupError("that person is no adult of the household in the month")

    def main_earner(self) -> str | None:
        """The adult with the highest recorded earnings; the first adult when none has any; None: no adult."""
        adults = [i for i, member in enumerate(self.people) if member.grown(self.month)]
        if not adults:
            return None
        best = max(adults, key=lambda i: (int(self.cases.earnings_cents[0, i]), -i))
        return self.people[best].person


@dataclass(frozen=True)
class Situation(Facts):
    """Facts; with what a path starts from, programs of which no rule here tells, and what is taken as so."""

    start: Start
    outside: tuple[str, ...]
    assumptions: tuple[Said, ...]


def facts(record: HouseholdRecord, month: date) -> Facts | None:
    """What is recorded of the household in a month; None when nobody is in it then."""
    people = tuple(record.present(month))
    return _facts(record.of_present(month), people, month) if people else None


def situation(record: HouseholdRecord, month: date) -> Situation | None:
    """The household in a month; None when nobody is in it then."""
    people = tuple(record.present(month))
    if not people:
        return None
    record = record.of_present(month)
    found = _facts(record, people, month)
    return Situation(
        found.month, people, found.cases, found.enrolled, found.known, found.unknown, _start(record, found),
        _outside(record, month), _assumptions(record, found),
    )  # fmt: skip


def _facts(record: HouseholdRecord, people: tuple[Member, ...], month: date) -> Facts:
    programs = _programs(record, month)
    enrolled = {program: program in programs for program in (*ENTERED, "EAEDC")}
    ages = [_age(member, month) for member in people]
    unknown = _unknown(record, people, month)
    claims, family = _claims(record, people, ages, month), _care_family(record, people, ages, month)
    try:
        cases = _cases(record, people, ages, enrolled, month, claims, family)
    except CasesError as error:  # whatever stands in for what cannot be, no figure of it is told
        cases = Cases.of(month, np.full((1, len(people)), ADULT_AGE), np.zeros((1, len(people)), np.int64), most=None)
        said = Said(f"what is recorded cannot be: {error}", CANNOT_BE.get(error.fact, WAGE))
        unknown = (*unknown, said)
    return Facts(month, people, cases, enrolled, _known(record, month, enrolled, ages), unknown)


def _programs(record: HouseholdRecord, month: date) -> set[str]:
    return {span.program for span in record.enrollments if span.covers(month)}


def _outside(record: HouseholdRecord, month: date) -> tuple[str, ...]:
    """Programs that the household is in and of which no rule here tells what they give."""
    programs = _programs(record, month)
    unknown_lease = {"HOUSING"} if recorded.lease(record, month) not in (None, *LEASES) else set()
    return tuple(sorted((programs - set(PROGRAMS) - COUNTED) | (programs & unknown_lease)))


def expenses(record: HouseholdRecord, month: date) -> dict[str, int | None]:
    """What a household bears a month, in cents, by kind; None: not recorded. Without a child under 13: no care."""
    record = record.of_present(month)
    young = any(0 <= _age(member, month) < CARE_AGE for member in record.present(month))
    fee = recorded.care_fee(record, month)
    return {
        "rent": recorded.rent(record, month),
        "child_care": fee if fee is not None or young else 0,
        "utilities": recorded.utilities(record, month),
    }


def _age(member: Member, month: date) -> int:
    age = member.age(month)
    return (ADULT_AGE if member.role == "adult" else CHILD_AGE) if age is None else age


def _known(record: HouseholdRecord, month: date, enrolled: dict[str, bool], ages: list[int]) -> Known:
    young = any(0 <= age < CARE_AGE for age in ages)
    lease, helped = recorded.lease(record, month), recorded.takes_part(record, month, "CCFA")
    small = [member for member, age in zip(record.present(month), ages, strict=True) if 0 <= age < CARE_AGE]
    all_helped = helped and all(recorded.in_care(record, member.person, month) for member in small)
    return Known(
        rent=recorded.rent(record, month) is not None or lease in LEASES,
        child_care=not young or all_helped or (recorded.care_fee(record, month) is not None and not helped),
        heating=recorded.heats(record, month) is not None or not enrolled["SNAP"],
        disregard=_disregard_left(record, month) is not None or not enrolled["TAFDC"],
        care_price=recorded.care_price(record, month) is not None or not helped,
        mrvp=lease != "MRVP",
        utilities=lease != "Public housing",
        eaedc_months=not enrolled["EAEDC"],
    )


def _disregard_left(record: HouseholdRecord, month: date) -> int | None:
    """Months of the full disregard that are left; None where no count reaches the month."""
    counted = _counted(record, month, "full disregard")
    return None if counted is None else max(full_disregard_months(month) - counted, 0)


def _counted(record: HouseholdRecord, month: date, clock: str) -> int | None:
    """Months that a clock has counted; None where no count reaches the month or the one before it."""
    counted = recorded.clock(record, month, clock)
    return None if counted is None or months_between(counted.on, month) > 1 else counted.months


def _cases(
    record: HouseholdRecord, people: tuple[Member, ...], ages: list[int], enrolled: dict[str, bool], month: date,
    claims: _Claims, family: set[str],
) -> Cases:  # fmt: skip
    adults = [member.person for member in people if member.grown(month)]
    kin = _kin(record, people, ages, month)
    one = np.zeros(1, dtype=bool)

    def each(kind: str) -> list[list[bool]]:
        return [[recorded.circumstance(record, member.person, month, kind) for member in people]]

    def unit(program: str) -> list[list[bool]]:
        members = set[str]().union(*recorded.units(record, month, program).values())
        return [[member.person in members for member in people]]

    incomes = recorded.unearned(record, month)
    persons = [member.person for member in people]

    def of_kind(*kinds: str) -> Cents:
        each = [[sum(incomes.get((person, kind), 0) for kind in kinds) for person in persons]]
        return np.array(each, dtype=np.int64)

    weekly = [claims.behind.get(person, NO_CLAIM) for person in persons]
    told = {kind for _, kind in incomes} - {"ssi", "ssdi", "social_security", "child_support", "unemployment"}
    found = Cases.of(
        month,
        np.array([ages], dtype=np.int64),
        np.array([[recorded.earnings(record, m.person, month) or 0 for m in people]], dtype=np.int64),
        ssi_cents=of_kind("ssi"),
        social_security_cents=of_kind("ssdi", "social_security"),
        ui_weekly_cents=np.array([[claim.weekly_cents for claim in weekly]], dtype=np.int64),
        ui_children=np.array([[claim.children for claim in weekly]], dtype=np.int64),
        unemployment_cents=of_kind("unemployment")
        + np.array([[claims.as_recorded_cents.get(person, 0) for person in persons]], dtype=np.int64),
        child_support_cents=of_kind("child_support").sum(axis=1),
        other_income_cents=of_kind(*told),
        in_snap=np.array(unit("SNAP")),
        in_tafdc=np.array(unit("TAFDC")),
        medical_cents=np.array([recorded.medical(record, month) or 0], dtype=np.int64),
        rent_cents=np.array([recorded.rent(record, month) or 0], dtype=np.int64),
        care=np.array([[Care.FULL_TIME * recorded.in_care(record, m.person, month) for m in people]], dtype=np.int64),
        care_family=np.array([[person in family for person in persons]]),
        care_price_cents=np.array([recorded.care_price(record, month) or 0], dtype=np.int64),
        lease=np.array([LEASES.get(recorded.lease(record, month) or "", Lease.NONE)], dtype=np.int64),
        contract_rent_cents=np.array([recorded.contract_rent(record, month) or 0], dtype=np.int64),
        heats=one | bool(recorded.heats(record, month)),
        disabled=np.array(each("disabled")),
        pregnant=np.array(each("pregnant")),
        files=np.array([[person in kin.filers for person in persons]]),
        parents=np.array([[person in kin.parents for person in persons]]),
        joint=one | (len(kin.filers) > 1),
        subsidized=one | recorded.takes_part(record, month, "HOUSING"),
        tafdc_recipient=one | enrolled["TAFDC"],
        disregard_months_left=np.array([_disregard_left(record, month) or 0], dtype=np.int64),
        parent_covered=one | recorded.takes_part(record, month, "MASSHEALTH", set(adults)),
    )
    return _with_ssi(found)


def _with_ssi(cases: Cases) -> Cases:
    """The cases with the SSI that the rules come to told by them, and the rest as recorded."""
    try:
        law = Parameters.at(cases.month)
        paid = [
            behind(cases, law, place, cents) if cents else Paid.NOTHING
            for place, cents in enumerate(cases.ssi_cents[0].tolist())
        ]
    except UnknownParameter:
        return cases
    told = np.array([paid], dtype=np.int8)
    return replace(cases, ssi_paid=told, ssi_cents=np.where(told > 0, 0, cases.ssi_cents))


@dataclass(frozen=True)
class _Kin:
    """Who files the household's return, and the recorded parents of its children."""

    filers: set[str]
    parents: set[str]


def _kin(record: HouseholdRecord, people: tuple[Member, ...], ages: list[int], month: date) -> _Kin:
    """A parent claims a child before anyone else does (26 USC 152(c)(4)): the return is that of the parent, or the
    married couple, with most children here, of equal ones with most earnings. Without a recorded parent it is the first
    adult's, with whom they are married to. Nobody is a parent where a child's is not recorded."""
    grown = [member.person for member in people if member.grown(month)]
    young = {member.person for member, age in zip(people, ages, strict=True) if age < OF_AGE} - set(grown)
    married: dict[str, str] = {}
    for row in record.relations:
        if row["kind"] == "spouse" and {row["person"], row["other"]} <= set(grown):
            married |= {row["person"]: row["other"], row["other"]: row["person"]}
    parent_of = {
        (row["person"], row["other"])
        for row in record.relations
        if row["kind"] == "parent" and row["person"] in grown and row["other"] in young
    }
    couples = {frozenset({one, married.get(one, one)}) for one, _ in parent_of}

    def claim(couple: frozenset[str]) -> tuple[int, int, str]:
        children = {child for one, child in parent_of if one in couple}
        earned = sum(recorded.earnings(record, one, month) or 0 for one in couple)
        return -len(children), -earned, min(couple)

    parents = {one for one, _ in parent_of}
    known = {child for _, child in parent_of} >= young
    if couples:
        return _Kin(set(sorted(couples, key=claim)[0]), parents if known else set())
    first = set(grown[:1])
    return _Kin(first | {married[one] for one in first if one in married}, set())


def _care_family(record: HouseholdRecord, people: tuple[Member, ...], ages: list[int], month: date) -> set[str]:
    """The parents of the children in care, those married to them, and their children; nobody where a parent of one is
    not recorded, which stands for everyone."""
    here = {member.person: age for member, age in zip(people, ages, strict=True)}
    related = [row for row in record.relations if {row["person"], row["other"]} <= here.keys()]
    parent_of = {(row["person"], row["other"]) for row in related if row["kind"] == "parent"}
    married = [{row["person"], row["other"]} for row in related if row["kind"] == "spouse"]
    cared = {person for person in here if recorded.in_care(record, person, month)}
    parents = {one for one, child in parent_of if child in cared}
    if cared - {child for _, child in parent_of}:
        return set()
    parents |= {end for pair in married if pair & parents for end in pair}
    children = {child for one, child in parent_of if one in parents and here[child] < ADULT}
    return parents | children | cared


NO_CLAIM = Claim(0, 0)


@dataclass(frozen=True)
class _Claims:
    """The claim behind what each person is paid of unemployment benefits, or cents behind which none is found."""

    behind: dict[str, Claim]
    as_recorded_cents: dict[str, int]


def _claims(record: HouseholdRecord, people: tuple[Member, ...], ages: list[int], month: date) -> _Claims:
    found, rest = dict[str, Claim](), dict[str, int]()
    children = sum(0 <= age < ADULT for age in ages)
    here = {member.person for member in people}
    for person, (cents, _) in sorted(recorded.claims(record, month).items()):
        try:
            earned = recorded.earnings(record, person, month) or 0
            claim = claim_behind(Parameters.at(month), cents, earned, 0 if found else children)
        except UnknownParameter:
            claim = None
        if claim and person in here:
            found[person] = claim
        else:
            rest[person if person in here else people[0].person] = cents
    return _Claims(found, rest)


def _claim_months(record: HouseholdRecord, people: tuple[Member, ...], month: date) -> dict[int, int]:
    """Months until the weeks of each claim are used up, as far as its beginning is recorded, by place."""
    begins = {person: since for person, (_, since) in recorded.claims(record, month).items() if since}
    found: dict[int, int] = {}
    for place, member in enumerate(people):
        since = begins.get(member.person)
        if since is None:
            continue
        try:
            weeks = int(Parameters.at(since)["unemployment/weeks"])
        except UnknownParameter:
            continue
        found[place] = max(ceil(weeks / WEEKS_A_MONTH) - months_between(since, month), 1)
    return found


def _start(record: HouseholdRecord, found: Facts) -> Start:
    every, month = found.snap_every, found.month
    return Start(
        found.enrolled,
        recorded.due_in(record, month, "SNAP") or every,
        every,
        clock_months_used=_counted(record, month, "time limit"),
        birthdays=found.birthdays,
        duties=recorded.duties(record, month),
        claim_months=_claim_months(record, found.people, month),
        reviews={name: recorded.due_in(record, month, name) or every for name, every in REVIEWED.items()},
    )


def _unknown(record: HouseholdRecord, people: tuple[Member, ...], month: date) -> tuple[Said, ...]:
    """Facts without which every figure would be an invention."""
    found = [Said(f"no loaded file tells who receives {name}") for name in ENTERED if name not in record.reported]
    if not any(member.grown(month) for member in people):
        found.append(Said("nobody who is recorded in the household is grown", BIRTH))
    if "Wage" not in record.reported:
        found.append(Said("no loaded file tells who earns what"))
    if any(recorded.earnings(record, member.person, month) is None for member in people):
        found.append(Said("wages are recorded without their amount or their dates", WAGE))
    found += [
        Said(f"{program}: {twice} person(s) are recorded in two of its units at a time", PROGRAM)
        for program in ENTERED
        if (twice := _in_two(recorded.units(record, month, program)))
    ]
    nameless = sorted({row["kind"] or "other" for row in recorded.incomes(record, month) if row["amount"] is None})
    found += [Said(f"an income ({kind}) is recorded without its amount", INCOME) for kind in nameless]
    found += [
        Said(f"{program} counts as income and is recorded without its amount", PROGRAM)
        for program in sorted(COUNTED)
        if recorded.unpriced_benefits(record, month, program)
    ]
    return tuple(found)


def _in_two(units: dict[str, set[str]]) -> int:
    """How many people are in more than one unit."""
    return sum(map(len, units.values())) - len(set[str]().union(*units.values()))


def _assumptions(record: HouseholdRecord, of: Facts) -> tuple[Said, ...]:
    month, people, cases, enrolled = of.month, of.people, of.cases, of.enrolled
    ages = [_age(member, month) for member in people]
    claims = _claims(record, people, ages, month)
    young = any(0 <= age < EXEMPT_CHILD for age in ages)
    exempt = bool(clock_stands(cases)[0]) and not young  # for as long as it is so
    found = []
    ageless = sum(member.age(month) is None for member in people)
    if ageless:
        text = f"{ageless} member(s) without a birth date: an adult is taken as {ADULT_AGE}, a child as {CHILD_AGE}"
        found.append(Said(text, BIRTH))
    adults = [member for member in people if member.grown(month)]
    unpaid = sum(not recorded.has_wages(record, member.person, month) for member in adults)
    if unpaid:
        found.append(Said(f"no recent wages are recorded of {unpaid} adult(s): their earnings are taken as none", WAGE))
    silent = [what for name, what in TELLING.items() if name not in record.reported]
    if silent:
        found.append(Said(f"no loaded file tells of {', '.join(silent)}: taken as none"))
    if enrolled["SNAP"] and recorded.due_in(record, month, "SNAP") is None:
        text = f"when SNAP looks again is not recorded: taken as in {of.snap_every} months"
        found.append(Said(text, DUE))
    for program, every in REVIEWED.items():
        if recorded.takes_part(record, month, program) and recorded.due_in(record, month, program) is None:
            found.append(Said(f"the next review of {program} is not recorded: taken as in {every} months", DUE))
    if claims.behind and any(since is None for _, since in recorded.claims(record, month).values()):
        text = "since when unemployment benefits are paid is not recorded: they are taken to go on"
        found.append(Said(text, PROGRAM))
    if any(recorded.lost_wages(record, member.person, month) for member in people):
        text = "wages from before a claim for unemployment benefits are those of the job that was lost: not counted"
        found.append(Said(text, WAGE))
    if claims.as_recorded_cents:
        found.append(Said("unemployment benefits are taken as they are recorded, whatever is earned", PROGRAM))
    if cases.ssi_cents.any():
        found.append(Said("SSI is taken as it is recorded, whatever is earned", INCOME))
    if cases.ssi_paid.any():
        found.append(Said("what who has SSI owns is taken to stay within its limit", INCOME))
    for program in ENTERED:
        units = recorded.units(record, month, program)
        if units and set[str]().union(*units.values()) != {member.person for member in people}:
            text = f"{program} is reckoned for those who are recorded in its unit, with their income"
            found.append(Said(text, PROGRAM))
        if len(units) > 1:
            found.append(Said(f"{len(units)} units of {program} in the household are reckoned as one", PROGRAM))
    if recorded.takes_part(record, month, "CCFA"):
        found.append(Said("care that CCFA pays for is taken as full time", PROGRAM))
        if not _care_family(record, people, ages, month):
            text = "whose the children in care are is not recorded: everyone counts as their family"
            found.append(Said(text, RELATION))
    if recorded.lease(record, month) in LEASES:
        text = "the tenant's share is taken without utility allowances, excluded earnings and, of MRVP, deductions"
        found.append(Said(text, PROGRAM))
        if recorded.contract_rent(record, month) is None:
            found.append(Said("the whole rent is not recorded: the tenant's share is not held to it", EXPENSE))
    absent = [program for program in ENTERED if not enrolled[program]]
    if absent:
        text = f"not recorded in {' and '.join(absent)}, so nothing of it is counted: nobody enrols anew"
        found.append(Said(text, PROGRAM))
    if enrolled["TAFDC"] and not exempt and _counted(record, month, "time limit") is None:
        found.append(Said("months on the TAFDC time limit are not recorded: it is taken as not reached", CLOCK))
    return (*found, *_left_out(record, people, ages, enrolled, month))


def _left_out(
    record: HouseholdRecord, people: tuple[Member, ...], ages: list[int], enrolled: dict[str, bool], month: date
) -> list[Said]:
    """Rules that this version does not have, where they could matter to the household."""
    found = []
    old = any(age >= ELDERLY for age in ages)
    disabled = any(recorded.circumstance(record, member.person, month, "disabled") for member in people)
    if enrolled["SNAP"] and (disabled or old):
        text = (
            "what the household owns is not recorded and is taken to be within SNAP's limit for elderly or disabled "
            "members over 200 % of poverty (7 CFR 273.9(a))"
        )
        found.append(Said(text, BIRTH if old else CIRCUMSTANCE))
    deducting = enrolled["SNAP"] or recorded.takes_part(record, month, "HOUSING")
    if deducting and (disabled or old) and recorded.medical(record, month) is None:
        found.append(Said("medical costs are not recorded: none are deducted", EXPENSE))
    if any(
        age < MEDICARE and recorded.circumstance(record, member.person, month, "disabled")
        for age, member in zip(ages, people, strict=True)
    ):
        text = "what CommonHealth costs over 150 % of poverty was not found, and is left out of net resources"
        found.append(Said(text, CIRCUMSTANCE))
    if any(age < ADULT and (recorded.earnings(record, member.person, month) or 0) > 0
           for age, member in zip(ages, people, strict=True)):  # fmt: skip
        found.append(Said("wages of who is under 18 are left out", WAGE))
    if any(recorded.circumstance(record, member.person, month, "pregnant") for member in people):
        text = "when a child is due is not recorded: a path takes who is pregnant to stay so"
        found.append(Said(text, CIRCUMSTANCE))
    found.append(Said("immigration status is not recorded: it is taken to bar nobody from anything"))
    grown = sum(age >= ADULT for age in ages)
    if 1 < grown < len(ages) and not _kin(record, people, ages, month).parents:
        found.append(Said("whose the children are is not recorded of each: every adult counts as a parent", RELATION))
    if grown > 1:
        text = (
            "adults who are not recorded as married are taken to file a tax return each, and to be nobody's dependants"
        )
        found.append(Said(text, RELATION))
    return found
