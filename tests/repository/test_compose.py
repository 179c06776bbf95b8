"""docker-compose.yml: its structure, and the API started with the environment that it gives."""

from __future__ import annotations

import os
import re
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
from tests.feeds_sample import RECEIVED, data_directory, small

ROOT = Path(__file__).resolve().parents[2]
KEY = re.compile(r"ccg_[\w-]+")
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
    feeds = small(feeds_folder, tmp_path / "feeds", "dta_tafdc_members")
    with Store.connect(bolt, Access.WRITE) as store:
        empty(store)
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
    environment = kept | given
    server = subprocess.Popen([sys.executable, "-m", "ccg.main", "serve"], env=environment, cwd=ROOT)
    try:
        assert status_of(server, port, "empty")  # before the first load it runs, and has nothing
        load = [sys.executable, "-m", "ccg.main", "load", str(feeds), "--received", str(RECEIVED)]
        subprocess.run(load, env=environment, cwd=ROOT, check=True, capture_output=True)
        assert status_of(server, port, "ready")
        issue = [sys.executable, "-m", "ccg.main", "key", "issue", "DTA", "caseworker"]
        key = subprocess.run(issue, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        answer = httpx.post(
            f"http://127.0.0.1:{port}/graphql",
            json={"query": "{ households(first: 1) { rows { id } } }"},
            headers={"Authorization": f"Bearer {KEY.search(key)[0]}", "X-CCG-Purpose": "service_coordination"},
            trust_env=False,
        )
        assert answer.json()["data"]["households"]["rows"]
    finally:
        server.terminate()
        server.wait(30)


def status_of(server: subprocess.Popen[bytes], port: str, expected: str) -> bool:
    """Whether the API says so within a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/ready", trust_env=False).json() == {"status": expected}:
                return True
        except httpx.TransportError:
            assert server.poll() is None
        time.sleep(0.2)
    return False
