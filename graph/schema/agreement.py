"""The agreement as a graph, so that who may see what, and why, is a query."""

from graph.schema.model import NodeType, RelationshipType, Time, flag, integer, text, texts

AREA = "agreement"

AGREEMENT = NodeType(
    "Agreement",
    "one Data Use License Agreement at one version",
    AREA,
    (
        text("title", "its title"),
        text("version", "its version"),
        text("content_digest", "digest of its text: a version stands for one text"),
    ),
    Time.ROSTER,
)
PARTY = NodeType(
    "Party",
    "a signatory: a second label on an Agency or a Secretariat",
    AREA,
    (flag("provides", "gives data"), flag("receives", "may ask")),
    second_label_of=("Agency", "Secretariat"),
)
PURPOSE = NodeType("Purpose", "what data may be used for", AREA, (text("meaning", "in a sentence"),))
DATA_ELEMENT = NodeType(
    "DataElement",
    "one kind of datum that the agreement names",
    AREA,
    (
        text("class_", "identifier, demographic, participation, financial, education"),
        text("sensitivity", "low, moderate or high"),
        texts("maps_to", "Type.property in this graph"),
    ),
)
GRANT = NodeType(
    "Grant",
    "what a party's roles may see, for what, at what grain, of whom",
    AREA,
    (
        texts("roles", "roles that may ask"),
        text("grain", "person, household or aggregate"),
        text("clients", "own, common or all"),
        integer("smallest_cell", "counts below this are suppressed"),
    ),
    Time.ROSTER,
)

RELATIONSHIPS = (
    RelationshipType("SIGNED", ("Party",), ("Agreement",), "signed"),
    RelationshipType("GRANTS", ("Agreement",), ("Grant",), "contains"),
    RelationshipType("GRANTED_TO", ("Grant",), ("Party",), "is given to"),
    RelationshipType("FOR_PURPOSE", ("Grant",), ("Purpose",), "is for"),
    RelationshipType("COVERS", ("Grant",), ("DataElement",), "opens"),
)
NODES = (AGREEMENT, PARTY, PURPOSE, DATA_ELEMENT, GRANT)
