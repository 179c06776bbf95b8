"""What follows when someone earns more, written beside the records for analysts to ask."""

from graph.schema.model import NodeType, RelationshipType, Time, cents, day, flag, number, text

AREA = "cliffs"

LADDER = NodeType(
    "Ladder",
    "net resources of a household against earnings of one of its earners, in one month",
    AREA,
    (
        text("earner", "id of the person whose earnings vary"),
        day("month", "first day of the month", indexed=True),
        text("rules_version", "version of the rules"),
        cents("earnings_cents", "recorded earnings a month of that earner"),
        number("next_rate", "share of the next $1,000 a year of those earnings that is lost; null: not known"),
        text("status", "known, bounded or unknown"),
        text("reason", "why it is not known"),
    ),
    Time.RECORDED,
)
INCOME_STEP = NodeType(
    "IncomeStep",
    "a point of a ladder at which net resources bend; of a jump both sides",
    AREA,
    (
        cents("earnings_cents", "earnings a month"),
        cents("net_resources_cents", "earnings and benefits less taxes, a month"),
        number("marginal_rate", "share of earnings up to the next step that is lost; null across a jump"),
    ),
)
CLIFF = NodeType(
    "Cliff",
    "a fall of net resources as earnings rise",
    AREA,
    (
        cents("peak_earnings_cents", "earnings a month where it begins"),
        cents("trough_earnings_cents", "earnings a month at its bottom"),
        cents("loss_cents", "fall of net resources a month, peak to trough"),
        cents(
            "recovery_earnings_cents",
            "earnings a month that make the household whole again; null: not on this ladder",
        ),
    ),
)

RELATIONSHIPS = (
    RelationshipType(
        "ELIGIBLE_FOR",
        ("Household",),
        ("Program",),
        "would have, if it asked, and is not recorded in",
        (
            day("month", "first day of the month"),
            flag("certain", "whatever is not recorded; if not, it may be"),
            cents("low_cents", "the least that it would be paid a month; null: it is no money"),
            cents("high_cents", "the most"),
            text("rules_version", "version of the rules"),
        ),
        Time.RECORDED,
    ),
    RelationshipType("HAS_LADDER", ("Household",), ("Ladder",), "stands on"),
    RelationshipType("HAS_STEP", ("Ladder",), ("IncomeStep",), "has"),
    RelationshipType("NEXT_STEP", ("IncomeStep",), ("IncomeStep",), "rises to"),
    RelationshipType("DROPS_AT", ("IncomeStep",), ("Cliff",), "falls at"),
    RelationshipType(
        "CAUSED_BY",
        ("Cliff",),
        ("Program",),
        "comes from",
        (cents("loss_cents", "this program's part of the fall"),),
    ),
)
NODES = (LADDER, INCOME_STEP, CLIFF)
