"""Draws of every ranged fact together: a Latin hypercube, with the same draws for the same fact in every answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from costmodel.analysis.model import leaves_of
from costmodel.errors import CostModelError
from costmodel.formula.graph import Leaf
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, quantity

CHUNK = 1 << 13
"""Draws that are held at once, each input spread evenly over them: few enough for little memory."""

SEED = 1
DRAWS = CHUNK
"""Draws behind an answer: the standard error of a probability is at most 0.6 points."""

TWO_SIDED_90 = NormalDist().inv_cdf(0.95)
"""Standard deviations from the middle of a normal to the ends of its 90% interval."""

Array = npt.NDArray[np.float64]


def chunks(leaves: Sequence[Leaf], samples: int, seed: int = SEED) -> Iterator[tuple[Array, dict[str, Array]]]:
    """Yield chunks of joint draws of inputs: their standard normal scores, one row per draw, and values by name.

    A Latin hypercube by chunks: each chunk of an input has one draw in every equal part of its distribution, in an
    order that follows from seed, name and chunk alone. So an input has the same draws whatever else is drawn beside it,
    and asking for more leaves the first ones as they are.

    Raises
    ------
    CostModelError
        Where no draws are asked for.
    """
    if samples < 1:
        msg = f"samples is {samples}: ask for at least one draw"
        raise CostModelError(msg)
    return _chunks(sorted(leaves, key=lambda leaf: leaf.name), samples, seed)


def _chunks(leaves: Sequence[Leaf], samples: int, seed: int) -> Iterator[tuple[Array, dict[str, Array]]]:
    for number, start in enumerate(range(0, samples, CHUNK)):
        scores = np.empty((min(CHUNK, samples - start), len(leaves)))
        for place, leaf in enumerate(leaves):
            scores[:, place] = _scores(leaf.name, number, seed)[: len(scores)]
        yield scores, {leaf.name: spread(leaf, scores[:, place]) for place, leaf in enumerate(leaves)}


def _scores(name: str, number: int, seed: int) -> Array:
    """Return the standard normal scores of an input in one chunk."""
    from scipy.special import ndtri  # noqa: PLC0415 - slow to import, and most verbs are spared

    random = np.random.default_rng([seed, number, *name.encode()])
    shares = (random.permutation(CHUNK) + random.random(CHUNK)) / CHUNK
    scores: Array = ndtri(np.clip(shares, np.finfo(float).eps, 1 - np.finfo(float).eps))
    return scores


def together(leaves: Sequence[Leaf], samples: int, seed: int = SEED) -> dict[str, Array]:
    """Return joint draws of inputs by name, all at once."""
    parts = [values for _, values in chunks(leaves, samples, seed)]
    return {leaf.name: np.concatenate([part[leaf.name] for part in parts]) for leaf in leaves}


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
