"""Laws that every formula of the registry obeys, by what it declares about itself.

Each law draws as many rows of arguments as the profile has examples, 50 in the gate, and asks the formula once for
all of them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from costmodel.formula import REGISTRY, Formula, Graph, compile_numpy, explain
from costmodel.formula.graph import order
from costmodel.formula.javascript import compile_javascript
from costmodel.formula.operations import LEAF
from costmodel.units import Quantity, quantity
from tests.closeness import least, rounding, values
from tests.draws import Arguments, arguments_of, first, in_other_units, mixed_arguments_of, random_of, row
from tests.javascript import ran
from tests.shipped import FORMULAS

ROWS = settings().max_examples
ROUNDS = max(ROWS // 6, 1)
"""Rounds of laws that draw six elements at a time."""

UNITS = 5
"""Choices of other units, which share the rows."""

EXPLAINED = max(ROWS // 25, 1)
"""Trees that are checked for each formula: they are the same for all numbers."""

every_formula = pytest.mark.parametrize("name", FORMULAS)


@every_formula
def test_result_is_finite_and_in_the_declared_unit(name: str, seed: object) -> None:
    """A formula gives a finite number in its declared unit for all ordinary inputs."""
    one = REGISTRY[name]
    arguments = arguments_of(one, random_of(seed, "finite", name), ROWS)
    result = one(**arguments)
    assert result.units == quantity(1.0, one.unit).units
    assert first(~np.isfinite(result.magnitude), arguments) == ""


@every_formula
def test_other_units_of_the_inputs_give_the_same_answer(name: str, seed: object) -> None:
    """Hours instead of seconds, or kilo instead of mega, change nothing."""
    one, random = REGISTRY[name], random_of(seed, "units", name)
    for _ in range(UNITS):
        arguments = arguments_of(one, random, -(-ROWS // UNITS))
        others = {argument: in_other_units(random, value) for argument, value in arguments.items()}
        bad = np.abs(values(one, others) - values(one, arguments)) > rounding(one, arguments)
        assert first(bad, others) == ""


@every_formula
def test_arrays_give_what_a_loop_of_scalars_gives(name: str, seed: object) -> None:
    """Scalars, rows, columns and tables broadcast, and each element is what its scalars alone would give."""
    one, random = REGISTRY[name], random_of(seed, "arrays", name)
    for _ in range(ROUNDS):
        arguments = mixed_arguments_of(one, random)
        whole = values(one, arguments)
        loop = np.empty(np.broadcast_shapes(*(np.shape(value.magnitude) for value in arguments.values())))
        for place in np.ndindex(loop.shape):
            loop[place] = values(one, row(arguments, place))
        bad = np.abs(whole - loop) > 1e-12 * np.abs(loop) + 1e-3 * rounding(one, arguments) + least(one)
        assert first(bad, arguments) == ""


@pytest.mark.parametrize("name", [name for name in FORMULAS if REGISTRY[name].increasing or REGISTRY[name].decreasing])
@pytest.mark.parametrize("step", ["far", "near"])
def test_declared_directions_hold(name: str, step: str, seed: object) -> None:
    """The result never falls in what it is declared to increase in, and never rises in what it decreases in."""
    one, random = REGISTRY[name], random_of(seed, "directions", step, name)
    arguments, others = arguments_of(one, random, ROWS), arguments_of(one, random, ROWS)
    for argument in (*one.increasing, *one.decreasing):
        here, there = arguments[argument], others[argument]
        there = there if step == "far" else here + 1e-3 * (there - here)
        low = {**arguments, argument: np.minimum(here, there)}
        high = {**arguments, argument: np.maximum(here, there)}
        sign = 1 if argument in one.increasing else -1
        slack = rounding(one, low) + rounding(one, high)
        bad = sign * (values(one, high) - values(one, low)) < -slack
        assert first(bad, low) == "", f"{argument}, up to {first(bad, high)}"


@pytest.mark.parametrize("name", [name for name in FORMULAS if REGISTRY[name].bounds])
def test_ends_of_bounds_are_allowed(name: str, seed: object) -> None:
    """A formula gives a finite number at both ends of each of its bounds."""
    one = REGISTRY[name]
    arguments = arguments_of(one, random_of(seed, "ends", name), ROWS)
    for argument, ends in one.bounds.items():
        for end in ends:
            edge = arguments | {argument: quantity(float(end), one.inputs[argument])}
            assert first(~np.isfinite(values(one, edge)), edge) == "", argument


@every_formula
def test_the_compiled_graph_gives_what_the_call_gives(name: str, seed: object) -> None:
    """The kernel made of the traced formula agrees with the direct call, element by element."""
    one, random = REGISTRY[name], random_of(seed, "kernel", name)
    result = one(**_traced(row(arguments_of(one, random, 1), 0)))
    used = [node.label.name for node in order([result.magnitude]) if node.operation == LEAF]
    kernel = compile_numpy({"result": result}, used)
    drawn = [arguments_of(one, random, ROWS), *(mixed_arguments_of(one, random) for _ in range(ROUNDS))]
    for arguments in drawn:
        compiled = kernel(**{leaf: arguments[leaf].magnitude for leaf in used})["result"]
        bad = np.abs(compiled - values(one, arguments)) > 1e-3 * rounding(one, arguments) + least(one)
        assert first(bad, arguments) == ""


def test_the_javascript_of_every_formula_gives_what_the_call_gives(seed: object) -> None:
    """All kernels emitted as JavaScript agree with the direct calls, element by element."""
    jobs, drawn = [], []
    for name in FORMULAS:
        one, random = REGISTRY[name], random_of(seed, "javascript", name)
        arguments = arguments_of(one, random, ROWS)
        result = one(**_traced(row(arguments, 0)))
        used = [node.label.name for node in order([result.magnitude]) if node.operation == LEAF]
        columns = {leaf: np.broadcast_to(arguments[leaf].magnitude, (ROWS,)) for leaf in used}
        jobs.append((compile_javascript({"result": result}, used), columns))
        drawn.append((one, arguments))
    for (one, arguments), (found, _) in zip(drawn, ran(jobs), strict=True):
        allowed = 4 * rounding(one, arguments) + least(one) + beside_one(one, arguments)
        bad = np.abs(found["result"] - values(one, arguments)) > allowed
        assert first(bad, arguments) == "", one.name


@every_formula
def test_the_explanation_names_the_formula_and_its_arguments(name: str, seed: object) -> None:
    """The tree of a result has the formula's name, its value, and each argument as a child."""
    one = REGISTRY[name]
    rows = arguments_of(one, random_of(seed, "explanation", name), EXPLAINED)
    for place in range(EXPLAINED):
        arguments = row(rows, place)
        tree = explain(one(**_traced(arguments)))
        assert tree.formula == name
        assert tree.summary == one.summary
        assert [child.name for child in tree.children] == list(one.inputs)
        assert [child.value for child in tree.children] == list(arguments.values())
        assert abs(tree.value - one(**arguments)).magnitude <= 1e-3 * rounding(one, arguments)


def beside_one(one: Formula, arguments: Arguments) -> Any:
    """Return what a rounding of a power near one makes, times an argument: engines have powers of their own."""
    if one.unit != "1":
        return 0.0
    return 4 * np.finfo(float).eps * np.max([np.abs(value.magnitude) for value in arguments.values()], axis=0)


def _traced(arguments: Arguments) -> dict[str, Quantity]:
    graph = Graph()
    return {name: graph.leaf(name, value) for name, value in arguments.items()}
