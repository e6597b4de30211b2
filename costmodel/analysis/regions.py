"""Where each offer wins as two inputs move against each other: by cost, by probability, and the frontier in between."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis.draws import CHUNK, Joint, chunk, is_uncertain
from costmodel.analysis.model import Model, leaves_of
from costmodel.analysis.ranges import bounds
from costmodel.analysis.sweeping import Sampler
from costmodel.errors import CostModelError
from costmodel.formula import Kernel, compile_numpy
from costmodel.formula.graph import Leaf
from costmodel.units import quantity

POINTS = 24
"""Values of each input on a map."""

REACH = 10.0
"""How many times smaller and larger than its own value an input is shown, where no ends are given."""

DRAWN = 512
"""Draws of all other inputs behind the probabilities of a map: the error of each is at most 4.4 points."""

HALVINGS = 44
"""After so many halvings of a step of a map, a point of its frontier is known to machine precision."""

Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]
Ends = tuple[float, float]

NO_ENDS: Mapping[str, Ends] = MappingProxyType({})
FRONTIER = ["x", "y", "first", "second"]


@dataclass(frozen=True)
class Axis:
    """An input that moves along a side of a map."""

    name: str
    unit: str
    own: float
    values: Array
    inputs: int = 1
    """How many inputs a short name moves together; `own` is the value of the first."""


@dataclass(frozen=True)
class Regions:
    """A map of two inputs."""

    x: Axis
    y: Axis
    offers: tuple[str, ...]
    cells: pd.DataFrame
    """One row per pair of values: the cheapest offer, its cost, the likeliest, and how likely each is the cheapest."""
    frontier: pd.DataFrame
    """Points where the cheapest offer changes, along the lines of the map: `first` below, `second` beyond."""
    unit: str
    draws: int


def regions(
    model: Model,
    sampler: Sampler,
    over: tuple[str, str],
    ends: Mapping[str, Ends],
    *,
    points: int,
    draws: int,
    seed: int,
) -> Regions:
    """Return the map of two inputs, from a tenth to ten times their own values where no ends are given.

    Raises
    ------
    UnknownName
        With near matches, where no input goes by a name.
    CostModelError
        Where both are the same input, or one has no range of values to move in.
    """
    if set(model.find(over[0])) & set(model.find(over[1])):
        msg = f"{over[0]} and {over[1]} are the same input: a map needs two"
        raise CostModelError(msg)
    x, y = (_axis(model, name, ends.get(name), points) for name in over)
    plane = _Plane(model, sampler, x, y)
    cells = plane.cells(draws, seed)
    units = f"{next(iter(sampler.outputs.values())).units:~C}"
    frontier = pd.DataFrame(plane.frontier(), columns=FRONTIER).sort_values(["x", "y"], ignore_index=True)
    return Regions(x, y, tuple(sampler.outputs), cells, frontier, units, draws)


def _axis(model: Model, name: str, ends: Ends | None, points: int) -> Axis:
    leaves = model.find(name)
    leaf = model.leaves[leaves[0]]
    own = float(leaf.value.magnitude)
    if ends is None and own <= 0:
        msg = f"{name} is {leaf.value:~P}: a map goes around a value above zero; give both ends, {name}=LOW..HIGH"
        raise CostModelError(msg)
    low, high = _around(leaf) if ends is None else ends
    if not -inf < low < high < inf:
        msg = f"{name} goes from {low:g} to {high:g}: the low end must lie below the high one"
        raise CostModelError(msg)
    values = np.geomspace(low, high, points) if low > 0 else np.linspace(low, high, points)
    return Axis(name, f"{leaf.value.units:~C}", own, values, len(leaves))


def _around(leaf: Leaf) -> Ends:
    """Return a tenth and ten times the value of an input, within what its file may say and, for a share, below one."""
    own, (least, most) = float(leaf.value.magnitude), bounds(leaf)
    return max(own / REACH, least, 0.0), min(own * REACH, most)


@dataclass(frozen=True)
class _Plane:
    """The costs of all offers over two inputs."""

    model: Model
    sampler: Sampler
    x: Axis
    y: Axis

    @cached_property
    def moved(self) -> dict[str, tuple[int, float]]:
        """Which axis moves each leaf, and by what its values are multiplied to be in the leaf's unit."""
        known = leaves_of(self.sampler.outputs.values())
        found: dict[str, tuple[int, float]] = {}
        for place, axis in enumerate((self.x, self.y)):
            leaves = self.model.find(axis.name)
            unit = quantity(1.0, f"{self.model.leaves[leaves[0]].value.units}")
            found |= {
                name: (place, float(unit.to(known[name].value.units).magnitude)) for name in leaves if name in known
            }
        return found

    @cached_property
    def joint(self) -> Joint:
        """The other inputs with a range."""
        known = leaves_of(self.sampler.outputs.values()).values()
        others = [leaf for leaf in known if is_uncertain(leaf) and leaf.name not in self.moved]
        return Joint.of(others, self.sampler.links)

    @cached_property
    def kernel(self) -> Kernel:
        """The costs as a function of the two inputs and the drawn ones."""
        return compile_numpy(self.sampler.outputs, [*self.moved, *(leaf.name for leaf in self.joint.leaves)])

    def costs(self, x: Array, y: Array, others: Mapping[str, Array] | None = None) -> Array:
        """Return the costs, a row per offer, at pairs of values; the others at their own values, or as drawn."""
        pair = (x, y)
        moving = {name: pair[place] * scale for name, (place, scale) in self.moved.items()}
        fixed = {leaf.name: leaf.value.magnitude for leaf in self.joint.leaves} if others is None else others
        found = self.kernel.mark(**moving, **fixed)
        return np.stack([np.broadcast_to(found[offer], x.shape) for offer in self.sampler.outputs])

    def cells(self, draws: int, seed: int) -> pd.DataFrame:
        """Return one row per pair of values."""
        x, y = (one.ravel() for one in np.meshgrid(self.x.values, self.y.values))
        costs, offers = self.costs(x, y), np.array([*self.sampler.outputs, ""])
        shares = np.stack(list(self._shares(x, y, draws, seed)))
        frame = pd.DataFrame({"x": x, "y": y, "cheapest": offers[_first(costs)], "cost": _least(costs)})
        frame["likeliest"] = offers[_first(-shares.T)]
        return frame.join(pd.DataFrame(shares, columns=list(self.sampler.outputs)))

    def _shares(self, x: Array, y: Array, draws: int, seed: int) -> Iterator[Array]:
        """Yield how likely each offer is the cheapest, pair by pair, over the same draws of all other inputs."""
        _, values = chunk(self.joint, 0, min(draws, CHUNK), seed)
        count = len(self.sampler.outputs)
        together = max(CHUNK // draws, 1)
        for start in range(0, len(x), together):
            part = slice(start, start + together)
            size = len(x[part])
            tiled = {name: np.tile(row, size) for name, row in values.items()}
            costs = self.costs(np.repeat(x[part], draws), np.repeat(y[part], draws), tiled)
            first = _first(costs).reshape(size, draws)
            counts = np.stack([(first == place).sum(axis=1) for place in range(count)], axis=1)
            yield from counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)

    def frontier(self) -> Iterator[tuple[float, float, str, str]]:
        """Yield the points on the lines of the map where the cheapest offer changes, halved down to one place."""
        x, y = np.meshgrid(self.x.values, self.y.values)
        first = _first(self.costs(x.ravel(), y.ravel())).reshape(x.shape)
        names = [*self.sampler.outputs, ""]
        for here, there in (np.s_[:-1, :], np.s_[1:, :]), (np.s_[:, :-1], np.s_[:, 1:]):
            change = (first[here] != first[there]) & (first[here] >= 0) & (first[there] >= 0)
            low, high = (np.stack([x[at][change], y[at][change]]) for at in (here, there))
            winner = first[here][change]
            place, beyond = self._halved(low, high, winner) if len(winner) else (low, winner)
            for at, one, other in zip(place.T, winner, beyond, strict=True):
                yield float(at[0]), float(at[1]), names[one], names[other]

    def _halved(self, low: Array, high: Array, winner: Places) -> tuple[Array, Places]:
        """Return the first places past which another offer is the cheapest, between pairs of points, and which."""
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            same = _first(self.costs(*middle)) == winner
            low, high = np.where(same, middle, low), np.where(same, high, middle)
        return high, _first(self.costs(*high))


def _first(costs: Array) -> Places:
    """Return the place of the smallest cost of each column; -1 where there is none."""
    filled = np.where(np.isnan(costs), np.inf, costs)
    return np.where(np.isinf(filled).all(axis=0), -1, filled.argmin(axis=0))


def _least(costs: Array) -> Array:
    filled = np.where(np.isnan(costs), np.inf, costs).min(axis=0)
    return np.where(np.isinf(filled), np.nan, filled)
