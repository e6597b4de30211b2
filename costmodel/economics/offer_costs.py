"""What a scenario costs under an offer in a deployment, whatever its workload."""

from __future__ import annotations

from costmodel.domain.offers import Offer
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Capacity, Deployment, TrainingRun
from costmodel.economics.capacity_costs import capacity_costs
from costmodel.economics.costs import Costs
from costmodel.economics.fleet import Meanwhile
from costmodel.economics.serving_costs import serving_costs
from costmodel.economics.training_costs import training_costs
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.serving import ServingResult


def costs(
    scenario: Scenario,
    offer: Offer,
    deployment: Deployment,
    constants: Constants,
    known: dict[int, ServingResult] | None = None,
    meanwhile: tuple[Meanwhile, ...] = (),
) -> Costs:
    """Return what a scenario costs under an offer in a deployment.

    `known` keeps what a deployment yields, by its identity: offers that share one ask the time model once. `meanwhile`
    is what may serve until the systems of the offer arrive, if they do not at once.
    """
    if isinstance(scenario.workload, Capacity):
        return capacity_costs(scenario, scenario.workload, offer, deployment, meanwhile)
    setup = Setup(scenario.model, offer.system.accelerator, deployment, constants)
    if isinstance(scenario.workload, TrainingRun):
        return training_costs(scenario, scenario.workload, offer, setup, meanwhile)
    return serving_costs(scenario, scenario.workload, offer, setup, {} if known is None else known, meanwhile)
