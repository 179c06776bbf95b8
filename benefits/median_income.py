"""State median income by household size (45 CFR 96.85), which child care and heating help go by."""

from __future__ import annotations

import numpy as np

from benefits.cases import Cents, Counts
from benefits.parameters import Parameters


def monthly_cents(law: Parameters, sizes: Counts) -> Cents:
    """A twelfth of the state's median income of the federal year, in cents."""
    rule = law.told("state_median_income/size_share")
    four = law.cents("state_median_income/four_people")

    def line(every: Counts) -> Cents:
        shares = np.array([0.0, *rule.value["shares"]])
        largest = len(shares) - 1
        share = shares[np.minimum(every, largest)] + np.maximum(every - largest, 0) * rule.value["each_additional"]
        return np.floor(four * share / 12 + 0.5).astype(np.int64)

    return rule.along(sizes, line, by=str(four))
