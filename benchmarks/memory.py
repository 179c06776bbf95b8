"""Time and peak memory of `ccg sample` and `ccg load` at two sizes. `python -m benchmarks.memory 10000 100000`.

The loader and the embedded server are processes of their own and are told apart. Linux only: reads /proc.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

LOADER_MOST_GROWTH = 10.0
"""Ten times the people may take at most ten times the loader's memory."""
SAMPLE_MOST_GROWTH = 1.2
"""However many people, making the sample may take this much more memory than for the fewest."""


@dataclass
class Peak:
    """Seconds of a command, and the most resident memory (MB) of itself and of its children."""

    seconds: float = 0.0
    own: dict[str, float] = field(default_factory=lambda: {"command": 0.0, "server": 0.0})


def measure(*arguments: str) -> Peak:
    """Run `ccg` and watch it until it ends. Raises `CalledProcessError` when it fails."""
    peak, started = Peak(), time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-m", "ccg.main", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as running:
        while running.poll() is None:
            for pid, whose in [(running.pid, "command"), *((child, "server") for child in _children(running.pid))]:
                peak.own[whose] = max(peak.own[whose], _most_resident(pid))
            time.sleep(0.2)
        if running.returncode:
            raise subprocess.CalledProcessError(running.returncode, running.args, stderr=running.stderr)
    peak.seconds = time.perf_counter() - started
    return peak


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _most_resident(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    line = next((line for line in status.splitlines() if line.startswith("VmHWM")), "VmHWM: 0 kB")
    return int(line.split()[1]) / 1024


def main() -> int:
    sizes = [int(text) for text in sys.argv[1:]] or [10_000, 100_000]
    loader, maker = [], []
    for people in sizes:
        with tempfile.TemporaryDirectory() as folder:
            feeds = str(Path(folder) / "feeds")
            made = measure("sample", "--people", str(people), "--seed", "7", "--months", "36", feeds)
            load = measure("load", feeds, "--data", folder, "--received", "2026-11-02")
            loader.append(load.own["command"])
            maker.append(made.own["command"])
            print(
                f"| {people:,} | {made.seconds:.0f} | {made.own['command']:,.0f} | {load.seconds:.0f} | "
                f"{load.own['command']:,.0f} | {load.own['server']:,.0f} |",
                flush=True,
            )
    flat = maker[-1] / maker[0] <= SAMPLE_MOST_GROWTH
    return 0 if flat and loader[-1] / loader[0] <= LOADER_MOST_GROWTH * sizes[-1] / sizes[0] / 10 else 1


if __name__ == "__main__":
    sys.exit(main())
