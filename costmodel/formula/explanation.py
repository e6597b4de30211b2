"""The tree of a number: every step with its name, value and unit, down to facts with their sources."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any

from costmodel.errors import FormulaError, unknown
from costmodel.formula import node as tree
from costmodel.formula.graph import Leaf, Node, Step, node_of
from costmodel.formula.operations import CONSTANT, LEAF, STEP
from costmodel.formula.values import values_of
from costmodel.units import Quantity, quantity

_SEVERAL = 2


@dataclass(frozen=True)
class Explanation:
    """One number of a calculation, with what it was made of."""

    name: str
    value: Quantity
    summary: str = ""
    formula: str | None = None
    origin: Any = None
    below: Callable[[], tuple[Explanation, ...]] = field(default=tuple, repr=False, compare=False)
    """Finds what it was made of, once that is asked for: pages show the upper levels of trees."""

    @cached_property
    def children(self) -> tuple[Explanation, ...]:
        """What it was made of."""
        return self.below()

    @cached_property
    def told(self) -> tuple[Explanation, ...]:
        """What it was made of, where several computed parts that add nothing in its own unit are told as one."""
        empty = [one for one in self.children if one.formula and not one.value.magnitude and self._is_like(one)]
        if len(empty) < _SEVERAL:
            return self.children
        nothing = Explanation(", ".join(part.name for part in empty), empty[0].value)
        return (*(part for part in self.children if all(part is not one for one in empty)), nothing)

    def _is_like(self, part: Explanation) -> bool:
        return bool(part.value.units == self.value.units)

    def walk(self) -> Iterator[Explanation]:
        """Yield this number and all below it, each shared part once."""
        seen: set[int] = set()
        stack = [self]
        while stack:
            part = stack.pop()
            if id(part) not in seen:
                seen.add(id(part))
                yield part
                stack.extend(reversed(part.children))

    def find(self, name: str) -> Explanation:
        """Return the first part of the tree with a name, or an UnknownName error."""
        for part in self.walk():
            if name in (part.name, part.formula):
                return part
        raise unknown("quantity", name, {part.formula or part.name for part in self.walk()})


Done = dict[tuple[int, str, str], Explanation]
"""What is explained already, by node, name and unit."""


def explain(result: Quantity, name: str = "result") -> Explanation:
    """Return the tree of a traced quantity; its values come from running the traced graph itself."""
    (found,) = explain_all([(name, result)])
    return found


def explain_all(
    results: Iterable[tuple[str, Quantity]], printed: Mapping[int, float] = MappingProxyType({})
) -> list[Explanation]:
    """Return the trees of traced quantities of one graph, each with its name; what they share is computed once.

    `printed` has the numbers, by the ids of their nodes, that are rounded for tables: trees show the same.
    """
    named = [(name, _traced(result), f"{result.units}") for name, result in results]
    values = {**values_of(tree.walk([node for _, node, _ in named], tree.parts)), **printed}
    done: Done = {}
    return [_explain(node, name, unit, values, done) for name, node, unit in named]


def _traced(result: Quantity) -> Node:
    node = node_of(result)
    if node is None:
        msg = "explain needs a traced quantity: trace its inputs with Graph.leaf first"
        raise FormulaError(msg)
    return node


def _explain(node: Node, name: str, unit: str, values: Mapping[int, Any], done: Done) -> Explanation:
    key = (id(node), name, unit)
    if key not in done:
        done[key] = _describe(node, name, quantity(values[id(node)], unit), values, done)
    return done[key]


def _describe(node: Node, name: str, value: Quantity, values: Mapping[int, Any], done: Done) -> Explanation:
    if node.operation == LEAF:
        leaf: Leaf = node.label
        return Explanation(leaf.name, leaf.value, origin=leaf.origin)
    below = partial(_below, node, values, done)
    if node.operation != STEP:
        return Explanation(name, value, below=below)
    step: Step = node.label
    if not step.arguments:
        return replace(_explain(node.arguments[0], *_title(node.arguments[0]), values, done), name=name, value=value)
    return Explanation(name, value, step.formula.summary, step.formula.name, below=below)


def _below(node: Node, values: Mapping[int, Any], done: Done) -> tuple[Explanation, ...]:
    """Return what a step or an unnamed expression is made of."""
    if node.operation == STEP:
        return tuple([_explain(one, n, unit, values, done) for n, (one, unit) in node.label.arguments.items()])
    return tuple([_explain(one, *_title(one), values, done) for one in _named_below(node)])


def _title(node: Node) -> tuple[str, str]:
    if node.operation == STEP:
        return node.label.formula.name, node.label.unit
    return (node.label.name, f"{node.label.value.units}") if node.operation == LEAF else ("value", "dimensionless")


def _named_below(node: Node) -> list[Node]:
    """Return the nearest steps and leaves that an unnamed expression is made of."""
    found: dict[int, Node] = {}
    stack, seen = list(reversed(node.arguments)), set()
    while stack:
        below = stack.pop()
        if id(below) in seen or below.operation == CONSTANT:
            continue
        seen.add(id(below))
        if below.operation in (STEP, LEAF):
            found[id(below)] = below
        else:
            stack.extend(reversed(below.arguments))
    return list(found.values())
