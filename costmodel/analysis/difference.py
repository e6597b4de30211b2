"""Two studies side by side: which inputs differ, and what each difference did to the cost of each offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from costmodel.analysis.answered import AnsweredScenario
from costmodel.analysis.attribution import Array, Made, Parts, attributed
from costmodel.analysis.between import Asked, Sets, between
from costmodel.analysis.cheapest import cheapest
from costmodel.analysis.differing import Differing, Names, differing
from costmodel.analysis.model import leaves_of
from costmodel.analysis.statement import OUTPUT_UNITS
from costmodel.errors import CostModelError, unknown
from costmodel.formula import compile_numpy
from costmodel.formula.graph import Leaf
from costmodel.units import Quantity, quantity

TOGETHER = "all together"
"""Stands for the parts of an offer where no order of changes has an answer at every step."""
METHOD = (
    "Each part is the mean of what a change adds over the orders in which the changes may be made (Shapley's value); "
    "the parts of an offer sum to its whole difference."
)


@dataclass(frozen=True)
class Difference:
    """What differs between two studies, and what that did."""

    before: AnsweredScenario
    after: AnsweredScenario
    figure: str
    """The quantity that is compared, in `unit`."""
    unit: str
    inputs: pd.DataFrame
    """A row for each input that differs: `before`, `after`, `unit`, `source_before`, `source_after`, `what`.

    `what` says what differs: its value, its range only, that one side alone has it, a choice that is no number, or a
    layout that was searched.
    """
    offers: pd.DataFrame
    """A row for each offer: `before`, `after`, `change`, and `reason` where one side has no answer."""
    parts: pd.DataFrame
    """A row for each offer that both answer and each change: `part` of the offer's change, and its standard `error`."""
    winner: tuple[str, str]
    """The cheapest offer before and after, ..."""
    probability: tuple[float, float]
    """... and the share of the draws in which it is."""


def diff(before: AnsweredScenario, after: AnsweredScenario, figure: str = "", asked: Asked | None = None) -> Difference:
    """Return what differs from one study to another, and what each difference did to a figure (the ranking cost).

    With `asked`, a few choices that are no numbers have a part each; without it they have one.

    Raises
    ------
    CostModelError
        Where the studies have no such figure in common.
    """
    name = figure or before.headline
    _check_figure(before, after, name)
    pair = _Pair(before, after, name, asked)
    winner = cheapest(_ranked(before)), cheapest(_ranked(after))
    chances = before.probabilities()[winner[0]], after.probabilities()[winner[1]]
    return Difference(before, after, name, pair.unit, pair.differing.inputs, pair.offers, pair.parts, winner, chances)


def _ranked(study: AnsweredScenario) -> dict[str, Quantity]:
    return {id_: study.costs[id_][study.headline] for id_ in study.choices}


def _check_figure(before: AnsweredScenario, after: AnsweredScenario, name: str) -> None:
    if before.headline != after.headline and name == before.headline:
        msg = (
            f"{before.scenario.id} ranks by {before.headline}, {after.scenario.id} by {after.headline}: "
            f"these are answers to different questions; name a figure that both have"
        )
        raise CostModelError(msg)
    for study in (before, after):
        if name not in study.columns:
            what = f"figure of {study.scenario.id}"
            raise unknown(what, name, study.columns)


