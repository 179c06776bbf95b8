"""What standing records say of where people live, and of who belongs with whom."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from graph_loader.identity.linkage import Linkage

*_, UNIT, HOUSEHOLD = EVIDENCE = ("address", "roster", "relation", "unit", "household")
"""What a membership rests on, the best first: an address of one's own or of a roster; that of whom one is related to in
a row; that of others of one's benefit unit; that most of the household moved there, and no record says otherwise."""


@dataclass(frozen=True)
class Said:
    """`votes`: person_id, last, birth_date (that of most records), street, unit, zip, city, month (its first day),
    evidence, records, standing; texts that are not known are empty, and `records` say so; `standing`: one of them is of
    a feed that holds each person once, and says so to this day. `ties`: person_id, tie: who shares one is of one row or
    unit.
    """

    votes: pd.DataFrame
    ties: pd.DataFrame


def said(linkage: Linkage, of: str | None = None) -> Said:
    """From records that stand; one vote a person, address, month and kind of evidence. `of`: of the people of a table
    alone (`person_id`)."""
    if of:
        linkage.run(_ROWS_OF.format(of=of) + THERE)
    linkage.run(_STANDING.format(whose="SEMI JOIN whose USING (number)" if of else ""))
    theirs = f"SEMI JOIN {of} USING (person_id)" if of else ""
    found = Said(linkage.frame(_VOTES.format(theirs=theirs)), linkage.frame(_TIES.format(theirs=theirs)))
    linkage.run("DROP TABLE standing")
    return found


_ROWS_OF = """
CREATE OR REPLACE TEMP TABLE own AS SELECT number FROM kept.links SEMI JOIN {of} USING (person_id);
CREATE OR REPLACE TEMP TABLE rows_of AS
SELECT DISTINCT source_id, filed_under FROM kept.records SEMI JOIN own USING (number) WHERE recorded_to IS NULL;
"""
THERE = """
CREATE OR REPLACE TEMP TABLE whose AS
SELECT number FROM kept.records SEMI JOIN rows_of USING (source_id)
UNION SELECT number FROM kept.records SEMI JOIN (SELECT DISTINCT filed_under FROM rows_of) USING (filed_under)
"""
"""The records of some rows and units: all of them say where each of those people lives."""
_STANDING = """
CREATE OR REPLACE TEMP TABLE standing AS
SELECT r.source_id, r.role, r.filed_under, r.evidence, r.city, l.person_id, r.feed IN (FROM whole_once) AS once,
    CASE WHEN r.address_since BETWEEN DATE '1900-01-01' AND DATE '2200-01-01' THEN r.address_since END AS address_since,
    d.family, d.birth, d.street, d.unit, d.zip
FROM kept.records r {whose} JOIN kept.links l ON l.number = r.number JOIN kept.descriptions d ON d.id = r.description
WHERE r.recorded_to IS NULL
"""
_VOTES = """
WITH housed AS (FROM standing WHERE street IS NOT NULL AND address_since IS NOT NULL),
rows AS (
    SELECT source_id, unnest(arg_min({{
        'street': street, 'unit': unit, 'zip': zip, 'city': city, 'address_since': address_since, 'once': once
    }}, role)) FROM housed GROUP BY source_id
), units AS (
    SELECT DISTINCT filed_under, street, unit, zip, city, address_since FROM housed WHERE filed_under IS NOT NULL
), homeless AS (FROM standing WHERE street IS NULL OR address_since IS NULL),
votes AS (
    SELECT person_id, family, street, unit, zip, city, address_since, evidence, once FROM housed
    UNION ALL
    SELECT h.person_id, h.family, r.street, r.unit, r.zip, r.city, r.address_since, 'relation', r.once
    FROM homeless h JOIN rows r ON r.source_id = h.source_id WHERE h.evidence = 'relation'
    UNION ALL
    SELECT h.person_id, h.family, u.street, u.unit, u.zip, u.city, u.address_since, 'unit', false
    FROM (SELECT DISTINCT person_id, family, filed_under FROM homeless ANTI JOIN housed USING (person_id)) h
    JOIN units u ON u.filed_under = h.filed_under
), births AS (
    SELECT person_id, birth::DATE AS birth_date FROM standing WHERE birth IS NOT NULL GROUP BY person_id, birth
    QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY count(*) DESC, birth) = 1
)
SELECT person_id, coalesce(min(family), '') AS last, any_value(birth_date) AS birth_date, street,
    coalesce(unit, '') AS unit, coalesce(zip, '') AS zip, coalesce(min(city), '') AS city,
    date_trunc('month', address_since)::DATE AS month, evidence, count(*) AS records,
    bool_or(once) AS standing
FROM votes {theirs} LEFT JOIN births USING (person_id) GROUP BY person_id, street, unit, zip, month, evidence
ORDER BY person_id, month, street, unit, zip, evidence
"""
_TIES = """
WITH shared AS (
    SELECT person_id, filed_under AS tie FROM standing WHERE filed_under IS NOT NULL
    UNION SELECT person_id, source_id FROM standing SEMI JOIN (
        SELECT source_id FROM standing WHERE evidence = 'relation'
    ) rows USING (source_id) WHERE evidence IS NOT NULL
)
SELECT person_id, tie FROM (SELECT * FROM shared QUALIFY count(*) OVER (PARTITION BY tie) > 1) {theirs}
ORDER BY tie, person_id
"""
