"""What can go wrong in loading: a stable code, where (file:row:column), what, why and how to fix it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a file, a row or a mapping; it never holds the value."""

    code: str
    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.code} {self.where}: {self.what}. {self.fix}"


class LoadError(Exception):
    """A load that cannot go on; nothing of it is published."""

    def __init__(self, *faults: Fault) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))
