"""docs/rules.md: each program with its citations, how far they are confirmed, agreement with the reference, limits."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from inspect import getdoc
from typing import Any

from benchmarks.reference import __main__ as reference
from benchmarks.reference.differences import DIFFERENCES
from benchmarks.reference.households import COUNT, POINTS, households
from benefits import units
from benefits.cases import Cases
from benefits.parameters import Parameter, UnknownParameter, parameters
from benefits.review import GONE_THROUGH, MARKS, review


@dataclass(frozen=True)
class Program:
    """`folders`: where its parameters stand; `agrees`: rows of the reference's comparison; `limits`: what is not asked
    or not known."""

    name: str
    answers: str
    folders: tuple[str, ...]
    agrees: tuple[str, ...]
    limits: str


PROGRAMS = (
    Program(
        "SNAP", "allotment, gross and net test, transitional months", ("snap",), ("SNAP",),
        "the cap for very large households and the time limit of adults who do not work are left out; assets and work "
        "rules are not recorded; the utility allowances of October 2026 were not found",
    ),
    Program(
        "TAFDC", "grant, full disregard and what follows, clock, clothing allowance, stipends", ("tafdc",), ("TAFDC",),
        "the month of a pregnancy, hours of work and good cause are not recorded",
    ),
    Program(
        "EAEDC", "grant of who is elderly or disabled, in a home of their own, on a path with its months of earnings",
        ("eaedc",), ("EAEDC",),
        "other living arrangements and caretakers' families are left out; the beginning of $401 is in doubt",
    ),
    Program(
        "MassHealth, CommonHealth, Family Assistance", "who is covered, and the premium", ("masshealth",),
        ("MassHealth (people)", "Family Assistance (people)", "Family Assistance premium"),
        "65 and older without SSI: unknown; hours of work for CommonHealth are not asked, and its premium was not "
        "found; on a path, transitional months, children's continuous eligibility and that of who is pregnant are "
        "followed, adults' is not; renewals every six months from 2027 are not followed",
    ),
    Program(
        "ConnectorCare", "who is covered, and the premium", ("connectorcare",), (),
        "premiums of 2023 to 2025 were not found: unknown",
    ),
    Program(
        "Premium tax credit", "what a household is expected to pay, and the credit", ("premium_credit",),
        ("premium credit contribution",),
        "the rating area is not recorded, so the credit is between what it comes to where plans cost least and most; "
        "it stands beside net resources, and which plan is taken is not asked",
    ),
    Program(
        "Child care (CCFA)",
        "whether income allows it, the parents' fee, what is paid once it ends, on a path with its reviews",
        ("ccfa", "state_median_income"),
        ("CCFA eligibility", "CCFA fee"),
        "what the state pays for a place caps the fee and is not in the pack; hours of work are not asked, and who has "
        "lost a place waits for one; fees before October 2023 are unknown",
    ),
    Program(
        "Housing", "Section 8 payment, rent of state public housing, least share under MRVP", ("housing",),
        ("Section 8 payment",),
        "MRVP between half and all of earnings, as its text was not read to the end; utility allowances and exclusions "
        "of earnings are left out",
    ),
    Program(
        "Unemployment insurance", "weekly benefit, payment beside part-time work, children, the weeks of a claim",
        ("unemployment",), (),
        "eligibility is recorded, and the weekly benefit is the one behind what was paid; weeks that pay in part count "
        "as whole ones; the maximum before October 2023 and from October 2026 was not found",
    ),
    Program(
        "SSI and the state supplement",
        "benefit of adults, alone, as a couple, with a spouse's income deemed; on a path, of income two months before",
        ("ssi",),
        ("SSI", "SSI state supplement"),
        "a disabled child of a disabled or elderly parent, children's state supplement and assets are left out; the "
        "threshold to which MassHealth goes on without SSI was not found",
    ),
    Program(
        "WIC", "who may take part", ("wic",), ("WIC (people)",),
        "nutritional risk is found at the visit; women after birth are not told from others",
    ),
    Program(
        "Heating help (HEAP)", "whether income allows it, and the most that a season of it pays", ("heap",),
        ("HEAP eligibility", "HEAP of a season"),
        "fuel and last winter's bills are not recorded, so what is paid is between two amounts; what a bill is caps "
        "it; it stands beside net resources",
    ),
    Program("School meals", "free for every child of a public school", ("school_meals",), (), "private schools"),
    Program(
        "Federal taxes", "income tax, earned income, child and care credits, payroll taxes", ("federal_tax",),
        ("federal income tax", "federal EITC", "refundable child credit", "payroll tax"),
        "adults who are not married file a return each; earnings of the month are held for a year; self-employment, "
        "investments, blindness, students, adult dependants and who cannot care for themselves are left out",
    ),
    Program(
        "Massachusetts taxes", "income tax, earned income and child credits, PFML", ("massachusetts_tax",),
        ("Massachusetts income tax", "Massachusetts EITC", "child and family credit"),
        "as federal taxes; the credit for a disabled spouse and that for dependants of 65 are left out",
    ),
    Program(
        "Between programs", "what confers, counts as income, excludes, follows", ("edges",), (),
        "those that rules here read; in the graph between programs of the roster",
    ),
    Program("Poverty guideline", "of the month in which each program takes it up", ("poverty",), (), "48 states"),
)  # fmt: skip


def page(notice: str) -> str:
    """The page; the agreement is worked out from the reference's answers, which are kept beside their inputs."""
    some = households()
    asked = reference.cases(some)
    mine, theirs = reference.ours(asked), reference.theirs(asked)
    shares = {}
    for name in mine:
        agrees, rest = reference.near(name, mine[name], theirs[name]), ~reference.explained(name, asked)
        shares[name] = (agrees.mean(), agrees[rest].mean(), rest.mean())
    lines = [notice, "# The rules", "", *_INTRODUCTION, ""]
    lines += [
        "| program | the rules say | parameters, by how far confirmed | agreement | limits |",
        "|---|---|---|---|---|",
    ]
    for one in PROGRAMS:
        agreement = "<br>".join(f"{name} {shares[name][0]:.2%}" for name in one.agrees)
        marks = Counter(entry.confirmed for each in _of(one) for entry in each.entries)
        told = ", ".join(f"{marks[mark]} {mark}" for mark in MARKS if marks[mark])
        lines.append(f"| {one.name} | {one.answers} | {told} | {agreement or 'no reference'} | {one.limits} |")
    lines += ["", "## Who is one unit", "", *_UNITS_SAID, "", "| unit | who is in it |", "|---|---|"]
    lines += [
        f"| {name} | {' '.join((getdoc(rule) or '').replace(' (n, p)', '').split())} |" for name, rule in UNITS.items()
    ]
    lines += ["", "## Agreement with the reference", ""]
    lines += [
        f"{COUNT} made-up Massachusetts households at {POINTS} earnings each (`benchmarks/reference/households.py`),",
        "asked of PolicyEngine-US 2.68.0 for June 2026 and the year 2026, within a dollar a month (`make reference`).",
        "Grants are taken as none where SNAP and Section 8 are asked, the yearly clothing and infant payments are left",
        "out of TAFDC, and of health coverage only people under 65 are counted.",
        "",
        "| answer | agreement | where no deliberate difference speaks | of cases |",
        "|---|---|---|---|",
    ]
    lines += [f"| {name} | {before:.2%} | {after:.2%} | {part:.0%} |" for name, (before, after, part) in shares.items()]
    lines += ["", "Deliberate differences are conditions of the input. Nothing is left that none of them explains.", ""]
    lines += ["| answer | where | cases | right | citation |", "|---|---|---|---|---|"]
    for difference in DIFFERENCES:
        count = difference.holds(asked).sum()
        where = f"{difference.what}. {difference.worked}"
        lines.append(f"| {difference.program} | {where} | {count:,} | {difference.right} | {difference.citation} |")
    lines += ["", "## What is missing", ""]
    lines += [f"- `{one.key}`: {one.kind}: {one.text}" for one in review(GONE_THROUGH)]
    lines += ["", f"## Parameters in force on {GONE_THROUGH}", ""]
    for one in PROGRAMS:
        lines += [f"### {one.name}", "", "| parameter | value | unit | citation | confirmed |", "|---|---|---|---|---|"]
        lines += [_row(each) for each in _of(one)]
        lines.append("")
    return "\n".join(lines)


