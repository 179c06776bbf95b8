"""How fast the rules are: `python -m benchmarks.rules`. Fails below the limits.

Household-months a second of all rules that a month has, over the reference's households; and the same household-years,
every program with rules, against what the reference took for them when it was asked.
"""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace

import numpy as np

from benchmarks.reference import __main__ as reference
from benchmarks.reference.households import POINTS, households
from benefits.cases import Cases, stack
from benefits.month import simulate
from benefits.programs.ccfa import Care
from benefits.programs.housing import Lease
from benefits.programs.ssi import Paid

TURNS = 7
CASELOAD = 5
"""So many times the reference's households are as many as a state's caseload: 90,000."""
LEAST = 1_000_000
"""Household-months a second."""
RATIO = 50
IMPORT_SECONDS = 0.3


def main() -> int:
    asked = reference.cases(households())
    n = len(asked.rent_cents)
    mixed = stack([_in_programs(asked)] * CASELOAD)
    seconds = []
    for _ in range(TURNS):
        fresh = mixed.rows(0, n * CASELOAD)  # what follows from the facts is reckoned anew
        begun = time.perf_counter()
        simulate(fresh)
        seconds.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    reference.ours(asked.rows(0, n))
    whole = time.perf_counter() - begun
    with np.load(reference.RESULTS) as results:
        ratio = float(results["seconds"]) / whole
    imports = min(_import_seconds() for _ in range(3))
    rate = n * CASELOAD / min(seconds)
    print("| household-months a second | times the reference on the same household-years | import of the pack, s |")
    cells = (
        f"{rate:,.0f} (limit {LEAST:,})",
        f"{ratio:,.0f} (limit {RATIO})",
        f"{imports:.2f} (limit {IMPORT_SECONDS})",
    )
    print(f"|---|---|---|\n| {' | '.join(cells)} |")
    return 0 if rate >= LEAST and ratio >= RATIO and imports <= IMPORT_SECONDS else 1


def _in_programs(cases: Cases) -> Cases:
    """The households, a fifth of those with small children with vouchers for their care, a sixth in subsidised leases
    and a tenth with a claim for unemployment benefits, as many as the sample has of each; who is disabled has SSI in
    every fifth one, and every twentieth couple is not married, so that each files a return."""
    row = np.arange(len(cases.rent_cents)) // POINTS
    small = cases.children & (cases.ages < 13) & (row % 5 == 0)[:, None]
    first = cases.adults & (np.cumsum(cases.adults, axis=1) == 1) & (row % 10 == 0)[:, None]
    return replace(
        cases, care=np.where(small, Care.FULL_TIME, Care.NONE),
        care_price_cents=np.where(small.any(axis=1), 1_400_00, 0),
        lease=np.where(row % 6 == 0, 1 + row % 3, Lease.NONE), joint=cases.joint & (row % 20 > 0),
        ssi_paid=np.where(cases.adults & cases.disabled & (row % 5 == 0)[:, None], Paid.FULL_COST, Paid.NOTHING),
        ui_weekly_cents=np.where(first, 420_00, 0),
    )  # fmt: skip


def _import_seconds() -> float:
    code = "import time; t = time.perf_counter(); import benefits.explain; print(time.perf_counter() - t)"
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    sys.exit(main())
