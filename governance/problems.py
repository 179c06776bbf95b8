"""Errors of a document, collected and raised once, each with its path into the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Document = TypeVar("Document", bound=BaseModel)


@dataclass(frozen=True)
class Problem:
    """What is wrong, where in the file, and how to fix it."""

    path: str
    what: str
    fix: str

    def __str__(self) -> str:
        return f"{self.path}: {self.what}. {self.fix}"


class DocumentError(ValueError):
    """Everything that is wrong with one document."""

    code = "GOVERNANCE_DOCUMENT"

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self.problems = problems
        lines = "\n".join(f"  {problem}" for problem in problems)
        super().__init__(f"{self.code}: {name} has {len(problems)} problem(s):\n{lines}")


def read(name: str, text: str) -> dict[str, Any]:
    """A YAML document's mapping. Raises `DocumentError` where it is none."""
    try:
        content: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise DocumentError(name, [Problem("(file)", f"not YAML: {error}", "Mend the syntax.")]) from None
    if not isinstance(content, dict):
        raise DocumentError(name, [Problem("(file)", "not a mapping of keys", "See docs/agreement.md.")])
    return content


def entries(content: dict[str, Any], key: str) -> list[tuple[str, dict[str, Any]]]:
    """(path, entry) of a list of the document, as far as its form allows."""
    listed = content.get(key)
    if not isinstance(listed, list):
        return []
    return [(f"{key}[{index}]", entry) for index, entry in enumerate(listed) if isinstance(entry, dict)]


def named(content: dict[str, Any], key: str, by: str = "id") -> set[str]:
    """The names that the entries of a list go by."""
    return {entry[by] for _, entry in entries(content, key) if isinstance(entry.get(by), str)}


def twice(content: dict[str, Any], key: str, by: str = "id") -> Iterator[Problem]:
    """Entries of a list that go by the name of an earlier one."""
    seen: set[str] = set()
    for path, entry in entries(content, key):
        name = entry.get(by)
        if isinstance(name, str) and name in seen:
            yield Problem(f"{path}.{by}", f"{name} stands there twice", "Keep one.")
        seen |= {name} if isinstance(name, str) else set()


def unknown(path: str, values: Any, known: set[str], where: str) -> Iterator[Problem]:
    """Names that are not among the known ones; `values` is one or a list, or nothing of the right form."""
    for value in values if isinstance(values, list) else [values]:
        if isinstance(value, str) and value not in known:
            yield Problem(path, f"{value} is not {where}", f"Use one of {', '.join(sorted(known))}.")


def parse(name: str, content: dict[str, Any], model: type[Document], problems: list[Problem]) -> Document:
    """The document as a model. Raises `DocumentError` with every error of form, and the `problems` found before."""
    try:
        document = model.model_validate(content)
    except ValidationError as error:
        form = [
            Problem(_path(item["loc"]), item["msg"], f"See the keys of {model.__name__} in docs/agreement.md.")
            for item in error.errors()
        ]
        raise DocumentError(name, form + problems) from None
    if problems:
        raise DocumentError(name, problems)
    return document


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".") or "(file)"
