"""Records to link, as the benchmark reads them."""

from __future__ import annotations

from pathlib import Path

from benchmarks.linkage_cases import febrl
from graph_loader.identity.records import SCHEMA

NAMES = (
    "rec_id", "given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state",
    "date_of_birth", "soc_sec_id",
)  # fmt: skip
ROWS = (
    "rec-7-org, michaela, neumann, 8, stanley street, miami, winston hills, 4223, nsw, 19151111, 5304218",
    "rec-7-dup-0, michaela, neuman, 8, stanley street, miami, winston hills, 4223, nsw, , 5304218",
)


def test_febrl_is_read_as_any_feed_is_and_its_numbers_are_its_truth(tmp_path: Path) -> None:
    (tmp_path / "dataset1.csv").write_text("\n".join([", ".join(NAMES), *ROWS]) + "\n")
    case = febrl(1, tmp_path)
    assert case is not None
    assert case.records.schema == SCHEMA
    assert case.truth.tolist() == ["7", "7"]
    assert case.records.column("birth").to_pylist() == ["1915-11-11", None]
    assert case.groups["age"].tolist() == ["born to 1939"] * 2
