"""Health coverage by income (130 CMR 505.002, 505.005; 956 CMR 12.04); what no source gives is unknown."""

from datetime import date

import numpy as np

from benefits.parameters import Parameters
from benefits.programs.masshealth import Coverage, coverage
from tests.benefits.families import family

MONTH, NOBODY = date(2025, 10, 1), np.zeros(1, dtype=bool)


def test_an_adult_under_133_percent_has_masshealth_and_over_it_connectorcare() -> None:
    law = Parameters.at(MONTH)
    assert coverage(family(MONTH, [30], [0]), law, NOBODY).coverage.tolist() == [[Coverage.MASSHEALTH]]
    assert coverage(family(MONTH, [30], [2000]), law, NOBODY).coverage.tolist() == [[Coverage.CONNECTORCARE]]


def test_a_child_keeps_coverage_where_the_parent_does_not() -> None:
    found = coverage(family(MONTH, [30, 4], [3000, 0]), Parameters.at(MONTH), NOBODY).coverage[0]
    assert found[0] == Coverage.CONNECTORCARE
    assert found[1] != Coverage.CONNECTORCARE


def test_a_premium_that_no_source_gives_is_marked_unknown_with_its_reason() -> None:
    found = coverage(family(MONTH, [30], [2000]), Parameters.at(MONTH), NOBODY)
    assert found.premium_unknown.tolist() == [True]
    assert "connectorcare/enrollee_premium" in (found.reason or "")
    assert not coverage(family(MONTH, [30], [0]), Parameters.at(MONTH), NOBODY).premium_unknown.any()
