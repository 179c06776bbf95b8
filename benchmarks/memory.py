"""Peak memory of `ccg load` at two sizes, and how it grows. `python -m benchmarks.memory 10000 100000`."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from ccg import sample


def main() -> int:
    sizes = [int(text) for text in sys.argv[1:]] or [10_000, 100_000]
    for people in sizes:
        with tempfile.TemporaryDirectory() as folder:
            feeds = Path(folder) / "feeds"
            started = time.perf_counter()
            sample.write(feeds, people, 7, 36, date(2026, 10, 1))
            made = time.perf_counter() - started
            load = [
                sys.executable, "-m", "ccg.main", "load", str(feeds), "--data", folder, "--received", "2026-11-02",
            ]  # fmt: skip
            started = time.perf_counter()
            subprocess.run(load, check=True, capture_output=True)
            seconds = time.perf_counter() - started
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
            print(f"| {people:,} | {made:.0f} | {seconds:.0f} | {peak:,.0f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
