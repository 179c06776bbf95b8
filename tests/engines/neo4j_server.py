"""A real Neo4j Community server without Docker: its jars come from Maven Central, Java from the machine."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from graph.store import Bolt

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("CCG_TEST_CACHE", ROOT / ".cache"))
PASSWORD = "test-password-1"


@dataclass(frozen=True)
class Release:
    version: str
    least_java: int


RELEASES = {"neo4j-5.26": Release("5.26.12", 17), "neo4j-2026.09": Release("2026.09.0", 21)}

POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>ccg</groupId><artifactId>neo4j-for-tests</artifactId><version>1</version><dependencies>{}</dependencies>
</project>"""
ARTIFACTS = (
    "org.neo4j:neo4j",
    "org.neo4j.app:neo4j-server",
    "org.neo4j:neo4j-import-tool",
    "org.neo4j:neo4j-consistency-check",
    "org.neo4j:neo4j-record-storage-engine",
)
OPENS = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in ("java.nio", "java.io", "sun.nio.ch")]


def missing(release: Release) -> str | None:
    """Why this release cannot run here; None when it can."""
    if java(release.least_java) is None:
        return f"Neo4j {release.version} needs Java {release.least_java} or newer"
    if not (CACHE / f"neo4j-{release.version}" / "ready").exists() and shutil.which("mvn") is None:
        return f"Neo4j {release.version} is not in {CACHE} and Maven is not there to get it"
    return None


def java(least: int) -> Path | None:
    """The oldest Java of the machine that is new enough."""
    homes = [Path(home) for key, home in os.environ.items() if key.startswith("JAVA_HOME")]
    homes += sorted(Path("/usr/lib/jvm").glob("*"))
    found: dict[int, Path] = {}
    for home in homes:
        release = home / "release"
        match = release.exists() and re.search(r'JAVA_VERSION="(\d+)', release.read_text())
        if match and (home / "bin" / "java").exists() and int(match[1]) >= least:
            found[int(match[1])] = home / "bin" / "java"
    return found[min(found)] if found else None


@dataclass(frozen=True)
class Server:
    """A running server: how to connect to it, and who vouches for it when TLS is asked for."""

    bolt: Bolt
    ca_file: Path


class Running:
    """A server of a release in a folder of its own; may be killed and started again on the same data."""

    def __init__(self, release: Release, home: Path) -> None:
        self._home, self._port = home, free_port()
        self._ca_file = _certify(home)
        self._command, self._jars = _command(release, home), _jars(release)
        self._server: subprocess.Popen[bytes] | None = None
        _configure(home, self._port, self._ca_file)
        self.admin("dbms", "set-initial-password", PASSWORD)

    def start(self) -> Server:
        """Start, and wait until it answers."""
        log = self._home / "logs" / "neo4j.log"
        said = log.read_text().count("Started.") if log.exists() else 0
        with (self._home / "out.log").open("ab") as output:
            self._server = subprocess.Popen(self._command, env=_environment(self._home), stdout=output, stderr=output)
        _wait_until_started(self._server, self._home, said)
        return Server(Bolt(f"bolt://127.0.0.1:{self._port}", "neo4j", PASSWORD, "neo4j"), self._ca_file)

    def admin(self, *arguments: str) -> None:
        """`neo4j-admin`, while the server is stopped."""
        command = [self._command[0], *OPENS, "-cp", f"{self._jars}/*", "org.neo4j.cli.AdminTool", *arguments]
        ended = subprocess.run(command, env=_environment(self._home), check=False, capture_output=True, text=True)
        if ended.returncode:
            raise RuntimeError(f"neo4j-admin: {ended.stdout[-1500:]} {ended.stderr[-1500:]}")

    def stop(self) -> None:
        """As an administrator stops it, so that what it holds may be looked at."""
        if self._server:
            self._server.terminate()
            self._server.wait()

    def kill(self) -> None:
        """kill -9, as a machine that dies does."""
        if self._server:
            self._server.kill()
            self._server.wait()


@contextmanager
def running(release: Release, home: Path) -> Iterator[Server]:
    """Start the release in `home` on a free port of loopback, with TLS for who wants it; stops at the end."""
    server = Running(release, home)
    try:
        yield server.start()
    finally:
        server.kill()


def _command(release: Release, home: Path) -> list[str]:
    binary = java(release.least_java)
    assert binary is not None
    entry = "Neo4jCommunity" if release.least_java > 17 else "CommunityEntryPoint"
    return [
        str(binary), "-Xmx1g", "-cp", f"{_jars(release)}/*", *OPENS, f"org.neo4j.server.{entry}",
        f"--home-dir={home}", f"--config-dir={home / 'conf'}",
    ]  # fmt: skip


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}


def _configure(home: Path, port: int, ca_file: Path) -> None:
    settings = {
        "server.bolt.listen_address": f"127.0.0.1:{port}",
        "server.bolt.tls_level": "OPTIONAL",
        "dbms.ssl.policy.bolt.enabled": "true",
        "dbms.ssl.policy.bolt.base_directory": str(ca_file.parent),
        "dbms.ssl.policy.bolt.client_auth": "NONE",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "dbms.usage_report.enabled": "false",
        "dbms.security.allow_csv_import_from_file_urls": "false",
        "server.memory.heap.max_size": "1g",
        "server.memory.pagecache.size": "256m",
    }
    conf = home / "conf"
    conf.mkdir(parents=True)
    (conf / "neo4j.conf").write_text("".join(f"{key}={value}\n" for key, value in settings.items()))


def _certify(home: Path) -> Path:
    """A certificate for loopback and the authority that gave it; the path of the authority's."""
    folder = home / "certificates"
    folder.mkdir(parents=True)
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1", "localhost")
    key = load_pem_private_key(issued.private_key_pem.bytes(), None)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "private.key").write_bytes(pem)
    (folder / "public.crt").write_bytes(b"".join(part.bytes() for part in issued.cert_chain_pems))
    authority.cert_pem.write_to_path(folder / "ca.pem")
    return folder / "ca.pem"


def _jars(release: Release) -> Path:
    folder = CACHE / f"neo4j-{release.version}"
    if not (folder / "ready").exists():
        folder.mkdir(parents=True, exist_ok=True)
        dependencies = "".join(
            "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>".format(
                *artifact.split(":"), release.version
            )
            for artifact in ARTIFACTS
        )
        (folder / "pom.xml").write_text(POM.format(dependencies))
        subprocess.run(
            [
                "mvn",
                "-q",
                "-B",
                "dependency:copy-dependencies",
                "-DoutputDirectory=lib",
                "-DincludeScope=runtime",
            ],
            cwd=folder,
            check=True,
        )
        (folder / "ready").touch()
    return folder / "lib"


def _wait_until_started(server: subprocess.Popen[bytes], home: Path, said: int, seconds: float = 120) -> None:
    """Wait until the server says once more than before that it has started."""
    log, deadline = home / "logs" / "neo4j.log", time.monotonic() + seconds
    while time.monotonic() < deadline:
        if log.exists() and log.read_text().count("Started.") > said:
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"Neo4j did not start:\n{(home / 'out.log').read_text()[-2000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
