"""The datum of a calculation: compared, hashed, printed, copied and pickled like any other value."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.analysis.study import Study
from costmodel.economics.formulas.demand import cost_per_query
from costmodel.formula import Graph, Node
from costmodel.formula.graph import node_of, order
from costmodel.formula.node import Row, restored, table
from costmodel.formula.operations import LEAF, STEP
from costmodel.units import Quantity, quantity


def _stored(node: Node) -> Node:
    """Return what comes back from a file."""
    return pickle.loads(pickle.dumps(node))  # noqa: S301 - what was written a moment ago


def _cost(price: float = 1e6, name: str = "fleet") -> Node:
    graph = Graph()
    fleet = graph.leaf(name, quantity(price, "USD/month"), origin="a fact")
    return _node(cost_per_query(fleet_cost=fleet * 2, queries=graph.leaf("load", quantity(1e3, "query/second"))))


def _node(value: Quantity) -> Node:
    node = node_of(value)
    assert node is not None
    return node


def test_the_same_calculation_of_two_graphs_is_equal() -> None:
    """Nodes are compared by what they say, not by where they were made."""
    one, other = _cost(), _cost()
    assert one is not other
    assert one == other
    assert len({one, other}) == 1


@pytest.mark.parametrize("other", [_cost(2e6), _cost(name="flet"), _cost().arguments[0]])
def test_another_value_name_or_operation_is_another_node(other: Node) -> None:
    """Every part of the datum counts."""
    assert _cost() != other


def test_another_origin_is_another_leaf() -> None:
    """The fact behind an input belongs to it."""
    one, other = (_node(Graph().leaf("x", quantity(1.0), origin)) for origin in ("here", "there"))
    assert one != other


def test_leaves_with_arrays_are_compared_too() -> None:
    """A sweep is a value like any other."""
    one, same, other = (_node(Graph().leaf("x", quantity(np.array(v)))) for v in ([1.0, 2], [1.0, 2], [1.0, 3]))
    assert one == same
    assert one != other


def test_a_node_is_nothing_but_a_node() -> None:
    """Comparing with something else is allowed, and false."""
    assert _cost() != "cost"


@pytest.mark.parametrize("again", [copy.deepcopy, _stored])
def test_nodes_are_copied_and_stored(again: object, serving: Study) -> None:
    """A whole scenario's calculation comes back equal, with its formulas, facts and sharing."""
    node = _node(serving.trace(serving.scenario.offers[0].id)[serving.headline])
    back = again(node)  # type: ignore[operator]
    assert back is not node
    assert back == node
    assert len(order([back])) == len(order([node]))


def test_a_stored_step_keeps_its_formula() -> None:
    """The formula of a step is the registered one again."""
    node = _cost()
    back = _stored(node)
    assert back.operation == STEP
    assert back.label.formula is cost_per_query
    assert str(back) == str(node)


def test_printing_shows_one_operation_a_line() -> None:
    """A calculation reads from inputs to result, shared parts once."""
    lines = str(_cost()).splitlines()
    assert lines[0].startswith("v0 = leaf 'fleet'")
    assert lines[-1].startswith(f"v{len(lines) - 1} = step cost_per_query(fleet_cost=v2, queries=")


def test_representations_are_short(serving: Study) -> None:
    """A debugger shows a thousand operations as their last, and a single one as it is."""
    leaf = Graph().leaf("x", quantity(1.5, "USD"))
    assert repr(_node(leaf)) == "<leaf 'x' (1.5 USD)>"
    assert repr(_node(leaf * leaf)) == "<multiply(v0, v0): 2 operations>"
    node = _node(serving.trace(serving.scenario.offers[0].id)[serving.headline])
    assert len(repr(node)) < 200


def test_deep_chains_need_no_recursion() -> None:
    """A graph deeper than Python's stack is hashed, compared and stored."""
    one, other = _chain(5_000), _chain(5_000)
    assert one == other
    assert _stored(one) == one


def test_shared_parts_cost_nothing_again() -> None:
    """A sum doubled sixty times has 2^60 paths and sixty operations."""
    one, other = _doubled(60), _doubled(60)
    assert one == other
    assert len(table(one)) == 61


@given(names=st.lists(st.sampled_from("abc"), min_size=1, max_size=6))
def test_a_table_restores_the_node(names: list[str]) -> None:
    """Rows to nodes and back change nothing."""
    graph = Graph()
    total = graph.leaf("start", quantity(1.0))
    for name in names:
        total = total * graph.leaf(name, quantity(2.0)) + 1.0
    assert table(restored(table(_node(total)))) == table(_node(total))


def test_rows_refer_to_earlier_rows_only() -> None:
    """A table can be evaluated from top to bottom."""
    rows = table(_cost())
    assert all(place < i for i, row in enumerate(rows) for place in row.arguments)
    assert isinstance(rows[0], Row)
    assert rows[0].operation == LEAF


def _chain(length: int) -> Node:
    value = Graph().leaf("x", quantity(1.0)).magnitude
    first = value
    for _ in range(length):
        value = value + first
    return value.node


def _doubled(times: int) -> Node:
    value = Graph().leaf("x", quantity(1.0)).magnitude
    for _ in range(times):
        value = value + value
    return value.node
