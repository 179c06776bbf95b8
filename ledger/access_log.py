"""Who asked what, why, and what was told: a line an answer, with no personal data in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from ledger.database import Ledger


@dataclass(frozen=True)
class Line:
    """One answer, or one refusal. `households` are opaque ids; `elements` are names of the agreement's."""

    at: datetime
    key_id: str | None
    party: str | None
    role: str | None
    purpose: str | None
    operation: str
    households: tuple[str, ...]
    elements: tuple[str, ...]
    withheld: tuple[str, ...]
    agreement: str
    outcome: str


def write(ledger: Ledger, line: Line) -> None:
    ledger.run(
        "INSERT INTO access_line (at, key_id, party, role, purpose, operation, household, elements, withheld,"
        " agreement, outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            line.at.isoformat(), line.key_id, line.party, line.role, line.purpose, line.operation,
            " ".join(line.households) or None, json.dumps(line.elements), json.dumps(line.withheld), line.agreement,
            line.outcome,
        ),
    )  # fmt: skip


def lines(ledger: Ledger, last: int = 100) -> list[Line]:
    """The newest lines, newest first."""
    rows = ledger.run("SELECT * FROM access_line ORDER BY number DESC LIMIT ?", (last,))
    return [
        Line(
            datetime.fromisoformat(row["at"]), row["key_id"], row["party"], row["role"], row["purpose"],
            row["operation"], tuple((row["household"] or "").split()), tuple(json.loads(row["elements"])),
            tuple(json.loads(row["withheld"])), row["agreement"], row["outcome"],
        )
        for row in rows
    ]  # fmt: skip
