"""What follows for each household, written again only where its records, the month or the rules changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from datetime import date, timedelta

from benefits.calendar import add_months
from benefits.parameters import rules_version
from derive.departures import add_departures
from derive.eligible import add_eligible
from derive.ladders import add_ladders
from derive.nodes import Nodes
from graph.store import Store
from queries.departures import READ_BEFORE
from queries.household import read_households, statement
from queries.situation import facts

STEP = 2_000
TOGETHER = 400
"""Households that are read, and reckoned, at once."""
_OF_LAST_MONTHS = (
    "-[:WAS_DUE]->(n:SimulatedAmount)", "-[:HAS_DEPARTURE]->(n:Departure)", "-[n:LOST_AFTER_RAISE]->(:Program)",
)  # fmt: skip
"""Ways from a household to what is told of its last months: the newest alone stands."""
COMPARED_MONTHS = 12
"""So many months, the last of them that of the ladders, are held against the rules."""


def derive_households(
    store: Store, as_of: date, month: date, progress: Callable[[str, int], None], changed: Set[str] | None = None
) -> int:
    """Write the ladder of each household's main earner in a month, and what the months up to it come to, by the rules
    in force here.

    Only for households that have no ladder yet for this month under these rules, or that `changed` at `as_of` (see
    `changed_households`; None: anyone may have); what stood before is ended then. A ladder of an earlier month stays
    what it was when it was made; of departures, those of the last months stand. Gives the number of ladders written.
    """
    version = rules_version()
    before = _standing(store, month, as_of)
    living = set(_living(store, as_of, month))
    yesterday = as_of - timedelta(days=1)
    wages_until = _wages_until(store, as_of)
    if (
        changed is None
        or _reported(store, as_of) != _reported(store, yesterday)
        or wages_until != _wages_until(store, yesterday)
    ):
        changed = living  # what a file can show for the first time may concern everyone, as do months now reported
    good = {household for household, rules in before.items() if rules == version} & living - changed
    asked, count = sorted(living - good), 0
    _end(store, sorted(before.keys() - good), "-[:HAS_LADDER]->(n:Ladder {month: $month})", month, as_of)
    _end(store, sorted({*asked, *before} - good), "-[n:ELIGIBLE_FOR {month: $month}]->(:Program)", month, as_of)
    for path in _OF_LAST_MONTHS:
        _end(store, sorted(_having(store, path, as_of) - good), path, month, as_of)
    first = add_months(month, 1 - COMPARED_MONTHS)
    span = add_months(first, -READ_BEFORE), add_months(month, 1)
    for start in range(0, len(asked), TOGETHER):
        nodes = Nodes(as_of, version)
        records = read_households(store, asked[start : start + TOGETHER], as_of, *span)
        found = {household: facts(record, month) for household, record in records.items()}
        in_month = {household: each for household, each in found.items() if each}
        add_ladders(nodes, in_month)
        add_eligible(nodes, records, in_month)
        if wages_until:
            add_departures(nodes, records, first, COMPARED_MONTHS, wages_until)
        nodes.write(store)
        written = len(nodes.rows.get("Ladder", ()))
        count += written
        progress("ladders", written)
    return count


def _reported(store: Store, as_of: date) -> list[str]:
    return sorted(row["what"] for row in store.read(statement("reported"), {"asOf": as_of}))


def _living(store: Store, as_of: date, month: date) -> Iterator[str]:
    """Every household that somebody lives in that month."""
    rows = store.stream(
        "MATCH (h:Household)<-[m:MEMBER_OF]-(:Person) "
        "WHERE m.recorded_from <= $asOf AND (m.recorded_to IS NULL OR m.recorded_to > $asOf) "
        "AND m.valid_from < $next AND (m.valid_to IS NULL OR m.valid_to > $month) "
        "RETURN DISTINCT h.id AS household",
        {"asOf": as_of, "month": month, "next": add_months(month, 1)},
    )
    for row in rows:
        yield row["household"]


def _standing(store: Store, month: date, as_of: date) -> dict[str, str]:
    """Households with a ladder of the month that earlier loads left standing → its rules."""
    rows = store.stream(
        "MATCH (h:Household)-[:HAS_LADDER]->(l:Ladder {month: $month}) WHERE l.recorded_from < $asOf "
        "AND (l.recorded_to IS NULL OR l.recorded_to = $asOf) RETURN h.id AS household, l.rules_version AS rules",
        {"month": month, "asOf": as_of},
    )
    return {row["household"]: row["rules"] for row in rows}


def _wages_until(store: Store, as_of: date) -> date | None:
    """Until when wages by the quarter are reported; None: there are none."""
    (row,) = store.read(statement("wages_until"), {"asOf": as_of})
    until: date | None = row["until"]
    return until


def _having(store: Store, path: str, as_of: date) -> set[str]:
    """Households, also such as are no more, of which something that earlier loads told stands along a path to `n`."""
    rows = store.stream(
        f"MATCH (h:Household){path} WHERE n.recorded_from < $asOf AND n.recorded_to IS NULL "
        "RETURN DISTINCT h.id AS household",
        {"asOf": as_of},
    )
    return {row["household"] for row in rows}


def _end(store: Store, households: list[str], path: str, month: date, as_of: date) -> None:
    """End what is recorded of households along a path to `n`."""
    for start in range(0, len(households), STEP):
        store.execute(
            f"UNWIND $households AS id MATCH (h:Household {{id: id}}){path} "
            "WHERE n.recorded_from < $asOf AND n.recorded_to IS NULL SET n.recorded_to = $asOf",
            {"households": households[start : start + STEP], "month": month, "asOf": as_of},
        )
