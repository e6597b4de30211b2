"""What serving queries costs under an offer."""

from __future__ import annotations

from dataclasses import replace

from costmodel.domain.offers import Mix, Offer
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Serving, TrainingRun
from costmodel.economics.components import delivered, mixed
from costmodel.economics.costs import Costs, headline_of
from costmodel.economics.fleet import Fleet, Meanwhile
from costmodel.economics.formulas import demand
from costmodel.economics.physical import footprint_per_use
from costmodel.economics.priced import per_held_hour, priced, with_quantities
from costmodel.economics.ramp import follows, share_delivered
from costmodel.economics.serving_fleet import serving_fleet, sized
from costmodel.economics.training_costs import training_costs
from costmodel.economics.unit_costs import UnitCosts
from costmodel.performance.formulas import serving
from costmodel.performance.machine import shape
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.latency import latencies
from costmodel.performance.service.serving import ServingResult, serve
from costmodel.units import Quantity, quantity

NONE = quantity(0.0)
NO_RATE = quantity(0.0, "1/year")


def serving_costs(
    scenario: Scenario,
    workload: Serving,
    offer: Offer,
    setup: Setup,
    known: dict[int, ServingResult],
    meanwhile: tuple[Meanwhile, ...],
) -> Costs:
    """Return what serving costs under an offer; `known` keeps what a deployment yields, by its identity."""
    result = _result(workload, setup, known)
    size = sized(scenario, workload, offer, setup, result.query_rate)
    fleet = serving_fleet(scenario, workload, offer, setup, size["servers"], result.query_rate, meanwhile)
    found = priced(scenario, offer, setup.deployment, fleet)
    run = {} if workload.training is None else _run_of_model(scenario, workload.training, offer, setup, meanwhile)
    units = UnitCosts(workload, run, delivered(offer, fleet))
    quantities = {
        **units.of(found["total_per_month"]),
        **size,
        "cost_per_accelerator_hour": per_held_hour(offer, fleet, found),
        "utilization": mixed(offer, fleet).of_both(fleet).utilization if isinstance(offer, Mix) else fleet.utilization,
        "compute_per_query": _compute_per_query(workload, setup),
        **latencies(workload, result),
        "output_rate": result.output_rate,
        "query_rate": result.query_rate,
        **footprint_per_use(found.footprint, _answered(offer, fleet, units.mean), units.answered),
    }
    return with_quantities(scenario, found, quantities, units.headline)


def costs_at_rate(scenario: Scenario, workload: Serving, offer: Offer, setup: Setup, query_rate: Quantity) -> Costs:
    """Return what serving costs under an offer at a rate that is known, with nothing of users but what ranks offers."""
    servers = sized(scenario, workload, offer, setup, query_rate)["servers"]
    fleet = serving_fleet(scenario, workload, offer, setup, servers, query_rate, ())
    found = priced(scenario, offer, setup.deployment, fleet)
    ranked = UnitCosts(workload, there=delivered(offer, fleet)).ranked(found["total_per_month"])
    return replace(found, quantities={headline_of(workload): ranked, **found.quantities})


def _answered(offer: Offer, fleet: Fleet, mean: Quantity) -> Quantity:
    """Return the queries of a month over those of a fleet that is all there, which uses energy before its users come.

    What is physical is not discounted.
    """
    alike = replace(fleet, real_discount_rate=NO_RATE)
    served = None if isinstance(offer, Mix) else delivered(offer, alike)
    if served is None or isinstance(offer, Mix):
        return mean
    here = share_delivered(offer, alike.money(offer), fleet.ramp if follows(offer) else None)
    return mean * served if here is None else mean * served / here


def _result(workload: Serving, setup: Setup, known: dict[int, ServingResult]) -> ServingResult:
    place = id(setup.deployment)
    if place not in known:
        known[place] = serve(setup, workload)
    return known[place]


def _compute_per_query(workload: Serving, setup: Setup) -> Quantity:
    return serving.compute_per_query(
        active_parameters=shape.active_parameters(setup.model),
        prompt_tokens=workload.prompt_tokens,
        output_tokens=workload.output_tokens,
    )


def _run_of_model(
    scenario: Scenario, training: TrainingRun, offer: Offer, setup: Setup, meanwhile: tuple[Meanwhile, ...]
) -> dict[str, Quantity]:
    """Return what a run of the served model costs and takes under the offer, and a month of training it again."""
    if setup.deployment.training is None:
        return {}
    apart = replace(setup, deployment=setup.deployment.training)
    run = training_costs(scenario, training, offer, apart, meanwhile, served=True)
    kept = {name: run[name] for name in ("cost_per_training_run", "duration")}
    return {**kept, "retraining_per_month": _retraining(training, run["cost_per_training_run"])}


def _retraining(training: TrainingRun, cost: Quantity) -> Quantity:
    return demand.retraining_per_month(
        cost_per_run=cost,
        runs_per_year=training.need("runs_per_year"),
        failed_share=NONE if training.failed_share is None else training.failed_share,
    )
