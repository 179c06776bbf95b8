"""Pairs and their match weights, by Splink on DuckDB."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from splink import DuckDBAPI, Linker, block_on

from graph_loader.identity.limits import LEAST
from graph_loader.identity.model import COMPARISONS, RARE, Comparison, Model, Probabilities, settings

AT_A_TIME = 1_000_000
"""So many descriptions are held against all others at a time."""
MOST_TIMES = 4
"""In what is learned from, a description counts as often as records have it, up to this."""
STEP = 0.01
"""Weights are counted to this (log2)."""
DECIMALS = 4
"""Weights are kept to so many."""


ScoreAll = Callable[[duckdb.DuckDBPyConnection, Model, str, float], None]
"""Scores every pair of `said` that a rule finds, into a table, down to a weight."""


@dataclass(frozen=True)
class Pairs:
    """Scored pairs of descriptions: `left` < `right`, `weight` (log2). Shapes (n,)."""

    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    weight: npt.NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.left)

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, statement: str) -> Pairs:
        """From a query of (a, b, weight)."""
        found = connection.execute(statement).fetchnumpy()
        return cls(
            np.asarray(found["a"], np.int64), np.asarray(found["b"], np.int64), np.asarray(found["weight"], np.float64)
        )


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


def grade(one: Comparison, worth: Sequence[tuple[float, float]]) -> str:
    """SQL that tells a pair's grade by what it weighs, as Splink gives grades only with all columns of both sides."""
    cases = " ".join(
        f"WHEN abs(mw_{one.name} - ({np.log2(m / u)!r})) < 4e-7 THEN {place}" for place, (m, u) in enumerate(worth)
    ).replace("np.float64", "")
    return f"CAST(CASE {cases} ELSE -1 END AS TINYINT) AS grade_{one.name}"


def weight(model: Model) -> str:
    """SQL of what a pair weighs by a model, of what Splink makes it."""
    return f"round(round(match_weight, {DECIMALS}) + {model.shift!r}, {DECIMALS})"


def threshold(model: Model, least: float) -> float:
    """Below which no pair weighs so much by a model, as Splink counts."""
    return least - model.shift - float(10**-DECIMALS)


