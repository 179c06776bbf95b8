"""A reform: other values of parameters from a day on, as a YAML file.

    name: Half as much again of TAFDC earnings left out
    from: 2026-07-01
    until: 2027-07-01                      # optional: from then on the law is as published again
    builds_on: another.yaml                # optional: a reform that holds as well
    changes:
      tafdc/earned_disregard_rate: 0.75    # another value
      tafdc/full_disregard: {fpl_cap: 2.5} # another part of one; the rest stays
      snap/max_allotment: {times: 1.1}     # every number of it, so many times

What a change stands for is in force in place of every published value of its time, and where none is published.
"""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Any

import yaml

from benefits import parameters as law
from benefits.parameters import Entry, Parameter

FIELDS = {"name", "from", "until", "builds_on", "changes", "note"}
TIMES = "times"
CONFIRMED = "reform"
MOST_FILES, LONGEST_NAME = 20, 100


class ReformError(ValueError):
    """What is wrong with a reform: the file, the path into it, and how to mend it."""

    def __init__(self, file: Path, path: str, what: str) -> None:
        super().__init__(f"{file.name}: {path}: {what}" if path else f"{file.name}: {what}")


@dataclass(frozen=True)
class Reform:
    """Other values by parameter, in force in [begins, ends); `parts`: the reforms that it builds on, itself last."""

    name: str
    file: Path
    begins: date
    ends: date | None
    changes: Mapping[str, Any]
    builds_on: Reform | None = None

    @property
    def parts(self) -> tuple[Reform, ...]:
        return (*(self.builds_on.parts if self.builds_on else ()), self)

    @property
    def version(self) -> str:
        """Names what it changes: equal versions of reforms, and of rules, give equal answers."""
        told = [[str(part.begins), str(part.ends), part.changes] for part in self.parts]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:12]

    def over(self, published: Mapping[str, Parameter]) -> dict[str, Parameter]:
        """The parameters of the law as it would be."""
        found = dict(published)
        for part in self.parts:
            for key, change in part.changes.items():
                found[key] = _changed(found[key], change, part)
        return found

    @contextmanager
    def in_force(self) -> Iterator[None]:
        """Have every rule that is asked within go by it."""
        with law.instead(self.over(law.parameters()), f"the reform {self.name} ({self.version})"):
            yield


def read(file: Path) -> Reform:
    """The reform of a file. Raises `ReformError`."""
    reform = _read(file, ())
    _agree(reform)
    return reform


def parse(text: str) -> Reform:
    """The reform of a text, which builds on no other. Raises `ReformError`."""
    file = Path("reform")
    content = _loaded(file, text)
    if content.get("builds_on") is not None:
        raise ReformError(file, "builds_on", "a text stands alone; put what it builds on among its changes")
    return _made(file, content, None)


def _read(file: Path, after: tuple[Path, ...]) -> Reform:
    if file.resolve() in after:
        chain = " → ".join(one.name for one in (*after, file))
        raise ReformError(file, "builds_on", f"reforms go round in a circle: {chain}")
    if len(after) >= MOST_FILES:
        raise ReformError(file, "builds_on", f"more than {MOST_FILES} reforms build on one another")
    content = _content(file)
    below = content.get("builds_on")
    if below is not None and not isinstance(below, str):
        raise ReformError(file, "builds_on", "it is no file's name")
    return _made(file, content, _read(file.parent / below, (*after, file.resolve())) if below else None)


def _made(file: Path, content: dict[str, Any], other: Reform | None) -> Reform:
    begins, ends = _day(file, content, "from"), _day(file, content, "until")
    if begins is None:
        raise ReformError(file, "from", "no day is given from which it holds, as `from: 2026-07-01`")
    if ends is not None and ends <= begins:
        raise ReformError(file, "until", f"{ends} is not after {begins}")
    changes = content.get("changes")
    if not isinstance(changes, dict) or not changes:
        raise ReformError(file, "changes", "no parameter is changed; `ccg rules list` lists them")
    for key, change in changes.items():
        _check(file, key, change, begins)
    name = content.get("name") or file.stem
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        raise ReformError(file, "name", f"a name is a text of {LONGEST_NAME} letters at most")
    return Reform(name, file, begins, ends, _worded(changes), other)


def _worded(change: Any) -> Any:
    """A change whose parts go by words, as `3` of a table by size may be a number in YAML."""
    return {str(name): _worded(part) for name, part in change.items()} if isinstance(change, dict) else change


