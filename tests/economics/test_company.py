"""A company's year: lines sum to the last bit, the total of 2024 as told, the first profitable year by hand."""

from __future__ import annotations

import pytest

from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.errors import MissingData
from costmodel.units import magnitude

BILL = "rental/microsoft-openai-a100-2024"


@pytest.fixture(scope="module")
def year() -> Study:
    """Return the year that most of this is about."""
    return load("openai-2024")


def test_lines_sum_to_cost_and_result(year: Study) -> None:
    """Revenue minus cost is the result to the last bit, in any order."""
    for _, rows in year.accounts().groupby("offer"):
        values = dict(zip(rows["line"], rows["value"], strict=True))
        parts = [values[line] for line in ("compute", "training", "staff")]
        assert sum(parts) == sum(reversed(parts)) == values["cost"]
        assert values["revenue"] - values["cost"] == values["result"]


def test_the_parts_of_2024_make_its_told_total(year: Study) -> None:
    """The bill for 350,000 A100s at 1.30 USD an hour, training and staff are 8.5 billion within rounding of the parts.

    Source: The Information, July 2024, as retold by NDTV; the loss was put at about 5 billion.
    """
    lines = year.accounts().set_index(["offer", "line"])
    assert lines.loc[(BILL, "compute"), "value"] == pytest.approx(350_000 * 8766 * 1.3, rel=0.05)
    low, high = lines.loc[(BILL, "cost"), ["low", "high"]]
    assert low < 8.5e9 < high
    assert -6e9 < lines.loc[(BILL, "result"), "value"] < -4e9


def test_the_first_profitable_year_is_that_of_the_table(year: Study) -> None:
    """It is the first year whose revenue, grown by hand, is above all costs, grown each at its own rate."""
    compute = float(magnitude(year.costs[BILL]["total_per_month"], "GUSD/year"))
    profits = [4 * 2.0**n - compute * 1.7**n - 3 * 1.7**n - 1.5 * 1.6**n for n in range(26)]
    first = next(n for n, profit in enumerate(profits) if profit > 0)
    assert float(magnitude(year.costs[BILL]["first_profitable_year"], "year")) == 2024 + first
    table = year.years_ahead(BILL)
    assert table["result"].to_numpy() == pytest.approx([1e9 * profit for profit in profits[: len(table)]])


def test_growth_that_never_pays_has_no_first_year(year: Study) -> None:
    """Where costs grow as fast as revenue, no year is profitable, and none is made up."""
    never = year.with_({"accounts.revenue_growth": 0.5})
    assert float(magnitude(never.costs[BILL]["first_profitable_year"], "year")) == 9999


def test_what_is_told_of_2022_is_compared_and_moves_nothing() -> None:
    """The reported total is no input: the computed one is the same whatever it says."""
    one, other = (load("openai-2022", changes={"accounts.reported_cost": f"{told} MUSD/year"}) for told in (544, 5))
    assert one.accounts().query("line == 'cost'")["value"].equals(other.accounts().query("line == 'cost'")["value"])
    assert set(other.accounts().query("line == 'reported cost'")["value"]) == {5e6}


def test_a_scenario_without_accounts_says_what_to_write(serving: Study) -> None:
    """A question of users has no company's year."""
    with pytest.raises(MissingData, match=r"has no accounts: write workload"):
        serving.accounts()


def test_capital_sums_and_only_what_has_a_life_is_a_cost() -> None:
    """Parts sum to the capital to the last bit, what a way buys among them; without a life they cost nothing."""
    one = load("microsoft-2025", changes={"offers": "purchase/hgx-h100"})
    lines = one.accounts().set_index("line")["value"]
    parts = [value for line, value in lines.items() if str(line).startswith("capital: ")]
    assert sum(parts) == sum(reversed(parts)) == lines["capital"]
    bought = float(magnitude(one.costs["purchase/hgx-h100"]["capital"], "USD"))
    assert lines["capital: compute"] == pytest.approx(bought)
    assert lines["leases written off"] == pytest.approx(lines["capital: leases"] / 13)
    assert lines["compute"] + lines["staff"] + lines["leases written off"] == pytest.approx(lines["cost"])
    grown = one.years_ahead()["cost"].iloc[1]
    assert grown == pytest.approx(1.7 * (lines["compute"] + lines["leases written off"]) + 2 * lines["staff"])
