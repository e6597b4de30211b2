"""Faults shown to tests in a running process: functions get the code of the text with the fault, in a fork for each.

Nothing is imported or collected again, so that a fault takes as long as its tests. What is made when a module is
imported (classes, tables) stays as it was: what is `not planted`, or `not seen`, is shown in a fresh process again.
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import FunctionType, ModuleType

import pytest
from _pytest.runner import runtestprotocol
from reach import QUIET

ENDED = {0: "not seen", 1: "seen", 3: "not planted"}
"""What the exit code of a fork says; one that a signal ended hangs."""

NUMBERS = (int, float, tuple, str, frozenset)
"""What a module may name that is planted wherever it is imported."""


@dataclass(frozen=True)
class Case:
    """A module's text with a fault in it, and the tests that it is shown to, in their order."""

    module: str
    text: str
    tests: Sequence[str]


class _Loop:
    """A plugin of pytest that does something else with the tests that were collected than to run them all."""

    def __init__(self, use: Callable[[Mapping[str, pytest.Item]], None]) -> None:
        self.use = use

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.use({item.nodeid: item for item in session.items})
        return True


def show(folder: str, cases: Sequence[Case], seconds: float, longest: int, found: Path) -> int:
    """Write how each case ends with the tests of a folder, shown for so many seconds, a line each."""

    def use(items: Mapping[str, pytest.Item]) -> None:
        with found.open("w") as file:
            for case in cases:
                file.write(f"{_end(case, items, seconds, longest)}\n")
                file.flush()

    return int(pytest.main([*QUIET, folder], plugins=[_Loop(use)]))


def _end(case: Case, items: Mapping[str, pytest.Item], seconds: float, longest: int) -> str:
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return "hangs" if code < 0 else ENDED.get(code, "not planted")
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (longest, longest + 1))
        os._exit(_shown(case, [items[name] for name in case.tests if name in items], seconds))
    finally:
        os._exit(3)


def _shown(case: Case, tests: Sequence[pytest.Item], seconds: float) -> int:
    if not plant(import_module(case.module), case.text):
        return 3
    for test, after in zip(tests, [*tests[1:], None], strict=False):
        if time.process_time() > seconds:
            break
        if any(report.failed for report in runtestprotocol(test, log=False, nextitem=after)):
            return 1
    return 0


def plant(module: ModuleType, text: str) -> int:
    """Give a module's functions and numbers what another text of it says; return how many differ."""
    other = ModuleType(module.__name__)
    other.__dict__.update({name: value for name, value in vars(module).items() if name.startswith("__")})
    exec(compile(text, str(module.__file__), "exec"), other.__dict__)  # noqa: S102 - our own text
    pairs = [(vars(module).get(name), new) for name, new in vars(other).items()]
    functions = [pair for old, new in pairs for pair in _functions(old, new, module.__name__)]
    changed = sum(_given(*pair) for pair in functions)
    names = [name for name, new in vars(other).items() if isinstance(new, NUMBERS) and new != vars(module).get(name)]
    for name in names:
        _everywhere(vars(module)[name], name, vars(other)[name])
    return changed + len(names)


def _functions(old: object, new: object, module: str) -> Iterator[tuple[FunctionType, FunctionType]]:
    """Yield the functions of one thing with those of another that has the same name."""
    if isinstance(old, type) and isinstance(new, type) and old.__module__ == module:
        for name, part in vars(new).items():
            yield from _functions(vars(old).get(name), part, module)
    elif isinstance(old, property) and isinstance(new, property):
        yield from _functions(old.fget, new.fget, module)
    elif isinstance(old, cached_property) and isinstance(new, cached_property):
        yield from _functions(old.func, new.func, module)
    elif isinstance(old, (classmethod, staticmethod)) and isinstance(new, (classmethod, staticmethod)):
        yield from _functions(old.__func__, new.__func__, module)
    elif isinstance(old, FunctionType) and isinstance(new, FunctionType):
        if old.__module__ == module:
            yield old, new
    elif hasattr(old, "__wrapped__") and hasattr(new, "__wrapped__"):
        yield from _functions(old.__wrapped__, new.__wrapped__, module)


def _given(old: FunctionType, new: FunctionType) -> bool:
    """Give a function the code and defaults of another; return whether they differ."""
    parts = ("__code__", "__defaults__", "__kwdefaults__")
    differ = any(getattr(old, part) != getattr(new, part) for part in parts)
    for part in parts if differ else ():
        setattr(old, part, getattr(new, part))
    return differ


def _everywhere(old: object, name: str, new: object) -> None:
    """Let a name stand for something else in every module that has it."""
    for module in [*sys.modules.values()]:
        if getattr(module, "__dict__", {}).get(name) is old:
            setattr(module, name, new)
