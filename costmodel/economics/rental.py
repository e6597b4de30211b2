"""The monthly cost of rented systems, with everything that the terms of a rental add or take off."""

from __future__ import annotations

from costmodel.domain.offers import Rental
from costmodel.economics.formulas import finance, renting
from costmodel.units import Quantity, quantity

ONE = quantity(1.0)
NO_RISE = quantity(0.0, "1/year")
NO_RAMP = quantity(0.0, "year")


def hourly_price(offer: Rental) -> Quantity:
    """Return the rent per accelerator-hour of the first year: by price and discount, or implied by a contract's value.

    The value of a contract is the sum of its rents, so that a rise over the years lowers the price of the first.
    """
    if offer.price is not None:
        if offer.discount is None:
            return offer.price
        return renting.discounted_price(price=offer.price, discount=offer.discount)
    return renting.contract_price(
        value=offer.need("value"),
        accelerators=offer.need("accelerators"),
        term=offer.need("term"),
        ramp=NO_RAMP if offer.ramp is None else offer.ramp,
        mean_rise=_rise(offer, NO_RISE),
    )


def share_paid(offer: Rental, rented: Quantity | None) -> Quantity | None:
    """Return the share of the hours that is paid for, or None for all of them."""
    if rented is None:
        return None
    if offer.is_elastic:
        return rented
    return renting.paid_share(utilization=rented, take_or_pay=offer.need("take_or_pay"))


def rental_costs(
    offer: Rental, servers: Quantity, rented: Quantity | None, real_discount_rate: Quantity
) -> dict[str, Quantity]:
    """Return the monthly cost of rented systems, by component; without `rented`, they are held around the clock."""
    first = renting.rent_cost(price=hourly_price(offer), per_system=offer.system.accelerators, servers=servers)
    paid = share_paid(offer, rented)
    first = first if paid is None else renting.paid_rent(rent=first, share=paid)
    rises = offer.escalation is not None
    rent = renting.escalated_rent(rent=first, factor=_rise(offer, real_discount_rate)) if rises else first
    return {
        "rent": rent,
        **_prepayment(offer, first, real_discount_rate),
        **_credits(offer, rent),
        **_interruptions(offer, rent),
        **_shares(offer, servers, real_discount_rate),
    }


def _rise(offer: Rental, rate: Quantity) -> Quantity:
    """Return the rent levelised at a rate, over that of the first year."""
    if offer.escalation is None:
        return ONE
    return renting.escalation_factor(real_discount_rate=rate, escalation=offer.escalation, term=offer.need("term"))


def _prepayment(offer: Rental, first: Quantity, rate: Quantity) -> dict[str, Quantity]:
    if offer.prepayment is None:
        return {}
    cost = renting.prepayment_cost(
        first_rent=first,
        prepayment=offer.prepayment,
        real_discount_rate=rate,
        escalation=NO_RISE if offer.escalation is None else offer.escalation,
        term=offer.need("term"),
    )
    return {"prepayment": cost}


def _credits(offer: Rental, rent: Quantity) -> dict[str, Quantity]:
    if offer.credits_share is None:
        return {}
    return {"credits": renting.credits_cost(rent=rent, share=offer.credits_share, cost=offer.need("credits_cost"))}


def _interruptions(offer: Rental, rent: Quantity) -> dict[str, Quantity]:
    if offer.interruptions is None:
        return {}
    lost = offer.need("lost_time")
    return {"interruptions": renting.interruption_cost(rent=rent, interruptions=offer.interruptions, lost_time=lost)}


def _shares(offer: Rental, servers: Quantity, rate: Quantity) -> dict[str, Quantity]:
    if offer.shares_received is None:
        return {}
    cost = renting.shares_cost(
        shares_received=offer.shares_received,
        accelerators=offer.need("accelerators"),
        per_system=offer.system.accelerators,
        servers=servers,
        annuity=finance.annuity(real_discount_rate=rate, lifetime=offer.need("term")),
    )
    return {"shares received": cost}
