"""What is declared of how programs bear on one another is what the rules do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from benefits.edges import edges
from benefits.month import Month, simulate
from benefits.parameters import Parameter, Parameters, instead, parameters
from benefits.path import Start, walk
from benefits.programs.housing import Lease
from benefits.programs.masshealth import Coverage
from benefits.programs.ssi import Paid
from benefits.programs.wic import may_take_part
from tests.benefits.families import family

MONTH = date(2026, 3, 1)
ON_TAFDC: dict[str, Any] = {"tafdc": True, "months_left": 6}


def of(*ages: int, earned: int = 0, without: str = "", **facts: Any) -> Month:
    """The month of a family; `without` an edge."""
    law = Parameters.at(MONTH)
    if without:
        law = Parameters({**parameters(), f"edges/{without}": denied(without)}, MONTH)
    cases = family(MONTH, list(ages), [earned] + [0] * (len(ages) - 1), **facts)
    takes = {"TAFDC": np.array([facts.get("tafdc", False)]), "EAEDC": np.array([facts.get("eaedc", True)])}
    return simulate(cases, enrolled=takes, law=law)


def denied(name: str) -> Parameter:
    edge = parameters()[f"edges/{name}"]
    return replace(edge, entries=tuple(replace(entry, value=False) for entry in edge.entries))


def part(program: str, sign: int, *ages: int, **facts: Any) -> Callable[[str], bool]:
    """Whether an edge makes a part of the month larger (or smaller)."""

    def bears(name: str) -> bool:
        with_, without = (int(of(*ages, without=each, **facts).parts[program][0]) for each in ("", name))
        return sign * (with_ - without) > 0

    return bears


def coverage(*ages: int, with_: Coverage, without: Coverage, **facts: Any) -> Callable[[str], bool]:
    """Whether the first person's coverage is one with an edge, and another without it."""
    return lambda name: [of(*ages, without=each, **facts).coverage[0, 0] for each in ("", name)] == [with_, without]


def wic(name: str) -> bool:
    cases = family(MONTH, [30, 4], [6_000, 0])
    given = {"tafdc_confers_wic": "tafdc", "snap_confers_wic": "snap", "masshealth_confers_wic": "health"}[name]
    nobody = dict.fromkeys(("tafdc", "snap", "health"), np.zeros((1, 2), bool))
    with_, without = Parameters.at(MONTH), Parameters({**parameters(), f"edges/{name}": denied(name)}, MONTH)
    everyone: dict[str, Any] = nobody | {given: np.ones_like(nobody[given]), "aid_cents": np.zeros(1, np.int64)}
    return bool(may_take_part(cases, with_, **everyone).any() and not may_take_part(cases, without, **everyone).any())


def in_kind(program: str, *ages: int, **facts: Any) -> Callable[[str], bool]:
    """Whether an edge keeps the household from help in kind that it may have without it."""
    return lambda name: [int(of(*ages, without=each, **facts).in_kind[program][0]) > 0 for each in ("", name)] == [
        False, True,
    ]  # fmt: skip


def transition(kind: str, raised: int, *ages: int, **facts: Any) -> Callable[[str], bool]:
    """Whether an edge makes an event of a path on which the first person's earnings rise."""

    def follows(name: str) -> bool:
        start = Start({"TAFDC": True, "SNAP": True})
        found = []
        for others in (parameters(), {**parameters(), f"edges/{name}": denied(name)}):
            with instead(others):
                path = walk((family(MONTH, list(ages), [0] * len(ages), **facts),), 0, raised, MONTH, start, 4)
            found.append(kind in {event.kind for step in path.steps for event in step.events})
        return found == [True, False]

    return follows


OLD: dict[str, Any] = {"disabled": [True]}
HEAP_OF_TWO, HEAP_OF_THREE = 5_400, 6_400
"""Dollars a month, a little less than 60 % of the state's median income."""


