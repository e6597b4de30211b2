"""Rows in which a formula, called with numbers, would stop: zero is divided by, or raised to a negative power.

Arrays pass over such quotients; where a `minimum` or a `where` swallows the infinity, a wrong number would come out.
Operations outside of formulas, such as those of derivatives, are left alone: their results must be finite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from costmodel.errors import FormulaError
from costmodel.formula.node import Node, Step, parts, walk
from costmodel.formula.operations import STEP
from costmodel.formula.values import Numbers, numbers_of
from costmodel.units import quantity

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
_NONE: Rows = np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class Impossible:
    """An operation without a result in some rows, the formula that does it, and the outputs that need it by place."""

    step: Step
    rows: Rows
    outputs: frozenset[int]
    words: str
    """What the formula says when it is called with the numbers of the first of the rows."""

    @property
    def reason(self) -> str:
        """The formula and what is wrong, in short."""
        return f"{self.step.formula.name}: divided by zero"


def impossible(outputs: Sequence[Node], inputs: Mapping[str, Array], size: int) -> list[Impossible]:
    """Return the operations that have no result in some of the rows, arguments before what is made of them."""
    nodes, needed, owner = _known(tuple(outputs))
    values = numbers_of(nodes, inputs)
    found = []
    for node in nodes:
        step = owner.get(id(node))
        rows = _without_result(node, values, size) if step else _NONE
        if step and len(rows):
            first = {name: float(array[rows[0]]) for name, array in inputs.items()}
            found.append(Impossible(step, rows, needed[id(node)], _words(step, numbers_of(nodes, first))))
    return found


@lru_cache(maxsize=4)
def _known(outputs: tuple[Node, ...]) -> tuple[list[Node], dict[int, frozenset[int]], dict[int, Step]]:
    """Return the nodes below outputs, which outputs need each, and the step that each belongs to; once for a kernel."""
    nodes = walk(outputs, parts)
    return nodes, _needed(nodes, outputs), _owners(nodes)


def _without_result(node: Node, values: Numbers, size: int) -> Rows:
    if node.operation not in ("divide", "power"):
        return _NONE
    left, right = (values[id(argument)] for argument in node.arguments)
    zero = right == 0 if node.operation == "divide" else (left == 0) & (right < 0)
    return np.flatnonzero(np.broadcast_to(zero, (size,)))


def _needed(nodes: Sequence[Node], outputs: Sequence[Node]) -> dict[int, frozenset[int]]:
    found: dict[int, frozenset[int]] = dict.fromkeys(map(id, nodes), frozenset())
    for place, output in enumerate(outputs):
        found[id(output)] |= {place}
    for node in reversed(nodes):
        for part in parts(node):
            found[id(part)] |= found[id(node)]
    return found


def _owners(nodes: Sequence[Node]) -> dict[int, Step]:
    """Return the first step within whose own calculation a node stands, by the id of the node."""
    found: dict[int, Step] = {}
    for node in nodes:
        if node.operation == STEP and node.label.arguments:
            given = {id(one) for one, _ in node.label.arguments.values()}
            stack = list(node.arguments)
            while stack:
                inner = stack.pop()
                if id(inner) not in given and id(inner) not in found:
                    found[id(inner)] = node.label
                    stack.extend(inner.arguments)
    return found


def _words(step: Step, values: Numbers) -> str:
    given = {name: quantity(float(values[id(one)]), unit) for name, (one, unit) in step.arguments.items()}
    try:
        with np.errstate(all="ignore"):
            step.formula(**given)
    except FormulaError as error:
        return str(error)
    said = ", ".join(f"{name} = {value:~P}" for name, value in given.items())
    return f"{step.formula.name}: division by zero with {said}"
