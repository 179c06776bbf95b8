"""Ladder, IncomeStep and Cliff nodes: who stands in front of which cliff, for analysts to ask in Cypher."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from benefits.calendar import add_months
from benefits.ladder import Ladder, climb_all
from benefits.parameters import UnknownParameter, rules_version
from graph.schema import GRAPH
from graph.store import Store
from queries.household import read_households, statement, year_to
from queries.outlook import climber, standing
from queries.situation import Situation, situation

STEP = 2_000
NEXT_CENTS = 83_33
"""$1,000 a year, of which a month's part."""
TOGETHER = 100
"""Households that are read, and climb, at once."""
Rows = list[dict[str, Any]]
_HOME = "(h:Household)<-[:MEMBER_OF]-(:Person)"
_TOLD = (
    "(h:Household)<-[r:MEMBER_OF]-(:Person)",
    f"{_HOME}-[:DERIVED_FROM]->(r:SourceRecord)",
    f"{_HOME}-[r:IN_UNIT]->(:BenefitUnit)",
    f"{_HOME}-[:IN_UNIT]->(:BenefitUnit)-[r:ENROLLED_IN]->(:Enrollment)",
    f"{_HOME}-[:IN_UNIT]->(:BenefitUnit)-[:ENROLLED_IN]->(:Enrollment)-[r:PAID]->(:BenefitAmount)",
    f"{_HOME}-[:IN_UNIT]->(:BenefitUnit)-[:ENROLLED_IN]->(:Enrollment)-[r:CERTIFIED_FOR]->(:Certification)",
)
"""Ways from a household to what is told of it: by its members' own records, and by those of their units. Whose a record
is may be said for another reason: that tells nothing of the household."""


@dataclass
class _Nodes:
    as_of: date
    ladders: Rows = field(default_factory=list)
    steps: Rows = field(default_factory=list)
    cliffs: Rows = field(default_factory=list)
    links: dict[str, Rows] = field(default_factory=dict)

    def link(self, type_name: str, source: str, target: str, **properties: Any) -> None:
        self.links.setdefault(type_name, []).append(
            {"source": source, "target": target, "id": f"{source}>{target}", **properties}
        )


def derive_ladders(store: Store, as_of: date, month: date, progress: Callable[[str, int], None]) -> int:
    """Write the ladder of each household's main earner in a month under the rules in force here.

    Only for households that have none yet for this month under these rules, or that changed at `as_of`; the
    ladder that stood before is ended then. A ladder of an earlier month stays what it was when it was made.
    Gives the number of ladders written.
    """
    version = rules_version()
    before = _standing(store, month, as_of)
    living = set(_living(store, as_of, month))
    changed = _changed(store, as_of) if before else set()
    if _reported(store, as_of) != _reported(store, as_of - timedelta(days=1)):
        changed = living  # what a file can show for the first time may concern everyone
    good = {household for household, rules in before.items() if rules == version} & living - changed
    _end(store, sorted(before.keys() - good), month, as_of)
    asked, count = sorted(living - good), 0
    for start in range(0, len(asked), TOGETHER):
        nodes = _Nodes(as_of)
        records = read_households(store, asked[start : start + TOGETHER], as_of, *year_to(month))
        found = {household: situation(record, month) for household, record in records.items()}
        _add(nodes, [(household, each) for household, each in found.items() if each], month, version)
        _write(store, nodes)
        count += len(nodes.ladders)
        progress("ladders", len(nodes.ladders))
    return count


def _add(nodes: _Nodes, situations: list[tuple[str, Situation]], month: date, version: str) -> None:
    climbing = []
    for household, found in situations:
        earner = found.main_earner()
        if earner is None:
            continue
        key = f"{household}/{earner}/{month:%Y-%m}/{version}@{nodes.as_of}"
        row = {
            "id": key, "earner": earner, "month": month, "rules_version": version,
            "earnings_cents": int(found.ends[0].earnings_cents[0, found.place(earner)]), "status": "known",
            "reason": None, "next_rate": None, "recorded_from": nodes.as_of,
        }  # fmt: skip
        nodes.ladders.append(row)
        nodes.link("HAS_LADDER", household, key)
        climbing.append((row, found, climber(found, earner)))
    try:
        ladders = climb_all([each for _, _, each in climbing])
    except UnknownParameter as unknown:
        for row, _, _ in climbing:
            row |= {"status": "unknown", "reason": str(unknown)}
        return
    for (row, found, _), ladder in zip(climbing, ladders, strict=True):
        status, reasons = standing(found, {**ladder.low.unknown, **ladder.high.unknown})
        row |= {"status": status, "reason": "; ".join(said.text for said in reasons) or None}
        if status != "unknown":
            row["next_rate"] = ladder.rate_on(NEXT_CENTS)
            _add_steps(nodes, str(row["id"]), ladder)


