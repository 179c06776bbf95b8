"""School meals: free for every child in a Massachusetts public school, whatever a family has (M.G.L. c.71 s.72A)."""

from __future__ import annotations

import numpy as np

from benefits.cases import Cases, Flags
from benefits.parameters import Parameters

FIRST, LAST = 5, 18


def free(cases: Cases, law: Parameters) -> Flags:
    """Children of school age (n, p) whose meals are free."""
    tell = law.telling("SCHOOL_MEALS")
    school = (cases.ages >= FIRST) & (cases.ages <= LAST)
    tell("children of school age", school, "M.G.L. c.71 s.72A", unit="people")
    told = np.asarray(school & bool(law["school_meals/free_for_all"]))
    return tell("children whose meals are free", told, "M.G.L. c.71 s.72A", "children of school age", unit="people")
