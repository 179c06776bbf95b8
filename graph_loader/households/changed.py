"""Whose households a load changes: those of whom records say something else than before, and their neighbours'.

A row, a unit, an address, and two spellings of which one may be the other hold people together; those who hang together
are a neighbourhood. What records say of one changes no household of another. So a load builds the households of the
neighbourhoods that it touches, and they are those that building everyone's would give.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from graph_loader.households.addresses import HOUSES, LACKS, ZIPS, Spelled, one_address, spelled_out, written
from graph_loader.households.build import Households, build
from graph_loader.households.said import THERE, Said, said
from graph_loader.identity import cluster, standard
from graph_loader.identity.cluster import components
from graph_loader.identity.linkage import Linkage
from graph_loader.identity.tokens import Hasher

CHANGED = "changed_people"
"""The table of those whose households are built."""
ALL_FROM = 0.5
"""Where the households of so many of all may change, everyone's are built."""


def households(linkage: Linkage, hasher: Hasher) -> Households:
    """The households of everyone for whom they may be others than the last time, which `of` tells; of everyone the
    first time, and where this version of the program builds them otherwise."""
    linkage.run(_TABLES)
    if linkage.rows("FROM kept.housed_by") == [(_by(linkage),)]:
        linkage.run(_UNSETTLED)
        if _reach(linkage):
            return _of_some(linkage, hasher)
    return _of_all(linkage, hasher)


def _by(linkage: Linkage) -> str:
    """Names what households are built by beside what records say: the code, DuckDB, which compares the spellings of
    streets, and which feeds hold each person once."""
    once = linkage.rows("FROM kept.once ORDER BY ALL")
    return hashlib.sha256(f"{_code()} {duckdb.__version__} {once}".encode()).hexdigest()[:12]


@cache
def _code() -> str:
    digest = hashlib.sha256()
    others = [Path(str(module.__file__)) for module in (cluster, standard)]
    for file in sorted([*Path(__file__).parent.glob("*.py"), *others]):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _of_all(linkage: Linkage, hasher: Hasher) -> Households:
    found, spelled = _read(linkage)
    linkage.run(
        "DELETE FROM kept.neighbours; DELETE FROM kept.spellings; DELETE FROM kept.surnames; "
        "DELETE FROM kept.unsettled; DELETE FROM kept.housed_by; INSERT INTO kept.housed_by VALUES ($by)",
        by=_by(linkage),
    )
    _remember(linkage, found, spelled, 0)
    return build(found, spelled, hasher)


def _of_some(linkage: Linkage, hasher: Hasher) -> Households:
    found, spelled = _read(linkage, CHANGED)
    while _reaches_further(linkage, spelled):
        found, spelled = _read(linkage, CHANGED)
    (people,) = linkage.numbers(f"FROM {CHANGED}")
    ((free,),) = linkage.rows("SELECT coalesce(max(hood), -1) + 1 FROM (SELECT hood FROM kept.neighbours UNION ALL "
                              "SELECT hood FROM kept.spellings)")  # fmt: skip
    linkage.run(_FORGET)
    _remember(linkage, found, spelled, free)
    return build(found, spelled, hasher, frozenset(people.tolist()))


def _reach(linkage: Linkage) -> bool:
    """Have in `changed_people` those of whom records say something else, and whoever is of a neighbourhood that they
    were of, or come to; gives whether they are few."""
    votes = said(linkage, CHANGED).votes
    spellings = spelled_out(votes)
    named = votes[["street", "unit", "zip", "last"]].drop_duplicates()
    linkage.lend("told", _table(named.merge(spellings, on=["street", "unit", "zip"])))
    linkage.run(_HOODS)
    linkage.run(_THEIRS)
    return linkage.count(CHANGED) < ALL_FROM * linkage.count("kept.neighbours")


def _reaches_further(linkage: Linkage, spelled: Spelled) -> bool:
    """Whether spellings of other neighbourhoods can mean more now, or less; then those are touched as well."""
    linkage.lend("told", _table(spelled.spellings))
    linkage.lend("told_names", _table(spelled.names))
    before = linkage.count("changed_hoods")
    linkage.run(_LESS_TOLD)
    linkage.run(_THEIRS)
    return linkage.count("changed_hoods") > before


def _read(linkage: Linkage, of: str | None = None) -> tuple[Said, Spelled]:
    """What is said of everyone, or of the people of a table, and how it is written."""
    found = said(linkage, of)
    spellings = spelled_out(found.votes)
    linkage.lend("told", _table(spellings))
    elsewhere = linkage.frame(_ELSEWHERE) if of else None
    return found, one_address(found.votes, found.ties, spellings, linkage.connection, elsewhere)


