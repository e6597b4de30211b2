"""The gate: format, lint, types, import contract, spelling, docs in step, spec files, tests. Runs everywhere alike.

python .ci/gate.py           all of it
python .ci/gate.py lint      only the steps whose names are given
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STEPS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "contract": ["lint-imports", "--no-cache"],
    "spelling": [
        "codespell",
        "costmodel",
        "docs",
        "hardware",
        "reports",
        "README.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ],
    "docs": [sys.executable, "docs/make.py", "--check"],
    "specs": ["costmodel", "check"],
    "tests": [sys.executable, "-m", "pytest", "-n", os.environ.get("PYTEST_WORKERS", "auto"), "--dist", "worksteal"],
}


def run(name: str) -> bool:
    """Run one step with the tools of this environment and say how it went."""
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    start = time.monotonic()
    done = subprocess.run(STEPS[name], cwd=ROOT, env={**os.environ, "PATH": tools}, check=False)  # noqa: S603 - our own steps
    mark = "passed" if done.returncode == 0 else f"FAILED ({done.returncode})"
    sys.stdout.write(f"gate: {name} {mark} in {time.monotonic() - start:.0f} s\n")
    sys.stdout.flush()
    return done.returncode == 0


def main(names: list[str]) -> int:
    """Run the steps and return the exit code."""
    unknown = [name for name in names if name not in STEPS]
    if unknown:
        sys.stderr.write(f"gate: no step {unknown[0]!r}; steps are {', '.join(STEPS)}\n")
        return 2
    failed = [name for name in names or list(STEPS) if not run(name)]
    sys.stdout.write(f"gate: failed: {', '.join(failed)}\n" if failed else "gate: all passed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