class Scorer:
    """Scores pairs of the descriptions in `said` under a frozen model, into tables (a, b, weight, a grade of each
    comparison)."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, model: Model) -> None:
        self._connection = connection
        self._api = DuckDBAPI(connection)
        connection.register("given_terms", model.terms)
        worth = distinct(model.probabilities)
        self._grades = ", ".join(grade(one, worth[one.name]) for one in COMPARISONS)
        self._weight, self._least = weight(model), partial(threshold, model)
        creator = settings(worth)
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

    def all(self, into: str, least: float = LEAST) -> None:
        """Every pair that a blocking rule finds and that weighs `least` or more; so many at a time as memory holds."""
        ((count,),) = self._connection.execute("SELECT count(*) FROM said").fetchall()
        parts = -(-count // AT_A_TIME) or 1
        for part in range(1, parts + 1):
            inference, above = self._linker.inference, self._least(least)
            found = (
                inference.predict_chunk(left_chunk=(part, parts), right_chunk=(1, 1), threshold_match_weight=above)
                if parts > 1
                else inference.predict(threshold_match_weight=above)
            )
            begin = f"CREATE OR REPLACE TABLE {into} AS" if part == 1 else f"INSERT INTO {into}"
            self._keep(found.physical_name, begin, least)

    def of(self, some: npt.NDArray[np.int64], into: str) -> None:
        """Every such pair with one of these descriptions in it."""
        self._connection.register("given_ids", pa.table({"id": some}))
        self._connection.execute("CREATE OR REPLACE TEMP TABLE some_ids AS SELECT id FROM given_ids")
        self._connection.unregister("given_ids")
        self._connection.execute(
            "CREATE OR REPLACE VIEW fresh AS SELECT * FROM said WHERE id IN (SELECT id FROM some_ids)"
        )
        every, fresh = (self._api.register(name, table_name=f"{name}_between") for name in ("said", "fresh"))
        found = self._linker.inference.predict_between(
            every, fresh, threshold_match_weight=self._least(LEAST), warning_mode="never"
        )
        once = "NOT (id_l >= id_r AND id_l IN (SELECT id FROM some_ids))"  # two of them are found from either side
        self._keep(found.physical_name, f"CREATE OR REPLACE TABLE {into} AS", LEAST, once)

    def inside(self, into: str) -> None:
        """Every pair of the table `grouped` (id, component) that is of one component, found by a rule or not."""
        self._connection.execute(
            "CREATE OR REPLACE VIEW together AS SELECT s.*, g.component FROM said s JOIN grouped g ON g.id = s.id"
        )
        self._within("together", into, blocking_rules_to_generate_predictions=[block_on("component")])

    def between(self, table: str, into: str) -> None:
        """Every pair of one side and the other of a table (id, side), found by a rule or not."""
        sides = []
        for side in (0, 1):
            self._connection.execute(
                f"CREATE OR REPLACE VIEW side_{side} AS SELECT s.*, 1 AS every FROM said s "
                f"JOIN {table} t ON t.id = s.id WHERE t.side = {side}"
            )
            sides.append(self._api.register(f"side_{side}", table_name=f"{into}_side_{side}"))
        found = self._linker.inference.predict_between(
            *sides, blocking_rules_to_generate_predictions=[block_on("every")], warning_mode="never"
        )
        self._keep(found.physical_name, f"CREATE OR REPLACE TABLE {into} AS")

    def selves(self, into: str, of: str = "said") -> None:
        """What each description of a table (id) would weigh with its double: 2 id and 2 id + 1."""
        self._connection.execute(
            "CREATE OR REPLACE VIEW doubles AS SELECT s.* REPLACE (2 * s.id + k AS id), s.id AS component "
            f"FROM said s SEMI JOIN {of} o ON o.id = s.id, range(2) twice(k)"
        )
        self._within("doubles", into, blocking_rules_to_generate_predictions=[block_on("component")])

    def patterns(self, column: str, most: float) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int64]]:
        """How pairs that share a column's value agree: distinct patterns of grades (-1: not known), their counts.

        Of a column with more than `most` pairs, a part of its values, the same one each time.
        """
        self._connection.execute(
            "CREATE OR REPLACE TEMP TABLE told AS SELECT description AS id, "
            f"least(count(*), {MOST_TIMES}) AS n FROM kept.records GROUP BY description"
        )
        pairs = self._connection.execute(
            "SELECT sum(n * (n - 1.0) / 2) FROM "
            f"(SELECT sum(t.n) AS n FROM said JOIN told t USING (id) WHERE {column} IS NOT NULL GROUP BY {column})"
        ).fetchall()[0][0]
        share = min(1.0, most / max(pairs or 0.0, 1.0))
        self._connection.execute(
            f"CREATE OR REPLACE TEMP TABLE block AS SELECT s.* REPLACE (s.id * {MOST_TIMES} + k.k AS id) "
            "FROM said s JOIN told t ON t.id = s.id, LATERAL (SELECT unnest(range(t.n)) AS k) k "
            f"WHERE {column} IS NOT NULL AND ('0x' || substr(md5({column}), 1, 6))::BIGINT < {int(share * 16**6)}"
        )
        found = self._linker.inference.predict_within(
            self._api.register("block", table_name=f"block_{column}"),
            blocking_rules_to_generate_predictions=[block_on(column)], warning_mode="never",
        )  # fmt: skip
        rows = self._connection.execute(
            f'SELECT {self._grades}, count(*) FROM "{found.physical_name}" GROUP BY ALL ORDER BY ALL'
        ).fetchall()
        self._drop(found.physical_name)
        grades = np.array([row[:-1] for row in rows], dtype=np.int8).reshape(-1, len(COMPARISONS))
        return grades, np.array([row[-1] for row in rows], dtype=np.int64)

    def _within(self, table: str, into: str, least: float | None = None, **how: Any) -> None:
        found = self._linker.inference.predict_within(
            self._api.register(table, table_name=f"{table}_within"), warning_mode="never",
            threshold_match_weight=None if least is None else self._least(least), **how,
        )  # fmt: skip
        self._keep(found.physical_name, f"CREATE OR REPLACE TABLE {into} AS", least)

    def _keep(self, found: str, into: str, least: float | None = None, which: str = "true") -> None:
        weighs = "" if least is None else f" AND weight >= {least}"
        self._connection.execute(
            f"{into} SELECT least(id_l, id_r) AS a, greatest(id_l, id_r) AS b, {self._weight} AS weight, "
            f'{self._grades} FROM "{found}" WHERE {which}{weighs} ORDER BY a, b'
        )
        self._drop(found)

    def _drop(self, found: str) -> None:
        self._connection.execute(f'DROP TABLE "{found}"')


def here(connection: duckdb.DuckDBPyConnection, model: Model, into: str, least: float) -> None:
    """Score all pairs on this machine."""
    Scorer(connection, model).all(into, least)
