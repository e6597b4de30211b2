"""Cash by month and year: tables that add up, and one present value and cost per hour everywhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from costmodel.analysis import cash as tables
from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.economics.present_value import by_year
from costmodel.errors import CostModelError, UnknownName
from costmodel.units import magnitude, quantity
from tests.changes import with_scenario

Table = Callable[..., pd.DataFrame]


@pytest.fixture(scope="module")
def contract() -> Study:
    """Return the study of the CoreWeave contract."""
    return load("coreweave-contract")


@pytest.fixture(scope="module")
def cash(contract: Study) -> Table:
    """Return what gives its statement by month, each once."""
    return cache(contract.cash)


@pytest.fixture(scope="module")
def ways(contract: Study) -> Table:
    """Return what gives its ways side by side, each horizon once."""
    return cache(contract.ways)


@pytest.mark.parametrize("years", [1, 5])
def test_the_statement_adds_up_exactly(contract: Study, cash: Table, years: int) -> None:
    """Totals by year, by component and of all rows are equal to the last bit, in any order."""
    frame = cash(years)
    for view in tables.VIEWS:
        sums = tables.by_year(frame, view)
        for offer in contract.costs:
            rows = frame[(frame["offer"] == offer) & (frame["view"] == view)]["cost"]
            shuffled = rows.sample(frac=1, random_state=7)
            parts = rows.groupby(frame["component"]).sum()
            assert rows.sum() == shuffled.sum() == sums.loc[offer].sum() == parts.sum()


def test_the_statement_has_its_columns(cash: Table) -> None:
    """Quantity times unit price is cost; ranges are around it; physical lines have quantities and no cost."""
    frame = cash()
    wanted = {"scenario", "offer", "component", "period", "quantity", "unit_price", "cost", "method", "source", "low"}
    assert wanted <= set(frame.columns)
    money = frame[frame["view"] != "physical"]
    assert np.allclose(money["quantity"] * money["unit_price"], money["cost"], rtol=1e-12)
    ranged = money.dropna(subset=["low", "high"])
    assert np.all((ranged["low"] <= ranged["cost"] + 1e-6) & (ranged["cost"] <= ranged["high"] + 1e-6))
    physical = frame[frame["view"] == "physical"]
    assert set(physical["quantity_unit"]) >= {"kWh", "kilogram", "litre"}
    assert np.all(physical["cost"] == 0)


def test_an_hour_on_demand_costs_its_price_and_energy_is_that_of_the_physical_lines(
    contract: Study, cash: Table
) -> None:
    """What is counted is what is paid: hours in use, not held; kilowatt-hours, whatever their price becomes."""
    frame, id_ = cash(), "rental/coreweave-h100-on-demand"
    rent = frame[(frame["offer"] == id_) & (frame["component"] == "rent") & (frame["view"] == "cash")]
    price = magnitude(contract.costs[id_]["price_per_accelerator_hour"], "USD/accelerator/hour")
    assert rent["unit_price"].to_numpy() == pytest.approx(price, rel=1e-9)
    owned = frame[(frame["offer"] == "purchase/hgx-h100") & (frame["view"] != "amortised")]
    kwh = [owned[owned["component"] == name]["quantity"].sum() for name in ("energy", "energy (physical)")]
    assert kwh[0] == pytest.approx(kwh[1], rel=1e-9)


def test_amortised_months_are_the_monthly_statement(contract: Study, cash: Table) -> None:
    """A month in the table is the month of the comparison, for every offer."""
    frame = cash()
    month = frame[(frame["view"] == "amortised") & (frame["period"] == 7)].groupby("offer")["cost"].sum()
    monthly = contract.statement().groupby("offer")["cost"].sum()
    for offer in contract.costs:
        assert month[offer] == pytest.approx(monthly[offer], rel=1e-9)


@pytest.mark.parametrize("method", ["straight_line", "price_performance"])
def test_accounting_methods_write_off_what_was_paid(cash: Table, method: str) -> None:
    """Straight line and price for performance charge, without interest, the sum of cash; annuities with interest."""
    frame = cash(3, method)
    paid, charged = (frame[frame["view"] == view].groupby("offer")["cost"].sum() for view in tables.VIEWS)
    assert charged.to_numpy() == pytest.approx(paid.to_numpy(), rel=1e-9)
    servers = frame[(frame["view"] == "amortised") & (frame["component"] == "servers")].set_index("period")["cost"]
    first, last = servers.loc[1].sum(), servers.loc[36].sum()
    assert last / first == pytest.approx(10 ** (-0.14 * 35 / 12) if method == "price_performance" else 1, rel=1e-9)


@pytest.mark.parametrize("years", [1, 3, None])
def test_one_cost_per_hour_and_present_value_everywhere(contract: Study, ways: Table, years: int | None) -> None:
    """The table of ways, the comparison and the explanation print the same numbers, to the last bit."""
    study = contract.over(years)
    found, compared = ways(years), study.compare()
    for offer in study.costs:
        hour = compared["cost_per_accelerator_hour"][offer]
        assert found["cost_per_accelerator_hour"][offer] == hour
        assert study.explain("cost_per_accelerator_hour", offer).value.magnitude == hour
        worth = magnitude(study.costs[offer]["net_present_value"], "USD")
        assert found["net_present_value"][offer] == worth
        assert study.explain("net_present_value", offer).value.magnitude == worth


def test_the_present_value_is_that_of_the_cash(contract: Study) -> None:
    """The quantity that is printed is worth what the dated cash is."""
    for one in contract.costs.values():
        worth = tables.cash_of(one).worth(0.08)
        assert magnitude(one["net_present_value"], "USD") == pytest.approx(worth, rel=1e-9)


@pytest.mark.parametrize(("offer", "need", "least"), [("purchase/hgx-h100", 1, 1.2), ("program/maia-100", 5, 1.05)])
def test_owning_costs_more_an_hour_the_shorter_the_need(
    ways: Table, cash: Table, offer: str, need: int, least: float
) -> None:
    """Over 1, 3 and 5 years the cost per hour falls; what has arrived by the end is sold on a line of its own.

    Of a program less, as its chips arrive after three years: most of that time others serve.
    """
    hours = [ways(years)["cost_per_accelerator_hour"][offer] for years in (0.25, 1, 3, 5)]
    assert all(first > least * second for first, second in pairwise(hours))
    frame = cash(need)
    sold = frame[(frame["offer"] == offer) & (frame["component"] == "resale") & (frame["view"] == "cash")]
    assert sold["period"].tolist() == [12 * need]
    assert sold["cost"].sum() < 0


def test_commitments_are_paid_beyond_the_need(cash: Table) -> None:
    """A contract of five years that is needed for one is paid for five, on a line that says so."""
    frame = cash(1)
    offer = "rental/coreweave-h100-five-year"
    rows = frame[(frame["offer"] == offer) & (frame["view"] == "cash")]
    assert rows["period"].max() == 60
    unused = rows[rows["component"] == "unused commitment"]["cost"].sum()
    assert unused > 3 * rows[rows["component"] == "rent"]["cost"].sum()


def test_five_ways_stand_side_by_side(ways: Table) -> None:
    """At least five ways with present value, cost per accelerator-hour and cash of every year."""
    found = ways()
    assert len(found) >= 5
    assert {"net_present_value", "cost_per_accelerator_hour", *(f"cash_year_{y}" for y in range(6))} <= set(
        found.columns
    )
    assert found.notna().all().all()


def test_a_way_that_costs_nothing_pays_nothing_in_every_year(serving: Study) -> None:
    """A price of 0 is a number in every column, not an unknown."""
    free = serving.with_({"rental/coreweave-h100-on-demand.price": "0 USD/accelerator/hour"}).ways()
    assert (free.loc["rental/coreweave-h100-on-demand"].drop("accelerators") == 0).all()


def test_accelerators_are_those_that_are_paid_for(serving: Study) -> None:
    """Of whole systems: a month's cost over their hours is the cost of an hour, and the sentence names as many.

    They were once those that replicas need: 1,153 of the 1,224 of 17 racks.
    """
    table, monthly = serving.ways(), serving.compare()["total_per_month"]
    for id_, one in serving.costs.items():
        held = table["accelerators"][id_]
        assert held == pytest.approx(magnitude(one["servers"] * one.offer.system.accelerators, "accelerator"))
        if not getattr(one.offer, "is_elastic", False):
            assert table["cost_per_accelerator_hour"][id_] == pytest.approx(monthly[id_] / held / 730.5, rel=1e-6)


def test_nominal_payments_of_the_contract_are_its_value(contract: Study) -> None:
    """In money of the day the contract pays 11.9 billion less the shares received; in real money less."""
    one = contract.costs["rental/coreweave-openai-2025"]
    real = tables.cash_of(one)
    late = (np.arange(61) - 0.5) / 12
    nominal = real.once.sum() + (real.monthly * 1.025**late).sum()
    assert nominal == pytest.approx(11.9e9 - 0.35e9, rel=1e-9)
    assert by_year(real.total).sum() < nominal


def test_a_higher_rate_ranks_early_cash_lower(contract: Study) -> None:
    """The comparison answers to the cost of capital: buying, paid at the start, loses against renting."""
    dear = with_scenario(contract, contract.scenario.with_leaves(finance_real_discount_rate=quantity(0.3, "1/year")))
    gap = [s.ways()["cost_per_accelerator_hour"] for s in (contract, dear)]
    buy, rent = "purchase/hgx-h100", "rental/coreweave-h100-on-demand"
    assert gap[1][buy] / gap[1][rent] > gap[0][buy] / gap[0][rent]


def test_wrong_horizons_and_methods_are_said(serving: Study) -> None:
    """A method that does not exist is named with those that do; a horizon lasts at least a month."""
    own_chip = serving.scenario.offer("maia-100")
    years = magnitude(own_chip.lifetime + own_chip.arrival, "year")
    assert magnitude(serving.scenario.finance_horizon, "year") == pytest.approx(years, rel=1e-12)
    with pytest.raises(UnknownName, match="straight_line"):
        serving.cash(years=5, depreciation="linear")
    with pytest.raises(CostModelError, match=r"years is a number from 0.0833333 to 100 year, not 0"):
        serving.cash(years=0)
