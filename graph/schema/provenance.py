"""Where each fact comes from, and how records became people."""

from graph.schema.model import (
    NodeType,
    RelationshipType,
    Time,
    day,
    flag,
    integer,
    number,
    text,
)

AREA = "provenance"

SOURCE_RECORD = NodeType(
    "SourceRecord",
    "one row of an agency's file: a hash of its permitted content is its key",
    AREA,
    (
        text("feed", "the mapping that read it", indexed=True),
        text("content_hash", "keyed hash of the permitted content", indexed=True),
        text("agency_number", "the agency's own record number", indexed=True),
        text("mapping", "digest of the mapping that read it"),
        text("file", "name of the file", in_digest=False),
        text("file_digest", "first 16 digits of the file's SHA-256", in_digest=False),
        integer("row", "row in that file, the first data row being 1", in_digest=False),
    ),
    Time.RECORDED,
)
BATCH = NodeType(
    "Batch",
    "what one agency sent at once",
    AREA,
    (
        text("agency", "id of the agency; `review` of what reviewers decided, without files"),
        day("received", "recorded time of everything in it"),
        text("status", "loading, or published: an answer sees published batches only"),
        text("agreement_version", "version of the agreement that admitted it"),
        text("mapping_digest", "digest of the mappings that read it"),
        integer("rows_read", "rows in its files"),
        integer("rows_loaded", "rows that added a record"),
        day("as_of", "newest day on which its extracts were taken, where the mappings say"),
        text("accounts", "each file's account as JSON: rows, control totals, digest", in_digest=False),
        text("loaded_by", "who ran the load", in_digest=False),
        text("linked_by", "digest of the decisions and new model it links by", in_digest=False),
        text("combined", "programs that combinations were derived of in its load", in_digest=False),
        flag("imported", "its rows came in by the engine's own import, and it is not published yet"),
    ),
)
IDENTITY_EVENT = NodeType(
    "IdentityEvent",
    "a merge or a split of people, with its reason",
    AREA,
    (text("kind", "merge or split"), text("reason", "what brought it about"), day("on", "recorded time")),
)
REVIEW_DECISION = NodeType(
    "ReviewDecision",
    "a clerk's word on records: same or different",
    AREA,
    (
        text("decision", "same or different: are the two records one person's?"),
        text("decided_by", "the reviewer's key id"),
        text("why", "the reviewer's reason"),
        day("on", "the day of the decision"),
        text("withdrawn_by", "who took it back: a key id"),
        text("withdrawn_because", "why it was taken back"),
        day("withdrawn_on", "the day on which it was taken back; it stands while there is none"),
        flag("pending", "no load has applied it, or its withdrawal, yet"),
    ),
)

FACTS = (
    "Person", "Identity", "BenefitUnit", "Enrollment", "BenefitAmount", "Certification", "TimeClock",
    "Employer", "Employment", "Wage", "Income", "Expense", "Circumstance", "EducationAttainment",
)  # fmt: skip

RELATIONSHIPS = (
    RelationshipType(
        "DERIVED_FROM",
        FACTS,
        ("SourceRecord",),
        "is known from",
        (
            text("because", "for a person: why this record is theirs"),
            text("role", "for a person: who they are in the row"),
            number("match_weight", "for a person: what the best pair with another of their records weighs (log2 odds)"),
            text("model", "for a person: the linkage model that said so"),
        ),
        Time.RECORDED,
    ),
    RelationshipType("IN_BATCH", ("SourceRecord",), ("Batch",), "came in"),
    RelationshipType("SENT_BY", ("Batch",), ("Agency",), "was sent by"),
    RelationshipType("UNDER", ("Batch",), ("Agreement",), "was admitted under"),
    RelationshipType("FROM_PERSON", ("IdentityEvent",), ("Person",), "took from"),
    RelationshipType("TO_PERSON", ("IdentityEvent",), ("Person",), "gave to"),
    RelationshipType("BROUGHT_BY", ("IdentityEvent",), ("Batch",), "was brought about by"),
    RelationshipType(
        "ABOUT",
        ("ReviewDecision",),
        ("SourceRecord",),
        "decides on",
        (text("side", "left or right, of the two"), text("role", "who they are in the row")),
    ),
)
NODES = (SOURCE_RECORD, BATCH, IDENTITY_EVENT, REVIEW_DECISION)
