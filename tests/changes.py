"""What tests change in a study, and its costs after that."""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter

import numpy.typing as npt

from costmodel.analysis.study import Study
from costmodel.analysis.waiting import served_by
from costmodel.domain.scenario import Scenario
from costmodel.domain.token_api import TokenApi
from costmodel.economics.called import called_costs
from costmodel.economics.costs import Costs
from costmodel.economics.offer_costs import costs
from costmodel.units import Quantity


def currency_exponent(value: Quantity) -> float:
    """Return the power of money in a quantity: 1 for a price, 0 for what is not money."""
    return float(value.dimensionality.get("[currency]", 0))


def with_prices_times(scenario: Scenario, factor: npt.ArrayLike) -> Scenario:
    """Return the scenario with every amount of money multiplied."""
    return scenario.change(lambda _name, value, _fact: value * factor ** currency_exponent(value))


def with_workload(scenario: Scenario, **factors: npt.ArrayLike) -> Scenario:
    """Return the scenario with leaves of its workload multiplied."""
    old = scenario.workload
    new = old.with_leaves(**{name: getattr(old, name) * factor for name, factor in factors.items()})
    return replace(scenario, workload=new)


def costs_under(study: Study, scenario: Scenario) -> dict[str, Costs]:
    """Return the costs of a changed scenario by offer, with the deployments of the study as it was."""
    found: dict[str, Costs] = {}
    for offer in sorted(scenario.offers, key=attrgetter("comes_later")):
        if isinstance(offer, TokenApi):
            found[offer.id] = called_costs(scenario, offer)
            continue
        meanwhile = served_by(scenario, found) if offer.comes_later else ()
        deployment = study.deployments[offer.id]
        found[offer.id] = costs(scenario, offer, deployment, study.constants, None, meanwhile)
    return {offer.id: found[offer.id] for offer in scenario.offers}


def with_scenario(study: Study, scenario: Scenario) -> Study:
    """Return a study of a changed scenario with the same specs and constants."""
    return replace(study, scenario=scenario)
