"""Limits that decide who is who beside the model; a model's settings name them (`model.settings_digest`)."""

from __future__ import annotations

LEAST = -3.0
"""Groups of records are joined above this average weight: log2 of the odds that two of them are one person's."""
CAP = 10.0
"""A pair counts for no more than this (log2), so that no single one outweighs the others."""
UNSEEN = 2 * LEAST
"""What a pair counts that was not compared, as its component is too large."""
MOST_IN_GROUP = 2_000
"""In a larger group, pairs that no rule found are not looked at."""
CROWD = 40
"""More people's names than this at one place are an institution, not a household."""
NAMESAKES = 40
"""More descriptions than this of one first and last name: that they share it brings no two of them together."""
COMMON_SSN = 6
"""More people's names than this under one SSN token, none of them having half, say that it is nobody's."""
MOST_LEFT = 4_000_000
"""Of more pairs than this that are left over in two feeds, only those are matched by exclusion that it joined before:
most of the others are strangers."""
EVIDENCE = 5.0
"""What the own agreement of a pair that is left over has to weigh (log2), however few are left over."""

ALL = (LEAST, CAP, UNSEEN, MOST_IN_GROUP, CROWD, NAMESAKES, COMMON_SSN, MOST_LEFT, EVIDENCE)
