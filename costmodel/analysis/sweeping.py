"""The ranking cost of every offer over values of inputs: drawn from their ranges, or given, as tables."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from costmodel.analysis.amounts import amount
from costmodel.analysis.draws import CHUNK, SEED, Joint, Links, chunk, sizes, uncertain_leaves
from costmodel.analysis.model import Model, leaves_of
from costmodel.analysis.workers import each, shared
from costmodel.errors import CostModelError, FormulaError, unknown
from costmodel.formula import Kernel, compile_numpy
from costmodel.formula.graph import Leaf
from costmodel.specs.bounds import out_of_bounds, outside
from costmodel.specs.fact import Fact
from costmodel.units import Quantity, magnitude, quantity, registry

Array = npt.NDArray[np.float64]
Errors = Literal["raise", "mark"]
Use = Callable[[int, Array, Mapping[str, Array], Array], None]

KEPT = 1 << 16
"""Draws whose inputs are kept: enough to regress on, little enough for the memory of a hundred inputs."""


@dataclass(frozen=True)
class Drawn:
    """Costs over joint draws of all ranged inputs: one row per draw."""

    leaves: tuple[str, ...]
    offers: tuple[str, ...]
    scores: Array
    """Standard normal scores of the inputs in the first draws, as far as they were kept."""
    costs: Array
    """One column per offer; not a number where it has no answer."""

    def among(self, offers: Container[str]) -> Drawn:
        """Return the draws of some of the offers."""
        places = [place for place, id_ in enumerate(self.offers) if id_ in offers]
        return replace(self, offers=tuple(self.offers[place] for place in places), costs=self.costs[:, places])


@dataclass(frozen=True)
class Sampler:
    """The ranking costs of all offers as functions of their ranged inputs, some of which share what links them."""

    outputs: Mapping[str, Quantity]
    links: Links = field(default_factory=dict)

    @cached_property
    def joint(self) -> Joint:
        """The inputs with a range, in the order of their names."""
        return Joint.of(uncertain_leaves(self.outputs.values()), self.links)

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The inputs with a range."""
        return self.joint.leaves

    @cached_property
    def kernel(self) -> Kernel:
        """The costs as a compiled function of the ranged inputs."""
        return compile_numpy(self.outputs, [leaf.name for leaf in self.leaves])

    def draw(self, samples: int, seed: int = SEED, *, keep: bool = True) -> Drawn:
        """Return the costs over so many draws; with `keep`, also the scores of the inputs in the first of them."""
        kept = min(samples, KEPT) if keep else 0
        scores = shared(len(self.leaves), kept)
        costs = shared(len(self.outputs), samples)

        def fill(start: int, part: Array, _: Mapping[str, Array], found: Array) -> None:
            costs[:, start : start + part.shape[1]] = found
            room = max(min(kept - start, part.shape[1]), 0)
            scores[:, start : start + room] = part[:, :room]

        self.each(samples, seed, fill)
        return Drawn(tuple(leaf.name for leaf in self.leaves), tuple(self.outputs), scores.T, costs.T)

    def each(self, samples: int, seed: int, use: Use, *, skipped: int = 0) -> None:
        """Call a function with every chunk of draws: its start, the scores, the values by name and the costs.

        With `skipped`, so many chunks come before the first, which starts at 0 all the same.
        Chunks are independent of each other, so that each core draws and computes its own: what the function keeps has
        to go to shared arrays.
        """
        kernel, joint, parts = self.kernel, self.joint, sizes(samples)

        def one(number: int) -> None:
            scores, values = chunk(joint, number + skipped, parts[number], seed)
            found = kernel.mark(**values)
            costs = np.empty((len(self.outputs), parts[number]))
            for row, offer in zip(costs, self.outputs, strict=True):
                row[:] = found[offer]
            use(number * CHUNK, scores, values, costs)

        each(len(parts), one)


