"""How far the rules here agree with the reference: `python -m benchmarks.reference`; prints docs/rules.md's tables."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.reference.differences import DIFFERENCES
from benchmarks.reference.households import MONTH, POINTS, STEP, YEAR, Household, households
from benefits import poverty
from benefits.cases import Cases
from benefits.month import simulate
from benefits.parameters import Parameters
from benefits.programs import ccfa, eaedc, heap, housing, premium_credit, ssi, wic
from benefits.programs.masshealth import Coverage
from benefits.taxes import payroll, returns

RESULTS = Path(__file__).with_name("results.npz")
ON = date(YEAR, MONTH, 1)
BILL_CENTS = 600_00
"""What the households are billed for electricity a year, which caps help with heating."""
WITHIN = 100
"""Cents a month that two answers may differ by."""
FLOORS = {
    "federal income tax": 0.99, "federal EITC": 0.99, "refundable child credit": 0.99, "payroll tax": 0.99,
    "Massachusetts income tax": 0.99, "Massachusetts EITC": 0.99, "child and family credit": 0.99, "SNAP": 0.95,
}  # fmt: skip
"""The least share of cases that agree, before any difference is set aside."""

Amounts = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def cases(some: list[Household]) -> Cases:
    """(households × points) cases, point by point within a household."""
    places = max(len(one.ages) for one in some)

    def each(values: list[list[int]], nobody: int = 0) -> Amounts:
        wide = [row + [nobody] * (places - len(row)) for row in values]
        return np.repeat(np.array(wide, dtype=np.int64), POINTS, axis=0)

    def flags(values: list[tuple[int, ...]]) -> Flags:
        return each([[int(place in those) for place in range(places)] for those in values]).astype(bool)

    def one(values: list[int]) -> Amounts:
        return np.repeat(np.array(values, dtype=np.int64), POINTS)

    earnings = each([[0, each_one.second][: each_one.adults] for each_one in some]) * 100
    earnings[:, 0] = np.tile(np.arange(POINTS) * STEP * 100, len(some))
    return Cases.of(
        ON, each([list(h.ages) for h in some], -1), earnings,
        social_security_cents=each([[h.social_security * 100] for h in some]),
        rent_cents=one([h.rent * 100 for h in some]),
        child_care_cents=one([h.child_care * 100 for h in some]), heats=one([h.heats for h in some]).astype(bool),
        disabled=flags([h.disabled for h in some]), pregnant=flags([h.pregnant for h in some]),
        joint=one([h.adults == 2 for h in some]).astype(bool),
    )  # fmt: skip


def ours(asked: Cases) -> dict[str, Amounts]:
    """What the rules here say, in the reference's terms: cents a month, or a count of people."""
    law = Parameters.at(asked.month)
    month = simulate(asked)
    none = np.zeros(len(asked.rent_cents), np.int64)
    ungranted = simulate(asked, enrolled={"TAFDC": none > 0, "EAEDC": none > 0})
    fica, _ = payroll.yearly_cents(asked, law)
    taxes = returns.yearly(asked, law)
    tax, state = taxes.federal, taxes.state
    income = ssi.benefit(asked, law)
    child = asked.people & ~asked.adults & (asked.ages < 13)
    cared_for = ccfa.assistance(asked, law, np.where(child, ccfa.Care.FULL_TIME, ccfa.Care.NONE), none == 0, none > 0)
    supplement = np.where(ssi.shares(asked)[:, None], income.shared_cents, income.full_cents)
    paid = np.where(asked.adults, income.federal_cents + supplement, 0)
    with_ssi = simulate(replace(asked, ssi_cents=paid))
    health = with_ssi.coverage == Coverage.MASSHEALTH
    covered = ((with_ssi.coverage == Coverage.MASSHEALTH) & (asked.ages < 65)).sum(axis=1)
    heated = heap.may_take_part(asked, law, none)
    income_cents = asked.earned_cents + asked.unearned_cents
    season, _ = heap.season_cents(asked, law, income_cents, heated)
    return {
        "federal income tax": tax.tax_cents // 12, "federal EITC": tax.eitc_cents // 12,
        "refundable child credit": tax.child_credit_cents // 12, "payroll tax": fica.sum(axis=1) // 12,
        "Massachusetts income tax": state.tax_cents // 12, "Massachusetts EITC": state.eitc_cents // 12,
        "child and family credit": state.child_credit_cents // 12, "SNAP": ungranted.parts["SNAP"],
        "TAFDC": month.parts["TAFDC"], "MassHealth (people)": covered,
        "Family Assistance (people)": (with_ssi.coverage == Coverage.FAMILY_ASSISTANCE).sum(axis=1),
        "Family Assistance premium": -with_ssi.parts["MASSHEALTH"],
        "SSI": np.where(asked.adults, income.federal_cents, 0).sum(axis=1),
        "SSI state supplement": supplement.sum(axis=1),
        "EAEDC": eaedc.grant_cents(replace(asked, ssi_cents=paid), law),
        "CCFA eligibility": cared_for.eligible * 100,
        "CCFA fee": np.where(cared_for.eligible, cared_for.fee_cents, 0),
        "Section 8 payment": housing.section8_cents(asked, law, none),
        "WIC (people)": wic.may_take_part(
            asked, law, asked.people & (ungranted.parts["SNAP"] > 0)[:, None],
            asked.people & (month.parts["TAFDC"] > 0)[:, None], health, none,
        ).sum(axis=1),
        "premium credit contribution": premium_credit.expected_cents(asked, law),
        "HEAP eligibility": heated * 100, "HEAP of a season": np.minimum(season, BILL_CENTS) // 12,
    }  # fmt: skip


