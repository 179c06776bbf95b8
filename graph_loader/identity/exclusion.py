"""Feeds that hold each person once: who is left over in two of them is matched by exclusion.

Among those of whom two such feeds each have a record that nothing links yet, a match is far likelier than among all
pairs; how likely is learned from what they weigh. The surest pairs are taken first, each person once.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pyarrow as pa

from graph_loader.identity.cluster import components
from graph_loader.identity.linkage import GRADES, Ints, Linkage
from graph_loader.identity.model import Model
from graph_loader.identity.score import Scorer
from graph_loader.identity.train import log_odds, prevalence

MOST_LEFT = 4_000_000
"""Of more pairs than this that are left over, none is matched so: most of them are strangers then."""
EVIDENCE = 5.0
"""What a pair's own agreement has to weigh (log2), however few are left over."""


def match_left_over(linkage: Linkage, model: Model) -> Ints:
    """Find the groups that exclusion joins, in place of those before; `whole` says then who everyone is.

    Gives the descriptions of groups of which that changed.
    """
    linkage.run(_HOLDS)
    holds: dict[int, set[str]] = {people: set(feeds) for people, feeds in linkage.rows("FROM holds")}
    joined: list[tuple[int, int]] = []
    for one, other in combinations([row[0] for row in linkage.rows("SELECT feed FROM kept.once ORDER BY feed")], 2):
        left = [people for people, feeds in holds.items() if one in feeds and other not in feeds]
        right = [people for people, feeds in holds.items() if other in feeds and one not in feeds]
        if not left or not right or len(left) * len(right) > MOST_LEFT:
            continue
        for a, b in _matches(linkage, model, left, right):
            holds[a] = holds[b] = holds[a] | holds[b]
            joined.append((a, b))
            linkage.run(
                f"INSERT INTO now_joined SELECT people_a, people_b, a, b, weight, {GRADES} FROM left_over "
                "WHERE people_a = $a AND people_b = $b ORDER BY weight DESC, a, b LIMIT 1",
                a=a, b=b,
            )  # fmt: skip
    (changed,) = linkage.numbers(_CHANGED)
    linkage.run("CREATE OR REPLACE TABLE kept.joined AS FROM now_joined")
    ends = np.array(joined, np.int64).reshape(-1, 2)
    names, places = np.unique(ends, return_inverse=True)
    top = components(len(names), *places.reshape(-1, 2).T)
    linkage.lend("into_one", pa.table({"people": names, "top": names[top]}))
    linkage.run(_WHOLE)
    return np.asarray(changed, np.int64)


def _matches(linkage: Linkage, model: Model, left: list[int], right: list[int]) -> list[tuple[int, int]]:
    """Pairs of groups that are likelier one person than not, each group in one; `left_over` says how they agree.

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
    chance = log_odds(model.prevalence)
    found: list[tuple[int, int]] = []
    free, fresh = set(left) | set(right), True
    while fresh:
        rows = [row for row in rows if row[0] in free and row[1] in free]
        sides = len(free.intersection(left)), len(free.intersection(right))
        if not all(sides):
            break
        share = prevalence(
            np.array([weight for _, _, weight in rows]), np.ones(len(rows), np.int64), sides[0] * sides[1],
            model.prevalence,
        )  # fmt: skip
        prior = log_odds(min(share, 1 / (1 + max(sides))))
        fresh = False
        for a, b, weight in rows:
            if weight - chance >= EVIDENCE and weight - chance + prior > 0 and {a, b} <= free:
                free -= {a, b}
                found.append((a, b))
                fresh = True
    return found


_HOLDS = """
CREATE OR REPLACE TEMP TABLE holds AS
SELECT g.people, list(DISTINCT r.feed) AS feeds FROM kept.records r JOIN kept.groups g ON g.description = r.description
WHERE r.feed IN (SELECT feed FROM kept.once) GROUP BY g.people ORDER BY g.people;
CREATE OR REPLACE TEMP TABLE now_joined AS FROM kept.joined LIMIT 0
"""
_OVER = """
CREATE OR REPLACE TEMP TABLE over AS
SELECT g.description AS id, s.side, s.people FROM sides s JOIN kept.groups g ON g.people = s.people
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
