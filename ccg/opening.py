"""Opening the counter of a data directory: graph, ledger and agreement together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from access.counter import Counter
from access.errors import Denied
from governance.agreement import Agreement, read_agreement
from governance.roster import read_roster
from graph.connect import connect
from graph.store import Access
from ledger.database import Ledger


def now() -> datetime:
    return datetime.now(UTC)


def keep_agreement(data: Path, feeds: Path) -> None:
    """Keep the roster and agreement that a load was made under: answers are given under them."""
    folder = data / "agreement"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in ("roster.yaml", "agreement.yaml"):
        (folder / name).write_text((feeds / name).read_text())


def kept_agreement(data: Path) -> Agreement:
    """The agreement in use. Raises `Denied` when nothing was loaded under one yet."""
    folder = data / "agreement"
    if not (folder / "agreement.yaml").exists():
        raise Denied(
            "NO_AGREEMENT", f"{data} holds no agreement, so nothing may be answered", "`ccg load FEEDS` brings one."
        )
    roster = read_roster("roster.yaml", (folder / "roster.yaml").read_text())
    return read_agreement("agreement.yaml", (folder / "agreement.yaml").read_text(), roster)


@contextmanager
def counter(data: Path) -> Iterator[Counter]:
    """The counter over a reading connection."""
    agreement = kept_agreement(data)
    with Ledger.open(data) as ledger, connect(data, Access.READ) as store:
        yield Counter(store, ledger, agreement, now)
