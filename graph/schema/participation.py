"""What people receive: a program's own units, spans in it, what was paid, what comes due."""

from graph.schema.model import NodeType, RelationshipType, Time, cents, day, integer, text, texts

AREA = "participation"

BENEFIT_UNIT = NodeType(
    "BenefitUnit",
    "a program's own unit: SNAP household, assistance unit, lease, MassHealth household",
    AREA,
    (text("program", "id of the program"), text("agency_number", "the agency's own case number")),
    Time.FACT,
)
ENROLLMENT = NodeType(
    "Enrollment",
    "one span of one person or unit in one program",
    AREA,
    (
        text("program", "id of the program"),
        text("status", "enrolled, pending, suspended, transitional"),
        text("category", "coverage type, category of aid or fund, in the agency's words"),
        text("end_reason", "why it ended, in the agency's words"),
    ),
    Time.FACT,
)
BENEFIT_AMOUNT = NodeType(
    "BenefitAmount",
    "what was paid or charged a month over a span",
    AREA,
    (
        cents("monthly_amount_cents", "cents a month"),
        text("kind", "benefit, fee, premium or tenant_share"),
        text("basis", "recorded by the agency, or simulated by the rules"),
    ),
    Time.FACT,
)
CERTIFICATION = NodeType(
    "Certification",
    "authorised from, to; and what is due next",
    AREA,
    (
        day("next_due", "day on which the next report or recertification is due", indexed=True),
        text("duty", "what is due: report or recertification"),
    ),
    Time.FACT,
)
TIME_CLOCK = NodeType(
    "TimeClock",
    "months counted against a limit, of one person in one program",
    AREA,
    (
        text("program", "id of the program"),
        text("clock", "which limit: time limit, full disregard"),
        integer("months_used", "months used when the record was made"),
        integer("months_limit", "months that the law allows"),
    ),
    Time.FACT,
)
BENEFIT_COMBINATION = NodeType(
    "BenefitCombination",
    "a set of programs; id like CCFA+MASSHEALTH+SNAP",
    AREA,
    (texts("programs", "ids of the programs, sorted"), integer("size", "how many")),
)

RELATIONSHIPS = (
    RelationshipType(
        "IN_UNIT",
        ("Person",),
        ("BenefitUnit",),
        "is counted in",
        (text("role", "head, spouse, child or other"),),
        Time.FACT,
    ),
    RelationshipType("FOR_PROGRAM", ("BenefitUnit",), ("Program",), "is a unit of", (), Time.FACT),
    RelationshipType("ENROLLED_IN", ("Person", "BenefitUnit"), ("Enrollment",), "had this span", (), Time.FACT),
    RelationshipType("IN_PROGRAM", ("Enrollment",), ("Program",), "is a span in", (), Time.FACT),
    RelationshipType("PAID", ("Enrollment",), ("BenefitAmount",), "paid", (), Time.FACT),
    RelationshipType("CERTIFIED_FOR", ("Enrollment",), ("Certification",), "is authorised by", (), Time.FACT),
    RelationshipType("HAS_CLOCK", ("Person",), ("TimeClock",), "has used", (), Time.FACT),
    RelationshipType("COUNTS_FOR", ("TimeClock",), ("Program",), "counts against", (), Time.FACT),
    RelationshipType(
        "HAD_COMBINATION",
        ("Household",),
        ("BenefitCombination",),
        "received together",
        (integer("people", "members in that span"),),
        Time.FACT,
    ),
    RelationshipType("INCLUDES", ("BenefitCombination",), ("Program",), "contains"),
)
NODES = (BENEFIT_UNIT, ENROLLMENT, BENEFIT_AMOUNT, CERTIFICATION, TIME_CLOCK, BENEFIT_COMBINATION)
