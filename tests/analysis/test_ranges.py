"""What a range says of a value, at scores that one can compute by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from costmodel.analysis.ranges import TWO_SIDED_90, Marginal, is_share, is_uncertain, spread
from costmodel.formula.graph import Leaf
from costmodel.specs.attribute import Attribute
from costmodel.specs.fact import Fact
from costmodel.units import quantity

SCORES = np.array([-2.0, -1.0, 0.0, 1.0, 2.0]) * TWO_SIDED_90


def leaf(
    best: float,
    low: float | None = None,
    high: float | None = None,
    unit: str = "USD",
    attribute: Attribute | None = None,
) -> Leaf:
    """Return an input whose fact has a range, or none."""
    ends = [None if end is None else quantity(end, unit) for end in (low, high)]
    value = quantity(best, unit)
    return Leaf("x", value, Fact("x", value, "assumption", Path("x.toml"), 1, *ends, attribute=attribute))


@pytest.mark.parametrize(
    ("one", "values"),
    [
        (leaf(10, 5, 40), [2.5, 5, 10, 40, 160]),
        (leaf(10, 2.5, 20), [0.625, 2.5, 10, 20, 40]),
        (leaf(10, 0, 30), [0, 0, 10, 30, 50]),
        (leaf(10, 0, 15), [0, 0, 10, 15, 20]),
        (leaf(0, 0, 3), [0, 0, 0, 3, 6]),
        (leaf(0.5, 0.25, 0.75, "1"), [0.125, 0.25, 0.5, 0.75, 1.0]),
        (leaf(50, 25, 75, "percent"), [12.5, 25, 50, 75, 100]),
        (leaf(0.5, 0.25, 1.5, "1"), [0.125, 0.25, 0.5, 1.5, 4.5]),
        (leaf(-5, -10, 1), [-15, -10, -5, 1, 7]),
        (leaf(0, -3, 3), [-6, -3, 0, 3, 6]),
    ],
)
def test_ends_of_a_range_are_at_the_fifth_and_the_95th_percentile(one: Leaf, values: list[float]) -> None:
    """Twice as far the ratio is squared; from zero on steps are added, and none falls below; a share ends at all."""
    assert spread(one, SCORES).tolist() == pytest.approx(values, abs=1e-12)


@pytest.mark.parametrize(
    ("one", "values"),
    [
        (leaf(0.5, 0.25, 0.75, "1", Attribute("x", "x", unit="1", most=0.99)), [0.125, 0.25, 0.5, 0.75, 0.99]),
        (leaf(1.2, 1, 1.5, "1", Attribute("pue", "x", unit="1", least=1.0)), [1, 1, 1.2, 1.5, 1.875]),
        (leaf(2, 1, 90, "year", Attribute("x", "x", unit="month", least=9.0, most=1200.0)), [0.75, 1, 2, 90, 100]),
        (
            leaf(-0.5, -0.9, 1.5, "1", Attribute("x", "x", unit="1", signed=True, least=-0.99)),
            [-0.99, -0.9, -0.5, 1.5, 3.5],
        ),
    ],
)
def test_nothing_is_drawn_that_no_file_can_say(one: Leaf, values: list[float]) -> None:
    """Draws end at the bounds of what an input may be, in its own unit: a formula refuses what is beyond."""
    assert spread(one, SCORES).tolist() == pytest.approx(values, abs=1e-12)


@pytest.mark.parametrize(
    ("one", "share"),
    [
        (leaf(0.5, 0.2, 1.0, "1"), True),
        (leaf(0.5, 0.2, 1.01, "1"), False),
        (leaf(0.5, 0.2, 1.0, "USD"), False),
        (leaf(1.0, unit="1"), True),
        (leaf(1.5, unit="1"), False),
        (leaf(100, unit="percent"), True),
    ],
)
def test_a_share_ends_at_one(one: Leaf, share: bool) -> None:
    """By its range, or by its value where it has none; in any unit of a pure number."""
    assert is_share(one) is share


def test_ends_are_read_in_the_unit_of_the_value() -> None:
    """2 kUSD between 1000 USD and 4000 USD."""
    value = quantity(2.0, "kUSD")
    fact = Fact("x", value, "s", Path("x.toml"), 1, low=quantity(1000.0, "USD"), high=quantity(4000.0, "USD"))
    found = Marginal.of(Leaf("x", value, fact))
    assert (found.best, found.low, found.high, found.ceiling) == (2.0, 1.0, 4.0, np.inf)
    assert is_uncertain(Leaf("x", value, fact))
    assert not is_uncertain(leaf(1.0))
    assert not is_uncertain(Leaf("x", value, None))
