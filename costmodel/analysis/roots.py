"""The one root finder: where a gap of two figures is zero, or jumps over it, as a variable moves over a grid."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from costmodel.analysis.narrowing import Places, narrowed

Array = npt.NDArray[np.float64]
Curve = Callable[[Array], Array]
Curves = Callable[[Array, Places], Array]
"""Values of several curves: at each value of the variable that of one, by its place."""
Bracket = tuple[float, float]
"""The last value before a change of sign and the first after it; the same value twice where the gap is zero."""


def crossings(gap: Curve, grid: Array) -> list[Bracket]:
    """Return every place where a gap changes its sign; a zero that it only touches is none."""
    (found,) = crossings_of_all(lambda x, _: gap(x), [(grid, gap(grid))])
    return found


def crossings_of_all(gap: Curves, known: Sequence[tuple[Array, Array]]) -> list[list[Bracket]]:
    """Return the same for each of several gaps: `known` are their values on grids, `gap` those of some of them.

    They are narrowed together, which asks as often for all of them as for one.
    """
    between = _between_points(gap, known)
    zeros = [_zeros(of_one(gap, place), *one) for place, one in enumerate(known)]
    return [sorted([*some, *others]) for some, others in zip(zeros, between, strict=True)]


def solutions(gap: Curve, grid: Array) -> list[Bracket]:
    """Return every place where a gap is zero or jumps over it; a gap that is not a number there has none."""
    gaps = gap(grid)
    zeros = [(float(grid[i]), float(grid[i])) for i in np.flatnonzero(gaps == 0)]
    (between,) = _between_points(lambda x, _: gap(x), [(grid, gaps)])
    return sorted([*zeros, *between])


def _zeros(gap: Curve, grid: Array, gaps: Array) -> list[Bracket]:
    """Return the zeros on a grid at which a gap changes its sign."""
    return [
        _first_zero(gap, float(grid[i - 1]), float(grid[i]))
        for i in np.flatnonzero(gaps == 0)
        if _changes_around(gaps, int(i))
    ]


def of_one(gap: Curves, place: int) -> Curve:
    """Return one of several gaps, by its place."""
    return lambda x: gap(x, np.full(len(x), place))


def _first_zero(gap: Curve, low: float, high: float) -> Bracket:
    """Return the last value before a gap is zero, and the first at which it is: it may jump to zero between."""
    while low < (middle := (low + high) / 2) < high:
        low, high = (low, middle) if gap(np.array([middle]))[0] == 0 else (middle, high)
    return low, high


def _between_points(gap: Curves, known: Sequence[tuple[Array, Array]]) -> list[list[Bracket]]:
    """Return the changes of sign between neighbours on each grid, bracketed as closely as numbers allow."""
    changes = [np.flatnonzero(np.sign(gaps[:-1]) * np.sign(gaps[1:]) < 0) for _, gaps in known]
    which = np.repeat(np.arange(len(known)), [len(one) for one in changes])
    if not len(which):
        return [[] for _ in known]
    ends, gaps = (_at_ends([one[part] for one in known], changes) for part in (0, 1))
    low, high = narrowed(lambda x, rows: gap(x, which[rows]), ends, gaps)
    return [[(float(a), float(b)) for a, b in zip(low[of], high[of], strict=True)] for of in _each(which, len(known))]


def _at_ends(values: Sequence[Array], changes: Sequence[Places]) -> tuple[Array, Array]:
    """Return values before and after all changes, one grid after the other."""
    pairs = list(zip(values, changes, strict=True))
    return np.concatenate([row[at] for row, at in pairs]), np.concatenate([row[at + 1] for row, at in pairs])


def _each(which: Places, count: int) -> list[npt.NDArray[np.bool_]]:
    return [which == place for place in range(count)]


def _changes_around(gaps: Array, i: int) -> bool:
    before, after = np.sign(gaps[:i]), np.sign(gaps[i + 1 :])
    left, right = before[before != 0][-1:], after[after != 0][:1]
    return bool(left.size and right.size and left[0] != right[0]) and gaps[i - 1] != 0
