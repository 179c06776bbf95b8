"""Who lives where with whom. What names a person stands apart from the person."""

from graph.schema.model import NodeType, RelationshipType, Time, day, flag, integer, number, text

AREA = "people"

PERSON = NodeType(
    "Person",
    "a resolved individual: an opaque id, and nothing that names anyone",
    AREA,
    (),
    Time.RECORDED,
)
IDENTITY = NodeType(
    "Identity",
    "what identifies, as one record wrote it; hidden by one rule",
    AREA,
    (
        text("first_name", "given name"),
        text("middle_name", "middle name or initial"),
        text("last_name", "family name"),
        day("birth_date", "date of birth"),
        integer("birth_year", "year of birth: open to more parties than the date"),
        text("sex", "F, M or X"),
        text("ssn_token", "keyed HMAC of the whole SSN, never the number", indexed=True),
    ),
    Time.FACT,
)
ADDRESS = NodeType(
    "Address",
    "one standardised address",
    AREA,
    (
        text("street", "house number and street"),
        text("unit", "apartment or unit"),
        text("city", "city or town as written"),
        text("zip", "five digits"),
    ),
)
TOWN = NodeType("Town", "a city or town", AREA, (text("name", "name"),))
COUNTY = NodeType("County", "a county", AREA, (text("name", "name"), text("fips", "five-digit FIPS code")))
HOUSEHOLD = NodeType("Household", "people who live together over time", AREA, (), Time.FACT)

RELATIONSHIPS = (
    RelationshipType("HAS_IDENTITY", ("Person",), ("Identity",), "is named by", (), Time.FACT),
    RelationshipType(
        "RELATED_TO",
        ("Person",),
        ("Person",),
        "is parent, spouse, guardian or other kin of",
        (text("kind", "parent, spouse, guardian or other: what the source is to the target"),),
        Time.FACT,
    ),
    RelationshipType(
        "MEMBER_OF",
        ("Person",),
        ("Household",),
        "lives in",
        (
            text("role", "adult or child on the first day"),
            text("evidence", "what says so: address, roster, relation, unit, or household: went along with most of it"),
            number("confidence", "share of the records that say where they lived then which say here, to a tenth"),
            integer("family", "which of the household's families, from 1: more than one are doubled up"),
        ),
        Time.FACT,
    ),
    RelationshipType(
        "ALSO_STAYS_WITH",
        ("Person",),
        ("Household",),
        "is a child who also stays with",
        (
            text("evidence", "what says so: address, roster, relation or unit"),
            number("confidence", "share of the records of that time that say so, to a tenth"),
            integer("records", "how many records say so"),
        ),
        Time.FACT,
    ),
    RelationshipType(
        "LIVED_AT",
        ("Household",),
        ("Address",),
        "lived at",
        (flag("group_quarters", "a family of a place of more people than a household: a shelter or dormitory"),),
        Time.FACT,
    ),
    RelationshipType("IN_TOWN", ("Address",), ("Town",), "is in"),
    RelationshipType("IN_COUNTY", ("Town",), ("County",), "is in"),
)
NODES = (PERSON, IDENTITY, ADDRESS, TOWN, COUNTY, HOUSEHOLD)
