"""The contract of the engines: the same files give the same graph, and every query the same rows, on each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from graph.store import Access, Store
from queries import catalogue
from queries.household import FOLDER, read_household, statement
from tests.conftest import ENGINES, Engine, empty
from tests.feeds_sample import MONTH, RECEIVED, data_directory, load_folder

FIRST, LAST = RECEIVED.replace(year=2000), RECEIVED.replace(year=2100)
ONE = {
    "household": "MATCH (h:Household)<-[:MEMBER_OF]-(:Person)-[:IN_UNIT]->() RETURN min(h.id) AS id",
    "person": "MATCH (p:Person)-[:IN_UNIT]->() RETURN min(p.id) AS id",
    "fact": "MATCH (a:BenefitAmount) RETURN min(a.id) AS id",
}
MERGED = """MATCH (p:Person)-[:IN_UNIT]->() WITH min(p.id) AS first, max(p.id) AS last
MATCH (old:Person {id: last}) MATCH (new:Person {id: first})
CREATE (e:IdentityEvent {id: 'E1', kind: 'merge', reason: 'same SSN token', on: $on})
CREATE (e)-[:FROM_PERSON {id: 'E1>from'}]->(old) CREATE (e)-[:TO_PERSON {id: 'E1>to'}]->(new)
WITH first MATCH (h:Household) WITH first, min(h.id) AS home
MATCH (p:Person {id: first}) MATCH (h:Household {id: home})
CREATE (p)-[:ALSO_STAYS_WITH {id: 'S1', evidence: 'address', confidence: 0.5, records: 2, valid_from: $on,
    recorded_from: $on}]->(h)"""
"""What a first load has none of: somebody who took in somebody else, and has a second home."""
_digests: dict[str, str] = {}
_answers: dict[tuple[str, str], Any] = {}


@dataclass(frozen=True)
class Loaded:
    engine: str
    reader: Store


@pytest.fixture(scope="module", params=ENGINES)
def loaded(
    request: pytest.FixtureRequest,
    engines: Callable[[str], Engine],
    feeds_folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Loaded]:
    engine = engines(request.param)
    with Store.connect(engine.bolt(Access.WRITE), Access.WRITE) as store:
        empty(store)
        load_folder(store, feeds_folder, data_directory(tmp_path_factory.mktemp("data")), derive=True)
        _digests[engine.name] = store.digest()
        store.execute(MERGED, {"on": RECEIVED})
    with Store.connect(engine.bolt(Access.READ), Access.READ) as reader:
        yield Loaded(engine.name, reader)


def parameters(query: catalogue.Query, store: Store) -> dict[str, Any]:
    """Something to ask for, the same on every engine: the smallest ids of the graph."""
    given: dict[str, Any] = {
        "on": MONTH, "month": MONTH, "from": MONTH.replace(year=2024), "to": RECEIVED.replace(year=2027),
        "combination": "MASSHEALTH+SNAP", "within_cents": 800_000,
    }  # fmt: skip
    given |= {name: store.read(cypher)[0]["id"] for name, cypher in ONE.items()}
    return {p.name: given[p.name] for p in query.parameters if p.name in given}


def plain(value: Any) -> Any:
    """Maps by their keys and lists in one order: engines may give both in any."""
    if isinstance(value, dict):
        return {key: plain(value[key]) for key in sorted(value)}
    return sorted((plain(item) for item in value), key=str) if isinstance(value, list) else value


def test_the_same_files_give_the_same_graph_on_every_engine(loaded: Loaded) -> None:
    assert len(set(_digests.values())) == 1, _digests


@pytest.mark.parametrize("name", list(catalogue.catalogue()))
def test_every_query_gives_the_same_rows_on_every_engine(loaded: Loaded, name: str) -> None:
    query = catalogue.find(name)
    rows = catalogue.run(loaded.reader, query, parameters(query, loaded.reader), RECEIVED)
    assert all(tuple(row) == query.columns for row in rows)
    assert rows, "the sample has something to answer with"
    expected = _answers.setdefault(("catalogue", name), rows)
    assert sorted(map(str, rows)) == sorted(map(str, expected))


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.cypher")))
def test_every_fixed_statement_gives_the_same_rows_on_every_engine(loaded: Loaded, name: str) -> None:
    one = {key: loaded.reader.read(cypher)[0]["id"] for key, cypher in ONE.items()}
    every = [row["id"] for row in loaded.reader.read("MATCH (h:Household) RETURN h.id AS id")]
    asked = {
        "households": every, "household": one["household"], "person": one["person"],
        "people": [one["person"]], "fact": one["fact"], "party": "EOHHS", "after": "", "first": 5, "clients": "common",
        "agencies": [], "month": MONTH, "within": 800_000, "asOf": RECEIVED, "from": FIRST, "to": LAST,
    }  # fmt: skip
    rows = [plain(row) for row in loaded.reader.read(statement(name), asked)]
    assert rows, "the sample has something to answer with"
    expected = _answers.setdefault(("statement", name), rows)
    assert sorted(map(str, rows)) == sorted(map(str, expected))


def test_bundle_prevalence_is_what_the_records_say(loaded: Loaded) -> None:
    """The precomputed combinations against a count made here from memberships and spans."""
    counted: dict[str, int] = {}
    homes = loaded.reader.read(
        "MATCH (p:Person)-[m:MEMBER_OF]->(h:Household) WHERE m.recorded_to IS NULL "
        "AND m.valid_from <= $month AND (m.valid_to IS NULL OR m.valid_to > $month) "
        "RETURN DISTINCT h.id AS household",
        {"month": MONTH},
    )
    named = {r["id"] for r in loaded.reader.read("MATCH (p:Program {in_agreement: true}) RETURN p.id AS id")}
    following = MONTH.replace(month=MONTH.month + 1)
    for row in homes:
        record = read_household(loaded.reader, row["household"], RECEIVED, MONTH, following)
        assert record is not None
        here = {member.person for member in record.present(MONTH)}
        programs = {s.program for s in record.enrollments if s.covers(MONTH) and here & set(s.people)} & named
        if programs:
            key = "+".join(sorted(programs))
            counted[key] = counted.get(key, 0) + 1
    told = catalogue.run(loaded.reader, catalogue.find("bundle_prevalence"), {"month": MONTH}, RECEIVED)
    assert {row["combination"]: row["households"] for row in told} == counted
