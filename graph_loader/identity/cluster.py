"""From scored pairs to people: average linkage, so that one false pair joins nobody.

Pairs that weigh more than `LEAST` make components. Within each, every pair counts, found by a blocking rule or not: the
two groups with the highest average weight between them are joined again and again, until none is above `LEAST`. So two
families that one wrong SSN holds together come apart, and so do two namesakes whom a record with nothing but the name
holds together, as what contradicts between them counts as well.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph_loader.identity.limits import CAP, LEAST, UNSEEN
from graph_loader.identity.score import Pairs

APART = -1e12
"""What a pair counts of one row, or of a feed that holds each person once: more than all others can outweigh, and less
than what a reviewer decided."""
TOLERANCE, DECIMALS = 1e-9, 9
"""So near averages are equal, in whichever order they were added up."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Known:
    """What is known of pairs of descriptions, whatever they weigh; each of shape (m, 2), the lower one first.

    `rows`: one row, or a feed that holds each person once, has them of two people; `same` and `different`: a reviewer
    decided so, which is the last word.
    """

    rows: Ints
    same: Ints
    different: Ints

    @property
    def kinds(self) -> tuple[tuple[Ints, float], ...]:
        """The pairs and what they count; later ones outrank earlier ones."""
        return (self.rows, APART), (self.same, np.inf), (self.different, -np.inf)


def components(n: int, left: Ints, right: Ints) -> Ints:
    """Connected components by hooking and pointer jumping: the smallest index of each. Shape (n,)."""
    label = np.arange(n, dtype=np.int64)
    while True:
        before = label.copy()
        least = np.minimum(label[left], label[right])
        for ends in (left, right, before[left], before[right]):
            np.minimum.at(label, ends, least)
        label = label[label]
        if np.array_equal(label, before):
            return label


def cluster(component: Ints, pairs: Pairs, known: Known, first: Ints) -> Ints:
    """The group of each description: the smallest index in it. Shape (n,), as of `component` (see `components`).

    `pairs`: those that were compared; within a component all, where it is not too large; `known`: what is known of
    pairs whatever they weigh; `first`: which of two descriptions comes first where all else is equal, told by what they
    say, not by when they came.
    """
    n = len(component)
    left = np.concatenate([pairs.left, *(ends[:, 0] for ends, _ in known.kinds)])
    right = np.concatenate([pairs.right, *(ends[:, 1] for ends, _ in known.kinds)])
    counts = np.concatenate([np.minimum(pairs.weight, CAP), *(np.full(len(ends), what) for ends, what in known.kinds)])
    rank = np.concatenate([np.full(len(pairs), 0), *(np.full(len(k[0]), i + 1) for i, k in enumerate(known.kinds))])
    inside = component[left] == component[right]
    left, right, counts, rank = left[inside], right[inside], counts[inside], rank[inside]
    order = np.lexsort((-rank, right, left, component[left]))
    left, right, counts = left[order], right[order], counts[order]
    once = np.r_[True, (left[1:] != left[:-1]) | (right[1:] != right[:-1])] if len(left) else np.empty(0, bool)
    left, right, counts = left[once], right[once], counts[once]  # what is known outweighs what was scored
    of = component[left]
    begins = np.flatnonzero(np.r_[True, of[1:] != of[:-1]]) if len(of) else np.empty(0, np.int64)
    ends = np.r_[begins[1:], len(of)]
    sizes = np.bincount(component, minlength=n)[of[begins]]
    worst = np.minimum.reduceat(counts, begins) if len(begins) else np.empty(0)
    agreed = (ends - begins == sizes * (sizes - 1) // 2) & (worst > LEAST)  # all with all: nothing to take apart
    group = component.copy()
    members = np.argsort(component, kind="stable")
    starts = np.searchsorted(component[members], of[begins])
    for k in np.flatnonzero(~agreed):
        some = members[starts[k] : starts[k] + sizes[k]]
        some = some[np.argsort(first[some], kind="stable")]
        part = slice(begins[k], ends[k])
        for people in _average(some, left[part], right[part], counts[part]):
            group[people] = min(people)
    return group


def _average(nodes: Ints, left: Ints, right: Ints, counts: npt.NDArray[np.float64]) -> Sequence[list[int]]:
    """Average linkage among the nodes of one component. Ties go to who comes first among the nodes."""
    place = {int(node): i for i, node in enumerate(nodes)}
    beside: list[dict[int, tuple[float, int]]] = [{} for _ in nodes]
    size = [1] * len(nodes)
    for a, b, count in zip(left.tolist(), right.tolist(), counts.tolist(), strict=True):
        i, j = place[a], place[b]
        beside[i][j] = beside[j][i] = (count, 1)
    version = [0] * len(nodes)
    members: list[list[int] | None] = [[int(node)] for node in nodes]

    def average(i: int, j: int) -> float:
        total, pairs = beside[i][j]
        if math.isnan(total):  # both were decided, of members that are one person: apart is the safer half
            return -math.inf
        every = size[i] * size[j]
        return round(float((total + UNSEEN * (every - pairs)) / every), DECIMALS)

    heap = [(-average(i, j), i, j, 0, 0) for i in range(len(nodes)) for j in beside[i] if i < j]
    heapq.heapify(heap)
    while heap:
        worth, i, j, seen_i, seen_j = heapq.heappop(heap)
        if -worth <= LEAST + TOLERANCE:
            break
        mine, theirs = members[i], members[j]
        if mine is None or theirs is None or version[i] != seen_i or version[j] != seen_j:
            continue
        members[i], members[j] = mine + theirs, None
        version[i] += 1
        size[i] += size[j]
        for k, (total, pairs) in beside[j].items():
            del beside[k][j]
            if k != i:
                mine_total, mine_pairs = beside[i].get(k, (0.0, 0))
                beside[i][k] = beside[k][i] = (mine_total + total, mine_pairs + pairs)
        beside[j] = {}
        for k in beside[i]:
            a, b = min(i, k), max(i, k)
            heapq.heappush(heap, (-average(a, b), a, b, version[a], version[b]))
    return [group for group in members if group is not None]
