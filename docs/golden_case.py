"""docs/golden_case.md: one household's sixteen months, each figure with its rule."""

from __future__ import annotations

from datetime import date

import numpy as np

from benefits.cases import Cases
from benefits.ladder import Climber, climb
from benefits.parameters import rules_version
from benefits.path import Path, Start, walk
from benefits.readings import QUESTIONS, readings
from ccg.draw import svg
from queries.outlook import Outlook
from queries.pictures import of_ladder, of_path

ENROLLED = {"SNAP": True, "TAFDC": True}
MONTHS, JOB, WAGES = 16, date(2025, 10, 1), 2_500_00
SOURCES = {
    "TAFDC": "106 CMR 704.420 ($901), 704.281(A) (six months), 704.500(A) (901 - (2,500 - 200) / 2 is below nothing)",
    "SNAP": "7 CFR 273.10(e) (wages at 80 % and the grant count), 273.26-273.27 (transitional, frozen five months)",
    "STIPEND": "DTA Online Guide, Transitional Support Services (from a month after the case closed)",
    "MASSHEALTH": "130 CMR 505.002 (three people at 138 % of poverty: $3,065 in 2025)",
}


def page(notice: str) -> str:
    """The page, at a job that is reported and counted at once, and at one that counts a month later."""
    lines = [
        notice, "# The golden case", "",
        "A parent of two, aged nine and four, on TAFDC and SNAP in private housing with rent of $1,100 and heating,",
        "takes a job of $30,000 a year on 1 October 2025. Child care costs nothing. Each month uses its own values:",
        "September 2025 has the clothing allowance and SNAP's amounts of the federal year before.", "",
        f"Sources conflict on {len(QUESTIONS)} questions. An amount is between what each reading gives (`ccg` and",
        "GraphQL name them; `readings: [\"tba_wages=counted\"]` chooses one):", "",
    ]  # fmt: skip
    for question in QUESTIONS.values():
        lines += [f"- `{question.name}`, {question.asks}:"]
        lines += [f"  - *{name}*: {text}" for name, text in question.readings.items()]
    for lag, title in ((0, "Counted from the month it begins"), (1, "Counted from the month after it begins")):
        path = _path(lag)
        lines += ["", f"## {title}", "", "| month | TAFDC | SNAP | stipend | MassHealth | what happens |"]
        lines += ["|---|---|---|---|---|---|", *_rows(path)]
        if path.readings:
            lines += ["", f"Readings that matter here: {', '.join(f'`{name}`' for name in path.readings)}."]
    lines += ["", "## Where each figure is from", "", "| | |", "|---|---|"]
    lines += [f"| {program} | {source} |" for program, source in SOURCES.items()]
    lines += ["", "Parameters that went into it:", ""]
    for key, value in sorted(_path(0).used.items()):
        if key.split("/")[0] in {"tafdc", "snap", "masshealth", "poverty"}:
            lines.append(f"- `{key}` of {value.effective}: {value.citation} ({value.confirmed})")
    return "\n".join(lines) + "\n"


def ladder_picture() -> str:
    """What is left to the family at other earnings, in the month before the job, as SVG."""
    ladder = climb(Climber((_family(),), 0, ENROLLED, 8_000_00))
    return svg(of_ladder(Outlook("known", (), rules_version(), None, None, (), ladder=ladder))) + "\n"


def path_picture() -> str:
    """Its months with the job, counted from the month after it begins, as SVG."""
    return svg(of_path(Outlook("bounded", (), rules_version(), None, None, (), path=_path(1)))) + "\n"


def _family() -> Cases:
    one = np.ones(1, dtype=np.int64)
    return Cases.of(
        date(2025, 9, 1), np.array([[34, 9, 4]]), np.zeros((1, 3), dtype=np.int64), rent_cents=one * 1_100_00,
        heats=one > 0, tafdc_recipient=one > 0, disregard_months_left=one * 6, parent_covered=one > 0,
    )  # fmt: skip


def _path(lag: int) -> Path:
    start = Start(ENROLLED, snap_due_in=6, report_lag_months=lag, clock_months_used=3, readings=readings())
    return walk((_family(),), 0, WAGES, JOB, start, MONTHS)


def _rows(path: Path) -> list[str]:
    rows = []
    for step in path.steps:
        told = "; ".join(f"{event.program}: {event.because} [{event.citation}]" for event in step.events)
        amounts = [_between(*step.parts[name]) for name in ("TAFDC", "SNAP", "STIPEND")]
        covered = sum(kind in {1, 3} for kind in step.coverage)
        rows.append(f"| {step.month:%Y-%m} | {' | '.join(amounts)} | {covered} of 3 | {told} |")
    return rows


def _between(low: int, high: int) -> str:
    return f"${low / 100:,.0f}" if low == high else f"${low / 100:,.0f} to ${high / 100:,.0f}"
