"""What a load says to machines: events as JSON lines, and figures for Prometheus. Neither tells of a person."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

from graph_loader.errors import Fault, LoadError
from graph_loader.load.bulk import HandedOver
from graph_loader.load.plan import Progress
from graph_loader.load.run import Loaded

log = logging.getLogger("ccg.load")
ROWS = ("rows_read", "loaded", "unchanged", "quarantined", "dropped")


class JsonLines(logging.Formatter):
    """One event a line: time, level, logger, event and its fields. What an exception says is not told, but its kind."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "logger": record.name, "event": record.getMessage()}
        line |= getattr(record, "fields", {})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line, default=str)


def log_to(target: str | None) -> None:
    """Write events to `stderr` or append them to a file (0600); without a target a load tells none."""
    if not target:
        log.addHandler(logging.NullHandler())
        return
    handler = logging.StreamHandler(sys.stderr if target == "stderr" else _appending(Path(target)))
    handler.setFormatter(JsonLines())
    root = logging.getLogger("ccg")
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    root.propagate = False


def _appending(file: Path) -> Any:
    file.parent.mkdir(parents=True, exist_ok=True)
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", buffering=1)


def event(name: str, level: int = logging.INFO, **fields: Any) -> None:
    log.log(level, name, extra={"fields": fields})


class Steps:
    """Passes progress on, and notes how long each step took and how many rows it did."""

    def __init__(self, show: Progress) -> None:
        self._show = show
        self._step: str | None = None
        self._rows = 0
        self._began = time.monotonic()
        self.seconds: dict[str, float] = defaultdict(float)

    def __call__(self, what: str, rows: int, share: float | None = None) -> None:
        if what != self._step:
            self.end()
            self._step, self._rows = what, 0
        self._rows += rows
        self._show(what, rows, share)

    def end(self) -> None:
        """The step that goes on is over."""
        now = time.monotonic()
        if self._step is not None:
            seconds = now - self._began
            self.seconds[self._step.split(" ")[0]] += seconds
            event("load.step", step=self._step, rows=self._rows, seconds=round(seconds, 3))
        self._step, self._began = None, now


def followed(
    load: Callable[[Progress], Loaded], show: Progress, received: date, agreement: str, by: str
) -> tuple[Loaded, Steps]:
    """Load, and tell of it in events; gives what it did and its steps. A refusal is one with its codes and places."""
    steps, began = Steps(show), time.monotonic()
    event("load.began", received=received, agreement=agreement, by=by)
    try:
        loaded = load(steps)
    except LoadError as error:
        steps.end()
        faults = Counter((fault.code, fault.file, fault.column) for fault in error.faults)
        for (code, file, column), times in faults.items():
            event("load.refused", logging.WARNING, code=code, file=file, column=column, count=times)
        raise
    except HandedOver:
        steps.end()
        event("load.handed_over")
        raise
    except Exception as error:
        steps.end()
        event("load.failed", logging.ERROR, error=type(error).__name__)
        raise
    steps.end()
    for count in loaded.plan.counts:
        rows = {name: getattr(count, name) for name in ROWS}
        event("load.file", feed=count.feed, file=count.file, digest=count.digest[:16], **rows)
    event(
        "load.already" if loaded.already else "load.published", run=loaded.run_id, received=loaded.received,
        nodes=loaded.nodes, relationships=loaded.relationships, merges=loaded.merges, splits=loaded.splits,
        seconds=round(time.monotonic() - began, 3),
    )  # fmt: skip
    return loaded, steps


def write_metrics(file: Path, loaded: Loaded, steps: Steps, set_aside: dict[str, int]) -> None:
    """The figures of one load as a text file for Prometheus' node exporter; it replaces the file whole."""
    registry = CollectorRegistry()
    rows = Gauge(
        "ccg_load_rows", "Rows of the newest load, by what became of them", ["feed", "became"], registry=registry
    )
    for name in ROWS:
        totals: Counter[str] = Counter()
        for count in loaded.plan.counts:
            totals[count.feed] += getattr(count, name)
        for feed, total in totals.items():
            rows.labels(feed, name.removeprefix("rows_")).set(total)
    items = Gauge("ccg_load_items", "What the newest load wrote", ["kind"], registry=registry)
    items.labels("node").set(loaded.nodes)
    items.labels("relationship").set(loaded.relationships)
    seconds = Gauge("ccg_load_step_seconds", "Seconds of the newest load by step", ["step"], registry=registry)
    for step, spent in steps.seconds.items():
        seconds.labels(step).set(spent)
    faults = Gauge("ccg_load_faults", "Rows with a fault in the newest load, by code", ["code"], registry=registry)
    codes: Counter[str] = Counter()
    for fault in loaded.plan.faults:
        codes[fault.code] += max(len(fault.rows), 1)
    for code, times in codes.items():
        faults.labels(code).set(times)
    waiting = Gauge("ccg_quarantine_open_rows", "Rows set aside and not settled", ["feed"], registry=registry)
    for feed, open_rows in set_aside.items():
        waiting.labels(feed).set(open_rows)
    newest = Gauge("ccg_load_received_timestamp_seconds", "The day on which its files came", registry=registry)
    newest.set(datetime.combine(loaded.received, datetime.min.time(), UTC).timestamp())
    ended = Gauge("ccg_load_finished_timestamp_seconds", "When the newest load was done", registry=registry)
    ended.set_to_current_time()
    _write(file, registry)
    _refused(file).unlink(missing_ok=True)


def write_refusal(file: Path, faults: Sequence[Fault]) -> None:
    """The figures of a load that was refused, beside those of the last one that was not, until one is done again."""
    registry = CollectorRegistry()
    codes = Gauge(
        "ccg_load_refused_faults", "What the refused load was refused for, by code", ["code"], registry=registry
    )
    for code, times in Counter(fault.code for fault in faults).items():
        codes.labels(code).set(times)
    ended = Gauge("ccg_load_refused_timestamp_seconds", "When a load was last refused", registry=registry)
    ended.set_to_current_time()
    _write(_refused(file), registry)


def _refused(file: Path) -> Path:
    return file.with_name(f"{file.stem}.refused{file.suffix}")


def _write(file: Path, registry: CollectorRegistry) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(file), registry)
