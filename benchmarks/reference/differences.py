"""Where the rules here deliberately differ from the reference: each a predicate over inputs, never over answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benefits import poverty
from benefits.cases import Cases
from benefits.parameters import Parameters

GAINFUL = 1_690_00
"""Substantial gainful activity of 2026, cents a month."""

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
    paid = (cases.ssi_cents + cases.social_security_cents).sum(axis=1) > 0
    return np.asarray((cases.disabled & cases.people).any(axis=1) & ~paid & ~old)


def _earning_with_children(cases: Cases) -> Flags:
    law = Parameters.at(cases.month)
    most = law["tafdc/full_disregard"]["fpl_cap"] * poverty.monthly_cents(law, cases.size, 2)
    within = (cases.earned_cents > 0) & (cases.earned_cents <= most)
    return np.asarray(within & (cases.has_children | cases.pregnant.any(axis=1)))


def _on_medicare(cases: Cases) -> Flags:
    return np.asarray((cases.ages >= 65).any(axis=1))


def _gainful(cases: Cases) -> Flags:
    young = cases.adults & (cases.ages < 65) & cases.disabled
    return np.asarray((young & (cases.earnings_cents > GAINFUL)).any(axis=1))


def _both_work(cases: Cases) -> Flags:
    fit = cases.filers & (cases.disabled | (cases.ages >= 65))
    theirs = (cases.filers & ~fit & (cases.earnings_cents > 0)).any(axis=1)
    return np.asarray(cases.joint & (fit & (cases.earnings_cents > 0)).any(axis=1) & theirs)


def _deems(cases: Cases) -> Flags:
    fit = cases.filers & (cases.disabled | (cases.ages >= 65))
    earning = cases.filers & ~fit & (cases.earnings_cents > 0)
    return np.asarray(cases.joint & fit.any(axis=1) & earning.any(axis=1))


def _disabled_child(cases: Cases) -> Flags:
    return np.asarray((cases.children & cases.disabled).any(axis=1))


def _on_social_security(cases: Cases) -> Flags:
    return np.asarray(cases.has("social_security_cents").any(axis=1))


def _just_over_four(cases: Cases) -> Flags:
    law = Parameters.at(cases.month)
    line = poverty.yearly_cents(law, cases.size, law.month.year - 1)
    yearly = cases.gross_income_cents * 12
    return np.asarray((yearly > 4 * line) & (yearly < 4.01 * line))


def _penniless(cases: Cases) -> Flags:
    return np.asarray(cases.earned_cents + cases.unearned_cents == 0)


def _far_over_poverty(cases: Cases) -> Flags:
    line = poverty.monthly_cents(Parameters.at(cases.month), cases.size, 10)
    return np.asarray(cases.earned_cents >= 3.4 * line)


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
        "No medical costs are known here, so none are deducted; the reference supposes the premium of Medicare's "
        "Part B. One person of 77, $1,600 of Social Security, $1,200 earned, rent $2,600: $294 here, $298 there.",
    ),
    Difference(
        "TAFDC",
        "A family has earnings up to 200 % of poverty",
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
        "counts the child for the mother alone. A couple with $2,900: 127 % of poverty for three, so both have "
        "MassHealth here; 161 % for two, so only she has there. Which option 130 CMR 506.002 takes was not found.",
    ),
    Difference(
        "health",
        "A disabled person under 65 earns more than $1,690",
        _gainful,
        "42 USC 1382c(a)(3)(A), 1382h(a), (b)",
        "both",
        "Who has SSI has MassHealth, and SSI differs. Alone with $2,000 earned: SSI of $36.50 here, so MassHealth; "
        "150 % of poverty and no SSI there, so none.",
    ),
    *(
        Difference(
            program,
            "A spouse who is not eligible for SSI earns",
            _deems,
            "20 CFR 416.1163(d), 416.2025",
            "open",
            "39, and 29 and disabled; the first earns $3,400: the couple's $1,491 less ($3,400 - $85) / 2 is $166.50 "
            "below zero, more than the supplement of $114.39, so nothing here; the reference pays some of it.",
        )
        for program in ("health", "SSI state supplement")
    ),
    Difference(
        "health",
        "A child is disabled",
        _disabled_child,
        "130 CMR 505.004, 505.005",
        "here",
        "A disabled child over the limit of Standard has CommonHealth, and Family Assistance is for who has not; the "
        "reference has no CommonHealth. Two parents with $6,000, one child who is disabled: CommonHealth here.",
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
    *(
        Difference(
            program,
            "A disabled person under 65 earns more than $1,690",
            _gainful,
            "42 USC 1382c(a)(3)(A), 1382h(a)",
            "both",
            "The reference asks whether somebody would be found disabled anew; here who is disabled stays so while "
            "working (section 1619): alone, $1,800 of earnings leave $994 - ($1,800 - $85) / 2 = $136.50.",
        )
        for program in ("SSI", "SSI state supplement")
    ),
    Difference(
        "CCFA fee",
        "Parents earn 3.4 times poverty or more",
        _far_over_poverty,
        "606 CMR 10; EEC daily rates by region, age and kind of care",
        "reference",
        "The fee is held to what the state pays for the place; those rates are not in the pack. Two parents with "
        "$9,600, one child: $1,151 by the table, $1,099 with the rate of a center.",
    ),
    Difference(
        "Section 8 payment",
        "Somebody is 65 or older",
        _on_medicare,
        "24 CFR 5.611(a)(3)",
        "both",
        "No medical costs are known here; the reference supposes some of a premium of Medicare, beyond 10 % of income. "
        "Two of 72 with $1,000 of Social Security and $3,000 earned: $1,186.25 here, $1,184.51 there.",
    ),
    Difference(
        "Section 8 payment",
        "There is no income",
        _penniless,
        "24 CFR 5.630(a)(2): a minimum of $0 to $50 a month, which each authority sets",
        "open",
        "Nothing here; $25 a year in the reference.",
    ),
    Difference(
        "WIC",
        "Somebody is disabled and has neither SSI nor Social Security",
        _disabled_without_benefits,
        "7 CFR 271.2, 246.7(d)(2)(vi)",
        "both",
        "SNAP confers eligibility, and SNAP differs, see there.",
    ),
    Difference(
        "SSI",
        "An ineligible spouse earns, and so does the one with SSI",
        _both_work,
        "20 CFR 416.1163(e); POMS SI 01320.400",
        "here",
        "The benefit is the lesser of what one's own income leaves and of what the couple's rate leaves: earnings of "
        "$200 leave $994 - ($200 - $85) / 2 = $936.50 at most; the reference gives the couple's rate less both, $994.",
    ),
    Difference(
        "SSI",
        "A child is disabled",
        _disabled_child,
        "20 CFR 416.1163(b), 416.1165",
        "open",
        "Here a disabled child has no part in the allocation of an ineligible spouse's income. One parent has SSI, the "
        "other earns $1,700: $1,491 - ($1,700 - $85) / 2 = $683.50 here; there $497 is taken off first: $932.",
    ),
    Difference(
        "premium credit contribution",
        "Income is over four times poverty by less than a percent",
        _just_over_four,
        "26 USC 36B(c)(1)(A); Form 8962, line 5 (over 400 % is 401)",
        "here",
        "Three people with $106,800 have more than four times $26,650, so no credit; the reference drops parts of a "
        "percent first, and gives one.",
    ),
    Difference(
        "HEAP",
        "Somebody has Social Security",
        _on_social_security,
        "Massachusetts LIHEAP State Plan: gross income; 26 USC 86",
        "open",
        "All of it is income here, and as much of it as is taxed in the reference, whose authors found no definition. "
        "One of 74 with $2,100 of it and $2,600 earned: $4,700 is over the limit of $4,314.83 here, and not there.",
    ),
)
