"""A scenario with its layouts, the graph of all its offers and the draws of its inputs: what every answer reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Self

import numpy as np

from costmodel.analysis import statement as table
from costmodel.analysis import sweeping
from costmodel.analysis.amounts import Amount
from costmodel.analysis.arguments import LONGEST_HORIZON, bounded, named
from costmodel.analysis.changes import Changes, with_values
from costmodel.analysis.cheapest import probabilities
from costmodel.analysis.columns import FURTHER, columns_of
from costmodel.analysis.correlations import links_of
from costmodel.analysis.draws import DRAWS, SEED, Links
from costmodel.analysis.flips import is_moved
from costmodel.analysis.fronts import front
from costmodel.analysis.model import Model, trace
from costmodel.analysis.rival import with_rivals
from costmodel.analysis.scenario_layouts import Layouts
from costmodel.analysis.uncertainty import Answers, Array, Interval, answers, intervals
from costmodel.domain.offers import Program, Way
from costmodel.domain.scenario import Scenario, over
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Deployment
from costmodel.economics.called import serving_of
from costmodel.economics.costs import Costs, headline_of
from costmodel.errors import Infeasible
from costmodel.formula.graph import Leaf
from costmodel.performance.machine.constants import Constants, load_constants
from costmodel.specs.catalog import Catalog
from costmodel.specs.record import Record
from costmodel.units import Quantity


@dataclass(frozen=True)
class AnsweredScenario:
    """A scenario and what its answers are read from; each part is computed when first asked for."""

    scenario: Scenario
    catalog: Catalog
    constants: Constants = field(default_factory=load_constants)
    fronts: int = 1
    """Layouts of each offer among which the cheapest is chosen again wherever inputs move; one fixes the layout."""
    record: Record | None = None
    """What the scenario's file says, to ask it again with other values."""
    changes: Changes = field(default_factory=dict)
    """What has been set beside it."""

    def __repr__(self) -> str:
        """Return what a prompt shows: the question, and of which offers and day."""
        asked = self.scenario
        return f"<Study {asked.id}: {asked.question} {len(asked.offers)} offers, prices of {asked.price_date}>"

    def __getstate__(self) -> dict[str, object]:
        """Return what is asked, for copies and pickles: to write the graph of answers takes longer than to make it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @property
    def columns(self) -> tuple[str, ...]:
        """The headline quantities of the scenario's workload."""
        return columns_of(self.scenario.workload)

    @property
    def further(self) -> tuple[str, ...]:
        """What a comparison tells beside them: the figures that some offer has and no column shows yet."""
        known = {name for one in self.costs.values() for name in one.quantities}
        return tuple(name for name in FURTHER if name in known and name not in self.columns)

    @property
    def headline(self) -> str:
        """The quantity by which offers are ranked."""
        return headline_of(self.scenario.workload)

    @cached_property
    def layouts(self) -> Layouts:
        """The search for layouts; offers of one system share it."""
        return Layouts(self.scenario, self.constants)

    @cached_property
    def deployments(self) -> dict[str, Deployment]:
        """The layout of the workload on the system of each offer that can run it, by offer."""
        return {id_: found for id_, found in self._tried.items() if isinstance(found, Deployment)}

    @cached_property
    def without(self) -> dict[str, str]:
        """Why an offer has no answer, by offer: it cannot hold the model, or none of its layouts meets the targets."""
        return {id_: str(found) for id_, found in self._tried.items() if isinstance(found, Infeasible)}

    @cached_property
    def model(self) -> Model:
        """All offers in one graph, which every answer is read from."""
        found = {id_: self._front(id_) for id_ in self._tried if id_ not in self.without}
        return trace(self.scenario, found, self.constants)

    @property
    def costs(self) -> Mapping[str, Costs]:
        """The costs under each offer that has an answer."""
        return self.model.plain

    @cached_property
    def choices(self) -> tuple[str, ...]:
        """The offers that can be had today and have an answer: not those that wait for the market of a later year."""
        offers = [one.offer for one in self.costs.values()]
        return tuple(one.id for one in offers if isinstance(one, Program) or not one.comes_later)

    @cached_property
    def answers(self) -> Answers[tuple[str, str]]:
        """Every column of the comparison, component and reading of a program over the same draws, by offer and name.

        So are further quantities that have been asked for before (`ask_also`).
        """
        compared = {
            (id_, name): value
            for id_, one in self.model.costs.items()
            for name, value in (
                *((name, one[name]) for name in self.columns),
                *one.components.items(),
                *one.otherwise.items(),
            )
        }
        return answers({**compared, **self._also}, links=self.links, moved=is_moved)

    def ask_also(self, further: Mapping[tuple[str, str], Quantity]) -> None:
        """Let the draws behind the intervals answer more, if nobody has asked for these yet.

        One kernel of all is compiled in less time than several of parts.
        """
        self._also.update(further)

    @cached_property
    def _also(self) -> dict[tuple[str, str], Quantity]:
        return {}

    def bands_of(self, traced: Mapping[tuple[str, str], Quantity]) -> Mapping[tuple[str, str], Interval]:
        """Return the 80% interval of quantities, from the draws that there are where they answer them all."""
        if self._are_drawn(traced):
            return {name: self.bands[name] for name in traced}
        return intervals(traced, links=self.links) if traced else {}

    def drawn(self, traced: Mapping[tuple[str, str], Quantity], draws: int, seed: int) -> dict[tuple[str, str], Array]:
        """Return quantities over the first draws of their inputs, from those that there are where they answer them."""
        if self._are_drawn(traced) and seed == SEED and draws <= DRAWS:
            return {name: self.answers.drawn[name][:draws] for name in traced}
        return dict(answers(traced, samples=draws, seed=seed, links=self.links).drawn)

    def _are_drawn(self, traced: Mapping[tuple[str, str], Quantity]) -> bool:
        known = vars(self).get("answers")
        return known is not None and traced.keys() <= known.traced.keys()

    @property
    def bands(self) -> Mapping[tuple[str, str], Interval]:
        """The 80% interval of every column of the comparison and of every component, by offer and name."""
        return self.answers.intervals

    @cached_property
    def links(self) -> Links:
        """What ranged inputs share by source, maker or silicon node, by input."""
        return links_of(self.scenario, self.inputs().values())

    @property
    def ranked(self) -> dict[str, Quantity]:
        """The traced quantity that offers are ranked by, by offer."""
        return {id_: one[self.headline] for id_, one in self.model.costs.items()}

    @cached_property
    def sampler(self) -> sweeping.Sampler:
        """The ranking cost of every offer as a function of all ranged inputs."""
        return sweeping.Sampler(self.ranked, self.links)

    def probabilities(self) -> dict[str, float]:
        """Return the share of the draws behind the intervals in which each choice is the cheapest; they sum to 1."""
        offers = self.choices
        return probabilities(offers, np.stack([self.answers.drawn[id_, self.headline] for id_ in offers], axis=1))

    def trace(self, offer: str) -> dict[str, Quantity]:
        """Return the headline quantities under an offer as traced values, to compile or explain."""
        return dict(self.model.costs[self._id(offer)].quantities)

    def inputs(self) -> dict[str, Leaf]:
        """Return every input that any answer of the scenario depends on, by name."""
        return self.model.inputs

    def nouns(self) -> dict[str, str]:
        """Return the name, for people, of everything whose facts are inputs, by id."""
        found: dict[str, str] = {}
        for noun in (self.scenario, self.constants, *self.deployments.values()):
            found |= noun.names()
        return found

    def with_(self, values: Changes) -> Self:
        """Return the study with other values of the scenario's inputs, by name: `{"demand.users": "3e6 user"}`.

        What is set has no range. An unknown name raises UnknownName with near matches, a wrong unit UnitError.
        """
        changes = {**self.changes, **named("values", values)}
        scenario = with_rivals(self.catalog, self.scenario, Layouts(self.scenario, self.constants), changes)
        kept = {name: self.changes[name] for name in self.changes.keys() & scenario.leaves().keys()}
        return replace(self, scenario=with_values(scenario, {**kept, **values}), changes=changes)

    def over(self, years: Amount | None) -> Self:
        """Return the study of the same question over another horizon, in which the compute is needed for so long."""
        if years is None:
            return self
        horizon = bounded("years", years, 1 / 12, LONGEST_HORIZON, "year")
        longer = {**self.changes, "finance.horizon": f"{horizon:g} year"}
        return replace(self, scenario=over(self.scenario, horizon), changes=longer)

    @cached_property
    def _grounds(self) -> table.Grounds:
        return table.grounds(self.model, self.bands)

    def _id(self, offer: str) -> str:
        """Return the full id of an offer that has an answer, or the reason why it has none."""
        id_ = self.scenario.offer(offer).id
        if id_ in self.without:
            raise Infeasible(self.without[id_])
        return id_

    @cached_property
    def _tried(self) -> dict[str, Deployment | TokenApi | Infeasible]:
        found = {offer.id: self._deployment_or_reason(offer) for offer in self.scenario.offers}
        reasons = [str(one) for one in found.values() if isinstance(one, Infeasible)]
        if len(reasons) == len(found):
            raise Infeasible("\n".join(dict.fromkeys(reasons)))
        return found

    def _deployment_or_reason(self, offer: Way) -> Deployment | TokenApi | Infeasible:
        """Return the layout on an offer's systems; an API that answers itself, since nobody else sees its layout."""
        try:
            if isinstance(offer, TokenApi):
                serving_of(self.scenario, offer)
                return offer
            return self.layouts.on(offer)
        except Infeasible as error:
            return error

    def _front(self, id_: str) -> list[Deployment]:
        offer = self.scenario.offer(id_)
        return [] if isinstance(offer, TokenApi) else front(self.layouts, offer, self.fronts)
