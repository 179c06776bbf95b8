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
"""What a pair counts that is known to be two people's: more than all others can outweigh, and less than what a reviewer
decided."""
TOLERANCE, DECIMALS = 1e-9, 9
"""So near averages are equal, in whichever order they were added up."""

MOST_DENSE, DENSE = 10_000, 20
"""Of so many, each with so many pairs on average or more, all pairs are held in a matrix."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Known:
    """What is known of pairs of descriptions, whatever they weigh; each of shape (m, 2), the lower one first.

    `apart`: two people's, by one row, by a feed that holds each person once, or by SSNs and birth dates; `same` and
    `different`: a reviewer decided so, which is the last word.
    """

    apart: Ints
    same: Ints
    different: Ints

    @property
    def kinds(self) -> tuple[tuple[Ints, float], ...]:
        """The pairs and what they count; later ones outrank earlier ones."""
        return (self.apart, APART), (self.same, np.inf), (self.different, -np.inf)


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
    n = len(nodes)
    by_node = np.argsort(nodes)
    first, second = (by_node[np.searchsorted(nodes, one, sorter=by_node)] for one in (left, right))
    if n <= MOST_DENSE and len(left) >= DENSE * n:
        groups = _by_matrix(n, first, second, counts)
    else:
        groups = _by_heap(n, first.tolist(), second.tolist(), counts)
    return [[int(nodes[i]) for i in group] for group in groups]


def _by_matrix(n: int, left: Ints, right: Ints, counts: npt.NDArray[np.float64]) -> list[list[int]]:
    """Where most have a pair with most. Time grows with n², as each keeps in mind the best of those behind it."""
    total = np.full((n, n), UNSEEN)
    total[left, right] = total[right, left] = counts
    average = np.round(total, DECIMALS)
    average[np.tril_indices(n)] = -np.inf  # a pair is where the first of the two comes
    size, there = np.ones(n), np.ones(n, dtype=bool)
    members = [[i] for i in range(n)]
    second = average.argmax(axis=1)
    best = average[np.arange(n), second]
    while best[i := int(best.argmax())] > LEAST + TOLERANCE:
        j = int(second[i])
        members[i], members[j] = members[i] + members[j], []
        size[i] += size[j]
        with np.errstate(invalid="ignore"):
            total[i] += total[j]
        total[:, i] = total[i]
        average[j] = average[:, j] = -np.inf
        now = np.round(total[i] / (size[i] * size), DECIMALS)
        now[np.isnan(now)] = -np.inf  # both were decided, of members that are one person: apart is the safer half
        there[j] = False
        now[~there] = now[i] = -np.inf
        average[:i, i], average[i, i + 1 :] = now[:i], now[i + 1 :]
        best[j] = -np.inf
        stale = np.flatnonzero((second == j) | (second == i) & (np.arange(n) < i))
        for k in (*stale[stale < j].tolist(), i):
            second[k] = average[k].argmax()
            best[k] = average[k, second[k]]
        better = np.flatnonzero((now[:i] > best[:i]) | ((now[:i] == best[:i]) & (i < second[:i])))
        second[better], best[better] = i, now[better]
    return [group for group in members if group]


def _by_heap(n: int, left: list[int], right: list[int], counts: npt.NDArray[np.float64]) -> list[list[int]]:
    """Where most have a pair with few."""
    beside: list[dict[int, tuple[float, int]]] = [{} for _ in range(n)]
    size = [1] * n
    for i, j, count in zip(left, right, counts.tolist(), strict=True):
        beside[i][j] = beside[j][i] = (count, 1)
    version = [0] * n
    members: list[list[int] | None] = [[i] for i in range(n)]

    def average(i: int, j: int) -> float:
        total, pairs = beside[i][j]
        if math.isnan(total):  # both were decided, of members that are one person: apart is the safer half
            return -math.inf
        every = size[i] * size[j]
        return round(float((total + UNSEEN * (every - pairs)) / every), DECIMALS)

    heap = [(-average(i, j), i, j, 0, 0) for i in range(n) for j in beside[i] if i < j]
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