def sweep(
    model: Model,
    outputs: Mapping[str, Quantity],
    values: Mapping[str, npt.ArrayLike | Quantity],
    *,
    grid: bool = False,
    errors: Errors = "raise",
) -> pd.DataFrame:
    """Return the cost under each offer at given values of inputs, in rows together or on the grid of all of them.

    Numbers count in the unit of their input, quantities in any.

    Raises
    ------
    UnknownName
        With near matches, where no input goes by a name.
    CostModelError
        Where columns differ in length.
    FormulaError
        Where a row is out of the bounds of an input or a formula; with `errors="mark"` its costs are not a number.
    """
    if errors not in get_args(Errors):
        raise unknown("way to treat errors", errors, get_args(Errors))
    columns = _columns({name: _numbers(model, name, given) for name, given in values.items()}, grid=grid)
    known = leaves_of(outputs.values())
    moved = {leaf: row for name, row in columns.items() for leaf in model.find(name) if leaf in known}
    kernel = compile_numpy(outputs, list(moved))
    scaled = {leaf: row * _scale(model, leaf, columns, row) for leaf, row in moved.items()}
    beyond = _beyond(model, scaled, errors)
    costs = kernel.mark(**scaled) if errors == "mark" else kernel(**scaled)
    rows = len(next(iter(columns.values()))) if columns else 1
    frame = pd.DataFrame(columns | {offer: np.where(beyond, np.nan, row) for offer, row in costs.items()}, range(rows))
    frame.attrs["units"] = {name: f"{quantity(1.0, _unit(model, name)).units:~C}" for name in columns} | units_of(
        outputs
    )
    return frame


def _beyond(model: Model, given: Mapping[str, Array], errors: Errors) -> npt.NDArray[np.bool_]:
    """Return which rows are out of the bounds that the tables of spec files set, or refuse the first."""
    found = np.zeros(1, dtype=bool)
    for name, row in given.items():
        leaf = model.leaves[name]
        attribute = leaf.origin.attribute if isinstance(leaf.origin, Fact) else None
        if attribute is None:
            continue
        values = row * leaf.value.units
        wrong = outside(attribute, values)
        if errors == "raise" and wrong.any():
            first = values[wrong][0]
            why = out_of_bounds(attribute, f"{first:.6g~P}", first) or f"{first.magnitude:g} is no value"
            msg = f"{name}: {why}"
            raise FormulaError(msg)
        found = found | wrong
    return found


def _scale(model: Model, leaf: str, columns: Mapping[str, Array], row: Array) -> float:
    name = next(name for name, column in columns.items() if column is row)
    return float(quantity(1.0, _unit(model, name)).to(model.leaves[leaf].value.units).magnitude)


def _unit(model: Model, name: str) -> str:
    return f"{model.leaves[model.find(name)[0]].value.units}"


def _numbers(model: Model, name: str, given: npt.ArrayLike | Quantity) -> Array:
    unit = _unit(model, name)
    plain = magnitude(amount(given, unit), unit) if isinstance(given, (str, registry.Quantity)) else given
    try:
        return np.atleast_1d(np.asarray(plain, dtype=float)).ravel()
    except (TypeError, ValueError):
        msg = f"{name}: a sweep is over numbers in {unit}, or a quantity, not {str(given)[:60]}"
        raise CostModelError(msg) from None


def _columns(given: Mapping[str, Array], *, grid: bool) -> dict[str, Array]:
    if grid:
        return dict(zip(given, (one.ravel() for one in np.meshgrid(*given.values(), indexing="ij")), strict=True))
    lengths = {len(one) for one in given.values()} - {1}
    if len(lengths) > 1:
        sizes = ", ".join(f"{name} {len(one)}" for name, one in given.items())
        msg = f"columns of a sweep need one length, not {sizes}: give grid=True for all their combinations"
        raise CostModelError(msg)
    rows = max(map(len, given.values()), default=1)
    return {name: np.broadcast_to(one, (rows,)) for name, one in given.items()}


def units_of(outputs: Mapping[str, Quantity]) -> dict[str, str]:
    """Return the unit of each cost."""
    return {offer: f"{one.units:~C}" for offer, one in outputs.items()}
