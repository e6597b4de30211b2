"""Amounts as Python gives them: a plain number, a quantity, or a text as in files."""

from __future__ import annotations

from costmodel.units import Quantity, convert, magnitude, parse_as, quantity

Amount = float | str | Quantity
"""A plain number in the unit named, a quantity, or a text as in files: 1.5, "1.5 s"."""


def amount(value: Amount, unit: str) -> Quantity:
    """Return a quantity in a unit, of a plain number, a quantity or a text.

    >>> amount("40 ms", "second") == amount(0.04, "second")
    True
    """
    if isinstance(value, str):
        return convert(parse_as(value, unit), unit)
    return quantity(float(value), unit) if isinstance(value, (int, float)) else convert(value, unit)


def number(value: Amount, unit: str) -> float:
    """Return the number of an amount in a unit."""
    return float(magnitude(amount(value, unit), unit))
