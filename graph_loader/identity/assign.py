"""Who is who: records → people with reasons, behind one seam (`assign`). What was linked before stays, unless new
records or a reviewer speak against it; then what changed is told. What a load costs goes by what it changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from datetime import date
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from graph_loader.errors import Fault, LoadError
from graph_loader.identity.cluster import Known, cluster, components
from graph_loader.identity.decisions import ONE, Decision, decide
from graph_loader.identity.exclusion import match_left_over
from graph_loader.identity.limits import LEAST, MOST_IN_GROUP
from graph_loader.identity.linkage import GRADES, Ints, Linkage
from graph_loader.identity.model import COMPARISONS, Model, two_people, vouched
from graph_loader.identity.people import Moved, Outcome, moves, name_people
from graph_loader.identity.records import Arrivals, Once
from graph_loader.identity.score import Pairs, ScoreAll, Scorer, here
from graph_loader.identity.tokens import Hasher
from graph_loader.identity.train import ENOUGH, train, with_prevalence

ALONE = "first record of this person"
APART = "what is known by now no longer makes them one person"
SAME = "says the same as another record of this person"
THROUGH = "linked through other records of this person"
LEFT_OVER = "the only one left over in both feeds: "
LEARNED = "it was learned in this load"
ESTIMATED = "how many pairs are one person was estimated anew, as there are twice the descriptions"
ANEW = "it was agreed to, or the program compares otherwise than it did, and all records were compared anew"
ALL_FROM = 0.3
"""Where so much of all is to be scored again, all of it is."""
Say = Callable[[str], None]


def assign(
    linkage: Linkage, arrivals: Arrivals, hasher: Hasher, on: date, decisions: Sequence[Decision] = (),
    once: Map[str, Once] = MappingProxyType({}), gone: Sequence[str] = (), say: Say = lambda _: None,
    score_all: ScoreAll = here,
) -> Outcome:  # fmt: skip
    """Link records that arrived with those known; gives what became of people and records that were known.

    Rows in any order give the same people. Parameters are those of the known model; a first model is trained once there
    are enough descriptions (`train.ENOUGH`) to learn from; until then the shipped one is used. Its prevalence is
    estimated anew once there are twice the descriptions. Who moves by that, moves for that reason. `decisions`: all
    that stand; `once`: which feeds hold each person once, or once for each value of which columns; `gone`: source ids
    of records that were taken back; `score_all`: where all pairs are scored, when all are.
    """
    declared = linkage.declare(once)
    ended = linkage.end(gone, on)
    known, changed = linkage.take_in(arrivals, on)
    pinned, told = decide(linkage, decisions)
    changed = np.union1d(changed, pinned)
    count = linkage.count("kept.descriptions")
    if not count:
        return Outcome()
    model = linkage.model = linkage.model or Model.shipped()
    became = ""
    if model.is_shipped and count >= ENOUGH:
        learned = train(linkage.connection, on, say, score_all)
        linkage.model, became = (learned, LEARNED) if learned else (model, "")
    elif model.is_outgrown(count):
        linkage.model = with_prevalence(linkage.connection, model, on, say, score_all)
        became = ESTIMATED
    elif known and not linkage.compared:
        became = ANEW
    say("comparing records")
    if linkage.model is not model:
        linkage.compared, touched = True, np.arange(count)
    else:
        touched = _compare(linkage, model, changed, count, score_all)
    touched = np.union1d(touched, np.fromiter(told, np.int64, len(told)))
    (heard,) = linkage.numbers("SELECT DISTINCT description FROM kept.records WHERE number >= $known", known=known)
    touched = np.arange(count) if declared else np.union1d(touched, ended)
    touched = np.union1d(touched, heard)  # also one that is said once more: of another row, it may be another's
    if not len(touched):
        return Outcome()
    say("gathering records into people")
    outcome = _gather(linkage, linkage.model, hasher, touched, told)
    return outcome.by_another_model(became, told.values()) if became else outcome


def retrain(
    linkage: Linkage, hasher: Hasher, on: date, decisions: Sequence[Decision] = (), say: Say = lambda _: None,
    model: Model | None = None,
) -> Outcome:  # fmt: skip
    """Learn a model from all that is known, or take a given one, and link everything by it; gives what becomes of
    people and records.

    Raises `LoadError` where there is too little to learn from, or enough so that a load would not use the given one.
    """
    _, told = decide(linkage, decisions)
    count = linkage.count("kept.descriptions")
    if count < ENOUGH and not model:
        raise LoadError(
            Fault(
                "TOO_FEW_TO_LEARN", "linkage", f"{count:,} descriptions are known; a model needs {ENOUGH:,}",
                "The model that comes with the program stands for one until then.",
            )
        )  # fmt: skip
    if model and model.is_shipped and count >= ENOUGH:
        raise LoadError(
            Fault(
                "MODEL_SHIPPED", model.id, f"it came with the program; of {count:,} descriptions one is learned",
                "Give one that was learned, or none to learn anew.",
            )
        )  # fmt: skip
    if model:
        return _link_all(linkage, hasher, model, told, on, say)
    learned = train(linkage.connection, on, say)
    if learned is None:
        raise LoadError(
            Fault(
                "NOTHING_TO_LEARN", "linkage", f"of {count:,} descriptions hardly any two are one person's",
                "The model in use stands; learn when other feeds have records of the same people.",
            )
        )  # fmt: skip
    return _gather_all(linkage, hasher, learned, told, say)


def link_anew(
    linkage: Linkage, hasher: Hasher, model: Model, on: date, decisions: Sequence[Decision] = (),
    say: Say = lambda _: None,
) -> Outcome:  # fmt: skip
    """Link all that is known by a model; gives what becomes of people and records."""
    _, told = decide(linkage, decisions)
    return _link_all(linkage, hasher, model, told, on, say)


def _link_all(
    linkage: Linkage, hasher: Hasher, model: Model, told: dict[int, str], on: date, say: Say
) -> Outcome:  # fmt: skip
    if model.is_outgrown(linkage.count("kept.descriptions")):
        model = with_prevalence(linkage.connection, model, on, say)
    else:
        say("comparing records")
        here(linkage.connection, model, "kept.pairs", LEAST)
    return _gather_all(linkage, hasher, model, told, say)


def _gather_all(linkage: Linkage, hasher: Hasher, model: Model, told: dict[int, str], say: Say) -> Outcome:
    """Find anew who is who among all, from pairs that are as a model scores them."""
    linkage.model, linkage.compared = model, True
    say("gathering records into people")
    return _gather(linkage, model, hasher, np.arange(linkage.count("kept.descriptions")), told)


def _gather(
    linkage: Linkage, model: Model, hasher: Hasher, touched: Ints, told: dict[int, str]
) -> Outcome:  # fmt: skip
    """Find anew who is who among the components that are touched, and name them."""
    _group(linkage, model, touched)
    linkage.lend("also", pa.table({"id": match_left_over(linkage, model)}))
    linkage.run(_TOGETHER)
    return _name(linkage, hasher, model, told)


def _compare(linkage: Linkage, model: Model, changed: Ints, count: int, score_all: ScoreAll) -> Ints:
    """Bring the scored pairs up to date. Gives the descriptions at an end of one that is new, changed or gone."""
    if linkage.compared and not len(changed):
        return changed
    if not linkage.compared or len(changed) > ALL_FROM * count:
        score_all(linkage.connection, model, "kept.pairs", LEAST)
        linkage.compared = True
        return np.arange(count)
    Scorer(linkage.connection, model).of(changed, "found")
    again = "SELECT a, b FROM kept.pairs WHERE a IN (SELECT id FROM some_ids) OR b IN (SELECT id FROM some_ids)"
    (found,) = linkage.numbers(
        f"WITH ends AS ({again} UNION ALL SELECT a, b FROM found) "
        "SELECT a AS id FROM ends UNION SELECT b FROM ends UNION SELECT id FROM some_ids"
    )
    linkage.run(
        "DELETE FROM kept.pairs WHERE a IN (SELECT id FROM some_ids) OR b IN (SELECT id FROM some_ids);"
        "INSERT INTO kept.pairs FROM found; DROP TABLE found"
    )
    return np.asarray(found, np.int64)


_THEIRS = """
SELECT number, source_id, role, feed, description, recorded_to IS NULL AS stands FROM kept.records
WHERE description IN"""
_TOGETHER = f"""
CREATE OR REPLACE TEMP TABLE added AS
SELECT description AS id FROM whole WHERE people IN (
    SELECT w.people FROM whole w WHERE w.description IN (FROM members) OR w.description IN (FROM also)
) AND description NOT IN (FROM members);
INSERT INTO members FROM added;
INSERT INTO theirs {_THEIRS} (FROM added);
INSERT INTO within SELECT a, b, weight, {GRADES} FROM kept.pairs WHERE a IN (FROM added) AND b IN (FROM added)
"""
"""Whoever exclusion joins is named with those whom it joins, whether looked at again or not."""


def _group(linkage: Linkage, model: Model, touched: Ints) -> None:
    """Find anew who is one person among the components that are touched; `members` are their descriptions, `theirs` the
    records."""
    linkage.lend("touched", pa.table({"id": touched}))
    linkage.run(
        "CREATE OR REPLACE TEMP TABLE members AS SELECT id FROM touched UNION "
        "SELECT description FROM kept.groups WHERE component IN "
        "(SELECT component FROM kept.groups WHERE description IN (FROM touched));"
        f"CREATE OR REPLACE TEMP TABLE theirs AS {_THEIRS} (FROM members)"
    )
    (ids,) = linkage.numbers("SELECT id FROM members ORDER BY id")

    def among(statement: str) -> Ints:
        """Pairs of places among the members, the lower one first."""
        a, b = linkage.numbers(f"SELECT a, b FROM ({statement}) WHERE a IN (FROM members) AND b IN (FROM members)")
        ends = np.stack([np.minimum(a, b), np.maximum(a, b)], axis=1).astype(np.int64)
        places: Ints = np.searchsorted(ids, ends)
        return places

    same = among("SELECT a, b FROM kept.decided WHERE same")
    found = among("SELECT a, b FROM kept.pairs")
    joined = np.concatenate([found, same])
    component = components(len(ids), joined[:, 0], joined[:, 1])
    within = _within(linkage, model, ids, component, found)
    linkage.lend("gathered", pa.table({"id": ids, "component": component}))
    linkage.run(_DATED)
    linkage.run(vouched("dated", "theirs"))
    apart = np.concatenate([among(one) for one in (_ROWS, _ONCE, _OTHERS)])
    known = Known(apart, same, among("SELECT a, b FROM kept.decided WHERE NOT same"))
    (first,) = linkage.numbers(
        "SELECT row_number() OVER (ORDER BY key, id) AS place FROM kept.descriptions SEMI JOIN members USING (id) "
        "ORDER BY id"
    )
    group = cluster(component, within, known, first)
    groups = pa.table({"description": ids, "component": ids[component], "people": ids[group]})
    linkage.lend("grouping", groups)
    linkage.run(
        "DELETE FROM kept.groups WHERE description IN (FROM members);"
        "INSERT INTO kept.groups FROM grouping ORDER BY description"
    )


_ROWS = (
    "SELECT DISTINCT x.description AS a, y.description AS b FROM theirs x JOIN theirs y "
    "ON x.source_id = y.source_id AND x.description < y.description"
)
"""Pairs of descriptions that one row has of two people."""
_ONCE = f"""
WITH one AS (
    SELECT DISTINCT l.description, l.feed, l.entry, g.component
    FROM listed_once l JOIN gathered g ON g.id = l.description
), small AS (SELECT component FROM gathered GROUP BY component HAVING count(*) BETWEEN 2 AND {MOST_IN_GROUP})
SELECT DISTINCT x.description AS a, y.description AS b FROM one x JOIN one y
ON x.feed = y.feed AND x.entry = y.entry AND x.component = y.component AND x.description < y.description
WHERE x.component IN (FROM small)
"""
"""Pairs of descriptions that one feed has which holds each person once."""
_DATED = """
CREATE OR REPLACE TEMP TABLE dated AS
SELECT id, component FROM gathered SEMI JOIN (
    SELECT component FROM gathered JOIN kept.descriptions USING (id) GROUP BY component HAVING min(birth) <> max(birth)
) USING (component)
"""
"""What hangs together and has several birth dates: nothing else is told apart by them."""
_OTHERS = f"SELECT a, b FROM ({two_people('within')})"
"""Pairs that are two people's; in a component that is too large, those of them that a rule found."""


