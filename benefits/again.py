"""Who lost SNAP or TAFDC, or takes it up, applies once they qualify as applicants, and has it when the application is
decided.

An application counts from its day: what the months of waiting come to is paid with the first month after it (SNAP: 7
CFR 273.2(g)(1), 273.10(a)(1)(ii), thirty days; TAFDC: 106 CMR 702.115(D), 702.150, thirty days). Here it is made on the
first day of the first month in which they qualify.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from benefits.cases import Cases, Cents, Flags
from benefits.month import simulate
from benefits.parameters import Parameters
from benefits.programs.tafdc import clock_stands

PROGRAMS = ("TAFDC", "SNAP")
NOT_LOST, LOST = -2, -1
"""Who takes part, or never does; who took part, or means to, and has not applied. More are months until an application
is decided."""


@dataclass
class Again:
    """Of r stories, by program: months until an application is decided (see `LOST`), and what is owed for those that
    were waited, in cents."""

    waits: dict[str, npt.NDArray[np.int64]]
    owed: dict[str, Cents]

    @classmethod
    def of(cls, rows: int, takes_up: Collection[str]) -> Again:
        """`takes_up`: programs in which nobody takes part at first, and for which all mean to apply."""
        return cls(
            {program: np.full(rows, LOST if program in takes_up else NOT_LOST) for program in PROGRAMS},
            {program: np.zeros(rows, dtype=np.int64) for program in PROGRAMS},
        )

    def some(self, rows: npt.NDArray[np.intp]) -> Again:
        return Again(
            {program: waits[rows] for program, waits in self.waits.items()},
            {program: owed[rows] for program, owed in self.owed.items()},
        )

    def decided(self) -> dict[str, Flags]:
        """A month begins: whose application is decided, by program."""
        back = {}
        for program, waits in self.waits.items():
            left = np.where(waits > 0, waits - 1, waits)
            back[program] = left == 0
            self.waits[program] = np.where(back[program], NOT_LOST, left)
        return back

    def paid(self, program: str, back: Flags) -> Cents:
        """What is paid for the months that were waited."""
        owed = np.where(back, self.owed[program], 0)
        self.owed[program] = np.where(back, 0, self.owed[program])
        return owed

    def month(
        self, cases: Cases, takes: dict[str, Flags], lost: dict[str, Flags], months: int, law: Parameters,
        clock: npt.NDArray[np.int64] | None,
    ) -> dict[str, Flags]:  # fmt: skip
        """A month ends: who lost a benefit, who applies, and what is owed to who waits; gives who applies, by program.

        `takes`: who takes part; `months`: until an application is decided; `clock`: months of TAFDC used, where they
        count.
        """
        applies = {}
        for program in PROGRAMS:
            self.waits[program] = np.where(lost[program], LOST, self.waits[program])
            waiting = self.waits[program] >= LOST
            applies[program] = np.zeros(len(waiting), dtype=bool)
            if not waiting.any():
                continue
            asked = simulate(cases, enrolled=takes | {program: takes[program] | waiting})
            amount: Any = asked.parts[program]
            qualifies = waiting & (amount > 0) & ~(asked.snap_over_limit if program == "SNAP" else False)
            if program == "TAFDC" and clock is not None and law["tafdc/time_limit"]["counts"]:
                qualifies &= clock_stands(cases) | (clock < int(law["tafdc/time_limit"]["months"]))
            applies[program] = qualifies & (self.waits[program] == LOST)
            self.waits[program] = np.where(applies[program], months, self.waits[program])
            self.owed[program] += np.where(qualifies & (self.waits[program] > 0), amount, 0)
        return applies
