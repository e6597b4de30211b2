"""Which tests run which lines of the code, and how long each takes: asked once for each folder of tests, and kept."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path

import pytest
from coverage import Coverage, CoverageData

WARM = ("altair", "click", "hypothesis.strategies", "jinja2", "numpy", "pandas", "pint", "rich", "scipy.stats", "tomli")
"""What a test needs beside our own code: imported once, before the forks."""

LONGEST_FILE = 2
"""Seconds of processor time after which the rest of a file of tests is left out."""

LONGEST_FOLDER = 600
"""Seconds of processor time for a folder of tests."""

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
        self.watch, self.seconds, self.spent = watch, dict[str, float](), dict[Path, float]()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        start = time.process_time()
        self.watch.switch_context(item.nodeid)
        done = yield
        self.seconds[item.nodeid] = round(time.process_time() - start, 4)
        self.spent[item.path] = self.spent.get(item.path, 0.0) + self.seconds[item.nodeid]
        return done

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        if self.spent.get(item.path, 0.0) > LONGEST_FILE:
            pytest.skip("the file takes too long")


def tests(tree: Path, folders: Sequence[str], sources: Sequence[str], store: Path) -> list[Test]:
    """Return the tests of some folders of a tree; what is kept in the store of the very same tree is not run again."""
    found, texts = [], b"".join(file.read_bytes() for file in sorted(tree.rglob("*.py")))
    for folder in folders:
        kept = store / f"{zlib.crc32(texts)}-{folder.replace('/', '-')}.json"
        if not kept.is_file():
            forked(tree, lambda folder=folder, kept=kept: _record(tree, folder, sources, kept), LONGEST_FOLDER)
        found += [Test(**one) for one in json.loads(kept.read_text())]
    return found


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


def _record(tree: Path, folder: str, sources: Sequence[str], kept: Path) -> int:
    sys.dont_write_bytecode = False  # what pytest makes of the tests is needed again for every fault
    watch = Coverage(data_file=None, include=[str(tree / source) for source in sources], config_file=False)
    recorder = _Recorder(watch)
    watch.start()
    pytest.main([*QUIET, f"tests/{folder}"], plugins=[recorder])
    watch.stop()
    lines = _lines(watch.get_data(), tree)
    known = [Test(name, seconds, lines.get(name, {})) for name, seconds in recorder.seconds.items()]
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps([asdict(one) for one in known]))
    return 0


def _lines(data: CoverageData, tree: Path) -> dict[str, dict[str, list[int]]]:
    """Return the lines that each test ran, by file."""
    found: dict[str, dict[str, list[int]]] = {}
    for file in data.measured_files():
        for line, contexts in data.contexts_by_lineno(file).items():
            for context in contexts:
                found.setdefault(context, {}).setdefault(str(Path(file).relative_to(tree)), []).append(line)
    return found
