"""How fast the rules are: `python -m benchmarks.rules`. Fails below the limits.

Household-months a second of all rules that a month has, over the sample's households; and the reference's
household-years, every program with rules, against what the reference took for them when it was asked.
"""

from __future__ import annotations

import itertools
import random
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date

import numpy as np

from benchmarks.reference import __main__ as reference
from benchmarks.reference.households import households
from benefits.calendar import add_months
from benefits.cases import Cases
from benefits.month import simulate
from benefits.programs.ccfa import Care
from benefits.programs.housing import Lease
from benefits.programs.ssi import Paid
from sample.population import Household, household
from sample.spells import cases_of, earnings_of

TURNS = 7
CASELOAD = 90_000
"""Households of the sample, as many as a state's caseload."""
FIRST, MONTHS, SEED = date(2024, 1, 1), 30, 7
LEAST = 1_000_000
"""Household-months a second."""
RATIO = 50
IMPORT_SECONDS = 0.3


def main() -> int:
    caseload = in_programs(population(CASELOAD))
    seconds = []
    for _ in range(TURNS):
        fresh = caseload.rows(0, CASELOAD)  # what follows from the facts is reckoned anew
        begun = time.perf_counter()
        simulate(fresh)
        seconds.append(time.perf_counter() - begun)
    asked = reference.cases(households())
    begun = time.perf_counter()
    reference.ours(asked)
    whole = time.perf_counter() - begun
    with np.load(reference.RESULTS) as results:
        ratio = float(results["seconds"]) / whole
    imports = min(_import_seconds() for _ in range(3))
    rate = CASELOAD / min(seconds)
    print("| household-months a second | times the reference on the same household-years | import of the pack, s |")
    cells = (
        f"{rate:,.0f} (limit {LEAST:,})",
        f"{ratio:,.0f} (limit {RATIO})",
        f"{imports:.2f} (limit {IMPORT_SECONDS})",
    )
    print(f"|---|---|---|\n| {' | '.join(cells)} |")
    return 0 if rate >= LEAST and ratio >= RATIO and imports <= IMPORT_SECONDS else 1


def population(count: int) -> Cases:
    """The sample's households in the last of its months."""
    rng, found = random.Random(SEED), list[Household]()
    for number in itertools.count():
        found += household(number, rng, FIRST, MONTHS)
        if len(found) >= count:
            break
    homes, last = found[:count], MONTHS - 1
    none = np.zeros(count, dtype=np.int64)
    earned = earnings_of(homes, MONTHS)[:, :, last]
    return cases_of(homes, earned, np.zeros_like(earned), add_months(FIRST, last), last, none > 0, none + 6, none > 0)


def in_programs(cases: Cases) -> Cases:
    """The households with vouchers for care where they pay for any, leases where they are subsidised, SSI of adults who
    are disabled and do not earn, a claim for unemployment benefits of every tenth adult without earnings, and TAFDC of
    every second family with little."""
    row = np.arange(len(cases.rent_cents))
    pays = (cases.child_care_cents > 0)[:, None]
    idle = cases.adults & (cases.earnings_cents == 0)
    poor = cases.has_children & (cases.earned_cents < 1_000_00)
    return replace(
        cases, care=np.where(cases.children & (cases.ages < 13) & pays, Care.FULL_TIME, Care.NONE),
        care_price_cents=cases.child_care_cents, child_care_cents=np.zeros_like(cases.child_care_cents),
        lease=np.where(cases.subsidized, 1 + row % 3, Lease.NONE),
        ssi_paid=np.where(idle & cases.disabled, Paid.FULL_COST, Paid.NOTHING),
        ui_weekly_cents=np.where(idle & ~cases.disabled & (row % 10 == 0)[:, None], 420_00, 0),
        tafdc_recipient=poor & (row % 2 == 0),
    )  # fmt: skip


def _import_seconds() -> float:
    code = "import time; t = time.perf_counter(); import benefits.explain; print(time.perf_counter() - t)"
    return float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)


if __name__ == "__main__":
    sys.exit(main())
