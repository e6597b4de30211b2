"""What all emitters share: nodes in order, each translated once, with names for what came before.

A target (NumPy, JavaScript, a spreadsheet) is one small class on this base: how it writes a number, an input, an
operation, and the check of a bound. Steps are names only: what they name is what is emitted.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

import numpy as np

from costmodel.errors import FormulaError
from costmodel.formula.graph import Node, neutral, order
from costmodel.formula.node import own_number, parts, walk
from costmodel.formula.operations import CONSTANT, LEAF, STEP
from costmodel.units import Quantity, quantity

Name = TypeVar("Name")
"""What a target calls a result: a text in a language, a place in a list of calls."""


@dataclass(frozen=True)
class Guard:
    """A bound of a formula's argument, and the node whose value must keep it."""

    formula: str
    argument: str
    unit: str
    """The unit that the formula declares, in which the bounds and the node are."""
    shown_in: str
    low: float
    high: float
    node: Node

    @property
    def key(self) -> tuple[int, float, float]:
        """What makes two guards one: the node and its bounds."""
        return id(self.node), self.low, self.high

    def holds(self, value: float) -> bool:
        """Say whether a number keeps the bounds; what is no number does not."""
        return bool(self.low <= value <= self.high)

    def message(self, value: float) -> str:
        """Return what the formula itself says of a number out of its bounds."""
        return out_of_bounds(
            self.formula, self.argument, quantity(value, self.unit).to(self.shown_in), (self.low, self.high), self.unit
        )


def out_of_bounds(formula: str, argument: str, value: Quantity, bounds: tuple[float, float], unit: str) -> str:
    """Return the one sentence that says which argument of which formula is out of bounds."""
    return f"{formula}: {argument} is {value:~P}; it must be from {bounds[0]:g} to {bounds[1]:g} {unit}"


def guards_of(nodes: Iterable[Node]) -> list[Guard]:
    """Return the bounds that the steps among nodes have, each once for a node."""
    found: dict[tuple[int, float, float], Guard] = {}
    for node in nodes:
        if node.operation == STEP:
            step = node.label
            for name, inner in step.bounded.items():
                low, high = step.formula.bounds[name]
                if (id(inner), low, high) not in found:
                    unit, shown = step.formula.inputs[name], step.arguments[name][1]
                    guard = Guard(step.formula.name, name, unit, shown, low, high, inner)
                    found[guard.key] = guard
    return list(found.values())


@dataclass(frozen=True)
class Plan:
    """What is to be emitted: outputs and guarded values, without steps and with all fixed inputs folded."""

    outputs: tuple[Node, ...]
    guards: tuple[Guard, ...]
    guarded: tuple[frozenset[int], ...]
    """The places, among the guards, of those that each output depends on."""
    enclosed: frozenset[int]
    """The places of the guards that refuse every output which their value reaches: what it is does not matter then."""


def plan(outputs: Sequence[Node], vary: Iterable[str]) -> Plan:
    """Return the plan of a kernel over named leaves; a bound that no varying leaf reaches is checked here, once.

    Raises
    ------
    FormulaError
        With the formula's own message, where a fixed value is out of bounds.
    """
    nodes = walk(outputs, parts)
    new = _specialised(nodes, set(vary))
    kept: list[Guard] = []
    for guard in guards_of(nodes):
        if id(guard.node) in new:
            kept.append(guard)
        elif not guard.holds(number := float(own_number(guard.node))):
            raise FormulaError(guard.message(number))
    checked = tuple(replace(guard, node=new[id(guard.node)]) for guard in kept)
    count = len(kept)
    reached = _below(nodes, _own_bits(nodes, kept, checked, new))
    guarded = [_places(reached[id(node)] & (1 << count) - 1) for node in outputs]
    enclosed = _enclosed(count, [reached[id(node)] >> count for node in outputs], guarded)
    moved = [new.get(id(node)) or Node(CONSTANT, (), float(own_number(node))) for node in outputs]
    return Plan(tuple(moved), checked, tuple(guarded), enclosed)


def _places(bits: int) -> frozenset[int]:
    """Return the places of the ones in a whole number."""
    return frozenset([place for place, digit in enumerate(f"{bits:b}"[::-1]) if digit == "1"])


def _enclosed(count: int, reached: Sequence[int], guarded: Sequence[frozenset[int]]) -> frozenset[int]:
    """Return the guards whose value reaches no output but those that depend on them."""
    escaped = [bits & ~sum(1 << place for place in places) for bits, places in zip(reached, guarded, strict=True)]
    return frozenset(range(count)) - _places(reduce(or_, escaped, 0))


