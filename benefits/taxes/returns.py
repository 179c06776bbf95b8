"""All tax returns of a household together: the filers' and those of each other adult."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benefits import units
from benefits.cases import Cases, Cents
from benefits.parameters import YEAR, Parameters
from benefits.taxes import federal, massachusetts, payroll
from benefits.taxes.federal import FederalTax
from benefits.taxes.massachusetts import StateTax


@dataclass(frozen=True)
class Taxes:
    """Cents a year of each household (n,): payroll taxes, federal and state tax with their credits."""

    payroll_cents: Cents
    federal: FederalTax
    state: StateTax


def yearly(cases: Cases, law: Parameters) -> Taxes:
    """Taxes of a household's members, each return by itself; what is withheld of wages is each earner's."""
    fica, leave = payroll.yearly_cents(cases, law)
    paid = fica.sum(axis=1) + leave
    tax, state = _of(units.tax_return(cases), law, np.where(cases.filers, fica, 0))
    theirs = units.alone(cases, units.other_returns(cases))
    if theirs is None:
        return Taxes(paid, tax, state)
    other_tax, other_state = _of(theirs.cases, law.quiet(), theirs.of(fica)[:, None])
    both = FederalTax(
        *(_added(law, theirs, *step, getattr(tax, name), getattr(other_tax, name)) for name, step in _FEDERAL.items())
    )
    of_state = StateTax(
        *(_added(law, theirs, *step, getattr(state, name), getattr(other_state, name)) for name, step in _STATE.items())
    )
    for program, of, citation, cents in (
        ("FEDERAL_CREDITS", _FEDERAL, "26 USC 24(d), 32", both.eitc_cents + both.child_credit_cents),
        ("STATE_CREDITS", _STATE, "M.G.L. c.62 s.6", of_state.eitc_cents + of_state.child_credit_cents),
    ):
        steps = [f"{step} of all returns" for told, step, _ in of.values() if told == program]
        law.telling(program)("credits of all returns", cents, citation, *steps, unit=YEAR)
    return Taxes(paid, both, of_state)


_FEDERAL = {
    "tax_cents": ("FEDERAL_TAX", "federal income tax", "26 USC 1"),
    "eitc_cents": ("FEDERAL_CREDITS", "earned income credit", "26 USC 32"),
    "child_credit_cents": ("FEDERAL_CREDITS", "refundable child credit", "26 USC 24(d)"),
    "care_credit_cents": ("", "care credit", "26 USC 21"),
}
_STATE = {
    "tax_cents": ("STATE_TAX", "Massachusetts income tax", "M.G.L. c.62 s.4(b)"),
    "eitc_cents": ("STATE_CREDITS", "earned income credit", "M.G.L. c.62 s.6(h)"),
    "child_credit_cents": ("STATE_CREDITS", "child and family credit", "M.G.L. c.62 s.6(x), (y)"),
}
"""Of which program's steps an amount is, what its step is called, and its citation; the care credit is in the tax."""


def _of(filing: Cases, law: Parameters, fica: Cents) -> tuple[FederalTax, StateTax]:
    tax = federal.yearly(filing, law, fica.sum(axis=1))
    return tax, massachusetts.yearly(filing, law, fica, tax.eitc_cents)


def _added(
    law: Parameters, theirs: units.Alone, program: str, step: str, citation: str, own: Cents, other: Cents
) -> Cents:  # fmt: skip
    """The filers' amount with those of other adults, told as steps where it is a step of its own."""
    added = theirs.added(np.zeros_like(own), other)
    if program:
        tell = law.telling(program)
        tell(f"{step} of other adults", added, citation, unit=YEAR)
        tell(f"{step} of all returns", own + added, citation, step, f"{step} of other adults", unit=YEAR)
    return np.asarray(own + added)
