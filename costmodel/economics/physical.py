"""Energy, greenhouse gas and water of a fleet: physical lines beside those of money."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from costmodel.domain.offers import Mix, Offer, Program, Purchase, Rental
from costmodel.economics.arriving import SURE, Schedule, others, part_of_demand
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import physical, program
from costmodel.economics.power import mean_power
from costmodel.economics.waited import arrivals
from costmodel.units import Quantity, add

EMBODIED = "embodied carbon"
Footprint = dict[str, Quantity]
"""Per month: energy, carbon of the grid, embodied carbon, water; what the files do not give is absent."""


def monthly_footprint(offer: Offer, fleet: Fleet) -> Footprint:
    """Return energy, greenhouse gas and water of a fleet per month, on average over the horizon.

    Systems that arrive later count from then on, as likely as they do; before, after and instead of them counts what
    serves then.
    """
    waits = arrivals(offer, fleet) if offer.comes_later else ()
    if not waits:
        return _of_systems(offer, fleet)
    parts = list(_in_turn(offer, fleet, waits))
    unknown = {EMBODIED} if any(EMBODIED not in part and _makes(one) for one, part, _ in parts) else set()
    return {
        name: add(part[name] * share for _, part, share in parts if name in part)
        for name in parts[0][1]
        if name not in unknown
    }


def _in_turn(offer: Offer, fleet: Fleet, waits: tuple[Schedule, ...]) -> Iterator[tuple[Offer, Footprint, Quantity]]:
    """Yield all that serves, with its footprint and the share of the horizon in which it does."""
    months = [(one.lived * one.here * one.likely, one.served * one.likely, one.after * one.likely) for one in waits]
    horizon = fleet.money(offer).horizon
    own, before, after = (
        program.share_of_horizon(months=add(parts), horizon=horizon) for parts in zip(*months, strict=True)
    )
    never = SURE - add(one.likely for one in waits)
    yield offer, _of_systems(offer, fleet), own
    for one in others(fleet):
        waiting = part_of_demand(fleet, one, one.chosen) * before
        instead = part_of_demand(fleet, one, one.instead) * (after + never)
        yield one.offer, _of_systems(one.offer, one.fleet), waiting + instead


def _makes(offer: Offer) -> TypeGuard[Purchase | Program]:
    """Return whether an offer answers for the making of its systems, as it owns them."""
    return not isinstance(offer, (Rental, Mix))


def _of_systems(offer: Offer, fleet: Fleet) -> Footprint:
    """Return the footprint of systems per month while they serve.

    Rented systems run at the site of the scenario, as nothing is known of their own. Making a system counts where its
    file gives embodied carbon, over the offer's lifetime; a rental has none, so that only owned systems carry it.
    """
    site, system, servers = fleet.site, offer.system, fleet.servers
    power = mean_power(offer, fleet)
    found = {"energy": physical.energy_use(power=power, servers=servers, pue=site.pue)}
    if site.carbon_intensity is not None:
        found["carbon"] = physical.grid_carbon(energy=found["energy"], carbon_intensity=site.carbon_intensity)
    if system.embodied_carbon is not None and _makes(offer):
        found[EMBODIED] = physical.embodied_carbon_share(
            embodied_carbon=system.embodied_carbon, servers=servers, lifetime=offer.lifetime
        )
    if site.water_intensity is not None:
        found["water"] = physical.water_use(power=power, servers=servers, water_intensity=site.water_intensity)
    return found


def footprint_per_use(found: Footprint, queries: Quantity, queries_per_user: Quantity | None) -> dict[str, Quantity]:
    """Return energy, greenhouse gas (embodied where known) and water per query, and per user-month where are users."""
    energy = physical.energy_per_query(energy=found["energy"], queries=queries)
    result = {"energy_per_query": energy}
    if "carbon" in found:
        all_carbon = add(found[name] for name in ("carbon", EMBODIED) if name in found)
        result["carbon_per_query"] = physical.carbon_per_query(carbon=all_carbon, queries=queries)
    if "water" in found:
        result["water_per_query"] = physical.water_per_query(water=found["water"], queries=queries)
    return result if queries_per_user is None else result | _per_user(result, queries_per_user)


def _per_user(found: dict[str, Quantity], queries_per_user: Quantity) -> dict[str, Quantity]:
    """Return the footprint of a user-month, of that of a query."""
    result = {
        "energy_per_user_month": physical.energy_per_user_month(
            energy_per_query=found["energy_per_query"], queries_per_user=queries_per_user
        ),
    }
    if "carbon_per_query" in found:
        result["carbon_per_user_month"] = physical.carbon_per_user_month(
            carbon_per_query=found["carbon_per_query"], queries_per_user=queries_per_user
        )
    if "water_per_query" in found:
        result["water_per_user_month"] = physical.water_per_user_month(
            water_per_query=found["water_per_query"], queries_per_user=queries_per_user
        )
    return result
