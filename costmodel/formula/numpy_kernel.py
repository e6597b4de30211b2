"""Kernels: a traced graph compiled to NumPy, which refuses what its formulas refuse, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from costmodel.errors import FormulaError, unknown
from costmodel.formula.emitter import Guard, plan
from costmodel.formula.graph import Node, node_of, order
from costmodel.formula.impossible import Rows, impossible
from costmodel.formula.node import parts, walk
from costmodel.formula.numpy_emitter import Program, emitted, runner
from costmodel.formula.numpy_part import part
from costmodel.formula.operations import LEAF
from costmodel.formula.values import values_of
from costmodel.units import Quantity

__all__ = ["CHUNK", "Kernel", "Outputs", "compile_numpy", "values_of"]

Array = npt.NDArray[np.float64]
Errors = Literal["raise", "mark"]

CHUNK = 8_192
"""Rows evaluated at a time, so that buffers stay in the processor's cache and take little memory to be had anew."""


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
    program: Program = field(repr=False)
    run: Callable[..., None] = field(repr=False)
    guards: tuple[Guard, ...] = field(default=(), repr=False)
    guarded: tuple[frozenset[int], ...] = field(default=(), repr=False)
    """The places, among the guards, of those that each output depends on."""
    enclosed: frozenset[int] = field(default=frozenset(), repr=False)
    """The places of the guards that refuse every output which their value reaches."""
    outputs: tuple[Node, ...] = field(default=(), repr=False)
    own: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The inputs' own values."""

    def __call__(self, **leaves: npt.ArrayLike) -> Outputs:
        """Return the outputs for arrays (or numbers) of every varying leaf, which broadcast.

        Raises
        ------
        FormulaError
            With the formula's own message, where a row is out of its bounds or divides by zero; or where an output is
            not finite.
        """
        return self._outputs(leaves, "raise")

    def mark(self, **leaves: npt.ArrayLike) -> Outputs:
        """Return the outputs like a call, with the rows marked that a call would refuse."""
        return self._outputs(leaves, "mark")

    def part(self, outputs: Mapping[str, Quantity], vary: Sequence[str]) -> Kernel:
        """Return what `compile_numpy` returns of some of these outputs and inputs, in a small part of its time.

        Raises
        ------
        FormulaError
            With the formula's own message, where a fixed value is out of bounds.
        """
        places = {id(node): place for place, node in enumerate(self.outputs)}
        chosen = [places[id(node_of(one))] for one in outputs.values()]
        guarded = tuple([self.guarded[place] for place in chosen])
        inputs = dict(zip(self.inputs, self.program.inputs, strict=True))
        program = part(
            self.program,
            [inputs[name] for name in vary],
            [self.program.results[place] for place in chosen],
            {place: float(self.own[name]) for name, place in inputs.items() if name not in set(vary)},
            {place: self.guards[place] for place in frozenset[int]().union(*guarded)},
        )
        units = {name: f"{one.units}" for name, one in outputs.items()}
        nodes = tuple([self.outputs[place] for place in chosen])
        return replace(
            self, inputs=tuple(vary), units=units, program=program, run=runner(program), guarded=guarded, outputs=nodes
        )

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
        work = np.empty((self.program.buffers, min(rows, CHUNK)))
        bad: list[_Bad] = []
        for start in range(0, rows, CHUNK):
            part = slice(start, min(start + CHUNK, rows))
            inputs, check = [array[part] for array in flat], _Check(self, start, errors, bad)
            with np.errstate(all="ignore", divide="call", invalid="call", call=check.flag):
                self.run(inputs, results[:, part], work[:, : part.stop - part.start], check)
            check.finish(inputs, part.stop - part.start)
        return results, bad

    def _marked(
        self, results: Array, bad: Sequence[_Bad], errors: Errors
    ) -> tuple[npt.NDArray[np.bool_], dict[str, int]]:
        """Return the rows without an answer, whose outputs become not a number, and why."""
        reasons: dict[str, int] = {}
        for one in bad:
            reasons[one.reason] = reasons.get(one.reason, 0) + len(one.rows)
        for place, (name, row) in enumerate(zip(self.units, results, strict=True)):
            out = np.zeros(row.shape, dtype=bool)
            for one in bad:
                if place in one.outputs:
                    out[one.rows] = True
            row[out] = np.nan
            lost = ~np.isfinite(row) & ~out
            if lost.any():
                if errors == "raise":
                    msg = f"{name} is {row[lost][0]} in {lost.sum()} of {row.size} rows: an input has no finite answer"
                    raise FormulaError(msg)
                reasons[f"{name}: not finite"] = int(lost.sum())
                row[lost] = np.nan
        return np.asarray(np.isnan(results).any(axis=0)), reasons


class _Bad(NamedTuple):
    """Rows that are refused for a reason, and the outputs that have no answer there, by place."""

    reason: str
    rows: Rows
    outputs: frozenset[int]


