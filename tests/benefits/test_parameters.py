"""Every parameter has its source, and a month without a value is unknown."""

from datetime import date

import numpy as np
import pytest

from benefits.calendar import add_months
from benefits.cases import MOST_PEOPLE
from benefits.parameters import FOLDER, Parameters, UnknownParameter, ahead_of, parameters

KEYS = sorted(file.relative_to(FOLDER).with_suffix("").as_posix() for file in FOLDER.rglob("*.yaml"))


@pytest.mark.parametrize("key", KEYS)
def test_each_parameter_is_cited_and_says_how_far_it_is_confirmed(key: str) -> None:
    value = parameters()[key].value(date(2026, 1, 1))
    assert value.citation
    assert value.unit
    assert value.confirmed in {"regulation", "agency_page", "reference_engine", "second_source"}


def test_the_value_in_force_follows_the_month() -> None:
    assert parameters()["snap/max_allotment"].value(date(2025, 9, 1)).effective == date(2024, 10, 1)
    assert parameters()["snap/max_allotment"].value(date(2025, 10, 1)).effective == date(2025, 10, 1)


def test_a_value_that_no_source_gives_is_carried_under_a_named_assumption() -> None:
    value = parameters()["snap/sua_heating_cooling"].value(date(2026, 11, 1))
    assert value.value == 914
    assert "was not found" in (value.assumption or "")


def test_long_after_the_last_published_value_it_is_unknown() -> None:
    with pytest.raises(UnknownParameter, match="too old"):
        Parameters.at(date(2030, 6, 1))["snap/max_allotment"]


def test_what_may_stand_in_now_stands_in_for_as_many_months_as_are_looked_ahead() -> None:
    with ahead_of(date(2026, 11, 1)):
        law = Parameters.at(date(2031, 10, 1))
        law.value("snap/max_allotment")
    assert "carried forward" in (law.used["snap/max_allotment"].assumption or "")
    with ahead_of(date(2030, 6, 1)), pytest.raises(UnknownParameter, match="too old for 2030-08-01"):
        Parameters.at(date(2030, 8, 1))["snap/max_allotment"]
    with pytest.raises(UnknownParameter, match="too old"):
        Parameters.at(date(2031, 10, 1))["snap/max_allotment"]


def test_before_the_first_value_it_is_unknown() -> None:
    with pytest.raises(UnknownParameter, match="the first value"):
        Parameters.at(date(2015, 1, 1))["snap/max_allotment"]


def test_a_gap_in_the_past_is_unknown_and_what_was_never_published_is_not_carried_for_ever() -> None:
    maximum = parameters()["unemployment/weekly_maximum"]
    with pytest.raises(UnknownParameter, match="no source was found for the value in force on 2023-01-01"):
        maximum.value(date(2023, 1, 1))
    allowance = parameters()["snap/sua_heating_cooling"]
    assert allowance.value(date(2028, 9, 1)).value == 914
    with pytest.raises(UnknownParameter, match="too old"):
        allowance.value(date(2028, 10, 1))


BY_SIZE = [key for key, one in parameters().items() if isinstance(one.entries[-1].value, dict)
           and "each_additional" in one.entries[-1].value and "1" in one.entries[-1].value]  # fmt: skip


@pytest.mark.parametrize("key", BY_SIZE)
def test_a_standard_of_more_people_is_no_smaller(key: str) -> None:
    sizes = np.arange(1, MOST_PEOPLE + 1)
    for entry in parameters()[key].entries:
        if entry.is_found:
            assert (np.diff(Parameters.at(add_months(entry.effective, 1)).by_size(key, sizes)) >= 0).all(), entry
