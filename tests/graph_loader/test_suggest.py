"""A suggested mapping: valid, close to the one that someone wrote by hand, and without any value of the file."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
import yaml

from graph.store import Store
from graph_loader.load.feeds import Feeds, read_feeds
from graph_loader.mapping.document import Mapping
from graph_loader.mapping.suggest import file_of, suggest
from graph_loader.sources.files import FileSource
from tests.ccg.test_command_line import run
from tests.feeds_sample import data_directory, load_folder, small

SAME_KIND = {("code", "text"), ("code", "flag"), ("cents", "integer"), ("text", "flag"), ("number", "integer"),
             ("year", "text")}  # fmt: skip
"""What a person knows and a file does not show: that text is a code, that whole numbers are cents."""


@pytest.fixture(scope="module")
def feeds(feeds_folder: Path) -> Feeds:
    return read_feeds(feeds_folder)


def pairs(feeds: Feeds) -> list[tuple[Mapping, FileSource]]:
    return [
        (feed.mapping, source)
        for feed in feeds.feeds
        for source in feed.sources
        if isinstance(source, FileSource) and source.file.format != "fixed"
    ]


def test_files_of_nine_agencies_are_read_as_their_own_mappings_read_them(feeds: Feeds) -> None:
    for mapping, source in pairs(feeds):
        found = file_of(source.path)
        assert (found.format, found.delimiter, found.header) == (source.file.format, source.file.delimiter, True)
        assert mapping.file is not None


def test_suggestions_agree_with_mappings_by_hand(feeds: Feeds) -> None:
    kinds = elements = columns = people = persons = 0
    for mapping, source in pairs(feeds):
        text = suggest(source.path, mapping.feed, mapping.agency, feeds.agreement, 1_000, "x")
        found = Mapping.model_validate(yaml.safe_load(text))
        for name, column in mapping.columns.items():
            columns += 1
            if name in found.columns:
                kind = found.columns[name].kind
                kinds += kind == column.kind or (column.kind, kind) in SAME_KIND
                elements += found.columns[name].element == column.element
        if mapping.people:
            persons += 1
            (first, *_), member = mapping.people.values(), found.people.get("member")
            people += member is not None and (member.last_name, member.first_name, member.ssn) == (
                first.last_name, first.first_name, first.ssn,
            )  # fmt: skip
    assert kinds / columns > 0.9, (kinds, columns)
    assert elements / columns > 0.85, (elements, columns)
    assert people == persons


def test_a_suggestion_holds_no_value_of_the_file(feeds: Feeds) -> None:
    for mapping, source in pairs(feeds):
        text = suggest(source.path, mapping.feed, mapping.agency, feeds.agreement, 1_000, "x").split()
        told = {word.strip("{}[],:\"'#") for word in text} | {mapping.agency}
        names = source.columns()
        for chunk in source.chunks(names):
            values = {str(v) for name in names for v in chunk.frame[name].dropna() if len(str(v)) > 4}
            assert not values & told


def test_a_suggested_mapping_loads_the_people_of_a_file(
    embedded_store: Store, feeds_folder: Path, tmp_path: Path
) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_members")
    mapping = feeds / "mappings/dta_snap_members.yaml"
    mapping.unlink()
    made = run("map", "suggest", feeds / "dta/snap_members.csv", "--to", mapping)
    assert made.returncode == 0, made.stderr
    loaded = load_folder(embedded_store, feeds, data_directory(tmp_path / "data"))
    count = loaded.plan.counts[0]
    assert count.loaded + count.unchanged == count.rows_read > 0
    people = embedded_store.read("MATCH (i:Identity) WHERE i.birth_date IS NOT NULL RETURN count(i) AS n")
    assert people[0]["n"] > 50
    again = run("map", "suggest", feeds / "dta/snap_members.csv", "--to", mapping)
    assert again.returncode == 2
    assert "would be overwritten" in again.stderr


def test_a_file_without_a_header_shows_no_value_as_a_name(feeds: Feeds, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([[f"{n:09}", "Quimby", "Ana", "12/31/1990"] for n in range(123456789, 123456829)])
    text = suggest(file, "people", "DTA", feeds.agreement, 100, "people.csv")
    assert "header: false" in text
    assert not re.search(r"Quimby|Ana|1234567", text)


def test_columns_of_a_fixed_file_are_found_by_their_blanks(tmp_path: Path) -> None:
    file = tmp_path / "people.txt"
    file.write_text("Quimby    Ana   1990\nSmithson  Ben   1987\n")
    assert file_of(file).widths == {"1": (0, 10), "2": (10, 16), "3": (16, 20)}


def test_the_command_says_what_it_needs(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("first,last\nAna,Quimby\n")
    assert "--feeds" in run("map", "suggest", file).stderr
