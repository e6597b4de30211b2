"""The monthly cost of a number of systems under each kind of offer, by component."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from costmodel.domain.hardware import Site, System
from costmodel.domain.offers import Offer, Program, Purchase, Rental
from costmodel.economics.formulas import finance, owning, program
from costmodel.economics.rental import rental_costs
from costmodel.errors import MissingData
from costmodel.units import Quantity, add, quantity

NOTHING = quantity(0.0)


@dataclass(frozen=True)
class Tax:
    """Income tax on what systems earn, and the inflation by which its nominal depreciation loses worth."""

    rate: Quantity
    inflation: Quantity


@dataclass(frozen=True)
class Fleet:
    """How many systems are held, how busy they are, where they stand and at which cost of capital."""

    servers: Quantity
    utilization: Quantity
    site: Site
    real_discount_rate: Quantity
    rented: Quantity | None = None
    """Share of the hours in which rented systems are held; without it, all hours."""
    tax: Tax | None = None


Components = dict[str, Quantity]
"""Monthly cost by component."""


@dataclass(frozen=True)
class Life:
    """How long what was bought once is used, and the share of its price got back at the end."""

    years: Quantity
    residual_value: Quantity = NOTHING


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
        **_spares(offer, capital),
        "maintenance": _maintenance(offer, offer.price, fleet),
        **_site_costs(offer, fleet),
    }


@monthly_costs.register
def _(offer: Rental, fleet: Fleet) -> Components:
    return rental_costs(offer, fleet.servers, fleet.rented, fleet.real_discount_rate)


@monthly_costs.register
def _(offer: Program, fleet: Fleet) -> Components:
    per_system = offer.system.accelerators
    price = system_price(offer)
    design = program.design_share(design_cost=offer.design_cost, volume=offer.volume)
    team = program.team_share(team_cost=offer.team_cost, program_life=offer.program_life, volume=offer.volume)
    capital = _capital(offer, price, fleet, offer.residual_value)
    return {
        "servers": capital,
        **_network(offer, capital),
        **_spares(offer, capital),
        "design": _capital(offer, program.share_of_system(share=design, per_system=per_system), fleet, None),
        "team": _capital(offer, program.share_of_system(share=team, per_system=per_system), fleet, None),
        "maintenance": _maintenance(offer, price, fleet),
        **_site_costs(offer, fleet),
    }


def system_price(offer: Purchase | Program) -> Quantity:
    """Return what one system costs to buy or to make."""
    if isinstance(offer, Purchase):
        return offer.price
    made = program.share_of_system(share=offer.unit_cost, per_system=offer.system.accelerators)
    return program.system_price(accelerators=made, rest=offer.system_cost)


def lives(offer: Offer, site: Site) -> dict[str, Life]:
    """Return the life of every component that is paid once; all other components are paid month by month."""
    if isinstance(offer, Rental):
        return {}
    own = Life(offer.lifetime, NOTHING if offer.residual_value is None else offer.residual_value)
    found = {"servers": own, "network": own, "spares": own}
    if isinstance(offer, Program):
        found |= {"design": Life(offer.lifetime), "team": Life(offer.lifetime)}
    return found | ({} if site.facility_rent is not None else {"facility": Life(site.need("facility_life"))})


def _capital(offer: Purchase | Program, price: Quantity, fleet: Fleet, residual: Quantity | None) -> Quantity:
    rate = finance.annuity(real_discount_rate=fleet.real_discount_rate, lifetime=offer.lifetime)
    share = finance.residual_share(
        residual_value=NOTHING if residual is None else residual,
        real_discount_rate=fleet.real_discount_rate,
        lifetime=offer.lifetime,
    )
    return owning.capital_cost(price=price, servers=fleet.servers, annuity=rate, residual_share=share)


def _network(offer: Purchase | Program, capital: Quantity) -> Components:
    share = offer.network_share_of_cluster_cost
    return {} if share is None else {"network": owning.network_cost(capital=capital, share_of_cluster_cost=share)}


def _spares(offer: Purchase | Program, capital: Quantity) -> Components:
    if offer.failures is None:
        return {}
    repair_time = offer.need("repair_time")
    return {"spares": owning.spares_cost(capital=capital, failures=offer.failures, repair_time=repair_time)}


def _maintenance(offer: Purchase | Program, price: Quantity, fleet: Fleet) -> Quantity:
    return owning.maintenance_cost(price=price, servers=fleet.servers, share_per_year=offer.maintenance)


def _site_costs(offer: Purchase | Program, fleet: Fleet) -> Components:
    site, servers, system = fleet.site, fleet.servers, offer.system
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


def taxed(offer: Offer, fleet: Fleet, components: Components) -> Components:
    """Return the components with income tax on the yearly return on capital, if the fleet is taxed.

    Equipment is written off by five-year MACRS, a facility in equal parts over its life; all else is deducted when
    paid and so carries no tax of its own.
    """
    paid_once = lives(offer, fleet.site)
    capital = {name: cost for name, cost in components.items() if name in paid_once}
    if fleet.tax is None or not capital:
        return components
    tax = add(_income_tax(cost, name, paid_once[name], fleet, fleet.tax) for name, cost in capital.items())
    return {**components, "income tax": tax}


def monthly_total(offer: Offer, fleet: Fleet) -> Quantity:
    """Return the monthly cost of a fleet under an offer, taxed if the fleet is."""
    return add(taxed(offer, fleet, monthly_costs(offer, fleet)).values())


def _income_tax(cost: Quantity, name: str, life: Life, fleet: Fleet, tax: Tax) -> Quantity:
    rate = finance.nominal_discount_rate(real_discount_rate=fleet.real_discount_rate, inflation=tax.inflation)
    shield = (
        finance.straight_line_tax_shield(nominal_discount_rate=rate, lifetime=life.years)
        if name == "facility"
        else finance.macrs_tax_shield(nominal_discount_rate=rate)
    )
    factor = finance.project_financing_factor(tax_rate=tax.rate, tax_shield=shield)
    return owning.income_tax_cost(capital=cost, financing_factor=factor)
