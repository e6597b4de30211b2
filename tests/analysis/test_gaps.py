"""On which grid gaps between costs are looked at, and where they may be zero."""

from __future__ import annotations

import numpy as np
import pytest

from costmodel.analysis.gaps import _near_zero, finer


def test_a_grid_is_cut_in_eight_where_signs_change_twice() -> None:
    """Of steps of 1 that in which x passes 5.05; fewer than 8 values stay.

    Then those that come within 1.75, twice the jump of the gap where steps of one become steps of an eighth.
    """

    def gap(x: np.ndarray) -> np.ndarray:
        return x - 5.05

    grid, eighths = np.arange(11.0), np.arange(8) / 8
    wanted = {*grid, *(3 + eighths), *(4 + eighths), *(5 + np.arange(64) / 64), *(6 + eighths)}
    found, gaps = finer(gap, grid, gap(grid))
    assert gaps.tolist() == gap(found).tolist()
    assert found.tolist() == pytest.approx(sorted(wanted))
    assert len(finer(gap, grid[:8], gap(grid[:8]))[0]) > 8
    assert finer(gap, grid[:7], gap(grid[:7]))[0].tolist() == grid[:7].tolist()
    assert finer(lambda x: x + 1, grid, grid + 1)[0].tolist() == grid.tolist()


def test_a_gap_may_be_zero_within_twice_its_largest_jump_nearby() -> None:
    """By plain loops: second differences within eight values, those at both ends repeated."""
    random = np.random.default_rng(5)
    gaps = np.cumsum(random.normal(size=60)) + np.where(np.arange(60) > 30, 40.0, 20.0)
    jumps = [abs(gaps[i - 1] - 2 * gaps[i] + gaps[i + 1]) for i in range(1, 59)]
    jumps = [jumps[0], *jumps, jumps[-1]]
    close = [abs(gaps[i]) <= 2 * max(jumps[max(i - 8, 0) : i + 9]) for i in range(60)]
    wanted = [i for i in range(59) if close[i] or close[i + 1] or gaps[i] * gaps[i + 1] < 0]
    assert 0 < len(wanted) < 59
    assert _near_zero(gaps).tolist() == wanted
