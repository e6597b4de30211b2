"""What a formula may call besides + - * / and powers: functions that take quantities, arrays and traced values."""

from __future__ import annotations

from typing import Any

from costmodel.formula.inline import apply
from costmodel.units import Quantity, registry


def where(condition: object, if_true: Quantity, if_false: Quantity) -> Quantity:
    """Return one of two values, by a condition such as `a < b`; never use `if` on a value in a formula."""
    first = _quantity(if_true)
    return registry.Quantity(apply("where", condition, first.magnitude, _in(if_false, first)), first.units)


def maximum(left: object, right: object) -> Quantity:
    """Return the larger of two values of one dimension, element by element."""
    return _paired("maximum", left, right)


def minimum(left: object, right: object) -> Quantity:
    """Return the smaller of two values of one dimension, element by element."""
    return _paired("minimum", left, right)


def power(base: object, exponent: object) -> Quantity:
    """Return base ** exponent of two pure numbers."""
    return registry.Quantity(apply("power", _pure(base), _pure(exponent)))


def exp(value: object) -> Quantity:
    """Return e ** value of a pure number."""
    return registry.Quantity(apply("exp", _pure(value)))


def expm1(value: object) -> Quantity:
    """Return e ** value - 1 of a pure number, exact near zero."""
    return registry.Quantity(apply("expm1", _pure(value)))


def log(value: object) -> Quantity:
    """Return the natural logarithm of a pure number."""
    return registry.Quantity(apply("log", _pure(value)))


def log1p(value: object) -> Quantity:
    """Return the natural logarithm of 1 + value, exact near zero."""
    return registry.Quantity(apply("log1p", _pure(value)))


def sqrt(value: object) -> Quantity:
    """Return the square root; the unit is the root of the value's unit."""
    given = _quantity(value)
    return registry.Quantity(apply("sqrt", given.magnitude), given.units**0.5)


def floor(value: object) -> Quantity:
    """Return the largest whole number not above a value, in the value's own unit."""
    given = _quantity(value)
    return registry.Quantity(apply("floor", given.magnitude), given.units)


def ceil(value: object) -> Quantity:
    """Return the smallest whole number not below a value, in the value's own unit."""
    given = _quantity(value)
    return registry.Quantity(apply("ceil", given.magnitude), given.units)


def _paired(operation: str, left: object, right: object) -> Quantity:
    first = _quantity(left)
    return registry.Quantity(apply(operation, first.magnitude, _in(right, first)), first.units)


def _quantity(value: object) -> Quantity:
    return value if isinstance(value, registry.Quantity) else registry.Quantity(value)


def _pure(value: object) -> Any:
    return _quantity(value).to("").magnitude


def _in(value: object, like: Quantity) -> Any:
    return _quantity(value).to(like.units).magnitude
