"""Scores of linkage and of households, worked by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from benchmarks.linkage_scores import living_together, refer, score


def test_pairs_and_b3_of_a_group_that_lost_one_and_took_in_another() -> None:
    found, truth = pd.Series(list("aabbb")), pd.Series(list("AAABB"))
    s = score(found, truth)
    assert (s.pair_precision, s.pair_recall) == (2 / 4, 2 / 4)
    assert s.b3_precision == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
    assert s.b3_recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)


def test_households_by_the_sources_that_name_two_of_them() -> None:
    found, truth = pd.Series(["h", "h", "h", None]), pd.Series(["H", "H", "I", "I"])
    sources = pd.Series([frozenset({"tax", "wic"}), frozenset({"tax"}), frozenset({"wic"}), frozenset({"census"})])
    s = living_together(found, truth, sources)
    assert set(s) == {("tax", "tax"), ("tax", "wic")}, "in others, nobody is with anybody, found or true"
    assert (s["tax", "tax"].pair_precision, s["tax", "tax"].pair_recall) == (1, 1)
    assert s["tax", "wic"].pair_precision == 1 / 3  # the first and third, the second and first, the second and third
    assert s["tax", "wic"].pair_recall == 1
    assert math.isnan(s["tax", "wic"].b3_f1)


def test_only_the_surest_are_given_a_reference_person() -> None:
    found, truth = pd.Series(list("aabb")), pd.Series(list("AABA"))
    reference = pd.Series([True, False, True, False])
    sure = pd.Series([9.0, 9.0, 9.0, 1.0])
    assert refer(found, truth, reference, sure).correct == 1 / 2
    assert refer(found, truth, reference, sure, 0.5).correct == 1
