"""A result taken apart: the steps of a rule, each with its value, its citation and the parameters that went into it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benefits import units
from benefits.cases import Cases, Flags, stack
from benefits.month import simulate
from benefits.parameters import Parameters, Step, UnknownParameter, Value
from benefits.programs import masshealth
from benefits.programs.masshealth import Coverage

EXPLAINED = (
    "TAFDC", "SNAP", "SSI", "EAEDC", "UI", "CCFA", "HOUSING", "MASSHEALTH", "CONNECTORCARE", "WIC", "HEAP",
    "SCHOOL_MEALS", "PREMIUM_CREDIT", "PAYROLL_TAX", "FEDERAL_TAX", "FEDERAL_CREDITS", "STATE_TAX", "STATE_CREDITS",
)  # fmt: skip
"""What can be taken apart; of an answer's taxes, each by itself."""


@dataclass(frozen=True)
class Explained:
    """One step of one household: between `low` and `high` where a fact is not recorded, else both are the same.

    `unit`: cents (a month), cents_a_year, cents_a_season, people, months, times, share (of one) or yes (1: it is so);
    `of`: the steps it follows from.
    """

    name: str
    low: float
    high: float
    unit: str
    citation: str
    parameters: tuple[Value, ...]
    of: tuple[Explained, ...]


def explain(ends: Sequence[Cases], enrolled: Mapping[str, bool], program: str) -> Explained:
    """How a program's rule comes to its result for a household in a month: `ends` as of `month.corners`.

    Raises `LookupError` where the rules do not speak of the program, `UnknownParameter` where one is not known.
    """
    if program not in EXPLAINED:
        near = difflib.get_close_matches(program, EXPLAINED, n=2, cutoff=0.4)
        raise LookupError(f"no rule is told of {program!r}; there are {', '.join(near or EXPLAINED)}")
    law = Parameters.at(ends[0].month, explaining=True)
    cases = stack(ends)
    takes = {name: np.full(len(cases.rent_cents), yes) for name, yes in enrolled.items()}
    month = simulate(cases, enrolled=takes, law=law)
    where, reason = month.unknown.get(program, (np.zeros(1, bool), ""))
    if where.any():
        raise UnknownParameter(reason)
    if program == "MASSHEALTH" and ((month.coverage == Coverage.COMMONHEALTH) & _costs(cases, law)[:, None]).any():
        raise UnknownParameter("what CommonHealth costs over 150 % of poverty was not found")
    told = (law.steps or {}).get(program)
    if told is None:
        why = "nobody of the household is recorded in it, or what they receive is taken as it is recorded"
        raise UnknownParameter(f"the rules tell nothing of {program}: {why}")
    return tree(told)


def _costs(cases: Cases, law: Parameters) -> Flags:
    """Where income is over 150 % of poverty, from which on CommonHealth has a premium (130 CMR 506.011)."""
    quiet = law.quiet()
    return np.asarray(masshealth.share_of_poverty(units.masshealth_household(cases, quiet), quiet) > 1.5)


def tree(steps: Sequence[Step]) -> Explained:
    """The last step with all that it follows from. Raises `ValueError` where a step is named that was not told."""
    known: dict[str, Step] = {}
    for step in steps:
        missing = [name for name in step.of if name not in known]
        if missing:
            raise ValueError(f"{step.name} follows from {missing[0]}, which was not told before it")
        known[step.name] = step
    return _explained(steps[-1], known)


def _explained(step: Step, known: Mapping[str, Step]) -> Explained:
    return Explained(
        step.name, float(step.values.min()), float(step.values.max()), step.unit, step.citation, step.parameters,
        tuple(_explained(known[name], known) for name in step.of),
    )  # fmt: skip
