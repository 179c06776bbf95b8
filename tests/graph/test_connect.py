"""Which graph the environment names: passwords, files and TLS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from graph.connect import connect, from_environment
from graph.errors import GraphError
from graph.store import Access
from tests.conftest import Engine

NAMED = {"CCG_NEO4J_URI": "bolt://127.0.0.1:1"}


def test_a_password_comes_from_the_environment_or_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("from a file\n")
    given = from_environment(NAMED | {"CCG_NEO4J_PASSWORD": "given"})
    filed = from_environment(NAMED | {"CCG_NEO4J_PASSWORD_FILE": str(tmp_path / "password")})
    assert given is not None
    assert filed is not None
    assert (given.password, filed.password, given.user, given.database) == ("given", "from a file", "neo4j", "neo4j")
    assert "given" not in repr(given)
    assert from_environment({}) is None


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({}, "without a password"),
        ({"CCG_NEO4J_PASSWORD": "a", "CCG_NEO4J_PASSWORD_FILE": "b"}, "both"),
        ({"CCG_NEO4J_PASSWORD_FILE": "/nowhere/at/all"}, "cannot be read"),
    ],
)
def test_settings_that_contradict_or_lack_something_say_what_and_how_to_fix_it(
    settings: dict[str, str], what: str
) -> None:
    with pytest.raises(GraphError, match=rf"(?s)GRAPH_SETTINGS.*{what}"):
        from_environment(NAMED | settings)


@pytest.fixture
def server(engines: Callable[[str], Engine]) -> Engine:
    found = engines("neo4j-5.26")
    if found.ca_file is None:
        pytest.skip("a server of one's own (CCG_TEST_NEO4J_URI) has certificates of its own")
    return found


def test_a_server_is_asked_over_tls_when_its_authority_is_named(server: Engine, tmp_path: Path) -> None:
    environment = server.environment() | {"CCG_NEO4J_CA_FILE": str(server.ca_file)}
    with connect(tmp_path, Access.READ, environment) as store:
        assert store.read("RETURN 1 AS one") == [{"one": 1}]
        assert store._driver.encrypted


def test_a_server_that_another_authority_vouches_for_is_not_believed(server: Engine, tmp_path: Path) -> None:
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    environment = server.environment() | {"CCG_NEO4J_CA_FILE": str(tmp_path / "other.pem")}
    with pytest.raises(GraphError, match="GRAPH_UNREACHABLE"), connect(tmp_path, Access.READ, environment):
        pass


def test_a_wrong_password_is_refused_and_not_told(server: Engine, tmp_path: Path) -> None:
    environment = server.environment() | {"CCG_NEO4J_PASSWORD": "not-the-password"}
    with pytest.raises(GraphError, match="GRAPH_REFUSED") as refused, connect(tmp_path, Access.READ, environment):
        pass
    assert "not-the-password" not in str(refused.value)
