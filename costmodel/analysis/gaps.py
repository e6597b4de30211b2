"""By how much one of two offers costs more than the other, on a grid that is fine where both cost nearly the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from costmodel.analysis.crossing import Same
from costmodel.analysis.narrowing import Places
from costmodel.analysis.roots import Array, Curve, of_one

ROUNDING = 1e-12
"""A difference of at most this share is one of rounding: costs that are equal over a stretch do not cross in it."""
PARTS = 8
"""Into how many parts a step of a grid is cut where two costs are close."""
ROUNDS, MOST_CUT = 2, 4_000
"""How often steps are cut, unless there are too many of them: whole systems are then so many that jumps are small."""


@dataclass(frozen=True)
class Gaps:
    """By how much the first of each pair of offers costs more than the second, as one input moves."""

    costs: Callable[[Array], Mapping[str, Array]]
    """The cost of every offer at values of the input."""
    pairs: Sequence[tuple[str, str]]

    def __call__(self, x: Array, which: Places) -> Array:
        """Return the gap of a pair at each value: `which` has the places of the pairs."""
        found = self.costs(np.asarray(x, dtype=float))
        costs, at = np.stack(list(found.values())), np.arange(len(x))
        places = {id_: place for place, id_ in enumerate(found)}
        first, second = (np.array([places[pair[side]] for pair in self.pairs])[which] for side in (0, 1))
        return gap_of(costs[first, at], costs[second, at])

    def fine(self, place: int, grid: Array, costs: Mapping[str, Array]) -> tuple[Array, Array]:
        """Return a grid that is fine where a pair costs nearly the same, and its gaps; `costs` are on the given one."""
        first, second = self.pairs[place]
        return finer(of_one(self, place), grid, gap_of(costs[first], costs[second]))


def gap_of(first: Array, second: Array) -> Array:
    """Return by how much the first costs exceed the second; zero where they differ by rounding alone."""
    gaps = first - second
    return np.where(np.abs(gaps) <= ROUNDING * np.abs(second), 0.0, gaps)


def sameness(gaps: Array) -> Same:
    """Say where there is no gap."""
    return "nowhere" if gaps.all() else "somewhere" if gaps.any() else "everywhere"


def finer(gap: Curve, grid: Array, gaps: Array) -> tuple[Array, Array]:
    """Return more values wherever a gap is so small that whole systems may take it over zero and back, and its gaps.

    Steps are cut where the gap changes its sign, and where it is within reach of its jumps; those that come out, again.
    """
    for _ in range(ROUNDS):
        cut = _near_zero(gaps) if len(grid) >= PARTS else np.zeros(0, dtype=int)
        if not 0 < len(cut) <= MOST_CUT:
            break
        between = (grid[cut, None] + np.diff(grid)[cut, None] * np.arange(1, PARTS) / PARTS).ravel()
        every = np.concatenate([grid, between])
        order = np.argsort(every)
        grid, gaps = every[order], np.concatenate([gaps, gap(between)])[order]
    return grid, gaps


def _near_zero(gaps: Array) -> npt.NDArray[np.intp]:
    """Return the steps in which a gap may be zero.

    Jumps show in second differences: it may be where it is no larger than twice the largest of them nearby.
    """
    jumps = np.pad(np.abs(np.diff(gaps, 2)), 1, mode="edge")
    nearby = np.lib.stride_tricks.sliding_window_view(np.pad(jumps, PARTS, mode="edge"), 2 * PARTS + 1).max(axis=1)
    close = np.abs(gaps) <= 2 * nearby
    return np.flatnonzero(close[:-1] | close[1:] | (gaps[:-1] * gaps[1:] < 0))
