"""Pairs and their match weights, by Splink on DuckDB, in files of the data directory that end with the work."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from splink import DuckDBAPI, Linker, block_on

from graph_loader.identity.model import COMPARISONS, LEAST, RARE, Comparison, Model, Probabilities, private, settings

WORK = "linking-"
"""Temporary folders are named so, and swept when the next load begins."""
MEMORY = "2GB"
"""What DuckDB may hold; the rest goes to its folder."""
CROWD = 40
"""More people's names than this at one place are an institution, not a household."""
COMMON_SSN = 6
"""More people's names than this under one SSN token, none of them having half, say that it is nobody's."""
MOST_IN_GROUP = 2_000
"""In a larger group, pairs that no rule found are not looked at."""
MOST_TIMES = 4
"""In what is learned from, a description counts as often as records have it, up to this."""


@dataclass(frozen=True)
class Edges:
    """Scored pairs of descriptions: `left` < `right`, `weight` (log2), and each comparison's grade (-1: not known).

    Shapes (n,), (n,), (n,) and (n, comparisons).
    """

    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]
    grades: npt.NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.left)

    def where(self, some: npt.NDArray[np.bool_]) -> Edges:
        return Edges(self.left[some], self.right[some], self.weight[some], self.grades[some])

    def __add__(self, other: Edges) -> Edges:
        both = Edges(
            np.concatenate([self.left, other.left]), np.concatenate([self.right, other.right]),
            np.concatenate([self.weight, other.weight]), np.concatenate([self.grades, other.grades]),
        )  # fmt: skip
        order = np.lexsort((both.right, both.left))
        return Edges(both.left[order], both.right[order], both.weight[order], both.grades[order])

    def save(self, file: Path) -> None:
        columns = {f"grade_{one.name}": self.grades[:, k] for k, one in enumerate(COMPARISONS)}
        with private(file) as stream:
            pq.write_table(pa.table({"left": self.left, "right": self.right, "weight": self.weight} | columns), stream)

    @classmethod
    def read(cls, file: Path) -> Edges:
        table = pq.read_table(file)
        grades = [table.column(f"grade_{one.name}").to_numpy() for one in COMPARISONS]
        left, right, weight = (table.column(name).to_numpy() for name in ("left", "right", "weight"))
        return cls(left, right, weight, np.stack(grades, axis=1))

    @classmethod
    def none(cls) -> Edges:
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), np.empty((0, len(COMPARISONS)), np.int8))


@contextmanager
def workshop(data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB whose overflow goes into a folder of the data directory, readable by its owner, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=WORK, dir=data))
    options: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(folder),
        "memory_limit": MEMORY,
        "threads": os.cpu_count() or 1,
    }
    connection = duckdb.connect(config=options)
    try:
        yield connection
    finally:
        connection.close()
        shutil.rmtree(folder, ignore_errors=True)


def sweep(data: Path) -> None:
    """Take away what work that was cut off left."""
    for folder in data.glob(f"{WORK}*"):
        shutil.rmtree(folder, ignore_errors=True)


def put(connection: duckdb.DuckDBPyConnection, table: pa.Table, before: int = 0) -> npt.NDArray[np.int64]:
    """Make the table `said` of descriptions: crowded places are institutions, SSNs of many names are nobody's,
    and an SSN that several feeds have with one initial is sure.

    Gives the ids to score: those from `before` on, and those before it of which the later ones make something else.
    """
    connection.register("given_descriptions", table)
    for name, some, feeds in (("said", "TRUE", "feeds"), ("said_before", f"id < {before}", "feeds_before")):
        connection.execute(_SAID.format(name=name, some=some, feeds=feeds))
    connection.unregister("given_descriptions")
    found = connection.execute(
        "SELECT s.id FROM said s LEFT JOIN said_before b ON s.id = b.id WHERE b.id IS NULL "
        "OR s.token IS DISTINCT FROM b.token OR s.near IS DISTINCT FROM b.near "
        "OR s.sure IS DISTINCT FROM b.sure OR s.institution IS DISTINCT FROM b.institution ORDER BY s.id"
    ).fetchnumpy()
    connection.execute("DROP TABLE said_before")
    return np.asarray(found["id"], np.int64)


