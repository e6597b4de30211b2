"""Laws of break-even: equal costs at the crossing, and the other order beyond it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.analysis.break_even import BreakEven, solve
from costmodel.analysis.study import Study
from costmodel.units import quantity
from tests.changes import costs_under
from tests.strategies import magnitudes

GRID = np.geomspace(1e-3, 1e3, 61)


@given(fixed=magnitudes(1e-2, 1e2), own=magnitudes(1e-2, 1e2), gap=magnitudes(1e-2, 1e2))
def test_a_fixed_cost_is_earned_back_where_algebra_says(fixed: float, own: float, gap: float) -> None:
    """Fixed cost over volume, plus own cost, meets a rival's flat cost at fixed / (rival - own)."""
    status, crossings, residual = solve(lambda x: fixed / x + own, lambda x: np.full_like(x, own + gap), GRID)
    expected = fixed / gap
    if not GRID[0] < expected < GRID[-1]:
        assert status in {"never", "always"}
    else:
        assert status == "solved"
        assert crossings == (pytest.approx(expected, rel=1e-9),)
        assert residual < 1e-9


@given(level=magnitudes(1e-3, 1e3), more=magnitudes(1e-3, 1e3))
def test_curves_that_do_not_meet_say_who_wins(level: float, more: float) -> None:
    """A challenger that is dearer everywhere never wins, one that is cheaper everywhere always does."""
    low, high = (lambda x: np.full_like(x, level)), (lambda x: np.full_like(x, level + more))
    assert solve(high, low, GRID)[:2] == ("never", ())
    assert solve(low, high, GRID)[:2] == ("always", ())


@given(roots=st.lists(st.integers(1, 59), min_size=1, max_size=4, unique=True))
def test_all_crossings_are_found(roots: list[int]) -> None:
    """Curves that cross more than once have as many solutions."""
    middles = sorted((GRID[i] + GRID[i + 1]) / 2 for i in roots)
    found = solve(
        lambda x: 1 + 0.1 * np.prod([np.sign(x - m) * np.minimum(abs(x / m - 1), 1) for m in middles], axis=0),
        np.ones_like,
        GRID,
    )
    assert found[1] == pytest.approx(tuple(middles), rel=1e-9)


def test_costs_are_equal_at_break_even(study: Study) -> None:
    """At every solution the two costs differ by no more than rounding."""
    solved = [one for one in study.break_even() if one.status == "solved"]
    assert all(one.residual < 1e-9 for one in solved)


def test_the_order_flips_at_break_even(study: Study) -> None:
    """Between grid points on either side of a single solution, the cheaper way changes."""
    for one in study.break_even():
        if len(one.crossings) == 1:
            gaps = _gaps(one)
            assert np.sign(gaps[0]) == -np.sign(gaps[-1])


def test_volumes_at_break_even_make_full_costs_equal(study: Study) -> None:
    """A program made in its break-even volume costs what its rival costs, computed afresh."""
    for one in study.break_even():
        if one.input == "volume" and one.status == "solved":
            program = study.scenario.offer(one.challenger)
            at = replace(program, volume=quantity(one.value, one.unit))
            fresh = costs_under(study, study.scenario.with_offers(at))[at.id]
            rival = study.costs[one.rival][study.headline]
            assert abs(fresh[study.headline] - rival) <= 1e-9 * rival


def _gaps(one: BreakEven) -> np.ndarray:
    table = one.curve.pivot_table(index="x", columns="offer", values="cost")
    gaps = (table[one.challenger] - table[one.rival]).to_numpy()
    at = int(np.searchsorted(table.index.to_numpy(), one.value))
    return gaps[[max(at - 1, 0), min(at, len(gaps) - 1)]]
