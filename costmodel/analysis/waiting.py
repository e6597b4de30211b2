"""Offers whose systems arrive later: what serves meanwhile, and what a program costs at any number of chips made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from costmodel.domain.offers import Program
from costmodel.domain.scenario import Scenario
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import TrainingRun
from costmodel.economics.charging import own_volume
from costmodel.economics.components import share_served
from costmodel.economics.costs import Costs, headline_of
from costmodel.economics.fleet import Meanwhile
from costmodel.economics.formulas.program import time_per_run
from costmodel.economics.least import least_shares
from costmodel.errors import MissingData
from costmodel.formula import Graph
from costmodel.formula.graph import node_of
from costmodel.formula.values import values_of
from costmodel.units import Quantity, registry

VOLUME = "volume"


def served_by(scenario: Scenario, found: Mapping[str, Costs]) -> tuple[Meanwhile, ...]:
    """Return what may serve until systems arrive: the offer that the scenario names, or every other.

    Of these the cheapest does where systems never arrive, chosen anew for every row of inputs by the cost that ranks
    offers; until they arrive, what is cheapest over that time (`economics/waited.py`).

    Raises
    ------
    MissingData
        Where no other offer has an answer.
    """
    ready = {id_: one for id_, one in found.items() if not one.offer.comes_later and one.fleet is not None}
    named = scenario.program_meanwhile
    if named and named not in ready:
        msg = f"program.meanwhile is {named}, which has no answer here: name one of {', '.join(ready)}"
        raise MissingData(msg)
    if not ready:
        msg = f"{scenario.id}: nothing serves until an own chip arrives: add an offer that is no program"
        raise MissingData(msg)
    asked = [ready[named]] if named else list(ready.values())
    shares = least_shares([one[headline_of(scenario.workload)] for one in asked])
    return tuple(_serving(scenario, one, share) for one, share in zip(asked, shares, strict=True))


def _serving(scenario: Scenario, one: Costs, chosen: Quantity) -> Meanwhile:
    assert not isinstance(one.offer, TokenApi)  # noqa: S101 - an API has no fleet, and is not among these
    time = None
    if isinstance(scenario.workload, TrainingRun):
        time = time_per_run(duration=one["duration"], utilization=one["utilization"])
    served, level = share_served(one.offer, one.held), one["total_per_month"]
    return Meanwhile(one.offer, one.held, chosen, chosen, time, level if served is None else level / served)


def at_volume(scenario: Scenario, found: Mapping[str, Costs], graph: Graph) -> dict[str, Quantity]:
    """Return the headline cost of each offer with programs charged over the chips that a leaf gives, if any are."""
    if not any(isinstance(one.offer, Program) for one in found.values()):
        return {}
    return {id_: _at_volume(one, graph, headline_of(scenario.workload)) for id_, one in found.items()}


def _at_volume(one: Costs, graph: Graph, headline: str) -> Quantity:
    if not isinstance(one.offer, Program) or one.per is None:
        return one[headline]
    own = own_volume(one.offer, one.held)
    made = graph.leaf(f"{one.offer.id}.{VOLUME}", registry.Quantity(_plain(own), own.units))
    return one.per(replace(one.held, made=made, own_demand=False))


def _plain(value: Quantity) -> float:
    """Return the number of a quantity, traced or plain."""
    node = node_of(value)
    return float(value.magnitude) if node is None else float(values_of([node])[id(node)])
