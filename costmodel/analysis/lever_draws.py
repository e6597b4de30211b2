"""How sure a set of levers is: its margin and cost over the draws that all sets share."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from costmodel.analysis.correlations import links_of
from costmodel.analysis.lever_fleets import Fleet
from costmodel.analysis.lever_trial import COST, UNIT, Trial
from costmodel.analysis.model import trace
from costmodel.analysis.uncertainty import SHARE, Array, answers
from costmodel.domain.offers import Way
from costmodel.domain.scenario import Scenario
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Deployment
from costmodel.errors import Infeasible
from costmodel.units import magnitude, quantity


@dataclass(frozen=True)
class Drawn:
    """The margin and the cost of a mean user with a set of levers; not a number in draws without an answer."""

    margin: Array
    cost: Array


def drawn(trial: Trial, names: Sequence[str]) -> Drawn:
    """Return margin and cost of a set of levers that has an answer, in the layouts of its outcome, in USD a month.

    Draws follow from the names of inputs: sets share those of all inputs that they leave as they are, and of those
    that they make larger or smaller by a share. What a lever sets to a value has no range.
    """
    first, *others = trial.fleets(names)
    found = _of_fleet(trial, first, trial.figure)
    rest = [_of_fleet(trial, one, COST).cost for one in others]
    return Drawn(found.margin - sum(rest), found.cost + sum(rest))


def ends(values: Array) -> tuple[float, float]:
    """Return the 80% interval of the draws that have an answer."""
    answered = values[~np.isnan(values)]
    if not answered.size:
        return float("nan"), float("nan")
    low, high = np.quantile(answered, [(1 - SHARE) / 2, (1 + SHARE) / 2])
    return float(low), float(high)


def share_reaching(values: Array, least: float) -> float:
    """Return the share of the draws with an answer in which a figure is as high as asked, or higher."""
    answered = values[~np.isnan(values)]
    return float((answered >= least).mean()) if answered.size else float("nan")


def _of_fleet(trial: Trial, fleet: Fleet, figure: str) -> Drawn:
    scenario = trial.scenario(fleet)
    offer = scenario.offer(fleet.offer)
    found = {one.id: _layouts(trial, scenario, fleet, one) for one in _with_meanwhile(scenario, offer)}
    model = trace(scenario, {id_: ones for id_, ones in found.items() if ones is not None}, trial.constants)
    traced = {name: model.costs[offer.id][name] for name in {figure, COST}}
    values = answers(traced, links=links_of(scenario, model.inputs.values())).drawn
    scales = {name: float(magnitude(quantity(1.0, f"{one.units}"), UNIT)) for name, one in traced.items()}
    return Drawn(values[figure] * scales[figure], values[COST] * scales[COST])


def _layouts(trial: Trial, scenario: Scenario, fleet: Fleet, offer: Way) -> list[Deployment] | None:
    """Return the layout of a fleet on an offer; none for an API, and nothing where none has an answer."""
    if isinstance(offer, TokenApi):
        return []
    with suppress(Infeasible):
        return [trial.layout(scenario, fleet, offer)]
    return None


def _with_meanwhile(scenario: Scenario, offer: Way) -> tuple[Way, ...]:
    """Return an offer with all that may serve until its systems arrive."""
    if not offer.comes_later:
        return (offer,)
    return (offer, *(one for one in scenario.offers if not (one.comes_later or isinstance(one, TokenApi))))
