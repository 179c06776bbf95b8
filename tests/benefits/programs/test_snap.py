"""SNAP of federal fiscal year 2026 (7 CFR 273.9, 273.10), reckoned by hand."""

from datetime import date

import numpy as np
import pytest

from benefits.parameters import Parameters
from benefits.programs.snap import allotment
from tests.benefits.families import family

MONTH = date(2025, 10, 1)
NONE, NOBODY = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=bool)


@pytest.mark.parametrize(
    ("earnings", "facts", "dollars"),
    [
        (0, {"heats": False}, 298),  # no income: the maximum for one
        (1000, {"rent": 800}, 298),  # 800 - 209 - shelter at its cap of 744: nothing is counted
        (2000, {"heats": False}, 24),  # 30 % of 1,391 is more than the maximum: the minimum for one
        (2700, {"heats": False}, 0),  # over 200 % of poverty
    ],
)
def test_one_person(earnings: int, facts: dict[str, object], dollars: int) -> None:
    cases = family(MONTH, [30], [earnings], **facts)
    assert allotment(cases, Parameters.at(MONTH), NONE, NOBODY).cents.tolist() == [100 * dollars]


def test_more_earnings_never_give_more_food() -> None:
    law = Parameters.at(MONTH)
    amounts = [
        int(allotment(family(MONTH, [30, 4, 9], [e, 0, 0], rent=1100), law, NONE, NOBODY).cents[0])
        for e in range(0, 6000, 50)
    ]
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[0] == 785_00
    assert amounts[-1] == 0
