"""A model in figures that name nobody: what it gives weight to, what it found, and what it cannot link."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from graph_loader.identity.limits import LEAST
from graph_loader.identity.linkage import GRADES, Linkage
from graph_loader.identity.model import COMPARISONS, Model
from graph_loader.identity.score import Scorer

HIGH = 30.0
"""Weights above this (log2) are counted together."""
SIZES = (1, 2, 3, 5, 10, 20, 50)
EXAMPLES = {"a sure link": 20.0, "a link that is hardly one": LEAST + 1, "a pair just left apart": LEAST + 1}
"""What pairs are told in full, and the weight that they are near."""


@dataclass(frozen=True)
class Bin:
    """Things of which a figure is from `low` on, up to the next bin's."""

    low: float
    count: int
    others: int = 0


@dataclass(frozen=True)
class Step:
    """What one thing adds to a pair's weight (log2)."""

    words: str
    adds: float


@dataclass(frozen=True)
class Between:
    """Of two feeds, or of one and itself: people known to both (whom it has twice), pairs of what they say that are
    linked, that are not though they might be, and what the linked ones weigh on average."""

    feeds: tuple[str, str]
    people: int
    linked: int
    apart: int
    weight: float | None


@dataclass(frozen=True)
class Report:
    """`weights`: pairs by weight, linked and not; `people`: by records; `unlinkable`: descriptions that say so little
    that not even their double would be linked, of `descriptions`; `selves`: all, by what their double would weigh."""

    model: Model
    records: int
    descriptions: int
    weights: list[Bin]
    people: list[Bin]
    selves: list[Bin]
    unlinkable: int
    between: list[Between]
    examples: dict[str, list[Step]]


def report(linkage: Linkage, model: Model) -> Report:
    """Figures of what the newest load left."""
    linkage.run(_WHOSE)
    scorer = Scorer(linkage.connection, model)
    scorer.selves("selves")
    weights = linkage.rows(
        f"SELECT floor(least(weight, {HIGH})) AS low, count(*) FILTER (linked), count(*) FILTER (NOT linked) "
        "FROM seen GROUP BY low ORDER BY low"
    )
    sizes = linkage.rows("SELECT n, count(*) FROM (SELECT count(*) AS n FROM kept.links GROUP BY person_id) GROUP BY n")
    selves = linkage.rows(
        f"SELECT floor(greatest(least(weight, {HIGH}), -10)) AS low, count(*) FROM selves GROUP BY low ORDER BY low"
    )
    ((unlinkable,),) = linkage.rows("SELECT count(*) FROM selves WHERE weight < $least", least=LEAST)
    return Report(
        model=model,
        records=linkage.count("kept.records"),
        descriptions=linkage.count("kept.descriptions"),
        weights=[Bin(low, linked, apart) for low, linked, apart in weights],
        people=[
            Bin(low, sum(count for n, count in sizes if low <= n < high))
            for low, high in zip(SIZES, (*SIZES[1:], np.inf), strict=True)
        ],
        selves=[Bin(low, count) for low, count in selves],
        unlinkable=unlinkable,
        between=[Between((one, other), *rest) for one, other, *rest in linkage.rows(_BETWEEN)],
        examples=_examples(linkage, model),
    )


_WHOSE = """
CREATE OR REPLACE TEMP TABLE whose AS
SELECT r.description, any_value(l.person_id) AS person, list_sort(list(DISTINCT r.feed)) AS feeds
FROM kept.records r JOIN kept.links l USING (number) GROUP BY r.description;
CREATE OR REPLACE TEMP TABLE seen AS
SELECT p.*, x.person = y.person AS linked, x.feeds AS left_feeds, y.feeds AS right_feeds
FROM kept.pairs p JOIN whose x ON x.description = p.a JOIN whose y ON y.description = p.b
"""
_BETWEEN = """
WITH each AS (SELECT DISTINCT person, unnest(feeds) AS feed FROM whose),
shared AS (
    SELECT x.feed AS one, y.feed AS other, count(*) AS people FROM each x JOIN each y ON x.person = y.person
    WHERE x.feed < y.feed GROUP BY ALL
    UNION ALL
    SELECT feed, feed, count(*) FROM (
        SELECT r.feed, l.person_id FROM kept.records r JOIN kept.links l USING (number)
        WHERE r.recorded_to IS NULL GROUP BY ALL HAVING count(*) > 1
    ) GROUP BY feed
), ends AS (
    SELECT least(l, r) AS one, greatest(l, r) AS other, linked, weight FROM (
        SELECT unnest(left_feeds) AS l, right_feeds, linked, weight FROM seen
    ), LATERAL (SELECT unnest(right_feeds) AS r)
), told AS (
    SELECT one, other, count(*) FILTER (linked) AS linked, count(*) FILTER (NOT linked) AS apart,
        avg(weight) FILTER (linked) AS weight
    FROM ends GROUP BY ALL
)
SELECT one, other, coalesce(people, 0), coalesce(linked, 0), coalesce(apart, 0), weight
FROM shared FULL JOIN told USING (one, other) ORDER BY one, other
"""


def _examples(linkage: Linkage, model: Model) -> dict[str, list[Step]]:
    """Pairs in full, the commonest kind near each weight."""
    found = {}
    for name, weight in EXAMPLES.items():
        rows = linkage.rows(
            f"SELECT [{GRADES}] AS pattern, median(weight) AS middle, count(*) AS n FROM seen WHERE linked = $linked "
            "GROUP BY pattern ORDER BY abs(middle - $near) > 2, n DESC, abs(middle - $near), pattern LIMIT 1",
            linked="link" in name, near=weight,
        )  # fmt: skip
        if rows:
            found[name] = waterfall(model, rows[0][0], rows[0][1])
    return found


def waterfall(model: Model, pattern: list[int], weight: float) -> list[Step]:
    """What makes up a pair's weight: how rare matches are at all, each comparison, and how rare the values are."""
    share = model.prevalence
    steps = [Step("any two descriptions", float(np.log2(share / (1 - share))))]
    for one, place in zip(COMPARISONS, pattern, strict=True):
        if place >= 0 and one.grades[place].words:
            m, u = model.probabilities[one.name][place]
            steps.append(Step(one.grades[place].words, float(np.log2(m / u))))
    rest = weight - sum(step.adds for step in steps)
    return [*steps, Step("how rare names and dates are", rest)]
