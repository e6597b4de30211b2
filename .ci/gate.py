"""The gate: format, lint, types, import contract, spelling, docs in step, spec files, tests. Runs everywhere alike.

python .ci/gate.py           all of it; while the tests run, the other steps run one by one beside them
python .ci/gate.py lint      only the steps whose names are given
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TESTS = "tests"
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
    TESTS: [sys.executable, "-m", "pytest", "-n", os.environ.get("PYTEST_WORKERS", "auto"), "--dist", "loadscope"],
}


def run(name: str) -> bool:
    """Run one step with the tools of this environment and say how it went; only tests show how far they are."""
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    start, out = time.monotonic(), None if name == TESTS else subprocess.PIPE
    done = subprocess.run(  # noqa: S603 - our own steps
        STEPS[name],
        cwd=ROOT,
        env={**os.environ, "PATH": tools},
        stdout=out,
        stderr=out and subprocess.STDOUT,
        text=True,
        check=False,
    )
    mark = "passed" if done.returncode == 0 else f"FAILED ({done.returncode})"
    sys.stdout.write(f"\n{done.stdout or ''}gate: {name} {mark} in {time.monotonic() - start:.0f} s\n")
    sys.stdout.flush()
    return done.returncode == 0


def main(names: list[str]) -> int:
    """Run the steps and return the exit code."""
    unknown = [name for name in names if name not in STEPS]
    if unknown:
        sys.stderr.write(f"gate: no step {unknown[0]!r}; steps are {', '.join(STEPS)}\n")
        return 2
    asked = sorted(names or STEPS, key=lambda name: name != TESTS)
    with ThreadPoolExecutor(2 if TESTS in asked else 1) as pool:
        failed = [name for name, passed in zip(asked, pool.map(run, asked), strict=True) if not passed]
    sys.stdout.write(f"gate: failed: {', '.join(failed)}\n" if failed else "gate: all passed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
