"""Files made to take for ever: each is refused at once, in a process of its own that may be killed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.shipped import ROOT
from tests.specs.samples import ACCELERATOR

GENEROUS = 60
"""Seconds, for a slow machine: what is guarded against takes hours."""

READ = """
import sys
from costmodel.errors import SpecError
from costmodel.specs.catalog import Catalog
for name in sys.argv[2:]:
    try:
        Catalog([__import__("pathlib").Path(sys.argv[1])]).get("accelerator", f"acme/{name}")
    except SpecError as error:
        assert error.faults
    else:
        raise SystemExit(f"{name} was accepted")
"""
LONG = 10_000_000
BOMBS = {
    "megabytes": ACCELERATOR + f'note = "{"x" * LONG}"\n',
    "long-value": ACCELERATOR.replace("Test chip", "x" * 900_000),
    "power-tower": ACCELERATOR.replace("3.35 TB/s", "9**9**9**9 TB/s"),
    "unit-tower": ACCELERATOR.replace("3.35 TB/s", "3 TB^4^4^4^4"),
    "unit-product": ACCELERATOR.replace("3.35 TB/s", "3 " + "*".join(["m"] * 29)),
    "huge-exponent": ACCELERATOR.replace("3.35 TB/s", "1e999999999 TB/s"),
    "huge-number": ACCELERATOR.replace("3.35 TB/s", "9" * 90 + "e999 TB/s"),
    "deep-lists": "x = " + "[" * 100_000,
    "deep-tables": "x = " + "{a=" * 100_000,
    "deep-key": "name" + ".a" * 100_000 + " = 1\n",
    "deep-key-inside": "name = { a" + ".a" * 100_000 + " = 1 }\n",
    "deep-header": "[name" + ".a" * 100_000 + "]\n",
    "spaces-in-header": "[" + " " * 500_000 + "x\n",
    "spaces-in-key": "a" + " " * 500_000 + "\n",
    "dots-and-spaces": "a . " * 100_000,
    "open-quotes": '"' * 500_000,
    "open-inline": "a = {" + ", a" * 200_000,
    "long-integer": ACCELERATOR.replace('name = "Test chip"', "name = " + "9" * 100_000),
    "long-hexadecimal": ACCELERATOR.replace('name = "Test chip"', "name = 0x" + "f" * 100_000),
    "many-keys": "\n".join(f"a{i} = 1" for i in range(60_000)),
    "many-keys-of-a-fact": f"power = {{ value = 1, {', '.join(f'a{i} = 1' for i in range(60_000))} }}\n",
    "many-tables": "\n".join(["[[price]]"] * 60_000),
}


@pytest.mark.parametrize("part", [0, 1, 2])
def test_bombs_are_refused_at_once(write: Callable[[str, str | bytes], Path], tmp_path: Path, part: int) -> None:
    """Sizes, depths and powers have limits, and no pattern backtracks."""
    names = list(BOMBS)[part::3]
    for name in names:
        write(f"accelerators/acme/{name}.toml", BOMBS[name])
    done = subprocess.run(
        [sys.executable, "-c", READ, tmp_path, *names],
        cwd=ROOT,
        timeout=GENEROUS,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
