"""From a wafer to a good die by hand."""

from __future__ import annotations

from math import exp, pi

from costmodel.economics.formulas import silicon as f
from costmodel.formula import Formula
from tests.by_hand import cases, holds

DEFECTS = {"area": 800, "defect_density": 0.1}
"""0.8 of them expected on a die."""


@cases(
    (f.area_with_scribe, {"area": 400, "scribe": 0.1}, 20.1 * 20.1),
    (f.gross_dies, {"pitch_area": 800, "diameter": 300, "edge_loss": 3}, pi * 147**2 / 800 - pi * 294 / 40),
    (f.yield_negative_binomial, {**DEFECTS, "clustering": 2}, 1.4**-2),
    (f.yield_poisson, DEFECTS, exp(-0.8)),
    (f.yield_murphy, DEFECTS, ((1 - exp(-0.8)) / 0.8) ** 2),
    (f.yield_murphy, {"area": 800, "defect_density": 0}, 1),
    (f.yield_seeds, DEFECTS, 1 / 1.8),
    (f.sold_share, {"perfect": 0.6, "salvage": 0.5}, 0.8),
    (f.raw_die_cost, {"wafer_price": 12_000, "gross_dies": 60}, 200),
    (f.good_die_cost, {"raw_die_cost": 200, "sold": 0.8}, 250),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Dies, yields and costs are what plain arithmetic gives."""
    assert holds(one, given, right)
