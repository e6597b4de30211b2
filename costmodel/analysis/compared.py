"""What claims are compared with: an offer of a scenario, or a year of a lessor, as traced figures over draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt

from costmodel.analysis.break_even import Sweep
from costmodel.analysis.conditions import Condition, figure_of, figures_of
from costmodel.analysis.draws import DRAWS, NO_LINKS, Links, together, uncertain_leaves
from costmodel.analysis.input_names import input_name, labels_of
from costmodel.analysis.model import leaves_of
from costmodel.analysis.solution import Solution, nearest
from costmodel.analysis.solve import solve_one
from costmodel.analysis.solve_together import solve_together
from costmodel.analysis.study import Study
from costmodel.domain.claim import Claim
from costmodel.domain.lessor import LessorYear, load_lessor
from costmodel.economics.accounts import A_YEAR, income_statement
from costmodel.errors import unknown
from costmodel.formula import Graph, compile_numpy
from costmodel.formula.graph import Leaf
from costmodel.specs.catalog import Catalog
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, add, convert, quantity

Array = npt.NDArray[np.float64]
SAME = 1e-9
"""An input that differs by less from what a claim says is taken from it."""


@dataclass(frozen=True)
class Draws:
    """A figure over joint draws of its uncertain inputs."""

    figures: Array
    inputs: Mapping[str, Array]
    unit: Quantity

    def hangs_on(self) -> list[str]:
        """Return the inputs by how closely the figure follows them, in ranks, the closest first."""
        ranks = _ranks(self.figures)
        known = {name: abs(float(np.corrcoef(ranks, _ranks(row))[0, 1])) for name, row in self.inputs.items()}
        return sorted(known, key=lambda name: -known[name])


@dataclass(frozen=True)
class Compared:
    """Traced figures by name, and how the unknowns of a claim are solved for."""

    name: str
    figures: Mapping[str, Quantity]
    day: date | None

    @cached_property
    def inputs(self) -> Mapping[str, Leaf]:
        """The inputs of all figures, by name."""
        return leaves_of(self.figures.values())

    @property
    def links(self) -> Links:
        """What inputs share."""
        return NO_LINKS

    @property
    def title(self) -> str:
        """What it is called for people."""
        return self.name

    @cached_property
    def labels(self) -> dict[str, str]:
        """What each input is called for people."""
        return {name: input_name(leaf, {}, self.name) for name, leaf in self.inputs.items()}

    def figure(self, name: str) -> Quantity:
        """Return a figure by name, or a sum of figures."""
        return figure_of(self.figures, name, self.name)

    def takes(self, name: str, said: Sequence[Fact]) -> str:
        """Return the input of a figure that is what is said, or nothing: such a claim would test itself.

        An input is it where it equals what is said, and either comes from the same source or is the figure itself.
        """
        figure = self.figure(name)
        own = quantity(1.0, f"{figure.units}") * float(compile_numpy({"figure": figure}, [])()["figure"])
        for leaf in leaves_of([figure]).values():
            sources = {one.source for one in said if _equal(leaf.value, one.value)}
            fact = leaf.origin
            if sources and isinstance(fact, Fact) and (fact.source in sources or _equal(leaf.value, own)):
                return leaf.name
        return ""

    def draws(self, claim: Claim) -> Draws:
        """Return the figure of a claim, or the ratio that it asks for, over draws of all its inputs with a range."""
        figure = self.figure(claim.figure)
        leaves = uncertain_leaves([figure])
        inputs = together(leaves, DRAWS, links=self.links)
        if not claim.moved:
            kernel = compile_numpy({"figure": figure}, list(inputs))
            found = kernel.mark(**inputs)["figure"]
            return Draws(np.broadcast_to(found, (DRAWS,)), inputs, quantity(1.0, f"{figure.units}"))
        return Draws(self._ratio(claim, figure, inputs), inputs, quantity(1.0))

    def solve(self, claim: Claim, asked: float) -> Iterator[Solution]:
        """Yield what each unknown of a claim would have to be."""
        raise NotImplementedError

    def share_in_which(self, claims: Sequence[Claim]) -> float:
        """Return the share of the draws with an answer in which all of several claims are true."""
        drawn = [(one, self.draws(one)) for one in claims]
        figures = [found.figures * float(convert(found.unit, one.unit).magnitude) for one, found in drawn]
        known = np.isfinite(np.sum(figures, axis=0))
        ends = [one.ends for one in claims]
        true = [(least <= row) & (row <= most) for row, (least, most) in zip(figures, ends, strict=True)]
        return float(np.all(true, axis=0)[known].mean()) if known.any() else float("nan")

    def _ratio(self, claim: Claim, figure: Quantity, inputs: Mapping[str, Array]) -> Array:
        leaves = leaves_of([figure])
        if claim.moved not in leaves:
            what = f"input of {claim.figure}"
            raise unknown(what, claim.moved, leaves)
        kernel = compile_numpy({"figure": figure}, list({*inputs, claim.moved}))
        own = inputs.get(claim.moved, np.full(DRAWS, float(leaves[claim.moved].value.magnitude)))
        factor = 1.0 if claim.factor is None else float(claim.factor.to("").magnitude)
        before, after = (kernel.mark(**{**inputs, claim.moved: own * times})["figure"] for times in (1.0, factor))
        ratio: Array = after / before
        return ratio


@dataclass(frozen=True)
class OfScenario(Compared):
    """An offer of a scenario."""

    study: Study
    offer: str

    @property
    def links(self) -> Links:
        """What inputs of the scenario share by source, maker or silicon node."""
        return self.study.links

    @property
    def title(self) -> str:
        """What the scenario and the offer are called."""
        return f"{self.study.scenario.title}, {self.study.scenario.offer(self.offer).name}"

    @cached_property
    def labels(self) -> dict[str, str]:
        """What each input of the study is called."""
        return labels_of(self.study)

    def solve(self, claim: Claim, asked: float) -> Iterator[Solution]:
        """Yield what each unknown of a claim would have to be, its layout searched again."""
        for name in claim.unknowns:
            yield solve_one(self.study, name, condition_of(claim, asked), self.offer)

    def solve_together(self, claims: Mapping[Claim, float]) -> list[Solution]:
        """Return what the first unknowns of several claims would have to be at once, for figures as asked."""
        asked = [condition_of(one, value) for one, value in claims.items()]
        return solve_together(self.study, [one.unknowns[0] for one in claims], asked, [self.offer])


@dataclass(frozen=True)
class OfLessor(Compared):
    """A year of a lessor."""

    title: str = ""
    """What it is called."""

    @property
    def leaves(self) -> Mapping[str, Leaf]:
        """The inputs of the year by name."""
        return self.inputs

    def find(self, name: str) -> tuple[str, ...]:
        """Return the one input of a name."""
        if name not in self.leaves:
            what = f"input of {self.name}"
            raise unknown(what, name, self.leaves)
        return (name,)

    def solve(self, claim: Claim, asked: float) -> Iterator[Solution]:
        """Yield what each unknown of a claim would have to be."""
        condition = condition_of(claim, asked)
        figure = self.figure(claim.figure)
        for name in claim.unknowns:
            yield nearest(Sweep(self, {self.name: figure}, name), condition)


def condition_of(claim: Claim, asked: float) -> Condition:
    """Return the condition that the figure of a claim is as asked, in the claim's unit."""
    return Condition(claim.figure, quantity(asked, claim.unit or "1"))


def of_lessor(catalog: Catalog, name: str) -> Compared:
    """Return the year of a lessor, line by line."""
    lessor: LessorYear = load_lessor(catalog, name).traced(Graph())
    lines = {line: value / A_YEAR for line, value in income_statement(lessor).items()}
    return OfLessor(name, {**lines, "net income": add(lines.values())}, None, lessor.name)


def of_offer(study: Study, name: str) -> Compared:
    """Return what is told of an offer of a study; of its first, if none is named."""
    scenario = study.scenario
    offer = scenario.offer(name or scenario.offers[0].id).id
    figures = figures_of(study.model.costs[offer])
    return OfScenario(f"{offer} in {scenario.id}", figures, scenario.price_date, study, offer)


def _equal(one: Quantity, other: Quantity) -> bool:
    if not one.is_compatible_with(other):
        return False
    there = float(other.to(one.units).magnitude)
    return bool(abs(float(one.magnitude) - there) <= SAME * abs(there))


def _ranks(values: Array) -> Array:
    ranks = np.empty(len(values))
    ranks[np.argsort(values)] = np.arange(len(values))
    return ranks