_SAID = f"""
CREATE OR REPLACE TABLE {{name}} AS
WITH d AS (SELECT * FROM given_descriptions WHERE {{some}}),
crowded AS (
    SELECT place FROM d WHERE place IS NOT NULL GROUP BY place
    HAVING count(DISTINCT coalesce(given, '') || '|' || coalesce(family, '')) > {CROWD}
), agreed AS (
    SELECT token, initial FROM (SELECT token, initial, unnest({{feeds}}) AS feed FROM d WHERE token IS NOT NULL)
    WHERE initial IS NOT NULL GROUP BY ALL HAVING count(DISTINCT feed) > 1
), named AS (
    SELECT token, coalesce(initial, '') || '|' || substr(coalesce(family, ''), 1, 2) AS name, count(*) AS times
    FROM d WHERE token IS NOT NULL GROUP BY ALL
), common AS (
    SELECT token FROM named GROUP BY token HAVING count(*) > {COMMON_SSN} AND max(times) < sum(times) / 2
)
SELECT d.* REPLACE (
    CASE WHEN x.token IS NULL THEN d.token END AS token, CASE WHEN x.token IS NULL THEN d.near END AS near,
    CASE WHEN x.token IS NULL THEN d.head END AS head, CASE WHEN x.token IS NULL THEN d.tail END AS tail,
    CASE WHEN c.place IS NULL THEN d.house END AS house, CASE WHEN c.place IS NULL THEN d.road END AS road,
    CASE WHEN c.place IS NULL THEN d.place END AS place, CASE WHEN c.place IS NULL THEN d.home END AS home
), c.place AS institution, a.token IS NOT NULL AS sure
FROM d LEFT JOIN agreed a ON d.token = a.token AND d.initial = a.initial
    LEFT JOIN crowded c ON d.place = c.place LEFT JOIN common x ON d.token = x.token
ORDER BY d.id
"""


def pairs_that_share(connection: duckdb.DuckDBPyConnection, column: str) -> float:
    """How many pairs of descriptions agree in a column."""
    found = connection.execute(
        f"SELECT sum(n * (n - 1.0) / 2) "
        f"FROM (SELECT count(*) AS n FROM said WHERE {column} IS NOT NULL GROUP BY {column})"
    ).fetchall()[0][0]
    return float(found or 0.0)


def distinct(probabilities: Probabilities) -> Probabilities:
    """The same, no two grades of a comparison, nor a pair not known, weighing exactly as much: weights tell grades."""
    told: Probabilities = {}
    for name, grades in probabilities.items():
        seen = {0.0}
        told[name] = []
        for m, u in grades:
            while round(np.log2(m / u), 6) in seen:
                m *= 1 - 1e-5
            seen.add(round(np.log2(m / u), 6))
            told[name].append((m, u))
    return told


def _grade(one: Comparison, worth: Sequence[tuple[float, float]]) -> str:
    """SQL that tells a pair's grade by what it weighs, as Splink gives grades only with all columns of both sides."""
    cases = " ".join(
        f"WHEN abs(mw_{one.name} - ({np.log2(m / u)!r})) < 4e-7 THEN {place}" for place, (m, u) in enumerate(worth)
    ).replace("np.float64", "")
    return f"(CASE {cases} ELSE -1 END)::TINYINT AS grade_{one.name}"


