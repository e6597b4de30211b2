"""A scenario with everything needed to answer it: the one object behind the library, the command and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from costmodel.analysis import break_even as crossing
from costmodel.analysis import cash
from costmodel.analysis import statement as table
from costmodel.analysis.scenario_layouts import Layouts
from costmodel.analysis.uncertainty import Interval, intervals
from costmodel.domain.offers import Offer
from costmodel.domain.scenario import Scenario, load_scenario, over
from costmodel.domain.workload import Capacity, Deployment, Serving, TrainingRun
from costmodel.economics.costs import Costs, costs
from costmodel.errors import UnknownName, unknown
from costmodel.formula import Explanation, Graph, explain
from costmodel.formula.graph import Leaf, order
from costmodel.formula.operations import LEAF
from costmodel.performance.machine.constants import Constants, load_constants
from costmodel.specs.catalog import Catalog
from costmodel.specs.kinds import SCENARIO
from costmodel.specs.record import read_record
from costmodel.units import Quantity

SERVING_COLUMNS = (
    "cost_per_query",
    "cost_per_million_tokens",
    "cost_per_user_month",
    "margin_per_user_month",
    "total_per_month",
)
TRAINING_COLUMNS = ("cost_per_training_run", "duration", "total_per_month")
CAPACITY_COLUMNS = ("cost_per_accelerator_hour", "total_per_month")
HEADLINES = {
    Serving: "cost_per_user_month",
    TrainingRun: "cost_per_training_run",
    Capacity: "cost_per_accelerator_hour",
}


@dataclass(frozen=True)
class Study:
    """A scenario and its answers; each is computed when first asked for."""

    scenario: Scenario
    catalog: Catalog
    constants: Constants = field(default_factory=load_constants)

    @property
    def columns(self) -> tuple[str, ...]:
        """The headline quantities of the scenario's workload."""
        if isinstance(self.scenario.workload, TrainingRun):
            return TRAINING_COLUMNS
        if isinstance(self.scenario.workload, Capacity):
            budget = self.scenario.workload.budget is not None
            return (*CAPACITY_COLUMNS, "accelerators_for_budget") if budget else CAPACITY_COLUMNS
        priced = self.scenario.workload.plan_price is not None
        return tuple(name for name in SERVING_COLUMNS if priced or name != "margin_per_user_month")

    @property
    def headline(self) -> str:
        """The quantity by which offers are ranked."""
        return HEADLINES[type(self.scenario.workload)]

    @cached_property
    def layouts(self) -> Layouts:
        """The search for layouts; offers of one system share it."""
        return Layouts(self.scenario, self.constants)

    @cached_property
    def deployments(self) -> dict[str, Deployment]:
        """The layout of the workload on each offer's system, by offer."""
        return {offer.id: self._deployment(offer) for offer in self.scenario.offers}

    @cached_property
    def costs(self) -> dict[str, Costs]:
        """The costs under each offer."""
        return {offer.id: self._costs(self.scenario, offer) for offer in self.scenario.offers}

    def compare(self) -> pd.DataFrame:
        """Return one row per offer with its headline quantities; `attrs["units"]` gives the unit of each column."""
        return table.comparison(self.costs, self.columns)

    def statement(self) -> pd.DataFrame:
        """Return the long table of cost lines: one row per offer and component."""
        return table.statement(self.scenario, self.costs)

    def cash(self, years: float | None = None, depreciation: str = "annuity") -> pd.DataFrame:
        """Return the statement by month: cash when paid, and amortised over the months of use (column `view`).

        `years` is the horizon; without it, that of the scenario counts. `depreciation` is annuity, straight_line or
        price_performance.
        """
        study = self.over(years)
        return cash.statement_by_month(study.scenario, study.costs, cash.writing_off(study.scenario, depreciation))

    def ways(self, years: float | None = None) -> pd.DataFrame:
        """Return one row per offer: accelerators, present value, cost per accelerator-hour and cash by year."""
        study = self.over(years)
        return cash.ways(study.scenario, study.costs)

    def over(self, years: float | None) -> Study:
        """Return the study of the same question over another horizon, in which the compute is needed for so long."""
        return self if years is None else replace(self, scenario=over(self.scenario, years))

    def break_even(self) -> list[crossing.BreakEven]:
        """Return where programs meet purchases in volume, and purchases meet rentals in utilisation."""
        return crossing.break_evens(self.scenario, self.costs, self.constants)

    def intervals(self, samples: int = 2_000, seed: int = 1) -> dict[str, Interval]:
        """Return the 90% interval of the ranking quantity under each offer, from the ranges of all facts."""
        return intervals({id_: self._traced[id_][self.headline] for id_ in self.costs}, samples=samples, seed=seed)

    def explain(self, name: str, offer: str | None = None) -> Explanation:
        """Return the tree of a quantity under an offer (the first, if none is named), down to its facts."""
        id_ = (self.scenario.offer(offer) if offer else self.scenario.offers[0]).id
        traced = self._traced[id_]
        if name in traced.quantities:
            return explain(traced[name], name)
        found = [explain(traced[column], column) for column in traced.quantities]
        for tree in found:
            try:
                return tree.find(name)
            except UnknownName:
                continue
        names = {part.formula or part.name for tree in found for part in tree.walk()}
        raise unknown("quantity", name, names | set(traced.quantities))

    def trace(self, offer: str) -> dict[str, Quantity]:
        """Return the headline quantities under an offer as traced values, to compile or explain."""
        return dict(self._traced[self.scenario.offer(offer).id].quantities)

    def inputs(self) -> dict[str, Leaf]:
        """Return every input that any answer of the scenario depends on, by name."""
        nodes = [value.magnitude for one in self._traced.values() for value in one.quantities.values()]
        return {node.label.name: node.label for node in order(nodes) if node.operation == LEAF}

    def nouns(self) -> dict[str, str]:
        """Return the name, for people, of everything whose facts are inputs, by id."""
        found: dict[str, str] = {}
        for noun in (self.scenario, self.constants, *self.deployments.values()):
            found |= noun.names()
        return found

    @cached_property
    def _traced(self) -> dict[str, Costs]:
        return {offer.id: self._trace(offer.id) for offer in self.scenario.offers}

    def _trace(self, id_: str) -> Costs:
        graph = Graph()
        scenario = self.scenario.with_offers(self.scenario.offer(id_)).traced(graph)
        deployment = self.deployments[id_].traced(graph)
        return costs(scenario, scenario.offers[0], deployment, self.constants.traced(graph))

    def _costs(self, scenario: Scenario, offer: Offer) -> Costs:
        return costs(scenario, offer, self.deployments[offer.id], self.constants)

    def _deployment(self, offer: Offer) -> Deployment:
        return self.layouts.on(offer)


def load(name: str | Path, *, specs: Sequence[str | Path] = ()) -> Study:
    """Return the study of a scenario: the id of a shipped one, or the path of a file.

    `specs` are folders with spec files of one's own, laid out like `hardware/`.
    """
    catalog = Catalog([Path(folder) for folder in specs])
    path = Path(name)
    if path.suffix == ".toml":
        if not path.is_file():
            raise unknown("scenario file", str(path), catalog.ids("scenario"))
        record = catalog.checked(read_record(SCENARIO, path.stem, path))
    else:
        record = catalog.get("scenario", str(name))
    return Study(load_scenario(catalog, record), catalog)


def with_scenario(study: Study, scenario: Scenario) -> Study:
    """Return a study of a changed scenario with the same specs and constants."""
    return replace(study, scenario=scenario)
