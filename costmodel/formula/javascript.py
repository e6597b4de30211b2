"""The JavaScript target: a traced graph as one function over blocks of rows, with its bounds and their messages.

A block of one row answers a slider, blocks of many answer draws and sweeps. The functions that do an operation on a
block stand in `kernel.js`, what computes draws again as far as a change reaches in `again.js`; what is emitted holds
names of our own and number literals only, and needs no eval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from costmodel.errors import FormulaError
from costmodel.formula.buffers import Buffered
from costmodel.formula.emitter import Plan, out_of_bounds, plan
from costmodel.formula.graph import Node, node_of
from costmodel.formula.operations import NUMPY
from costmodel.units import Quantity, quantity

SHORT = {operation: f"o{place}" for place, operation in enumerate(NUMPY)}
"""What an operation is called in the emitted text, which a page carries thousands of times."""

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Capitals, as `if` and `in` are words of the language."""


@dataclass(frozen=True)
class Script:
    """A calculation as JavaScript: the text of a function, and what its caller must know of it as plain data."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    source: str
    """A function of (operations, inputs, buffers, constants, check, few) that returns the arrays of the outputs.

    Of the first ones alone, if `few` says so.
    """
    data: Mapping[str, Any]
    """Buffers, constants, and bounds as places in what repeats: limits, words and outputs concerned."""


class _JavaScript(Buffered[str]):
    """One call for each operation on a block of rows."""

    def __init__(self, planned: Plan, inputs: Sequence[str], first: int) -> None:
        self.first = first
        """How many outputs are computed before all others, with their bounds."""
        super().__init__(planned, {name: _short("i", place) for place, name in enumerate(inputs)})
        self.constants: dict[float, str] = {}
        self.lines_of_first = 0
        self._awaited = {id(node) for node in self.needed[: self._count]}

    def _asked(self, planned: Plan) -> list[Node]:
        outputs, first = planned.outputs, self.first
        bounding = set().union(*planned.guarded[:first])
        early = [*outputs[:first], *(planned.guards[place].node for place in sorted(bounding))]
        late = (guard.node for place, guard in enumerate(planned.guards) if place not in bounding)
        self._count = len(early)
        return [*early, *outputs[first:], *late]

    def _translated(self, node: Node) -> str:
        name = super()._translated(node)
        if id(node) in self._awaited:
            self._awaited.remove(id(node))
            self.lines_of_first = len(self.lines)
        return name

    def literal(self, value: float) -> str:
        return self.constants.setdefault(value, _short("c", len(self.constants)))

    def check(self, place: int, name: str) -> None:
        self.lines.append(f"check({place}, {name})")

    def buffer(self, number: int) -> str:
        return _short("w", number)

    def operation(self, node: Node, arguments: Sequence[str]) -> str:
        target = self.target(node)
        self.lines.append(f"{SHORT[node.operation]}({target},{','.join(arguments)})")
        return target


def compile_javascript(outputs: Mapping[str, Quantity], vary: Sequence[str], first: int = 0) -> Script:
    """Return traced quantities as JavaScript over the named leaves; all other leaves become constants.

    The `first` outputs may be asked for without the others, in less time.

    Raises
    ------
    FormulaError
        Where a quantity is not traced, or a fixed value is out of a formula's bounds.
    """
    nodes = [node for node in map(node_of, outputs.values()) if node is not None]
    if len(nodes) < len(outputs):
        msg = "compile_javascript needs traced quantities: trace their inputs with Graph.leaf first"
        raise FormulaError(msg)
    planned = plan(nodes, vary)
    emitter = _JavaScript(planned, vary, first)
    emitter.emit(emitter.needed)
    results = [emitter.name(node) for node in planned.outputs]
    source = _function(emitter, results)
    return Script(tuple(vary), tuple(outputs), source, _data(planned, emitter))


@cache
def operations() -> str:
    """Return the JavaScript that runs an emitted function: operations on blocks, bounds and their messages."""
    text = "\n".join(
        (files("costmodel.formula") / name).read_text(encoding="utf-8") for name in ("kernel.js", "again.js")
    )
    names = ",".join(f"{short}:{operation}" for operation, short in SHORT.items())
    return text.replace("/* operations by their short names */", names)


def _function(emitter: _JavaScript, results: Sequence[str]) -> str:
    heads = [
        f"const{{{','.join(SHORT.values())}}}=f",
        _unpacked("i", len(emitter.places)),
        _unpacked("w", emitter.buffers),
        _unpacked("c", len(emitter.constants)),
    ]
    lines = [line.replace(", ", ",") for line in emitter.lines]
    few = [f"if(few)return[{','.join(results[: emitter.first])}]"] if emitter.first else []
    early, late = lines[: emitter.lines_of_first], lines[emitter.lines_of_first :]
    body = "\n".join([*heads, *early, *few, *late, f"return[{','.join(results)}]"])
    return f"(f,i,w,c,check,few)=>{{\n{body}\n}}"


def _unpacked(letter: str, count: int) -> str:
    return f"const[{','.join(_short(letter, place) for place in range(count))}]={letter}"


def _short(letter: str, number: int) -> str:
    """Return a letter with a number of digits and letters: of some thousand names most then have three signs.

    >>> _short("w", 7), _short("w", 35), _short("w", 36)
    ('w7', 'wZ', 'w10')
    """
    digits = ""
    while number >= len(DIGITS):
        number, last = divmod(number, len(DIGITS))
        digits = DIGITS[last] + digits
    return f"{letter}{DIGITS[number]}{digits}"


def _data(planned: Plan, emitter: _JavaScript) -> dict[str, Any]:
    limits: dict[tuple[float, float, float], int] = {}
    words: dict[tuple[str, str], int] = {}
    concerned: dict[tuple[int, ...], int] = {}
    guards = []
    for guard, outputs in zip(planned.guards, _concerned(planned), strict=True):
        said, factor = _words(guard.formula, guard.argument, guard.unit, guard.shown_in, (guard.low, guard.high))
        limit = limits.setdefault((guard.low, guard.high, factor), len(limits))
        guards.append([limit, words.setdefault(said, len(words)), concerned.setdefault(_runs(outputs), len(concerned))])
    return {
        "buffers": emitter.buffers,
        "constants": [value if np.isfinite(value) else repr(float(value)) for value in emitter.constants],
        "guards": guards,
        "limits": [list(one) for one in limits],
        "words": [list(one) for one in words],
        "concerned": [list(one) for one in concerned],
    }


def _runs(places: Sequence[int]) -> tuple[int, ...]:
    """Return ascending places as where each run of them begins and how many there are.

    >>> _runs([0, 1, 2, 7])
    (0, 3, 7, 1)
    """
    found: list[int] = []
    for place in places:
        if found and place == found[-2] + found[-1]:
            found[-1] += 1
        else:
            found += [place, 1]
    return tuple(found)


def _concerned(planned: Plan) -> list[tuple[int, ...]]:
    """Return, for each guard, the places of the outputs that depend on it."""
    found: list[list[int]] = [[] for _ in planned.guards]
    for place, ones in enumerate(planned.guarded):
        for number in ones:
            found[number].append(place)
    return [tuple(one) for one in found]


@cache
def _words(
    formula: str, argument: str, unit: str, shown_in: str, bounds: tuple[float, float]
) -> tuple[tuple[str, str], float]:
    """Return the words around the value in the message of a guard, and what turns a value into the one said."""
    shown = quantity(1.0, unit).to(shown_in)
    text = f"{shown:~P}"
    before, _, after = out_of_bounds(formula, argument, shown, bounds, unit).partition(text)
    return (before, text.removeprefix(str(shown.magnitude)) + after), float(shown.magnitude)
