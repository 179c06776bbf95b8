"""Who is who: records → people with reasons, behind one seam (`assign`). What was linked before stays, unless new
records speak against it; then what changed is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph_loader.identity.cluster import cluster, components
from graph_loader.identity.descriptions import Descriptions, describe
from graph_loader.identity.model import COMPARISONS, Model
from graph_loader.identity.people import Move, moves, name_people
from graph_loader.identity.records import Linkage
from graph_loader.identity.score import Edges, Scorer, put, workshop
from graph_loader.identity.tokens import Hasher
from graph_loader.identity.train import ENOUGH, SOME, terms_of, train

ALONE = "first record of this person"
SAME = "says the same as another record of this person"
THROUGH = "linked through other records of this person"
Say = Callable[[str], None]


@dataclass(frozen=True)
class Assignment:
    """`linkage`: the records with `person_id` and `because`; `moves`: of people that were known."""

    linkage: Linkage
    moves: tuple[Move, ...]

    @property
    def records(self) -> pd.DataFrame:
        return self.linkage.records


def assign(
    known: Linkage, new: pd.DataFrame, hasher: Hasher, data: Path, on: date, say: Say = lambda _: None
) -> Assignment:
    """Link new records with those known. Rows in any order give the same people.

    `new`: columns `records.COLUMNS`. Parameters are those of the known model; a first model is trained once there are
    enough descriptions (`train.ENOUGH`); until then the shipped one is used, with how frequent names are among those of
    the first load (`train.SOME`). DuckDB's overflow goes to `data`.
    """
    if not len(new) and not len(known.records):
        return Assignment(known, ())
    fresh = new.sort_values(["source_id", "role"]).drop_duplicates(["source_id", "role"])
    records = pd.concat([known.records, fresh], ignore_index=True).drop_duplicates(["source_id", "role"])
    records = records.reset_index(drop=True)
    old = len(known.records)
    described = describe(records, old)
    count = described.table.num_rows
    old_count = int(described.of[:old].max()) + 1 if old else 0
    with workshop(data) as connection:
        changed = put(connection, described.table, old_count)
        model, untrained = known.model, known.model is None or known.model.is_shipped
        if known.edges is None:
            changed = np.arange(count)
        if untrained and count >= ENOUGH:
            model, changed = train(connection, on, say), np.arange(count)
        if model is None:
            shipped = Model.shipped()
            model = replace(shipped, terms=terms_of(connection)) if count >= SOME else shipped
        say("comparing records")
        scorer = Scorer(connection, model)
        edges, touched = _edges(scorer, known.edges or Edges.none(), changed, count)
        touched[described.of[old:]] = True  # also one that is said once more: of another row, it may be another's
        component = components(count, edges.left, edges.right)
        again = np.isin(component, component[touched])
        pairs = scorer.inside(component, again)
    say("gathering records into people")
    group = cluster(component, pairs, _apart(records, described), _groups(records, described), again)
    before = records["person_id"]
    keys = records["source_id"] + ":" + records["role"]
    person = name_people(keys, group[described.of], before, hasher)
    reasons = _because(records, described, group, pairs)
    anew = before.isna() | (before != person)
    records = records.assign(
        person_id=person,
        because=records["because"].where(~anew, reasons["because"]),
        match_weight=records["match_weight"].where(~anew, reasons["match_weight"]),
        model=records["model"].where(~anew, model.id),
    )
    return Assignment(Linkage(records, edges, model), moves(records, before, records["because"]))


def _edges(
    scorer: Scorer, known: Edges, changed: npt.NDArray[np.int64], count: int
) -> tuple[Edges, npt.NDArray[np.bool_]]:
    """The pairs as they are now, and which descriptions are at an end of one that is new, changed or gone."""
    again = np.zeros(count, bool)
    again[changed] = True
    if again.all():
        return scorer.all(), again
    dropped = again[known.left] | again[known.right]
    found = scorer.of(changed)
    touched = again.copy()
    for edges in (known.where(dropped), found):
        touched[edges.left] = touched[edges.right] = True
    return known.where(~dropped) + found, touched


def _apart(records: pd.DataFrame, described: Descriptions) -> npt.NDArray[np.int64]:
    """Pairs of descriptions that one row has of two people: (m, 2)."""
    rows = pd.DataFrame({"source": records["source_id"].to_numpy(), "description": described.of})
    several = rows[rows["source"].duplicated(keep=False)].drop_duplicates()
    pairs = several.merge(several, on="source")
    pairs = pairs[pairs["description_x"] < pairs["description_y"]]
    ends = pairs[["description_x", "description_y"]].drop_duplicates()
    apart: npt.NDArray[np.int64] = ends.to_numpy(np.int64).reshape(-1, 2)
    return apart


def _groups(records: pd.DataFrame, described: Descriptions) -> npt.NDArray[np.int64]:
    """Each description's group as it was: the smallest description of its person; itself where it is new."""
    frame = pd.DataFrame({"description": described.of, "person": records["person_id"].to_numpy()})
    of = frame.dropna().drop_duplicates("description").set_index("description")["person"]
    group = np.arange(described.table.num_rows)
    if len(of):
        smallest = of.index.to_series().groupby(of.to_numpy()).min()
        group[of.index.to_numpy()] = of.map(smallest).to_numpy()
    return group


def _because(
    records: pd.DataFrame, described: Descriptions, group: npt.NDArray[np.int64], edges: Edges
) -> pd.DataFrame:
    """Why each record is its person's: its best pair within, in words, with what that weighs."""
    inside = edges.where(group[edges.left] == group[edges.right])
    ends = np.concatenate([inside.left, inside.right])
    place = np.tile(np.arange(len(inside)), 2)
    order = np.lexsort((place, -np.tile(inside.weight, 2), ends))
    ends, place = ends[order], place[order]
    which, at = np.unique(ends, return_index=True)
    best = np.full(described.table.num_rows, -1)
    best[which] = place[at]
    words: dict[bytes, str] = {}
    reasons: list[str] = []
    weights: list[float | None] = []
    sizes = np.bincount(group, minlength=len(group), weights=np.bincount(described.of)).astype(int)
    seen = np.zeros(len(group), bool)
    for description in described.of.tolist():
        edge = best[description]
        if seen[description]:
            reasons.append(SAME)
            weights.append(None)
        elif edge >= 0:
            pattern = inside.grades[edge].tobytes()
            if pattern not in words:
                words[pattern] = in_words(inside.grades[edge])
            reasons.append(words[pattern])
            weights.append(round(float(inside.weight[edge]), 1))
        else:
            reasons.append(ALONE if sizes[group[description]] <= 1 else THROUGH)
            weights.append(None)
        seen[description] = True
    return pd.DataFrame({"because": reasons, "match_weight": pd.Series(weights, dtype=object)}, index=records.index)


def in_words(grades: npt.NDArray[np.int8]) -> str:
    """A pair's grades, best first in the order of comparisons; what is not known is left out."""
    told = [one.grades[place].words for one, place in zip(COMPARISONS, grades.tolist(), strict=True) if place >= 0]
    return ", ".join(words for words in told if words)
