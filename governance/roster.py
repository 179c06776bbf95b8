"""Who runs what, dated: secretariats, agencies and programs of one state."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from governance.problems import DocumentError, Problem, parse


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Office(_Entry):
    """A secretariat, or an agency of one."""

    id: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None


class Agency(Office):
    secretariat: str
    succeeds: str | None = None


class Program(_Entry):
    """A program, who runs it, and whether the agreement names it."""

    id: str
    name: str
    kind: Literal["cash", "food", "health", "child care", "housing", "insurance", "tax", "services"]
    unit: str
    run_by: str
    in_agreement: bool = False


class ProgramEdge(_Entry):
    """How one program bears on another, with the rule that says so."""

    type: Literal["CONFERS_ELIGIBILITY", "COUNTS_AS_INCOME_FOR", "EXCLUDES", "TRANSITIONS_TO"]
    source: str
    target: str
    citation: str


class Town(_Entry):
    name: str
    county: str


class Roster(_Entry):
    """One state's roster file."""

    state: str
    note: str = ""
    secretariats: tuple[Office, ...]
    agencies: tuple[Agency, ...]
    programs: tuple[Program, ...]
    edges: tuple[ProgramEdge, ...] = ()
    towns: tuple[Town, ...] = ()


def read_roster(name: str, text: str) -> Roster:
    """Parse and check a roster. Raises `DocumentError` with all problems."""
    roster = parse(name, text, Roster)
    problems = [
        *_twice("secretariats", [office.id for office in roster.secretariats]),
        *_twice("agencies", [agency.id for agency in roster.agencies]),
        *_twice("programs", [program.id for program in roster.programs]),
    ]
    secretariats = {office.id for office in roster.secretariats}
    agencies = {agency.id for agency in roster.agencies}
    programs = {program.id for program in roster.programs}
    for index, agency in enumerate(roster.agencies):
        path = f"agencies[{index}]"
        problems += _unknown(f"{path}.secretariat", agency.secretariat, secretariats)
        if agency.succeeds:
            problems += _unknown(f"{path}.succeeds", agency.succeeds, agencies)
        if agency.id in secretariats:
            problems.append(Problem(f"{path}.id", "also the id of a secretariat", "Give it another."))
    for index, program in enumerate(roster.programs):
        problems += _unknown(f"programs[{index}].run_by", program.run_by, agencies)
    for index, edge in enumerate(roster.edges):
        problems += _unknown(f"edges[{index}].source", edge.source, programs)
        problems += _unknown(f"edges[{index}].target", edge.target, programs)
    if problems:
        raise DocumentError(name, problems)
    return roster


def _twice(path: str, ids: list[str]) -> list[Problem]:
    return [
        Problem(f"{path}[{index}].id", f"{value} stands there twice", "Keep one.")
        for index, value in enumerate(ids)
        if value in ids[:index]
    ]


def _unknown(path: str, value: str, known: set[str]) -> list[Problem]:
    if value in known:
        return []
    return [Problem(path, f"{value} is not in the roster", f"Use one of {', '.join(sorted(known))}.")]
