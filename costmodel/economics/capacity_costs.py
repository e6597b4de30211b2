"""What hours of accelerators cost under an offer, whatever they compute."""

from __future__ import annotations

from dataclasses import replace

from costmodel.domain.offers import Offer, Rental
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Capacity, Deployment
from costmodel.economics.company import year_of_company
from costmodel.economics.components import Components, delivered
from costmodel.economics.costs import Costs
from costmodel.economics.fleet import Fleet, Meanwhile
from costmodel.economics.formulas import demand
from costmodel.economics.held import fleet_of, systems
from costmodel.economics.lines import Lines
from costmodel.economics.priced import priced, with_quantities
from costmodel.economics.rented import hourly_price
from costmodel.units import Quantity, add, quantity


def capacity_costs(
    scenario: Scenario, workload: Capacity, offer: Offer, deployment: Deployment, meanwhile: tuple[Meanwhile, ...]
) -> Costs:
    """Return what as many hours of compute as the workload asks for cost under an offer."""
    accelerators = _equivalent(scenario, workload, offer, deployment)
    fleet = fleet_of(scenario, systems(offer, accelerators), workload.utilization, meanwhile)
    found = priced(scenario, offer, deployment, replace(fleet, rented=workload.utilization))
    there = delivered(offer, found.held)

    def per(_fleet: Fleet, _lines: Lines, parts: Components) -> Quantity:
        return demand.cost_per_accelerator_hour(
            fleet_cost=add(parts.values()),
            accelerators=workload.accelerators if there is None else workload.accelerators * there,
            utilization=workload.utilization,
        )

    per_hour = per(found.held, found.lines, found.components)
    quantities = {
        "cost_per_accelerator_hour": per_hour,
        "accelerators": accelerators,
        "utilization": workload.utilization,
        "duration": workload.duration,
        **_for_budget(workload, per_hour),
        **_price_of_hour(offer),
        **_of_company(scenario, workload, found),
    }
    return with_quantities(scenario, found, quantities, per)


def _equivalent(scenario: Scenario, workload: Capacity, offer: Offer, deployment: Deployment) -> Quantity:
    """Return the accelerators of an offer that compute as much as those that are asked for."""
    return demand.equivalent_accelerators(
        accelerators=workload.accelerators,
        reference_peak=workload.reference.peak_for(workload.reference.best_type(scenario.precisions)),
        peak=offer.system.accelerator.peak_for(deployment.precision),
    )


def _for_budget(workload: Capacity, per_hour: Quantity) -> dict[str, Quantity]:
    if workload.budget is None:
        return {}
    had = demand.accelerators_for_budget(
        budget=workload.budget,
        cost_per_accelerator_hour=per_hour,
        duration=workload.duration,
        utilization=workload.utilization,
    )
    return {"accelerators_for_budget": had}


def _price_of_hour(offer: Offer) -> dict[str, Quantity]:
    return {"price_per_accelerator_hour": hourly_price(offer)} if isinstance(offer, Rental) else {}


def _of_company(scenario: Scenario, workload: Capacity, found: Costs) -> dict[str, Quantity]:
    """Return the year of the company that uses the hours, where its accounts are given."""
    if workload.accounts is None:
        return {}
    year = quantity(float(scenario.price_date.year), "year")
    return year_of_company(workload, found["total_per_month"], found.quantities.get("capital"), year)
