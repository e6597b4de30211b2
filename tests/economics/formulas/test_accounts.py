"""A year of accounts by hand."""

from __future__ import annotations

from math import e, log

from costmodel.economics.formulas import accounts as f
from costmodel.formula import Formula
from tests.by_hand import cases, holds


@cases(
    (f.mean_fleet, {"start": 100, "end": 100 * e, "lag": 0}, 100 * (e - 1)),
    (f.mean_fleet, {"start": 100, "end": 100 * e, "lag": 2}, 100 * (e - 1) * e**-2),
    (f.mean_fleet, {"start": 300, "end": 100, "lag": 0}, 200 / log(3)),
    (f.mean_fleet, {"start": 100, "end": 100, "lag": 1}, 100),
    (f.mean_debt, {"start": 10, "end": 10 * e}, 10 * (e - 1)),
    (f.mean_debt, {"start": 30, "end": 10}, 20 / log(3)),
    (f.mean_debt, {"start": 10, "end": 10}, 10),
    (f.rent_revenue, {"accelerators": 10, "rent": 2, "sold": 0.5}, 10 * 8766),
    (f.fleet_depreciation, {"accelerators": 10, "installed_cost": 30_000, "lifetime": 6}, 50_000),
    (f.written_off, {"amount": 2400, "lifetime": 4}, 50),
    (f.grown, {"amount": 100, "growth": 0.5, "years": 2}, 225),
    (f.grown, {"amount": 100, "growth": -0.5, "years": 3}, 12.5),
    (f.first_year, {"result": 1, "year": 2026, "later": 2030}, 2026),
    (f.first_year, {"result": 0, "year": 2026, "later": 2030}, 2030),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Means of what grows in ratio, growth and the first year above zero are what plain arithmetic gives."""
    assert holds(one, given, right)
