"""From an earlier schema to this program's: numbered steps, forward only, each of which may be cut off and run again.

A graph says which schema it has in a node of its own, `(:GraphSchema {id: 'graph', version: N})`, which is no part of
what is dumped or digested. A graph with loads and without it is of version 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graph.errors import GraphError
from graph.store import Store

Progress = Callable[[str, int], None]
STEP = 5_000


@dataclass(frozen=True)
class Migration:
    """One step to `version`.

    `found`: a pattern (`MATCH … WHERE …`) of what is still as it was, with the variable `x`; `change`: what makes each
    of them new, so that it is found no more. Without a pattern only indexes and constraints are new.
    """

    version: int
    what: str
    found: str = ""
    change: str = ""


MIGRATIONS = (
    Migration(2, "records are found by their agency's number; the graph says which schema it has"),
    Migration(
        3, "group quarters are told of a household's time at an address, by the next load, not of the address",
        "MATCH (x:Address) WHERE x.group_quarters IS NOT NULL", "SET x.group_quarters = null",
    ),
)  # fmt: skip
"""In the order of their versions."""


@dataclass(frozen=True)
class Planned:
    """A step, and how many nodes or relationships it changes."""

    migration: Migration
    changes: int


def newest(migrations: tuple[Migration, ...] = MIGRATIONS) -> int:
    """The version that this program knows."""
    return migrations[-1].version


def version(store: Store) -> int | None:
    """The schema that a graph has; None where nothing was ever loaded into it."""
    rows = store.read("MATCH (s:GraphSchema {id: 'graph'}) RETURN s.version AS version")
    if rows:
        return int(rows[0]["version"])
    return 1 if store.read("MATCH (b:Batch) RETURN 1 AS one LIMIT 1") else None


def check(store: Store, where: str, migrations: tuple[Migration, ...] = MIGRATIONS) -> None:
    """Raises `GraphError` where a graph has another schema than this program's."""
    found, known = version(store), newest(migrations)
    if found is None or found == known:
        return
    if found > known:
        raise GraphError(
            "GRAPH_NEWER", f"a later program wrote this graph: its schema is {found}, and this program knows {known}",
            where, "Use that program, or a later one.",
        )  # fmt: skip
    raise GraphError(
        "GRAPH_OLDER", f"this graph has schema {found}, and this program needs {known}", where,
        "`ccg graph migrate --dry-run` shows what would change; `ccg graph dump` first, then `ccg graph migrate`.",
    )  # fmt: skip


def begin(store: Store) -> None:
    """Let an empty graph say that it has this program's schema."""
    if version(store) is None:
        say(store, newest())


def plan(store: Store, migrations: tuple[Migration, ...] = MIGRATIONS) -> list[Planned]:
    """The steps that a graph has before it, and what each would change. Changes nothing."""
    found = version(store)
    left = [step for step in migrations if found is not None and step.version > found]
    return [Planned(step, _count(store, step)) for step in left]


def migrate(
    store: Store, where: str, progress: Progress, migrations: tuple[Migration, ...] = MIGRATIONS
) -> list[Migration]:
    """Take every step that a graph has before it. Raises `GraphError` while a load is unfinished, or it is newer."""
    found = version(store)
    if found is not None and found > newest(migrations):
        check(store, where, migrations)
    if store.read("MATCH (b:Batch {status: 'loading'}) RETURN count(b) AS n")[0]["n"]:
        raise GraphError(
            "MIGRATION_OF_UNFINISHED", "a load was begun and not finished", where,
            "Finish it, or `ccg load --abandon`, with the program that began it; then migrate.",
        )  # fmt: skip
    taken = []
    for step in migrations:
        if found is None or step.version <= found:
            continue
        while step.found and (done := _some(store, step)):
            progress(f"schema {step.version}: {step.what}", done)
        store.ensure_schema()
        say(store, step.version)
        taken.append(step)
    return taken


def _count(store: Store, step: Migration) -> int:
    return int(store.read(f"{step.found} RETURN count(x) AS n")[0]["n"]) if step.found else 0


def _some(store: Store, step: Migration) -> int:
    cypher = f"{step.found} WITH x LIMIT {STEP} {step.change} RETURN count(x) AS done"
    return int(store.execute(cypher)[0]["done"])


def say(store: Store, number: int) -> None:
    """Let the graph say which schema it has."""
    store.execute("MERGE (s:GraphSchema {id: 'graph'}) SET s.version = $version", {"version": number})
