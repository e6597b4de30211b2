"""What serves until systems arrive: of all that may, what costs the least over the time for which it does."""

from __future__ import annotations

from dataclasses import replace

from costmodel.domain.offers import Offer, Program, Purchase
from costmodel.economics.arriving import Schedule, schedule
from costmodel.economics.components import serving_lines
from costmodel.economics.fleet import Fleet, Meanwhile
from costmodel.economics.least import least_shares
from costmodel.economics.lines import present_value
from costmodel.economics.program import branches_of, is_sunk
from costmodel.units import Quantity, add


def arrivals(offer: Offer, fleet: Fleet) -> tuple[Schedule, ...]:
    """Return when the systems of an offer may arrive; nothing where they are there from the start."""
    if isinstance(offer, Program):
        begins = fleet.meanwhile and not is_sunk(offer, fleet)
        return tuple(one.when for one in branches_of(offer, fleet)) if begins else ()
    if isinstance(offer, Purchase) and offer.arrival is not None:
        return (schedule(offer.arrival, offer.arrival, offer.lifetime, fleet.money(offer)),)
    return ()


def with_cheapest(offer: Offer, fleet: Fleet) -> Fleet:
    """Return a fleet that waits on what is cheapest over its wait, chosen anew for every row of inputs."""
    waits = arrivals(offer, fleet)
    if not waits or not fleet.meanwhile[1:]:
        return fleet
    shares = least_shares([_waited(one, waits) for one in fleet.meanwhile])
    chosen = (replace(one, chosen=share) for one, share in zip(fleet.meanwhile, shares, strict=True))
    return replace(fleet, meanwhile=tuple(chosen))


def _waited(one: Meanwhile, waits: tuple[Schedule, ...]) -> Quantity:
    """Return the mean present value of serving until systems arrive, over when they may."""
    return add(_worth(one, when.served) * one.share * when.likely for when in waits)


def _worth(one: Meanwhile, months: Quantity) -> Quantity:
    there = replace(one.fleet, horizon=months)
    money = there.money(one.offer)
    return add(present_value(line, money) for line in serving_lines(one.offer, there))
