"""What is missing of parameters is found, and what the law leaves as it is is no fault."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from benefits.parameters import Entry, Parameter, parameters
from benefits.review import GONE_THROUGH, Kind, changed, review

READ = date(2026, 11, 23)


def yearly(*days: str, renewed: int | None = 10, **about: object) -> Parameter:
    entries = tuple(Entry(date.fromisoformat(day), 1, "regulation", None) for day in days)
    one = Parameter("snap/one", "USD", "7 CFR 273.9", (), "regulation", READ, renewed, None, entries)
    return replace(one, **about)  # type: ignore[arg-type]


GAP = yearly("2022-10-01", "2023-10-01", "2025-10-01")


@pytest.mark.parametrize(
    ("one", "kind", "text"),
    [
        (GAP, Kind.GAP, "a new value was due on 2024-10-01"),
        (yearly("2022-10-01", "2023-10-01"), Kind.DUE, "due on 2024-10-01"),
        (yearly("2022-10-01", renewed=None, citation=" "), Kind.SOURCE, "no citation"),
        (yearly("2022-10-01", renewed=None, confirmed="a blog"), Kind.SOURCE, "'a blog'"),
        (yearly("2023-10-01", "2022-10-01", renewed=None), Kind.ORDER, "stands after"),
    ],
    ids=["a year is missing", "overdue", "no citation", "no mark", "out of order"],
)
def test_a_fault_is_named(one: Parameter, kind: Kind, text: str) -> None:
    (fault,) = [finding for finding in review(date(2026, 1, 1), [one]) if finding.is_fault]
    assert (fault.key, fault.kind) == ("snap/one", kind)
    assert text in fault.text


@pytest.mark.parametrize(
    ("one", "kind"),
    [
        (yearly("2024-01-01", renewed=None), Kind.LATE),
        (
            yearly("2022-10-01", renewed=None, entries=(Entry(date(2022, 1, 1), {"a": None}, "regulation", None),)),
            Kind.NOT_FOUND,
        ),
    ],
)
def test_what_is_known_to_be_missing_is_a_note(one: Parameter, kind: Kind) -> None:
    assert [(finding.kind, finding.is_fault) for finding in review(date(2026, 1, 1), [one])] == [(kind, False)]


def test_a_source_that_was_not_read_for_long_is_a_fault_and_its_value_an_assumption() -> None:
    one = yearly("2022-10-01", renewed=None, read=date(2023, 1, 1))
    assert [(found.kind, found.is_fault) for found in review(date(2026, 1, 1), [one])] == [(Kind.UNREAD, True)]
    assert one.value(date(2024, 12, 31)).assumption is None
    assert "last read on 2023-01-01" in (one.value(date(2025, 1, 1)).assumption or "")


def test_a_value_of_january_is_no_gap_where_the_day_of_the_month_wanders() -> None:
    guideline = yearly("2022-01-12", "2023-01-19", "2024-01-11", "2025-01-15", "2026-01-13", renewed=1)
    assert review(date(2026, 12, 31), [guideline]) == []
    assert [finding.kind for finding in review(date(2027, 1, 1), [guideline])] == [Kind.DUE]


def test_the_parameters_have_no_fault_as_of_the_day_they_were_gone_through() -> None:
    assert [finding for finding in review(GONE_THROUGH) if finding.is_fault] == []


def test_what_changed_between_two_days_has_both_values() -> None:
    found = {key: (before, after) for key, before, after in changed(date(2025, 9, 30), date(2025, 10, 1))}
    before, after = found["snap/max_allotment"]
    assert before and after
    assert (before.value["3"], after.value["3"]) == (768, 785)
    assert "federal_tax/oasdi_rate" not in found


def test_what_is_not_known_on_one_of_two_days_is_said() -> None:
    found = {key: (before, after) for key, before, after in changed(date(2023, 1, 1), date(2024, 1, 1))}
    assert found["ccfa/fee_rates"][0] is None


def test_every_folder_is_one_of_a_program_or_tax() -> None:
    assert all(key.count("/") >= 1 for key in parameters())
