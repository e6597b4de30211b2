"""A training run by the methods of the field, each by its own name: they count different things and are never mixed."""

from __future__ import annotations

from datetime import date
from functools import singledispatch

from costmodel.domain.offers import Offer, Purchase, Rental
from costmodel.domain.workload import TrainingRun
from costmodel.economics.components import system_price
from costmodel.economics.fleet import Fleet
from costmodel.economics.formulas import owning
from costmodel.economics.formulas import run_methods as f
from costmodel.economics.formulas.program import price_by_trend
from costmodel.economics.power import peak_draw
from costmodel.economics.rented import hourly_price
from costmodel.performance.formulas.goodput import accelerator_hours, interruptions_expected, systems_taken
from costmodel.performance.machine.setup import Setup
from costmodel.performance.training import TrainingResult
from costmodel.performance.training.goodput import NEVER, goodput_of
from costmodel.units import Quantity, add, quantity

SPOT = "spot"
NOTHING, NO_SHARE = quantity(0.0, "USD"), quantity(0.0)
WITH_FAILED, WHOLE, FURTHER = "cost_with_failed_runs", "whole_cost", "further_cost_"
"""A run with those before it that came to nothing, and with staff and data over the time of all."""
A_SYSTEM = quantity(1.0, "server")
DAYS = 365.25
"""Days of a year."""
METHODS = {
    "cost_at_cloud_price": "the rent of all hours of the run, and of none beside them",
    "cost_at_spot_price": "the rent of hours that may be taken away, of which more are lost to interruptions",
    "cost_amortised": "what servers and network lose in worth during the run, and its energy (as Epoch AI counts)",
    "cost_of_acquisition": "the price of servers and network of the whole cluster",
}
"""What each method counts, by the quantity that it gives."""


def taken_of(offer: Offer, fleet_systems: Quantity) -> Quantity:
    """Return how often the provider of an offer takes systems of a run away; never, where the file says nothing."""
    if not isinstance(offer, Rental) or offer.interruptions is None:
        return NEVER
    return systems_taken(interruptions=offer.interruptions, systems=fleet_systems / A_SYSTEM)


def given_of(run: TrainingRun) -> tuple[str, ...]:
    """Return the figures of a run that are stated instead of predicted or computed."""
    stated = {"model_flops_utilization": run.utilization, "goodput": run.goodput}
    return tuple(name for name, value in stated.items() if value is not None)


def run_figures(result: TrainingResult, run: TrainingRun) -> dict[str, Quantity]:
    """Return the hours and the goodput of a run, and how often it stops, where that is not given."""
    hours = accelerator_hours(duration=result.duration, accelerators=run.accelerators)
    goodput = result.goodput
    found = {"accelerator_hours": hours, "goodput": goodput.share}
    if goodput.interruptions is not None and goodput.checkpoint_interval is not None:
        found["interruptions"] = interruptions_expected(interruptions=goodput.interruptions, duration=result.duration)
        found["checkpoint_interval"] = goodput.checkpoint_interval
    return found


def cost_by_method(
    offer: Offer, fleet: Fleet, setup: Setup, run: TrainingRun, result: TrainingResult, on: date | None
) -> dict[str, Quantity]:
    """Return the cost of a run that begins on a day by each method for which an offer has the prices."""
    if isinstance(offer, Purchase):
        return bought(offer, fleet, result.duration, on)
    return _by_method(offer, fleet, setup, run, result)


@singledispatch
def _by_method(
    _offer: Offer, _fleet: Fleet, _setup: Setup, _run: TrainingRun, _result: TrainingResult
) -> dict[str, Quantity]:
    return {}


