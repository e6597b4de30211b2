"""Where two ways cost the same as one input moves: a volume, a utilisation, or any other leaf of the scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any, Protocol

import numpy as np
import pandas as pd

from costmodel.analysis.changes import refuse_outcome
from costmodel.analysis.crossing import BreakEven, Crossing, Status
from costmodel.analysis.gaps import Gaps, gap_of, sameness
from costmodel.analysis.model import leaves_of
from costmodel.analysis.ranges import bounds
from costmodel.analysis.roots import Array, Bracket, crossings_of_all
from costmodel.domain.offers import Program, Purchase, Rental, Way
from costmodel.domain.token_api import TokenApi
from costmodel.economics.at_load import UTILIZATION
from costmodel.errors import CostModelError, unknown
from costmodel.formula import Kernel, compile_numpy
from costmodel.formula.graph import Leaf, node_of, order
from costmodel.formula.split import reached_by
from costmodel.specs.attribute import Attribute
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, quantity

SAME = 1e-9
"""Two costs whose difference is at most this share of them are equal."""
NEAR = 1e-6
"""Beside a value at which costs meet they differ by less; more is a jump, also where it ends at equal costs."""
VOLUME = "volume"
QUERIES = "queries_per_day"
"""All queries of a day: at another rate, or of more or fewer users, each with as many queries as before."""
USERS = "demand.users"
RATE = "demand.rate"
QUERIES_PER_USER = "demand.queries_per_user"
GRIDS = {
    VOLUME: np.geomspace(1e3, 1e7, 1_601),
    UTILIZATION: np.linspace(0.01, 1.0, 991),
}
WIDE = 1e3
"""How many times smaller and larger than its own value an input is tried, where nothing bounds it."""
POINTS = 1_201
DRAWN = 10
"""Of so many points of a grid one is drawn."""


class Inputs(Protocol):
    """The inputs of traced quantities, and what their names stand for."""

    @property
    def leaves(self) -> Mapping[str, Leaf]:
        """The inputs by name."""

    def find(self, name: str) -> tuple[str, ...]:
        """Return the inputs that a name stands for, or an UnknownName error."""


@dataclass(frozen=True)
class Sweep:
    """What every offer costs as one variable moves and all else stays."""

    model: Inputs
    outputs: Mapping[str, Quantity]
    variable: str

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The leaves that move."""
        refuse_outcome(self.variable)
        if self.variable != QUERIES:
            return self.model.find(self.variable)
        if {USERS, QUERIES_PER_USER} <= self.model.leaves.keys():
            return (USERS,)
        if RATE not in self.model.leaves:
            raise unknown("input of this scenario", QUERIES, self.model.leaves)
        return (RATE,)

    @cached_property
    def leaf(self) -> Leaf:
        """The first of the leaves that move; all are counted in its unit."""
        first = self.model.leaves[self.leaves[0]]
        if isinstance(first.origin, Fact) and first.origin.attribute is not None:
            self._check_moves(first.origin.attribute)
        if self.variable != QUERIES:
            return first
        return Leaf(QUERIES, (first.value * self._queries).to("query/day"), None)

    def _check_moves(self, attribute: Attribute) -> None:
        """Refuse an input of whole numbers: what is between two of them is nothing that could be."""
        if attribute.whole or attribute.type == "count":
            msg = (
                f"{self.variable} takes whole numbers only, so that no value between two can be looked for: "
                f"give some, such as --set {self.variable}={self.model.leaves[self.leaves[0]].value.magnitude + 1:g}"
            )
            raise CostModelError(msg)

    @property
    def _queries(self) -> Quantity:
        """The queries of one of what moves: of a user, where users are counted."""
        return self.model.leaves[QUERIES_PER_USER].value if self.leaves == (USERS,) else quantity(1.0)

    @cached_property
    def grid(self) -> Array:
        """The values that are tried: those of a short name, or far around the scenario's own, within what it may be."""
        if self.variable in GRIDS:
            unit = quantity(1.0, "accelerator") if self.variable == VOLUME else quantity(1.0)
            return GRIDS[self.variable] * float(unit.to(self.leaf.value.units).magnitude)
        own = float(self.leaf.value.magnitude)
        if own <= 0:
            msg = f"{self.variable} is {self.leaf.value:~P}: a break-even is looked for around a value above zero"
            raise CostModelError(msg)
        least, most = bounds(self.leaf)
        return np.geomspace(max(own / WIDE, least), min(own * WIDE, most), POINTS)

    def moving(self) -> list[str]:
        """Return the offers whose cost depends on the variable."""
        reached = reached_by(order(self.outputs.values()), self.leaves)
        return [id_ for id_, one in self.outputs.items() if id(node_of(one)) in reached]

    def __call__(self, x: Array) -> dict[str, Array]:
        """Return the cost of every offer where the variable has these values."""
        found = self._kernel.mark(**{name: x * scale for name, scale in self.scales.items()})
        return {id_: np.broadcast_to(values, x.shape) for id_, values in found.items()}

    @cached_property
    def own(self) -> dict[str, Array]:
        """The cost of every offer at the variable's own value."""
        return self(np.array([float(self.leaf.value.magnitude)]))

    @cached_property
    def scales(self) -> dict[str, float]:
        """The leaves that move and matter, and by what values of the variable are multiplied to be in their unit."""
        return {name: self._scale(name) for name in self._varied}

    @cached_property
    def _varied(self) -> list[str]:
        used = leaves_of(self.outputs.values())
        return [name for name in self.leaves if name in used]

    @cached_property
    def _kernel(self) -> Kernel:
        return compile_numpy(self.outputs, self._varied)

    def _scale(self, name: str) -> float:
        one = quantity(1.0, f"{self.leaf.value.units}")
        one = one / self._queries if self.variable == QUERIES else one
        return float(one.to(self.model.leaves[name].value.units).magnitude)


