"""How far the rules here agree with the reference: `python -m benchmarks.reference`; prints docs/rules.md's tables."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.reference.differences import DIFFERENCES
from benchmarks.reference.households import MONTH, POINTS, STEP, YEAR, Household, households
from benefits.cases import Cases
from benefits.month import simulate
from benefits.parameters import Parameters
from benefits.programs.masshealth import Coverage
from benefits.taxes import federal, massachusetts, payroll

RESULTS = Path(__file__).with_name("results.npz")
ON = date(YEAR, MONTH, 1)
WITHIN = 100
"""Cents a month that two answers may differ by."""

FLOORS = {
    "federal income tax": 0.99, "federal EITC": 0.99, "refundable child credit": 0.99, "payroll tax": 0.99,
    "Massachusetts income tax": 0.99, "Massachusetts EITC": 0.99, "child and family credit": 0.99, "SNAP": 0.95,
}  # fmt: skip
"""The least share of cases that agree, before any difference is set aside."""

Amounts = npt.NDArray[np.int64]


def cases(some: list[Household]) -> Cases:
    """(households × points) cases, point by point within a household."""
    places = max(len(one.ages) for one in some)

    def each(values: list[list[int]], nobody: int = 0) -> Amounts:
        wide = [row + [nobody] * (places - len(row)) for row in values]
        return np.repeat(np.array(wide, dtype=np.int64), POINTS, axis=0)

    def flags(values: list[tuple[int, ...]]) -> npt.NDArray[np.bool_]:
        return each([[int(place in those) for place in range(places)] for those in values]).astype(bool)

    def one(values: list[int]) -> Amounts:
        return np.repeat(np.array(values, dtype=np.int64), POINTS)

    earnings = each([[0, each_one.second][: each_one.adults] for each_one in some]) * 100
    earnings[:, 0] = np.tile(np.arange(POINTS) * STEP * 100, len(some))
    return Cases.of(
        ON, each([list(h.ages) for h in some], -1), earnings,
        social_security_cents=one([h.social_security * 100 for h in some]),
        rent_cents=one([h.rent * 100 for h in some]),
        child_care_cents=one([h.child_care * 100 for h in some]), heats=one([h.heats for h in some]).astype(bool),
        disabled=flags([h.disabled for h in some]), pregnant=flags([h.pregnant for h in some]),
        joint=one([h.adults == 2 for h in some]).astype(bool),
    )  # fmt: skip


def ours(asked: Cases) -> dict[str, Amounts]:
    """What the rules here say, in the reference's terms: cents a month, or a count of people."""
    law = Parameters.at(asked.month)
    month = simulate(asked)
    ungranted = simulate(asked, enrolled={"TAFDC": np.zeros(len(asked.rent_cents), bool)})
    fica, _ = payroll.yearly_cents(asked, law)
    tax = federal.yearly(asked, law, fica.sum(axis=1))
    state = massachusetts.yearly(asked, law, fica, tax.eitc_cents)
    covered = (month.coverage == Coverage.MASSHEALTH).sum(axis=1)
    return {
        "federal income tax": tax.tax_cents // 12, "federal EITC": tax.eitc_cents // 12,
        "refundable child credit": tax.child_credit_cents // 12, "payroll tax": fica.sum(axis=1) // 12,
        "Massachusetts income tax": state.tax_cents // 12, "Massachusetts EITC": state.eitc_cents // 12,
        "child and family credit": state.child_credit_cents // 12, "SNAP": ungranted.parts["SNAP"],
        "TAFDC": month.parts["TAFDC"], "MassHealth (people)": covered,
        "Family Assistance (people)": (month.coverage == Coverage.FAMILY_ASSISTANCE).sum(axis=1),
        "Family Assistance premium": -month.parts["MASSHEALTH"],
    }  # fmt: skip


THEIRS = {
    "federal income tax": ("income_tax_before_refundable_credits",), "federal EITC": ("eitc",),
    "refundable child credit": ("refundable_ctc",),
    "payroll tax": ("employee_social_security_tax", "employee_medicare_tax"),
    "Massachusetts income tax": ("ma_income_tax_before_refundable_credits",), "Massachusetts EITC": ("ma_eitc",),
    "child and family credit": ("ma_child_and_family_credit",), "SNAP": ("snap",), "TAFDC": ("ma_tafdc",),
    "MassHealth (people)": ("is_medicaid_eligible",), "Family Assistance (people)": ("is_chip_eligible",),
    "Family Assistance premium": ("ma_chip_premium",),
}  # fmt: skip


def explained(program: str, asked: Cases) -> npt.NDArray[np.bool_]:
    """Cases of which a deliberate difference speaks."""
    kind = "health" if program.startswith(("MassHealth", "Family Assistance")) else program
    holds = [one.holds(asked) for one in DIFFERENCES if one.program == kind]
    return np.logical_or.reduce([np.zeros(len(asked.rent_cents), bool), *holds])


def main() -> int:
    some = households()
    asked = cases(some)
    found = ours(asked)
    with np.load(RESULTS) as results:
        theirs = {
            name: sum(results[column].astype(np.int64) for column in columns).ravel()
            for name, columns in THEIRS.items()
        }
    print("| program | agreement | without deliberate differences | of cases |\n|---|---|---|---|")
    below = []
    for name in found:
        near = np.abs(found[name] - theirs[name]) <= (0 if "people" in name else WITHIN)
        rest = ~explained(name, asked)
        print(f"| {name} | {near.mean():.2%} | {near[rest].mean():.2%} | {rest.mean():.0%} |")
        if near.mean() < FLOORS.get(name, 0):
            below.append(name)
        if "-v" in sys.argv:
            _show(some, found[name], theirs[name], ~near & rest)
    if below:
        print(f"\nBelow the floor: {', '.join(below)}.")
    return 1 if below else 0


def _show(some: list[Household], mine: Amounts, theirs: Amounts, which: npt.NDArray[np.bool_]) -> None:
    """The households with most cases of which nothing speaks, with earnings, our answer and theirs."""
    bad = np.flatnonzero(which)
    per = np.bincount(bad // POINTS, minlength=len(some))
    for k in np.argsort(-per)[:8]:
        at = bad[bad // POINTS == k]
        if len(at):
            told = [(int(i % POINTS * STEP), int(mine[i]), int(theirs[i])) for i in at[[0, len(at) // 2, -1]]]
            print("    ", some[k], len(at), told)


if __name__ == "__main__":
    sys.exit(main())
