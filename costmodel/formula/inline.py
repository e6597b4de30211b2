"""A formula's body as one plain function of magnitudes, for one combination of units.

The body runs once, on traced values; units are checked and converted there, so that they cost nothing afterwards.
The function that comes out takes numbers, arrays and nodes of an outer graph alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from costmodel.formula.graph import Graph, Node, Traced, node_of, order
from costmodel.formula.operations import CONSTANT, LEAF, NUMPY, STEP
from costmodel.units import Quantity

_SIGNS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "power": "**", "less": "<", "less_equal": "<="}


def inlined(
    body: Callable[..., Quantity], units: Mapping[str, Any], convert: Callable[[Quantity], Quantity]
) -> Callable[..., Any]:
    """Return `body`, with its result converted, as a function of the magnitudes of its arguments in these units."""
    graph = Graph()
    traced = {name: graph.leaf(name, 1.0 * unit) for name, unit in units.items()}
    result = convert(body(**traced)).magnitude
    node = node_of(result) or graph.constant(result).node
    return _function(node, list(units))


def apply(operation: str, *arguments: Any) -> Any:
    """Do one operation on numbers or arrays, or note it in the graph of the first traced argument."""
    for argument in arguments:
        if isinstance(argument, Traced):
            return argument.graph.node(operation, *arguments)
    return NUMPY[operation](*arguments)


def _function(node: Node, names: list[str]) -> Callable[..., Any]:
    known: dict[int, str] = {}
    lines: list[str] = []
    for step in order([node]):
        if step.operation == CONSTANT:
            known[id(step)] = _literal(step.label)
        elif step.operation in (LEAF, STEP):
            known[id(step)] = (
                f"a{names.index(step.label.name)}" if step.operation == LEAF else known[id(step.arguments[0])]
            )
        else:
            known[id(step)] = f"v{len(lines)}"
            lines.append(f"v{len(lines)} = {_expression(step.operation, [known[id(a)] for a in step.arguments])}")
    heads = ", ".join(f"a{i}" for i in range(len(names)))
    source = "\n    ".join([f"def inline({heads}):", *lines, f"return {known[id(node)]}"])
    # Only names made here and number literals stand in the source: nothing that a user wrote.
    scope: dict[str, Any] = {"apply": apply, "inf": np.inf, "nan": np.nan, "__builtins__": {}}
    exec(compile(source, "<formula>", "exec"), scope)  # noqa: S102
    function: Callable[..., Any] = scope["inline"]
    return function


def _expression(operation: str, arguments: list[str]) -> str:
    if operation in _SIGNS:
        return f"{arguments[0]} {_SIGNS[operation]} {arguments[1]}"
    return f"-{arguments[0]}" if operation == "negative" else f"apply({operation!r}, {', '.join(arguments)})"


def _literal(value: float) -> str:
    return f"({value!r})" if np.isfinite(value) else f"({value})"
