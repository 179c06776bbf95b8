"""What the system must remember: keys without the keys, lines in their order, runs and what became of them."""

from __future__ import annotations

import stat
import threading
from datetime import UTC, date, datetime
from pathlib import Path

from ledger import access_log, keys, runs
from ledger.database import Ledger

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
        runs.begin(ledger, "one", TODAY, "1.0", NOW)
        runs.finish(ledger, "one", NOW)
        runs.begin(ledger, "two", date(2026, 12, 1), "1.0", NOW)
        runs.abandon(ledger, date(2026, 12, 1))
        assert {run.id: run.status for run in runs.runs(ledger)} == {"one": "published", "two": "abandoned"}
