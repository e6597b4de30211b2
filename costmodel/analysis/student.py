"""Quantiles of Student's t, of which every interval from few observations takes one; SciPy takes longer to import."""

from __future__ import annotations

from math import atan, cos, pi, sin, sqrt


def student(freedom: int, share: float) -> float:
    """Return the value that a share of Student's t with so many degrees of freedom lies below, from the median on.

    Found by halving, on the sums of Abramowitz and Stegun, 26.7.3 and 26.7.4.

    >>> round(student(13, 0.95), 4)
    1.7709
    """
    low, high = 0.0, 1.0
    while _within(high, freedom) < 2 * share - 1:
        high *= 2
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if _within(middle, freedom) < 2 * share - 1 else (low, middle)
    return high


def _within(reach: float, freedom: int) -> float:
    """Return the share that lies within a reach on both sides of zero."""
    angle = atan(reach / sqrt(freedom))
    even = freedom % 2 == 0
    term = total = 1.0 if even else cos(angle) * (freedom > 1)
    for place in range(2 + (not even), freedom, 2):
        term *= cos(angle) ** 2 * (place - 1) / place
        total += term
    return sin(angle) * total if even else (angle + sin(angle) * total) * 2 / pi
