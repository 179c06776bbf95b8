"""What stops a load that would do more than it should: too much gone, or totals that are off.

Each may be allowed by its name, by whoever knows that the agency means it: `ccg load --allow NAME`.
"""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field

from graph.store import Store
from graph_loader.errors import Fault
from graph_loader.identity.tokens import Hasher
from graph_loader.load import accounts
from graph_loader.load.plan import FeedPlan, Plan
from graph_loader.sources.source import Source
from ledger.runs import FileCount


class Control(BaseModel):
    """An agency's own account of a file: rows, and amounts in dollars by column."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    rows: int | None = None
    totals: dict[str, Annotated[Decimal, Field(max_digits=18, decimal_places=2)]] = {}


def held(plan: Plan, store: Store, hasher: Hasher, allowed: Collection[str]) -> list[Fault]:
    """What stops the load, with the numbers and the name that allows it. Reads files again where much is gone."""
    before = _totals_before(store)
    found = [
        (name, fault)
        for feed in plan.feeds
        for name, fault in (
            *_gone(feed, hasher),
            *([] if feed.aside else _changed(feed, before)),
            *(pair for opened in feed.opened if not opened.aside for pair in _controlled(feed, opened.source)),
        )
    ]
    return [fault for name, fault in found if name not in allowed]


def _gone(feed: FeedPlan, hasher: Hasher) -> list[tuple[str, Fault]]:
    """More standing records vanished from a full extract than the mapping lets go."""
    mapping = feed.feed.mapping
    most = mapping.most_gone * feed.standing
    if mapping.extract == "delta" or len(feed.gone) <= most:
        return []
    told = {
        number
        for opened in feed.opened
        for part in feed.rows(opened, hasher)
        for number in part.record_numbers(mapping, ~part.typed.bad & ~part.blank)
    }
    vanished = [record for record in feed.gone if feed.numbers_gone.get(record) not in told]
    if len(vanished) <= most:  # the others were told otherwise, not left out
        return []
    name = f"gone:{mapping.feed}"
    what = (
        f"{len(vanished):,} of {feed.standing:,} standing records ({len(vanished) / feed.standing:.0%}) are not in the "
        f"full extract; the mapping lets {mapping.most_gone:.0%} go"
    )
    return [(name, Fault("GONE_TOO_MANY", mapping.feed, what, _fix("Ask the agency for the whole file", name)))]


def _changed(feed: FeedPlan, before: dict[str, int]) -> list[tuple[str, Fault]]:
    """A total that differs from that of the load before by more than the mapping allows."""
    mapping, found = feed.feed.mapping, []
    for column, most in mapping.totals_within.items():
        was = before.get(f"{mapping.feed}.{column}")
        now = sum(count.totals.get(f"{column}.read", 0) for count in feed.counts)
        if was and abs(now - was) > most * abs(was):
            name = f"total:{mapping.feed}.{column}"
            what = (
                f"{_dollars(now)} in all, and {_dollars(was)} in the load before ({(now - was) / was:+.0%}); the "
                f"mapping allows {most:.0%}"
            )
            fix = _fix("Look whether units or rows have changed", name)
            found.append((name, Fault("TOTAL_OFF", mapping.feed, what, fix, column)))
    return found


def _controlled(feed: FeedPlan, source: Source) -> list[tuple[str, Fault]]:
    """A file that does not agree with the account that its agency sent beside it."""
    beside = source.control
    if beside is None or not (beside.exists() or beside.is_symlink()):
        return []
    count = next(count for count in feed.counts if count.file == source.name)
    name = f"control:{feed.feed.mapping.feed}"
    try:
        if beside.is_symlink():
            raise OSError
        control = Control.model_validate(yaml.safe_load(beside.read_text()) or {})
    except (yaml.YAMLError, ValueError, ArithmeticError, RecursionError, OSError):  # ValidationError is a ValueError
        what, fix = "it is no account of a file", "Write `rows: 12` and `totals: {COLUMN: 3.50}`, in a file and no link"
        return [(name, Fault("CONTROL_UNREADABLE", beside.name, what, _fix(fix, name)))]
    found = []
    for column, said, read in _compared(control, count):
        if said != read:
            fix = _fix("Ask the agency for the file again", name)
            found.append(
                (name, Fault("CONTROL_OFF", source.name, f"the agency says {said} and {read} is there", fix, column))
            )
    return found


def _compared(control: Control, count: FileCount) -> list[tuple[str, str, str]]:
    """(column, what the agency says, what was read)."""
    found = [] if control.rows is None else [("rows", f"{control.rows:,}", f"{count.rows_read:,}")]
    for column, dollars in control.totals.items():
        cents = count.totals.get(f"{column}.read")
        found.append(
            (column, _dollars(int(dollars * 100)), "no such money column" if cents is None else _dollars(cents))
        )
    return found


def _totals_before(store: Store) -> dict[str, int]:
    """`feed.column` → cents read, in the newest published load of each feed."""
    found: dict[str, int] = {}
    for counts in accounts.sent(store):
        totals: dict[str, int] = {}
        for count in counts:
            for key, cents in count.totals.items():
                column, _, what = key.rpartition(".")
                if what == "read":
                    totals[f"{count.feed}.{column}"] = totals.get(f"{count.feed}.{column}", 0) + cents
        found |= totals
    return found


def _dollars(cents: int) -> str:
    return f"${cents / 100:,.2f}"


def _fix(first: str, name: str) -> str:
    return f"{first}; if it is meant so, load with --allow {name}."
