"""The schema, and its text as a committed snapshot (`api/schema.graphql`)."""

from __future__ import annotations

from pathlib import Path

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.query import Query
from api.scalars import CENTS, Cents

SNAPSHOT = Path(__file__).with_name("schema.graphql")

schema = strawberry.Schema(
    query=Query,
    config=StrawberryConfig(scalar_map={Cents: CENTS}, disable_field_suggestions=True),
)
