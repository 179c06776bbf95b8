"""`ccg rules`: what the law says, on the terminal."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from ccg.main import cli


def ccg(*words: str) -> Result:
    return CliRunner().invoke(cli, ["rules", *words])


def test_the_values_in_force_on_a_day_are_listed_with_their_marks() -> None:
    found = ccg("list", "snap", "--as-of", "2024-11-01")
    (line,) = [line for line in found.stdout.splitlines() if line.startswith("snap/excess_shelter_cap ")]
    assert line.split()[1:] == ["2024-10-01", "reference_engine", "712"]
    assert not any(line.startswith("tafdc") for line in found.stdout.splitlines())


def test_a_parameter_is_shown_with_its_citation_and_all_its_values() -> None:
    found = ccg("show", "snap/sua_heating_cooling").stdout
    assert "7 CFR 273.9(d)(6)(iii)" in found
    assert "each October" in found
    assert "2025-10-01  914" in found
    assert "2026-10-01  not found" in found


@pytest.mark.parametrize("words", [("show", "snap/max_allotmnt"), ("list", "snapp/max_allotment")])
def test_a_key_that_is_none_is_answered_with_the_closest(words: tuple[str, ...]) -> None:
    found = ccg(*words)
    assert found.exit_code == 2
    assert "closest: snap/max_allotment" in found.output


def test_a_difference_shows_both_values() -> None:
    found = ccg("diff", "2025-03-01", "2025-04-01").stdout
    assert "tafdc/payment_standard_private" in found
    assert '"3": 823' in found
    assert '"3": 901' in found


def test_the_check_is_clean_today_and_fails_when_values_are_overdue() -> None:
    assert ccg("check", "--as-of", "2026-11-25").exit_code == 0
    late = ccg("check", "--as-of", "2027-11-01")
    assert late.exit_code == 1
    assert "FAULT  snap/max_allotment: new value due" in late.stdout


def test_a_day_that_is_none_is_refused() -> None:
    assert "is not a date like" in ccg("check", "--as-of", "yesterday").output