class _Loader(yaml.SafeLoader):
    """Reads what stands twice as a fault, not as the second, and no aliases: what they stand for grows without end."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.constructor.ConstructorError(None, None, "an alias (*) is not read here")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for name, _ in node.value:
            key = self.construct_object(name, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key} stands twice", name.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


def _content(file: Path) -> dict[str, Any]:
    try:
        return _loaded(file, file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReformError(file, "", f"it cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ReformError(file, "", "it is not UTF-8 text") from None


def _loaded(file: Path, text: str) -> dict[str, Any]:
    try:
        content = yaml.load(text, _Loader)  # noqa: S506 - a safe one
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise ReformError(file, line, f"it is no YAML that can be read: {error.problem}") from None
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise ReformError(file, "", f"it is no YAML that can be read ({type(error).__name__})") from None
    if not isinstance(content, dict):
        raise ReformError(file, "", "it has no `from` and `changes`")
    for name in content:
        if name not in FIELDS:
            raise ReformError(file, str(name), f"no such field{_near(str(name), FIELDS)}")
    return content


def _day(file: Path, content: Mapping[str, Any], name: str) -> date | None:
    value = content.get(name)
    if value is None or (type(value) is date and value.day == 1):
        return value
    raise ReformError(file, name, f"{value} is no first day of a month, as 2026-07-01")


def _check(file: Path, key: Any, change: Any, begins: date) -> None:
    """Raise `ReformError` where a change does not fit what it changes."""
    published, path = law.parameters(), f"changes.{key}"
    if key not in published:
        raise ReformError(file, path, f"no such parameter{_near(str(key), published)}")
    known = _last(published[key], begins)
    if isinstance(change, dict) and set(change) == {TIMES}:
        if not _is_number(change[TIMES]) or change[TIMES] < 0:
            raise ReformError(file, f"{path}.{TIMES}", f"{change[TIMES]!r} is no number of times")
        if not any(_is_number(one) for one in _leaves(known)):
            raise ReformError(file, f"{path}.{TIMES}", "it has no number to be more or less")
        return
    _fits(file, path, change, known)


def _fits(file: Path, path: str, change: Any, known: Any) -> None:
    if isinstance(known, dict):
        if not isinstance(change, dict):
            raise ReformError(file, path, f"it has parts: {', '.join(map(str, known))}; name those that change")
        names = {str(name): value for name, value in known.items()}
        for name, value in change.items():
            if str(name) not in names:
                raise ReformError(file, f"{path}.{name}", f"no such part{_near(str(name), names)}")
            _fits(file, f"{path}.{name}", value, names[str(name)])
    elif isinstance(known, bool) or known is None or isinstance(known, str):
        if type(change) is not type(known) and known is not None:
            raise ReformError(file, path, f"{change!r} does not stand where {known!r} does")
    elif isinstance(known, list):
        if not isinstance(change, list) or len(change) != len(known):
            raise ReformError(file, path, f"a list of {len(known)} stands there")
        for place, (value, one) in enumerate(zip(change, known, strict=True)):
            _fits(file, f"{path}[{place}]", value, one)
    elif not _is_number(change):
        raise ReformError(file, path, f"{change!r} is no number")
    elif change < 0 <= known:
        raise ReformError(file, path, f"{change} is below nothing")


def _agree(reform: Reform) -> None:
    """Raise `ReformError` where two reforms change one parameter in different ways at one time."""
    parts = reform.parts
    for place, later in enumerate(parts):
        for earlier in parts[:place]:
            apart = (later.ends and later.ends <= earlier.begins) or (earlier.ends and earlier.ends <= later.begins)
            for key in later.changes.keys() & earlier.changes.keys():
                if not apart and later.changes[key] != earlier.changes[key]:
                    raise ReformError(later.file, f"changes.{key}", f"{earlier.file.name} changes it otherwise")


def _changed(one: Parameter, change: Any, reform: Reform) -> Parameter:
    """A parameter with other values in a reform's time: of each that is published in it, and of that before."""
    before = [entry for entry in one.entries if entry.effective < reform.begins]
    inside = [
        entry
        for entry in one.entries
        if entry.effective >= reform.begins and (reform.ends is None or entry.effective < reform.ends)
    ]
    after = [entry for entry in one.entries if reform.ends is not None and entry.effective >= reform.ends]
    starts = [Entry(reform.begins, _last(one, reform.begins), CONFIRMED, None)]
    starts += [replace(entry, confirmed=CONFIRMED) for entry in inside if entry.effective > reform.begins]
    changed = [replace(entry, value=_with(entry.value, change)) for entry in starts]
    if reform.ends is not None and not (after and after[0].effective == reform.ends):
        stood = [entry for entry in one.entries if entry.effective < reform.ends]
        if stood:
            after = [replace(stood[-1], effective=reform.ends), *after]
    return replace(one, entries=(*before, *changed, *after))


def _with(known: Any, change: Any) -> Any:
    """A value with a change made to it; what was not found of it stays so, where it is not what is changed."""
    if isinstance(change, dict) and set(change) == {TIMES}:
        return _times(known, change[TIMES])
    if isinstance(change, dict) and isinstance(known, dict):
        return {
            name: _with(value, change[str(name)]) if str(name) in change else value for name, value in known.items()
        }
    return change


def _times(value: Any, times: float) -> Any:
    if isinstance(value, dict):
        return {name: _times(part, times) for name, part in value.items()}
    if isinstance(value, list):
        return [_times(part, times) for part in value]
    return value * times if _is_number(value) else value


def _last(one: Parameter, on: date) -> Any:
    """The value that stands on a day as far as one was found; before the first one, that."""
    stood = [entry for entry in one.entries if entry.effective <= on]
    found = [entry for entry in stood if entry.is_found] or stood or list(one.entries[:1])
    return found[-1].value


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _leaves(part)
    elif isinstance(value, list):
        for part in value:
            yield from _leaves(part)
    else:
        yield value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _near(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.4)
    return f"; closest: {', '.join(near)}" if near else ""
