"""ConnectorCare by income (956 CMR 12.04); a premium that no source gives is unknown."""

from datetime import date

import numpy as np
import pytest

from benefits.parameters import Parameters
from benefits.programs.connectorcare import Enrollees, enrollees
from tests.benefits.families import family

LINE_2025 = 15_650 / 12
"""A month of the 2025 poverty guideline for one, which 2026 goes by."""


def of(month: date, earnings: float, *, age: int = 30, covered: bool = False) -> Enrollees:
    return enrollees(family(month, [age], [earnings]), Parameters.at(month), np.array([[not covered]]))


@pytest.mark.parametrize(("share", "dollars"), [(1.45, 0), (1.9, 53), (2.4, 103), (2.9, 152), (3.9, 235)])
def test_the_premium_of_2026_goes_by_the_share_of_last_years_poverty_line(share: float, dollars: int) -> None:
    found = of(date(2026, 3, 1), share * LINE_2025)
    assert found.covered.tolist() == [[True]]
    assert found.premium_cents.tolist() == [dollars * 100]


def test_nobody_over_400_percent_in_2026_nor_the_old_nor_who_is_covered_already() -> None:
    march = date(2026, 3, 1)
    for found in (of(march, 4.01 * LINE_2025), of(march, 2000, age=65), of(march, 2000, covered=True)):
        assert not found.covered.any()
        assert found.premium_cents.tolist() == [0]


def test_a_premium_that_no_source_gives_is_marked_unknown_with_its_reason() -> None:
    found = of(date(2025, 10, 1), 2000)
    assert found.premium_unknown.tolist() == [True]
    assert "connectorcare/enrollee_premium" in (found.reason or "")
    assert not of(date(2025, 10, 1), 2000, covered=True).premium_unknown.any()
