"""Ladder, IncomeStep and Cliff nodes: who stands in front of which cliff, for analysts to ask in Cypher."""

from __future__ import annotations

from collections.abc import Mapping

from benefits.ladder import Ladder, climb_all
from benefits.parameters import UnknownParameter
from derive.nodes import Nodes
from queries.outlook import climber, standing
from queries.situation import Facts

NEXT_CENTS = 83_33
"""$1,000 a year, of which a month's part."""


def add_ladders(nodes: Nodes, in_month: Mapping[str, Facts]) -> None:
    """The ladder of each household's main earner in the month of its situation; of a household without one, none."""
    climbing = []
    for household, found in in_month.items():
        earner = found.main_earner()
        if earner is None:
            continue
        key = f"{household}/{earner}/{found.month:%Y-%m}/{nodes.rules_version}@{nodes.as_of}"
        row = nodes.add(
            "Ladder", key, earner=earner, month=found.month, rules_version=nodes.rules_version,
            earnings_cents=int(found.ends[0].earnings_cents[0, found.place(earner)]), status="known", reason=None,
            next_rate=None, recorded_from=nodes.as_of,
        )  # fmt: skip
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


def _add_steps(nodes: Nodes, key: str, ladder: Ladder) -> None:
    net, earned = ladder.low.net_cents, ladder.earnings_cents
    kept = ladder.outline()
    for index, following in zip(kept, [*kept[1:], None], strict=True):
        step = f"{key}/{earned[index]}"
        rate = None
        if following is not None:
            if earned[following] > earned[index] + 1:
                rate = 1 - float(net[following] - net[index]) / float(earned[following] - earned[index])
            nodes.link("NEXT_STEP", step, f"{key}/{earned[following]}")
        nodes.add(
            "IncomeStep", step, earnings_cents=int(earned[index]), net_resources_cents=int(net[index]),
            marginal_rate=rate,
        )  # fmt: skip
        nodes.link("HAS_STEP", key, step)
    for cliff in ladder.cliffs:
        name = f"{key}/cliff/{cliff.peak_cents}"
        nodes.add(
            "Cliff", name, peak_earnings_cents=cliff.peak_cents, trough_earnings_cents=cliff.trough_cents,
            loss_cents=cliff.loss_low_cents, recovery_earnings_cents=cliff.recovery_cents,
        )  # fmt: skip
        nodes.link("DROPS_AT", f"{key}/{cliff.peak_cents}", name)
        for cause in cliff.causes:
            nodes.link("CAUSED_BY", name, cause.program, loss_cents=cause.loss_low_cents)
