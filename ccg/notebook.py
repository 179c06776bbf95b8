"""Questions from a notebook: the same counter, answers as pandas, Arrow or networkx."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType

import networkx as nx
import pandas as pd
import pyarrow as pa

from access.counter import Counter, Offer, Visit
from access.disclosure import Disclosed
from ccg.opening import counter
from queries import catalogue

FAR_PAST, FAR_FUTURE = date(1900, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True)
class Answer:
    """Rows of a catalogue query; counts below the smallest cell are empty, `suppressed` says in how many rows."""

    query: catalogue.Query
    disclosed: Disclosed

    @property
    def suppressed(self) -> int:
        return self.disclosed.suppressed

    def to_arrow(self) -> pa.Table:
        return catalogue.table(self.query, self.disclosed.rows)

    def to_pandas(self) -> pd.DataFrame:
        return pd.DataFrame(self.disclosed.rows, columns=list(self.query.columns))


class Connection:
    """A key and a purpose at the counter, held against the agreement at each question.

    Close it, or use it as a context manager.
    """

    def __init__(self, opened: Counter, key: str, purpose: str, stack: ExitStack) -> None:
        self._counter = opened
        self._key = key
        self._purpose = purpose
        self._stack = stack

    def query(self, name: str, as_of: date | None = None, **parameters: str | int | date) -> Answer:
        """A catalogue query by name. A parameter that is a Python word takes a trailing underscore: `from_`."""
        given: dict[str, str | int | date | None] = {key.rstrip("_"): value for key, value in parameters.items()}
        with self._visit() as visit:
            disclosed = visit.query(name, given, visit.as_of(as_of))
        return Answer(catalogue.find(name), disclosed)

    def household_graph(self, household: str, as_of: date | None = None) -> nx.MultiDiGraph[str]:
        """A household as a networkx graph: people, enrolments and programs, as far as the grant tells."""
        with self._visit() as visit:
            record = visit.household(household, FAR_PAST, FAR_FUTURE, visit.as_of(as_of)).record
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        graph.add_node(record.id, label="Household")
        for member in record.members:
            graph.add_node(member.person, label="Person", birth_year=member.birth_year, sex=member.sex)
            graph.add_edge(member.person, record.id, type="MEMBER_OF", role=member.role, valid_from=member.since)
        for span in record.enrollments:
            graph.add_node(span.id, label="Enrollment", valid_from=span.since, valid_to=span.until)
            graph.add_node(span.program, label="Program")
            graph.add_edge(span.id, span.program, type="IN_PROGRAM")
            for person in span.people:
                graph.add_edge(person, span.id, type="ENROLLED_IN")
        for row in record.relations:
            graph.add_edge(row["person"], row["other"], type="RELATED_TO", kind=row["kind"])
        return graph

    def path_graph(
        self, household: str, monthly_earnings_cents: int, begins: date, earner: str | None = None,
        months: int = 24, as_of: date | None = None,
    ) -> nx.DiGraph[str]:  # fmt: skip
        """What an offer changes, as a networkx graph of household-months, each leading to the next by its events.

        Raises `Denied`; ValueError with the reason where no figures can be given.
        """
        begins = begins.replace(day=1)
        with self._visit() as visit:
            offer = Offer(begins, earner, monthly_earnings_cents, begins, months)
            outlook = visit.path(household, offer, visit.as_of(as_of))
        if outlook.path is None:
            raise ValueError(outlook.reason)
        return outlook.path.graph()

    def _visit(self) -> Visit:
        return self._counter.visit(self._key, self._purpose)

    def close(self) -> None:
        self._stack.close()

    def __enter__(self) -> Connection:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def connect(key: str, purpose: str, data: str | Path | None = None) -> Connection:
    """Come with a key and a purpose to a data directory (CCG_DATA, else `data`). Raises `Denied`."""
    stack = ExitStack()
    try:
        opened = stack.enter_context(counter(Path(data or os.environ.get("CCG_DATA", "data"))))
        opened.visit(key, purpose)
        return Connection(opened, key, purpose, stack)
    except BaseException:
        stack.close()
        raise
