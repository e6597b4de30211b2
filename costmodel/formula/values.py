"""The value of every node of a graph, with all inputs at their own values: one pass over plain numbers or arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from costmodel.errors import FormulaError
from costmodel.formula.emitter import Guard, guards_of
from costmodel.formula.graph import nodes_of
from costmodel.formula.node import Node, number_of, own_number, parts, walk
from costmodel.formula.operations import LEAF, STEP

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
    with np.errstate(all="ignore"):
        values = {id(node): own_number(node) for node in ordered}
    for guard in guards_of(ordered):
        number = values[id(guard.node)]
        if not isinstance(number, float) or not guard.holds(number):
            _check_bounds(guard, np.atleast_1d(number))
    _check_finite(ordered, values)
    return values


def numbers_of(ordered: Sequence[Node], given: Mapping[str, Any]) -> Numbers:
    """Return the value of nodes that stand in order, unchecked; leaves that are not given have their own values."""
    values: dict[int, Any] = {}
    with np.errstate(all="ignore"):
        for node in ordered:
            if node.operation == LEAF and node.label.name in given:
                values[id(node)] = given[node.label.name]
            else:
                values[id(node)] = number_of(node, [values[id(argument)] for argument in node.arguments])
    return values


def _check_bounds(guard: Guard, numbers: npt.NDArray[np.float64]) -> None:
    out = ~((numbers >= guard.low) & (numbers <= guard.high))
    if out.any():
        raise FormulaError(guard.message(float(numbers[out][0])))


def _check_finite(nodes: Sequence[Node], values: Numbers) -> None:
    """Raise the error of the first formula whose result is not finite though its arguments are."""
    for node in nodes:
        if node.operation == STEP and node.label.arguments and not _is_finite(values[id(node)]):
            given = {
                name: (values[id(one)], unit) for name, (one, unit) in node.label.arguments.items() if id(one) in values
            }
            if all(_is_finite(value) for value, _ in given.values()):
                said = ", ".join(f"{name} = {value:.6g} {unit}" for name, (value, unit) in given.items())
                msg = f"{node.label.formula.name}: the result is {values[id(node)]} with {said}"
                raise FormulaError(msg)


def _is_finite(number: Any) -> bool:
    return isfinite(number) if isinstance(number, float) else bool(np.all(np.isfinite(number)))
