"""What would have to be true: the value of one input at which a figure of an offer is what is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from costmodel.analysis.break_even import GRIDS, SAME, Sweep
from costmodel.analysis.changes import in_unit
from costmodel.analysis.draws import is_share
from costmodel.analysis.model import Model, trace
from costmodel.analysis.roots import Array, solutions
from costmodel.domain.workload import Deployment
from costmodel.economics.costs import Costs
from costmodel.errors import CostModelError, Infeasible, UnitError, unknown
from costmodel.formula.graph import Leaf
from costmodel.specs.bounds import outside
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, add, quantity

if TYPE_CHECKING:
    from costmodel.analysis.study import Study

Status = Literal["solved", "steps", "never"]
TERMS = re.compile(r"(?:^|\s)\s*([+-]?)\s*((?:[^\s]|\s(?![+-]\s))+)")
"""Terms of a sum, with the signs before them; a name may hold hyphens and single words apart."""
FAR = 1e6
"""How many times smaller and larger than its own value an unknown is looked for."""
POINTS = 2_401
PROBED = (1 / 16, 1 / 4, 4.0, 16.0)
"""Multiples of an unknown's own value at which layouts are searched, where those known have no solution."""
ALONE = 2
"""As often a layout is named that is alone, so that it has no answer where it misses its targets."""
ROUNDS = 12
"""Layouts that are tried beside each other, at most: each value found is put back and its layout searched again."""


@dataclass(frozen=True)
class Condition:
    """What is asked for: a figure, or figures added up and taken off, at a value."""

    name: str
    value: str | Quantity

    @property
    def text(self) -> str:
        """The condition as one writes it."""
        value = self.value if isinstance(self.value, str) else f"{self.value:~P}"
        return f"{self.name} = {value}"

    def of(self, costs: Costs) -> Quantity:
        """Return the figure of an offer, traced or plain."""
        return figure_of(figures_of(costs), self.name, costs.offer.id)


@dataclass(frozen=True)
class Solution:
    """The value of an unknown at which a figure is as asked, nearest to its own: all else stays.

    `solved`: put back in, it gives the figure. `steps`: whole systems make the figure jump over what is asked between
    `before` and `value`. `never`: no value of the unknown gives it. `reach` are the least and the largest figure seen.
    """

    offer: str
    unknown: str
    unit: str
    own: float
    range: tuple[float, float] | None
    """The ends of the 90% interval that the unknown's fact gives."""
    status: Status
    figure_unit: str
    reach: tuple[float, float]
    value: float = float("nan")
    figure: float = float("nan")
    before: float = float("nan")
    figure_before: float = float("nan")

    @property
    def is_moving(self) -> bool:
        """Whether the figure depends on the unknown."""
        return not np.isnan(self.reach[0])

    @property
    def inside_range(self) -> bool | None:
        """Whether the value lies in the range of the unknown's fact; None where there is no value, or no range."""
        if self.range is None or self.status == "never":
            return None
        return self.range[0] <= self.value <= self.range[1]


def condition(text: str) -> Condition:
    """Return the condition that a text states.

    >>> condition("cost_per_user_month = 30 USD/user/month").name
    'cost_per_user_month'

    Raises
    ------
    CostModelError
        For a text of another form than FIGURE = VALUE.
    """
    name, _, value = (part.strip() for part in text.partition("="))
    if not (name and value):
        msg = f'"{text[:80]}" asks for nothing: write FIGURE = VALUE, such as "cost_per_user_month = 30 USD/user/month"'
        raise CostModelError(msg)
    return Condition(name, value)


def figures_of(costs: Costs) -> dict[str, Quantity]:
    """Return every figure of an offer by name: its quantities, the parts of its monthly cost, its footprint."""
    return {**costs.footprint, **costs.components, **costs.quantities}


def figure_of(known: Mapping[str, Quantity], name: str, owner: str) -> Quantity:
    """Return a figure by name, or a sum: "-margin_per_user_month", "revenue_per_month - result_per_month".

    Raises
    ------
    UnknownName
        With near matches, where a term is no figure.
    UnitError
        Where terms are of different kinds.
    """
    terms = [(-1.0 if sign == "-" else 1.0, word.strip()) for sign, word in TERMS.findall(name)]
    for _, word in terms:
        if word not in known:
            what = f"figure of {owner}"
            raise unknown(what, word, known)
    units = {f"{known[word].dimensionality}": f"{word} is in {known[word].units:~C}" for _, word in terms}
    if len(units) > 1:
        msg = f"{name}: {' and '.join(units.values())}: they do not add up"
        raise UnitError(msg)
    return add(known[word] * sign for sign, word in terms)


def solve(study: Study, unknowns: Sequence[str], asked: Condition, offers: Sequence[str]) -> list[Solution]:
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


def _check_moves(study: Study, name: str) -> None:
    if name in study.scenario.leaves() and name not in study.model.leaves:
        msg = f"{name} moves no figure by itself, it only says which layouts do: compare some with --set {name}=..."
        raise CostModelError(msg)
    study.model.find(name)


