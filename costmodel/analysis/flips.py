"""What would flip a decision: for each input alone, the nearest value at which another offer is the cheapest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import filterfalse

import numpy as np
import numpy.typing as npt

from costmodel.analysis.draws import is_share, is_uncertain
from costmodel.analysis.model import Model, leaves_of
from costmodel.domain.scenario import Scenario
from costmodel.domain.token_api import TokenApi
from costmodel.domain.usual_program import OUTCOMES
from costmodel.formula import Kernel, compile_numpy
from costmodel.formula.graph import Leaf
from costmodel.specs.bounds import outside
from costmodel.specs.fact import Fact
from costmodel.units import Quantity

REACH = 10.0
"""How many times smaller and larger than its own value an input is tried: beyond, it is another question."""

POINTS = 48
"""Values tried on each side of an input's own: steps of 5%."""

PARTS, ROUNDS = 16, 12
"""A step of 5% is cut into so many parts so many times: a flip is then known to one part in a million billion."""

Array = npt.NDArray[np.float64]
Compiled = Callable[[Mapping[str, Quantity], Sequence[str]], Kernel]
"""What makes a kernel of outputs and of the names of the inputs that vary."""


@dataclass(frozen=True)
class Flip:
    """A value from which on another offer is the cheapest, while all else stays."""

    leaf: str
    value: float
    unit: str
    own: float
    """The input's own value."""
    to: str

    @property
    def distance(self) -> float:
        """How far the input has to move, as the logarithm of a ratio."""
        return abs(float(np.log(self.value / self.own)))


def flips(model: Model, outputs: Mapping[str, Quantity], winner: str, compiled: Compiled = compile_numpy) -> list[Flip]:
    """Return where an input would make another offer the cheapest, nearest first: facts of the scenario with a range.

    Those of the demand count without one too, and all others where none of these flips anything. How a program goes and
    a prediction's own error are nothing that anyone can set. What the model, its requests and the accelerators are like
    is left out: another layout is chosen then.
    """
    if len(outputs) == 1:
        return []
    settable, shaping = model.scenario.leaves(), _shaping(model.scenario)
    known = [
        leaf
        for name, leaf in leaves_of(outputs.values()).items()
        if name in settable and not name.endswith(OUTCOMES) and not name.startswith(shaping)
    ]
    found = _found(outputs, winner, filter(is_moved, known), compiled)
    return found or _found(outputs, winner, filterfalse(is_moved, known), compile_numpy)


def _found(outputs: Mapping[str, Quantity], winner: str, leaves: Iterable[Leaf], compiled: Compiled) -> list[Flip]:
    """Return where some inputs flip, each alone, the nearest first."""
    moving = sorted((leaf for leaf in leaves if leaf.value.magnitude > 0), key=lambda leaf: leaf.name)
    if not moving:
        return []
    kernel = compiled(outputs, [leaf.name for leaf in moving])
    search = _Search(kernel, tuple(moving), outputs, winner)
    return sorted(search.found(), key=lambda one: one.distance)


def is_moved(leaf: Leaf) -> bool:
    """Return whether flips move an input, if anyone can set it: one with a range, or of the demand."""
    return is_uncertain(leaf) or leaf.name.startswith("demand.")


def _shaping(scenario: Scenario) -> tuple[str, ...]:
    """Return how the names of those facts begin on which hangs which layout is the best."""
    chips = {one.system.accelerator.id for one in scenario.offers if not isinstance(one, TokenApi)}
    models = {scenario.architecture.id} if scenario.architecture else set()
    return ("query.", *(f"{id_}." for id_ in sorted(chips | models)))


