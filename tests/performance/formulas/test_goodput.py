"""Goodput by hand."""

from __future__ import annotations

from math import e, sqrt

from costmodel.formula import Formula
from costmodel.performance.formulas import goodput as f
from tests.by_hand import cases, holds


@cases(
    (f.interruptions_of_run, {"per_accelerator": 0.5, "accelerators": 17532, "taken": 0.5}, 1.5),
    (f.systems_taken, {"interruptions": 0.01, "systems": 128}, 1.28),
    (f.checkpoint_time, {"parameters": 1e11, "each": 14, "bandwidth": 1e8, "accelerators": 1000}, 14),
    (f.young_daly_interval, {"checkpoint_time": 18, "interruptions": 1}, 360),
    (f.young_daly_interval, {"checkpoint_time": 18, "interruptions": 0}, sqrt(36 * 3.6e12)),
    (
        f.share_after_interruptions,
        {"interval": 3000, "checkpoint_time": 600, "restart_time": 3600, "interruptions": 1},
        3000 / 3600 / (e - 1) / e,
    ),
    (f.computed_goodput, {"after_interruptions": 0.9, "stragglers": 0.25, "evaluation": 0.5, "warm_up": 0.5}, 0.18),
    (f.interruptions_expected, {"interruptions": 0.5, "duration": 10}, 120),
    (f.accelerator_hours, {"duration": 2, "accelerators": 1000}, 48_000),
    (f.given_goodput, {"goodput": 0.9}, 0.9),
    (f.given_utilization, {"utilization": 0.4}, 0.4),
)
def test_formula_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Each formula gives what plain arithmetic gives."""
    assert holds(one, given, right)
