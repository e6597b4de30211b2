"""Sobol indices: which share of a variance each input explains alone, and with all that it acts together with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from costmodel.analysis.draws import TWO_SIDED_90

RESAMPLES = 256
"""Resamplings of the draws behind an interval."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Indices:
    """Indices by input, each with half the width of its 90% interval from resampling."""

    first: Array
    first_error: Array
    total: Array
    total_error: Array


def sobol_indices(function: Callable[[Array], Array], one: Array, other: Array, seed: int = 1) -> Indices:
    """Return the first and total indices of a function of independent inputs, a row each, from two sets of draws.

    With A and B the function on the two sets and AB_i on the first with input i of the second, its variance V:

    first = mean of B (AB_i - A) / V (Saltelli 2010)
    total = mean of (A - AB_i)^2 / (2 V) (Jansen 1999)

    A draw without an answer in any of them counts in none. The columns are resampled for the intervals.
    """
    a, b = function(one), function(other)
    mixed = np.array([function(_with_row(one, other, place)) for place in range(len(one))]).reshape(len(one), a.size)
    known = np.isfinite(a) & np.isfinite(b) & np.isfinite(mixed).all(axis=0)
    parts = _Parts.of(a[known], b[known], mixed[:, known])
    weights = _resampled(int(known.sum()), seed)
    first, total = parts.indices(np.ones((1, int(known.sum()))))
    firsts, totals = parts.indices(weights)
    return Indices(first[0], TWO_SIDED_90 * firsts.std(axis=0), total[0], TWO_SIDED_90 * totals.std(axis=0))


def _with_row(one: Array, other: Array, place: int) -> Array:
    found = one.copy()
    found[place] = other[place]
    return found


@dataclass(frozen=True)
class _Parts:
    """What the estimates are means of: one row per draw."""

    centred: Array
    firsts: Array
    totals: Array

    @classmethod
    def of(cls, a: Array, b: Array, mixed: Array) -> _Parts:
        middle = np.concatenate([a, b]).mean() if len(a) else 0.0
        both = np.stack([a - middle, b - middle], axis=1)
        return cls(both, ((b - middle) * (mixed - a)).T, (0.5 * (a - mixed) ** 2).T)

    def indices(self, weights: Array) -> tuple[Array, Array]:
        """Return both indices by input, a row for each row of weights on the draws."""
        count = weights.sum(axis=1, keepdims=True)
        mean = (weights @ self.centred).sum(axis=1, keepdims=True) / (2 * count)
        variance = (weights @ self.centred**2).sum(axis=1, keepdims=True) / (2 * count) - mean**2
        with np.errstate(divide="ignore", invalid="ignore"):  # what does not vary has no shares
            return weights @ self.firsts / count / variance, weights @ self.totals / count / variance


def _resampled(draws: int, seed: int) -> Array:
    """Return how often each draw is taken in each resampling."""
    random = np.random.default_rng(seed)
    return random.multinomial(draws, np.full(draws, 1 / max(draws, 1)), size=RESAMPLES).astype(float)
