"""Learn the model's probabilities from the records themselves, without labels; the same records give the same model.

1. `u` of each grade: over all pairs of some thousand descriptions, chosen by a hash of what they say; of addresses, of
   all.
2. `m`: expectation maximisation within blocks: of one SSN token; of one birth date; of one address. The last also says
   how often members of one household carry the SSN of another.
3. Prevalence: so that the pairs found are expected to hold as many matches as their weights say. It alone is estimated
   anew once there are twice the descriptions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import replace
from datetime import date

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph_loader.identity.limits import LEAST
from graph_loader.identity.model import (
    COMPARISONS,
    NEVER,
    PREVALENCE,
    RARE,
    Comparison,
    Model,
    Probabilities,
    graded,
    log_odds,
    no_terms,
)
from graph_loader.identity.score import (
    DECIMALS,
    MOST_TIMES,
    STEP,
    ScoreAll,
    Scorer,
    here,
    pairs_that_share,
)

ENOUGH = 500
"""Fewer descriptions than this train nothing: the shipped model stands for them."""
SAMPLE = 1_600
PAIRS = 3e6
"""Pairs of a block that expectation maximisation looks at, at most."""
OTHER_SSN = 0.01
"""How often two records of one person carry SSNs with nothing in common, where learning cannot tell it from kin."""
SURE = 0.02
"""Of pairs of one person whose SSNs have nothing in common, so many have two that several sources vouch for."""
PART = 0.4
"""Of numbers that are not near each other, so many have a part in common."""
RELATED = 0.02
"""How far a grade of `family_home` that was never seen counts as one of which both halves were."""
STRANGERS = 1e-6
"""How often two of one first name, who are not one person, carry one SSN."""
TWINS = 0.06
"""How many who share an address and a name, but not the first, share a birth date, at least: of a thousand live
births, 31 are of twins (CDC, National Vital Statistics Reports 73-2, births of 2022). Counted twice, as to make one of
two is worse than to leave one apart."""
MOST_TWINS = 0.1
BORROWED = 0.02
"""How many members of one household share a birth date, or carry another's SSN, at most: where all who share an address
are one person, learning finds no others and takes badly written records for them."""
FEWEST_OTHERS = 0.01
"""Of pairs that share an address, so many are of different people, at least."""
AT_HOME = (0.55, 0.05, 0.05, 0.35)
"""How last names agree among different people at one address: what is assumed until a sample says otherwise."""
SEEN = 20.0
"""So many pairs seen count as much as that."""
ASSUMED = 20.0
"""So many pairs of one person count as much as what the shipped model assumes of them."""
DIGITS = 6
ROUNDS = 200
FAR = -10.0
"""Pairs below this weight add nothing to how many are expected to be one person."""
FEW = 200
"""Fewer pairs than this teach nothing."""
BLOCKS = {"place": True, "token": False, "birth": False}
"""Blocks to learn from, by the column that their pairs share; whether different people in them are no strangers."""
TAUGHT = {
    "token": ("first", "middle", "birth", "sex", "family_home", "institution", "zip"),
    "birth": ("family_home", "zip"),
    "place": ("ssn", "first", "middle", "birth", "sex"),
}
"""Which comparisons each block teaches."""

Grades = dict[str, list[tuple[float, float]]]
Say = Callable[[str], None]


def train(
    connection: duckdb.DuckDBPyConnection, on: date, say: Say = lambda _: None, score_all: ScoreAll = here
) -> Model | None:
    """A model of the descriptions in `said`; `kept.pairs` are then as it scores them. Bytes of its parameters depend on
    the descriptions alone. None where hardly anybody is there twice, so that nothing can be learned."""
    say("how often strangers agree")
    chance = _chance(connection)
    scorer = Scorer(connection, _naive(chance))
    learned: dict[str, Grades] = {}
    for column, free in BLOCKS.items():
        say(f"how often records of one person agree, among those of one {column}")
        patterns, counts = scorer.patterns(column, PAIRS)
        left_out = [_shares(one, column) for one in COMPARISONS]
        if counts.sum() < FEW:
            learned[column] = {}
            continue
        learned[column], share = learn(patterns, counts, chance, left_out, free=False)
        if free:
            others = (1 - share) * counts.sum()  # fewer teach nothing, and records of one would be taken for them
            if others >= FEW or not _of_people(learned[column]):
                learned[column], share = learn(patterns, counts, chance, left_out, free=True)
        if share * counts.sum() < ASSUMED or not _of_people(learned[column]):
            learned[column], share = {}, 0.0  # there is hardly anybody twice, or kin were taken for such
        if free:
            _only_of_others(chance, share)
    if not any(learned.values()):
        return None
    worth: Probabilities = {}
    for one in COMPARISONS:
        worth[one.name] = [(_rounded(m), _rounded(u)) for m, u in _worth(one, chance, learned)]
    terms = terms_of(connection)
    count = int(connection.execute("SELECT count(*) FROM said").fetchall()[0][0])
    of = f"{count} descriptions, {digest_of(connection)}, as {settings_of_learning()} learns"
    model = Model(worth, PREVALENCE, on.isoformat(), of, terms, count)
    return _with_prevalence(connection, model, say, score_all)


def with_prevalence(
    connection: duckdb.DuckDBPyConnection, model: Model, on: date, say: Say = lambda _: None,
    score_all: ScoreAll = here,
) -> Model:  # fmt: skip
    """The model with the prevalence of the descriptions in `said`; `kept.pairs` are then as it scores them."""
    count = int(connection.execute("SELECT count(*) FROM said").fetchall()[0][0])
    of = f"{count} descriptions, {digest_of(connection)}, of {on}"
    return _with_prevalence(connection, replace(model, size=count, prevalence_of=of), say, score_all)


def _with_prevalence(connection: duckdb.DuckDBPyConnection, model: Model, say: Say, score_all: ScoreAll) -> Model:
    say("how many pairs are one person")
    count = model.size
    score_all(connection, replace(model, prevalence=PREVALENCE), "kept.scored", FAR)
    share = prevalence(*_spread(connection), count * (count - 1) / 2, PREVALENCE)
    estimated = replace(model, prevalence=share)
    if estimated.shift > LEAST - FAR:  # of few and dense descriptions, pairs far below count by it
        connection.execute("DROP TABLE kept.scored")
        score_all(connection, estimated, "kept.pairs", LEAST)
        return estimated
    connection.execute(
        f"CREATE OR REPLACE TABLE kept.pairs AS SELECT * FROM ("
        f"SELECT * REPLACE (round(weight + {estimated.shift!r}, {DECIMALS}) AS weight) FROM kept.scored"
        f") WHERE weight >= {LEAST}"
    )
    connection.execute("DROP TABLE kept.scored")
    return estimated


OWN = 20
"""More others than these who are likely the same person count as so many in how many pairs are one person's."""
_SPREAD = f"""
WITH ends AS (
    SELECT a AS id FROM kept.scored WHERE weight >= 0 UNION ALL SELECT b FROM kept.scored WHERE weight >= 0
), many AS (SELECT id, count(*) AS n FROM ends GROUP BY id HAVING n > {OWN})
SELECT round(weight / {STEP}) AS step, sum(
    CASE WHEN weight >= 0 THEN ({OWN}::DOUBLE / greatest(coalesce(x.n, {OWN}), coalesce(y.n, {OWN}))) ** 2 ELSE 1.0 END
) AS n
FROM kept.scored p LEFT JOIN many x ON x.id = p.a LEFT JOIN many y ON y.id = p.b GROUP BY step ORDER BY step
"""


