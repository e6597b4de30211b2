"""How sure a number is: the ranges of all its facts, sampled through its compiled graph."""

from __future__ import annotations

from collections.abc import Container, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from statistics import NormalDist
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from costmodel.analysis.model import leaves_of
from costmodel.formula import compile_numpy
from costmodel.formula.graph import Leaf, node_of, order
from costmodel.formula.operations import LEAF
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, quantity

SHARE = 0.8
"""Part of the draws inside every interval that is shown, as in those of predictions; ranges of facts hold 90%."""

SAMPLES = 2_000
TWO_SIDED_90 = NormalDist().inv_cdf(0.95)
"""Standard deviations from the middle of a normal to the ends of its 90% interval."""

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


def intervals(traced: Mapping[Name, Quantity], *, samples: int = SAMPLES, seed: int = 1) -> dict[Name, Interval]:
    """Return the 80% interval of traced quantities of one graph, all over the same draws of their inputs."""
    leaves = uncertain_leaves(traced.values())
    kernel = compile_numpy({str(name): one for name, one in traced.items()}, [leaf.name for leaf in leaves])
    best = kernel(**{leaf.name: leaf.value.magnitude for leaf in leaves})
    drawn = kernel.mark(**{leaf.name: draw(leaf, samples, seed) for leaf in leaves})
    inputs = _inputs(list(traced.values()), {leaf.name for leaf in leaves})
    return {
        name: _interval(one.units, float(best[str(name)]), drawn[str(name)], count)
        for (name, one), count in zip(traced.items(), inputs, strict=True)
    }


def _inputs(traced: Sequence[Quantity], uncertain: Container[str]) -> list[int]:
    """Return on how many uncertain inputs each traced quantity depends, in one pass over their graph."""
    reached: dict[int, int] = {}
    for place, node in enumerate(order(traced)):
        own = 1 << place if node.operation == LEAF and node.label.name in uncertain else 0
        reached[id(node)] = reduce(or_, (reached[id(argument)] for argument in node.arguments), own)
    return [reached[id(node_of(one))].bit_count() for one in traced]


def _interval(unit: Any, best: float, drawn: Array, inputs: int) -> Interval:
    answered = drawn[~np.isnan(drawn)]
    low, high = np.quantile(answered, [(1 - SHARE) / 2, (1 + SHARE) / 2]) if len(answered) else (np.nan, np.nan)
    without = 1 - len(answered) / drawn.size
    return Interval(best * unit, float(low) * unit, float(high) * unit, inputs, without)


def uncertain_leaves(traced: Iterable[Quantity]) -> list[Leaf]:
    """Return the inputs of traced quantities whose facts have a range."""
    return [
        leaf for leaf in leaves_of(traced).values() if isinstance(leaf.origin, Fact) and leaf.origin.low is not None
    ]


def draw(leaf: Leaf, samples: int, seed: int) -> Array:
    """Return draws of an input: two half-lognormals (half-normals where the range touches zero) around its value.

    The value is the median and the range the 90% interval on either side; a pure number whose range ends at 1 or below
    is a share, and no draw of it exceeds 1. The seed is joined with the leaf's name,
    so that an input has the same draws in every quantity that uses it.
    """
    return spread(leaf, _scores(leaf.name, samples, seed))


def spread(leaf: Leaf, scores: Array) -> Array:
    """Return the values of an input at standard normal scores: its own value at 0, the ends of its range at +-1.645."""
    fact: Fact = leaf.origin
    unit = leaf.value.units
    best, low, high = (float(q.to(unit).magnitude) for q in (fact.value, fact.low, fact.high) if q is not None)
    below, above = np.minimum(scores, 0) / TWO_SIDED_90, np.maximum(scores, 0) / TWO_SIDED_90
    drawn: Array = (
        best * (best / low) ** below * (high / best) ** above
        if low > 0
        else np.maximum(best + (best - low) * below + (high - best) * above, 0.0)
    )
    return np.minimum(drawn, _ceiling(fact, f"{unit}"))


def _ceiling(fact: Fact, unit: str) -> float:
    """Return one, in a unit, for a share, and no ceiling for any other quantity."""
    one = quantity(1.0)
    if fact.high is None or not fact.high.is_compatible_with(one) or fact.high > one:
        return float("inf")
    return float(one.to(unit).magnitude)


def _scores(name: str, samples: int, seed: int) -> Array:
    key = [seed, *name.encode()]
    return np.random.default_rng(key).standard_normal(samples)


def is_share(leaf: Leaf) -> bool:
    """Return whether an input is a pure number whose range, or value without one, ends at 1 or below."""
    one, fact = quantity(1.0), leaf.origin
    high = fact.high if isinstance(fact, Fact) and fact.high is not None else leaf.value
    return high.is_compatible_with(one) and bool(high <= one)
