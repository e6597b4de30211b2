"""The NumPy target: straight-line calls over arrays, with buffers that are used again and guarded bounds.

The calls are a list, not the text of a function: what Python takes to compile so long a text is more than the run of
a few thousand rows, and a list is run as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
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
    """What a kernel does: inputs, numbers and buffers have a place each, and calls go from place to place."""

    inputs: Sequence[int]
    numbers: Mapping[int, float]
    """By their places."""
    calls: Sequence[Call]
    results: Sequence[int]
    works: Sequence[int]
    """The places of the buffers."""

    @property
    def buffers(self) -> int:
        """How many buffers it takes."""
        return len(self.works)


class _NumPy(Buffered[int]):
    """One call of NumPy for each operation, into a buffer that is free again after its last use."""

    def __init__(self, planned: Plan, inputs: Sequence[str]) -> None:
        super().__init__(planned, {name: place for place, name in enumerate(inputs)})
        self.numbers: dict[int, float] = {}
        self.calls: list[Call] = []
        self.works: list[int] = []

    def literal(self, value: float) -> int:
        place = self._next()
        self.numbers[place] = float(value)
        return place

    def check(self, place: int, name: int) -> None:
        self.calls.append(Call(CHECK, (name,), name, place))

    def buffer(self, number: int) -> int:
        del number
        self.works.append(self._next())
        return self.works[-1]

    def operation(self, node: Node, arguments: Sequence[int]) -> int:
        target = self.target(node)
        self.calls.append(Call(node.operation, tuple(arguments), target))
        return target

    def _next(self) -> int:
        """Return the next place."""
        return len(self.places) + len(self.numbers) + len(self.works)


def _where(condition: Any, if_true: Any, if_false: Any, out: Any) -> None:
    out[:] = np.where(condition, if_true, if_false)


def _maximum(left: Any, right: Any, out: Any) -> None:
    np.maximum(left, right, out=out)


def _minimum(left: Any, right: Any, out: Any) -> None:
    np.minimum(left, right, out=out)


_OPERATIONS: dict[str, Callable[..., Any]] = {**NUMPY, "where": _where, "maximum": _maximum, "minimum": _minimum}
"""Operations whose last argument is the buffer of their result: NumPy wants that of some by its name."""


def emitted(planned: Plan, inputs: tuple[str, ...]) -> Program:
    """Return what a kernel does for its plan."""
    emitter = _NumPy(planned, inputs)
    results = emitter.emit(emitter.needed)[: len(planned.outputs)]
    return Program(range(len(inputs)), emitter.numbers, emitter.calls, results, emitter.works)


def runner(program: Program) -> Callable[..., None]:
    """Return a function of inputs, results, buffers and a check that runs a program over a chunk of rows."""
    calls = [(_OPERATIONS.get(one.operation), itemgetter(*one.arguments, one.target), one) for one in program.calls]
    # Numbers are arrays, or NumPy would make one of each anew in every operation.
    numbers = [(place, np.array(one)) for place, one in program.numbers.items()]

    def run(inputs: Sequence[Any], results: Any, work: Any, check: Callable[[int, Any], Any]) -> None:
        held = dict(numbers)
        held.update(zip(program.inputs, inputs, strict=True))
        held.update(zip(program.works, work, strict=True))
        for function, needed, call in calls:
            if function is None:
                held[call.target] = check(call.guard, held[call.target])
            else:
                function(*needed(held))
        for row, place in enumerate(program.results):
            results[row] = held[place]

    return run
