"""Where sources conflict on what the law means: each question, its readings, and who has each.

A path takes all readings that nobody chose among, and its amounts are between them.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True)
class Question:
    """`readings`: name → what it says, with its source."""

    name: str
    asks: str
    readings: dict[str, str]

    @property
    def words(self) -> str:
        either = " or ".join(f"{text} ({name})" for name, text in self.readings.items())
        return f"two readings of {self.asks}: {either}"


TBA_WAGES = Question(
    "tba_wages",
    "transitional SNAP",
    {
        "counted": "wages that SNAP counts already stay counted, 7 CFR 273.27(a)",
        "excluded": "wages that closed the TAFDC case are left out, 106 CMR 365.190 as MLRI reads it",
    },
)
SIX_MONTHS = Question(
    "six_months",
    "the six months of the full disregard",
    {
        "recorded": "from the first payment after DTA records the job, DTA's practice (second source)",
        "job_start": "six months on end from the start of the job, 106 CMR 704.281(A)",
    },
)
STIPEND_START = Question(
    "stipend_start",
    "when work stipends start",
    {
        "after_30_days": "once the case has been closed for thirty days, DTA Online Guide",
        "at_closing": "in the first four months of the closing, DTA's page on benefits after TAFDC (second source)",
    },
)
QUESTIONS = {question.name: question for question in (TBA_WAGES, SIX_MONTHS, STIPEND_START)}


@dataclass(frozen=True)
class Reading:
    """One way to read all questions."""

    tba_wages: str
    six_months: str
    stipend_start: str


def readings(chosen: Iterable[str] = ()) -> tuple[Reading, ...]:
    """Every way to read the questions, as far as `chosen` (`six_months=recorded`) leaves them open.

    Raises `LookupError` for a question or a reading that is none.
    """
    open_to = {name: list(question.readings) for name, question in QUESTIONS.items()}
    for text in chosen:
        name, _, reading = text.partition("=")
        if name not in QUESTIONS:
            near = difflib.get_close_matches(name, QUESTIONS, n=1, cutoff=0.4)
            raise LookupError(f"no question {name!r} stands; {'closest: ' + near[0] if near else ', '.join(QUESTIONS)}")
        if reading not in QUESTIONS[name].readings:
            raise LookupError(f"{name} is read as {' or '.join(QUESTIONS[name].readings)}, not {reading!r}")
        open_to[name] = [reading]
    return tuple(Reading(*ways) for ways in product(*open_to.values()))
