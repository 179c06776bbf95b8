"""Which cliffs a reform removes and makes: ladders of many households, by the rules as published and as reformed."""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cached_property
from multiprocessing import get_context, parent_process
from types import TracebackType

from benefits.ladder import Cliff, climb_all
from benefits.parameters import UnknownParameter
from benefits.reform import Reform
from queries.outlook import climber, standing
from queries.situation import Facts

MOVED_CENTS = 100_00
"""A cliff that begins so much earlier or later is another one."""
TOGETHER = 400
"""Households that climb at once."""
ALONE = 2_000
"""Of more households than these, ladders are climbed in processes of their own, one a processor."""
Counts = dict[str, list[int]]
"""By the program that falls most: households with such cliffs, before or after; how many cliffs there are before; of
how many households some go, and how many; of how many some come, and how many."""
_ONE_AT_A_TIME = threading.Lock()
"""One reform at a time has processes; another one, in a server, climbs in the server's own."""


class Climbing:
    """Counts cliffs of households as they come, in this process or in others; within a `with`, `rest` waits for all."""

    def __init__(self, counts: Counts, reform: Reform, progress: Callable[[str, int], None]) -> None:
        self._counts, self._reform, self._progress = counts, reform, progress
        self._waiting: deque[tuple[Future[Counts], int]] = deque()
        self._processes = os.cpu_count() or 1
        self._apart = False

    def __enter__(self) -> Climbing:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if self._apart:
            try:
                self._pool.shutdown(wait=kind is None, cancel_futures=kind is not None)
            finally:
                _ONE_AT_A_TIME.release()

    @cached_property
    def _pool(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._processes, get_context("spawn"), _work_for)

    def climb(self, some: Sequence[Facts]) -> None:
        """Add the cliffs of some more households, those of a size together."""
        if not self._apart and len(some) > ALONE and self._processes > 1:
            self._apart = _ONE_AT_A_TIME.acquire(blocking=False)
        for start in range(0, len(some), TOGETHER):
            part = some[start : start + TOGETHER]
            if not self._apart:
                self._add(cliffs(part, self._reform), len(part))
                continue
            self._waiting.append((self._pool.submit(cliffs, part, self._reform), len(part)))
            while len(self._waiting) > 2 * self._processes:
                self._take()

    def rest(self) -> None:
        """Wait for those that are still climbing."""
        while self._waiting:
            self._take()

    def _take(self) -> None:
        future, households = self._waiting.popleft()
        self._add(future.result(), households)

    def _add(self, counts: Counts, households: int) -> None:
        for program, more in counts.items():
            row = self._counts.setdefault(program, [0] * len(more))
            row[:] = [count + one for count, one in zip(row, more, strict=True)]
        self._progress("cliffs", households)


def _work_for() -> None:
    """What a process does first: it leaves an interrupt to the one that it works for, and ends when that ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asked_by = parent_process()

    def end_with() -> None:
        if asked_by:
            asked_by.join()
        os._exit(1)

    threading.Thread(target=end_with, daemon=True).start()


def cliffs(some: Sequence[Facts], reform: Reform) -> Counts:
    """Cliffs on the ladders of who can be told, each by the program that falls most. One that moves by no more than
    `MOVED_CENTS` is the same one."""
    climbing = [(one, earner) for one in some if not one.unknown and (earner := one.main_earner())]
    climbers = [climber(one, earner) for one, earner in climbing]
    found: Counts = {}
    try:
        before = climb_all(climbers, for_cliffs=True)
        with reform.in_force():
            after = climb_all(climbers, for_cliffs=True)
    except UnknownParameter:  # the months say so
        return found
    for (one, _), law, reformed in zip(climbing, before, after, strict=True):
        if "unknown" in (standing(one, {**each.low.unknown, **each.high.unknown})[0] for each in (law, reformed)):
            continue
        then, now = (_peaks(ladder.cliffs) for ladder in (law, reformed))
        for program in then.keys() | now.keys():
            removed, made = _unmatched(then.get(program, []), now.get(program, []))
            counts = found.setdefault(program, [0] * 6)
            told = (1, len(then.get(program, [])), removed > 0, removed, made > 0, made)
            counts[:] = [count + more for count, more in zip(counts, told, strict=True)]
    return found


def _peaks(cliffs: Iterable[Cliff]) -> dict[str, list[int]]:
    """Where cliffs begin, by the program that falls most."""
    found: dict[str, list[int]] = {}
    for cliff in cliffs:
        found.setdefault(_falls_most(cliff), []).append(cliff.peak_cents)
    return found


def _unmatched(before: list[int], after: list[int]) -> tuple[int, int]:
    """How many peaks are gone, and how many are new."""
    left = list(after)
    gone = 0
    for peak in before:
        near = [other for other in left if abs(other - peak) <= MOVED_CENTS]
        if near:
            left.remove(min(near, key=lambda other: abs(other - peak)))
        else:
            gone += 1
    return gone, len(left)


def _falls_most(cliff: Cliff) -> str:
    return max(cliff.causes, key=lambda cause: (cause.loss_low_cents, cause.program)).program
