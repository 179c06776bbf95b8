"""A Data Use License Agreement as a document: who gives what to whom, for what, until when."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from governance.problems import Problem, entries, named, parse, read, twice, unknown
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
    content = read(name, text)
    return parse(name, content, Agreement, [*_dates(content), *_names(content), *_references(content, roster)])


def _dates(content: dict[str, Any]) -> Iterator[Problem]:
    since, until = content.get("effective"), content.get("expires")
    if type(since) is date and type(until) is date and until <= since:
        yield Problem("expires", "not after effective", "Give a later day.")


def _names(content: dict[str, Any]) -> Iterator[Problem]:
    yield from twice(content, "signatories", "party")
    for key in ("elements", "purposes", "grants"):
        yield from twice(content, key)


def _references(content: dict[str, Any], roster: Roster) -> Iterator[Problem]:
    """What names something that is not there, or grants to who receives nothing."""
    parties, elements = named(content, "signatories", "party"), named(content, "elements")
    silent = [entry.get("party") for _, entry in entries(content, "signatories") if entry.get("receives") is False]
    offices = {office.id for office in (*roster.secretariats, *roster.agencies)}
    for path, entry in entries(content, "signatories"):
        yield from unknown(f"{path}.party", entry.get("party"), offices, "in the roster")
        yield from unknown(f"{path}.provides", entry.get("provides"), elements, "among the elements")
    for path, entry in entries(content, "grants"):
        yield from unknown(f"{path}.party", entry.get("party"), parties, "among the signatories")
        if entry.get("party") in silent:
            yield Problem(f"{path}.party", f"{entry['party']} receives nothing", "Let it receive, or drop the grant.")
        yield from unknown(f"{path}.purpose", entry.get("purpose"), named(content, "purposes"), "among the purposes")
        yield from unknown(f"{path}.elements", entry.get("elements"), elements, "among the elements")
