"""The NumPy emitter: a traced graph as straight-line code over arrays, with reused buffers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from costmodel.errors import FormulaError, unknown
from costmodel.formula.graph import Graph, Node, Traced, node_of, order
from costmodel.formula.operations import CONSTANT, LEAF, NUMPY, STEP
from costmodel.units import Quantity

Array = npt.NDArray[np.float64]

CHUNK = 16_384
"""Rows evaluated at a time, so that the buffers stay in the processor's cache."""


@dataclass(frozen=True)
class Kernel:
    """A compiled calculation: arrays of its varying leaves in, arrays of its outputs out.

    Inputs are in the units of their leaves, outputs in the units of the traced quantities (`units`).
    """

    inputs: tuple[str, ...]
    units: Mapping[str, str]
    source: str = field(repr=False)
    buffers: int
    run: Callable[..., None] = field(repr=False)

    def __call__(self, **leaves: npt.ArrayLike) -> dict[str, Array]:
        """Return the outputs for arrays (or numbers) of every varying leaf, which broadcast."""
        if set(leaves) != set(self.inputs):
            wrong = next(iter(set(leaves) ^ set(self.inputs)))
            raise unknown("input of this kernel", wrong, self.inputs)
        arrays = _broadcast({name: np.asarray(leaves[name], dtype=float) for name in self.inputs})
        shape = arrays[0].shape if arrays else ()
        flat = [np.ascontiguousarray(array).reshape(-1) for array in arrays]
        results = self._chunks(flat, flat[0].size if flat else 1)
        return {name: row.reshape(shape) for name, row in zip(self.units, results, strict=True)}

    def _chunks(self, flat: Sequence[Array], rows: int) -> Array:
        results = np.empty((len(self.units), rows))
        work = np.empty((self.buffers, min(rows, CHUNK)))
        for start in range(0, rows, CHUNK):
            part = slice(start, min(start + CHUNK, rows))
            width = part.stop - part.start
            self.run([array[part] for array in flat], results[:, part], work[:, :width])
        return results


def compile_numpy(outputs: Mapping[str, Quantity], vary: Sequence[str]) -> Kernel:
    """Compile traced quantities into one kernel of the named leaves; all other leaves become constants."""
    nodes = [node for node in map(node_of, outputs.values()) if node is not None]
    if len(nodes) < len(outputs):
        msg = "compile_numpy needs traced quantities: trace their inputs with Graph.leaf first"
        raise FormulaError(msg)
    leaves = {node.label.name for node in order(nodes) if node.operation == LEAF}
    for name in set(vary) - leaves:
        raise unknown("leaf", name, leaves)
    source, buffers = _emit(_specialise(nodes, set(vary)), tuple(vary))
    units = {name: f"{value.units}" for name, value in outputs.items()}
    return Kernel(tuple(vary), units, source, buffers, _function(source))


def values_of(nodes: Sequence[Node]) -> dict[int, Any]:
    """Return the value of every node by its id, with all leaves at their own values."""
    values: dict[int, Any] = {}
    for node in order(nodes):
        values[id(node)] = _value(node, [values[id(argument)] for argument in node.arguments])
    return values


def _value(node: Node, arguments: list[Any]) -> Any:
    if node.operation == CONSTANT:
        return node.label
    if node.operation == LEAF:
        return node.label.value.magnitude
    return arguments[0] if node.operation == STEP else NUMPY[node.operation](*arguments)


def _specialise(nodes: list[Node], vary: set[str]) -> list[Node]:
    """Return the nodes again in a new graph, without steps and with every fixed leaf folded."""
    graph = Graph()
    new: dict[int, Traced] = {}
    for node in order(nodes):
        arguments = [new[id(argument)] for argument in node.arguments]
        if node.operation == LEAF:
            leaf = node.label
            fixed = leaf.name not in vary
            new[id(node)] = (
                graph.constant(leaf.value.magnitude) if fixed else graph.leaf(leaf.name, leaf.value).magnitude
            )
        elif node.operation == STEP:
            new[id(node)] = arguments[0]
        else:
            constant = node.operation == CONSTANT
            new[id(node)] = graph.constant(node.label) if constant else graph.node(node.operation, *arguments)
    return [new[id(node)].node for node in nodes]


def _emit(outputs: list[Node], inputs: tuple[str, ...]) -> tuple[str, int]:
    """Return the kernel's source and the number of buffers: a buffer is free again after its last use."""
    nodes = [node for node in order(outputs) if node.operation not in (CONSTANT, LEAF)]
    uses = _uses(nodes, outputs)
    place: dict[int, str] = {}
    free: list[int] = []
    lines, count = [], 0
    for node in nodes:
        arguments = [_name(argument, inputs, place) for argument in node.arguments]
        for argument in node.arguments:
            uses[id(argument)] -= 1
            if uses[id(argument)] == 0 and id(argument) in place:
                free.append(int(place[id(argument)][1:]))
        if not free:
            free, count = [count], count + 1
        place[id(node)] = f"w{free.pop()}"
        lines.append(_line(node.operation, place[id(node)], arguments))
    stores = [f"results[{i}] = {_name(node, inputs, place)}" for i, node in enumerate(outputs)]
    heads = [f"i{i} = inputs[{i}]" for i in range(len(inputs))] + [f"w{i} = work[{i}]" for i in range(count)]
    body = "\n    ".join([*heads, *lines, *stores])
    return f"def kernel(inputs, results, work):\n    {body}\n", count


def _broadcast(arrays: Mapping[str, Array]) -> list[Array]:
    try:
        return list(np.broadcast_arrays(*arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        msg = f"the inputs of a kernel must have shapes that broadcast together, not {shapes}"
        raise FormulaError(msg) from None


def _uses(nodes: list[Node], outputs: list[Node]) -> dict[int, int]:
    uses: dict[int, int] = {}
    for argument in [a for node in nodes for a in node.arguments] + outputs:
        uses[id(argument)] = uses.get(id(argument), 0) + 1
    return uses


def _name(node: Node, inputs: tuple[str, ...], place: Mapping[int, str]) -> str:
    if node.operation == CONSTANT:
        return _literal(node.label)
    return f"i{inputs.index(node.label.name)}" if node.operation == LEAF else place[id(node)]


def _literal(value: float) -> str:
    return repr(value) if np.isfinite(value) else f'float("{value}")'


def _line(operation: str, target: str, arguments: list[str]) -> str:
    joined = ", ".join(arguments)
    if operation == "where":
        return f"{target}[:] = where({joined})"
    return f"{operation}({joined}, out={target})"


def _function(source: str) -> Callable[..., None]:
    """Compile the emitted text; it holds only names of our own and number literals, nothing a user wrote."""
    names: dict[str, Any] = dict(NUMPY) | {"float": float, "__builtins__": {}}
    exec(compile(source, "<kernel>", "exec"), names)  # noqa: S102
    return names["kernel"]
