"""The datum of a traced calculation: one operation on the results of others, down to numbers and named inputs.

Nodes are plain values: they can be compared, hashed, printed, copied and pickled, however deep or shared they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

import numpy as np

from costmodel.formula.operations import CONSTANT, LEAF, NUMPY, STEP
from costmodel.units import Quantity

_UNKNOWN: Any = object()


@dataclass(eq=False, repr=False, slots=True)
class Node:
    """One operation on the results of other nodes; never changed, though not frozen, as so many are made.

    `label` is the value of a constant, the `Leaf` of a leaf, the `Step` of a step, and None for all else.
    """

    operation: str
    arguments: tuple[Node, ...] = ()
    label: Any = None
    known_parts: tuple[Node, ...] | None = field(default=None, init=False)
    known_number: Any = field(default=_UNKNOWN, init=False)
    known_hash: int | None = field(default=None, init=False)

    def __eq__(self, other: object) -> bool:
        """Say whether both are the same calculation of the same inputs."""
        if not isinstance(other, Node):
            return NotImplemented
        return self is other or (hash(self) == hash(other) and table(self) == table(other))

    def __hash__(self) -> int:
        if self.known_hash is None:
            for node in walk([self], _without_hash):
                node.known_hash = hash((node.operation, node.arguments, node.label))
        return cast("int", self.known_hash)

    def __repr__(self) -> str:
        rows = table(self)
        return f"<{rows[-1]}>" if len(rows) == 1 else f"<{rows[-1]}: {len(rows)} operations>"

    def __str__(self) -> str:
        return "\n".join(f"v{place} = {row}" for place, row in enumerate(table(self)))

    def __reduce__(self) -> tuple[Callable[..., Node], tuple[Any, ...]]:
        return restored, (table(self),)


@dataclass(frozen=True, eq=False)
class Leaf:
    """An input of the graph: its path in the scenario, its value there and the fact behind it."""

    name: str
    value: Quantity
    origin: Any = None

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Leaf):
            return NotImplemented
        same = (self.name, self.value.units, self.origin) == (other.name, other.value.units, other.origin)
        return same and np.array_equal(self.value.magnitude, other.value.magnitude)

    def __hash__(self) -> int:
        return hash(self.name)


@dataclass(frozen=True)
class Step:
    """A formula's result within the graph, with its arguments by name, each in its unit."""

    formula: Any
    arguments: Mapping[str, tuple[Node, str]]
    unit: str
    bounded: Mapping[str, Node] = field(default_factory=dict)
    """The arguments that the formula bounds, in the units that it declares."""

    def __hash__(self) -> int:
        return hash((self.formula, *self.arguments.items()))


@dataclass(frozen=True)
class Row:
    """A node whose arguments are places in a table of rows: no row refers to a later one."""

    operation: str
    arguments: tuple[int, ...]
    label: Any = None

    def __str__(self) -> str:
        if self.operation == LEAF:
            return f"leaf {self.label.name!r} ({self.label.value:~P})"
        if isinstance(self.label, Step):
            named = ", ".join(f"{name}=v{place}" for name, (place, _) in self.label.arguments.items())
            return f"step {self.label.formula.name}({named}) = v{self.arguments[0]}"
        within = [f"v{place}" for place in self.arguments] or [repr(self.label)]
        return f"{self.operation}({', '.join(within)})"


def walk(outputs: Iterable[Node], below: Callable[[Node], Sequence[Node]]) -> list[Node]:
    """Return the outputs and all below them, each once, what is below a node before it."""
    seen: set[int] = set()
    found: list[Node] = []
    above: list[tuple[Node | None, Iterator[Node]]] = []
    node: Node | None = None
    rest = iter(outputs)
    while True:
        for part in rest:
            if id(part) not in seen:
                if inner := below(part):
                    above.append((node, rest))
                    node, rest = part, iter(inner)
                    break
                seen.add(id(part))
                found.append(part)
        else:
            if node is None:
                return found
            seen.add(id(node))
            found.append(node)
            node, rest = above.pop()


def parts(node: Node) -> tuple[Node, ...]:
    """Return the arguments of a node and, of a step, also the arguments of its formula, used or not."""
    if node.known_parts is None:
        node.known_parts = node.arguments
        if node.operation == STEP:
            named = [argument for argument, _ in node.label.arguments.values()]
            node.known_parts = (*named, *node.label.bounded.values(), *node.arguments)
    return node.known_parts


def own_number(node: Node) -> Any:
    """Return the number (or array) of a node where all inputs have their own values; its arguments are asked before."""
    if node.known_number is _UNKNOWN:
        node.known_number = number_of(node, [one.known_number for one in node.arguments])
    return node.known_number


def number_of(node: Node, arguments: list[Any]) -> Any:
    """Return the number (or array) of a node for those of its arguments."""
    if node.operation == CONSTANT:
        return node.label
    if node.operation == LEAF:
        return node.label.value.magnitude
    return arguments[0] if node.operation == STEP else NUMPY[node.operation](*arguments)


def table(node: Node) -> tuple[Row, ...]:
    """Return a node and all its parts as rows without repetition, the node itself last."""
    places: dict[int, int] = {}
    rows: dict[Row, int] = {}
    for part in walk([node], parts):
        label = part.label
        if part.operation == STEP:
            label = with_nodes(label, lambda one: places[id(one)])
        row = Row(part.operation, tuple(places[id(one)] for one in part.arguments), label)
        places[id(part)] = rows.setdefault(row, len(rows))
    return tuple(rows)


def with_nodes(step: Step, change: Callable[[Any], Any]) -> Step:
    """Return a step whose nodes are replaced, by places in a table or back."""
    named = {name: (change(one), unit) for name, (one, unit) in step.arguments.items()}
    return replace(step, arguments=named, bounded={name: change(one) for name, one in step.bounded.items()})


def restored(rows: Iterable[Row]) -> Node:
    """Return the node that a table describes: the last of its rows."""
    nodes: list[Node] = []
    for row in rows:
        label = row.label
        if row.operation == STEP:
            label = with_nodes(label, lambda place: nodes[place])
        nodes.append(Node(row.operation, tuple(nodes[place] for place in row.arguments), label))
    return nodes[-1]


def _without_hash(node: Node) -> list[Node]:
    return [part for part in parts(node) if part.known_hash is None]
