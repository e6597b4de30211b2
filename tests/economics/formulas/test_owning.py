"""What systems cost that one owns, by hand."""

from __future__ import annotations

from costmodel.economics.formulas import owning as f
from costmodel.formula import Formula
from tests.by_hand import cases, holds

MONTH = 365.25 * 24 / 12


@cases(
    (f.purchase, {"price": 300_000, "servers": 4}, 1_200_000),
    (f.network_price, {"systems": 810, "share_of_cluster_cost": 0.19}, 190),
    (f.spares_price, {"systems": 1000, "failures": 0.5, "repair_time": 14.61}, 20),
    (f.sale, {"price": 1000, "share": 0.3}, 300),
    (f.facility_value, {"price": 1000, "remaining": 60, "life": 240}, 250),
    (f.income_tax_cost, {"capital": 1000, "financing_factor": 1.06}, 60),
    (f.property_tax, {"value": 1200, "share_per_year": 0.02}, 2),
    (f.demand_charge, {"rate": 10, "power": 5000, "pue": 1.2, "servers": 3}, 180),
    (f.maintenance_cost, {"price": 1200, "servers": 3, "share_per_year": 0.05}, 15),
    (f.busy_system_power, {"peak_power": 10_000, "idle_power": 3000, "busy_power": 0.7}, 7000),
    (f.busy_system_power, {"peak_power": 10_000, "idle_power": 3000, "busy_power": 0.2}, 3000),
    (f.power_with_network, {"power": 1000, "network_power": 0.15}, 1150),
    (f.yearly_per_accelerator, {"servers": 3, "accelerators": 8, "per_year": 1200}, 2400),
    (f.mean_power, {"idle_power": 300, "peak_power": 1000, "utilization": 0.8}, 860),
    (f.energy_cost, {"power": 1000, "servers": 2, "pue": 1.2, "electricity_price": 0.1}, 0.24 * MONTH),
    (f.facility_price, {"facility_cost": 12, "peak_power": 10_000, "servers": 2}, 240_000),
    (f.power_based_cost, {"rent": 150, "peak_power": 10_000, "servers": 2}, 3000),
    (f.systems_needed, {"accelerators": 17, "unit": 16, "per_system": 8}, 4),
    (f.systems_needed, {"accelerators": 16.0000001, "unit": 16, "per_system": 8}, 4),
    (f.systems_needed, {"accelerators": 16.000000001, "unit": 16, "per_system": 8}, 2),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Prices, power, taxes and yearly costs are what plain arithmetic gives, on both sides of each limit."""
    assert holds(one, given, right)
