"""The types of the answers."""

from __future__ import annotations

from datetime import date
from enum import Enum

import strawberry

from api.scalars import Cents


@strawberry.enum(description="How far an amount is known.")
class Status(Enum):
    KNOWN = "known"
    BOUNDED = "bounded"
    UNKNOWN = "unknown"


@strawberry.enum(description="What someone's health care is covered by; none: by nothing that these rules give.")
class Coverage(Enum):
    NONE = "none"
    MASSHEALTH = "masshealth"
    FAMILY_ASSISTANCE = "family_assistance"
    TRANSITIONAL = "transitional"
    CONNECTORCARE = "connectorcare"
    COMMONHEALTH = "commonhealth"
    UNKNOWN = "unknown"


@strawberry.type(description="Where a figure of the rules comes from.")
class Citation:
    parameter: str
    source: str
    effective: date
    confirmed: str
    assumption: str | None


@strawberry.type(description="Money a month: known, bounded by what is not recorded, or unknown with its reason.")
class Amount:
    cents: Cents | None
    low: Cents | None
    high: Cents | None
    status: Status
    reason: str | None
    citations: list[Citation]


@strawberry.type(description="A part of the answer that the agreement does not open, and why.")
class Withheld:
    part: str
    reason: str


@strawberry.type(description="A span of a person in the household.")
class Member:
    person_id: strawberry.ID
    first_name: str | None
    birth_year: int | None
    sex: str | None
    role: str
    evidence: str
    confidence: float | None = strawberry.field(
        description="Share of the records that say where they lived then which say here, to a tenth."
    )
    family: int | None = strawberry.field(
        description="Which of the household's families, from 1: where there are more than one, they are doubled up."
    )
    since: date
    until: date | None


@strawberry.type(description="What an agency recorded as paid or charged a month.")
class RecordedAmount:
    id: strawberry.ID
    kind: str
    amount: Amount
    since: date | None
    until: date | None


@strawberry.type(description="A span in a program.")
class Enrollment:
    id: strawberry.ID
    program: str
    category: str | None
    unit: strawberry.ID | None
    people: list[strawberry.ID]
    since: date | None
    until: date | None
    end_reason: str | None
    amounts: list[RecordedAmount]


@strawberry.type(description="Something the household must do, to whom, by when, and what follows if it does not.")
class Duty:
    enrollment: strawberry.ID
    program: str
    agency: strawberry.ID | None
    due: date
    duty: str | None
    follows: str | None
    citation: str | None


@strawberry.type(description="A recorded fact of a member: income, expense, circumstance, clock or education.")
class Fact:
    id: strawberry.ID
    person_id: strawberry.ID
    type: str
    kind: str | None
    amount: Amount | None
    months_used: int | None
    since: date | None
    until: date | None


@strawberry.type(description="Wages of a member over a span.")
class Wage:
    id: strawberry.ID
    person_id: strawberry.ID
    amount: Amount
    since: date | None
    until: date | None


@strawberry.type(description="Programs received together over a span of months.")
class Combination:
    combination: str
    programs: list[str]
    people: int
    since: date
    until: date | None


@strawberry.type(description="Where the household lived.")
class Place:
    town: str | None
    county: str | None
    since: date
    until: date | None


@strawberry.type(description="How one member is related to another.")
class Relation:
    person_id: strawberry.ID
    other_id: strawberry.ID
    kind: str


@strawberry.type(description="One program's part of a fall.")
class CliffCause:
    program: str
    loss: Amount
    falls_at: Cents


@strawberry.type(description="Dollars lost for each dollar of earnings, at least and at most.")
class PerDollar:
    low: float
    high: float


@strawberry.type(description="Net resources fall as earnings rise.")
class Cliff:
    peak_earnings: Cents
    trough_earnings: Cents
    loss: Amount
    recovery_earnings: Cents | None
    loss_per_dollar: PerDollar | None = strawberry.field(
        description="The loss by what must be earned beyond the peak until it is made up for."
    )
    causes: list[CliffCause]


@strawberry.type(description="A stretch on which earning more leaves the household no better off.")
class Plateau:
    from_earnings: Cents
    to_earnings: Cents
    gain: Amount


@strawberry.type(description="From these earnings on, a member's health care is covered by this.")
class CoverageStep:
    person_id: strawberry.ID
    coverage: Coverage
    from_earnings: Cents


@strawberry.type(
    description="From these earnings on, so many members may have help in kind by a program's rules; of HEAP, 1: the "
    "household may; of CCFA, children who may go on its waiting list."
)
class InKindStep:
    program: str
    people: int
    from_earnings: Cents


