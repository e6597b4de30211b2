"""Batches without arrivals by hand."""

from __future__ import annotations

from costmodel.formula import Formula
from costmodel.performance.formulas import offline as f
from tests.by_hand import cases, holds

BATCH = {"prompt": 500, "burst": 2000, "carrying": 0.1, "side": 2, "stages": 4, "step_overhead": 0.007}


@cases(
    (f.batch_prompt_time, {**BATCH, "batch": 16}, (4 * 2 + 3) / 4 * 0.1 + 0.007),
    (f.batch_prompt_time, {**BATCH, "batch": 1}, (2 + 3) / 4 * 0.1 + 0.007),
    (f.batch_writing_time, {"step": 0.02, "host": 0.003, "output": 101}, 2.3),
    (f.batch_writing_time, {"step": 0.02, "host": 0.003, "output": 0.5}, 0),
    (f.batch_burst, {"batch": 3, "prompt": 500, "chunk": 2048}, 1500),
    (f.batch_burst, {"batch": 9, "prompt": 500, "chunk": 2048}, 2048),
    (f.batch_burst, {"batch": 0.001, "prompt": 500, "chunk": 2048}, 1),
    (f.saturated_rate, {"batch": 64, "per_token": 0.02, "accelerators": 8}, 400),
    (f.load_under_limit, {"limit": 2, "prompt_time": 0.5, "tail": 3, "most": 0.9}, 0.5),
    (f.load_under_limit, {"limit": 2, "prompt_time": 0.01, "tail": 3, "most": 0.9}, 0.9),
    (f.load_under_limit, {"limit": 2, "prompt_time": 4, "tail": 3, "most": 0.9}, 1 / 21),
    (f.rate_under_limit, {"rate": 400, "share": 0.75, "per_token": 0.02, "limit": 0.02}, 300),
    (f.rate_under_limit, {"rate": 400, "share": 0.75, "per_token": 0.03, "limit": 0.02}, 300 * 16 / 81),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Times and rates are what plain arithmetic gives, on both sides of each limit."""
    assert holds(one, given, right)
