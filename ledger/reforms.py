"""Reforms whose effects were kept: what was asked, under which rules, and what came out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ledger.database import Ledger

Tables = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class SavedReform:
    """The effects of a reform, as they were told: tables by name, in which counts below `smallest_cell` are left out.
    `rules` and `reform` are the versions that they follow from; `as_of`: what was known of households; `by`: the key
    that asked."""

    name: str
    title: str
    reform: str
    rules: str
    month: date
    months: int
    as_of: date
    saved: datetime
    by: str
    tables: Tables
    smallest_cell: int


def save(ledger: Ledger, one: SavedReform) -> None:
    """Keep effects by their name, in place of those that had it."""
    ledger.run(
        "INSERT OR REPLACE INTO saved_reform "
        "(name, title, reform, rules, month, months, as_of, saved, saved_by, tables, smallest_cell) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (one.name, one.title, one.reform, one.rules, one.month.isoformat(), one.months, one.as_of.isoformat(),
         one.saved.isoformat(), one.by, json.dumps(one.tables), one.smallest_cell),
    )  # fmt: skip


def saved(ledger: Ledger) -> list[SavedReform]:
    """All that are kept, the newest first."""
    rows = ledger.run("SELECT * FROM saved_reform ORDER BY saved DESC, name")
    return [
        SavedReform(
            row["name"], row["title"], row["reform"], row["rules"], date.fromisoformat(row["month"]), row["months"],
            date.fromisoformat(row["as_of"]), datetime.fromisoformat(row["saved"]), row["saved_by"],
            json.loads(row["tables"]), row["smallest_cell"],
        )
        for row in rows
    ]  # fmt: skip


def forget(ledger: Ledger, name: str) -> bool:
    """Keep it no longer; gives whether there was one."""
    return bool(ledger.run("DELETE FROM saved_reform WHERE name = ? RETURNING name", (name,)))
