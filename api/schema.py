"""The schema, and its text as a committed snapshot (`api/schema.graphql`)."""

from __future__ import annotations

from pathlib import Path

import strawberry
from graphql import GraphQLError
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from api.query import Query
from api.scalars import CENTS, Cents

CACHED = 256
"""Texts of queries that need not be parsed and checked again."""
SNAPSHOT = Path(__file__).with_name("schema.graphql")


class _Schema(strawberry.Schema):
    """Leaves the logging of errors to the application, which tells no more than it should."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        return None


schema = _Schema(
    query=Query,
    extensions=[lambda: ParserCache(maxsize=CACHED), lambda: ValidationCache(maxsize=CACHED)],
    config=StrawberryConfig(scalar_map={Cents: CENTS}, disable_field_suggestions=True),
)
