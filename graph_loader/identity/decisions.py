"""What reviewers decided of two records: one person, or two. It outranks the model for as long as it stands."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from itertools import product

import numpy as np
import pyarrow as pa

from graph_loader.identity.linkage import Ints, Linkage
from graph_loader.identity.model import BIRTH_SLIP

ONE = "a reviewer decided that they are one person"
TWO = "a reviewer decided that they are two people"
WITHDRAWN = "a reviewer's decision was withdrawn"


@dataclass(frozen=True, order=True)
class Record:
    """A record of a person: a row of a feed, and whose part in it."""

    source: str
    role: str

    def __str__(self) -> str:
        return f"{self.source}:{self.role}"


@dataclass(frozen=True)
class Decision:
    """Two records are the `same` person's, or different people's."""

    left: Record
    right: Record
    same: bool


def decide(linkage: Linkage, decisions: Sequence[Decision]) -> tuple[Ints, dict[int, str]]:
    """Have these decisions hold, in place of those before.

    Gives descriptions that are new, as two records that say the same are two people; and what was decided, in words, of
    each description of which something else is decided than before.
    """
    lend(linkage, decisions)
    pinned = []
    while found := linkage.rows(_ALIKE):
        linkage.run(_PIN, number=found[0][0])
        pinned.append(linkage.count("kept.descriptions") - 1)
    if pinned:
        linkage.run(_DECIDED)
    told: dict[int, str] = {}
    for a, b, same, stands in linkage.rows(_CHANGED):
        told |= dict.fromkeys((a, b), (ONE if same else TWO) if stands else WITHDRAWN)
    linkage.run("CREATE OR REPLACE TABLE kept.decided AS FROM now_decided")
    return np.array(pinned, np.int64), told


def described(linkage: Linkage, decisions: Sequence[Decision]) -> dict[Record, int]:
    """The description of each record that is decided on, as it was sent last; unknown records are left out."""
    lend(linkage, decisions)
    return {
        Record(source, role): description
        for source, role, description in linkage.rows(
            "SELECT s.source_id, s.role, arg_max(r.description, r.number) FROM stands_for s JOIN kept.records r "
            "USING (number) GROUP BY ALL"
        )
    }


def lend(linkage: Linkage, decisions: Sequence[Decision]) -> None:
    """Have decisions as a table, beside it `stands_for`, the records that each record in them stands for: itself and
    what its agency sent in its place, and `now_decided`, which descriptions are one person's or two people's by it."""
    _lend(linkage, "given_decisions", decisions)
    linkage.run(_STANDS_FOR)
    linkage.run(_DECIDED)


def _lend(linkage: Linkage, name: str, decisions: Sequence[Decision]) -> None:
    names = ("left_source", "left_role", "right_source", "right_role", "same")
    columns = list(zip(*map(_row, decisions), strict=True)) or [()] * len(names)
    types = [*[pa.string()] * 4, pa.bool_()]
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    linkage.lend(name, pa.table(dict(zip(names, arrays, strict=True))))


def _row(one: Decision) -> tuple[str, str, str, str, bool]:
    return one.left.source, one.left.role, one.right.source, one.right.role, one.same


_STANDS_FOR = f"""
CREATE OR REPLACE TEMP TABLE decided_on AS
SELECT k.* FROM kept.records k SEMI JOIN (
    SELECT left_source AS source_id, left_role AS role FROM given_decisions
    UNION SELECT right_source, right_role FROM given_decisions
) g ON g.source_id = k.source_id AND g.role = k.role;
CREATE OR REPLACE TEMP TABLE told_apart AS
SELECT left_source AS source, left_role AS whose, right_source AS source_id, right_role AS role FROM given_decisions
WHERE NOT same
UNION SELECT right_source, right_role, left_source, left_role FROM given_decisions WHERE NOT same;
CREATE OR REPLACE TEMP TABLE stands_for AS
WITH versions AS (
    SELECT o.source_id AS source, o.role AS whose, o.description AS was, k.number, k.description, k.recorded_to,
        (k.recorded_to IS NULL OR k.recorded_to > o.recorded_from)
            AND (o.recorded_to IS NULL OR o.recorded_to > k.recorded_from) AS beside,
        EXISTS (
            FROM told_apart t WHERE t.source = o.source_id AND t.whose = o.role AND t.source_id = k.source_id
            AND t.role = k.role
        ) AS apart
    FROM decided_on o JOIN kept.records k ON k.feed = o.feed AND k.role = o.role AND k.agency_number = o.agency_number
    WHERE k.number <> o.number
), of_one AS (
    FROM versions WINDOW w AS (PARTITION BY source, whose)
    QUALIFY NOT bool_or(beside OR apart) OVER w AND count(*) FILTER (recorded_to IS NULL) OVER w <= 1
), of_person AS (
    SELECT o.source_id AS source, o.role AS whose, o.description AS was, k.number, k.description
    FROM decided_on o JOIN kept.records k ON k.feed = o.feed AND k.role = o.role AND k.person_number = o.person_number
    WHERE k.recorded_from >= o.recorded_to AND NOT EXISTS (
        FROM told_apart t JOIN decided_on d ON d.source_id = t.source_id AND d.role = t.role
        WHERE t.source = o.source_id AND t.whose = o.role AND d.feed = o.feed AND d.person_number = o.person_number
    )
), other AS (
    SELECT source, whose, was, number, description FROM of_one
    UNION SELECT source, whose, was, number, description FROM of_person
), told AS (
    SELECT v.source, v.whose, v.number,
        x.token AS token_l, y.token AS token_r, x.near AS near_l, y.near AS near_r, x.birth AS birth_l,
        y.birth AS birth_r, x.given AS given_l, y.given AS given_r, x.forms AS forms_l, y.forms AS forms_r,
        x.family AS family_l, y.family AS family_r, x.sex AS sex_l, y.sex AS sex_r, x.generation AS generation_l,
        y.generation AS generation_r
    FROM other v JOIN kept.descriptions x ON x.id = v.was JOIN kept.descriptions y ON y.id = v.description
)
SELECT source_id, role, number FROM decided_on
UNION ALL SELECT source, whose, number FROM told
WHERE token_l = token_r AND birth_l = birth_r
OR (given_l IS NULL OR given_r IS NULL OR given_l = given_r OR list_has_any(forms_l, forms_r)) AND (
    token_l = token_r OR birth_l = birth_r OR (
        given_l = given_r AND family_l = family_r
        AND (token_l IS NULL OR token_r IS NULL OR list_has_any(near_l, near_r))
        AND (birth_l IS NULL OR birth_r IS NULL OR {BIRTH_SLIP})
        AND (sex_l <> sex_r OR generation_l <> generation_r) IS NOT TRUE
    )
)
"""
"""In the place of a record are those of its number in its feed, sent before or after it, where no two shared the number
at a time and nobody said that they are two people; once it is gone, those that were sent then under the agency's number
for the person; each where who is named agrees: SSN and birth date, or the first name, as far as it is known, and one of
them; or both names, where neither SSNs nor birth dates are further apart than a slip, nor sex or generation others.
Numbers are given out again, and to kin: a twin has the birth date and the last name, and often much of the first."""
_PAIRED = """
FROM given_decisions g JOIN stands_for i ON i.source_id = g.left_source AND i.role = g.left_role
JOIN stands_for j ON j.source_id = g.right_source AND j.role = g.right_role AND j.number <> i.number
JOIN kept.records l ON l.number = i.number JOIN kept.records r ON r.number = j.number
"""
_ALIKE = f"SELECT r.number {_PAIRED} WHERE NOT g.same AND l.description = r.description ORDER BY r.number LIMIT 1"
_PIN = """
INSERT INTO kept.descriptions SELECT d.* REPLACE (
    (SELECT count(*) FROM kept.descriptions) AS id,
    md5_number(d.key::VARCHAR || ':' || r.source_id || ':' || r.role) AS key
) FROM kept.records r JOIN kept.descriptions d ON d.id = r.description WHERE r.number = $number;
UPDATE kept.records SET description = (SELECT count(*) - 1 FROM kept.descriptions) WHERE number = $number
"""
_DECIDED = f"""
CREATE OR REPLACE TEMP TABLE now_decided AS
SELECT DISTINCT least(l.description, r.description) AS a, greatest(l.description, r.description) AS b, g.same {_PAIRED}
WHERE l.description <> r.description ORDER BY ALL
"""
_CHANGED = """
SELECT *, false AS stands FROM (FROM kept.decided EXCEPT FROM now_decided)
UNION ALL SELECT *, true FROM (FROM now_decided EXCEPT FROM kept.decided) ORDER BY stands
"""


def at_odds(linkage: Linkage, decisions: Sequence[Decision]) -> dict[Decision, list[Decision]]:
    """Those of some decisions of which a record is gone and nothing that stands is in its place (nothing beside it),
    and those that say the opposite of others by now, as records were sent again (those). Of the latter, that two are
    two people goes first."""
    lend(linkage, decisions)
    standing: dict[Record, set[Record]] = {}
    for source, role, description in linkage.rows(
        "SELECT DISTINCT s.source_id, s.role, r.description FROM stands_for s JOIN kept.records r USING (number) "
        "WHERE r.recorded_to IS NULL ORDER BY ALL"
    ):
        standing.setdefault(Record(source, role), set()).add(Record(str(description), ""))
    said: dict[Decision, Decision] = {}
    for one in decisions:
        for left, right in product(*(sorted(standing.get(end, ())) for end in (one.left, one.right))):
            if left != right:  # two who say the same may be two people
                said[Decision(left, right, one.same)] = one
    found: dict[Decision, list[Decision]] = {
        one: [] for one in decisions if not {one.left, one.right} <= standing.keys()
    }
    same = {told: one for told, one in said.items() if told.same}
    for told, one in said.items():
        if not told.same:
            for other in dict.fromkeys(same[link] for link in contradiction(same, told)):
                for each, opposite in ((one, other), (other, one)):
                    if opposite not in found.setdefault(each, []):
                        found[each].append(opposite)
    return found


def lapsed(linkage: Linkage, odds: Map[Decision, list[Decision]]) -> list[Decision]:
    """Of those that `at_odds` tells of, decisions of which a record is gone with nothing in its place, and no load has
    said so; from now on one has."""
    gone = [one for one, others in odds.items() if not others]
    before = set(linkage.rows("FROM kept.lapsed"))
    _lend(linkage, "now_lapsed", gone)
    linkage.run("CREATE OR REPLACE TABLE kept.lapsed AS FROM now_lapsed")
    return [one for one in gone if _row(one) not in before]


def contradiction(standing: Iterable[Decision], new: Decision) -> list[Decision]:
    """The standing decisions that together say the opposite of a new one, as a chain; none where nothing does.

    A same person's records are one person's all along the chain, and at most one link of it says *different*. That a
    record is not of its own person contradicts itself.
    """
    if new.left == new.right:
        return [] if new.same else [new]
    beside: dict[Record, list[tuple[Record, Decision]]] = {}
    for one in standing:
        beside.setdefault(one.left, []).append((one.right, one))
        beside.setdefault(one.right, []).append((one.left, one))
    start = (new.left, False)
    came: dict[tuple[Record, bool], tuple[tuple[Record, bool], Decision] | None] = {start: None}
    queue = deque([start])
    while queue:
        record, apart = at = queue.popleft()
        if record == new.right and apart == new.same:
            chain = []
            while step := came[at]:
                at, decision = step
                chain.append(decision)
            return chain[::-1]
        for other, decision in beside.get(record, ()):
            there = (other, apart or not decision.same)
            if (decision.same or not apart) and there not in came:
                came[there] = (at, decision)
                queue.append(there)
    return []
