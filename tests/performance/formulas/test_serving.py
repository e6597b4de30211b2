"""Continuous batching by hand."""

from __future__ import annotations

from costmodel.formula import Formula
from costmodel.performance.formulas import serving as f
from tests.by_hand import cases, holds


@cases(
    (f.per_query, {"tokens": 1500}, 1500),
    (f.steps_until_taken, {"interval": 10, "hold": 30, "starts": 0.1}, 5 + 30 * 2.5 / 4),
    (f.steps_until_taken, {"interval": 10, "hold": 30, "starts": 0}, 35),
    (f.steps_until_sent, {"steps": 3, "group": 30, "share": 0.5}, 18),
    (f.new_tokens, {"prompt": 1000, "cached_share": 0.25}, 750),
    (f.new_tokens, {"prompt": 1000, "cached_share": 0}, 1000),
    (f.new_tokens, {"prompt": 1000, "cached_share": 1}, 1),
    (f.prompts_per_step, {"batch": 64, "output": 400}, 0.16),
    (f.prefill_burst, {"prompt": 500, "starts": 0.2, "chunk": 2048}, 500),
    (f.prefill_burst, {"prompt": 500, "starts": 3, "chunk": 2048}, 1500),
    (f.prefill_burst, {"prompt": 500, "starts": 30, "chunk": 2048}, 2048),
    (f.prefill_burst, {"prompt": 9000, "starts": 0.1, "chunk": 2048}, 2048),
    (f.prefill_burst, {"prompt": 0.5, "starts": 0.1, "chunk": 2048}, 1),
    (f.prefill_share, {"prompt": 500, "starts": 0.2, "burst": 250}, 0.4),
    (f.host_time, {"step": 0.003, "sequence": 1e-5, "batch": 100}, 0.004),
    (
        f.mixed_step_interval,
        {"plain": 0.010, "mixed": 0.050, "share": 0.25, "host": 0.002, "prompt_overhead": 0.006},
        0.75 * 0.010 + 0.25 * (0.050 + 0.006) + 0.002,
    ),
    (
        f.mixed_step_interval,
        {"plain": 0.010, "mixed": 0.050, "share": 3, "host": 0.002, "prompt_overhead": 0.006},
        3 * 0.056 + 0.002,
    ),
    (
        f.separate_step_interval,
        {"plain": 0.010, "alone": 0.050, "share": 0.25, "host": 0.002, "prompt_overhead": 0.006},
        0.010 + 0.25 * 0.056 + 0.002,
    ),
    (f.prompt_time, {"prompt": 5000, "burst": 2000, "carrying": 0.1, "prompt_overhead": 0.02}, 2.5 * 0.12),
    (f.prompt_time, {"prompt": 500, "burst": 2000, "carrying": 0.1, "prompt_overhead": 0.02}, 0.12),
    (
        f.time_to_first_token,
        {"prompt_time": 0.3, "wait": 0.05, "interval": 0.02, "steps": 1.5, "request_overhead": 0.007},
        0.3 + 0.05 + 0.03 + 0.007,
    ),
    (f.steady_batch, {"admitted": 30, "output": 401, "per_token": 0.02, "first": 4}, 30 * 8 / 12),
    (f.steady_batch, {"admitted": 1, "output": 400, "per_token": 0.02, "first": 4}, 1),
    (f.admitted, {"concurrency": 64, "fits": 50}, 50),
    (f.admitted, {"concurrency": 40, "fits": 50}, 40),
    (f.expected_time, {"time": 0.2, "error": 1.3}, 0.26),
    (
        f.output_rate,
        {"concurrency": 64, "per_token": 0.02, "first": 4, "output": 401, "accelerators": 8},
        64 * 401 / 12 / 8,
    ),
    (f.output_rate, {"concurrency": 64, "per_token": 0.02, "first": 4, "output": 1, "accelerators": 8}, 64 / 4 / 8),
    (f.query_rate, {"output_rate": 800, "output": 400}, 2),
    (f.residence_time, {"first": 4, "per_token": 0.02, "output": 401}, 12),
    (f.residence_time, {"first": 4, "per_token": 0.02, "output": 1}, 4),
    (f.time_between_tokens, {"per_token": 0.025, "output": 2}, 0.025),
    (f.time_between_tokens, {"per_token": 0.025, "output": 1}, 0),
    (f.user_rate, {"per_token": 0.025, "first": 0.5, "output": 200}, 40),
    (f.user_rate, {"per_token": 0.0, "first": 0.5, "output": 1}, 2),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Steps, times and rates are what plain arithmetic gives, on both sides of each limit."""
    assert holds(one, given, right)
