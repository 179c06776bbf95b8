"""SimulatedAmount and Departure nodes, and LOST_AFTER_RAISE: what recorded months come to by the rules, where payments
depart from it, and what fell after earnings rose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from itertools import groupby

from benefits.calendar import add_months, months_between
from derive.nodes import Nodes
from queries.departures import Departure, Due, compare, wages_of
from queries.household import HouseholdRecord
from queries.losses import losses_of


def add_departures(
    nodes: Nodes, records: Mapping[str, HouseholdRecord], first: date, months: int, wages_until: date
) -> None:
    """Of recorded households, some months from the first on; see `compare` and `losses_of`."""
    households = {household: wages_of(record, first, wages_until) for household, record in records.items()}
    for household, compared in compare(households, first, months, wages_until).items():
        for program, of in groupby(compared.months, lambda due: due.program):
            for span in _spans(list(of)):
                _add_due(nodes, f"{household}/{program}", household, span)
        for departure in compared.departures:
            _add_departure(nodes, household, departure)
    for household, by in households.items():
        for loss in losses_of(by, first, months, wages_until):
            told = {name: value for name, value in asdict(loss).items() if name != "program"}
            key = f"/{loss.raised:%Y-%m}/{loss.fell:%Y-%m}@{nodes.as_of}"
            nodes.link("LOST_AFTER_RAISE", household, loss.program, key, recorded_from=nodes.as_of, **told)


def _spans(dues: list[Due]) -> list[list[Due]]:
    """Months in a row with the same amounts."""
    spans: list[list[Due]] = []
    for due in dues:
        last = spans[-1][-1] if spans else None
        if last and months_between(last.month, due.month) == 1 and _said(last) == _said(due):
            spans[-1].append(due)
        else:
            spans.append([due])
    return spans


def _said(due: Due) -> tuple[object, ...]:
    return due.paid_cents, due.due_cents, due.reason


def _add_due(nodes: Nodes, of: str, household: str, span: list[Due]) -> None:
    due, (low, high) = span[0], span[0].due_cents or (None, None)
    key = f"{of}/due/{due.month:%Y-%m}/{nodes.rules_version}@{nodes.as_of}"
    nodes.add(
        "SimulatedAmount", key, program=due.program, month_from=due.month, month_to=add_months(span[-1].month, 1),
        low_cents=low, high_cents=high, paid_cents=due.paid_cents, reason=due.reason,
        rules_version=nodes.rules_version, recorded_from=nodes.as_of,
    )  # fmt: skip
    nodes.link("WAS_DUE", household, key)


def _add_departure(nodes: Nodes, household: str, departure: Departure) -> None:
    low, high = departure.due_cents or (None, None)
    name = f"{departure.program}/departure/{departure.since:%Y-%m}"
    key = f"{household}/{name}/{nodes.rules_version}@{nodes.as_of}"
    nodes.add(
        "Departure", key, program=departure.program, kind=departure.kind.value, month_from=departure.since,
        month_to=departure.until, paid_cents=departure.paid_cents, low_cents=low, high_cents=high,
        evidence=[said.text for said in departure.evidence],
        rests_on=[said.rests_on or "" for said in departure.evidence],
        rules_version=nodes.rules_version, recorded_from=nodes.as_of,
    )  # fmt: skip
    nodes.link("HAS_DEPARTURE", household, key)
