"""Percentiles of a steady state."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist

import pytest

from costmodel.performance.service.latency import normal_score, percentile
from costmodel.performance.service.serving import steady_state
from costmodel.performance.service.traffic import ALIKE
from costmodel.units import magnitude, quantity
from tests.performance.service.test_serving import H100, OUTPUT, PROMPT, setup

NEVER = replace(ALIKE, arrival_spread=quantity(0.0))


@pytest.mark.parametrize(("share", "score"), [(0.5, 0), (0.8413447461, 1), (0.9772498681, 2), (0.99, 2.3263478740)])
def test_scores_are_those_of_tables(share: float, score: float) -> None:
    """Half lies below the mean, 84.1% below a deviation more, 97.7% below two."""
    assert magnitude(normal_score(share), "1") == pytest.approx(score, abs=1e-8)


def test_shares_outside_are_cut() -> None:
    """Below the median, and above 99.99%, the assumptions say nothing."""
    assert magnitude(normal_score(0.1), "1") == 0
    assert magnitude(normal_score(1.0), "1") == pytest.approx(NormalDist().inv_cdf(0.9999))


@pytest.mark.parametrize("framework", ["vllm", "trtllm", "sglang"])
@pytest.mark.parametrize("concurrency", [1, 32, 400])
def test_percentiles_never_fall(framework: str, concurrency: float) -> None:
    """A larger share takes at least as long, from the median to the highest."""
    result = steady_state(setup(framework=framework), PROMPT, OUTPUT, quantity(concurrency))
    for name in ("time_to_first_token", "time_per_output_token"):
        found = [magnitude(getattr(percentile(result, share), name), "s") for share in (0.5, 0.8, 0.9, 0.95, 0.99)]
        assert found == sorted(found)
        assert found[0] > 0


def test_the_median_is_below_the_mean() -> None:
    """Latencies have a long tail to one side."""
    result = steady_state(setup(), PROMPT, OUTPUT, quantity(64.0))
    assert percentile(result, 0.5).time_to_first_token <= result.time_to_first_token
    assert percentile(result, 0.5).time_per_output_token <= result.time_per_output_token


def test_time_per_token_by_hand() -> None:
    """Log-normal around the mean, with the deviation of steps that carry prompts at random."""
    result = steady_state(setup(), PROMPT, OUTPUT, quantity(32.0), traffic=ALIKE)
    times = result.times
    level = magnitude(result.flow.setup.level, "1")
    mean, added = (magnitude(t, "s") for t in (times.per_token, times.carrying - times.plain))
    deviation = added * math.sqrt(magnitude(times.share, "1") / 500)
    variance = math.log(1 + (deviation / mean) ** 2)
    wanted = level * mean * math.exp(NormalDist().inv_cdf(0.9) * math.sqrt(variance) - variance / 2)
    assert magnitude(percentile(result, 0.9).time_per_output_token, "s") == pytest.approx(wanted, rel=1e-9)


def test_a_wrong_model_is_wrong_in_its_tail_too() -> None:
    """A factor on all times is a factor on every percentile."""
    plain, slower = (
        percentile(steady_state(setup(chip=H100, **changes), PROMPT, OUTPUT, quantity(16.0)), 0.99)
        for changes in ({}, {"model_error": quantity(1.3)})
    )
    for name in ("time_to_first_token", "time_per_output_token"):
        assert magnitude(getattr(slower, name) / getattr(plain, name), "1") == pytest.approx(1.3)


@pytest.mark.parametrize("framework", ["vllm", "trtllm", "sglang"])
@pytest.mark.parametrize("output", [100.0, 1000.0])
def test_a_lone_request_has_no_tail(framework: str, output: float) -> None:
    """Where all are alike, one in flight waits for no other: its 99th percentile is near its mean, and above it."""
    result = steady_state(setup(framework=framework), PROMPT, quantity(output), quantity(1.0), traffic=ALIKE)
    tail = magnitude(percentile(result, 0.99).time_to_first_token / result.time_to_first_token, "1")
    assert 1 <= tail < 1.6
