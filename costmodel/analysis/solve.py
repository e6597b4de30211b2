"""What would have to be true: an unknown is solved for, put back, and its layout searched again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from costmodel.analysis.answered import AnsweredScenario
from costmodel.analysis.break_even import Sweep
from costmodel.analysis.conditions import Condition
from costmodel.analysis.model import Model, trace
from costmodel.analysis.solution import Solution, nearest
from costmodel.domain.workload import Deployment, Serving
from costmodel.errors import CostModelError
from costmodel.formula.graph import Leaf
from costmodel.units import quantity

PROBED = (1 / 16, 1 / 4, 4.0, 16.0)
"""Multiples of an unknown's own value at which layouts are searched, where those known have no solution."""
ALONE = 2
"""As often a layout is named that is alone, so that it has no answer where it misses its targets."""
ROUNDS = 12
"""Layouts that are tried beside each other, at most: each value found is put back and its layout searched again."""


def solve(study: AnsweredScenario, unknowns: Sequence[str], asked: Condition, offers: Sequence[str]) -> list[Solution]:
    """Return one solution for each offer and unknown, each unknown moved alone.

    Raises
    ------
    CostModelError
        Where no value of any unknown gives the figure on any offer.
    """
    for name in unknowns:
        _check_moves(study, name)
    found = [solve_one(study, one, asked, offer) for offer in offers for one in unknowns]
    if all(one.status == "never" for one in found):
        raise CostModelError(_nothing(found, asked))
    return found


def _check_moves(study: AnsweredScenario, name: str) -> None:
    if name in study.scenario.leaves() and name not in study.model.leaves:
        msg = f"{name} moves no figure by itself: where layouts hang on it, compare some with --set {name}=..."
        raise CostModelError(msg)
    study.model.find(name)


def solve_one(study: AnsweredScenario, name: str, asked: Condition, offer: str) -> Solution:
    """Return the solution of one unknown under one offer.

    Every value found is put back into the scenario, whose layout is searched again: another one than those known joins
    them, and the cheapest of all is chosen wherever the unknown moves.
    """
    if offer not in study.deployments:  # an API has no layout
        return _in_model(study.model, name, asked, offer)
    alone = replace(study, scenario=study.scenario.with_offers(study.scenario.offer(offer)))
    layouts = [study.deployments[offer]]
    leaves = [study.model.leaves[leaf] for leaf in study.model.find(name)]
    found = _in_model(study.model, name, asked, offer)
    if not isinstance(study.scenario.workload, Serving):
        return _by_turns(alone, leaves, layouts, found, asked)
    for _ in range(ROUNDS):
        further = _further(alone, leaves, layouts, found)
        if not further:
            break
        layouts += further
        found = _in_model(trace(alone.scenario, {offer: layouts}, study.constants), name, asked, offer)
    return found


def _by_turns(
    alone: AnsweredScenario, leaves: Sequence[Leaf], layouts: list[Deployment], found: Solution, asked: Condition
) -> Solution:
    """Return the solution in the layout that a search finds at it, where no graph chooses among layouts.

    Where two layouts send the value to each other, the figure jumps between them.
    """

    def in_layout(one: Deployment) -> Solution:
        model = trace(alone.scenario, {found.offer: [one]}, alone.constants)
        return _in_model(model, found.unknown, asked, found.offer)

    def figure(value: float) -> float:
        costs = _study_at(alone, leaves, value).costs[found.offer]
        return float(asked.of(costs).to(found.figure_unit).magnitude)

    while found.status != "never" and len(layouts) <= ROUNDS:
        layout = _layout_at(alone, leaves, found.value, found.offer)
        if layout is None or layout.layout == layouts[-1].layout:
            return found
        if layout.layout in {one.layout for one in layouts}:
            value = in_layout(layout).value
            before, there = found.value, figure(found.value)
            return replace(found, status="steps", value=value, figure=figure(value), before=before, figure_before=there)
        layouts.append(layout)
        found = in_layout(layout)
    return found


def _study_at(alone: AnsweredScenario, leaves: Sequence[Leaf], value: float) -> AnsweredScenario:
    """Return the study with a value put in for an unknown, in the unit of the first of its leaves."""
    there = quantity(value, f"{leaves[0].value.units}")
    return alone.with_({leaf.name: there for leaf in leaves})


def _further(
    alone: AnsweredScenario, leaves: Sequence[Leaf], layouts: Sequence[Deployment], found: Solution
) -> list[Deployment]:
    """Return the layouts by which a solution may change: what a search finds there, on both sides of a jump.

    A single layout is kept even where it misses its targets; named twice, it has no answer there. Where nothing is
    left, layouts are searched far around the unknown's own value.
    """
    known = {one.layout for one in layouts}
    if found.status == "never":
        values = [found.own * factor for factor in PROBED] if len(layouts) == ALONE and found.is_moving else []
    else:
        values = sorted({found.value, found.before})
    searched = [_layout_at(alone, leaves, value, found.offer) for value in values]
    new = {one.layout: one for one in searched if one is not None and one.layout not in known}
    if not new and None in searched and len(layouts) < ALONE:
        return [*layouts]
    return list(new.values())


def _in_model(model: Model, name: str, asked: Condition, offer: str) -> Solution:
    return nearest(Sweep(model, {offer: asked.of(model.costs[offer])}, name), asked)


def _layout_at(alone: AnsweredScenario, leaves: Sequence[Leaf], value: float, offer: str) -> Deployment | None:
    """Return the layout that a search finds where inputs have a value; None where none meets the targets.

    Special case: a value out of the bounds of its input has none either.
    """
    try:
        return _study_at(alone, leaves, value).deployments[offer]
    except CostModelError:
        return None


def _nothing(found: Sequence[Solution], asked: Condition) -> str:
    """Return why nothing gives the figure, with what each unknown reaches."""
    return "\n".join([f"No value gives {asked.text}:", *dict.fromkeys(_reached(found, asked))])


def _reached(found: Sequence[Solution], asked: Condition) -> Iterator[str]:
    for one in found:
        where = f"{one.offer}: {one.unknown}"
        if not one.is_moving:
            yield f"{where} does not move {asked.name}; costmodel explain shows on what it rests"
        else:
            low, high = one.reach
            yield f"{where} moves {asked.name} from {low:.4g} to {high:.4g} {one.figure_unit} only"
