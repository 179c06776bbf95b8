"""One store over Bolt: the same code and the same Cypher for every engine."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from types import TracebackType
from typing import Any, Protocol

import neo4j
import pyarrow as pa
import pyarrow.compute as pc
from neo4j.exceptions import (
    AuthError,
    DriverError,
    Neo4jError,
    ServiceUnavailable,
    SessionExpired,
    TransientError,
)
from neo4j.time import Date, DateTime, Duration, Time

from graph import digest, statements
from graph.errors import GraphError, bad_table, refused, unreachable
from graph.schema import GRAPH, NodeType, RelationshipType

BATCH_ROWS = 5_000
LANES = 16
"""Sessions that may read beside another at one time."""
BROKEN_OFF = {"Neo.DatabaseError.General.UnknownError", "Neo.ClientError.Transaction.TransactionNotFound"}
"""What a server that stops says of what it breaks off, instead of why."""
ENDS = {"source", "target", "source_label", "target_label"}
"""Columns of a table of relationships that are no properties."""
Row = dict[str, Any]


class Access(Enum):
    """What a connection may do. A reading one cannot write, whatever text it is given."""

    READ = neo4j.READ_ACCESS
    WRITE = neo4j.WRITE_ACCESS


@dataclass(frozen=True)
class Bolt:
    """Where a graph answers and who asks: read from the environment, or from the embedded server's file."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str
    ca_file: str | None = None


@dataclass(frozen=True)
class Written:
    """How a write went: rows given, and rows that found both their ends."""

    rows: int
    matched: int

    def __add__(self, other: Written) -> Written:
        return Written(self.rows + other.rows, self.matched + other.matched)


class Reads(Protocol):
    """What answers reading queries: a store, or a session of it."""

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """All rows, values as plain Python (dates as `datetime.date`)."""

    def read_all(self, statements: Sequence[str], parameters: Mapping[str, Any]) -> list[list[Row]]:
        """The rows of each of several queries that take the same parameters."""


class Session:
    """Several reading queries without asking for a connection each time; for one thread.

    `read_all` asks in two lanes: while one waits for the engine, the other unpacks. `before` is called before
    each query, and may raise.
    """

    def __init__(
        self, lanes: Sequence[neo4j.Session], workers: Executor, timeout_seconds: float, before: Callable[[], None]
    ) -> None:
        self._lanes = lanes
        self._workers = workers
        self._timeout = timeout_seconds
        self._before = before

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """All rows of a reading query."""
        return self._rows(self._lanes[0], cypher, parameters)

    def read_all(self, statements: Sequence[str], parameters: Mapping[str, Any]) -> list[list[Row]]:
        """The rows of each of several queries that take the same parameters."""
        left = deque(enumerate(statements))
        found: list[list[Row]] = [[] for _ in statements]

        def work(lane: neo4j.Session) -> None:
            while left:
                try:
                    place, cypher = left.popleft()
                except IndexError:  # the other lane took the last one
                    return
                found[place] = self._rows(lane, cypher, parameters)

        beside = [self._workers.submit(work, lane) for lane in self._lanes[1:]]
        try:
            work(self._lanes[0])
        finally:
            left.clear()
            wait(beside)
        for each in beside:
            each.result()
        return found

    def _rows(self, lane: neo4j.Session, cypher: str, parameters: Mapping[str, Any] | None) -> list[Row]:
        self._before()
        return list(_rows(lane, cypher, parameters, self._timeout))


