"""Quantities on the command line are read as in files; what is none is refused with the next step."""

from __future__ import annotations

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costmodel.cli.quantity_type import QuantityType
from costmodel.units import magnitude

SECONDS = QuantityType("second", above=0)


@pytest.mark.parametrize(
    ("text", "seconds"), [("30 ms", 0.03), ("30ms", 0.03), ("1.5 s", 1.5), ("0.03", 0.03), ("2 minute", 120.0)]
)
def test_a_time_may_have_any_unit_of_time_and_a_bare_number_is_in_the_unit_of_the_option(
    text: str, seconds: float
) -> None:
    """Values by hand: a millisecond is 0.001 s."""
    assert magnitude(SECONDS.convert(text, None, None), "second") == pytest.approx(seconds, rel=1e-15)


@given(number=st.floats(1e-6, 1e6))
def test_a_bare_number_and_one_with_the_unit_are_the_same(number: float) -> None:
    """`--ttft 2` and `--ttft "2 second"` ask for one thing."""
    assert SECONDS.convert(repr(number), None, None) == SECONDS.convert(f"{number!r} second", None, None)


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (SECONDS, "0,03", "has a comma in its number; write a decimal point"),
        (SECONDS, "30 parsecs", "is not a unit"),
        (SECONDS, "8 EUR", '"EUR" is not a unit; it must be a time'),
        (SECONDS, "1 k", 'with e3 in place of "k"; it must be a time'),
        (QuantityType("1", low=0, high=1), "50", "at least 0 and at most 1\\.$"),
        (SECONDS, "30 GB", "is an amount of data; it must be a time"),
        (SECONDS, "nan", "does not start with a finite number"),
        (SECONDS, "0", "it must be above 0 second"),
        (SECONDS, "-1 ms", "it must be above 0 second"),
        (QuantityType("token", low=1), "1,000", 'write a decimal point, and "_" between thousands'),
        (QuantityType("percent/year", low=0, high=100), "101", "at least 0 and at most 100 percent/year"),
        (QuantityType("GB/s", bare=False), "50", 'is a pure number; it must be a data rate, such as "3.35 TB/s"'),
    ],
)
def test_what_is_no_such_quantity_is_refused_in_words(kind: QuantityType, text: str, says: str) -> None:
    """The message says what is wrong, and how to write it."""
    with pytest.raises(click.BadParameter, match=says):
        kind.convert(text, None, None)
