"""The store's contract, on every engine."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from neo4j.exceptions import ClientError, Neo4jError

from graph.errors import GraphError
from graph.schema import GRAPH
from graph.store import Access, Bolt, Store
from tests.conftest import empty

TOWN, COUNTY, PERSON = GRAPH.node("Town"), GRAPH.node("County"), GRAPH.node("Person")
IN_COUNTY, BEARS = GRAPH.relationship("IN_COUNTY"), GRAPH.relationship("BEARS")


def towns(n: int) -> pa.Table:
    return pa.table({"id": [f"t{i}" for i in range(n)], "name": [f"Town {i}" for i in range(n)]})


def test_nodes_come_back_as_they_were_written(store: Store) -> None:
    day = date(2024, 2, 29)
    table = pa.table({"id": ["p1", "p2"], "birth_year": [1990, None], "sex": ["F", None], "recorded_from": [day, day]})
    store.write_nodes(GRAPH.node("Identity"), table)
    rows = store.read("MATCH (p:Identity) RETURN p.id AS id, p.birth_year AS y, p.recorded_from AS d ORDER BY id")
    assert rows == [{"id": "p1", "y": 1990, "d": day}, {"id": "p2", "y": None, "d": day}]


def test_writing_twice_changes_nothing(store: Store) -> None:
    links = pa.table({"source": ["t1", "t2"], "target": ["c", "c"], "id": ["a", "b"]})
    digests = []
    for _ in range(2):
        store.write_nodes(TOWN, towns(3))
        store.write_nodes(COUNTY, pa.table({"id": ["c"], "name": ["Hampden"], "fips": ["25013"]}))
        assert store.write_relationships(IN_COUNTY, links).matched == 2
        digests.append(store.digest())
    assert digests[0] == digests[1]


def test_digest_sees_every_change(store: Store) -> None:
    store.write_nodes(TOWN, towns(2))
    before = store.digest()
    store.execute("MATCH (t:Town {id: 't1'}) SET t.name = 'other'")
    assert store.digest() != before


def test_relationship_without_its_end_is_counted_not_invented(store: Store) -> None:
    store.write_nodes(TOWN, towns(1))
    links = pa.table({"source": ["t0"], "target": ["nowhere"], "id": ["a"]})
    written = store.write_relationships(IN_COUNTY, links)
    assert (written.rows, written.matched) == (1, 0)


def test_a_second_label_marks_nodes_of_the_first(store: Store) -> None:
    agency, party = GRAPH.node("Agency"), GRAPH.node("Party")
    store.write_nodes(agency, pa.table({"id": ["DTA"], "provides": [True]}), second=party)
    store.write_nodes(agency, pa.table({"id": ["DHCD"]}))
    assert store.read("MATCH (a:Agency) RETURN count(a) AS n") == [{"n": 2}]
    assert store.read("MATCH (a:Agency:Party) RETURN a.id AS id") == [{"id": "DTA"}]


@pytest.mark.parametrize(
    "text",
    [
        "CREATE (n:Town {id: 'x'})",
        "MATCH (t:Town) SET t.name = 'x'",
        "MATCH (t:Town) DETACH DELETE t",
        "CREATE INDEX sneaky IF NOT EXISTS FOR (n:Town) ON (n.name)",
    ],
)
def test_a_reading_connection_cannot_write(store: Store, reader: Store, text: str) -> None:
    store.write_nodes(TOWN, towns(1))
    before = store.digest()
    with pytest.raises(Neo4jError):
        reader.read(text)
    with pytest.raises(GraphError, match="GRAPH_REFUSED"):
        reader.execute(text)
    assert store.digest() == before


def test_load_csv_reads_no_file_of_the_server(reader: Store) -> None:
    with pytest.raises(Neo4jError):
        reader.read("LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line")


def test_a_duplicate_key_is_refused(store: Store) -> None:
    store.write_nodes(TOWN, towns(1))
    with pytest.raises(ClientError):
        store.execute("CREATE (:Town {id: 't0'})")


def test_streaming_gives_every_row(store: Store) -> None:
    store.write_nodes(TOWN, towns(12_000))
    assert sum(1 for _ in store.stream("MATCH (t:Town) RETURN t.id AS id")) == 12_000


def test_undeclared_columns_are_refused_by_name(store: Store) -> None:
    with pytest.raises(GraphError, match="ssn"):
        store.write_nodes(PERSON, pa.table({"id": ["p"], "ssn": ["123"]}))


def test_a_type_with_several_ends_asks_which(store: Store) -> None:
    with pytest.raises(GraphError, match="source_label"):
        store.write_relationships(BEARS, pa.table({"source": ["p"], "target": ["e"], "id": ["x"]}))


def test_a_column_that_is_not_declared_is_refused_also_where_it_says_nothing(store: Store) -> None:
    columns = {"id": ["x"], "ssn": pa.array([None], pa.string())}
    with pytest.raises(GraphError, match="ssn"):
        store.create_nodes(PERSON, pa.table(columns))
    with pytest.raises(GraphError, match="ssn"):
        store.create_relationships(IN_COUNTY, pa.table(columns | {"source": ["t"], "target": ["c"]}))


def test_a_graph_that_does_not_answer_says_so() -> None:
    with pytest.raises(GraphError, match=r"(?s)GRAPH_UNREACHABLE.*ccg graph status"):
        Store.connect(Bolt("bolt://127.0.0.1:1", "u", "p", "d"), Access.READ)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(6)))
def test_order_of_writing_does_not_change_the_digest(store: Store, order: list[int]) -> None:
    empty(store)
    table = towns(6)
    store.write_nodes(TOWN, table)
    expected = store.digest()
    empty(store)
    for index in order:
        store.write_nodes(TOWN, table.slice(index, 1))
    assert store.digest() == expected
