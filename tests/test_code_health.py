"""The state of the source: documented, small, without prints, with public names in order."""

from __future__ import annotations

import ast
import re
from functools import cache
from importlib import import_module
from inspect import getsource
from pathlib import Path
from statistics import median

import pytest

import costmodel
from costmodel.formula import REGISTRY
from costmodel.specs.catalog import Catalog
from tests.shipped import FORMULAS, MODULES, SOURCE_FILES

LONGEST_MEDIAN = 10
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def test_everything_public_has_a_docstring() -> None:
    """Every module, and every public class and function in it, says what it is."""
    for file in SOURCE_FILES:
        assert ast.get_docstring(_tree(file)), file
        assert [one.name for one in _public(_tree(file)) if not ast.get_docstring(one)] == [], file


def test_nothing_prints() -> None:
    """Output goes through the command's console, never through print."""
    for file in SOURCE_FILES:
        calls = [node for node in ast.walk(_tree(file)) if isinstance(node, ast.Call)]
        printed = [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
        assert printed == [], file


GATHER = {"Check", "Checker", "Refusals", "Trial", "_Group"}
"""Dataclasses that change: they gather faults, reasons, answers or requests on their way."""
LIGHT = {"Node"}
"""Made by the ten thousand: being frozen would take as long as all else in making one (decision 52)."""


def test_values_are_frozen() -> None:
    """A dataclass never changes but where it gathers, or keeps what has been asked of it."""
    texts = "\n".join(file.read_text() for file in SOURCE_FILES)
    assert set(re.findall(r"@dataclass(?!\(frozen=True).*\n(?:@.*\n)*class (\w+)", texts)) == GATHER | LIGHT


def test_sources_of_formulas_stand_in_the_bibliography() -> None:
    """A formula that names a source names one that a reader can look up."""
    named = {name: REGISTRY[name].source for name in FORMULAS if REGISTRY[name].source}
    assert {name: id_ for name, id_ in named.items() if id_ not in Catalog().sources} == {}


def test_every_formula_has_a_summary_sentence() -> None:
    """The first line of a formula's docstring is a sentence."""
    summaries = {name: REGISTRY[name].summary for name in FORMULAS}
    assert [name for name, said in summaries.items() if not said[0].isupper() or not said.endswith(".")] == []


def test_every_formula_lives_in_a_module_of_formulas() -> None:
    """Formulas of time are under performance, of money under economics, of timed kernels under calibration."""
    rooms = ("costmodel.performance.formulas", "costmodel.economics.formulas", "costmodel.calibration.kernels.formulas")
    assert [name for name in FORMULAS if not REGISTRY[name].body.__module__.startswith(rooms)] == []


def test_every_module_can_be_imported() -> None:
    """Each module is there, and says what it is."""
    assert [name for name in MODULES if not import_module(name).__doc__] == []


def test_functions_are_short() -> None:
    """Half of all functions have at most ten lines beside their docstring."""
    lengths = [_length(node) for file in SOURCE_FILES for node in _functions(_tree(file))]
    assert median(lengths) <= LONGEST_MEDIAN


def test_public_names_are_sorted() -> None:
    """The public names stand in order, so that one is found where it is looked for."""
    assert sorted(costmodel.__all__) == list(costmodel.__all__)


@pytest.mark.parametrize("name", costmodel.__all__)
def test_public_names_can_be_imported_and_are_documented(name: str) -> None:
    """Each public name is there, with a docstring, or a text below it in the source where it is an alias."""
    home = import_module(costmodel._HOMES[name])
    below = f"\n{name}: TypeAlias"
    assert getattr(costmodel, name).__doc__ or '"""' in getsource(home).partition(below)[2][:200]
    assert name in dir(costmodel)


def test_no_name_is_made_up() -> None:
    """A name that does not exist is an AttributeError, as in any module."""
    with pytest.raises(AttributeError, match="no_such_name"):
        costmodel.no_such_name  # noqa: B018


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def _public(tree: ast.Module) -> list[Definition]:
    found: list[Definition] = []
    todo: list[ast.Module | ast.ClassDef] = [tree]
    while todo:
        inner = [one for one in todo.pop().body if isinstance(one, Definition)]
        public = [one for one in inner if not one.name.startswith("_")]
        found += public
        todo += [one for one in public if isinstance(one, ast.ClassDef)]
    return found


def _functions(tree: ast.Module) -> list[ast.FunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def _length(node: ast.FunctionDef) -> int:
    first = node.body[0]
    doc = (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) else 0
    return (node.end_lineno or 0) - node.lineno + 1 - doc
