"""`ccg doctor`: what is wrong here, and how to fix it."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from ccg import options
from graph import embedded
from graph.connect import connect, from_environment
from graph.errors import GraphError
from graph.store import Access

LEAST_FREE_GB = 2
LEAST_MEMORY_GB = 3


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `fix` is empty when it is well."""

    what: str
    found: str
    fix: str = ""


@click.command("doctor")
@options.data
def command(data: Path) -> None:
    """Look at Python, platform, memory, disk, rights and the graph; say what is wrong and how to fix it."""
    checks: tuple[Callable[[Path], Finding], ...] = (_python, _platform, _engine, _memory, _disk, _rights, _graph)
    findings = [check(data) for check in checks]
    for finding in findings:
        click.echo(f"{'!!' if finding.fix else 'ok'}  {finding.what}: {finding.found}")
        if finding.fix:
            click.echo(f"    {finding.fix}")
    if any(finding.fix for finding in findings):
        raise SystemExit(1)


def _python(data: Path) -> Finding:
    version = platform.python_version()
    good = (3, 11) <= sys.version_info[:2] <= (3, 14)
    return Finding("Python", version, "" if good else "Use Python 3.11 to 3.14.")


def _platform(data: Path) -> Finding:
    libc, version = platform.libc_ver()
    found = f"{platform.system()} {platform.machine()} {libc} {version}".strip()
    if platform.system() == "Darwin" and platform.machine() == "x86_64":
        return Finding("platform", found, "The embedded graph has no Intel Mac build: set CCG_NEO4J_URI.")
    if libc == "glibc" and tuple(map(int, version.split("."))) < (2, 34):
        return Finding("platform", found, "The embedded graph needs glibc 2.34: set CCG_NEO4J_URI, or a newer system.")
    return Finding("platform", found)


def _engine(data: Path) -> Finding:
    there = importlib.util.find_spec("arcadedb_embedded") is not None
    return Finding("embedded engine", "installed" if there else "missing", "" if there else "Run `make demo` again.")


def _memory(data: Path) -> Finding:
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    fix = "" if gigabytes >= LEAST_MEMORY_GB else "Give it 3 GB, or set CCG_EMBEDDED_HEAP to less than 2g."
    return Finding("memory", f"{gigabytes:.0f} GB", fix)


def _disk(data: Path) -> Finding:
    folder = next(path for path in (data.resolve(), *data.resolve().parents) if path.exists())
    free = shutil.disk_usage(folder).free / 1e9
    return Finding("disk", f"{free:.0f} GB free", "" if free >= LEAST_FREE_GB else f"Free {LEAST_FREE_GB} GB.")


def _rights(data: Path) -> Finding:
    if not data.exists():
        return Finding("data directory", f"{data} will be made")
    open_ones = [path.name for path in data.glob("*.*") if path.is_file() and path.stat().st_mode & 0o077]
    fix = f"chmod 600 {' '.join(str(data / name) for name in open_ones)}" if open_ones else ""
    return Finding("data directory", f"{data}, {'readable by others' if open_ones else 'private'}", fix)


def _graph(data: Path) -> Finding:
    try:
        named = from_environment(os.environ)
        if named is None and not embedded.status(data / "graph").running:
            return Finding("graph", "the embedded one, not running; it starts when it is needed")
        with connect(data, Access.READ) as store:
            store.read("RETURN 1 AS one")
            return Finding("graph", store.engine)
    except GraphError as error:
        return Finding("graph", error.what, error.fix)