@strawberry.type(description="What a member's health care is covered by in a month.")
class PersonCoverage:
    person_id: strawberry.ID
    coverage: Coverage


@strawberry.type(description="A step of a rule, and the steps that it follows from.")
class ExplanationStep:
    id: int = strawberry.field(description="Its place in the list; the last one is the result.")
    name: str
    unit: str = strawberry.field(
        description="cents (a month), cents_a_year, cents_a_season, people, months, times, share (of one) or yes."
    )
    low: float
    high: float = strawberry.field(description="More than `low` where a fact is not recorded.")
    citation: str
    citations: list[Citation] = strawberry.field(description="The parameters that went into it.")
    follows_from: list[int]


@strawberry.type(description="How a program's rule comes to its result for the household in a month.")
class Explanation:
    program: str
    month: date
    status: Status
    reason: str | None
    rules_version: str
    steps: list[ExplanationStep]
    assumptions: list[str]


@strawberry.type(description="Net resources against earnings of one earner; lists run in parallel, in cents a month.")
class Ladder:
    month: date
    earner: strawberry.ID | None
    recorded_earnings: Cents | None
    status: Status
    reason: str | None
    rules_version: str
    earnings: list[Cents]
    net_low: list[Cents]
    net_high: list[Cents]
    marginal_rates: list[float | None] = strawberry.field(
        description="The share of new earnings that is lost from each point to the next; null across a jump and at the "
        "end."
    )
    cliffs: list[Cliff]
    plateaus: list[Plateau]
    coverage: list[CoverageStep]
    in_kind: list[InKindStep]
    assumptions: list[str]
    citations: list[Citation]


@strawberry.type(description="Months in a row in which a program paid the same and the rules come to the same.")
class SimulatedAmount:
    program: str
    since: date
    until: date
    paid: Cents | None = strawberry.field(description="A month; null: no amount is recorded.")
    due: Amount = strawberry.field(
        description="What the rules come to a month, by what the agency may go by and by what is not recorded."
    )


@strawberry.type(description="Months in a row in which what was paid is not what the rules come to, for one reason.")
class Departure:
    program: str
    kind: str = strawberry.field(
        description="Late report, overpayment, missed recertification, missing fact, rule gap or not explained."
    )
    since: date
    until: date
    paid: Cents = strawberry.field(description="In all of these months.")
    due: Amount = strawberry.field(description="What the rules come to in all of them.")
    evidence: list[str] = strawberry.field(description="What the record shows of it.")


@strawberry.type(description="What fell after earnings rose, as it was recorded.")
class RecordedLoss:
    program: str
    raised: date = strawberry.field(description="The month in which earnings rose.")
    fell: date = strawberry.field(description="The month in which the program fell first.")
    lag_months: int
    rise: Cents = strawberry.field(description="By how much more was earned a month.")
    loss: Cents | None = strawberry.field(description="By how much less was left a month; null: it is no money.")


@strawberry.type(description="What was paid in the last twelve months against what the rules come to.")
class ComparedWithRules:
    rules_version: str | None
    months: list[SimulatedAmount]
    departures: list[Departure]
    losses: list[RecordedLoss]


@strawberry.type(description="The ladder of an earner while another one earns so much a month.")
class GridLine:
    other_earnings: Cents
    ladder: Ladder


@strawberry.type(description="Something that happens in a month, and under which rule.")
class Event:
    kind: str
    program: str
    because: str
    citation: str


@strawberry.type(description="A program's amount in a month.")
class Part:
    program: str
    amount: Amount


@strawberry.type(description="One month of a path, with the change and without.")
class PathMonth:
    month: date
    parts: list[Part]
    net: Amount
    without_change: Amount
    coverage: list[PersonCoverage]
    events: list[Event]


@strawberry.type(
    description="Months from the change to the first loss in a program, of which earliest and latest differ where a "
    "fact is not recorded; latest is null where nothing may be lost at all."
)
class Lag:
    program: str
    earliest: int
    latest: int | None


@strawberry.type(
    description="What a program gives more in all months with the change (less than 0: it saves); of health "
    "coverage, premiums alone."
)
class Spending:
    program: str
    change: Amount


@strawberry.type(description="What happens month by month.")
class Path:
    earner: strawberry.ID | None
    status: Status
    reason: str | None
    rules_version: str
    months: list[PathMonth]
    lags: list[Lag]
    trough: Amount
    trough_month: date | None
    bridge: Amount
    spending: list[Spending]
    assumptions: list[str]
    citations: list[Citation]


@strawberry.input(description="A further change: from a month on somebody (default: the earner) earns so much a month.")
class JobChangeInput:
    month: date
    monthly_earnings: Cents
    earner: strawberry.ID | None = None


