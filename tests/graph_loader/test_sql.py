"""Rows that a database answers with: the same graph as from files, and nothing leaves it that is not agreed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy
import yaml

from graph.store import Store
from graph_loader.errors import LoadError
from graph_loader.load.feeds import read_feeds
from graph_loader.mapping.document import Sql
from graph_loader.sources.sql import SqlSource
from tests.engines import postgresql
from tests.engines.needed import needed
from tests.feeds_sample import data_directory, load_folder, small

LATER = date(2026, 12, 1)
FEED = "dta_snap_issuance"
QUERY = "SELECT * FROM issuance"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    needed(postgresql.missing())
    with postgresql.running() as url:
        yield url


@pytest.fixture
def feeds(server: str, feeds_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A feed whose rows are in a table of the database, with columns of the database's own types."""
    folder = small(feeds_folder, tmp_path / "feeds", FEED)
    with (folder / "dta/snap_issuance.csv").open() as file:
        rows = list(csv.DictReader(file))
    engine = sqlalchemy.create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS issuance CASCADE")
        connection.exec_driver_sql(
            'CREATE TABLE issuance ("CASE_NO" text, "SPELL_BEG" date, "SPELL_END" date, "END_RSN" text, '
            '"PAY_FROM" date, "PAY_TO" date, "BENEFIT" numeric(10,2), "WORKER_NOTE" text)'
        )
        for row in rows:
            values = [value.replace("$", "").replace(",", "") or None for value in row.values()]
            connection.exec_driver_sql(
                "INSERT INTO issuance VALUES (%s, to_date(%s, 'MM/DD/YYYY'), to_date(%s, 'MM/DD/YYYY'), %s, "
                "to_date(%s, 'MM/DD/YYYY'), to_date(%s, 'MM/DD/YYYY'), %s, 'secret')",
                tuple(values),
            )
    engine.dispose()
    monkeypatch.setenv("CCG_DTA_URL", server)
    return folder


def from_database(folder: Path, query: str = QUERY, url: str = "${CCG_DTA_URL}") -> None:
    path = folder / f"mappings/{FEED}.yaml"
    mapping = yaml.safe_load(path.read_text())
    mapping.pop("file", None)
    for column in mapping["columns"].values():
        column.pop("formats", None)
    path.write_text(yaml.safe_dump(mapping | {"sql": {"url": url, "query": query}}))


FACTS = "MATCH (n) WHERE n:BenefitAmount OR n:Enrollment OR n:BenefitUnit RETURN n.id AS id ORDER BY id"


def test_rows_of_a_database_give_the_facts_of_the_same_rows_in_a_file(
    embedded_store: Store, feeds: Path, tmp_path: Path
) -> None:
    data = data_directory(tmp_path / "data")
    load_folder(embedded_store, feeds, data)
    facts = embedded_store.read(FACTS)
    from_database(feeds)
    loaded = load_folder(embedded_store, feeds, data, LATER)
    assert loaded.plan.counts[0].file == f"{FEED}.sql"
    assert not loaded.plan.faults
    assert embedded_store.read(FACTS) == facts
    standing = embedded_store.read(
        "MATCH (s:SourceRecord) WHERE s.recorded_to IS NULL RETURN DISTINCT s.file AS file, s.file_digest AS digest"
    )
    assert [row["file"] for row in standing] == [f"{FEED}.sql"]
    assert len(standing[0]["digest"]) == 16


def test_the_same_rows_again_change_nothing_and_a_changed_one_is_one_record(
    embedded_store: Store, feeds: Path, server: str, tmp_path: Path
) -> None:
    data = data_directory(tmp_path / "data")
    from_database(feeds)
    load_folder(embedded_store, feeds, data)
    before = embedded_store.digest()
    assert load_folder(embedded_store, feeds, data, LATER).already
    assert embedded_store.digest() == before
    engine = sqlalchemy.create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            'UPDATE issuance SET "BENEFIT" = "BENEFIT" + 1 WHERE ctid = (SELECT max(ctid) FROM issuance)'
        )
    engine.dispose()
    loaded = load_folder(embedded_store, feeds, data, LATER)
    assert (loaded.plan.counts[0].loaded, len(loaded.plan.feeds[0].gone)) == (1, 1)


