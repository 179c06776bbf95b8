"""The questions that GraphQL takes; every one is asked at the counter."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from datetime import date
from typing import Annotated

import strawberry
from strawberry import ID
from strawberry.types import Info

from access.counter import Birth, Move, Offer, Raise, Reform, Search, Separation, Visit, Wages, rules_version
from access.errors import bad_request
from access.visible import Told
from api import answers
from api.scalars import Cents
from api.types import (
    Agency,
    BreakEven,
    BridgeSizing,
    Combination,
    CombinationCount,
    ComparedWithRules,
    Duty,
    EarnerLevels,
    Enrollment,
    Explanation,
    Fact,
    GridLine,
    HouseholdPage,
    HouseholdRow,
    IdentityEvent,
    JobChangeInput,
    Ladder,
    Member,
    Membership,
    MoveInput,
    Outcome,
    Participation,
    Path,
    Person,
    PersonRecord,
    Place,
    PlaceKind,
    Program,
    Provenance,
    ReformEffects,
    Relation,
    Resources,
    SecondHome,
    SeparationInput,
    SharedClients,
    Wage,
    WaysUp,
    Withheld,
)

Context = Info[Visit, None]
FAR = date(2100, 1, 1)
MOST_LEVELS, LEAST_SPELL, MOST_CHANGES = 11, 3, 12
"""With the earnings of now there are twelve levels."""
MOST_WAGE, MOST_LOOKED_AT, WITHIN = 20_000_00, Cents(10_000_00), Cents(500_00)
FIRST_YEAR, MOST_MONTHS, MOST_QUARTERS, MOST_EARNINGS = 1990, 60, 40, 1_000_000_00


@strawberry.type(description="People who live together, what they receive, and what earning more does to them.")
class Household:
    told: strawberry.Private[Told]
    id: ID
    as_of: date
    reform: strawberry.Private[Reform | None] = None

    def rules(self, visit: Visit) -> AbstractContextManager[None]:
        """Have the household's answers go by the reform that was given with it, if one was."""
        return visit.by(self.reform) if self.reform else nullcontext()

    @strawberry.field(description="Who is in it, each span once.")
    def members(self) -> list[Member]:
        return [answers.member(row) for row in self.told.record.members]

    @strawberry.field(description="Where it lived.")
    def places(self) -> list[Place]:
        return [
            Place(town=row["town"], county=row["county"], since=row["since"], until=row["until"])
            for row in self.told.record.places
        ]

    @strawberry.field(description="Spans in programs, of members or of the program's own units.")
    def enrollments(self) -> list[Enrollment]:
        return [answers.enrollment(span) for span in self.told.record.enrollments]

    @strawberry.field(description="Programs received together, by span of months.")
    def combinations(self) -> list[Combination]:
        return [
            Combination(
                combination=row["combination"],
                programs=row["programs"],
                people=row["people"],
                since=row["since"],
                until=row["until"],
            )
            for row in self.told.record.combinations
        ]

    @strawberry.field(description="What must be reported or renewed in months from a day on (default: `asOf`).")
    def reporting_duties(self, since: date | None = None, months: int = 12) -> list[Duty]:
        _months(months)
        day = since or self.as_of
        _month(day)
        return [answers.duty(row) for row in self.told.record.due_within(day, months)]

    @strawberry.field(description="Wages of members.")
    def wages(self) -> list[Wage]:
        return [answers.wage(row) for row in self.told.record.wages]

    @strawberry.field(description="Incomes, expenses, circumstances, clocks and education of members.")
    def facts(self) -> list[Fact]:
        return [answers.fact(row) for row in self.told.record.facts]

    @strawberry.field(description="How members are related.")
    def relations(self) -> list[Relation]:
        return [
            Relation(person_id=ID(row["person"]), other_id=ID(row["other"]), kind=row["kind"])
            for row in self.told.record.relations
        ]

    @strawberry.field(description="Parts that the agreement does not open to you.")
    def withheld(self) -> list[Withheld]:
        return [Withheld(part=item.part, reason=item.reason) for item in self.told.withheld]

    @strawberry.field(
        description="Net resources against the earnings of one earner, in a month: at the earnings at which something "
        "bends or jumps, and on a straight line between two of them."
    )
    def cliff_ladder(self, info: Context, month: date, earner: ID | None = None) -> Ladder:
        with self.rules(info.context):
            outlook = info.context.ladder(self.id, _month(month), earner, self.as_of)
        return answers.ladder(outlook, _month(month))

    @strawberry.field(
        description="What SNAP and TAFDC paid in the last twelve months against what the rules come to, and each "
        "departure with its reason, as the newest load derived them."
    )
    def compared_with_rules(self, info: Context) -> ComparedWithRules:
        return answers.compared(info.context.compared(self.id, self.as_of))

    @strawberry.field(
        description="Net resources against the earnings of two: a ladder of `earner` for each of some monthly "
        "earnings of `other`."
    )
    def cliff_grid(
        self, info: Context, month: date, other: ID, levels: list[Cents], earner: ID | None = None
    ) -> list[GridLine]:
        asked = _levels(levels, MOST_WAGE)
        with self.rules(info.context):
            lines = info.context.grid(self.id, _month(month), earner, other, asked, self.as_of)
        return [
            GridLine(other_earnings=Cents(cents), ladder=answers.ladder(outlook, _month(month)))
            for cents, outlook in lines
        ]

    @strawberry.field(description="How a program's rule comes to its result in a month, step by step.")
    def explanation(self, info: Context, program: str, month: date) -> Explanation:
        with self.rules(info.context):
            outlook = info.context.explanation(self.id, _month(month), program, self.as_of)
        return answers.explanation(outlook, program, _month(month))

    @strawberry.field(
        description="Month by month when one earner earns `monthlyEarnings` from `begins` on. Where sources conflict "
        "on the law, amounts are between its readings; `readings` chooses: `tba_wages=counted`, "
        "`six_months=job_start`. `appliesAgainMonths`: who loses SNAP or TAFDC applies again once they qualify, and "
        "has it after so many months, those that were waited with it; left out, nobody does. `takesUp`: of these, "
        "programs in which the household takes no part, and for which it applies as well."
    )
    def cliff_path(
        self,
        info: Context,
        monthly_earnings: Cents | None = None,
        begins: date | None = None,
        earner: ID | None = None,
        month: date | None = None,
        months: int = 24,
        report_lag_months: int = 1,
        readings: list[str] | None = None,
        then: list[JobChangeInput] | None = None,
        births: list[date] | None = None,
        moves: list[MoveInput] | None = None,
        separations: list[SeparationInput] | None = None,
        applies_again_months: int | None = None,
        takes_up: list[str] | None = None,
    ) -> Path:
        _months(months)
        if not 0 <= (monthly_earnings or 0) <= MOST_EARNINGS or not 0 <= report_lag_months <= 12:
            raise bad_request(f"monthlyEarnings must be from 0 to {MOST_EARNINGS} cents, reportLagMonths from 0 to 12")
        if applies_again_months is not None and not 1 <= applies_again_months <= 12:
            raise bad_request("appliesAgainMonths must be from 1 to 12, or be left out: then nobody applies again")
        if begins is None and (month is None or monthly_earnings is not None):
            raise bad_request("cliffPath takes the month in which the path begins, and `begins` with monthlyEarnings")
        start = _month(month or begins or date.min)
        happens = _happens(births, moves, separations)
        chosen = tuple(readings or ())
        more = tuple((_month(one.month), one.earner, int(one.monthly_earnings)) for one in then or ())
        if any(not 0 <= cents <= MOST_EARNINGS for *_, cents in more) or len(more) > MOST_CHANGES:
            raise bad_request(f"then takes {MOST_CHANGES} changes at most, each from 0 to {MOST_EARNINGS} cents")
        earned = None if monthly_earnings is None else int(monthly_earnings)
        begun = _month(begins) if begins else start
        offer = Offer(
            start, earner, earned, begun, months, report_lag_months, chosen, more, happens, applies_again_months,
            frozenset(takes_up or ()),
        )  # fmt: skip
        with self.rules(info.context):
            return answers.path(info.context.path(self.id, offer, self.as_of))

    @strawberry.field(
        description="The safest, the richest and the steadiest way of an earner through some monthly earnings, and of "
        "`others` through theirs, found among every way that keeps each for `spell` months. `floor`: what should be "
        "left in each month (default: what is left now). Births, moves and separations come whichever way is taken."
    )
    def ways_up(
        self,
        info: Context,
        month: date,
        levels: list[Cents],
        earner: ID | None = None,
        months: int = 24,
        floor: Cents | None = None,
        spell: int = 6,
        report_lag_months: int = 1,
        others: list[EarnerLevels] | None = None,
        births: list[date] | None = None,
        moves: list[MoveInput] | None = None,
        separations: list[SeparationInput] | None = None,
    ) -> WaysUp:
        _months(months)
        more = tuple((str(one.earner), _levels(one.levels, MOST_EARNINGS)) for one in others or ())
        if not LEAST_SPELL <= spell <= MOST_MONTHS or not 0 <= report_lag_months <= 12:
            raise bad_request(f"spell must be from {LEAST_SPELL} to {MOST_MONTHS}, reportLagMonths from 0 to 12")
        if floor is not None and not 0 <= floor <= MOST_EARNINGS:
            raise bad_request(f"floor must be from 0 to {MOST_EARNINGS} cents")
        least = None if floor is None else int(floor)
        search = Search(
            _month(month), earner, _levels(levels, MOST_EARNINGS), months, least, spell, report_lag_months, more,
            _happens(births, moves, separations),
        )  # fmt: skip
        with self.rules(info.context):
            return answers.ways(info.context.ways(self.id, search, self.as_of))

    @strawberry.field(
        description="From which wage on an offer is worth it: `begins`: the month of the offer; `month`: that in which "
        "the months begin (default: the same); `most`: the highest wage that is looked at."
    )
    def break_even(
        self,
        info: Context,
        begins: date,
        earner: ID | None = None,
        month: date | None = None,
        months: int = 24,
        most: Cents = MOST_LOOKED_AT,
        report_lag_months: int = 1,
    ) -> BreakEven:
        _months(months)
        if not 0 < most <= MOST_WAGE or not 0 <= report_lag_months <= 12:
            raise bad_request(f"most must be from 1 to {MOST_WAGE} cents, reportLagMonths from 0 to 12")
        asked = Wages(_month(month or begins), earner, _month(begins), int(most), months, report_lag_months)
        with self.rules(info.context):
            return answers.worth(info.context.worth(self.id, asked, self.as_of), int(most))

    @strawberry.field(description="What ends or falls even if nothing changes: the path without a change.")
    def loss_calendar(self, info: Context, month: date, months: int = 24) -> Path:
        _months(months)
        offer = Offer(_month(month), None, None, _month(month), months)
        with self.rules(info.context):
            return answers.path(info.context.path(self.id, offer, self.as_of))

    @strawberry.field(description="Net cash against rent, child care, utilities and premiums, by month.")
    def resources_vs_expenses(self, info: Context, month: date, months: int = 12) -> Resources:
        _months(months)
        with self.rules(info.context):
            return answers.resources(info.context.resources(self.id, _month(month), months, self.as_of))


