"""Households of which a load may change what follows from the records."""

from __future__ import annotations

from datetime import date

from graph.store import Store

_HOME = "(h:Household)<-[:MEMBER_OF]-(:Person)"
_TOLD = (
    "(h:Household)<-[r:MEMBER_OF]-(:Person)",
    f"{_HOME}-[:DERIVED_FROM]->(r:SourceRecord)",
    f"{_HOME}-[r:IN_UNIT]->(:BenefitUnit)",
    f"{_HOME}-[:IN_UNIT]->(:BenefitUnit)-[r:ENROLLED_IN]->(:Enrollment)",
    f"{_HOME}-[:IN_UNIT]->(:BenefitUnit)-[:ENROLLED_IN]->(:Enrollment)-[r:PAID]->(:BenefitAmount)",
    f"{_HOME}-[:IN_UNIT]->(:BenefitUnit)-[:ENROLLED_IN]->(:Enrollment)-[r:CERTIFIED_FOR]->(:Certification)",
)
"""Ways from a household to what is told of it: by its members' own records, and by those of their units. Whose a record
is may be said for another reason: that tells nothing of the household."""


def changed_households(store: Store, as_of: date) -> set[str] | None:
    """Households of which something was told, or taken back, at `as_of`; None where nothing was derived before: then
    everyone's is."""
    before = "MATCH (:Household)-[r:HAD_COMBINATION]->() WHERE r.recorded_from < $asOf RETURN 1 AS one LIMIT 1"
    if not store.read(before, {"asOf": as_of}):
        return None
    found: set[str] = set()
    for pattern in _TOLD:
        rows = store.stream(
            f"MATCH {pattern} WHERE r.recorded_from = $asOf OR r.recorded_to = $asOf RETURN DISTINCT h.id AS household",
            {"asOf": as_of},
        )
        found |= {row["household"] for row in rows}
    rows = store.stream(
        "MATCH (h:Household)<-[:MEMBER_OF]-(:Person)<-[:FROM_PERSON|TO_PERSON]-(e:IdentityEvent {on: $asOf}) "
        "RETURN DISTINCT h.id AS household",
        {"asOf": as_of},
    )
    return found | {row["household"] for row in rows}
