"""Amounts as Python gives them: a plain number, a quantity, or a text as in files."""

from __future__ import annotations

from numbers import Real

from costmodel.errors import CostModelError
from costmodel.units import Quantity, convert, magnitude, parse_as, quantity, registry

Amount = float | str | Quantity
"""A plain number in the unit named, a quantity, or a text as in files: 1.5, "1.5 s"."""


def amount(value: object, unit: str) -> Quantity:
    """Return a quantity in a unit, of a plain number, a quantity or a text; CostModelError for anything else.

    >>> amount("40 ms", "second") == amount(0.04, "second")
    True
    """
    if isinstance(value, str):
        return convert(parse_as(value, unit), unit)
    if isinstance(value, registry.Quantity):
        return convert(value, unit)
    if isinstance(value, Real):
        return quantity(float(value), unit)
    msg = f'{str(value)[:60]} is no amount but a {type(value).__name__}: give a number, a quantity, or a text ("30 ms")'
    raise CostModelError(msg)


def number(value: Amount, unit: str) -> float:
    """Return the number of an amount in a unit."""
    return float(magnitude(amount(value, unit), unit))