@strawberry.type
class Query:
    @strawberry.field(
        description="A household over a span, as it was known on a day (default: the newest batch). `reform`: a YAML "
        "text (docs/reforms.md) by which its ladders, paths and explanations go, in place of the published rules."
    )
    def household(
        self,
        info: Context,
        id: ID,
        start: date | None = None,
        end: date | None = None,
        as_of: date | None = None,
        reform: str | None = None,
    ) -> Household:
        visit = info.context
        known = visit.as_of(as_of)
        told = visit.household(id, start or date(1900, 1, 1), end or FAR, known, parts_asked(info))
        by = None if reform is None else visit.reform_of(reform)
        return Household(told=told, id=id, as_of=known, reform=by)

    @strawberry.field(description="Households of your clients, a page at a time.")
    def households(self, info: Context, first: int = 20, after: ID | None = None) -> HouseholdPage:
        page = info.context.households(first, after or "", info.context.newest)
        rows = [
            HouseholdRow(id=ID(row["household"]), people=row["people"], agencies=sorted(row["agencies"]))
            for row in page.rows
        ]
        return HouseholdPage(rows=rows, next=ID(page.next) if page.next else None)

    @strawberry.field(description="One individual: households, history in programs, and the records that are theirs.")
    def person(self, info: Context, id: ID, as_of: date | None = None) -> Person:
        found = info.context.person(id, info.context.as_of(as_of))
        return Person(
            id=id,
            current_ids=[ID(r["person"]) for r in found["current"]],
            households=[
                Membership(
                    household_id=ID(r["household"]),
                    role=r["role"],
                    evidence=r["evidence"],
                    confidence=r["confidence"],
                    family=r["family"],
                    since=r["since"],
                    until=r["until"],
                )
                for r in found["households"]
            ],
            also_stays_with=[
                SecondHome(
                    household_id=ID(r["household"]),
                    evidence=r["evidence"],
                    confidence=r["confidence"],
                    records=r["records"],
                    since=r["since"],
                    until=r["until"],
                )
                for r in found["second_homes"]
            ],
            history=[
                Participation(
                    enrollment=ID(r["enrollment"]),
                    program=r["program"],
                    category=r["category"],
                    since=r["since"],
                    until=r["until"],
                    reason=r["reason"],
                )
                for r in found["history"]
            ],
            records=[
                PersonRecord(
                    id=ID(r["record"]),
                    agency=ID(r["agency"]),
                    feed=r["feed"],
                    file=r["file"],
                    row=r["row"],
                    role=r["role"],
                    linked_because=r["because"],
                    match_weight=r["match_weight"],
                    model=r["model"],
                    received=r["received"],
                )
                for r in found["records"]
            ],
            identity_events=[
                IdentityEvent(
                    kind=r["kind"],
                    on=r["day"],
                    reason=r["reason"],
                    from_person=ID(r["gave"]),
                    to_person=ID(r["got"]),
                    batches=[ID(batch) for batch in sorted(r["batches"])],
                )
                for r in found["events"]
            ],
        )

    @strawberry.field(description="The programs.")
    def programs(self, info: Context) -> list[Program]:
        return [Program(**row) for row in info.context.roster()["programs"]]

    @strawberry.field(description="The agencies, with what they succeeded.")
    def agencies(self, info: Context) -> list[Agency]:
        return [Agency(**row) for row in info.context.roster()["agencies"]]

    @strawberry.field(description="Households and people by combination in a month.")
    def benefit_combinations(self, info: Context, month: date) -> list[CombinationCount]:
        told = info.context.query("bundle_prevalence", {"month": _month(month)}, info.context.newest)
        return [CombinationCount(**row) for row in told.rows]

    @strawberry.field(description="People known to each pair of agencies.")
    def shared_clients(self, info: Context, start: date | None = None, end: date | None = None) -> list[SharedClients]:
        told = info.context.query("agency_overlap", {"from": start, "to": end}, info.context.newest)
        return [SharedClients(**row) for row in told.rows]

    @strawberry.field(description="Wages and attainment before, during and after a combination.")
    def outcomes(self, info: Context, combination: str, quarters: int = 4, quarters_before: int = 4) -> list[Outcome]:
        if not (1 <= quarters <= MOST_QUARTERS and 1 <= quarters_before <= MOST_QUARTERS):
            raise bad_request(f"quarters must be from 1 to {MOST_QUARTERS}")
        given: dict[str, str | int | date | None] = {
            "combination": combination, "quarters": quarters, "quarters_before": quarters_before,
        }  # fmt: skip
        told = info.context.query("outcomes_by_combination", given, info.context.newest)
        return [
            Outcome(
                phase=row["phase"],
                people=row["people"],
                with_wages=row["with_wages"],
                mean_quarter_wages=row["mean_quarter_wages_cents"],
                attainments=row["attainments"],
            )
            for row in told.rows
        ]

    @strawberry.field(
        description="What a reform (YAML, see docs/reforms.md) does to all households in some months from `month` "
        "(default: its first); `cliffs`: also which cliffs go and come; `saveAs`: a name to keep it by."
    )
    def reform(
        self,
        info: Context,
        text: str,
        month: date | None = None,
        months: int = 12,
        cliffs: bool = False,
        save_as: str | None = None,
        as_of: date | None = None,
    ) -> ReformEffects:
        visit = info.context
        _months(months)
        asked = visit.read_reform(text, save_as)
        first, known = _month(month or asked.begins), visit.as_of(as_of)
        tables = visit.reform(asked, first, months, known, lambda *_: None, ladders=cliffs)
        told = visit.told_of(asked, first, months, known, tables)
        return answers.effects(visit.save_reform(save_as, told) if save_as is not None else told)

    @strawberry.field(
        description="What it would take to bridge the months that leave less, if the main earner of every household "
        "near a cliff earned `raise` more a month from the month after `month` on, and what programs spend or save by "
        "it. Near is whose next cliff begins within `within` of what is earned, on the ladders of `month` that are in "
        "the graph; `by`: what figures are told apart by."
    )
    def bridge_sizing(
        self,
        info: Context,
        month: date,
        raise_: Annotated[Cents, strawberry.argument(name="raise")],
        within: Cents = WITHIN,
        months: int = 12,
        by: PlaceKind = PlaceKind.ALL,
        as_of: date | None = None,
    ) -> BridgeSizing:
        visit = info.context
        _months(months)
        if not 0 < raise_ <= MOST_WAGE or not 0 <= within <= MOST_WAGE:
            raise bad_request(f"raise must be from 1 to {MOST_WAGE} cents, within from 0 to {MOST_WAGE}")
        asked = Raise(_month(month), int(raise_), int(within), months, by.value)
        tables = visit.bridges(asked, visit.as_of(as_of), lambda *_: None)
        return answers.bridge_sizing(tables, rules_version())

    @strawberry.field(description="Effects of reforms that were kept, the newest first; `name`: of one alone.")
    def saved_reforms(self, info: Context, name: str | None = None) -> list[ReformEffects]:
        visit = info.context
        found = visit.saved_reforms() if name is None else [visit.saved_reform(name)]
        return [answers.effects(one) for one in found]

    @strawberry.field(description="The rows of agencies' files that say a fact.")
    def provenance(self, info: Context, fact: ID, as_of: date | None = None) -> list[Provenance]:
        told = info.context.query("provenance_of_fact", {"fact": fact}, info.context.as_of(as_of))
        return [Provenance(**row) for row in told.rows]


