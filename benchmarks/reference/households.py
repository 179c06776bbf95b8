"""Made-up Massachusetts households, the same ones each time: what the reference and the rules here are both asked.

Money is whole dollars a month. The first adult climbs from nothing by equal steps; what others earn stays.
"""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from typing import Any

SEED, COUNT = 2026, 360
POINTS, STEP = 50, 200
"""Earnings of the first adult: 0, 200, ... dollars a month."""
YEAR, MONTH = 2026, 6
"""A steady year, and the month that monthly programs are asked for: no rule changes from March to September."""


@dataclass(frozen=True)
class Household:
    """`ages`: adults first; `second`: what a second adult earns; `heats`: pays for heating or cooling."""

    ages: tuple[int, ...]
    adults: int
    second: int
    disabled: tuple[int, ...]
    pregnant: tuple[int, ...]
    rent: int
    child_care: int
    heats: bool
    social_security: int

    def facts(self) -> dict[str, Any]:
        return asdict(self)


def households() -> list[Household]:
    chance = random.Random(SEED)  # noqa: S311: the same households each time, no secret
    return [_one(chance) for _ in range(COUNT)]


def _one(chance: random.Random) -> Household:
    adults = chance.choice([1, 1, 1, 2, 2])
    old = chance.random() < 0.08
    grown = [chance.randint(60, 80) if old else chance.randint(19, 58) for _ in range(adults)]
    most = min(max(min(grown) - 18, 0), 17)
    count = 0 if old else chance.choice([0, 1, 1, 2, 2, 3, 4])
    children = sorted((chance.randint(0, most) for _ in range(count)), reverse=True)
    ages = (*grown, *children)
    disabled = tuple(place for place in range(len(ages)) if chance.random() < (0.1 if place < adults else 0.03))
    bearing = [place for place in range(adults) if 19 <= ages[place] <= 42]
    pregnant = tuple(bearing[:1]) if bearing and chance.random() < 0.06 else ()
    young = sum(age < 13 for age in children)
    works = adults == 2 and chance.random() < 0.4
    return Household(
        ages, adults, chance.randrange(500, 4000, 100) if works else 0, disabled, pregnant,
        chance.choice([0, 400, 700, 1000, 1300, 1600, 2000, 2600]),
        chance.randrange(100, 700, 50) * young if young and chance.random() < 0.45 else 0,
        chance.random() < 0.7,
        chance.randrange(600, 2200, 100) if (old or 0 in disabled) and chance.random() < 0.6 else 0,
    )  # fmt: skip
