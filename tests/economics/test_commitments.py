"""Commitments that do not bend and fleets with slack, on facts as they were on 2026-11-25, so that they stay.

The facts: HGX H100 at 230 kUSD, 19% network, 4% maintenance, 8% left after five years; a contract of five years at 2.6
USD an hour, a fifth of it prepaid; colocation at 194.95 USD/kW/month, or an own building; 8% a year.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.analysis.opening import load
from costmodel.analysis.study import Study
from costmodel.domain.hardware import load_site
from costmodel.domain.offers import Offer, Purchase, Rental, load_offer
from costmodel.domain.scenario import over
from costmodel.domain.scenario_file import load_scenario
from costmodel.economics.at_load import cost_at_load
from costmodel.economics.components import monthly_costs, monthly_total
from costmodel.economics.costs import Costs, headline_of
from costmodel.economics.fleet import Fleet
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, quantity
from tests.changes import with_scenario

CATALOG = Catalog()
DAY = date(2026, 11, 1)
PER_YEAR = "1/year"


def bought() -> Purchase:
    """Return the purchase of HGX H100 at the facts of that day."""
    found = load_offer(CATALOG, "purchase/hgx-h100", DAY)
    assert isinstance(found, Purchase)
    return found.with_leaves(
        price=quantity(230e3, "USD/server"),
        network_share_of_cluster_cost=quantity(0.19),
        maintenance=quantity(0.04, PER_YEAR),
        residual_value=quantity(0.08),
        lifetime=quantity(5.0, "year"),
        failures=None,  # type: ignore[arg-type]
    )


def contract(years: float = 5.0, price: float = 2.6, prepaid: float | None = 0.2) -> Rental:
    """Return a take-or-pay contract."""
    found = load_offer(CATALOG, "rental/coreweave-h100-five-year", DAY)
    assert isinstance(found, Rental)
    return found.with_leaves(
        price=quantity(price, "USD/accelerator/hour"),
        term=quantity(years, "year"),
        take_or_pay=quantity(1.0),
        prepayment=None if prepaid is None else quantity(prepaid),  # type: ignore[arg-type]
    )


def fleet(used: float = 0.7, years: float = 5.0, site: str = "us-colocation") -> Fleet:
    """Return 1,024 accelerators, needed for a share of the hours of some years."""
    place = load_site(CATALOG, site)
    share, rate = quantity(used), quantity(0.08, PER_YEAR)
    return Fleet(quantity(128.0, "server"), share, place, rate, rented=share, horizon=quantity(years, "year"))


def per_used_hour(offer: Offer, used: float, years: float = 5.0, site: str = "us-colocation") -> float:
    """Return USD per accelerator-hour that is used."""
    total = magnitude(monthly_total(offer, fleet(used, years, site)), "USD/month")
    return float(total / (1024 * 730.5 * used))


@given(st.floats(0.01, 1), st.sampled_from(["us-colocation", "us-hyperscale"]))
def test_both_ways_are_fixed_so_buying_wins_at_every_utilisation(used: float, site: str) -> None:
    """At 10% as at 90%: who commits pays for all hours, as who owns does."""
    assert per_used_hour(bought(), used, site=site) < per_used_hour(contract(), used, site=site)


def test_costs_per_used_hour_are_those_of_plain_floats() -> None:
    """27.31 USD an hour at 10% and 3.03 at 90% at year ends in real money: the contract, within the conventions' 7%."""
    for used, published in ((0.1, 27.31), (0.9, 3.03)):
        assert per_used_hour(contract(), used) == pytest.approx(published, rel=0.07)
    assert per_used_hour(bought(), 0.1, site="us-hyperscale") == pytest.approx(13.98, rel=0.1)
    assert per_used_hour(bought(), 0.9, site="us-hyperscale") == pytest.approx(1.64, rel=0.1)


def test_three_months_one_year_and_three_differ_as_they_do() -> None:
    """Bought for less than its life, a server is sold for what the market gives: dear hours for three months."""
    hours = [per_used_hour(bought(), 0.7, years) for years in (0.25, 1.0, 3.0, 5.0)]
    assert hours == sorted(hours, reverse=True)
    assert hours[0] > 2 * hours[1] > 2 * hours[2]


def test_resale_after_three_years_lies_between_scrap_and_the_trend() -> None:
    """More than the 8% of the end of life, less than the 38% that price for performance leaves."""
    at_rate_zero = replace(fleet(years=3.0), real_discount_rate=quantity(0.0, PER_YEAR))
    found = monthly_costs(bought(), at_rate_zero)
    share = -magnitude(found["resale"], "USD/month") / sum(
        magnitude(found[name], "USD/month") for name in ("servers", "network")
    )
    assert 0.08 < share < 10 ** (-0.14 * 3)


def test_three_years_reserved_and_three_months_needed_are_three_years_paid() -> None:
    """A reservation is charged for its term."""
    reserved = contract(3.0, prepaid=None)
    months = magnitude(monthly_total(reserved, fleet(years=0.25)), "USD/month") * 3
    assert months > 10 * 1024 * 730.5 * 2.6 * 3 * 0.9


