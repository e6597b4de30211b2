"""Changes of sign bracketed as closely as numbers allow, all of them at once.

The method is Chandrupatla's (Advances in Engineering Software 28, 1997, 145-149): inverse quadratic interpolation where
the last three points allow it, otherwise halves. SciPy has it too, behind an import that takes as long as a search.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

CLOSE = 1e-15
"""The share of a value within which its neighbours are: ends so near each other have no number to try between them."""

SMALLEST = float(np.finfo(float).tiny)
"""What ends around a jump at zero come down to: shares of zero are never near."""


@dataclass(frozen=True)
class _Point:
    """Values of a variable, and the gaps there."""

    x: Array
    gap: Array

    def __getitem__(self, rows: npt.NDArray[np.bool_]) -> _Point:
        return _Point(self.x[rows], self.gap[rows])

    def or_else(self, chosen: npt.NDArray[np.bool_], other: _Point) -> _Point:
        """Return these values where they are chosen, and the other ones elsewhere."""
        return _Point(np.where(chosen, self.x, other.x), np.where(chosen, self.gap, other.gap))


def narrowed(
    gap: Callable[[Array, Places], Array], ends: tuple[Array, Array], gaps: tuple[Array, Array]
) -> tuple[Array, Array]:
    """Return the ends of the narrowest brackets, the lower first; the same value twice where the gap is zero.

    `gaps` are those at the ends, which differ in sign; `gap` is asked for values within the brackets of some places.
    """
    found = np.stack(ends)
    rows = np.arange(len(ends[0]))
    last, other = (_Point(x, values) for x, values in zip(ends, gaps, strict=True))
    step: Array = np.full(len(rows), 0.5)
    while len(rows):
        tried = last.x + step * (other.x - last.x)
        new = _Point(tried, gap(tried, rows))
        same = np.sign(new.gap) == np.sign(last.gap)
        before, other, last = last.or_else(same, other), other.or_else(same, last), new
        done = _done(last, other)
        found[:, rows[done]] = _bracket(last[done], other[done])
        rows, last, other, before = rows[~done], last[~done], other[~done], before[~done]
        step = _step(last, other, before)
    return found[0], found[1]


def _best(last: _Point, other: _Point) -> _Point:
    return last.or_else(np.abs(last.gap) < np.abs(other.gap), other)


def _done(last: _Point, other: _Point) -> npt.NDArray[np.bool_]:
    """Say where a bracket cannot be narrowed: at a zero, between neighbours, or where a gap is no number."""
    best = _best(last, other)
    near = np.abs(other.x - last.x) <= np.maximum(np.abs(best.x) * CLOSE, SMALLEST)
    return np.asarray((best.gap == 0) | near | (np.sign(last.gap) == np.sign(other.gap)) | np.isnan(last.gap))


def _bracket(last: _Point, other: _Point) -> Array:
    best = _best(last, other)
    pair = np.sort([last.x, other.x], axis=0)
    return np.where(best.gap == 0, best.x, pair)


def _step(last: _Point, other: _Point, before: _Point) -> Array:
    """Return how far to go from the last point towards the other end, as a share of the bracket."""
    with np.errstate(divide="ignore", invalid="ignore"):
        width = (last.x - other.x) / (before.x - other.x)
        height = (last.gap - other.gap) / (before.gap - other.gap)
        far = (before.x - last.x) / (other.x - last.x)
        curved = last.gap / (last.gap - other.gap) * before.gap / (before.gap - other.gap)
        curved -= far * last.gap / (before.gap - last.gap) * other.gap / (other.gap - before.gap)
        fits = ((1 - np.sqrt(1 - width)) < height) & (height < np.sqrt(width))
    least = 0.5 * np.abs(_best(last, other).x) * CLOSE / np.abs(other.x - last.x)
    return np.clip(np.where(fits, curved, 0.5), least, 1 - least)
