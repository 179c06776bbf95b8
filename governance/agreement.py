"""A Data Use License Agreement as a document: who gives what to whom, for what, until when."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from governance.problems import DocumentError, Problem, parse
from governance.roster import Roster

Grain = Literal["person", "household", "aggregate"]
Clients = Literal["own", "common", "all"]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Signatory(_Entry):
    """A party: an agency or a secretariat of the roster, with the data that it provides."""

    party: str
    provides: tuple[str, ...] = ()
    receives: bool = True


class Purpose(_Entry):
    id: str
    meaning: str


class Element(_Entry):
    """A kind of datum, and what it is in the graph (`Type.property`)."""

    id: str
    data_class: Literal["identifier", "demographic", "participation", "financial", "education", "health"] = Field(
        alias="class"
    )
    sensitivity: Literal["low", "moderate", "high"]
    maps_to: tuple[str, ...]


class Grant(_Entry):
    """What a party's roles may see: elements, for a purpose, at a grain and coarser, of whose clients."""

    id: str
    party: str
    roles: tuple[str, ...] = Field(min_length=1)
    purpose: str
    elements: tuple[str, ...] = Field(min_length=1)
    grain: Grain
    clients: Clients
    smallest_cell: int = Field(ge=1)


class Obligations(_Entry):
    retention_days: int = Field(ge=1)
    destroy_within_days: int = Field(ge=1)
    certificate: bool = True
    training: str = ""


class Agreement(_Entry):
    """One agreement at one version. In force from `effective` until the day before `expires`."""

    id: str
    title: str
    version: str
    effective: date
    expires: date
    note: str = ""
    signatories: tuple[Signatory, ...]
    purposes: tuple[Purpose, ...]
    elements: tuple[Element, ...]
    grants: tuple[Grant, ...]
    prohibitions: tuple[str, ...]
    obligations: Obligations

    def in_force(self, day: date) -> bool:
        return self.effective <= day < self.expires

    def digest(self) -> str:
        """Of everything that it says: a version stands for one text."""
        return hashlib.sha256(self.model_dump_json(by_alias=True).encode()).hexdigest()[:16]

    def provided_by(self, agency: str) -> frozenset[str]:
        """Elements that an agency may send; none when it did not sign."""
        return frozenset(
            element for signatory in self.signatories if signatory.party == agency for element in signatory.provides
        )


def read_agreement(name: str, text: str, roster: Roster) -> Agreement:
    """Parse an agreement and hold it against the roster. Raises `DocumentError` with all problems."""
    agreement = parse(name, text, Agreement)
    problems: list[Problem] = []
    if agreement.expires <= agreement.effective:
        problems.append(Problem("expires", "not after effective", "Give a later day."))
    offices = {office.id for office in (*roster.secretariats, *roster.agencies)}
    parties = [signatory.party for signatory in agreement.signatories]
    elements = [element.id for element in agreement.elements]
    purposes = [purpose.id for purpose in agreement.purposes]
    for path, ids in (
        ("signatories", parties),
        ("elements", elements),
        ("purposes", purposes),
        ("grants", [grant.id for grant in agreement.grants]),
    ):
        problems += [
            Problem(f"{path}[{index}]", f"{value} stands there twice", "Keep one.")
            for index, value in enumerate(ids)
            if value in ids[:index]
        ]
    for index, signatory in enumerate(agreement.signatories):
        problems += _known(f"signatories[{index}].party", [signatory.party], offices, "roster")
        problems += _known(f"signatories[{index}].provides", signatory.provides, set(elements), "elements")
    for index, grant in enumerate(agreement.grants):
        path = f"grants[{index}]"
        problems += _known(f"{path}.party", [grant.party], set(parties), "signatories")
        problems += _known(f"{path}.purpose", [grant.purpose], set(purposes), "purposes")
        problems += _known(f"{path}.elements", grant.elements, set(elements), "elements")
    if problems:
        raise DocumentError(name, problems)
    return agreement


def _known(path: str, values: tuple[str, ...] | list[str], known: set[str], where: str) -> list[Problem]:
    return [
        Problem(path, f"{value} is not among the {where}", f"Use one of {', '.join(sorted(known))}.")
        for value in values
        if value not in known
    ]
