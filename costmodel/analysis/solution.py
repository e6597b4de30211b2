"""The value of an unknown at which a figure is as asked, in one traced model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from costmodel.analysis.break_even import GRIDS, SAME, Sweep
from costmodel.analysis.changes import in_unit
from costmodel.analysis.conditions import Condition
from costmodel.analysis.ranges import bounds
from costmodel.analysis.roots import Array, solutions
from costmodel.errors import CostModelError
from costmodel.formula.graph import Leaf
from costmodel.specs.bounds import outside
from costmodel.specs.fact import Fact

Status = Literal["solved", "steps", "never"]
FAR = 1e6
"""How many times smaller and larger than its own value an unknown is looked for."""
POINTS = 2_401


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
    least, most = bounds(sweep.leaf)
    grid = np.unique(np.append(np.geomspace(max(middle / FAR, least), min(middle * FAR, most), POINTS), own))
    fact = sweep.leaf.origin
    if isinstance(fact, Fact) and fact.attribute is not None:
        grid = grid[(grid == own) | ~outside(fact.attribute, grid * sweep.leaf.value.units)]
    return grid


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
