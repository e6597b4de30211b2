"""What systems draw at work and at rest, and what must be held ready for them: with their network and storage."""

from __future__ import annotations

from costmodel.domain.offers import Offer
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import owning
from costmodel.units import Quantity


def mean_power(offer: Offer, fleet: Fleet) -> Quantity:
    """Return the mean power of a system of a fleet."""
    idle = offer.system.idle_power
    alone = owning.mean_power(idle_power=idle, peak_power=_busy(offer, fleet), utilization=fleet.utilization)
    return owning.power_with_network(power=alone, network_power=fleet.terms.network_power)


def peak_draw(offer: Offer, fleet: Fleet) -> Quantity:
    """Return the power of a system at work, by which the highest power at the meter is charged."""
    return owning.power_with_network(power=_busy(offer, fleet), network_power=fleet.terms.network_power)


def _busy(offer: Offer, fleet: Fleet) -> Quantity:
    system = offer.system
    return owning.busy_system_power(
        peak_power=system.peak_power, idle_power=system.idle_power, busy_power=fleet.terms.busy_power
    )


def held_power(offer: Offer, fleet: Fleet) -> Quantity:
    """Return the power that a site holds ready for a system: its rating, and that of its network."""
    return owning.power_with_network(power=offer.system.peak_power, network_power=fleet.terms.network_power)
