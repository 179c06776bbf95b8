"""From what the counter tells to the types of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from strawberry import ID

from access.counter import Disclosed, Outlook, Row, SavedReform, Step, follows
from api.scalars import Cents
from api.types import (
    Amount,
    BreakEven,
    BridgeFall,
    BridgeMonth,
    BridgeProgram,
    BridgeSizing,
    Citation,
    Cliff,
    CliffCause,
    ComparedWithRules,
    Coverage,
    CoverageStep,
    Departure,
    Duty,
    Enrollment,
    Event,
    Expense,
    Explanation,
    ExplanationStep,
    Fact,
    InKindStep,
    JobChange,
    Ladder,
    Lag,
    Member,
    Part,
    Path,
    PathMonth,
    PerDollar,
    PersonCoverage,
    Plateau,
    RecordedAmount,
    RecordedLoss,
    ReformCliff,
    ReformCost,
    ReformEffects,
    ReformFare,
    ReformTurn,
    ReformUnknown,
    Resources,
    ResourcesMonth,
    SimulatedAmount,
    Spending,
    Status,
    Wage,
    WageRange,
    WaysUp,
    WayUp,
)


def recorded(cents: int | None, what: str = "the agency gives no amount") -> Amount:
    """An amount as an agency recorded it; without one it is unknown, never zero."""
    if cents is None:
        return Amount(cents=None, low=None, high=None, status=Status.UNKNOWN, reason=what, citations=[])
    value = Cents(cents)
    return Amount(cents=value, low=value, high=value, status=Status.KNOWN, reason=None, citations=[])


RULES = {
    "SNAP": ("snap/", "poverty/"), "TAFDC": ("tafdc/",), "STIPEND": ("tafdc/transitional_stipends",),
    "CCFA": ("ccfa/", "state_median_income", "poverty/"), "HOUSING": ("housing/",), "UI": ("unemployment/",),
    "SSI": ("ssi/",), "EAEDC": ("eaedc/",),
    "MASSHEALTH": ("masshealth/", "poverty/"), "CONNECTORCARE": ("connectorcare/", "poverty/"),
    "FEDERAL_CREDITS": ("federal_tax/",), "STATE_CREDITS": ("massachusetts_tax/", "federal_tax/eitc"),
    "TAXES": ("federal_tax/", "massachusetts_tax/"),
}  # fmt: skip
"""Where the parameters of a program's amount stand."""


def cited_by(program: str, every: list[Citation]) -> list[Citation]:
    """Of an answer's citations, those that a program's amount rests on."""
    return [citation for citation in every if citation.parameter.startswith(RULES.get(program, ()))]


def between(low: int, high: int, reason: str | None, cited: list[Citation]) -> Amount:
    """An amount of the rules: known where both ends agree, bounded where they do not."""
    known = low == high
    return Amount(
        cents=Cents(low) if known else None,
        low=Cents(low),
        high=Cents(high),
        status=Status.KNOWN if known else Status.BOUNDED,
        reason=None if known else reason,
        citations=cited,
    )


def _ends(cents: tuple[int, int] | None, reason: str | None, cited: list[Citation]) -> Amount:
    return between(*cents, reason, cited) if cents else recorded(None, reason or "")


def citations(outlook: Outlook) -> list[Citation]:
    return [_citation(value) for value in outlook.sources]


def _citation(value: Any) -> Citation:
    return Citation(
        parameter=value.key,
        source=value.citation,
        effective=value.effective,
        confirmed=value.confirmed,
        assumption=value.assumption,
    )


def explanation(outlook: Outlook, program: str, month: Any) -> Explanation:
    """The tree as a list, each step after those that it follows from."""
    steps: list[ExplanationStep] = []
    places: dict[str, int] = {}

    def add(one: Any) -> int:
        if one.name not in places:
            follows = [add(earlier) for earlier in one.of]
            places[one.name] = len(steps)
            steps.append(
                ExplanationStep(
                    id=len(steps),
                    name=one.name,
                    unit=one.unit,
                    low=one.low,
                    high=one.high,
                    citation=one.citation,
                    citations=[_citation(value) for value in one.parameters],
                    follows_from=follows,
                )
            )
        return places[one.name]

    if outlook.explained:
        add(outlook.explained)
    return Explanation(
        program=program,
        month=month,
        status=Status(outlook.status),
        reason=outlook.reason,
        rules_version=outlook.rules_version,
        steps=steps,
        assumptions=list(outlook.assumptions),
    )


