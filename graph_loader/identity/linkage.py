"""What is known of who is who: a DuckDB file of the data directory, one a load, of which each load makes the next.

Records say who someone is; records that say the same, and enough to name one person, are one *description*; so are ten
thousand identical rows. Descriptions are what the model compares. A load needs the file: it belongs to the graph, and
to its backup.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from splink.internals.exceptions import SplinkException

from graph_loader.errors import Fault, LoadError
from graph_loader.identity.limits import COMMON_SSN, CROWD, NAMESAKES
from graph_loader.identity.model import COMPARISONS, Model, OtherGrades, private
from graph_loader.identity.records import Arrivals, Once, columns_of

WORK = "linking-"
"""Temporary folders are named so, and swept when the next load begins."""
LOCK = "lock"
"""A file of such a folder that is locked while it is in use."""
JUST_MADE = 60.0
"""A folder without a lock that is no older than so many seconds is about to get one."""
FILE = "linkage.duckdb"
NEXT = "model-next"
"""The folder of a model that waits for the next load."""
MODELS = "models"
"""The folder of each model by which something was published, by its id, and of its terms by theirs."""
MEMORY = "3GB"
"""What DuckDB may hold; the rest goes to its folder."""

Ints = npt.NDArray[np.int64]
Rows = list[tuple[Any, ...]]
GRADES = ", ".join(f"grade_{one.name}" for one in COMPARISONS)

_TABLES = f"""
CREATE TABLE IF NOT EXISTS kept.descriptions (
    id BIGINT, key UHUGEINT, token VARCHAR, near BIGINT[], head BIGINT, tail BIGINT, given VARCHAR, initial VARCHAR,
    forms VARCHAR[], middle VARCHAR, family VARCHAR, words VARCHAR[], birth VARCHAR, sex VARCHAR, street VARCHAR,
    house VARCHAR, road VARCHAR, unit VARCHAR, zip VARCHAR, place VARCHAR,
    crowded BOOLEAN, nobodys BOOLEAN, sure BOOLEAN, common BOOLEAN, generation TINYINT
);
CREATE TABLE IF NOT EXISTS kept.records (
    number BIGINT, source_id VARCHAR, role VARCHAR, feed VARCHAR, description BIGINT, city VARCHAR, address_since DATE,
    evidence VARCHAR, filed_under VARCHAR, agency_number VARCHAR, recorded_from DATE, recorded_to DATE
);
ALTER TABLE kept.records ADD COLUMN IF NOT EXISTS agency_number VARCHAR;
ALTER TABLE kept.records ADD COLUMN IF NOT EXISTS entry VARCHAR;
ALTER TABLE kept.records ADD COLUMN IF NOT EXISTS person_number VARCHAR;
CREATE TABLE IF NOT EXISTS kept.links (
    number BIGINT, person_id VARCHAR, because VARCHAR, match_weight DOUBLE, model VARCHAR
);
CREATE TABLE IF NOT EXISTS kept.pairs (
    a BIGINT, b BIGINT, weight DOUBLE, {GRADES.replace(",", " TINYINT,")} TINYINT
);
CREATE TABLE IF NOT EXISTS kept.groups (description BIGINT, component BIGINT, people BIGINT);
CREATE TABLE IF NOT EXISTS kept.once (feed VARCHAR);
ALTER TABLE kept.once ADD COLUMN IF NOT EXISTS columns VARCHAR DEFAULT '';
CREATE TABLE IF NOT EXISTS kept.joined (
    people_a BIGINT, people_b BIGINT, a BIGINT, b BIGINT, weight DOUBLE, {GRADES.replace(",", " TINYINT,")} TINYINT
);
CREATE TABLE IF NOT EXISTS kept.people (id VARCHAR);
CREATE TABLE IF NOT EXISTS kept.decided (a BIGINT, b BIGINT, same BOOLEAN);
CREATE TABLE IF NOT EXISTS kept.unsettled (number BIGINT, before VARCHAR);
CREATE TABLE IF NOT EXISTS kept.lapsed (
    left_source VARCHAR, left_role VARCHAR, right_source VARCHAR, right_role VARCHAR, same BOOLEAN
);
ALTER TABLE kept.descriptions ADD COLUMN IF NOT EXISTS generation TINYINT;
ALTER TABLE kept.pairs ADD COLUMN IF NOT EXISTS grade_generation TINYINT;
ALTER TABLE kept.joined ADD COLUMN IF NOT EXISTS grade_generation TINYINT;
"""
_SAID = """
CREATE OR REPLACE VIEW said AS
SELECT id, CASE WHEN NOT nobodys THEN token END AS token, CASE WHEN NOT nobodys THEN near END AS near,
    CASE WHEN NOT nobodys THEN head END AS head, CASE WHEN NOT nobodys THEN tail END AS tail,
    given, initial, forms, forms[1] AS form, CASE WHEN NOT common THEN forms END AS called, middle, family, words,
    birth, sex, generation,
    CASE WHEN NOT crowded THEN house END AS house, CASE WHEN NOT crowded THEN road END AS road,
    CASE WHEN NOT crowded THEN place END AS place,
    CASE WHEN NOT crowded THEN place || '#' || coalesce(unit, '') END AS home, zip, substr(zip, 1, 3) AS area,
    CASE WHEN crowded THEN place END AS institution, sure
