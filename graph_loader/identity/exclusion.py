"""Feeds that hold each person once: who is left over in two of them is matched by exclusion.

Among those of whom two such feeds each have a record that nothing links yet, a match is far likelier than among all
pairs; how likely is learned from what they weigh. The surest pairs are taken first, each person once. Where too many
are left over, only those whom it joined before are matched.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pyarrow as pa

from graph_loader.identity.limits import EVIDENCE, MOST_LEFT
from graph_loader.identity.linkage import GRADES, Ints, Linkage
from graph_loader.identity.model import Model, log_odds, two_people, vouched
from graph_loader.identity.score import Scorer
from graph_loader.identity.train import prevalence


def match_left_over(linkage: Linkage, model: Model) -> Ints:
    """Find the groups that exclusion joins, in place of those before; `whole` says then who everyone is.

    Gives the descriptions of groups of which that changed.
    """
    linkage.run(_HOLDS)
    one = _Joined(
        {people: frozenset(feeds) for people, feeds in linkage.rows("FROM holds")}, linkage.rows(_KNOWN_APART)
    )
    before = {people for (people,) in linkage.rows(_BEFORE)}
    for feeds in combinations([row[0] for row in linkage.rows("FROM whole_once ORDER BY feed")], 2):
        left, right = one.with_only(*feeds), one.with_only(*reversed(feeds))
        if len(left) * len(right) > MOST_LEFT:  # too many to be matched anew: whom it joined before stay so
            left, right = (
                {people: root for people, root in side.items() if people in before} for side in (left, right)
            )
        if left and right and len(left) * len(right) <= MOST_LEFT:
            for a, b in _matches(linkage, model, one, left, right):
                linkage.run(_KEEP, a=a, b=b)
    (changed,) = linkage.numbers(_CHANGED)
    linkage.run("CREATE OR REPLACE TABLE kept.joined AS FROM now_joined")
    joined = [(people, top) for people in one.top if (top := one.root(people)) != people]
    names, tops = zip(*joined, strict=True) if joined else ((), ())
    linkage.lend("into_one", pa.table({"people": pa.array(names, pa.int64()), "top": pa.array(tops, pa.int64())}))
    linkage.run(_WHOLE)
    return np.asarray(changed, np.int64)


class _Joined:
    """Groups that are one person by now: the smallest of them, the feeds that each holds, and who must stay apart."""

    def __init__(self, holds: dict[int, frozenset[str]], apart: list[tuple[int, int]]) -> None:
        self.top = {people: people for people in holds}
        self._holds = holds
        self._apart: dict[int, set[int]] = {people: set() for people in holds}
        for a, b in apart:
            if a in holds and b in holds:
                self._apart[a].add(b)
                self._apart[b].add(a)

    def root(self, people: int) -> int:
        while self.top[people] != people:
            people = self.top[people]
        return people

    def with_only(self, feed: str, other: str) -> dict[int, int]:
        """Groups of those who are in one feed and not in another, with their roots."""
        roots = {people: self.root(people) for people in self.top}
        return {p: root for p, root in roots.items() if feed in self._holds[root] and other not in self._holds[root]}

    def keep_apart(self, a: int, b: int) -> None:
        """Have two groups never be one person."""
        self._apart[self.root(a)].add(b)
        self._apart[self.root(b)].add(a)

    def join(self, a: int, b: int) -> bool:
        """Have two groups be one person, where nothing speaks against it."""
        low, high = sorted((self.root(a), self.root(b)))
        strangers = {self.root(people) for people in self._apart[low]}
        if low == high or high in strangers or self._holds[low] & self._holds[high]:
            return False
        self.top[high] = low
        self._holds[low] |= self._holds[high]
        self._apart[low] |= self._apart[high]
        return True


def _matches(
    linkage: Linkage, model: Model, one: _Joined, left: dict[int, int], right: dict[int, int]
) -> list[tuple[int, int]]:  # fmt: skip
    """Pairs of groups that are likelier one person than not, each person in one; `left_over` says how they agree.

    With each round fewer are left over, so that what is left may be matched by less.
    """
    linkage.lend("sides", pa.table({"people": [*left, *right], "side": [0] * len(left) + [1] * len(right)}))
    linkage.run(_OVER)
    Scorer(linkage.connection, model).between("over", "scored_over")
    linkage.run(_LEFT_OVER)
    rows = linkage.rows(
        "SELECT people_a, people_b, max(weight) AS weight FROM left_over GROUP BY ALL "
        "ORDER BY weight DESC, people_a, people_b"
    )
    linkage.run(vouched("over", "kept.records"))
    for a, b in linkage.rows(f"SELECT DISTINCT people_a, people_b FROM ({two_people('left_over')})"):
        one.keep_apart(a, b)
    chance, person = log_odds(model.prevalence), left | right
    found: list[tuple[int, int]] = []
    free, fresh = set(person.values()), True
    while fresh:
        rows = [row for row in rows if person[row[0]] in free and person[row[1]] in free]
        sides = len(free.intersection(left.values())), len(free.intersection(right.values()))
        if not all(sides):
            break
        weights = np.array([weight for _, _, weight in rows])
        share = prevalence(weights, np.ones(len(rows), np.int64), sides[0] * sides[1], model.prevalence)
        prior = log_odds(min(share, 1 / (1 + max(sides))))
        fresh = False
        for a, b, weight in rows:
            evidence, ends = weight - chance, {person[a], person[b]}
            if evidence >= EVIDENCE and evidence + prior > 0 and ends <= free and one.join(a, b):
                free -= ends
                found.append((a, b))
                fresh = True
    return found


_HOLDS = """
CREATE OR REPLACE TEMP TABLE holds AS
SELECT g.people, list(DISTINCT l.feed || l.entry) AS feeds FROM listed_once l
JOIN kept.groups g ON g.description = l.description GROUP BY g.people ORDER BY g.people;
CREATE OR REPLACE TEMP TABLE now_joined AS FROM kept.joined LIMIT 0
"""
_KNOWN_APART = """
SELECT DISTINCT x.people, y.people FROM kept.decided d JOIN kept.groups x ON x.description = d.a
JOIN kept.groups y ON y.description = d.b WHERE NOT d.same AND x.people <> y.people
UNION SELECT DISTINCT x.people, y.people FROM kept.records r JOIN kept.records s ON r.source_id = s.source_id
JOIN kept.groups x ON x.description = r.description JOIN kept.groups y ON y.description = s.description
WHERE x.people < y.people AND x.people IN (SELECT people FROM holds) AND y.people IN (SELECT people FROM holds)
ORDER BY ALL
"""
"""Groups that a reviewer, or one row, has for two people."""
_KEEP = f"""
INSERT INTO now_joined SELECT people_a, people_b, a, b, weight, {GRADES} FROM left_over
WHERE people_a = $a AND people_b = $b ORDER BY weight DESC, a, b LIMIT 1
"""
_BEFORE = """
SELECT DISTINCT people FROM kept.groups WHERE description IN (SELECT unnest([a, b]) FROM kept.joined)
"""
"""Groups of today of which exclusion joined somebody before."""
_OVER = """
CREATE OR REPLACE TEMP TABLE over AS
SELECT g.description AS id, s.side, s.people, s.people AS component
FROM sides s JOIN kept.groups g ON g.people = s.people
"""
_LEFT_OVER = f"""
CREATE OR REPLACE TEMP TABLE left_over AS
SELECT least(x.people, y.people) AS people_a, greatest(x.people, y.people) AS people_b, p.a, p.b, p.weight, {GRADES}
FROM scored_over p JOIN over x ON x.id = p.a JOIN over y ON y.id = p.b
"""
_CHANGED = """
WITH ends AS (
    (SELECT people_a, people_b FROM kept.joined EXCEPT SELECT people_a, people_b FROM now_joined)
    UNION ALL (SELECT people_a, people_b FROM now_joined EXCEPT SELECT people_a, people_b FROM kept.joined)
)
SELECT description FROM kept.groups WHERE people IN (SELECT unnest([people_a, people_b]) FROM ends)
"""
_WHOLE = """
CREATE OR REPLACE TEMP TABLE whole AS
SELECT g.description, coalesce(i.top, g.people) AS people
FROM kept.groups g LEFT JOIN into_one i ON i.people = g.people
"""
