"""One traced scenario: all its offers in one graph, of which every answer is a reading."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from operator import attrgetter
from typing import Any

from costmodel.analysis.waiting import VOLUME, at_volume, served_by
from costmodel.domain.noun import Noun
from costmodel.domain.scenario import Scenario
from costmodel.domain.token_api import TokenApi
from costmodel.domain.workload import Capacity, Deployment
from costmodel.economics.at_load import UTILIZATION, cost_at_load
from costmodel.economics.called import called_costs
from costmodel.economics.chosen import costs_of_cheapest
from costmodel.economics.costs import Costs
from costmodel.economics.lines import in_effect
from costmodel.errors import CostModelError, unknown
from costmodel.formula import Graph
from costmodel.formula.graph import Leaf, Node, Traced, node_of, order
from costmodel.formula.node import walk
from costmodel.formula.operations import LEAF
from costmodel.formula.values import values_of
from costmodel.performance.machine.constants import Constants
from costmodel.performance.service.serving import ServingResult
from costmodel.specs.fact import Fact
from costmodel.specs.kinds import SCENARIO
from costmodel.units import Quantity, quantity, registry

OF_CAPACITY = "capacity.utilization"
FACTS = "facts"
"""Where nouns hold what their values come from, none of which is traced."""


@dataclass(frozen=True)
class Model:
    """The traced costs of every offer, by offer, in one graph; the same input is one leaf for all of them."""

    scenario: Scenario
    """As it is asked, and traced below."""
    costs: Mapping[str, Costs]
    traced: Scenario = field(repr=False)
    graph: Graph = field(repr=False)

    @cached_property
    def at_load(self) -> dict[str, Quantity]:
        """What work costs on one system of each offer at the share of its time that is the leaf `utilization`."""
        if isinstance(self.scenario.workload, Capacity):
            return {}
        share = self.graph.leaf(UTILIZATION, quantity(1.0))
        return {id_: cost_at_load(self.traced, one, share) for id_, one in self.costs.items()}

    @cached_property
    def at_volume(self) -> dict[str, Quantity]:
        """The headline cost of each offer, programs at the chips that are the leaf `volume` of each, for all users."""
        return at_volume(self.traced, self.costs, self.graph)

    @cached_property
    def inputs(self) -> dict[str, Leaf]:
        """Every input that any answer depends on, by name."""
        return leaves_of(self._answers())

    @cached_property
    def leaves(self) -> dict[str, Leaf]:
        """The inputs, and the load of one system where it is no input but follows from the demand."""
        return self.inputs | leaves_of([*self.at_load.values(), *self.at_volume.values()])

    @cached_property
    def plain(self) -> dict[str, Costs]:
        """The costs with every traced value replaced by its number."""
        traced: list[Traced] = []
        _collect(list(self.costs.values()), traced, set())
        values = values_of(traced)
        return {id_: _with_numbers(one, values) for id_, one in self.costs.items()}

    @cached_property
    def printed(self) -> dict[int, float]:
        """The monthly components of every offer and their total as tables print them, by the ids of their nodes."""
        pairs = (
            (traced, plain)
            for id_, one in self.costs.items()
            for traced, plain in (
                (one["total_per_month"], self.plain[id_]["total_per_month"]),
                *((cost, self.plain[id_].components[name]) for name, cost in one.components.items()),
            )
        )
        return {id(node_of(traced)): float(plain.to(traced.units).magnitude) for traced, plain in pairs}

    def price_facts(self, value: Quantity) -> list[Fact]:
        """Return the prices that one of the costs rests on: the facts below it that are in money."""
        root = node_of(value)
        nodes = [] if root is None else walk([root], lambda node: [a for a in node.arguments if id(a) in self._priced])
        origins = [node.label.origin for node in nodes if node.operation == LEAF and id(node) in self._priced]
        return [one for one in origins if isinstance(one, Fact)]

    @cached_property
    def _priced(self) -> set[int]:
        """The places of the nodes that are prices or hang on one."""
        found: set[int] = set()
        for node in order(self._answers()):
            if _is_price(node) or any(id(argument) in found for argument in node.arguments):
                found.add(id(node))
        return found

    def find(self, name: str) -> tuple[str, ...]:
        """Return the leaves that a name stands for: its own, or those of a short name.

        Short names: `utilization`, of the capacity or of every system; `volume`, of every program.

        Raises
        ------
        UnknownName
            With near matches, where nothing goes by that name.
        CostModelError
            Where no answer depends on what goes by it.
        """
        found = self._short.get(name, ()) or tuple(one for one in self.leaves if one == name)
        if not found and name in self.scenario.leaves():
            msg = f"{name} moves no answer of {self.scenario.id} by itself"
            raise CostModelError(msg)
        choice = SCENARIO.by_key().get(name)
        if not found and choice is not None and choice.type != "quantity":
            msg = f"{name} is a choice and no number that moves: ask for one value after another, --set {name}=..."
            raise CostModelError(msg)
        if not found:
            raise unknown("input of this scenario", name, [*self.short_names, *self.leaves])
        return found

    @property
    def short_names(self) -> list[str]:
        """The short names that stand for a leaf of this scenario."""
        return [name for name, leaves in self._short.items() if leaves]

    @cached_property
    def _short(self) -> dict[str, tuple[str, ...]]:
        loads = tuple(one for one in (UTILIZATION, OF_CAPACITY) if one in self.leaves)
        return {UTILIZATION: loads, VOLUME: tuple(one for one in self.leaves if one.endswith(f".{VOLUME}"))}

    def _answers(self) -> Iterable[Quantity]:
        for one in self.costs.values():
            yield from one.quantities.values()
            yield from one.components.values()
            yield from one.otherwise.values()


def trace(scenario: Scenario, layouts: Mapping[str, Sequence[Deployment]], constants: Constants) -> Model:
    """Return the model of those offers of a scenario that have layouts, the best at the scenario's values first.

    A single layout of an offer is fixed; among several, the cheapest that meets its targets is chosen in the graph. An
    API has none.
    """
    graph = Graph()
    traced = scenario.with_offers(*(one for one in scenario.offers if one.id in layouts)).traced(graph)
    known = constants.traced(graph)
    shared = {id(ones[0]): ones[0].traced(graph) for ones in layouts.values() if ones}
    yields: dict[int, ServingResult] = {}
    found: dict[str, Costs] = {}
    for offer in sorted(traced.offers, key=attrgetter("comes_later")):
        if isinstance(offer, TokenApi):
            found[offer.id] = called_costs(traced, offer)
            continue
        first, *others = layouts[offer.id]
        meanwhile = served_by(traced, found) if offer.comes_later else ()
        ways = [shared[id(first)], *others]
        found[offer.id] = costs_of_cheapest(traced, offer, ways, known, yields, meanwhile)
    return Model(scenario, {offer.id: found[offer.id] for offer in traced.offers}, traced, graph)


def leaves_of(values: Iterable[Quantity]) -> dict[str, Leaf]:
    """Return the inputs that traced quantities depend on, by name."""
    return {node.label.name: node.label for node in order(values) if node.operation == LEAF}


def _is_price(node: Node) -> bool:
    """Say whether a node is an input in money that a file gives."""
    fact = node.label.origin if node.operation == LEAF else None
    return isinstance(fact, Fact) and "[currency]" in fact.value.dimensionality


def _collect(thing: Any, found: list[Traced], seen: set[int]) -> None:
    """Find all traced values inside a thing, those of a thing that is met again once."""
    if isinstance(thing, registry.Quantity):
        if isinstance(thing.magnitude, Traced):
            found.append(thing.magnitude)
    elif isinstance(thing, (list, tuple)):
        for one in thing:
            _collect(one, found, seen)
    elif is_dataclass(thing) and id(thing) not in seen:
        seen.add(id(thing))
        for one in fields(thing):
            if one.name != FACTS:
                _collect(getattr(thing, one.name), found, seen)
    elif isinstance(thing, Mapping):
        for one in thing.values():
            _collect(one, found, seen)


def _with_numbers(thing: Costs, values: Mapping[int, Any]) -> Costs:
    """Return costs with every traced quantity replaced by its number."""
    found: Costs = _mapped(thing, lambda value: registry.Quantity(values[id(node_of(value))], value.units))
    return replace(found, lines=in_effect(found.lines)).rounded()


def _mapped(thing: Any, change: Callable[[Quantity], Quantity]) -> Any:
    """Return a thing with every traced quantity in it, however deep, replaced by what `change` makes of it."""
    if thing is None or isinstance(thing, (str, int, float)):
        return thing
    if isinstance(thing, registry.Quantity):
        return change(thing) if isinstance(thing.magnitude, Traced) else thing
    if isinstance(thing, Noun):
        return thing.change(lambda _name, value, _fact: _mapped(value, change))
    if is_dataclass(thing) and not isinstance(thing, type):
        return replace(thing, **{one.name: _mapped(getattr(thing, one.name), change) for one in fields(thing)})
    if isinstance(thing, Mapping):
        return {key: _mapped(value, change) for key, value in thing.items()}
    return type(thing)(_mapped(one, change) for one in thing) if isinstance(thing, (list, tuple)) else thing
