"""A calculation as an expression graph, traced by a small duck type inside pint quantities.

A `Node` behaves like a number, so that a formula's own code builds the graph. Nodes are hash-consed: the same
operation on the same arguments is one node. Units live in the quantities around the nodes; a node is unitless.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NoReturn

import numpy as np

from costmodel.errors import FormulaError
from costmodel.formula.operations import CONSTANT, LEAF, NUMPY, STEP
from costmodel.units import Quantity, registry

_NEUTRAL = {("add", 0.0), ("multiply", 1.0)}
_NEUTRAL_RIGHT = {("subtract", 0.0), ("divide", 1.0), ("power", 1.0)}


@dataclass(frozen=True, eq=False)
class Node:
    """One operation of a graph, used as if it were its value."""

    graph: Graph = field(repr=False)
    operation: str
    arguments: tuple[Node, ...] = field(repr=False)
    label: Any = None
    """The value of a constant, the `Leaf` of a leaf, the `Step` of a step."""

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

    def __neg__(self) -> Node:
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

    def _with(self, operation: str, *arguments: object) -> Any:
        if all(isinstance(argument, (Node, int, float, np.number)) for argument in arguments):
            return self.graph.node(operation, *arguments)
        return NotImplemented


@dataclass(frozen=True)
class Leaf:
    """An input of the graph: its path in the scenario, its value there and the fact behind it."""

    name: str
    value: Quantity
    origin: Any = None


@dataclass(frozen=True)
class Step:
    """A formula's result within the graph, with its arguments by name, for the explanation."""

    formula: Any
    arguments: dict[str, tuple[Node, str]]
    unit: str


class Graph:
    """The nodes of one traced calculation."""

    def __init__(self) -> None:
        """Start without nodes."""
        self._known: dict[Any, Node] = {}

    @property
    def size(self) -> int:
        """How many distinct nodes the graph holds."""
        return len(self._known)

    def leaf(self, name: str, value: Quantity, origin: object = None) -> Quantity:
        """Return a traced quantity that stands for an input; the same name is the same node, and has one value."""
        node = self._intern((LEAF, name), LEAF, (), Leaf(name, value, origin))
        if not np.array_equal(node.label.value.to(value.units).magnitude, value.magnitude):
            msg = f"{name} is already an input of this graph, with the value {node.label.value:~P}, not {value:~P}"
            raise FormulaError(msg)
        return registry.Quantity(node, value.units)

    def constant(self, value: float) -> Node:
        """Return the node of a plain number."""
        return self._intern((CONSTANT, float(value)), CONSTANT, (), float(value))

    def node(self, operation: str, *arguments: object) -> Node:
        """Return the node of an operation; constants are folded, and x+0, x*1, x/1 are x."""
        nodes = tuple(a if isinstance(a, Node) else self.constant(float(a)) for a in arguments)  # type: ignore[arg-type]
        if all(node.operation == CONSTANT for node in nodes):
            return self.constant(NUMPY[operation](*(node.label for node in nodes)))
        same = _neutral(operation, nodes)
        return self._intern((operation, *map(id, nodes)), operation, nodes, None) if same is None else same

    def step(self, formula: object, value: Node, arguments: dict[str, tuple[Node, str]], unit: str) -> Node:
        """Return a node that names `value` as the result of a formula."""
        key = (STEP, getattr(formula, "name", id(formula)), id(value), *(id(node) for node, _ in arguments.values()))
        return self._intern(key, STEP, (value,), Step(formula, arguments, unit))

    def _intern(self, key: object, operation: str, arguments: tuple[Node, ...], label: object) -> Node:
        if key not in self._known:
            self._known[key] = Node(self, operation, arguments, label)
        return self._known[key]


def order(outputs: list[Node]) -> list[Node]:
    """Return the nodes that the outputs need, arguments before their users."""
    seen: dict[int, Node] = {}
    stack = [(node, False) for node in reversed(outputs)]
    while stack:
        node, ready = stack.pop()
        if id(node) in seen:
            continue
        if ready:
            seen[id(node)] = node
            continue
        stack.append((node, True))
        stack.extend((argument, False) for argument in reversed(node.arguments))
    return list(seen.values())


def _neutral(operation: str, nodes: tuple[Node, ...]) -> Node | None:
    if len(nodes) != 2:  # noqa: PLR2004 - binary operations
        return None
    left, right = nodes
    if right.operation == CONSTANT and {(operation, right.label)} & (_NEUTRAL | _NEUTRAL_RIGHT):
        return left
    if left.operation == CONSTANT and (operation, left.label) in _NEUTRAL:
        return right
    return None
