"""The first load through the engine's own import gives the graph that the incremental way gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ccg.feeds import LARGE, derive, first_load
from graph import archive, embedded
from graph.connect import connect
from graph.embedded.swap import AT_ONCE
from graph.errors import GraphError
from graph.neo4j_import import write_import
from graph.schema import GRAPH
from graph.spool import Spool
from graph.store import Access, Store
from graph_loader.errors import LoadError
from graph_loader.load.bulk import Bulk
from graph_loader.load.feeds import read_feeds
from graph_loader.load.run import Loaded, Wishes, load
from ledger.database import Ledger
from queries import catalogue
from tests.engines import neo4j_server
from tests.engines.needed import needed
from tests.feeds_sample import NOW, RECEIVED, copy_of, data_directory, load_folder, without

LATER = date(2026, 12, 1)


@pytest.fixture(scope="module")
def incremental(feeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest of the sample, loaded with what follows from it into an embedded graph."""
    data = data_directory(tmp_path_factory.mktemp("incremental"))
    with connect(data, Access.WRITE) as store:
        load_folder(store, feeds_folder, data, derive=True)
        return store.digest()


def in_bulk(store: Store, feeds: Path, data: Path, take_in: Callable[[Path], None], day: date = RECEIVED) -> Loaded:
    with Ledger.open(data) as ledger:
        wishes = Wishes(bulk=Bulk(data, take_in))
        return load(read_feeds(feeds), store, ledger, data, day, lambda: NOW, lambda *_: None, wishes, derive)


@pytest.mark.parametrize("at_once", [AT_ONCE, 1_000])
def test_a_bulk_load_of_the_embedded_graph_is_the_incremental_one(
    at_once: int, feeds_folder: Path, tmp_path: Path, incremental: str
) -> None:
    data = data_directory(tmp_path / "data")
    with connect(data, Access.WRITE) as store:
        loaded = in_bulk(store, feeds_folder, data, lambda dump: embedded.import_dump(data / "graph", dump, at_once))
        assert store.digest() == incremental
        assert all(count.explained for count in loaded.plan.counts)
        assert not (data / "import").exists()
        feeds = copy_of(feeds_folder, tmp_path / "feeds")
        without(feeds / "dta/snap_issuance.csv", 2)
        with pytest.raises(LoadError, match="BULK_NEEDS_EMPTY"):
            in_bulk(store, feeds, data, lambda _: None, LATER)


@pytest.mark.parametrize("release", list(neo4j_server.RELEASES))
def test_a_bulk_load_of_a_neo4j_goes_through_its_own_import(
    release: str, feeds_folder: Path, tmp_path: Path, incremental: str
) -> None:
    needed(neo4j_server.missing(neo4j_server.RELEASES[release]))
    data = data_directory(tmp_path / "data")
    server = neo4j_server.Running(neo4j_server.RELEASES[release], tmp_path / "home")
    try:
        bolt = server.start().bolt
        with Store.connect(bolt, Access.WRITE) as store:
            with pytest.raises(Stopped):
                in_bulk(store, feeds_folder, data, lambda dump: stop(write_import(dump, tmp_path / "import", "neo4j")))
            assert catalogue.newest(store) is None
        server.stop()
        server.admin(f"@{tmp_path / 'import' / 'import.args'}")
        bolt = server.start().bolt
        named = {"CCG_NEO4J_URI": bolt.uri, "CCG_NEO4J_PASSWORD": bolt.password}
        with connect(data, Access.WRITE, named) as store:
            assert catalogue.newest(store) is None
            load_folder(store, feeds_folder, data, LATER, derive=True)
            assert catalogue.newest(store) == RECEIVED
            assert store.digest() == incremental
        assert {file.stat().st_mode & 0o077 for file in (tmp_path / "import").glob("*.csv")} == {0}
    finally:
        server.kill()


class Stopped(Exception):
    """The files are written; the load goes on after the import."""


def stop(arguments: Path) -> None:
    raise Stopped


def test_a_value_over_lines_comes_through_neo4js_import(embedded_store: Store, tmp_path: Path) -> None:
    """Where there is none, the import reads many lines at once."""
    release = neo4j_server.RELEASES["neo4j-5.26"]
    needed(neo4j_server.missing(release))
    for name, over_lines in (("Ann Lee", "false"), ("Ann\r\nLee", "true")):
        folder = tmp_path / over_lines
        folder.mkdir()
        embedded_store.write_nodes(GRAPH.node("Town"), pa.table({"id": ["town"], "name": [name]}))
        archive.dump(embedded_store, folder / "dump", NOW, lambda *_: None)
        arguments = write_import(folder / "dump", folder / "import", "neo4j")
        assert f"--multiline-fields={over_lines}" in arguments.read_text()
        server = neo4j_server.Running(release, folder)
        try:
            server.admin(f"@{arguments}")
            with Store.connect(server.start().bolt, Access.READ) as there:
                assert there.read("MATCH (t:Town) RETURN t.name AS name") == [{"name": name}]
        finally:
            server.kill()