class Store:
    """A connection to one graph. Close it, or use it as a context manager.

    Raises `GraphError` with a stable code where the engine does not answer, refuses or is given a table
    that the schema does not declare; an error in a query's own text or run time passes through as the
    driver's `Neo4jError`.
    """

    def __init__(self, driver: neo4j.Driver, bolt: Bolt, access: Access, timeout_seconds: float) -> None:
        self._driver = driver
        self._bolt = bolt
        self._timeout = timeout_seconds
        self._workers = ThreadPoolExecutor(LANES, "reader")
        self.access = access

    @classmethod
    def connect(cls, bolt: Bolt, access: Access, timeout_seconds: float = 60.0) -> Store:
        """Open and try a connection. `timeout_seconds` ends a query on engines that know such a limit."""
        return cls(_driver(bolt), bolt, access, timeout_seconds)

    def renew(self) -> None:
        """Connect anew, where another graph has taken the place of the one that was there."""
        self._driver.close()
        self._driver = _driver(self._bolt)

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._workers.shutdown()
        self._driver.close()

    @property
    def engine(self) -> str:
        """What answers, in its own words: `Neo4j/5.26.12`, or `… compatible (ArcadeDB …)`."""
        return str(self._driver.get_server_info().agent)

    # Reading

    def read(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """All rows of a reading query, values as plain Python (dates as `datetime.date`)."""
        return list(self.stream(cypher, parameters))

    def stream(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> Iterator[Row]:
        """Rows of a reading query as they arrive, so that memory stays flat."""
        with self._session(Access.READ) as session:
            yield from _rows(session, cypher, parameters, self._timeout)

    def read_all(self, statements: Sequence[str], parameters: Mapping[str, Any]) -> list[list[Row]]:
        """The rows of each of several queries that take the same parameters."""
        with self.session() as session:
            return session.read_all(statements, parameters)

    @contextmanager
    def session(self, before: Callable[[], None] = lambda: None) -> Iterator[Session]:
        """Read several times in one session; for one thread. `before` is called before each query."""
        with self._session(Access.READ) as one, self._session(Access.READ) as other:
            yield Session((one, other), self._workers, self._timeout, before)

    def digest(self) -> str:
        """A digest over all nodes and relationships, whatever order they were written in."""
        return digest.of_graph(GRAPH, self.stream)

    # Writing

    def ensure_schema(self) -> None:
        """Constraints and indexes of the schema; again is harmless."""
        with self._session(Access.WRITE) as session:
            for statement in statements.ensure(GRAPH):
                session.run(statement).consume()

    def write_nodes(self, node: NodeType, table: pa.Table, second: NodeType | None = None) -> Written:
        """Write a table whose columns are `id` and properties of the type (and of the second label's)."""
        declared = {prop.name for prop in node.columns + (second.columns if second else ())}
        _check_columns(node.name, table, declared, {"id"})
        self._write(statements.merge_nodes(node, table.column_names, second), table)
        return Written(table.num_rows, table.num_rows)

    def create_nodes(self, node: NodeType, table: pa.Table) -> Written:
        """Create nodes of which none is there."""
        _check_columns(node.name, table, {prop.name for prop in node.columns}, {"id"})
        table = _told(table)
        self._write(statements.create_nodes(node, table.column_names), table)
        return Written(table.num_rows, table.num_rows)

    def write_relationships(self, rel: RelationshipType, table: pa.Table) -> Written:
        """Write a table of `source`, `target`, `id` and properties of the type.

        Where the type may start or end at several labels, `source_label` or `target_label` say which.
        """
        _check_relationships(rel, table)
        return self._write_relationships(statements.merge_relationships, rel, table)

    def create_relationships(self, rel: RelationshipType, table: pa.Table) -> Written:
        """Create relationships of which none is there."""
        _check_relationships(rel, table)
        return self._write_relationships(statements.create_relationships, rel, _told(table))

    def add_relationships(self, rel: RelationshipType, table: pa.Table) -> Written:
        """Add relationships that are facts: one that is there already gains the further `source_ids`."""
        _check_relationships(rel, table)
        return self._write_relationships(statements.add_relationships, rel, table)

    def _write_relationships(
        self, statement: Callable[[RelationshipType, str, str, list[str]], str], rel: RelationshipType, table: pa.Table
    ) -> Written:
        properties = [name for name in table.column_names if name not in ENDS]
        matched = 0
        for (source, target), part in by_ends(rel, table):
            cypher = statement(rel, source, target, properties)
            matched += self._write(cypher, part.select(["source", "target", *properties]))
        return Written(table.num_rows, matched)

    def prune_relationships(self, rel: RelationshipType, keep: list[str]) -> None:
        """Delete those that are not to keep."""
        for source in rel.sources:
            for target in rel.targets:
                self.execute(statements.prune_relationships(rel, source, target), {"keep": keep})

    def execute(self, cypher: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Run one writing statement in a transaction of its own, tried again after a transient failure."""
        if self.access is not Access.WRITE:
            raise refused(self._bolt.uri, "this connection reads only")
        for attempt in range(5):
            try:
                with self._session(Access.WRITE) as session, session.begin_transaction() as transaction:
                    rows = [
                        {key: plain(value) for key, value in dict(record).items()}
                        for record in transaction.run(cypher, dict(parameters or {}))
                    ]
                    transaction.commit()
                    return rows
            except TransientError as error:
                if attempt == 4 or "Memory" in (error.code or ""):
                    raise
                time.sleep(0.1 * 2**attempt)
        raise AssertionError("unreachable")

    def _write(self, cypher: str, table: pa.Table) -> int:
        """Run a statement that takes one list for each column; how many rows it says were written."""
        written = 0
        for batch in table.to_batches(max_chunksize=BATCH_ROWS):
            if not batch.num_rows:
                continue
            columns = {name: column.to_pylist() for name, column in zip(batch.schema.names, batch.columns, strict=True)}
            written += sum(row["written"] for row in self.execute(cypher, columns))
        return written

    @contextmanager
    def _session(self, access: Access) -> Iterator[neo4j.Session]:
        if access is Access.WRITE and self.access is not Access.WRITE:
            raise refused(self._bolt.uri, "this connection reads only")
        try:
            with self._driver.session(
                database=self._bolt.database, default_access_mode=access.value, fetch_size=5_000
            ) as session:
                yield session
        except (ServiceUnavailable, SessionExpired, AuthError, OSError) as error:
            raise unreachable(self._bolt.uri, str(error)) from error
        except Neo4jError as error:
            if error.code in BROKEN_OFF and self._stops():
                raise unreachable(self._bolt.uri, "the server stopped while it worked") from error
            raise

    def _stops(self, seconds: float = 2.0) -> bool:
        """Whether the server ceases to answer the simplest question within some seconds."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            try:
                with self._driver.session(database=self._bolt.database) as session:
                    session.run("RETURN 1").consume()
            except (Neo4jError, DriverError, OSError):
                return True
            time.sleep(0.1)
        return False


def _driver(bolt: Bolt) -> neo4j.Driver:
    """Open and try a connection."""
    trust: dict[str, Any] = {}
    if bolt.ca_file:
        trust = {"encrypted": True, "trusted_certificates": neo4j.TrustCustomCAs(bolt.ca_file)}
    logging.getLogger("neo4j.notifications").setLevel(logging.ERROR)
    try:
        driver = neo4j.GraphDatabase.driver(
            bolt.uri, auth=(bolt.user, bolt.password), notifications_min_severity="OFF", **trust
        )
    except (DriverError, ValueError, OSError) as error:
        raise unreachable(bolt.uri, str(error)) from error
    try:
        driver.verify_connectivity()
    except BaseException as error:
        driver.close()
        if isinstance(error, AuthError):
            raise refused(bolt.uri, error.message or "wrong user or password") from error
        if isinstance(error, ServiceUnavailable | DriverError | OSError):
            raise unreachable(bolt.uri, str(error)) from error
        raise
    return driver


def _rows(
    session: neo4j.Session, cypher: str, parameters: Mapping[str, Any] | None, timeout_seconds: float
) -> Iterator[Row]:
    for record in session.run(neo4j.Query(cypher, timeout=timeout_seconds), dict(parameters or {})):
        yield {key: plain(value) for key, value in dict(record).items()}


def plain(value: Any) -> Any:
    """A driver's value as plain Python: dates native, nodes and relationships as maps of properties."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Date | DateTime | Time):
        return value.to_native()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, neo4j.graph.Entity):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, Duration):
        return str(value)
    return value


def _check_columns(name: str, table: pa.Table, declared: set[str], needed: set[str]) -> None:
    given = set(table.column_names)
    if given - declared:
        raise bad_table(name, f"columns that are not declared: {', '.join(sorted(given - declared))}")
    if needed - given:
        raise bad_table(name, f"columns that are missing: {', '.join(sorted(needed - given))}")


def _check_relationships(rel: RelationshipType, table: pa.Table) -> None:
    _check_columns(rel.name, table, ENDS | {prop.name for prop in rel.columns}, {"source", "target", "id"})


def _told(table: pa.Table) -> pa.Table:
    """The table without the columns that say nothing of any row: what is created lacks them anyway."""
    return table.drop_columns(
        [name for name in table.column_names if table.column(name).null_count == table.num_rows > 0]
    )


def by_ends(rel: RelationshipType, table: pa.Table) -> Iterator[tuple[tuple[str, str], pa.Table]]:
    """The table in parts, one for each pair of labels at the ends."""

    def labels(column: str, declared: tuple[str, ...]) -> list[str]:
        if column in table.column_names:
            return sorted(pc.unique(table.column(column)).to_pylist())
        if len(declared) > 1:
            raise bad_table(rel.name, f"{column} must say which of {', '.join(declared)}")
        return list(declared)

    for source in labels("source_label", rel.sources):
        for target in labels("target_label", rel.targets):
            part = table
            if "source_label" in table.column_names:
                part = part.filter(pc.equal(part.column("source_label"), source))
            if "target_label" in table.column_names:
                part = part.filter(pc.equal(part.column("target_label"), target))
            if part.num_rows:
                yield (source, target), part


__all__ = [
    "BATCH_ROWS",
    "Access",
    "Bolt",
    "GraphError",
    "Neo4jError",
    "Reads",
    "Row",
    "Session",
    "Store",
    "Written",
    "by_ends",
    "plain",
]
