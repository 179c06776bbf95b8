"""From party, role, purpose and day to a decision, made once an operation and never per field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from governance.agreement import Agreement, Clients, Grain

_COARSENESS: dict[Grain, int] = {"person": 0, "household": 1, "aggregate": 2}


@dataclass(eq=False)
class Denied(Exception):
    """No answer at all, and why: a stable code, the reason, what would help."""

    code: str
    reason: str
    fix: str

    def __str__(self) -> str:
        return f"{self.code}: {self.reason}. {self.fix}"


@dataclass(frozen=True)
class Scope:
    """What one grant opens at one grain: elements, of whose clients, with which smallest cell."""

    grant: str
    grain: Grain
    clients: Clients
    elements: frozenset[str]
    smallest_cell: int


@dataclass(frozen=True)
class Decision:
    """What one asker may see in one operation. `scopes` are the grants that apply."""

    party: str
    role: str
    purpose: str
    agreement: str
    version: str
    scopes: tuple[Scope, ...]
    mapping: dict[str, frozenset[str]]

    def elements(self, grain: Grain) -> frozenset[str]:
        """Elements open at a grain, of the clients that `clients` names; a finer grant opens coarser answers too.

        Grants for a narrower circle add nothing: their elements are not open for everyone in the wider one.
        """
        circle = self.clients(grain)
        return frozenset(element for scope in self._at(grain) if scope.clients == circle for element in scope.elements)

    def allows(self, grain: Grain, properties: frozenset[str]) -> frozenset[str]:
        """Of `Type.property` names, those that are *not* open at this grain."""
        open_ones = self.elements(grain)
        covered = {name for element in open_ones for name in self.mapping[element]}
        return frozenset(
            name for name in properties if name not in covered and f"{name.split('.')[0]}.*" not in covered
        )

    def covering(self, grain: Grain, properties: frozenset[str]) -> tuple[str, ...]:
        """The elements open at this grain through which `Type.property` names are told."""
        return tuple(
            sorted(
                element
                for element in self.elements(grain)
                if any({name, f"{name.split('.')[0]}.*"} & self.mapping[element] for name in properties)
            )
        )

    def clients(self, grain: Grain) -> Clients | None:
        """The widest circle of clients at a grain: all, common, own; None when the grain is closed."""
        given = {scope.clients for scope in self._at(grain)}
        widest: tuple[Clients, ...] = ("all", "common", "own")
        return next((circle for circle in widest if circle in given), None)

    def smallest_cell(self) -> int:
        """The strictest smallest cell of the grants that apply."""
        return max(scope.smallest_cell for scope in self.scopes)

    def _at(self, grain: Grain) -> list[Scope]:
        return [scope for scope in self.scopes if _COARSENESS[scope.grain] <= _COARSENESS[grain]]


def decide(agreement: Agreement, party: str, role: str, purpose: str, day: date) -> Decision:
    """Compile the grants that apply. Raises `Denied`: expired, not a party, unknown purpose, no grant."""
    if not agreement.in_force(day):
        raise Denied(
            "AGREEMENT_NOT_IN_FORCE",
            f"{agreement.id} {agreement.version} is in force {agreement.effective} to {agreement.expires}",
            "Renew the agreement; until then nothing is answered.",
        )
    if purpose not in {known.id for known in agreement.purposes}:
        known = ", ".join(sorted(known.id for known in agreement.purposes))
        raise Denied("PURPOSE_UNKNOWN", f"the agreement names no purpose {purpose!r}", f"Name one of: {known}.")
    scopes = tuple(
        Scope(grant.id, grant.grain, grant.clients, frozenset(grant.elements), grant.smallest_cell)
        for grant in agreement.grants
        if grant.party == party and role in grant.roles and grant.purpose == purpose
    )
    if not scopes:
        raise Denied(
            "NOT_GRANTED",
            f"no grant gives {party} as {role} anything for {purpose}",
            "`ccg query who_may_see_what` lists the grants.",
        )
    mapping = {element.id: frozenset(element.maps_to) for element in agreement.elements}
    return Decision(party, role, purpose, agreement.id, agreement.version, scopes, mapping)
