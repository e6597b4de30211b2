"""What knowing one fact exactly is worth to a decision: the expected value of partial perfect information."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from costmodel.analysis.sweeping import Drawn

NOISE = 0.005
"""Below this share of what knowing everything is worth, a fact's worth is the error of its regression."""

WORTH = 10
"""How many facts are named as worth knowing, at most."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Worth:
    """What knowing one fact exactly would save, by choosing another offer where it says so."""

    leaf: str
    value: float


def worth_knowing(drawn: Drawn, factor: float = 1.0) -> list[Worth]:
    """Return what knowing each input exactly is worth, the most first; those worth nothing are left out.

    The expected value of partial perfect information: the least expected cost now, less the mean of the least cost
    expected given the input. That expectation is a regression of the costs on the input (Strong, Oakley and Brennan,
    2014), in powers of its score, bent where the two sides of its range meet.
    """
    kept = drawn.costs[: len(drawn.scores)]
    answered = ~np.isnan(kept).any(axis=1)
    if answered.sum() < len(_basis(np.zeros(1))[0]) or len(drawn.offers) == 1:
        return []
    costs, scores = kept[answered], drawn.scores[answered]
    costs = costs - costs[:, [int(costs.mean(axis=0).argmin())]]
    least = -costs.min(axis=1).mean() * factor * NOISE
    found = [Worth(leaf, _worth(costs, scores[:, place]) * factor) for place, leaf in enumerate(drawn.leaves)]
    return sorted((one for one in found if one.value > least), key=lambda one: -one.value)


def _worth(costs: Array, score: Array) -> float:
    """Return the value of knowing one input; the costs are counted from those of the offer that is best on average."""
    basis = _basis(score)
    expected = basis @ np.linalg.lstsq(basis.T @ basis, basis.T @ costs, rcond=None)[0]
    return float(-expected.min(axis=1).mean() + costs.mean(axis=0).min())


def _basis(score: Array) -> Array:
    size, square = np.abs(score), score**2
    return np.stack([np.ones_like(score), score, size, square, score * size, score * square]).T
