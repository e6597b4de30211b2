"""Monthly costs and memory against plain arithmetic on plain numbers, in units written beside each."""

from __future__ import annotations

import pytest

from costmodel.analysis.study import Study
from costmodel.domain.offers import Program, Purchase, Rental
from costmodel.economics.components import monthly_costs, unit_cost_of
from costmodel.economics.fleet import Fleet
from costmodel.performance.formulas import memory
from costmodel.units import magnitude, quantity

SERVERS, BUSY = 10.0, 0.3
MONTHS, HOURS = 12, 730.5


def _costs(study: Study, offer: object) -> dict[str, float]:
    scenario = study.scenario
    fleet = Fleet(quantity(SERVERS, "server"), quantity(BUSY), scenario.site, scenario.finance_real_discount_rate)
    return {name: magnitude(cost, "USD/month") for name, cost in monthly_costs(offer, fleet).items()}


def _level(rate: float, years: float) -> float:
    """Months that a dollar in the middle of each month is worth."""
    return sum((1 + rate) ** (-(month - 0.5) / MONTHS) for month in range(1, round(MONTHS * years) + 1))


def _rate(study: Study) -> float:
    return float(magnitude(study.scenario.finance_real_discount_rate, "1/year"))


def _offer(study: Study, kind: type) -> object:
    return next(offer for offer in study.scenario.offers if isinstance(offer, kind))


def _capital(study: Study, offer: Purchase | Program, price: float) -> float:
    """Return USD/month for systems of a price in USD, over their life."""
    return SERVERS * price / _level(_rate(study), magnitude(offer.lifetime, "year"))


def test_bought_systems(serving: Study) -> None:
    """Price less residual value as an annuity, the network as a share of the whole, upkeep as a share of the price."""
    offer = _offer(serving, Purchase)
    costs, price = _costs(serving, offer), magnitude(offer.price, "USD/server")
    share = magnitude(offer.network_share_of_cluster_cost, "1")
    assert costs["servers"] == pytest.approx(_capital(serving, offer, price), rel=1e-9)
    sold = (costs["servers"] + costs["network"] + costs["spares"]) * magnitude(offer.residual_value, "1")
    discounted = (1 + _rate(serving)) ** -magnitude(offer.lifetime, "year")
    assert costs["resale"] == pytest.approx(-sold * discounted, rel=1e-9)
    assert costs["network"] / (costs["servers"] + costs["network"]) == pytest.approx(share, rel=1e-9)
    upkeep = SERVERS * price * magnitude(offer.maintenance, "1/year") / MONTHS
    assert costs["maintenance"] == pytest.approx(upkeep, rel=1e-9)


def test_energy_and_site_of_owned_systems(serving: Study) -> None:
    """Energy follows use between idle and peak; building and staff follow the peak."""
    offer, site = _offer(serving, Purchase), serving.scenario.site
    costs = _costs(serving, offer)
    idle, peak = (magnitude(power, "kW/server") for power in (offer.system.idle_power, offer.system.peak_power))
    with_network = 1 + magnitude(serving.scenario.terms.network_power, "1")
    at_work = peak * magnitude(serving.scenario.terms.busy_power, "1")
    drawn = SERVERS * (idle + (at_work - idle) * BUSY) * with_network * magnitude(site.pue, "1")
    peak *= with_network
    assert costs["energy"] == pytest.approx(drawn * HOURS * magnitude(site.electricity_price, "USD/kWh"), rel=1e-9)
    staff = SERVERS * peak * magnitude(site.operations, "USD/kW/month")
    assert costs["operations"] == pytest.approx(staff, rel=1e-9)
    building = magnitude(site.facility_cost, "USD/kW") / _level(_rate(serving), magnitude(site.facility_life, "year"))
    assert costs["facility"] + costs["facility resale"] == pytest.approx(SERVERS * peak * building, rel=1e-9)


def test_systems_of_a_program(serving: Study) -> None:
    """A system is its accelerators and the rest."""
    offer = _offer(serving, Program)
    costs, per_system = _costs(serving, offer), magnitude(offer.system.accelerators, "accelerator/server")
    price = per_system * magnitude(unit_cost_of(offer), "USD/accelerator") + magnitude(offer.system_cost, "USD/server")
    assert costs["servers"] == pytest.approx(_capital(serving, offer, price), rel=1e-9)


def test_rented_systems(serving: Study) -> None:
    """Hours of a month, times accelerators, times the price of one."""
    offer = _offer(serving, Rental)
    hours = SERVERS * magnitude(offer.system.accelerators, "accelerator/server") * HOURS
    assert _costs(serving, offer)["rent"] == pytest.approx(
        hours * magnitude(offer.price, "USD/accelerator/hour"), rel=1e-9
    )


def test_unit_costs_follow_from_the_total(serving: Study) -> None:
    """A user's month is the total over the users, a query's cost the total over the month's queries."""
    workload = serving.scenario.workload
    users, a_day = magnitude(workload.users, "user"), magnitude(workload.queries_per_user, "query/user/day")
    for one in serving.costs.values():
        total = magnitude(one["total_per_month"], "USD/month")
        per_query = total / (users * a_day * HOURS / 24)
        written = magnitude(workload.output_tokens, "token/query")
        assert magnitude(one["cost_per_user_month"], "USD/user/month") == pytest.approx(total / users, rel=1e-9)
        assert magnitude(one["cost_per_query"], "USD/query") == pytest.approx(per_query, rel=1e-9)
        assert magnitude(one["cost_per_million_tokens"], "USD/Mtoken") == pytest.approx(
            per_query / written * 1e6, rel=1e-9
        )


def test_weights_of_llama_70b_in_16_bits() -> None:
    """70.55 billion weights of two bytes are 141 GB, and 17.6 GB on each of eight accelerators."""
    held = memory.weight_memory(weights=70.55e9, bytes_per_weight=quantity(2.0, "byte"))
    assert magnitude(held, "GB") == pytest.approx(141.1)
    split = memory.held_weights(split=70.55e9, grouped=0.0, replicated=0.0, ways=8.0, group_ways=8.0)
    assert magnitude(split, "1") * 2 / 1e9 == pytest.approx(17.6375)
