"""Power and energy by hand."""

from __future__ import annotations

from costmodel.formula import Formula
from costmodel.performance.formulas import power as f
from tests.by_hand import cases, holds

CHIP = {"power": 700, "idle": 0.2, "memory": 0.4, "compute": 0.6}


@cases(
    (f.used_share, {"work": 0.003, "time": 0.012}, 0.25),
    (f.used_share, {"work": 0.03, "time": 0.012}, 1),
    (f.power_draw, {**CHIP, "memory_share": 0.5, "compute_share": 0.25}, 700 * (0.2 + 0.2 + 0.15)),
    (f.power_draw, {**CHIP, "memory_share": 1, "compute_share": 1}, 700),
    (f.power_draw, {**CHIP, "memory_share": 0, "compute_share": 0}, 140),
    (f.energy_per_token, {"power": 600, "output_rate": 400}, 1.5),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Shares, watts and joules are what plain arithmetic gives."""
    assert holds(one, given, right)
