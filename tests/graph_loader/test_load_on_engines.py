"""What a second load changes, ends and takes back is the same on every engine."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from graph.store import Store
from graph_loader.load import batches
from graph_loader.load.abandon import abandon
from tests.conftest import Engine
from tests.feeds_sample import data_directory, load_folder, small, without

LATER, LAST = date(2026, 12, 1), date(2027, 1, 4)
FEEDS = ("dta_snap_members", "dta_snap_issuance", "dta_tafdc_members", "dor_returns", "dua_wages")
_digests: dict[str, dict[str, str]] = {}


def die(*_: object) -> None:
    raise KeyboardInterrupt


def test_corrections_closings_merges_and_what_is_taken_back_give_one_graph(
    store: Store, engine: Engine, feeds_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    feeds, data = small(feeds_folder, tmp_path / "feeds", *FEEDS), data_directory(tmp_path / "data")
    seen: dict[str, str] = {}
    load_folder(store, feeds, data, derive=True)
    seen["first"] = store.digest()
    for file in ("dta/snap_issuance.csv", "dta/snap_members.csv", "dor/returns.csv"):
        without(feeds / file, 2)
    members = feeds / "dta/tafdc_members.psv"
    members.write_text(members.read_text().replace("|1|", "|2|", 1))
    with monkeypatch.context() as patch:
        patch.setattr(batches, "publish", die)
        with pytest.raises(KeyboardInterrupt):
            load_folder(store, feeds, data, LATER, derive=True)
    abandon(store, LATER, lambda *_: None)
    assert store.digest() == seen["first"]
    load_folder(store, feeds, data, LATER, derive=True)
    seen["second"] = store.digest()
    for name in ("snap_issuance.csv", "snap_members.csv"):  # what was gone comes back
        (feeds / "dta" / name).write_text((feeds_folder / "dta" / name).read_text())
    load_folder(store, feeds, data, LAST, derive=True)
    seen["third"] = store.digest()
    assert len(set(seen.values())) == 3
    again = store.read("MATCH (n) WHERE n.id CONTAINS '~2' RETURN count(n) AS n")
    assert again[0]["n"] > 0
    _digests[engine.name] = seen
    assert all(digests == seen for digests in _digests.values()), _digests
