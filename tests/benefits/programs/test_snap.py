"""What holds of SNAP at all earnings; its cases are in `cases/snap.yaml`."""

from datetime import date

import numpy as np

from benefits.parameters import Parameters
from benefits.programs.snap import allotment
from tests.benefits.families import family

MONTH = date(2025, 10, 1)
NONE, NOBODY = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=bool)


def test_more_earnings_never_give_more_food() -> None:
    law = Parameters.at(MONTH)
    amounts = [
        int(allotment(family(MONTH, [30, 4, 9], [e, 0, 0], rent=1100), law, NONE, NOBODY).cents[0])
        for e in range(0, 6000, 50)
    ]
    assert amounts == sorted(amounts, reverse=True)
    assert amounts[0] == 785_00
    assert amounts[-1] == 0