FROM kept.descriptions;
CREATE OR REPLACE VIEW whole_once AS SELECT feed FROM kept.once WHERE columns = '';
CREATE OR REPLACE VIEW listed_once AS
SELECT r.source_id, r.description, r.feed, CASE WHEN o.columns = '' THEN '' ELSE r.entry END AS entry
FROM kept.records r JOIN kept.once o ON o.feed = r.feed AND (o.columns = '' OR starts_with(r.entry, o.columns))
WHERE r.recorded_to IS NULL
"""
"""`pairs`: of descriptions, a < b, weight in log2; `groups`: the component of each description, and who it is: the
smallest description of one person; `once`: feeds that hold each person once, or once for each value of some
columns; `joined`: groups that are one person by exclusion, with the pair that says how they agree; `people`: every id
that ever was; `decided`: by reviewers, of pairs; `unsettled`: records that are new, gone, or another person's than
`before`, since households were last built; `lapsed`: decisions of which a record is gone, with nothing in its place, as
a load has said. `said`: what the model compares; `listed_once`: standing records of such feeds, with the entry that
each is."""

_DESCRIBED = """
CREATE OR REPLACE TEMP TABLE came AS SELECT a.* FROM read_parquet($files) a ANTI JOIN kept.records k
    ON a.source_id = k.source_id AND a.role = k.role;
CREATE OR REPLACE TEMP TABLE keyed AS
WITH told AS (
    SELECT rowid AS r, source_id, role, md5_number(concat_ws(
        chr(31), coalesce(token, ''), CASE WHEN token IS NULL THEN coalesce(near::VARCHAR, '') ELSE '' END,
        coalesce(given, ''), coalesce(initial, ''), coalesce(middle, ''), coalesce(family, ''),
        coalesce(words::VARCHAR, ''), coalesce(birth, ''), coalesce(sex, ''), coalesce(street, ''), coalesce(unit, ''),
        coalesce(zip, ''), generation,
        CASE WHEN (token IS NOT NULL AND (given IS NOT NULL OR family IS NOT NULL))
            OR (given IS NOT NULL AND family IS NOT NULL AND (birth IS NOT NULL OR street IS NOT NULL))
        THEN '' ELSE source_id || ':' || role END
    )) AS same
    FROM came
)
SELECT r, source_id, role, row_number() OVER (ORDER BY source_id, role) + $records - 1 AS number,
    CASE WHEN row_number() OVER (PARTITION BY source_id, same ORDER BY role) = 1 THEN same
    ELSE md5_number(same::VARCHAR || ':' || source_id || ':' || role) END AS key
FROM told;
INSERT INTO kept.descriptions
SELECT f.id, f.key, c.token, c.near, c.head, c.tail, c.given, c.initial, c.forms, c.middle, c.family, c.words, c.birth,
    c.sex, c.street, c.house, c.road, c.unit, c.zip,
    c.house || ' ' || c.road || ' ' || coalesce(c.zip, ''),
    false, false, false, false, c.generation
FROM (
    SELECT key, arg_min(r, number) AS r, row_number() OVER (ORDER BY min(number)) + $descriptions - 1 AS id
    FROM keyed k ANTI JOIN kept.descriptions d ON k.key = d.key GROUP BY k.key
) f JOIN came c ON c.rowid = f.r ORDER BY f.id;
INSERT INTO kept.records BY NAME
SELECT k.number, c.source_id, c.role, c.feed, d.id AS description, c.city, c.address_since, c.evidence, c.filed_under,
    c.agency_number, c.person_number, c.entry, $on AS recorded_from
