"""Work, money and circumstances: what the rules ask about a person or a household."""

from graph.schema.model import NodeType, RelationshipType, Time, cents, flag, number, text

AREA = "circumstances"

EMPLOYER = NodeType("Employer", "an employer", AREA, (text("agency_number", "the agency's account number"),), Time.FACT)
EMPLOYMENT = NodeType("Employment", "one person's job with one employer", AREA, (), Time.FACT)
WAGE = NodeType(
    "Wage",
    "wages over the span; a quarter's or a year's are spread evenly over its months",
    AREA,
    (
        cents("amount_cents", "cents over the whole span"),
        number("hours", "hours over the whole span"),
        flag("allocated", "spread over months by us, not reported by month"),
        text("form", "the report it came in: quarterly, W2, 1099"),
    ),
    Time.FACT,
    over_a_span=True,
)
INCOME = NodeType(
    "Income",
    "unearned income",
    AREA,
    (
        text("kind", "child_support, ssi, ssdi, unemployment, pension or other"),
        cents("monthly_amount_cents", "cents a month"),
    ),
    Time.FACT,
)
EXPENSE = NodeType(
    "Expense",
    "rent, child care, utilities or medical costs",
    AREA,
    (
        text(
            "kind", "rent, contract_rent, child_care, child_care_price, heating, heating_included, utilities, medical"
        ),
        cents("monthly_amount_cents", "cents a month"),
    ),
    Time.FACT,
)
CIRCUMSTANCE = NodeType(
    "Circumstance",
    "pregnant, disabled, student or a status that rules ask for",
    AREA,
    (text("kind", "pregnant, disabled, student, homeless"), text("value", "more, in the agency's words")),
    Time.FACT,
)
EDUCATION = NodeType(
    "EducationAttainment",
    "a credential earned, or a span of enrolment in education",
    AREA,
    (
        text("level", "certificate, associate, bachelor, ged, training"),
        text("status", "enrolled, completed or left"),
        text("field", "field of study"),
    ),
    Time.FACT,
)

RELATIONSHIPS = (
    RelationshipType("WORKED_IN", ("Person",), ("Employment",), "held", (), Time.FACT),
    RelationshipType("AT_EMPLOYER", ("Employment",), ("Employer",), "is with", (), Time.FACT),
    RelationshipType("EARNED", ("Employment",), ("Wage",), "paid", (), Time.FACT),
    RelationshipType("RECEIVES", ("Person",), ("Income",), "receives", (), Time.FACT),
    RelationshipType("BEARS", ("Person", "Household"), ("Expense",), "pays", (), Time.FACT),
    RelationshipType("IN_CIRCUMSTANCE", ("Person",), ("Circumstance",), "is", (), Time.FACT),
    RelationshipType("ATTAINED", ("Person",), ("EducationAttainment",), "studied for or earned", (), Time.FACT),
)
NODES = (EMPLOYER, EMPLOYMENT, WAGE, INCOME, EXPENSE, CIRCUMSTANCE, EDUCATION)
