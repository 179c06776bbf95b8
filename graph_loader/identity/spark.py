"""Scoring all pairs on Spark, where one machine is not enough: the same settings, the same pairs.

Descriptions go there as Parquet and scored pairs come back, in a folder that this machine and Spark's share. What
follows, people and their ids, stays here. Needs the extra `spark` and a Java that it runs on.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
from splink import Linker

from graph_loader.errors import Fault, LoadError
from graph_loader.identity.linkage import quoted, work_folder
from graph_loader.identity.model import COMPARISONS, RARE, Model, settings
from graph_loader.identity.score import ScoreAll, distinct, grade, threshold, weight


def on_spark(master: str, folder: Path) -> ScoreAll:
    """Score on the Spark of a master's address (`local[*]`, `spark://host:7077`); files go into a folder of `folder`.

    Raises `LoadError` where Spark is not installed or does not answer.
    """

    def score_all(connection: duckdb.DuckDBPyConnection, model: Model, into: str, least: float) -> None:
        session = None
        with work_folder(folder) as work:
            try:
                session = _session(master, work)
                connection.execute(f"COPY (FROM said) TO {quoted(work / 'said.parquet')} (FORMAT parquet)")
                pq.write_table(model.terms, work / "terms.parquet")
                with _failing(master):
                    _score(session, model, work, least)
                connection.execute(
                    f"CREATE OR REPLACE TABLE {into} AS "
                    f"SELECT a, b, {weight(model)} AS weight, * EXCLUDE (a, b, match_weight) "
                    f"FROM read_parquet({quoted(work / 'pairs' / '*.parquet')}) WHERE weight >= {least} ORDER BY a, b"
                )
            finally:
                if session:
                    session.stop()

    return score_all


def _session(master: str, work: Path) -> Any:
    """A Spark whose own files on this machine go into a folder."""
    fix = "Install the extra `spark` and a Java that it runs on, and give the address of a running master."
    try:
        from pyspark.sql import SparkSession
        from splink.backends.spark import similarity_jar_location

        builder = SparkSession.builder.master(master).appName("common-client-graph")
        builder = builder.config("spark.jars", similarity_jar_location()).config("spark.ui.enabled", "false")
        builder = builder.config("spark.io.encryption.enabled", "true")  # of what its machines put on their disks
        builder = builder.config("spark.hadoop.fs.permissions.umask-mode", "077")
        builder = builder.config("spark.sql.ansi.enabled", "false")  # an error of it would tell a value
        for kept in ("spark.local.dir", "spark.sql.warehouse.dir"):
            builder = builder.config(kept, f"{work}/spark")
        session = builder.getOrCreate()
    except Exception as error:  # of Java, of the network, of Python
        raise LoadError(Fault("SPARK_FAILED", master, f"Spark does not start ({type(error).__name__})", fix)) from None
    session.sparkContext.setLogLevel("ERROR")
    return session


@contextmanager
def _failing(master: str) -> Iterator[None]:
    """What goes wrong in Spark says no more than that: its message may hold values."""
    try:
        yield
    except Exception as error:  # of Java, of the network, of Splink
        fix = "Look at the master's own log, at its memory and its disks; then run the same command again."
        what = f"Spark could not compare ({type(error).__name__})"
        raise LoadError(Fault("SPARK_FAILED", master, what, fix)) from None


def _score(session: Any, model: Model, work: Path, least: float) -> None:
    from splink.backends.spark import SparkAPI

    api = SparkAPI(spark_session=session, break_lineage_method="persist")  # type: ignore[no-untyped-call]
    worth = distinct(model.probabilities)
    said = api.register(session.read.parquet(f"{work}/said.parquet"), table_name="said")
    creator = settings(worth, "spark")
    linker = Linker(said, creator, log_level=logging.ERROR, validate_settings=False)
    terms = session.read.parquet(f"{work}/terms.parquet")
    for column in dict.fromkeys(RARE):
        named = terms.where(terms["column"] == column).selectExpr(f"value AS {column}", f"frequency AS tf_{column}")
        linker.table_management.register_term_frequency_lookup(
            api.register(named, table_name=f"terms_{column}"), column
        )
    found = linker.inference.predict(threshold_match_weight=threshold(model, least))
    grades = ", ".join(grade(one, worth[one.name]) for one in COMPARISONS)
    session.sql(
        f"SELECT least(id_l, id_r) AS a, greatest(id_l, id_r) AS b, match_weight, {grades} FROM {found.physical_name}"
    ).write.parquet(f"{work}/pairs")
