"""Scores of a linkage against the truth: pairs, B³, record to reference, households."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow.compute as pc

from benchmarks.linkage_cases import Case, Linked
from graph_loader.households.stays import GROUP_QUARTERS
from graph_loader.identity.limits import LEAST
from graph_loader.identity.score import Pairs

SELF = 30.0
"""How sure it is that a record is the person of one that says the same."""


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

    A record that became nobody is someone alone: what it does not link counts as missed; one whose truth is not told
    does not count. `some`: count these records alone, each with half of every pair that it is in.
    """
    told = truth.notna()
    if not told.all():
        found, truth, some = found[told], truth[told], None if some is None else some[told.to_numpy()]
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
    """Pairs between two sources, or within one: their precision and recall; B³ is of the records of the two alone."""
    frame = pd.DataFrame({"found": found, "truth": truth, "source": sources})
    names = sorted(frame["source"].unique())
    scores = {}
    for i, a in enumerate(names):
        for b in names[i:]:
            both, ours, theirs = (_pairs(frame, keys, a, b) for keys in (["found", "truth"], ["found"], ["truth"]))
            some = frame["source"].isin((a, b))
            of_two = score(frame.loc[some, "found"], frame.loc[some, "truth"])
            scores[a, b] = Scores(_share(both, ours), _share(both, theirs), of_two.b3_precision, of_two.b3_recall)
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


def confidence(case: Case, linked: Linked, reference: str) -> pd.Series:
    """How sure it is which reference person a record is: what its pairs with the reference records of its person weigh
    on average, less what its best pair with anybody else weighs (log2 odds)."""
    frame = pd.DataFrame(
        {"person": linked.person, "description": linked.description, "feed": case.groups["source"]}
    ).drop_duplicates()
    theirs = frame[frame["feed"] == reference].drop_duplicates(["person", "description"])
    pairs = frame[["person", "description"]].drop_duplicates().merge(theirs[["person", "description"]], on="person")
    ends = pairs[["description_x", "description_y"]].to_numpy()
    low, high = ends.min(axis=1), ends.max(axis=1)
    weight = pd.Series(linked.pairs.weight, index=pd.MultiIndex.from_arrays([linked.pairs.left, linked.pairs.right]))
    found = weight.reindex(pd.MultiIndex.from_arrays([low, high])).fillna(LEAST - 1).to_numpy()
    pairs["weight"] = np.where(low == high, SELF, found)
    mine = linked.description.map(pairs.groupby("description_x")["weight"].mean())
    return mine - linked.description.map(_others(frame, linked.pairs)).fillna(LEAST - 1)


def _others(frame: pd.DataFrame, pairs: Pairs) -> pd.Series:
    """By description, what its best pair with one of another person weighs."""
    person = frame.drop_duplicates("description").set_index("description")["person"]
    left, right = pd.Series(pairs.left), pd.Series(pairs.right)
    apart = (left.map(person) != right.map(person)).to_numpy()
    ends = np.concatenate([pairs.left[apart], pairs.right[apart]])
    return pd.Series(np.tile(pairs.weight[apart], 2)).groupby(ends).max()


def households(case: Case, linked: Linked, year: int) -> pd.DataFrame:
    """Who lives with whom at a year's end, of people whom a record of the year names, group quarters left out: the
    household that was `found` for each and the one of the `truth`, their `age`, their `half`, whether a
    record of the year is `placed` (gives an address), and the `sources` that name them."""
    members = linked.homes.members
    day = date(year, 12, 1)
    there = [
        since <= day and (not isinstance(until, date) or until > day)
        for since, until in zip(members["valid_from"], members["valid_to"], strict=True)
    ]
    home = members[there].drop_duplicates("person_id").set_index("person_id")["household"]
    since = case.records.column("address_since").to_pylist()
    frame = pd.DataFrame(
        {
            "simulant": case.truth, "truth": case.groups["home"], "person": linked.person, "age": case.groups["age"],
            "source": case.groups["source"], "half": case.groups["half"],
            "placed": pc.is_valid(case.records.column("street")).to_pandas(),
        }
    )  # fmt: skip
    frame = frame[[isinstance(begun, date) and begun.year == year for begun in since]]
    by = frame.groupby("simulant")
    people = by[["truth", "person", "age", "half"]].agg(lambda values: values.mode().iloc[0])
    people["placed"] = by["placed"].any()
    people["sources"] = by["source"].agg(lambda values: frozenset(values))
    people = people[people["truth"].map(people["truth"].value_counts()) <= GROUP_QUARTERS]
    return people.assign(found=people["person"].map(home)).reset_index(drop=True)


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
