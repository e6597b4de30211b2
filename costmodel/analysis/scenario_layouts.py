"""The layouts of a scenario's workload on its offers: what a search finds within the number types that it allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from costmodel.analysis.layouts_at_random import Held, asked_at_random, held_at_random, load_of
from costmodel.analysis.replica_rate import Limit, Load
from costmodel.analysis.targets import Targets, that_meet
from costmodel.domain.offers import ONE_SYSTEM, Offer, unit_of
from costmodel.domain.scenario import Scenario
from costmodel.domain.workload import Capacity, Deployment, Serving, TrainingRun
from costmodel.economics.chosen import paid_for
from costmodel.economics.costs import Costs
from costmodel.economics.fleet import Meanwhile
from costmodel.economics.offer_costs import costs
from costmodel.economics.serving_costs import costs_at_rate
from costmodel.performance.formulas.serving import per_query, query_rate
from costmodel.performance.layout.candidates import Asked, replica_size
from costmodel.performance.layout.chosen import chosen_row, rate_share, with_fact
from costmodel.performance.layout.search import (
    Breadth,
    different_types,
    fastest_types,
    search,
    usable_types,
    used_share,
)
from costmodel.performance.layout.table import Table, joined
from costmodel.performance.layout.training import training_deployment
from costmodel.performance.machine.constants import Constants
from costmodel.performance.machine.memory import check_context
from costmodel.performance.machine.setup import Setup
from costmodel.performance.service.interval import model_error
from costmodel.performance.service.latency import shares_of
from costmodel.performance.service.serving import ServingResult, traffic_of
from costmodel.performance.service.trace import Trace
from costmodel.performance.training.kinds import served_in
from costmodel.specs.number_types import BYTES
from costmodel.units import Quantity, magnitude, quantity

ONE = quantity(1.0)
SIXTEEN_BITS = ("bf16", "fp16")
"""Number types in which models are trained, the usual one first."""
REASON = "chosen by search: the cheapest layout that fits in memory and meets the targets"
MOST = "chosen by search: the layout that fits in memory and writes most"


@dataclass(frozen=True)
class Layouts:
    """The layouts of a scenario's workload; offers of one system share a search, which is done when first needed."""

    scenario: Scenario
    constants: Constants
    limits: tuple[Limit, ...] = ()
    """Limits of latency instead of those of the workload, where requests come at random."""
    trace: Trace | None = None
    """Requests as logged, in place of drawn ones."""
    _known: dict[tuple[str, str], Table] = field(default_factory=dict, repr=False, compare=False)
    _chosen: dict[tuple[str, float], Deployment] = field(default_factory=dict, repr=False, compare=False)
    """By system and accelerators that come at a time: offers alike in both have one layout."""
    _held_at_random: dict[tuple[str, float, float], Held] = field(default_factory=dict, repr=False, compare=False)
    """By the same and the peak, which says how many systems each layout takes."""
    _served: dict[tuple[str, str], ServingResult] = field(default_factory=dict, repr=False, compare=False)
    """What layouts yield, by system and layout: the time model sees no more of a scenario than the search does."""
    _rates: dict[tuple[str, float], Quantity] = field(default_factory=dict, repr=False, compare=False)
    """What the chosen layouts yield, as the search says, by the same as these."""

    def of(self, scenario: Scenario) -> Layouts:
        """Return the layouts of a scenario of which a search sees nothing else, with what has been found so far."""
        return replace(self, scenario=scenario, _chosen={}, _rates={})

    def in_types_of(self, scenario: Scenario) -> Layouts:
        """Return the layouts of a scenario that allows other number types and is the same in all else that is seen."""
        return Layouts(scenario, self.constants, self.limits, self.trace, self._known)

    def on(self, offer: Offer) -> Deployment:
        """Return the layout on an offer: the cheapest to serve with, the fastest to train with."""
        scenario, workload = self.scenario, self.scenario.workload
        if isinstance(workload, Serving):
            key = _key(offer)
            if key not in self._chosen:
                run, found = workload.training, self._cheapest(workload, offer)
                self._chosen[key] = found if run is None else self._trained(run, offer, found)
            return self._chosen[key]
        kept = tuple(name for name in scenario.precisions if name in BYTES)
        base = replace(self._base(offer), precision=offer.system.accelerator.best_type(kept))
        if isinstance(workload, Capacity):
            return base
        found = training_deployment(scenario.model, offer.system, workload, base, self.constants)
        return replace(found, rollouts=self._rollouts(workload, offer)) if workload.rolls_out else found

    def costs(self, offer: Offer, meanwhile: tuple[Meanwhile, ...] = ()) -> Costs:
        """Return what the scenario costs under an offer in its layout; what that yields is computed once."""
        layout = self.on(offer)
        place, served = id(layout), (offer.system.id, layout.layout)
        known = {place: self._served[served]} if served in self._served else {}
        found = costs(self.scenario, offer, layout, self.constants, known, meanwhile)
        if place in known:
            self._served[served] = known[place]
        return found

    def ranking_costs(self, offer: Offer) -> Costs:
        """Return the costs with nothing but what ranks offers: at the rate of the search, if that is all.

        It is not where requests come at random, or where training of the model is paid for too.
        """
        workload, layout = self.scenario.workload, self.on(offer)
        rate = self._rates.get(_key(offer))
        if rate is None or not isinstance(workload, Serving) or workload.training is not None:
            return self.costs(offer)
        setup = Setup(self.scenario.model, offer.system.accelerator, layout, self.constants)
        return costs_at_rate(self.scenario, workload, offer, setup, rate)

    def _rollouts(self, workload: TrainingRun, offer: Offer) -> Deployment:
        """Return the layout that writes most rollouts, for whose latency nobody waits."""
        served, system = served_in(workload), offer.system
        held = self.held(served, offer, self.types(offer))
        yields = held["output_rate"] * magnitude(used_share(held, unit_of(offer)), "1")
        base = replace(self._base(offer), id=f"rollouts/{system.id}", name=f"rollouts on {system.name}", chip="")
        found = chosen_row(base, held.row(int(np.argmax(yields))), MOST)
        return with_fact(
            found, "model_error", model_error(Setup(self.scenario.model, system.accelerator, found, self.constants))
        )

    def _trained(self, training: TrainingRun, offer: Offer, found: Deployment) -> Deployment:
        """Return a layout with that of the training of its model in 16 bits on the same systems."""
        chip, system = offer.system.accelerator, offer.system
        base = Deployment(
            id=f"training/{system.id}",
            name=f"training on {system.name}",
            precision=chip.best_type(SIXTEEN_BITS),
            tensor_parallel=ONE,
        )
        run = training_deployment(self.scenario.model, system, training, base, self.constants)
        return replace(found, training=run)

    def types(self, offer: Offer) -> tuple[str, ...]:
        """Return the number types that the scenario allows and the accelerator of an offer computes in."""
        chip = offer.system.accelerator
        return different_types(chip, usable_types(chip, self.scenario.precisions))

    def met(self, workload: Serving, offer: Offer, types: Sequence[str]) -> Table:
        """Return what fits on an offer's system and meets the targets, or an Infeasible error with the nearest."""
        what = f"{self.scenario.model.name} in {' or '.join(types)} on {offer.system.name}"
        shares = shares_of(workload)
        targets = Targets(workload.time_to_first_token, workload.time_per_output_token, shares=shares)
        return that_meet(targets, self.held(workload, offer, types), what)

    def held(self, workload: Serving, offer: Offer, types: Sequence[str]) -> Table:
        """Return what fits on an offer's system, however fast it is."""
        return joined(self._held(workload, offer, one) for one in types)

    def asked(self, workload: Serving, offer: Offer) -> Asked:
        """Return the question that all layouts on an offer answer."""
        prompt, output = (per_query(tokens=one) for one in (workload.prompt_tokens, workload.output_tokens))
        chip, base = offer.system.accelerator, self._base(offer)
        traffic = traffic_of(self.constants, workload)
        asked = Asked(self.scenario.model, chip, base, self.constants, prompt, output, traffic=traffic)
        return asked_at_random(asked, self.load(workload)) if workload.at_random else asked

    def load(self, workload: Serving) -> Load:
        """Return the requests of a workload, and the limits that they have to keep."""
        return load_of(self.constants, workload, self.limits, self.trace)

    def at_random(self, workload: Serving, offer: Offer) -> Held:
        """Return the layout on an offer whose replicas keep the limits with requests at random, and their rate."""
        load = self.load(workload)
        key = (*_key(offer), float(magnitude(load.peak, "query/second")))
        if key not in self._held_at_random:
            tried = self.held(workload, offer, self.types(offer))
            self._held_at_random[key] = held_at_random(self.asked(workload, offer), offer, tried.frame(), load)
        return self._held_at_random[key]

    def _held(self, workload: Serving, offer: Offer, number_type: str) -> Table:
        key = offer.system.id, number_type
        if key not in self._known:
            asked = self.asked(workload, offer)
            check_context(asked.model, asked.prompt, asked.output)
            self._known[key] = search(asked, offer.system, Breadth((number_type,)))
        return self._known[key]

    def _base(self, offer: Offer) -> Deployment:
        """Return what all deployments on an offer share, the prefix cache of a trace included."""
        system, unit = offer.system, unit_of(offer)
        by = "" if unit == system.accelerators * ONE_SYSTEM else f" by {magnitude(unit, 'accelerator'):g}"
        cached = _cached(self.scenario)
        if self.trace is not None and self.trace.cached_share:
            cached["cached_prompt_share"] = quantity(self.trace.cached_share)
        return Deployment(
            id=f"deployment/{system.id}{by}",
            name=f"deployment on {system.name}{by}",
            chip=system.accelerator.id,
            precision="",
            tensor_parallel=ONE,
            kv_cache_precision=self.scenario.kv_cache_precision,
            framework=self.scenario.framework,
            **cached,
        )

    def _cheapest(self, workload: Serving, offer: Offer) -> Deployment:
        base = self._base(offer)
        if workload.at_random:
            held = self.at_random(workload, offer)
            found = with_fact(chosen_row(base, held.row, REASON), "rate_share", rate_share(held.share))
        else:
            types = fastest_types(offer.system.accelerator, self.types(offer))
            met = cheapest_first(self.met(workload, offer, types), workload, offer)
            row = met.row(0)
            found = chosen_row(base, row, REASON)
            rate = quantity(float(row["output_rate"]), "token/second/accelerator")
            self._rates[_key(offer)] = query_rate(output_rate=rate, output=workload.output_tokens)
        setup = Setup(self.scenario.model, offer.system.accelerator, found, self.constants)
        return with_fact(found, "model_error", model_error(setup))


def _key(offer: Offer) -> tuple[str, float]:
    return offer.system.id, float(magnitude(unit_of(offer), "accelerator"))


def cheapest_first(met: Table, workload: Serving, offer: Offer) -> Table:
    """Return the deployments by the accelerators that are paid for at the peak, those alike by what each yields."""
    used, rate = used_share(met, unit_of(offer)), quantity(met["output_rate"], "token/second/accelerator")
    queries = query_rate(output_rate=rate, output=workload.output_tokens)
    paid = paid_for(workload, offer, queries, quantity(replica_size(met)))
    order = np.lexsort((-magnitude(rate * used, "token/second/accelerator"), magnitude(paid, "accelerator")))
    return met[order]


def _cached(scenario: Scenario) -> dict[str, Any]:
    """Return the share of prompts that is in a cache, where a scenario gives one, as it stands there."""
    workload = scenario.workload
    if not isinstance(workload, Serving) or workload.cached_share is None:
        return {}
    facts = {"cached_prompt_share": workload.facts["cached_share"]} if "cached_share" in workload.facts else {}
    return {"cached_prompt_share": workload.cached_share, "facts": facts}