def test_fixed_rents_are_worth_less_every_year() -> None:
    """At 2.5% a year a rent fixed for five years is 4 to 7% below its price in real money."""
    real = magnitude(monthly_total(contract(prepaid=None), fleet()), "USD/month") / (1024 * 730.5)
    assert 0.93 < real / 2.6 < 0.96


@given(st.floats(0.02, 1))
def test_a_way_worse_in_every_line_never_wins(used: float) -> None:
    """Dearer to buy, to keep and to feed is dearer, over any horizon."""
    one = bought()
    system = one.system.with_leaves(peak_power=one.system.peak_power * 1.1, idle_power=one.system.idle_power * 1.1)
    worse = one.with_leaves(price=one.price * 1.1, maintenance=one.maintenance * 1.1)
    worse = replace(worse, system=system)
    for years in (0.5, 3.0, 8.0):
        assert per_used_hour(worse, used, years) > per_used_hour(one, used, years)


def test_a_lease_is_paid_beyond_the_need() -> None:
    """A lease of five years that is needed for one has a line for the other four."""
    held = fleet(years=1.0)
    bound = replace(held, site=held.site.with_leaves(facility_term=quantity(5.0, "year")))
    free, paid = (monthly_costs(bought(), one) for one in (held, bound))
    assert "unused commitment" not in free
    ratio = magnitude(paid["unused commitment"] / paid["facility"], "1")
    assert 3 < ratio < 4


def test_users_who_come_by_and_by_cost_more_each(serving: Study) -> None:
    """With a ramp of a year what is owned or bound stands idle at first; what follows the load does not."""
    workload = serving.scenario.workload
    slow = with_scenario(serving, replace(serving.scenario, workload=replace(workload, ramp=quantity(1.0, "year"))))
    ratio = {
        id_: magnitude(slow.costs[id_]["cost_per_query"] / one["cost_per_query"], "1")
        for id_, one in serving.costs.items()
    }
    elastic = "rental/coreweave-h100-on-demand"
    assert ratio[elastic] == pytest.approx(1, rel=1e-9)
    assert 1.05 < ratio["purchase/hgx-h100"] < 1.15
    months = magnitude(slow.costs[elastic].money.horizon, "month")
    energy = {
        id_: magnitude(slow.costs[id_]["energy_per_query"] / serving.costs[id_]["energy_per_query"], "1")
        for id_ in (elastic, "purchase/hgx-h100")
    }
    assert energy == pytest.approx({elastic: 1, "purchase/hgx-h100": months / (months - 6)}, rel=1e-9)
    fast, half = serving.costs[elastic], quantity(0.5)
    assert _per_hour(slow.costs[elastic]) == pytest.approx(_per_hour(fast), rel=1e-9)
    assert cost_at_load(slow.scenario, slow.costs[elastic], half) == cost_at_load(serving.scenario, fast, half)


def _per_hour(found: Costs) -> float:
    return float(magnitude(found["cost_per_accelerator_hour"], "USD/hour/accelerator"))


@pytest.mark.parametrize("scenario", ["copilot", "gpt3-training"])
def test_a_contract_that_comes_in_steps_serves_and_trains_less(scenario: str, catalog: Catalog) -> None:
    """A ramp of a year, a tenth of the hours of five, is no discount: queries, runs and hours cost what they did."""
    asked = over(load_scenario(catalog, catalog.get("scenario", scenario)), 5)
    whole = load_offer(catalog, "rental/coreweave-h100-five-year", DAY)
    ramped = replace(whole, id="rental/ramped", ramp=quantity(1.0, "year"))
    found = Study(asked.with_offers(whole, ramped), catalog).costs
    ratio = {
        name: float((found[ramped.id][name] / found[whole.id][name]).to("").magnitude)
        for name in ("total_per_month", "cost_per_accelerator_hour", headline_of(asked.workload))
    }
    assert ratio.pop("total_per_month") < 0.9
    assert list(ratio.values()) == pytest.approx([1, 1], abs=0.01)
    each = [monthly_total(one, fleet()) for one in (whole, ramped)]
    assert float((each[1] / each[0]).to("").magnitude) == pytest.approx(1, abs=0.01)


def test_money_ranks_by_hours_that_are_delivered() -> None:
    """Half a ramp of nine months is 7.5% of the hours of five years, 8.9% by what early hours are worth."""
    study = load("coreweave-contract")
    one = study.costs["rental/coreweave-openai-2025"]
    flat = with_scenario(study, over(study.scenario, 5))
    total, hour = (
        magnitude(one["total_per_month"], "USD/month"),
        magnitude(one["cost_per_accelerator_hour"], "USD/hour/accelerator"),
    )
    assert total / (110e3 * 0.9 * 730.5) / hour == pytest.approx(1 - 0.089, abs=0.001)
    assert flat.costs[one.offer.id]["cost_per_accelerator_hour"] == one["cost_per_accelerator_hour"]
