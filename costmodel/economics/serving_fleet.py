"""The fleet that carries the peak of a service: whole replicas, with a reserve."""

from __future__ import annotations

from dataclasses import dataclass, replace

from costmodel.domain.offers import Mix, Offer, Rental, unit_of
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Serving
from costmodel.economics.fleet import Fleet, Meanwhile
from costmodel.economics.formulas import demand
from costmodel.economics.held import ACCELERATOR, fleet_of, systems
from costmodel.economics.usage import mean_rate, peak_to_mean_of
from costmodel.performance.formulas import layout
from costmodel.performance.machine.setup import Setup
from costmodel.units import Quantity, quantity

ONE = quantity(1.0)
NONE = quantity(0.0)
NO_SYSTEM = quantity(0.0, "server")


@dataclass(frozen=True)
class Reserve:
    """What stands by or is out, beside what carries the peak."""

    peak_utilization: Quantity
    maintenance: Quantity
    spare_replicas: Quantity
    spare_systems: Quantity


def reserve_of(scenario: Scenario, workload: Serving, offer: Offer) -> Reserve:
    """Return the reserve of a fleet under an offer.

    Hours that follow the load keep their headroom there, and the provider replaces a system that fails. Where requests
    come at random the rate of a replica is one that they keep, so that nothing is added for uneven minutes.
    """
    if isinstance(offer, Rental) and offer.is_elastic:
        return Reserve(ONE, NONE, NONE, NO_SYSTEM)
    terms = scenario.terms
    used = ONE if workload.at_random else terms.peak_utilization
    return Reserve(used, terms.maintenance, terms.spare_replicas, terms.spare_systems)


def sized(
    scenario: Scenario, workload: Serving, offer: Offer, setup: Setup, query_rate: Quantity
) -> dict[str, Quantity]:
    """Return the fleet that carries the peak: whole replicas with a reserve, and what they leave over of systems."""
    replica, reserve = setup.replica * ACCELERATOR, reserve_of(scenario, workload, offer)
    needed = demand.accelerators_needed(
        peak=demand.peak_query_rate(mean=mean_rate(workload), peak_to_mean=peak_to_mean_of(workload)),
        query_rate=query_rate,
        replica=replica,
        peak_utilization=reserve.peak_utilization,
        maintenance=reserve.maintenance,
        spare_replicas=reserve.spare_replicas,
    )
    occupied = layout.occupied_share(replica=replica, unit=unit_of(offer))
    working = systems(offer, demand.accelerators_held(accelerators=needed, occupied=occupied))
    servers = demand.systems_held(systems=working, spare=reserve.spare_systems)
    return {"servers": servers, "accelerators": needed, "occupied_share": occupied}


def serving_fleet(
    scenario: Scenario,
    workload: Serving,
    offer: Offer,
    setup: Setup,
    servers: Quantity,
    query_rate: Quantity,
    meanwhile: tuple[Meanwhile, ...],
) -> Fleet:
    """Return the systems as busy as the mean load makes them; what is rented by the hour follows the load."""
    mean = mean_rate(workload)
    peaks = offer.peaks if isinstance(offer, Mix) else ()
    following = {one.id: sized(scenario, workload, one, setup, query_rate)["servers"] for one in peaks}
    share = demand.utilization(mean=mean, query_rate=query_rate, servers=servers, per_system=offer.system.accelerators)
    rented = demand.share_of_peak(peak_to_mean=peak_to_mean_of(workload))
    fleet = fleet_of(scenario, servers, share, meanwhile)
    together = systems(offer, setup.replica * ACCELERATOR)
    return replace(fleet, rented=rented, varies=True, together=together, ramp=workload.ramp, following=following)
