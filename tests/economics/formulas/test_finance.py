"""Rates, taxes and levelised cost by hand."""

from __future__ import annotations

from math import inf, log

from costmodel.economics.formulas import finance as f
from costmodel.formula import Formula
from tests.by_hand import cases, holds

CAPITAL = {
    "nominal_return_on_equity": 0.12,
    "nominal_debt_rate": 0.06,
    "debt_share": 0.4,
    "tax_rate": 0.25,
    "inflation": 0.02,
}
SCHEDULE = (0.2, 0.32, 0.192, 0.1152, 0.1152, 0.0576)


@cases(
    (f.annuity, {"real_discount_rate": 0.1, "lifetime": 2}, 0.1 / (1 - 1.1**-2)),
    (f.annuity, {"real_discount_rate": -0.5, "lifetime": 2}, 0.5 / 3),
    (f.annuity, {"real_discount_rate": 0, "lifetime": 4}, 0.25),
    (f.annuity, {"real_discount_rate": 1e-14, "lifetime": 4}, 0.25),
    (f.annuity, {"real_discount_rate": 0.08, "lifetime": inf}, 0.08),
    (f.annuity, {"real_discount_rate": -0.08, "lifetime": inf}, 0),
    (f.straight_line, {"lifetime": 5}, 0.2),
    (f.price_performance, {"decline": 0.5}, 0.5 * log(10)),
    (f.yearly_fall, {"decline": 0.5}, 1 - 10**-0.5),
    (f.nominal_discount_rate, {"real_discount_rate": 0.05, "inflation": 0.02}, 0.071),
    (f.real_discount_rate, {"nominal_discount_rate": 0.071, "inflation": 0.02}, 0.05),
    (f.weighted_cost_of_capital, CAPITAL, 1.09 / 1.02 - 1),
    (f.project_financing_factor, {"tax_rate": 0.25, "tax_shield": 0.8}, 0.8 / 0.75),
    (f.bonus_tax_shield, {"nominal_discount_rate": 0.25}, 0.8),
    (f.macrs_tax_shield, {"nominal_discount_rate": 0}, 1),
    (f.macrs_tax_shield, {"nominal_discount_rate": 1}, sum(part / 2**year for year, part in enumerate(SCHEDULE, 1))),
    (f.straight_line_tax_shield, {"nominal_discount_rate": 0.1, "lifetime": 2}, (1 / 1.1 + 1 / 1.21) / 2),
)
def test_by_hand(one: Formula, given: dict[str, float], right: float) -> None:
    """Rates and shields are what plain arithmetic gives, special cases too."""
    assert holds(one, given, right)
