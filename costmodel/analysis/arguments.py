"""Arguments of questions from Python within bounds, which are told by the argument's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from costmodel.analysis.amounts import amount, number
from costmodel.errors import CostModelError
from costmodel.units import magnitude, registry

T = TypeVar("T")
ONE = (str, Mapping, registry.Quantity)
"""What is one argument, though it holds several things."""

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
    several = isinstance(value, Iterable) and not isinstance(value, ONE)
    found = [value] if isinstance(value, str) else list(value) if several else []
    if not found or not all(isinstance(one, str) for one in found):
        msg = f"{what}: name at least one, as a text: {str(value)[:60]}"
        raise CostModelError(msg)
    return list(dict.fromkeys(found))


def folders(specs: str | Path | Sequence[str | Path]) -> list[Path]:
    """Return one folder or several.

    >>> [str(one) for one in folders("mine")], folders([])
    (['mine'], [])
    """
    return [Path(specs)] if isinstance(specs, (str, Path)) else [Path(folder) for folder in specs]


def numbers(what: str, value: object) -> tuple[float, ...]:
    """Return one number or several without repetition.

    >>> numbers("accelerators", [64, 64, 128])
    (64.0, 128.0)
    """
    several: Iterable[Any] = [value]
    if isinstance(value, Iterable) and not isinstance(value, ONE):
        several = value
    try:
        return tuple(dict.fromkeys(number(one, "1") for one in several))
    except CostModelError as error:
        msg = f"{what}: {error}"
        raise CostModelError(msg) from None


def pair(what: str, value: object) -> tuple[float, float]:
    """Return two numbers, the low one first.

    >>> pair("demand.users", (1e6, "1e8"))
    (1000000.0, 100000000.0)
    """
    found = list(value) if isinstance(value, Iterable) and not isinstance(value, ONE) else []
    if len(found) != 2:  # noqa: PLR2004 - two ends
        msg = f"{what}: give two numbers, the low end and the high one, not {str(value)[:60]}"
        raise CostModelError(msg)
    low, high = (number(one, "1") for one in found)
    return low, high


def named(what: str, value: Mapping[str, T]) -> Mapping[str, T]:
    """Return values by name, or a CostModelError for what gives none.

    >>> named("changes", {"demand.users": 1e6})
    {'demand.users': 1000000.0}
    """
    if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value):
        msg = f'{what}: give values by name, such as {{"demand.users": "3e6 user"}}, not {str(value)[:60]}'
        raise CostModelError(msg)
    return value


def drawn(draws: object, seed: object, least: int = 1) -> tuple[int, int]:
    """Return how many draws are made, and their seed."""
    return whole("draws", draws, least, MOST_DRAWS), whole("seed", seed, 0, LARGEST_SEED)
