"""Of all ways through some jobs, the best are found; held against every way, followed one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise, product
from typing import Any

import numpy as np
import pytest

from benefits import search
from benefits.calendar import add_months
from benefits.cases import Cases, CasesError
from benefits.home import Birth, Happening, Leaving, Move
from benefits.jobs import Change
from benefits.path import Start, follow
from benefits.programs.housing import Lease
from benefits.programs.ssi import Paid
from benefits.search import TooManyWays, Way, Ways, ways
from tests.benefits.families import family

MONTH = date(2026, 2, 1)
MONTHS, SPELL = 8, 2


START = Start({"TAFDC": False, "SNAP": True}, snap_due_in=4, snap_every=6)


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


@dataclass(frozen=True)
class Followed:
    """A way of each earner: what is left in each month, how much that is below a floor, how often somebody changes, and
    whether all end at their highest level."""

    net: list[int]
    short: int
    changes: int
    up: bool


def one_by_one(
    cases: Cases,
    levels: dict[int, list[int]],
    start: Start,
    floor: int,
    months: int = MONTHS,
    spell: int = SPELL,
    happens: Sequence[Happening] = (),
) -> list[Followed]:
    """Every way, or of several earners every two together, followed by itself; of each the first level is of now."""
    found = []
    for each in product(*(every_way(some, months, spell) for some in levels.values())):
        changes = [
            Change(add_months(MONTH, index), place, cents)
            for (place, some), way in zip(levels.items(), each, strict=True)
            for index, (before, cents) in enumerate(pairwise([some[0], *way]))
            if cents != before
        ]
        net = [step.net_cents[0] for step in follow((cases,), changes, start, months, happens).steps]
        up = all(way[-1] == max(some) for some, way in zip(levels.values(), each, strict=True))
        found.append(Followed(net, sum(max(floor - cents, 0) for cents in net), len(changes), up))
    return found


def check(found: Ways, every: list[Followed]) -> None:
    """The ways that were found are the best of every one."""
    assert found.richest.total_cents == max(sum(one.net) for one in every)
    least = min(one.short for one in every)
    assert found.safest.short_cents == least
    assert found.safest.total_cents == max(sum(one.net) for one in every if one.short == least)
    fewest = min(one.changes for one in every if one.up)
    assert len(found.steadiest.changes) == fewest
    assert found.steadiest.total_cents == max(sum(one.net) for one in every if one.up and one.changes == fewest)


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
    start = replace(START, enrolled=START.enrolled | takes, clock_months_used=20, reviews={"CCFA": 3})
    start = replace(start, readings=start.readings[:1])
    levels = [0, 2_400_00, 5_200_00]
    floor = 2_900_00
    found = ways(cases, {0: levels}, start, MONTHS, floor, SPELL)
    check(found, one_by_one(cases, {0: levels}, start, floor))
    for way in (found.richest, found.safest, found.steadiest):
        steps = follow((cases,), way.changes, start, MONTHS).steps
        assert [step.net_cents[0] for step in steps] == list(way.net_cents)
    assert found.households < sum(3**month for month in range(1, MONTHS + 1)), "ways of one future are one"


HAPPENINGS: dict[str, tuple[Happening, ...]] = {
    "a birth": (Birth(date(2026, 5, 1)),),
    "a move, which ends the voucher": (Move(date(2026, 4, 1), 1_300_00),),
    "a separation and a move": (Leaving(date(2026, 4, 1), (1,), 450_00), Move(date(2026, 6, 1), 1_700_00, heats=False)),
}


@pytest.mark.parametrize("name", HAPPENINGS)
def test_what_happens_besides_happens_on_every_way(name: str) -> None:
    happens = HAPPENINGS[name]
    facts = {"tafdc": True, "months_left": 3, "pregnant": [True, False, False]}
    if "voucher" in name:
        facts |= {"lease": Lease.SECTION_8, "contract_rent": 1_900}
    cases = family(MONTH, [30, 33, 4], [0, 700, 0], joint=True, **facts)
    start = replace(START, enrolled={"TAFDC": True, "SNAP": True}, clock_months_used=20)
    start = replace(start, readings=start.readings[:1])
    levels = {0: [0, 2_400_00, 5_200_00]}
    floor = 2_900_00
    found = ways(cases, levels, start, MONTHS, floor, SPELL, happens)
    check(found, one_by_one(cases, levels, start, floor, happens=happens))
    without = ways(cases, levels, start, MONTHS, floor, SPELL)
    assert without.richest.net_cents[-1] != found.richest.net_cents[-1]
    for way in found.each.values():
        steps = follow((cases,), way.changes, start, MONTHS, happens).steps
        assert [step.net_cents[0] for step in steps] == list(way.net_cents)


def test_ways_are_those_of_who_stays_and_what_cannot_happen_is_told() -> None:
    cases = family(MONTH, [30, 33, 4], [0, 700, 0], joint=True)
    with pytest.raises(CasesError, match="levels: who is in place 1 leaves; ways are those of who stays"):
        ways(cases, {1: [0, 900_00]}, START, happens=[Leaving(date(2026, 4, 1), (1,))])
    with pytest.raises(CasesError, match="no adult stays"):
        ways(cases, {2: [0]}, START, happens=[Leaving(date(2026, 4, 1), (0, 1))])


def test_of_two_earners_every_two_ways_together_are_looked_at() -> None:
    """Also where it is best that both change in one month, or one of them earlier."""
    cases = family(MONTH, [30, 32, 4], [0, 1_200, 0], joint=True, rent=1_500, tafdc=True, months_left=2)
    start = replace(START, enrolled={"TAFDC": True, "SNAP": True}, clock_months_used=5)
    start = replace(start, readings=start.readings[:1])
    levels = {0: [0, 2_600_00], 1: [1_200_00, 3_900_00]}
    floor = 3_300_00
    found = ways(cases, levels, start, 6, floor, spell=2)
    check(found, one_by_one(cases, levels, start, floor, 6, 2))
    assert found.richest.earned_cents[-1] == (2_600_00, 3_900_00)
    assert {change.place for change in found.steadiest.changes} == {0, 1}
    assert [step.net_cents[0] for step in follow((cases,), found.safest.changes, start, 6).steps] == list(
        found.safest.net_cents
    )
    alone = ways(cases, {0: levels[0]}, start, 6, floor, spell=2)
    assert alone.richest.total_cents < found.richest.total_cents


def test_what_was_found_is_handed_over_as_a_graph() -> None:
    cases = family(MONTH, [30, 4], [1_000, 0], rent=900)
    found = ways(cases, {0: [1_000_00, 2_000_00]}, Start({"TAFDC": False, "SNAP": True}), 6)
    graph = found.graph()
    steps = list(pairwise(enumerate(found.richest.earned_cents)))
    assert len(steps) == 5
    assert all(graph.has_edge(*step) for step in steps)
    assert graph.nodes[0, found.richest.earned_cents[0]]["richest_net_cents"] == found.richest.net_cents[0]


def test_nobody_changes_before_a_spell_is_over_and_what_cannot_be_is_told() -> None:
    cases = family(MONTH, [30, 4], [1_000, 0], rent=900)
    start = Start({"TAFDC": False, "SNAP": True})
    found = ways(cases, {0: [0, 1_000_00, 2_000_00, 9_000_00]}, start, 12, spell=4)
    for way in (found.safest, found.richest):
        ends = [index for index, (one, other) in enumerate(pairwise(way.earned_cents)) if one != other]
        assert all(after - before >= 4 for before, after in pairwise(ends))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search, "MOST_HOUSEHOLDS", 2)
        with pytest.raises(TooManyWays, match="by 2026-03 there are more than 2 households to follow"):
            ways(cases, {0: [1_000_00, 2_000_00]}, start, spell=1)
        patch.setattr(search, "MOST_CHOICES", 3)
        with pytest.raises(TooManyWays, match="by 2026-02 there are more than 3 ways into it"):
            ways(cases, {0: [0, 1_000_00, 2_000_00, 3_000_00]}, start, spell=1)
    with pytest.raises(CasesError, match="13 are more than the 12"):
        ways(cases, {0: [cents * 100 for cents in range(12)]}, start)
    two = family(MONTH, [30, 4], [1_000, 0])
    with pytest.raises(CasesError, match="one household"):
        ways(two.some(np.array([0, 0])), {0: [0]}, start)
    assert isinstance(found.safest, Way)
