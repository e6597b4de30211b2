"""Quantities that take a short way give what pint gives, to the last bit."""

from __future__ import annotations

import operator
from collections.abc import Callable
from importlib.resources import files

import numpy as np
import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.units import registry

PINT = pint.UnitRegistry(str(files("costmodel") / "units.txt"), cache_folder=None)
UNITS = ("", "percent", "USD", "MUSD/server", "USD/hour", "kUSD/month", "byte", "Gbit", "token/second", "1/day", "watt")
OPERATIONS = (operator.add, operator.sub, operator.mul, operator.truediv)


@given(
    operation=st.sampled_from(OPERATIONS),
    numbers=st.tuples(*[st.one_of(st.floats(-1e9, 1e9), st.integers(-9, 9))] * 2),
    units=st.tuples(*[st.sampled_from(UNITS)] * 2),
)
def test_two_quantities_make_what_they_make_in_pint(
    operation: Callable[[object, object], object], numbers: tuple[float, float], units: tuple[str, str]
) -> None:
    """Sum, difference, product and quotient have the number, its kind and the unit that pint gives, or its error."""
    found, expected = (
        _result(operation, *(one.Quantity(*pair) for pair in zip(numbers, units, strict=True)))
        for one in (registry, PINT)
    )
    assert found == expected


@given(number=st.one_of(st.floats(-1e9, 1e9), st.integers(-9, 9)), units=st.tuples(*[st.sampled_from(UNITS)] * 2))
def test_a_quantity_in_another_unit_is_that_of_pint(number: float, units: tuple[str, str]) -> None:
    """What converts has the same number and kind; what does not has the same error. A text says what its unit does."""
    for to in (lambda one, two: one.to(two.units), lambda one, _: one.to(units[1])):
        found, expected = (
            _result(to, one.Quantity(number, units[0]), one.Quantity(1, units[1])) for one in (registry, PINT)
        )
        assert found == expected


@given(
    compared=st.sampled_from((operator.lt, operator.le, operator.gt, operator.ge)),
    numbers=st.tuples(*[st.one_of(st.floats(-9, 9), st.integers(-9, 9))] * 2),
    units=st.tuples(*[st.sampled_from(UNITS)] * 2),
)
def test_which_is_more_is_what_pint_says(
    compared: Callable[[object, object], object], numbers: tuple[float, float], units: tuple[str, str]
) -> None:
    """Two quantities, and a quantity and a plain number, are in the order of pint, or have its error."""
    for other in (lambda one: one.Quantity(numbers[1], units[1]), lambda _: numbers[1]):
        found, expected = (_said(compared, one.Quantity(numbers[0], units[0]), other(one)) for one in (registry, PINT))
        assert found == expected


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_number_without_unit_is_taken_as_by_pint(operation: Callable[[object, object], object]) -> None:
    """A plain number on either side, and an array, go as in pint."""
    for number in (2.5, 2, np.array([1.0, 4.0])):
        for unit in ("", "percent", "USD"):
            given_ = [_result(operation, one.Quantity(3.0, unit), number) for one in (registry, PINT)]
            turned = [_result(operation, number, one.Quantity(3.0, unit)) for one in (registry, PINT)]
            assert given_[0] == given_[1]
            assert turned[0] == turned[1]


def _said(compared: Callable[[object, object], object], *values: object) -> object:
    """Return what a comparison says, or the kind of its error."""
    try:
        return compared(*values)
    except (pint.DimensionalityError, ValueError) as error:
        return type(error)


@pytest.mark.parametrize("spec", ["", "~C", "~P"])
def test_a_unit_is_written_as_by_pint(spec: str) -> None:
    """In each way by itself, the first time and again."""
    for unit in (registry.Unit(text) for text in UNITS):
        assert format(unit, spec) == format(unit, spec) == registry.formatter.format_unit(unit, spec)


def _result(operation: Callable[..., object], *values: object) -> object:
    """Return the number of a result with its kind and unit, or the words of its error."""
    try:
        found = operation(*values)
    except (pint.DimensionalityError, ZeroDivisionError) as error:
        return type(error), str(error)
    number = found.magnitude  # type: ignore[attr-defined]
    return type(number), np.asarray(number).tolist(), dict(found._units)  # type: ignore[attr-defined]