def test_columns_that_are_not_mapped_are_not_even_computed(embedded_store: Store, feeds: Path, tmp_path: Path) -> None:
    from_database(feeds, 'SELECT *, 1 / (length("WORKER_NOTE") - 6) AS never FROM issuance')
    loaded = load_folder(embedded_store, feeds, data_directory(tmp_path / "data"))
    assert loaded.plan.counts[0].columns_dropped == 2
    assert loaded.plan.counts[0].loaded > 0


def test_a_query_that_writes_is_refused_and_nothing_is_changed(
    embedded_store: Store, feeds: Path, server: str, tmp_path: Path
) -> None:
    engine = sqlalchemy.create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION wipe() RETURNS SETOF issuance LANGUAGE sql AS 'DELETE FROM issuance RETURNING *'"
        )
    data = data_directory(tmp_path / "data")
    for query in ("SELECT * FROM wipe()", "DELETE FROM issuance RETURNING *"):
        from_database(feeds, query)
        with pytest.raises(LoadError, match=r"SQL_FAILED dta_snap_issuance\.sql: the database refused \(SQLSTATE"):
            load_folder(embedded_store, feeds, data)
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM issuance").scalar_one() > 0
    engine.dispose()


def test_an_error_of_the_database_tells_no_value(embedded_store: Store, feeds: Path, tmp_path: Path) -> None:
    from_database(feeds, 'SELECT "WORKER_NOTE"::int::text AS "END_RSN", ' + ", ".join(
        f'"{name}"' for name in ("CASE_NO", "SPELL_BEG", "SPELL_END", "PAY_FROM", "PAY_TO", "BENEFIT")
    ) + " FROM issuance")  # fmt: skip
    with pytest.raises(LoadError, match="SQLSTATE 22P02") as refused:
        load_folder(embedded_store, feeds, data_directory(tmp_path / "data"))
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("postgresql+psycopg://reader:hunter2@db/x", "SQL_PASSWORD_WRITTEN"),
        ("postgresql+psycopg://reader@db/x?password=hunter2", "SQL_PASSWORD_WRITTEN"),
        ("${CCG_NOWHERE}", "SQL_URL_INCOMPLETE"),
        ("nonsense", "SQL_URL_WRONG"),
        ("oracle+nothing://db/x", "SQL_UNKNOWN"),
        ("postgresql+psycopg://reader:${CCG_WORD}@127.0.0.1:1/x", "SQL_FAILED"),
    ],
)
def test_what_is_wrong_with_a_url_is_told_without_its_password(url: str, code: str) -> None:
    with pytest.raises(LoadError, match=code) as refused:
        SqlSource("feed", Sql(url=url, query=QUERY), (), {"CCG_WORD": "hunter2"}).columns()
    assert "hunter2" not in str(refused.value)


def test_a_mapping_has_a_file_or_a_query(feeds_folder: Path, tmp_path: Path) -> None:
    folder = small(feeds_folder, tmp_path / "feeds", FEED)
    path = folder / f"mappings/{FEED}.yaml"
    path.write_text(path.read_text() + "sql: {url: '${CCG_DTA_URL}', query: SELECT 1}\n")
    with pytest.raises(LoadError, match="a feed has the one or the other"):
        read_feeds(folder)


def test_a_password_of_any_characters_is_put_in_as_it_is(server: str) -> None:
    word = "p@ss/%41:w#rd"
    with_password = server.replace("owner@", "picky:${CCG_WORD}@")
    engine = sqlalchemy.create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE ROLE picky LOGIN PASSWORD '{word}'".replace("%", "%%"))
    engine.dispose()
    source = SqlSource("feed", Sql(url=with_password, query="SELECT 1 AS one"), (), {"CCG_WORD": word})
    assert source.columns() == ["one"]
    assert [chunk.frame["one"].tolist() for chunk in source.chunks(["one"])] == [["1"]]
    assert source.seems() == 1


def test_a_table_that_changes_between_two_reads_is_read_as_it_was(
    embedded_store: Store, feeds: Path, server: str, tmp_path: Path
) -> None:
    from_database(feeds)
    source = read_feeds(feeds).feeds[0].sources[0]
    first = [chunk.frame.to_dict("records") for chunk in source.chunks(["CASE_NO", "BENEFIT"])]
    engine = sqlalchemy.create_engine(server)
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM issuance")
    engine.dispose()
    again = [chunk.frame.to_dict("records") for chunk in source.chunks(["CASE_NO", "BENEFIT"])]
    assert again == first
    assert first[0]
