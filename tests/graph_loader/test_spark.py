"""Linkage on Spark gives the pairs of linkage on one machine: `make test-slow`."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from ccg.sample import write as write_sample
from graph.connect import connect
from graph.store import Access
from graph_loader.errors import LoadError
from graph_loader.identity.assign import assign
from graph_loader.identity.linkage import GRADES, LinkageStore, arriving
from graph_loader.identity.model import Model
from graph_loader.identity.spark import on_spark
from graph_loader.identity.tokens import Hasher
from graph_loader.load.feeds import read_feeds
from graph_loader.load.plan import make_plan
from tests.ccg.test_command_line import run
from tests.feeds_sample import data_directory, people_of

PEOPLE = int(os.environ.get("CCG_SPARK_PEOPLE", "0"))
ON, MONTH = date(2026, 11, 2), date(2026, 10, 1)


@pytest.mark.timeout(1800)
@pytest.mark.skipif(not PEOPLE, reason="Spark is held against one machine by `make test-slow`")
def test_spark_scores_the_same_pairs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    write_sample(tmp_path / "feeds", PEOPLE, 7, 36, MONTH)
    hasher = Hasher(b"k" * 32)
    with (
        connect(tmp_path, Access.WRITE, {}) as store, arriving(tmp_path) as arrivals,
        LinkageStore(tmp_path).open(None) as linkage,
    ):  # fmt: skip
        store.ensure_schema()
        make_plan(read_feeds(tmp_path / "feeds"), store, ON, hasher, lambda *_: None, arrivals=arrivals)
        assign(linkage, arrivals, hasher, ON, score_all=on_spark("local[2]", tmp_path))
        linkage.run("CREATE TABLE by_spark AS FROM kept.pairs")
        linkage.compared = False
        with arriving(tmp_path) as nobody:
            assert not assign(linkage, nobody, hasher, ON).moves
        assert linkage.count("kept.pairs") > PEOPLE
        one, other = (f"SELECT a, b, {GRADES} FROM {table}" for table in ("by_spark", "kept.pairs"))
        assert not linkage.rows(f"({one} EXCEPT {other}) UNION ALL ({other} EXCEPT {one})")
        differ = "SELECT max(abs(s.weight - p.weight)) FROM by_spark s JOIN kept.pairs p USING (a, b)"
        assert linkage.rows(differ)[0][0] < 1e-3
    assert not [*tmp_path.glob("linking-*"), *elsewhere.iterdir()]


@pytest.mark.timeout(1800)
@pytest.mark.skipif(not PEOPLE, reason="Spark is held against one machine by `make test-slow`")
def test_a_load_on_spark_finds_the_people_of_one_on_this_machine(tmp_path: Path) -> None:
    write_sample(tmp_path / "feeds", PEOPLE // 10, 7, 12, MONTH)
    found = []
    for name, more in (("here", ()), ("spark", ("--spark", "local[2]"))):
        data = data_directory(tmp_path / name)
        loaded = run("load", tmp_path / "feeds", "--received", str(ON), *more, data=data)
        assert loaded.returncode == 0, loaded.stderr
        with connect(data, Access.READ) as store:
            found.append({frozenset(records) for records in people_of(store, ON).values()})
    assert len(found[0]) > PEOPLE // 20
    assert found[0] == found[1]


def test_a_spark_that_does_not_start_is_told(tmp_path: Path) -> None:
    with LinkageStore(tmp_path).open(None) as linkage, pytest.raises(LoadError, match="SPARK_FAILED nonsense"):
        on_spark("nonsense", tmp_path)(linkage.connection, Model.shipped(), "pairs", 0.0)
    assert not [*tmp_path.glob("linking-*")]
