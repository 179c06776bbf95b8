"""Where the rules here deliberately differ from the reference: each a predicate over inputs, never over answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benefits import poverty
from benefits.cases import Cases
from benefits.parameters import Parameters

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Difference:
    """`holds`: for which cases (n,); `right`: who is, by the citation; `worked`: a case by hand."""

    program: str
    what: str
    holds: Callable[[Cases], Flags]
    citation: str
    right: str
    worked: str


def _disabled_without_benefits(cases: Cases) -> Flags:
    old = (cases.ages >= 60).any(axis=1)
    paid = (cases.ssi_cents.sum(axis=1) + cases.social_security_cents) > 0
    return np.asarray((cases.disabled & cases.people).any(axis=1) & ~paid & ~old)


def _earning_with_children(cases: Cases) -> Flags:
    return np.asarray((cases.earned_cents > 0) & (cases.has_children | cases.pregnant.any(axis=1)))


def _on_medicare(cases: Cases) -> Flags:
    return np.asarray((cases.ages >= 65).any(axis=1))


def _expecting(cases: Cases) -> Flags:
    return np.asarray((cases.pregnant & cases.people).any(axis=1))


def _expecting_alone(cases: Cases) -> Flags:
    return np.asarray(_expecting(cases) & ~cases.has_children)


def _just_over_a_step(cases: Cases) -> Flags:
    law = Parameters.at(cases.month)
    line = poverty.monthly_cents(law, cases.size, law["masshealth/fpl_update_month"])
    points = 100 * cases.gross_income_cents / np.maximum(line, 1)
    steps = 100 * np.array(law["masshealth/family_assistance_premium"]["over"])
    return np.asarray(((points[:, None] > steps) & (points[:, None] < steps + 1)).any(axis=1))


DIFFERENCES = (
    Difference(
        "SNAP",
        "Somebody is disabled and has neither SSI nor Social Security",
        _disabled_without_benefits,
        "7 CFR 271.2 (definition of elderly or disabled member)",
        "both",
        "Here the fact *disabled* is what SNAP's own file records, so it is SNAP's definition; the reference asks for "
        "a disability benefit. A couple with three children, rent $2,600: no cap of $744 on shelter here, with it "
        "there.",
    ),
    Difference(
        "SNAP",
        "Somebody is 65 or older",
        _on_medicare,
        "7 CFR 273.9(d)(3): medical costs over $35 of an elderly member; Massachusetts' standard is $155",
        "both",
        "Medical costs are not recorded, so none are deducted here; the reference supposes the premium of Medicare's "
        "Part B. One person of 77, $1,600 of Social Security, rent $2,600: $294 here, $298 there.",
    ),
    Difference(
        "TAFDC",
        "A family has earnings",
        _earning_with_children,
        "106 CMR 704.270, 704.280, 704.281",
        "here",
        "Two adults, four children, one earns $1,000 as an applicant: $1,000 less $200 for one earner counts, so "
        "$1,341 - $800 = $541 and no more. The reference takes $200 from each member, spreads six months of the full "
        "disregard over a year, and lets applicants have half of the rest: $1,329.",
    ),
    Difference(
        "TAFDC",
        "Somebody is pregnant, and no child is there yet",
        _expecting_alone,
        "106 CMR 703.210: from the 120th day before the child is due",
        "open",
        "The month of the pregnancy is not recorded: $604 here, nothing in the reference, which is told no month.",
    ),
    Difference(
        "health",
        "Somebody is pregnant",
        _expecting,
        "42 CFR 435.603(b): for others in her household, the state may count the expected child",
        "open",
        "Here the expected child is one of the family for everybody (MassHealth's page on family size); the reference "
        "counts the child for the mother alone. Which option 130 CMR 506.002 takes was not found in its text.",
    ),
    Difference(
        "health",
        "Income is over a step of the premium by less than a point of poverty",
        _just_over_a_step,
        "130 CMR 506.011: over 150, 200, 250 % of poverty",
        "open",
        "Three people, $5,700 a month: 250.4 % of $2,276.67, so over 250 % here: $28; the reference drops parts of a "
        "point: $20.",
    ),
)