PARTS = {
    "places": {"places"}, "combinations": {"combinations"}, "reportingDuties": {"certifications"},
    "wages": {"wages"}, "relations": {"relations"}, "enrollments": {"enrollments"},
    "facts": {"incomes", "expenses", "circumstances", "clocks", "education"}, "members": {"members"},
    "firstName": {"names"}, "birthYear": {"demographics"}, "sex": {"demographics"}, "amounts": {"amounts"},
}  # fmt: skip
"""Fields below `household` that tell a part of it; the fields of ladders and paths have other names."""


def parts_asked(info: Context) -> frozenset[str]:
    """The parts of a household that the question takes, through fragments too."""
    found: set[str] = set()
    left = list(info.selected_fields)
    while left:
        field = left.pop()
        found |= PARTS.get(getattr(field, "name", ""), set())
        if getattr(field, "name", "") not in OUTLOOKS:
            left += field.selections
    return frozenset(found)


OUTLOOKS = frozenset(
    {
        "breakEven",
        "cliffGrid",
        "cliffLadder",
        "cliffPath",
        "comparedWithRules",
        "explanation",
        "lossCalendar",
        "resourcesVsExpenses",
        "waysUp",
    }
)
"""Fields that leave lines of their own in the access log."""


def _month(day: date) -> date:
    """The first day of a day's month. Raises `Denied` for a day that nothing is recorded of."""
    if not FIRST_YEAR <= day.year < FAR.year:
        raise bad_request(f"{day} is before {FIRST_YEAR} or after {FAR.year - 1}", "Ask for a month that rules know.")
    return day.replace(day=1)


def _happens(
    births: list[date] | None, moves: list[MoveInput] | None, separations: list[SeparationInput] | None
) -> tuple[Birth | Move | Separation, ...]:
    happens: tuple[Birth | Move | Separation, ...] = (
        *(Birth(_month(born)) for born in births or ()),
        *(Move(_month(one.month), int(one.rent), one.keeps_voucher, one.pays_heat) for one in moves or ()),
        *(Separation(_month(o.month), tuple(o.people), int(o.child_support)) for o in separations or ()),
    )
    if len(happens) > MOST_CHANGES:
        raise bad_request(f"births, moves and separations are {MOST_CHANGES} at most, all together")
    return happens


def _levels(levels: list[Cents], most: int) -> tuple[int, ...]:
    if not 1 <= len(levels) <= MOST_LEVELS or any(not 0 <= cents <= most for cents in levels):
        raise bad_request(f"levels takes 1 to {MOST_LEVELS} of 0 to {most} cents")
    return tuple(map(int, levels))


def _months(months: int) -> None:
    if not 1 <= months <= MOST_MONTHS:
        raise bad_request(f"months must be from 1 to {MOST_MONTHS}")
