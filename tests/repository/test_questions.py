"""docs/questions.md: thirty questions, each once, and nothing that is no longer so."""

from __future__ import annotations

import re

from docs.questions import ASKERS, PAGE, QUESTIONS, TITLES
from queries import catalogue


def test_the_thirty_are_there_once_each_with_a_way_or_a_word() -> None:
    assert [one.number for one in QUESTIONS] == list(range(1, 31))
    assert len({one.name for one in QUESTIONS}) == 30
    for one in QUESTIONS:
        asked = bool(one.graphql) + bool(one.catalogue)
        assert asked == 1 or (not asked and ("Not yet" in one.how or "`" in one.how)), one.name
        if one.catalogue:
            query = catalogue.find(one.catalogue)
            assert set(one.given) <= {parameter.name for parameter in query.parameters}
    assert set(TITLES) == set(ASKERS) == {one.asker for one in QUESTIONS}


BESIDE = {"departures_by_kind", "recorded_losses"}
"""What a page of its own tells: docs/departures.md."""


def test_every_question_of_the_catalogue_about_all_is_one_of_the_thirty() -> None:
    of_all = {name for name, query in catalogue.catalogue().items() if query.grain == "aggregate"}
    assert of_all - BESIDE == {one.catalogue for one in QUESTIONS if one.catalogue}


def test_the_page_is_of_these_questions_and_names_nobody() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert re.findall(r"^### (\d+)\. (\w+)$", page, re.MULTILINE) == [(str(q.number), q.name) for q in QUESTIONS]
    for one in QUESTIONS:
        assert one.asks in page
        assert one.how in page
        assert (one.household or one.graphql or one.catalogue or one.how) in page
    assert not re.search(r"\b[HP][0-9a-f]{24}\b", page)
