"""The cheapest mix of a base that is always paid and a peak that is paid when used."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.analysis.mix import cheapest_mixes
from costmodel.analysis.study import Study, load
from costmodel.economics.load_mix import cheapest_mix, daily_curve
from costmodel.errors import FormulaError, Infeasible

LOADS = st.lists(st.floats(0, 1e4), min_size=1, max_size=48)
PRICES = st.floats(0.01, 10)


@given(LOADS, PRICES, PRICES)
def test_no_other_base_is_cheaper(load: list[float], base: float, peak: float) -> None:
    """The cost at the chosen base is the least over every base that a load curve offers."""
    found, curve = cheapest_mix(load, base, peak), np.array(load)
    every = [q * base + np.maximum(curve - q, 0).mean() * peak for q in [0.0, *load]]
    assert found.cost == pytest.approx(min(every), rel=1e-9, abs=1e-9)
    assert found.cost <= min(found.cost_all_base, found.cost_all_peak) * (1 + 1e-9) + 1e-9


@given(LOADS, PRICES, PRICES)
def test_the_share_of_the_peak_is_what_the_base_leaves(load: list[float], base: float, peak: float) -> None:
    """Work of base and peak add up to the load."""
    found = cheapest_mix(load, base, peak)
    carried = found.base * found.base_utilization * len(load)
    assert carried + found.peak_share * sum(load) == pytest.approx(sum(load), rel=1e-9, abs=1e-6)


@given(st.floats(1, 20), st.floats(1, 1e6))
def test_a_day_has_its_mean_and_peak(ratio: float, mean: float) -> None:
    """The curve of a day has the mean and the peak it was asked for."""
    curve = daily_curve(mean, ratio)
    assert len(curve) == 24
    assert curve.mean() == pytest.approx(mean, rel=1e-9)
    assert curve.max() == pytest.approx(ratio * mean, rel=1e-6)


def test_edges() -> None:
    """A dearer base is not taken; a free one carries all; a flat load has no peak."""
    assert cheapest_mix([1.0, 2.0], 3.0, 2.0).base == 0
    assert cheapest_mix([1.0, 2.0], 0.0, 2.0).base == 2
    assert cheapest_mix([5.0, 5.0], 1.0, 2.0).peak_share == 0


@pytest.mark.parametrize(("load", "base", "peak"), [([], 1, 2), ([-1.0], 1, 2), ([1.0], -1, 2), ([float("nan")], 1, 2)])
def test_wrong_input_is_refused(load: list[float], base: float, peak: float) -> None:
    """No loads, negative loads or prices, and what is no number are errors."""
    with pytest.raises(FormulaError):
        cheapest_mix(load, base, peak)
    with pytest.raises(FormulaError, match="peak_to_mean"):
        daily_curve(1.0, 0.5)


def test_mixes_of_a_scenario(serving: Study) -> None:
    """Owned base with rented peak, and reserved with on demand, cost no more than either alone."""
    table = cheapest_mixes(serving)
    assert {"purchase/hgx-h100", "rental/coreweave-h100-five-year"} <= set(table["base"])
    assert np.all(table["total_per_month"] <= table["all_base_per_month"] * (1 + 1e-9))
    assert np.all(table["total_per_month"] <= table["all_peak_per_month"] * (1 + 1e-9))
    with pytest.raises(Infeasible, match="serving"):
        cheapest_mixes(load("coreweave-contract"))
