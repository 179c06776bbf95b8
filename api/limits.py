"""How much one request may ask: tokens, depth and cost, found before anything runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    parse,
)
from graphql.language.ast import IntValueNode, OperationDefinitionNode, SelectionSetNode, VariableNode

from access.errors import bad_request

MOST_TOKENS, MOST_DEPTH, MOST_COST, MOST_ROWS = 2_000, 9, 2_000, 200
WEIGHTS = {
    "household": 10, "households": 20, "person": 10, "cliffLadder": 20, "explanation": 10, "comparedWithRules": 10,
    "cliffPath": 40,
    "lossCalendar": 40, "resourcesVsExpenses": 40, "waysUp": 1_000,
    "breakEven": 400, "cliffGrid": 200, "reform": 1_200, "savedReforms": 50, "bridgeSizing": 1_200,
    "benefitCombinations": 50, "sharedClients": 200, "outcomes": 200, "provenance": 10,
}  # fmt: skip


@dataclass(frozen=True)
class _Walk:
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Any]
    measured: dict[str, tuple[int, int]]


def check(text: str, variables: Mapping[str, Any]) -> None:
    """Refuse a document that is too long, too deep or too dear. Raises `Denied` or `GraphQLError`."""
    document = _parsed(text)
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    walk = _Walk(fragments, variables, {})
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            depth, cost = _measure(definition.selection_set, walk, frozenset())
            if depth > MOST_DEPTH:
                raise bad_request(f"the query is {depth} levels deep; {MOST_DEPTH} are allowed", "Ask in two queries.")
            if cost > MOST_COST:
                raise bad_request(f"the query costs {cost}; {MOST_COST} is allowed", "Ask for less at once.")


@lru_cache(maxsize=256)
def _parsed(text: str) -> DocumentNode:
    return parse(text, max_tokens=MOST_TOKENS)


def _measure(selection: SelectionSetNode | None, walk: _Walk, inside: frozenset[str]) -> tuple[int, int]:
    if selection is None:
        return 0, 0
    deepest = total = 0
    for node in selection.selections:
        if isinstance(node, FieldNode):
            depth, cost = _measure(node.selection_set, walk, inside)
            depth, cost = depth + 1, WEIGHTS.get(node.name.value, 1) + cost * _times(node, walk)
        elif isinstance(node, InlineFragmentNode):
            depth, cost = _measure(node.selection_set, walk, inside)
        elif isinstance(node, FragmentSpreadNode):
            name = node.name.value
            if name in inside or name not in walk.fragments:
                raise GraphQLError(f"the fragment {name} is not there or contains itself")
            if name not in walk.measured:
                walk.measured[name] = _measure(walk.fragments[name].selection_set, walk, inside | {name})
            depth, cost = walk.measured[name]
        else:
            raise GraphQLError("a selection of an unknown kind")
        deepest, total = max(deepest, depth), total + cost
    return deepest, total


def _times(node: FieldNode, walk: _Walk) -> int:
    """How many rows a page asks for."""
    for argument in node.arguments or ():
        if argument.name.value == "first":
            if isinstance(argument.value, IntValueNode):
                return max(int(argument.value.value), 1)
            if isinstance(argument.value, VariableNode):
                given = walk.variables.get(argument.value.name.value)
                return max(given, 1) if isinstance(given, int) else MOST_ROWS
    return 1