def _add_steps(nodes: _Nodes, key: str, ladder: Ladder) -> None:
    net, earned = ladder.low.net_cents, ladder.earnings_cents
    kept = ladder.outline()
    for index, following in zip(kept, [*kept[1:], None], strict=True):
        step = f"{key}/{earned[index]}"
        rate = None
        if following is not None:
            if earned[following] > earned[index] + 1:
                rate = 1 - float(net[following] - net[index]) / float(earned[following] - earned[index])
            nodes.link("NEXT_STEP", step, f"{key}/{earned[following]}")
        nodes.steps.append(
            {
                "id": step, "earnings_cents": int(earned[index]), "net_resources_cents": int(net[index]),
                "marginal_rate": rate,
            }
        )  # fmt: skip
        nodes.link("HAS_STEP", key, step)
    for cliff in ladder.cliffs:
        name = f"{key}/cliff/{cliff.peak_cents}"
        nodes.cliffs.append(
            {
                "id": name, "peak_earnings_cents": cliff.peak_cents, "trough_earnings_cents": cliff.trough_cents,
                "loss_cents": cliff.loss_low_cents, "recovery_earnings_cents": cliff.recovery_cents,
            }
        )  # fmt: skip
        nodes.link("DROPS_AT", f"{key}/{cliff.peak_cents}", name)
        for cause in cliff.causes:
            nodes.link("CAUSED_BY", name, cause.program, loss_cents=cause.loss_low_cents)


def _write(store: Store, nodes: _Nodes) -> None:
    for label, rows in (("Ladder", nodes.ladders), ("IncomeStep", nodes.steps), ("Cliff", nodes.cliffs)):
        if rows:
            node = GRAPH.node(label)
            types = {prop.name: prop.type.arrow for prop in node.columns}
            store.write_nodes(node, _table(rows, types))
    for type_name, rows in nodes.links.items():
        rel = GRAPH.relationship(type_name)
        types = {prop.name: prop.type.arrow for prop in rel.columns}
        store.write_relationships(rel, _table(rows, types | {"source": pa.string(), "target": pa.string()}))


def _table(rows: Rows, types: dict[str, pa.DataType]) -> pa.Table:
    names = [name for name in types if name in rows[0]]
    return pa.table({name: pa.array([row.get(name) for row in rows], types[name]) for name in names})


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


def _changed(store: Store, as_of: date) -> set[str]:
    """Households of which something was told, or taken back, at `as_of`."""
    found: set[str] = set()
    for pattern in _TOLD:
        rows = store.stream(
            f"MATCH {pattern} WHERE r.recorded_from = $asOf OR r.recorded_to = $asOf RETURN DISTINCT h.id AS household",
            {"asOf": as_of},
        )
        found |= {row["household"] for row in rows}
    rows = store.stream(
        "MATCH (h:Household)<-[:MEMBER_OF]-(:Person)<-[:FROM_PERSON|TO_PERSON]-(e:IdentityEvent {on: $asOf}) "
        "RETURN DISTINCT h.id AS household",
        {"asOf": as_of},
    )
    return found | {row["household"] for row in rows}


def _end(store: Store, households: list[str], month: date, as_of: date) -> None:
    for start in range(0, len(households), STEP):
        store.execute(
            "UNWIND $households AS id MATCH (h:Household {id: id})-[:HAS_LADDER]->(l:Ladder {month: $month}) "
            "WHERE l.recorded_from < $asOf AND l.recorded_to IS NULL SET l.recorded_to = $asOf",
            {"households": households[start : start + STEP], "month": month, "asOf": as_of},
        )