@dataclass(frozen=True)
class _Check:
    """What a kernel calls with each guarded value of a chunk of rows."""

    kernel: Kernel
    start: int
    errors: Errors
    bad: list[_Bad]
    flags: list[str] = field(default_factory=list)

    def flag(self, kind: str, _: int) -> None:
        """Note that an operation had no result somewhere in the chunk."""
        self.flags.append(kind)

    def finish(self, inputs: Sequence[Array], size: int) -> None:
        """Look for the rows where a formula has no result though no guard refuses them."""
        if not self.flags:
            return
        kernel = self.kernel
        taken = self._taken(size)
        looked_at = self._suspects(inputs, np.asarray(taken.any(axis=0)))
        given = {name: array[looked_at] for name, array in zip(kernel.inputs, inputs, strict=True)}
        for found in impossible(kernel.outputs, given, len(looked_at)):
            rows = looked_at[found.rows]
            rows = rows[~taken[sorted(found.outputs)][:, rows].all(axis=0)] + self.start
            if len(rows) and self.errors == "raise":
                raise FormulaError(found.words)
            if len(rows):
                self.bad.append(_Bad(found.reason, rows, found.outputs))

    def _taken(self, size: int) -> npt.NDArray[np.bool_]:
        """Return which outputs are refused in which rows of the chunk."""
        taken = np.zeros((len(self.kernel.units), size), dtype=bool)
        for one in self.bad:
            rows = one.rows[one.rows >= self.start] - self.start
            for place in one.outputs:
                taken[place, rows] = True
        return taken

    def _suspects(self, inputs: Sequence[Array], refused: npt.NDArray[np.bool_]) -> Rows:
        """Return the rows that guards refuse something in, if all others pass without a flag, or else all rows."""
        fine = np.flatnonzero(~refused)
        if 0 < len(fine) < len(refused):
            kernel, again = self.kernel, _Check(self.kernel, 0, "mark", [])
            work = np.empty((kernel.program.buffers, len(fine)))
            with np.errstate(all="ignore", divide="call", invalid="call", call=again.flag):
                kernel.run([array[fine] for array in inputs], np.empty((len(kernel.units), len(fine))), work, again)
            if not again.flags:
                return np.flatnonzero(refused)
        return np.arange(len(refused))

    def __call__(self, place: int, values: Array) -> Array:
        """Return the values to go on with: what is refused gives way to a value in bounds, where none can notice.

        So that what follows has a result in all rows, and nobody has to look for the rows where it had none.
        """
        guard = self.kernel.guards[place]
        if (guard.low == -np.inf or np.minimum.reduce(values) >= guard.low) and (
            guard.high == np.inf or np.maximum.reduce(values) <= guard.high
        ):
            return values
        out = np.flatnonzero(~((values >= guard.low) & (values <= guard.high)))
        if self.errors == "raise":
            raise FormulaError(guard.message(float(values[out[0]])))
        outputs = frozenset(i for i, guards in enumerate(self.kernel.guarded) if place in guards)
        self.bad.append(_Bad(f"{guard.formula}: {guard.argument}", out + self.start, outputs))
        if place not in self.kernel.enclosed or len(out) == len(values):
            return values
        kept = np.ones(len(values), dtype=bool)
        kept[out] = False
        return np.where(kept, values, values[kept.argmax()])


def compile_numpy(outputs: Mapping[str, Quantity], vary: Sequence[str]) -> Kernel:
    """Compile traced quantities into one kernel of the named leaves; all other leaves become constants."""
    nodes = [node for node in map(node_of, outputs.values()) if node is not None]
    if len(nodes) < len(outputs):
        msg = "compile_numpy needs traced quantities: trace their inputs with Graph.leaf first"
        raise FormulaError(msg)
    leaves = _leaves(order(outputs.values()))
    if not leaves.keys() >= set(vary):
        leaves |= _leaves(walk(nodes, parts))  # what only a bound hangs on
    for name in set(vary) - leaves.keys():
        raise unknown("leaf", name, leaves)
    planned = plan(nodes, vary)
    program = emitted(planned, tuple(vary))
    units = {name: f"{value.units}" for name, value in outputs.items()}
    guards = planned.guards, planned.guarded, planned.enclosed
    own = {name: leaves[name].magnitude for name in vary}
    return Kernel(tuple(vary), units, program, runner(program), *guards, tuple(nodes), own)


def _leaves(nodes: Iterable[Node]) -> dict[str, Quantity]:
    """Return the own values of the inputs among nodes, by name."""
    return {node.label.name: node.label.value for node in nodes if node.operation == LEAF}


def _broadcast(arrays: Mapping[str, Array]) -> list[Array]:
    try:
        return list(np.broadcast_arrays(*arrays.values()))
    except ValueError:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        msg = f"the inputs of a kernel must have shapes that broadcast together, not {shapes}"
        raise FormulaError(msg) from None