def break_evens(sweep: Sweep, pairs: Sequence[tuple[str, str]]) -> list[BreakEven]:
    """Return the break-even of each pair of offers over the variable of a sweep."""
    grid = sweep.grid
    costs = sweep(grid)
    known = np.isfinite(np.stack([costs[id_] for pair in pairs for id_ in pair])).all(axis=0) if pairs else grid > 0
    seen = {id_: row[known] for id_, row in costs.items()}
    gaps = Gaps(sweep, pairs)
    found = crossings_of_all(gaps, [gaps.fine(place, grid[known], seen) for place in range(len(pairs))])
    return [_between(sweep, grid[known], seen, *pair, ends) for pair, ends in zip(pairs, found, strict=True)]


def pairs_of(sweep: Sweep, ways: Sequence[Way]) -> list[tuple[str, str]]:
    """Return the pairs of offers that a variable sets against each other.

    A volume: each program against every other way. A utilisation: each purchase against each rental and API. The
    queries of a day: each API against every other way. Any other: all pairs of which at least one depends on it, in the
    scenario's order.
    """
    offers = {one.id: one for one in ways if one.id in sweep.outputs}
    if sweep.variable == VOLUME or sweep.variable.endswith(f".{VOLUME}"):
        own = sweep.moving()
        return [(one, other) for one in own for other in offers if not isinstance(offers[other], Program)]
    if sweep.variable == UTILIZATION:
        now = {id_: one for id_, one in offers.items() if getattr(one, "arrival", None) is None}
        kinds: tuple[Any, ...] = (Purchase, (Rental, TokenApi))
        owned, rented = ([id_ for id_, o in now.items() if isinstance(o, kind)] for kind in kinds)
        return [(one, other) for one in owned for other in rented]
    if sweep.variable == QUERIES:
        apis = [id_ for id_, one in offers.items() if isinstance(one, TokenApi)]
        return [(one, other) for one in apis for other in offers if other not in apis]
    moving = set(sweep.moving())
    return [pair for pair in combinations(offers, 2) if moving & set(pair)]


def _between(
    sweep: Sweep, grid: Array, costs: Mapping[str, Array], first: str, second: str, ends: Sequence[Bracket]
) -> BreakEven:
    gaps = gap_of(costs[first], costs[second])
    places = _crossings(sweep, ends, first, second)
    below = bool(len(gaps) and gaps[np.flatnonzero(gaps)[:1]].sum() < 0)
    status: Status = places[0].status if places else ("always" if below else "never")
    return BreakEven(
        first,
        second,
        sweep.variable,
        f"{sweep.leaf.value.units:~C}",
        f"{sweep.outputs[first].units:~C}",
        status,
        tuple(places),
        (float(sweep.own[first][0]), float(sweep.own[second][0])),
        _curve(grid, costs, (first, second)),
        below,
        same=sameness(gaps),
    )


def _crossings(sweep: Sweep, ends: Sequence[Bracket], first: str, second: str) -> list[Crossing]:
    if not ends:
        return []
    costs = sweep(np.array(ends).ravel())
    both = (costs[name].reshape(-1, 2) for name in (first, second))
    return [_crossing(pair, one, other) for pair, one, other in zip(ends, *both, strict=True)]


def _crossing(ends: Bracket, first: Array, second: Array) -> Crossing:
    """Return a crossing at the end of its bracket where the costs are nearer; at a jump, at the far end."""
    gaps = np.abs(first - second) / np.abs(second)
    meets = bool(gaps.min() <= SAME and gaps.max() <= NEAR)
    at = int(gaps.argmin()) if meets else 1
    status: Status = "crosses" if meets else "steps"
    return Crossing(ends[at], status, float(first[at]), float(second[at]), ends[at] if meets else ends[0])


def _curve(grid: Array, costs: Mapping[str, Array], ids: tuple[str, str]) -> pd.DataFrame:
    drawn = slice(None, None, DRAWN)
    parts = [pd.DataFrame({"x": grid[drawn], "offer": id_, "cost": costs[id_][drawn]}) for id_ in ids]
    return pd.concat(parts, ignore_index=True)
