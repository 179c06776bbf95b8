"""The command line as a user runs it, in processes of its own on the embedded graph."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pyarrow.parquet as pq
import pytest

import ccg
from access.errors import Denied
from ccg import options
from ccg.opening import counter
from graph import embedded
from ledger import keys
from ledger.database import Ledger
from queries.outlook import Offer
from tests.conftest import ROOT
from tests.feeds_sample import RECEIVED, data_directory, small

SILENT = {name: value for name, value in os.environ.items() if not name.startswith("CCG_")}


def run(*arguments: str | Path, data: Path | None = None) -> subprocess.CompletedProcess[str]:
    where = ["--data", str(data)] if data else []
    return subprocess.run(
        [sys.executable, "-m", "ccg.main", *map(str, arguments), *where],
        capture_output=True, text=True, cwd=ROOT, env=SILENT, timeout=300,
    )  # fmt: skip


@pytest.fixture(scope="module")
def data(feeds_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory that `ccg load` filled, its graph kept running between commands."""
    folder = data_directory(tmp_path_factory.mktemp("data"))
    embedded.start(folder / "graph")
    planned = run("plan", feeds_folder, "--people", "--received", str(RECEIVED), data=folder)
    assert planned.returncode == 0, planned.stderr
    assert re.search("^0 people would be [0-9]+: 0 merges and 0 splits, 0 records would be", planned.stdout, re.M)
    assert "snap_members.csv" in planned.stdout
    loaded = run("load", feeds_folder, "--received", str(RECEIVED), data=folder)
    assert loaded.returncode == 0, loaded.stderr
    assert "published as received 2026-11-02" in loaded.stdout
    yield folder
    embedded.stop(folder / "graph")


@pytest.fixture(scope="module")
def key(data: Path) -> str:
    issued = run("key", "issue", "EOHHS", "analyst", data=data)
    assert issued.returncode == 0, issued.stderr
    return issued.stdout.strip()


def test_the_same_seed_writes_the_same_sample(tmp_path: Path) -> None:
    for name in ("one", "two"):
        made = run("sample", "--people", "30", tmp_path / name)
        assert made.returncode == 0, made.stderr
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*") if path.is_file())
    assert len(files) > 25
    for file in files:
        if file.suffix != ".xlsx":  # a workbook notes when it was made
            assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_loading_again_says_that_nothing_changed(data: Path, feeds_folder: Path) -> None:
    planned = run("plan", feeds_folder, "--people", "--received", "2026-12-01", data=data)
    assert planned.returncode == 0, planned.stderr
    assert re.search(r"^([0-9]+) people would be \1: 0 merges and 0 splits, 0 records would be", planned.stdout, re.M)
    again = run("load", feeds_folder, "--received", "2026-12-01", data=data)
    assert "nothing changed" in again.stdout


def test_a_query_prints_a_table_csv_and_parquet(data: Path, key: str, tmp_path: Path) -> None:
    asked = ("query", "bundle_prevalence", "-p", "month=2026-10-01", "--key", key, "--purpose", "evaluation")
    assert "MASSHEALTH" in run(*asked, data=data).stdout
    lines = run(*asked, "--format", "csv", data=data).stdout.splitlines()
    assert lines[0] == "combination,households,people"
    file = tmp_path / "answer.parquet"
    assert run(*asked, "--format", "parquet", "--output", file, data=data).returncode == 0
    assert pq.read_table(file).num_rows == len(lines) - 1


