"""The lines of a rental: rents of its term and renewals, what was committed and is not needed, and what terms add."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from costmodel.domain.offers import Rental
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import flows, renting
from costmodel.economics.lines import NO_RISE, Line
from costmodel.formula.ops import maximum
from costmodel.units import Quantity, quantity

ALL = quantity(1.0)
NO_TIME = quantity(0.0, "hour")
NO_DELAY = quantity(0.0, "month")
NO_HEADROOM = quantity(0.0)
NO_STEP = quantity(0.0)
UNUSED = "unused commitment"


def hourly_price(offer: Rental) -> Quantity:
    """Return the rent per accelerator-hour of the first year: by price and discount, or implied by a contract's value.

    The value of a contract is the sum of its rents, so that a rise over the years lowers the price of the first, and a
    ramp raises it.
    """
    if offer.price is not None:
        if offer.discount is None:
            return offer.price
        return renting.discounted_price(price=offer.price, discount=offer.discount)
    term = flows.whole_months(time=offer.need("term"))
    return renting.contract_price(
        value=offer.need("value"), accelerators=offer.need("accelerators"), months=_paid_months(offer, term, first=True)
    )


def share_paid(offer: Rental, fleet: Fleet) -> Quantity | None:
    """Return the share of the hours that is paid for, or None for all of them."""
    if fleet.rented is None:
        return None
    if offer.is_elastic:
        return renting.followed_share(
            used=fleet.rented,
            headroom=fleet.terms.headroom if fleet.varies else NO_HEADROOM,
            start_up=fleet.terms.start_up,
            minimum_time=NO_TIME if offer.minimum_time is None else offer.minimum_time,
            step=NO_STEP if fleet.together is None else fleet.together / maximum(fleet.servers, fleet.together),
        )
    if offer.take_or_pay is None:
        return None
    return renting.paid_share(utilization=fleet.rented, take_or_pay=offer.take_or_pay)


def rented_lines(offer: Rental, fleet: Fleet) -> Iterator[Line]:
    """Yield the lines of rented systems over the horizon, and beyond it where a term binds for longer."""
    full = renting.rent_cost(price=hourly_price(offer), per_system=offer.system.accelerators, servers=fleet.servers)
    paid = share_paid(offer, fleet)
    used = full if paid is None else renting.paid_rent(rent=full, share=paid)
    rents = list(_rents(offer, full, used, fleet))
    yield from rents
    yield from _prepayments(offer, rents)
    for rent in rents:
        yield from _additions(offer, rent)
    if offer.shares_received is not None:
        yield Line("shares received", _shares(offer, fleet.servers))


@dataclass(frozen=True)
class _Term:
    """The terms of a rental that follow each other until the horizon."""

    months: Quantity
    count: Quantity
    needed: Quantity
    """Months of the first term before the horizon."""
    horizon: Quantity

    @property
    def last_start(self) -> Quantity:
        return flows.last_start(term=self.months, terms=self.count)

    @property
    def last(self) -> Quantity:
        return flows.last_renewal(horizon=self.horizon, term=self.months, terms=self.count)


def _term(offer: Rental, horizon: Quantity) -> _Term:
    months = flows.whole_months(time=offer.need("term"))
    count = flows.lives_begun(horizon=horizon, life=months)
    return _Term(months, count, flows.months_needed(months=months, horizon=horizon), horizon)


def _rents(offer: Rental, full: Quantity, used: Quantity, fleet: Fleet) -> Iterator[Line]:
    """Yield the rents of the first term, of what it binds beyond the need, and of whole and last renewals."""
    money = fleet.money(offer)
    decline = money.terms.rent_decline
    if offer.term is None:
        # A price that follows the market: it falls as market rents do.
        # What follows the load grows as it does.
        ramp = flows.whole_months(time=fleet.ramp) if offer.is_elastic and fleet.ramp is not None else None
        market = NO_RISE - decline
        yield Line("rent", used, months=money.horizon, ramp=ramp, escalation=market)
        return
    term = _term(offer, money.horizon)
    top = ALL if offer.take_or_pay is None else offer.take_or_pay
    unused = renting.unused_rent(rent=full, take_or_pay=top, sublet=money.terms.sublet_share)
    bound = Line("rent", used, escalation=offer.escalation, nominal=True, end="renewal")
    ramp = None if offer.ramp is None else flows.whole_months(time=offer.ramp)
    first = replace(bound, months=term.needed, ramp=ramp)
    yield first
    yield replace(first, name=UNUSED, amount=unused, months=term.months, skip=term.needed, end="nothing")
    renewals = flows.whole_renewals(terms=term.count)
    whole = replace(bound, months=term.months, decline=decline)
    yield replace(whole, start=term.months, every=term.months, times=renewals)
    yield replace(whole, start=term.last_start, months=term.last)


def _prepayments(offer: Rental, rents: list[Line]) -> Iterator[Line]:
    """Yield, for each run of rents, what is paid at its start and what that takes off each of them."""
    if offer.prepayment is None:
        return
    offer.need("term")
    for rent in rents:
        months = _paid_in(rent)
        early = renting.prepaid_sum(rent=rent.amount, prepayment=offer.prepayment, months=months)
        yield Line("prepayment", early, start=rent.start, every=rent.every, times=rent.times, decline=rent.decline)
        late = renting.prepaid_rent(rent=rent.amount, prepayment=offer.prepayment)
        yield replace(rent, name="prepayment", amount=late)


def _paid_in(rent: Line) -> Quantity:
    """Return the months of rent that a run of rents adds up to, in the money of the contract."""
    whole = _months_paid(rent.months, rent.escalation, rent.ramp)
    return whole if rent.skip is None else whole - _months_paid(rent.skip, rent.escalation, rent.ramp)


def _paid_months(offer: Rental, term: Quantity, *, first: bool) -> Quantity:
    ramp = flows.whole_months(time=offer.ramp) if first and offer.ramp is not None else None
    return _months_paid(term, offer.escalation, ramp)


def _months_paid(months: Quantity | None, escalation: Quantity | None, ramp: Quantity | None) -> Quantity:
    assert months is not None  # noqa: S101 - rents have months
    if escalation is None and ramp is None:
        return months
    rise = NO_RISE if escalation is None else escalation
    return flows.ramped_worth(
        rate=NO_RISE,
        escalation=rise,
        months=months,
        ramp=NO_DELAY if ramp is None else ramp,
        delay=NO_DELAY,
    )


def _additions(offer: Rental, rent: Line) -> Iterator[Line]:
    if offer.credits_share is not None:
        cost = renting.credits_cost(rent=rent.amount, share=offer.credits_share, cost=offer.need("credits_cost"))
        yield replace(rent, name="credits", amount=cost)
    if offer.interruptions is not None and rent.name != UNUSED:
        lost = offer.need("lost_time")
        again = renting.interruption_cost(rent=rent.amount, interruptions=offer.interruptions, lost_time=lost)
        yield replace(rent, name="interruptions", amount=again)


def _shares(offer: Rental, servers: Quantity) -> Quantity:
    return renting.shares_value(
        shares_received=offer.need("shares_received"),
        accelerators=offer.need("accelerators"),
        per_system=offer.system.accelerators,
        servers=servers,
    )
