"""The cheapest of several layouts that meets its targets, chosen anew for every row of inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from functools import reduce
from typing import Any

import numpy as np

from costmodel.domain.noun import Noun
from costmodel.domain.offers import Offer, unit_of
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Deployment, Serving
from costmodel.economics.costs import Costs
from costmodel.economics.fleet import Meanwhile
from costmodel.economics.formulas import demand
from costmodel.economics.held import ACCELERATOR
from costmodel.economics.offer_costs import costs
from costmodel.economics.usage import mean_rate, peak_to_mean_of
from costmodel.errors import Infeasible
from costmodel.formula.graph import Traced
from costmodel.formula.ops import where
from costmodel.performance.formulas import layout, targets
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.flow import Flow
from costmodel.performance.service.latency import at_share, shares_of
from costmodel.performance.service.serving import ServingResult, flow_of, has_room
from costmodel.units import Quantity, add, quantity, registry

BEYOND = quantity(1e30, "accelerator")
"""More accelerators than any layout takes: the count of one that does not meet its targets."""

NEARLY = 1 - 1e-12
"""Layouts whose counts differ by less are alike, of which the one named first is kept."""

Pick = Callable[[Sequence[Quantity]], Quantity]


def costs_of_cheapest(
    scenario: Scenario,
    offer: Offer,
    deployments: Sequence[Deployment],
    constants: Constants,
    known: dict[int, ServingResult] | None = None,
    meanwhile: tuple[Meanwhile, ...] = (),
) -> Costs:
    """Return what a scenario costs under an offer in the cheapest of some layouts, chosen row by row.

    The cheapest is that with the fewest accelerators to pay for at the peak (`accelerators_paid`) among those that fit
    in memory with all their requests and keep the limits of latency; of those alike, the one named first. Where none
    does, plain numbers are an Infeasible error, and traced ones come out as no number (`within_targets`). A single
    layout is fixed: it is kept whether or not it meets its targets. `deployment` of the result is the first.
    """
    first, *others = deployments
    found = costs(scenario, offer, first, constants, known, meanwhile)
    workload = scenario.workload
    if not others or not isinstance(workload, Serving):
        return found
    error, share, run = first.model_error, first.rate_share, first.training
    alike = [replace(one, model_error=error, rate_share=share, training=run) for one in others]
    tried = [found, *(costs(scenario, offer, one, constants, None, meanwhile) for one in alike)]
    flows = [
        flow_of(Setup(scenario.model, offer.system.accelerator, one, constants), workload) for one in (first, *alike)
    ]
    met = [meets(workload, flow, one.quantities) for one, flow in zip(tried, flows, strict=True)]
    paid = [
        where(good < 1, BEYOND, paid_for(workload, offer, one["query_rate"], flow.setup.replica))
        for one, flow, good in zip(tried, flows, met, strict=True)
    ]
    within = _within(scenario, offer, add(met))
    picked: Costs = _merged(tried, lambda values: _cheapest(values, paid) * within)
    return picked


def meets(workload: Serving, flow: Flow, latencies: Mapping[str, Quantity]) -> Quantity:
    """Return one where a layout has room for its requests and keeps the limits of latency, and zero elsewhere."""
    good = has_room(flow)
    for name, share in shares_of(workload).items():
        limit = getattr(workload, name)
        slow = latencies[at_share(name, share)]
        good = good if limit is None else good * targets.keeps_time(time=slow, limit=limit)
    return good


def paid_for(workload: Serving, offer: Offer, query_rate: Quantity, replica: Quantity) -> Quantity:
    """Return the accelerators to pay for at the peak, by which layouts on one offer are ranked.

    On one offer, an accelerator-hour costs the same in every layout.
    """
    mean = mean_rate(workload)
    size = replica * ACCELERATOR
    return demand.accelerators_paid(
        peak=demand.peak_query_rate(mean=mean, peak_to_mean=peak_to_mean_of(workload)),
        query_rate=query_rate,
        occupied=layout.occupied_share(replica=size, unit=unit_of(offer)),
        replica=size,
        unit=unit_of(offer),
    )


def _within(scenario: Scenario, offer: Offer, layouts: Quantity) -> Quantity:
    if not isinstance(layouts.magnitude, Traced) and not np.all(layouts.magnitude >= 1):
        msg = (
            f"{scenario.model.name} on {offer.system.name}: none of the layouts tried meets the targets; relax "
            "target.* in the scenario, or search again at these inputs"
        )
        raise Infeasible(msg)
    return targets.within_targets(layouts=layouts)


def _cheapest(values: Sequence[Quantity], counts: Sequence[Quantity]) -> Quantity:
    """Return the value of the layout with the smallest count."""

    def better(one: tuple[Quantity, Quantity], other: tuple[Quantity, Quantity]) -> tuple[Quantity, Quantity]:
        fewer = other[1] < one[1] * NEARLY
        return where(fewer, other[0], one[0]), where(fewer, other[1], one[1])

    return reduce(better, zip(values, counts, strict=True))[0]


def _merged(ones: Sequence[Any], pick: Pick) -> Any:
    """Return the first of some things of one form, with every quantity in it picked among theirs; nouns are kept."""
    first = ones[0]
    if isinstance(first, registry.Quantity):
        return first if all(one is first for one in ones) else pick(ones)
    if isinstance(first, Mapping):
        return {key: _merged([one[key] for one in ones], pick) for key in first}
    if isinstance(first, tuple):
        return tuple(_merged(parts, pick) for parts in zip(*ones, strict=True))
    if is_dataclass(first) and not isinstance(first, (type, Noun)):
        parts = {part.name: _merged([getattr(one, part.name) for one in ones], pick) for part in fields(first)}
        return replace(first, **parts)
    return first
