"""Which tests run which lines of the code, and how long each takes: asked once for each file of tests, and kept."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

import pytest
from coverage import Coverage, CoverageData

WARM = ("altair", "click", "hypothesis.strategies", "jinja2", "numpy", "pandas", "pint", "rich", "scipy.stats", "tomli")
"""What a test needs beside our own code: imported once, before the forks."""

LONGEST_FILE = 40
"""Seconds of processor time after which the rest of a file of tests is left out."""

LONGEST_FOLDER = 1_200
"""Seconds of processor time for a folder of tests."""

THOUSAND = 1_000

QUIET = ("-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning")


@dataclass(frozen=True)
class Test:
    """A test: its name, its time in seconds, and the lines of code that it runs, by file."""

    name: str
    seconds: float
    lines: dict[str, list[int]]

    @property
    def file(self) -> str:
        """The file that it stands in."""
        return self.name.partition("::")[0]

    @property
    def function(self) -> str:
        """Its name without the values that it is run for."""
        return self.name.partition("[")[0]


class _Recorder:
    """A plugin of pytest that tells the coverage which test runs, and notes how long it took."""

    def __init__(self, watch: Coverage) -> None:
        self.watch, self.seconds, self.spent, self.left = watch, dict[str, float](), Counter[Path](), set[str]()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        start = time.process_time()
        self.watch.switch_context(item.nodeid)
        done = yield
        seconds = round(time.process_time() - start, 4)
        self.spent[item.path] += int(THOUSAND * seconds)
        if item.nodeid not in self.left:
            self.seconds[item.nodeid] = seconds
        return done

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if self.spent[item.path] > LONGEST_FILE * THOUSAND:
            self.left.add(item.nodeid)
            pytest.skip("the file takes too long")


def tests(tree: Path, folders: Sequence[str], sources: Sequence[str], store: Path) -> list[Test]:
    """Return the tests of some folders of a tree; of a file that the store knows with its very text none is run again.

    Lines of source files that have changed since are forgotten.
    """
    now = {source: _sum(tree / source) for source in _files(tree, sources)}
    found = []
    for folder in folders:
        kept = {file: store / f"{_sum(tree / file)}-{file.replace('/', '-')}.json" for file in _tests_in(tree, folder)}
        if new := [file for file, there in kept.items() if not there.is_file()]:
            forked(tree, lambda new=new, kept=kept: _record(tree, new, now, kept), LONGEST_FOLDER)
        found += [one for there in kept.values() if there.is_file() for one in _read(there, now)]
    return found


def _tests_in(tree: Path, folder: str) -> list[str]:
    return sorted(str(file.relative_to(tree)) for file in (tree / "tests" / folder).rglob("test_*.py"))


def _files(tree: Path, sources: Sequence[str]) -> list[str]:
    return sorted(str(file.relative_to(tree)) for source in sources for file in tree.glob(source))


def _sum(file: Path) -> int:
    return zlib.crc32(file.read_bytes())


def _read(kept: Path, now: Mapping[str, int]) -> Iterator[Test]:
    content = json.loads(kept.read_text())
    same = {file for file, sum_ in content["sources"].items() if now.get(file) == sum_}
    for one in content["tests"]:
        lines = {file: lines for file, lines in one["lines"].items() if file in same}
        yield Test(one["name"], one["seconds"], lines)


def warm() -> None:
    """Import what is not ours, so that forks need not."""
    for name in WARM:
        import_module(name)


def forked(tree: Path, work: Callable[[], int], longest: int) -> int:
    """Return the exit code of work done in a fork within a tree, unheard; negative where a signal ended it."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (longest, longest + 1))
        os.chdir(tree)
        os.environ |= {"PYTHONPATH": str(tree), "OMP_NUM_THREADS": "1"}
        sys.path.insert(0, str(tree))
        sys.dont_write_bytecode = True  # a fault of the same size and second would be taken for the one before
        for stream in (1, 2):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream)
        os._exit(int(work()))
    finally:
        os._exit(70)


def _record(tree: Path, files: Sequence[str], sources: Mapping[str, int], kept: Mapping[str, Path]) -> int:
    sys.dont_write_bytecode = False  # what pytest makes of the tests is needed again for every fault
    watch = Coverage(data_file=None, include=[str(tree / source) for source in sources], config_file=False)
    recorder = _Recorder(watch)
    watch.start()
    pytest.main([*QUIET, *files], plugins=[recorder])
    watch.stop()
    lines = _lines(watch.get_data(), tree)
    known = [Test(name, seconds, lines.get(name, {})) for name, seconds in recorder.seconds.items()]
    for file in files:
        own = [asdict(one) for one in known if one.file == file]
        kept[file].parent.mkdir(parents=True, exist_ok=True)
        kept[file].write_text(json.dumps({"sources": dict(sources), "tests": own}))
    return 0


def _lines(data: CoverageData, tree: Path) -> dict[str, dict[str, list[int]]]:
    """Return the lines that each test ran, by file."""
    found: dict[str, dict[str, list[int]]] = {}
    for file in data.measured_files():
        for line, contexts in data.contexts_by_lineno(file).items():
            for context in contexts:
                found.setdefault(context, {}).setdefault(str(Path(file).relative_to(tree)), []).append(line)
    return found
