"""A calculation in two parts: what some inputs reach, and what they do not, which need not be computed again."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from math import nan

from costmodel.formula.graph import Graph, Traced, nodes_of, order
from costmodel.formula.node import Leaf, Node, with_nodes
from costmodel.formula.operations import CONSTANT, LEAF, STEP
from costmodel.units import Quantity, quantity, registry

UNREAD = Node(CONSTANT, (), nan)
"""In place of an argument of a formula that its result does not hang on."""


def split(outputs: Mapping[str, Quantity], moved: Container[str]) -> tuple[dict[str, Quantity], dict[str, Quantity]]:
    """Return outputs as functions of the moved inputs and of all that these do not reach, and the latter by name.

    To be compiled, not to be explained: what is not reached is an input without a value of its own.
    """
    nodes = nodes_of(outputs.values())
    ordered, graph = order(outputs.values()), Graph()
    reached = reached_by(ordered, moved)
    still = _still([node for node in ordered if id(node) in reached], reached, nodes)
    made = {id(one): Node(LEAF, (), Leaf(name, quantity(nan))) for name, one in still.items()}
    for node in ordered:
        if id(node) in reached:
            made[id(node)] = _again(node, made)
    moving = {
        name: registry.Quantity(Traced(graph, made[id(node)]), one.units)
        for (name, one), node in zip(outputs.items(), nodes, strict=True)
    }
    own = next((one.magnitude.graph for one in outputs.values()), graph)
    return moving, {name: registry.Quantity(Traced(own, one)) for name, one in still.items()}


def reached_by(ordered: Iterable[Node], moved: Container[str]) -> set[int]:
    """Return the places of the nodes that a moved input reaches."""
    found: set[int] = set()
    for node in ordered:
        if (node.operation == LEAF and node.label.name in moved) or any(id(one) in found for one in node.arguments):
            found.add(id(node))
    return found


def _read(node: Node) -> Sequence[Node]:
    """Return what a node reads: its arguments and, of a step, what its formula bounds."""
    return (*node.arguments, *node.label.bounded.values()) if node.operation == STEP else node.arguments


def _still(moving: Iterable[Node], reached: Container[int], outputs: Iterable[Node]) -> dict[str, Node]:
    """Return what is read of what no moved input reaches, by a name of its own: by moving nodes, and as an output."""
    read = (*(one for node in moving for one in _read(node)), *outputs)
    found = {id(one): one for one in read if id(one) not in reached and one.operation != CONSTANT}
    return {f"still {place}": one for place, one in enumerate(found.values())}


def _again(node: Node, made: Mapping[int, Node]) -> Node:
    """Return a node whose parts are replaced by those that stand for them."""
    if node.operation == LEAF:
        return node
    label = with_nodes(node.label, lambda one: made.get(id(one), UNREAD)) if node.operation == STEP else node.label
    return Node(node.operation, tuple(_kept(one, made) for one in node.arguments), label)


def _kept(node: Node, made: Mapping[int, Node]) -> Node:
    return node if node.operation == CONSTANT else made[id(node)]
