"""The monthly cost of a number of systems under each kind of offer, by component."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from costmodel.domain.hardware import Site, System
from costmodel.domain.offers import Offer, Program, Purchase, Rental
from costmodel.economics.formulas import finance, owning, program, renting
from costmodel.errors import MissingData
from costmodel.units import Quantity, quantity


@dataclass(frozen=True)
class Fleet:
    """How many systems are held, how busy they are, where they stand and at which cost of capital."""

    servers: Quantity
    utilization: Quantity
    site: Site
    real_discount_rate: Quantity


Components = dict[str, Quantity]
"""Monthly cost by component."""


@singledispatch
def monthly_costs(offer: Offer, fleet: Fleet) -> Components:
    """Return the monthly cost of a fleet under an offer, by component."""
    raise NotImplementedError(type(offer).__name__)


@monthly_costs.register
def _(offer: Purchase, fleet: Fleet) -> Components:
    capital = _capital(offer, offer.price, fleet, offer.residual_value)
    return {
        "servers": capital,
        **_network(offer, capital),
        "maintenance": _maintenance(offer, offer.price, fleet),
        **_site_costs(offer.system, fleet),
    }


@monthly_costs.register
def _(offer: Rental, fleet: Fleet) -> Components:
    rent = renting.rent_cost(price=offer.price, per_system=offer.system.accelerators, servers=fleet.servers)
    return {"rent": rent}


@monthly_costs.register
def _(offer: Program, fleet: Fleet) -> Components:
    per_system = offer.system.accelerators
    made = program.share_of_system(share=offer.unit_cost, per_system=per_system)
    price = program.system_price(accelerators=made, rest=offer.system_cost)
    design = program.design_share(design_cost=offer.design_cost, volume=offer.volume)
    team = program.team_share(team_cost=offer.team_cost, program_life=offer.program_life, volume=offer.volume)
    capital = _capital(offer, price, fleet, offer.residual_value)
    return {
        "servers": capital,
        **_network(offer, capital),
        "design": _capital(offer, program.share_of_system(share=design, per_system=per_system), fleet, None),
        "team": _capital(offer, program.share_of_system(share=team, per_system=per_system), fleet, None),
        "maintenance": _maintenance(offer, price, fleet),
        **_site_costs(offer.system, fleet),
    }


def _capital(offer: Purchase | Program, price: Quantity, fleet: Fleet, residual: Quantity | None) -> Quantity:
    rate = finance.annuity(real_discount_rate=fleet.real_discount_rate, lifetime=offer.lifetime)
    share = finance.residual_share(
        residual_value=quantity(0.0) if residual is None else residual,
        real_discount_rate=fleet.real_discount_rate,
        lifetime=offer.lifetime,
    )
    return owning.capital_cost(price=price, servers=fleet.servers, annuity=rate, residual_share=share)


def _network(offer: Purchase | Program, capital: Quantity) -> Components:
    share = offer.network_share_of_cluster_cost
    return {} if share is None else {"network": owning.network_cost(capital=capital, share_of_cluster_cost=share)}


def _maintenance(offer: Purchase | Program, price: Quantity, fleet: Fleet) -> Quantity:
    return owning.maintenance_cost(price=price, servers=fleet.servers, share_per_year=offer.maintenance)


def _site_costs(system: System, fleet: Fleet) -> Components:
    site, servers = fleet.site, fleet.servers
    power = owning.mean_power(idle_power=system.idle_power, peak_power=system.peak_power, utilization=fleet.utilization)
    return {
        "facility": _facility(system, fleet),
        "operations": owning.power_based_cost(rent=site.operations, peak_power=system.peak_power, servers=servers),
        "energy": owning.energy_cost(
            power=power, servers=servers, pue=site.pue, electricity_price=site.electricity_price
        ),
    }


def _facility(system: System, fleet: Fleet) -> Quantity:
    site, servers = fleet.site, fleet.servers
    if site.facility_rent is not None:
        return owning.power_based_cost(rent=site.facility_rent, peak_power=system.peak_power, servers=servers)
    if site.facility_cost is None:
        msg = f"{site.id} gives neither facility_rent nor facility_cost with facility_life: add one to {site.place}"
        raise MissingData(msg)
    rate = finance.annuity(real_discount_rate=fleet.real_discount_rate, lifetime=site.need("facility_life"))
    return owning.facility_cost_owned(
        facility_cost=site.facility_cost, peak_power=system.peak_power, servers=servers, annuity=rate
    )
