"""The highest rate within limits: of tables by hand, and of simulations whose limits are known."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from costmodel.analysis.replica_rate import MARGIN, STEPS, Limit, Load, highest_predicted, highest_simulated, shared_out
from costmodel.performance.service.simulation import Seen
from costmodel.performance.service.trace import Trace
from costmodel.performance.service.traffic import Traffic
from costmodel.units import quantity

FIRST = Limit("time_to_first_token", 1.0)


def load(*limits: Limit) -> Load:
    """Return requests of a hundred tokens."""
    one = quantity(1.0)
    return Load(one, one, quantity(500.0), quantity(100.0), cast("Traffic", None), limits)


def tried(firsts: list[float], **more: Any) -> pd.DataFrame:
    """Return a layout of eight accelerators at growing concurrency, out of order."""
    columns = {"tensor_parallel": 4.0, "pipeline_parallel": 2.0, "attention_copies": 1.0, "expert_parallel": 1.0}
    table = pd.DataFrame({"concurrency": [1.0, 2.0, 4.0, 8.0], "output_rate": [10.0, 20.0, 40.0, 60.0], **columns})
    return table.assign(precision="fp8", time_to_first_token=firsts, **more).iloc[::-1]


@pytest.mark.parametrize(
    ("firsts", "error", "highest"),
    [
        ([0.1, 0.2, 1.0, 1.1], 1.0, 3.2),
        ([0.1, 0.2, 1.0, 1.1], 1.25, 1.28),
        ([0.1, 1.1, 0.2, 0.3], 1.0, 0.8),
        ([0.1, 0.2, 0.3, 0.4], 1.0, 4.8),
    ],
)
def test_the_highest_rate_is_that_up_to_which_limits_hold(firsts: list[float], error: float, highest: float) -> None:
    """Tokens per second of eight accelerators over a hundred each, before the first limit that is missed."""
    found = highest_predicted(tried(firsts), load(FIRST), error)
    assert found["highest"].tolist() == pytest.approx([highest])


def test_all_limits_hold_at_once_and_a_layout_that_misses_them_is_left_out() -> None:
    """The second limit is stricter here; where one is missed from the start nothing is left."""
    table = tried([0.1, 0.2, 0.3, 0.4], time_per_output_token=[0.01, 0.02, 0.03, 0.04])
    both = load(FIRST, Limit("time_per_output_token", 0.02))
    assert highest_predicted(table, both, 1.0)["concurrency"].tolist() == [2.0]
    assert highest_predicted(table, load(FIRST, Limit("time_per_output_token", 0.005)), 1.0).empty


@pytest.mark.parametrize(
    ("kept", "found"), [({}, 2.0), ({1: 1.3}, 1.3), ({1: 1.3, 4: 0.9}, 0.9), ({5: 0.3}, None), ({1: 0.3}, None)]
)
def test_a_simulated_rate_is_kept_by_all_runs(kept: dict[int, float], found: float | None) -> None:
    """The highest step at which the slowest run still stays within its share of the limit; none below them all."""

    def simulated(rate: float, seed: int) -> Seen:
        late = rate > kept.get(seed, np.inf)
        times = np.full(2, MARGIN + 1e-9 if late else MARGIN)
        return Seen(times, times)

    steps = STEPS * 2
    highest = highest_simulated(simulated, load(FIRST), 2.0)
    if found is None:
        assert highest is None
    else:
        allowed = steps[steps <= found] if kept else steps
        assert highest == pytest.approx(allowed[-1], rel=1e-12)


def test_a_trace_is_shared_out_evenly_or_runs_faster() -> None:
    """A quarter of the rate goes to each of four replicas; twice the rate is all of it, in half the time."""
    count = 4000
    ones = np.ones(count)
    trace = Trace(np.arange(float(count)), ones, ones, 0 * ones)
    parts = shared_out(trace, trace.rate / 4, 1)
    assert len(parts) == 3
    assert [len(part) for part in parts] == pytest.approx([1000] * 3, rel=0.1)
    (whole,) = shared_out(trace, 2 * trace.rate, 1)
    assert len(whole) == count
    assert whole.arrivals[-1] == pytest.approx(trace.arrivals[-1] / 2)
    (same,) = shared_out(trace, trace.rate, 1)
    assert same.arrivals[-1] == trace.arrivals[-1]
