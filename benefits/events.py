"""What happens in a month of a path."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Something that happens in a month: what, to which program, why, under which rule."""

    kind: str
    program: str
    because: str
    citation: str
