"""The NumPy target: straight-line code over arrays, with buffers that are used again and guarded bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from costmodel.formula.buffers import Buffered
from costmodel.formula.emitter import Plan, python_literal
from costmodel.formula.graph import Node
from costmodel.formula.operations import NUMPY


class _NumPy(Buffered):
    """One call of NumPy for each operation, into a buffer that is free again after its last use."""

    def __init__(self, planned: Plan, inputs: Sequence[str]) -> None:
        super().__init__(planned, inputs)
        self.numbers: dict[str, str] = {}

    def literal(self, value: float) -> str:
        """Return the name of a number as an array, which NumPy would make of it anew in every operation."""
        return self.numbers.setdefault(python_literal(value), f"c{len(self.numbers)}")

    def checked(self, place: int, name: str) -> str:
        return f"{name} = {super().checked(place, name)}"

    def operation(self, node: Node, arguments: Sequence[str]) -> str:
        target, joined = self.target(node), ", ".join(arguments)
        where = node.operation == "where"
        self.lines.append(f"{target}[:] = where({joined})" if where else f"{node.operation}({joined}, out={target})")
        return target


def emitted(planned: Plan, inputs: tuple[str, ...]) -> tuple[str, int]:
    """Return the kernel's source and the number of buffers."""
    emitter = _NumPy(planned, inputs)
    emitter.emit(emitter.needed)
    stores = [f"results[{i}] = {emitter.name(node)}" for i, node in enumerate(planned.outputs)]
    heads = [f"i{i} = inputs[{i}]" for i in range(len(inputs))]
    heads += [f"w{i} = work[{i}]" for i in range(emitter.buffers)]
    heads += [f"{name} = array{value}" for value, name in emitter.numbers.items()]
    body = "\n    ".join([*heads, *emitter.lines, *stores, "return"])
    return f"def kernel(inputs, results, work, check):\n    {body}\n", emitter.buffers


def function(source: str) -> Callable[..., None]:
    """Compile the emitted text; it holds only names of our own and number literals, nothing a user wrote."""
    names: dict[str, Any] = dict(NUMPY) | {"inf": np.inf, "nan": np.nan, "array": np.array, "__builtins__": {}}
    exec(compile(source, "<kernel>", "exec"), names)  # noqa: S102
    return names["kernel"]
