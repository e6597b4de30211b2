"""Energy, greenhouse gas and water beside money."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.analysis.study import Study
from costmodel.domain.hardware import load_site
from costmodel.domain.offers import Purchase, load_offer
from costmodel.economics.fleet import Fleet
from costmodel.economics.physical import monthly_footprint
from costmodel.specs.catalog import Catalog
from costmodel.units import magnitude, quantity


def test_energy_is_what_is_paid_for(serving: Study) -> None:
    """The kilowatt-hours of the footprint times the price of energy are the component of systems that run all along."""
    for found in serving.costs.values():
        if "energy" in found.components and not found.offer.comes_later:
            paid = found.footprint["energy"] * serving.scenario.site.electricity_price
            assert magnitude(paid, "USD/month") == pytest.approx(magnitude(found.components["energy"], "USD/month"))


def test_a_query_and_a_user_carry_their_part(serving: Study) -> None:
    """Energy per query times the queries of a month is the energy of the fleet; a user has queries in proportion."""
    workload = serving.scenario.workload
    for found in serving.costs.values():
        queries = workload.users * workload.queries_per_user  # type: ignore[union-attr]
        whole = found["energy_per_query"] * queries
        assert magnitude(whole, "kWh/month") == pytest.approx(magnitude(found.footprint["energy"], "kWh/month"))
        per_user = found["energy_per_user_month"] * workload.users  # type: ignore[union-attr]
        assert magnitude(per_user, "kWh/month") == pytest.approx(magnitude(found.footprint["energy"], "kWh/month"))


@given(st.floats(0, 1))
def test_embodied_carbon_is_spread_over_the_life(utilization: float) -> None:
    """Making a system weighs the same whether it is used or not, and all of it over its life."""
    catalog = Catalog()
    offer = load_offer(catalog, "purchase/hgx-h100", date(2026, 11, 1))
    assert isinstance(offer, Purchase)
    system = offer.system.with_leaves(embodied_carbon=quantity(1500.0, "kilogram/server"))
    site = load_site(catalog, "us-hyperscale").with_leaves(carbon_intensity=quantity(400.0, "gram/kWh"))
    fleet = Fleet(quantity(1.0, "server"), quantity(utilization), site, quantity(0.08, "1/year"))
    found = monthly_footprint(offer.with_leaves(system=system), fleet)  # type: ignore[arg-type]
    whole = found["embodied carbon"] * offer.lifetime
    assert magnitude(whole, "kilogram") == pytest.approx(1500)
    assert magnitude(found["carbon"], "kg/month") == pytest.approx(0.4 * magnitude(found["energy"], "kWh/month"))


def test_water_follows_the_energy_of_the_systems_and_not_that_of_the_meter(serving: Study) -> None:
    """Plain floats: kilowatt-hours at the meter over PUE, times litres for each."""
    site = serving.scenario.site
    for found in serving.costs.values():
        inside = magnitude(found.footprint["energy"], "kWh/month") / magnitude(site.pue, "1")
        litres = inside * magnitude(site.water_intensity, "litre/kWh")  # type: ignore[arg-type]
        assert magnitude(found.footprint["water"], "litre/month") == pytest.approx(litres, rel=1e-12)
        assert litres > 0


def test_what_no_file_gives_is_absent(serving: Study) -> None:
    """Without an intensity of the site there is no line, rather than a zero."""
    found = next(iter(serving.costs.values()))
    bare = serving.scenario.site.with_leaves(carbon_intensity=None, water_intensity=None)  # type: ignore[arg-type]
    fleet = Fleet(found.fleet.servers, found.fleet.utilization, bare, found.fleet.real_discount_rate)
    assert set(monthly_footprint(found.offer, fleet)) <= {"energy", "embodied carbon"}
