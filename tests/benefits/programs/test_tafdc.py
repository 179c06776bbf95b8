"""What holds of TAFDC besides its cases, which are in `cases/tafdc.yaml`."""

from datetime import date

from benefits.parameters import Parameters
from benefits.programs.tafdc import grant
from tests.benefits.families import family


def test_who_is_pregnant_and_has_ssi_is_no_family() -> None:
    month = date(2026, 6, 1)
    alone = family(month, [30], ssi=[994], pregnant=[True])
    assert grant(alone, Parameters.at(month)).cents.tolist() == [0]
