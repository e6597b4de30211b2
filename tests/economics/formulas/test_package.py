"""From good dies to a package by hand."""

from __future__ import annotations

from costmodel.economics.formulas import package as f
from costmodel.formula import Formula
from tests.by_hand import cases, holds


@cases(
    (f.area_of_each, {"total": 1600, "count": 2}, 800),
    (f.dies_cost, {"good_die_cost": 150, "count": 2}, 300),
    (f.memory_cost, {"capacity": 80e9, "price": 12}, 960),
    (f.stacks, {"capacity": 80e9, "stack_capacity": 16}, 5),
    (f.interposer_area, {"dies": 800, "stacks": 6, "stack_area": 100, "area_scale": 1.1}, 1540),
    (f.substrate_cost, {"area": 3000, "price": 0.02}, 60),
    (f.auxiliary_cost, {"power": 700, "price": 0.1}, 70),
    (f.assembly_loss, {"parts": 950, "assembly_yield": 0.95}, 50),
    (f.partner_margin_cost, {"cost": 600, "margin": 0.4}, 400),
    (f.cost_per_accelerator, {"package": 3000, "packages": 2}, 1500),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Areas, parts, loss and margin are what plain arithmetic gives."""
    assert holds(one, given, right)
