"""The NumPy target: straight-line calls over arrays, with buffers that are used again and guarded bounds.

The calls are a list, not the text of a function: what Python takes to compile so long a text is more than the run of
a few thousand rows, and a list is run as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from costmodel.formula.buffers import Buffered
from costmodel.formula.emitter import Plan
from costmodel.formula.graph import Node
from costmodel.formula.operations import NUMPY

CHECK = "check"


class Call(NamedTuple):
    """An operation on what stands in some places, and the place of its result; of a check also that of its guard."""

    operation: str
    arguments: tuple[int, ...]
    target: int
    guard: int = -1


class Program(NamedTuple):
    """What a kernel does: numbers, then inputs, then buffers have a place each, and calls go from place to place."""

    numbers: tuple[float, ...]
    calls: tuple[Call, ...]
    results: tuple[int, ...]
    buffers: int


class _NumPy(Buffered):
    """One call of NumPy for each operation, into a buffer that is free again after its last use."""

    def __init__(self, planned: Plan, inputs: Sequence[str]) -> None:
        super().__init__(planned, inputs)
        self.numbers: dict[str, float] = {}
        self.calls: list[tuple[str, Sequence[str], str, int]] = []

    def literal(self, value: float) -> str:
        name = f"c{value!r}"
        self.numbers[name] = float(value)
        return name

    def check(self, place: int, name: str) -> None:
        self.calls.append((CHECK, (name,), name, place))

    def operation(self, node: Node, arguments: Sequence[str]) -> str:
        target = self.target(node)
        self.calls.append((node.operation, arguments, target, -1))
        return target


def _where(condition: Any, if_true: Any, if_false: Any, out: Any) -> None:
    out[:] = np.where(condition, if_true, if_false)


_OPERATIONS: dict[str, Callable[..., Any]] = {**NUMPY, "where": _where}


def emitted(planned: Plan, inputs: tuple[str, ...]) -> Program:
    """Return what a kernel does for its plan."""
    emitter = _NumPy(planned, inputs)
    names = emitter.emit(emitter.needed)[: len(planned.outputs)]
    every = [*emitter.numbers, *emitter.places.values(), *(f"w{place}" for place in range(emitter.buffers))]
    places = {name: place for place, name in enumerate(every)}
    calls = (
        Call(operation, tuple([places[one] for one in arguments]), places[target], guard)
        for operation, arguments, target, guard in emitter.calls
    )
    numbers = tuple(emitter.numbers.values())
    return Program(numbers, tuple(calls), tuple(places[name] for name in names), emitter.buffers)


def runner(program: Program) -> Callable[..., None]:
    """Return a function of inputs, results, buffers and a check that runs a program over a chunk of rows."""
    calls = [(_OPERATIONS.get(one.operation), one.arguments, one.target, one.guard) for one in program.calls]
    numbers = [np.array(one) for one in program.numbers]  # NumPy would make one of a number anew in every operation

    def run(inputs: Sequence[Any], results: Any, work: Any, check: Callable[[int, Any], Any]) -> None:
        held = [*numbers, *inputs, *work]
        for function, places, target, guard in calls:
            if function is None:
                held[target] = check(guard, held[target])
            else:
                function(*[held[place] for place in places], out=held[target])
        for row, place in enumerate(program.results):
            results[row] = held[place]

    return run
