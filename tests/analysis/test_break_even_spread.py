"""How sure a break-even is: against closed forms, and against the same question with other inputs."""

from __future__ import annotations

from math import exp, hypot
from statistics import NormalDist
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from costmodel.analysis.break_even import Sweep, break_evens
from costmodel.analysis.break_even_spread import TRIED, _Search, signed_steps, spread_of, wanted, with_spread
from costmodel.analysis.crossing import BreakEven, Spread
from costmodel.analysis.model import leaves_of
from costmodel.analysis.study import Study
from costmodel.analysis.uncertainty import SHARE
from costmodel.formula import Graph
from costmodel.units import Quantity, quantity
from tests.analysis.test_certainty import lognormal


def _break_even(outputs: dict[str, Quantity]) -> BreakEven:
    leaves = leaves_of(outputs.values())
    model = cast("Any", SimpleNamespace(find=lambda name: (name,), leaves=leaves))
    sweep = Sweep(model, outputs, "x")
    (found,) = with_spread(break_evens(sweep, [("ours", "theirs")]), sweep, {}, 8_192)
    return found


def _spread(outputs: dict[str, Quantity]) -> Spread:
    found = _break_even(outputs).spread
    assert found is not None
    return found


def test_crossings_are_counted_by_the_sign_before_them() -> None:
    """Up in the first step and in the fourth, over a zero, down in the third: from 1 on; none in the second row.

    A zero at the start has no sign before it, whatever stands at the end; a stretch of zeros is crossed at its start.
    """
    gaps = np.array([[-1.0, 1.0, 2.0, -1.0, 0.0, 3.0], [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [0.0, 1.0, 2.0, 0.0, 0.0, -3.0]])
    wanted = [(-1, 0), (1, 0), (-1, 1), (0, 0), (1, 1)]
    assert signed_steps(gaps, wanted)[:, 0].tolist() == [-1.0, 3.0, -4.0, -1.0, 0.0]
    assert not signed_steps(gaps, wanted)[:, 1].any()
    assert signed_steps(gaps, wanted)[:, 2].tolist() == [0.0, 3.0, 0.0, 3.0, 0.0]


def test_costs_that_differ_by_rounding_cross_in_no_draw() -> None:
    """A tenth and two tenths are three, though not to the last bit; dearer by a hundredth is always dearer."""
    x = Graph().leaf("x", quantity(2.0))
    same = _spread({"ours": 0.1 * x + 0.2 * x, "theirs": 0.3 * x})
    assert (same.crossing, same.always) == (0.0, 0.0)
    assert _spread({"ours": 0.1 * x + 0.2 * x, "theirs": 0.303 * x}).always == 1.0


def test_a_spread_is_of_the_draws_that_have_the_crossing() -> None:
    """Of 0 to 10 the tenth and the ninetieth percent, in 11 of 22 draws; of steps, two that there are; or none."""
    values = np.arange(11.0)
    assert spread_of(values, 0.25, 22) == Spread(5.0, pytest.approx(1.0), pytest.approx(9.0), 0.5, 0.25, 22)
    assert spread_of(np.arange(4.0), 0.0, 4, stepped=True) == Spread(1.0, 0.0, 3.0, 1.0, 0.0, 4)
    none = spread_of(np.zeros(0), 1.0, 8)
    assert (none.crossing, none.always, np.isnan(none.median)) == (0.0, 1.0, True)


def test_the_crossings_of_a_draw_are_told_apart_by_their_direction_and_order() -> None:
    """Dearer first: up is sought after a positive gap, then down, then up again; without a crossing any counts."""
    three = SimpleNamespace(first_is_cheaper_below=False, crossings=(1, 2, 3))
    assert wanted(cast("Any", three)) == [(1, 0), (-1, 0), (1, 1)]
    below = SimpleNamespace(first_is_cheaper_below=True, crossings=(1, 2))
    assert wanted(cast("Any", below)) == [(-1, 0), (1, 0)]
    assert wanted(cast("Any", SimpleNamespace(first_is_cheaper_below=True, crossings=()))) == [(0, 0)]


def test_the_interval_is_that_of_a_ratio_of_lognormals() -> None:
    """A fixed cost over a volume meets a rival's flat cost at their ratio, whose median and deviation are known."""
    graph = Graph()
    fixed, flat = lognormal(graph, "fixed", 100.0, 0.2), lognormal(graph, "flat", 10.0, 0.3)
    found = _spread({"ours": fixed / graph.leaf("x", quantity(10.0)), "theirs": flat})
    reach = exp(NormalDist().inv_cdf((1 + SHARE) / 2) * hypot(0.2, 0.3))
    assert found.median == pytest.approx(10.0, rel=0.01)
    assert (found.low, found.high) == (pytest.approx(10 / reach, rel=0.02), pytest.approx(10 * reach, rel=0.02))
    assert found.crossing == 1.0


def test_draws_without_a_crossing_are_counted() -> None:
    """Where the rival is cheaper at any volume there is none: as often as its cost lies below ours without end."""
    graph = Graph()
    own, flat = lognormal(graph, "own", 10.0, 0.2), lognormal(graph, "flat", 12.0, 0.2)
    fixed = quantity(1.0, "USD") / graph.leaf("x", quantity(10.0))
    found = _spread({"ours": fixed + own, "theirs": flat})
    share = NormalDist().cdf(np.log(12 / 10) / hypot(0.2, 0.2))
    assert found.crossing == pytest.approx(share, abs=0.02)


def test_each_crossing_has_its_own_interval() -> None:
    """What falls with a volume and what grows lie below a flat cost between the roots of x + 2 / x = flat."""
    graph, flat = Graph(), NormalDist(float(np.log(3.0)), 0.2)
    x, usd = graph.leaf("x", quantity(1.5)), quantity(1.0, "USD")
    found = _break_even({"ours": usd * x + 2 * usd / x, "theirs": lognormal(graph, "flat", 3.0, 0.2)})
    missed = flat.cdf(float(np.log(2 * np.sqrt(2))))  # below that, no volume is cheap enough
    flats = [exp(flat.inv_cdf(missed + (1 - missed) * level)) for level in (0.5, (1 - SHARE) / 2, (1 + SHARE) / 2)]
    median, low, high = ([(one - s) / 2, (one + s) / 2] for one in flats for s in [np.sqrt(one**2 - 8)])
    first, second = (one.spread for one in found.crossings)
    assert first is not None
    assert second is not None
    assert (first.median, first.low, first.high) == pytest.approx((median[0], high[0], low[0]), rel=0.02)
    assert (second.median, second.low, second.high) == pytest.approx((median[1], low[1], high[1]), rel=0.02)
    assert first.crossing == second.crossing == pytest.approx(1 - missed, abs=0.01)
    assert found.spread == first


def test_a_crossing_the_other_way_is_another_one() -> None:
    """1 + x meets 1 / z + z x at 1 / z: from below where z exceeds 1, from above elsewhere."""
    graph, usd = Graph(), quantity(1.0, "USD")
    x, z = graph.leaf("x", quantity(1.0)), lognormal(graph, "z", 1.2, 0.3) / usd
    found = _spread({"ours": usd * (1 + x), "theirs": usd * (1 / z + z * x)})
    assert found.crossing == pytest.approx(NormalDist().cdf(float(np.log(1.2)) / 0.3), abs=0.01)
    assert found.high < 1.0


def test_draws_are_tried_on_the_grid_of_the_sweep_from_end_to_end() -> None:
    """On fewer values of it, in order."""
    x = Graph().leaf("x", quantity(10.0))
    model = cast("Any", SimpleNamespace(find=lambda name: (name,), leaves=leaves_of([x])))
    sweep = Sweep(model, {"ours": x, "theirs": 20 + 0 * x}, "x")
    grid = _Search.of(sweep, break_evens(sweep, [("ours", "theirs")]), {}, 256, 1).grid
    assert (grid[0], grid[-1]) == (sweep.grid[0], sweep.grid[-1])
    assert len(grid) == TRIED
    assert np.all(np.diff(grid) > 0)


def test_what_is_always_cheaper_is_so_in_every_draw() -> None:
    """A cost of half the other has no crossing, in no draw, more than a block of them among these."""
    graph = Graph()
    x, y = graph.leaf("x", quantity(10.0)), lognormal(graph, "y", 1.0, 0.2)
    found = _spread({"ours": x * y, "theirs": 2 * x * y})
    assert (found.crossing, found.always, found.draws) == (0.0, 1.0, 8_192)


def test_the_interval_holds_the_value_and_is_the_same_for_the_same_seed(serving: Study) -> None:
    """The break-even at the facts' own values lies within; draws are a function of the seed."""
    first, again = (serving.break_even("volume", ("maia-100", "hgx-h100"), draws=256, seed=3) for _ in range(2))
    for one, other in zip(first, again, strict=True):
        assert one.spread == other.spread
        assert one.spread is not None
        assert one.spread.low < one.value < one.spread.high
    assert serving.break_even("volume", ("maia-100", "hgx-h100"))[0].spread is None
