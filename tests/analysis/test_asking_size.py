"""Limits of latency as they are written."""

from __future__ import annotations

from typing import Any

import pytest

from costmodel.analysis.asking_size import limits_of, size
from costmodel.analysis.replica_rate import Limit
from costmodel.errors import CostModelError

FIRST, EACH = "time_to_first_token", "time_per_output_token"


def test_limits_are_on_average_or_for_a_share_of_requests() -> None:
    """From the median on, with parts of a percent; what is not given is none."""
    written = {"ttft": "2 s", "ttft_p50": 1.0, "tpot_p99.5": "40 ms", "tpot": None}
    assert limits_of(written) == (Limit(FIRST, 2.0), Limit(FIRST, 1.0, 0.5), Limit(EACH, 0.04, 0.995))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"ttft_p49": 1.0}, "ttft_p49"),
        ({"ttft_p9": 1.0}, "ttft_p9"),
        ({"ttft": 0.0}, "must be above 0 s"),
        ({"ttft": None}, "at least one"),
    ],
)
def test_what_is_no_limit_is_named(written: dict[str, float | None], said: str) -> None:
    """Percentiles below the median, times of nothing, and nothing at all."""
    with pytest.raises(CostModelError, match=said):
        limits_of(written)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"spare": -1}, "spare is a .*number from 0 to 1e.06"),
        ({"spare": 1_000_001}, "spare is a .*number from 0 to 1e.06"),
        ({"spare": 0}, "vllm"),
        ({"spare": 1_000_000}, "vllm"),
        ({"peak_to_mean": 0.999}, "peak_to_mean is a number from 1 to 1000"),
        ({"peak_to_mean": 1000.1}, "peak_to_mean is a number from 1 to 1000"),
        ({"peak_to_mean": 1}, "vllm"),
        ({"peak_to_mean": 1000}, "vllm"),
    ],
)
def test_spares_and_peaks_have_bounds(given: dict[str, Any], said: str) -> None:
    """Both ends are taken: what is wrong then is the software, which comes next."""
    with pytest.raises(CostModelError, match=said):
        size("llama-3.1-8b", "purchase/hgx-h100", framework="vlm", **given)
