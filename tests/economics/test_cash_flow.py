"""Cash by month: what is paid when, and that it reconciles with the monthly costs of the model."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.analysis import cash
from costmodel.analysis.study import Study, load, with_scenario
from costmodel.domain.hardware import load_site
from costmodel.domain.offers import Offer, load_offer
from costmodel.economics.cash_flow import Line, Writing, cash_lines, paid_once
from costmodel.economics.components import Fleet, Tax, lives, monthly_costs, taxed
from costmodel.economics.depreciation import value_left
from costmodel.economics.present_value import net_present_value
from costmodel.errors import FormulaError, MissingData, UnknownName
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, quantity

DAY = date(2026, 11, 1)
OFFERS = ("purchase/hgx-h100", "program/maia-100", "rental/coreweave-h100-five-year", "rental/coreweave-h100-on-demand")
SITES = ("us-hyperscale", "us-colocation")
CATALOG = Catalog()


def setting(offer_id: str, site: str, rate: float) -> tuple[Offer, Fleet]:
    """Return an offer and a fleet of a hundred systems, busy for two thirds of the time."""
    offer = load_offer(CATALOG, offer_id, DAY)
    return offer, Fleet(quantity(100.0, "server"), quantity(2 / 3), load_site(CATALOG, site), quantity(rate, "1/year"))


def lines(offer_id: str, site: str, rate: float, months: int, writing: str = "annuity") -> list[Line]:
    """Return the lines of cash of an offer."""
    offer, fleet = setting(offer_id, site, rate)
    return cash_lines(offer, fleet, monthly_costs(offer, fleet), months, Writing(writing, 0.14))


@pytest.fixture(scope="module")
def contract() -> Study:
    """Return the study of the CoreWeave contract."""
    return load("coreweave-contract")


def test_what_is_bought_is_paid_at_the_start() -> None:
    """Month 0 holds the price of all systems, the network's f / (1 - f) of it, and the building."""
    offer, fleet = setting("purchase/hgx-h100", "us-hyperscale", 0.08)
    found = {line.component: line.cash for line in cash_lines(offer, fleet, monthly_costs(offer, fleet), 60)}
    price = 100 * float(magnitude(offer.price, "USD/server"))  # type: ignore[union-attr, arg-type]
    assert found["servers"][0] == pytest.approx(price, rel=1e-12)
    assert found["servers"][60] == pytest.approx(-0.08 * price, rel=1e-12)
    assert found["network"][0] == pytest.approx(price * 0.19 / 0.81, rel=1e-12)
    watts = 100 * float(magnitude(offer.system.peak_power, "W/server"))
    assert found["facility"][0] == pytest.approx(watts * 11.7, rel=1e-12)
    assert found["energy"][0] == 0


@given(st.sampled_from(OFFERS), st.sampled_from(SITES), st.integers(1, 200))
def test_sums_agree_at_no_interest(offer: str, site: str, months: int) -> None:
    """At a rate of zero the charges of all months are the cash of all months, and the monthly cost each month."""
    found = lines(offer, site, 0.0, months)
    paid, charged = (sum(getattr(line, view).sum() for line in found) for view in ("cash", "amortised"))
    assert charged == pytest.approx(paid, rel=1e-9)
    one, fleet = setting(offer, site, 0.0)
    total = sum(float(magnitude(cost, "USD/month")) for cost in monthly_costs(one, fleet).values())
    assert charged == pytest.approx(total * months, rel=1e-9)


@given(st.sampled_from(OFFERS), st.sampled_from(SITES), st.floats(0, 0.3), st.integers(1, 200))
def test_both_views_are_worth_the_same(offer: str, site: str, rate: float, months: int) -> None:
    """At any rate and horizon cash and charges have one present value."""
    found = lines(offer, site, rate, months)
    cash_, charged = (sum(net_present_value(rate, getattr(line, view)) for line in found) for view in cash.VIEWS)
    assert cash_ == pytest.approx(charged, rel=1e-9)


