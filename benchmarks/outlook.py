"""A ladder of 200 points and a 24-month path of one household: p99 within 100 ms. `python -m benchmarks.outlook`."""

from __future__ import annotations

import sys
import time
from datetime import date

import numpy as np

from benefits.ladder import Climber, climb
from benefits.month import Known, corners
from benefits.path import Start, walk
from tests.benefits.families import family

LIMIT_MS = 100.0
ROUNDS = 300


def main() -> int:
    month = date(2026, 1, 1)
    ends = corners(family(month, [30, 4, 9], [900, 0, 0], tafdc=True, months_left=6), Known(rent=False))
    takes = {"SNAP": True, "TAFDC": True}
    milliseconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        climb(Climber(ends, 0, takes, 8_000_00), 200)
        walk(ends, 0, 2_500_00, date(2026, 2, 1), Start(takes), 24)
        milliseconds.append((time.perf_counter() - started) * 1000)
    p50, p99 = np.percentile(milliseconds, [50, 99])
    print(f"| ladder of 200 points, 24-month path, rent unknown | {p50:.0f} | {p99:.0f} | {LIMIT_MS:.0f} |")
    return 0 if p99 <= LIMIT_MS else 1


if __name__ == "__main__":
    sys.exit(main())
