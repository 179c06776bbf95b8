"""What a reform does to recorded households, on the embedded engine: against each household's own path."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from access.disclosure import suppress
from benefits.reform import Reform, read
from graph.store import Access, Store
from queries import reformed_cliffs
from queries.household import read_household, year_to
from queries.outlook import Offer, ladder_of, path_of
from queries.reformed import TABLES, Effects, effects, ids_of
from queries.situation import situation
from tests.conftest import Engine, empty
from tests.feeds_sample import RECEIVED, data_directory, load_folder

FIRST = date(2026, 3, 1)
MONTHS = 6


@pytest.fixture(scope="module")
def homes(
    engines: Callable[[str], Engine], feeds_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    with Store.connect(engines("embedded").bolt(Access.WRITE), Access.WRITE) as store:
        empty(store)
        load_folder(store, feeds_folder, data_directory(tmp_path_factory.mktemp("data")))
        yield store


def reform(folder: Path, changes: str) -> Reform:
    file = folder / "reform.yaml"
    file.write_text(f"from: {FIRST}\nchanges: {changes}\n")
    return read(file)


def of_all(store: Store, reformed: Reform) -> Effects:
    return effects(store, ids_of(store, RECEIVED, page=7), reformed, FIRST, MONTHS, RECEIVED)


def test_one_that_changes_nothing_leaves_everyone_as_they_are(homes: Store, tmp_path: Path) -> None:
    found = of_all(homes, reform(tmp_path, "{tafdc/payment_standard_private: {times: 1}}"))
    assert found.households > 20
    assert not found.cost_cents
    assert sum(counts["same"] for counts in found.fares.values()) == found.households


def test_every_household_is_counted_once_or_said_to_be_unknown(homes: Store, tmp_path: Path) -> None:
    found = of_all(homes, reform(tmp_path, "{snap/max_allotment: {times: 1.2}}"))
    counted = sum(sum(counts.values()) for counts in found.fares.values())
    assert counted == found.households
    living = [
        home
        for home in ids_of(homes, RECEIVED)
        if (record := read_household(homes, home, RECEIVED, *year_to(FIRST))) and situation(record, FIRST)
    ]
    assert counted + sum(found.unknown.values()) == len(living)


def test_more_food_is_paid_by_snap_alone_and_nobody_loses(homes: Store, tmp_path: Path) -> None:
    found = of_all(homes, reform(tmp_path, "{snap/max_allotment: {times: 1.2}}"))
    assert set(found.cost_cents) == {"SNAP"}
    low, high = found.cost_cents["SNAP"]
    assert 0 < low <= high
    assert sum(counts["lose"] + counts["either"] for counts in found.fares.values()) == 0
    assert sum(counts["gain"] for counts in found.fares.values()) == found.touched["SNAP"] > 5


@pytest.mark.parametrize("apart", [False, True])
def test_cliffs_that_go_and_come_are_those_of_each_households_ladders(
    homes: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, apart: bool
) -> None:
    """Of more households, ladders are climbed in processes of their own."""
    monkeypatch.setattr(reformed_cliffs, "TOGETHER", 9)
    monkeypatch.setattr(reformed_cliffs, "ALONE", 0 if apart else 2_000)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    reformed = reform(tmp_path, "{snap/bbce_gross_rate: 1.3}")
    climbed: list[int] = []

    def progress(what: str, households: int) -> None:
        climbed.extend([households] * (what == "cliffs"))

    found = effects(homes, ids_of(homes, RECEIVED), reformed, FIRST, 1, RECEIVED, progress, ladders=True)
    assert len(climbed) > 3
    assert sum(climbed) == found.households + sum(found.unknown.values())
    assert of_all(homes, reformed).cliffs == {}, "ladders only where they are asked for"
    own: dict[str, list[int]] = {}
    for home in ids_of(homes, RECEIVED):
        record = read_household(homes, home, RECEIVED, *year_to(FIRST))
        if record is None:
            continue
        law = ladder_of(record, FIRST, None).ladder
        with reformed.in_force():
            other = ladder_of(record, FIRST, None).ladder
        if law is None or other is None:
            continue
        then, now = (
            [
                (max(cliff.causes, key=lambda cause: (cause.loss_low_cents, cause.program)).program, cliff.peak_cents)
                for cliff in one.cliffs
            ]
            for one in (law, other)
        )
        for program in {program for program, _ in (*then, *now)}:
            counts = own.setdefault(program, [0] * 6)
            before, after = ([peak for of, peak in one if of == program] for one in (then, now))
            gone = sum(all(abs(peak - other) > 100_00 for other in after) for peak in before)
            come = sum(all(abs(peak - other) > 100_00 for other in before) for peak in after)
            told = (1, len(before), gone > 0, gone, come > 0, come)
            counts[:] = [sum(pair) for pair in zip(counts, told, strict=True)]
    assert found.cliffs == own
    assert sum(counts[3] + counts[5] for counts in own.values()) > 0, "it moves somebody's cliffs"


def test_small_counts_of_households_with_other_cliffs_are_left_out_with_all_that_tells_of_them() -> None:
    found = Effects(
        cliffs={"SNAP": [30, 60, 4, 12, 0, 0], "CCFA": [40, 45, 39, 44, 20, 20], "UI": [50, 50, 0, 0, 15, 15]}
    )
    told = suppress(TABLES["cliffs"], TABLES["cliffs"].rows(found), 11).rows
    assert [row["removed"] for row in told] == [None, None, 0], "one of CCFA's households is left with its cliff"


def test_a_lower_limit_takes_snap_from_some_in_every_month(homes: Store, tmp_path: Path) -> None:
    found = of_all(homes, reform(tmp_path, "{snap/bbce_gross_rate: 1.0}"))
    assert found.cost_cents["SNAP"][1] < 0
    without, months, anew, _ = found.turns["SNAP"]
    assert 0 < without <= months <= without * MONTHS
    assert anew == 0
    assert sum(counts["lose"] for counts in found.fares.values()) > 0


def test_a_households_months_differ_as_on_its_own_path_where_nothing_is_held_back(homes: Store, tmp_path: Path) -> None:
    """Federal credits are paid as income is, without a report or a review between."""
    reformed = reform(
        tmp_path, "{federal_tax/eitc_max_credit: {times: 1.5}, federal_tax/eitc_phase_in_rate: {times: 1.5}}"
    )
    found = of_all(homes, reformed)
    low, high = found.cost_cents["FEDERAL_CREDITS"]
    own_low = own_high = 0
    for home in ids_of(homes, RECEIVED):
        record = read_household(homes, home, RECEIVED, *year_to(FIRST))
        here = situation(record, FIRST) if record else None
        if record is None or here is None or here.unknown or here.main_earner() is None:
            continue
        before = path_of(record, Offer(FIRST, None, None, FIRST, MONTHS))
        with reformed.in_force():
            after = path_of(record, Offer(FIRST, None, None, FIRST, MONTHS))
        if before.path and after.path:
            for one, other in zip(before.path.steps, after.path.steps, strict=True):
                own_low += other.parts["FEDERAL_CREDITS"][0] - one.parts["FEDERAL_CREDITS"][0]
                own_high += other.parts["FEDERAL_CREDITS"][1] - one.parts["FEDERAL_CREDITS"][1]
    assert low == own_low
    assert high == own_high
