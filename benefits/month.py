"""All rules of one month together: what a household receives, pays and has left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from benefits import units
from benefits.blocks import blocks
from benefits.cases import Cases, Cents, Counts, Flags, Kinds, Rows, how_many
from benefits.parameters import Parameters, UnknownParameter, Value
from benefits.programs import (
    ccfa,
    connectorcare,
    eaedc,
    heap,
    housing,
    masshealth,
    premium_credit,
    school_meals,
    snap,
    ssi,
    tafdc,
    unemployment,
    wic,
)
from benefits.programs.connectorcare import Enrollees
from benefits.programs.masshealth import Coverage
from benefits.taxes import returns

PROGRAMS = (
    "TAFDC", "SNAP", "SSI", "EAEDC", "UI", "CCFA", "HOUSING", "MASSHEALTH", "CONNECTORCARE", "WIC", "HEAP",
    "SCHOOL_MEALS", "PREMIUM_CREDIT", "FEDERAL_CREDITS", "STATE_CREDITS", "TAXES",
)  # fmt: skip
"""What the rules of this version speak of; every other program of a household is *unknown* to them."""

RENT_RANGE_CENTS = (0, 3_000_00)
CHILD_CARE_RANGE_CENTS = (0, 2_500_00)
CARE_PRICE_RANGE_CENTS = (1, 2_500_00)


Unknown = dict[str, tuple[Flags, str]]
"""By program, where its part is not known (n,), and why."""


@dataclass(frozen=True)
class Month:
    """What follows in one month for n households, cents a month.

    `parts` are signed: benefits and credits add; taxes, premiums, and what is paid for care that CCFA helps with and
    for a subsidised lease take. `net_cents` is earnings and unearned income with all parts. Beside it stand health
    coverage as a state (`coverage`, n × p) and `in_kind`: by program, how many people may take part (n,), of HEAP
    whether the household may. `care_ends`: where income is over CCFA's limit; `counted_grant_cents`: TAFDC, EAEDC and
    SSI without what other programs do not count. `unknown` says where a part is not known, with the reason.
    """

    cases: Cases
    parts: dict[str, Cents]
    coverage: Kinds
    in_kind: dict[str, Counts]
    snap_over_limit: Flags
    tafdc_receives: Flags
    counted_grant_cents: Cents
    full_disregard: Flags
    care_ends: Flags
    unknown: Unknown
    used: dict[str, Value]

    @cached_property
    def net_cents(self) -> Cents:
        own = self.cases.earned_cents + self.cases.unearned_cents
        return own + sum(self.parts.values())

    def rows(self, start: int, stop: int) -> Month:
        """The month of some of the households."""
        some = Month(
            self.cases.rows(start, stop),
            {name: cents[start:stop] for name, cents in self.parts.items()},
            self.coverage[start:stop],
            {name: people[start:stop] for name, people in self.in_kind.items()},
            self.snap_over_limit[start:stop], self.tafdc_receives[start:stop], self.counted_grant_cents[start:stop],
            self.full_disregard[start:stop], self.care_ends[start:stop],
            {name: (where[start:stop], reason) for name, (where, reason) in self.unknown.items()}, self.used,
        )  # fmt: skip
        some.__dict__["net_cents"] = self.net_cents[start:stop]
        return some

    @classmethod
    def together(cls, cases: Cases, months: Sequence[tuple[Rows, Month]]) -> Month:
        """The month of all cases, of months of some of their rows each."""

        back = np.empty(len(cases.ages), dtype=np.intp)
        back[np.concatenate([rows for rows, _ in months])] = np.arange(len(back))

        def put(each: Iterable[npt.NDArray[Any]]) -> npt.NDArray[Any]:
            return np.concatenate(list(each)).take(back)

        coverage = np.zeros(cases.ages.shape, dtype=np.int8, order="F")
        unknown = Unknown()
        for rows, month in months:
            coverage.T[: month.coverage.shape[1], rows] = month.coverage.T
            for name, (where, reason) in month.unknown.items():
                whole = unknown.setdefault(name, (np.zeros(len(cases.ages), dtype=bool), reason))[0]
                whole[rows] = where
        first = months[0][1]
        return cls(
            cases, {name: put(month.parts[name] for _, month in months) for name in first.parts}, coverage,
            {name: put(month.in_kind[name] for _, month in months) for name in first.in_kind},
            put(month.snap_over_limit for _, month in months), put(month.tafdc_receives for _, month in months),
            put(month.counted_grant_cents for _, month in months), put(month.full_disregard for _, month in months),
            put(month.care_ends for _, month in months), unknown, first.used,
        )  # fmt: skip


@dataclass(frozen=True)
class Held:
    """What stands for now, cents a month: the fee and the share of the last review (n,), and SSI of income of two
    months before (n, p). Where it is below zero, the rule's own amount of this month does."""

    care_cents: Cents
    share_cents: Cents
    ssi_cents: Cents | None = None

    def some(self, rows: Rows, places: int) -> Held:
        """That of some of the households, with so many places for people."""
        ssi_cents = None if self.ssi_cents is None else self.ssi_cents[rows, :places]
        return Held(self.care_cents[rows], self.share_cents[rows], ssi_cents)


