"""Facts are recorded once, whatever was written before; on every engine."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.recording import content, record_nodes, record_relationships
from graph.schema import GRAPH
from graph.store import Store
from tests.conftest import empty

PERSON, INCOME, RECEIVES = GRAPH.node("Person"), GRAPH.node("Income"), GRAPH.relationship("RECEIVES")
FIRST, SECOND, THIRD = date(2026, 1, 5), date(2026, 2, 5), date(2026, 3, 5)


def people(*ids: str, day: date = FIRST) -> pa.Table:
    return pa.table({"id": list(ids), "recorded_from": [day] * len(ids)})


def receives(source: str, target: str, *records: str, day: date = FIRST) -> pa.Table:
    row = {"source": source, "target": target, "id": f"{source}>{target}", "recorded_from": day}
    return pa.Table.from_pylist([row | {"source_ids": list(records)}])


def test_only_what_was_not_there_is_created(store: Store) -> None:
    assert record_nodes(store, PERSON, people("a", "b"), FIRST).created == {"a", "b"}
    again = record_nodes(store, PERSON, people("b", "c"), FIRST)
    assert (again.created, again.renamed) == ({"c"}, {})
    assert store.read("MATCH (p:Person) RETURN count(p) AS n") == [{"n": 3}]


def test_a_fact_that_had_ended_is_recorded_anew_and_its_past_stays(store: Store) -> None:
    record_nodes(store, INCOME, people("i"), FIRST)
    for began, ended, key in ((FIRST, SECOND, "i"), (THIRD, date(2026, 4, 5), "i~2")):
        store.execute("MATCH (n:Income {id: $id}) SET n.recorded_to = $day", {"id": key, "day": ended})
        told = record_nodes(store, INCOME, people("i", day=date(2026, 5, 5)), date(2026, 5, 5))
        assert content(told.renamed["i"]) == "i"
        assert told.created == {told.renamed["i"]}
        past = store.read("MATCH (n:Income {id: $id}) RETURN n.recorded_to AS day", {"id": key})
        assert past == [{"day": ended}], f"what was known from {began} on"


def test_what_this_load_ended_before_it_was_cut_off_stands_again(store: Store) -> None:
    record_nodes(store, INCOME, people("i"), FIRST)
    store.execute("MATCH (n:Income) SET n.recorded_to = $day", {"day": SECOND})
    told = record_nodes(store, INCOME, people("i", day=SECOND), SECOND)
    assert (told.created, told.renamed) == (frozenset(), {})
    rows = store.read("MATCH (n:Income) RETURN n.recorded_from AS since, n.recorded_to AS until")
    assert rows == [{"since": FIRST, "until": None}]


def test_a_relationship_told_again_gains_the_record_and_one_that_had_ended_begins_anew(store: Store) -> None:
    record_nodes(store, PERSON, people("p"), FIRST)
    created = record_nodes(store, INCOME, people("i"), FIRST).created
    record_relationships(store, RECEIVES, receives("p", "i", "r1"), FIRST, created)
    written = record_relationships(store, RECEIVES, receives("p", "i", "r2"), FIRST)
    assert (written.rows, written.matched) == (1, 1)
    assert store.read("MATCH ()-[r:RECEIVES]->() RETURN r.source_ids AS s") == [{"s": ["r1", "r2"]}]
    store.execute("MATCH ()-[r:RECEIVES]->() SET r.recorded_to = $day", {"day": SECOND})
    record_relationships(store, RECEIVES, receives("p", "i", "r3", day=THIRD), THIRD)
    rows = store.read("MATCH ()-[r:RECEIVES]->() RETURN r.id AS id, r.recorded_from AS since ORDER BY id")
    assert rows == [{"id": "p>i", "since": FIRST}, {"id": "p>i~2", "since": THIRD}]


def test_a_relationship_without_its_end_is_counted_not_invented(store: Store) -> None:
    created = record_nodes(store, INCOME, people("i"), FIRST).created
    written = record_relationships(store, RECEIVES, receives("nobody", "i"), FIRST, created)
    assert (written.rows, written.matched) == (1, 0)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.sets(st.sampled_from("abcdef"), min_size=1), min_size=1, max_size=5))
def test_any_cut_into_parts_gives_one_graph(store: Store, parts: list[set[str]]) -> None:
    def write(ids: list[str]) -> None:
        created = record_nodes(store, PERSON, people(*ids), FIRST).created
        created |= record_nodes(store, INCOME, people(*ids), FIRST).created
        links = pa.concat_tables([receives(key, key, "r") for key in ids])
        record_relationships(store, RECEIVES, links, FIRST, created)

    empty(store)
    for part in parts:
        write(sorted(part))
    in_parts = store.digest()
    empty(store)
    write(sorted(set().union(*parts)))
    assert store.digest() == in_parts
