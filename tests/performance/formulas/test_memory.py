"""Bytes on one accelerator by hand."""

from __future__ import annotations

from costmodel.formula import Formula
from costmodel.performance.formulas import memory as f
from tests.by_hand import cases, holds


@cases(
    (f.weight_memory, {"weights": 7e9, "bytes_per_weight": 0.5}, 3.5e9),
    (f.cache_per_token, {"elements": 2048, "bytes_per_element": 2, "ways": 8, "index": 128}, 512 + 128),
    (f.attended_tokens, {"layers": 30, "context": 1000, "limit": 128}, 3840),
    (f.attended_tokens, {"layers": 30, "context": 100, "limit": 128}, 3000),
    (f.cached_tokens, {"prompt": 1000, "output": 400, "reserved": 0.5}, 1200),
    (f.scaled_weight, {"value": 0.5, "scale": 2, "zero": 0.5, "group": 128}, 0.5 + 2.5 / 128),
    (f.usable_capacity, {"stated": 80e9, "factor": 1.073741824}, 80 * 2**30),
    (f.memory_for_cache, {"capacity": 80e9, "weights": 35e9, "reserve": 0.1, "share": 0.9}, 0.9 * (72e9 - 35e9)),
    (f.memory_for_cache, {"capacity": 80e9, "weights": 82e9, "reserve": 0.1, "share": 0.9}, -9e9),
    (f.requests_that_fit, {"free": 33e9, "per_sequence": 3e9}, 11),
    (f.requests_that_fit, {"free": -9e9, "per_sequence": 3e9}, 1),
    (f.memory_in_use, {"weights": 35e9, "per_sequence": 3e9, "admitted": 4}, 47e9),
    (f.sharing_ways, {"tensor_parallel": 16, "heads": 8}, 8),
    (f.sharing_ways, {"tensor_parallel": 4, "heads": 8}, 4),
    (f.held_weights, {"split": 800, "grouped": 60, "replicated": 7, "ways": 16, "group_ways": 4}, 50 + 15 + 7),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Weights, cache and what fits are what plain arithmetic gives."""
    assert holds(one, given, right)