UNITS = {
    "SNAP household": units.snap_household, "TAFDC assistance unit": units.assistance_unit,
    "CCFA family": units.care_family, "tax unit": Cases.tax_unit, "tax return": units.tax_return,
    "MassHealth household": units.masshealth_household,
    "a child's of two parents who are not married": units.childrens_household, "everybody else": units.others,
}  # fmt: skip
_UNITS_SAID = (
    "Different units over the same people are rules too (`benefits/units.py`). Where an agency recorded who is in its",
    "unit, that outranks the rule. SSI and EAEDC are of a person, or of a couple; Section 8, public housing, MRVP, WIC",
    "and HEAP are of everyone who lives together. The return is that of the parent, or the married couple, with most",
    "children here (26 USC 152(c)(4)), as far as parents are recorded; else of the first adult.",
)
_INTRODUCTION = (
    "Massachusetts benefits and taxes by the month, from January 2023 on (`benefits/`). Each number is in a file of",
    "its own with its dates, citation and how far it is confirmed: *regulation* (its text was read), *agency_page*,",
    "*reference_engine* (PolicyEngine-US, which cites the agency), *second_source*; answers carry that mark. What no",
    "source gives is *unknown*, with the reason; a value that is overdue stands in for two years under an assumption",
    "that the answer names. Facts of a household that are not recorded give bounds.",
    "",
    "```",
    "ccg rules list snap                        # values in force",
    "ccg rules show tafdc/time_limit            # all of its values, where they are written",
    "ccg rules diff 2025-09-30 2025-10-01       # what changed",
    "ccg rules check                            # gaps, values that are overdue, sources that are missing",
    "ccg rules explain HOUSEHOLD SNAP 2026-10-01 # a result, step by step",
    "```",
    "",
    "One module a program in `benefits/programs/` and `benefits/taxes/`; their cases by hand are in",
    "`tests/benefits/programs/cases/` and `tests/benefits/taxes/cases/`. `python -m benchmarks.rules` measures them.",
)


def _of(program: Program) -> list[Parameter]:
    return [one for key, one in parameters().items() if key.split("/")[0] in program.folders]


def _row(one: Parameter) -> str:
    try:
        value = one.value(GONE_THROUGH)
        said, mark = _short(value.value), value.confirmed
    except UnknownParameter as unknown:
        said, mark = f"unknown: {unknown}", one.confirmed
    return f"| `{one.key}` | {said} | {one.unit} | {one.citation} | {mark} |"


def _short(value: Any) -> str:
    return f"`{json.dumps(value)}`" if isinstance(value, dict | list) else str(value)
