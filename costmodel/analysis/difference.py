"""Two studies side by side: which inputs differ, and what each difference did to the cost of each offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from costmodel.analysis.answered import AnsweredScenario
from costmodel.analysis.attribution import Array, Made, Parts, attributed
from costmodel.analysis.cheapest import cheapest
from costmodel.analysis.differing import Differing, differing
from costmodel.analysis.model import leaves_of
from costmodel.analysis.statement import OUTPUT_UNITS
from costmodel.errors import CostModelError, unknown
from costmodel.formula import compile_numpy
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


def diff(before: AnsweredScenario, after: AnsweredScenario, figure: str = "") -> Difference:
    """Return what differs from one study to another, and what each difference did to a figure (the ranking cost).

    Raises
    ------
    CostModelError
        Where the studies have no such figure in common.
    """
    name = figure or before.headline
    _check_figure(before, after, name)
    pair = _Pair(before, after, name)
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
        changes = self.differing.changes
        if not changes or not self.common:
            return pd.DataFrame(columns=["offer", "input", "part", "error"])
        found = attributed(self._answers(changes), len(changes))
        return pd.DataFrame([row for place in range(len(self.common)) for row in self._parts(place, changes, found)])

    def _parts(self, place: int, changes: list[str], found: Parts) -> list[dict[str, object]]:
        id_ = self.common[place]
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

    def _answers(self, names: list[str]) -> _Answers:
        return _Answers(
            self.differing, names, self._traced(self.before), self._traced(self.after), tuple(self.common), self.unit
        )


def _without(study: AnsweredScenario, id_: str) -> str:
    if id_ in study.without:
        return study.without[id_]
    return "" if any(one.id == id_ for one in study.scenario.offers) else "not among the offers"


@dataclass(frozen=True)
class _Answers:
    """The costs of all common offers in states between two studies, as `attributed` asks for them."""

    differing: Differing
    names: list[str]
    before: Mapping[str, Quantity]
    after: Mapping[str, Quantity]
    common: tuple[str, ...]
    unit: str

    def __call__(self, made: Made) -> Array:
        """Return the costs in states: the graph of the second study where the choices are made, else of the first."""
        found = np.empty((len(made), len(self.common)))
        form = self.differing.form
        chosen = made[:, self.names.index(form)] if form else np.zeros(len(made), dtype=bool)
        for second in np.unique(chosen):
            rows = chosen == second
            found[rows] = self._of(self.after if second else self.before, made[rows], second=bool(second))
        return found

    def _of(self, outputs: Mapping[str, Quantity], made: Made, *, second: bool) -> Array:
        known = leaves_of(outputs.values())
        moved = self.differing.values(made, self.names, known, second=second)
        kernel = compile_numpy(outputs, list(moved))
        with np.errstate(all="ignore"):
            costs = kernel.mark(**moved)
        scales = [float(quantity(1.0, f"{outputs[id_].units}").to(self.unit).magnitude) for id_ in self.common]
        rows = [np.broadcast_to(costs[id_], (len(made),)) * k for id_, k in zip(self.common, scales, strict=True)]
        return np.stack(rows, axis=1)
