"""A company's year by hand: lines, capital, and the years after it."""

from __future__ import annotations

from math import inf
from types import SimpleNamespace
from typing import Any

import pytest

from costmodel.analysis.accounts import FIRST, _rows, capital_of, company_of, lines_of, told, year_text, years_ahead
from costmodel.analysis.opening import load
from costmodel.errors import MissingData
from costmodel.units import parse
from tests.figures import costs_of, interval

YEAR = {
    "revenue_per_month": "10 USD/month",
    "total_per_month": "4 USD/month",
    "further_cost_staff": "3 USD/month",
    "cost_per_month": "7 USD/month",
    "result_per_month": "3 USD/month",
}
CAPITAL = {"capital": "30 USD", "capital_land": "12 USD", "capital_of_year": "42 USD"}
BANDS: Any = {("one", name): interval(text, text, f"2{text}") for name, text in {**YEAR, **CAPITAL}.items()}


def test_lines_and_capital_go_by_the_names_of_figures() -> None:
    """Revenue first, then costs, then the result; what is bought is part of the capital where an offer buys."""
    one = costs_of({**YEAR, **CAPITAL})
    assert list(lines_of(one).items()) == [
        ("revenue", "revenue_per_month"),
        ("compute", "total_per_month"),
        ("staff", "further_cost_staff"),
        ("cost", "cost_per_month"),
        ("result", "result_per_month"),
    ]
    bought = {"capital: compute": "capital", "capital: land": "capital_land", "capital": "capital_of_year"}
    assert capital_of(one) == bought
    assert capital_of(costs_of(YEAR)) == {}
    assert told(one) == (*YEAR, "capital", "capital_land", "capital_of_year")


def test_a_year_is_twelve_months_of_each_line() -> None:
    """120 in, 48 and 36 out, 36 left; the capital is the sum of its parts; what is reported stands beside both."""
    accounts: Any = SimpleNamespace(reported_cost=parse("90 USD/year"), reported_capital=parse("50 USD"))
    rows = {str(row["line"]): row for row in _rows(accounts, 2050, "one", costs_of({**YEAR, **CAPITAL}), BANDS)}
    values = {line: row["value"] for line, row in rows.items()}
    assert values == {
        "revenue": 120.0,
        "compute": 48.0,
        "staff": 36.0,
        "cost": 84.0,
        "result": 36.0,
        "reported cost": 90.0,
        "capital: compute": 30.0,
        "capital: land": 12.0,
        "capital": 42.0,
        "reported capital": 50.0,
    }
    assert (rows["compute"]["low"], rows["compute"]["high"]) == (48.0, 288.0)
    assert (rows["capital: land"]["low"], rows["capital: land"]["high"]) == (12.0, 212.0)


def test_years_ahead_grow_at_the_rates_of_their_parts() -> None:
    """Eight years from that of the prices on; with a revenue that grows by a share, each is that much larger."""
    study = load("openai-2024")
    one, growth = next(iter(study.costs.values())), study.scenario.workload.accounts.revenue_growth
    found = years_ahead(study.scenario, one)
    assert found.index.tolist() == list(range(study.scenario.price_date.year, study.scenario.price_date.year + 8))
    first = 12 * float(one["revenue_per_month"].to("USD/month").magnitude)
    rate = 1 + float(growth.to("1/year").magnitude)
    assert found["revenue"].tolist() == pytest.approx([first * rate**ahead for ahead in range(8)], rel=1e-9)
    assert found["cost"].iloc[0] == pytest.approx(12 * float(one["cost_per_month"].to("USD/month").magnitude))
    assert found["result"].tolist() == (found["revenue"] - found["cost"]).tolist()


def test_no_year_is_none_and_what_has_no_accounts_says_what_to_write() -> None:
    """A year without end is none, 9998 itself."""
    assert (year_text(9998.0), year_text(inf)) == ("9998", "none")
    with pytest.raises(MissingData, match=r"accounts\.revenue"):
        company_of(load("gpt3-2020").scenario)
    with pytest.raises(MissingData, match=r"accounts\.revenue"):
        company_of(load("coreweave-contract").scenario)


def test_a_year_that_never_comes_has_no_number() -> None:
    """Neither in the rows of an answer nor in what is written of them; CSV and JSON had the year 9999."""
    bands: Any = {**BANDS, ("one", FIRST): interval("2026 year", "2025 year", "9999 year")}
    accounts: Any = SimpleNamespace(reported_cost=None, reported_capital=None)
    rows = _rows(accounts, 2050, "one", costs_of({**YEAR, FIRST: "9999 year"}), bands)
    assert [rows[-1][name] for name in ("value", "low", "high")] == [inf, 2025.0, inf]
    between = {**bands, ("one", FIRST): interval("2026 year", "2050 year", "6012 year")}
    last = _rows(accounts, 2050, "one", costs_of({**YEAR, FIRST: "2026 year"}), between)[-1]
    assert [last[name] for name in ("value", "low", "high")] == [2026.0, 2050.0, inf]
