"""Rows that a database answers with: a query of the mapping, over SQLAlchemy, reading only."""

from __future__ import annotations

import hashlib
import pickle
import re
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from decimal import Decimal
from tempfile import TemporaryFile
from typing import Any, BinaryIO
from uuid import UUID

import numpy as np
import pandas as pd
import sqlalchemy
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, SQLAlchemyError

from graph_loader.errors import Fault, LoadError
from graph_loader.mapping.document import Sql
from graph_loader.sources.source import CHUNK_ROWS, Chunk, Source

NAMED = re.compile(r"\$\{(\w+)\}")
SNAPSHOT = {"postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}}
"""What makes one read of a database see one moment of it, and change nothing."""
_MODULUS = 1 << 256


class SqlSource(Source):
    """A query's rows in the order of the feed's record numbers.

    Only the columns that are asked for leave the database. `environment` holds what the URL names as `${NAME}`.
    Raises `LoadError`, also where the mapping's URL holds a password.
    """

    def __init__(self, name: str, sql: Sql, order: Iterable[str], environment: Mapping[str, str]) -> None:
        self._name = name
        self._query = sql.query
        self._order = tuple(order)
        self._written, self._environment = sql.url, environment
        self._digest = ""
        self._kept: tuple[list[str], BinaryIO] | None = None
        _check_url(name, sql.url)

    @property
    def name(self) -> str:
        return self._name

    def columns(self) -> list[str]:
        with self._answering() as connection:
            nothing = sqlalchemy.select(sqlalchemy.text("*")).select_from(self._rows([])).limit(0)
            return list(connection.execute(nothing).keys())

    def chunks(self, columns: list[str]) -> Iterator[Chunk]:
        """The rows of one moment: read whole once, they are kept in a file without a name and given from there."""
        if self._kept and self._kept[0] == columns:
            yield from _again(self._kept[1])
            return
        kept: BinaryIO = TemporaryFile()  # noqa: SIM115  it is open as long as the source is there
        weakref.finalize(self, kept.close)
        for chunk in self._asked(columns):
            pickle.dump((chunk.numbers, chunk.frame), kept)
            yield chunk
        self._kept = (columns, kept)

    def _asked(self, columns: list[str]) -> Iterator[Chunk]:
        asked: list[Any] = [sqlalchemy.column(name) for name in columns]
        order: list[Any] = [sqlalchemy.column(name) for name in self._order if name in columns]
        query = sqlalchemy.select(*asked).select_from(self._rows(columns)).order_by(*order)
        first, total = 1, 0
        with self._answering() as connection:
            for rows in connection.execution_options(yield_per=CHUNK_ROWS).execute(query).partitions():
                texts = [
                    [_text(self.name, name, value) for name, value in zip(columns, row, strict=True)] for row in rows
                ]
                total += sum(_hash(values) for values in texts)
                frame = pd.DataFrame(texts, columns=columns, dtype=object).astype("str")
                yield Chunk(np.arange(first, first + len(texts)), frame)
                first += len(texts)
        self._digest = f"{total % _MODULUS:064x}"

    def digest(self) -> str:
        """The sum of its rows' SHA-256: whatever order the database gives them in."""
        return self._digest

    def seems(self) -> int:
        with self._answering() as connection:
            count = sqlalchemy.select(sqlalchemy.func.count()).select_from(self._rows([]))
            return int(connection.execute(count).scalar_one())

    def _rows(self, columns: list[str]) -> Any:
        return sqlalchemy.text(self._query).columns(*map(sqlalchemy.column, columns)).subquery("feed")

    @contextmanager
    def _answering(self) -> Iterator[sqlalchemy.Connection]:
        """A connection that reads one moment of the database."""
        try:
            url = _url(self.name, self._written, self._environment)
            engine = sqlalchemy.create_engine(url, hide_parameters=True)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
            raise self._error(
                "SQL_UNKNOWN", "no driver for this kind of database is installed",
                "Install one; `pip install 'common-client-graph[postgresql]'` brings PostgreSQL's "
                "(postgresql+psycopg://…).",
            ) from None  # fmt: skip
        try:
            with engine.connect() as connection:
                yield connection.execution_options(**SNAPSHOT.get(engine.dialect.name, {}))
        except DBAPIError as error:  # its message may hold values
            code = getattr(error.orig, "sqlstate", None)
            if error.connection_invalidated or code is None:
                what, fix = "the database does not answer", "Look at the URL, the network and the user's rights."
            else:
                what, fix = f"the database refused (SQLSTATE {code})", "Try the query there, as the same user."
            raise self._error("SQL_FAILED", what, fix) from None
        except SQLAlchemyError as error:
            raise self._error(
                "SQL_FAILED", f"the query could not be asked ({type(error).__name__})", "Give one SELECT as sql.query."
            ) from None  # fmt: skip
        finally:
            engine.dispose()

    def _error(self, code: str, what: str, fix: str) -> LoadError:
        return LoadError(Fault(code, self.name, what, fix))


def _again(kept: BinaryIO) -> Iterator[Chunk]:
    kept.seek(0)
    while True:
        try:
            numbers, frame = pickle.load(kept)  # noqa: S301  written by this process, and nameless
        except EOFError:
            return
        yield Chunk(numbers, frame)


def _check_url(name: str, written: str) -> None:
    """Raises `LoadError` where a URL of a mapping holds a password, or is none."""
    where = f"{name}:sql.url"
    if NAMED.fullmatch(written):
        return
    url = _parsed(where, written)
    secret = NAMED.sub("", url.password or "") or any("pass" in key.lower() for key in url.query)
    if secret:
        raise LoadError(
            Fault(
                "SQL_PASSWORD_WRITTEN", where, "a mapping holds no password",
                "Write ${NAME} in its place, and set NAME in the environment.",
            )
        )  # fmt: skip


def _url(name: str, written: str, environment: Mapping[str, str]) -> sqlalchemy.URL:
    """The URL with what the environment holds, whatever characters that has."""
    where = f"{name}:sql.url"
    unknown = [variable for variable in NAMED.findall(written) if not environment.get(variable)]
    if unknown:
        raise LoadError(
            Fault("SQL_URL_INCOMPLETE", where, f"{', '.join(unknown)} is not set", "Set it in the environment.")
        )

    def filled(text: str | None) -> str | None:
        return text and NAMED.sub(lambda found: environment[found[1]], text)

    if NAMED.fullmatch(written):
        return _parsed(where, filled(written) or "")
    url = _parsed(where, written)
    return url.set(
        username=filled(url.username),
        password=filled(url.password),
        host=filled(url.host),
        database=filled(url.database),
    )


def _parsed(where: str, text: str) -> sqlalchemy.URL:
    try:
        return sqlalchemy.make_url(text)
    except ArgumentError:
        raise LoadError(
            Fault(
                "SQL_URL_WRONG", where, "it is no SQLAlchemy URL", "Write it like postgresql+psycopg://user@host/name."
            )
        ) from None


def _text(source: str, column: str, value: Any) -> str | None:
    """A value as a file would have it."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int | float | UUID):
        return str(value)
    raise LoadError(
        Fault(
            "SQL_TYPE", source, f"a value of type {type(value).__name__}, which no column of a feed holds",
            "Cast it in the query.", column,
        )
    )  # fmt: skip


def _hash(values: list[str | None]) -> int:
    text = "\x1f".join("" if value is None else value for value in values)
    return int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
