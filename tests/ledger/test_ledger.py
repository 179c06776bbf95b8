"""What the system must remember: keys without the keys, lines in their order, runs and what became of them."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ledger import access_log, backup, keys, runs
from ledger.database import NAME, SCHEMA, Ledger, LedgerError

TODAY, NOW = date(2026, 11, 2), datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def line(operation: str, *households: str) -> access_log.Line:
    return access_log.Line(
        NOW, "k", "DTA", "caseworker", "evaluation", operation, households, ("wages",), ("names",), "a@1", "answered"
    )


def test_a_key_is_found_by_its_secret_which_is_not_kept(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger:
        secret = keys.issue(ledger, "DTA", "caseworker", date(2027, 1, 1), TODAY)
        found = keys.find(ledger, secret)
        assert found is not None
        assert (found.party, found.role) == ("DTA", "caseworker")
        assert keys.find(ledger, secret + "x") is None
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert secret.encode() not in stored


def test_a_key_ends_on_its_day_and_when_it_is_revoked(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger:
        secret = keys.issue(ledger, "DTA", "caseworker", date(2027, 1, 1), TODAY)
        key = keys.find(ledger, secret)
        assert key is not None
        assert key.valid(date(2026, 12, 31))
        assert not key.valid(date(2027, 1, 1))
        assert not key.valid(date(2026, 11, 1))
        assert keys.revoke(ledger, key.id, NOW)
        assert not keys.revoke(ledger, "nobody", NOW)
        revoked = keys.find(ledger, secret)
        assert revoked is not None
        assert not revoked.valid(TODAY)


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    with Ledger.open(tmp_path):
        assert stat.S_IMODE((tmp_path / "ledger.sqlite").stat().st_mode) == 0o600


def test_lines_come_back_as_they_were_written_newest_first(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger:
        access_log.write(ledger, line("household", "H1"))
        access_log.write(ledger, line("person", "H1", "H2"))
        access_log.write(ledger, line("roster"))
        assert access_log.lines(ledger) == [line("roster"), line("person", "H1", "H2"), line("household", "H1")]
        assert access_log.lines(ledger, 1) == [line("roster")]


def test_many_threads_and_processes_lose_no_line(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as one, Ledger.open(tmp_path) as other:
        threads = [
            threading.Thread(target=lambda to=to: [access_log.write(to, line("household")) for _ in range(25)])
            for to in (one, other, one, other)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(access_log.lines(one, 1000)) == 100


def test_an_abandoned_run_says_so_and_a_published_one_stays(tmp_path: Path) -> None:
    with Ledger.open(tmp_path) as ledger:
        runs.begin(ledger, "one", TODAY, "1.0", NOW, "me")
        runs.finish(ledger, "one", NOW)
        runs.begin(ledger, "two", date(2026, 12, 1), "1.0", NOW, "me")
        runs.abandon(ledger, date(2026, 12, 1))
        assert {run.id: run.status for run in runs.runs(ledger)} == {"one": "published", "two": "abandoned"}


def old_ledger(data: Path) -> None:
    """A ledger as the first version wrote it, with a run and a file."""
    data.mkdir()
    with closing(sqlite3.connect(data / NAME)) as made:
        made.executescript(SCHEMA)
        made.execute(
            "INSERT INTO load_run VALUES ('one', '2026-11-02', '2026-11-02', '2026-11-02', '1.0', 'published')"
        )
        made.execute("INSERT INTO load_file VALUES ('one', 'f', 'f.csv', 'd', 3, 3, 0, 0, 0, '{}')")
        made.commit()


def test_a_ledger_of_an_earlier_program_is_brought_forward_and_one_of_a_later_refused(tmp_path: Path) -> None:
    old_ledger(tmp_path / "data")
    for _ in range(2):
        with Ledger.open(tmp_path / "data") as ledger:
            assert [run.loaded_by for run in runs.runs(ledger)] == [""]
            assert [count.columns_dropped for count in runs.files(ledger, "one")] == [0]
    with closing(sqlite3.connect(tmp_path / "data" / NAME)) as later:
        later.execute("PRAGMA user_version = 99")
    with pytest.raises(LedgerError, match="LEDGER_NEWER"), Ledger.open(tmp_path / "data"):
        pass


def test_a_damaged_ledger_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"not a database, whatever its name says " * 200)
    with pytest.raises(LedgerError, match=r"(?s)LEDGER_DAMAGED.*ccg ledger restore"), Ledger.open(tmp_path):
        pass


def test_a_backup_brings_back_keys_and_the_access_log(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Ledger.open(data) as ledger:
        secret = keys.issue(ledger, "DTA", "caseworker", date(2027, 1, 1), TODAY)
        backup.backup(data, tmp_path / "kept")
        assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o600
    with pytest.raises(LedgerError, match="LEDGER_EXISTS"):
        backup.backup(data, tmp_path / "kept")
    with pytest.raises(LedgerError, match="LEDGER_EXISTS"):
        backup.restore(data, tmp_path / "kept")
    shutil.rmtree(data)
    (tmp_path / "other").write_bytes(b"something else" * 1000)
    with pytest.raises(LedgerError, match="LEDGER_DAMAGED"):
        backup.restore(data, tmp_path / "other")
    backup.restore(data, tmp_path / "kept")
    assert stat.S_IMODE((data / NAME).stat().st_mode) == 0o600
    with Ledger.open(data) as ledger:
        assert keys.find(ledger, secret) is not None


def test_what_the_lost_ledger_left_behind_is_not_replayed_onto_the_backup(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Ledger.open(data) as ledger:
        keys.issue(ledger, "DTA", "caseworker", date(2027, 1, 1), TODAY)
        backup.backup(data, tmp_path / "kept")
        for _ in range(50):
            keys.issue(ledger, "DTA", "caseworker", date(2027, 1, 1), TODAY)
        left = (data / f"{NAME}-wal").read_bytes()
    (data / NAME).unlink()
    (data / f"{NAME}-wal").write_bytes(left)
    backup.restore(data, tmp_path / "kept")
    with Ledger.open(data) as ledger:
        assert len(keys.all_keys(ledger)) == 1


def test_processes_that_open_an_old_ledger_at_once_all_find_it_well(tmp_path: Path) -> None:
    old_ledger(tmp_path / "data")

    def look() -> int:
        with Ledger.open(tmp_path / "data") as ledger:
            return len(runs.runs(ledger))

    with ThreadPoolExecutor(8) as several:
        assert list(several.map(lambda _: look(), range(24))) == [1] * 24