def _spread(connection: duckdb.DuckDBPyConnection) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """What scored pairs weigh, to the nearest `STEP`, and how many there are of each; those of a description that is
    likely one person's with more than `OWN` others count as so many together: one person whom thousands of rows
    describe, each in another way, says nothing of how many pairs of the rest are one person's."""
    rows = connection.execute(_SPREAD).fetchnumpy()
    return np.asarray(rows["step"], np.float64) * STEP, np.asarray(rows["n"], np.float64)


def prevalence(weights: npt.NDArray[np.float64], times: npt.NDArray[np.float64], pairs: float, assumed: float) -> float:
    """The share of so many pairs that is expected to be one person, from what they weigh under an assumed one."""
    evidence = weights - log_odds(assumed)
    share = assumed
    for _ in range(100):
        odds = log_odds(share) + evidence
        expected = float((times / (1 + np.exp2(-np.clip(odds, -60, 60)))).sum())
        after = min(max(expected / pairs, 1 / pairs), 0.5)
        if abs(after - share) < 1e-4 * share:
            break
        share = after
    return _rounded(share)


def _chance(connection: duckdb.DuckDBPyConnection) -> dict[str, list[float]]:
    """`u` of each grade over a sample's pairs; of grades at one address, scaled to how often all pairs share one."""
    connection.execute(
        "CREATE OR REPLACE TABLE sampled AS SELECT * FROM said "
        f"ORDER BY md5(concat_ws(chr(31), given, middle, family, birth, sex, zip, road, house)), id LIMIT {SAMPLE}"
    )
    patterns = _patterns_of_all(connection)
    chance = {}
    for one in COMPARISONS:
        place = patterns[f"grade_{one.name}"]
        known = place >= 0
        pairs = np.bincount(place[known], patterns["n"][known], minlength=len(one.grades))
        chance[one.name] = (pairs / max(pairs.sum(), 1)).tolist()
    home = _share_of_pairs(connection, "home")
    for half, share in ((0, home), (1, max(_share_of_pairs(connection, "place") - home, NEVER))):
        grades = slice(half * len(AT_HOME), (half + 1) * len(AT_HOME))
        seen = np.array(chance["family_home"][grades]) * SAMPLE * (SAMPLE - 1) / 2
        mixed = (seen + SEEN * np.array(AT_HOME)) / (seen.sum() + SEEN)
        chance["family_home"][grades] = [float(share * part) for part in mixed]
    return chance


