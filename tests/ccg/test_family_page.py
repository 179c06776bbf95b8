"""A path as a page for the family: plain words in two languages, told whole, as easy as they should be to read."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
import textstat

import benefits.path
from benefits import home
from benefits.programs.masshealth import Coverage
from ccg.family_page import LANGUAGES, page, summary, words
from queries.outlook import Birth, Move, Offer, Outlook, Separation, path_of
from tests.queries.test_situation import FAMILY, MONTH, fact, span

NEXT, MONTHS, GRADE = date(2026, 7, 1), 24, 8
OTHERS = ("notice", "report", "recertification")
ON_TAFDC = replace(
    FAMILY,
    enrollments=(span("TAFDC", "ann", "ben"), span("SNAP", "ann", "ben")),
    wages=(),
    facts=(*FAMILY.facts, fact("ann", "full disregard", "TimeClock", 5, since=date(2026, 5, 31))),
    certifications=(
        {"person": "ann", "enrollment": "ESNAP", "program": "SNAP", "due": date(2026, 9, 1), "duty": "report"},
    ),
)
OFFER = Offer(
    MONTH, None, 2_500_00, NEXT, MONTHS,
    happens=(Birth(NEXT), Move(date(2026, 9, 1), 1_500_00), Separation(date(2026, 12, 1), ("ben",))),
)  # fmt: skip


class _Text(HTMLParser):
    """What a page says, without its style and its picture."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in ("style", "svg"):
            self._inside.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "svg"):
            self._inside.pop()

    def handle_data(self, data: str) -> None:
        if not self._inside and data.strip():
            self.said.append(data.strip())


def said(html: str) -> list[str]:
    text = _Text()
    text.feed(html)
    return text.said


def on_a_page(outlook: Outlook, offer: Offer, language: str) -> list[str]:
    return said(page(outlook, offer, language, date(2026, 11, 27)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_can_happen_has_its_words(language: str) -> None:
    say = words(language)
    turns = {f"turns_{age}" for age in home.TURNS}
    assert set(say["events"]) == set(benefits.path.CITATIONS) | set(home.CITATIONS) | turns | set(OTHERS)
    assert set(say["coverage"]) == {kind.name.lower() for kind in Coverage}
    assert set(say) == set(words("en"))
    assert set(say["programs"]) == set(words("en")["programs"]) > set(benefits.path.LOSABLE)
    assert len(say["months"]) == 12


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_is_read_at_grade_eight_or_below(language: str) -> None:
    """By Flesch-Kincaid, and for Spanish by Crawford, years of school; all sentences of the page's words as well."""
    lines = on_a_page(path_of(ON_TAFDC, OFFER), OFFER, language)
    told = [line for line in lines if line.endswith(".")]
    assert len(told) > 30
    say = words(language)
    every = [*say["caveats"], *(part for entry in say["events"].values() for part in entry.values())]
    for sentences in (told, every):
        text = re.sub(r"\([A-Z]+\)|[$\d,]+|\{\w+\}", "", " ".join(sentences))
        textstat.set_lang(language)
        grade = textstat.flesch_kincaid_grade(text) if language == "en" else textstat.crawford(text)
        assert grade <= GRADE, f"{grade}: {text[:300]}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_tells_the_months_of_the_path_and_what_to_do(language: str) -> None:
    outlook = path_of(ON_TAFDC, OFFER)
    assert outlook.path
    say, lines = words(language), on_a_page(outlook, OFFER, language)
    for step in outlook.path.steps:
        assert f"{say['months'][step.month.month - 1]} {step.month.year}" in lines
    whole = " ".join(lines)
    for kind in ("birth", "move", "leaves", "tafdc_closes", "raise"):
        assert say["events"][kind]["say"] in whole, kind
        assert say["events"][kind].get("do", "") in whole, kind
    assert say["newborn"] in lines
    assert f"{say['unsure_intro']} {say['unsure_law']}" in lines, "child care is not recorded, and readings differ"
    assert "ann" not in whole, "a page that may be left lying about names nobody"


def test_a_summary_is_of_the_end_that_leaves_least() -> None:
    outlook, say = path_of(ON_TAFDC, replace(OFFER, happens=())), words("en")
    assert outlook.path
    told = summary(outlook, replace(OFFER, happens=()), say)
    assert told[0] == "Pay goes from $0 to $2,500 a month. That starts in July 2026."
    low, high = (f"${cents / 100:,.0f}" for cents in outlook.path.gain_cents)
    assert told[-1] == f"In all these months you would have {low} to {high} more."
    cut = replace(OFFER, monthly_cents=0, happens=())
    paid = path_of(FAMILY, cut)
    assert paid.path
    worse = summary(paid, cut, say)
    assert worse[1] == f"In up to 23 of {MONTHS} months you may have less than without the change."
    assert "The hardest month is" in worse[2]
    assert " less." in worse[-1]
    moving = Offer(MONTH, None, None, NEXT, 12, happens=(Move(date(2026, 9, 1), 1_500_00),))
    hidden = replace(FAMILY, facts=(fact("ann", "heating"),))
    unsure = summary(path_of(hidden, moving), moving, say)
    assert "In up to 9 of 12 months you may have less" in unsure[1], "as the rent of now may be lower"
    more = Offer(MONTH, None, None, NEXT, 12, then=((NEXT, None, 4_500_00), (NEXT, "ann", 4_600_00)))
    assert summary(path_of(FAMILY, more), more, say)[0] == "In July 2026, pay in your home changes to $4,500 a month."
    nothing = Offer(MONTH, None, None, MONTH, 12)
    assert summary(path_of(FAMILY, nothing), nothing, say) == [say["nothing"]]


def test_where_nothing_can_be_told_a_page_says_so() -> None:
    lines = on_a_page(path_of(FAMILY, Offer(date(2020, 1, 1), None, 1, date(2020, 1, 1))), OFFER, "es")
    assert words("es")["unknown"] in lines
