"""What a load says to machines: events and figures add up with the accounts, and hold nothing of a person."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from graph import embedded
from tests.ccg.test_command_line import SILENT
from tests.conftest import ROOT
from tests.feeds_sample import data_directory, small

MARK = "Zqx"
"""In every value of the marked files that is text; numbers of people are marked as well."""
SSN = "612-34-5"
SCRIPT = """
import sys
sys.argv[0] = "ccg"
from ccg.main import main
main()
"""


class Marked:
    """A folder of feeds whose personal values can all be told, and everything that commands on it put out."""

    def __init__(self, feeds: Path, data: Path, folder: Path) -> None:
        self.feeds, self.data = feeds, data
        self.log, self.metrics, self.said = folder / "log.jsonl", folder / "load.prom", folder / "said"
        self.refused = folder / "load.refused.prom"
        for place, name in enumerate(("snap_members.csv", "snap_issuance.csv")):
            mark(feeds / "dta" / name, place)

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        environment = SILENT | {"CCG_LOG": str(self.log), "CCG_METRICS": str(self.metrics)}
        ended = subprocess.run(
            [sys.executable, "-c", SCRIPT, *map(str, arguments)], capture_output=True, text=True, cwd=ROOT,
            env=environment, timeout=300,
        )  # fmt: skip
        with self.said.open("a") as said:
            said.write(ended.stdout + ended.stderr)
        return ended

    def outputs(self) -> dict[str, str]:
        """Everything that was written, but what holds facts: the graph, the linkage store, the quarantine."""
        files = [self.log, self.metrics, self.refused, self.said, *self.feeds.parent.glob("*.csv")]
        files += [
            file
            for file in self.data.rglob("*")
            if file.is_file()
            and not file.is_relative_to(self.data / "graph" / "databases")
            and not file.is_relative_to(self.data / "quarantine")
            and not file.parent.name.startswith("linkage-")
        ]
        return {str(file): file.read_bytes().decode("latin-1") for file in files if file.exists()}


def mark(file: Path, place: int) -> None:
    """Put a mark into every name, number and address."""
    rows = list(csv.DictReader(file.read_text().splitlines()))
    for number, row in enumerate(rows):
        for name in row:
            if name in ("FNAME", "LNAME", "ADDR", "CASE_NO", "CLIENT_ID", "END_RSN", "WORKER_NOTE") and row[name]:
                row[name] = f"{MARK}{row[name]}"
            elif name == "SSN":
                row[name] = f"{SSN}{number:03}"
    for name in ("SPELL_BEG", *(("DOB", "REL", "SHELTER") if place == 0 else ("BENEFIT",))):
        rows[5][name] = f"{MARK}{name}"
    with file.open("w", newline="") as stream:
        lines = csv.DictWriter(stream, list(rows[0]))
        lines.writeheader()
        lines.writerows(rows)
        stream.write(f"{MARK},{MARK},too few\n")


@pytest.fixture
def marked(feeds_folder: Path, tmp_path: Path) -> Marked:
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_snap_members", "dta_snap_issuance")
    return Marked(feeds, data_directory(tmp_path / "data"), tmp_path)


def events(marked: Marked) -> list[dict[str, object]]:
    return [json.loads(line) for line in marked.log.read_text().splitlines()]


def test_no_output_of_a_load_holds_a_value_and_events_and_figures_add_up(marked: Marked) -> None:
    data = ("--data", marked.data)
    embedded.start(marked.data / "graph")
    try:
        errors = ("--errors", marked.said.with_suffix(".csv"))
        planned = marked.run("plan", marked.feeds, *data, "--received", "2026-11-02", *errors)
        assert planned.returncode == 1
        assert marked.run("load", marked.feeds, *data, "--received", "2026-11-02").returncode == 0
        again = marked.run("load", marked.feeds, *data, "--received", "2026-11-03")
        assert "nothing changed" in again.stdout
        members = marked.feeds / "dta/snap_members.csv"
        whole = members.read_text()
        members.write_text("\n".join(whole.splitlines()[1:]) + "\n")
        assert marked.run("load", marked.feeds, *data, "--received", "2026-12-01").returncode == 1
        members.write_text(whole.replace("CASE_NO", f"{MARK}NO", 1))
        assert marked.run("load", marked.feeds, *data, "--received", "2026-12-01", "--strict").returncode == 1
        members.write_text(whole)
        for command in ("runs", "quarantine", "log", "doctor"):
            marked.run(command, *data)
        marked.run("map", "suggest", members)
    finally:
        embedded.stop(marked.data / "graph")
    for file, text in marked.outputs().items():
        shown = re.search(f".{{0,60}}(?:{MARK}|{SSN}|{SSN.replace('-', '')}).{{0,20}}", text.replace(f"{MARK}NO", ""))
        assert shown is None, (file, shown[0])
    found = events(marked)
    names = [str(event["event"]) for event in found]
    assert [name for name in names if name not in ("load.step", "load.file")] == [
        "load.began", "load.published", "load.began", "load.already", "load.began", "load.refused", "load.began",
        "load.refused",
    ]  # fmt: skip
    read = {event["feed"]: event["rows_read"] for event in found if event["event"] == "load.file"}
    families = {family.name: family for family in text_string_to_metric_families(marked.metrics.read_text())}
    by_feed: dict[str, dict[str, float]] = {}
    for sample in families["ccg_load_rows"].samples:
        by_feed.setdefault(sample.labels["feed"], {})[sample.labels["became"]] = sample.value
    assert by_feed.keys() == read.keys()
    for feed, became in by_feed.items():
        assert (
            became["read"]
            == read[feed]
            == became["loaded"] + became["unchanged"] + became["quarantined"] + became["dropped"]
        )
    waiting = {sample.labels["feed"]: sample.value for sample in families["ccg_quarantine_open_rows"].samples}
    assert waiting == {"dta_snap_members": 2.0, "dta_snap_issuance": 2.0}
    refused = {family.name: family for family in text_string_to_metric_families(marked.refused.read_text())}
    codes = {sample.labels["code"]: sample.value for sample in refused["ccg_load_refused_faults"].samples}
    assert (
        codes.keys() == {event["code"] for event in found if event["event"] == "load.refused"} & codes.keys() != set()
    )
    assert marked.log.stat().st_mode & 0o077 == 0


def test_events_go_to_stderr_where_that_is_asked(marked: Marked) -> None:
    environment = SILENT | {"CCG_LOG": "stderr"}
    ended = subprocess.run(
        [sys.executable, "-m", "ccg.main", "load", marked.feeds, "--data", marked.data, "--strict"],
        capture_output=True, text=True, cwd=ROOT, env=environment, timeout=300,
    )  # fmt: skip
    lines = [json.loads(line) for line in ended.stderr.splitlines() if line.startswith("{")]
    assert {line["event"] for line in lines} >= {"load.began", "load.step", "load.refused"}
    assert {line["code"] for line in lines if line["event"] == "load.refused"} >= {"ROW_MALFORMED", "VALUE"}
