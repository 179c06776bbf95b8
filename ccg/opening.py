"""Opening the counter of a data directory: graph, ledger and agreement together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from access.counter import Counter
from access.errors import Denied
from governance.agreement import Agreement, read_agreement
from governance.roster import Roster, read_roster
from graph.connect import connect
from graph.store import Access
from ledger.database import Ledger

ANSWER_SECONDS = 30.0
"""No statement of an answer runs longer, where the engine knows such a limit."""


def now() -> datetime:
    return datetime.now(UTC)


def keep_agreement(data: Path, feeds: Path) -> None:
    """Keep the roster and agreement that a load was made under: answers are given under them."""
    folder = data / "agreement"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("roster.yaml", "agreement.yaml"):
        fresh = folder / f"{name}.new"
        fresh.write_text((feeds / name).read_text())
        fresh.replace(folder / name)


def kept_agreement(data: Path) -> Agreement:
    """The agreement in use. Raises `Denied` when nothing was loaded under one yet."""
    roster = kept_roster(data)
    return read_agreement("agreement.yaml", (data / "agreement" / "agreement.yaml").read_text(), roster)


def kept_roster(data: Path) -> Roster:
    """The roster in use. Raises `Denied` when nothing was loaded under one yet."""
    folder = data / "agreement"
    if not (folder / "agreement.yaml").exists():
        raise Denied(
            "NO_AGREEMENT", f"{data} holds no agreement, so nothing may be answered", "`ccg load FEEDS` brings one."
        )
    return read_roster("roster.yaml", (folder / "roster.yaml").read_text())


class _Agreement:
    """The agreement that a data directory holds, read again when a load has changed it."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._read: tuple[int, Agreement] | None = None

    def __call__(self) -> Agreement:
        file = self._data / "agreement" / "agreement.yaml"
        changed = file.stat().st_mtime_ns if file.exists() else -1
        if self._read is None or self._read[0] != changed:
            self._read = (changed, kept_agreement(self._data))
        return self._read[1]


@contextmanager
def counter(data: Path) -> Iterator[Counter]:
    """The counter over a reading connection."""
    with Ledger.open(data) as ledger, connect(data, Access.READ, timeout_seconds=ANSWER_SECONDS) as store:
        yield Counter(store, ledger, _Agreement(data), now)
