"""Who runs what: secretariats, agencies, programs and how programs bear on one another."""

from graph.schema.model import NodeType, RelationshipType, Time, flag, text

AREA = "roster"

SECRETARIAT = NodeType("Secretariat", "a cabinet office over agencies", AREA, (text("name", "full name"),), Time.ROSTER)
AGENCY = NodeType(
    "Agency",
    "an agency that knows a slice of a family",
    AREA,
    (text("name", "full name"), text("secretariat", "id of the secretariat it belongs to")),
    Time.ROSTER,
)
PROGRAM = NodeType(
    "Program",
    "a program of assistance",
    AREA,
    (
        text("name", "full name"),
        text("kind", "cash, food, health, child care, housing, insurance or tax"),
        text("unit", "what the program counts: household, assistance unit, person, lease"),
        flag("in_agreement", "one of the programs that the agreement names"),
    ),
    Time.ROSTER,
)

CITED = (text("citation", "the rule that says so"),)

RELATIONSHIPS = (
    RelationshipType("PART_OF", ("Agency",), ("Secretariat",), "belongs to", (), Time.ROSTER),
    RelationshipType("SUCCEEDS", ("Agency",), ("Agency",), "took the place of, on valid_from", (), Time.ROSTER),
    RelationshipType("RUN_BY", ("Program",), ("Agency",), "is administered by", (), Time.ROSTER),
    RelationshipType("CONFERS_ELIGIBILITY", ("Program",), ("Program",), "receipt makes eligible", CITED, Time.ROSTER),
    RelationshipType("COUNTS_AS_INCOME_FOR", ("Program",), ("Program",), "is income to the other", CITED, Time.ROSTER),
    RelationshipType("EXCLUDES", ("Program",), ("Program",), "cannot be received with", CITED, Time.ROSTER),
    RelationshipType("TRANSITIONS_TO", ("Program",), ("Program",), "is followed by, when it ends", CITED, Time.ROSTER),
)
NODES = (SECRETARIAT, AGENCY, PROGRAM)
