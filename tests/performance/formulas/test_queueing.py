"""Queues of prompts by hand."""

from __future__ import annotations

import math

from costmodel.formula import Formula
from costmodel.performance.formulas import queueing as f
from tests.by_hand import cases, holds

OPEN = {"service": 0.04, "alone": 0.05, "arrival_spread": 1, "spread": 0.5}


@cases(
    (f.length_when_met, {"length": 400, "spread": 0.5}, 500),
    (f.length_when_met, {"length": 400, "spread": 0}, 400),
    (f.full_pass_tokens, {"prompt": 500, "waiting": 3, "chunk": 2048}, 1500),
    (f.full_pass_tokens, {"prompt": 500, "waiting": 9, "chunk": 2048}, 2048),
    (f.full_pass_tokens, {"prompt": 0.1, "waiting": 2, "chunk": 2048}, 1),
    (f.service_time, {"passes": 0.25, "full_pass": 0.1}, 0.025),
    (f.burst_wait, {"service": 0.02, "waiting": 10, "full_pass": 0.08, "alone": 0.03}, (0.2 + 0.08) / 2 - 0.03),
    (f.burst_wait, {"service": 0.02, "waiting": 10, "full_pass": 0.03, "alone": 0.08}, (0.2 + 0.08) / 2 - 0.08),
    (f.burst_wait, {"service": 0.02, "waiting": 1, "full_pass": 0.02, "alone": 0.08}, 0),
    (f.writing_time, {"output": 400, "per_token": 0.02}, 8),
    (
        f.arrivals_period,
        {"writing": 8, "service": 0.02, "waiting": 20, "spread": 0.1, "rounds": 2},
        math.sqrt(0.4**2 + 12 * 0.8**2),
    ),
    (f.arrivals_period, {"writing": 8, "service": 0.02, "waiting": 20, "spread": 0.1, "rounds": 1e9}, 8),
    (f.crowding, {"writing": 8, "period": 2}, 4),
    (f.steps_in, {"time": 2, "interval": 0.02}, 100),
    (f.carrying_steps, {"starts": 0.1, "passes": 1.5, "crowding": 4}, 0.6),
    (f.carrying_steps, {"starts": 0.1, "passes": 1.5, "crowding": 40}, 1),
    (f.crowded_load, {"load": 0.1, "crowding": 4}, 0.4),
    (f.crowded_load, {"load": 0.1, "crowding": 40}, 1),
    (f.time_alone, {"passes": 1.5, "carrying": 0.04}, 0.06),
    (f.service_passes, {"prompt": 500, "tokens": 2000}, 0.25),
    (f.passes_alone, {"prompt": 5000, "burst": 2000}, 2.5),
    (f.passes_alone, {"prompt": 500, "burst": 2000}, 1),
    (
        f.passes_waited,
        {"waiting": 12, "service": 0.5, "alone": 3, "period": 15, "spread": 1},
        (math.sqrt(10**2 + 4 * 11 * 0.5 * 2.5) - 10) / 2,
    ),
    (f.passes_waited, {"waiting": 1, "service": 0.5, "alone": 3, "period": 15, "spread": 1}, 0),
    (f.mixed_wait, {"passes": 1.5, "carrying": 0.04, "running": 0.01}, 0.07),
    (f.running_wait, {"share": 0.6, "load": 0.4, "carrying": 0.05, "way": 0.02}, 0.6 * 0.03 + 0.4 * 0.01),
    (f.running_wait, {"share": 0.6, "load": 0.4, "carrying": 0.02, "way": 0.05}, 0.4 * 0.01),
    (
        f.meeting_prompts,
        {"starts": 0.1, "crowding": 4, "alone": 0.05, "plain": 0.02, "way": 0.03},
        0.4 * (1 + 1.5),
    ),
    (f.meeting_prompts, {"starts": 0.1, "crowding": 4, "alone": 0.01, "plain": 0.02, "way": 0.03}, 0.4 * 1.5),
    (f.paused_wait, {"service": 0.04, "meeting": 3, "waiting": 9}, 0.06),
    (f.paused_wait, {"service": 0.04, "meeting": 3, "waiting": 2}, 0.02),
    (f.writing_beside, {"admitted": 100, "tokens": 8000, "prompt": 1000, "output": 3}, 16),
    (f.writing_beside, {"admitted": 100, "tokens": 8000, "prompt": 1000, "output": 30}, 50),
    (f.writing_beside, {"admitted": 100, "tokens": 8000, "prompt": 1000, "output": 0.5}, 0),
    (f.prompt_rate, {"starts": 0.1, "per_token": 0.02}, 5),
    (f.prompt_load, {"rate": 5, "alone": 0.05}, 0.25),
    (f.prompt_load, {"rate": 50, "alone": 0.05}, 1),
    (f.open_wait, {"rate": 5, "waiting": 100, **OPEN}, 0.2 / 0.8 * 0.05 * 1.25 / 2),
    (f.open_wait, {"rate": 50, "waiting": 100, **OPEN}, 100 * 0.05 * 1.25 / 2),
    (f.open_wait, {"rate": 5, "waiting": 1, **OPEN}, 0.2 * 0.05 * 1.25 / 2),
    (f.wait_of_all, {"wait": 0.1, "waiting": 100, "service": 0.1, "writing": 8}, 1.9),
    (f.wait_of_all, {"wait": 0.1, "waiting": 10, "service": 0.1, "writing": 8}, 0.1),
    (f.mean_wait, {"burst": 2, "later": 0.1, "rounds": 10}, 0.2 + 0.09),
    (f.mean_wait, {"burst": 2, "later": 0.1, "rounds": 1}, 2),
    (f.together, {"count": 7}, 7),
    (f.together, {"count": 0.2}, 1),
    (f.mixed_share, {"share": 0.4}, 0.4),
    (f.mixed_share, {"share": 4}, 1),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Waits, loads and shares are what plain arithmetic gives, on both sides of each limit."""
    assert holds(one, given, right)
