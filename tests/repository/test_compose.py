"""docker-compose.yml: its structure, and the API started with the environment that it gives."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import yaml

from graph.store import Access, Store
from tests.conftest import Engine, empty
from tests.feeds_sample import data_directory, load_folder

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_nothing_is_published_beyond_loopback_and_secrets_are_files() -> None:
    for service in COMPOSE["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service["ports"])
        for name, value in service["environment"].items():
            assert "PASSWORD" not in name or name.endswith("_FILE")
            assert "PASSWORD" not in name or value.startswith("/run/secrets/")
    assert all(set(secret) == {"file"} for secret in COMPOSE["secrets"].values())


def test_images_are_pinned_and_health_is_checked() -> None:
    assert COMPOSE["services"]["neo4j"]["image"] == "neo4j:5.26.12-community"
    assert COMPOSE["services"]["neo4j"]["healthcheck"]
    assert COMPOSE["services"]["api"]["depends_on"]["neo4j"]["condition"] == "service_healthy"
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "HEALTHCHECK" in dockerfile
    assert "USER ccg" in dockerfile
    assert "--require-hashes" in dockerfile


@pytest.mark.neo4j
def test_the_api_starts_with_the_environment_of_the_file_against_a_real_neo4j(
    engines: Callable[[str], Engine], feeds_folder: Path, tmp_path: Path
) -> None:
    bolt = engines("neo4j-5.26").bolt(Access.WRITE)
    data = data_directory(tmp_path / "data")
    with Store.connect(bolt, Access.WRITE) as store:
        empty(store)
        load_folder(store, feeds_folder, data)
    (data / "agreement").mkdir()
    for name in ("roster.yaml", "agreement.yaml"):
        (data / "agreement" / name).write_text((feeds_folder / name).read_text())
    secret = tmp_path / "neo4j_password"
    secret.write_text(bolt.password + "\n")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    given = dict(COMPOSE["services"]["api"]["environment"])
    assert given["CCG_NEO4J_URI"] == "bolt://neo4j:7687"
    given |= {
        "CCG_NEO4J_URI": bolt.uri, "CCG_NEO4J_PASSWORD_FILE": str(secret), "CCG_DATA": str(data),
        "CCG_HOST": "127.0.0.1", "CCG_PORT": port,
    }  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CCG_")}
    server = subprocess.Popen([sys.executable, "-m", "ccg.main", "serve"], env=kept | given, cwd=ROOT)
    try:
        deadline = time.monotonic() + 60
        status = 0
        while status != 200 and time.monotonic() < deadline:
            time.sleep(0.2)
            try:
                status = httpx.get(f"http://127.0.0.1:{port}/ready", trust_env=False).status_code
            except httpx.TransportError:
                assert server.poll() is None
        assert status == 200
        refused = httpx.post(f"http://127.0.0.1:{port}/graphql", json={"query": "{ programs { id } }"}, trust_env=False)
        assert refused.status_code == 401
    finally:
        server.terminate()
        server.wait(30)
