"""Percentiles of latency by hand, and against draws of the distribution that is assumed."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest

from costmodel.formula import Formula
from costmodel.performance.formulas import percentiles as f
from costmodel.units import magnitude, quantity
from tests.by_hand import cases, holds

WIDTH = math.log(1.25)
"""Variance of the logarithm where the deviation is half of the mean."""


@cases(
    (f.wait_deviation, {"wait": 0.2, "load": 1}, 0.2),
    (f.wait_deviation, {"wait": 0.2, "load": 0.2}, 0.6),
    (f.reading_deviation, {"alone": 0.3, "plain": 0.1, "spread": 0.5}, 0.1),
    (f.reading_deviation, {"alone": 0.1, "plain": 0.3, "spread": 0.5}, 0),
    (f.memory_wait_deviation, {"wait": 9, "stay": 8, "spread": 0.75, "admitted": 25}, 8 * 1.25 / 5),
    (f.memory_wait_deviation, {"wait": 1, "stay": 8, "spread": 0.75, "admitted": 25}, 1),
    (f.both_deviations, {"first": 0.3, "second": 0.4}, 0.5),
    (
        f.log_normal_percentile,
        {"mean": 2, "deviation": 1, "score": 2},
        2 * math.exp(2 * math.sqrt(WIDTH) - WIDTH / 2),
    ),
    (f.log_normal_percentile, {"mean": 2, "deviation": 0, "score": 2}, 2),
    (f.burst_percentile, {"burst": 3, "share": 0.99, "rounds": 10}, 0.9 * 6),
    (f.burst_percentile, {"burst": 3, "share": 0.8, "rounds": 10}, 0),
    (f.first_token_percentile, {"fixed": 0.1, "later": 0.5, "burst": 2}, 2.1),
    (f.first_token_percentile, {"fixed": 0.1, "later": 5, "burst": 2}, 5.1),
    (f.token_deviation, {"added": 0.04, "share": 0.4, "spread": 0.5, "output": 50}, 0.04 * 0.1),
    (
        f.token_deviation_at_random,
        {"deviation": 0.01, "prompt_spread": 0.75, "output_spread": 0.75},
        0.01 * 1.25**2,
    ),
    (f.batch_deviation, {"interval": 0.04, "least": 0.01, "batch": 16}, 0.03 * 2 / 4),
    (f.batch_deviation, {"interval": 0.01, "least": 0.04, "batch": 16}, 0),
    (f.added_time, {"carrying": 0.05, "plain": 0.02}, 0.03),
    (f.added_time, {"carrying": 0.02, "plain": 0.05}, 0),
    (f.pause_deviation, {"interval": 0.02, "paused": 0.3, "preemptions": 0.5}, 0.02 * 0.3 * 2),
    (f.pause_deviation, {"interval": 0.02, "paused": 0, "preemptions": 0}, 0),
    (f.waiting_share, {"load": 0.4}, 0.4),
    (f.waiting_share, {"load": 0}, 0.001),
    (f.waiting_share, {"load": 3}, 1),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Deviations and percentiles are what plain arithmetic gives."""
    assert holds(one, given, right)


def test_wait_that_only_some_have() -> None:
    """A share of draws that are exponential, and none for the others, deviates as the formula says."""
    random, load = np.random.default_rng([1, 2]), 0.3
    drawn = np.where(random.uniform(size=400_000) < load, random.exponential(1 / load, 400_000), 0.0)
    ours = f.wait_deviation(wait=quantity(1.0, "s"), load=load)
    assert magnitude(ours, "s") == pytest.approx(drawn.std(), rel=0.01)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_percentile_of_log_normal_draws(share: float) -> None:
    """The percentile is that of draws whose mean and deviation are the given ones."""
    variance = math.log1p(0.7**2)
    drawn = np.random.default_rng(3).lognormal(-variance / 2, math.sqrt(variance), 400_000)
    ours = f.log_normal_percentile(
        mean=quantity(1.0, "s"), deviation=quantity(0.7, "s"), score=NormalDist().inv_cdf(share)
    )
    assert magnitude(ours, "s") == pytest.approx(np.quantile(drawn, share), rel=0.01)
