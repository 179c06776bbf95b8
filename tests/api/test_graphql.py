"""GraphQL as a client sees it: over HTTP, on a loaded embedded graph."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from access.counter import Counter
from access.errors import Denied
from api.app import create_app
from api.schema import SNAPSHOT, schema
from docs.questions import ASKERS, QUESTIONS
from governance.agreement import Agreement, read_agreement
from governance.examples import text
from governance.roster import read_roster
from graph.store import Access, Session, Store
from ledger import access_log, keys
from ledger.database import Ledger
from queries.departures import Kind
from queries.household import STATEMENTS
from tests.conftest import Engine, empty
from tests.feeds_sample import NOW, data_directory, load_folder

TODAY = NOW.date()


@dataclass
class Clock:
    now: datetime = field(default=NOW)


@dataclass(frozen=True)
class Api:
    client: TestClient
    counter: Counter
    ledger: Ledger
    clock: Clock

    def key(self, party: str, role: str, expires: date = date(2027, 1, 1)) -> str:
        return keys.issue(self.ledger, party, role, expires, TODAY)

    def ask(self, query: str, key: str, purpose: str = "service_coordination", **variables: Any) -> dict[str, Any]:
        return self.raw(query, {"Authorization": f"Bearer {key}", "X-CCG-Purpose": purpose}, variables).json()

    def raw(self, query: str, headers: dict[str, str], variables: dict[str, Any] | None = None) -> Any:
        return self.client.post("/graphql", json={"query": query, "variables": variables or {}}, headers=headers)


@pytest.fixture(scope="module")
def api(
    engines: Callable[[str], Engine], feeds_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Api]:
    engine = engines("embedded")
    data = data_directory(tmp_path_factory.mktemp("data"))
    with Store.connect(engine.bolt(Access.WRITE), Access.WRITE) as store:
        empty(store)
        load_folder(store, feeds_folder, data, derive=True)
    roster = read_roster("roster", text("massachusetts_roster.yaml"))
    agreement = read_agreement("agreement", text("massachusetts_agreement.yaml"), roster)
    clock = Clock()
    with Ledger.open(data) as ledger, Store.connect(engine.bolt(Access.READ), Access.READ) as reader:
        counter = Counter(reader, ledger, lambda: agreement, lambda: clock.now)
        with TestClient(create_app(counter)) as client:
            yield Api(client, counter, ledger, clock)


@pytest.fixture
def caseworker(api: Api) -> str:
    return api.key("DTA", "caseworker")


def a_household(api: Api, key: str) -> str:
    rows = api.ask("{ households(first: 50) { rows { id people agencies } } }", key)["data"]["households"]["rows"]
    for row in sorted(rows, key=lambda row: (-len(row["agencies"]), -row["people"], row["id"])):
        home = api.ask(WHOLE, key, id=row["id"])["data"]["household"]
        if home["wages"] and any(span["program"] == "SNAP" and span["amounts"] for span in home["enrollments"]):
            return str(row["id"])
    raise AssertionError("no household that works has SNAP")


WHOLE = """query ($id: ID!) { household(id: $id) {
  members { personId firstName birthYear role } enrollments { program people amounts { id amount { cents status } } }
  combinations { programs } reportingDuties { due } wages { amount { cents } } facts { kind } withheld { part reason }
  relations { kind } places { town } } }"""


def a_client(home: dict[str, Any]) -> str:
    """A person of a household whom DTA knows by a record of its own."""
    return min(person for span in home["enrollments"] if span["program"] == "SNAP" for person in span["people"])


def code(answer: dict[str, Any]) -> str:
    return str(answer["errors"][0]["extensions"]["code"])


def test_the_sdl_is_the_committed_snapshot() -> None:
    assert SNAPSHOT.read_text() == schema.as_str() + "\n"


def test_a_household_is_told_with_members_programs_and_amounts(api: Api, caseworker: str) -> None:
    answer = api.ask(WHOLE, caseworker, id=a_household(api, caseworker))
    assert "errors" not in answer
    home = answer["data"]["household"]
    assert home["members"]
    assert home["enrollments"]
    assert home["combinations"]
    assert home["withheld"] == []


COMPARED = """query ($id: ID!) { household(id: $id) { comparedWithRules { rulesVersion
  months { program since until paid due { low high status } }
  departures { program kind since until paid due { low high status } evidence }
  losses { program raised fell lagMonths rise loss } } } }"""


def test_what_was_paid_is_told_against_the_rules(api: Api, caseworker: str) -> None:
    rows = api.ask("{ households(first: 100) { rows { id } } }", caseworker)["data"]["households"]["rows"]
    told = [api.ask(COMPARED, caseworker, id=row["id"])["data"]["household"]["comparedWithRules"] for row in rows]
    months = [month for each in told for month in each["months"]]
    assert {month["program"] for month in months} >= {"SNAP"}
    known = [one for one in months if one["due"]["low"] is not None]
    inside = [one for one in known if one["due"]["low"] <= (one["paid"] or 0) <= one["due"]["high"]]
    assert len(inside) > 0.8 * len(known) > 0.5 * len(months)
    departures = [one for each in told for one in each["departures"]]
    assert {one["kind"] for one in departures} <= {kind.value for kind in Kind}
    assert all(one["since"] < one["until"] for one in departures)
    losses = [one for each in told for one in each["losses"]]
    assert losses
    assert all(one["raised"] <= one["fell"] and 0 <= one["lagMonths"] <= 6 and one["rise"] >= 50_00 for one in losses)


def test_departures_are_told_to_whom_the_agreement_opens_them(api: Api, caseworker: str) -> None:
    eec = api.key("EEC", "caseworker")
    own = api.ask("{ households(first: 1) { rows { id } } }", eec)["data"]["households"]["rows"][0]["id"]
    assert code(api.ask(COMPARED, eec, id=own)) == "WITHHELD"
    assert code(api.ask(COMPARED, caseworker, id="H" + "0" * 24)) == "NOT_FOUND"


def test_a_household_is_a_fixed_number_of_statements(
    api: Api, caseworker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = api.ask("{ households(first: 100) { rows { id people } } }", caseworker)["data"]["households"]["rows"]
    smallest, largest = (pick(rows, key=lambda row: row["people"])["id"] for pick in (min, max))
    counts = []
    for household in (smallest, largest):
        seen: list[str] = []
        real = Session._rows

        def rows_of(self: Session, *asked: Any, seen: list[str] = seen, real: Any = real) -> Any:
            seen.append(asked[1])
            return real(self, *asked)

        monkeypatch.setattr(Session, "_rows", rows_of)
        assert "errors" not in api.ask(WHOLE, caseworker, id=household)
        monkeypatch.setattr(Session, "_rows", real)
        counts.append(len(seen))
    assert counts[0] == counts[1] == len(STATEMENTS)


def test_a_ladder_and_a_path_come_with_sources(api: Api, caseworker: str) -> None:
    query = """query ($id: ID!) { household(id: $id) {
      cliffLadder(month: "2026-10-01") { status rulesVersion earnings netLow netHigh marginalRates
        citations { parameter source } }
      cliffPath(begins: "2026-11-01", monthlyEarnings: 250000, month: "2026-10-01", months: 12) {
        status months { month net { cents low high citations { source } }
          parts { program amount { citations { parameter } } } events { kind citation } } citations { source } }
      lossCalendar(month: "2026-10-01", months: 6) { months { month events { kind } } } } }"""
    answer = api.ask(query, caseworker, id=a_household(api, caseworker))
    assert "errors" not in answer
    home = answer["data"]["household"]
    assert home["cliffLadder"]["earnings"] == sorted(set(home["cliffLadder"]["earnings"]))
    assert len(home["cliffLadder"]["marginalRates"]) == len(home["cliffLadder"]["earnings"]) > 10
    assert all(
        low <= high for low, high in zip(home["cliffLadder"]["netLow"], home["cliffLadder"]["netHigh"], strict=True)
    )
    assert {c["parameter"] for c in home["cliffLadder"]["citations"]} >= {"snap/max_allotment", "poverty/guideline"}
    assert len(home["cliffPath"]["months"]) == 12
    assert any(event["kind"] == "raise" for month in home["cliffPath"]["months"] for event in month["events"])
    assert len(home["lossCalendar"]["months"]) == 6
    assert not any(event["kind"] == "raise" for month in home["lossCalendar"]["months"] for event in month["events"])
    for month in home["cliffPath"]["months"]:
        assert month["net"]["citations"]
        for part in month["parts"]:
            assert part["amount"]["citations"], part["program"]
    snap = next(part for part in home["cliffPath"]["months"][0]["parts"] if part["program"] == "SNAP")
    assert all(c["parameter"].startswith(("snap/", "poverty/")) for c in snap["amount"]["citations"])


def test_the_best_ways_up_are_told_with_what_happens_on_them(api: Api, caseworker: str) -> None:
    query = """query ($id: ID!, $levels: [Cents!]!) { household(id: $id) {
      waysUp(month: "2026-10-01", levels: $levels, months: 12) { status reason floor
        safest { short changes { month monthlyEarnings } path { months { net { cents low } events { kind } } } }
        richest { path { months { net { cents low } parts { program amount { citations { parameter } } } } } }
        steadiest { changes { monthlyEarnings } } }
      cliffPath(begins: "2026-11-01", monthlyEarnings: 250000, month: "2026-10-01", months: 8,
        then: [{month: "2027-02-01", monthlyEarnings: 420000}]) { months { month events { kind } } } } }"""
    household = a_household(api, caseworker)
    answer = api.ask(query, caseworker, id=household, levels=[250_000, 420_000])
    assert "errors" not in answer
    home = answer["data"]["household"]
    raised = [one["month"][:7] for one in home["cliffPath"]["months"]
              if any(event["kind"] in ("raise", "pay_cut") for event in one["events"])]  # fmt: skip
    assert raised == ["2026-11", "2027-02"]
    found = home["waysUp"]
    assert found["status"] != "unknown", found["reason"]

    def least(way: str) -> list[int]:
        nets = [one["net"] for one in found[way]["path"]["months"]]
        return [net["low"] if net["cents"] is None else net["cents"] for net in nets]

    cited = [part["amount"]["citations"] for month in found["richest"]["path"]["months"] for part in month["parts"]]
    assert any(cited), "each amount of a way has its sources"
    assert sum(least("richest")) >= sum(least("safest"))
    below = sum(max(found["floor"] - net, 0) for net in least("safest"))
    assert below >= found["safest"]["short"] >= 0
    assert found["steadiest"]["changes"][-1]["monthlyEarnings"] == 420_000
    twice = """query ($id: ID!) { household(id: $id) { one: waysUp(month: "2026-10-01", levels: [1]) { status }
      other: waysUp(month: "2026-10-01", levels: [2]) { status } } }"""
    assert "the query costs" in api.ask(twice, caseworker, id=household)["errors"][0]["message"]
    for wrong in ([], list(range(12)), [-1]):
        assert api.ask(query, caseworker, id=household, levels=wrong)["errors"][0]["extensions"]["code"]


def test_births_moves_and_separations_are_followed_and_what_cannot_happen_is_refused(api: Api, caseworker: str) -> None:
    query = """query ($id: ID!, $gone: ID!, $births: [Date!], $moves: [MoveInput!]) { household(id: $id) {
      members { personId role until }
      cliffPath(month: "2026-10-01", months: 6, births: $births, moves: $moves,
          separations: [{month: "2027-01-01", people: [$gone], childSupport: 10000}]) {
        status months { coverage { personId } events { kind } parts { program amount { low high } } } } } }"""
    household = a_household(api, caseworker)
    members = api.ask("query ($id: ID!) { household(id: $id) { members { personId role until } } }", caseworker,
                      id=household)["data"]["household"]["members"]  # fmt: skip
    child = next(one["personId"] for one in members if one["role"] == "child" and one["until"] is None)
    moves = [{"month": "2026-12-01", "rent": 99_000}]
    answer = api.ask(query, caseworker, id=household, gone=child, births=["2026-11-15"], moves=moves)
    assert "errors" not in answer
    path = answer["data"]["household"]["cliffPath"]
    assert path["status"] != "UNKNOWN"
    told = [{event["kind"] for event in month["events"]} for month in path["months"]]
    assert [kind for month in told for kind in ("birth", "move", "leaves") if kind in month] == [
        "birth", "move", "leaves",
    ]  # fmt: skip
    who = [{one["personId"] for one in month["coverage"]} for month in path["months"]]
    assert ("newborn-1" in who[0], "newborn-1" in who[1]) == (False, True)
    assert (child in who[2], child in who[3]) == (True, False)
    rents = [part["amount"] for part in path["months"][2]["parts"] if part["program"] == "RENT"]
    assert rents == [{"low": -99_000, "high": -99_000}]
    for given in (
        {"gone": household}, {"gone": child, "births": ["2026-01-01"]},
        {"gone": child, "moves": [{"month": "2026-12-01", "rent": -5}]}, {"gone": child, "births": ["2026-11-01"] * 13},
    ):  # fmt: skip
        assert api.ask(query, caseworker, id=household, **given)["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    up = """query ($id: ID!, $gone: ID!, $births: [Date!], $moves: [MoveInput!]) { household(id: $id) {
      waysUp(month: "2026-10-01", months: 6, levels: [300000], births: $births, moves: $moves,
          separations: [{month: "2027-01-01", people: [$gone], childSupport: 10000}]) {
        status floor richest { path { months { withoutChange { cents low } coverage { personId } events { kind } } } }
      } } }"""
    answer = api.ask(up, caseworker, id=household, gone=child, births=["2026-11-15"], moves=moves)
    assert "errors" not in answer
    found = answer["data"]["household"]["waysUp"]
    months = found["richest"]["path"]["months"]
    now = months[0]["withoutChange"]
    assert found["floor"] == (now["low"] if now["cents"] is None else now["cents"]), "what is left now, after rent"
    assert [{one["personId"] for one in month["coverage"]} for month in months] == who
    assert {event["kind"] for month in months for event in month["events"]} > {"birth", "move", "leaves"}
    late = api.ask(up, caseworker, id=household, gone=child, births=["2027-04-01"])
    assert "a birth in 2027-04 is after its last month" in late["errors"][0]["message"]
    taken = """query ($id: ID!, $up: [String!], $months: Int) { household(id: $id) { cliffPath(month: "2026-10-01",
      months: 6, takesUp: $up, appliesAgainMonths: $months) { status } } }"""
    assert "errors" not in api.ask(taken, caseworker, id=household, up=["SNAP", "TAFDC"], months=1)
    for given, why in (
        ({"up": ["WIC"], "months": 1}, "WIC is none of TAFDC and SNAP"),
        ({"up": ["SNAP"]}, "say after"),
    ):
        assert why in api.ask(taken, caseworker, id=household, **given)["errors"][0]["message"]
    nowhere = "query ($id: ID!) { household(id: $id) { cliffPath(monthlyEarnings: 100000) { status } } }"
    assert "the month in which the path begins" in api.ask(nowhere, caseworker, id=household)["errors"][0]["message"]


def test_a_grid_of_two_earners_has_a_ladder_for_each_level(api: Api, caseworker: str) -> None:
    adults = """query ($id: ID!) { household(id: $id) { members { personId role until } } }"""
    homes = api.ask("{ households(first: 50) { rows { id } } }", caseworker)["data"]["households"]["rows"]
    for home in homes:
        members = api.ask(adults, caseworker, id=home["id"])["data"]["household"]["members"]
        grown = [one["personId"] for one in members if one["role"] == "adult" and one["until"] is None]
        if len(grown) > 1:
            break
    query = """query ($id: ID!, $a: ID!, $b: ID!, $levels: [Cents!]!) { household(id: $id) {
      cliffGrid(month: "2026-10-01", earner: $a, other: $b, levels: $levels) { otherEarnings
        ladder { earner status earnings netLow } } } }"""
    given = {"id": home["id"], "a": grown[0], "b": grown[1]}
    answer = api.ask(query, caseworker, levels=[0, 200_000], **given)
    assert "errors" not in answer
    lines = answer["data"]["household"]["cliffGrid"]
    assert [line["otherEarnings"] for line in lines] == [0, 200_000]
    assert all(line["ladder"]["earner"] == grown[0] for line in lines)
    for wrong in ([], [-1], [1] * 12):
        assert api.ask(query, caseworker, levels=wrong, **given)["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    same = api.ask(query, caseworker, levels=[0], **given | {"b": grown[0]})
    assert "one person" in same["errors"][0]["message"]
    up = """query ($id: ID!, $a: ID!, $b: ID!, $levels: [Cents!]!) { household(id: $id) { waysUp(month: "2026-10-01",
      earner: $a, levels: [250000], others: [{earner: $b, levels: $levels}], months: 6) { status reason
      steadiest { changes { personId month monthlyEarnings } } } } }"""
    found = api.ask(up, caseworker, levels=[4_000_00], **given)["data"]["household"]["waysUp"]
    assert found["status"] != "unknown", found["reason"]
    ends = {one["personId"]: one["monthlyEarnings"] for one in found["steadiest"]["changes"]}
    assert ends[grown[1]] == 4_000_00, "each of both ends at the highest level"
    twice = api.ask(up, caseworker, levels=[0], **given | {"b": grown[0]})
    assert "is an earner already" in twice["errors"][0]["message"]
    many = up.replace("others: [", "others: [{earner: $b, levels: []}, ")
    assert "levels takes 1 to" in api.ask(many, caseworker, levels=[0], **given)["errors"][0]["message"]
    many = up.replace("others: [", "others: [{earner: $b, levels: [0]}, ")
    assert (
        "ways of 2 earners are searched together"
        in api.ask(many, caseworker, levels=[0], **given)["errors"][0]["message"]
    )


def test_the_wage_at_which_an_offer_is_worth_it_is_that_of_the_path(api: Api, caseworker: str) -> None:
    query = """query ($id: ID!) { household(id: $id) { breakEven(begins: "2026-11-01", months: 12) {
      status reason now most overall { least most } eachMonth { least most } citations { parameter } } } }"""
    household = a_household(api, caseworker)
    answer = api.ask(query, caseworker, id=household)
    assert "errors" not in answer
    found = answer["data"]["household"]["breakEven"]
    assert found["status"] in ("KNOWN", "BOUNDED"), found["reason"]
    assert found["now"] < found["overall"]["least"] <= found["eachMonth"]["most"] <= found["most"]
    assert found["citations"]
    path = """query ($id: ID!, $wage: Cents!) { household(id: $id) { cliffPath(begins: "2026-11-01",
      monthlyEarnings: $wage, months: 12) { bridge { cents high } } } }"""
    told = api.ask(path, caseworker, id=household, wage=found["eachMonth"]["most"])["data"]["household"]["cliffPath"]
    assert told["bridge"]["high"] == 0, "nothing is short in any month"
    low = query.replace("months: 12", "months: 12, most: 1")
    assert api.ask(low, caseworker, id=household)["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_a_reform_is_reckoned_kept_and_found_again(api: Api) -> None:
    designer = api.key("EOHHS", "designer")
    query = """query ($text: String!, $as: String) { reform(text: $text, months: 2, cliffs: true, saveAs: $as) {
      name title version rulesVersion month fares { households gain lose same either }
      costs { program agency costLow costHigh } cliffs { program cliffs removed made } unknown { reason } } }"""
    text = "name: More food\nfrom: 2026-03-01\nchanges: {snap/max_allotment: {times: 1.5}}"
    answer = api.ask(query, designer, "policy_design", text=text, **{"as": "more"})
    assert "errors" not in answer
    found = answer["data"]["reform"]
    assert (found["name"], found["title"], found["month"]) == ("more", "More food", "2026-03-01")
    (cost,) = [one for one in found["costs"] if one["program"] == "SNAP"]
    assert 0 < cost["costLow"] <= cost["costHigh"]
    assert found["fares"]
    assert found["cliffs"]
    again = """{ savedReforms(name: "more") { title version rulesVersion costs { program costLow } } }"""
    (kept,) = api.ask(again, designer, "policy_design")["data"]["savedReforms"]
    assert (kept["version"], kept["rulesVersion"]) == (found["version"], found["rulesVersion"])
    assert {"program": "SNAP", "costLow": cost["costLow"]} in kept["costs"]
    for wrong, why in (
        ("from: 2026-03-01\nchanges: {snap/max_allotmnt: 1}", "closest: snap/max_allotment"),
        ("builds_on: other.yaml\nfrom: 2026-03-01\nchanges: {snap/max_allotment: {times: 2}}", "a text stands alone"),
        ("x" * 30_000, "characters at most"), ("- 1", "has no `from`"),
    ):  # fmt: skip
        refused = api.ask(query, designer, "policy_design", text=wrong)["errors"][0]
        assert why in refused["message"]
        assert refused["extensions"]["code"] == "BAD_REQUEST"


def test_what_would_bridge_a_raise_is_told_of_all_and_what_it_saves_of_one(api: Api, caseworker: str) -> None:
    query = """query ($raise: Cents!, $within: Cents!) {
      bridgeSizing(month: "2026-10-01", raise: $raise, within: $within, months: 3, by: COUNTY) {
        rulesVersion months { place month households short bridgeLow bridgeHigh }
        programs { place program households touched spentLow spentHigh }
        falls { place program households fallLow fallHigh } unknown { reason households } } }"""
    designer = api.key("EOHHS", "designer")
    told = api.ask(query, designer, "policy_design", **{"raise": 90_000, "within": 200_000})["data"]["bridgeSizing"]
    assert {one["month"] for one in told["months"]} == {"2026-10-01", "2026-11-01", "2026-12-01"}
    assert all(one["households"] is None or one["households"] >= 11 for one in told["months"])
    assert told["programs"]
    wrong = api.ask(query, designer, "policy_design", **{"raise": 0, "within": 1})["errors"][0]
    assert "raise must be from 1" in wrong["message"]
    refused = api.ask(query, caseworker, **{"raise": 90_000, "within": 1})["errors"][0]
    assert refused["extensions"]["code"] == "NOT_GRANTED"
    path = """query ($id: ID!) { household(id: $id) { cliffPath(
      month: "2026-10-01", begins: "2026-11-01", monthlyEarnings: 450000, months: 6) {
      spending { program change { low high } } } } }"""
    found = api.ask(path, caseworker, id=a_household(api, caseworker))["data"]["household"]["cliffPath"]["spending"]
    (taxes,) = [one["change"] for one in found if one["program"] == "TAXES"]
    assert taxes["low"] <= taxes["high"] < 0, "more is paid in taxes"


def test_a_household_may_be_asked_by_a_reform_beside_the_rules_as_they_are(api: Api, caseworker: str) -> None:
    household = a_household(api, caseworker)
    query = """query ($id: ID!, $text: String!) {
      now: household(id: $id) { ...figures } then: household(id: $id, reform: $text) { ...figures } }
    fragment figures on Household {
      cliffPath(month: "2026-03-01", months: 2) { months { net { low } } assumptions }
      cliffLadder(month: "2026-03-01") { earnings netLow assumptions }
      explanation(program: "SNAP", month: "2026-03-01") { assumptions } }"""
    text = "name: More food\nfrom: 2026-04-01\nchanges: {snap/max_allotment: {times: 3}}"
    answer = api.ask(query, caseworker, id=household, text=text)
    assert "errors" not in answer
    now, then = answer["data"]["now"], answer["data"]["then"]
    before, after = ([month["net"]["low"] for month in one["cliffPath"]["months"]] for one in (now, then))
    assert before[0] == after[0], "the reform begins in April"
    assert before[1] < after[1]
    assert now["cliffLadder"]["netLow"] == then["cliffLadder"]["netLow"]
    for part in ("cliffPath", "cliffLadder", "explanation"):
        said = [[text for text in one[part]["assumptions"] if "reform More food" in text] for one in (now, then)]
        assert [len(texts) for texts in said] == [0, 1]
    refused = api.ask(query, caseworker, id=household, text="from: 2026-04-01\nchanges: {snap/max_alotment: 1}")
    assert "closest: snap/max_allotment" in refused["errors"][0]["message"]


@pytest.mark.parametrize("name", [one.name for one in QUESTIONS if one.graphql])
def test_each_of_the_thirty_questions_is_answered_as_its_page_asks_it(api: Api, name: str) -> None:
    one = next(question for question in QUESTIONS if question.name == name)
    party, role, purpose = ASKERS[one.asker]
    given = {"id": a_household(api, api.key("DTA", "caseworker"))} if one.household else {}
    answer = api.ask(str(one.graphql), api.key(party, role), purpose, **given)
    assert "errors" not in answer
    assert answer["data"]


def test_a_reform_of_all_is_for_who_may_count_all(api: Api, caseworker: str) -> None:
    query = """{ reform(text: "from: 2026-03-01\\nchanges: {snap/max_allotment: {times: 2}}") { title } }"""
    assert api.ask(query, caseworker)["errors"][0]["extensions"]["code"] == "NOT_GRANTED"
    assert api.ask("{ savedReforms { title } }", caseworker)["errors"][0]["extensions"]["code"] == "NOT_GRANTED"


def test_a_reading_of_the_law_is_chosen_and_one_that_is_none_refused(api: Api, caseworker: str) -> None:
    query = """query ($id: ID!, $chosen: [String!]) { household(id: $id) { cliffPath(begins: "2026-11-01",
      monthlyEarnings: 250000, month: "2026-10-01", readings: $chosen) { status reason months { month } } } }"""
    household = a_household(api, caseworker)
    chosen = api.ask(query, caseworker, id=household, chosen=["tba_wages=counted", "six_months=recorded"])
    assert "two readings" not in (chosen["data"]["household"]["cliffPath"]["reason"] or "")
    refused = api.ask(query, caseworker, id=household, chosen=["six_months=never"])
    assert code(refused) == "BAD_REQUEST"
    assert "recorded or job_start" in refused["errors"][0]["message"]


def test_a_result_is_taken_apart_into_steps_with_their_citations(api: Api, caseworker: str) -> None:
    query = """query ($id: ID!, $program: String!, $month: Date!) { household(id: $id) {
      explanation(program: $program, month: $month) { program status reason rulesVersion assumptions
        steps { id name unit low high citation followsFrom citations { parameter source confirmed } } }
      cliffPath(month: "2026-10-01", months: 1) { months {
        parts { program amount { low high } } } } } }"""
    household = a_household(api, caseworker)
    answer = api.ask(query, caseworker, id=household, program="SNAP", month="2026-10-01")["data"]["household"]
    told = answer["explanation"]
    assert told["status"] in {"KNOWN", "BOUNDED"}
    result = told["steps"][-1]
    (paid,) = [one for one in answer["cliffPath"]["months"][0]["parts"] if one["program"] == "SNAP"]
    assert (result["name"], result["low"], result["high"]) == ("SNAP", paid["amount"]["low"], paid["amount"]["high"])
    assert all(earlier < step["id"] for step in told["steps"] for earlier in step["followsFrom"])
    assert all(step["citation"] for step in told["steps"])
    assert any(c["parameter"] == "snap/max_allotment" for step in told["steps"] for c in step["citations"])
    unknown = api.ask(query, caseworker, id=household, program="SNAP", month="2031-06-01")["data"]["household"]
    assert unknown["explanation"]["status"] == "UNKNOWN"
    assert "too old" in unknown["explanation"]["reason"]
    assert unknown["explanation"]["steps"] == []
    refused = api.ask(query, caseworker, id=household, program="SNOP", month="2026-10-01")
    assert code(refused) == "BAD_REQUEST"
    assert "there are SNAP" in refused["errors"][0]["message"]


def test_rules_of_a_month_without_parameters_are_unknown_never_zero(api: Api, caseworker: str) -> None:
    query = """query ($id: ID!) { household(id: $id) {
      cliffLadder(month: "2031-06-01") { status reason earnings netLow } } }"""
    ladder = api.ask(query, caseworker, id=a_household(api, caseworker))["data"]["household"]["cliffLadder"]
    assert ladder["status"] == "UNKNOWN"
    assert "too old" in ladder["reason"]
    assert ladder["earnings"] == ladder["netLow"] == []


def test_a_premium_that_no_source_gives_makes_the_ladder_unknown(api: Api, caseworker: str) -> None:
    query = """query ($id: ID!) { household(id: $id) { cliffLadder(month: "2025-06-01") { status reason } } }"""
    ladder = api.ask(query, caseworker, id=a_household(api, caseworker))["data"]["household"]["cliffLadder"]
    assert ladder["status"] == "UNKNOWN"
    assert "connectorcare" in ladder["reason"]


def test_elements_outside_the_grant_are_withheld_with_a_reason(api: Api) -> None:
    key = api.key("EEC", "caseworker")
    home = api.ask(WHOLE, key, id=a_household(api, key))["data"]["household"]
    withheld = {item["part"]: item["reason"] for item in home["withheld"]}
    assert {"names", "circumstances", "education"} <= set(withheld)
    assert "EEC" in withheld["names"]
    assert all(member["firstName"] is None for member in home["members"])


def test_households_outside_the_grants_clients_do_not_exist_for_it(api: Api, caseworker: str) -> None:
    every = api.counter.store.read("MATCH (h:Household) RETURN h.id AS id")
    key = api.key("EEC", "caseworker")
    mine = {r["id"] for r in api.ask("{ households(first: 200) { rows { id } } }", key)["data"]["households"]["rows"]}
    strange = sorted({row["id"] for row in every} - mine)
    assert mine
    for household in (strange[0], "nobody"):
        answer = api.ask(WHOLE, key, id=household)
        assert answer["data"] is None
        assert code(answer) == "NOT_FOUND"


def test_person_and_provenance_walk_back_to_rows(api: Api, caseworker: str) -> None:
    home = api.ask(WHOLE, caseworker, id=a_household(api, caseworker))["data"]["household"]
    person = a_client(home)
    query = """query ($id: ID!) { person(id: $id) { records { agency file row linkedBecause matchWeight model }
      history { program } identityEvents { kind on reason fromPerson toPerson } } }"""
    found = api.ask(query, caseworker, id=person)["data"]["person"]
    assert all(record["linkedBecause"] and record["row"] > 0 and record["model"] for record in found["records"])
    assert any(record["matchWeight"] > 0 for record in found["records"] if record["matchWeight"] is not None)
    assert found["identityEvents"] == []
    fact = next(paid["id"] for span in home["enrollments"] for paid in span["amounts"])
    query = "query ($id: ID!) { provenance(fact: $id) { agency file row agreement received } }"
    assert api.ask(query, caseworker, id=fact)["data"]["provenance"][0]["agreement"] == "1.0"


def test_a_person_is_told_as_they_were_known_on_an_earlier_day(
    api: Api, caseworker: str, engines: Callable[[str], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("access.counter.FRESH_SECONDS", 0.0)
    home = api.ask(WHOLE, caseworker, id=a_household(api, caseworker))["data"]["household"]
    person = a_client(home)
    query = "query ($id: ID!, $on: Date) { person(id: $id, asOf: $on) { records { file row } } }"

    def records(on: date | None) -> list[dict[str, Any]]:
        found = api.ask(query, caseworker, id=person, on=on and str(on))["data"]["person"]
        told: list[dict[str, Any]] = found["records"]
        return told

    before, later = records(None), TODAY + timedelta(days=1)
    assert len(before) > 1
    with Store.connect(engines("embedded").bolt(Access.WRITE), Access.WRITE) as store:
        gone = "MATCH (:Person {id: $id})-[d:DERIVED_FROM]->() WITH d ORDER BY d.id LIMIT 1 SET d.recorded_to = "
        store.execute(f"{gone} $on", {"id": person, "on": later})
        store.execute("CREATE (:Batch {id: 'Blater', status: 'published', received: $on})", {"on": later})
        try:
            api.clock.now = NOW + timedelta(days=2)
            assert len(records(None)) == len(before) - 1, "one is another person's by now"
            assert records(TODAY) == before
        finally:
            api.clock.now = NOW
            store.execute(f"{gone} null", {"id": person})
            store.execute("MATCH (b:Batch {id: 'Blater'}) DETACH DELETE b")
        assert records(None) == before


def test_an_id_that_is_gone_tells_who_has_its_records_now(
    api: Api, caseworker: str, engines: Callable[[str], Engine]
) -> None:
    home = api.ask(WHOLE, caseworker, id=a_household(api, caseworker))["data"]["household"]
    person, earlier, query = (
        a_client(home), date(2026, 1, 1),
        """query ($id: ID!) { person(id: $id) { currentIds records { file } households { role }
        identityEvents { kind on reason fromPerson toPerson } } }""",
    )  # fmt: skip
    with Store.connect(engines("embedded").bolt(Access.WRITE), Access.WRITE) as store:
        try:
            for old, new in (("Pfirst", "Psecond"), ("Psecond", person)):
                store.execute(
                    "MERGE (a:Person {id: $old}) MERGE (b:Person {id: $new}) CREATE (e:IdentityEvent {id: $id}) "
                    "SET e.kind = 'merge', e.reason = 'same SSN token', e.on = $on "
                    "CREATE (e)-[:FROM_PERSON {id: $id + '>from'}]->(a) CREATE (e)-[:TO_PERSON {id: $id + '>to'}]->(b)",
                    {"old": old, "new": new, "id": f"E{old}", "on": earlier},
                )
            gone = api.ask(query, caseworker, id="Pfirst")["data"]["person"]
            assert gone["currentIds"] == [person]
            assert gone["records"] == gone["households"] == []
            assert [event["toPerson"] for event in gone["identityEvents"]] == ["Psecond"]
            assert api.ask(query, caseworker, id=person)["data"]["person"]["currentIds"] == [person]
            stranger = api.ask(query, api.key("EEC", "caseworker"), id="Pfirst")
            assert stranger["data"] is None
        finally:
            store.execute("MATCH (e:IdentityEvent) DETACH DELETE e")
            store.execute("MATCH (p:Person) WHERE p.id IN ['Pfirst', 'Psecond'] DETACH DELETE p")


def test_a_second_home_is_told_as_far_as_the_agreement_opens_it_and_logged(
    api: Api, caseworker: str, engines: Callable[[str], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    person = a_client(api.ask(WHOLE, caseworker, id=a_household(api, caseworker))["data"]["household"])
    query = "query ($id: ID!) { person(id: $id) { alsoStaysWith { householdId evidence confidence since } } }"
    with Store.connect(engines("embedded").bolt(Access.WRITE), Access.WRITE) as store:
        try:
            store.execute(
                "MATCH (p:Person {id: $person}) MERGE (h:Household {id: 'Hother'}) CREATE (p)-[:ALSO_STAYS_WITH "
                "{id: 'S', evidence: 'roster', confidence: 0.3, records: 2, valid_from: $on, recorded_from: $on}]->(h)",
                {"person": person, "on": date(2026, 1, 1)},
            )
            told = api.ask(query, caseworker, id=person)["data"]["person"]["alsoStaysWith"]
            assert told == [{"householdId": "Hother", "evidence": "roster", "confidence": 0.3, "since": "2026-01-01"}]
            assert "Hother" in access_log.lines(api.ledger, 1)[0].households
            monkeypatch.setattr("access.counter.SECOND", frozenset({"Identity.ssn_token"}))  # one that is not open
            assert api.ask(query, caseworker, id=person)["data"]["person"]["alsoStaysWith"] == []
            assert "Hother" not in access_log.lines(api.ledger, 1)[0].households
        finally:
            store.execute("MATCH (h:Household {id: 'Hother'}) DETACH DELETE h")


def test_population_answers_suppress_small_cells(api: Api) -> None:
    key = api.key("EOHHS", "analyst")
    query = '{ benefitCombinations(month: "2026-10-01") { combination households people } }'
    rows = api.ask(query, key, "evaluation")["data"]["benefitCombinations"]
    real = {
        row["combination"]: row["n"]
        for row in api.counter.store.read(
            "MATCH (h:Household)-[r:HAD_COMBINATION]->(c) WHERE r.valid_from <= $m AND "
            "(r.valid_to IS NULL OR r.valid_to > $m) RETURN c.id AS combination, count(h) AS n",
            {"m": date(2026, 10, 1)},
        )
    }
    assert any(n < 11 for n in real.values())
    for row in rows:
        assert row["households"] == (real[row["combination"]] if real[row["combination"]] >= 11 else None)
        assert row["households"] is not None or row["people"] is None


def test_every_population_field_answers(api: Api) -> None:
    key = api.key("EOHHS", "analyst")
    query = """{ sharedClients { agency other people } outcomes(combination: "MASSHEALTH+SNAP") { phase people }
      programs { id agency inAgreement } agencies { id succeeds } }"""
    answer = api.ask(query, key, "evaluation")
    assert "errors" not in answer
    assert {row["phase"] for row in answer["data"]["outcomes"]} <= {"before", "during", "after"}
    assert next(a for a in answer["data"]["agencies"] if a["id"] == "MASSABILITY")["succeeds"] == "MRC"


def test_a_caseworker_cannot_ask_for_the_population(api: Api, caseworker: str) -> None:
    answer = api.ask('{ benefitCombinations(month: "2026-10-01") { combination } }', caseworker)
    assert code(answer) == "NOT_GRANTED"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, "KEY_REFUSED"),
        ({"Authorization": "Bearer ccg_nothing", "X-CCG-Purpose": "evaluation"}, "KEY_REFUSED"),
    ],
)
def test_without_a_key_nothing_is_answered(api: Api, headers: dict[str, str], expected: str) -> None:
    answer = api.raw("{ programs { id } }", headers)
    assert answer.status_code == 401
    assert code(answer.json()) == expected


def test_a_purpose_is_needed_and_must_be_the_agreements(api: Api, caseworker: str) -> None:
    answer = api.raw("{ programs { id } }", {"Authorization": f"Bearer {caseworker}"}).json()
    assert code(answer) == "PURPOSE_MISSING"
    assert code(api.ask("{ programs { id } }", caseworker, "curiosity")) == "PURPOSE_UNKNOWN"


def test_an_expired_key_and_an_expired_agreement_answer_nothing(api: Api) -> None:
    key = api.key("DTA", "caseworker", expires=date(2026, 12, 1))
    try:
        api.clock.now = datetime(2026, 12, 1, tzinfo=UTC)
        assert code(api.ask("{ programs { id } }", key)) == "KEY_REFUSED"
        lasting = api.key("DTA", "caseworker", expires=date(2040, 1, 1))
        api.clock.now = datetime(2036, 1, 1, tzinfo=UTC)
        assert code(api.ask("{ programs { id } }", lasting)) == "AGREEMENT_NOT_IN_FORCE"
    finally:
        api.clock.now = NOW


def test_each_answer_leaves_a_line_without_personal_data(api: Api, caseworker: str) -> None:
    household = a_household(api, caseworker)
    home = api.ask(WHOLE, caseworker, id=household)["data"]["household"]
    line = access_log.lines(api.ledger, 1)[0]
    assert (line.party, line.role, line.purpose) == ("DTA", "caseworker", "service_coordination")
    assert (line.operation, line.households, line.outcome) == ("household", (household,), "answered")
    assert line.agreement == "learn-to-earn@1.0"
    assert "wages" in line.elements
    names = {member["firstName"] for member in home["members"]} - {None}
    assert not any(name in str(line) for name in names)


@pytest.mark.parametrize(
    "query",
    [
        "{ households { next } } #" + "x" * 70_000,
        "{ " + " ".join(f"a{i}: programs {{ id }}" for i in range(2500)) + " }",
        "{ a { a { a { a { a { a { a { a { a { a } } } } } } } } } }",
        "query { " + " ".join(f"a{i}: sharedClients {{ people }}" for i in range(20)) + " }",
        "{ nothing }",
        "{ " + " ".join(f"a{i}: households(first: -100000) {{ next }}" for i in range(120)) + " }",
        "{ ...f0 } " + " ".join(f"fragment f{i} on Query {{ ...f{i + 1} ...f{i + 1} }}" for i in range(40))
        + " fragment f40 on Query { sharedClients { people } }",
        "{ households(first: 100000) { rows { id } } }",
        "not graphql",
    ],
)  # fmt: skip
def test_what_is_too_much_or_wrong_is_refused_in_one_shape(api: Api, caseworker: str, query: str) -> None:
    answer = api.ask(query, caseworker)
    for error in answer["errors"]:
        assert set(error) == {"message", "path", "extensions"}
        assert error["extensions"]["code"] == "BAD_REQUEST"
        assert error["extensions"]["fix"]
    assert not answer.get("data")


def test_how_deep_a_query_may_go_is_said(api: Api, caseworker: str) -> None:
    (error,) = api.ask("{ " + "a { " * 9 + "a" + " }" * 10, caseworker)["errors"]
    assert "10 levels deep; 9 are allowed" in error["message"]


@pytest.mark.parametrize("month", ["0001-01-01", "1989-12-01", "2100-01-01", "9999-12-31"])
def test_a_month_that_nothing_is_recorded_of_is_refused(api: Api, caseworker: str, month: str) -> None:
    household = a_household(api, caseworker)
    for asked in (
        "cliffLadder(month: $m) { status }", "cliffPath(begins: $m, monthlyEarnings: 1) { status }",
        "lossCalendar(month: $m) { status }", "resourcesVsExpenses(month: $m) { status }",
        "reportingDuties(since: $m) { due }", 'explanation(program: "SNAP", month: $m) { status }',
    ):  # fmt: skip
        query = "query ($id: ID!, $m: Date!) { household(id: $id) { " + asked + " } }"
        assert code(api.ask(query, caseworker, id=household, m=month)) == "BAD_REQUEST"


@pytest.mark.parametrize("cents", [-1, 10**9, 10**18, 10**20])
def test_earnings_that_nobody_has_are_refused(api: Api, caseworker: str, cents: int) -> None:
    query = """query ($id: ID!, $c: Cents!) { household(id: $id) { cliffPath(begins: "2026-11-01",
      monthlyEarnings: $c) { status } } }"""
    assert code(api.ask(query, caseworker, id=a_household(api, caseworker), c=cents)) == "BAD_REQUEST"


def test_no_rows_because_no_ladders_were_made_is_said(api: Api) -> None:
    analyst = api.key("EOHHS", "designer")
    visit = api.counter.visit(analyst, "policy_design")
    with pytest.raises(Denied, match="NOT_DERIVED"):
        visit.query("near_threshold", {"month": "2020-01-01"}, TODAY)
    assert visit.query("near_threshold", {"month": "2026-10-01", "within_cents": 0}, TODAY) is not None


def test_what_is_no_page_is_an_error_of_the_same_shape(api: Api) -> None:
    for answer, status in ((api.client.get("/nowhere"), 404), (api.client.get("/graphql"), 405)):
        assert answer.status_code == status
        (error,) = answer.json()["errors"]
        assert set(error) == {"message", "path", "extensions"}
        assert set(error["extensions"]) == {"code", "fix"}


def test_a_purpose_that_the_agreement_does_not_name_is_not_kept(api: Api, caseworker: str) -> None:
    api.ask("{ programs { id } }", caseworker, "to look up Rosa Diaz")
    line = access_log.lines(api.ledger, 1)[0]
    assert (line.purpose, line.outcome) == (None, "PURPOSE_UNKNOWN")


def test_duties_say_to_whom_by_when_and_what_follows(api: Api, caseworker: str) -> None:
    query = """query ($id: ID!, $since: Date, $months: Int!) { household(id: $id) {
      reportingDuties(since: $since, months: $months) { program agency due duty follows citation } } }"""
    rows = api.ask("{ households(first: 50) { rows { id } } }", caseworker)["data"]["households"]["rows"]
    told = [
        duty
        for row in rows
        for duty in api.ask(query, caseworker, id=row["id"], since="2026-10-15", months=12)["data"]["household"][
            "reportingDuties"
        ]
    ]
    assert all("2026-10-15" <= duty["due"] < "2027-10-15" for duty in told)
    snap = [duty for duty in told if (duty["program"], duty["duty"]) == ("SNAP", "recertification")]
    assert snap
    assert {(duty["agency"], duty["citation"]) for duty in snap} == {("DTA", "7 CFR 273.14(a)")}
    few = api.ask(query, caseworker, id=rows[0]["id"], since="2020-01-01", months=1)["data"]["household"]
    assert few["reportingDuties"] == []


def test_whose_coverage_changes_and_to_what_is_told(api: Api, caseworker: str) -> None:
    query = """query ($id: ID!) { household(id: $id) { members { personId until }
      cliffLadder(month: "2026-10-01") { status coverage { personId coverage fromEarnings } }
      cliffPath(month: "2026-10-01", begins: "2026-11-01", monthlyEarnings: 700000) {
        status months { coverage { personId coverage } } } } }"""
    home = api.ask(query, caseworker, id=a_household(api, caseworker))["data"]["household"]
    here = {member["personId"] for member in home["members"] if member["until"] is None}
    ladder, path = home["cliffLadder"], home["cliffPath"]
    assert {step["personId"] for step in ladder["coverage"]} == here
    assert {step["personId"] for step in ladder["coverage"] if step["fromEarnings"] == 0} == here
    assert all({each["personId"] for each in month["coverage"]} == here for month in path["months"])
    assert len({each["coverage"] for month in path["months"] for each in month["coverage"]}) > 1


def test_a_line_has_only_the_elements_that_were_told(api: Api, caseworker: str) -> None:
    household = a_household(api, caseworker)
    api.ask("query ($id: ID!) { household(id: $id) { members { ...who } } } fragment who on Member { birthYear }",
            caseworker, id=household)  # fmt: skip
    assert access_log.lines(api.ledger, 1)[0].elements == ("demographics", "household")


def test_lines_of_a_person_and_of_a_fact_name_the_household(api: Api, caseworker: str) -> None:
    household = a_household(api, caseworker)
    home = api.ask(WHOLE, caseworker, id=household)["data"]["household"]
    api.ask("query ($id: ID!) { person(id: $id) { id } }", caseworker, id=a_client(home))
    assert household in access_log.lines(api.ledger, 1)[0].households
    fact = next(paid["id"] for span in home["enrollments"] for paid in span["amounts"])
    api.ask("query ($id: ID!) { provenance(fact: $id) { row } }", caseworker, id=fact)
    line = access_log.lines(api.ledger, 1)[0]
    assert (line.operation, line.elements) == ("provenance_of_fact", ("provenance",))
    assert household in line.households


def test_a_person_is_a_client_by_their_own_records(api: Api) -> None:
    """Someone who lives with a client, and whom the agency itself does not know, does not exist for it."""
    strangers = api.counter.store.read(
        "MATCH (known:Person)-[:DERIVED_FROM]->(:SourceRecord)-[:IN_BATCH]->(:Batch {agency: 'DTA'}) "
        "MATCH (known)-[:MEMBER_OF]->(:Household)<-[:MEMBER_OF]-(p:Person) WHERE NOT EXISTS "
        "{ MATCH (p)-[:DERIVED_FROM]->(:SourceRecord)-[:IN_BATCH]->(:Batch {agency: 'DTA'}) } "
        "RETURN DISTINCT p.id AS id LIMIT 1"
    )
    key = api.key("DTA", "caseworker")
    answer = api.ask("query ($id: ID!) { person(id: $id) { id } }", key, id=strangers[0]["id"])
    assert code(answer) == "NOT_FOUND"
    assert access_log.lines(api.ledger, 1)[0].outcome == "NOT_FOUND"


def test_resources_are_held_against_what_is_borne(api: Api, caseworker: str) -> None:
    query = """query ($id: ID!) { household(id: $id) { resourcesVsExpenses(month: "2026-10-01", months: 3) {
      status months { month cash { low high } food { cents } premiums { cents }
        expenses { kind amount { cents status } } left { high low status } } } } }"""
    found = api.ask(query, caseworker, id=a_household(api, caseworker))["data"]["household"]["resourcesVsExpenses"]
    assert len(found["months"]) == 3
    for month in found["months"]:
        assert [expense["kind"] for expense in month["expenses"]] == ["rent", "child_care", "utilities"]
        borne = sum(expense["amount"]["cents"] or 0 for expense in month["expenses"])
        assert month["left"]["high"] == month["cash"]["high"] - borne
        lacking = [expense for expense in month["expenses"] if expense["amount"]["status"] == "UNKNOWN"]
        assert (month["left"]["status"] == "BOUNDED" and month["left"]["low"] is None) == bool(lacking)
    assert line_of(api).operation == "resourcesVsExpenses"


def line_of(api: Api) -> access_log.Line:
    return access_log.lines(api.ledger, 1)[0]


def test_refusals_before_a_question_leave_a_line(api: Api, caseworker: str) -> None:
    api.ask("{ a { a { a { a { a { a { a { a { a { a } } } } } } } } } }", caseworker)
    assert (line_of(api).operation, line_of(api).outcome, line_of(api).party) == ("graphql", "BAD_REQUEST", "DTA")


@pytest.mark.parametrize("body", [b"not json", b"[1]", b'{"variables": {}}', b'{"query": 3}', bytes([255])])
def test_a_body_that_is_no_request_is_refused_in_the_same_shape(api: Api, body: bytes) -> None:
    answer = api.client.post("/graphql", content=body)
    assert answer.status_code == 400
    assert code(answer.json()) == "BAD_REQUEST"
    assert set(answer.json()["errors"][0]) == {"message", "path", "extensions"}


def test_a_long_body_is_refused_whatever_length_it_claims(api: Api) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 1024

    answer = api.client.post("/graphql", content=parts())
    assert answer.status_code == 413
    assert code(answer.json()) == "BAD_REQUEST"


def test_an_answer_that_takes_too_long_is_given_up_and_asks_no_more(
    api: Api, caseworker: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    household = a_household(api, caseworker)
    real, answered = Session._rows, []

    def slow(self: Session, *asked: Any) -> Any:
        rows = real(self, *asked)
        time.sleep(0.4)
        answered.append(asked[1])
        return rows

    monkeypatch.setattr(Session, "_rows", slow)
    headers = {"Authorization": f"Bearer {caseworker}", "X-CCG-Purpose": "service_coordination"}
    with TestClient(create_app(api.counter, seconds=0.5)) as client:
        answer = client.post("/graphql", json={"query": WHOLE, "variables": {"id": household}}, headers=headers)
    assert answer.status_code == 504
    assert code(answer.json()) == "TIMEOUT"
    time.sleep(1.5)
    assert len(answered) < len(STATEMENTS)
    assert line_of(api).outcome == "TIMEOUT"


def test_before_the_first_load_it_is_ready_and_empty_and_says_so(api: Api, tmp_path: Path) -> None:
    def none() -> Agreement:
        raise Denied("NO_AGREEMENT", "nothing may be answered", "`ccg load FEEDS` brings one.")

    with Ledger.open(tmp_path) as ledger:
        key = keys.issue(ledger, "DTA", "caseworker", date(2027, 1, 1), TODAY)
        counter = Counter(api.counter.store, ledger, none, lambda: NOW)
        with TestClient(create_app(counter)) as client:
            headers = {"Authorization": f"Bearer {key}", "X-CCG-Purpose": "service_coordination"}
            answer = client.post("/graphql", json={"query": "{ programs { id } }"}, headers=headers)
        assert answer.status_code == 503
        assert code(answer.json()) == "NO_AGREEMENT"
        assert access_log.lines(ledger, 1)[0].outcome == "NO_AGREEMENT"


def test_health_readiness_and_the_console_come_from_our_own_files(api: Api) -> None:
    assert api.client.get("/health").json() == {"status": "alive"}
    assert api.client.get("/ready").json() == {"status": "ready"}
    page = api.client.get("/")
    assert "Common Client Graph" in page.text
    assert "http://" not in page.text
    assert "https://" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert api.client.get("/static/console.js").status_code == 200


def test_figures_for_prometheus_count_answers_by_status_and_name_nobody(api: Any) -> None:
    with TestClient(create_app(api.counter)) as client:
        client.post("/graphql", json={"query": "{ programs { id } }"})
        page = client.get("/metrics").text
    assert 'ccg_answer_seconds_count{status="401"} 1.0' in page
    assert "ccg_graph_up 1.0" in page
    assert re.search(r"^ccg_newest_load_timestamp_seconds 1\.7\d+e\+09$", page, re.MULTILINE)
