"""The federal poverty guideline, as each program takes it up in its own month (42 USC 9902(2))."""

from __future__ import annotations

from datetime import date

import numpy as np

from benefits.cases import Cents, Counts
from benefits.parameters import Parameters

KEY = "poverty/guideline"


def monthly_cents(law: Parameters, sizes: Counts, takes_up_in: int) -> Cents:
    """One month of the guideline that a program uses, in cents.

    `takes_up_in`: the month (1-12) in which the program starts to use the year's guideline.
    """
    month = law.month
    year = month.year if month.month >= takes_up_in else month.year - 1
    return yearly_cents(law, sizes, year) // 12


def yearly_cents(law: Parameters, sizes: Counts, year: int) -> Cents:
    """The guideline of a calendar year, in cents a year."""
    guideline = law.told(KEY, date(year, 2, 1))
    first, additional = (guideline.value[name] * 100 for name in ("first_person", "each_additional"))
    return guideline.along(sizes, lambda every: first + np.maximum(every - 1, 0) * additional)