@given(st.floats(0, 0.3), st.integers(1, 4))
def test_nothing_is_left_after_whole_lives(rate: float, lifetimes: int) -> None:
    """After whole lives of servers and at a rented site all that was paid is used up: no plug is needed."""
    found = lines("purchase/hgx-h100", "us-colocation", rate, 60 * lifetimes)
    paid = sum(np.abs(line.cash).sum() for line in found)
    assert abs(found[-1].cash[-1]) < 1e-9 * paid


@given(st.floats(0, 0.3), st.integers(1, 59))
def test_value_left_is_that_of_the_remaining_annuity(rate: float, months: int) -> None:
    """After whole years, what is left of a purchase is the worth of its remaining payments and its residual."""
    years = max(1, months // 12)
    offer, fleet = setting("purchase/hgx-h100", "us-colocation", rate)
    costs = {name: cost for name, cost in monthly_costs(offer, fleet).items() if name == "servers"}
    found = cash_lines(offer, fleet, costs, 12 * years)
    price = found[0].cash[0]
    expected = value_left("annuity", years, lifetime=5.0, residual_value=0.08, real_discount_rate=rate)
    assert -found[-1].cash[-1] == pytest.approx(price * float(expected), rel=1e-8)


@pytest.mark.parametrize("method", ["straight_line", "price_performance"])
@given(st.integers(1, 150))
def test_accounting_methods_write_off_what_was_paid(method: str, months: int) -> None:
    """Straight line and price for performance charge, without interest, the sum of cash."""
    found = lines("purchase/hgx-h100", "us-hyperscale", 0.08, months, method)
    assert sum(line.amortised.sum() for line in found) == pytest.approx(
        sum(line.cash.sum() for line in found), rel=1e-9
    )


def test_price_performance_writes_off_epochs_share_at_first() -> None:
    """In its first month a server loses 0.14 ln(10) / 12 of its price, less half a month's decline."""
    servers = lines("purchase/hgx-h100", "us-colocation", 0.08, 60, "price_performance")[0]
    assert servers.amortised[1] / servers.cash[0] == pytest.approx(0.32236 / 12, rel=0.02)


def test_paid_once_inverts_the_annuity() -> None:
    """What is paid for a component follows from its monthly cost and its life."""
    offer, fleet = setting("program/maia-100", "us-hyperscale", 0.08)
    costs, found = monthly_costs(offer, fleet), lives(offer, fleet.site)
    design = paid_once(costs["design"], found["design"], fleet.real_discount_rate)
    per_accelerator = offer.design_cost / offer.volume  # type: ignore[union-attr]
    accelerators = fleet.servers * offer.system.accelerators
    assert design == pytest.approx(magnitude(per_accelerator * accelerators, "USD"), rel=1e-12)


def test_income_tax_only_adds_where_depreciation_lags() -> None:
    """Taxed, capital costs more and running costs the same; without a rate there is no such line."""
    offer, fleet = setting("purchase/hgx-h100", "us-hyperscale", 0.08)
    costs = monthly_costs(offer, fleet)
    assert taxed(offer, fleet, costs) is costs
    tax = Tax(quantity(0.21), quantity(0.025, "1/year"))
    held = Fleet(fleet.servers, fleet.utilization, fleet.site, fleet.real_discount_rate, tax=tax)
    found = taxed(offer, held, costs)
    assert set(found) - set(costs) == {"income tax"}
    capital = sum(
        float(magnitude(costs[n], "USD/month")) for n in ("servers", "network", "spares", "facility") if n in costs
    )
    assert 0 < magnitude(found["income tax"], "USD/month") < 0.15 * capital


def test_the_statement_adds_up_exactly(contract: Study) -> None:
    """Totals by year, by component and of all rows are equal to the last bit, in any order."""
    frame = contract.cash()
    for view in cash.VIEWS:
        years, parts = cash.by_year(frame, view), cash.by_component(frame, view)
        for offer in contract.costs:
            rows = frame[(frame["offer"] == offer) & (frame["view"] == view)]["cost"]
            shuffled = rows.sample(frac=1, random_state=7)
            assert rows.sum() == shuffled.sum() == years.loc[offer].sum() == parts.loc[offer].sum()


def test_the_statement_has_its_columns(contract: Study) -> None:
    """Quantity times unit price is cost; ranges are around it; physical lines have quantities and no cost."""
    frame = contract.cash()
    wanted = {
        "scenario",
        "offer",
        "component",
        "period",
        "quantity",
        "unit_price",
        "cost",
        "method",
        "source",
        "low",
        "high",
    }
    assert wanted <= set(frame.columns)
    money = frame[frame["view"] != "physical"]
    assert np.allclose(money["quantity"] * money["unit_price"], money["cost"], rtol=1e-12)
    ranged = money.dropna(subset=["low", "high"])
    assert np.all((ranged["low"] <= ranged["cost"] + 1e-6) & (ranged["cost"] <= ranged["high"] + 1e-6))
    physical = frame[frame["view"] == "physical"]
    assert set(physical["quantity_unit"]) >= {"kWh", "kilogram", "litre"}
    assert np.all(physical["cost"] == 0)


def test_amortised_months_are_the_monthly_statement(contract: Study) -> None:
    """A month in the table is the month of the comparison, for offers without a ramp."""
    frame = contract.cash()
    month = frame[(frame["view"] == "amortised") & (frame["period"] == 7)].groupby("offer")["cost"].sum()
    monthly = contract.statement().groupby("offer")["cost"].sum()
    for offer in ("purchase/hgx-h100", "program/maia-100", "rental/coreweave-h100-five-year"):
        assert month[offer] == pytest.approx(monthly[offer], rel=1e-9)


def test_five_ways_stand_side_by_side(contract: Study) -> None:
    """At least five ways with present value, cost per accelerator-hour and cash of every year."""
    ways = contract.ways()
    assert len(ways) >= 5
    assert {"net_present_value", "cost_per_accelerator_hour", *(f"cash_year_{y}" for y in range(6))} <= set(
        ways.columns
    )
    assert ways.notna().all().all()
    headline = contract.compare()["cost_per_accelerator_hour"]
    assert ways["cost_per_accelerator_hour"].to_numpy() == pytest.approx(headline.to_numpy(), rel=2e-3)
    paid = ways.loc["rental/coreweave-openai-2025", [f"cash_year_{y}" for y in range(6)]].sum()
    assert paid == pytest.approx(11.9e9 - 0.35e9, rel=1e-9)


def test_a_higher_rate_ranks_early_cash_lower(contract: Study) -> None:
    """The comparison answers to the cost of capital: buying, paid at the start, loses against renting."""
    dear = with_scenario(contract, contract.scenario.with_leaves(finance_real_discount_rate=quantity(0.3, "1/year")))
    gap = [s.ways()["cost_per_accelerator_hour"] for s in (contract, dear)]
    buy, rent = "purchase/hgx-h100", "rental/coreweave-h100-on-demand"
    assert gap[1][buy] / gap[1][rent] > gap[0][buy] / gap[0][rent]


def test_missing_and_wrong_horizons_are_said(serving: Study) -> None:
    """A scenario without a horizon asks for one; a method that does not exist is named with those that do."""
    if serving.scenario.finance_horizon is None:
        with pytest.raises(MissingData, match=r"finance\.horizon"):
            serving.cash()
    with pytest.raises(UnknownName, match="straight_line"):
        serving.cash(years=5, depreciation="linear")
    with pytest.raises(MissingData, match="price performance decline"):
        serving.cash(years=5, depreciation="price_performance")
    with pytest.raises(FormulaError, match="at least 1 month"):
        serving.cash(years=0)
