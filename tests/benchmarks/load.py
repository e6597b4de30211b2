"""How long reading all spec files takes, beside plain tomllib on the same files in the same run.

python tests/benchmarks/load.py
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

from costmodel.specs.catalog import Catalog
from costmodel.specs.kinds import KINDS

RUNS = 7


def load() -> Catalog:
    """Read and check every spec of every kind."""
    catalog = Catalog()
    for kind in KINDS:
        catalog.all(kind)
    return catalog


def plain(files: list[Path]) -> None:
    """Parse the same files without looking at what they say."""
    for file in files:
        tomllib.loads(file.read_text(encoding="utf-8"))


def milliseconds(function: Callable[[], object]) -> float:
    """Return the processor time of a call."""
    start = time.process_time()
    function()
    return 1e3 * (time.process_time() - start)


def main() -> None:
    """Print the first load after imports, the best of several, and both beside plain parsing."""
    first = milliseconds(load)
    catalog = load()
    files = [file for kind in KINDS for file in catalog.files(kind).values()]
    files += [path for path in {file.parents[2] / "sources.toml" for file in files} if path.is_file()]
    again, bare = (min(milliseconds(one) for _ in range(RUNS)) for one in (load, lambda: plain(files)))
    facts = sum(len(list(record.stated)) for kind in KINDS for record in catalog.all(kind))
    lines = [
        f"{len(files)} files with {facts} facts, processor time:",
        f"  tomllib alone       {bare:6.0f} ms",
        f"  first load          {first:6.0f} ms   {first / bare:.2f} times",
        f"  later loads         {again:6.0f} ms   {again / bare:.2f} times",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