def member(row: Any) -> Member:
    return Member(
        person_id=ID(row.person),
        first_name=row.first_name,
        birth_year=row.birth_year,
        sex=row.sex,
        role=row.role,
        evidence=row.evidence,
        confidence=row.confidence,
        family=row.family,
        since=row.since,
        until=row.until,
    )


def enrollment(span: Any) -> Enrollment:
    return Enrollment(
        id=ID(span.id),
        program=span.program,
        category=span.category,
        unit=ID(span.unit) if span.unit else None,
        people=[ID(person) for person in span.people],
        since=span.since,
        until=span.until,
        end_reason=span.end_reason,
        amounts=[
            RecordedAmount(
                id=ID(paid.id), kind=paid.kind, amount=recorded(paid.cents), since=paid.since, until=paid.until
            )
            for paid in span.amounts
        ],
    )


def duty(row: dict[str, Any]) -> Duty:
    what, citation = follows(row["program"], row["duty"]) or (None, None)
    return Duty(
        enrollment=ID(row["enrollment"]),
        program=row["program"],
        agency=ID(row["agency"]) if row["agency"] else None,
        due=row["due"],
        duty=row["duty"],
        follows=what,
        citation=citation,
    )


def fact(row: dict[str, Any]) -> Fact:
    money = row["type"] in {"Income", "Expense"}
    return Fact(
        id=ID(row["fact"]),
        person_id=ID(row["person"]),
        type=row["type"],
        kind=row["kind"],
        amount=recorded(row["amount"]) if money else None,
        months_used=row["amount"] if row["type"] == "TimeClock" else None,
        since=row["since"],
        until=row["until"],
    )


def wage(row: dict[str, Any]) -> Wage:
    return Wage(
        id=ID(row["wage"]),
        person_id=ID(row["person"]),
        amount=recorded(row["cents"]),
        since=row["since"],
        until=row["until"],
    )


def per_dollar(ends: tuple[float, float] | None) -> PerDollar | None:
    return None if ends is None else PerDollar(low=ends[0], high=ends[1])


def compared(found: dict[str, list[dict[str, Any]]]) -> ComparedWithRules:
    def due(row: dict[str, Any]) -> Amount:
        if row["low"] is None:
            return recorded(None, row.get("reason") or "the rules do not tell it")
        return between(row["low"], row["high"], "an agency may go by other facts, or some are not recorded", [])

    return ComparedWithRules(
        rules_version=next((row["rules_version"] for row in found["months"]), None),
        months=[
            SimulatedAmount(
                program=row["program"], since=row["since"], until=row["until"],
                paid=None if row["paid"] is None else Cents(row["paid"]), due=due(row),
            )
            for row in found["months"]
        ],
        departures=[
            Departure(
                program=row["program"], kind=row["kind"], since=row["since"], until=row["until"],
                paid=Cents(row["paid"]), due=due(row), evidence=row["evidence"],
            )
            for row in found["departures"]
        ],
        losses=[
            RecordedLoss(
                program=row["program"], raised=row["raised"], fell=row["fell"], lag_months=row["lag"],
                rise=Cents(row["rise"]), loss=None if row["loss"] is None else Cents(row["loss"]),
            )
            for row in found["losses"]
        ],
    )  # fmt: skip


