"""A part of what a kernel does: some of its results, where some of its inputs are fixed and all of that is folded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from costmodel.errors import FormulaError
from costmodel.formula.emitter import Guard
from costmodel.formula.numpy_emitter import CHECK, Call, Program
from costmodel.formula.operations import NUMPY


def part(
    program: Program,
    inputs: Sequence[int],
    results: Sequence[int],
    fixed: Mapping[int, float],
    guards: Mapping[int, Guard],
) -> Program:
    """Return a program of some inputs and results, by their places; its other inputs are fixed.

    Raises
    ------
    FormulaError
        With the formula's own message, where a fixed value is out of one of the bounds, of which the others are left.
    """
    folding = _Folding(program, fixed, guards)
    with np.errstate(all="ignore"):
        for call in _needed(program.calls, results, guards):
            folding.take(call)
    moved = folding.moved(results)
    return Program(inputs, folding.numbers, folding.calls, moved, program.works)


def _needed(calls: Sequence[Call], results: Iterable[int], guards: Mapping[int, Guard]) -> list[Call]:
    """Return the calls that results and bounds need, in their order."""
    places, found = set(results), []
    for call in reversed(calls):
        if call.guard in guards if call.operation == CHECK else call.target in places:
            places.discard(call.target)
            places.update(call.arguments)
            found.append(call)
    return found[::-1]


class _Folding:
    """Calls as they come, of which those of mere numbers are done at once."""

    def __init__(self, program: Program, fixed: Mapping[int, float], guards: Mapping[int, Guard]) -> None:
        self.guards = guards
        self.values: dict[int, Any] = {**program.numbers, **fixed}
        self.held = {place: place for place in self.values}
        """Where the number is that stands in a place at the moment; a buffer may hold several in turn."""
        self.next = 1 + max([*program.inputs, *program.numbers, *program.works])
        self.numbers: dict[int, float] = {}
        """Those that are still asked for."""
        self.calls: list[Call] = []

    def take(self, call: Call) -> None:
        """Do a call, or keep it where it hangs on an input that is not fixed."""
        numbers = [self.held.get(place) for place in call.arguments]
        if None in numbers:
            arguments = self.moved(call.arguments)
            self.held.pop(call.target, None)
            self.calls.append(Call(call.operation, arguments, call.target, call.guard))
            return
        given = [self.values[place] for place in numbers if place is not None]
        if call.operation == CHECK:
            self._check(self.guards[call.guard], given[0])
            return
        self.values[self.next] = float(NUMPY[call.operation](*given))
        self.held[call.target], self.next = self.next, self.next + 1

    def moved(self, places: Iterable[int]) -> tuple[int, ...]:
        """Return where to find now what a kept call or a result finds in some places."""
        found = []
        for place in places:
            number = self.held.get(place)
            found.append(place if number is None else number)
            if number is not None:
                self.numbers[number] = self.values[number]
        return tuple(found)

    @staticmethod
    def _check(guard: Guard, value: float) -> None:
        if not guard.holds(value):
            raise FormulaError(guard.message(value))