class Scorer:
    """Scores pairs of the descriptions in `said` under a frozen model."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, model: Model) -> None:
        self._connection = connection
        self._api = DuckDBAPI(connection)
        connection.register("given_terms", model.terms)
        worth = distinct(model.probabilities)
        self._grades = ", ".join(_grade(one, worth[one.name]) for one in COMPARISONS)
        creator = settings(worth, model.prevalence)
        self._linker = Linker(
            self._api.register("said", table_name="every"), creator, log_level=logging.ERROR, validate_settings=False
        )
        for column in dict.fromkeys(RARE):
            connection.execute(
                f"CREATE OR REPLACE TABLE terms_{column} AS SELECT value AS {column}, frequency AS tf_{column} "
                'FROM given_terms WHERE "column" = ?',
                [column],
            )
            terms = self._api.register(f"terms_{column}", table_name=f"frequencies_{column}")
            self._linker.table_management.register_term_frequency_lookup(terms, column)

    def all(self, floor: float = LEAST) -> Edges:
        """Every pair that a blocking rule finds."""
        found = self._linker.inference.predict_within(
            self._api.register("said", table_name="all_of_them"), threshold_match_weight=floor, warning_mode="never"
        )
        return self._edges(found.physical_name)

    def of(self, some: npt.NDArray[np.int64]) -> Edges:
        """Every such pair with one of these descriptions in it."""
        self._connection.register("given_ids", pa.table({"id": some}))
        self._connection.execute(
            "CREATE OR REPLACE TABLE fresh AS SELECT * FROM said WHERE id IN (SELECT id FROM given_ids)"
        )
        self._connection.execute(
            "CREATE OR REPLACE TABLE rest AS SELECT * FROM said WHERE id NOT IN (SELECT id FROM given_ids)"
        )
        self._connection.unregister("given_ids")
        fresh, rest = (self._api.register(name, table_name=f"{name}_ones") for name in ("fresh", "rest"))
        within = self._linker.inference.predict_within(fresh, threshold_match_weight=LEAST, warning_mode="never")
        between = self._linker.inference.predict_between(
            rest, fresh, threshold_match_weight=LEAST, warning_mode="never"
        )
        return self._edges(within.physical_name) + self._edges(between.physical_name)

    def inside(self, groups: npt.NDArray[np.int64], some: npt.NDArray[np.bool_]) -> Edges:
        """Every pair within a group, found by a rule or not. `groups`: of all; `some`: look at these alone."""
        sizes = np.bincount(groups, minlength=len(groups))
        wanted = np.flatnonzero(some & (sizes[groups] > 1) & (sizes[groups] <= MOST_IN_GROUP))
        if not len(wanted):
            return Edges.none()
        self._connection.register("given_groups", pa.table({"id": wanted, "component": groups[wanted]}))
        self._connection.execute(
            "CREATE OR REPLACE TABLE grouped AS SELECT s.*, g.component FROM said s JOIN given_groups g USING (id)"
        )
        self._connection.unregister("given_groups")
        found = self._linker.inference.predict_within(
            self._api.register("grouped", table_name=f"grouped_{len(wanted)}"),
            blocking_rules_to_generate_predictions=[block_on("component")], warning_mode="never",
        )  # fmt: skip
        return self._edges(found.physical_name)

    def patterns(self, column: str, most: float) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int64]]:
        """How pairs that share a column's value agree: distinct patterns of grades (-1: not known), their counts.

        Of a column with more than `most` pairs, a part of its values, the same one each time.
        """
        share = min(1.0, most / max(pairs_that_share(self._connection, column), 1.0))
        self._connection.execute(
            f"CREATE OR REPLACE TABLE block AS SELECT s.* REPLACE (s.id * {MOST_TIMES} + k.k AS id) "
            f"FROM said s, LATERAL (SELECT unnest(range(least(s.times, {MOST_TIMES}))) AS k) k "
            f"WHERE {column} IS NOT NULL AND ('0x' || substr(md5({column}), 1, 6))::BIGINT < {int(share * 16**6)}"
        )
        found = self._linker.inference.predict_within(
            self._api.register("block", table_name=f"block_{column}"),
            blocking_rules_to_generate_predictions=[block_on(column)], warning_mode="never",
        )  # fmt: skip
        rows = self._connection.execute(
            f'SELECT {self._grades}, count(*) FROM "{found.physical_name}" GROUP BY ALL ORDER BY ALL'
        ).fetchall()
        grades = np.array([row[:-1] for row in rows], dtype=np.int8).reshape(-1, len(COMPARISONS))
        return grades, np.array([row[-1] for row in rows], dtype=np.int64)

    def _edges(self, table: str) -> Edges:
        found = self._connection.execute(
            f"SELECT least(id_l, id_r) AS a, greatest(id_l, id_r) AS b, round(match_weight, 4) AS w, {self._grades} "
            f'FROM "{table}" ORDER BY a, b'
        ).fetchnumpy()
        each = [np.asarray(found[f"grade_{one.name}"], np.int8) for one in COMPARISONS]
        return Edges(
            np.asarray(found["a"], np.int64), np.asarray(found["b"], np.int64), np.asarray(found["w"], np.float64),
            np.stack(each, axis=1) if len(each[0]) else np.empty((0, len(COMPARISONS)), np.int8),
        )  # fmt: skip
