"""Percentiles of latency: they rise with the share, hold the mean between them, and vanish where all are alike."""

from __future__ import annotations

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.performance.service.latency import normal_score, percentile
from costmodel.performance.service.serving import steady_state
from costmodel.performance.service.traffic import ALIKE
from costmodel.units import magnitude, quantity
from tests.performance.service.test_serving import H200, OUTPUT, PROMPT, served, setup

SHARES = (0.5, 0.75, 0.9, 0.99, 0.999)


@pytest.mark.parametrize("name", ["time_to_first_token", "time_per_output_token"])
@pytest.mark.parametrize("model", ["llama-3.1-70b", "deepseek-r1"])
def test_more_requests_are_under_a_longer_time(name: str, model: str) -> None:
    """Percentiles rise with the share, and the mean lies below the 99th."""
    result = served(setup(model, H200), 64)
    times = [magnitude(getattr(percentile(result, share), name), "s") for share in SHARES]
    assert times == sorted(times)
    assert magnitude(getattr(result, name), "s") < times[-2]


@given(share=st.floats(0.5, 0.9999))
def test_scores_are_those_of_the_normal_distribution(share: float) -> None:
    """As the standard library has them."""
    assert magnitude(normal_score(share), "1") == NormalDist().inv_cdf(share)


@pytest.mark.parametrize(("share", "counts_as"), [(0.1, 0.5), (1.0, 0.9999)])
def test_shares_beyond_the_ends_count_as_the_ends(share: float, counts_as: float) -> None:
    """Less than half and all of the requests have no percentile of their own."""
    assert normal_score(share) == normal_score(counts_as)


def test_tokens_of_requests_that_come_one_at_a_time_are_alike() -> None:
    """Without others in flight and without spreads, the slowest time per token is within a fifth."""
    alone = steady_state(setup(), PROMPT, OUTPUT, quantity(1.0), traffic=ALIKE)
    slow = percentile(alone, 0.99)
    assert magnitude(slow.time_per_output_token / alone.time_per_output_token, "1") == pytest.approx(1, abs=0.2)
