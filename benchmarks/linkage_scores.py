"""Scores of a linkage against the truth: pairs, B³, and record to reference."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True)
class Scores:
    pair_precision: float
    pair_recall: float
    b3_precision: float
    b3_recall: float

    @property
    def pair_f1(self) -> float:
        return _f1(self.pair_precision, self.pair_recall)

    @property
    def b3_f1(self) -> float:
        return _f1(self.b3_precision, self.b3_recall)


@dataclass(frozen=True)
class Referred:
    """Of records whose person is in a reference: which share was given one, and which share of those the right one."""

    coverage: float
    correct: float


def score(found: pd.Series, truth: pd.Series, some: npt.NDArray[np.bool_] | None = None) -> Scores:
    """Score a partition (`found`: person ids by record) against another (`truth`), by the truth's index.

    A record that became nobody is someone alone: what it does not link counts as missed. `some`: count these records
    alone, each with half of every pair that it is in.
    """
    frame = pd.DataFrame({"found": found.reindex(truth.index), "truth": truth})
    alone = pd.Series([f"nobody {place}" for place in range(len(frame))], index=frame.index)
    frame["found"] = frame["found"].fillna(alone)
    both = frame.groupby(["found", "truth"])["truth"].transform("size").to_numpy(float)
    ours = frame.groupby("found")["truth"].transform("size").to_numpy(float)
    theirs = frame.groupby("truth")["found"].transform("size").to_numpy(float)
    one = np.ones(len(frame), bool) if some is None else some
    return Scores(
        _share((both - 1)[one].sum(), (ours - 1)[one].sum()),
        _share((both - 1)[one].sum(), (theirs - 1)[one].sum()),
        float((both / ours)[one].mean()),
        float((both / theirs)[one].mean()),
    )


def between(found: pd.Series, truth: pd.Series, sources: pd.Series) -> dict[tuple[str, str], Scores]:
    """Pairs between two sources, or within one: their precision and recall. B³ is not told apart (nan)."""
    frame = pd.DataFrame({"found": found, "truth": truth, "source": sources})
    names = sorted(frame["source"].unique())
    scores = {}
    for i, a in enumerate(names):
        for b in names[i:]:
            both, ours, theirs = (_pairs(frame, keys, a, b) for keys in (["found", "truth"], ["found"], ["truth"]))
            scores[a, b] = Scores(_share(both, ours), _share(both, theirs), float("nan"), float("nan"))
    return scores


def living_together(found: pd.Series, truth: pd.Series, sources: pd.Series) -> dict[tuple[str, str], Scores]:
    """Two people of one household, one of them named by a source, the other by another: precision and recall of those.

    `sources`: the set of sources that name each. B³ is not told apart (nan).
    """
    frame = pd.DataFrame({"found": found, "truth": truth})
    names = sorted(set().union(*sources))
    by = {name: sources.map(lambda those, name=name: name in those).to_numpy() for name in names}

    def pairs(keys: list[str], a: str, b: str) -> float:
        sizes = [frame[some].groupby(keys).size() for some in (by[a], by[b], by[a] & by[b])]
        left, right = sizes[0].align(sizes[1], fill_value=0)
        return float((left * right).sum() - sizes[2].sum())

    scores = {}
    for i, a in enumerate(names):
        for b in names[i:]:
            both, ours, theirs = (pairs(keys, a, b) for keys in (["found", "truth"], ["found"], ["truth"]))
            if ours and theirs:
                scores[a, b] = Scores(_share(both, ours), _share(both, theirs), float("nan"), float("nan"))
    return scores


def refer(
    found: pd.Series, truth: pd.Series, reference: pd.Series, confidence: pd.Series, coverage: float = 1.0
) -> Referred:
    """Record to reference person, as the Census Bureau's PVS counts it. `reference`: which records those are.

    Those of the highest `confidence` are given one, up to a share `coverage` of all whose person is in the reference.
    """
    frame = pd.DataFrame({"found": found, "truth": truth, "confidence": confidence})
    most = frame[reference].groupby("found")["truth"].agg(lambda people: people.mode().iloc[0])
    asked = frame[~reference & frame["truth"].isin(set(frame.loc[reference, "truth"]))]
    given = asked.assign(given=asked["found"].map(most)).dropna(subset=["given"])
    given = given.sort_values("confidence", ascending=False, kind="stable").head(int(np.ceil(coverage * len(asked))))
    return Referred(len(given) / len(asked), _share((given["given"] == given["truth"]).sum(), len(given)))


def _pairs(frame: pd.DataFrame, keys: list[str], a: str, b: str) -> float:
    sizes = [frame[frame["source"] == name].groupby(keys).size() for name in (a, b)]
    if a == b:
        return float((sizes[0] * (sizes[0] - 1) / 2).sum())
    left, right = sizes[0].align(sizes[1], fill_value=0)
    return float((left * right).sum())


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else 1.0


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall)
