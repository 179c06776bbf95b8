"""Figures for Prometheus: how many answers, how long they took, and how old the newest load is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram, generate_latest
from starlette.responses import Response

BUCKETS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)


class Metrics:
    """Of one application; labels are HTTP statuses alone."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._answers = Histogram(
            "ccg_answer_seconds", "Answers by HTTP status and how long they took", ["status"], buckets=BUCKETS,
            registry=self._registry,
        )  # fmt: skip
        self._newest = Gauge(
            "ccg_newest_load_timestamp_seconds",
            "Day of the newest published load; 0: none",
            registry=self._registry,
        )
        self._reached = Gauge("ccg_graph_up", "Whether the graph answers", registry=self._registry)

    def answered(self, status: int, seconds: float) -> None:
        self._answers.labels(str(status)).observe(seconds)

    def page(self, newest: Callable[[], date | None]) -> Response:
        """The page that Prometheus reads."""
        try:
            day = newest()
            self._newest.set(datetime.combine(day, time(), UTC).timestamp() if day else 0)
            self._reached.set(1)
        except Exception:
            self._reached.set(0)
        return Response(generate_latest(self._registry), media_type=CONTENT_TYPE_LATEST)
