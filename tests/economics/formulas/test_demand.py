"""From users to a fleet and back by hand."""

from __future__ import annotations

from costmodel.economics.formulas import demand as f
from costmodel.formula import Formula
from tests.by_hand import cases, holds

SIZED = {"query_rate": 0.5, "replica": 8, "peak_utilization": 0.8, "maintenance": 0.25, "spare_replicas": 2}
RANKED = {"query_rate": 0.5, "occupied": 0.8, "replica": 12, "unit": 8}
MONTH = 365.25 * 24 / 12


@cases(
    (f.mean_query_rate, {"users": 86_400, "queries_per_user": 10}, 10),
    (f.peak_query_rate, {"mean": 10, "peak_to_mean": 3}, 30),
    (f.swing_of_region, {"share": 0.4, "turned": -0.5}, -0.2),
    (f.swing_together, {"cosines": 0.3, "sines": -0.4, "shares": 2}, 0.25),
    (f.swing_together, {"cosines": 0.6, "sines": 0.8, "shares": 0.5}, 1),
    (f.peak_of_week, {"day": 1.8, "week": 1.5, "together": 0.5}, 2.1),
    (f.share_of_peak, {"peak_to_mean": 4}, 0.25),
    (f.accelerators_needed, {"peak": 24, **SIZED}, 12 * 8),
    (f.accelerators_needed, {"peak": 24.1, **SIZED}, 13 * 8),
    (f.accelerators_held, {"accelerators": 60, "occupied": 0.75}, 80),
    (f.systems_held, {"systems": 10, "spare": 2}, 12),
    (f.accelerators_paid, {"peak": 20, **RANKED}, 50),
    (f.accelerators_paid, {"peak": 2, **RANKED}, 16),
    (f.utilization, {"mean": 10, "query_rate": 0.5, "servers": 4, "per_system": 8}, 0.625),
    (f.utilization, {"mean": 20, "query_rate": 0.5, "servers": 4, "per_system": 8}, 1),
    (f.cost_per_query, {"fleet_cost": MONTH * 36, "queries": 2}, 0.005),
    (f.cost_per_token, {"cost_per_query": 0.01, "output_tokens": 500}, 20),
    (f.cost_per_user_month, {"cost_per_query": 0.01, "queries_per_user": 16}, 4.87),
    (f.margin_per_user_month, {"price": 10, "cost": 12}, -2),
    (f.cost_per_training_run, {"fleet_cost": 30_437.5, "duration": 20, "utilization": 0.8}, 25_000),
    (f.retraining_per_month, {"cost_per_run": 900, "runs_per_year": 4, "failed_share": 0.25}, 400),
    (f.cost_per_token_trained, {"fleet_cost": MONTH * 36, "tokens": 5000}, 2),
    (f.equivalent_accelerators, {"accelerators": 10, "reference_peak": 3, "peak": 6}, 5),
    (f.cost_per_accelerator_hour, {"fleet_cost": MONTH * 10, "accelerators": 8, "utilization": 0.5}, 2.5),
    (
        f.accelerators_for_budget,
        {"budget": 8766 * 40, "cost_per_accelerator_hour": 2, "duration": 2.5, "utilization": 0.8},
        10,
    ),
    (f.accelerators_for_budget, {"budget": 50, "cost_per_accelerator_hour": 0, "duration": 1, "utilization": 1}, 1e30),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Loads, systems and unit costs are what plain arithmetic gives, on both sides of each limit."""
    assert holds(one, given, right)
