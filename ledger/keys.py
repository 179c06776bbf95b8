"""API keys: shown once, stored hashed, each of one party and role, with an end."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime

from ledger.database import Ledger

PREFIX = "ccg_"


@dataclass(frozen=True)
class Key:
    """What is known of a key; the key itself is not kept."""

    id: str
    party: str
    role: str
    issued: date
    expires: date
    revoked: date | None

    def valid(self, day: date) -> bool:
        return self.revoked is None and self.issued <= day < self.expires


def issue(ledger: Ledger, party: str, role: str, expires: date, today: date) -> str:
    """Make a key and give it; it cannot be shown again."""
    secret = PREFIX + secrets.token_urlsafe(32)
    ledger.run(
        "INSERT INTO api_key (id, hash, party, role, issued, expires) VALUES (?, ?, ?, ?, ?, ?)",
        (secrets.token_hex(4), _hash(secret), party, role, today.isoformat(), expires.isoformat()),
    )
    return secret


def find(ledger: Ledger, secret: str) -> Key | None:
    """The key that this secret is; None when there is none."""
    rows = ledger.run("SELECT * FROM api_key WHERE hash = ?", (_hash(secret),))
    return _key(rows[0]) if rows else None


def all_keys(ledger: Ledger) -> list[Key]:
    return [_key(row) for row in ledger.run("SELECT * FROM api_key ORDER BY issued, id")]


def revoke(ledger: Ledger, key_id: str, now: datetime) -> bool:
    """End a key at once; False when there is no such key."""
    rows = ledger.run("UPDATE api_key SET revoked = ? WHERE id = ? RETURNING id", (now.date().isoformat(), key_id))
    return bool(rows)


def _hash(secret: str) -> str:
    """A key has 256 random bits, so a plain hash of it cannot be searched."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _key(row: object) -> Key:
    values = dict(row)  # type: ignore[call-overload]
    revoked = values["revoked"]
    return Key(
        values["id"],
        values["party"],
        values["role"],
        date.fromisoformat(values["issued"]),
        date.fromisoformat(values["expires"]),
        date.fromisoformat(revoked) if revoked else None,
    )
