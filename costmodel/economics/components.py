"""The lines of a number of systems under each kind of offer, and their monthly cost by component."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from costmodel.domain.offers import Offer, Program, Purchase, Rental
from costmodel.economics.fleet import Fleet, Tax
from costmodel.economics.formulas import finance, owning, program
from costmodel.economics.lines import Line, Lines, Money, monthly, present_value
from costmodel.economics.owned import bought_line, lives_of, owned_lines
from costmodel.economics.package import unit_cost
from costmodel.economics.rented import rented_lines
from costmodel.units import Quantity, add

__all__ = ["Components", "Fleet", "Tax", "cost_lines", "monthly_costs", "monthly_total", "system_price"]

Components = dict[str, Quantity]
"""Monthly cost by component."""


def cost_lines(offer: Offer, fleet: Fleet) -> Lines:
    """Return the dated lines of a fleet under an offer, taxed if the fleet is."""
    lines = tuple(_lines(offer, fleet))
    return lines + tuple(_taxes(lines, offer, fleet))


def monthly_costs(offer: Offer, fleet: Fleet) -> Components:
    """Return the monthly cost of a fleet under an offer, by component: its lines, levelised over the horizon."""
    return monthly(cost_lines(offer, fleet), fleet.money(offer))


def monthly_total(offer: Offer, fleet: Fleet) -> Quantity:
    """Return the monthly cost of a fleet under an offer."""
    return add(monthly_costs(offer, fleet).values())


def system_price(offer: Purchase | Program) -> Quantity:
    """Return what one system costs to buy or to make."""
    if isinstance(offer, Purchase):
        return offer.price
    made = program.share_of_system(share=_unit_cost(offer), per_system=offer.system.accelerators)
    return program.system_price(accelerators=made, rest=offer.system_cost)


def _unit_cost(offer: Program) -> Quantity:
    """Return what one accelerator costs to make: as given, or from what it is made of."""
    if offer.unit_cost is not None or offer.materials is None:
        return offer.need("unit_cost")
    return unit_cost(offer.system.accelerator, offer.materials, offer.partner_margin)


@singledispatch
def _lines(offer: Offer, fleet: Fleet) -> Iterator[Line]:
    raise NotImplementedError(type(offer).__name__)


@_lines.register
def _(offer: Purchase, fleet: Fleet) -> Iterator[Line]:
    yield from owned_lines(offer, offer.price, fleet)


@_lines.register
def _(offer: Rental, fleet: Fleet) -> Iterator[Line]:
    yield from rented_lines(offer, fleet)


@_lines.register
def _(offer: Program, fleet: Fleet) -> Iterator[Line]:
    money = fleet.money(offer)
    lives = lives_of(offer.lifetime, money.horizon)
    shares = {
        "design": program.design_share(design_cost=offer.design_cost, volume=offer.volume),
        "team": program.team_share(team_cost=offer.team_cost, program_life=offer.program_life, volume=offer.volume),
    }
    for name, share in shares.items():
        on_system = program.share_of_system(share=share, per_system=offer.system.accelerators)
        yield bought_line(name, owning.purchase(price=on_system, servers=fleet.servers), lives, money)
    yield from owned_lines(offer, system_price(offer), fleet)


def _taxes(lines: Lines, offer: Offer, fleet: Fleet) -> Iterator[Line]:
    """Yield the income tax on the return on what was bought; all else is deducted when paid and carries no tax."""
    bought = [line for line in lines if line.months is None]
    if fleet.tax is None or isinstance(offer, Rental):
        return
    money = fleet.money(offer)
    taxes = add(_income_tax(line, fleet, fleet.tax, money) for line in bought)
    yield Line("income tax", money.levelised(taxes), months=money.horizon)


def _income_tax(line: Line, fleet: Fleet, tax: Tax, money: Money) -> Quantity:
    """Return the worth of the tax: equipment is written off by MACRS, a facility in equal parts over its life."""
    rate = finance.nominal_discount_rate(real_discount_rate=fleet.real_discount_rate, inflation=tax.inflation)
    shield = (
        finance.straight_line_tax_shield(nominal_discount_rate=rate, lifetime=fleet.site.need("facility_life"))
        if line.name.startswith("facility")
        else finance.macrs_tax_shield(nominal_discount_rate=rate)
    )
    factor = finance.project_financing_factor(tax_rate=tax.rate, tax_shield=shield)
    return owning.income_tax_cost(capital=present_value(line, money), financing_factor=factor)
