"""How programs bear on one another: declared once, each with its citation and dates, as parameters of `edges/`.

Rules ask `law["edges/tafdc_confers_snap"]`; the graph and the docs have all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from benefits.parameters import parameters

FOLDER = "edges/"


@dataclass(frozen=True)
class Edge:
    """`kind`: CONFERS_ELIGIBILITY, COUNTS_AS_INCOME_FOR, EXCLUDES or TRANSITIONS_TO; in force from `since` until
    `until`, which is None while it stands."""

    key: str
    source: str
    kind: str
    target: str
    citation: str
    since: date
    until: date | None


def edges() -> Iterator[Edge]:
    """Every span in which one program bears on another, in order."""
    for key, parameter in parameters().items():
        if key.startswith(FOLDER):
            source, kind, target = parameter.unit.split()
            for entry, after in zip(parameter.entries, [*parameter.entries[1:], None], strict=True):
                if entry.value:
                    until = after.effective if after else None
                    yield Edge(key, source, kind, target, parameter.citation, entry.effective, until)
