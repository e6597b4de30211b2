"""How long the command takes to start and to build all pages, as ratios to a bare Python in the same run.

python tests/benchmarks/command.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 7


def seconds(*arguments: str, runs: int = RUNS) -> float:
    """Return the median time of a run of this Python with some arguments, after one run to warm up."""
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def main() -> None:
    """Print a table: what, median seconds, ratio to a bare start of Python."""
    bare = seconds("-c", "pass")
    rows = {"python -c pass": bare, "costmodel --help": seconds("-m", "costmodel", "--help")}
    rows["import costmodel"] = seconds("-c", "import costmodel")
    rows["costmodel compare copilot"] = seconds("-m", "costmodel", "compare", "copilot", runs=3)
    with tempfile.TemporaryDirectory() as folder:
        three = ("copilot", "gpt3-training", "maia")
        rows[f"costmodel report {' '.join(three)}"] = seconds(
            "-m", "costmodel", "report", *three, "--out", folder, runs=3
        )
    for name, took in rows.items():
        sys.stdout.write(f"{name:<48} {took:7.3f} s {took / bare:8.1f} x bare\n")


if __name__ == "__main__":
    main()
