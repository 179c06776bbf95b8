"""`ccg key`: issue, list and revoke API keys."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import click

from ccg import options
from ccg.opening import kept_agreement, now
from ledger import keys
from ledger.database import Ledger


@click.group("key")
def group() -> None:
    """API keys: each of one party and role, with an end."""


@group.command("issue")
@options.data
@click.argument("party")
@click.argument("role")
@click.option("--expires", type=options.Day(), help="First day on which it no longer works (default: in a year).")
def issue(data: Path, party: str, role: str, expires: date | None) -> None:
    """Issue a key to a PARTY's ROLE. It is shown once."""
    agreement = kept_agreement(data)
    roles = sorted({(grant.party, name) for grant in agreement.grants for name in grant.roles})
    if (party, role) not in roles:
        known = ", ".join(f"{p} {r}" for p, r in roles)
        raise click.UsageError(f"no grant is for {party} as {role}. The agreement has: {known}")
    today = now().date()
    with Ledger.open(data) as ledger:
        click.echo(keys.issue(ledger, party, role, expires or today + timedelta(days=365), today))


@group.command("list")
@options.data
def show(data: Path) -> None:
    """List keys; the keys themselves are not kept."""
    with Ledger.open(data) as ledger:
        for key in keys.all_keys(ledger):
            state = f"revoked {key.revoked}" if key.revoked else f"until {key.expires}"
            click.echo(f"{key.id}  {key.party:20} {key.role:12} {state}")


@group.command("revoke")
@options.data
@click.argument("key_id")
def revoke(data: Path, key_id: str) -> None:
    """Revoke the key with this id at once."""
    with Ledger.open(data) as ledger:
        if not keys.revoke(ledger, key_id, now()):
            raise click.UsageError(f"no key {key_id}; `ccg key list` shows them")
