"""Of all ways through some jobs, the best are found; held against every way, followed one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from benefits import search
from benefits.calendar import add_months
from benefits.cases import Cases, CasesError
from benefits.jobs import Change
from benefits.path import Start, follow
from benefits.programs.housing import Lease
from benefits.programs.ssi import Paid
from benefits.search import TooManyWays, Way, ways
from tests.benefits.families import family

MONTH = date(2026, 2, 1)
MONTHS, SPELL = 8, 2


def every_way(levels: list[int], months: int, spell: int) -> Iterator[list[int]]:
    """Levels by month, the first being that of before the first month, each kept for a spell."""

    def on(way: list[int], stood: int) -> Iterator[list[int]]:
        if len(way) > months:
            yield way[1:]
            return
        for level in levels:
            if level == way[-1] or stood >= spell:
                yield from on([*way, level], stood + 1 if level == way[-1] else 1)

    yield from on([levels[0]], spell)


def one_by_one(cases: Cases, levels: list[int], start: Start, floor: int) -> list[tuple[list[int], list[int], int]]:
    """Of every way what is earned, what is left in each month, and how much that is below a floor."""
    found = []
    for way in every_way(levels, MONTHS, SPELL):
        before = [levels[0], *way]
        changes = [
            Change(add_months(MONTH, index), 0, cents) for index, cents in enumerate(way) if cents != before[index]
        ]
        net = [step.net_cents[0] for step in follow((cases,), changes, start, MONTHS).steps]
        found.append((way, net, sum(max(floor - cents, 0) for cents in net)))
    return found


HOUSEHOLDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "on TAFDC": ({"tafdc": True, "months_left": 3, "rent": 1_100}, {"TAFDC": True, "SNAP": True}),
    "with care and a voucher": (
        {"care": [0, 2], "care_price": 1_600, "lease": Lease.SECTION_8, "contract_rent": 1_900}, {"SNAP": True},
    ),
    "with SSI, whose earnings it looks back to": (
        {"disabled": [True, False], "ssi_paid": [Paid.FEDERAL, 0], "lease": Lease.SECTION_8, "contract_rent": 1_500},
        {"SNAP": True},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HOUSEHOLDS)
def test_what_is_found_is_the_best_of_every_way(name: str) -> None:
    facts, takes = HOUSEHOLDS[name]
    cases = family(MONTH, [30, 4], [0, 0], **facts)
    start = Start({"TAFDC": False} | takes, snap_due_in=4, snap_every=6, clock_months_used=20, reviews={"CCFA": 3})
    start = Start(**{**start.__dict__, "readings": start.readings[:1]})
    levels = [0, 2_400_00, 5_200_00]
    floor = 2_900_00
    found = ways(cases, 0, levels, start, MONTHS, floor, SPELL)
    every = one_by_one(cases, levels, start, floor)
    assert found.richest.total_cents == max(sum(net) for _, net, _ in every)
    least = min(short for *_, short in every)
    assert found.safest.short_cents == least
    assert found.safest.total_cents == max(sum(net) for _, net, short in every if short == least)
    up = [(way, net) for way, net, _ in every if way[-1] == levels[-1]]

    def turns(way: list[int]) -> int:
        return int(np.count_nonzero(np.diff([levels[0], *way])))

    fewest = min(turns(way) for way, _ in up)
    assert found.steadiest
    assert len(found.steadiest.changes) == fewest
    assert found.steadiest.total_cents == max(sum(net) for way, net in up if turns(way) == fewest)
    for way in (found.richest, found.safest, found.steadiest):
        steps = follow((cases,), way.changes, start, MONTHS).steps
        assert [step.net_cents[0] for step in steps] == list(way.net_cents)
    assert found.households < sum(3**month for month in range(1, MONTHS + 1)), "ways of one future are one"


def test_what_was_found_is_handed_over_as_a_graph() -> None:
    cases = family(MONTH, [30, 4], [1_000, 0], rent=900)
    found = ways(cases, 0, [1_000_00, 2_000_00], Start({"TAFDC": False, "SNAP": True}), 6)
    graph = found.graph()
    steps = list(pairwise(enumerate(found.richest.earned_cents)))
    assert len(steps) == 5
    assert all(graph.has_edge(*step) for step in steps)
    assert graph.nodes[0, found.richest.earned_cents[0]]["richest_net_cents"] == found.richest.net_cents[0]


def test_nobody_changes_before_a_spell_is_over_and_what_cannot_be_is_told() -> None:
    cases = family(MONTH, [30, 4], [1_000, 0], rent=900)
    start = Start({"TAFDC": False, "SNAP": True})
    found = ways(cases, 0, [0, 1_000_00, 2_000_00, 9_000_00], start, 12, spell=4)
    for way in (found.safest, found.richest):
        ends = [index for index, (one, other) in enumerate(pairwise(way.earned_cents)) if one != other]
        assert all(after - before >= 4 for before, after in pairwise(ends))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "MOST_HOUSEHOLDS", 2)
        with pytest.raises(TooManyWays, match="by 2026-03 there are more than 2 "):
            ways(cases, 0, [1_000_00, 2_000_00], start, spell=1)
    with pytest.raises(CasesError, match="13 are more than the 12"):
        ways(cases, 0, [cents * 100 for cents in range(12)], start)
    two = family(MONTH, [30, 4], [1_000, 0])
    with pytest.raises(CasesError, match="one household"):
        ways(two.some(np.array([0, 0])), 0, [0], start)
    assert isinstance(found.safest, Way)