THEIRS = {
    "federal income tax": ("income_tax_before_refundable_credits",), "federal EITC": ("eitc",),
    "refundable child credit": ("refundable_ctc",),
    "payroll tax": ("employee_social_security_tax", "employee_medicare_tax"),
    "Massachusetts income tax": ("ma_income_tax_before_refundable_credits",), "Massachusetts EITC": ("ma_eitc",),
    "child and family credit": ("ma_child_and_family_credit",), "SNAP": ("snap",), "TAFDC": ("ma_tafdc",),
    "MassHealth (people)": ("is_medicaid_eligible",), "Family Assistance (people)": ("is_chip_eligible",),
    "Family Assistance premium": ("ma_chip_premium",), "SSI": ("ssi",),
    "SSI state supplement": ("ma_state_supplement",), "EAEDC": ("ma_eaedc",), "CCFA eligibility": ("ma_ccfa_eligible",),
    "CCFA fee": ("ma_ccfa_total_copay",), "Section 8 payment": ("hud_ttp",), "WIC (people)": ("is_wic_eligible",),
    "premium credit contribution": ("aca_required_contribution_percentage",),
    "HEAP eligibility": ("ma_liheap",), "HEAP of a season": ("ma_liheap",),
}  # fmt: skip


def theirs(asked: Cases) -> dict[str, Amounts]:
    """What the reference said, in the same terms."""
    with np.load(RESULTS) as results:
        found = {
            name: sum(results[column].astype(np.int64) for column in columns).ravel()
            for name, columns in THEIRS.items()
        }
    found["CCFA fee"] = np.where(found["CCFA eligibility"] > 0, found["CCFA fee"], 0)
    found["HEAP eligibility"] = (found["HEAP eligibility"] > 0) * 100
    income, line = asked.gross_income_cents, poverty.yearly_cents(Parameters.at(ON), asked.size, YEAR - 1)
    share = np.where(income * 12 >= line, found["premium credit contribution"], 0)  # poorer people have no credit
    found["premium credit contribution"] = income * share // 10_000
    return found


def near(program: str, mine: Amounts, other: Amounts) -> Flags:
    """Which answers agree: within a dollar a month, or the same count of people, or the same yes or no."""
    exact = "people" in program or "eligibility" in program
    return np.asarray(np.abs(mine - other) <= (0 if exact else WITHIN))


def kind(program: str) -> str:
    """What differences are about, of which a program's answers are."""
    if program.startswith("HEAP"):
        return "HEAP"
    health = program.startswith(("MassHealth", "Family Assistance"))
    return "health" if health else program.removesuffix(" (people)")


def explained(program: str, asked: Cases) -> Flags:
    """Cases of which a deliberate difference speaks."""
    holds = [one.holds(asked) for one in DIFFERENCES if one.program == kind(program)]
    return np.logical_or.reduce([np.zeros(len(asked.rent_cents), bool), *holds])


def main() -> int:
    some = households()
    asked = cases(some)
    begun = time.perf_counter()
    found = ours(asked)
    seconds = time.perf_counter() - begun
    said = theirs(asked)
    print("| program | agreement | without deliberate differences | of cases |\n|---|---|---|---|")
    below = []
    for name in found:
        agrees, rest = near(name, found[name], said[name]), ~explained(name, asked)
        print(f"| {name} | {agrees.mean():.2%} | {agrees[rest].mean():.2%} | {rest.mean():.0%} |")
        if agrees.mean() < FLOORS.get(name, 0):
            below.append(name)
        if "-v" in sys.argv:
            _show(some, found[name], said[name], ~agrees & rest)
    print("\n| program | where | cases | who is right | citation |\n|---|---|---|---|---|")
    for one in DIFFERENCES:
        print(
            f"| {one.program} | {one.what}. {one.worked} | {one.holds(asked).sum():,} | {one.right} | {one.citation} |"
        )
    with np.load(RESULTS) as results:
        ratio = float(results["seconds"]) / seconds
    print(f"\n{len(asked.rent_cents) / seconds:,.0f} household-years a second, {ratio:,.0f} times the reference's.")
    if below:
        print(f"\nBelow the floor: {', '.join(below)}.")
    return 1 if below else 0


def _show(some: list[Household], mine: Amounts, theirs: Amounts, which: Flags) -> None:
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
