"""Files of another year, seed or noise than those that linkage was tried on, in their form, with their truth.

`python write.py SOMEWHERE/YEAR-SEED-NOISE`, with the Python of `make simulated`, as pseudopeople needs packages of its
own. NOISE: how many times as likely as by default each error of a column is, up to certain. 2030-7-1 are the files
themselves.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pseudopeople

FILES = {
    "census": ("decennial_census", 1),
    "ssa": ("social_security", 1),
    "survey_acs": ("american_community_survey", 3),
    "survey_cps": ("current_population_survey", 3),
    "tax_1040": ("taxes_1040", 2),
    "w2_1099": ("taxes_w2_and_1099", 2),
    "wic": ("women_infants_and_children", 3),
}
"""Of each file: its data set, and of how many years, up to the last, there is one."""
RETURNS, NUMBERS, ROSTER = "taxes_1040", "social_security", "decennial_census"
OTHERS = ("spouse", "dependent_1", "dependent_2", "dependent_3", "dependent_4")
NAMED = ["household_id", "first_name", "last_name"]
TRUTH = ["simulant_id", "household_id"]


def generate(dataset: str, year: int, seed: int, config: Any) -> pd.DataFrame:
    """One data set's rows. `config`: its errors, None for the default ones."""
    made: pd.DataFrame = getattr(pseudopeople, f"generate_{dataset}")(year=year, seed=seed, config=config)
    return made.reset_index(drop=True)


def noisier(times: float) -> dict[str, Any]:
    """The default errors, each of a column's so many times as likely."""

    def more(settings: dict[str, Any]) -> dict[str, Any]:
        told = {}
        for name, value in settings.items():
            likely = min(times * value, 1.0) if name == "cell_probability" else value
            told[name] = more(value) if isinstance(value, dict) else likely
        return told

    return {name: one | {"column_noise": more(one["column_noise"])} for name, one in pseudopeople.get_config().items()}


class Known:
    """Who is in a return beside its filer, of whom pseudopeople tells no id: by the number that they truly have, else
    by household and name."""

    def __init__(self, year: int, seed: int) -> None:
        clean = {name: generate(name, year, seed, pseudopeople.NO_NOISE) for name in (NUMBERS, ROSTER)}
        self._by_number = clean[NUMBERS].drop_duplicates("ssn").set_index("ssn")["simulant_id"]
        roster = clean[ROSTER].drop_duplicates(NAMED)
        self._by_name = roster.set_index(NAMED)["simulant_id"]

    def others(self, returns: pd.DataFrame, without_errors: pd.DataFrame) -> pd.DataFrame:
        """(row, role, simulant_id) of everyone whom the returns name beside their filers."""
        clean = without_errors.drop_duplicates("simulant_id").set_index("simulant_id")
        parts = []
        for role in OTHERS:
            columns = [f"{role}_{what}" for what in ("first_name", "last_name", "ssn")]
            there = returns[returns[columns].notna().any(axis=1)]
            true = clean.reindex(there["simulant_id"])
            named = pd.MultiIndex.from_arrays([there["household_id"], true[columns[0]], true[columns[1]]])
            by_name = pd.Series(self._by_name.reindex(named).to_numpy(), index=there.index)
            numbers = pd.Series(true[columns[2]].to_numpy(), index=there.index)
            who = numbers.map(self._by_number).fillna(by_name).fillna(numbers)  # who is nowhere else is a number
            parts.append(pd.DataFrame({"row": there.index, "role": role, "simulant_id": who}))
        return pd.concat(parts).sort_values(["row", "role"], kind="stable")


def write(folder: Path, year: int, seed: int, noise: float = 1.0) -> None:
    """All files, and truth.csv: (file, record_id, simulant_id, household_id)."""
    folder.mkdir(parents=True, exist_ok=True)
    config = None if noise == 1 else noisier(noise)
    known = Known(year, seed)
    truths = []
    for name, (dataset, years) in FILES.items():
        for one in range(year - years + 1, year + 1):
            frame = generate(dataset, one, seed, config)
            file = f"{name}_{one}"
            frame.insert(0, "record_id", [f"{file}-{row:06d}" for row in frame.index])
            truth = frame[["record_id", *(column for column in TRUTH if column in frame)]].assign(file=f"{file}.csv")
            truths.append(truth)
            if dataset == RETURNS:
                others = known.others(frame, generate(dataset, one, seed, pseudopeople.NO_NOISE))
                beside = truth.loc[others["row"]].reset_index(drop=True)
                record = beside["record_id"] + "#" + others["role"].to_numpy()
                truths.append(beside.assign(record_id=record, simulant_id=others["simulant_id"].to_numpy()))
            frame.drop(columns=TRUTH, errors="ignore").to_csv(
                folder / f"{file}.csv", index=False, date_format="%Y-%m-%d %H:%M:%S"
            )
    pd.concat(truths)[["file", "record_id", *TRUTH]].to_csv(folder / "truth.csv", index=False)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    of_year, with_seed, times = target.name.split("-")
    write(target, int(of_year), int(with_seed), float(times))
