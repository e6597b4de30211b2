"""How sure a number is: the ranges of all its facts, sampled through its compiled graph."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from costmodel.formula import compile_numpy
from costmodel.formula.graph import Leaf, order
from costmodel.formula.operations import LEAF
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, quantity

TWO_SIDED_90 = NormalDist().inv_cdf(0.95)
"""Standard deviations from the middle of a normal to the ends of its 90% interval."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Interval:
    """A number with its 90% interval."""

    value: Quantity
    low: Quantity
    high: Quantity
    inputs: int
    """How many uncertain inputs it was sampled over."""


def intervals(traced: Mapping[str, Quantity], *, samples: int, seed: int) -> dict[str, Interval]:
    """Return the 90% interval of traced quantities; the same input takes the same draw in each of them."""
    return {name: _interval(value, samples, seed) for name, value in traced.items()}


def _interval(traced: Quantity, samples: int, seed: int) -> Interval:
    leaves = uncertain_leaves(traced)
    kernel = compile_numpy({"value": traced}, [leaf.name for leaf in leaves])
    best = kernel(**{leaf.name: leaf.value.magnitude for leaf in leaves})["value"]
    drawn = {leaf.name: draw(leaf, samples, seed) for leaf in leaves}
    values = kernel(**drawn)["value"] if leaves else best
    low, high = np.quantile(values, [0.05, 0.95])
    unit = traced.units
    return Interval(best.item() * unit, float(low) * unit, float(high) * unit, len(leaves))


def uncertain_leaves(traced: Quantity) -> list[Leaf]:
    """Return the inputs of a traced quantity whose facts have a range."""
    leaves: list[Leaf] = [node.label for node in order([traced.magnitude]) if node.operation == LEAF]
    return [leaf for leaf in leaves if isinstance(leaf.origin, Fact) and leaf.origin.low is not None]


def draw(leaf: Leaf, samples: int, seed: int) -> Array:
    """Return draws of an input: two half-lognormals (half-normals where the range touches zero) around its value.

    The value is the median and the range the 90% interval on either side; a pure number whose range ends at 1 or below
    is a share, and no draw of it exceeds 1. The seed is joined with the leaf's name,
    so that an input has the same draws in every quantity that uses it.
    """
    fact: Fact = leaf.origin
    unit = leaf.value.units
    best, low, high = (float(q.to(unit).magnitude) for q in (fact.value, fact.low, fact.high) if q is not None)
    scores = _scores(leaf.name, samples, seed)
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