def test_what_does_not_fit_is_not_taken_in_and_the_load_can_go_the_other_way(
    feeds_folder: Path, tmp_path: Path, incremental: str
) -> None:
    data = data_directory(tmp_path / "data")

    def damaged(dump: Path) -> None:
        file = dump / "relationships/IN_BATCH.SourceRecord.Batch.parquet"
        table = pq.read_table(file)
        ends = ["nobody", *table.column("source").to_pylist()[1:]]
        pq.write_table(table.set_column(table.schema.get_field_index("source"), "source", pa.array(ends)), file)
        embedded.import_dump(data / "graph", dump)

    with connect(data, Access.WRITE) as store:
        with pytest.raises(GraphError, match="IMPORT_FAILED"):
            in_bulk(store, feeds_folder, data, damaged)
        assert catalogue.newest(store) is None
        assert not list((data / "graph").glob("ccg.*"))
        load_folder(store, feeds_folder, data, derive=True)
        assert store.digest() == incremental


def test_an_exchange_that_was_cut_off_between_its_steps_leaves_the_empty_graph(
    feeds_folder: Path, tmp_path: Path, incremental: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = data_directory(tmp_path / "data")
    real = Path.rename

    def rename(self: Path, target: Path) -> Path:
        if self.name.startswith("ccg.fresh"):
            raise KeyboardInterrupt
        return real(self, target)

    with connect(data, Access.WRITE) as store, monkeypatch.context() as patch:
        patch.setattr(Path, "rename", rename)
        with pytest.raises(KeyboardInterrupt):
            in_bulk(store, feeds_folder, data, lambda dump: embedded.import_dump(data / "graph", dump))
    embedded.stop(data / "graph")
    with connect(data, Access.WRITE) as store:
        in_bulk(store, feeds_folder, data, lambda dump: embedded.import_dump(data / "graph", dump), LATER)
        assert store.digest() == incremental


def test_a_graph_that_others_use_is_not_exchanged_under_them(feeds_folder: Path, tmp_path: Path) -> None:
    data = data_directory(tmp_path / "data")
    with connect(data, Access.WRITE) as store, connect(data, Access.READ) as other:
        with pytest.raises(GraphError, match="IMPORT_NOT_ALONE"):
            in_bulk(store, feeds_folder, data, lambda dump: embedded.import_dump(data / "graph", dump))
        assert catalogue.newest(other) is None


def test_a_spool_keeps_each_id_once_with_all_the_records_that_say_so(embedded_store: Store, tmp_path: Path) -> None:
    archive.dump(embedded_store, tmp_path / "dump", NOW, lambda *_: None)
    spool = Spool(tmp_path / "dump")
    rel = GRAPH.relationship("IN_UNIT")
    for sources in (["a"], ["b", "a"], []):
        row = {"source": ["p"], "target": ["u"], "id": ["r"], "source_ids": pa.array([sources], pa.list_(pa.string()))}
        spool.add_relationships(rel, pa.table(row))
    assert [spool.add_nodes(GRAPH.node("Person"), pa.table({"id": ["p", "q"]})) for _ in range(2)] == [2, 0]
    manifest = spool.close()
    assert (manifest.nodes, manifest.relationships) == (2, 1)
    kept = pq.read_table(tmp_path / "dump/relationships/IN_UNIT.Person.BenefitUnit.parquet").to_pylist()
    assert [(row["id"], row["source_ids"]) for row in kept] == [("r", ["a", "b"])]


def test_the_way_of_a_first_load_follows_the_engine_the_files_and_who_else_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, files = tmp_path / "data", tmp_path / "files"
    files.mkdir()
    (files / "a.csv").write_bytes(b"x" * 100)
    assert first_load(data, files, None, None) is None
    (files / "b.csv").write_bytes(b"x" * LARGE)
    assert first_load(data, files, False, None) is None
    large, asked = first_load(data, files, None, None), first_load(data, files, True, None)
    assert large and asked
    assert (large.only_if_empty, asked.only_if_empty) == (True, False)
    with embedded.attach(data / "graph"):
        assert first_load(data, files, None, None) is None
    with pytest.raises(click.UsageError, match="--bulk-to for the Neo4j"):
        first_load(data, files, None, tmp_path / "import")
    monkeypatch.setenv("CCG_NEO4J_URI", "bolt://127.0.0.1:1")
    monkeypatch.setenv("CCG_NEO4J_PASSWORD", "x")
    assert first_load(data, files, None, None) is None
    with pytest.raises(click.UsageError, match="--bulk is for the embedded graph"):
        first_load(data, files, True, None)
    to_files = first_load(data, files, None, tmp_path / "import")
    assert to_files
    with pytest.raises(GraphError, match="ARCHIVE_NONE"):
        to_files.take_in(tmp_path)
    assert not (tmp_path / "import").exists()
