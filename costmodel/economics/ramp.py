"""What is there of a demand or a contract that comes in equal steps, discounted as money is."""

from __future__ import annotations

from functools import reduce

from costmodel.domain.offers import Offer, Rental
from costmodel.economics.formulas import flows
from costmodel.economics.lines import NO_RISE, Money
from costmodel.formula.ops import maximum
from costmodel.units import Quantity


def share_delivered(offer: Offer, money: Money, demand: Quantity | None = None) -> Quantity | None:
    """Return the share of all work that is there while a contract ramps up, a demand, or both; None where all is.

    Of two ramps the longer one says how much is there: what either lacks is not served.
    """
    ramps = [one for one in (demand, offer.ramp if isinstance(offer, Rental) else None) if one is not None]
    return share_there(reduce(maximum, ramps), money) if ramps else None


def follows(offer: Offer) -> bool:
    """Say whether the systems of an offer come and go with the load."""
    return isinstance(offer, Rental) and offer.is_elastic


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
