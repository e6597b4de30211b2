"""The value of every node of a graph, with all inputs at their own values: one pass over plain numbers or arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from costmodel.errors import FormulaError
from costmodel.formula.emitter import guards_of
from costmodel.formula.graph import nodes_of
from costmodel.formula.node import Node, parts, walk
from costmodel.formula.operations import CONSTANT, LEAF, NUMPY, STEP

Numbers = Mapping[int, Any]
"""The value of nodes by their ids."""


def values_of(nodes: Sequence[Any]) -> Numbers:
    """Return the value of every node by its id.

    Raises
    ------
    FormulaError
        With a formula's own message, where an argument is out of its bounds or a result is not finite.
    """
    ordered = walk(nodes_of(nodes), parts)
    values = numbers_of(ordered, {})
    for guard in guards_of(ordered):
        numbers = np.atleast_1d(values[id(guard.node)])
        if not np.all((numbers >= guard.low) & (numbers <= guard.high)):
            raise FormulaError(guard.message(float(numbers[~((numbers >= guard.low) & (numbers <= guard.high))][0])))
    _check_finite(ordered, values)
    return values


def numbers_of(ordered: Sequence[Node], given: Mapping[str, Any]) -> Numbers:
    """Return the value of nodes that stand in order, unchecked; leaves that are not given have their own values."""
    values: dict[int, Any] = {}
    with np.errstate(all="ignore"):
        for node in ordered:
            values[id(node)] = _value(node, [values[id(argument)] for argument in node.arguments], given)
    return values


def _value(node: Node, arguments: list[Any], given: Mapping[str, Any]) -> Any:
    if node.operation == CONSTANT:
        return node.label
    if node.operation == LEAF:
        return given.get(node.label.name, node.label.value.magnitude)
    return arguments[0] if node.operation == STEP else NUMPY[node.operation](*arguments)


def _check_finite(nodes: Sequence[Node], values: Numbers) -> None:
    """Raise the error of the first formula whose result is not finite though its arguments are."""
    for node in nodes:
        if node.operation == STEP and node.label.arguments and not np.all(np.isfinite(values[id(node)])):
            given = {
                name: (values[id(one)], unit) for name, (one, unit) in node.label.arguments.items() if id(one) in values
            }
            if all(np.all(np.isfinite(value)) for value, _ in given.values()):
                said = ", ".join(f"{name} = {value:.6g} {unit}" for name, (value, unit) in given.items())
                msg = f"{node.label.formula.name}: the result is {values[id(node)]} with {said}"
                raise FormulaError(msg)
