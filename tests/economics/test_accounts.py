"""A lessor's year in round numbers: each line with its sign, and how far it is from what was reported."""

from __future__ import annotations

from math import e

import pytest

from costmodel.domain.lessor import LessorYear
from costmodel.economics.accounts import income_statement, reproduction
from costmodel.units import Quantity, parse

ROUND = {
    "accelerators_start": "1000 accelerator",
    "accelerators_end": f"{1000 * e!r} accelerator",
    "earning_lag": "1 year",
    "rent": "2 USD/accelerator/hour",
    "sold": "0.9",
    "cash_cost_share": "0.4",
    "installed_cost": "60000 USD/accelerator",
    "depreciation_life": "6 year",
    "debt_start": "10 MUSD",
    "debt_end": f"{10 * e!r} MUSD",
    "nominal_debt_rate": "10 percent/year",
    "reported_revenue": "8 MUSD",
    "reported_loss": "20 MUSD",
}
FURTHER = {
    "interest_capitalised": "1 MUSD",
    "fair_value_loss": "3 MUSD",
    "income_tax": "2 MUSD",
    "reported_operating_income": "-5 MUSD",
}
REVENUE = 1000 * (e - 1) / e * 2 * 0.9 * 8766
WRITTEN_OFF = 1000 * (e - 1) * 10_000
INTEREST = 1e6 * (e - 1)


def year(**further: str) -> LessorYear:
    """Return a year whose fleet and debt grow by e, with what else the file gives."""
    given: dict[str, Quantity] = {name: parse(text) for name, text in (ROUND | further).items()}
    return LessorYear(id="round", name="Round", **given)


def test_each_line_has_its_sign() -> None:
    """Revenue comes in; costs, what is written off, interest less what is capitalised, losses and tax go out."""
    found = {name: float(value.to("USD").magnitude) for name, value in income_statement(year(**FURTHER)).items()}
    assert found == pytest.approx(
        {
            "revenue": REVENUE,
            "power, sites and staff": -0.4 * REVENUE,
            "depreciation": -WRITTEN_OFF,
            "interest": 1e6 - INTEREST,
            "fair value and other": -3e6,
            "income tax": -2e6,
        },
        rel=1e-9,
    )


def test_what_is_not_given_is_nothing() -> None:
    """Without capitalised interest, losses and tax the year has those of its debt alone, to the cent."""
    found = {name: float(value.to("USD").magnitude) for name, value in income_statement(year()).items()}
    assert found["interest"] == pytest.approx(-INTEREST, rel=1e-9)
    assert abs(found["fair value and other"]) == abs(found["income tax"]) == 0.0


def test_deviations_are_shares_of_what_was_reported() -> None:
    """Operating income is revenue less its costs and what is written off; a loss deviates by its size."""
    operating = 0.6 * REVENUE - WRITTEN_OFF
    table = reproduction(year(**FURTHER))
    assert list(table.index) == ["revenue", "operating income", "net income"]
    assert table["computed"].tolist() == pytest.approx([REVENUE, operating, operating - INTEREST - 4e6], rel=1e-9)
    assert table["reported"].tolist() == [8e6, -5e6, -20e6]
    assert table.loc["net income", "deviation"] == pytest.approx((operating - INTEREST + 16e6) / 20e6, rel=1e-9)
    assert list(reproduction(year()).index) == ["revenue", "net income"]
