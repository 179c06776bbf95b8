"""Generated files are what the code gives; the README's commands are the ones that CI runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.generate import stale
from graph.schema import GRAPH

ROOT = Path(__file__).resolve().parents[2]


def test_no_generated_file_is_stale() -> None:
    assert stale() == []


def test_the_commands_of_the_readme_are_the_ones_that_ci_runs() -> None:
    readme = (ROOT / "README.md").read_text()
    commands = re.findall(r"^make (\w+)", readme, flags=re.MULTILINE)
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    assert set(commands) == {"demo", "test"} <= targets
    run = re.findall(r"^make (\w+)", (ROOT / ".ci" / "run").read_text(), flags=re.MULTILINE)
    assert run == [*commands, "check"]


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_the_locks_are_pinned_with_hashes_and_name_no_index(name: str) -> None:
    text = (ROOT / name).read_text()
    assert "://" not in text
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==", text, flags=re.MULTILINE)
    assert len(pinned) > 20
    assert text.count("--hash=sha256:") >= len(pinned)


def test_the_declaration_names_only_what_it_declares() -> None:
    labels = [node.label for node in GRAPH.nodes]
    types = [rel.type for rel in GRAPH.relationships]
    assert len(labels) == len(set(labels))
    assert len(types) == len(set(types))
    assert not {label.lower() for label in labels} & {name.lower() for name in types}
    for rel in GRAPH.relationships:
        assert {*rel.sources, *rel.targets} <= set(labels)
    for item in (*GRAPH.nodes, *GRAPH.relationships):
        names = [prop.name for prop in item.columns]
        assert len(names) == len(set(names))