def simulate(
    cases: Cases, transitional: Flags | None = None, enrolled: dict[str, Flags] | None = None,
    law: Parameters | None = None, held: Held | None = None,
) -> Month:  # fmt: skip
    """Run every rule on the cases of a month.

    `transitional`: families in their months of transitional MassHealth. `enrolled` narrows SNAP, TAFDC and EAEDC
    to households that take part (default: whoever is eligible); child care and a lease are facts. `held`: what was set
    before (default: a review is now). Raises `UnknownParameter` when a
    parameter that no answer can do without is not known for the month. `law`: the parameters of the month, where what
    rules tell of their steps is wanted (`Parameters.at(month, explaining=True)`).
    """
    law = law or Parameters.at(cases.month)
    takes = enrolled or {}
    transitional = np.zeros(len(cases.ages), dtype=bool) if transitional is None else transitional
    parts = list(blocks(cases))
    if law.steps is not None or len(parts) == 1:
        return _simulate(cases, transitional, takes, law, held)
    months = []
    for rows, places in parts:
        taking = {name: flags[rows] for name, flags in takes.items()}
        stands = held and held.some(rows, places)
        months.append((rows, _simulate(cases.some(rows, places), transitional[rows], taking, law, stands)))
    return Month.together(cases, months)


def _simulate(
    cases: Cases, transitional: Flags, takes: Mapping[str, Flags], law: Parameters, held: Held | None
) -> Month:  # fmt: skip
    everyone = np.ones(len(cases.ages), dtype=bool)
    given, unknown = cases, Unknown()
    borne = _borne(cases, takes, law, held, unknown)
    cases, grant, receives, counted, aid = (
        borne.cases,
        borne.grant,
        borne.receives,
        borne.counted_cents,
        borne.aid_cents,
    )
    on_tafdc = grant.unit & receives[:, None]
    home = units.snap_household(counting(cases, law, "snap"))
    granted = ~(home.people & ~on_tafdc & ~home.has("ssi_cents")).any(axis=1)
    conferred = receives & granted & law["edges/tafdc_confers_snap"]
    fed = np.where((on_tafdc & home.people).any(axis=1), counted, 0) * law["edges/tafdc_counts_for_snap"]
    fed = fed + np.where(eaedc.fit(home).any(axis=1), aid, 0) * law["edges/eaedc_counts_for_snap"]
    food = snap.allotment(home, law, fed, conferred)
    allotted = np.where(takes.get("SNAP", everyone), food.cents, 0)
    on_snap = home.people & (allotted > 0)[:, None]
    homes = _homes(cases, law)
    health, premium, subsidy = _health(cases, homes, law, transitional, on_tafdc)
    tax = returns.yearly(cases, law)
    parts = {
        "TAFDC": np.where(receives, grant.cents, 0),
        "SNAP": allotted,
        "SSI": borne.ssi_cents,
        "EAEDC": aid,
        "UI": borne.claims_cents,
        "CCFA": -borne.care_cents,
        "HOUSING": -borne.share_cents,
        "MASSHEALTH": -premium,
        "CONNECTORCARE": -subsidy.premium_cents,
        "FEDERAL_CREDITS": (tax.federal.eitc_cents + tax.federal.child_credit_cents) // 12,
        "STATE_CREDITS": (tax.state.eitc_cents + tax.state.child_credit_cents) // 12,
        "TAXES": -((tax.payroll_cents + tax.federal.tax_cents + tax.state.tax_cents) // 12),
    }
    if subsidy.reason:
        unknown["CONNECTORCARE"] = (subsidy.premium_unknown, subsidy.reason)
    coverage = np.where(subsidy.covered, np.int8(Coverage.CONNECTORCARE), health)
    in_kind = _in_kind(cases, homes["premium_credit"], law, counted, aid, on_tafdc, on_snap, coverage)
    return Month(
        given, parts, coverage, in_kind, food.over_gross_limit, receives, borne.granted_cents,
        borne.full_disregard, borne.care_ends, unknown, law.used,
    )  # fmt: skip


@dataclass(frozen=True)
class Borne:
    """What comes before food, health and taxes: benefits in cash, and what is paid for child care and a lease, cents a
    month (n,); `cases` have them. `counted_cents`: the TAFDC grant that counts as income elsewhere."""

    cases: Cases
    grant: tafdc.Grant
    receives: Flags
    claims_cents: Cents
    ssi_cents: Cents
    counted_cents: Cents
    aid_cents: Cents
    care_cents: Cents
    care_ends: Flags
    share_cents: Cents

    @property
    def full_disregard(self) -> Flags:
        return self.grant.full_disregard & self.receives

    @property
    def granted_cents(self) -> Cents:
        return self.counted_cents + self.aid_cents + self.ssi_cents


def borne(cases: Cases, enrolled: Mapping[str, Flags], held: Held | None = None) -> Borne:
    """The first part of `simulate`, which takes less time."""
    return _borne(cases, enrolled, Parameters.at(cases.month), held, Unknown())


def _borne(
    cases: Cases, takes: Mapping[str, Flags], law: Parameters, held: Held | None, unknown: Unknown
) -> Borne:  # fmt: skip
    everyone = np.ones(len(cases.ages), dtype=bool)
    cases, claims = _claims(cases, law, unknown)
    cases, ssi_cents = _ssi(cases, law, held, unknown)
    grant = tafdc.grant(counting(cases, law, "tafdc"), law)
    receives = grant.receives & takes.get("TAFDC", everyone)
    aid = _aid(cases, law, grant.unit & receives[:, None], takes.get("EAEDC", everyone), unknown)
    counted = np.where(receives, grant.without_clothing_cents, 0)
    housed = counted * law["edges/tafdc_counts_for_housing"] + aid * law["edges/eaedc_counts_for_housing"]
    cases, care, ends = _care(cases, law, receives & law["edges/tafdc_confers_ccfa"], held, unknown)
    cases, share = _lease(cases, law, housed, held, unknown)
    return Borne(cases, grant, receives, claims, ssi_cents, counted, aid, care, ends, share)


def ssi_cents(cases: Cases, law: Parameters) -> Cents:
    """The SSI that the rules tell of each person (n, p), by income of this month."""
    return ssi.told(counting(claimed(cases, law), law, "ssi"), law)


def claimed(cases: Cases, law: Parameters) -> Cases:
    """The cases with the unemployment benefits that their claims are paid."""
    return _claims(cases, law, Unknown())[0]


def _inside(cases: Cases, name: str) -> Flags:
    """Households (n,) of which somebody has a fact (n, p) above zero."""
    return np.asarray(cases.has(name).any(axis=1))


def _claims(cases: Cases, law: Parameters, unknown: Unknown) -> tuple[Cases, Cents]:
    """The cases with the unemployment benefits that they are paid, and those (n,)."""
    claim = _inside(cases, "ui_weekly_cents")
    paid = _of("UI", claim, cases, law, unknown, lambda some, _: unemployment.claims_cents(some, law))
    if not paid.any():
        return cases, paid.sum(axis=1) if paid.ndim > 1 else paid
    return cases.having(unemployment_cents=cases.unemployment_cents + paid), paid.sum(axis=1)


def _ssi(cases: Cases, law: Parameters, held: Held | None, unknown: Unknown) -> tuple[Cases, Cents]:
    """The cases with the SSI that the rules tell, and that (n,)."""
    inside = _inside(cases, "ssi_paid")
    paid = _of("SSI", inside, cases, law, unknown, lambda some, _: ssi.told(counting(some, law, "ssi"), law))
    if held is not None and held.ssi_cents is not None and inside.any():
        paid = np.where(inside[:, None] & (held.ssi_cents >= 0), held.ssi_cents, paid)
    if not paid.any():
        return cases, np.zeros(len(inside), dtype=np.int64)
    return cases.having(ssi_cents=cases.ssi_cents + paid), paid.sum(axis=1)


COUNTED = ("snap", "housing", "wic", "heap")
"""Programs by whose rules SSI may be income; the others' leave it out."""


def counting(cases: Cases, law: Parameters, program: str) -> Cases:
    """The cases with what counts as income for a program, as far as that is declared."""
    if "unemployment_cents" in cases.filled and not law[f"edges/ui_counts_for_{program}"]:
        cases = cases.having(unemployment_cents=np.zeros_like(cases.unemployment_cents))
    if program in COUNTED and "ssi_cents" in cases.filled and not law[f"edges/ssi_counts_for_{program}"]:
        cases = cases.having(ssi_cents=np.zeros_like(cases.ssi_cents))
    return cases


Homes = tuple[Cases, units.Alone | None]
"""For a program of health coverage, the household of the filers, and other adults, each by themselves."""


def _homes(cases: Cases, law: Parameters) -> dict[str, Homes]:
    """By program, with what counts as its income."""
    found: dict[str, Homes] = {}
    whole: Homes | None = None
    for program in ("masshealth", "connectorcare", "premium_credit"):
        own = counting(cases, law, program)
        if own is cases and whole:
            found[program] = whole
            continue
        found[program] = units.masshealth_household(own, law), units.alone(own, units.others(own))
        whole = found[program] if own is cases else whole
    return found


def _aid(cases: Cases, law: Parameters, on_tafdc: Flags, takes: Flags, unknown: Unknown) -> Cents:
    """EAEDC (n,), of those who have no TAFDC."""
    inside = takes & eaedc.fit(cases).any(axis=1)
    excluded = on_tafdc & law["edges/tafdc_excludes_eaedc"]

    def rule(some: Cases, which: Any) -> Cents:
        own = counting(some, law, "eaedc")
        return eaedc.grant_cents(own.only(own.people & ~excluded[which]), law)

    return _of("EAEDC", inside, cases, law, unknown, rule)


def _health(
    cases: Cases, homes: Mapping[str, Homes], law: Parameters, transitional: Flags, on_tafdc: Flags
) -> tuple[Kinds, Cents, Enrollees]:
    """Coverage of each person (n, p), premiums of Family Assistance (n,), and who has ConnectorCare: the filers'
    household, and others by themselves; a child of two parents who are not married with both of them."""
    home, others = homes["masshealth"]
    private, private_others = homes["connectorcare"]
    found = masshealth.coverage(home, law, transitional, on_tafdc)
    both = units.childrens_household(counting(cases, law, "masshealth"), law)
    if both is not None:
        beside, family = both
        theirs = masshealth.coverage(family, law.quiet(), transitional[beside], on_tafdc[beside])
        kind = found.coverage.copy(order="F")
        kind[beside] = np.where(home.dependents[beside], theirs.coverage, kind[beside])
        found = masshealth.Health(kind, premium_cents(home, both, law, kind))
    moves = law["edges/masshealth_transitions_to_connectorcare"]
    excludes = law["edges/masshealth_excludes_connectorcare"]

    def uncovered(kind: Kinds) -> Flags:
        return np.asarray(((kind == Coverage.NONE) | (not excludes)) & moves)

    subsidy = connectorcare.enrollees(private, law, uncovered(found.coverage))
    if others is None or private_others is None:
        return found.coverage, found.premium_cents, subsidy
    single, nobody = others.cases, np.zeros(len(others.rows), dtype=bool)
    theirs = masshealth.coverage(single, law.quiet(), nobody, others.of(on_tafdc)[:, None])
    more = connectorcare.enrollees(private_others.cases, law.quiet(), uncovered(theirs.coverage))
    nothing = np.zeros_like(found.premium_cents)
    tell, other = law.telling("MASSHEALTH"), theirs.coverage[:, 0] == Coverage.MASSHEALTH
    tell(
        "people with MassHealth of other adults",
        others.added(nothing, other),
        "130 CMR 505.002, 505.008",
        unit="people",
    )
    tell("premium of all", found.premium_cents, "130 CMR 506.011", "premium", "people with MassHealth of other adults")
    tell = law.telling("CONNECTORCARE")
    tell("premium of other adults", others.added(nothing, more.premium_cents), "956 CMR 12.12(9)")
    tell("premium of all", others.added(subsidy.premium_cents, more.premium_cents), "956 CMR 12.12(9)",
         *(("premium",) if subsidy.reason is None else ()), "premium of other adults")  # fmt: skip
    return (
        others.put(found.coverage, theirs.coverage[:, 0]),
        found.premium_cents,
        Enrollees(
            others.put(subsidy.covered, more.covered[:, 0]),
            others.added(subsidy.premium_cents, more.premium_cents),
            others.added(subsidy.premium_unknown, more.premium_unknown),
            subsidy.reason,
        ),
    )


def premium_cents(home: Cases, both: tuple[Flags, Cases] | None, law: Parameters, kind: Kinds) -> Cents:
    """What is paid for Family Assistance (n,), where `kind` is what each is covered by; `home`: the filers' household,
    `both`: see `units.childrens_household`."""
    premium = masshealth.premium_cents(home, law, kind)
    if both is not None:
        beside, family = both
        premium[beside] = masshealth.premium_cents(family, law, kind[beside])
    return premium


def _in_kind(
    cases: Cases, homes: Homes, law: Parameters, grant: Cents, aid: Cents, on_tafdc: Flags, on_snap: Flags,
    coverage: Kinds,
) -> dict[str, Counts]:  # fmt: skip
    """How many people may have help that is no money here."""
    health = (coverage == Coverage.MASSHEALTH) | (coverage == Coverage.TRANSITIONAL)
    home, others = homes
    open_to = (cases.ages < masshealth.ELDERLY) & ((coverage == Coverage.NONE) | (coverage == Coverage.CONNECTORCARE))
    credit = home.people & premium_credit.allowed(home, law)[:, None]
    if law.steps is not None:
        premium_credit.credit_cents(home, law, credit & open_to)
    if others is not None:
        credit = others.put(credit, premium_credit.allowed(others.cases, law.quiet()))
    credit = credit & open_to
    heated = grant * law["edges/tafdc_counts_for_heap"] + aid * law["edges/eaedc_counts_for_heap"]
    return {
        "CCFA": how_many(ccfa.may_begin(cases, law.quiet())),
        "WIC": how_many(
            wic.may_take_part(
                counting(cases, law, "wic"), law, on_snap, on_tafdc, health, aid * law["edges/eaedc_counts_for_wic"]
            )
        ),
        "HEAP": heap.may_take_part(counting(cases, law, "heap"), law, heated).astype(np.int64),
        "SCHOOL_MEALS": how_many(school_meals.free(cases, law)),
        "PREMIUM_CREDIT": how_many(credit),
    }


def _care(
    cases: Cases, law: Parameters, exempt: Flags, held: Held | None, unknown: Unknown
) -> tuple[Cases, Cents, Flags]:  # fmt: skip
    """The cases with what they pay for care that CCFA helps with, that, and where income is over its limit."""
    helped = _inside(cases, "care")
    over = np.zeros_like(helped)

    def cost(some: Cases, which: Any) -> Cents:
        found = ccfa.cost(counting(some, law, "ccfa"), law, exempt[which])
        over[which] = found.over_limit
        return found.cents

    paid = _of("CCFA", helped, cases, law, unknown, cost)
    if "CCFA" in unknown or not helped.any():
        return cases, paid, np.zeros_like(helped)
    paid = paid if held is None else np.where(helped & (held.care_cents >= 0), held.care_cents, paid)
    return cases.bearing(child_care_cents=cases.child_care_cents + paid), paid, helped & over


def _lease(
    cases: Cases, law: Parameters, grants_cents: Cents, held: Held | None, unknown: Unknown
) -> tuple[Cases, Cents]:  # fmt: skip
    """The cases with the rent that they bear in a subsidised lease, and that."""
    leased = np.asarray(cases.lease > housing.Lease.NONE)
    share = _of(
        "HOUSING", leased, cases, law, unknown,
        lambda some, which: housing.share_cents(counting(some, law, "housing"), law, grants_cents[which]),
    )  # fmt: skip
    if "HOUSING" in unknown or not leased.any():
        return cases, share
    share = share if held is None else np.where(leased & (held.share_cents >= 0), held.share_cents, share)
    return cases.bearing(rent_cents=np.where(leased, share, cases.rent_cents)), share


def _of(
    program: str, inside: Flags, cases: Cases, law: Parameters, unknown: Unknown, rule: Callable[[Cases, Any], Cents]
) -> Cents:  # fmt: skip
    """What a program's rule gives for those in it (n,), or their people (n, p), 0 for the others; who is `unknown` is
    told there.

    Asked of those in it alone, but of all where its steps are told.
    """
    nothing = np.zeros(len(inside), dtype=np.int64)
    if not inside.any():
        return nothing
    try:
        if law.steps is not None:
            given = rule(cases, slice(None))
            return np.where(inside if given.ndim == 1 else inside[:, None], given, 0)
        given = rule(cases.some(inside), inside)
    except UnknownParameter as why:
        unknown[program] = (inside, str(why))
        return nothing
    found = nothing if given.ndim == 1 else np.zeros((len(inside), given.shape[1]), dtype=np.int64)
    found[inside] = given
    return found


@dataclass(frozen=True)
class Known:
    """Which facts of a household are recorded; the others are bounded over their declared range."""

    rent: bool = True
    child_care: bool = True
    heating: bool = True
    disregard: bool = True
    care_price: bool = True
    mrvp: bool = True
    utilities: bool = True
    eaedc_months: bool = True

    def missing(self) -> tuple[str, ...]:
        return tuple(name for field, name in FACTS.items() if not getattr(self, field))


FACTS = {
    "rent": "rent", "child_care": "child care", "heating": "heating costs",
    "disregard": "months of the full TAFDC disregard", "care_price": "what child care costs without help",
    "mrvp": "which earnings MRVP counts", "utilities": "which utilities are paid besides rent in public housing",
    "eaedc_months": "months of earnings that EAEDC has counted",
}  # fmt: skip
"""What the facts of `Known` are called."""


def corners(cases: Cases, known: Known) -> tuple[Cases, ...]:
    """The cases at the ends of what is not recorded, each fact at either end: that of the lowest net resources first,
    that of the highest last.

    One case when all is known: in one month net resources are monotone in each of these facts, and so is each part, but
    not all of them in one direction.
    Where months of the full disregard are not recorded, every number of them stands between, because over
    months the law's memory is not monotone in it.
    """
    if not known.missing():
        return (cases,)
    left = range(tafdc.full_disregard_months(cases.month) + 1) if not known.disregard else (None,)
    missing = [field for field in FACTS if field != "disregard" and not getattr(known, field)]
    ends = [dict(zip(missing, each, strict=True)) for each in product((0, 1), repeat=len(missing))]
    return tuple(_corner(cases, end, months) for months in left for end in ends)


AMOUNTS = ("rent", "child_care")
"""Facts of `Known` that are amounts the household bears."""


def line(cases: Cases, known: Known) -> list[tuple[Cases, Cases]]:
    """The cases with all amounts that are not recorded at their lowest, and at their highest, for each way of the other
    facts that are not: between the two, food and cash benefits only rise."""
    amounts = {field: 0 for field in AMOUNTS if not getattr(known, field)}
    rest = replace(known, **dict.fromkeys(amounts, True))
    return [
        (_corner(one, amounts, None), _corner(one, dict.fromkeys(amounts, 1), None)) for one in corners(cases, rest)
    ]


def narrows_most(cases: Cases, known: Known, enrolled: Mapping[str, bool]) -> str | None:
    """Which fact that is not recorded would narrow net resources most, if it were; None where none would.

    How far apart the ends are now, less how far apart they are with the fact at whichever of its ends leaves more; of
    cases at several earnings, where that is most.
    """
    missing = {name: field for field, name in FACTS.items() if not getattr(known, field)}
    takes = {name: np.full(len(cases.rent_cents), yes) for name, yes in enrolled.items()}

    def width(of: Cases, known: Known) -> Cents:
        net = np.array([simulate(end, enrolled=takes).net_cents for end in corners(of, known)])
        return np.asarray(net.max(axis=0) - net.min(axis=0))

    whole, gains = width(cases, known), dict[str, int]()
    for name, field in missing.items():
        alone = Known(**{each: each != field for each in FACTS})
        rest = replace(known, **{field: True})
        left = np.max([width(end, rest) for end in corners(cases, alone)], axis=0)
        gains[name] = int((whole - left).max())
    return max(gains, key=lambda name: gains[name]) if any(gain > 0 for gain in gains.values()) else None


def _corner(cases: Cases, ends: Mapping[str, int], disregard_months_left: int | None) -> Cases:
    """One end of each fact of `ends`: 0 that of lower net resources, 1 that of higher ones."""
    at = {
        "rent": ("rent_cents", RENT_RANGE_CENTS),
        "child_care": ("child_care_cents", CHILD_CARE_RANGE_CENTS),
        "heating": ("heats", (False, True)),
        "care_price": ("care_price_cents", CARE_PRICE_RANGE_CENTS[::-1]),
        "mrvp": ("all_earnings", (True, False)),
        "utilities": ("utilities", (housing.Utilities.NONE, housing.Utilities.ALL)),
        "eaedc_months": ("eaedc_months_worked", (eaedc.MONTHS, 0)),
    }
    facts: dict[str, Any] = {}
    if "heating" in ends:  # from none at all to heating
        facts["no_utilities"] = np.full_like(cases.no_utilities, ends["heating"] == 0)
    for field, end in ends.items():
        name, between = at[field]
        facts[name] = np.full_like(getattr(cases, name), between[end])
    if disregard_months_left is not None:
        facts["disregard_months_left"] = np.full_like(cases.disregard_months_left, disregard_months_left)
    return replace(cases, **facts) if facts else cases
