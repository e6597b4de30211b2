"""Energy, greenhouse gas and water by hand."""

from __future__ import annotations

from costmodel.economics.formulas import physical as f
from costmodel.formula import Formula
from tests.by_hand import cases, holds

HOURS = 365.25 * 24 / 12
"""Of a month."""


@cases(
    (f.energy_use, {"power": 1000, "servers": 2, "pue": 1.2}, 2.4 * HOURS),
    (f.grid_carbon, {"energy": 1000, "carbon_intensity": 400}, 400),
    (f.embodied_carbon_share, {"embodied_carbon": 1_200_000, "servers": 3, "lifetime": 5}, 60),
    (f.water_use, {"power": 1000, "servers": 2, "water_intensity": 1.8}, 3.6 * HOURS),
    (f.energy_per_query, {"energy": 3.6 * HOURS, "queries": 5}, 0.2),
    (f.carbon_per_query, {"carbon": 3.6 * HOURS, "queries": 5}, 0.2),
    (f.water_per_query, {"water": 3.6 * HOURS, "queries": 5}, 0.2),
    (f.energy_per_user_month, {"energy_per_query": 0.2, "queries_per_user": 16}, 0.0974),
    (f.carbon_per_user_month, {"carbon_per_query": 0.2, "queries_per_user": 16}, 0.0974),
    (f.water_per_user_month, {"water_per_query": 0.2, "queries_per_user": 16}, 0.0974),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """What a fleet takes, and a query and a user of it, are what plain arithmetic gives."""
    assert holds(one, given, right)
