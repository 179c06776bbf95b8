"""A dump is the whole graph, moves between engines with the same digest, and is whole or not there."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from graph import archive
from graph.errors import GraphError
from graph.store import Access, Store
from tests.conftest import Engine, empty
from tests.feeds_sample import data_directory, load_folder, small

NOW = datetime(2026, 11, 3, tzinfo=UTC)


def quiet(what: str, rows: int) -> None:
    return None


@pytest.fixture(scope="module")
def dumped(
    engines: Callable[[str], Engine], feeds_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, str]:
    """A dump of an embedded graph, and its digest."""
    folder = tmp_path_factory.mktemp("dump")
    feeds = small(feeds_folder, folder / "feeds", "dta_snap_members", "dta_snap_issuance", "dua_wages")
    with Store.connect(engines("embedded").bolt(Access.WRITE), Access.WRITE) as store:
        empty(store)
        load_folder(store, feeds, data_directory(folder / "data"), derive=True)
        manifest = archive.dump(store, folder / "whole", NOW, quiet)
        assert manifest.digest == store.digest()
        assert manifest.nodes == store.read("MATCH (n) WHERE NOT n:GraphSchema RETURN count(n) AS n")[0]["n"]
        assert manifest.relationships == store.read("MATCH ()-[r]->() RETURN count(r) AS n")[0]["n"]
    return folder / "whole", manifest.digest


def test_a_dump_restored_on_any_engine_and_dumped_again_is_the_same_graph(
    dumped: tuple[Path, str], store: Store, tmp_path: Path
) -> None:
    source, digest = dumped
    archive.restore(store, source, quiet)
    assert store.digest() == digest
    assert store.read("MATCH (a:Agency:Party) RETURN count(a) AS n") == [{"n": 9}]
    again = archive.dump(store, tmp_path / "again", NOW, quiet)
    assert again.digest == digest
    assert sorted(path.name for path in tmp_path.rglob("*.parquet")) == sorted(
        path.name for path in source.rglob("*.parquet")
    )


def test_only_its_owner_may_read_a_dump(dumped: tuple[Path, str]) -> None:
    source, _ = dumped
    assert stat.S_IMODE(source.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in source.rglob("*.parquet")} == {0o600}


def test_a_graph_that_holds_something_is_not_restored_over(dumped: tuple[Path, str], embedded_store: Store) -> None:
    embedded_store.execute("CREATE (:Town {id: 'x'})")
    with pytest.raises(GraphError, match="ARCHIVE_NEEDS_EMPTY"):
        archive.restore(embedded_store, dumped[0], quiet)


def test_an_unfinished_load_and_a_folder_that_is_there_are_refused(embedded_store: Store, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(GraphError, match="ARCHIVE_EXISTS"):
        archive.dump(embedded_store, tmp_path / "there", NOW, quiet)
    embedded_store.execute("CREATE (:Batch {id: 'b', status: 'loading'})")
    with pytest.raises(GraphError, match="ARCHIVE_OF_UNFINISHED"):
        archive.dump(embedded_store, tmp_path / "new", NOW, quiet)
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_a_damaged_dump_is_found_out(dumped: tuple[Path, str], embedded_store: Store, tmp_path: Path) -> None:
    source, _ = dumped
    manifest = json.loads((source / "manifest.json").read_text())
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in source.iterdir():
        if path.is_dir():
            (copy / path.name).symlink_to(path)
    for change, code in (({"digest": "0" * 64}, "ARCHIVE_DIFFERS"), ({"format": 99}, "ARCHIVE_NEWER")):
        (copy / "manifest.json").write_text(json.dumps(manifest | change))
        with pytest.raises(GraphError, match=code):
            archive.restore(embedded_store, copy, quiet)
        empty(embedded_store)
    (copy / "manifest.json").write_text("{}")
    with pytest.raises(GraphError, match="ARCHIVE_NONE"):
        archive.restore(embedded_store, copy, quiet)


def test_a_dump_that_is_cut_off_leaves_nothing(dumped: tuple[Path, str], embedded_store: Store, tmp_path: Path) -> None:
    archive.restore(embedded_store, dumped[0], quiet)

    def cut_off(what: str, rows: int) -> None:
        if "Wage" in what:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        archive.dump(embedded_store, tmp_path / "half", NOW, cut_off)
    assert list(tmp_path.iterdir()) == []
