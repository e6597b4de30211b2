"""The one root finder: where a gap of two figures is zero, or jumps over it, as a variable moves over a grid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from costmodel.analysis.narrowing import narrowed

Array = npt.NDArray[np.float64]
Curve = Callable[[Array], Array]
Bracket = tuple[float, float]
"""The last value before a change of sign and the first after it; the same value twice where the gap is zero."""


def crossings(gap: Curve, grid: Array) -> list[Bracket]:
    """Return every place where a gap changes its sign; a zero that it only touches is none."""
    gaps = gap(grid)
    zeros = [
        _first_zero(gap, float(grid[i - 1]), float(grid[i]))
        for i in np.flatnonzero(gaps == 0)
        if _changes_around(gaps, int(i))
    ]
    return sorted([*zeros, *_between_points(gap, grid, gaps)])


def _first_zero(gap: Curve, low: float, high: float) -> Bracket:
    """Return the last value before a gap is zero, and the first at which it is: it may jump to zero between."""
    while low < (middle := (low + high) / 2) < high:
        low, high = (low, middle) if gap(np.array([middle]))[0] == 0 else (middle, high)
    return low, high


def solutions(gap: Curve, grid: Array) -> list[Bracket]:
    """Return every place where a gap is zero or jumps over it; a gap that is not a number there has none."""
    gaps = gap(grid)
    zeros = [(float(grid[i]), float(grid[i])) for i in np.flatnonzero(gaps == 0)]
    return sorted([*zeros, *_between_points(gap, grid, gaps)])


def _between_points(gap: Curve, grid: Array, gaps: Array) -> list[Bracket]:
    """Return the changes of sign between neighbours on a grid, each bracketed as closely as numbers allow."""
    changes = np.flatnonzero(np.sign(gaps[:-1]) * np.sign(gaps[1:]) < 0)
    if not len(changes):
        return []
    low, high = narrowed(gap, (grid[changes], grid[changes + 1]), (gaps[changes], gaps[changes + 1]))
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def _changes_around(gaps: Array, i: int) -> bool:
    before, after = np.sign(gaps[:i]), np.sign(gaps[i + 1 :])
    left, right = before[before != 0][-1:], after[after != 0][:1]
    return bool(left.size and right.size and left[0] != right[0]) and gaps[i - 1] != 0
