"""A premium of ConnectorCare that no source gives is unknown; its cases are in `cases/connectorcare.yaml`."""

from datetime import date

import numpy as np

from benefits.parameters import Parameters
from benefits.programs.connectorcare import Enrollees, enrollees
from tests.benefits.families import family

OCTOBER = date(2025, 10, 1)


def of(*, covered: bool) -> Enrollees:
    return enrollees(family(OCTOBER, [30], [2000]), Parameters.at(OCTOBER), np.array([[not covered]]))


def test_a_premium_that_no_source_gives_is_marked_unknown_with_its_reason() -> None:
    found = of(covered=False)
    assert found.premium_unknown.tolist() == [True]
    assert "connectorcare/enrollee_premium" in (found.reason or "")
    assert not of(covered=True).premium_unknown.any()
