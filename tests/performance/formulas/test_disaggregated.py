"""Readers and writers by hand."""

from __future__ import annotations

from costmodel.formula import Formula
from costmodel.performance.formulas import disaggregated as f
from tests.by_hand import cases, holds

BALANCE = {"batch": 64, "output": 400, "per_token": 0.02, "interval": 0.1}
"""Eight prompts a second are needed, of which one reader makes ten."""


@cases(
    (f.cache_transfer_time, {"cache": 1e9, "bandwidth": 5e10}, 0.02),
    (f.reading_interval, {"prompt_time": 0.4, "groups": 4, "transfer": 0.02}, 0.1),
    (f.reading_interval, {"prompt_time": 0.4, "groups": 4, "transfer": 0.2}, 0.2),
    (f.reading_queue, {"interval": 0.1, "load": 0.8, "arrival_spread": 1, "spread": 0.5}, 0.1 * 4 * 1.25 / 2),
    (f.reading_queue, {"interval": 0.1, "load": 0, "arrival_spread": 1, "spread": 0.5}, 0),
    (f.reading_and_moving, {"prompt_time": 0.4, "transfer": 0.02}, 0.42),
    (f.readers_per_writer, {**BALANCE, "load": 0.5}, 1.6),
    (f.reading_load, {**BALANCE, "readers": 1.6}, 0.5),
    (
        f.output_rate_of_all,
        {"batch": 64, "per_token": 0.02, "writers": 8, "readers": 2, "reader": 4},
        3200 / 16,
    ),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Waits and the balance of readers and writers are what plain arithmetic gives."""
    assert holds(one, given, right)
