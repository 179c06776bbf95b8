"""Arithmetic of months. A month is given by its first day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=16_384)
def add_months(month: date, months: int) -> date:
    """The first day of the month that many months later; earlier when negative."""
    years, place = divmod(month.month - 1 + months, 12)
    return date(month.year + years, place + 1, 1)


def months_between(earlier: date, later: date) -> int:
    """Months from one day's month to another's; negative when the second is earlier."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month