def _within(linkage: Linkage, model: Model, ids: Ints, component: Ints, found: Ints) -> Pairs:
    """The pairs within each component, in places: all of them; where it is too large, those that a rule `found`, (m, 2)
    places. Where it found all with all, none is to be scored again."""
    sizes = np.bincount(component, minlength=len(ids))[component]
    scored = np.bincount(component[found[:, 0]], minlength=len(ids))[component]
    whole = (sizes > MOST_IN_GROUP) | (scored == sizes * (sizes - 1) // 2)
    small = (sizes > 1) & ~whole
    linkage.lend("grouped", pa.table({"id": ids[small], "component": component[small]}))
    linkage.lend("as_found", pa.table({"id": ids[(sizes > 1) & whole]}))
    if small.any():
        Scorer(linkage.connection, model).inside("within")
    else:
        linkage.run(f"CREATE OR REPLACE TABLE within AS SELECT a, b, weight, {GRADES} FROM kept.pairs LIMIT 0")
    linkage.run(
        f"INSERT INTO within SELECT a, b, weight, {GRADES} FROM kept.pairs "
        "WHERE a IN (FROM as_found) AND b IN (FROM as_found)"
    )
    pairs = Pairs.of(linkage.connection, "SELECT a, b, weight FROM within ORDER BY a, b")
    return Pairs(np.searchsorted(ids, pairs.left), np.searchsorted(ids, pairs.right), pairs.weight)


def _name(linkage: Linkage, hasher: Hasher, model: Model, told: dict[int, str]) -> Outcome:
    """Give the members' records their people, with reasons."""
    linkage.run(_MINE)
    keys = linkage.rows("SELECT people, min(source_id || ':' || role) FROM mine GROUP BY people")
    held = linkage.rows(
        "SELECT before, people, count(*) FILTER (stands), count(*) FROM mine WHERE before IS NOT NULL GROUP BY ALL"
    )

    def taken(names: Sequence[str]) -> set[str]:
        linkage.lend("wanted", pa.table({"id": pa.array(names, pa.string())}))
        return {row[0] for row in linkage.rows("SELECT id FROM kept.people WHERE id IN (FROM wanted)")}

    names = name_people(dict(keys), held, hasher, taken)
    linkage.lend("named", pa.table({"people": pa.array(names, pa.int64()), "person_id": pa.array(names.values())}))
    linkage.run(
        f"CREATE OR REPLACE TEMP TABLE left_over_pairs AS SELECT a, b, weight, {GRADES} FROM kept.joined "
        "ANTI JOIN within w USING (a, b); INSERT INTO within FROM left_over_pairs"
    )
    linkage.run(
        "CREATE OR REPLACE TEMP TABLE doubled AS SELECT description AS id FROM mine GROUP BY id HAVING count(*) > 1"
    )
    Scorer(linkage.connection, model).selves("doubles_weigh", "doubled")
    _word(linkage, "doubles_weigh")
    linkage.run(_SAME, same=SAME)
    _word(linkage, "within")
    linkage.run(_ANEW, model=model.id, decided=ONE, alone=ALONE, through=THROUGH, left_over=LEFT_OVER)
    moved = [
        (before, person, Moved(source, role, because, weight, model.id), description)
        for before, person, source, role, because, weight, description in linkage.rows(
            "SELECT before, person_id, source_id, role, because, match_weight, description "
            "FROM anew WHERE before <> person_id"
        )
    ]
    retold = linkage.connection.execute(_RETOLD).to_arrow_table()
    stays = {row[0] for row in linkage.rows(_STAYS)} if moved else set()
    linkage.run(_LINKED)
    reasons = {
        (one.source, one.role): told.get(of, APART) for _, _, one, of in moved if of in told or one.because == ALONE
    }
    return Outcome(
        moves(((old, new, one) for old, new, one, _ in moved), stays, reasons), retold if len(retold) else None
    )


def _word(linkage: Linkage, pairs: str) -> None:
    """Have in `worded` what each pattern of grades that pairs of a table have says in words."""
    patterns = [row[0] for row in linkage.rows(f"SELECT DISTINCT [{GRADES}] FROM {pairs}")]
    words = [in_words(np.array(pattern, np.int8)) for pattern in patterns]
    linkage.lend(
        "worded", pa.table({"pattern": pa.array(patterns, pa.list_(pa.int8())), "words": pa.array(words, pa.string())})
    )


_MINE = """
CREATE OR REPLACE TEMP TABLE mine AS
WITH linked AS (FROM kept.links SEMI JOIN theirs USING (number))
SELECT r.*, g.people, l.person_id AS before, l.because, l.match_weight, l.model
FROM theirs r JOIN whole g USING (description) LEFT JOIN linked l USING (number)
"""
_SAME = f"""
CREATE OR REPLACE TEMP TABLE same_said AS
SELECT a // 2 AS description, round(weight, 1) AS weight, concat_ws(': ', $same, nullif(words, '')) AS told
FROM doubles_weigh JOIN worded ON pattern = [{GRADES}];
DROP TABLE doubles_weigh
"""
"""What each description of several records would weigh with its double, and in what it agrees."""
_ANEW = f"""
CREATE OR REPLACE TEMP TABLE best AS
WITH inside AS (
    SELECT w.*, [{GRADES}] AS pattern FROM within w JOIN whole x ON x.description = w.a
    JOIN whole y ON y.description = w.b AND y.people = x.people
), ends AS (
    SELECT a AS description, a, b, weight, pattern FROM inside
    UNION ALL SELECT b, a, b, weight, pattern FROM inside
), firsts AS (
    SELECT * FROM ends QUALIFY row_number() OVER (PARTITION BY description ORDER BY weight DESC, a, b) = 1
)
SELECT f.description, round(f.weight, 1) AS weight,
    CASE WHEN o.a IS NOT NULL THEN $left_over ELSE '' END || words AS words
FROM firsts f JOIN worded USING (pattern) LEFT JOIN left_over_pairs o ON o.a = f.a AND o.b = f.b;
CREATE OR REPLACE TEMP TABLE by_word AS
WITH told AS (
    SELECT i.number AS one, j.number AS other FROM given_decisions g
    JOIN stands_for i ON i.source_id = g.left_source AND i.role = g.left_role
    JOIN stands_for j ON j.source_id = g.right_source AND j.role = g.right_role AND j.number <> i.number
    WHERE g.same
)
SELECT x.number, max(w.weight) AS weight FROM (FROM told UNION SELECT other, one FROM told) t
JOIN mine x ON x.number = t.one JOIN mine y ON y.number = t.other AND y.people = x.people
LEFT JOIN within w ON w.a = least(x.description, y.description) AND w.b = greatest(x.description, y.description)
GROUP BY x.number;
CREATE OR REPLACE TEMP TABLE anew AS
WITH size AS (SELECT people, count(DISTINCT description) AS n FROM mine GROUP BY people),
first AS (SELECT description, min(number) AS number FROM mine GROUP BY description), told AS (
    SELECT m.number, m.source_id, m.role, m.description, m.stands, m.before, n.person_id,
        CASE WHEN w.number IS NOT NULL THEN $decided WHEN m.number <> f.number THEN d.told
            WHEN b.words IS NOT NULL THEN b.words WHEN s.n = 1 THEN $alone ELSE $through END AS because,
        CASE WHEN w.number IS NOT NULL THEN round(w.weight, 1) WHEN m.number <> f.number THEN d.weight
            ELSE b.weight END AS match_weight,
        $model AS model, m.because AS said, m.match_weight AS weighed, m.model AS by_model
    FROM mine m JOIN named n ON n.people = m.people JOIN size s ON s.people = m.people
    JOIN first f ON f.description = m.description LEFT JOIN best b ON b.description = m.description
    LEFT JOIN by_word w ON w.number = m.number LEFT JOIN same_said d ON d.description = m.description
)
SELECT * EXCLUDE (said, weighed, by_model) FROM told
WHERE before IS DISTINCT FROM person_id OR said <> because OR by_model <> model
    OR weighed IS DISTINCT FROM match_weight
"""
"""Why each record is its person's, where that is not as it was: what a reviewer said of it, or its best pair within, in
words, and what that weighs. One that says the same as another weighs what that does with its double, which agrees with
it in all that it says."""
_RETOLD = """
SELECT person_id, source_id, role, because, match_weight, model FROM anew
WHERE before = person_id AND stands ORDER BY source_id, role
"""
_STAYS = """
SELECT DISTINCT m.before FROM mine m JOIN named n ON n.people = m.people WHERE m.before = n.person_id
"""
_LINKED = """
INSERT INTO kept.unsettled SELECT number, before FROM anew WHERE before IS DISTINCT FROM person_id;
DELETE FROM kept.links WHERE number IN (SELECT number FROM anew);
INSERT INTO kept.links SELECT number, person_id, because, match_weight, model FROM anew ORDER BY number;
INSERT INTO kept.people SELECT DISTINCT person_id FROM anew ANTI JOIN kept.people p ON p.id = anew.person_id
"""


def in_words(grades: npt.NDArray[np.int8]) -> str:
    """A pair's grades, best first in the order of comparisons; what is not known is left out."""
    told = [one.grades[place].words for one, place in zip(COMPARISONS, grades.tolist(), strict=True) if place >= 0]
    return ", ".join(words for words in told if words)
