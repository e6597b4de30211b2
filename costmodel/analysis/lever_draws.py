"""How sure a set of levers is: its margin and cost over the draws that all sets share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from costmodel.analysis.correlations import links_of
from costmodel.analysis.lever_fleets import OFFER, Fleet
from costmodel.analysis.lever_trial import COST, UNIT, Trial
from costmodel.analysis.model import leaves_of, trace
from costmodel.analysis.uncertainty import SHARE, Answers, Array, Name, answers
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


Known = Mapping[str, Drawn]
"""What has been drawn already of the scenario as it is, by offer."""
NONE_KNOWN: Known = {}


def drawn(trial: Trial, names: Sequence[str], known: Known = NONE_KNOWN) -> Drawn:
    """Return margin and cost of a set of levers that has an answer, in the layouts of its outcome, in USD a month.

    Draws follow from the names of inputs: sets share those of all inputs that they leave as they are, and of those
    that they make larger or smaller by a share. What a lever sets to a value has no range.
    """
    first, *others = trial.fleets(names)
    if first.offer in known and _moves_no_input(trial, names):
        return known[first.offer]
    found = _of_fleet(trial, first, trial.figure)
    rest = [_of_fleet(trial, one, COST).cost for one in others]
    return Drawn(found.margin - sum(rest), found.cost + sum(rest))


def known_of(found: Answers[tuple[str, str]], figure: str) -> Known:
    """Return the margins and costs that have been drawn of each offer, in USD a month; none if others were asked."""
    offers = [id_ for id_, name in found.traced if name == figure and (id_, COST) in found.traced]
    return {id_: Drawn(*(_scaled(found, (id_, name)) for name in (figure, COST))) for id_ in offers}


def is_quick(trial: Trial, names: Sequence[str], known: Known = NONE_KNOWN) -> bool:
    """Say whether a set of levers is drawn already, or takes one fleet of an offer that waits for no systems."""
    first, *others = trial.fleets(names)
    if first.offer in known and _moves_no_input(trial, names):
        return True
    return not others and not trial.scenario(first).offer(first.offer).comes_later


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
    answered = answers(traced, links=links_of(scenario, leaves_of(traced.values()).values()))
    return Drawn(_scaled(answered, figure), _scaled(answered, COST))


def _scaled(found: Answers[Name], name: Name) -> Array:
    return found.drawn[name] * float(magnitude(quantity(1.0, f"{found.traced[name].units}"), UNIT))


def _moves_no_input(trial: Trial, names: Sequence[str]) -> bool:
    return all(one.change.keys() <= {OFFER} for one in trial.levers if one.name in names)


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
