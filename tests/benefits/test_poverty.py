"""The poverty guideline is taken up by each program in its own month."""

from datetime import date

import numpy as np
import pytest

from benefits import poverty
from benefits.parameters import Parameters

THREE = np.array([3])


@pytest.mark.parametrize(
    ("month", "takes_up_in", "yearly_dollars"),
    [
        (date(2026, 1, 1), 2, 26_650),  # of 2025: 15,650 and twice 5,500
        (date(2026, 2, 1), 2, 27_320),  # of 2026: 15,960 and twice 5,680
        (date(2026, 2, 1), 3, 26_650),
    ],
)
def test_the_line_of_the_year_before_stands_until_the_program_takes_up_the_new_one(
    month: date, takes_up_in: int, yearly_dollars: int
) -> None:
    found = poverty.monthly_cents(Parameters.at(month), THREE, takes_up_in)
    assert found.tolist() == [yearly_dollars * 100 // 12]


def test_nobody_has_the_line_of_one() -> None:
    law = Parameters.at(date(2026, 3, 1))
    assert poverty.yearly_cents(law, np.array([0, 1, 2]), 2026).tolist() == [15_960_00, 15_960_00, 21_640_00]
    assert law.used["poverty/guideline"].effective.year == 2026
