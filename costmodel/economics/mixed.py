"""The lines of the cheapest mix: of every pair of a base and a peak, that which is worth the least."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from costmodel.domain.offers import Mix, Offer
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import mix as mixing
from costmodel.economics.least import least_shares
from costmodel.economics.lines import Lines, monthly, present_value, scaled
from costmodel.formula.ops import maximum, minimum
from costmodel.units import Quantity, add, quantity

ALL, NONE = quantity(1.0), quantity(0.0)

Priced = Callable[[Offer, Fleet], Lines]
"""How the lines of one offer of a mix are found."""


@dataclass(frozen=True)
class _Choice:
    """One pair, its lines, what they are worth and the share of the fleet that it holds."""

    lines: Lines
    worth: Quantity
    held: Quantity


def mixed_lines(offer: Mix, fleet: Fleet, priced: Priced) -> Lines:
    """Return the lines of the cheapest mix; in all others they are nothing."""
    choices = _choices(offer, fleet, priced)
    shares = _shares(choices)
    return tuple(scaled(line, share) for one, share in zip(choices, shares, strict=True) for line in one.lines)


def held_share(offer: Mix, fleet: Fleet, priced: Priced) -> Quantity:
    """Return the share of the peak's fleet that the cheapest mix holds."""
    choices = _choices(offer, fleet, priced)
    return add(one.held * share for one, share in zip(choices, _shares(choices), strict=True))


def _choices(offer: Mix, fleet: Fleet, priced: Priced) -> list[_Choice]:
    """Return the cheapest mix of each pair, and each base and peak alone, for where overheads make the mix dearer."""
    pairs = [_pair(offer, fleet, base, peak, priced) for base in offer.bases for peak in offer.peaks]
    held = [_pair(offer, fleet, base, offer.peaks[0], priced, held=ALL) for base in offer.bases]
    return [*pairs, *held, *(_pair(offer, fleet, offer.bases[0], peak, priced, held=NONE) for peak in offer.peaks)]


def _pair(
    offer: Mix, fleet: Fleet, base: Offer, peak: Offer, priced: Priced, *, held: Quantity | None = None
) -> _Choice:
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
    lines = (() if held is NONE else priced(base, below)) + (() if held is ALL else priced(peak, over))
    return _Choice(lines, add(present_value(line, money) for line in lines), share)


def _base(base: Offer, peak: Offer, whole: Fleet, following: Quantity, used: Quantity, priced: Priced) -> Quantity:
    """Return the share to hold, from what the whole fleet costs a month in either way."""
    fleets = (base, whole), (peak, replace(whole, servers=following))
    costs = [add(monthly(priced(one, fleet), fleet.money(one)).values()) for one, fleet in fleets]
    dearer = costs[1] * (1 + whole.terms.headroom) if whole.varies else costs[1]
    return mixing.cheapest_base(base_cost=costs[0], peak_cost=dearer, used=used)


def _busy(utilization: Quantity, used: Quantity) -> Quantity:
    """Return how busy the fleet of the peak is at the peak."""
    return minimum(utilization / maximum(used, 1e-3), ALL)


def _shares(choices: list[_Choice]) -> list[Quantity]:
    return least_shares([one.worth for one in choices])
