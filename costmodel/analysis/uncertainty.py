"""How sure a number is: the ranges of all its facts, sampled through its compiled graph."""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

from costmodel.analysis.draws import DRAWS, NO_LINKS, SEED, Links, is_uncertain, together, uncertain_leaves
from costmodel.analysis.model import leaves_of
from costmodel.formula import Kernel, compile_numpy
from costmodel.formula.graph import Leaf, node_of, order
from costmodel.formula.operations import LEAF
from costmodel.units import Quantity

SHARE = 0.8
"""Part of the draws inside every interval that is shown, as in those of predictions; ranges of facts hold 90%."""


Array = npt.NDArray[np.float64]
Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True)
class Interval:
    """A number with its 80% interval."""

    value: Quantity
    low: Quantity
    high: Quantity
    inputs: int
    """How many uncertain inputs it was sampled over."""
    unanswered: float = 0.0
    """Share of the draws that no layout serves within the targets; the interval is that of all others."""


@dataclass(frozen=True)
class Answers(Generic[Name]):
    """Traced quantities of one graph over the same draws of their inputs, by name."""

    traced: Mapping[Name, Quantity]
    best: Mapping[Name, float]
    """At the inputs' own values, in each quantity's own unit."""
    drawn: Mapping[Name, Array]
    """Not a number where a draw has no answer."""
    compiled: Kernel
    """All of them, by their names as texts, as a function of the inputs that may move."""

    @cached_property
    def kernel(self) -> Kernel:
        """All of them, by their names as texts, as a function of the inputs with a range."""
        ranged = [leaf.name for leaf in uncertain_leaves(self.traced.values())]
        return self.compiled.part({str(name): one for name, one in self.traced.items()}, ranged)

    @cached_property
    def intervals(self) -> Mapping[Name, Interval]:
        """The 80% interval of each quantity."""
        return _Intervals(self)

    def interval(self, name: Name) -> Interval:
        """Return the 80% interval of a quantity."""
        return _interval(self.traced[name].units, self.best[name], self.drawn[name], self._inputs[name])

    @cached_property
    def _inputs(self) -> dict[Name, int]:
        ranged = {leaf.name for leaf in uncertain_leaves(self.traced.values())}
        return dict(zip(self.traced, _inputs(list(self.traced.values()), ranged), strict=True))


@dataclass(frozen=True, eq=False)
class _Intervals(Mapping[Name, Interval]):
    """The intervals of answers, each found when it is asked for: few readers ask for those of every component."""

    answers: Answers[Name]
    known: dict[Name, Interval] = field(default_factory=dict)

    def __getitem__(self, name: Name) -> Interval:
        if name not in self.known:
            self.known[name] = self.answers.interval(name)
        return self.known[name]

    def __iter__(self) -> Iterator[Name]:
        return iter(self.answers.traced)

    def __len__(self) -> int:
        return len(self.answers.traced)


def answers(
    traced: Mapping[Name, Quantity],
    *,
    samples: int = DRAWS,
    seed: int = SEED,
    links: Links = NO_LINKS,
    moved: Callable[[Leaf], bool] = is_uncertain,
) -> Answers[Name]:
    """Return traced quantities of one graph at the values of their inputs, and over joint draws of these.

    `moved` says which inputs may move: those with a range, which are drawn, and others that keep their values here.
    """
    leaves = leaves_of(traced.values()).values()
    outputs = {str(name): one for name, one in traced.items()}
    compiled = compile_numpy(outputs, [leaf.name for leaf in leaves if moved(leaf)])
    best = compiled(**compiled.own)
    drawn = together(filter(is_uncertain, leaves), samples, seed, links)
    found = compiled.mark(**{**compiled.own, **drawn})
    rows = {name: np.broadcast_to(found[str(name)], (samples,)) for name in traced}
    return Answers(traced, {name: float(best[str(name)]) for name in traced}, rows, compiled)


def intervals(
    traced: Mapping[Name, Quantity], *, samples: int = DRAWS, seed: int = SEED, links: Links = NO_LINKS
) -> Mapping[Name, Interval]:
    """Return the 80% interval of traced quantities of one graph, all over the same draws of their inputs."""
    return answers(traced, samples=samples, seed=seed, links=links).intervals


def _inputs(traced: Sequence[Quantity], uncertain: Container[str]) -> list[int]:
    """Return on how many uncertain inputs each traced quantity depends, in one pass over their graph."""
    reached: dict[int, int] = {}
    for place, node in enumerate(order(traced)):
        bits = 1 << place if node.operation == LEAF and node.label.name in uncertain else 0
        for argument in node.arguments:
            bits |= reached[id(argument)]
        reached[id(node)] = bits
    return [reached[id(node_of(one))].bit_count() for one in traced]


def _interval(unit: Any, best: float, drawn: Array, inputs: int) -> Interval:
    answered = drawn[~np.isnan(drawn)]
    low, high = np.quantile(answered, [(1 - SHARE) / 2, (1 + SHARE) / 2]) if len(answered) else (np.nan, np.nan)
    without = 1 - len(answered) / drawn.size
    return Interval(best * unit, float(low) * unit, float(high) * unit, inputs, without)