def _remember(linkage: Linkage, found: Said, spelled: Spelled, free: int) -> None:
    """Keep who is whose neighbour, and where; numbers of neighbourhoods are free from `free` on."""
    votes, ties, spellings = found.votes, found.ties, spelled.spellings
    people = pd.Index(pd.unique(pd.concat([votes["person_id"], ties["person_id"]])))
    keys = pd.Index(spellings["key"])
    near = sorted(spelled.near)
    ones, others = (keys.get_indexer([pair[side] for pair in near]) for side in (0, 1))
    tied = people.get_indexer(ties["person_id"])
    same = (ties["tie"] == ties["tie"].shift()).to_numpy(bool)
    left = np.concatenate([people.get_indexer(votes["person_id"]), len(people) + ones, tied[same]])
    right = np.concatenate(
        [len(people) + keys.get_indexer(written(votes)), len(people) + others, np.roll(tied, 1)[same]]
    )
    hoods = free + components(len(people) + len(keys), left.astype(np.int64), right.astype(np.int64))
    linkage.lend("told", pa.table({"person_id": pa.array(people, pa.string()), "hood": hoods[: len(people)]}))
    linkage.run("INSERT INTO kept.neighbours FROM told")
    linkage.lend("told", _table(spellings.assign(hood=hoods[len(people) :])))
    linkage.run("INSERT INTO kept.spellings BY NAME FROM told")
    linkage.lend("told", _table(spelled.names))
    linkage.run("INSERT INTO kept.surnames BY NAME FROM told")


_TABLES = """
CREATE TABLE IF NOT EXISTS kept.housed_by (name VARCHAR);
CREATE TABLE IF NOT EXISTS kept.neighbours (person_id VARCHAR, hood BIGINT);
CREATE TABLE IF NOT EXISTS kept.spellings (
    key VARCHAR, street VARCHAR, unit VARCHAR, zip VARCHAR, house VARCHAR, road VARCHAR, stands BOOLEAN, hood BIGINT
);
CREATE TABLE IF NOT EXISTS kept.surnames (key VARCHAR, last VARCHAR)
"""
"""`neighbours`, `spellings`: the neighbourhood of everyone of whom records say where they live, or with whom, and of
how it is written there; `surnames`: last names there, which may tell what another spelling means."""
_UNSETTLED = f"""
CREATE OR REPLACE TEMP TABLE rows_of AS
SELECT DISTINCT source_id, filed_under FROM kept.records SEMI JOIN kept.unsettled USING (number);
{THERE};
CREATE OR REPLACE TEMP TABLE changed_people AS
SELECT DISTINCT person_id FROM kept.links SEMI JOIN whose USING (number)
UNION SELECT before FROM kept.unsettled WHERE before IS NOT NULL;
DELETE FROM kept.unsettled
"""
"""Who is of a row or a unit of which a record is new, is gone, or is another person's, and whose it was."""
_HOODS = f"""
CREATE OR REPLACE TEMP TABLE changed_hoods AS
WITH known AS (FROM kept.spellings JOIN kept.surnames USING (key))
SELECT hood FROM kept.neighbours SEMI JOIN changed_people USING (person_id)
UNION SELECT hood FROM kept.spellings SEMI JOIN told USING (key)
UNION SELECT b.hood FROM told a JOIN known b ON b.last = a.last AND b.road = a.road WHERE {HOUSES} AND {ZIPS}
UNION SELECT b.hood FROM told a JOIN known b
    ON b.last = a.last AND b.house = a.house AND substr(b.road, 1, 2) = substr(a.road, 1, 2) WHERE {ZIPS}
"""
"""The neighbourhoods that people were of, and those at whose addresses they are by now, or whose may be meant."""
_THEIRS = """
INSERT INTO changed_people
SELECT n.person_id FROM kept.neighbours n SEMI JOIN changed_hoods h ON h.hood = n.hood
ANTI JOIN changed_people p ON p.person_id = n.person_id
"""
_LESS_TOLD = f"""
INSERT INTO changed_hoods
WITH before AS (FROM kept.spellings SEMI JOIN changed_hoods USING (hood)),
changed AS (
    SELECT * EXCLUDE (stands) FROM told ANTI JOIN before b ON b.key = told.key AND b.stands WHERE told.stands
    UNION ALL
    SELECT * EXCLUDE (stands, hood) FROM before ANTI JOIN told t ON t.key = before.key AND t.stands WHERE before.stands
), rest AS (FROM kept.spellings ANTI JOIN changed_hoods USING (hood)),
named AS (FROM told JOIN told_names USING (key)), others AS (FROM rest JOIN kept.surnames USING (key))
SELECT a.hood FROM rest a JOIN changed b ON b.road = a.road WHERE {LACKS}
UNION SELECT a.hood FROM others a JOIN named b ON b.last = a.last AND b.road = a.road WHERE {LACKS}
UNION SELECT b.hood FROM named a JOIN others b ON b.last = a.last AND b.road = a.road WHERE {LACKS}
"""
"""Neighbourhoods with a spelling that lacks what one names that is there now and was not, or was and is not; or
with one that may mean one of those, or be meant by it, now that it is known where people are taken to be."""
_ELSEWHERE = """
SELECT key, street, unit, zip, house, road FROM kept.spellings ANTI JOIN changed_hoods USING (hood)
WHERE stands AND (house IS NOT NULL AND road IN (SELECT road FROM told WHERE house IS NULL)
    OR unit <> '' AND street IN (SELECT street FROM told WHERE unit = ''))
"""
"""What people may mean who name no house, or no apartment, beside what is said of themselves."""
_FORGET = """
DELETE FROM kept.surnames WHERE key IN (SELECT key FROM kept.spellings SEMI JOIN changed_hoods USING (hood));
DELETE FROM kept.spellings WHERE hood IN (FROM changed_hoods);
DELETE FROM kept.neighbours WHERE person_id IN (FROM changed_people)
"""


def _table(frame: pd.DataFrame) -> pa.Table:
    return pa.Table.from_pandas(frame, preserve_index=False)
