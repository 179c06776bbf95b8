"""A watched folder: loaded when it has come to rest, once a day, and again when it changes."""

from __future__ import annotations

import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from ccg.watch import Watched, watch
from graph import embedded
from graph.errors import unreachable
from graph_loader.errors import Fault, LoadError
from tests.ccg.test_command_line import SILENT, run
from tests.conftest import ROOT
from tests.feeds_sample import data_directory, small


class Stop(Exception):
    """The test has seen enough."""


class Clock:
    """Pauses that pass at once; what happens in each of them is the test's."""

    def __init__(self, *happens: Callable[[], None]) -> None:
        self.happens = list(happens)
        self.day = date(2026, 11, 2)

    def pause(self, seconds: float) -> None:
        if not self.happens:
            raise Stop
        self.happens.pop(0)()

    def tomorrow(self) -> None:
        self.day = date(2026, 11, 3)


def nothing() -> None:
    pass


def watched(folder: Path, clock: Clock, load: Callable[[date], str]) -> list[str]:
    said: list[str] = []
    with pytest.raises(Stop):
        watch(Watched((folder,), 1, 1), load, lambda: clock.day, said.append, clock.pause)
    return said


def test_a_file_that_is_still_being_written_is_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("half")
    clock = Clock(nothing, nothing, lambda: file.write_text("half a"), lambda: file.write_text("whole"), nothing)
    seen: list[str] = []

    def load(day: date) -> str:
        seen.append(file.read_text())
        return "loaded"

    watched(tmp_path, clock, load)
    assert seen == ["half", "whole"]


def test_the_same_files_are_loaded_once_and_what_is_on_the_way_does_not_count(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a")
    said = watched(tmp_path, Clock(nothing, nothing, lambda: (tmp_path / "b.csv.part").touch(), nothing), str)
    assert said == ["2026-11-02"]


def test_what_comes_after_the_days_load_is_loaded_on_the_next_day(tmp_path: Path) -> None:
    clock = Clock()
    clock.happens = [nothing, nothing, nothing, clock.tomorrow, nothing]

    def load(day: date) -> str:
        if day == date(2026, 11, 2):
            raise LoadError(Fault("RECEIVED_TOO_EARLY", str(day), "one is published", "Later."))
        return f"loaded on {day}"

    said = watched(tmp_path, clock, load)
    assert said == ["something new came; today's load is done, so it is loaded on 2026-11-03", "loaded on 2026-11-03"]


def test_a_refused_load_waits_for_a_change_and_a_graph_that_is_away_is_tried_again(tmp_path: Path) -> None:
    outcomes: Iterator[Exception] = iter(
        [unreachable("bolt://x", "away"), LoadError(Fault("COLUMN_MISSING", "a.csv:X", "not there", "Mend it."))]
    )

    def load(day: date) -> str:
        raise next(outcomes)

    said = watched(tmp_path, Clock(*[nothing] * 8), load)
    assert ["Trying again" in said[0], "waiting for the files to change" in said[1], len(said)] == [True, True, 2]


def test_the_command_loads_a_file_that_is_put_into_the_folder(feeds_folder: Path, tmp_path: Path) -> None:
    feeds, data = small(feeds_folder, tmp_path / "feeds", "dta_snap_issuance"), data_directory(tmp_path / "data")
    file = feeds / "dta/snap_issuance.csv"
    later = shutil.move(file, tmp_path / "later.csv")
    with (tmp_path / "out").open("w") as out:
        watching = subprocess.Popen(
            [sys.executable, "-m", "ccg.main", "load", str(feeds), "--data", str(data), "--watch", "--every", "0.2"],
            stdout=out, stderr=subprocess.STDOUT, cwd=ROOT, env=SILENT,
        )  # fmt: skip
        try:
            _wait(tmp_path / "out", r"watching")
            shutil.copy(later, file.with_suffix(".part"))
            file.with_suffix(".part").rename(file)
            _wait(tmp_path / "out", r"published as received \d{4}-\d\d-\d\d")
        finally:
            watching.send_signal(signal.SIGINT)
            assert watching.wait(60) == 130
            embedded.stop(data / "graph")
    assert run("load", feeds, "--watch", "--received", "2026-11-02", data=data).returncode == 2


def _wait(file: Path, pattern: str, seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not re.search(pattern, file.read_text()):
        assert time.monotonic() < until, file.read_text()
        time.sleep(0.1)


def test_what_passes_by_itself_is_tried_again_and_a_refusal_is_tried_again_tomorrow(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a")
    outcomes: Iterator[Exception] = iter(
        [
            LoadError(Fault("LOAD_RUNNING", "data", "another load runs", "Wait.")),
            sqlite3.OperationalError("disk I/O error on Zqx"),
            OSError(28, "No space left"),
            LoadError(Fault("AGREEMENT_NOT_IN_FORCE", "agreement.yaml", "not yet", "Wait.")),
        ]
    )
    clock = Clock()
    clock.happens = [nothing] * 9 + [clock.tomorrow, nothing, nothing]

    def load(day: date) -> str:
        error = next(outcomes, None)
        if error:
            raise error
        return f"loaded on {day}"

    said = watched(tmp_path, clock, load)
    assert [line.split(" ")[0] for line in said] == ["LOAD_RUNNING", "the", "the", "AGREEMENT_NOT_IN_FORCE", "loaded"]
    assert "Zqx" not in "".join(said)
    assert said[-1] == "loaded on 2026-11-03"
