"""What the rules come to for the months that were recorded, and where what was paid departs from it."""

from graph.schema.model import NodeType, RelationshipType, Time, cents, day, integer, text, texts

AREA = "departures"

SIMULATED = NodeType(
    "SimulatedAmount",
    "what the rules come to for a household in a program, in months in a row with the same amounts",
    AREA,
    (
        text("program", "id of the program"),
        day("month_from", "first month of the span"),
        day("month_to", "first month after it"),
        cents("low_cents", "the least a month, by what may be gone by and by what is not recorded; null: not known"),
        cents("high_cents", "the most"),
        cents("paid_cents", "what was recorded as paid a month; null: no amount is"),
        text("reason", "why it is not known"),
        text("rules_version", "version of the rules"),
    ),
    Time.RECORDED,
)
DEPARTURE = NodeType(
    "Departure",
    "months in a row in which what a program paid a household is not what the rules come to, for one reason",
    AREA,
    (
        text("program", "id of the program"),
        text("kind", "late report, overpayment, missed recertification, missing fact, rule gap or not explained"),
        day("month_from", "first of the months", indexed=True),
        day("month_to", "first month after them"),
        cents("paid_cents", "what was paid in all of them"),
        cents("low_cents", "the least that the rules come to in all of them; null: not known"),
        cents("high_cents", "the most"),
        texts("evidence", "what the record shows of it"),
        texts("rests_on", "of each piece of evidence, the `Type.property` that it gives away, or an empty text"),
        text("rules_version", "version of the rules"),
    ),
    Time.RECORDED,
)

RELATIONSHIPS = (
    RelationshipType(
        "LOST_AFTER_RAISE",
        ("Household",),
        ("Program",),
        "has less of, after earnings rose",
        (
            day("raised", "month in which earnings rose"),
            day("fell", "month in which the program fell first"),
            integer("lag_months", "months from the one to the other"),
            cents("rise_cents", "by how much more was earned a month"),
            cents("loss_cents", "by how much less was left of the program a month; null: what ended is no money"),
        ),
        Time.RECORDED,
    ),
    RelationshipType("WAS_DUE", ("Household",), ("SimulatedAmount",), "was due by the rules"),
    RelationshipType("HAS_DEPARTURE", ("Household",), ("Departure",), "was paid otherwise than the rules say in"),
)
NODES = (SIMULATED, DEPARTURE)
