"""What is there of a demand or a contract that comes in equal steps, discounted as money is."""

from __future__ import annotations

from costmodel.domain.offers import Offer, Rental
from costmodel.economics.formulas import flows
from costmodel.economics.lines import NO_RISE, Money
from costmodel.units import Quantity


def share_delivered(offer: Offer, money: Money) -> Quantity | None:
    """Return the share of all hours that is there while a contract ramps up; None where all are."""
    if not isinstance(offer, Rental) or offer.ramp is None:
        return None
    return share_there(offer.ramp, money)


def share_there(ramp: Quantity, money: Money) -> Quantity:
    """Return the share that is there of what comes in equal steps over a ramp, discounted as money is."""
    ramped = flows.ramped_worth(
        rate=money.real_discount_rate,
        escalation=NO_RISE,
        months=money.horizon,
        ramp=flows.whole_months(time=ramp),
        delay=money.terms.payment_delay,
    )
    return flows.delivered_share(ramped=ramped, level=money.level)
