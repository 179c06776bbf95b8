"""Clerical review as reviewers do it: a queue, decisions that outrank the model, and taking them back."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from ccg.identity import WITHHELD, _Seen, group, side_by_side
from ccg.identity_report import page
from graph import embedded
from graph.connect import connect
from graph.store import Access
from graph_loader.identity.assign import ALONE, ANEW
from graph_loader.identity.decisions import ONE, Record
from graph_loader.identity.model import Model
from graph_loader.identity.report import Bin, Report, Step
from graph_loader.identity.review import FIELDS, PROPERTIES, SSN, Candidate, Side
from graph_loader.load import homes
from tests.ccg.test_command_line import run
from tests.feeds_sample import ANA, RECEIVED, data_directory, people_of, small, write_members

APPLIED, WITHDRAWN, LAST = date(2026, 12, 1), date(2026, 12, 2), date(2026, 12, 3)
OTHER = {"CASE_NO": "S2", "CLIENT_ID": "2", "FNAME": "Anna", "ADDR": "99 Oak St", "DOB": "01/02/1990"}
THIRD = {"CASE_NO": "S3", "CLIENT_ID": "3", "LNAME": "Vega", "FNAME": "Luis", "DOB": "05/05/1985", "ADDR": "7 Ash St"}


@dataclass(frozen=True)
class Office:
    """A data directory with a loaded graph, the feeds it came from, and a reviewer's key.

    Its agreement lets caseworkers of MASSABILITY see the people whom they serve.
    """

    data: Path
    feeds: Path
    key: str

    def __call__(self, *arguments: str | Path, keys: str = "", asks: bool = True) -> Result:
        asked = ("--key", self.key, "--purpose", "record_linkage") if asks else ()
        name, *rest = map(str, arguments)
        return CliRunner().invoke(group, ["--data", str(self.data), name, *asked, *rest], input=keys)

    def people(self, on: date) -> set[frozenset[str]]:
        with connect(self.data, Access.READ) as store:
            return {frozenset(records) for records in people_of(store, on).values()}

    def apply(self, on: date) -> Result:
        return self("apply", "--received", str(on), asks=False)


@pytest.fixture(scope="module")
def loaded_office(feeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """One that is loaded once, and stopped: each test works on a copy."""
    home = tmp_path_factory.mktemp("office")
    feeds = small(feeds_folder, home / "feeds", "dta_snap_members")
    write_members(feeds / "dta/snap_members.csv", ANA | {"DOB": "01/02/1990"}, ANA | OTHER, ANA | THIRD)
    agreement = feeds / "agreement.yaml"
    before, massability, after = agreement.read_text().partition("id: massability-casework")
    agreement.write_text(before + massability + after.replace("grain: household", "grain: person", 1))
    data = data_directory(home / "data")
    try:
        loaded = run("load", feeds, "--received", str(RECEIVED), data=data)
        assert loaded.returncode == 0, loaded.stderr
        issued = run("key", "issue", "EOHHS", "reviewer", data=data)
    finally:
        embedded.stop(data / "graph")
    return Office(data, feeds, issued.stdout.strip())


@pytest.fixture
def office(loaded_office: Office, tmp_path: Path) -> Iterator[Office]:
    data, feeds = (
        shutil.copytree(each, tmp_path / each.name, symlinks=True) for each in (loaded_office.data, loaded_office.feeds)
    )
    embedded.start(data / "graph")
    try:
        yield Office(data, feeds, loaded_office.key)
    finally:
        embedded.stop(data / "graph")


TOGETHER, APART = frozenset({"S1", "S2"}), frozenset({"S1"})


def test_a_reviewer_decides_side_by_side_and_the_next_load_applies_it(office: Office) -> None:
    before = office.people(RECEIVED)
    seen = office("review", "--to", "40", keys="xq")
    assert "Anna" in seen.output or "anna" in seen.output
    assert "same birth date" in seen.output
    assert "nothing decided" in seen.output
    together = TOGETHER in before
    decided = office("review", "--to", "40", keys="d" if together else "s")
    assert "1 decided" in decided.output, decided.output
    assert office.people(RECEIVED) == before
    assert "1 decisions wait" in CliRunner().invoke(group, ["--data", str(office.data)]).output
    assert "nothing decided" in office("review", "--to", "40", keys="").output, "what is decided is not asked again"
    again = run("load", office.feeds, "--received", str(APPLIED), data=office.data)
    assert again.returncode == 0, again.stderr
    assert (TOGETHER in office.people(APPLIED)) != together
    assert office.people(RECEIVED) == before
    with connect(office.data, Access.READ) as store:
        said = store.read(
            "MATCH (:Person)-[d:DERIVED_FROM]->(s:SourceRecord) WHERE d.recorded_to IS NULL "
            "RETURN s.agency_number AS number, d.because AS because, d.match_weight AS weight ORDER BY number"
        )
        by = store.read("MATCH (:IdentityEvent)-[:BROUGHT_BY]->(b:Batch) RETURN DISTINCT b.agency AS agency")
    if together:
        assert [(row["because"], row["weight"]) for row in said] == [(ALONE, None)] * 3
    else:
        assert [row["because"] for row in said] == [ONE, ONE, ALONE]
    assert by == [{"agency": "review"}]
    assert "S2" not in office("review", "--to", "40", keys="q").output
    assert "nothing waits" in office.apply(LAST).output
    assert "stands; compared side by side" in office("decisions").output
    listed = office("decisions", asks=False).output
    assert "side by side" not in listed, "why a reviewer decided is for those who may review"
    assert "not applied" not in listed
    taken = office("withdraw", "--why", "seen again", listed.split(" ")[0])
    assert taken.exit_code == 0, taken.output
    assert "published as received 2026-12-02" in office.apply(WITHDRAWN).output
    assert office.people(WITHDRAWN) == before
    assert office("decisions", asks=False).output == ""
    assert "withdrawn" in office("decisions", "--all", asks=False).output
    logged = run("log", data=office.data).stdout
    assert "review" in logged
    assert "anna" not in logged.lower()


@pytest.mark.parametrize("also", [{}, {"ADDR_SINCE": "05/01/2026"}], ids=["its number", "another number"])
def test_a_decision_stands_when_the_agency_sends_a_record_again(office: Office, also: dict[str, str]) -> None:
    """Since when somebody lives at an address is part of a record's number here; the client's own is the same."""
    before = office.people(RECEIVED)
    together = TOGETHER in before
    office("review", "--to", "40", keys="d" if together else "s")
    moved = ANA | OTHER | {"ADDR": "44 Main St"} | also
    write_members(office.feeds / "dta/snap_members.csv", ANA | {"DOB": "01/02/1990"}, moved, ANA | THIRD)
    loaded = run(
        "load", office.feeds, "--received", str(APPLIED), "--allow", "gone:dta_snap_members", data=office.data
    )  # fmt: skip
    assert loaded.returncode == 0, loaded.stderr
    assert (TOGETHER in office.people(APPLIED)) != together
    assert office.people(RECEIVED) == before
    assert "S2" not in office("review", "--to", "40", keys="q").output
    with connect(office.data, Access.READ) as store:
        gone = store.read("MATCH (s:SourceRecord) WHERE s.recorded_to IS NOT NULL RETURN s.recorded_to AS day")
    assert gone == [{"day": APPLIED}]
    assert office("decisions").output.strip().endswith("; stands; compared side by side")
    write_members(office.feeds / "dta/snap_members.csv", ANA | {"DOB": "01/02/1990"}, ANA | THIRD)
    loaded = run(
        "load", office.feeds, "--received", str(WITHDRAWN), "--allow", "gone:dta_snap_members", data=office.data
    )  # fmt: skip
    assert loaded.returncode == 0, loaded.stderr
    assert "stands, but a record of it is gone" in office("decisions").output
    assert "not in the range" in office("review", "--from", "-9").output


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_decisions_come_in_as_a_file_and_what_contradicts_is_told_with_the_chain(
    office: Office, tmp_path: Path, kind: str
) -> None:
    file = tmp_path / f"queue.{kind}"
    file.write_text("somebody else's")
    written = office("export", "--to", "40", file)
    assert written.exit_code == 0, written.output
    assert file.stat().st_mode & 0o777 == 0o600
    frame = pd.read_csv(file, dtype=str) if kind == "csv" else pd.read_excel(file, dtype=str)
    assert frame["first name (left)"].notna().all()
    (row,) = frame.to_dict("records")
    with connect(office.data, Access.READ) as store:
        sources = store.read("MATCH (s:SourceRecord) RETURN s.id AS id, s.agency_number AS number ORDER BY number")
    luis = next(one["id"] for one in sources if one["number"].startswith("S3"))
    left, right = row["left"], row["right"]
    role = row["left_role"]

    def line(a: str, b: str, decision: str) -> dict[str, str]:
        return {"left": a, "left_role": role, "right": b, "right_role": role, "decision": decision, "why": "papers"}

    rows = [
        line(left, right, "different"), line(right, luis, "same"), line(left, luis, "same"), line(left, luis, ""),
        line(left, luis, "perhaps"), line(left, "gone", "same"),
    ]  # fmt: skip
    if kind == "csv":
        pd.DataFrame(rows).to_csv(file, index=False)
    else:
        pd.DataFrame(rows).to_excel(file, index=False)
    given = office("import", file)
    assert given.exit_code == 1
    assert "2 decisions taken in" in given.output
    told = str(given.exception)
    assert "DECISION_CONTRADICTS" in told
    assert f"queue.{kind} row 4" in told
    assert told.count("are one person") == told.count("are two people") == 1
    assert f"DECISION_UNREADABLE queue.{kind} row 6" in told
    assert f"RECORD_UNKNOWN queue.{kind} row 7" in told
    applied = office.apply(APPLIED)
    assert applied.exit_code == 0, applied.exception
    assert office.people(APPLIED) == {frozenset({"S1"}), frozenset({"S2", "S3"})} or office.people(APPLIED) == {
        frozenset({"S2"}), frozenset({"S1", "S3"})
    }  # fmt: skip


def test_two_records_that_say_the_same_can_be_told_apart(office: Office, tmp_path: Path) -> None:
    twin = ANA | {"CASE_NO": "S4", "CLIENT_ID": "4", "DOB": "01/02/1990"}
    write_members(office.feeds / "dta/snap_members.csv", ANA | {"DOB": "01/02/1990"}, ANA | OTHER, ANA | THIRD, twin)
    assert run("load", office.feeds, "--received", str(APPLIED), data=office.data).returncode == 0
    with connect(office.data, Access.READ) as store:
        rows = store.read("MATCH (s:SourceRecord) RETURN s.id AS id, s.agency_number AS number")
    of = {row["number"].split("/")[0]: row["id"] for row in rows}
    assert any({"S1", "S4"} <= people for people in office.people(APPLIED))
    file = tmp_path / "queue.csv"
    assert office("export", "--to", "40", file).exit_code == 0
    role = pd.read_csv(file, dtype=str)["left_role"].iloc[0]
    pair = {"left": of["S1"], "left_role": role, "right": of["S4"], "right_role": role}
    pd.DataFrame([pair | {"decision": "different", "why": ""}]).to_csv(file, index=False)
    taken = office("import", file)
    assert "1 decisions taken in" in taken.output, taken.exception
    assert office.apply(LAST).exit_code == 0
    assert not any({"S1", "S4"} <= people for people in office.people(LAST))


def test_who_has_no_grant_for_it_reviews_nothing(office: Office, tmp_path: Path) -> None:
    analyst = run("key", "issue", "EOHHS", "analyst", data=office.data).stdout.strip()
    for command in (("review",), ("export", tmp_path / "queue.csv")):
        refused = Office(office.data, office.feeds, analyst)(*command)
        assert refused.exit_code == 1
        assert "anna" not in refused.output.lower()
    assert not (tmp_path / "queue.csv").exists()


def test_a_grant_for_ones_own_records_decides_on_those_alone(office: Office, tmp_path: Path) -> None:
    issued = run("key", "issue", "MASSABILITY", "caseworker", data=office.data).stdout.strip()
    theirs = ("--key", issued, "--purpose", "service_coordination")
    file = tmp_path / "queue.csv"
    assert office("export", "--to", "40", file).exit_code == 0
    frame = pd.read_csv(file, dtype=str).assign(decision="same", why="")
    frame.to_csv(file, index=False)
    assert "RECORD_UNKNOWN" in str(office("import", file, *theirs).exception)
    own = run("key", "issue", "DTA", "caseworker", data=office.data).stdout.strip()
    dta = ("--key", own, "--purpose", "service_coordination")
    assert "1 decisions taken in" in office("import", file, *dta).output
    shown = office("review", "--to", "40", *dta, keys="q")
    assert "same birth date" not in shown.output  # DTA's caseworkers do not see birth dates
    listed = office("decisions", asks=False).output.split(" ")[0]
    assert "DECISION_UNKNOWN" in str(office("withdraw", "--why", "x", listed, *theirs).exception)
    coarse = run("key", "issue", "EEC", "caseworker", data=office.data).stdout.strip()
    households = ("--key", coarse, "--purpose", "service_coordination")
    assert "GRAIN_CLOSED" in str(office("withdraw", "--why", "x", listed, *households).exception)


def test_a_file_of_another_form_is_refused(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n")
    assert "it has no column left" in str(office("import", file).exception)
    broken = file.with_suffix(".xlsx")
    broken.write_bytes(b"PK\x03\x04 half of a workbook")
    assert "REVIEW_UNREADABLE" in str(office("import", broken).exception)
    assert "csv or .xlsx" in office("export", tmp_path / "queue.txt").output


def test_a_report_names_nobody_and_a_new_model_says_what_it_would_change(
    feeds_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = data_directory(tmp_path / "data")
    embedded.start(data / "graph")
    try:
        loaded = run("load", feeds_folder, "--received", str(RECEIVED), data=data)
        assert loaded.returncode == 0, loaded.stderr
        page = tmp_path / "report.html"
        told = CliRunner().invoke(group, ["--data", str(data), "report", "--to", str(page)])
        assert told.exit_code == 0, told.exception
        text = page.read_text()
        assert "same SSN token, first name agrees" in text
        assert "dta_snap_members and" in text
        assert "dta_snap_members, known twice" in text
        with connect(data, Access.READ) as store:
            names = store.read("MATCH (i:Identity) RETURN DISTINCT i.last_name AS name")
        words = set(re.findall(r"[a-z]+", re.sub(r"<(style|script)>.*?</\1>", "", text.lower(), flags=re.DOTALL)))
        told = {word for row in names for word in re.findall(r"[a-z]+", (row["name"] or "").lower()) if len(word) > 3}
        assert not told & words - {"same", "other", "young", "long", "post", "records"}
        few = CliRunner().invoke(group, ["--data", str(data), "train", "--yes"])
        assert "TOO_FEW_TO_LEARN" in str(few.exception)
        before = CliRunner().invoke(group, ["--data", str(data)]).output
        monkeypatch.setattr("graph_loader.identity.assign.ENOUGH", 50)
        shown = CliRunner().invoke(group, ["--data", str(data), "train", "--to", str(page)], input="n\n")
        assert "people would be" in shown.output, shown.exception
        assert re.search("model ([0-9a-f]{12}), trained", shown.output)[1] in page.read_text()
        assert "nothing changed" in shown.output
        taken = CliRunner().invoke(group, ["--data", str(data), "train", "--yes"])
        assert "the next load uses it" in taken.output
        assert "waits for the next load" in CliRunner().invoke(group, ["--data", str(data)]).output
        applied = CliRunner().invoke(group, ["--data", str(data), "apply", "--received", str(APPLIED)])
        assert "published as received 2026-12-01" in applied.output, applied.exception
        status = CliRunner().invoke(group, ["--data", str(data)]).output
        assert "waits for the next load" not in status
        assert f"trained {date.today()}" in status
        shipped, old = (re.search("model ([0-9a-f]{12})", text)[1] for text in (before, status))
        back = ["--data", str(data), "train", "--yes", "--model"]
        assert "MODEL_SHIPPED" in str(CliRunner().invoke(group, [*back, shipped]).exception)
        back = [*back, old]
        assert "nothing would change" in CliRunner().invoke(group, back).output
        monkeypatch.setattr("graph_loader.identity.train.ASSUMED", 100.0)
        assert "the next load uses it" in CliRunner().invoke(group, ["--data", str(data), "train", "--yes"]).output
        CliRunner().invoke(group, ["--data", str(data), "apply", "--received", str(APPLIED.replace(day=5))])
        assert f"model {old}: " not in CliRunner().invoke(group, ["--data", str(data)]).output
        assert "people would be" in CliRunner().invoke(group, back).output
        assert f"model {old} waits for the next load" in CliRunner().invoke(group, ["--data", str(data)]).output
        again = CliRunner().invoke(group, ["--data", str(data), "apply", "--received", str(APPLIED.replace(day=9))])
        assert again.exit_code == 0, again.exception
        assert f"people are told apart by model {old}: {ANEW}" in again.output
        assert f"model {old}: " in CliRunner().invoke(group, ["--data", str(data)]).output
        (other,) = {file.stem for file in (data / "models").glob("*.json")} - {old, shipped}
        earlier = ["--data", str(data), "report", "--to", str(page), "--model"]
        for model in (other, shipped, old):
            assert CliRunner().invoke(group, [*earlier, model]).exit_code == 0
            assert f"<h1>Who is who: model {model}</h1>" in page.read_text()
        assert "MODEL_UNKNOWN" in str(CliRunner().invoke(group, [*earlier, "0123456789ab"]).exception)
        assert f"model {old}: " in CliRunner().invoke(group, ["--data", str(data)]).output
    finally:
        embedded.stop(data / "graph")


def test_a_waterfall_goes_from_step_to_step_to_the_whole_weight() -> None:
    steps = [Step("any two", -10.0), Step("same first name", 6.0), Step("same <address>", 9.0), Step("other sex", -2.0)]
    model = Model.shipped()
    bins = [Bin(-2.0, 0, 30), Bin(-1.0, 10, 0), Bin(20.0, 90, 0)]
    text = page(Report(model, 100, 80, bins, [Bin(1, 5)], [Bin(3.0, 80)], 4, [], {"a sure link": steps}))
    table = text.split("<h3>a sure link</h3>")[1].split("</table>")[0]
    told = re.findall(r'<td>([^<]*)</td><td class="n">([-+.\d]+)</td>', table)
    assert [(words, float(adds)) for words, adds in told] == [
        ("any two", -10.0), ("same first name", 6.0), ("same &lt;address&gt;", 9.0), ("other sex", -2.0),
        ("together", 3.0),
    ]  # fmt: skip
    bars = re.findall(r'<i(| class="minus") style="left:([.\d]+)%;width:([.\d]+)%', table)
    assert [bool(minus) for minus, *_ in bars] == [True, False, False, True, False]
    ends = [(float(left), float(left) + float(width)) for _, left, width in bars]
    unit = 100 / 15  # from -10 to +5
    expected = [(-10, 0), (-10, -4), (-4, 5), (3, 5), (0, 3)]
    assert ends == [pytest.approx(((low + 10) * unit, (high + 10) * unit), abs=0.2) for low, high in expected]
    heights = [float(high) for high in re.findall(r'height="([.\d]+)" fill="none"', text)[:3]]
    assert heights[2] / heights[1] == pytest.approx(3, rel=0.01), "square roots of 90 and 10"
    filled = [float(high) for high in re.findall(r'height="([.\d]+)" fill="var', text)[:3]]
    assert filled == pytest.approx([0, heights[1], heights[2]], abs=0.1), "what is left apart is outlined alone"
    assert "4 descriptions (5.0%)" in text


def test_side_by_side_marks_what_differs_and_withholds_what_is_closed() -> None:
    says = dict.fromkeys(FIELDS) | {"first name": "Ana", "last name": "Diaz", "born": "1990-01-02", "zip": "01103"}
    other = says | {"first name": "Anna", "born": "1990-02-01", "sex": "F", "zip": None}
    left, right = Side(Record("a", "self"), "one", says), Side(Record("b", "self"), "two", other)
    candidate = Candidate(left, right, together=False, weight=3.2, words="first name spelled alike", ssn="same")

    def shown(properties: frozenset[str]) -> tuple[dict[str, list[str]], set[str]]:
        table = side_by_side(candidate, _Seen("key", properties, None, {}), "1 of 1")
        names, *sides = ([str(cell) for cell in column.cells] for column in table.columns)
        marked = {name for name, row in zip(names, table.rows, strict=True) if row.style}
        assert [column.header for column in table.columns] == ["", "one", "two"]
        return dict(zip(names, map(list, zip(*sides, strict=True)), strict=True)), marked

    told, marked = shown(PROPERTIES)
    assert marked == {"first name", "born"}, "what only one says is no difference"
    assert told["first name"] == ["Ana", "Anna"]
    told, marked = shown(PROPERTIES - {"Identity.first_name", SSN})
    assert marked == {"born"}
    assert told["first name"] == [WITHHELD, WITHHELD]
    assert told["SSN"][0] == WITHHELD


def decided(office: Office, tmp_path: Path) -> tuple[bool, str]:
    """Decide on the one pair that waits against what the model made of it; whether that joins two, and which it is."""
    together = TOGETHER in office.people(RECEIVED)
    file = tmp_path / "queue.csv"
    assert office("export", "--to", "40", file).exit_code == 0
    pd.read_csv(file, dtype=str).assign(decision="different" if together else "same", why="").to_csv(file, index=False)
    assert "1 decisions taken in" in office("import", file).output
    return not together, office("decisions", asks=False).output.split(" ")[0]


def test_a_load_that_was_cut_off_before_a_decision_begins_anew(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = office.people(RECEIVED)
    _, decision = decided(office, tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr("graph_loader.load.run.homes.write_homes", lambda *_: 1 / 0)
        assert isinstance(office.apply(APPLIED).exception, ZeroDivisionError)
    assert office("withdraw", "--why", "seen again", decision).exit_code == 0
    write_members(office.feeds / "dta/snap_members.csv", ANA | {"DOB": "01/02/1990"}, ANA | OTHER)
    loaded = run("load", office.feeds, "--received", str(APPLIED), "--allow", "gone:dta_snap_members", data=office.data)
    assert loaded.returncode == 0, loaded.stderr
    assert office.people(APPLIED) == {people for people in before if "S3" not in people}
    assert "abandoned" in run("runs", data=office.data).stdout


def test_a_withdrawal_while_a_load_runs_waits_for_the_next(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = office.people(RECEIVED)
    joins, decision = decided(office, tmp_path)
    write_homes = homes.write_homes

    def meanwhile(*arguments: Any) -> Any:
        assert office("withdraw", "--why", "seen again", decision).exit_code == 0
        return write_homes(*arguments)

    with monkeypatch.context() as busy:
        busy.setattr("graph_loader.load.run.homes.write_homes", meanwhile)
        applied = office.apply(APPLIED)
    assert applied.exit_code == 0, applied.exception
    assert (TOGETHER in office.people(APPLIED)) == joins
    assert "1 decisions wait" in CliRunner().invoke(group, ["--data", str(office.data)]).output
    assert "published as received 2026-12-02" in office.apply(WITHDRAWN).output
    assert office.people(WITHDRAWN) == before
