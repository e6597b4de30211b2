"""The cheapest mix: of every pair of a base and a peak, that whose delivered work is worth the least."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from costmodel.domain.offers import Mix, Offer, Rental
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import mix as mixing
from costmodel.economics.least import least_shares
from costmodel.economics.lines import Lines, monthly, present_value, scaled
from costmodel.economics.ramp import follows, share_delivered
from costmodel.economics.rented import share_paid
from costmodel.formula.ops import maximum, minimum
from costmodel.units import Quantity, add, quantity

ALL, NONE = quantity(1.0), quantity(0.0)

Priced = Callable[[Offer, Fleet], Lines]
"""How the lines of one offer of a mix are found."""


@dataclass(frozen=True)
class Mixed:
    """One pair of a base and a peak: its lines, and what it holds and does."""

    lines: Lines
    held: Quantity
    """Share of the peak's fleet that the base is."""
    servers: Quantity
    """Systems of both at the peak."""
    paid: Quantity
    """Systems that are there and paid for, on average over the horizon as money is discounted."""
    delivered: Quantity | None = None
    """Share of all work that is done while a contract comes in steps, or users do; None where all is."""

    def of_both(self, fleet: Fleet) -> Fleet:
        """Return the fleet of the peak as the systems of both are, which do the same work."""
        return replace(fleet, servers=self.servers, utilization=fleet.utilization * fleet.servers / self.servers)


def cheapest_mix(offer: Mix, fleet: Fleet, priced: Priced) -> Mixed:
    """Return the cheapest mix; the lines of all others are nothing."""
    money = fleet.money(offer)
    choices = _choices(offer, fleet, priced)
    worths = [add(present_value(line, money) for line in one.lines) / _all_if_none(one.delivered) for one in choices]
    chosen = list(zip(choices, least_shares(worths), strict=True))

    def of(part: Callable[[Mixed], Quantity]) -> Quantity:
        return add(part(one) * share for one, share in chosen)

    steps = any(one.delivered is not None for one in choices)
    return Mixed(
        tuple(scaled(line, share) for one, share in chosen for line in one.lines),
        of(lambda one: one.held),
        of(lambda one: one.servers),
        of(lambda one: one.paid),
        of(lambda one: _all_if_none(one.delivered)) if steps else None,
    )


def _choices(offer: Mix, fleet: Fleet, priced: Priced) -> list[Mixed]:
    """Return the cheapest mix of each pair, and each base and peak alone, for where overheads make the mix dearer."""
    pairs = [_pair(offer, fleet, base, peak, priced) for base in offer.bases for peak in offer.peaks]
    held = [_pair(offer, fleet, base, offer.peaks[0], priced, held=ALL) for base in offer.bases]
    return [*pairs, *held, *(_pair(offer, fleet, offer.bases[0], peak, priced, held=NONE) for peak in offer.peaks)]


def _pair(offer: Mix, fleet: Fleet, base: Offer, peak: Offer, priced: Priced, *, held: Quantity | None = None) -> Mixed:
    money = fleet.money(offer)
    whole = replace(fleet, rented=None, horizon=fleet.horizon)
    used = ALL if fleet.rented is None else fleet.rented
    following = fleet.following.get(peak.id, fleet.servers)
    share = _base(base, peak, whole, following, used, priced) if held is None else held
    above = mixing.load_above(base=share, used=used)
    base_used = mixing.share_used(work=used - above, share=share)
    busy = mixing.share_used(work=_busy(fleet.utilization, used) * base_used, share=ALL)
    below = replace(whole, servers=fleet.servers * share, utilization=busy)
    over = replace(fleet, servers=following * (1 - share), rented=mixing.share_used(work=above, share=1 - share))
    both = [(base, below, used - above), (peak, over, above)]
    parts = both[:1] if held is ALL else both[1:] if held is NONE else both
    done = [share_delivered(one, money, fleet.ramp) for one, _, _ in parts]
    return Mixed(
        tuple(line for one, part, _ in parts for line in priced(one, part)),
        share,
        add(part.servers for _, part, _ in parts),
        add(systems_paid(one, part) for one, part, _ in parts),
        _of_work([work / used for _, _, work in parts], done),
    )


def _of_work(shares: Sequence[Quantity], done: Sequence[Quantity | None]) -> Quantity | None:
    """Return the share of all work that is done, of the shares of each part and what is done of those."""
    if all(one is None for one in done):
        return None
    return add(share * _all_if_none(one) for share, one in zip(shares, done, strict=True))


def systems_paid(offer: Offer, fleet: Fleet) -> Quantity:
    """Return the systems of an offer that are there and paid for, on average over the horizon."""
    there = share_delivered(offer, fleet.money(offer), fleet.ramp if follows(offer) else None)
    held = fleet.servers if there is None else fleet.servers * there
    share = share_paid(offer, fleet) if isinstance(offer, Rental) else None
    return held if share is None else held * share


def _all_if_none(share: Quantity | None) -> Quantity:
    return ALL if share is None else share


def _base(base: Offer, peak: Offer, whole: Fleet, following: Quantity, used: Quantity, priced: Priced) -> Quantity:
    """Return the share to hold, from what the whole fleet costs a month in either way."""
    fleets = (base, whole), (peak, replace(whole, servers=following))
    costs = [add(monthly(priced(one, fleet), fleet.money(one)).values()) for one, fleet in fleets]
    dearer = costs[1] * (1 + whole.terms.headroom) if whole.varies else costs[1]
    return mixing.cheapest_base(base_cost=costs[0], peak_cost=dearer, used=used)


def _busy(utilization: Quantity, used: Quantity) -> Quantity:
    """Return how busy the fleet of the peak is at the peak."""
    return minimum(utilization / maximum(used, 1e-3), ALL)
