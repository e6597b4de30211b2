"""Which of several ways costs the least, chosen anew for every row of inputs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from costmodel.formula.ops import minimum, where
from costmodel.units import Quantity, quantity

ALL, NONE = quantity(1.0), quantity(0.0)
SAME = 1 - 1e-12


def least_shares(costs: Sequence[Quantity]) -> list[Quantity]:
    """Return one for the first of some costs that is the least, and zero for all others."""
    least = reduce(minimum, costs)
    left, found = ALL, []
    for cost in costs:
        taken = where(cost * SAME <= least, left, NONE)
        found.append(taken)
        left = left - taken
    return found
