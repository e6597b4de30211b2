"""A traced value: used as if it were a number, so that a formula's own code builds the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from costmodel.errors import FormulaError
from costmodel.formula.node import Node

if TYPE_CHECKING:
    from costmodel.formula.graph import Graph


class Traced:
    """A node with the graph in which operations on it are noted."""

    __slots__ = ("graph", "node")

    def __init__(self, graph: Graph, node: Node) -> None:
        """Hold a node of a graph."""
        self.graph = graph
        self.node = node

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

    def __neg__(self) -> Traced:
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

    def __repr__(self) -> str:
        return f"traced {self.node!r}"

    def _with(self, operation: str, *arguments: object) -> Any:
        if all(isinstance(argument, (Traced, int, float, np.number)) for argument in arguments):
            return self.graph.node(operation, *arguments)
        return NotImplemented
