"""The NumPy emitter: a traced graph as straight-line code over arrays, with reused buffers and guarded bounds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from costmodel.errors import FormulaError, unknown
from costmodel.formula.emitter import Emitter, Guard, Plan, plan, python_literal
from costmodel.formula.graph import Node, node_of, order
from costmodel.formula.operations import CONSTANT, LEAF, NUMPY
from costmodel.formula.values import values_of
from costmodel.units import Quantity

__all__ = ["CHUNK", "Kernel", "Outputs", "compile_numpy", "values_of"]

Array = npt.NDArray[np.float64]
Errors = Literal["raise", "mark"]

CHUNK = 16_384
"""Rows evaluated at a time, so that the buffers stay in the processor's cache."""


class Outputs(dict[str, Array]):
    """The outputs of a kernel by name; of a call that marks rows also which are out of bounds, and why.

    `marked` says of every row whether an output has no answer there: such outputs are not numbers, the others of the
    row keep theirs. `reasons` says in how many rows each formula's argument was out of bounds.
    """

    marked: npt.NDArray[np.bool_]
    reasons: dict[str, int]


@dataclass(frozen=True)
class Kernel:
    """A compiled calculation: arrays of its varying leaves in, arrays of its outputs out.

    Inputs are in the units of their leaves, outputs in the units of the traced quantities (`units`). What the formulas
    refuse, it refuses too.
    """

    inputs: tuple[str, ...]
    units: Mapping[str, str]
    source: str = field(repr=False)
    buffers: int
    run: Callable[..., None] = field(repr=False)
    guards: tuple[Guard, ...] = field(default=(), repr=False)
    guarded: tuple[frozenset[int], ...] = field(default=(), repr=False)
    """The places, among the guards, of those that each output depends on."""

    def __call__(self, **leaves: npt.ArrayLike) -> Outputs:
        """Return the outputs for arrays (or numbers) of every varying leaf, which broadcast.

        Raises
        ------
        FormulaError
            With the formula's own message, where a row is out of its bounds or has an output that is not finite.
        """
        return self._outputs(leaves, "raise")

    def mark(self, **leaves: npt.ArrayLike) -> Outputs:
        """Return the outputs like a call, with the rows marked that a call would refuse."""
        return self._outputs(leaves, "mark")

    def _outputs(self, leaves: Mapping[str, npt.ArrayLike], errors: Errors) -> Outputs:
        if set(leaves) != set(self.inputs):
            wrong = next(iter(set(leaves) ^ set(self.inputs)))
            raise unknown("input of this kernel", wrong, self.inputs)
        arrays = _broadcast({name: np.asarray(leaves[name], dtype=float) for name in self.inputs})
        shape = arrays[0].shape if arrays else ()
        flat = [np.ascontiguousarray(array).reshape(-1) for array in arrays]
        results, bad = self._chunks(flat, flat[0].size if flat else 1, errors)
        found = Outputs({name: row.reshape(shape) for name, row in zip(self.units, results, strict=True)})
        found.marked, found.reasons = self._marked(results, bad, errors)
        found.marked = found.marked.reshape(shape)
        return found

    def _chunks(self, flat: Sequence[Array], rows: int, errors: Errors) -> tuple[Array, list[_Bad]]:
        results = np.empty((len(self.units), rows))
        work = np.empty((self.buffers, min(rows, CHUNK)))
        bad: list[_Bad] = []
        for start in range(0, rows, CHUNK):
            part = slice(start, min(start + CHUNK, rows))
            check = _Check(self.guards, start, errors, bad)
            with np.errstate(all="ignore"):
                self.run([array[part] for array in flat], results[:, part], work[:, : part.stop - part.start], check)
        return results, bad

    def _marked(
        self, results: Array, bad: Sequence[_Bad], errors: Errors
    ) -> tuple[npt.NDArray[np.bool_], dict[str, int]]:
        """Return the rows without an answer, whose outputs become not a number, and why."""
        reasons: dict[str, int] = {}
        for place, rows in bad:
            key = f"{self.guards[place].formula}: {self.guards[place].argument}"
            reasons[key] = reasons.get(key, 0) + len(rows)
        for name, row, guards in zip(self.units, results, self.guarded, strict=True):
            out = np.zeros(row.shape, dtype=bool)
            for rows in (rows for place, rows in bad if place in guards):
                out[rows] = True
            row[out] = np.nan
            lost = ~np.isfinite(row) & ~out
            if lost.any():
                if errors == "raise":
                    msg = f"{name} is {row[lost][0]} in {lost.sum()} of {row.size} rows: an input has no finite answer"
                    raise FormulaError(msg)
                reasons[f"{name}: not finite"] = int(lost.sum())
                row[lost] = np.nan
        return np.asarray(np.isnan(results).any(axis=0)), reasons


_Bad = tuple[int, npt.NDArray[np.intp]]
"""The place of a guard, and the rows that do not keep it."""


@dataclass(frozen=True)
class _Check:
    """What a kernel calls with each guarded value of a chunk of rows."""

    guards: Sequence[Guard]
    start: int
    errors: Errors
    bad: list[_Bad]

    def __call__(self, place: int, values: Array) -> None:
        guard = self.guards[place]
        if values.min() >= guard.low and values.max() <= guard.high:
            return
        out = np.flatnonzero(~((values >= guard.low) & (values <= guard.high)))
        if self.errors == "raise":
            raise FormulaError(guard.message(float(values[out[0]])))
        self.bad.append((place, out + self.start))


def compile_numpy(outputs: Mapping[str, Quantity], vary: Sequence[str]) -> Kernel:
    """Compile traced quantities into one kernel of the named leaves; all other leaves become constants."""
    nodes = [node for node in map(node_of, outputs.values()) if node is not None]
    if len(nodes) < len(outputs):
        msg = "compile_numpy needs traced quantities: trace their inputs with Graph.leaf first"
        raise FormulaError(msg)
    leaves = {node.label.name for node in order(nodes) if node.operation == LEAF}
    for name in set(vary) - leaves:
        raise unknown("leaf", name, leaves)
    planned = plan(nodes, vary)
    source, buffers = _emit(planned, tuple(vary))
    units = {name: f"{value.units}" for name, value in outputs.items()}
    return Kernel(tuple(vary), units, source, buffers, _function(source), planned.guards, planned.guarded)


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


def _emit(planned: Plan, inputs: tuple[str, ...]) -> tuple[str, int]:
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


def _broadcast(arrays: Mapping[str, Array]) -> list[Array]:
    try:
        return list(np.broadcast_arrays(*arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        msg = f"the inputs of a kernel must have shapes that broadcast together, not {shapes}"
        raise FormulaError(msg) from None


def _function(source: str) -> Callable[..., None]:
    """Compile the emitted text; it holds only names of our own and number literals, nothing a user wrote."""
    names: dict[str, Any] = dict(NUMPY) | {"inf": np.inf, "nan": np.nan, "__builtins__": {}}
    exec(compile(source, "<kernel>", "exec"), names)  # noqa: S102
    return names["kernel"]
