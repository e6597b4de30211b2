"""Laws of break-even: equal costs at the crossing, and the other order beyond it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from costmodel.analysis.break_even import Sweep
from costmodel.analysis.crossing import BreakEven, Crossing
from costmodel.analysis.gaps import finer
from costmodel.analysis.roots import crossings
from costmodel.analysis.study import Study
from costmodel.units import quantity
from tests.changes import costs_under
from tests.draws import random_of
from tests.strategies import magnitudes

GRID = np.geomspace(1e-3, 1e3, 61)


@given(fixed=magnitudes(1e-2, 1e2), own=magnitudes(1e-2, 1e2), gap=magnitudes(1e-2, 1e2))
def test_a_fixed_cost_is_earned_back_where_algebra_says(fixed: float, own: float, gap: float) -> None:
    """Fixed cost over volume, plus own cost, meets a rival's flat cost at fixed / (rival - own)."""
    found = crossings(lambda x: fixed / x + own - (own + gap), GRID)
    expected = fixed / gap
    if not GRID[0] < expected < GRID[-1]:
        assert found == []
    else:
        assert found == [(pytest.approx(expected, rel=1e-9),) * 2]


@given(level=magnitudes(1e-3, 1e3), sign=st.sampled_from([-1, 1]))
def test_curves_that_do_not_meet_have_no_crossing(level: float, sign: int) -> None:
    """A gap of one sign has no solution, nor has one that touches zero without changing sides."""
    assert list(crossings(lambda x: np.full_like(x, sign * level), GRID)) == []
    assert list(crossings(lambda x: sign * level * np.minimum(np.abs(x - GRID[30]), 1.0), GRID)) == []


@given(roots=st.lists(st.integers(1, 59), min_size=1, max_size=4, unique=True))
def test_all_crossings_are_found(roots: list[int]) -> None:
    """Curves that cross more than once have as many solutions."""
    middles = sorted((GRID[i] + GRID[i + 1]) / 2 for i in roots)
    found = crossings(
        lambda x: np.prod([np.sign(x - m) * np.minimum(abs(x / m - 1), 1) for m in middles], axis=0), GRID
    )
    assert [low for low, _ in found] == pytest.approx(middles, rel=1e-9)


@given(at=magnitudes(2e-3, 5e2), drop=magnitudes(1e-2, 1e2))
def test_a_jump_over_the_rival_is_bracketed(at: float, drop: float) -> None:
    """Where a cost jumps over its rival's, the two ends of the bracket are neighbours on either side."""
    ((low, high),) = crossings(lambda x: np.where(x < at, drop, -drop), GRID)
    assert low < at <= high
    assert high - low <= 4e-15 * at


@pytest.fixture(scope="module")
def found(study: Study) -> list[BreakEven]:
    """Return where the ways of each scenario break even."""
    return study.break_even()


def test_costs_are_equal_at_break_even(found: list[BreakEven]) -> None:
    """At every crossing the two costs differ by no more than rounding; at a jump they change their order."""
    for one in found:
        for at in one.crossings:
            gap = (at.cost_first - at.cost_second) / at.cost_second
            assert (abs(gap) <= 1e-9) == (at.status == "crosses")


def test_the_order_flips_at_break_even(found: list[BreakEven]) -> None:
    """Between grid points on either side of a single solution, the cheaper way changes."""
    for one in found:
        if len(one.crossings) == 1:
            gaps = _gaps(one)
            assert np.sign(gaps[0]) == -np.sign(gaps[-1])


def test_volumes_at_break_even_make_full_costs_equal(study: Study, found: list[BreakEven]) -> None:
    """A program made in its break-even volume costs what its rival costs, computed afresh."""
    for one in found:
        if one.variable == "volume" and one.status == "crosses":
            program, held = study.scenario.offer(one.first), study.costs[one.first]["servers"]
            others = quantity(one.value, one.unit) - held * program.system.accelerators
            at = replace(program, other_volume=others)
            offers = [at if offer.id == at.id else offer for offer in study.scenario.offers]
            asked = replace(study.scenario.with_offers(*offers), program_charged_to="all uses")
            fresh = costs_under(study, asked)[at.id]
            rival = study.costs[one.second][study.headline]
            assert abs(fresh[study.headline] - rival) <= 1e-9 * rival


