"""The one unit registry, and the strict reader of quantities written as text.

pint's own parser never sees a number from a file: it reads "1,5 W" as 15 W, accepts nan and 1e400, and hangs
on "9**9**9**9 W". Here a number is read by a pattern, and pint gets only a bounded unit expression.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from math import isfinite
from typing import Any, TypeAlias

import pint

from costmodel.errors import UnitError
from costmodel.quick import Registry, factor_to, one_object, scaled
from costmodel.unit_hints import no_number, no_unit, unit_hint

registry: pint.UnitRegistry[Any] = Registry(
    str(files("costmodel") / "units.txt"), cache_folder=None, autoconvert_to_preferred=False
)
pint.set_application_registry(registry)  # type: ignore[no-untyped-call]

_TIMES = ("second", "minute", "hour", "day", "week", "month", "year")


def _time_last(units: Iterable[tuple[str, Any, str]], _: object) -> list[tuple[str, Any, str]]:
    """Sort the units of a product as people say them: USD/user/month, not USD/month/user."""
    return sorted(units, key=lambda unit: (unit[2].endswith(_TIMES), unit[2]))


registry.formatter.default_sort_func = _time_last

Quantity: TypeAlias = pint.Quantity[Any]
"""A number or array with its unit, of the one registry."""

LONGEST_TEXT = 100
LONGEST_UNIT = 60
LARGEST = 1e100
"""Size of numbers that no conversion between units takes out of what a float holds."""

_NUMBER = re.compile(r"[+-]?[0-9]+(?:_[0-9]{3})*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?(?![0-9.,_^*])")
_WORD = re.compile(r"[A-Za-zµ][A-Za-zµ_0-9]*")
_FACTOR = rf"\(?{_WORD.pattern}(?:\s*(?:\*\*|\^)\s*-?[1-4])?\)?"
_UNIT = re.compile(rf"(?:1\s*/\s*)?{_FACTOR}(?:(?:\s*[*/]\s*|\s+){_FACTOR})*")

_DIMENSIONS = {
    "dimensionless": ("a pure number", "0.35"),
    "byte": ("an amount of data", "80 GB"),
    "byte/second": ("a data rate", "3.35 TB/s"),
    "FLOP": ("an amount of operations", "3.14e23 FLOP"),
    "FLOP/second": ("a compute rate", "989 TFLOP/s"),
    "day": ("a time", "2 day"),
    "hour": ("a time", "2 hour"),
    "second": ("a time", "4 year"),
    "GHz": ("a rate per time", "1.8 GHz"),
    "1/hour": ("a rate per time", "0.05 /hour"),
    "hertz": ("a rate per time", "3 percent/year"),
    "watt": ("a power", "700 W"),
    "watt/accelerator": ("a power per accelerator", "700 W/accelerator"),
    "watt/server": ("a power per system", "10.2 kW/server"),
    "joule": ("an energy", "5 kWh"),
    "USD": ("an amount of money", "200 kUSD"),
    "USD/server": ("a price per system", "200 kUSD/server"),
    "USD/accelerator": ("a price per accelerator", "25 kUSD/accelerator"),
    "USD/year": ("money per time", "12 MUSD/year"),
    "USD/kW/month": ("a price per power and time", "140 USD/kW/month"),
    "gram/server": ("a mass per system", "3.7 tonne/server"),
    "USD/kWh": ("a price of energy", "0.08 USD/kWh"),
    "USD/kW": ("a price per power", "12 USD/W"),
    "USD/hour/accelerator": ("a rent per accelerator", "6.2 USD/accelerator/hour"),
    "USD/hour/server": ("a rent per system", "49.24 USD/server/hour"),
    "USD/user/month": ("a price per user and time", "10 USD/user/month"),
    "USD/query": ("a price per query", "0.002 USD/query"),
    "USD/token": ("a price per token", "0.5 USD/Mtoken"),
    "USD/byte": ("a price of memory", "12 USD/GB"),
    "accelerator/server": ("accelerators per system", "8 accelerator/server"),
    "accelerator": ("a number of accelerators", "8 accelerator"),
    "server": ("a number of systems", "100 server"),
    "user": ("a number of users", "1.5e6 user"),
    "query/user/day": ("queries per user and time", "20 query/user/day"),
    "token/query": ("tokens per query", "500 token/query"),
    "token": ("a number of tokens", "300e9 token"),
    "token/second": ("a token rate", "2500 token/s"),
    "mm^2": ("an area", "814 mm^2"),
    "1/cm^2": ("a density per area", "0.1 /cm^2"),
    "gram/kWh": ("a carbon intensity", "370 g/kWh"),
    "litre/kWh": ("a water intensity", "1.8 L/kWh"),
}


def quantity(value: object, unit: str = "dimensionless") -> Quantity:
    """Return a value (number or array) in a unit of the registry; a text is read by `parse`, not here.

    >>> print(quantity(90, "minute").to("hour"))
    1.5 hour
    """
    if isinstance(value, str):
        msg = f'"{value[:60]}" is a text: read it with parse("8 {unit}")'
        raise UnitError(msg)
    try:
        result: Quantity = registry.Quantity(value, _unit(unit))
    except (TypeError, ValueError) as error:
        msg = f"{str(value)[:60]!r} in {unit}: {error}"
        raise UnitError(msg) from None
    return result


def parse(text: str) -> Quantity:
    """Read a quantity such as "200 kUSD", "3.35 TB/s" or "0.08 USD/kWh" strictly.

    Special cases: a number alone is dimensionless; decimal comma, nan, infinity, sums and powers of numbers,
    and more than one number are refused with a UnitError that says what is wrong.

    >>> print(parse("6.2 USD/accelerator/hour"))
    6.2 USD / accelerator / hour
    """
    if not isinstance(text, str):
        how = "a number and a unit go into quantity(8, ...)"  # type: ignore[unreachable] # of notebooks
        msg = f'{text!r:.60} is no text such as "8 accelerator/server": {how}'
        raise UnitError(msg)
    number, unit = _split(text)
    return quantity(number, unit)


@lru_cache(maxsize=8192)
def parse_as(text: str, unit: str) -> Quantity:
    """Read a quantity that must have the dimension of `unit`; it keeps the unit it was written in.

    The same text gives the same object, as quantities are never changed in place.

    >>> parse_as("3.35 TB", "TB/s")
    Traceback (most recent call last):
    ...
    costmodel.errors.UnitError: "3.35 TB" is an amount of data; it must be a data rate, such as "3.35 TB/s"
    """
    wanted = f'it must be {describe(quantity(1, unit))}, such as "{example(unit)}"'
    try:
        number, written = _split(text)
        value = quantity(number, written)
    except UnitError as error:
        msg = f"{error}{'' if str(error).endswith('?') else ';'} {wanted}"
        raise UnitError(msg) from None
    if not _same_dimension(written, unit):
        msg = f'"{text.strip()}" is {describe(value)}; {wanted}'
        raise UnitError(msg)
    return value


def convert(value: Quantity, unit: str) -> Quantity:
    """Return the value in another unit of the same dimension, or a UnitError that names both."""
    if not value.is_compatible_with(_unit(unit)):
        msg = f"{value:~P} is {describe(value)}, not {describe(quantity(1, unit))} ({unit})"
        raise UnitError(msg)
    return value.to(_unit(unit))


def magnitude(value: Quantity, unit: str) -> Any:
    """Return the plain number or array of a value in a unit.

    >>> magnitude(parse("95 percent"), "1")
    0.95
    """
    factor = factor_to(value, _unit(unit))
    return convert(value, unit).magnitude if factor in (None, 1) else scaled(value.magnitude, factor)


def describe(value: Quantity) -> str:
    """Return the dimension in plain words: "a data rate", or the unit where it has no name."""
    named = _names().get(str(value.dimensionality))
    return named[0] if named else f"a quantity in {value.units:~P}"


def example(unit: str) -> str:
    """Return a quantity of the dimension of `unit`, as one would write it in a file."""
    if unit in _DIMENSIONS:
        return _DIMENSIONS[unit][1]
    named = _names().get(str(_unit(unit).dimensionality))
    return named[1] if named else f"1 {unit}"


def add(values: Iterable[Quantity]) -> Quantity:
    """Return the sum of one or more quantities, from left to right."""
    first, *rest = values
    for value in rest:
        first = first + value
    return first


def _split(text: str) -> tuple[float, str]:
    """Return the number of a quantity and the text of its unit."""
    if len(text) > LONGEST_TEXT:
        msg = f'"{text[:40]}..." is {len(text)} characters long; a quantity has at most {LONGEST_TEXT}'
        raise UnitError(msg)
    stripped = text.strip()
    match = _NUMBER.match(stripped)
    if match is None:
        raise UnitError(no_number(stripped))
    number = float(match.group())
    if not isfinite(number):
        msg = f'"{text}" is not a finite number'
        raise UnitError(msg)
    if abs(number) > LARGEST or (abs(number) < 1 / LARGEST and re.search("[1-9]", re.split("[eE]", match.group())[0])):
        msg = f'"{text}" is out of range: numbers lie between {1 / LARGEST:g} and {LARGEST:g}'
        raise UnitError(msg)
    return number, stripped[match.end() :].strip() or "dimensionless"


@cache
def _same_dimension(first: str, second: str) -> bool:
    return _unit(first).is_compatible_with(_unit(second))


@cache
def _names() -> dict[str, tuple[str, str]]:
    return {str(_unit(unit).dimensionality): words for unit, words in _DIMENSIONS.items()}


@cache
def _unit(text: str) -> pint.Unit:
    if len(text) > LONGEST_UNIT:
        msg = f'the unit "{text[:40]}..." is too long'
        raise UnitError(msg)
    text = "dimensionless" if text == "1" else text
    plain = text.replace("%", "percent").replace("·", "*")
    plain = f"1 {plain}" if plain.startswith("/") else plain
    if not _UNIT.fullmatch(plain):
        raise UnitError(no_unit(text))
    return _ask_pint(text, plain)


def _ask_pint(text: str, plain: str) -> pint.Unit:
    try:
        return one_object(registry.parse_units(plain))
    except pint.UndefinedUnitError as error:
        word = _first_name(error.unit_names)
        hint = unit_hint(word)
        msg = f'"{word}" is not a unit{". " * bool(hint)}{hint}'
        raise UnitError(msg) from None
    except Exception:  # noqa: BLE001 - pint lets TokenError, AssertionError and others out
        msg = f'"{text}" is not a unit'
        raise UnitError(msg) from None


def _first_name(names: object) -> str:
    """Return the name of an unknown unit: pint gives one or several, whatever its types say."""
    return names if isinstance(names, str) else str(names[0]) if isinstance(names, (tuple, list)) else str(names)
