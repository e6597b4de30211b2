"""Intervals: drawn from the ranges of facts, the same for the same seed, and around the best value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.analysis.draws import together, uncertain_leaves
from costmodel.analysis.study import Study
from costmodel.analysis.uncertainty import intervals
from costmodel.formula import Graph
from costmodel.formula.graph import Leaf
from costmodel.specs.fact import Fact
from costmodel.units import magnitude, quantity

MANY = 20_000


def draw(leaf: Leaf, samples: int, seed: int) -> np.ndarray:
    """Return the draws of one input alone."""
    return together([leaf], samples, seed)[leaf.name]


def _leaf(low: float, best: float, high: float, unit: str = "kUSD") -> Leaf:
    values = [quantity(value, unit) for value in (low, best, high)]
    fact = Fact("price", values[1], "assumption", Path("x.toml"), 1, low=values[0], high=values[2])
    return Leaf("price", values[1], fact)


@given(low=st.floats(0.1, 0.99), up=st.floats(1.01, 10.0))
def test_ranges_are_the_90_percent_intervals_of_draws(low: float, up: float) -> None:
    """A twentieth of the draws lies below the range and a twentieth above it; the median is the value."""
    draws = draw(_leaf(low, 1.0, up), MANY, 1)
    assert np.mean(draws < low) == pytest.approx(0.05, abs=0.015)
    assert np.mean(draws > up) == pytest.approx(0.05, abs=0.015)
    assert np.median(draws) == pytest.approx(1.0, rel=0.05)


def test_draws_of_what_may_be_zero_are_not_negative() -> None:
    """A range that touches zero gives no value below it."""
    draws = draw(_leaf(0.0, 0.05, 0.2), MANY, 1)
    assert draws.min() >= 0.0


def test_shares_are_drawn_up_to_one_and_prices_beyond_their_range() -> None:
    """Nothing is used for more than all of its time; a price has no such ceiling, nor has a number above 1."""
    assert draw(_leaf(0.6, 0.9, 0.99, "1"), MANY, 1).max() == 1.0
    assert draw(_leaf(60.0, 90.0, 99.0, "percent"), MANY, 1).max() == 100.0
    assert draw(_leaf(0.6, 0.9, 0.99), MANY, 1).max() > 1.0
    assert draw(_leaf(0.6, 0.9, 1.2, "1"), MANY, 1).max() > 1.2


def test_the_same_seed_gives_the_same_draws() -> None:
    """Draws are a function of seed and name alone."""
    leaf = _leaf(0.5, 1.0, 2.0)
    np.testing.assert_array_equal(draw(leaf, 100, 7), draw(leaf, 100, 7))
    assert not np.array_equal(draw(leaf, 100, 7), draw(leaf, 100, 8))


def test_more_draws_begin_like_fewer() -> None:
    """Asking for more samples does not change the first ones."""
    leaf = _leaf(0.5, 1.0, 2.0)
    np.testing.assert_array_equal(draw(leaf, 1_000, 7)[:100], draw(leaf, 100, 7))


def test_draws_differ_between_inputs_and_agree_between_answers(study: Study) -> None:
    """Two inputs are drawn apart, and the bands of all columns hold what the ranking quantity alone gives."""
    leaves = [Leaf(name, leaf.value, leaf.origin) for name in "ab" for leaf in [_leaf(0.5, 1.0, 2.0)]]
    one, other = together(leaves, 4_096, 1).values()
    assert abs(np.corrcoef(np.log(one), np.log(other))[0, 1]) < 0.03
    for id_, alone in study.intervals().items():
        assert alone == study.bands[id_, study.headline]


def test_intervals_hold_four_fifths_of_a_known_distribution() -> None:
    """The ends are the 10% and 90% quantiles: of a lognormal, the value times its factor to the power 1.2816/1.645."""
    found = intervals({"price": Graph().leaf("price", quantity(1.0, "kUSD"), _leaf(0.5, 1.0, 2.0).origin)})["price"]
    factor = 2 ** (1.2815515655 / 1.6448536270)
    assert magnitude(found.high, "kUSD") == pytest.approx(factor, rel=5e-3)
    assert magnitude(found.low, "kUSD") == pytest.approx(1 / factor, rel=5e-3)


def test_intervals_are_around_the_value(study: Study) -> None:
    """The interval holds the best value, but for rounding to whole systems, and is the same for the same seed."""
    first, again = study.intervals(samples=500, seed=3), study.intervals(samples=500, seed=3)
    assert first == again
    for one in first.values():
        assert one.low < one.high
        assert one.low * 0.999 <= one.value <= one.high * 1.001
        assert one.inputs > 0


def test_the_middle_of_an_interval_is_what_is_compared(study: Study) -> None:
    """Sampled and plain answers come from one model."""
    table = study.compare()[study.headline]
    unit = study.compare().attrs["units"][study.headline]
    for offer, one in study.intervals(samples=10).items():
        assert magnitude(one.value, unit) == pytest.approx(table[offer], rel=1e-9)


def test_only_facts_with_ranges_are_sampled(serving: Study) -> None:
    """What is certain keeps its value."""
    leaves = uncertain_leaves([serving.trace(serving.scenario.offers[0].id)[serving.headline]])
    assert leaves
    assert all(leaf.origin.low <= leaf.value <= leaf.origin.high for leaf in leaves)
