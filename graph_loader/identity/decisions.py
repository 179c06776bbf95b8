"""What reviewers decided of two records: one person, or two. It outranks the model for as long as it stands."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from graph_loader.identity.linkage import Ints, Linkage

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
    _lend(linkage, decisions)
    pinned = []
    while found := linkage.rows(_ALIKE):
        linkage.run(_PIN, number=found[0][0])
        pinned.append(linkage.count("kept.descriptions") - 1)
    linkage.run(_DECIDED)
    told: dict[int, str] = {}
    for a, b, same, stands in linkage.rows(_CHANGED):
        told |= dict.fromkeys((a, b), (ONE if same else TWO) if stands else WITHDRAWN)
    linkage.run("CREATE OR REPLACE TABLE kept.decided AS FROM now_decided; DROP TABLE now_decided")
    return np.array(pinned, np.int64), told


def described(linkage: Linkage, decisions: Sequence[Decision]) -> dict[Record, int]:
    """The description of each record that is decided on, or of the last in its place; unknown records are left out."""
    _lend(linkage, decisions)
    return {
        Record(source, role): description
        for source, role, description in linkage.rows(
            "SELECT s.source_id, s.role, arg_max(r.description, r.number) FROM stands_for s JOIN kept.records r "
            "USING (number) GROUP BY ALL"
        )
    }


def _lend(linkage: Linkage, decisions: Sequence[Decision]) -> None:
    """Have decisions as a table, and beside it the records that each record in them stands for: itself, and, once it is
    gone, those that came in its place."""
    names = ("left_source", "left_role", "right_source", "right_role", "same")
    rows = [(d.left.source, d.left.role, d.right.source, d.right.role, d.same) for d in decisions]
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    types = [*[pa.string()] * 4, pa.bool_()]
    arrays = [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    linkage.lend("given_decisions", pa.table(dict(zip(names, arrays, strict=True))))
    linkage.run(_STANDS_FOR)


_STANDS_FOR = """
CREATE OR REPLACE TEMP TABLE decided_on AS
SELECT k.* FROM kept.records k SEMI JOIN (
    SELECT left_source AS source_id, left_role AS role FROM given_decisions
    UNION SELECT right_source, right_role FROM given_decisions
) g ON g.source_id = k.source_id AND g.role = k.role;
CREATE OR REPLACE TEMP TABLE stands_for AS
WITH under AS (
    SELECT o.source_id AS source, o.role AS whose, o.description AS was, k.*, k.recorded_from >= o.recorded_to AS later
    FROM decided_on o JOIN kept.records k ON k.feed = o.feed AND k.role = o.role AND k.agency_number = o.agency_number
    WHERE o.recorded_to IS NOT NULL AND k.number <> o.number
    AND (k.recorded_to IS NULL OR k.recorded_to > o.recorded_from)
), refiled AS (
    FROM under WINDOW w AS (PARTITION BY source, whose)
    QUALIFY bool_and(later) OVER w AND count(*) FILTER (recorded_to IS NULL) OVER w <= 1
)
SELECT source_id, role, number FROM decided_on
UNION ALL SELECT f.source, f.whose, f.number FROM refiled f
JOIN kept.descriptions x ON x.id = f.was JOIN kept.descriptions y ON y.id = f.description
WHERE (x.token = y.token OR x.birth = y.birth OR (x.given = y.given AND x.family = y.family)) AND NOT EXISTS (
    FROM given_decisions g WHERE NOT g.same
    AND (g.left_source, g.left_role, g.right_source, g.right_role) IN (
        (f.source, f.whose, f.source_id, f.role), (f.source_id, f.role, f.source, f.whose)
    )
)
"""
"""In the place of a record that is gone are those that came later under its number in its feed, where nobody shared it
with that record or shares it now, and who is named agrees in SSN, birth date or first and last name: numbers are given
out again."""
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


def contradiction(standing: Iterable[Decision], new: Decision) -> list[Decision]:
    """The standing decisions that together say the opposite of a new one, as a chain; none where nothing does.

    A same person's records are one person's all along the chain, and at most one link of it says *different*.
    """
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