def ladder(outlook: Outlook, month: Any) -> Ladder:
    found, sources = outlook.ladder, citations(outlook)
    earnings = None if outlook.recorded_cents is None else Cents(outlook.recorded_cents)

    def listed(values: Any) -> list[Cents]:
        return [Cents(value) for value in values.tolist()]

    return Ladder(
        month=month,
        earner=ID(outlook.earner) if outlook.earner else None,
        recorded_earnings=earnings,
        status=Status(outlook.status),
        reason=outlook.reason,
        rules_version=outlook.rules_version,
        earnings=listed(found.earnings_cents) if found else [],
        net_low=listed(found.net_low_cents) if found else [],
        net_high=listed(found.net_high_cents) if found else [],
        marginal_rates=found.rates if found else [],
        cliffs=[
            Cliff(
                peak_earnings=Cents(cliff.peak_cents),
                trough_earnings=Cents(cliff.trough_cents),
                loss=between(cliff.loss_low_cents, cliff.loss_high_cents, outlook.reason, sources),
                recovery_earnings=None if cliff.recovery_cents is None else Cents(cliff.recovery_cents),
                loss_per_dollar=per_dollar(cliff.loss_per_dollar),
                causes=[
                    CliffCause(
                        program=c.program,
                        loss=between(c.loss_low_cents, c.loss_high_cents, outlook.reason, cited_by(c.program, sources)),
                        falls_at=Cents(c.falls_at_cents),
                    )
                    for c in cliff.causes
                ],
            )
            for cliff in (found.cliffs if found else ())
        ],
        plateaus=[
            Plateau(
                from_earnings=Cents(p.from_cents),
                to_earnings=Cents(p.to_cents),
                gain=between(p.gain_low_cents, p.gain_high_cents, outlook.reason, sources),
            )
            for p in (found.plateaus if found else ())
        ],
        coverage=[
            CoverageStep(person_id=ID(person), coverage=Coverage(kind), from_earnings=Cents(cents))
            for person, kind, cents in outlook.coverage()
        ],
        in_kind=[
            InKindStep(program=program, people=people, from_earnings=Cents(cents))
            for program, people, cents in outlook.in_kind()
        ],
        assumptions=list(outlook.assumptions),
        citations=sources,
    )


def path(outlook: Outlook) -> Path:
    found, every = outlook.path, citations(outlook)
    cited = {name: cited_by(name, every) for name in (found.steps[0].parts if found else ())}
    return Path(
        earner=ID(outlook.earner) if outlook.earner else None,
        status=Status(outlook.status),
        reason=outlook.reason,
        rules_version=outlook.rules_version,
        months=[
            PathMonth(
                month=step.month,
                parts=[
                    Part(program=name, amount=between(*ends, outlook.reason, cited[name]))
                    for name, ends in step.parts.items()
                ],
                net=between(*step.net_cents, outlook.reason, every),
                without_change=between(*step.baseline_net_cents, outlook.reason, every),
                coverage=[
                    PersonCoverage(person_id=ID(person), coverage=Coverage(kind))
                    for person, kind in outlook.covered(step)
                ],
                events=[
                    Event(kind=e.kind, program=e.program, because=e.because, citation=e.citation) for e in step.events
                ],
            )
            for step in (found.steps if found else ())
        ],
        lags=[
            Lag(program=name, earliest=earliest, latest=latest)
            for name, (earliest, latest) in (found.lag_months.items() if found else ())
        ],
        trough=_ends(found.trough_cents if found else None, outlook.reason, every),
        trough_month=found.trough_month if found else None,
        bridge=_ends(found.bridge_cents if found else None, outlook.reason, every),
        spending=[
            Spending(program=name, change=between(*ends, outlook.reason, cited[name]))
            for name, ends in (found.spending_cents.items() if found else ())
            if any(ends)
        ],
        assumptions=list(outlook.assumptions),
        citations=every,
    )


def ways(outlook: Outlook) -> WaysUp:
    people = outlook.situation.people if outlook.situation else ()

    def told(name: str) -> WayUp | None:
        if outlook.ways is None or name not in outlook.ways:
            return None
        way, on_it = outlook.ways[name]
        changes = [
            JobChange(person_id=ID(people[one.place].person), month=one.month, monthly_earnings=Cents(one.cents))
            for one in way.changes
        ]
        return WayUp(changes=changes, short=Cents(way.short_cents), path=path(on_it))

    return WaysUp(
        earner=ID(outlook.earner) if outlook.earner else None,
        status=Status(outlook.status),
        reason=outlook.reason,
        rules_version=outlook.rules_version,
        floor=None if outlook.floor_cents is None else Cents(outlook.floor_cents),
        safest=told("safest"),
        richest=told("richest"),
        steadiest=told("steadiest"),
        assumptions=list(outlook.assumptions),
    )


def worth(outlook: Outlook, most_cents: int) -> BreakEven:
    found = outlook.break_even

    def told(ends: tuple[int | None, int | None]) -> WageRange:
        least, most = (None if cents is None else Cents(cents) for cents in ends)
        return WageRange(least=least, most=most)

    return BreakEven(
        earner=ID(outlook.earner) if outlook.earner else None,
        status=Status(outlook.status),
        reason=outlook.reason,
        rules_version=outlook.rules_version,
        now=Cents(found.now_cents) if found else None,
        most=Cents(most_cents),
        overall=told(found.overall) if found else None,
        each_month=told(found.each_month) if found else None,
        assumptions=list(outlook.assumptions),
        citations=citations(outlook),
    )


