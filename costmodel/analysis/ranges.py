"""What the range of a fact says of its value: the distribution that its draws follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import log
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from costmodel.analysis.model import leaves_of
from costmodel.formula.graph import Leaf
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, quantity

TWO_SIDED_90 = NormalDist().inv_cdf(0.95)
"""Standard deviations from the middle of a normal to the ends of its 90% interval."""

Array = npt.NDArray[np.float64]


def uncertain_leaves(traced: Iterable[Quantity]) -> list[Leaf]:
    """Return the inputs of traced quantities whose facts have a range."""
    return [leaf for leaf in leaves_of(traced).values() if is_uncertain(leaf)]


def is_uncertain(leaf: Leaf) -> bool:
    """Return whether the fact behind an input has a range."""
    return isinstance(leaf.origin, Fact) and leaf.origin.low is not None


def is_share(leaf: Leaf) -> bool:
    """Return whether an input is a pure number whose range, or value without one, ends at 1 or below."""
    one, fact = quantity(1.0), leaf.origin
    high = fact.high if isinstance(fact, Fact) and fact.high is not None else leaf.value
    return high.is_compatible_with(one) and bool(high <= one)


def bounds(leaf: Leaf) -> tuple[float, float]:
    """Return the least and the most that an input may be, in its own unit: what a file may say, and all of a share."""
    unit, attribute = leaf.value.units, getattr(leaf.origin, "attribute", None)
    named = "1" if attribute is None else attribute.unit or "1"
    ends = (None, None) if attribute is None else (attribute.least, attribute.most)
    least, most = (None if end is None else float(quantity(end, named).to(unit).magnitude) for end in ends)
    top = float(quantity(1.0).to(unit).magnitude) if is_share(leaf) else float("inf")
    return -float("inf") if least is None else least, top if most is None else min(most, top)


def spread(leaf: Leaf, scores: Array) -> Array:
    """Return the values of an input at standard normal scores: its own value at 0, the ends of its range at +-1.645."""
    return Marginal.of(leaf)(scores)


@dataclass(frozen=True)
class Marginal:
    """The distribution of an input: half a lognormal on either side of its value, half a normal if it may be zero."""

    best: float
    low: float
    high: float
    ceiling: float
    """What no draw exceeds: all of a share, and the most that a file may say."""
    floor: float
    """What no draw falls below: nothing, or the least that a file may say."""

    @classmethod
    def of(cls, leaf: Leaf) -> Marginal:
        """Return the distribution of an input whose fact has a range."""
        fact: Fact = leaf.origin
        unit = leaf.value.units
        best, low, high = (float(q.to(unit).magnitude) for q in (fact.value, fact.low, fact.high) if q is not None)
        least, most = bounds(leaf)
        return cls(best, low, high, most, max(least, 0.0 if low == 0 else -float("inf")))

    def __call__(self, scores: Array) -> Array:
        """Return values at standard normal scores: value x exp(slope x score), or value + slope x score."""
        below, above = self._slopes
        side = np.minimum if below > above else np.maximum  # which of both lines is that of the score's own side
        step = side(below * scores, above * scores)
        drawn: Array = self.best * np.exp(step) if self.low > 0 else self.best + step
        drawn = drawn if self.floor == -np.inf else np.maximum(drawn, self.floor)
        return drawn if self.ceiling == np.inf else np.minimum(drawn, self.ceiling)

    @cached_property
    def _slopes(self) -> tuple[float, float]:
        """What a step of one standard deviation below and above the value adds, to its logarithm if it is positive."""
        low, high = self.best - self.low, self.high - self.best
        if self.low > 0:
            low, high = log(self.best / self.low), log(self.high / self.best)
        return low / TWO_SIDED_90, high / TWO_SIDED_90
