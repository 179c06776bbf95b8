"""Every query's header is whole and true to its text."""

from __future__ import annotations

import re
from datetime import date

import pytest

from governance.agreement import read_agreement
from governance.examples import text
from governance.roster import read_roster
from queries import catalogue

QUERIES = catalogue.catalogue()
ROSTER = read_roster("roster", text("massachusetts_roster.yaml"))
AGREEMENT = read_agreement("agreement", text("massachusetts_agreement.yaml"), ROSTER)


@pytest.mark.parametrize("name", QUERIES)
def test_parameters_of_the_header_are_those_of_the_text(name: str) -> None:
    query = QUERIES[name]
    used = set(re.findall(r"\$(\w+)", query.cypher)) - {"asOf"}
    assert used == {parameter.name for parameter in query.parameters}


@pytest.mark.parametrize("name", QUERIES)
def test_what_a_query_needs_is_something_that_the_agreement_can_open(name: str) -> None:
    every = {mapped for element in AGREEMENT.elements for mapped in element.maps_to}
    for needed in QUERIES[name].needs:
        assert needed in every or f"{needed.split('.')[0]}.*" in every


@pytest.mark.parametrize("name", QUERIES)
def test_counts_are_columns(name: str) -> None:
    assert set(QUERIES[name].counts) <= set(QUERIES[name].columns)
    assert QUERIES[name].grain != "aggregate" or QUERIES[name].counts or name == "who_may_see_what"


def test_bad_parameters_are_named() -> None:
    query = QUERIES["bundle_prevalence"]
    with pytest.raises(ValueError, match="needs the parameter month"):
        query.bind({}, date(2026, 1, 1))
    with pytest.raises(ValueError, match="no parameter moon"):
        query.bind({"moon": "2026-01-01"}, date(2026, 1, 1))
    with pytest.raises(ValueError, match="must be a month, like 2026-10-01"):
        query.bind({"month": "soon"}, date(2026, 1, 1))
