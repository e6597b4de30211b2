"""The vocabulary of formulas: units in, units out, for numbers, arrays and traced values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given

from costmodel.formula import ops
from costmodel.formula.operations import NUMPY
from costmodel.units import quantity
from tests.strategies import magnitudes


@given(one=magnitudes(), other=magnitudes())
def test_maximum_and_minimum_compare_amounts_not_numbers(one: float, other: float) -> None:
    """1 kW is more than 900 W, whichever stands first."""
    watts, kilowatts = quantity(one, "W"), quantity(other, "kW")
    larger, smaller = ops.maximum(watts, kilowatts), ops.minimum(kilowatts, watts)
    assert larger.to("W").magnitude == pytest.approx(max(one, 1000 * other), rel=1e-12)
    assert smaller.to("W").magnitude == pytest.approx(min(one, 1000 * other), rel=1e-12)


def test_where_gives_the_second_in_the_unit_of_the_first() -> None:
    """A result has one unit, whichever answer is taken."""
    result = ops.where(np.array([True, False]), quantity(1.0, "kW"), quantity(500.0, "W"))
    assert result.units == quantity(1.0, "kW").units
    assert result.magnitude.tolist() == [1.0, 0.5]


@given(one=magnitudes(), other=magnitudes())
def test_where_of_single_numbers_is_a_number_of_numpy(one: float, other: float) -> None:
    """It divides by zero as NumPy does, and is no array of one, which everything after it would take longer with."""
    for condition in (one < other, np.float64(one) < other):
        chosen = ops.where(condition, quantity(one), quantity(other)).magnitude
        assert type(chosen) is np.float64
        assert chosen == NUMPY["where"](condition, one, other)


@pytest.mark.parametrize("name", ["exp", "expm1", "log", "log1p"])
def test_transcendental_functions_take_percent_for_what_it_is(name: str) -> None:
    """50 percent is a half."""
    assert getattr(ops, name)(quantity(50.0, "percent")).magnitude == NUMPY[name](0.5)


@pytest.mark.parametrize("name", ["exp", "expm1", "log", "log1p"])
def test_transcendental_functions_refuse_units(name: str) -> None:
    """There is no exponential of a power."""
    with pytest.raises(Exception, match="Cannot convert"):
        getattr(ops, name)(quantity(50.0, "W"))


def test_the_square_root_takes_the_root_of_the_unit() -> None:
    """The side of a square die is a length."""
    assert ops.sqrt(quantity(814.0, "mm^2")).to("mm").magnitude == pytest.approx(np.sqrt(814.0))


def test_rounding_keeps_the_unit() -> None:
    """Whole servers are servers."""
    assert ops.ceil(quantity(2.1, "server")) == quantity(3.0, "server")
    assert ops.floor(quantity(2.9, "server")) == quantity(2.0, "server")
