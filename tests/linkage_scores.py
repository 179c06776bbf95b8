"""Scores of a linkage against the truth: pair precision and recall, B³."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Scores:
    pair_precision: float
    pair_recall: float
    b3_precision: float
    b3_recall: float

    @property
    def pair_f1(self) -> float:
        return 2 * self.pair_precision * self.pair_recall / (self.pair_precision + self.pair_recall)

    @property
    def b3_f1(self) -> float:
        return 2 * self.b3_precision * self.b3_recall / (self.b3_precision + self.b3_recall)


def score(found: pd.Series, truth: pd.Series) -> Scores:
    """Score a partition (`found`: person ids by record) against another (`truth`), by the truth's index.

    A record that became nobody is someone alone: what it does not link counts as missed.
    """
    frame = pd.DataFrame({"found": found.reindex(truth.index), "truth": truth})
    alone = pd.Series([f"nobody {place}" for place in range(len(frame))], index=frame.index)
    frame["found"] = frame["found"].fillna(alone)
    both = frame.groupby(["found", "truth"]).size()
    ours, theirs = frame.groupby("found").size(), frame.groupby("truth").size()

    def pairs(sizes: pd.Series) -> float:
        return float((sizes * (sizes - 1) / 2).sum())

    cells = both.reset_index(name="n")
    of_ours, of_theirs = cells["found"].map(ours), cells["truth"].map(theirs)
    return Scores(
        pairs(both) / pairs(ours),
        pairs(both) / pairs(theirs),
        float((cells["n"] ** 2 / of_ours).sum() / len(frame)),
        float((cells["n"] ** 2 / of_theirs).sum() / len(frame)),
    )
