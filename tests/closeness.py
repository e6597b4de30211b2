"""How close two results must be: as close as rounding of the inputs allows, and no closer."""

from __future__ import annotations

from typing import Any

import numpy as np

from costmodel.formula import Formula
from costmodel.units import registry
from tests.draws import Arguments

RELATIVE = 1e-9
TREMBLE = 1e-12
BESIDE_ONE = 1e-15
"""A pure number that is smaller than a few steps of floats beside one: what is left where ones cancel."""

NEARLY_NOTHING = 1e-300
"""Floats of this size are at the end of what a float holds: nothing follows from how they differ."""


def rounding(one: Formula, arguments: Arguments) -> Any:
    """Return how far the result may be off: a part in 1e9, plus what trembling inputs do where terms cancel."""
    shape = np.broadcast_shapes(*(np.shape(value.magnitude) for value in arguments.values()))
    rows = 2 * len(arguments) + 1
    trembling = {}
    for i, (name, value) in enumerate(arguments.items()):
        factors = np.ones((rows,) + (1,) * len(shape))
        factors[2 * i], factors[2 * i + 1] = 1 + TREMBLE, 1 - TREMBLE
        nothing = np.asarray(value.magnitude) == 0
        trembling[name] = registry.Quantity(value.magnitude * factors + nothing * (factors - 1), value.units)
    results = one(**trembling).magnitude
    return RELATIVE * np.abs(results[-1]) + 2 * np.ptp(results, axis=0) + least(one)


def least(one: Formula) -> float:
    """Return below which size the results of a formula do not differ."""
    return BESIDE_ONE if one.unit == "1" else NEARLY_NOTHING


def values(one: Formula, arguments: Arguments) -> Any:
    """Return the result as plain numbers in the formula's unit."""
    return one(**arguments).to(one.unit if one.unit != "1" else "dimensionless").magnitude
