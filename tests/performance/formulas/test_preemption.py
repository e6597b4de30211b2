"""Requests whose cache does not fit, by hand."""

from __future__ import annotations

from costmodel.formula import Formula
from costmodel.performance.formulas import preemption as f
from tests.by_hand import cases, holds

WAITING = {"output": 401, "per_token": 0.02, "first": 2, "rounds": 5}


@cases(
    (f.wait_for_memory, {**WAITING, "concurrency": 60, "admitted": 20, "paused": 0.5}, 1.5 * 10 * 0.9),
    (f.wait_for_memory, {**WAITING, "concurrency": 20, "admitted": 20, "paused": 0.5}, 0),
    (f.paused_share, {"prompt": 1000, "output": 400, "concurrency": 99, "fits": 20, "lost": 0.5, "most": 0.9}, 0.2),
    (f.paused_share, {"prompt": 1000, "output": 400, "concurrency": 22, "fits": 20, "lost": 0.5, "most": 0.9}, 0.09),
    (f.paused_share, {"prompt": 1000, "output": 400, "concurrency": 9, "fits": 20, "lost": 0.5, "most": 0.9}, 0),
    (f.preemptions, {"paused": 0.25, "lost": 0.5}, 0.4),
    (f.tokens_read, {"prompt": 1000, "output": 400, "preemptions": 0.4, "lost": 0.5}, 1000 + 0.4 * 1200),
    (f.time_with_pauses, {"interval": 0.02, "paused": 0.25}, 0.025),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Waits, pauses and tokens are what plain arithmetic gives."""
    assert holds(one, given, right)
