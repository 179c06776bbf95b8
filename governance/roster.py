"""Who runs what, dated: secretariats, agencies and programs of one state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from governance.problems import Problem, entries, named, parse, read, twice, unknown


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
    towns: tuple[Town, ...] = ()


def read_roster(name: str, text: str) -> Roster:
    """Parse and check a roster. Raises `DocumentError` with all problems."""
    content = read(name, text)
    return parse(name, content, Roster, [*_names(content), *_references(content)])


def _names(content: dict[str, Any]) -> Iterator[Problem]:
    for key in ("secretariats", "agencies", "programs"):
        yield from twice(content, key)
    for path, agency in entries(content, "agencies"):
        if agency.get("id") in list(named(content, "secretariats")):
            yield Problem(f"{path}.id", "also the id of a secretariat", "Give it another.")


def _references(content: dict[str, Any]) -> Iterator[Problem]:
    agencies, here = named(content, "agencies"), "in the roster"
    for path, agency in entries(content, "agencies"):
        yield from unknown(f"{path}.secretariat", agency.get("secretariat"), named(content, "secretariats"), here)
        yield from unknown(f"{path}.succeeds", agency.get("succeeds"), agencies, here)
    for path, program in entries(content, "programs"):
        yield from unknown(f"{path}.run_by", program.get("run_by"), agencies, here)
    if "edges" in content:
        yield Problem("edges", "the rules say how programs bear on one another", "Take the list out.")
