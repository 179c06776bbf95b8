"""Pictures: one description, drawn as SVG, as PNG and in a terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ccg import draw
from queries.outlook import Offer, ladder_of, path_of
from queries.pictures import LABELS, of_ladder, of_path
from tests.conftest import ROOT
from tests.queries.test_situation import FAMILY, MONTH

OFFER = Offer(MONTH, None, 4_000_00, date(2026, 7, 1), 12)


def test_a_ladder_is_drawn_with_its_cliffs_and_what_is_earned_now() -> None:
    outlook = ladder_of(FAMILY, MONTH, None)
    assert outlook.ladder
    assert outlook.ladder.cliffs
    drawn = draw.svg(of_ladder(outlook))
    texts = {node.text for node in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")}
    assert {f"−${cliff.loss_low_cents / 100:,.0f}" for cliff in outlook.ladder.cliffs} <= texts
    assert {LABELS["now"], LABELS["earnings"], LABELS["net"]} <= texts


def test_a_picture_holds_what_the_answer_holds() -> None:
    ladder, path = ladder_of(FAMILY, MONTH, None), path_of(FAMILY, OFFER)
    assert ladder.ladder
    assert path.path
    band, line, *_ = of_ladder(ladder)["layer"]
    assert (band["mark"]["type"], line["mark"]["type"]) == ("area", "line"), "rent and care are bounds here"
    assert [point["low"] for point in line["data"]["values"]] == [
        ladder.ladder.net_low_cents[place] / 100 for place in ladder.ladder.outline()
    ]
    top, bars = of_path(path)["vconcat"]
    values = top["layer"][-1]["data"]["values"]
    told = [one["low"] for one in values if one["story"] == LABELS["with"]]
    assert told == [step.net_cents[0] / 100 for step in path.path.steps]
    snap = [one["amount"] for one in bars["data"]["values"] if one["program"] == "SNAP"]
    assert snap == [] or snap == [step.parts["SNAP"][0] / 100 for step in path.path.steps]
    taxes = [one["amount"] for one in bars["data"]["values"] if one["program"] == "taxes"]
    assert taxes == [step.parts["TAXES"][0] / 100 for step in path.path.steps]


def test_pictures_are_written_as_files(tmp_path: Path) -> None:
    picture = of_path(path_of(FAMILY, OFFER))
    for kind, begins in (("svg", b"<svg"), ("png", b"\x89PNG"), ("vega", b"{")):
        draw.write(picture, tmp_path / kind, kind)
        assert (tmp_path / kind).read_bytes().startswith(begins)
    assert json.loads((tmp_path / "vega").read_text()) == picture


@pytest.mark.parametrize("what", ["ladder", "path"])
def test_a_terminal_shows_the_lines_with_round_figures(what: str) -> None:
    picture = of_ladder(ladder_of(FAMILY, MONTH, None)) if what == "ladder" else of_path(path_of(FAMILY, OFFER))
    drawn = draw.text(picture, colour=False)
    assert "\x1b" not in drawn
    assert "\x1b" in draw.text(picture, colour=True)
    assert picture["title"] in drawn
    assert any("⠀" < letter <= "⣿" for letter in drawn), "a line of dots"
    assert re.search(r"\$\d,\d00┤", drawn)
    if what == "path":
        assert "Jun 26" in drawn
        assert f"⠒ {LABELS['with']}" in drawn
        assert "····" in drawn, "the story without the change"


def test_months_are_those_of_the_path_wherever_it_is_drawn() -> None:
    """A month that begins at midnight in Greenwich is another one in Boston."""
    drawn = "from ccg import draw; from tests.ccg.test_draw import FAMILY, OFFER, of_path, path_of; "
    drawn += "print(draw.svg(of_path(path_of(FAMILY, OFFER))))"
    pictures = [
        subprocess.run(
            [sys.executable, "-c", drawn], env={**os.environ, "TZ": zone}, check=True, capture_output=True, cwd=ROOT
        ).stdout
        for zone in ("America/New_York", "UTC")
    ]
    assert pictures[0] == pictures[1]
    assert b"Jun 26" in pictures[0]
    assert b"May 26" not in pictures[0]


def test_a_flat_line_is_drawn_too() -> None:
    same = path_of(replace(FAMILY, wages=()), Offer(MONTH, None, None, MONTH, 3))
    assert "Jun 26" in draw.text(of_path(same), colour=False)


def test_what_is_not_known_is_not_drawn() -> None:
    nothing = ladder_of(FAMILY, date(2020, 1, 1), None)
    with pytest.raises(ValueError, match="there is no ladder to draw: nobody is recorded"):
        of_ladder(nothing)
    with pytest.raises(ValueError, match="there is no path to draw"):
        of_path(nothing)