FROM keyed k JOIN came c ON c.rowid = k.r JOIN kept.descriptions d ON d.key = k.key ORDER BY k.number;
DROP TABLE keyed;
DROP TABLE came;
"""
"""Two people of one row are two descriptions whatever it says; a record that does not name anyone is its own."""

_FLAGGED = f"""
CREATE OR REPLACE TEMP TABLE heard AS SELECT id, token, place, given, family FROM kept.descriptions
    WHERE id IN (SELECT description FROM kept.records WHERE number >= $since);
CREATE OR REPLACE TEMP TABLE flagged AS
WITH tokens AS (
    SELECT id, token, initial, coalesce(initial, '') || '|' || substr(coalesce(family, ''), 1, 2) AS name
    FROM kept.descriptions WHERE token IN (SELECT token FROM heard)
), agreed AS (
    SELECT t.token, t.initial FROM tokens t JOIN kept.records r ON r.description = t.id
    WHERE t.initial IS NOT NULL GROUP BY ALL HAVING count(DISTINCT r.feed) > 1
), common AS (
    SELECT token FROM (SELECT token, name, count(*) AS times FROM tokens GROUP BY ALL)
    GROUP BY token HAVING count(*) > {COMMON_SSN} AND max(times) < sum(times) / 2
), crowds AS (
    SELECT place FROM kept.descriptions WHERE place IN (SELECT place FROM heard) GROUP BY place
    HAVING count(DISTINCT coalesce(given, '') || '|' || coalesce(family, '')) > {CROWD}
), called AS (SELECT DISTINCT given, family FROM heard WHERE given IS NOT NULL AND family IS NOT NULL),
namesakes AS (
    SELECT given, family FROM kept.descriptions SEMI JOIN called USING (given, family)
    GROUP BY given, family HAVING count(*) > {NAMESAKES}
)
SELECT d.id,
    CASE WHEN d.place IN (SELECT place FROM heard) THEN d.place IN (FROM crowds) ELSE d.crowded END AS crowded,
    CASE WHEN d.token IN (SELECT token FROM heard) THEN d.token IN (FROM common) ELSE d.nobodys END AS nobodys,
    CASE WHEN d.token IN (SELECT token FROM heard)
        THEN (d.initial IS NOT NULL AND (d.token, d.initial) IN (FROM agreed)) ELSE d.sure END AS sure,
    d.common OR n.given IS NOT NULL AS common
FROM kept.descriptions d LEFT JOIN namesakes n ON n.given = d.given AND n.family = d.family
WHERE d.token IN (SELECT token FROM heard) OR d.place IN (SELECT place FROM heard) OR n.given IS NOT NULL;
DELETE FROM flagged USING kept.descriptions d WHERE d.id = flagged.id AND d.crowded = flagged.crowded
    AND d.nobodys = flagged.nobodys AND d.sure = flagged.sure AND d.common = flagged.common;
UPDATE kept.descriptions SET crowded = f.crowded, nobodys = f.nobodys, sure = f.sure, common = f.common
    FROM flagged f WHERE f.id = descriptions.id;
