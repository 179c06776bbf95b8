"""A mapping's errors come all at once, each with its path into the file."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from graph_loader.errors import LoadError
from graph_loader.load.feeds import read_feeds
from graph_loader.mapping.document import read_mapping
from tests.conftest import ROOT
from tests.feeds_sample import small

GOOD = ROOT / "sample" / "mappings" / "dua_claims.yaml"


def test_a_good_mapping_reads() -> None:
    assert read_mapping(GOOD).feed == "dua_claims"


def test_every_error_of_a_mapping_is_named_with_its_path(tmp_path: Path) -> None:
    document = yaml.safe_load(GOOD.read_text())
    document["nodes"]["span"]["type"] = "Enrolment"
    document["nodes"]["amount"]["set"]["shoe_size"] = "monthly"
    document["relationships"][0]["type"] = "ENROLED_IN"
    document["relationships"][2]["source"] = "nobody"
    document["people"]["claimant"]["ssn"] = "no_such_column"
    file = tmp_path / "claims.yaml"
    file.write_text(yaml.safe_dump(document))
    with pytest.raises(LoadError) as caught:
        read_mapping(file)
    for path in (
        "nodes.span.type: no node type 'Enrolment'",
        "nodes.amount.set.shoe_size: BenefitAmount has no such property",
        "relationships[0].type: no relationship type 'ENROLED_IN'",
        "relationships[2].source: 'nobody'",
        "people.claimant.ssn: no column 'no_such_column'",
    ):
        assert path in str(caught.value)


def test_columns_of_once_are_part_of_what_becomes_of_a_row(tmp_path: Path) -> None:
    """So that rows that are loaded already get their entry when it is said."""
    document = yaml.safe_load(GOOD.read_text())
    file = tmp_path / "claims.yaml"
    meanings = []
    for once in (False, True, ["claim"], ["claim", "why_ended"]):
        file.write_text(yaml.safe_dump(document | {"once": once}))
        meanings.append(read_mapping(file).meaning())
    assert meanings[0] == meanings[1], "a feed as a whole is told of anew with each load"
    assert len(set(meanings)) == 3
    for wrong in ("claim", []):
        file.write_text(yaml.safe_dump(document | {"once": wrong}))
        with pytest.raises(LoadError, match=r"once: .*true, or a list of columns"):
            read_mapping(file)


def test_kinds_elements_and_record_numbers_are_held_against_what_they_feed(tmp_path: Path) -> None:
    document = yaml.safe_load(GOOD.read_text())
    document["nodes"]["amount"]["set"]["monthly_amount_cents"] = "why_ended"
    document["nodes"]["span"]["from"] = "monthly"
    document["nodes"]["paid"] = {"type": "Wage", "key": ["claim"], "set": {"amount_cents": "=5"}, "from": "paid_from"}
    document["people"]["other"] = {"birth_date": "born"}
    document["record"] = ["claim", "why_ended"]
    document["once"] = ["claim", "no_such_column"]
    document["people"]["claimant"]["address"] = {"street": "given", "since": "=yesterday"}
    document["people"]["claimant"]["ssn"] = "=123"
    file = tmp_path / "claims.yaml"
    file.write_text(yaml.safe_dump(document))
    with pytest.raises(LoadError) as caught:
        read_mapping(file)
    for problem in (
        "nodes.amount.monthly_amount_cents: a column of kind text cannot be monthly_amount_cents, a integer",
        "nodes.span.valid_from: a column of kind money cannot be valid_from, a date",
        "once: no column 'no_such_column'",
        "nodes.paid.amount_cents: a constant is text",
        "nodes.paid: Wage is over a span and needs `from` and `to`",
        "people.other: nothing here tells who it is; give `ssn`, or `first_name` and `last_name`, or one",
        "record[1]: why_ended must be required",
        "people.claimant.address.since: not a date",
        "people.claimant.ssn: only a column of kind ssn may be one",
    ):
        assert problem in str(caught.value)
    document["record"] = []
    document["file"]["encoding"] = "klingon"
    file.write_text(yaml.safe_dump(document))
    with pytest.raises(LoadError, match=r"(?s)file\.encoding.*record") as caught:
        read_mapping(file)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"element": "provenance"}, "ELEMENT_MISDECLARED"),
        ({"element": "shoe_size"}, "not among the agreement's elements"),
    ],
)
def test_a_column_is_the_element_that_the_agreement_maps_where_it_goes(
    feeds_folder: Path, tmp_path: Path, change: dict[str, str], what: str
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dua_claims")
    file = feeds / "mappings/dua_claims.yaml"
    document = yaml.safe_load(file.read_text())
    document["columns"]["surname"] |= change
    file.write_text(yaml.safe_dump(document))
    with pytest.raises(LoadError, match=what):
        read_feeds(feeds)


def test_a_constant_end_is_in_the_roster(feeds_folder: Path, tmp_path: Path) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dua_claims")
    file = feeds / "mappings/dua_claims.yaml"
    file.write_text(file.read_text().replace("Program:=UI", "Program:=UU"))
    with pytest.raises(LoadError, match="UU is no Program of the roster"):
        read_feeds(feeds)
