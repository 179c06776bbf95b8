"""Months before and after, and how many lie between."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from benefits.calendar import add_months, months_between

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def test_a_month_is_given_by_its_first_day() -> None:
    assert add_months(date(2025, 11, 17), 2) == date(2026, 1, 1)
    assert add_months(date(2026, 1, 31), -1) == date(2025, 12, 1)
    assert add_months(date(2026, 3, 5), 0) == date(2026, 3, 1)


@given(days, st.integers(-300, 300))
def test_adding_and_counting_are_each_others_inverse(day: date, months: int) -> None:
    later = add_months(day, months)
    assert later.day == 1
    assert months_between(day, later) == months
    assert add_months(later, -months) == day.replace(day=1)