@dataclass(frozen=True)
class _Pair:
    """Both studies while they are compared in one figure."""

    before: AnsweredScenario
    after: AnsweredScenario
    figure: str
    asked: Asked | None = None

    @cached_property
    def unit(self) -> str:
        """The unit of all costs, that of comparisons."""
        first = next(iter(self.before.model.costs.values()))[self.figure]
        return OUTPUT_UNITS.get(self.figure) or f"{first.units:~C}"

    @cached_property
    def common(self) -> list[str]:
        """The offers that both answer."""
        return [id_ for id_ in self.before.model.costs if id_ in self.after.model.costs]

    @cached_property
    def differing(self) -> Differing:
        return differing((self.before, self.after), (self._traced(self.before), self._traced(self.after)))

    @cached_property
    def offers(self) -> pd.DataFrame:
        ids = dict.fromkeys(one.id for study in (self.before, self.after) for one in study.scenario.offers)
        rows = [{"offer": id_, **self._row(id_)} for id_ in ids]
        return pd.DataFrame(rows).set_index("offer")

    @cached_property
    def parts(self) -> pd.DataFrame:
        if not self.differing.changes or not self.common:
            return pd.DataFrame(columns=["offer", "input", "part", "error"])
        return pd.DataFrame([row for offers, sets in self._groups() for row in self._attributed(offers, sets)])

    def _groups(self) -> list[tuple[list[str], Sets]]:
        """Return offers with the studies that answer them: those between where these all do, else the two alone."""
        both: Sets = {(False,): self.before, (True,): self.after}
        every = between(self.before, self.after, self.differing.named, self.asked) if self.asked else {}
        split = [id_ for id_ in self.common if every and all(id_ in one.model.costs for one in every.values())]
        rest = [id_ for id_ in self.common if id_ not in split]
        return [(offers, sets) for offers, sets in ((split, every), (rest, both)) if offers]

    def _attributed(self, offers: list[str], sets: Sets) -> list[dict[str, object]]:
        """Return the parts of offers, a row an offer and change; where no sets tell choices apart, they are one."""
        apart = len(sets) > len((self.before, self.after))
        chosen = list(self.differing.named) if apart else [self.differing.form] * bool(self.differing.form)
        changes = [*(one for one in self.differing.changes if one != self.differing.form), *chosen]
        graphs = {made: _Graph.of(study, offers, self.figure) for made, study in sets.items()}
        found = attributed(_Answers(self.differing, changes, chosen, graphs, self.unit), len(changes))
        return [row for place, id_ in enumerate(offers) for row in self._parts(id_, place, changes, found)]

    def _parts(self, id_: str, place: int, changes: list[str], found: Parts) -> list[dict[str, object]]:
        if not np.isfinite(found.values[:, place]).all():
            whole = float(self.offers["change"][id_])
            return [{"offer": id_, "input": TOGETHER, "part": whole, "error": 0.0}]
        rows = zip(changes, found.values[:, place], found.errors[:, place], strict=True)
        return [{"offer": id_, "input": name, "part": float(part), "error": float(error)} for name, part, error in rows]

    def _row(self, id_: str) -> dict[str, object]:
        ends = [self._cost(study, id_) for study in (self.before, self.after)]
        named = (("before", self.before), ("after", self.after))
        reasons = [f"{side}: {why}" for side, study in named if (why := _without(study, id_))]
        return {"before": ends[0], "after": ends[1], "change": ends[1] - ends[0], "reason": "; ".join(reasons)}

    def _cost(self, study: AnsweredScenario, id_: str) -> float:
        if id_ not in study.costs:
            return float("nan")
        return float(study.costs[id_][self.figure].to(self.unit).magnitude)

    def _traced(self, study: AnsweredScenario) -> dict[str, Quantity]:
        return {id_: study.model.costs[id_][self.figure] for id_ in self.common}


def _without(study: AnsweredScenario, id_: str) -> str:
    if id_ in study.without:
        return study.without[id_]
    return "" if any(one.id == id_ for one in study.scenario.offers) else "not among the offers"


@dataclass(frozen=True)
class _Graph:
    """The traced costs of offers in one study, and its inputs by the names under which they are compared."""

    costs: tuple[Quantity, ...]
    leaves: Mapping[str, Leaf]

    @classmethod
    def of(cls, study: AnsweredScenario, offers: Sequence[str], figure: str) -> _Graph:
        """Return the graph of a figure under some offers."""
        costs, names = tuple(study.model.costs[id_][figure] for id_ in offers), Names(study)
        return cls(costs, {names.name(leaf.name): leaf for leaf in leaves_of(costs).values()})


@dataclass(frozen=True)
class _Answers:
    """The costs of offers in states between two studies, as `attributed` asks for them."""

    differing: Differing
    names: list[str]
    chosen: list[str]
    """The changes that are choices: by which of them are made, other graphs answer."""
    graphs: Mapping[tuple[bool, ...], _Graph]
    unit: str

    def __call__(self, made: Made) -> Array:
        """Return the costs in states: each in the graph of the choices that are made there."""
        found = np.empty((len(made), len(next(iter(self.graphs.values())).costs)))
        chosen = made[:, [self.names.index(one) for one in self.chosen]]
        for choices in np.unique(chosen, axis=0):
            rows = (chosen == choices).all(axis=1)
            known = tuple(map(bool, choices)) or (False,)
            found[rows] = self._of(self.graphs[known], made[rows])
        return found

    def _of(self, graph: _Graph, made: Made) -> Array:
        outputs = {f"{place}": one for place, one in enumerate(graph.costs)}
        moved = self.differing.values(made, self.names, graph.leaves)
        with np.errstate(all="ignore"):
            costs = compile_numpy(outputs, list(moved)).mark(**moved)
        scales = [float(quantity(1.0, f"{one.units}").to(self.unit).magnitude) for one in graph.costs]
        rows = [np.broadcast_to(costs[name], (len(made),)) * k for name, k in zip(outputs, scales, strict=True)]
        return np.stack(rows, axis=1)