@strawberry.input(description="A further earner, and the monthly earnings that they may go through.")
class EarnerLevels:
    earner: strawberry.ID
    levels: list[Cents]


@strawberry.input(
    description="From a month on the household lives elsewhere: its rent, or with `keepsVoucher` the whole rent of a "
    "home that a voucher goes on helping with. `paysHeat`: for heating or cooling apart from rent (default: as before)."
)
class MoveInput:
    month: date
    rent: Cents
    keeps_voucher: bool = False
    pays_heat: bool | None = None


@strawberry.input(
    description="From a month on some people live elsewhere, and pay the household so much support for its children a "
    "month."
)
class SeparationInput:
    month: date
    people: list[strawberry.ID]
    child_support: Cents = Cents(0)


@strawberry.type(
    description="The least monthly earnings from which on every wage up to `most` leaves the household no worse off "
    "than no change: `overall`, all months together, and `eachMonth`. Least and most differ where a fact is not "
    "recorded or the law is read in two ways; null: no wage up to `most` does. `now`: what is earned without the offer."
)
class BreakEven:
    earner: strawberry.ID | None
    status: Status
    reason: str | None
    rules_version: str
    now: Cents | None
    most: Cents
    overall: WageRange | None
    each_month: WageRange | None
    assumptions: list[str]
    citations: list[Citation]


@strawberry.type(description="Wages a month between which the answer lies.")
class WageRange:
    least: Cents | None
    most: Cents | None


@strawberry.type(description="How households fare; null: a count below the smallest cell.")
class ReformFare:
    households: str
    gain: int | None
    lose: int | None
    same: int | None
    either: int | None


@strawberry.type(description="What a program pays more in all months, at least and most, and to how many households.")
class ReformCost:
    program: str
    agency: str | None
    households: int | None
    cost_low: Cents | None
    cost_high: Cents | None


@strawberry.type(description="Households with nothing of a program in more months, and with something in more.")
class ReformTurn:
    program: str
    households_without: int | None
    months_without: int | None
    households_anew: int | None
    months_anew: int | None


@strawberry.type(description="Cliffs in the first month by the program that falls most: how many go and how many come.")
class ReformCliff:
    program: str
    households: int | None
    cliffs: int | None
    households_rid: int | None
    removed: int | None
    households_faced: int | None
    made: int | None


@strawberry.type(description="Households of which no figure can be given, by reason.")
class ReformUnknown:
    reason: str
    households: int | None


@strawberry.enum(description="What figures are told apart by.")
class PlaceKind(Enum):
    ALL = "all"
    COUNTY = "county"


@strawberry.type(
    description="Of households of a place: how many have less in a month with the raise than without it, and by how "
    "much less all together, at least and most, in whole hundreds of dollars: the money that would bridge it."
)
class BridgeMonth:
    place: str
    month: date
    households: int | None
    short: int | None
    bridge_low: Cents | None
    bridge_high: Cents | None


@strawberry.type(
    description="What a program spends more on households of a place over all months with the raise (less than 0: it "
    "saves), in whole hundreds of dollars, how many of them it gives another sum, and of how many; of health coverage, "
    "premiums alone."
)
class BridgeProgram:
    place: str
    program: str
    households: int | None
    touched: int | None
    spent_low: Cents | None
    spent_high: Cents | None


@strawberry.type(
    description="How much less a program gives to households of a place in the months that leave less, in whole "
    "hundreds of dollars, to how many, and of how many."
)
class BridgeFall:
    place: str
    program: str
    households: int | None
    touched: int | None
    fall_low: Cents | None
    fall_high: Cents | None


@strawberry.type(description="What a raise does to all households near a cliff.")
class BridgeSizing:
    rules_version: str
    months: list[BridgeMonth]
    programs: list[BridgeProgram]
    falls: list[BridgeFall]
    unknown: list[ReformUnknown]


@strawberry.type(description="What a reform does to all households: see docs/reforms.md.")
class ReformEffects:
    name: str | None
    title: str
    version: str
    rules_version: str
    month: date
    months: int
    as_of: date
    fares: list[ReformFare]
    costs: list[ReformCost]
    turns: list[ReformTurn]
    cliffs: list[ReformCliff] | None = strawberry.field(description="Null where it was not asked which go and come.")
    unknown: list[ReformUnknown]


@strawberry.type(description="From a month on the earner earns so much a month.")
class JobChange:
    person_id: strawberry.ID
    month: date
    monthly_earnings: Cents


