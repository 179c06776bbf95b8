"""What a reviewer is to look at: pairs of records of which the model is not sure whether they are one person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph_loader.identity.assign import THROUGH, in_words
from graph_loader.identity.decisions import Decision, Record, lend
from graph_loader.identity.limits import LEAST
from graph_loader.identity.linkage import GRADES, Linkage

SURE = 8.0
"""Above this weight (log2 odds) a pair needs no look."""
FIELDS = {
    "first name": ("coalesce(given, initial)", "Identity.first_name"),
    "middle name": ("middle", "Identity.middle_name"),
    "last name": ("family", "Identity.last_name"),
    "suffix": ("['Sr.', 'Jr. or II', 'III', 'IV'][generation]", "Identity.last_name"),
    "born": ("birth", "Identity.birth_date"),
    "sex": ("sex", "Identity.sex"),
    "street": ("street", "Address.street"),
    "unit": ("unit", "Address.unit"),
    "zip": ("zip", "Address.zip"),
}
"""What a record says: the column of a description, and the property of the graph that the agreement knows it by."""
SSN = "Identity.ssn_token"
PROPERTIES = frozenset({SSN, *(name for _, name in FIELDS.values())})


@dataclass(frozen=True)
class Side:
    """A record, the feed that it is of, and what it says, by `FIELDS`."""

    record: Record
    feed: str
    says: dict[str, str | None]


@dataclass(frozen=True)
class Candidate:
    """Two records that may be one person's. `together`: they are, for now. `weight`: log2 odds, None where it is below
    `limits.LEAST`; `words`: how they agree; `ssn`: how their numbers do."""

    left: Side
    right: Side
    together: bool
    weight: float | None
    words: str
    ssn: str


def queue(
    linkage: Linkage, decisions: Sequence[Decision], low: float = LEAST, high: float = SURE
) -> Iterator[Candidate]:
    """Pairs between two thresholds, the least sure first: of two people, their best; of one, a record's best pair with
    another of them. Those on which one of the standing decisions is, applied or not, are left out."""
    lend(linkage, decisions)
    said = ", ".join(f'{column} AS "{name}"' for name, (column, _) in FIELDS.items())
    linkage.run(_DOUBTFUL, low=low, high=high)
    statement = (
        f"WITH told AS (SELECT id, token, near, {said} FROM kept.descriptions), first AS ("
        "  SELECT description, arg_min(source_id, number) AS source_id, arg_min(role, number) AS role, "
        "  arg_min(feed, number) AS feed FROM kept.records GROUP BY description)"
        "SELECT d.together, d.weight, d.pattern, (l.token = r.token), list_has_any(l.near, r.near), "
        "l.near IS NOT NULL AND r.near IS NOT NULL, x.source_id, x.role, x.feed, y.source_id, y.role, y.feed, "
        + ", ".join(f'{side}."{name}"' for side in "lr" for name in FIELDS)
        + " FROM doubtful d JOIN told l ON l.id = d.a JOIN told r ON r.id = d.b "
        "JOIN first x ON x.description = d.a JOIN first y ON y.description = d.b "
        "ORDER BY abs(coalesce(d.weight, $low)), d.a, d.b"
    )
    for row in linkage.rows(statement, low=low):
        together, weight, pattern, same, near, both = row[:6]
        left, right = (
            dict(zip(FIELDS, row[start : start + len(FIELDS)], strict=True)) for start in (12, 12 + len(FIELDS))
        )
        yield Candidate(
            Side(Record(row[6], row[7]), row[8], left), Side(Record(row[9], row[10]), row[11], right), together, weight,
            THROUGH if pattern is None else in_words(np.array(pattern, np.int8)),
            "same" if same else "one digit apart" if near else "differ" if both else "not known of both",
        )  # fmt: skip


_DOUBTFUL = f"""
CREATE OR REPLACE TEMP TABLE whose AS
SELECT r.description, any_value(l.person_id) AS person FROM kept.records r JOIN kept.links l USING (number)
GROUP BY r.description;
CREATE OR REPLACE TEMP TABLE ends AS
SELECT p.a, p.b, p.weight, [{GRADES}] AS pattern, x.person AS left_person, y.person AS right_person
FROM kept.pairs p JOIN whose x ON x.description = p.a JOIN whose y ON y.description = p.b;
CREATE OR REPLACE TEMP TABLE settled AS
SELECT d.same, d.a, d.b, x.person AS left_person, y.person AS right_person
FROM now_decided d JOIN whose x ON x.description = d.a JOIN whose y ON y.description = d.b;
CREATE OR REPLACE TEMP TABLE doubtful AS
WITH apart AS (
    SELECT a, b, weight, pattern, least(left_person, right_person) AS p, greatest(left_person, right_person) AS q
    FROM ends WHERE left_person <> right_person
    QUALIFY row_number() OVER (PARTITION BY p, q ORDER BY weight DESC, a, b) = 1
), either AS (
    SELECT a AS one, b AS other, weight, pattern FROM ends WHERE left_person = right_person
    UNION ALL SELECT b, a, weight, pattern FROM ends WHERE left_person = right_person
), best AS (
    SELECT * FROM either QUALIFY row_number() OVER (PARTITION BY one ORDER BY weight DESC, other) = 1
), several AS (
    SELECT person, min(description) AS smallest, max(description) AS largest FROM whose
    GROUP BY person HAVING count(*) > 1
), within AS (
    SELECT w.description AS one,
        coalesce(b.other, CASE WHEN w.description = s.smallest THEN s.largest ELSE s.smallest END) AS other, b.weight,
        b.pattern
    FROM whose w JOIN several s ON s.person = w.person LEFT JOIN best b ON b.one = w.description
)
SELECT false AS together, a, b, weight, pattern FROM apart
WHERE weight BETWEEN $low AND $high AND NOT EXISTS (
    FROM settled s WHERE NOT s.same AND p = least(s.left_person, s.right_person)
    AND q = greatest(s.left_person, s.right_person)
) AND (a, b) NOT IN (SELECT (a, b) FROM settled)
UNION
SELECT true, least(one, other), greatest(one, other), weight, pattern FROM within
WHERE (weight IS NULL OR weight BETWEEN $low AND $high) AND one NOT IN (SELECT unnest([a, b]) FROM settled WHERE same)
AND (least(one, other), greatest(one, other)) NOT IN (SELECT (a, b) FROM settled)
"""


def feeds_of(linkage: Linkage, records: Sequence[Record]) -> dict[Record, str]:
    """The feed of each of these records; those that are not known are left out."""
    columns = list(zip(*((r.source, r.role) for r in sorted(set(records))), strict=True)) or [(), ()]
    arrays = {name: pa.array(column, pa.string()) for name, column in zip(("source_id", "role"), columns, strict=True)}
    linkage.lend("asked", pa.table(arrays))
    rows = linkage.rows("SELECT source_id, role, feed FROM kept.records JOIN asked USING (source_id, role)")
    return {Record(source, role): feed for source, role, feed in rows}
