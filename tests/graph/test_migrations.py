"""A graph of an earlier schema is brought forward, and one of a later schema is let alone. On every engine."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from graph import archive, migrations
from graph.connect import connect
from graph.errors import GraphError
from graph.migrations import Migration
from graph.schema import GRAPH
from graph.store import Access, Store
from tests.conftest import Engine

STEPS = (
    *migrations.MIGRATIONS,
    Migration(
        migrations.newest() + 1, "a town's name is its label", "MATCH (x:Town) WHERE x.label IS NULL",
        "SET x.label = x.name, x.name = null",
    ),
    Migration(
        migrations.newest() + 2, "towns in no county are gone", "MATCH (x:Town) WHERE NOT (x)-[:IN_COUNTY]->()",
        "DETACH DELETE x",
    ),
)  # fmt: skip
TOWNS = migrations.STEP + 7


def loaded(store: Store, status: str = "published") -> None:
    store.create_nodes(GRAPH.node("Batch"), pa.table({"id": ["b"], "status": [status]}))


def quiet(*_: object) -> None:
    pass


@pytest.fixture
def towns(store: Store) -> Store:
    """A graph as the first program left it: it does not say which schema it has."""
    names = [f"t{number}" for number in range(TOWNS)]
    loaded(store)
    store.create_nodes(GRAPH.node("Town"), pa.table({"id": names, "name": names}))
    store.create_nodes(GRAPH.node("County"), pa.table({"id": ["c"], "name": ["c"]}))
    some = names[:5]
    store.create_relationships(
        GRAPH.relationship("IN_COUNTY"), pa.table({"source": some, "target": ["c"] * 5, "id": some})
    )
    return store


def test_an_older_graph_is_refused_shown_what_would_change_and_brought_forward(towns: Store) -> None:
    assert migrations.version(towns) == 1
    with pytest.raises(GraphError, match="GRAPH_OLDER: this graph has schema 1, and this program needs"):
        migrations.check(towns, "here", STEPS)
    before = towns.digest()
    assert [(step.migration.version, step.changes) for step in migrations.plan(towns, STEPS)] == [
        *((step.version, 0) for step in migrations.MIGRATIONS), (STEPS[-2].version, TOWNS),
        (STEPS[-1].version, TOWNS - 5),
    ]  # fmt: skip
    assert towns.digest() == before
    assert migrations.migrate(towns, "here", quiet, STEPS) == [*STEPS]
    migrations.check(towns, "here", STEPS)
    left = towns.read("MATCH (t:Town) RETURN t.label AS label, t.name AS name ORDER BY label")
    assert left == [{"label": f"t{number}", "name": None} for number in range(5)]
    assert migrations.migrate(towns, "here", quiet, STEPS) == []


def test_a_migration_that_was_cut_off_goes_on(towns: Store) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        migrations.migrate(towns, "here", die, STEPS)
    assert migrations.version(towns) == migrations.newest()
    assert [step.changes for step in migrations.plan(towns, STEPS)] == [TOWNS - migrations.STEP, TOWNS - 5]
    migrations.migrate(towns, "here", quiet, STEPS)
    assert towns.read("MATCH (t:Town) RETURN count(t) AS n")[0]["n"] == 5


def test_addresses_no_longer_say_that_they_are_group_quarters(store: Store) -> None:
    loaded(store)
    store.create_nodes(GRAPH.node("Address"), pa.table({"id": ["shelter", "home"]}))
    store.execute("MATCH (a:Address {id: 'shelter'}) SET a.group_quarters = true")
    migrations.say(store, 2)
    assert [step.version for step in migrations.migrate(store, "here", quiet)][:1] == [3]
    assert store.read("MATCH (a:Address) WHERE a.group_quarters IS NOT NULL RETURN a.id AS id") == []
    assert store.read("MATCH (a:Address) RETURN count(a) AS n") == [{"n": 2}]


def test_a_newer_graph_is_refused_by_every_connection(
    store: Store, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations.begin(store)
    assert migrations.version(store) == migrations.newest()
    monkeypatch.setattr("graph.connect.from_environment", lambda _: engine.bolt(Access.READ))
    with connect(tmp_path, Access.READ) as reading:
        assert migrations.version(reading) == migrations.newest()

    def reached() -> None:
        with connect(tmp_path, Access.READ):
            pass

    migrations.say(store, 99)
    with pytest.raises(GraphError, match="GRAPH_NEWER: a later program wrote this graph: its schema is 99"):
        reached()
    with pytest.raises(GraphError, match="GRAPH_NEWER"):
        migrations.migrate(store, "here", quiet)
    with connect(tmp_path, Access.READ, any_schema=True) as reading:
        assert migrations.version(reading) == 99


def test_an_empty_graph_has_no_schema_yet_and_an_unfinished_load_stops_a_migration(store: Store) -> None:
    assert migrations.version(store) is None
    migrations.check(store, "here")
    loaded(store, "loading")
    with pytest.raises(GraphError, match="MIGRATION_OF_UNFINISHED"):
        migrations.migrate(store, "here", quiet)


def test_a_dump_of_an_earlier_schema_is_brought_forward_and_a_later_one_is_refused(
    embedded_store: Store, tmp_path: Path
) -> None:
    loaded(embedded_store)
    manifest = archive.dump(embedded_store, tmp_path / "dump", datetime(2026, 11, 3, tzinfo=UTC), quiet)
    assert manifest.schema == 1
    embedded_store.execute("MATCH (n) DETACH DELETE n")
    archive.restore(embedded_store, tmp_path / "dump", quiet)
    assert migrations.version(embedded_store) == migrations.newest()
    file = tmp_path / "dump" / "manifest.json"
    file.write_text(file.read_text().replace('"schema": 1', '"schema": 99'))
    with pytest.raises(GraphError, match="ARCHIVE_NEWER: it has schema 99"):
        archive.restore(embedded_store, tmp_path / "dump", quiet)