@settings(max_examples=settings().max_examples // 5)  # each asks the whole scenario again
@given(factor=magnitudes(0.2, 5.0))
@pytest.mark.parametrize("over", ["demand.users", "us-hyperscale.electricity_price", "query.output_tokens"])
def test_a_leaf_moves_both_sides_as_a_changed_scenario_does(serving: Study, over: str, factor: float) -> None:
    """Each point of a sweep is what the scenario with that input gives, in layouts that stay."""
    sweep = Sweep(serving.model, {id_: one[serving.headline] for id_, one in serving.model.costs.items()}, over)
    value = sweep.leaf.value * factor
    swept = sweep(np.array([float(value.magnitude)]))
    changed = serving.scenario.change(lambda name, old, _fact: value if name == over else old)
    for id_, one in costs_under(serving, changed).items():
        assert swept[id_][0] == pytest.approx(float(one[serving.headline].magnitude), rel=1e-9)


FINE = 4
MOVED = {
    "demand.users": (1e3, 1e6),
    "demand.peak_to_mean": (1.1, 5.0),
    "fleet.peak_utilization": (0.2, 0.99),
    "purchase/hgx-h100.price": (5e4, 9e5),
    "program/maia-100.design_cost": (3e7, 1e9),
    "rental/coreweave-h100-on-demand.price": (0.5, 15.0),
}
"""Inputs of random scenarios, and between which values they lie, in base units of money and counts."""


@pytest.mark.parametrize("draw", range(3))
def test_every_sign_change_on_a_fine_grid_is_found(serving: Study, seed: object, draw: int) -> None:
    """In random scenarios, small fleets of whole systems too: each lies in a bracket that is reported."""
    random = random_of(seed, "sign changes", str(draw))
    drawn = {name: np.exp(random.uniform(*np.log(ends))) for name, ends in MOVED.items()}
    units = {name: "USD/server" if "hgx" in name else "USD" for name in MOVED if "/" in name and "rental" not in name}
    study = serving.with_(
        {name: quantity(value, units[name]) if name in units else value for name, value in drawn.items()}
    )
    for over in ("volume", "demand.users", "demand.peak_to_mean"):
        sweep = Sweep(study.model, study.ranked, over)
        fine = np.interp(np.arange(0, len(sweep.grid) - 1, 1 / FINE), np.arange(len(sweep.grid)), sweep.grid)
        costs = sweep(fine)
        for one in study.break_even(over):
            gaps = costs[one.first] - costs[one.second]
            found = np.array([at.value for at in one.crossings])
            for place in np.flatnonzero(gaps[:-1] * gaps[1:] < 0):
                assert np.any((found >= fine[place]) & (found <= fine[place + 1])), (over, one.first, one.second, place)


@given(at=st.floats(5.0, 35.0), jump=st.floats(0.05, 0.9))
def test_jumps_between_two_values_of_a_grid_are_found(at: float, jump: float) -> None:
    """What grows by one a step and jumps back four times in it, which the grid does not see, changes its sign."""
    grid, fine = np.arange(41.0), np.arange(8 * 40 + 1) / 8

    def gap(x: np.ndarray) -> np.ndarray:
        return x - at + jump * ((4 * x) % 1)

    found = np.array(crossings(gap, finer(gap, grid, gap(grid))[0]))[:, 1]
    for place in np.flatnonzero(gap(fine)[:-1] * gap(fine)[1:] < 0):
        assert np.any((found >= fine[place]) & (found <= fine[place + 1]))


def _gaps(one: BreakEven) -> np.ndarray:
    table = one.curve.pivot_table(index="x", columns="offer", values="cost")
    gaps = (table[one.first] - table[one.second]).to_numpy()
    at = int(np.searchsorted(table.index.to_numpy(), one.value))
    return gaps[[max(at - 1, 0), min(at, len(gaps) - 1)]]


def test_crossings_come_in_order() -> None:
    """A curve that crosses zero between values and at one of them has its brackets from the smallest on."""
    found = crossings(lambda x: (x - 1.5) * (x - 3) * (x - 4.5), np.arange(1.0, 6.0))
    assert [round(low, 9) for low, _ in found] == [1.5, 3.0, 4.5]


def test_the_break_even_is_the_first_crossing() -> None:
    """Of several crossings the one at the smallest value is told."""
    twice = tuple(Crossing(at, "crosses", 1.0, 1.0, at) for at in (2.0, 5.0))
    found = BreakEven("a", "b", "volume", "", "USD", "crosses", twice, (1.0, 1.0), pd.DataFrame())
    assert found.value == 2.0
