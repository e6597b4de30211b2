"""A formula's body as one plain function of magnitudes, for one combination of units.

The body runs once, on traced values; units are checked and converted there, so that they cost nothing afterwards.
The function that comes out takes numbers, arrays and nodes of an outer graph alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from costmodel.formula.emitter import SIGNS, Emitter, python_literal
from costmodel.formula.graph import Graph, Node, Traced, node_of
from costmodel.formula.operations import NUMPY
from costmodel.units import Quantity

_TRUTHS = frozenset({bool, np.bool_})
_FLOATS = frozenset({float, np.float64})


def inlined(
    body: Callable[..., Quantity], units: Mapping[str, Any], convert: Callable[[Quantity], Quantity]
) -> Callable[..., Any]:
    """Return `body`, with its result converted, as a function of the magnitudes of its arguments in these units."""
    graph = Graph()
    traced = {name: graph.leaf(name, 1.0 * unit) for name, unit in units.items()}
    result = convert(body(**traced)).magnitude
    return _function(node_of(result) or graph.constant(result).node, list(units))


def apply(operation: str, *arguments: Any) -> Any:
    """Do one operation on numbers or arrays, or note it in the graph of the first traced argument."""
    kinds = list(map(type, arguments))
    if Traced in kinds:
        return arguments[kinds.index(Traced)].graph.node(operation, *arguments)
    if operation == "where" and kinds[0] in _TRUTHS and kinds[1] in _FLOATS and kinds[2] in _FLOATS:
        return np.float64(arguments[1] if arguments[0] else arguments[2])  # NumPy takes twenty times as long
    return NUMPY[operation](*arguments)


class _Inline(Emitter[str]):
    """One local variable for each operation."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__()
        self.places = {name: f"a{i}" for i, name in enumerate(names)}

    def literal(self, value: float) -> str:
        return python_literal(value)

    def leaf(self, name: str) -> str:
        return self.places[name]

    def operation(self, node: Node, arguments: Sequence[str]) -> str:
        target = f"v{len(self.lines)}"
        self.lines.append(f"{target} = {_expression(node.operation, arguments)}")
        return target


def _expression(operation: str, arguments: Sequence[str]) -> str:
    if operation in SIGNS:
        return f"{arguments[0]} {SIGNS[operation]} {arguments[1]}"
    return f"-{arguments[0]}" if operation == "negative" else f"apply({operation!r}, {', '.join(arguments)})"


def _function(node: Node, names: list[str]) -> Callable[..., Any]:
    emitter = _Inline(names)
    (result,) = emitter.emit([node])
    heads = ", ".join(emitter.places.values())
    source = "\n    ".join([f"def inline({heads}):", *emitter.lines, f"return {result}"])
    # Only names made here and number literals stand in the source: nothing that a user wrote.
    scope: dict[str, Any] = {"apply": apply, "inf": np.inf, "nan": np.nan, "__builtins__": {}}
    exec(compile(source, "<formula>", "exec"), scope)  # noqa: S102
    function: Callable[..., Any] = scope["inline"]
    return function