def _cents(value: int | None) -> Cents | None:
    return None if value is None else Cents(value)


def bridge_sizing(tables: Mapping[str, Disclosed], rules_version: str) -> BridgeSizing:
    def told(row: Row) -> dict[str, Any]:
        return {
            name.removesuffix("_cents"): _cents(value) if name.endswith("_cents") else value
            for name, value in row.items()
        }

    return BridgeSizing(
        rules_version=rules_version,
        months=[BridgeMonth(**told(row)) for row in tables["months"].rows],
        programs=[BridgeProgram(**told(row)) for row in tables["programs"].rows],
        falls=[BridgeFall(**told(row)) for row in tables["falls"].rows],
        unknown=[ReformUnknown(**row) for row in tables["unknown"].rows],
    )


def effects(one: SavedReform) -> ReformEffects:
    tables = one.tables

    return ReformEffects(
        name=one.name or None,
        title=one.title,
        version=one.reform,
        rules_version=one.rules,
        month=one.month,
        months=one.months,
        as_of=one.as_of,
        fares=[ReformFare(**row) for row in tables["fares"]],
        costs=[
            ReformCost(
                program=row["program"],
                agency=row["agency"],
                households=row["households"],
                cost_low=_cents(row["cost_low_cents"]),
                cost_high=_cents(row["cost_high_cents"]),
            )
            for row in tables["costs"]
        ],
        turns=[ReformTurn(**row) for row in tables["turns"]],
        cliffs=[ReformCliff(**row) for row in tables["cliffs"]] if "cliffs" in tables else None,
        unknown=[ReformUnknown(**row) for row in tables["unknown"]],
    )


RULED = {"child_care": "CCFA", "rent": "HOUSING"}
"""What is borne that rules tell, where the household is in that program."""


def resources(outlook: Outlook) -> Resources:
    """Cash is net resources without food benefits, before child care and rent.

    What is left is a ceiling where an expense is not recorded.
    """
    borne, every = outlook.expenses or {}, citations(outlook)
    return Resources(
        status=Status(outlook.status),
        reason=outlook.reason,
        rules_version=outlook.rules_version,
        months=[_month(step, borne, outlook.reason, every) for step in (outlook.path.steps if outlook.path else ())],
        assumptions=[*outlook.assumptions, "what no rule tells of what is borne stays as recorded in the first month"],
        citations=every,
    )


def _month(step: Step, borne: Mapping[str, int | None], reason: str | None, every: list[Citation]) -> ResourcesMonth:
    food = step.baseline_parts["SNAP"]
    health = [step.baseline_parts[program] for program in ("MASSHEALTH", "CONNECTORCARE")]
    premiums = (-sum(high for _, high in health), -sum(low for low, _ in health))
    cash = step.baseline_cash_cents
    ruled = {kind: step.baseline_parts[name] for kind, name in RULED.items() if name in step.baseline_parts}
    borne = {kind: cents for kind, cents in borne.items() if kind not in ruled}
    low, high = (-sum(ends[at] for ends in ruled.values()) for at in (1, 0))
    paid = sum(cents or 0 for cents in borne.values())
    missing = ", ".join(kind.replace("_", " ") for kind, cents in borne.items() if cents is None)
    left = between(cash[0] - high - paid, cash[1] - low - paid, reason, every)
    if missing:
        left = Amount(
            cents=None, low=None, high=Cents(cash[1] - low - paid), status=Status.BOUNDED,
            reason=f"not recorded: {missing}; no more than this is left", citations=every,
        )  # fmt: skip
    return ResourcesMonth(
        month=step.month,
        cash=between(*cash, reason, every),
        food=between(*food, reason, cited_by("SNAP", every)),
        premiums=between(*premiums, reason, cited_by("MASSHEALTH", every) + cited_by("CONNECTORCARE", every)),
        expenses=[
            *(Expense(kind=kind, amount=recorded(cents, f"{kind} is not recorded")) for kind, cents in borne.items()),
            *(
                Expense(kind=kind, amount=between(-ends[1], -ends[0], reason, cited_by(RULED[kind], every)))
                for kind, ends in ruled.items()
            ),
        ],
        left=left,
    )
