"""The NumPy target: straight-line code over arrays, with buffers that are used again and guarded bounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from costmodel.formula.emitter import Emitter, Plan, python_literal
from costmodel.formula.graph import Node, order
from costmodel.formula.operations import CONSTANT, LEAF, NUMPY


class _NumPy(Emitter):
    """One call of NumPy for each operation, into a buffer that is free again after its last use."""

    def __init__(self, planned: Plan, inputs: Sequence[str]) -> None:
        super().__init__()
        self.places = {name: f"i{i}" for i, name in enumerate(inputs)}
        self.guards: dict[int, list[int]] = {}
        for place, guard in enumerate(planned.guards):
            self.guards.setdefault(id(guard.node), []).append(place)
        self.uses = _uses([*planned.outputs, *(guard.node for guard in planned.guards)], planned.outputs)
        self.free: list[int] = []
        self.buffers = 0

    def literal(self, value: float) -> str:
        return python_literal(value)

    def leaf(self, name: str) -> str:
        return self.places[name]

    def operation(self, node: Node, arguments: Sequence[str]) -> str:
        for argument in node.arguments:
            self._used(argument)
        if not self.free:
            self.free, self.buffers = [self.buffers], self.buffers + 1
        target = f"w{self.free.pop()}"
        joined = ", ".join(arguments)
        where = node.operation == "where"
        self.lines.append(f"{target}[:] = where({joined})" if where else f"{node.operation}({joined}, out={target})")
        return target

    def _translated(self, node: Node) -> str:
        name = super()._translated(node)
        self.lines += [f"check({place}, {name})" for place in self.guards.get(id(node), ())]
        if self.uses.get(id(node)) == 0 and node.operation not in (CONSTANT, LEAF):
            self.free.append(int(name[1:]))
        return name

    def _used(self, node: Node) -> None:
        self.uses[id(node)] -= 1
        if self.uses[id(node)] == 0 and node.operation not in (CONSTANT, LEAF):
            self.free.append(int(self.name(node)[1:]))


def emitted(planned: Plan, inputs: tuple[str, ...]) -> tuple[str, int]:
    """Return the kernel's source and the number of buffers."""
    emitter = _NumPy(planned, inputs)
    emitter.emit([*planned.outputs, *(guard.node for guard in planned.guards)])
    stores = [f"results[{i}] = {emitter.name(node)}" for i, node in enumerate(planned.outputs)]
    heads = [f"i{i} = inputs[{i}]" for i in range(len(inputs))]
    heads += [f"w{i} = work[{i}]" for i in range(emitter.buffers)]
    body = "\n    ".join([*heads, *emitter.lines, *stores, "return"])
    return f"def kernel(inputs, results, work, check):\n    {body}\n", emitter.buffers


def _uses(nodes: Sequence[Node], outputs: Sequence[Node]) -> dict[int, int]:
    """Return how often each node is used: by others, and once as an output, which is never free."""
    uses: dict[int, int] = dict.fromkeys(map(id, order(nodes)), 0)
    for argument in [a for node in order(nodes) for a in node.arguments] + list(outputs):
        uses[id(argument)] += 1
    return uses


def function(source: str) -> Callable[..., None]:
    """Compile the emitted text; it holds only names of our own and number literals, nothing a user wrote."""
    names: dict[str, Any] = dict(NUMPY) | {"inf": np.inf, "nan": np.nan, "__builtins__": {}}
    exec(compile(source, "<kernel>", "exec"), names)  # noqa: S102
    return names["kernel"]
