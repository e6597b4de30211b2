"""What an attribute's table says of the size of its values: one list of bounds for files, options and sweeps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from costmodel.specs.attribute import Attribute
from costmodel.units import Quantity, magnitude

LARGEST_COUNT = 10**9 - 1
FIRST_DAY, LAST_DAY = date(1950, 1, 1), date(2150, 1, 1)
"""Computers are sold since the one; what is bought again for a century after the other is still in the calendar."""


def day_out_of_bounds(day: date) -> str:
    """Return what is wrong with a date; nothing where it is in bounds.

    >>> day_out_of_bounds(date(9999, 12, 31))
    '9999-12-31 is not from 1950-01-01 to 2150-01-01'
    """
    return "" if FIRST_DAY <= day <= LAST_DAY else f"{day} is not from {FIRST_DAY} to {LAST_DAY}"


def out_of_bounds(attribute: Attribute, text: str, value: Quantity) -> str:
    """Return what is wrong with the size of a value, which was written as a text; nothing where it is in bounds.

    >>> from costmodel.units import parse
    >>> out_of_bounds(Attribute("pue", "Power usage effectiveness", unit="1", least=1.0), "0.5", parse("0.5"))
    '"0.5" is too small; pue is 1 or more'
    """
    return next((f'"{text}" {wrong}' for outside, wrong in _faults(attribute, value) if outside), "")


def outside(attribute: Attribute, values: Quantity) -> Any:
    """Return which of an array of values are out of an attribute's bounds.

    >>> from costmodel.units import quantity
    >>> outside(Attribute("pue", "Power usage effectiveness", unit="1", least=1.0), quantity([0.5, 1.1], "1"))
    array([ True, False])
    """
    found = values.magnitude != values.magnitude  # not a number is in no bounds
    for wrong, _ in _faults(attribute, values):
        found = found | wrong
    return found


def _faults(attribute: Attribute, value: Quantity) -> Iterator[tuple[Any, str]]:
    """Yield each bound: where it is broken, and what to say then."""
    key, number, written = attribute.key, magnitude(value, attribute.unit or "1"), value.magnitude
    unit = "" if attribute.unit in {"", "1"} else f" {attribute.unit}"
    if attribute.type == "count":
        broken = (number % 1 != 0) | (number < 1) | (number > LARGEST_COUNT)
        yield broken, f"must be a whole number from 1 to {LARGEST_COUNT}"
    if not attribute.signed:
        yield number < 0, f"is negative; {key} cannot be"
    if attribute.positive:
        yield number == 0, f"is nothing; {key} must be above 0"
    if attribute.whole:
        yield written % 1 != 0, "must be a whole number"
    if attribute.share:
        yield number > 1, f"is more than 1; {key} is a share, from 0 to 1"
    if attribute.least is not None:
        yield number < attribute.least, f"is too small; {key} is {attribute.least:g}{unit} or more"
    if attribute.most is not None:
        yield number > attribute.most, f"is too large; {key} is {attribute.most:g}{unit} or less"
