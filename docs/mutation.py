"""Measures what the tests see: plants faults in a copy of the tree, one at a time: docs/mutation.md.

pip install -e '.[dev,mutation]' && python docs/mutation.py --room economics --faults 60 --seed 3
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from at_once import Case, show
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names
from reach import QUIET, Test, forked, tests, warm
from scipy.stats import binomtest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = {
    "formula": "costmodel/formula/*.py",
    "economics": "costmodel/economics/**/*.py",
    "performance": "costmodel/performance/**/formulas/*.py",
    "analysis": "costmodel/analysis/*.py",
}
"""Where faults are planted."""

OWN = {
    "formula": "tests/formula",
    "economics": "tests/economics",
    "performance": "tests/performance/formulas",
    "analysis": "tests/analysis",
}
"""Whose tests are shown them first."""

FOLDERS = ("formula", "economics", "performance/formulas", "properties", "golden", "analysis", "cli")
"""The tests that are shown them, below `tests`."""

OF_WORDS = "tests/test_code_health.py::test_values_are_frozen"
"""The test that reads the files, and so sees what is no longer frozen."""

SHOWN = 8
"""Seconds of processor time after which a fault is shown to no further test; the quick that run its line come first."""

SHOWN_AGAIN = 5
"""Seconds in a fresh process: what is shown there is not planted at once, or what tests of other folders may see."""

MOST = 80
"""Tests that a fault is shown to: more take long to collect."""

DOCTEST = 0.5
"""Seconds that the examples of a file are taken to last."""

LONGEST = 30
"""Seconds of processor time after which a test, and so the fault, hangs."""

_ARITHMETIC, _ORDER = "(Add|Sub|Mul|Div|Pow)", "(Lt|LtE|Gt|GtE|Eq|NotEq)"
FAULTS = re.compile(
    rf"core/(ReplaceBinaryOperator_{_ARITHMETIC}_{_ARITHMETIC}|ReplaceComparisonOperator_{_ORDER}_{_ORDER}"
    "|NumberReplacer|AddNot|ReplaceAndWithOr|ReplaceOrWithAnd|ReplaceTrueWithFalse|ReplaceFalseWithTrue)$"
)

ENDED = {0: "not seen", 1: "seen", 2: "seen", 4: "seen", 5: "no test", 70: "no test"}
"""What the exit code of the tests says: a fault that lets no test be collected is seen too."""


@dataclass(frozen=True)
class Fault:
    """One change of one file: the operator that makes it and which of its places it is made at."""

    file: str
    operator: str
    place: int

    @property
    def module(self) -> str:
        """The name of the module that it is in."""
        return self.file.removesuffix(".py").replace("/", ".").removesuffix(".__init__")

    def planted(self) -> str:
        """Return the file's text with the fault in it."""
        return str(mutate_code((ROOT / self.file).read_text(), get_operator(self.operator)(), self.place))

    def differs(self) -> bool:
        """Return whether Python reads the file with the fault in it as another program: 1e30 + 1 is 1e30."""
        try:
            return ast.dump(ast.parse(self.planted())) != ast.dump(ast.parse((ROOT / self.file).read_text()))
        except SyntaxError:
            return False

    def line(self) -> tuple[int, str, str]:
        """Return the number of the line that differs, as it is and as it was planted."""
        pairs = zip((ROOT / self.file).read_text().splitlines(), self.planted().splitlines(), strict=False)
        return next((n, a.strip(), b.strip()) for n, (a, b) in enumerate(pairs, 1) if a != b)

    def around(self) -> tuple[set[str], set[int]]:
        """Return the functions and classes that the fault is in, or that use what it names, and their lines."""
        number, body = self.line()[0], ast.parse((ROOT / self.file).read_text()).body
        here = next((node for node in body if number in _lines_of(node)), body[0])
        words = {node.id for node in ast.walk(here) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        found = [node for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        if isinstance(here, ast.FunctionDef | ast.ClassDef):
            found = [here]
        elif used := [
            node for node in found if words & {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        ]:
            found = used
        return {node.name for node in found}, {line for node in found for line in _lines_of(node)}


def _lines_of(node: ast.stmt) -> range:
    """Return the lines of a statement, its decorators among them."""
    decorators = getattr(node, "decorator_list", [])
    return range(min([node.lineno, *(one.lineno for one in decorators)]), (node.end_lineno or node.lineno) + 1)


class _Clock:
    """A plugin of pytest that leaves out the tests that would begin too late."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        if time.process_time() > SHOWN_AGAIN:
            pytest.skip("others were shown")


def main(room: str, faults: int, seed: int, store: Path) -> None:
    """Plant, test, and say how each ended and which share was seen."""
    tree = Path(shutil.copytree(ROOT, Path(tempfile.mkdtemp()) / "tree", ignore=shutil.ignore_patterns(".*", "out")))
    warm()
    known, ends = tests(tree, FOLDERS, tuple(ROOMS.values()), store), Counter[str]()
    planted = [(fault, chosen(fault, known)) for fault in drawn(room, faults, seed)]
    for (fault, names), first in zip(planted, _at_once(tree, OWN[room], planted), strict=True):
        others = [name for name in names if first == "not planted" or not name.startswith(OWN[room])]
        how = first if first in ("seen", "hangs") or not others else seen(fault, tree, others)
        ends[how] += 1
        number, before, after = fault.line()
        sys.stdout.write(f"{how}: {fault.file}:{number}: `{before}` as `{after}`\n")
        sys.stdout.flush()
    found = ends["seen"] + ends["hangs"]
    low, high = binomtest(found, ends.total()).proportion_ci(method="wilson")
    share = f"{found / ends.total():.0%} ({low:.0%} to {high:.0%})"
    sys.stdout.write(f"| {room} | {seed} | {ends.total()} | {found} | {ends['hangs']} | {share} |\n")


def _at_once(tree: Path, folder: str, planted: Sequence[tuple[Fault, Sequence[str]]]) -> list[str]:
    """Return how faults end with the tests of a folder in one process: most are seen so, in a tenth of the time."""
    cases = [Case(fault.module, fault.planted(), names) for fault, names in planted]
    found = tree.parent / "at_once"
    forked(tree, lambda: show(folder, cases, SHOWN, LONGEST, found), LONGEST * (1 + len(cases)))
    ends = found.read_text().splitlines() if found.is_file() else []
    return [*ends, *["not planted"] * (len(cases) - len(ends))]


def drawn(room: str, faults: int, seed: int) -> list[Fault]:
    """Return faults at random, none twice and none that changes nothing."""
    every = list(all_faults(ROOMS[room]))
    random.Random(f"{seed} {room}").shuffle(every)  # noqa: S311 - a draw
    different = (fault for fault in every if fault.differs())
    return [fault for fault, _ in zip(different, range(faults), strict=False)]


def all_faults(sources: str) -> Iterator[Fault]:
    """Yield every fault that can be planted in the files of a room."""
    operators = [name for name in operator_names() if FAULTS.match(name)]
    for file in sorted(ROOT.glob(sources)):
        nodes = list(ast_nodes(get_ast(file.read_text())))
        for name in operators:
            operator = get_operator(name)()
            places = sum(len(list(operator.mutation_positions(node))) for node in nodes)
            yield from (Fault(str(file.relative_to(ROOT)), name, place) for place in range(places))


def chosen(fault: Fault, known: Sequence[Test]) -> list[str]:
    """Return the tests to show a fault to, as long as time allows.

    The examples of its file and the cases that go by the name of its function; then the tests that run its line: those
    of its own name, of its room, and of all others; then the nearest.
    """
    names, around = fault.around()
    path, line = Path(fault.file), fault.line()[0]
    own, room = f"/test_{path.stem}", "/".join(("tests", *path.parent.parts[1:], ""))
    direct = [test for test in known if line in test.lines.get(fault.file, ())]
    groups = (
        [test for test in known if names & set(re.split(r"[\[\]-]", test.name))],
        [test for test in direct if own in test.file],
        [test for test in direct if test.file.startswith(room)],
        direct,
        [test for test in known if own in test.file],
        [test for test in known if any(one in around for one in test.lines.get(fault.file, ()))],
    )
    examples = [Test(fault.file, DOCTEST, {})] if ">>>" in (ROOT / fault.file).read_text() else []
    found = _within_time([*examples, *(test for group in groups for test in _each_once_first(group))])
    return [OF_WORDS, *found] if fault.operator.endswith("TrueWithFalse") else found


def _each_once_first(group: Sequence[Test]) -> list[Test]:
    """Return tests with the quickest case of each before second cases, the quick before the slow."""
    turns, order = Counter[str](), []
    for test in sorted(group, key=lambda one: one.seconds):
        order.append((turns[test.function], test.seconds, test))
        turns[test.function] += 1
    return [test for _, _, test in sorted(order, key=lambda one: one[:2])]


def _within_time(ordered: Sequence[Test]) -> list[str]:
    names: dict[str, float] = {}
    for test in ordered:
        if not names or (len(names) < MOST and sum(names.values()) + test.seconds <= SHOWN):
            names.setdefault(test.name, test.seconds)
    return list(names)


def seen(fault: Fault, tree: Path, names: Sequence[str]) -> str:
    """Return how tests end with a fault in the tree."""
    (tree / fault.file).write_text(fault.planted())
    try:
        code = forked(tree, lambda: pytest.main([*QUIET, "-x", *names], plugins=[_Clock()]), LONGEST)
    finally:
        shutil.copy2(ROOT / fault.file, tree / fault.file)
    return "hangs" if code < 0 else ENDED.get(code, "no test")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--room", choices=ROOMS, required=True)
    parser.add_argument("--faults", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--store", type=Path, default=Path(tempfile.gettempdir()) / f"costmodel-reach-{os.getuid()}")
    return parser.parse_args()


if __name__ == "__main__":
    main(**vars(_arguments()))
