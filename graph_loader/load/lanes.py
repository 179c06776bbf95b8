"""Tables of relationships written side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Condition
from typing import TypeVar

import pyarrow as pa

from graph.schema import RelationshipType
from graph.store import by_ends

LANES = 2
"""Statements that are written at one time."""
Done = TypeVar("Done")


def side_by_side(
    tables: Sequence[tuple[RelationshipType, pa.Table]], record: Callable[[RelationshipType, pa.Table], Done]
) -> list[tuple[RelationshipType, Done]]:
    """Record tables, the largest first; no label stands in two at one time, so that no lane waits for another's lock.

    Where one fails, no further one is begun, and its error is raised.
    """
    left = [(rel, part, set(ends)) for rel, table in tables for ends, part in by_ends(rel, table)]
    left.sort(key=lambda one: -one[1].num_rows)
    taken: set[str] = set()
    done: list[tuple[RelationshipType, Done]] = []
    changed = Condition()

    def work() -> None:
        while True:
            with changed:
                while (place := next((n for n, one in enumerate(left) if not one[2] & taken), None)) is None and left:
                    changed.wait()
                if place is None:
                    return
                rel, table, labels = left.pop(place)
                taken.update(labels)
            try:
                done.append((rel, record(rel, table)))
            except BaseException:
                with changed:
                    left.clear()
                raise
            finally:
                with changed:
                    taken.difference_update(labels)
                    changed.notify_all()

    with ThreadPoolExecutor(LANES, "lane") as workers:
        for worker in [workers.submit(work) for _ in range(LANES)]:
            worker.result()
    return done
