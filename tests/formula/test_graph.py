"""Tracing: one node for one operation, constants folded, and no Python control flow on values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from costmodel.errors import FormulaError
from costmodel.formula import Graph, Traced
from costmodel.formula.graph import order
from costmodel.formula.operations import CONSTANT
from costmodel.formula.ops import maximum, where
from costmodel.units import Quantity, quantity


@pytest.fixture
def graph() -> Graph:
    """Return an empty graph."""
    return Graph()


@pytest.fixture
def x(graph: Graph) -> Traced:
    """Return a traced number."""
    return graph.leaf("x", quantity(3.0)).magnitude


@pytest.fixture
def y(graph: Graph) -> Traced:
    """Return another traced number."""
    return graph.leaf("y", quantity(5.0)).magnitude


def test_the_same_operation_is_one_node(graph: Graph, x: Traced, y: Traced) -> None:
    """An operation on the same arguments is made once."""
    first = x * y + 1
    size = graph.size
    assert x * y + 1 is first
    assert graph.size == size


def test_the_same_leaf_is_one_node(graph: Graph, x: Traced) -> None:
    """A leaf asked for again is the leaf there is."""
    assert graph.leaf("x", quantity(3.0)).magnitude is x


def test_operations_on_constants_are_folded(graph: Graph) -> None:
    """What needs no input is computed while tracing."""
    node = (graph.constant(2.0) * 3 + 1).node
    assert node.operation == CONSTANT
    assert node.label == 7.0


@pytest.mark.parametrize(
    "change",
    [
        lambda x: x + 0,
        lambda x: 0 + x,
        lambda x: x - 0,
        lambda x: x * 1,
        lambda x: 1 * x,
        lambda x: x / 1,
        lambda x: x**1,
    ],
)
def test_neutral_operations_vanish(x: Traced, change: Callable[[Traced], Traced]) -> None:
    """Adding nothing and multiplying by one leave no node."""
    assert change(x) is x


@pytest.mark.parametrize("change", [lambda x: 0 - x, lambda x: 1 / x, lambda x: 1**x, lambda x: x * 0])
def test_other_operations_with_zero_and_one_stay(x: Traced, change: Callable[[Traced], Traced]) -> None:
    """Only what cannot change the result is left out."""
    assert change(x) is not x


def test_arguments_come_before_their_users(x: Traced, y: Traced) -> None:
    """The order of evaluation is one in which every argument is ready, each node once."""
    nodes = order([(x + y) * (x - y) + x])
    places = {id(node): i for i, node in enumerate(nodes)}
    assert len(places) == len(nodes)
    assert all(places[id(argument)] < places[id(node)] for node in nodes for argument in node.arguments)


def test_long_chains_need_no_recursion(x: Traced) -> None:
    """A graph may be deeper than Python's stack."""
    node = x
    for _ in range(5_000):
        node = node + x
    assert len(order([node])) == 5_001


@pytest.mark.parametrize(
    "control",
    [
        lambda x: 1 if x else 2,
        lambda x: 1 if x < 2 else 2,
        lambda x: max(x, 2),
        lambda x: x and 2,
        lambda x: not x,
        lambda x: 1 < x < 2,
    ],
)
def test_control_flow_on_a_traced_value_says_what_to_use(x: Traced, control: Callable[[Traced], Any]) -> None:
    """A value that is not yet known decides nothing: where does."""
    with pytest.raises(FormulaError, match=r"use where\(condition, a, b\) instead of if"):
        control(x)


@pytest.mark.parametrize("compare", [lambda x: x == 3, lambda x: x != 3, lambda x: x in [3, 4]])
def test_equality_of_traced_values_is_an_error(x: Traced, compare: Callable[[Traced], Any]) -> None:
    """Equality would silently compare nodes instead of values."""
    with pytest.raises(FormulaError, match="cannot be tested for equality"):
        compare(x)


def test_control_flow_within_quantities_is_refused_too(graph: Graph) -> None:
    """A unit around a traced value hides nothing."""
    price: Quantity = graph.leaf("price", quantity(3.0, "USD"))
    with pytest.raises(FormulaError, match="where"):
        bool(price > quantity(2.0, "USD"))


def test_ops_on_traced_values_keep_units(graph: Graph) -> None:
    """The larger of two traced values is in the unit of the first."""
    power = graph.leaf("power", quantity(3.0, "kW"))
    larger = maximum(power, quantity(500.0, "W"))
    assert larger.units == quantity(1.0, "kW").units
    assert larger.magnitude.node.arguments[1].label == 0.5


def test_where_refuses_values_of_two_dimensions(graph: Graph) -> None:
    """Both answers of a condition have one dimension."""
    power = graph.leaf("power", quantity(3.0, "kW"))
    with pytest.raises(Exception, match="Cannot convert"):
        where(power > quantity(1.0, "kW"), power, quantity(1.0, "USD"))


def test_numbers_of_numpy_are_numbers(x: Traced) -> None:
    """A NumPy scalar in a formula is a constant like any other."""
    assert (x * np.float64(2)) is (x * 2)
    assert (np.float64(2) * x) is (2 * x)
