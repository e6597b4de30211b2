"""Collectives of one scale-up domain by hand."""

from __future__ import annotations

from costmodel.formula import Formula
from costmodel.performance.formulas import all_reduce as f
from tests.by_hand import cases, holds

TIMES = {"library": 5e-5, "own": 2e-5}


@cases(
    (f.collective_traffic, {"rounds": 2, "data": 8e6, "ways": 8, "copied": 0.5}, (1.75 + 0.5) * 8e6),
    (f.collective_rate, {"link_bandwidth": 450e9, "efficiency": 0.8, "ways": 8, "contention": 0.5}, 360e9),
    (f.collective_rate, {"link_bandwidth": 50e9, "efficiency": 0.8, "ways": 8, "contention": 0.5}, 20e9),
    (f.collective_rate, {"link_bandwidth": 50e9, "efficiency": 0.8, "ways": 1, "contention": 0.5}, 40e9),
    (f.collective_launch, {"latency": 9000, "clock": 1.8e9, "dies": 4, "crossing": 0.5}, 1e-5),
    (f.collective_hops, {"rounds": 2, "ways": 8, "chained": 0.5}, 1 + 0.5 * 13),
    (f.collective_hops, {"rounds": 1, "ways": 1, "chained": 0.5}, 1),
    (f.collective_start, {"launch": 1e-5, "hop": 1e-6, "hops": 7}, 1.7e-5),
    (f.chunked_time, {"start": 4e-6, "traffic": 9e5, "rate": 1e11, "filling": 0.5}, 4e-6 + 9e-6 + 0.5 * 6e-6),
    (f.direct_time, {"start": 5e-6, "hop": 1e-6, "data": 1e4, "ways": 8, "rate": 1e10}, 5e-6 + 1e-6 + 7e-6 / 4),
    (f.direct_time, {"start": 5e-6, "hop": 1e-6, "data": 1e3, "ways": 8, "rate": 1e10}, 5e-6 + 7e-7),
    (f.collective_kernel_time, {**TIMES, "direct": 1, "between_two": 0, "ways": 8, "link_bandwidth": 450e9}, 2e-5),
    (f.collective_kernel_time, {**TIMES, "direct": 0, "between_two": 0, "ways": 8, "link_bandwidth": 450e9}, 5e-5),
    (f.collective_kernel_time, {**TIMES, "direct": 1, "between_two": 0, "ways": 8, "link_bandwidth": 50e9}, 5e-5),
    (f.collective_kernel_time, {**TIMES, "direct": 1, "between_two": 0, "ways": 1, "link_bandwidth": 450e9}, 0),
    (f.collective_kernel_time, {**TIMES, "direct": 1, "between_two": 1, "ways": 2, "link_bandwidth": 32e9}, 2e-5),
    (f.collective_kernel_time, {**TIMES, "direct": 1, "between_two": 1, "ways": 4, "link_bandwidth": 32e9}, 5e-5),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Traffic, rates and times are what plain arithmetic gives, over links and over the host."""
    assert holds(one, given, right)