@dataclass(frozen=True)
class _Search:
    """A search of all inputs at once, each moved alone."""

    kernel: Kernel
    leaves: tuple[Leaf, ...]
    outputs: Mapping[str, Quantity]
    winner: str

    @cached_property
    def offers(self) -> tuple[str, ...]:
        """The offers in their order."""
        return tuple(self.outputs)

    def found(self) -> list[Flip]:
        """Return the nearest flip of each input on either side of its own value, where there is one."""
        ends = [max(self._end(leaf, end), 1.0 / REACH) for end in (1.0 / REACH, REACH) for leaf in self.leaves]
        moved = np.tile(np.arange(len(self.leaves)), 2)
        ratios = np.geomspace(np.ones(len(ends)), ends, POINTS, axis=1)
        other = self._other(moved, ratios)
        at = np.flatnonzero(other.any(axis=1) & ~other[:, 0])
        flipping, places = np.unique(moved[at], return_inverse=True)
        return self._of(flipping).between(places, *_around_first(other[at], ratios[at])) if len(at) else []

    def _of(self, places: npt.NDArray[np.intp]) -> _Search:
        """Return the search of some inputs, with all that hangs on none of them computed once."""
        leaves = tuple(self.leaves[place] for place in places)
        kernel = self.kernel.part(self.outputs, [leaf.name for leaf in leaves])
        return replace(self, kernel=kernel, leaves=leaves)

    def between(self, moved: npt.NDArray[np.intp], near: Array, far: Array) -> list[Flip]:
        """Return the flips of inputs between two ratios each, of which only the second is past it."""
        for _ in range(ROUNDS):
            edges = near[:, None] * (far / near)[:, None] ** (np.arange(PARTS + 1) / PARTS)
            edges[:, -1] = far
            past = np.pad(self._other(moved, edges[:, 1:-1]), ((0, 0), (1, 1)), constant_values=((0, 0), (0, 1)))
            near, far = _around_first(past, edges)
        settable = np.array([self._settable(*one) for one in zip(moved, far, strict=True)])
        first = self._cheapest(moved, settable)
        found = zip(moved, settable, first, strict=True)
        return [self._flip(int(a), float(b), int(c)) for a, b, c in found if self.offers[c] != self.winner]

    def _settable(self, place: int, ratio: float) -> float:
        """Return the nearest ratio from a flip on that files can say: a count is whole; 1 where none is in bounds."""
        leaf = self.leaves[place]
        attribute = leaf.origin.attribute if isinstance(leaf.origin, Fact) else None
        if attribute is None:
            return ratio
        own = float(leaf.value.magnitude)
        value = own * ratio
        if attribute.type == "count" or attribute.whole:
            value = float(np.ceil(value) if ratio > 1 else np.floor(value))
        return 1.0 if outside(attribute, value * leaf.value.units) else value / own

    def _other(self, moved: npt.NDArray[np.intp], ratios: Array) -> npt.NDArray[np.bool_]:
        """Return where another offer is the cheapest as inputs, a row for each, are multiplied."""
        first = self._cheapest(np.repeat(moved, ratios.shape[1]), ratios.ravel())
        return np.asarray(first.reshape(ratios.shape) != self.offers.index(self.winner))

    def _cheapest(self, moved: npt.NDArray[np.intp], ratio: Array) -> npt.NDArray[np.intp]:
        """Return the cheapest offer where one input per row is multiplied; the winner where any has no answer."""
        rows = {
            leaf.name: float(leaf.value.magnitude) * np.where(moved == place, ratio, 1.0)
            for place, leaf in enumerate(self.leaves)
        }
        costs = self.kernel.mark(**rows)
        table = np.stack([costs[offer] for offer in self.offers], axis=1)
        known = np.asarray(np.isfinite(table).all(axis=1))
        return np.where(known, table.argmin(axis=1), self.offers.index(self.winner))

    def _flip(self, place: int, ratio: float, offer: int) -> Flip:
        leaf = self.leaves[place]
        own = float(leaf.value.magnitude)
        return Flip(leaf.name, own * float(ratio), f"{leaf.value.units:~C}", own, self.offers[offer])

    def _end(self, leaf: Leaf, end: float) -> float:
        own = float(leaf.value.to_base_units().magnitude)
        return min(end, max(1.0 / own, 1.0)) if is_share(leaf) else end


def _around_first(past: npt.NDArray[np.bool_], values: Array) -> tuple[Array, Array]:
    """Return, of every row of values, the first that is past a flip and the one before it."""
    rows, place = np.arange(len(past)), past.argmax(axis=1)
    return values[rows, place - 1], values[rows, place]