def test_a_result_of_the_rules_is_explained_on_the_terminal(data: Path) -> None:
    key = run("key", "issue", "DTA", "caseworker", data=data).stdout.strip()
    with counter(data) as opened:
        visit = opened.visit(key, "service_coordination")
        home = visit.households(1, "", visit.newest).rows[0]["household"]
    asked = ["rules", "explain", home, "snap", "2026-10-01", "--key", key, "--purpose", "service_coordination"]
    found = run(*asked, data=data)
    assert found.returncode == 0, found.stderr
    assert "SNAP  7 CFR 273.10(e)(2)" in found.stdout.splitlines()[0]
    assert "largest allotment" in found.stdout
    assert "reference_engine" in found.stdout
    assert "explanation" in run("log", data=data).stdout
    wrong = run(*asked[:3], "snop", *asked[4:], data=data)
    assert wrong.returncode == 1
    assert "there are SNAP" in wrong.stderr


def test_a_reform_is_reckoned_for_all_households_and_for_one(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "more_food.yaml"
    file.write_text("name: More food\nfrom: 2026-03-01\nchanges: {snap/max_allotment: {times: 1.5}}\n")
    designer = run("key", "issue", "EOHHS", "designer", data=data).stdout.strip()
    asked = ["reform", file, "--months", "2", "--key", designer, "--purpose", "policy_design"]
    told = json.loads(run(*asked, "--format", "json", data=data).stdout)
    (row,) = [one for one in told["costs"] if one["program"] == "SNAP"]
    assert row["agency"] == "DTA"
    assert 0 < row["cost_low_cents"] <= row["cost_high_cents"]
    assert row["households"] > 10
    shown = run(*asked, data=data)
    assert "More food: 2 months from March 2026" in shown.stdout
    assert f"reform {told['reform']}" in shown.stderr
    assert "reform" in run("log", data=data).stdout
    caseworker = run("key", "issue", "DTA", "caseworker", data=data).stdout.strip()
    asked[5], asked[7] = caseworker, "service_coordination"
    assert "NOT_GRANTED" in run(*asked, data=data).stderr
    with counter(data) as opened:
        visit = opened.visit(caseworker, "service_coordination")
        home, other = (row["household"] for row in visit.households(2, "", visit.newest).rows)
    homes = ["--household", home, "--household", other]
    both = json.loads(run(*asked, *homes, "--format", "json", data=data).stdout)["households"]
    assert both.keys() == {home, other}
    assert [month["month"] for month in both[home]["months"]] == ["2026-03", "2026-04"]
    shown = run(*asked, *homes, "--household", "H9", data=data)
    assert f"{other}: net resources" in shown.stdout, "what is not found ends no other's answer"
    assert "H9: no figure can be given: no such household among the clients of your grant" in shown.stdout
    nobody = run(*asked, "--household", "H9", data=data)
    assert nobody.returncode == 1
    assert "no figure can be given: H9: no such household" in nobody.stderr
    of_one = [home, "--month", "2026-03", "--months", "2", *asked[4:], "--format", "json"]
    lawful, reformed = (
        json.loads(run("path", *of_one, *by, data=data).stdout) for by in ([], ["--reform", str(file)])
    )  # fmt: skip
    net = [[step["net_cents"][0] for step in one["months"]] for one in (lawful, reformed)]
    assert net == [[month[f"{by}low_cents"] for month in both[home]["months"]] for by in ("", "reformed_")]
    assert (
        f"by the reform More food ({told['reform']}), in place of the rules as they are published"
        in reformed["assumptions"]
    )
    assert not [said for said in lawful["assumptions"] if "reform" in said]
    drawn = tmp_path / "ladder.svg"
    climbed = run("ladder", home, "--month", "2026-03", *asked[4:], "--reform", file, "--svg", drawn, data=data)
    assert "assumed: by the reform More food" in climbed.stdout
    assert f"by the reform More food ({told['reform']})" in drawn.read_text()
    page = run("path", *of_one[:-2], "--reform", str(file), "--page", str(tmp_path / "page.html"), data=data)
    assert "--page is for the family" in page.stderr
    file.write_text("from: 2026-03-01\nchanges: {snap/max_allotmnt: {times: 1.5}}\n")
    wrong = run(*asked, data=data)
    assert wrong.returncode == 1
    assert "changes.snap/max_allotmnt: no such parameter; closest: snap/max_allotment" in wrong.stderr


def test_what_would_bridge_a_raise_is_told_of_all_near_a_cliff(data: Path) -> None:
    designer = run("key", "issue", "EOHHS", "designer", data=data).stdout.strip()
    asked = ["bridge", "--month", "2026-10", "--raise", "600", "--within", "1500", "--months", "4",
             "--key", designer, "--purpose", "policy_design"]  # fmt: skip
    told = json.loads(run(*asked, "--format", "json", data=data).stdout)
    months, programs = told["months"], told["programs"]
    assert {row["month"] for row in months} == {"2026-10-01", "2026-11-01", "2026-12-01", "2027-01-01"}
    assert all(row["short"] in (None, 0) or row["short"] >= 11 for row in months), "few are told of nobody"
    assert {row["short"] for row in months if row["month"] == "2026-10-01"} <= {None, 0}, "the raise begins later"
    assert {"TAXES", "SNAP"} <= {row["program"] for row in programs}
    assert {row["place"] for row in months} == {"all"}
    counties = json.loads(run(*asked, "--by", "county", "--format", "json", data=data).stdout)["months"]
    assert len({row["place"] for row in counties}) > 1
    shown = run(*asked, data=data)
    assert "what would bridge it" in shown.stdout
    assert "bridgeSizing" in run("log", data=data).stdout
    assert "no ladders stand for 2019-01" in run(*asked[:2], "2019-01", *asked[3:], data=data).stderr
    uneven = run(*asked[:4], "601", *asked[5:], data=data)
    assert "a raise is in steps of $50" in uneven.stderr
    caseworker = run("key", "issue", "DTA", "caseworker", data=data).stdout.strip()
    refused = run(*asked[:-3], caseworker, "--purpose", "service_coordination", data=data)
    assert "NOT_GRANTED" in refused.stderr


def test_what_a_reform_does_is_kept_and_compared(data: Path, tmp_path: Path) -> None:
    designer = run("key", "issue", "EOHHS", "designer", data=data).stdout.strip()
    asked = ["--key", designer, "--purpose", "policy_design"]
    for name, times in (("more", 1.5), ("less", 0.5)):
        file = tmp_path / f"{name}.yaml"
        file.write_text(f"name: {name} food\nfrom: 2026-03-01\nchanges: {{snap/max_allotment: {{times: {times}}}}}\n")
        kept = run("reform", file, "--months", "1", "--save", name, "--cliffs", *asked, data=data)
        assert kept.returncode == 0, kept.stderr
        assert "Cliffs by the program that falls most" in kept.stdout
    told = json.loads(run("reform", file, "--months", "1", "--format", "json", *asked, data=data).stdout)
    listed = run("reforms", "list", *asked, data=data).stdout
    assert "more food" in listed
    assert told["rules"] in listed.replace("\n", "")
    shown = run("reforms", "show", "less", *asked, data=data)
    (row,) = [one for one in told["costs"] if one["program"] == "SNAP"]
    assert f"{row['cost_low_cents'] / 100:,.0f}" in shown.stdout
    assert told["reform"] in shown.stderr
    beside = run("reforms", "compare", "more", "less", *asked, data=data)
    assert f"{row['cost_low_cents'] / 100:,.0f}" in beside.stdout
    assert beside.stderr == ""
    other = run("reform", file, "--months", "2", "--save", "longer", *asked, data=data)
    assert other.returncode == 0
    assert "not of the same number of months" in run("reforms", "compare", "less", "longer", *asked, data=data).stderr
    assert "no reform was saved as 'mor'" in (wrong := run("reforms", "show", "mor", *asked, data=data).stderr)
    assert "Closest: more" in wrong
    assert "is no name for a reform" in run("reform", file, "--save", "a/b", *asked, data=data).stderr
    plain = run("reform", file, "--months", "1", "--save", "plain", *asked, data=data)
    assert plain.returncode == 0
    assert "not asked" in run("reforms", "compare", "less", "plain", *asked, data=data).stdout
    other = run("key", "issue", "EOHHS", "designer", data=data).stdout.strip()
    taken = run("reform", file, "--save", "less", "--key", other, "--purpose", "policy_design", data=data)
    assert "another key keeps a reform as 'less'" in taken.stderr
    caseworker = run("key", "issue", "DTA", "caseworker", data=data).stdout.strip()
    refused = ["--key", caseworker, "--purpose", "service_coordination"]
    assert "NOT_GRANTED" in run("reforms", "list", *refused, data=data).stderr
    assert run("reforms", "forget", "longer", *asked, data=data).returncode == 0
    assert "longer" not in run("reforms", "list", *asked, data=data).stdout
    assert "forgetReform" in run("log", data=data).stdout


def test_a_ladder_and_a_path_are_shown_and_written(data: Path, tmp_path: Path) -> None:
    caseworker = run("key", "issue", "DTA", "caseworker", data=data).stdout.strip()
    with counter(data) as opened:
        visit = opened.visit(caseworker, "service_coordination")
        homes = [row["household"] for row in visit.households(50, "", visit.newest).rows]
        home = next(one for one in homes if visit.ladder(one, date(2026, 10, 1), None, visit.newest).status == "known")
        ladder = visit.ladder(home, date(2026, 10, 1), None, visit.newest).ladder
        offer = Offer(date(2026, 10, 1), None, 3_000_00, date(2026, 11, 1), 12)
        path = visit.path(home, offer, visit.newest).path
        two = next(
            (one, grown) for one in homes
            if (found := visit.ladder(one, date(2026, 10, 1), None, visit.newest)).ladder and found.situation
            and len(grown := [m.person for m in found.situation.people if m.grown(date(2026, 10, 1))]) > 1
        )  # fmt: skip
        beside = visit.grid(two[0], date(2026, 10, 1), two[1][0], two[1][1], [2_000_00], visit.newest)[0][1].ladder
    assert ladder
    assert path
    assert beside
    asked = ["--month", "2026-10", "--key", caseworker, "--purpose", "service_coordination"]
    grid = run("ladder", two[0], *asked, "--earner", two[1][0], "--other", two[1][1], data=data)
    assert grid.returncode == 0, grid.stderr
    assert f"${beside.net_low_cents[0] / 100:,.0f}" in grid.stdout
    assert "…" not in grid.stdout.split("assumed")[0], "whole in eighty columns"
    told = json.loads(run("ladder", home, *asked, "--format", "json", data=data).stdout)
    assert [one["loss_low_cents"] for one in told["cliffs"]] == [one.loss_low_cents for one in ladder.cliffs]
    shown = run("ladder", home, *asked, "--svg", tmp_path / "ladder.svg", data=data)
    assert shown.returncode == 0, shown.stderr
    assert "What is left a month, by earnings" in shown.stdout
    assert (tmp_path / "ladder.svg").read_text().startswith("<svg")
    change = [*asked, "--months", "12", "--earnings", "3000"]
    told = json.loads(run("path", home, *change, "--format", "json", data=data).stdout)
    assert [one["net_cents"] for one in told["months"]] == [list(step.net_cents) for step in path.steps]
    shown = run("path", home, *change, "--page", tmp_path / "page.html", "--png", tmp_path / "path.png", data=data)
    assert shown.returncode == 0, shown.stderr
    assert all(f"{step.month:%Y-%m}" in shown.stdout for step in path.steps)
    assert "106 CMR 701.420" in shown.stdout
    assert "Month by month" in (tmp_path / "page.html").read_text()
    happens = run("path", home, *asked, "--birth", "2026-12", "--move", "2027-01:900", "--months", "5", data=data)
    assert "a child is born" in happens.stdout
    assert "rent" in happens.stdout
    taken = run("path", home, *asked, "--apply-again", "1", "--take-up", "SNAP", "--months", "3", data=data)
    assert taken.returncode == 0, taken.stderr
    assert "say after how many months" in run("path", home, *asked, "--take-up", "SNAP", data=data).stderr
    up = ["ways", two[0], *asked, "--months", "6", "--earner", two[1][0], "--level", "2500",
          "--other", f"{two[1][1]}:3000", "--other", f"{two[1][1]}:4000"]  # fmt: skip
    best = json.loads(run(*up, "--format", "json", data=data).stdout)
    assert [one["way"] for one in best["ways"]] == ["safest", "richest", "steadiest"]
    assert [max(one["left_cents"][0] for one in best["ways"])] == [best["ways"][1]["left_cents"][0]]
    ends = {one["person"]: one["cents"] for one in best["ways"][2]["changes"]}
    assert ends.get(two[1][1]) == 4_000_00, "the steadiest ends with each at the highest level"
    moved = json.loads(run(*up, "--move", "2026-11:3500", "--format", "json", data=data).stdout)
    assert moved["ways"][1]["left_cents"][0] < best["ways"][1]["left_cents"][0], "its rent is paid on every way"
    assert "leaves; ways are those of who stays" in run(*up, "--leaves", f"2026-12:{two[1][1]}", data=data).stderr
    shown = run(*up, data=data)
    assert "steadiest" in shown.stdout
    assert "Of 6 months; the floor is $" in shown.stdout
    assert two[1][1] in shown.stdout, "whole ids"
    for wrong, why in (
        (["--other", "4000"], "is not a person and earnings"), (["--other", f"{two[1][1]}:-1"], "is not from $0"),
        (["--level", "nan"], "not an amount in dollars"), (["--floor", "inf"], "not an amount in dollars"),
        (["--other", f"{two[1][0]}:100"], "is an earner already"), (["--other", "X:100"], "no adult of the household"),
    ):  # fmt: skip
        refused = run(*up[:-4], *wrong, data=data)
        assert refused.returncode != 0
        assert why in refused.stderr
    for wrong, why in (
        (["--move", "2027-01"], "is not a month and what follows it"),
        (["--move", "2027-01:x"], "not an amount in dollars"), (["--move", "2027-01:900:vouchr"], "is not `voucher`"),
        (["--then", "2027-01:inf"], "not an amount in dollars"), (["--month", "soon"], "not a month like 2026-11"),
        (["--leaves", "2027-01:nobody"], "nobody is not in the household"),
    ):  # fmt: skip
        refused = run("path", home, *asked, *wrong, data=data)
        assert refused.returncode != 0
        assert why in refused.stderr


def test_the_access_log_and_the_runs_are_shown(data: Path, key: str) -> None:
    run("query", "agency_overlap", "--key", key, "--purpose", "evaluation", data=data)
    assert "agency_overlap" in run("log", data=data).stdout
    assert "published" in run("runs", data=data).stdout


def test_errors_are_one_clear_line_without_a_traceback(data: Path, key: str, tmp_path: Path) -> None:
    cases = {
        "KEY_REFUSED": run("query", "churn", "--key", "nope", "--purpose", "evaluation", data=data),
        "PURPOSE_MISSING": run("query", "churn", "--key", key, data=data),
        "BAD_REQUEST": run("query", "no_such", "--key", key, "--purpose", "evaluation", data=data),
        "NO_AGREEMENT": run("query", "churn", "--key", key, "--purpose", "evaluation", data=tmp_path / "empty"),
        "FEEDS_INCOMPLETE": run("load", tmp_path, data=tmp_path / "empty"),
    }
    for code, answer in cases.items():
        assert answer.returncode == 1
        assert code in answer.stderr
        assert "Traceback" not in answer.stderr


def test_a_key_is_issued_only_for_what_the_agreement_grants(data: Path) -> None:
    refused = run("key", "issue", "DTA", "wizard", data=data)
    assert refused.returncode == 2
    assert "DTA caseworker" in refused.stderr


def test_the_doctor_finds_this_machine_well_and_the_graph_running(data: Path) -> None:
    found = run("doctor", data=data)
    assert found.returncode == 0, found.stdout
    assert "ArcadeDB" in found.stdout
    assert "running at bolt://127.0.0.1:" in run("graph", "status", data=data).stdout


def test_a_notebook_asks_through_the_same_counter(data: Path, key: str) -> None:
    with ccg.connect(key, "evaluation", data) as connection:
        answer = connection.query("observed_paths", from_="2024-01-01", to="2026-11-01")
        assert list(answer.to_pandas().columns) == list(answer.query.columns)
        assert answer.to_arrow().num_rows == len(answer.to_pandas())
        with pytest.raises(Denied, match="GRAIN_CLOSED"):
            connection.household_graph("H0")
    with pytest.raises(Denied, match="KEY_REFUSED"):
        ccg.connect("nope", "evaluation", data)


def test_a_key_that_is_revoked_answers_no_more_in_an_open_notebook(data: Path) -> None:
    issued = run("key", "issue", "EOHHS", "analyst", data=data).stdout.strip()
    with ccg.connect(issued, "evaluation", data) as connection:
        connection.query("agency_overlap")
        with Ledger.open(data) as ledger:
            found = keys.find(ledger, issued)
            assert found is not None
            keys.revoke(ledger, found.id, datetime.now(UTC))
        with pytest.raises(Denied, match="KEY_REFUSED"):
            connection.query("agency_overlap")


def test_a_household_becomes_a_networkx_graph_and_py2neo_objects(data: Path) -> None:
    issued = run("key", "issue", "DTA", "caseworker", data=data).stdout.strip()
    with counter(data) as opened:
        visit = opened.visit(issued, "service_coordination")
        household = visit.households(1, "", visit.newest).rows[0]["household"]
    with ccg.connect(issued, "service_coordination", data) as connection:
        graph = connection.household_graph(household)
        path = connection.path_graph(household, 2_000_00, date(2026, 11, 1), months=6)
    assert list(path.nodes) == [f"2026-{month}" for month in (11, 12)] + [f"2027-0{month}" for month in range(1, 5)]
    kinds = {kind for _, kind in graph.nodes(data="label")}
    assert {"Household", "Person"} <= kinds
    pytest.importorskip("py2neo", reason="the optional extra py2neo is not installed")
    from ccg.py2neo_bridge import subgraph

    made = subgraph(graph)
    assert len(made.nodes) == graph.number_of_nodes()
    assert len(made.relationships) == graph.number_of_edges()


def test_a_plan_writes_every_error_a_line_a_row(data: Path, feeds_folder: Path, tmp_path: Path) -> None:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_issuance")
    file = feeds / "dta/snap_issuance.csv"
    file.write_text(file.read_text().replace("$", "secret"))
    planned = run("plan", feeds, "--received", "2026-12-01", "--errors", tmp_path / "errors.csv", data=data)
    assert planned.returncode == 1
    lines = (tmp_path / "errors.csv").read_text().splitlines()
    assert lines[0] == "code,file,row,column,what,fix"
    assert lines[1].startswith("COLUMN_RETYPED,dta_snap_issuance,,BENEFIT,")
    assert [line.split(",")[0] for line in lines[2:]] == ["VALUE"] * len(file.read_text().splitlines()[1:])
    assert {line.split(",")[3] for line in lines[1:]} == {"BENEFIT"}
    assert "secret" not in planned.stdout + planned.stderr + "".join(lines)


def test_the_demo_touches_no_directory_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    refused = run("demo", data=tmp_path)
    assert refused.returncode == 2
    assert "not the demo's" in refused.stderr
    assert (tmp_path / "letters").exists()


def test_the_doctor_says_what_is_wrong_and_how_to_fix_it(tmp_path: Path) -> None:
    wrong = {"CCG_NEO4J_URI": "bolt://127.0.0.1:1", "CCG_NEO4J_PASSWORD": "x"}
    found = subprocess.run(
        [sys.executable, "-m", "ccg.main", "doctor", "--data", str(tmp_path)],
        capture_output=True, text=True, cwd=ROOT, env=SILENT | wrong, timeout=120,
    )  # fmt: skip
    assert found.returncode == 1
    assert "!!  graph" in found.stdout
    assert "Connection refused" in found.stdout
    assert "ccg graph status" in found.stdout


def test_a_graph_is_copied_into_another_directory_with_its_digest(data: Path, tmp_path: Path) -> None:
    copied = run("graph", "copy", "--to-data", tmp_path / "other", data=data)
    assert copied.returncode == 0, copied.stderr
    assert "digest" in copied.stdout
    assert not list(data.glob("copy-*"))
    again = run("graph", "copy", "--to-data", tmp_path / "other", data=data)
    assert again.returncode == 1
    assert "ARCHIVE_NEEDS_EMPTY" in again.stderr
    dumped = run("graph", "dump", tmp_path / "dump", data=tmp_path / "other")
    assert dumped.stdout.rpartition("digest ")[2] == copied.stdout.rpartition("digest ")[2]
    assert run("graph", "copy", data=data).returncode == 2


def test_a_plan_says_what_a_load_would_be_refused_for(data: Path, feeds_folder: Path) -> None:
    planned = run("plan", feeds_folder, "--received", "2019-01-01", data=data)
    assert planned.returncode == 1
    for code in ("AGREEMENT_NOT_IN_FORCE", "RECEIVED_TOO_EARLY"):
        assert code in planned.stderr


def test_an_agreement_under_which_nothing_was_loaded_is_not_in_use(
    data: Path, feeds_folder: Path, tmp_path: Path
) -> None:
    before = (data / "agreement/agreement.yaml").read_text()
    feeds = small(feeds_folder, tmp_path / "feeds", "dua_claims")
    shutil.rmtree(feeds / "dua")
    text = (feeds / "agreement.yaml").read_text()
    (feeds / "agreement.yaml").write_text(text.replace('version: "1.0"', 'version: "1.1"'))
    assert run("load", feeds, "--received", "2026-12-01", data=data).returncode == 0
    assert (data / "agreement/agreement.yaml").read_text() == before


def test_a_trace_names_the_row_the_mapping_the_agreement_and_who_loaded(data: Path) -> None:
    issued = run("key", "issue", "DTA", "caseworker", data=data).stdout.strip()
    with counter(data) as opened:
        fact = opened.store.read(
            "MATCH (a:BenefitAmount)-[:DERIVED_FROM]->(s:SourceRecord) WHERE s.feed = 'dta_snap_issuance' "
            "RETURN min(a.id) AS id"
        )[0]["id"]
    traced = run("trace", fact, "--key", issued, "--purpose", "service_coordination", data=data)
    assert traced.returncode == 0, traced.stderr
    for part in (
        "of snap_issuance.csv (sha256 ",
        "sent by DTA",
        "under agreement 1.0, loaded by ",
        "dta_snap_issuance (",
    ):
        assert part in traced.stdout


def test_the_demo_serves_on_prints_its_address_and_a_key_and_stops_when_asked(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "ccg.main", "demo", "--data", str(tmp_path / "demo"), "--people", "200", "--serve"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT, env=SILENT,
    ) as demo:  # fmt: skip
        assert demo.stdout
        said: dict[str, str] = {}
        links: list[str] = []
        for line in demo.stdout:
            name, _, value = line.strip().partition(" ")
            said[name] = value.strip()
            links += [line] if "comparing for equality would miss" in line else []
            if line.startswith("Ctrl-C"):
                break
        answer = httpx.post(
            said["GraphQL"], json={"query": "{ programs { id } }"}, trust_env=False,
            headers={"Authorization": f"Bearer {said['Key']}", "X-CCG-Purpose": said["Purpose"]},
        )  # fmt: skip
        assert {"id": "SNAP"} in answer.json()["data"]["programs"]
        demo.send_signal(signal.SIGINT)
        assert demo.wait(60) == 0
    (link,) = links
    assert re.search(r"would miss: row \d+ of \S+ \(\w+\) has in common with another record of P\w+: .*weight \d", link)
    assert "same SSN token" not in link
    assert not ("same first name" in link and "same last name" in link and re.search("same (birth date|address)", link))
    with pytest.raises(httpx.TransportError):
        httpx.get(said["Console"], trust_env=False)


def test_progress_on_a_terminal_is_one_live_line_a_step(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    with options.progress() as show:
        for _ in range(3):
            show("reading wages.txt", 1_500)
    assert "4,500 rows" in capsys.readouterr().err


def test_what_was_set_aside_is_listed_shown_as_far_as_agreed_corrected_and_replayed(
    feeds_folder: Path, tmp_path: Path
) -> None:
    feeds, data = small(feeds_folder, tmp_path / "feeds", "dta_snap_members"), data_directory(tmp_path / "data")
    file = feeds / "dta/snap_members.csv"
    lines = file.read_text().splitlines()
    fields = lines[1].split(",")
    born = lines[0].split(",").index("DOB")
    right, fields[born] = fields[born], "31/31/1987"
    file.write_text("\n".join([lines[0], ",".join(fields), *lines[2:]]) + "\n")
    embedded.start(data / "graph")
    try:
        loaded = run("load", feeds, "--received", str(RECEIVED), data=data)
        assert loaded.returncode == 0, loaded.stderr
        name = loaded.stdout.split("run ")[1].split(":")[0]
        listed = run("quarantine", "--data", data)
        assert re.search(rf"{name} +2026-11-02 +dta_snap_members +1 +0 +0 +1\b", listed.stdout)
        assert "1  DOB: not a date in the mapping's formats" in listed.stdout
        own = run("key", "issue", "DTA", "caseworker", data=data).stdout.strip()
        other = run("key", "issue", "EOHHS", "analyst", data=data).stdout.strip()
        asked = ("quarantine", "--data", data, "show", name, "dta_snap_members")
        shown = run(*asked, "--key", own, "--purpose", "service_coordination")
        assert "snap_members.csv row 1: DOB: not a date" in shown.stdout, shown.stderr
        assert fields[lines[0].split(",").index("LNAME")] in shown.stdout
        assert "31/31/1987" not in shown.stdout
        assert "DOB                  (withheld)" in shown.stdout
        refused = run(*asked, "--key", other, "--purpose", "evaluation")
        assert refused.returncode == 1
        assert "GRAIN_CLOSED" in refused.stderr or "WITHHELD" in refused.stderr
        corrections = tmp_path / "corrections.csv"
        written = run(*asked, "--key", own, "--purpose", "service_coordination", "--to", corrections)
        assert "withheld: SSN, DOB" in written.stdout
        assert corrections.stat().st_mode & 0o077 == 0
        head, row = corrections.read_text().splitlines()
        corrections.write_text(f"{head},DOB\n{row},{right}\n")
        fixed = run("quarantine", "--data", data, "fix", name, "dta_snap_members", corrections)
        assert "1 rows corrected" in fixed.stdout, fixed.stderr
        again = run("quarantine", "--data", data, "replay", feeds, name, "--received", "2026-12-01")
        assert again.returncode == 0, again.stderr
        assert "published as received 2026-12-01" in again.stdout
        listed = run("quarantine", "--data", data)
        assert re.search(rf"{name} +2026-11-02 +dta_snap_members +1 +1 +0 +0\b", listed.stdout)
        assert re.search(r"quarantine +- +answered", run("log", data=data).stdout)
    finally:
        embedded.stop(data / "graph")