"""
"""What others make of a description: a crowded place is an institution, an SSN of many names nobody's, and one that
several feeds have with one initial is sure."""


class Linkage:
    """Records, descriptions, scored pairs, people, and the model, in an open DuckDB; its tables are those of `_TABLES`.

    `compared`: pairs are as the model scores them; where not, all are to be scored again.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, model: Model | None, *, compared: bool = True) -> None:
        self.connection = connection
        self.model = model
        self.compared = compared
        self.run(_SAID)

    def run(self, script: str, **parameters: object) -> None:
        """Statements, one after another, each with those parameters that it names."""
        for statement in script.split(";"):
            if statement.strip():
                self.connection.execute(
                    statement, {name: value for name, value in parameters.items() if f"${name}" in statement}
                )

    def rows(self, statement: str, **parameters: object) -> Rows:
        return self.connection.execute(statement, parameters).fetchall()

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT count(*) FROM {table}")[0][0])

    def people(self) -> int:
        """How many there are, with those whose records were all taken back."""
        return int(self.rows("SELECT count(DISTINCT person_id) FROM kept.links")[0][0])

    def numbers(self, statement: str, **parameters: object) -> list[Any]:
        """The columns of an answer as numpy arrays."""
        return [np.asarray(one) for one in self.connection.execute(statement, parameters).fetchnumpy().values()]

    def lend(self, name: str, table: pa.Table) -> None:
        """Have a temporary table of the values of an Arrow table."""
        self.connection.register("lent", table)
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM lent")
        self.connection.unregister("lent")

    def take_in(self, arrivals: Arrivals, on: date) -> tuple[int, Ints]:
        """Add records that are not known yet. Gives how many were known, and the descriptions to score: those that are
        new, and those of which the new records make something else."""
        known, described = self.count("kept.records"), self.count("kept.descriptions")
        files = arrivals.files()
        if not files:
            return known, np.empty(0, np.int64)
        self.run(_DESCRIBED, files=files, records=known, descriptions=described, on=on)
        self.run(_FLAGGED, since=known)
        (changed,) = self.numbers(
            "SELECT id FROM flagged UNION SELECT id FROM kept.descriptions WHERE id >= $new ORDER BY id", new=described
        )
        return known, changed.astype(np.int64)

    def declare(self, once: Map[str, Once]) -> bool:
        """Which of some feeds hold each person once, or once for each value of which columns; gives whether that is
        new."""
        before: dict[str, str | None] = dict(self.rows("FROM kept.once"))
        now = before | {feed: columns_of(how) for feed, how in once.items()}
        told = {feed: columns for feed, columns in sorted(now.items()) if columns is not None}
        texts = [pa.array(some, pa.string()) for some in (told.keys(), told.values())]
        self.lend("now_once", pa.table(texts, ["feed", "columns"]))
        self.run("CREATE OR REPLACE TABLE kept.once AS FROM now_once")
        return told != before

    def end(self, gone: Sequence[str], on: date) -> Ints:
        """End the recorded time of records that are gone; they say no more where anyone lives.

        Gives the descriptions of those that a feed holds once: others of the feed may be theirs now.
        """
        self.lend("ended", pa.table({"id": pa.array(gone, pa.string())}))
        (of,) = self.numbers("SELECT DISTINCT description FROM listed_once WHERE source_id IN (FROM ended)")
        still = "recorded_to IS NULL AND source_id IN (FROM ended)"
        self.run(
            f"INSERT INTO kept.unsettled SELECT number, NULL FROM kept.records WHERE {still};"
            f"UPDATE kept.records SET recorded_to = $on WHERE {still}",
            on=on,
        )
        return np.asarray(of, np.int64)

    def people_of(self, received: date) -> pd.DataFrame:
        """Who the records of a day are: (source_id, role, feed, person_id, because, match_weight, model)."""
        return self.frame(
            "SELECT source_id, role, feed, person_id, because, match_weight, model "
            "FROM kept.records JOIN kept.links USING (number) WHERE recorded_from = $received ORDER BY number",
            received=received,
        )

    def frame(self, statement: str, **parameters: object) -> pd.DataFrame:
        """An answer as a frame; what is not known is None."""
        found = self.connection.execute(statement, parameters).to_arrow_table().to_pandas()
        lacking = found.columns[found.isna().any()]
        texts = found.select_dtypes("object", "str").columns
        return found.astype(dict.fromkeys([*texts, *lacking], object)).where(found.notna(), None)


