"""The lines of a number of systems under each kind of offer, and their monthly cost by component."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from costmodel.domain.offers import Mix, Offer, Program, Purchase, Rental
from costmodel.domain.terms import Terms
from costmodel.economics.arriving import arriving_lines, schedule
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import program
from costmodel.economics.lines import Line, Lines, monthly, scaled
from costmodel.economics.mixed import Mixed, cheapest_mix
from costmodel.economics.owned import owned_lines
from costmodel.economics.package import unit_cost
from costmodel.economics.program import program_lines
from costmodel.economics.ramp import share_delivered, share_there
from costmodel.economics.rented import rented_lines
from costmodel.economics.taxes import tax_lines
from costmodel.units import Quantity, add

Components = dict[str, Quantity]
"""Monthly cost by component."""


def cost_lines(offer: Offer, fleet: Fleet) -> Lines:
    """Return the dated lines of a fleet under an offer, taxed if the fleet is."""
    if isinstance(offer, Mix):
        return mixed(offer, fleet).lines
    return tuple(_lines(offer, fleet))


def mixed(offer: Mix, fleet: Fleet) -> Mixed:
    """Return the cheapest mix of the offers of a fleet."""
    return cheapest_mix(offer, fleet, cost_lines)


def delivered(offer: Offer, fleet: Fleet) -> Quantity | None:
    """Return the share of all work that is done while a contract comes in steps, or users do; None where all is."""
    if isinstance(offer, Mix):
        return mixed(offer, fleet).delivered
    return share_delivered(offer, fleet.money(offer), fleet.ramp)


def share_served(offer: Offer, fleet: Fleet) -> Quantity | None:
    """Return the share of the work of those users who are there that is done; None where all is."""
    done = delivered(offer, fleet)
    return done if done is None or fleet.ramp is None else done / share_there(fleet.ramp, fleet.money(offer))


def serving_lines(offer: Offer, fleet: Fleet) -> Lines:
    """Return the lines of a fleet that serves for another: what a contract lacks in its ramp costs as much again."""
    served, lines = share_served(offer, fleet), cost_lines(offer, fleet)
    return lines if served is None else tuple(scaled(line, 1 / served) for line in lines)


def monthly_costs(offer: Offer, fleet: Fleet) -> Components:
    """Return the monthly cost of a fleet under an offer, by component: its lines, levelised over the horizon."""
    return monthly(cost_lines(offer, fleet), fleet.money(offer))


def monthly_total(offer: Offer, fleet: Fleet) -> Quantity:
    """Return the monthly cost of a fleet that is all there: while a contract or users come in steps, by what has."""
    total, there = add(monthly_costs(offer, fleet).values()), delivered(offer, fleet)
    return total if there is None else total / there


def system_price(offer: Purchase | Program, terms: Terms) -> Quantity:
    """Return what one system costs to buy, by the trend of prices if that is later, or to make."""
    if isinstance(offer, Purchase):
        decline = terms.price_performance_decline
        later = offer.arrival
        return offer.price if later is None else program.price_by_trend(price=offer.price, decline=decline, years=later)
    made = program.share_of_system(share=unit_cost_of(offer), per_system=offer.system.accelerators)
    return program.system_price(accelerators=made, rest=offer.system_cost)


def unit_cost_of(offer: Program) -> Quantity:
    """Return what one accelerator costs to make: as given, or from what it is made of."""
    if offer.unit_cost is not None or offer.materials is None:
        return offer.need("unit_cost")
    return unit_cost(offer.system.accelerator, offer.materials, offer.partner_margin)


@singledispatch
def _lines(offer: Offer, fleet: Fleet) -> Iterator[Line]:
    raise NotImplementedError(type(offer).__name__)


@_lines.register
def _(offer: Purchase, fleet: Fleet) -> Iterator[Line]:
    if offer.arrival is None:
        yield from _bought(offer, fleet)
        return
    when = schedule(offer.arrival, offer.arrival, offer.lifetime, fleet.money(offer))
    yield from arriving_lines(lambda later: _bought(offer, later), fleet, when, serving_lines)


def _bought(offer: Purchase, fleet: Fleet) -> Iterator[Line]:
    lines = tuple(owned_lines(offer, system_price(offer, fleet.terms), fleet))
    yield from lines
    yield from () if fleet.tax is None else tax_lines(lines, offer, fleet, fleet.tax)


@_lines.register
def _(offer: Rental, fleet: Fleet) -> Iterator[Line]:
    yield from rented_lines(offer, fleet)


@_lines.register
def _(offer: Program, fleet: Fleet) -> Iterator[Line]:
    yield from program_lines(offer, system_price(offer, fleet.terms), fleet, serving_lines)