def solve_one(study: Study, name: str, asked: Condition, offer: str) -> Solution:
    """Return the solution of one unknown under one offer.

    Every value found is put back into the scenario, whose layout is searched again: another one than those known joins
    them, and the cheapest of all is chosen wherever the unknown moves.
    """
    alone = replace(study, scenario=study.scenario.with_offers(study.scenario.offer(offer)))
    layouts = [study.deployments[offer]]
    found = _in_model(study.model, name, asked, offer)
    for _ in range(ROUNDS):
        further = _further(alone, layouts, found)
        if not further:
            break
        layouts += further
        found = _in_model(trace(alone.scenario, {offer: layouts}, study.constants), name, asked, offer)
    return found


def _further(alone: Study, layouts: Sequence[Deployment], found: Solution) -> list[Deployment]:
    """Return the layouts by which a solution may change: what a search finds there, on both sides of a jump.

    A single layout is kept even where it misses its targets; named twice, it has no answer there. Where nothing is
    left, layouts are searched far around the unknown's own value.
    """
    known = {one.layout for one in layouts}
    if found.status == "never":
        values = [found.own * factor for factor in PROBED] if len(layouts) == ALONE and found.is_moving else []
    else:
        values = sorted({found.value, found.before})
    searched = [_layout_at(alone, found.unknown, value, found.offer) for value in values]
    new = {one.layout: one for one in searched if one is not None and one.layout not in known}
    if not new and None in searched and len(layouts) < ALONE:
        return [*layouts]
    return list(new.values())


def _in_model(model: Model, name: str, asked: Condition, offer: str) -> Solution:
    return nearest(Sweep(model, {offer: asked.of(model.costs[offer])}, name), asked)


def nearest(sweep: Sweep, asked: Condition) -> Solution:
    """Return the solution nearest to the unknown's own value for the one figure of a sweep; exact before jumps."""
    ((offer, figure),) = sweep.outputs.items()
    name, unit = sweep.variable, f"{figure.units:~C}"
    target = float(in_unit(asked.name, asked.value, f"{figure.units}").magnitude)
    own = float(sweep.leaf.value.magnitude)
    grid = _grid(sweep)
    figures = sweep(grid)[offer] if sweep.moving() else np.full(1, np.nan)
    reach = _reach(figures)
    none = Solution(offer, name, f"{sweep.leaf.value.units:~C}", own, _range(sweep.leaf), "never", unit, reach)
    if not sweep.moving():
        return none

    def gap(x: Array) -> Array:
        return sweep(np.asarray(x, dtype=float))[offer] - target

    scale = SAME * (abs(target) or abs(float(sweep(np.array([own]))[offer][0])))
    places = [_place(none, sweep, ends, target, scale) for ends in solutions(gap, grid)]
    return min(places, key=lambda one: (one.status != "solved", _distance(one.value, own)), default=none)


def _place(none: Solution, sweep: Sweep, ends: tuple[float, float], target: float, scale: float) -> Solution:
    """Return what stands at a bracket: the end at which the figure is as asked, or both sides of a jump."""
    figures = sweep(np.array(ends))[none.offer]
    gaps = np.abs(figures - target)
    at = int(gaps.argmin())
    status: Status = "solved" if gaps[at] <= scale else "steps"
    value, before = float(ends[at]), float(ends[1 - at])
    return replace(
        none, status=status, value=value, figure=float(figures[at]), before=before, figure_before=float(figures[1 - at])
    )


def _grid(sweep: Sweep) -> Array:
    """Return the values of an unknown that are tried: its own among them, far around it, to the end of a share."""
    if sweep.variable in GRIDS:
        return sweep.grid
    own, ends = float(sweep.leaf.value.magnitude), _range(sweep.leaf)
    middle = own or (ends[1] if ends else 0.0)
    if middle <= 0:
        msg = f"{sweep.variable} is {sweep.leaf.value:~P}: an unknown is looked for around a value above zero; set one"
        raise CostModelError(msg)
    top = float(quantity(1.0).to(sweep.leaf.value.units).magnitude) if is_share(sweep.leaf) else middle * FAR
    grid = np.unique(np.append(np.geomspace(middle / FAR, top, POINTS), own))
    fact = sweep.leaf.origin
    if isinstance(fact, Fact) and fact.attribute is not None:
        grid = grid[(grid == own) | ~outside(fact.attribute, grid * sweep.leaf.value.units)]
    return grid


def _layout_at(alone: Study, name: str, value: float, offer: str) -> Deployment | None:
    """Return the layout that a search finds where the unknown has a value; None where none meets the targets."""
    try:
        return alone.with_({name: value}).deployments[offer]
    except Infeasible:
        return None


def _range(leaf: Leaf) -> tuple[float, float] | None:
    fact, unit = leaf.origin, leaf.value.units
    if not isinstance(fact, Fact) or fact.low is None or fact.high is None:
        return None
    return float(fact.low.to(unit).magnitude), float(fact.high.to(unit).magnitude)


def _reach(figures: Array) -> tuple[float, float]:
    known = figures[np.isfinite(figures)]
    return (float(known.min()), float(known.max())) if known.size else (float("nan"), float("nan"))


def _distance(value: float, own: float) -> float:
    return abs(float(np.log(value / own))) if value > 0 and own > 0 else abs(value - own)


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
