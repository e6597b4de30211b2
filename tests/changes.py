"""What tests change in a study, and its costs after that."""

from __future__ import annotations

from dataclasses import replace

import numpy.typing as npt

from costmodel.analysis.study import Study
from costmodel.domain.scenario import Scenario
from costmodel.domain.token_api import TokenApi
from costmodel.economics.called import called_costs
from costmodel.economics.costs import Costs, costs
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
    return {
        o.id: called_costs(scenario, o)
        if isinstance(o, TokenApi)
        else costs(scenario, o, study.deployments[o.id], study.constants)
        for o in scenario.offers
    }
