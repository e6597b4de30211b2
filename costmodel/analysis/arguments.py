"""Arguments of questions from Python within bounds, which are told by the argument's name."""

from __future__ import annotations

from collections.abc import Sequence

from costmodel.analysis.amounts import amount
from costmodel.errors import CostModelError
from costmodel.units import magnitude

MOST_DRAWS, LARGEST_SEED = 1 << 26, 2**63 - 1
LONGEST_HORIZON = 100.0
MOST_POINTS, MOST_MONTHS = 200, 240
"""Values of each side of a map, and months to come, that are computed at most."""


def bounded(name: str, value: object, least: float, most: float, unit: str = "1") -> float:
    """Return an argument as a number in a unit, or a CostModelError that names it with its bounds.

    >>> bounded("years", "6 month", 0, 30, "year")
    0.5
    """
    found = magnitude(amount(value, unit), unit)
    if getattr(found, "ndim", 0) or not least <= found <= most:
        of = "" if unit == "1" else f" {unit}"
        msg = f"{name} is a number from {least:g} to {most:g}{of}, not {str(value)[:60]}"
        raise CostModelError(msg)
    return float(found)


def whole(name: str, value: object, least: int, most: int) -> int:
    """Return an argument that counts something.

    >>> whole("draws", 8192, 1, 1 << 22)
    8192
    """
    found = bounded(name, value, least, most)
    if found % 1:
        msg = f"{name} is a whole number from {least} to {most}, not {str(value)[:60]}"
        raise CostModelError(msg)
    return int(found)


def names(what: str, value: str | Sequence[str]) -> list[str]:
    """Return one name or several without repetition; at least one."""
    found = [value] if isinstance(value, str) else list(dict.fromkeys(value))
    if not found or not all(isinstance(one, str) for one in found):
        msg = f"{what}: name at least one, as a text: {str(value)[:60]}"
        raise CostModelError(msg)
    return found


def drawn(draws: object, seed: object, least: int = 1) -> tuple[int, int]:
    """Return how many draws are made, and their seed."""
    return whole("draws", draws, least, MOST_DRAWS), whole("seed", seed, 0, LARGEST_SEED)