@strawberry.type(
    description="A way up: the changes of earnings, by how much months are below the floor on it, all together, at the "
    "end of what is not recorded that leaves least, and what happens month by month."
)
class WayUp:
    changes: list[JobChange]
    short: Cents
    path: Path


@strawberry.type(
    description="The best ways through some levels of earnings. `safest` keeps every month at the floor or above, or "
    "is as little below it as can be, and of those has the most; `richest` has the most in all; `steadiest` changes "
    "least of those that end with each earner at the highest level. Exact for who knows what is coming and reports in "
    "time."
)
class WaysUp:
    earner: strawberry.ID | None
    status: Status
    reason: str | None
    rules_version: str
    floor: Cents | None
    safest: WayUp | None
    richest: WayUp | None
    steadiest: WayUp | None
    assumptions: list[str]


@strawberry.type(description="What the household is recorded to bear a month; unknown where it is not recorded.")
class Expense:
    kind: str
    amount: Amount


@strawberry.type(
    description="One month: cash after taxes and premiums, food benefits and premiums apart, and what expenses leave."
)
class ResourcesMonth:
    month: date
    cash: Amount
    food: Amount
    premiums: Amount
    expenses: list[Expense]
    left: Amount


@strawberry.type(description="Net cash against rent, child care and utilities by month, if nothing changes.")
class Resources:
    status: Status
    reason: str | None
    rules_version: str
    months: list[ResourcesMonth]
    assumptions: list[str]
    citations: list[Citation]


@strawberry.type(description="A program.")
class Program:
    id: strawberry.ID
    name: str
    kind: str
    unit: str
    agency: strawberry.ID
    in_agreement: bool


@strawberry.type(description="An agency.")
class Agency:
    id: strawberry.ID
    name: str
    secretariat: str
    succeeds: strawberry.ID | None
    valid_from: date | None
    valid_to: date | None


@strawberry.type(description="Which row of which file says something.")
class Provenance:
    type: str
    agency: strawberry.ID
    feed: str
    file: str
    file_digest: str | None
    row: int
    received: date
    mapping: str | None
    agreement: str
    loaded_by: str | None
    known_from: date
    known_to: date | None
    because: str | None


@strawberry.type(description="A record of a person, and why it is theirs.")
class PersonRecord:
    id: strawberry.ID
    agency: strawberry.ID
    feed: str
    file: str
    row: int
    role: str | None
    linked_because: str | None
    match_weight: float | None
    model: str | None
    received: date


@strawberry.type(description="Records went from one person to another: all that were left (merge) or some (split).")
class IdentityEvent:
    kind: str
    on: date
    reason: str
    from_person: strawberry.ID
    to_person: strawberry.ID
    batches: list[strawberry.ID]


@strawberry.type(description="A span of a person in a household.")
class Membership:
    household_id: strawberry.ID
    role: str
    evidence: str
    confidence: float | None
    family: int | None
    since: date
    until: date | None


@strawberry.type(description="A household that a child also stays with, beside the one they live in.")
class SecondHome:
    household_id: strawberry.ID
    evidence: str | None
    confidence: float | None
    records: int
    since: date
    until: date | None


@strawberry.type(description="A span of a person in a program.")
class Participation:
    enrollment: strawberry.ID
    program: str
    category: str | None
    since: date | None
    until: date | None
    reason: str | None


@strawberry.type(description="An individual: what is known at the grain of a person.")
class Person:
    id: strawberry.ID
    current_ids: list[strawberry.ID] = strawberry.field(
        description="Who has the records of this id now: itself, or those to whom all of them went."
    )
    households: list[Membership]
    also_stays_with: list[SecondHome]
    history: list[Participation]
    records: list[PersonRecord]
    identity_events: list[IdentityEvent]


@strawberry.type(description="A household in a list.")
class HouseholdRow:
    id: strawberry.ID
    people: int
    agencies: list[str]


@strawberry.type(description="A page of households; ask again with `after: next`.")
class HouseholdPage:
    rows: list[HouseholdRow]
    next: strawberry.ID | None


@strawberry.type(description="Households and people with one combination; null: fewer than the smallest cell.")
class CombinationCount:
    combination: str
    households: int | None
    people: int | None


@strawberry.type(description="People known to two agencies; null: fewer than the smallest cell.")
class SharedClients:
    agency: strawberry.ID
    other: strawberry.ID
    people: int | None
    agency_people: int | None
    other_people: int | None
    of_agency: float | None
    of_other: float | None


@strawberry.type(description="Outcomes of one phase; null: fewer than the smallest cell.")
class Outcome:
    phase: str
    people: int | None
    with_wages: int | None
    mean_quarter_wages: Cents | None
    attainments: int | None
