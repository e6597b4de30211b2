"""Processor time of the command: to start, to compare and to build pages; beside that of other checkouts in one run.

python tests/benchmarks/command.py [CHECKOUT...]     git worktree add /tmp/before 7d09829 makes one
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

RUNS = 3
HERE = Path(__file__).parents[2]
COMMANDS = (
    ("-c", "pass"),
    ("-m", "costmodel", "--help"),
    ("-m", "costmodel", "compare", "copilot"),
    ("-m", "costmodel", "compare", "maia"),
    ("-m", "costmodel", "report", "copilot"),
    ("-m", "costmodel", "report", "maia"),
)


def seconds(checkout: Path, arguments: tuple[str, ...], folder: str) -> float:
    """Return the processor time of a run of this Python on a checkout, with what it starts."""
    out = ("--out", folder) if "report" in arguments else ()
    before = sum(os.times()[2:4])
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    subprocess.run([sys.executable, *arguments, *out], check=True, capture_output=True, cwd=folder, env=environment)
    return sum(os.times()[2:4]) - before


def main() -> None:
    """Print the least processor time of each command in each checkout, in turn, and its ratio to that of the last."""
    checkouts = [HERE, *(Path(one).resolve() for one in sys.argv[1:])]
    with tempfile.TemporaryDirectory() as folder:
        for command in COMMANDS:
            runs = [[seconds(one, command, folder) for one in checkouts] for _ in range(RUNS + 1)]
            least = [min(column) for column in zip(*runs[1:], strict=True)]
            times = " ".join(f"{one:6.2f} s" for one in least)
            sys.stdout.write(f"{' '.join(command[1:]):<32} {times} {least[0] / least[-1]:7.2f} times the last\n")


if __name__ == "__main__":
    main()