@contextmanager
def workshop(
    data: Path, kept: Path | None = None, *, read_only: bool = False
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A DuckDB whose overflow goes into a folder of the data directory, readable by its owner, gone afterwards.

    `kept` there is a copy of a file, or new; `read_only`: it is that file itself.
    """
    with work_folder(data) as folder, _private():
        if kept and not read_only:
            shutil.copyfile(kept, folder / FILE)
        options: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": str(folder / "overflow"),
            "memory_limit": MEMORY,
            "threads": os.cpu_count() or 1,
            "preserve_insertion_order": False,  # every order that counts is asked for
        }
        with duckdb.connect(config=options) as connection:
            if kept and read_only:
                connection.execute(f"ATTACH {quoted(kept)} AS kept (READ_ONLY)")
                _has_all(connection, kept)
            else:
                connection.execute(f"ATTACH {quoted(folder / FILE)} AS kept")
                connection.execute(_TABLES)
            try:
                yield connection, folder
            except (duckdb.Error, SplinkException) as error:  # its message may hold values
                raise LoadError(
                    Fault(
                        "LINKAGE_FAILED", "linkage", f"records could not be compared ({type(error).__name__})",
                        "Look at the disk, at its room and at the machine's memory; then run the same command again.",
                    )
                ) from None  # fmt: skip


def quoted(path: Path) -> str:
    """A path in a statement."""
    return "'" + str(path).replace("'", "''") + "'"


def _has_all(connection: duckdb.DuckDBPyConnection, kept: Path | None) -> None:
    """Raises `LoadError` where an earlier version of the program left a file that lacks a column of records."""
    names = {row[0] for row in connection.execute("DESCRIBE kept.records").fetchall()}
    if kept and "person_number" not in names:
        raise _older(kept.parent)


def _older(folder: Path) -> LoadError:
    return LoadError(
        Fault(
            "LINKAGE_OLDER", str(folder), "it was compared by an earlier version of the program",
            "The next load compares anew, as does `ccg identity apply`.",
        )
    )  # fmt: skip


def _damaged(folder: Path, why: str) -> LoadError:
    of, fix = (
        ("that the next load is to use", "Take the folder away, or learn another: `ccg identity train`.")
        if folder.name == NEXT
        else (
            "by which records were compared",
            "Put back the data directory of the graph, or its backup; "
            f"a copy is in {MODELS}/ (docs/identity.md): its terms as terms.parquet, itself as model.json.",
        )
    )
    return LoadError(Fault("MODEL_DAMAGED", str(folder), f"the model {of} cannot be read ({why})", fix))


def _whole(linkage: Linkage, folder: Path | None) -> Linkage:
    """The same. Raises `LoadError` where the model by which a folder's pairs were compared is gone."""
    if folder and linkage.model is None and linkage.compared and linkage.count("kept.descriptions"):
        raise _damaged(folder, "model.json is gone")
    return linkage


@contextmanager
def work_folder(data: Path) -> Iterator[Path]:
    """A folder of the data directory, readable by its owner, gone afterwards; no sweep takes it while it is in use.
    What work that was cut off left is taken away first."""
    sweep(data)
    made = Path(tempfile.mkdtemp(prefix=f".{WORK}", dir=data))
    with private(made / LOCK) as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        folder = made.rename(data / made.name.removeprefix("."))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _private() -> Iterator[None]:
    """Whatever is written is readable by its owner alone."""
    mask = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(mask)


@contextmanager
def arriving(data: Path) -> Iterator[Arrivals]:
    """A place for what a load brings, gone afterwards."""
    with work_folder(data) as folder:
        yield Arrivals(folder)


@contextmanager
def temporary_files(data: Path) -> Iterator[None]:
    """Whatever a library writes for a while is in a folder of the data directory, gone afterwards."""
    with work_folder(data) as folder:
        before, tempfile.tempdir = tempfile.tempdir, str(folder)
        try:
            yield
        finally:
            tempfile.tempdir = before


def sweep(data: Path) -> None:
    """Take away what work that was cut off left; a review or a training that runs keeps its own."""
    for folder in (*data.glob(f"{WORK}*"), *data.glob(f".{WORK}*")):
        if folder.name.startswith(".") and time.time() - _made(folder) < JUST_MADE:
            continue  # it is being made
        try:
            with (folder / LOCK).open("rb+") as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue  # in use: the lock ends with its process
        except FileNotFoundError:  # it was cut off before it had one, or is gone by now
            pass
        shutil.rmtree(folder, ignore_errors=True)


def _made(folder: Path) -> float:
    try:
        return folder.stat().st_mtime
    except FileNotFoundError:
        return time.time()


class LinkageStore:
    """What is known of who is who, one folder a load, named by its recorded time, files of mode 0600.

    A load works on a copy of that of the newest published one and keeps its own before it publishes, so that one that
    is cut off or abandoned changes nothing.
    """

    def __init__(self, data: Path) -> None:
        self._data = data

    @contextmanager
    def open(self, published: date | None) -> Iterator[Linkage]:
        """A copy of what the newest published load left, for as long as it is worked on; `keep` keeps it.

        Its model is the one to use from now on, where `use` gave one.
        """
        folder = self._known(published) if published else None
        model, compared = self._compared_here(folder) if folder else (None, True)
        if self.next_model:
            model, compared = self.next_model, False
        with workshop(self._data, folder and folder / FILE) as (connection, work):
            self._work = work
            yield _whole(Linkage(connection, model, compared=compared), folder)

    @contextmanager
    def read(self, published: date) -> Iterator[Linkage]:
        """What the newest published load left, to be looked at. Raises `LoadError` where it was compared otherwise."""
        folder = self._known(published)
        model, compared = self._model(folder)
        if not compared:
            raise _older(folder)
        with workshop(self._data, folder / FILE, read_only=True) as (connection, _):
            yield _whole(Linkage(connection, model), folder)

    @property
    def next_model(self) -> Model | None:
        """The model that the next load is to use; one that was learned for other settings is none."""
        return self._model(self._data / NEXT)[0]

    def is_outdated(self, published: date) -> bool:
        """Whether what a load left was compared otherwise than the program does now, so that it is to be done anew."""
        return not self._compared_here(self._folder(published))[1]

    def use(self, model: Model) -> None:
        """Have the next load link everything by this model."""
        fresh = self._data / f"{NEXT}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        model.save(fresh)
        shutil.rmtree(self._data / NEXT, ignore_errors=True)
        fresh.rename(self._data / NEXT)

    def earlier(self, name: str) -> Model:
        """A model that linked something once, by its id. Raises `LoadError` where none can be had."""
        try:
            return Model.remembered(self._data / MODELS, name)
        except (KeyError, ValueError):
            known = sorted(file.stem for file in (self._data / MODELS).glob("*.json"))
            raise LoadError(
                Fault(
                    "MODEL_UNKNOWN", name, "no model of this id linked anything, or it was for other comparisons",
                    f"Give one of: {', '.join(known)}." if known else "The next load makes one.",
                )
            ) from None  # fmt: skip

    def _known(self, published: date) -> Path:
        folder = self._folder(published)
        if not (folder / FILE).exists():
            raise LoadError(
                Fault(
                    "LINKAGE_MISSING", str(folder), "what is known of who is who is not there, so people would split",
                    "Put back the data directory of the graph, or its backup.",
                )
            )  # fmt: skip
        return folder

    def _model(self, folder: Path) -> tuple[Model | None, bool]:
        """The model that a load left, and whether pairs are as it scores them: not where it was for other settings."""
        if not (folder / "model.json").exists():
            return None, True
        try:
            return Model.read(folder), Model.fits(folder)
        except OtherGrades:  # of which nothing can stay: one is learned anew
            return None, False
        except (ValueError, KeyError, OSError) as why:
            raise _damaged(folder, type(why).__name__) from None

    def _compared_here(self, folder: Path) -> tuple[Model | None, bool]:
        """The model that a load left, and whether pairs are as this program and its libraries score them."""
        model, compared = self._model(folder)
        return model, compared and (model is None or Model.is_of_these_libraries(folder))

    def keep(self, linkage: Linkage, received: date) -> None:
        """Keep what is being worked on as that of a load. It is closed then."""
        if linkage.model:
            linkage.model.save(self._work)
        connection = linkage.connection
        connection.execute("DROP VIEW said")
        connection.execute("CHECKPOINT kept")
        connection.execute("DETACH kept")
        connection.close()
        fresh = self._work / "whole"
        fresh.mkdir(mode=0o700)
        for file in (FILE, "model.json", "terms.parquet"):
            if (self._work / file).exists():
                (self._work / file).rename(fresh / file)
        shutil.rmtree(self._folder(received), ignore_errors=True)
        fresh.rename(self._folder(received))

    def forget(self, received: date) -> None:
        """Take away what a load left that is abandoned."""
        shutil.rmtree(self._folder(received), ignore_errors=True)

    def keep_only(self, published: date) -> None:
        """Take away what earlier loads left, and loads that were cut off; a model that was to be used is used, and what
        was published by is remembered."""
        for left in (self._data / MODELS).glob("*.new"):
            left.unlink()
        shutil.rmtree(self._data / f"{NEXT}.new", ignore_errors=True)
        kept = self._folder(published)
        if (kept / "model.json").exists():
            Model.remember(kept, self._data / MODELS)
        used, _ = self._model(kept)
        waits = self.next_model
        if (self._data / NEXT).exists() and (waits is None or (used and used.id == waits.id)):
            shutil.rmtree(self._data / NEXT)  # it is used, or can be no more
        for folder in self._data.glob("linkage-*"):
            if folder != kept:
                shutil.rmtree(folder)

    def _folder(self, received: date) -> Path:
        return self._data / f"linkage-{received}"