DOES: dict[str, Callable[[str], bool]] = {
    "tafdc_confers_snap": part("SNAP", 1, 30, 4, 2, earned=4_200, child_care=2_500, rent=2_500, **ON_TAFDC),
    "tafdc_confers_masshealth": lambda name: [
        of(30, 4, earned=2_900, without=each, **ON_TAFDC).coverage.tolist() for each in ("", name)
    ] == [[[Coverage.MASSHEALTH] * 2], [[Coverage.CONNECTORCARE, Coverage.FAMILY_ASSISTANCE]]],
    "tafdc_confers_ccfa": part("CCFA", 1, 30, 4, earned=2_900, care=[0, 2], care_price=1_000, **ON_TAFDC),
    "tafdc_confers_wic": wic, "snap_confers_wic": wic, "masshealth_confers_wic": wic,
    "tafdc_counts_for_snap": part("SNAP", -1, 30, 4, earned=1_500, rent=1_000, **ON_TAFDC),
    "tafdc_counts_for_housing": part("HOUSING", -1, 30, 4, lease=Lease.SECTION_8, **ON_TAFDC),
    "eaedc_counts_for_snap": part("SNAP", -1, 70, 66, earned=1_000, joint=True),
    "eaedc_counts_for_housing": part("HOUSING", -1, 45, lease=Lease.SECTION_8, **OLD),
    "tafdc_excludes_eaedc": part("EAEDC", -1, 30, 32, 5, disabled=[False, True, False], **ON_TAFDC),
    "ssi_counts_for_snap": part("SNAP", -1, 45, ssi_paid=[Paid.FEDERAL], **OLD),
    "ssi_counts_for_housing": part("HOUSING", -1, 45, ssi_paid=[Paid.FEDERAL], lease=Lease.SECTION_8, **OLD),
    "ssi_confers_masshealth": coverage(
        70, ssi_paid=[Paid.FEDERAL], with_=Coverage.MASSHEALTH, without=Coverage.UNKNOWN
    ),
    "ssi_excludes_tafdc": part("TAFDC", -1, 30, 4, ssi=[900, 0], **ON_TAFDC),
    "ssi_excludes_eaedc": part("EAEDC", -1, 45, ssi_paid=[Paid.FEDERAL], **OLD),
    "ui_counts_for_tafdc": part("TAFDC", -1, 30, 4, ui_weekly=[150, 0], **ON_TAFDC),
    "ui_counts_for_snap": part("SNAP", -1, 30, 4, ui_weekly=[400, 0]),
    "ui_counts_for_housing": part("HOUSING", -1, 30, 4, ui_weekly=[400, 0], lease=Lease.MRVP),
    "ui_counts_for_ccfa": part("CCFA", -1, 30, 4, ui_weekly=[900, 0], care=[0, 2], care_price=1_000),
    "ui_counts_for_masshealth": coverage(
        30, earned=0, ui_weekly=[500], with_=Coverage.CONNECTORCARE, without=Coverage.MASSHEALTH
    ),
    "ui_counts_for_eaedc": part("EAEDC", -1, 45, ui_weekly=[50], **OLD),
    "ui_counts_for_ssi": part("SSI", -1, 45, ui_weekly=[100], ssi_paid=[Paid.FEDERAL], **OLD),
    "ui_counts_for_connectorcare": part("CONNECTORCARE", -1, 30, ui_weekly=[600]),
    "ui_counts_for_premium_credit": lambda name: [
        int(of(30, ui_weekly=[600], without=each).in_kind["PREMIUM_CREDIT"][0]) for each in ("", name)
    ] == [1, 0],
    "ui_counts_for_wic": in_kind("WIC", 30, 4, earned=2_500, ui_weekly=[900, 0]),
    "ui_counts_for_heap": in_kind("HEAP", 30, earned=3_500, ui_weekly=[900]),
    "ssi_counts_for_wic": in_kind("WIC", 45, 4, earned=2_900, ssi=[900, 0], disabled=[True, False]),
    "ssi_counts_for_heap": in_kind("HEAP", 45, earned=4_000, ssi=[900], **OLD),
    "eaedc_counts_for_wic": in_kind("WIC", 40, 45, 4, earned=4_000, disabled=[False, True, False]),
    "eaedc_counts_for_heap": in_kind("HEAP", 40, 45, earned=HEAP_OF_TWO, disabled=[False, True]),
    "tafdc_counts_for_heap": in_kind(
        "HEAP", 40, 30, 5, earned=HEAP_OF_THREE, in_tafdc=[False, True, True], parents=[False, True, False], **ON_TAFDC
    ),
    "tafdc_transitions_to_snap": transition("transitional_snap_starts", 3_500_00, 30, 4, tafdc=True),
    "masshealth_excludes_connectorcare": coverage(
        30, earned=1_700, with_=Coverage.MASSHEALTH, without=Coverage.CONNECTORCARE
    ),
    "masshealth_transitions_to_connectorcare": coverage(
        30, earned=2_500, with_=Coverage.CONNECTORCARE, without=Coverage.NONE
    ),
}  # fmt: skip


@pytest.mark.parametrize("edge", [one.key.removeprefix("edges/") for one in edges()])
def test_what_is_declared_between_programs_is_what_the_rules_do(edge: str) -> None:
    assert DOES[edge](edge)


def test_names_say_what_files_declare() -> None:
    verbs = {
        "CONFERS_ELIGIBILITY": "confers", "COUNTS_AS_INCOME_FOR": "counts_for", "EXCLUDES": "excludes",
        "TRANSITIONS_TO": "transitions_to",
    }  # fmt: skip
    for one in edges():
        assert one.key == f"edges/{one.source.lower()}_{verbs[one.kind]}_{one.target.lower()}"
        assert one.citation
        assert one.until is None or one.until > one.since
