"""Random arguments of formulas: whole arrays at a time, so that one call tests many points."""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

from costmodel.formula import Formula
from costmodel.units import Quantity, quantity

MARGIN = 1e-6
"""Draws keep this far from the ends of bounds, so that a change of unit cannot push them over."""

SMALLEST, ORDINARY, LARGEST = 1e-6, 1e-3, 1e6
"""What wider or missing bounds are cut to."""

SHAPES: tuple[tuple[int, ...], ...] = ((), (3,), (2, 1), (2, 3))
"""Scalars, rows, columns and tables: together six elements."""

PREFIXES = ("", "milli", "kilo", "mega")
PURE = ("percent", "ktoken/token", "1")

Arguments = dict[str, Quantity]
Array = npt.NDArray[np.float64]
Random = np.random.Generator


def random_of(seed: object, *names: str) -> Random:
    """Return the random numbers of a run for one law of one formula, whatever else is run beside it."""
    return np.random.default_rng(zlib.crc32("/".join((str(seed), *names)).encode()))


def within(random: Random, bounds: tuple[float, float] | None, shape: tuple[int, ...]) -> Array:
    """Return numbers that a formula must accept: of all orders of magnitude, some whole, some at the very ends."""
    low, high = _ends(bounds)
    orders = random.uniform(np.log(max(low, SMALLEST)), np.log(high), shape)
    spread = random.uniform(low, high, shape) if low < 0 else np.exp(orders)
    kind = random.uniform(size=shape)
    numbers = np.select([kind < 0.05, kind < 0.1, kind < 0.3], [low, high, np.round(spread)], spread)
    return np.clip(numbers, low, high)


def _ends(bounds: tuple[float, float] | None) -> tuple[float, float]:
    if bounds is None:
        return ORDINARY, LARGEST
    low, high = bounds
    inner = low + MARGIN * (abs(low) or 1.0)
    return inner if low < 0 else max(inner, SMALLEST), min(high, LARGEST) * (1 - MARGIN)


def arguments_of(one: Formula, random: Random, count: int) -> Arguments:
    """Return rows of arguments in the declared units; in one of ten rows, those that may be are all the same number."""
    rows = {name: within(random, one.bounds.get(name), (count,)) for name in one.inputs}
    same, tied = within(random, None, (count,)), random.uniform(size=count) < 0.1
    for name, numbers in rows.items():
        low, high = _ends(one.bounds.get(name))
        rows[name] = np.where(tied & (same >= low) & (same <= high), same, numbers)
    return {name: quantity(numbers, one.inputs[name]) for name, numbers in rows.items()}


def mixed_arguments_of(one: Formula, random: Random) -> Arguments:
    """Return arguments of which some are scalars, some rows, some columns and some tables."""
    shapes = {name: SHAPES[random.integers(len(SHAPES))] for name in one.inputs}
    drawn = {name: within(random, one.bounds.get(name), shape) for name, shape in shapes.items()}
    return {name: quantity(x if x.shape else float(x), one.inputs[name]) for name, x in drawn.items()}


def in_other_units(random: Random, value: Quantity) -> Quantity:
    """Return the same quantity in another unit of its dimension: other prefixes, or percent for a pure number."""
    other = quantity(1.0).units
    for name, exponent in value.to_root_units().units._units.items():
        other *= quantity(1.0, f"{random.choice(PREFIXES)}{name}").units ** exponent
    return value.to(quantity(1.0, random.choice(PURE)).units if other.dimensionless else other)


def row(arguments: Arguments, place: int | tuple[int, ...]) -> Arguments:
    """Return the scalars of one row."""
    tables = np.broadcast_arrays(*(value.magnitude for value in arguments.values()))
    pairs = zip(arguments.items(), tables, strict=True)
    return {name: quantity(float(table[place]), f"{value.units}") for (name, value), table in pairs}


def first(bad: npt.ArrayLike, arguments: Arguments) -> str:
    """Return the first row of arguments at which something is bad, for the message of a failed law."""
    places = np.argwhere(np.broadcast_to(bad, np.broadcast_shapes(*(np.shape(v.m) for v in arguments.values()))))
    if not len(places):
        return ""
    return ", ".join(f"{name} = {value:~P}" for name, value in row(arguments, tuple(places[0])).items())