def _of_people(learned: Grades) -> bool:
    """Whether what was learned may be of one person's records: their first names mostly agree."""
    return learned["first"][-1][0] < 0.5  # the last grade: they differ


def _patterns_of_all(connection: duckdb.DuckDBPyConnection) -> dict[str, npt.NDArray[np.int64]]:
    """How all pairs of `sampled` agree: distinct patterns, a grade of each comparison, and how many there are, `n`."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE two AS SELECT l.id AS a, r.id AS b FROM sampled l JOIN sampled r ON l.id < r.id"
    )  # as a table of its own, so that its parts are gone through side by side
    columns = [row[0] for row in connection.execute("DESCRIBE sampled").fetchall()]
    both = ", ".join(f"{side}.{name} AS {name}_{side}" for name in columns for side in "lr")
    found = connection.execute(
        f"WITH pairs AS (SELECT {both} FROM two JOIN sampled l ON l.id = two.a JOIN sampled r ON r.id = two.b) "
        f"SELECT {', '.join(graded(one) for one in COMPARISONS)}, count(*) AS n FROM pairs GROUP BY ALL"
    ).fetchnumpy()
    connection.execute("DROP TABLE two")
    return {name: np.asarray(values, np.int64) for name, values in found.items()}


def _only_of_others(chance: dict[str, list[float]], one_person: float) -> None:
    """Of pairs that share an address, leave out those of one person: `u` is of different people."""
    at_home = slice(0, 2 * len(AT_HOME))
    others = max(1 - one_person, FEWEST_OTHERS)
    chance["family_home"][at_home] = [others * u for u in chance["family_home"][at_home]]


def _share_of_pairs(connection: duckdb.DuckDBPyConnection, column: str) -> float:
    """The share of all pairs of descriptions that agree in a column."""
    count = float(connection.execute("SELECT count(*) FROM said").fetchall()[0][0])
    return max(pairs_that_share(connection, column) / (count * (count - 1) / 2), NEVER)


def _naive(chance: Map[str, list[float]]) -> Model:
    """What is assumed before anything is learned: the better a grade, the likelier it is of one person."""
    worth = {
        one.name: [(m, max(u, NEVER)) for m, u in zip(_assumed(one), chance[one.name], strict=True)]
        for one in COMPARISONS
    }
    return Model(worth, PREVALENCE, "", "", no_terms())


def _assumed(one: Comparison) -> npt.NDArray[np.float64]:
    """How records of one person agree, before anything is learned: as the shipped model has it; sums to 1."""
    grades = len(one.grades)
    if one.name == "ssn":  # its grades are not one distribution there, see `_ssn`
        return np.concatenate([[0.8], np.full(grades - 1, 0.2 / (grades - 1))])
    ms = np.array([m for m, _ in Model.shipped().probabilities[one.name]])
    if one.name == "birth":  # there, the second holds the first as well
        ms[1] = max(ms[1] - ms[0], NEVER)
    assumed: npt.NDArray[np.float64] = ms / ms.sum()
    return assumed


def _shares(one: Comparison, column: str) -> bool:
    """Whether a comparison looks at what a block has in common, so that the block says nothing of it."""
    return (
        one.name
        in {"token": ("ssn",), "birth": ("birth", "birth_rare"), "place": ("family_home", "institution", "zip")}[column]
    )


def learn(
    patterns: npt.NDArray[np.int8], counts: npt.NDArray[np.int64], chance: Map[str, list[float]], left_out: list[bool],
    *, free: bool,
) -> tuple[Grades, float]:  # fmt: skip
    """Expectation maximisation of two kinds of pairs over their patterns of grades.

    `patterns`: (n, comparisons), the place of each grade, -1 where not known; `counts`: (n,). `free`: what different
    people agree in is learned as well, as those of a block are no strangers. What is assumed of people weighs as much
    as `ASSUMED` pairs, of strangers as one. Gives what is learned, and the share of pairs that are one person.
    """
    used = [k for k in range(len(COMPARISONS)) if not left_out[k]]
    m0 = {k: ASSUMED * _assumed(COMPARISONS[k]) for k in used}
    u0 = {k: np.maximum(np.array(chance[COMPARISONS[k].name]), NEVER) for k in used}
    m, u, share = {k: m0[k] / ASSUMED for k in used}, dict(u0), 0.5
    for _ in range(ROUNDS):
        odds = np.full(len(counts), np.log2(share / (1 - share)))
        for k in used:
            worth = np.append(np.log2(m[k] / u[k]), 0.0)  # the last one stands for what is not known
            odds += worth[patterns[:, k]]
        one_person = counts / (1 + np.exp2(-np.clip(odds, -100, 100)))
        before, share = share, float(np.clip(one_person.sum() / max(counts.sum(), 1), 1e-4, 1 - 1e-4))
        for k in used:
            m[k] = _fractions(patterns[:, k], one_person, m0[k])
            if free:
                u[k] = _fractions(patterns[:, k], counts - one_person, u0[k])
        if abs(share - before) < 1e-6:
            break
    return {COMPARISONS[k].name: list(zip(m[k].tolist(), u[k].tolist(), strict=True)) for k in used}, share


def _fractions(
    grades: npt.NDArray[np.int8], weights: npt.NDArray[np.float64], assumed: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    known = grades >= 0
    found = np.bincount(grades[known], weights[known], minlength=len(assumed)) + assumed
    fractions: npt.NDArray[np.float64] = found / found.sum()
    return fractions


MOST_ALIKE = 0.999
"""That strangers share a value is taken to be no likelier, also where all that is known is one value."""


def _worth(one: Comparison, chance: dict[str, list[float]], learned: dict[str, Grades]) -> list[tuple[float, float]]:
    """(m, u) of each grade of a comparison."""
    if one.name.endswith("_rare"):
        same = min(max(chance[one.name][0], NEVER), MOST_ALIKE)
        return [(same, same), (1 - same, 1 - same)]
    if one.name == "ssn":
        assumed = [(float(m), u) for m, u in zip(_assumed(one), chance["ssn"], strict=True)]
        return _ssn(learned["place"].get("ssn", assumed), chance["ssn"])
    taught = [learned[block][one.name] for block in BLOCKS if one.name in TAUGHT[block] and learned[block]]
    taught = taught or [[(float(m), 0.0) for m in _assumed(one)]]
    ms = [float(np.mean([grades[i][0] for grades in taught])) for i in range(len(one.grades))]
    us = [max(u, NEVER) for u in chance[one.name]]
    if one.name == "family_home":
        ms, us = _never_seen(one, ms, RELATED), _never_seen(one, us, 1.0)
    if one.name == "birth":
        ms[1] = ms[0] + ms[1]  # whether the first name agrees is weighed elsewhere, see `_ssn`
        at_home = learned["place"].get("birth")
        us[1] = min(max(at_home[1][1], TWINS), MOST_TWINS) if at_home else TWINS
    worth = [(max(m, grade.least), u) for m, u, grade in zip(ms, us, one.grades, strict=True)]
    if one.name == "family_home":
        return worth
    shipped = Model.shipped().probabilities[one.name]  # what no strangers have here is rare, but not beyond measure
    return [pair if u > 0 else known for pair, known, u in zip(worth, shipped, chance[one.name], strict=True)]


def _ssn(home: list[tuple[float, float]], chance: list[float]) -> list[tuple[float, float]]:
    """Whether the first name agrees is weighed elsewhere: here, it decides among whom a same SSN is that rare.

    Strangers of one first name hardly ever share an SSN; members of one household do, one carrying another's.
    """
    _, unnamed, dated, others, near, part, both, other = range(8)
    m, u = ([grade[i] for grade in home] for i in (0, 1))
    u[unnamed], u[others] = min(u[unnamed], BORROWED), min(u[others], BORROWED)
    u[dated] = min(u[dated], BORROWED * MOST_TWINS)
    whole = min(max(sum(m[: others + 1]), 0.5), 0.99)
    off = max(m[near], 1e-3)
    rest = max(1 - whole - off, OTHER_SSN)
    borrowed, parts = max(u[others], 1e-4), max(chance[part], u[part], 1e-4)
    apart, sure = min(rest * (1 - PART / 2), OTHER_SSN), max(chance[both], 1e-3)
    return [
        (whole, STRANGERS), (whole, max(u[unnamed], borrowed / 2)), (whole, max(u[dated], borrowed * TWINS)),
        (whole, borrowed),
        (off, max(u[near], 1e-6)), (max(m[part], rest * PART / 2), parts),
        (apart * SURE, sure), (apart * (1 - SURE), max(chance[other], 1e-3)),
    ]  # fmt: skip


def _never_seen(one: Comparison, values: list[float], share: float) -> list[float]:
    """At least a share of what both halves of a grade say, taken as independent."""
    halves = [grade.words.split(", ") for grade in one.grades]

    def of(half: int, words: str) -> float:
        return sum(value for value, pair in zip(values, halves, strict=True) if pair[half] == words)

    return [
        max(value, share * of(0, family) * of(1, home)) for value, (family, home) in zip(values, halves, strict=True)
    ]


def terms_of(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """How frequent each value is among those known."""
    parts = " UNION ALL ".join(
        f"SELECT '{column}' AS \"column\", {column} AS value, count(*) / sum(count(*)) OVER () AS frequency "
        f"FROM said WHERE {column} IS NOT NULL GROUP BY {column}"
        for column in dict.fromkeys(RARE)
    )
    return connection.execute(f"SELECT * FROM ({parts}) ORDER BY ALL").to_arrow_table()


def settings_of_learning() -> str:
    """Names this version of how a model is learned: every constant that it goes by."""
    constants: dict[str, object] = {name: value for name, value in globals().items() if name.isupper()}
    constants |= {"MOST_TIMES": MOST_TIMES, "STEP": STEP, "the shipped model": Model.shipped().id}
    return hashlib.sha256(repr(sorted(constants.items())).encode()).hexdigest()[:12]


def digest_of(connection: duckdb.DuckDBPyConnection) -> str:
    """Names what the model was trained on."""
    found = connection.execute("SELECT bit_xor(md5_number(said::VARCHAR)) FROM said").fetchall()
    return f"{found[0][0] or 0:032x}"[:12]


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
