"""A raise for all near a cliff: what is told of all is what the path of each one says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from access.disclosure import suppress_each
from benefits.calendar import add_months
from graph.store import Access, Store
from queries.bridges import EVERYWHERE, TABLES, Raise, bridges
from queries.household import read_household, statement, year_to
from queries.outlook import Offer, ladder_of, path_of
from queries.situation import situation
from tests.conftest import Engine, empty
from tests.feeds_sample import MONTH, RECEIVED, data_directory, load_folder

MORE, WITHIN, MONTHS = 900_00, 2_000_00, 8


@pytest.fixture(scope="module")
def store(
    engines: Callable[[str], Engine], feeds_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    with Store.connect(engines("embedded").bolt(Access.WRITE), Access.WRITE) as opened:
        empty(opened)
        load_folder(opened, feeds_folder, data_directory(tmp_path_factory.mktemp("data")), derive=True)
        yield opened


def test_all_of_them_come_to_what_the_path_of_each_says(store: Store) -> None:
    found = bridges(store, Raise(MONTH, MORE, WITHIN, MONTHS), RECEIVED)
    short: dict[date, list[int]] = {}
    followed = 0
    for row in store.read("MATCH (h:Household) WHERE h.recorded_to IS NULL RETURN h.id AS id"):
        record = read_household(store, row["id"], RECEIVED, *year_to(MONTH))
        here = situation(record, MONTH) if record else None
        earner = here.main_earner() if here else None
        if record is None or here is None or earner is None:
            continue
        earned = int(here.ends[0].earnings_cents[0, here.place(earner)])
        climbed = ladder_of(record, MONTH, None).ladder
        if climbed is None or not any(earned <= one.peak_cents <= earned + WITHIN for one in climbed.cliffs):
            continue
        offer = Offer(MONTH, earner, earned + MORE, add_months(MONTH, 1), MONTHS)
        path = path_of(record, offer).path
        if path is None:
            continue
        followed += 1
        for step in path.steps:
            low, high = step.short_cents
            told = short.setdefault(step.month, [0, 0, 0])
            told[:] = told[0] + (high > 0), told[1] + low, told[2] + high
    assert followed > 5
    assert sum(found.followed.values()) == followed
    months = {
        month: [sum(figures[at] for (_, when), figures in found.months.items() if when == month) for at in range(3)]
        for month in short
    }
    assert months == short
    falls = {program: figures for (_, program), figures in found.falls.items() if figures[0]}
    assert falls
    assert all(0 < figures[0] <= followed and 0 <= figures[1] <= figures[2] for figures in falls.values())
    assert any(high for _, _, high in short.values())
    assert not any(short[MONTH]), "the raise begins a month later"
    assert set(found.followed) == {EVERYWHERE}
    counties = bridges(store, Raise(MONTH, MORE, WITHIN, MONTHS, "county"), RECEIVED)
    assert sum(counties.followed.values()) == followed
    assert len(counties.followed) > 1
    for program in {name for _, name in found.programs}:
        parts = [figures for (_, name), figures in counties.programs.items() if name == program]
        assert [sum(column) for column in zip(*parts, strict=True)] == found.programs[EVERYWHERE, program]


def test_a_small_place_cannot_be_had_from_the_total_of_all(store: Store) -> None:
    """Of each month and each program, whoever is left out is left out with another."""
    table = TABLES["months"]
    rows = [
        {"place": place, "month": month, "households": households, "short": 0, "bridge_low_cents": 0,
         "bridge_high_cents": 0}
        for month in (1, 2) for place, households in (("A", 3), ("B", 40), ("C", 60))
    ]  # fmt: skip
    told = suppress_each(table, rows, table.together, 11)
    assert [row["households"] for row in told.rows] == [None, None, 60] * 2
    assert told.suppressed == 4
    assert {told["bridge_high_cents"] % 100_00 for told in bridges(
        store, Raise(MONTH, MORE, WITHIN, MONTHS), RECEIVED).bridge_rows()} == {0}  # fmt: skip


def test_what_programs_spend_is_the_sum_of_their_months_and_falls_are_of_months_that_leave_less(store: Store) -> None:
    paths = []
    for row in store.read(statement("near_cliffs"), {"month": MONTH, "within": WITHIN, "asOf": RECEIVED}):
        record = read_household(store, row["household"], RECEIVED, *year_to(MONTH))
        here = situation(record, MONTH) if record else None
        if record is None or here is None or here.missing:
            continue
        path = path_of(record, Offer(MONTH, None, 4_000_00, add_months(MONTH, 1), MONTHS)).path
        paths += [path] if path and not path.readings else []
    assert paths
    for path in paths:
        for program, (low, high) in path.spending_cents.items():
            each = [
                (step.parts.get(program, (0,))[0] - step.baseline_parts.get(program, (0,))[0], step.short_cents[1] > 0)
                for step in path.steps
            ]
            assert low == high == sum(more for more, _ in each)
            assert path.falls_cents[program] == (sum(-min(more, 0) for more, short in each if short),) * 2
