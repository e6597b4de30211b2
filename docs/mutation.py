"""Measures what the tests see: plants faults in copies of the tree, one at a time, and writes docs/mutation.md.

pip install -e '.[dev,mutation]' && python docs/mutation.py [faults a room, 60] [minutes, 600] [seed, 1] [workers, 1]
"""

from __future__ import annotations

import ast
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from scipy.stats import binomtest

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "mutation.md"
ROOMS = {
    "formula": ("costmodel/formula/*.py", ("tests/formula",)),
    "economics": ("costmodel/economics/**/*.py", ("tests/economics",)),
    "performance formulas": (
        "costmodel/performance/formulas/*.py",
        (
            "tests/performance/formulas",
            "tests/performance/machine tests/performance/training tests/performance/service",
            "tests/properties/test_formulas.py",
        ),
    ),
    "analysis": ("costmodel/analysis/*.py", ("tests/analysis",)),
}
"""Where faults are planted, and the tests that should see them: after those of the file's own name, the quick first."""

LONGEST = 400
"""Seconds of processor time after which tests that hang have decided nothing."""

_ARITHMETIC, _ORDER = "(Add|Sub|Mul|Div|Pow)", "(Lt|LtE|Gt|GtE|Eq|NotEq)"
FAULTS = re.compile(
    rf"core/(ReplaceBinaryOperator_{_ARITHMETIC}_{_ARITHMETIC}|ReplaceComparisonOperator_{_ORDER}_{_ORDER}"
    "|NumberReplacer|AddNot|ReplaceAndWithOr|ReplaceOrWithAnd|ReplaceTrueWithFalse|ReplaceFalseWithTrue)$"
)

ENDED = {0: "not seen", 1: "seen", 2: "seen", 4: "seen"}
"""What the exit code of the tests says: a fault that lets no test be collected is seen too."""

HEAD = """# What the tests see

<!-- `python docs/mutation.py` writes this page anew; what stands below "Planted by hand" is kept. -->

Faults are planted in copies of the code, one at a time: another operator, a number more or less, a comparison turned,
drawn at random from all that can be planted in a room. A fault is seen where a test of its room fails. Not in CI: 60
faults a room take hours. Made on {day} at seed {seed}, within {minutes} minutes; tests that took more than {longest} s
of processor time decided nothing and are left out of the share. The interval of the share is that of Wilson, 95%.

| room | faults tried | seen | undecided | share seen |
|---|---|---|---|---|
"""

BY_HAND = "## Planted by hand"


@dataclass(frozen=True)
class Fault:
    """One change of one file: the operator that makes it and which of its places it is made at."""

    file: str
    operator: str
    place: int

    def planted(self) -> str:
        """Return the file's text with the fault in it."""
        return str(mutate_code((ROOT / self.file).read_text(), get_operator(self.operator)(), self.place))

    def readable(self) -> bool:
        """Return whether Python can read the file with the fault in it."""
        try:
            ast.parse(self.planted())
        except SyntaxError:
            return False
        return True

    def line(self) -> tuple[int, str, str]:
        """Return the number of the line that differs, as it is and as it was planted."""
        pairs = zip((ROOT / self.file).read_text().splitlines(), self.planted().splitlines(), strict=False)
        return next((n, a.strip(), b.strip()) for n, (a, b) in enumerate(pairs, 1) if a != b)


def main(faults: int = 60, minutes: int = 600, seed: int = 1, workers: int = 1) -> None:
    """Plant, test, and write the page; rooms take turns, so that each has its share of the time."""
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))  # of each process that is started as well
    drawn = {room: random.Random(f"{seed} {room}").sample(_all(room), faults) for room in ROOMS}  # noqa: S311 - a draw
    turns = [
        (room, fault) for turn in zip(*drawn.values(), strict=True) for room, fault in zip(ROOMS, turn, strict=True)
    ]
    trees, end = SimpleQueue[Path](), time.monotonic() + 60 * minutes
    for _ in range(workers):
        trees.put(_copy())
    with ThreadPoolExecutor(workers) as pool:
        found = pool.map(lambda turn: (*turn, _tried(turn[1], turn[0], trees, end)), turns)
        known = [one for one in found if one[2]]
    head = HEAD.format(day=datetime.now(UTC).date(), seed=seed, minutes=minutes, longest=LONGEST)
    lived = [_shown(fault) for _, fault, how in known if how == "not seen"]
    table = [_row(room, [how for one, _, how in known if one == room]) for room in ROOMS]
    kept = PAGE.read_text().partition(BY_HAND)[2] if PAGE.is_file() else ""
    PAGE.write_text(head + "\n".join([*table, "", "## Not seen", "", *lived, "", BY_HAND]) + (kept or "\n"))


def _row(room: str, ends: list[str]) -> str:
    seen, decided = ends.count("seen"), ends.count("seen") + ends.count("not seen")
    share = ""
    if decided:
        low, high = binomtest(seen, decided).proportion_ci(method="wilson")
        share = f"{seen / decided:.0%} ({low:.0%} to {high:.0%})"
    return f"| {room} | {len(ends)} | {seen} | {len(ends) - decided} | {share} |"


def _copy() -> Path:
    tree = Path(tempfile.mkdtemp()) / "tree"
    return Path(shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".git", ".venv", "out", "__pycache__")))


def _all(room: str) -> list[Fault]:
    return list(all_faults(ROOMS[room][0]))


def _tried(fault: Fault, room: str, trees: SimpleQueue[Path], end: float) -> str:
    """Return whether a fault is seen; nothing once the time is over, or for one that Python cannot read."""
    if time.monotonic() > end or not fault.readable():
        return ""
    tree = trees.get()
    try:
        return seen(fault, tree, ROOMS[room][1])
    finally:
        trees.put(tree)


def all_faults(sources: str) -> Iterator[Fault]:
    """Yield every fault that can be planted in the files of a room."""
    operators = [name for name in operator_names() if FAULTS.match(name)]
    for file in sorted(ROOT.glob(sources)):
        nodes = list(ast_nodes(get_ast(file.read_text())))
        for name in operators:
            operator = get_operator(name)()
            places = sum(len(list(operator.mutation_positions(node))) for node in nodes)
            yield from (Fault(str(file.relative_to(ROOT)), name, place) for place in range(places))


def seen(fault: Fault, tree: Path, tests: Sequence[str]) -> str:
    """Return how the tests end with a fault in the tree; the tests of the file's own name are asked first."""
    own = [str(one.relative_to(ROOT)) for one in ROOT.glob(f"tests/**/test_{Path(fault.file).stem}.py")]
    (tree / fault.file).write_text(fault.planted())
    try:
        ends = (_end(tree, one) for one in (own, *map(str.split, tests)) if one)
        how = next((one for one in ends if one != "not seen"), "not seen")
    finally:
        shutil.copy(ROOT / fault.file, tree / fault.file)
    sys.stdout.write(f"{how} {_shown(fault)}\n")
    sys.stdout.flush()
    return how


def _end(tree: Path, tests: list[str]) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    environment = os.environ | {"PYTHONPATH": str(tree), "OMP_NUM_THREADS": "1"}
    done = subprocess.run(  # noqa: S603 - our own tests
        command, cwd=tree, env=environment, capture_output=True, check=False
    )
    return ENDED.get(done.returncode, "undecided")


def _shown(fault: Fault) -> str:
    number, before, after = fault.line()
    return f"- {fault.file}:{number}: `{before}` as `{after}`"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
