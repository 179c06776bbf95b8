"""Scalars of the schema."""

from __future__ import annotations

from typing import NewType

import strawberry

Cents = NewType("Cents", int)


def _parse(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("Cents is a whole number of cents")
    return int(value)


CENTS = strawberry.scalar(
    name="Cents",
    description="A whole number of cents; larger than an Int may be.",
    serialize=int,
    parse_value=_parse,
)
