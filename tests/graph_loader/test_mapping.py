"""A mapping's errors come all at once, each with its path into the file."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from graph_loader.errors import LoadError
from graph_loader.mapping.document import read_mapping
from tests.conftest import ROOT

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
