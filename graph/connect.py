"""Which graph to talk to: the one that the environment names, or the embedded one of a data directory."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from graph import embedded, migrations
from graph.errors import GraphError
from graph.store import Access, Bolt, Store

ENVIRONMENT = {
    "CCG_NEO4J_URI": "neo4j://, bolt:// or, for TLS, neo4j+s:// and bolt+s://; unset: the embedded graph",
    "CCG_NEO4J_USER": "user (neo4j)",
    "CCG_NEO4J_PASSWORD": "password",
    "CCG_NEO4J_PASSWORD_FILE": "file that holds the password, instead of it",
    "CCG_NEO4J_DATABASE": "database (neo4j)",
    "CCG_NEO4J_CA_FILE": "certificate authority of a private server, with bolt:// or neo4j://",
}


@contextmanager
def connect(
    data: Path, access: Access, environment: Mapping[str, str] = os.environ, timeout_seconds: float = 60.0,
    *, any_schema: bool = False,
) -> Iterator[Store]:  # fmt: skip
    """A store on the graph that the environment names, else on the embedded graph under `data`.

    Raises `GraphError` when it does not answer, the settings contradict each other, or the graph has another schema
    than this program's, unless `any_schema` will do.
    """
    bolt = from_environment(environment)
    with ExitStack() as stack:
        if bolt is not None:
            store = stack.enter_context(Store.connect(bolt, access, timeout_seconds))
        else:
            store = _embedded(data / "graph", access, timeout_seconds, stack)
        if not any_schema:
            migrations.check(store, bolt.uri if bolt else str(data / "graph"))
        yield store


def _embedded(folder: Path, access: Access, timeout_seconds: float, stack: ExitStack) -> Store:
    """A store on the folder's server; one that was dying as it was joined is started again, once."""
    for last in (False, True):
        with ExitStack() as trial:
            attachment = trial.enter_context(embedded.attach(folder))
            try:
                store = trial.enter_context(Store.connect(attachment.bolt(access), access, timeout_seconds))
            except GraphError:
                if last or not embedded.gone(folder, attachment.listening):
                    raise
                continue
            stack.enter_context(trial.pop_all())
            return store
    raise AssertionError("unreachable")


def from_environment(environment: Mapping[str, str]) -> Bolt | None:
    """The Neo4j that the environment names; None when it names none."""
    uri = environment.get("CCG_NEO4J_URI")
    if not uri:
        return None
    return Bolt(
        uri=uri,
        user=environment.get("CCG_NEO4J_USER", "neo4j"),
        password=_password(environment),
        database=environment.get("CCG_NEO4J_DATABASE", "neo4j"),
        ca_file=environment.get("CCG_NEO4J_CA_FILE") or None,
    )


def _password(environment: Mapping[str, str]) -> str:
    given, file = environment.get("CCG_NEO4J_PASSWORD"), environment.get("CCG_NEO4J_PASSWORD_FILE")
    if given and file:
        raise _settings("both CCG_NEO4J_PASSWORD and CCG_NEO4J_PASSWORD_FILE are set", "Keep one of them.")
    if file:
        try:
            return Path(file).read_text().strip()
        except OSError as error:
            raise _settings(
                f"the password file cannot be read: {error.strerror}", f"Check {file} and its rights."
            ) from error
    if not given:
        raise _settings("CCG_NEO4J_URI is set without a password", "Set CCG_NEO4J_PASSWORD_FILE or CCG_NEO4J_PASSWORD.")
    return given


def _settings(what: str, fix: str) -> GraphError:
    return GraphError("GRAPH_SETTINGS", what, "the environment", fix)
