"""The short way into a formula: what a call costs beside its arithmetic is paid thousands of times by a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from costmodel.quick import factor_to, scaled
from costmodel.units import registry

Bounds = tuple[float, float]
Slot = tuple[str, Any, Bounds | None]
"""Name, declared unit and bounds of an argument."""

NUMBERS = frozenset({float, int, np.float64, np.ndarray})
_Quantity: Any = registry.Quantity


def plain_numbers(arguments: Mapping[str, Any], slots: Sequence[Slot]) -> list[Any] | None:
    """Return the numbers of arguments in the units of their slots, if all are plain quantities that keep the bounds.

    None for all others: the long way goes on with what is traced or has no unit, and says what is wrong.
    """
    if len(arguments) != len(slots):
        return None
    numbers = []
    for name, unit, bounds in slots:
        value: Any = arguments.get(name)
        if type(value) is not _Quantity or type(number := value.magnitude) not in NUMBERS:
            return None
        factor = factor_to(value, unit)
        if factor != 1:
            if factor is None:
                return None
            number = scaled(number, factor)
        if bounds is not None and not within(number, bounds):
            return None
        numbers.append(number)
    return numbers


def within(number: Any, bounds: Bounds) -> bool:
    """Say whether a number, or all of an array, keeps bounds; what is no number does not."""
    low, high = bounds
    if isinstance(number, (int, float)):
        return bool(low <= number <= high)
    array = np.asarray(number).reshape(-1)
    return not array.size or bool(low <= np.minimum.reduce(array) and np.maximum.reduce(array) <= high)
