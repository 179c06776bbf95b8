"""Households of about one size together, so that few places in their arrays are nobody's."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benefits.cases import Cases, Rows

FEWEST = 8_192
"""A block of fewer households costs more than its empty places do."""


def blocks(cases: Cases) -> Iterator[tuple[Rows, int]]:
    """The rows of each block, in order, and how many places its households need; together, each row once. Few
    households are one block."""
    n, p = cases.ages.shape
    if n < 2 * FEWEST:
        yield np.arange(n), p
        return
    needed = np.zeros(n, dtype=np.int8)
    for place in range(p):
        np.copyto(needed, place + 1, where=cases.people[:, place])
    count = np.bincount(needed, minlength=p + 1).tolist()
    most, inside = p, 0
    for places in range(p, -1, -1):
        inside += count[places]
        if inside >= FEWEST or (inside and places == 0):
            yield np.flatnonzero((needed >= places) & (needed <= most)), most
            inside = 0
        if not inside:
            most = places - 1