def _own_bits(
    nodes: Sequence[Node], guards: Sequence[Guard], checked: Sequence[Guard], new: Mapping[int, Node]
) -> dict[int, int]:
    """Return, by node, the guards of a step as the bits of a whole number, and above them those whose value it is."""
    places = {guard.key: 1 << place for place, guard in enumerate(guards)}
    valued: dict[int, int] = {}
    for place, guard in enumerate(checked, len(guards)):
        valued[id(guard.node)] = valued.get(id(guard.node), 0) | 1 << place
    own = {place: valued[id(node)] for place, node in new.items() if id(node) in valued}
    for node in nodes:
        if node.operation == STEP and node.label.bounded:
            bounds, bits = node.label.formula.bounds, own.get(id(node), 0)
            for name, inner in node.label.bounded.items():
                bits |= places.get((id(inner), *bounds[name]), 0)
            own[id(node)] = bits
    return own


def _below(nodes: Sequence[Node], own: Mapping[int, int]) -> dict[int, int]:
    """Return, for every node, the bits of its own and of all parts below it."""
    found: dict[int, int] = {}
    for node in nodes:
        bits = own.get(id(node), 0)
        for part in parts(node):
            bits |= found[id(part)]
        found[id(node)] = bits
    return found


def _specialised(nodes: Sequence[Node], vary: set[str]) -> dict[int, Node]:
    """Return what stands for each node that a varying leaf reaches; all others are their own numbers."""
    moving: dict[int, Node] = {}
    known = Specialised()
    for node in nodes:
        given = [moving.get(id(one)) for one in node.arguments]
        if node.operation == LEAF and node.label.name in vary:
            moving[id(node)] = known.leaf(node)
        elif not any(given):
            own_number(node)
        elif node.operation == STEP:
            moving[id(node)] = moving[id(node.arguments[0])]
        else:
            moving[id(node)] = known.node(node, given)
    return moving


class Specialised:
    """The nodes of a plan, each once: the varying inputs of the graph, and what is made of them and of numbers."""

    def __init__(self) -> None:
        """Start without nodes."""
        self._known: dict[object, Node] = {}

    def leaf(self, node: Node) -> Node:
        """Return an input that varies."""
        return self._known.setdefault(node.label.name, node)

    def constant(self, node: Node) -> Node:
        """Return the number of a node that nothing varies."""
        number = float(own_number(node))
        if number not in self._known:
            self._known[number] = node if node.operation == CONSTANT else Node(CONSTANT, (), number)
        return self._known[number]

    def node(self, node: Node, moved: Sequence[Any]) -> Node:
        """Return an operation of the graph on what its arguments become, those that stay fixed as their numbers.

        What leaves one of them as it is, is that one.
        """
        if all(moved):
            return self._once(node.operation, tuple(moved))
        fixed = zip(moved, node.arguments, strict=True)
        arguments = tuple([new or self.constant(old) for new, old in fixed])
        same = neutral(node.operation, arguments)
        return self._once(node.operation, arguments) if same is None else arguments[same]

    def _once(self, operation: str, arguments: tuple[Node, ...]) -> Node:
        key = (operation, *map(id, arguments))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = Node(operation, arguments)
        return known


class Emitter(ABC, Generic[Name]):
    """Translates nodes into the lines of one language, where each has a name."""

    def __init__(self) -> None:
        """Start without lines."""
        self.lines: list[str] = []
        self._names: dict[int, Name] = {}

    def emit(self, outputs: Sequence[Node]) -> list[Name]:
        """Write the lines of all that outputs need, and return the names of the outputs."""
        for node in self._ordered(outputs):
            self._names[id(node)] = self._translated(node)
        return [self.name(node) for node in outputs]

    def _ordered(self, outputs: Sequence[Node]) -> Sequence[Node]:
        """Return all that outputs need, each after what it needs itself."""
        return order(outputs)

    def name(self, node: Node) -> Name:
        """Return the name, or the literal, under which a node that has been emitted is known."""
        return self._names[id(node)]

    def _translated(self, node: Node) -> Name:
        if node.operation == CONSTANT:
            return self.literal(node.label)
        if node.operation == LEAF:
            return self.leaf(node.label.name)
        names = [self._names[id(argument)] for argument in node.arguments]
        return names[0] if node.operation == STEP else self.operation(node, names)

    @abstractmethod
    def literal(self, value: float) -> Name:
        """Return a number as the language writes it."""

    @abstractmethod
    def leaf(self, name: str) -> Name:
        """Return how an input is read."""

    @abstractmethod
    def operation(self, node: Node, arguments: Sequence[Name]) -> Name:
        """Write the line of an operation, and return the name of its result."""


def python_literal(value: float) -> str:
    """Return a number as Python writes it, where `inf` and `nan` are names."""
    text = repr(float(value)) if np.isfinite(value) else f"{float(value)}"
    return f"({text})"


SIGNS: Mapping[str, str] = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "power": "**",
    "less": "<",
    "less_equal": "<=",
}
"""Operations that most languages write between their arguments."""
