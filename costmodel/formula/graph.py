"""A calculation as an expression graph, traced by a small duck type inside pint quantities.

Nodes are hash-consed: the same operation on the same arguments is one node. Units live in the quantities around
the traced values; a node is unitless.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NoReturn

import numpy as np

from costmodel.errors import FormulaError
from costmodel.formula.node import Leaf, Node, Step, walk
from costmodel.formula.operations import CONSTANT, LEAF, NUMPY, STEP
from costmodel.quick import hold_as_they_are
from costmodel.units import Quantity, registry

__all__ = ["Graph", "Leaf", "Node", "Step", "Traced", "node_of", "order"]

_ARGUMENTS = attrgetter("arguments")
_NEUTRAL = {("add", 0.0), ("multiply", 1.0)}
_NEUTRAL_RIGHT = {*_NEUTRAL, ("subtract", 0.0), ("divide", 1.0), ("power", 1.0)}


class Traced:
    """A node with the graph in which operations on it are noted."""

    __slots__ = ("graph", "node")

    def __init__(self, graph: Graph, node: Node) -> None:
        """Hold a node of a graph."""
        self.graph = graph
        self.node = node

    def __add__(self, other: object) -> Any:
        return self._with("add", self, other)

    def __radd__(self, other: object) -> Any:
        return self._with("add", other, self)

    def __sub__(self, other: object) -> Any:
        return self._with("subtract", self, other)

    def __rsub__(self, other: object) -> Any:
        return self._with("subtract", other, self)

    def __mul__(self, other: object) -> Any:
        return self._with("multiply", self, other)

    def __rmul__(self, other: object) -> Any:
        return self._with("multiply", other, self)

    def __truediv__(self, other: object) -> Any:
        return self._with("divide", self, other)

    def __rtruediv__(self, other: object) -> Any:
        return self._with("divide", other, self)

    def __pow__(self, other: object) -> Any:
        return self._with("power", self, other)

    def __rpow__(self, other: object) -> Any:
        return self._with("power", other, self)

    def __neg__(self) -> Traced:
        return self.graph.node("negative", self)

    def __lt__(self, other: object) -> Any:
        return self._with("less", self, other)

    def __le__(self, other: object) -> Any:
        return self._with("less_equal", self, other)

    def __gt__(self, other: object) -> Any:
        return self._with("less", other, self)

    def __ge__(self, other: object) -> Any:
        return self._with("less_equal", other, self)

    def __eq__(self, other: object) -> NoReturn:
        msg = "traced values cannot be tested for equality: use where(a < b, ...) in a formula"
        raise FormulaError(msg)

    __hash__ = object.__hash__

    def __bool__(self) -> NoReturn:
        msg = "a traced value has no truth value: in a formula, use where(condition, a, b) instead of if"
        raise FormulaError(msg)

    def __repr__(self) -> str:
        return f"traced {self.node!r}"

    def _with(self, operation: str, left: object, right: object) -> Any:
        if isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
            return self.graph.node(operation, left, right)
        return NotImplemented


_NUMBERS = (Traced, int, float, np.number)
hold_as_they_are(Traced)


class Graph:
    """The nodes of one traced calculation."""

    def __init__(self) -> None:
        """Start without nodes."""
        self._known: dict[Any, Traced] = {}
        self.results: dict[object, Traced] = {}
        """What formulas gave of nodes of this graph, by formula, nodes and units: the same call is computed once."""
        self.orders: dict[tuple[int, ...], tuple[Node, ...]] = {}
        """What outputs need, by their places: compiling, explaining and drawing the same outputs ask again."""

    @property
    def size(self) -> int:
        """How many distinct nodes the graph holds."""
        return len(self._known)

    def leaf(self, name: str, value: Quantity, origin: object = None) -> Quantity:
        """Return a traced quantity that stands for an input; the same name is the same node, and has one value."""
        traced = self._intern((LEAF, name), LEAF, (), Leaf(name, value, origin))
        known = traced.node.label.value
        if known is not value and not np.array_equal(known.to(value.units).magnitude, value.magnitude):
            msg = f"{name} is already an input of this graph, with the value {known:~P}, not {value:~P}"
            raise FormulaError(msg)
        return registry.Quantity(traced, value.units)

    def constant(self, value: float) -> Traced:
        """Return the traced value of a plain number."""
        number = float(value)
        return self._intern((CONSTANT, number), CONSTANT, (), number)

    def node(self, operation: str, *arguments: object) -> Traced:
        """Return the result of an operation; constants are folded, and x+0, x*1, x/1 are x."""
        values = [a if type(a) is Traced else self.constant(float(a)) for a in arguments]  # type: ignore[arg-type]
        key = (operation, *[id(value.node) for value in values])
        known = self._known.get(key)
        if known is not None:
            return known
        nodes = tuple([value.node for value in values])
        constants = [node.label for node in nodes if node.operation == CONSTANT]
        if constants and len(constants) == len(nodes):
            return self.constant(NUMPY[operation](*constants))
        same = neutral(operation, nodes) if constants else None
        if same is not None:
            return values[same]
        return self._intern(key, operation, nodes, None)

    def step(
        self,
        formula: object,
        value: Traced,
        arguments: Mapping[str, tuple[Node, str]],
        unit: str,
        bounded: Mapping[str, Node] | None = None,
    ) -> Traced:
        """Return a traced value that names `value` as the result of a formula."""
        named = ((id(node), unit) for node, unit in arguments.values())
        key = (STEP, getattr(formula, "name", id(formula)), id(value.node), *named)
        return self._intern(key, STEP, (value.node,), Step(formula, arguments, unit, bounded or {}))

    def _intern(self, key: object, operation: str, arguments: tuple[Node, ...], label: object) -> Traced:
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Traced(self, Node(operation, arguments, label))
        return known


def node_of(value: object) -> Node | None:
    """Return the node of a traced value or traced quantity, a node as it is, and None for anything else."""
    inner = value.magnitude if isinstance(value, registry.Quantity) else value
    if isinstance(inner, Traced):
        return inner.node
    return inner if isinstance(inner, Node) else None


def nodes_of(values: Iterable[Any]) -> list[Node]:
    """Return the nodes of those values that have one."""
    return [node for node in map(node_of, values) if node is not None]


def order(outputs: Iterable[Any]) -> Sequence[Node]:
    """Return the nodes that the outputs (nodes, traced values) need, arguments before their users."""
    values = list(outputs)
    nodes, graph = nodes_of(values), _graph_of(values)
    if graph is None:
        return walk(nodes, _ARGUMENTS)
    places = tuple(map(id, nodes))
    if places not in graph.orders:
        graph.orders[places] = tuple(walk(nodes, _ARGUMENTS))
    return graph.orders[places]


def _graph_of(values: Sequence[Any]) -> Graph | None:
    """Return the graph that keeps all of some values; none where one of them is a mere node."""
    inner = [value.magnitude if isinstance(value, registry.Quantity) else value for value in values]
    graphs = {one.graph if isinstance(one, Traced) else None for one in inner if node_of(one) is not None}
    return next(iter(graphs)) if len(graphs) == 1 else None


def neutral(operation: str, nodes: Sequence[Node]) -> int | None:
    """Return the place of the argument that an operation on a neutral constant leaves as it is."""
    if len(nodes) != 2:  # noqa: PLR2004 - binary operations
        return None
    left, right = nodes
    if right.operation == CONSTANT and (operation, right.label) in _NEUTRAL_RIGHT:
        return 0
    return 1 if left.operation == CONSTANT and (operation, left.label) in _NEUTRAL else None
