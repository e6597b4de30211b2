"""Brackets are as narrow as numbers allow, as SciPy's are, and always come to an end."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import bisect

from costmodel.analysis.narrowing import Array, narrowed


def jump(at: float) -> tuple[float, float]:
    """Return the bracket of a jump between -1 and 1."""

    def gap(x: Array) -> Array:
        return np.where(x > at, 1.0, -1.0)

    ends = np.array([-1.0]), np.array([1.0])
    low, high = narrowed(lambda x, _: gap(x), ends, (gap(ends[0]), gap(ends[1])))
    return float(low[0]), float(high[0])


@pytest.mark.parametrize("at", [0.0, -0.3, 1e-300, 0.7])
def test_a_jump_is_between_neighbours(at: float) -> None:
    """Also one at zero, whose neighbours are no share of it: the search ends."""
    low, high = jump(at)
    assert low <= at <= high
    assert high - low <= max(abs(at) * 4e-15, 1e-300)


@given(power=st.sampled_from((0.2, 1.0, 3.0)), size=st.floats(1e-9, 1e9), shift=st.floats(-1.2, 1.2))
def test_roots_are_scipys(power: float, size: float, shift: float) -> None:
    """Flat, straight and steep curves cross zero, all at once, where SciPy's bisections do one by one."""

    def gap(x: Array) -> Array:
        return size * np.sign(np.sin(x)) * np.abs(np.sin(x)) ** power

    middles = np.arange(1, 5) * np.pi + shift
    ends = middles - 1.5, middles + 1.5
    low, high = narrowed(lambda x, _: gap(x), ends, (gap(ends[0]), gap(ends[1])))
    right = [bisect(lambda x: float(gap(np.array(x))), *pair, xtol=1e-14) for pair in zip(*ends, strict=True)]
    assert low == pytest.approx(right, rel=1e-9)
    assert high == pytest.approx(low, rel=4e-15)