@_by_method.register
def _(offer: Rental, fleet: Fleet, setup: Setup, run: TrainingRun, result: TrainingResult) -> dict[str, Quantity]:
    hours = accelerator_hours(duration=result.duration, accelerators=run.accelerators)
    price = hourly_price(offer)
    if offer.commitment == SPOT:
        return {"cost_at_spot_price": f.run_at_cloud_price(hours=hours, price=price)}
    found = {"cost_at_cloud_price": f.run_at_cloud_price(hours=hours, price=price)}
    if offer.is_elastic and run.spot_price_share is not None:
        taken = systems_taken(interruptions=run.need("spot_interruptions"), systems=fleet.servers / A_SYSTEM)
        on_spot = goodput_of(setup, run, taken).share
        longer = f.hours_on_spot(hours=hours, goodput=result.goodput.share, goodput_on_spot=on_spot)
        cheaper = f.spot_price(price=price, share=run.spot_price_share)
        found["cost_at_spot_price"] = f.run_at_cloud_price(hours=longer, price=cheaper)
    return found


def bought(offer: Purchase, fleet: Fleet, duration: Quantity, on: date | None) -> dict[str, Quantity]:
    """Return what systems that are bought cost a run that begins on a day, by the methods of owners.

    Amortised is the worth at that day, to which it has fallen since the day of the price.
    """
    price, decline = system_price(offer, fleet.terms), fleet.terms.price_performance_decline
    worth = price_by_trend(price=price, decline=decline, years=_age(offer, on))
    hardware = f.amortised_hardware(acquisition=_cluster(offer, fleet, worth), decline=decline, duration=duration)
    site = fleet.site
    energy = owning.energy_cost(
        power=peak_draw(offer, fleet), servers=fleet.servers, pue=site.pue, electricity_price=site.electricity_price
    )
    used = f.energy_of_run(energy=energy, duration=duration)
    return {
        "cost_amortised": f.amortised_run(hardware=hardware, energy=used),
        "cost_of_acquisition": _cluster(offer, fleet, price),
    }


def _cluster(offer: Purchase, fleet: Fleet, price: Quantity) -> Quantity:
    systems = owning.purchase(price=price, servers=fleet.servers)
    share = offer.network_share_of_cluster_cost
    network = NOTHING if share is None else owning.network_price(systems=systems, share_of_cluster_cost=share)
    return f.acquisition_of_cluster(systems=systems, network=network)


def _age(offer: Purchase, on: date | None) -> Quantity:
    """Return how old the price of an offer is on a day; nought, where either has no day."""
    known = offer.facts.get("price")
    days = 0 if on is None or known is None or known.as_of is None else (on - known.as_of).days
    return quantity(max(days, 0) / DAYS, "year")


def cost_by_part(cost: Quantity, once: Quantity, run: TrainingRun, result: TrainingResult) -> dict[str, Quantity]:
    """Return what falls on each kind of work of a run, and what it costs with all that is paid beside it.

    Work of one kind alone has no parts. Runs that came to nothing and further costs stand apart where they are stated;
    what is paid `once`, as the design of a chip is, does not grow with them.
    """
    found = _by_work(cost, result) if len(result.parts) > 1 else {}
    if run.failed_share is None and not run.further_costs:
        return found
    failed = NO_SHARE if run.failed_share is None else run.failed_share
    found[WITH_FAILED] = once + f.cost_with_failed_runs(cost=cost - once, failed_share=failed)
    lines = {
        f"{FURTHER}{one.name}": f.cost_over_run(
            amount=one.need("amount"), duration=result.duration, failed_share=failed
        )
        for one in run.further_costs
    }
    whole = {WHOLE: add([found[WITH_FAILED], *lines.values()])} if lines else {}
    return {**found, **lines, **whole}


def _by_work(cost: Quantity, result: TrainingResult) -> dict[str, Quantity]:
    """Return the time of each kind of work, and the part of the cost that falls on it."""
    found = {f"time_of_{name}": time for name, time in result.parts.items()}
    costs = {
        f"cost_of_{name}": f.cost_of_part(cost=cost, time=time, duration=result.duration)
        for name, time in result.parts.items()
    }
    return {**found, **costs}
