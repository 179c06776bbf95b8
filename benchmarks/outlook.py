"""Ladders and paths of one household, each within its limit at p99: `python -m benchmarks.outlook`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import numpy as np

from benefits.jobs import Change
from benefits.ladder import Climber, climb
from benefits.month import Known, corners
from benefits.path import Start, follow, walk
from benefits.programs.housing import Lease
from tests.benefits.families import family

LADDER_MS, PATH_MS, LONG_PATH_MS = 20.0, 100.0, 500.0
ROUNDS = 100


def main() -> int:
    month = date(2026, 1, 1)
    cases = family(month, [30, 4, 9], [900, 0, 0], tafdc=True, months_left=6)
    takes = {"SNAP": True, "TAFDC": True}
    known, unknown = Climber((cases,), 0, takes, 8_000_00), corners(cases, Known(rent=False))
    couple = family(
        month, [34, 33, 4, 9], [900, 1_400, 0, 0], tafdc=True, months_left=6, joint=True, care=[0, 0, 2, 2],
        care_price=1_900, lease=Lease.SECTION_8, contract_rent=2_100,
    )  # fmt: skip
    raises = [Change(date(2026, 2, 1), 0, 2_500_00), Change(date(2026, 9, 1), 1, 3_100_00)]
    asked: dict[str, tuple[Callable[[], object], float]] = {
        "ladder, all known": (lambda: climb(known), LADDER_MS),
        "ladder, rent unknown": (lambda: climb(replace(known, ends=unknown)), PATH_MS),
        "24-month path, rent unknown": (
            lambda: walk(unknown, 0, 2_500_00, date(2026, 2, 1), Start(takes), 24), PATH_MS,
        ),
        "24-month path, two earners": (lambda: follow((couple,), raises, Start(takes), 24), PATH_MS),
        "60-month path, two earners": (lambda: follow((couple,), raises, Start(takes), 60), LONG_PATH_MS),
    }  # fmt: skip
    print("| | p50 ms | p99 ms | limit ms |\n|---|---|---|---|")
    within = True
    for name, (ask, limit) in asked.items():
        milliseconds = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            ask()
            milliseconds.append((time.perf_counter() - started) * 1000)
        p50, p99 = np.percentile(milliseconds, [50, 99])
        within &= bool(p99 <= limit)
        print(f"| {name} | {p50:.0f} | {p99:.0f} | {limit:.0f} |")
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
