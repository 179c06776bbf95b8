"""Errors of a document, collected and raised once, each with its path into the file."""

from __future__ import annotations

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


def parse(name: str, text: str, model: type[Document]) -> Document:
    """Read YAML into a model. Raises `DocumentError` with every error of form."""
    try:
        content: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise DocumentError(name, [Problem("(file)", f"not YAML: {error}", "Mend the syntax.")]) from None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise DocumentError(
            name,
            [
                Problem(_path(item["loc"]), item["msg"], f"See the keys of {model.__name__} in docs/agreement.md.")
                for item in error.errors()
            ],
        ) from None


def _path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}"
    return path.lstrip(".") or "(file)"
