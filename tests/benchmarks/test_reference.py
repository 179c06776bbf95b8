"""The rules agree with the reference's committed answers, and every difference is one that is explained."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.reference import __main__ as reference
from benchmarks.reference.differences import DIFFERENCES
from benchmarks.reference.households import households

ASKED = reference.cases(households())
OURS, THEIRS = reference.ours(ASKED), reference.theirs(ASKED)


@pytest.mark.parametrize("program", list(OURS))
def test_a_program_agrees_but_where_a_deliberate_difference_speaks(program: str) -> None:
    agrees = reference.near(program, OURS[program], THEIRS[program])
    assert agrees.mean() >= reference.FLOORS.get(program, 0)
    assert agrees[~reference.explained(program, ASKED)].all()


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda one: f"{one.program}: {one.what}")
def test_a_difference_that_makes_none_is_no_longer_one(difference: object) -> None:
    holds = difference.holds(ASKED)  # type: ignore[attr-defined]
    programs = [name for name in OURS if reference.kind(name) == difference.program]  # type: ignore[attr-defined]
    assert programs
    assert any((~reference.near(name, OURS[name], THEIRS[name]) & holds).any() for name in programs)


def test_the_answers_are_of_the_households_that_are_asked() -> None:
    taxed = OURS["payroll tax"]
    assert (taxed == THEIRS["payroll tax"]).mean() > 0.99
    assert len(np.unique(ASKED.size)) > 5
