"""Damaged rows and damaged mappings: no crash, no value in a message, no row that is not accounted for.

A few thousand here; `make test-slow` takes a hundred thousand rows and ten thousand mappings.
"""

from __future__ import annotations

import copy
import os
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from graph.store import Store
from graph_loader.errors import LoadError
from graph_loader.identity.tokens import Hasher
from graph_loader.load.feeds import read_feeds
from graph_loader.load.plan import make_plan
from graph_loader.mapping.document import Mapping, read_mapping
from graph_loader.quality.held import held
from graph_loader.quality.quarantine import Quarantine
from tests.feeds_sample import data_directory, small

ROWS = int(os.environ.get("CCG_FUZZ", "4000"))
MAPPINGS = max(ROWS // 10, 400)
FILE_ROWS = 200
MARK = "Zqv7"
"""In every value that is put in: no message may hold it."""
FEEDS = {
    "dta_snap_members": "dta/snap_members.csv", "dta_snap_issuance": "dta/snap_issuance.csv",
    "dta_tafdc_members": "dta/tafdc_members.psv", "dua_wages": "dua/wages.txt", "dor_returns": "dor/returns.csv",
}  # fmt: skip
VALUES: tuple[bytes, ...] = tuple(
    f"{text}".encode()
    for text in (
        MARK, f"={MARK}()", f"@{MARK}", f"+{MARK}", f"-{MARK}", f"{MARK}\t", f"{MARK}\x00", f"\x07{MARK}",
        f"{MARK}ñ🙂\u202e", "0001-01-01", "9999-12-31", "12/31/9999", "01/01/0001", "02/30/2024", "10.005", "-10.00",
        "1e400", "99999999999999999999", "NaN", "inf", "null", "None", "'; DROP TABLE x; --", "{{7*7}}", "%s%s%n",
        "../../etc/x", "", " ", "0", "$1,23.4", "(12.00)", "２０２４", "2025Q5", "2025-13", "TRUE ", "123456789",
    )
)  # fmt: skip


JUNK_BYTES = (b'"', b"''", b"\x00", b"\r", b"\\", b"\xef\xbb\xbf", MARK.encode() * 9)
OTHER_ENCODINGS = (b"\xff\xfe", b"\x80", b"\xf1")


def put(line: bytes, chance: random.Random, by: bytes) -> bytes:
    fields = line.split(by)
    fields[chance.randrange(len(fields))] = chance.choice(VALUES)
    return by.join(fields)


def cut(line: bytes, chance: random.Random, by: bytes) -> bytes:
    return line[: chance.randrange(len(line) + 1)]


def insert(line: bytes, chance: random.Random, by: bytes) -> bytes:
    at = chance.randrange(len(line) + 1)
    junk = chance.choice(
        [by, b'"', b"''", b"\x00", b"\xff\xfe", b"\x80", b"\r", b"\\", b"\xef\xbb\xbf", MARK.encode() * 9]
    )
    return line[:at] + junk + line[at:]


def swap(line: bytes, chance: random.Random, by: bytes) -> bytes:
    fields = line.split(by)
    chance.shuffle(fields)
    return by.join(fields)


def double(line: bytes, chance: random.Random, by: bytes) -> bytes:
    return line + b"\n" + line


def drop(line: bytes, chance: random.Random, by: bytes) -> bytes:
    return b""


KINDS: tuple[Callable[[bytes, random.Random, bytes], bytes], ...] = (
    put,
    put,
    put,
    put,
    cut,
    insert,
    swap,
    double,
    drop,
)


def damaged(text: bytes, chance: random.Random, by: bytes, header: bool) -> bytes:
    """A file of the same feed, each of its rows damaged or not."""
    lines = text.splitlines()
    head, rows = lines[: int(header)], lines[int(header) :]
    some = chance.choices(rows, k=FILE_ROWS)
    gentle = chance.random() < 0.5  # files without broken quotation marks are read to their end
    kinds = [kind for kind in KINDS if not (gentle and kind is insert)]
    made = [chance.choice(kinds)(line, chance, by) if chance.random() < 0.8 else line for line in some]
    if not gentle and chance.random() < 0.2:
        made[-1] += chance.choice(OTHER_ENCODINGS)
    if not gentle and chance.random() < 0.1:
        made[0] = made[0] + by + MARK.encode() * (10 << 18)  # ten megabytes in one field
    return b"\n".join([*head, *made]) + (b"\n" if chance.random() < 0.9 else b"")


def test_damaged_rows_are_refused_or_accounted_for_and_never_told(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    chance, data = random.Random(20), data_directory(tmp_path / "data")
    hasher, done, read, refused = Hasher.of(data), 0, 0, 0
    folders = {name: small(feeds_folder, tmp_path / name, name) for name in FEEDS}
    whole = {name: (folders[name] / file).read_bytes() for name, file in FEEDS.items()}
    while done < ROWS:
        name = chance.choice(list(FEEDS))
        file = folders[name] / FEEDS[name]
        by = {"csv": b",", "psv": b"|", "txt": b" "}[file.suffix[1:]]
        content = damaged(whole[name], chance, by, header=file.suffix != ".txt")
        file.write_bytes(content)
        done += FILE_ROWS
        try:
            with Quarantine(data) as quarantine:
                plan = make_plan(
                    read_feeds(folders[name]), embedded_store, date(2026, 11, 2), hasher, quiet, quarantine
                )
                quarantine.name(date(2026, 11, 2), f"{done:06x}")
        except LoadError as error:
            refused += 1
            told = str(error)
        else:
            told = ""
        assert MARK not in told, told
        if told:
            continue
        read += FILE_ROWS
        (count,) = plan.counts
        assert count.explained
        for fault in [*plan.faults, *plan.stops]:
            assert MARK not in str(fault), str(fault)
        kept = held(data, {f"{done:06x}"})
        assert sum(len(one.rows()) for one in kept) == count.quarantined
        if b'"' not in content and file.suffix != ".txt":
            assert (
                count.rows_read
                == sum(bool(line.strip(b"\r")) for line in content.replace(b"\r", b"\n").split(b"\n")) - 1
            )
    assert read > ROWS / 4, (read, refused)
    assert refused > 0


def quiet(*_: object) -> None:
    pass


JUNK: tuple[Any, ...] = (
    None, True, 0, -1, 1.5, float("nan"), "", "=x", "a:b", "a:end", [], {}, [[]], {"x": None}, "x" * 5000,
    date(2020, 1, 1), 10**30, "\x00", {"as": "text"}, ["CASE_NO"], "Program:=SNAP", "Person", "IN_UNIT", b"bytes",
)  # fmt: skip


def places(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    inside = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [path, *(found for key, value in inside for found in places(value, (*path, key)))]


def mutated(document: Any, chance: random.Random) -> Any:
    """The document with some of its places replaced, taken out, renamed or doubled."""
    made = copy.deepcopy(document)
    for _ in range(chance.randrange(1, 4)):
        path = chance.choice(places(made)[1:] or [()])
        if not path:
            return chance.choice(JUNK)
        parent = made
        for key in path[:-1]:
            parent = parent[key]
        what = chance.randrange(4)
        if what == 0:
            parent[path[-1]] = chance.choice(JUNK)
        elif what == 1:
            del parent[path[-1]]
        elif what == 2 and isinstance(parent, dict):
            parent[chance.choice(["x", "as", "element", "type", 7, "CASE_NO"])] = parent.pop(path[-1])
        elif isinstance(parent, dict):
            parent[path[-1]] = copy.deepcopy(made)
    return made


def test_damaged_mappings_are_read_or_refused_with_reasons(feeds_folder: Path, tmp_path: Path) -> None:
    chance = random.Random(21)
    documents = [yaml.safe_load(file.read_text()) for file in sorted((feeds_folder / "mappings").glob("*.yaml"))]
    refused = 0
    for _ in range(MAPPINGS):
        try:
            found = Mapping.model_validate(mutated(chance.choice(documents), chance))
        except ValidationError:
            refused += 1
        else:
            assert found.digest()
            assert found.meaning()
    assert refused > MAPPINGS / 2


JUNK_YAML = (b"\x00", b"\xff", b"{", b"]", b": ", b"\t", b"&a ", b"*a ", b"!!python/object:os.system", b"\n- ",
             b"2020-99-99", b"&a [*a]")  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_damaged_text_of_a_mapping_is_an_error_with_its_place(feeds_folder: Path, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    file = tmp_path / "mapping.yaml"
    text = (feeds_folder / "mappings/dta_snap_members.yaml").read_bytes()
    for _ in range(max(MAPPINGS // 100, 10)):
        at = chance.randrange(len(text))
        junk = chance.choice(JUNK_YAML)
        file.write_bytes(text[:at] + junk + text[at + chance.randrange(3) :])
        codes: set[str] = set()
        try:
            read_mapping(file)
        except LoadError as error:
            codes = {fault.code for fault in error.faults}
        assert codes <= {"MAPPING_SYNTAX", "MAPPING_INVALID"}
